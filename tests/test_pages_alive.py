"""The service in a real browser: read, search, try, mute, log in and out, without script too."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn

from monitor.alerts.links import Signer
from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.matching import compile_watch
from monitor.messages import Message
from monitor.model import Hypothesis, Rule, Signal
from monitor.pipeline.publish import close_days
from monitor.store import Store
from monitor.web import password
from monitor.web.pages import create_pages
from monitor.web.password import hash_of
from tests.make import DAY, HIGH, HOUR, NOON, a_draft, a_feed, a_watch, an_indicator, an_item
from tests.test_story_page import keep

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

WORDS = "four words are better"
KEY = "a" * 32
TERMS = {
    "port": ("port*", "puerto", "порт*", "بندر", "港口"),
    "shut": ("clos*", "cierr*", "закр*", "بسته", "关闭"),
}
WATCH = a_watch(
    feeds=[a_feed(), a_feed("gaceta", lang="es", group="south"), a_feed("jibao", lang="zh")],
    indicators=[
        an_indicator(
            "ports", "$port AND $shut", question="Are the ports shut?", priority=HIGH,
            signals=(Signal("reopened", Rule(match="reopen*"), contradicts=("storm",)),
                     Signal("closed", Rule(match="$shut"), supports=("storm",))),
        ),
        an_indicator("rails", "rail* AND strike", group="inland", question="Do trains run?"),
        an_indicator("all", "port* OR rail*", unscoped=True),
    ],
    terms=TERMS,
    hypotheses=(Hypothesis("storm", "The storm shuts the coast."),),
)  # fmt: skip
TITLES = [
    ("wire", "en", "Port closed after storm", "The harbour master closed the port for the night."),
    ("gaceta", "es", "Cierran el puerto tras la tormenta", "El puerto cierra esta noche."),
    ("jibao", "zh", "港口因风暴关闭", "港口今夜关闭。"),
    ("wire", "fa", "بندر بسته شد", "بندر پس از توفان بسته شد."),
    ("wire", "ru", "Порт закрыт после шторма", "Порт закрыли на ночь."),
    ("wire", "en", "Rail strike enters second day", "Freight trains stood still."),
]
PAGES = [
    "/", "/digests/2025-11-06", "/digests/2025-W45", "/archive", "/stories", "/indicators",
    "/indicators/ports", f"/stories/{KEY}", "/feeds", "/ledger", "/search", "/search?q=%24port",
    "/search?q=spare+parts", "/try", "/none-such", "/hypotheses", "/feeds?state=ok",
    f"/stories/{KEY}/why/ports", f"/stories/{KEY}/text/0",
]  # fmt: skip


@dataclass
class Served:
    """A desk, and where its pages are served."""

    desk: Any
    url: str


@dataclass
class Tab:
    """A page of the browser, with what it complained of and whom it asked."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def fill(store: Store) -> None:
    for n, (feed, lang, title, summary) in enumerate(TITLES):
        key = KEY if n == 0 else f"{n:032x}"
        link = f"https://a.example/{n}"
        item = an_item(key, title, summary=summary, feed=feed, lang=lang, link=link)
        keep(store, item, WATCH, NOON + n * HOUR)
    store.outbox.put(
        [a_draft(subject=KEY, key="alert|new", message=Message("Port closed", ""))], NOON
    )


@contextmanager
def serving(tmp_path: Path) -> Iterator[Served]:
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    store.upgrade()
    fill(store)
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    loaded = LoadedWatch(WATCH, compile_watch(WATCH)[0])
    desk = Desk(settings, loaded, store, lambda: NOON + DAY / 4, Signer(b"k" * 32))
    close_days(desk.watch, desk.books, NOON)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_pages(cast(App, desk)), log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    running = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    running.start()
    while not server.started:
        time.sleep(0.01)
    yield Served(desk, f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    running.join()
    store.close()


@pytest.fixture
def served(tmp_path) -> Iterator[Served]:
    """A service of one test's own, which it may change."""
    with serving(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def standing(tmp_path_factory) -> Iterator[Served]:
    """A service for tests that only read."""
    with serving(tmp_path_factory.mktemp("standing")) as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    names = ("chromium", "chromium-browser", "chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium, and in CI there must be")
        pytest.skip("there is no Chromium here")
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=program, args=arguments)
        yield running
        running.close()


@pytest.fixture
def tabs(browser: Any) -> Iterator[Any]:
    contexts = []

    def open_tab(url: str, **more: Any) -> Tab:
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **more}
        script = settings.pop("script", "")
        context = browser.new_context(**settings)
        context.add_init_script(script or "0")
        contexts.append(context)
        tab = Tab(context.new_page())
        tab.page.on("console", lambda message: tab.complaints.append(message.text))
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.page.on("dialog", lambda dialog: tab.complaints.append(f"dialog {dialog.message}"))
        tab.page.on("request", lambda request: tab.asked.append(request.url))
        tab.page.goto(url)
        return tab

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def opened(tabs: Any, served: Served) -> Any:
    return lambda path="/", **more: tabs(served.url + path, **more)


