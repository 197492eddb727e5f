"""The pages in a real browser: at both widths, in both themes, under our own policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.digest.build import build
from monitor.digest.pictures import Month
from monitor.digest.render import Renderer
from monitor.levels.assess import Assessment
from monitor.levels.level import Level
from monitor.levels.override import Shown
from monitor.web.guard import POLICY
from tests.sample_pages import (
    COVERAGE,
    DAY,
    END,
    NOW,
    REFUSED,
    SLOT,
    START,
    STORIES,
    WATCH,
    WEEK,
    a_board,
    a_digest,
    a_digest_page,
    a_feeds_page,
    a_frame,
    a_ledger_page,
    a_story_page,
    an_indicator_page,
    since_midnight,
)

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "monitor" / "web" / "static"
HOST = "http://watch.localhost"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
RENDERER = Renderer(ROOT / "templates")

ENDLESS = "Supercalifragilistic" * 12
HOSTILE = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>"


def _story(title: str) -> Any:
    report = STORIES[2].lead
    item = replace(report.item, title=title, summary=f"{title} {title}", content=title)
    return replace(STORIES[2], id=title, reports=(replace(report, item=item),) * 2)


def digest_page(*stories: Any) -> str:
    content = RENDERER.digest_content(a_digest(stories or STORIES))
    return RENDERER.page("digest.html", a_frame(), view=a_digest_page(content))


def mail() -> str:
    return RENDERER.digest_message(a_digest(), since_midnight(), "desk", SLOT).html or ""


def leveled() -> str:
    reason = "elevated: 3 stories in 24 h, 0.3 expected (p = 0.01)"
    computed = Assessment("x", NOW, Level.ELEVATED, reason)
    one = Shown(Level.ELEVATED, reason, computed)
    stands = {beat.indicator.id: one for beat in a_digest().beats}
    digest = build(WATCH, STORIES, COVERAGE, START, END, NOW, day=DAY, week=WEEK, stands=stands)
    past = {
        name: Month([(DAY - timedelta(days=35 - at), at % 3) for at in range(36)])
        for name in stands
    }
    content = RENDERER.digest_content(digest, past)
    return RENDERER.page("digest.html", a_frame(), view=a_digest_page(content))


PAGES = {
    "leveled": leveled(),
    "board": RENDERER.page("board.html", a_frame(REFUSED), view=a_board()),
    "digest": digest_page(),
    "lone": digest_page(STORIES[2]),
    "empty": RENDERER.page(
        "digest.html", a_frame(), view=a_digest_page(RENDERER.digest_content(a_digest(())))
    ),
    "endless": digest_page(_story(ENDLESS)),
    "hostile": digest_page(_story(HOSTILE)),
    "indicator": RENDERER.page("indicator.html", a_frame(), view=an_indicator_page()),
    "story": RENDERER.page("story.html", a_frame(), view=a_story_page()),
    "feeds": RENDERER.page("feeds.html", a_frame(), view=a_feeds_page()),
    "ledger": RENDERER.page(
        "ledger.html", a_frame(), view=a_ledger_page(), token="t", hours=(1, 24)
    ),
    "error": RENDERER.page("error.html", a_frame(), view={"status": 404}),
    "mail": mail(),
}


@dataclass
class Seen:
    """A page as the browser has it, with what it complained of and asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def measure(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None
    )
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium, and in CI there must be")
        pytest.skip("there is no Chromium here")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Any]:
    """Opens one of ``PAGES`` at a width and in a theme, under the policy of the service."""
    contexts = []

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix(HOST)
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
            return
        if path == "/api/pulse":
            route.fulfill(json={"mark": "as it was"})
            return
        name = path.strip("/")
        policy = {} if name == "mail" else {"Content-Security-Policy": POLICY}
        body = PAGES[name]
        route.fulfill(
            body=body,
            content_type="text/html; charset=utf-8",
            headers=policy | {"Content-Type": "text/html; charset=utf-8"},
        )

    def open_page(name: str, width: int = 1280, theme: str = "light") -> Seen:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("dialog", lambda dialog: seen.complaints.append(f"dialog {dialog.message}"))
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        context.route("**/*", answer)
        seen.page.goto(f"{HOST}/{name}")
        return seen

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_complains_of_nothing_and_asks_nobody_else(opened, name, width, theme):
    seen = opened(name, width, theme)
    assert seen.complaints == []
    assert all(url.startswith(f"{HOST}/") for url in seen.asked)
    assert seen.measure("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["board", "digest", "mail"])
def test_a_page_follows_the_systems_theme(opened, name):
    ground = "getComputedStyle(document.querySelector('main, .m-page')).color"
    paper = (
        "[document.documentElement, document.body, document.querySelector('.m-page')]"
        ".filter(Boolean).map(one => getComputedStyle(one).backgroundColor).join()"
    )
    light, dark = opened(name, theme="light"), opened(name, theme="dark")
    assert light.measure(paper) != dark.measure(paper)
    assert name == "mail" or light.measure(ground) != dark.measure(ground)


def test_the_first_tab_leads_past_the_navigation(opened):
    seen = opened("board")
    seen.page.keyboard.press("Tab")
    assert seen.measure("document.activeElement.className") == "skip"
    assert seen.measure("document.activeElement.getBoundingClientRect().top") >= 0
    seen.page.keyboard.press("Enter")
    assert seen.measure("document.activeElement.id") == "main"


def test_persian_is_set_from_the_right_and_chinese_in_its_own_face(opened):
    seen = opened("digest")
    direction = "getComputedStyle(document.querySelector('h3:lang(fa)')).direction"
    assert seen.measure(direction) == "rtl"
    face = "getComputedStyle(document.querySelector('h3:lang(zh)')).fontFamily"
    assert "Songti" in seen.measure(face)


def test_a_phone_shows_thirty_days_with_labels_that_can_be_read(opened):
    shown = "[...document.querySelectorAll('svg.history')].map(one => one.checkVisibility())"
    label = "document.querySelector('.narrow .lab').getBoundingClientRect().height"
    wide, narrow = opened("indicator"), opened("indicator", 360)
    assert (wide.measure(shown), narrow.measure(shown)) == ([True, False], [False, True])
    assert narrow.measure(label) >= 11


def test_a_printed_day_has_no_navigation_and_every_source_open(opened):
    seen = opened("digest")
    seen.page.emulate_media(media="print")
    shown = "css => [...document.querySelectorAll(css)].some(one => one.checkVisibility())"
    for css in (".site nav", ".pager", ".months", "footer"):
        assert not seen.page.evaluate(shown, css), css
    assert seen.page.evaluate(shown, ".masthead h1")
    seen.page.evaluate("document.querySelector('.sources').open = false")
    assert seen.page.evaluate(shown, ".sources:not([open]) li")


def test_a_level_keeps_its_colour_wherever_it_stands(opened):
    colours = (
        "[...document.querySelectorAll('.kick .level, .roll .level, .beat .level')]"
        ".filter(one => one.classList.contains('elevated'))"
        ".map(one => getComputedStyle(one).color)"
    )
    seen = opened("leveled")
    found = seen.measure(colours)
    assert len(found) >= 3
    assert set(found) == {"rgb(147, 86, 0)"}


def test_a_lone_lead_takes_the_whole_paper(opened):
    width = "css => document.querySelector(css).getBoundingClientRect().width"
    seen = opened("lone")
    paper = seen.page.evaluate(width, ".masthead")
    assert seen.page.evaluate(width, ".leadstory .said") == paper


def test_an_indicators_stories_are_above_its_rule(opened):
    top = "css => document.querySelector(css).getBoundingClientRect().top"
    seen = opened("indicator")
    assert seen.page.evaluate(top, ".told") < 700 < seen.page.evaluate(top, ".fold")


def test_on_a_phone_a_mails_date_and_count_stand_below_each_other(opened):
    boxes = "[...document.querySelectorAll('.m-date')].map(one => one.getBoundingClientRect().top)"
    date, count = opened("mail", 360).measure(boxes)
    assert count > date
    assert len(set(opened("mail", 640).measure(boxes))) == 1


def test_paper_shows_the_day_without_what_surrounds_it(opened):
    seen = opened("digest")
    seen.page.emulate_media(media="print")
    shown = "css => getComputedStyle(document.querySelector(css)).display"
    for css in (".site", ".pager", ".archive", ".end"):
        assert seen.page.evaluate(shown, css) == "none"
    assert seen.page.evaluate(shown, ".masthead") != "none"
    assert seen.page.pdf()[:5] == b"%PDF-"


def test_a_word_that_matched_can_be_seen(opened):
    seen = opened("digest")
    style = "getComputedStyle(document.querySelector('.read mark'))"
    assert "underline" in seen.measure(f"{style}.textDecorationLine")
    assert seen.measure(f"{style}.backgroundColor") != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("name", ["board", "digest", "indicator", "story", "feeds"])
def test_text_stands_out_from_its_paper(opened, name):
    """Every text has a contrast of at least 4.5 with what is behind it, in both themes."""
    for theme in ("light", "dark"):
        assert opened(name, theme=theme).measure(CONTRAST) == []


CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const rgb = css => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = c => { const [r, g, b] = c.map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = node => { for (let one = node; one; one = one.parentElement) {
    const c = rgb(getComputedStyle(one).backgroundColor); if (c[3] > 250) return c; }
    return [255, 255, 255, 255]; };
  const weak = [];
  for (const node of document.querySelectorAll('body *')) {
    const own = [...node.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || node.closest('svg, .off, .skip')) continue;
    const a = light(rgb(getComputedStyle(node).color).slice(0, 3));
    const b = light(behind(node).slice(0, 3));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${node.tagName}.${node.className}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(weak)];
}"""
