"""A story's page: why it hit and why not, what was seen of it, and what it would be today."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.digest.links import FileLinks, Links
from monitor.digest.wording import why_there
from monitor.matching import Explanation, compile_watch, explain, explain_all, match
from monitor.model import (
    Arrival,
    ArticleRecord,
    FeedState,
    Item,
    PollRecord,
    Rule,
    Signal,
    WatchList,
)
from monitor.pipeline.regrouping import merge
from monitor.store import Store
from monitor.web.evidence import (
    Branch,
    came_near,
    lacking_words,
    lacks,
    operator_of,
    tree,
)
from monitor.web.expression import in_lines
from monitor.web.guard import POLICY
from monitor.web.pages import create_pages
from monitor.web.show import Shows
from tests.make import HOUR, NOON, a_draft, a_feed, a_watch, an_indicator, an_item
from tests.sample_pages import SLOT, a_digest

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"

TERMS = {
    "port": ("port", "harbour", "puerto", "порт*", "بندر", "港口"),
    "shut": ("clos*", "shut*", "$strike"),
    "strike": ("strike", "walkout"),
    "toys": ("toy*", "model"),
    "cargo": ("cargo", "freight"),
}
KEY = "0123456789abcdef" * 2


def a_port_watch(*rules: str, **more: Any) -> WatchList:
    indicators = tuple(an_indicator(f"i{at}", rule) for at, rule in enumerate(rules))
    return a_watch(indicators=indicators, terms=TERMS, **more)


def told(rule: str, title: str, *others: str, **more: Any) -> Explanation:
    matcher, problems = compile_watch(a_port_watch(rule, *others, **more))
    assert not [one.message for one in problems if one.severity == "error"]
    return explain(an_item(title=title), matcher, "i0", a_feed())


def written(branch: Branch, depth: int = 0) -> list[str]:
    """A branch in lines: where it is folded in, what is in it is indented behind a plus."""
    words = ",".join(word.text for word in branch.words)
    sign = "yes" if branch.holds else "no"
    line = " ".join(filter(None, (sign, branch.role, *branch.codes, words)))
    mark = "" if not branch.parts else "- " if branch.is_open else "+ "
    inside = [line for part in branch.parts for line in written(part, depth + 1)]
    return ["  " * depth + mark + line, *inside]


def shown(explanation: Explanation, *others: str) -> list[str]:
    return [line for branch in tree(explanation, others) for line in written(branch)]


# --- the tree ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "operator"),
    [
        pytest.param("$port AND $shut", "AND", id="and"),
        pytest.param("$port OR $shut", "OR", id="or"),
        pytest.param("$port NOT $shut", "AND", id="and not"),
        pytest.param("($port OR $shut) AND $cargo", "AND", id="brackets first"),
        pytest.param("$port NEAR/7 $shut", "NEAR/7", id="near"),
        pytest.param("($port OR $cargo) ONEAR/7 $shut", "ONEAR/7", id="near in order"),
        pytest.param("$port NOTNEAR/3 $toys", "NOTNEAR/3", id="not near"),
        pytest.param("SENTENCE($port, $shut)", "SENTENCE", id="one sentence"),
        pytest.param("SENTENCE($port, $shut) OR $cargo", "OR", id="a sentence within"),
        pytest.param("ATLEAST/2($port)", "ATLEAST/2", id="at least"),
        pytest.param("ATLEAST/2($port) AND $shut", "AND", id="at least within"),
        pytest.param('"port closed" OR $cargo', "OR", id="a phrase with a space"),
        pytest.param("hit:i1", "hit:i1", id="another indicator"),
        pytest.param("hit:i1 AND $shut", "AND", id="another indicator within"),
        pytest.param("$port", "", id="a list"),
        pytest.param("title:$port", "", id="a list in the title"),
    ],
)
def test_the_operator_of_a_clause_is_read_off_its_label(rule, operator):
    assert operator_of(told(rule, "Port closed", "$cargo").clause.parts[0]) == operator


def test_indicators_that_ask_for_each_other_are_told_once_however_often_they_are_asked():
    # At each step the next is asked for twice: told anew each time, that would be 2 to the 12th.
    chain = [f"hit:i{at + 1} OR (hit:i{at + 1} AND $shut)" for at in range(12)]
    matcher, _ = compile_watch(a_port_watch(*chain, "$port"))
    every = explain_all(an_item(title="Cargo"), matcher, a_feed())
    assert not any(one.hit for one in every.values())
    twice = every["i0"].clause.parts[0].parts
    assert twice[1].parts[0].parts[0] is twice[0].parts[0]


def test_all_explained_at_once_are_as_each_by_itself():
    matcher, _ = compile_watch(a_port_watch("$port AND hit:i1", "$shut", "$cargo OR hit:i0"))
    item = an_item(title="Port closed")
    every = explain_all(item, matcher, a_feed())
    assert every == {name: explain(item, matcher, name, a_feed()) for name in ("i0", "i1", "i2")}


def test_a_hit_is_open_where_it_rests_on_words_and_folded_where_it_does_not():
    found = told("($port AND $shut NOT ($toys OR $cargo)) OR ($cargo AND $shut)", "Port closed")
    assert shown(found) == [
        "- yes OR",
        "  - yes AND",
        "    yes $port Port",
        "    yes $shut closed",
        "    + no not OR",
        "      no $toys $cargo",
        "  + no AND",
        "    no $cargo",
        "    yes $shut closed",
    ]


def test_a_miss_is_open_where_it_fails_with_words_to_see():
    assert shown(told("$port AND ($shut OR $cargo) NOT ($toys OR $strike)", "A toy port")) == [
        "- no AND",
        "  yes $port port",
        "  + no OR",
        "    no $shut $cargo",
        "  - yes not OR",
        "    yes $toys toy",
        "    no $strike",
    ]


def test_words_that_were_not_found_stand_as_one_and_those_found_keep_their_line():
    (branch,) = tree(told("$toys OR $port OR $cargo", "The port"))
    assert [part.codes for part in branch.parts] == [("$port",), ("$toys", "$cargo")]
    assert branch.told == "any of 3: one holds"


def test_what_another_indicator_says_is_not_repeated_where_it_stands_on_the_page():
    found = told("hit:i1 AND $shut", "Cargo port closed", "$cargo AND $port")
    near = tree(found, {"i0", "i1"})[0].parts[0]
    assert (near.hit_of, near.parts, near.holds) == ("i1", (), True)
    assert tree(found)[0].parts[0].parts != ()


def test_the_right_of_a_notnear_is_told_apart():
    (branch,) = tree(told("$port NOTNEAR/3 $toys", "Port closed"))
    assert [(part.role, part.holds) for part in branch.parts] == [("", True), ("apart", False)]


def test_a_verdict_on_a_clause_has_no_box_around_it():
    template = (TEMPLATES / "_tree.html").read_text(encoding="utf-8")
    style = (TEMPLATES.parent / "monitor" / "web" / "static" / "site.css").read_text(
        encoding="utf-8"
    )
    boxed = set(re.findall(r"^\.([a-z-]+) \{[^}]*padding", style, re.MULTILINE))
    assert "apart" in template
    assert not boxed & set(re.findall(r'class="truth ([a-z]+)"', template))


def test_a_word_is_told_once_with_its_count_its_list_and_its_fields():
    matcher, _ = compile_watch(a_port_watch("$shut"))
    item = an_item(title="strike", summary="strike and walkout and strike")
    (branch,) = tree(explain(item, matcher, "i0"))
    assert [(one.text, one.source, one.fields, one.times) for one in branch.words] == [
        ("strike", "$strike", ("title", "summary"), 3),
        ("walkout", "$strike", ("summary",), 1),
    ]


def test_very_many_words_are_counted_but_not_all_written():
    matcher, _ = compile_watch(a_port_watch("clos*"))
    item = an_item(title=" ".join(f"clos{chr(97 + at)}" for at in range(20)))
    (branch,) = tree(explain(item, matcher, "i0"))
    assert (len(branch.words), branch.more) == (12, 8)


# --- what a miss lacks ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "title", "lacking"),
    [
        pytest.param("$port AND $shut", "Port", {"$shut": "not found"}, id="one word"),
        pytest.param(
            "$port AND $shut AND $cargo",
            "Port",
            {"$shut": "not found", "$cargo": "not found"},
            id="two words",
        ),
        pytest.param(
            "$port NOT $toys", "Toy port", {"$toys": "is there, and must not be"}, id="one too many"
        ),
        pytest.param(
            "$port AND ($shut OR $cargo)",
            "Port",
            {"$shut OR $cargo": "none of these found"},
            id="a choice of lists is one thing",
        ),
        pytest.param(
            "($cargo AND $shut AND $toys) OR ($port AND $shut)",
            "Port",
            {"$shut": "not found"},
            id="of two ways the nearer",
        ),
        pytest.param(
            "$port NEAR/2 $shut",
            "Port where nobody ever was closed",
            {"$port NEAR/2 $shut": "NEAR/2 needed, nearest 4"},
            id="too far apart",
        ),
        pytest.param("$port NEAR/2 $shut", "Port", {"$shut": "not found"}, id="half of a pair"),
        pytest.param(
            "ATLEAST/3($port)",
            "Port to port",
            {"ATLEAST/3($port)": "3 needed, 2 found"},
            id="too seldom",
        ),
        pytest.param(
            "$toys NOTNEAR/2 $port", "Closed", {"$toys": "not found"}, id="not near: left"
        ),
        pytest.param(
            "$port AND lang:ru", "Port", {"lang:ru": "does not hold"}, id="another language"
        ),
        pytest.param("title:$port", "Closed", {"title:$port": "not found"}, id="not in the title"),
        pytest.param("hit:i1", "Port", {"hit:i1": "does not hold"}, id="another is no hit"),
        pytest.param("$port", "Port", {}, id="nothing: it hits"),
    ],
)
def test_a_miss_names_the_least_that_it_lacks(rule, title, lacking):
    found = lacks(told(rule, title, "$cargo"))
    assert {clause.label: lacking_words(clause) for clause in found} == lacking


def test_a_scope_that_does_not_hold_is_lacking_too():
    found = told("$port", "Port", scope=Rule(match="$cargo"))
    assert [clause.label for clause in lacks(found)] == ["$cargo"]
    assert came_near(found)


@pytest.mark.parametrize(
    ("rule", "near"),
    [
        pytest.param("$port AND $shut", True, id="a word that is wanted"),
        pytest.param("$cargo NOT $port", False, id="a word that must not be"),
        pytest.param("$cargo AND lang:en", False, id="the language alone"),
    ],
)
def test_a_miss_came_near_if_a_word_that_it_wants_was_found(rule, near):
    assert came_near(told(rule, "Port", scope=Rule(match="$port"))) is near


# --- stored then, judged now ------------------------------------------------------------


def keep(store: Store, item: Item, watch: WatchList, at: Any = NOON, **more: Any) -> None:
    """Store an item as a poll does, with the hits that a list gives it."""
    matcher, _ = compile_watch(watch)
    state = FeedState("wire", "https://wire.example/feed.xml", last_poll=at, last_answer=at)
    hits = tuple(match(item, matcher, a_feed()))
    arrival = Arrival(item, at, at.date(), hits=hits, twin=item.key, **more)
    store.records.save(PollRecord(state, at, at.date(), True, (arrival,)))


def row_of(store: Store, item: Item) -> int:
    return store.records.known([item.key])[0].row


def a_desk(store: Store, watch: WatchList, tmp_path: Path) -> Desk:
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    return Desk(settings, LoadedWatch(watch, compile_watch(watch)[0]), store, lambda: NOON + HOUR)


def part_of(desk, name, view):
    return desk.renderer.page(name, Shows(desk, desk.clock()).frame(), view=view)


def page_of(desk: Desk, key: str = KEY) -> str:
    shows = Shows(desk, desk.clock())
    view = shows.story(key)
    assert view is not None
    return desk.renderer.page("story.html", shows.frame(), view=view)


def words(html: str, css: str = "main") -> str:
    text = " ".join(node.text(separator=" ") for node in HTMLParser(html).css(css))
    return re.sub(r" ([,.:;])", r"\1", " ".join(text.split()))


THEN = a_port_watch("$port AND $shut")


@pytest.mark.parametrize(
    ("now", "said"),
    [
        pytest.param(THEN, "", id="the same list"),
        pytest.param(
            a_port_watch("$port AND clos*"),
            "It hit with an earlier edition of the list, and does with today’s.",
            id="an edit that changes nothing for it",
        ),
        pytest.param(
            a_port_watch("$port AND $cargo"),
            "It hit with an earlier edition of the list; with today’s it would not.",
            id="an edit that takes the hit away",
        ),
        pytest.param(
            replace(THEN, indicators=(replace(THEN.indicators[0], paused=True),)),
            "It hit when it came; today the indicator is paused.",
            id="paused since",
        ),
        pytest.param(
            replace(THEN, indicators=()),
            "It is no longer in the list; what it hit is kept.",
            id="left the list",
        ),
        pytest.param(
            replace(
                THEN,
                indicators=(
                    replace(THEN.indicators[0], signals=(Signal("late", Rule(match="$shut")),)),
                ),
            ),
            "It hit with an earlier edition of the list, and does with today’s, "
            "which points to late.",
            id="a signal since",
        ),
    ],
)
def test_a_hit_says_plainly_what_it_would_be_today(store, tmp_path, now, said):
    keep(store, an_item(KEY, "Port closed"), THEN)
    view = Shows(a_desk(store, now, tmp_path), NOON + HOUR).story(KEY)
    assert view is not None
    (hit,) = view.hits
    assert hit.standing == said


def test_an_edited_text_that_no_longer_hits_is_told_with_the_text_that_did(store, tmp_path):
    item = an_item(KEY, "Port closed")
    keep(store, item, THEN)
    edited = replace(item, title="Port open again", hash="other")
    keep(store, edited, THEN, NOON + HOUR, row=row_of(store, item))
    html = page_of(a_desk(store, THEN, tmp_path))
    assert words(html, ".standing") == (
        "It hit an earlier text; the text as it stands now would not."
    )
    assert words(html, ".lacks").startswith("Short of a hit: $shut not found.")
    assert [words(node.html or "", "h3") for node in HTMLParser(html).css(".entry")] == [
        "Port open again",
        "Port closed",
    ]
    assert "from 08:00 to 09:00, as first fetched" in words(html, ".entry.copy")
    assert [mark.text() for mark in HTMLParser(html).css(".entry.copy mark")] == ["Port", "closed"]


def test_a_miss_that_would_hit_today_is_told_and_not_counted(store, tmp_path):
    keep(store, an_item(KEY, "Port closed"), a_port_watch("$cargo"))
    html = page_of(a_desk(store, THEN, tmp_path))
    assert "No indicator hit it." in words(html, ".head")
    assert words(html, ".standing").startswith("With today’s list it would hit")


def test_misses_that_lack_least_come_first_and_those_without_a_word_last(store, tmp_path):
    watch = a_port_watch("$port AND $cargo AND $toys", "$port AND $cargo", "$toys", "$port")
    keep(store, an_item(KEY, "Port closed"), watch)
    view = Shows(a_desk(store, watch, tmp_path), NOON).story(KEY)
    assert view is not None
    assert [one.id for one in view.hits] == ["i3"]
    assert [one.id for one in view.near] == ["i1", "i0"]
    assert [one.id for one in view.far] == ["i2"]


def test_the_trees_of_misses_and_of_very_many_hits_have_pages_of_their_own(store, tmp_path):
    watch = a_port_watch(*["$port"] * 8, *["$port AND $cargo"] * 15)
    keep(store, an_item(KEY, "Port closed"), watch)
    shows = Shows(a_desk(store, watch, tmp_path), NOON)
    view = shows.story(KEY)
    assert view is not None
    assert [bool(one.tree) for one in view.hits] == [True] * 6 + [False] * 2
    assert not any(one.tree for one in view.near)
    assert all(one.lacks for one in view.near)
    for one in (*view.hits, *view.near):
        why = shows.why(KEY, one.id)
        assert why is not None
        assert (why.judged.holds, why.judged.lacks) == (one.holds, one.lacks)
        assert why.judged.tree
    assert shows.why(KEY, "none") is None
    assert shows.why("none", "i0") is None


def test_the_page_says_where_the_text_is_from_and_why_there_is_no_article(store, tmp_path):
    record = PollRecord(
        FeedState("wire", "https://wire.example/feed.xml"), NOON, NOON.date(), answered=True
    )
    item = an_item(KEY, "Port closed", link="https://wire.example/1")
    arrival = Arrival(item, NOON, NOON.date(), wants_article=True)
    store.records.save(replace(record, arrivals=(arrival,)))
    desk = a_desk(store, THEN, tmp_path)
    assert "Its article is still to be read." in words(page_of(desk))
    [errand] = store.articles.due(["wire"], NOON, 9)
    read = replace(item, content="The quay was shut. " * 20, hash="other", article=True)
    article = Arrival(read, NOON, NOON.date(), row=errand.row)
    store.articles.save(ArticleRecord(errand, NOON, article))
    html = page_of(desk)
    assert words(html, "summary").startswith("Article, 380 characters")
    assert "still to be read" not in html


# --- the store ----------------------------------------------------------------------


def test_a_story_is_read_by_its_whole_id_alone(store):
    keep(store, an_item(KEY, "Port closed"), THEN)
    found = store.reading.story({"wire": a_feed()}, KEY)
    assert (found.id, found.indicators, found.lead.feed.publisher) == (KEY, ("i0",), "Wire")
    assert store.reading.story({}, KEY[:8]) is None
    assert store.reading.fetched(KEY[:8]) is None


def test_versions_are_read_newest_first(store):
    item = an_item(KEY, "Port closed")
    keep(store, item, THEN)
    keep(store, an_item("other", "Another"), THEN)
    for at, title in enumerate(("Port shut", "Port closed again"), start=1):
        edited = replace(item, title=title, hash=title)
        keep(store, edited, THEN, NOON + at * HOUR, row=row_of(store, item))
    assert [(one.title, one.replaced) for one in store.reading.versions(KEY)] == [
        ("Port shut", NOON + 2 * HOUR),
        ("Port closed", NOON + HOUR),
    ]
    assert store.reading.versions("other") == []
    assert store.reading.fetched(KEY) == (NOON, False)


# --- the page -----------------------------------------------------------------------


@pytest.fixture
def desk(store, tmp_path):
    watch = a_port_watch("$port AND $shut NOT $toys", "$port AND $cargo")
    item = an_item(
        KEY,
        "Port closed",
        summary="The port shut at noon.",
        content="A first paragraph.\nThe harbour is closed.",
        link="https://wire.example/1",
        author="A. Writer",
        published=NOON - HOUR,
        hash="cafe" * 8,
    )
    keep(store, item, watch, backfill=True)
    return a_desk(store, watch, tmp_path)


def test_the_page_holds_what_defends_a_hit(desk):
    html = page_of(desk)
    assert words(html, "h1") == "Port closed"
    assert "Hit I0" in words(html, ".head")
    record = words(html, ".rail")
    for fact in ("2025-11-06T12:00:00Z", "2025-11-06T11:00:00Z", "cafe" * 8, KEY, "A. Writer"):
        assert fact in record
    assert "at its first poll" in record
    assert f"monitor explain i0 --item {KEY[:8]}" in words(html, "#why-i0")
    assert "Short of a hit: $cargo not found." in words(html, "#why-i1")


def test_the_tree_is_open_for_a_hit_and_folded_for_a_miss(desk):
    tree = HTMLParser(page_of(desk))
    assert "open" in tree.css_first("#why-i0 > .why-tree").attributes
    assert not tree.css("#why-i1 .tree")
    link = tree.css_first("#why-i1 a[data-unfold]").attributes["href"]
    why = HTMLParser(part_of(desk, "why.html", Shows(desk, desk.clock()).why(KEY, "i1")))
    assert link == f"/stories/{KEY}/why/i1"
    assert why.css("[data-fold] .tree .node")
    assert "Short of a hit: $cargo not found." in why.body.text(separator=" ").replace("  ", " ")


def test_what_must_not_be_is_told_so_that_false_does_not_mislead(desk):
    (node,) = [one for one in HTMLParser(page_of(desk)).css(".node") if "$toys" in one.text()]
    said = " ".join(node.text(separator=" ").split())
    assert said == "not found must not $toys as it should be"
    assert node.css_first(".truth.false") is None


def test_the_full_text_keeps_its_paragraphs_and_the_marks_in_each(desk):
    paragraphs = HTMLParser(page_of(desk)).css(".full p")
    assert [one.text() for one in paragraphs] == ["A first paragraph.", "The harbour is closed."]
    assert [mark.text() for mark in paragraphs[1].css("mark")] == ["harbour", "closed"]


def test_a_title_alone_is_said_to_be_one(store, tmp_path):
    keep(store, an_item(KEY, "Port closed"), THEN)
    assert "Its feed gave a title alone." in words(page_of(a_desk(store, THEN, tmp_path)))


def test_a_very_long_text_is_shown_up_to_a_length_that_is_told(store, tmp_path):
    keep(store, an_item(KEY, "Port closed", content="word " * 20_000), THEN)
    html = page_of(a_desk(store, THEN, tmp_path))
    assert words(html, ".full p:last-child") == "… 92,000 characters more"
    assert len(html) < 50_000
    desk = a_desk(store, THEN, tmp_path)
    assert f'href="/stories/{KEY}/text/0"' in html
    whole = part_of(desk, "text.html", Shows(desk, desk.clock()).text(KEY, 0))
    assert words(whole, "[data-fold] p:last-child") == "… 40,000 characters more"
    assert Shows(desk, desk.clock()).text(KEY, 1) is None


@pytest.fixture
def merged(store, tmp_path):
    """A story named after one item and told by an earlier one; each hit another indicator."""
    watch = a_port_watch("$cargo", "$port AND $shut", "$toys")
    first = an_item(KEY, "Port closed", summary="The harbour was shut.", hash="f" * 32)
    lead = an_item("fedcba98" * 4, "Cargo waits", hash="e" * 32)
    keep(store, first, watch)
    keep(store, lead, watch, at=NOON - 2 * HOUR)
    merge(first.key, lead.key, watch, store.stories, NOON)
    return a_desk(store, watch, tmp_path)


def test_the_id_and_the_command_are_those_of_the_item_whose_text_is_shown(merged):
    html = page_of(merged)
    record = words(html, ".rail")
    assert words(html, "h1") == "Cargo waits"
    assert f"Hash {'e' * 32}" in record
    assert f"Id {'fedcba98' * 4}" in record
    assert "monitor explain i0 --item fedcba98" in words(html, "#why-i0")


def test_what_only_a_later_report_hit_is_judged_by_that_report(merged):
    view = Shows(merged, merged.clock()).story(KEY)
    assert [(one.id, one.holds, one.standing) for one in view.hits] == [
        ("i0", True, ""),
        ("i1", True, ""),
    ]
    assert [one.id for one in (*view.near, *view.far)] == ["i2"]
    why = words(page_of(merged), "#why-i1")
    assert f"monitor explain i1 --item {KEY[:8]}" in why
    assert "in the report of Wire" in why
    assert "in the report of" not in words(page_of(merged), "#why-i0")


def test_the_edit_of_a_later_report_is_told_of_its_own_hit(merged):
    item = an_item(KEY, "Port open", hash="d" * 32)
    state = FeedState("wire", "https://wire.example/feed.xml")
    edit = Arrival(item, NOON, NOON.date(), row=row_of(merged.store, item), twin=KEY)
    merged.store.records.save(PollRecord(state, NOON, NOON.date(), True, (edit,)))
    hits = Shows(merged, merged.clock()).story(KEY).hits
    assert {one.id: one.standing for one in hits} == {
        "i0": "",
        "i1": "It hit an earlier text; the text as it stands now would not.",
    }


def test_an_indicator_tells_what_was_sent_on_whatever_is_in_its_stories_now(merged):
    drafts = (
        a_draft("a", channel="first-channel", subject=KEY),
        a_draft("b", channel="other-channel", subject="fedcba98" * 4),
        a_draft("c", channel="no-channel", subject="elsewhere"),
    )
    state = FeedState("wire", "https://wire.example/feed.xml")
    merged.store.records.save(PollRecord(state, NOON, NOON.date(), True, drafts=drafts))
    shows = Shows(merged, merged.clock())
    for indicator in merged.current.watch.indicators[:2]:
        sent = shows.indicator(indicator).deliveries
        assert {line.channel for line in sent} == {"first-channel", "other-channel"}
    assert shows.indicator(merged.current.watch.indicators[2]).deliveries == ()


def test_what_was_sent_on_it_is_told_and_on_others_is_not(store, tmp_path):
    keep(store, an_item(KEY, "Port closed"), THEN)
    drafts = (
        a_draft("a", subject=KEY),
        a_draft("b", channel="other-channel", subject="elsewhere"),
    )
    state = FeedState("wire", "https://wire.example/feed.xml")
    store.records.save(PollRecord(state, NOON, NOON.date(), True, drafts=drafts))
    sent = words(page_of(a_desk(store, THEN, tmp_path)), ".rail")
    assert "pending, desk: Port closed" in sent
    assert "other-channel" not in sent


HOSTILE = "port <script>alert(1)</script> closed \u202e\"onmouseover='x'"


def test_nothing_of_a_feed_gets_into_the_page_as_markup(store, tmp_path):
    item = an_item(
        KEY, HOSTILE, summary=HOSTILE, content=HOSTILE, author=HOSTILE, tags=(HOSTILE,),
        link="javascript:alert(1)", lang='en" onclick="x', hash=HOSTILE,
    )  # fmt: skip
    keep(store, item, THEN)
    keep(store, replace(item, hash="other"), THEN, NOON + HOUR, row=row_of(store, item))
    watch = replace(THEN, indicators=(replace(THEN.indicators[0], title=HOSTILE),), title=HOSTILE)
    html = page_of(a_desk(store, watch, tmp_path))
    page = HTMLParser(html)
    assert not page.css("main script, img, [onclick], [onmouseover], [href^=javascript]")
    assert "\u202e" not in html
    assert html.count("&lt;script&gt;") > 8


async def ask(desk: Desk, path: str) -> tuple[int, dict[str, str], str]:
    """Ask the real web application for an address."""
    got: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        got.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": quote(path).encode(), "query_string": b"",
        "root_path": "", "headers": [(b"host", b"localhost")], "server": ("localhost", 80),
    }  # fmt: skip
    await create_pages(cast(App, desk))(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in got[0]["headers"]}
    body = b"".join(one.get("body", b"") for one in got[1:]).decode()
    return got[0]["status"], headers, body


async def test_the_address_of_a_story_shows_it_under_the_policy(desk):
    status, headers, body = await ask(desk, f"/stories/{KEY}")
    assert (status, headers["content-security-policy"]) == (200, POLICY)
    assert words(body, "h1") == "Port closed"


@pytest.mark.parametrize("story", ["nothing", KEY[:8], "%", "<script>"])
async def test_an_id_that_nothing_has_is_not_found(desk, story):
    status, _, body = await ask(desk, f"/stories/{story}")
    assert status == 404
    assert "<script>" not in body


async def test_the_pages_lead_to_it_by_their_times(desk):
    for path in ("/", "/indicators/i0"):
        _, _, body = await ask(desk, path)
        (link,) = HTMLParser(body).css(f"a[href='/stories/{KEY}']")
        assert link.css_first("time") is not None
        assert HTMLParser(body).css("a[href='https://wire.example/1']")


@pytest.mark.parametrize(
    ("links", "leads"),
    [
        pytest.param(Links(), "/stories/a%2Fb", id="on the service"),
        pytest.param(
            Links("https://watch.example"), "https://watch.example/stories/a%2Fb", id="mail"
        ),
        pytest.param(Links(None), None, id="no pages at all"),
        pytest.param(FileLinks(), None, id="among files"),
    ],
)
def test_a_link_to_a_story_leads_only_where_it_has_a_page(links, leads):
    assert links.story("a/b") == leads


def test_a_days_content_and_its_mail_lead_to_no_story_page(desk):
    digest = a_digest()
    mail = desk.renderer.digest_message(digest, None, "desk", SLOT)
    for text in (desk.renderer.digest_content(digest), mail.html or "", mail.text, mail.short):
        assert "/stories/" not in text


def test_an_item_of_the_past_was_published_then_until_an_edit_makes_it_news(store):
    watch = a_watch(indicators=(an_indicator("i0", "port"),))
    past, quiet = an_item(key="p" * 32, title="Port closed"), an_item(key="q" * 32, title="Calm")
    keep(store, past, watch, backfill=True)
    keep(store, quiet, watch, backfill=True)
    edited = replace(quiet, title="Port opened", hash="other")
    keep(store, edited, watch, NOON + HOUR, row=row_of(store, quiet))
    stories = store.reading.stories({}, NOON - HOUR, NOON + 2 * HOUR)
    told = {story.id: (story.seen, story.lead.backfill) for story in stories}
    assert told == {past.key: (NOON, True), quiet.key: (NOON + HOUR, False)}


def test_the_coverage_knows_when_the_watch_began(store):
    day = NOON.date()
    coverage = store.reading.coverage([], day, day, (NOON, NOON + HOUR), NOON + 9 * HOUR, NOON)
    assert (coverage.watched, coverage.began) == (False, NOON + 9 * HOUR)


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        pytest.param("$a OR $b", ["$a OR $b"], id="a short one stays"),
        pytest.param(
            f"(($a AND {'$b ' * 20}) OR ($c OR $d) OR lang:ru) NOT $e",
            [f"(($a AND {'$b ' * 20})", " OR ($c OR $d)", " OR lang:ru) NOT $e"],
            id="the outermost choice",
        ),
        pytest.param(
            f'"this OR that (" AND {"$b " * 20}OR $c',
            [f'"this OR that (" AND {"$b " * 20}'.rstrip(), "OR $c"],
            id="a quoted one is a word",
        ),
        pytest.param("$a AND " * 20 + "$b", ["$a AND " * 20 + "$b"], id="no choice"),
        pytest.param(f"$a\n  OR {'$b ' * 40}", ["$a", f"  OR {'$b ' * 40}"], id="lines are kept"),
        pytest.param(f'" {"$b " * 30} OR $c', [f'" {"$b " * 30}'.rstrip(), "OR $c"], id="odd"),
    ],
)
def test_a_long_rule_is_set_in_lines(expression, lines):
    assert [line.rstrip() for line in in_lines(expression).split("\n")] == [
        line.rstrip() for line in lines
    ]
    assert in_lines(expression).split() == expression.split()


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        pytest.param("", "began the story", id="the first"),
        pytest.param("same text 0.82", "same text 0.82", id="a copy"),
        pytest.param(
            "same: Il-76, La Guaira, 26 October; hit i0, gone",
            "same: Il-76, La Guaira, 26 October; both hit Watch 0 and gone",
            id="indicators by their titles, but for one that left the list",
        ),
    ],
)
def test_why_a_report_is_there_is_told_in_an_analysts_words(reason, told):
    assert why_there(reason, {"i0": "Watch 0"}) == told


def test_a_report_names_indicators_by_their_titles(merged):
    told = words(page_of(merged), f"#i-{KEY}")
    titles = Shows(merged, merged.clock()).story(KEY).titles
    assert f"hit {titles['i1']}" in told
    assert "hit i1" not in told