@pytest.fixture
def read(tabs: Any, standing: Served) -> Any:
    return lambda path, **more: tabs(standing.url + path, **more)


# --- every page


AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_violates_no_rule_of_wcag_in_light_and_dark(read, path):
    page = read(path, bypass_csp=True).page
    assert violations(page, "light") == violations(page, "dark") == []


def test_what_came_of_a_trial_violates_none_either(read):
    page = read("/try?text=Rail+strike+closes+the+port", bypass_csp=True).page
    page.click("form.trial button")
    page.wait_for_selector("#t1")
    assert violations(page, "light") == violations(page, "dark") == []


def test_a_page_is_light(read, standing):
    weights = read("/").page.evaluate(
        "performance.getEntries().reduce((sum, one) => sum + (one.decodedBodySize || 0), 0)"
    )
    assert weights < 200_000


def violations(page: Any, theme: str) -> list[Any]:
    """What axe-core finds wrong with a page, each with the part that is."""
    page.evaluate(AXE)
    page.emulate_media(color_scheme=theme)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        (theme, one["id"], node["html"][:160], node["failureSummary"][:200])
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_complains_of_nothing_and_asks_nobody_else(read, standing, path):
    tab = read(path)
    for width in (360, 768, 1280):
        tab.page.set_viewport_size({"width": width, "height": 800})
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    # The browser itself notes an answer of 404 or 400.
    assert [one for one in tab.complaints if "the server responded with" not in one] == []
    assert all(url.startswith(standing.url) for url in tab.asked)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_without_javascript(read, path):
    tab = read(path, java_script_enabled=False)
    assert tab.page.inner_text("main").strip()
    assert tab.page.locator("nav a").count() >= 8


# --- a morning with it


def test_read_the_board_open_a_story_search_try_and_mute(opened):
    tab = opened()
    page = tab.page
    assert page.locator("article.gauge").count() >= 3
    page.click("article.gauge#ports h3 a")
    page.click("main .told time")
    assert page.locator("#why-ports .tree").is_visible()
    page.keyboard.press("/")
    page.fill("#q", "$port AND $shut")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator(".told li").count() == 5
    assert (
        page.locator(".told h3:lang(fa)").evaluate("one => getComputedStyle(one).direction")
        == "rtl"
    )
    face = page.locator(".told h3:lang(zh)").evaluate("one => getComputedStyle(one).fontFamily")
    assert "PingFang" in face
    page.click('nav a[data-place="try"]')
    page.fill("#text", "Rail strike closes the port")
    page.click("form.trial button")
    assert page.inner_text("#t1") == "Would hit 3\u00a0indicators"
    page.click('nav a[data-place="indicators"]')
    page.click("article.gauge#rails h3 a")
    page.fill("form.acts input[name=reason]", "drill")
    page.click("form.acts button")
    page.wait_for_url("**/ledger#mutes")
    assert "drill" in page.inner_text("#mutes >> xpath=..")
    assert tab.complaints == []


def test_a_tree_unfolds_in_its_place_and_days_tell_their_values(opened, served):
    key = "f" * 32
    keep(served.desk.store, an_item(key, "Rail freight grows"), WATCH, NOON + 8 * HOUR)
    tab = opened(f"/stories/{key}")
    page = tab.page
    link = page.locator("a[data-unfold]").first
    address = link.get_attribute("href")
    link.click()
    fold = page.locator("#why-rails details.why-tree[open]")
    fold.locator(".tree").wait_for()
    assert page.url.endswith(key)
    assert fold.locator("> summary").inner_text() == "The whole expression"
    page.goto(address if "://" in address else page.url.split("/stories")[0] + address)
    assert page.locator(".tree").is_visible()
    page.goto(page.url.split("/stories")[0] + "/")
    chart = page.locator("article.gauge svg.spark").first
    assert chart.locator("g").count() == 0
    chart.hover()
    assert chart.locator("g title").count() == 30
    assert re.fullmatch(
        r"\d+ \w+: \d+; 7 days \d+(, usual \d+ to \d+)?",
        chart.locator("g title").last.evaluate("one => one.textContent"),
    )
    page.click('nav a[data-place="feeds"]')
    bars = page.locator(".feeds svg.spark").first
    bars.hover()
    said = bars.locator("g title").last.evaluate("one => one.textContent")
    assert re.fullmatch(r"\d+ \w+: (\d+|no answer)", said)
    assert tab.complaints == []


