"""Pages: what they say, where they lead, and that nothing foreign gets into them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from monitor.digest.build import Coverage, Gap, Story
from monitor.digest.render import Renderer
from monitor.errors import Problem
from monitor.levels.assess import Assessment
from monitor.levels.level import Level
from monitor.levels.override import Shown
from monitor.levels.usual import Window
from monitor.web.views import DigestPage, FeedLine, FeedsPage, Turn
from tests.make import a_feed
from tests.sample_pages import (
    DAY,
    FEEDS,
    NOW,
    PARTS,
    REFUSED,
    STORIES,
    a_board,
    a_digest,
    a_digest_page,
    a_feeds_page,
    a_frame,
    a_gauge,
    a_ledger_page,
    a_story_page,
    an_indicator_page,
)

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "monitor" / "web" / "static"
RENDERER = Renderer(TEMPLATES)


def digest_page(renderer: Renderer = RENDERER, **more: Any) -> str:
    view = replace(a_digest_page(RENDERER.digest_content(a_digest())), **more)
    return renderer.page("digest.html", a_frame(), view=view)


def board_page(*problems: Problem, **more: object) -> str:
    return RENDERER.page("board.html", a_frame(*problems), view=a_board(**more))


PAGES = {
    "board": board_page(REFUSED),
    "digest": digest_page(),
    "indicator": RENDERER.page("indicator.html", a_frame(), view=an_indicator_page()),
    "story": RENDERER.page("story.html", a_frame(), view=a_story_page()),
    "feeds": RENDERER.page("feeds.html", a_frame(), view=a_feeds_page()),
    "ledger": RENDERER.page(
        "ledger.html", a_frame(), view=a_ledger_page(), token="t", hours=(1, 24)
    ),
    "error": RENDERER.page("error.html", a_frame(), view={"status": 404}),
    "file": digest_page(RENDERER.for_files([DAY])),
}
every_page = pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)


def words(html: str, css: str = "body") -> str:
    nodes = HTMLParser(html).css(css)
    text = " ".join(node.text(separator=" ") for node in nodes)
    return re.sub(r" ([,.:;])", r"\1", " ".join(text.replace("\u00a0", " ").split()))


# --- every page ------------------------------------------------------------------


@every_page
def test_every_form_of_a_page_posts_to_our_own_address_with_its_token(html):
    for form in HTMLParser(html).css("form"):
        assert form.attributes["method"] == "post"
        assert re.fullmatch(r"/[a-z0-9/-]+", form.attributes["action"] or "")
        assert form.css_first('input[type="hidden"][name="token"]').attributes["value"]


FOREIGN_SCRIPT = "script:not([src$='static/site.js'])"


@every_page
def test_a_page_has_no_style_or_script_of_its_own(html):
    tree = HTMLParser(html)
    assert not tree.css(f"style, {FOREIGN_SCRIPT}, [style], iframe, img, object, base")
    handlers = [n for node in tree.css("*") for n in node.attributes if n.startswith("on")]
    assert handlers == []


@every_page
def test_a_page_stands_on_its_landmarks(html):
    tree = HTMLParser(html)
    assert len(tree.css("h1")) == 1
    assert len(tree.css("main#main")) == 1
    assert tree.css_first("a.skip").attributes["href"] == "#main"
    assert tree.css_first("html").attributes["lang"] == "en"
    assert tree.css_first("title").text().strip()


@every_page
def test_no_id_is_used_twice_and_each_that_is_named_exists(html):
    tree = HTMLParser(html)
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    named = [node.attributes["href"][1:] for node in tree.css("a[href^='#'], use[href^='#']")]
    named += [
        one
        for n in tree.css("[aria-labelledby]")
        for one in (n.attributes["aria-labelledby"] or "").split()
    ]
    assert set(named) <= set(ids)


@every_page
def test_a_link_away_tells_nothing_and_takes_nothing(html):
    for link in HTMLParser(html).css("a[href^='http']"):
        assert link.attributes["rel"] == "noopener noreferrer"


@every_page
def test_every_title_and_quote_of_a_feed_has_its_direction(html):
    for node in HTMLParser(html).css("mark"):
        holder = node.parent
        while holder is not None and "dir" not in holder.attributes:
            holder = holder.parent
        assert holder is not None
        assert holder.attributes["dir"] == "auto"


@every_page
def test_a_page_is_small(html):
    assert len(html.encode()) < 100_000


@every_page
def test_tables_name_their_rows_and_columns(html):
    for table in HTMLParser(html).css("table"):
        assert table.css_first("caption") is not None
        assert all("scope" in head.attributes for head in table.css("th"))


@pytest.mark.parametrize(
    "name", ["board", "digest", "indicator", "story", "feeds", "ledger", "error"]
)
def test_pages_of_the_service_lead_only_where_it_has_pages(name):
    pages = r"static/[a-z.]+|stories\.(atom|json)|search|try|feeds|indicators|archive|hypotheses"
    pages += r"|stories(\?since=[\d-]+&until=[\d-]+)?"
    pages += r"|ledger(\.csv)?|digests(/\d{4}-(\d\d-\d\d|W\d\d))?"
    pages += r"|(indicators|stories)/[a-z0-9-]+(\.atom|\.json)?"
    pages += r"|stories/[a-z0-9]+/(why/[a-z0-9-]+|text/\d+)"
    own = rf"/({pages})?|#[\w-]+|\?[a-z]+=[\w-]+"
    for node in HTMLParser(PAGES[name]).css("[href]"):
        address = node.attributes["href"] or ""
        assert re.fullmatch(own, address) or re.match(r"https://[\w-]+\.example/", address)


@every_page
def test_the_footer_names_title_zone_and_version(html):
    assert words(html, "footer") == (
        "Moscow–Caracas watch · times are Caracas (UTC−4) What to watch 0.1.0"
    )


# --- templates and style -----------------------------------------------------------


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_no_template_goes_round_the_escaping(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", text)
    if "mail" not in path.name:
        text = re.sub(r'<script src="\S+(\S| )+" defer></script>', "", text)
        assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=", text)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*")), ids=lambda path: path.name)
def test_the_style_asks_no_other_host(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"@import|https?:|url\((?!#)", text)


def test_what_a_template_names_must_be_there():
    with pytest.raises(UndefinedError):
        RENDERER.page("board.html", a_frame())


# --- the digest --------------------------------------------------------------------


def test_a_days_content_does_not_depend_on_when_it_is_written():
    content = RENDERER.digest_content(a_digest(now=NOW))
    assert content == RENDERER.digest_content(a_digest(now=NOW + timedelta(days=400)))
    assert content == Renderer(TEMPLATES).for_files([]).digest_content(a_digest())


def test_a_days_content_leads_to_articles_and_within_itself_only():
    tree = HTMLParser(RENDERER.digest_content(a_digest()))
    for node in tree.css("[href]"):
        assert re.match(r"#b-|https://", node.attributes["href"] or "")


def test_a_page_shows_the_stored_content_byte_for_byte():
    stored = "<p>kept &amp; whole,\n  \u200b as it was</p>"
    page = digest_page(content=stored)
    assert stored in page


def test_each_story_of_a_day_is_told_once():
    tree = HTMLParser(RENDERER.digest_content(a_digest()))
    told = [node.css_first("h3 a").attributes["href"] for node in tree.css("article.story")]
    assert sorted(told) == sorted(story.lead.item.link for story in STORIES)


def test_a_day_tells_its_coverage_before_its_stories():
    text = words(RENDERER.digest_content(a_digest()))
    covered = text.index("Not covered: Tehran agency since 22:40")
    assert covered < text.index("Russian transport makes second trip")
    assert "Not every feed was covered: some of this silence may be ours." in text


def test_a_day_with_every_feed_says_that_we_looked():
    text = words(RENDERER.digest_content(a_digest(coverage=Coverage(9, 9, 100))))
    assert "Not covered" not in text
    assert "we looked, and saw nothing" in text


def test_a_day_with_silent_feeds_claims_no_more_than_it_saw():
    coverage = Coverage(9, 9, 100, leaks=(FEEDS["wire-en"],))
    text = words(RENDERER.digest_content(a_digest(coverage=coverage)))
    assert "Items may have been missed: Wire." in text
    assert "Every feed answered, though not all as they usually do." in text
    assert "we looked" not in text


def test_a_day_before_the_watch_says_so():
    text = words(RENDERER.digest_content(a_digest(coverage=Coverage(9, 9, 1, (), watched=False))))
    assert "The watch had not begun yet" in text
    assert "feeds answered" not in text
    assert "we looked" not in text


@pytest.mark.parametrize(
    ("now", "words_said"),
    [(NOW, "closed 24:00 Caracas (UTC−4)"), (NOW - timedelta(days=1), "still open")],
)
def test_a_day_says_whether_it_is_closed(now, words_said):
    assert words_said in words(RENDERER.digest_content(a_digest(now=now)), ".ears")


@pytest.mark.parametrize("count", [0, 1, 2, 3, 8])
def test_a_day_of_any_size_has_a_front(count):
    tree = HTMLParser(RENDERER.digest_content(a_digest(STORIES[:count])))
    assert len(tree.css(".front article")) == min(count, 3)
    assert len(tree.css(".nothing")) == (count == 0)


def test_stories_of_indicators_that_left_the_list_are_still_told():
    report = replace(STORIES[2].lead, hits=(replace(STORIES[2].lead.hits[0], indicator="gone"),))
    day = a_digest([*STORIES[:3], *(Story(f"s{at}", (report,)) for at in range(2))])
    tree = HTMLParser(RENDERER.digest_content(day))
    assert len(tree.css("#others article")) == 2


def test_a_story_alerted_is_marked_so_and_names_its_sources():
    lead = words(RENDERER.digest_content(a_digest()), ".leadstory")
    assert "alerted 17:42" in lead
    assert "4 reports, 3 independent" in lead
    assert "Caracas daily · C" in lead


def test_a_foreign_story_keeps_its_text_and_explains_its_words_below():
    tree = HTMLParser(RENDERER.digest_content(a_digest()))
    title = next(node for node in tree.css("h3[lang=zh]"))
    assert title.attributes["dir"] == "auto"
    assert title.css_first("mark").text() == "无人侦察系统"
    assert title.css_first("mark").attributes["title"] == "$reconnaissance-drones"
    assert title.text() == "委内瑞拉向中方提出加快无人侦察系统交付"
    (told,) = (node for node in tree.css(".glossary") if node.css("bdi[lang=zh]"))
    assert " ".join(told.text().split()) == (
        "Matched: 无人侦察系统 = reconnaissance drones, 电子干扰装置 = jammers"
    )
    assert not tree.css(".glossary bdi[lang=en]")


def test_words_of_the_scope_are_explained_last():
    scope = replace(a_story_page(), scope_lists=frozenset({"engines"}))
    line = words(RENDERER.page("story.html", a_frame(), view=scope), ".glossary")
    assert line.endswith("موتور = engines")
    assert "venezuela" in line


def test_a_story_of_the_past_is_said_to_be_published_then():
    past = replace(STORIES[2], reports=(replace(STORIES[2].lead, backfill=True),))
    text = words(RENDERER.digest_content(a_digest([past])))
    assert "published 12:15" in text
    assert "first seen" not in text


def test_the_section_of_a_lone_story_that_leads_the_page_is_left_out():
    tree = HTMLParser(RENDERER.digest_content(a_digest(STORIES[:1])))
    assert not tree.css("#b-spare-parts-shipments")
    assert not tree.css(".kick a")
    assert words(tree.html or "", ".kick") == "high priority Spare-parts shipments"
    several = HTMLParser(RENDERER.digest_content(a_digest()))
    assert "Leads this page" in words(several.html or "", "#b-spare-parts-shipments")


def test_days_lead_to_their_neighbours_and_the_archive():
    tree = HTMLParser(PAGES["digest"])
    pager = [link.attributes["href"] for link in tree.css(".pager a")]
    assert pager == ["/digests/2025-11-04", "/digests/2025-W45", "/digests/2025-11-06"]
    (here,) = tree.css(".cal a[aria-current]")
    assert here.attributes["href"] == "/digests/2025-11-05"
    assert words(here.html or "", "a") == "5 November, 2 stories"


def test_the_archive_puts_days_under_their_weekdays():
    tree = HTMLParser(PAGES["digest"])
    october, november = tree.css(".cal")
    assert words(october.html or "", "caption") == "October 2025"
    assert words(november.html or "", "caption") == "November 2025"
    first = october.css("tbody tr")[0].css("td")
    assert [words(cell.html or "", "body") for cell in first] == ["", "", "1", "2", "3", "4", "5"]


def test_an_archive_over_the_turn_of_a_year_is_in_order():
    days = [
        replace(day, day=date(2025, 12, 1) + timedelta(days=at))
        for at, day in enumerate(a_digest_page("").archive)
    ]
    captions = HTMLParser(digest_page(archive=tuple(days))).css(".cal caption")
    assert [one.text() for one in captions] == ["December 2025", "January 2026"]


def test_a_day_without_neighbours_or_archive_still_has_a_page():
    view = DigestPage(DAY, "<h1>x</h1>", False, None, None, ())
    html = RENDERER.page("digest.html", a_frame(), view=view)
    assert not HTMLParser(html).css(".pager")


def test_late_items_are_told_outside_the_content():
    assert "2 items of this day came in after it was closed" in words(digest_page(late=2))
    assert "came in after" not in words(digest_page(late=0))


def test_pages_as_files_lead_to_files_that_exist():
    tree = HTMLParser(digest_page(RENDERER.for_files([DAY, date(2025, 11, 4)])))
    own = {a.attributes["href"] for a in tree.css("[href]") if "://" not in a.attributes["href"]}
    assert {one for one in own if not one.startswith("#")} == {
        "index.html",
        "2025-11-04.html",
        "2025-11-05.html",
        "2025-W45.html",
        "archive.html",
        "static/site.css",
        "static/tokens.css",
        "static/icon.svg",
    }


# --- the board -----------------------------------------------------------------------


def test_the_board_begins_with_what_moves():
    assert words(PAGES["board"], ".lead") == (
        "Spare-parts shipments has two stories today, US–Iran friction one. "
        "Two feeds cannot be read."
    )


def test_the_board_says_what_to_do_with_a_feed_that_is_gone():
    gone = Gap(FEEDS["blog-en"], None, "it is gone", gone=True)
    told = words(board_page(coverage=Coverage(9, 8, 5, (gone,))), ".trouble")
    assert "One is gone for good and not asked any more" in told
    assert "asked again and again" not in told
    down = Gap(FEEDS["wire-en"], None, "timed out")
    told = words(board_page(coverage=Coverage(9, 7, 5, (gone, down))), ".trouble")
    assert "asked again and again" in told
    assert "One is gone" in told


def test_indicators_with_stories_stand_apart_high_priority_first():
    tree = HTMLParser(PAGES["board"])
    parts = tree.css("section.part")
    moved, calm = ([one.attributes["id"] for one in part.css(".gauge")] for part in parts)
    assert moved == ["spare-parts-shipments", "us-iran-friction"]
    assert calm[:2] == ["officers", "su30-overhauls"]
    assert calm[-1] == "finance"


def test_a_refused_edit_stands_on_top_with_its_place():
    text = words(PAGES["board"], ".trouble")
    assert "indicators.yaml:214:18 unknown list $refinery (did you mean $refineries?)" in text
    assert "Your edit is not in force; the list before it is still watching." in text
    assert "Correct line 214 and save." in text
    html = PAGES["board"]
    assert html.index('class="trouble"') < html.index("With stories today")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([3], "Correct line 3 and save.", id="one"),
        pytest.param([3, 9, 3], "Correct lines 3 and 9 and save.", id="two"),
        pytest.param([2, 3, 4, 5, 6], "Correct lines 2, 3, 4, 5 and others and save.", id="many"),
        pytest.param([1], "Put it right and save.", id="the file as a whole"),
    ],
)
def test_a_refused_edit_says_where_to_mend_it(lines, said):
    problems = [replace(REFUSED, line=line) for line in lines]
    assert said in words(board_page(*problems), ".trouble")


def test_many_problems_are_counted():
    text = words(board_page(*[REFUSED] * 9), ".trouble")
    assert text.count("indicators.yaml:214:18") == 4
    assert "and 5 problems more" in text


def test_channels_that_are_not_set_up_name_their_variable():
    text = words(board_page(coverage=Coverage(9, 9, 5)), ".trouble")
    assert text.startswith("Cannot be sent")
    assert "set DESK_MAIL_URL" in text


def test_a_board_without_trouble_shows_none():
    html = board_page(coverage=Coverage(9, 9, 5), channels_missing=())
    assert not HTMLParser(html).css(".trouble")


def test_a_quiet_board_says_so():
    quiet = replace(a_gauge(PARTS, 0), today=0, last=None)
    html = board_page(
        gauges=(quiet,), stories=0, newest=(), coverage=Coverage(9, 9, 5), deliveries=()
    )
    assert words(html, ".lead") == "Nothing new today under 1 indicator."
    assert "Nothing was sent yet." in words(html)


def test_an_empty_list_has_a_board():
    html = board_page(gauges=(), stories=0, newest=(), groups=(), coverage=Coverage(0, 0, 0))
    assert words(html, ".lead") == "The watch list has no indicator yet."


def test_held_deliveries_say_why():
    assert "desk-mail held not set up" in words(PAGES["board"], "section[aria-labelledby=le]")


# --- indicator, feeds, error ------------------------------------------------------------


def test_an_indicator_shows_its_rule_and_why_its_stories_hit():
    tree = HTMLParser(PAGES["indicator"])
    text = words(PAGES["indicator"])
    assert "$su30 NEAR/25 $overhaul" in text
    assert "within the scope $venezuela" in text
    assert text.index("Stories The newest") < text.index("Expression")
    assert "Stalled $delay for Aid capped 8" in text
    assert [mark.text() for mark in tree.css(".told mark")][:2] == ["Sukhois", "lost their place"]
    assert "The newest 2 of 41 stories" in text


def test_an_indicators_rule_and_signals_are_folded():
    folds = HTMLParser(PAGES["indicator"]).css("details.fold")
    assert [fold.css_first("summary h2").text() for fold in folds] == ["Expression", "Signals"]
    assert not any("open" in fold.attributes for fold in folds)


def test_each_line_of_a_rule_is_one_of_its_own():
    view = replace(an_indicator_page(), expression="$a\n  OR $b", scope="$c\nOR $d")
    tree = HTMLParser(RENDERER.page("indicator.html", a_frame(), view=view))
    assert [one.text() for one in tree.css("pre.expr span")] == ["$a", "  OR $b", "$c", "OR $d"]


def test_the_time_of_a_story_leads_to_its_page():
    tree = HTMLParser(PAGES["indicator"])
    assert tree.css_first(".told .meta a[href='/stories/b120'] time") is not None


def test_an_indicator_without_anything_still_has_a_page():
    bare = replace(PARTS, signals=(), question="", feeds=("wire-en",), paused=True)
    gauge = replace(
        a_gauge(PARTS, 0), indicator=bare, signals=(), last=None, best_grade=None, publishers=0
    )
    view = replace(
        an_indicator_page(),
        gauge=gauge,
        scope="",
        lists=(),
        signals=(),
        stories=(),
        hypotheses=(),
        brief_text="",
        deliveries=(),
        total=0,
    )
    text = words(RENDERER.page("indicator.html", a_frame(), view=view))
    assert "No story yet. It is paused." in text
    assert "Listens to wire-en" in text


def test_a_brief_keeps_its_stress_and_nothing_else():
    view = replace(an_indicator_page(), brief_text="Read *this* and `that`.\n\n<b>2 * 3</b> * 4")
    brief = HTMLParser(RENDERER.page("indicator.html", a_frame(), view=view)).css_first(".brief")
    assert brief.css_first("em").text() == "this"
    assert brief.css_first("code").text() == "that"
    assert [one.text() for one in brief.css("p")][1] == "<b>2 * 3</b> * 4"


def test_an_overdue_review_is_said():
    late = replace(PARTS, review_by=date(2025, 11, 1))
    view = replace(an_indicator_page(), gauge=replace(a_gauge(PARTS, 1), indicator=late))
    assert "1 November 2025 overdue" in words(RENDERER.page("indicator.html", a_frame(), view=view))


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (
            "wire-en",
            "failing Wire wire-en · en B wires 8 h 28 min next 07:07 2 h 12 usually 11 a day",
        ),
        ("wire-en", "the server answered 503 Service Unavailable since 5 Nov 23:00"),
        ("world-en", "gone for good; not asked any more: put its new address"),
        ("caracas-es", "nothing new since 28 Oct 05:00, longer than is its habit"),
        ("caracas-es", "14 usually 13 a day"),
        ("moscow-ru", "answers, and never held an item"),
        ("beijing-zh", "not asked yet"),
        ("tehran-fa", "nothing it showed at 04:00 was known from the poll before"),
        ("treasury-en", "2 entries left out: too many, or not to be read"),
    ],
)
def test_each_feed_says_how_it_stands(feed, said):
    assert said in words(PAGES["feeds"], f"#{feed}")


def test_a_feed_that_answered_within_a_minute_did_just_now():
    line = a_feeds_page().lines[-1]
    recent = replace(line, status=replace(line.status, last_answer=NOW - timedelta(seconds=9)))
    html = RENDERER.page("feeds.html", a_frame(), view=FeedsPage((recent,), Coverage(1, 1, 0)))
    assert words(html, "td[data-label='Last answer']") == "just now next 07:07"
    assert not HTMLParser(html).css("[data-label=Note]")


def test_the_board_says_when_nothing_else_has_news():
    html = board_page(gauges=(replace(a_gauge(PARTS, 1), today=2),), coverage=Coverage(9, 9, 5))
    assert words(html, ".lead") == "Spare-parts shipments has two stories today; nothing else."


def test_the_feeds_page_counts_those_that_are_down():
    assert (
        "8 of 9 feeds answered today; 541 items read. Two are down now. One is unusually silent."
        in words(PAGES["feeds"])
    )


def test_a_feeds_error_and_secret_address_stay_out_of_the_page():
    feed = replace(a_feed(), url="https://user:secret@wire.example/?token=secret")
    line = a_feeds_page().lines[0]
    status = replace(line.status, error="<b>no</b>\r\nmore")
    view = FeedsPage((FeedLine(feed, status, "failing", 0, line.days),), Coverage(1, 0, 0))
    html = RENDERER.page("feeds.html", a_frame(), view=view)
    assert "secret" not in html
    assert "&lt;b&gt;no&lt;/b&gt; more" in html


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "Nothing stands here"), (500, "Something went wrong"), (418, "This cannot be shown")],
)
def test_an_error_is_told_in_words(status, said):
    html = RENDERER.page("error.html", a_frame(), view={"status": status, "said": ""})
    assert words(html, "h1") == said
    assert words(html, ".status") == str(status)


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e'


def test_no_name_in_the_list_or_the_feeds_gets_into_a_page_as_markup():
    one = replace(
        PARTS, title=HOSTILE, question=HOSTILE, group=HOSTILE, contact=HOSTILE, notes=HOSTILE
    )
    gauge = replace(a_gauge(PARTS, 1), indicator=one, signals=((HOSTILE, 3),))
    problem = Problem(HOSTILE, 1, 1, HOSTILE, HOSTILE)
    line = replace(a_board().deliveries[0], subject=HOSTILE, channel=HOSTILE, note=HOSTILE)
    frame = replace(a_frame(problem), title=HOSTILE)
    board = a_board(gauges=(gauge,), deliveries=(line,), channels_missing=((HOSTILE, HOSTILE),))
    page = replace(
        an_indicator_page(),
        gauge=gauge,
        expression=HOSTILE,
        scope=HOSTILE,
        brief_text=HOSTILE,
        lists=((HOSTILE, (HOSTILE,)),),
        signals=((HOSTILE, HOSTILE, (HOSTILE,), (HOSTILE,), 1),),
        deliveries=(line,),
    )
    for name, view in (("board.html", board), ("indicator.html", page)):
        html = RENDERER.page(name, frame, view=view)
        assert not HTMLParser(html).css(f"{FOREIGN_SCRIPT}, img")
        assert "\u202e" not in html
        assert html.count("&lt;script&gt;") > 5


def _standing(level: Level, reason: str, p: float = 0.5) -> Shown:
    computed = Assessment("x", NOW, level, reason, window=Window(24, 3, 0.3, 1.0, p))
    return Shown(level, reason, computed)


def _leveled_board(*standing: Shown, **more: object) -> str:
    gauges = a_board().gauges
    told = [
        replace(gauge, stands=stands, bands=((0, 2),) * 90)
        for gauge, stands in zip(gauges, standing, strict=False)
    ]
    return board_page(gauges=(*told, *gauges[len(told) :]), **more)


def test_levels_lead_the_board_blind_first_and_then_the_least_likely():
    html = _leveled_board(
        _standing(Level.ELEVATED, "elevated: 3 stories in 24 h, 0.3 expected (p = 0.02)", 0.02),
        _standing(Level.BLIND, "blind: wire-en is down"),
        _standing(Level.HIGH, "high: 9 stories in 24 h, 0.3 expected (p < 0.001)", 0.0001),
    )
    heads = [one.text() for one in HTMLParser(html).css("section.part h2")][:2]
    assert heads == ["Cannot be seen", "Out of the ordinary"]
    tally = [one.text(strip=True) for one in HTMLParser(html).css(".tally .level")]
    assert tally == ["high", "elevated", "blind"]
    assert "stands high." in words(html, ".lead")


def test_the_same_reason_for_being_blind_is_told_once():
    down = _standing(Level.BLIND, "blind: wire-en and 3 more are down")
    others = [_standing(Level.BLIND, f"blind: feed-{number} is down") for number in range(3)]
    gauges = [
        replace(
            a_gauge(PARTS, 1), indicator=replace(PARTS, id=f"i{n}", title=f"Kind {n}"), stands=one
        )
        for n, one in enumerate([*others, *[down] * 12, _standing(Level.BLIND, "blind: x is down")])
    ]
    html = board_page(gauges=tuple(gauges))
    told = words(html, "section[aria-labelledby=dark]")
    assert "16 indicators" in told
    assert told.count("wire-en and 3 more are down: Kind 3, Kind 4") == 1
    assert "feeds that are named above are down: Kind 2, Kind 15" in told
    named = [one.attributes["id"] for one in HTMLParser(html).css("span[id]")]
    assert {"i0", "i3", "i15"} <= set(named)


def test_a_reason_does_not_say_its_level_twice():
    html = _leveled_board(_standing(Level.QUIET, "quiet: no stories in 7 days, 0.8 expected"))
    gauge = HTMLParser(html).css_first(".part .gauge:has(.lv .level)")
    assert gauge.css_first(".lv .level").text(strip=True) == "quiet"
    assert gauge.css_first(".why").text() == "no stories in 7 days, 0.8 expected"
    assert "usual 0–2" in gauge.css_first(".figs").text()


def test_the_board_tells_what_changed_since_yesterday():
    one = a_board().gauges[0].indicator
    html = board_page(turns=(Turn(one, NOW, "quiet", "elevated"),))
    assert f"{one.title}: quiet to elevated" in words(html, ".lately")
    assert "Since yesterday" not in PAGES["board"]