def test_log_in_and_out(opened, served, monkeypatch):
    cheap = password.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(password, "_HASHER", cheap)
    served.desk.store.access.set_password(hash_of(WORDS))
    tab = opened("/search?q=%24port", bypass_csp=True)
    page = tab.page
    assert violations(page, "light") == violations(page, "dark") == []
    assert page.url == f"{served.url}/login?next=%2Fsearch%3Fq%3D%2524port"
    page.fill("#password", "not these words")
    page.keyboard.press("Enter")
    page.get_by_text("not the password").wait_for()
    page.fill("#password", WORDS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=%24port")
    assert page.locator(".told li").count() == 5
    page.click("text=Log out")
    assert violations(page, "light") == violations(page, "dark") == []
    page.click("main button")
    page.wait_for_url("**/login")
    page.go_back()
    page.goto(served.url)
    assert "/login" in page.url


# --- ease


def test_keys_lead_about_and_can_be_switched_off(opened, served):
    page = opened().page
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/stories")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator(".told h3 a").first
    assert first.evaluate("one => one === document.activeElement")
    page.keyboard.press("?")
    assert page.locator("dialog.keys").is_visible()
    page.check("#keys-off")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_timeout(100)
    assert page.url.endswith("/stories")


def test_times_are_told_in_the_readers_zone_with_the_watchs_beside(opened):
    page = opened("/stories", timezone_id="Asia/Tokyo").page
    time_ = page.locator(".told time").last
    watch = time_.inner_text()
    assert "in Asia/Tokyo" in time_.get_attribute("title")
    page.click("text=My times")
    assert time_.inner_text() == "6 Nov 21:00"
    assert watch in time_.get_attribute("title")
    page.reload()
    assert page.locator(".told time").last.inner_text() == "6 Nov 21:00"
    page.click("text=My times")
    assert page.locator(".told time").last.inner_text() == watch


def test_a_reader_chooses_light_or_dark_and_it_is_kept(opened):
    page = opened(color_scheme="light").page
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    page.click("text=Dark")
    dark = page.evaluate(paper)
    assert dark != light
    page.reload()
    assert page.evaluate(paper) == dark
    page.click("text=Dark")
    assert page.evaluate(paper) == light


HASTE = "const wait = setTimeout; setTimeout = (act, ms) => wait(act, ms > 5000 ? 200 : ms)"


def test_the_board_shows_what_comes_without_a_reload(opened, served):
    page = opened(script=HASTE).page
    page.evaluate("window.stayed = true")
    keep(served.desk.store, an_item("f" * 32, "Port closed anew"), WATCH, NOON + 6 * HOUR)
    page.wait_for_selector("text=Port closed anew", timeout=25_000)
    assert page.evaluate("window.stayed")


# --- nothing of a feed runs


def payloads() -> list[str]:
    """Ninety texts that would run where markup, an attribute, an address or a script were open."""
    calls = ["alert(1)", "alert`1`", "confirm(1)", "prompt(1)", "top.alert(1)", "print()"]
    frames = [
        "<script>{}</script>", "<img src=x onerror={}>", "<svg onload={}>", '"><script>{}</script>',
        "'><img src=x onerror={}>", '" autofocus onfocus={} x="', "' onmouseover='{}",
        "javascript:{}", "data:text/html,<script>{}</script>", "</title><script>{}</script>",
        "</textarea><svg/onload={}>", "<iframe srcdoc='<script>{}</script>'>",
        "<a href='javascript:{}'>x</a>", "{{{{constructor.constructor('{}')()}}}}",
        "<math><mtext></form><form><mglyph><style></math><img src onerror={}>",
    ]  # fmt: skip
    return [frame.format(call) for call in calls for frame in frames]


def test_no_script_of_a_feed_runs_on_any_page(opened, served):
    some = payloads()
    assert len(some) == 90
    for n, bad in enumerate(some):
        item = an_item(
            f"b{n:031x}", f"port closed {bad}", summary=bad, content=f"{bad}\n{bad}", link=bad,
            author=bad, tags=(bad,), lang=bad[:8],
        )  # fmt: skip
        keep(served.desk.store, item, WATCH, NOON + HOUR)
    tab = opened()
    paths = ["/", "/digests/2025-11-06", "/digests/2025-W45", "/stories", "/indicators/ports",
             "/search?q=alert", "/ledger"]  # fmt: skip
    paths += [f"/stories/b{n:031x}" for n in range(0, 90, 6)]
    for path in paths:
        tab.page.goto(served.url + path)
    assert [one for one in tab.complaints if "dialog" in one] == []
    assert tab.complaints == []
    assert all(url.startswith(served.url) for url in tab.asked)
    hrefs = tab.page.evaluate("[...document.links].map(one => one.protocol)")
    assert set(hrefs) <= {"http:", "https:"}
