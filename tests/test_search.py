"""Search: what the index leaves out never answers, pages join up, addresses can be kept."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import create_engine
from sqlalchemy import text as sql
from starlette.testclient import TestClient

from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.matching import Question, ask, compile_watch, match, words_of
from monitor.matching.question import NAME
from monitor.model import Arrival, FeedState, Indicator, Item, PollRecord, Rule, WatchList
from monitor.resources import shipped
from monitor.store import Store
from monitor.store import search as store_search
from monitor.store.search import place_of
from monitor.store.wordindex import fts5_query, tsquery, tsvector
from monitor.web.finding import LONGEST, Finder, Found, Sought
from monitor.web.pages import create_pages
from tests.make import CARACAS, DAY, HOUR, NOON, a_feed, a_watch, an_indicator, an_item
from tests.matching.generated_rules import expressions_of
from tests.matching.generated_texts import FEEDS, THEMES, Theme, items
from tests.test_story_page import keep

TERMS = {
    "port": ("port*", "puerto", "порт*", "港口"),
    "shut": ("clos*", "$strike"),
    "strike": ("strike",),
}
WATCH = a_watch(
    feeds=[a_feed(), a_feed("agency")],
    indicators=[
        an_indicator("ports", "$port AND $shut"),
        an_indicator("rails", "rail*"),
        an_indicator("both", "hit:ports AND rail*"),
    ],
    terms=TERMS,
)


# --- the question


@pytest.mark.parametrize("about", [pytest.param(one, id=one.name) for one in THEMES])
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=60)
@given(data=st.data())
def test_a_question_is_answered_as_the_language_says_and_the_index_leaves_no_answer_out(
    about: Theme, data: st.DataObject
) -> None:
    text = str(data.draw(expressions_of(about, 0), "question"))
    item = data.draw(items(about), "item")
    nowhere = Rule(match="nothingofthekind", path=("scope",))
    asked = a_watch(terms=about.terms(), feeds=FEEDS, scope=nowhere, indicators=())
    question = ask(text, asked)
    assert isinstance(question, Question), question
    alone = Indicator("one", "One", Rule(match=text, path=("one",)), unscoped=True)
    expected = match(item, compile_watch(replace(asked, indicators=(alone,)))[0])
    answer = question.answer(item, None)
    assert (answer.marks if answer else None) == (expected[0].marks if expected else None)
    if expected and question.needs and (wanted := fts5_query(question.needs)):
        assert _is_indexed(item, wanted)


def _is_indexed(item: Item, wanted: str) -> bool:
    """Whether the index brings an item; what no database keeps is not in its text either."""
    words = re.sub("[\ud800-\udfff]", "", words_of(item))
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(words, content='', tokenize='ascii')")
        connection.execute("INSERT INTO t (rowid, words) VALUES (1, ?)", (words,))
        query = "SELECT count(*) FROM t WHERE t MATCH ?"
        return bool(connection.execute(query, (wanted,)).fetchone()[0])


def test_a_question_asks_for_other_indicators_hits_and_for_no_scope():
    watch = replace(WATCH, scope=Rule(match="harbour", path=("scope",)))
    question = ask("hit:both", watch)
    assert isinstance(question, Question)
    assert not question.answer(an_item(title="Port closed, rail too"), a_feed())
    assert question.answer(an_item(title="Harbour port closed, rail too"), a_feed())
    free = ask("rail*", watch)
    assert isinstance(free, Question)
    assert free.answer(an_item(title="Rail"), a_feed()).indicator == NAME


@pytest.mark.parametrize(
    ("text", "at", "message", "hint"),
    [
        pytest.param("spare parts", 6, "side by side", "quotes", id="two bare words"),
        pytest.param("port AND $shu", 9, "no list $shu", "did you mean $shut?", id="no such list"),
        pytest.param(
            "hit:port", 0, "no indicator port", "did you mean hit:ports?", id="no indicator"
        ),
        pytest.param("(port", 0, "never closed", "write )", id="a bracket"),
        pytest.param("grade:F", 0, "could match everything", "", id="everything"),
    ],
)
def test_what_is_wrong_with_a_question_is_told_with_its_place_and_a_hint(text, at, message, hint):
    problems = ask(text, WATCH)
    assert isinstance(problems, list)
    assert problems[0].position == at
    assert message in problems[0].message
    assert hint in problems[0].hint


def test_a_list_of_very_many_phrases_is_a_question_too(store):
    many = tuple(f"word{'abcdefghij'[n % 10] * (n // 10 + 1)}" for n in range(3_000))
    watch = a_watch(terms={"many": (*many, "port"), "more": many}, indicators=())
    found = find(store, Sought(q="$many NOT $more"), watch, an_item("a", "Port closed"))
    assert titles(found) == ["Port closed"]


# --- the store


def a_desk(store: Store, watch: WatchList = WATCH, now: Any = NOON) -> Any:
    return SimpleNamespace(store=store, watch=watch, clock=lambda: now)


def find(store: Store, sought: Sought, watch: WatchList, *some: Item, page: int = 25) -> Found:
    for one in some:
        keep(store, one, watch)
    return Finder(a_desk(store, watch), patience=30).find(sought, page)


def titles(found: Found) -> list[str]:
    return [answer.report.item.title for answer in found.answers]


def test_answers_come_newest_first_and_pages_join_without_a_gap_or_a_repeat(store):
    kept = [an_item(f"k{n:02}", f"Port number {n}") for n in range(30)]
    for n, one in enumerate(kept):
        # Many have the same second, some the same instant, and some came as the past.
        keep(store, one, WATCH, NOON + timedelta(seconds=(n * 7) % 5, microseconds=n % 3))
    seen: list[str] = []
    sought = Sought(q="port")
    finder = Finder(a_desk(store), patience=30)
    while True:
        found = finder.find(sought, 7)
        seen += titles(found)
        if found.older is None:
            break
        sought = replace(sought, before=str(found.older))
    assert sorted(seen) == sorted(one.title for one in kept)
    seconds = [(int(title.split()[-1]) * 7) % 5 for title in seen]
    assert seconds == sorted(seconds, reverse=True)


def test_time_that_runs_out_leaves_a_page_that_goes_on_where_it_stopped(store):
    for n in range(5):
        keep(store, an_item(f"k{n}", f"Port {n}"), WATCH, NOON + n * HOUR)
    finder = Finder(a_desk(store), patience=-1)
    found = finder.find(Sought(q="port AND 1"))
    steps = 0
    while found.older is not None and not found.answers:
        assert (found.looked_at, found.reached is not None) == (1, True)
        found = finder.find(Sought(q="port AND 1", before=str(found.older)))
        steps += 1
    assert titles(found) == ["Port 1"]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        pytest.param(Sought(q="port"), ["c", "b", "a"], id="a word"),
        pytest.param(Sought(q="$port AND $shut"), ["b", "a"], id="lists"),
        pytest.param(Sought(q="hit:ports"), ["b", "a"], id="an indicator's rule"),
        pytest.param(Sought(q="/P.rt c/"), ["a"], id="a regular expression alone"),
        pytest.param(Sought(q="publisher:agency"), ["c"], id="a condition alone"),
        pytest.param(Sought(q="port", feed="agency"), ["c"], id="a word of a feed"),
        pytest.param(Sought(feed="agency"), ["c"], id="a feed alone"),
        pytest.param(Sought(indicator="rails"), ["d", "b"], id="hits of an indicator"),
        pytest.param(Sought(q="port", indicator="rails"), ["b"], id="hits with a word"),
        pytest.param(Sought(q="port", indicator="none"), [], id="hits of no indicator"),
        pytest.param(Sought(since="2025-11-07"), ["d", "c"], id="from a local day on"),
        pytest.param(Sought(until="2025-11-06"), ["b", "a"], id="to the end of a local day"),
        pytest.param(
            Sought(q="port", since="2025-11-06", until="2025-11-06"), ["b", "a"], id="one day"
        ),
        pytest.param(Sought(q="port NOT strike"), ["c", "a"], id="what must not be"),
        pytest.param(Sought(q="nothing"), [], id="nothing"),
    ],
)
def test_filters_narrow_what_answers(store, sought, found):
    keep(store, an_item("a", "Port closed"), WATCH, NOON)
    # A quarter to midnight in the watch's zone.
    night = (NOON.astimezone(CARACAS)).replace(hour=23, minute=45)
    keep(store, an_item("b", "Rail strike", summary="port"), WATCH, night)
    keep(store, an_item("c", "The port", feed="agency"), WATCH, NOON + DAY)
    keep(store, an_item("d", "Railway"), WATCH, NOON + 2 * DAY)
    some = find(store, sought, WATCH)
    assert [one.report.item.key for one in some.answers] == found
    assert some.slips == ()


def test_an_edited_item_is_found_by_what_it_says_now_and_once(store):
    first = an_item("a", "Port closed")
    keep(store, first, WATCH)
    assert titles(find(store, Sought(q="port"), WATCH)) == ["Port closed"]
    row = store.records.known(["a"])[0].row
    for title in ("Port open", "Port reopened after storm"):
        edited = replace(first, title=title, hash=title)
        keep(store, edited, WATCH, NOON + HOUR, row=row)
    assert titles(find(store, Sought(q="port"), WATCH)) == ["Port reopened after storm"]
    assert titles(find(store, Sought(q="reopened"), WATCH)) == ["Port reopened after storm"]
    assert titles(find(store, Sought(q="closed"), WATCH)) == []
    assert titles(find(store, Sought(), WATCH)) == ["Port reopened after storm"]


def test_what_waits_for_the_index_is_told_where_it_is_too_much_to_take_up(store, monkeypatch):
    for n in range(3):
        keep(store, an_item(f"k{n}", f"Port {n}"), WATCH)
    monkeypatch.setattr("monitor.web.finding.AT_ONCE", 2)
    found = find(store, Sought(q="port"), WATCH)
    assert (found.answers, found.waiting) == ((), 3)
    assert store.search.fill(2) == 2
    assert find(store, Sought(q="port"), WATCH).waiting == 0
    assert len(find(store, Sought(q="port"), WATCH).answers) == 3


def test_both_kinds_of_database_give_the_same_answers(tmp_path, postgres, shipped_list):
    watch = shipped_list.watch
    lines = (shipped("sample") / "items.jsonl").read_text(encoding="utf-8").splitlines()
    arrivals = []
    for row in map(json.loads, lines):
        item = an_item(row["id"], row["title"], feed=row["feed"], summary=row["summary"])
        at = datetime.fromisoformat(row["published"])
        arrivals.append(Arrival(item, at, at.date()))
    questions = [f"${name}" for name in list(watch.terms)[::12]]
    questions += [one.rule.match for one in watch.indicators if one.rule.match]
    questions += ['"St. Petersburg" OR "Su-30"', "venez* NOT oil", "石油", "a* AND b*", "=US"]
    found = []
    for url in (f"sqlite:///{tmp_path / 'sample.db'}", postgres.upgraded()):
        store = Store(url)
        store.upgrade()
        store.records.save(PollRecord(FeedState("wire", ""), NOON, NOON.date(), True, arrivals))
        finder = Finder(a_desk(store, watch, NOON + 900 * DAY), patience=30)
        pages = [finder.find(Sought(q=question), 1_000) for question in questions]
        found.append([[one.report.item.key for one in page.answers] for page in pages])
        store.close()
    assert found[0] == found[1]
    assert sum(map(bool, found[0])) > 8


@pytest.fixture(scope="module")
def asks(postgres):
    """Whether PostgreSQL finds a row of tokens by what is needed."""
    engine = create_engine(postgres.empty())
    query = sql("SELECT CAST(:row AS TSVECTOR) @@ CAST(:asked AS TSQUERY)")
    with engine.connect() as connection:
        yield lambda row, needs: connection.scalar(
            query, {"row": tsvector(row), "asked": tsquery(needs)}
        )
    engine.dispose()


LONG = " ".join(f"w{number}" for number in range(20_000))
WORDS_OF_MANY = st.sampled_from(["port", "su", "30", "'", "порт", "港", "a\\b", "ports", "x" * 300])


@pytest.mark.parametrize(
    ("row", "phrase", "is_open", "found"),
    [
        pytest.param("su 30 mk", ("su", "30"), False, True, id="a phrase"),
        pytest.param("30 su", ("su", "30"), False, False, id="in another order"),
        pytest.param("su x 30", ("su", "30"), False, False, id="not in a row"),
        pytest.param("the ports", ("port",), True, True, id="a beginning"),
        pytest.param("the ports", ("port",), False, False, id="a whole word"),
        pytest.param("in the ports", ("the", "po"), True, True, id="a phrase that goes on"),
        pytest.param("the it s port's", ("the",), False, True, id="words that others leave out"),
        pytest.param("port " * 300 + "end", ("port", "end"), False, True, id="very often"),
        pytest.param(f"{LONG} port end", ("port", "end"), False, True, id="beyond all positions"),
        pytest.param(f"{LONG} port", ("end",), False, False, id="not in a long text"),
        pytest.param(f"{'x' * 3_000}y port", ("x" * 3_000,), True, True, id="a very long word"),
        pytest.param(
            " ".join(f"{n}{'x' * 90}" for n in range(9_000)), ("port",), False, True, id="too much"
        ),
        pytest.param("", ("port",), False, False, id="nothing"),
    ],
)
def test_postgresql_narrows_as_the_index_of_sqlite_does(asks, row, phrase, is_open, found):
    assert asks(row, [[(phrase, is_open)]]) is found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(
    row=st.lists(WORDS_OF_MANY, max_size=8),
    start=st.integers(0, 7),
    length=st.integers(1, 4),
    is_open=st.booleans(),
)
def test_whatever_stands_in_a_row_is_found_by_postgresql(asks, row, start, length, is_open):
    phrase = tuple(row[start : start + length])
    if phrase:
        assert asks(" ".join(row), [[(phrase, is_open)], [(("no",), False), (phrase, is_open)]])


def test_an_index_of_another_form_is_made_anew(store, monkeypatch):
    found = find(store, Sought(q="port"), WATCH, an_item("a", "Port closed"))
    assert len(found.answers) == 1
    monkeypatch.setattr(store_search, "FORM", "other")
    assert store.search.waiting() == 1
    assert len(find(store, Sought(q="port"), WATCH).answers) == 1


def test_two_that_fill_at_once_take_up_each_item_once(store):
    keep(store, an_item("a", "Port closed"), WATCH)
    twin = Store(str(store.database.engine.url))
    inner = twin.search._filled
    asked = []

    def filled(connection: Any) -> Any:
        asked.append(1)
        if len(asked) == 2:
            raise AssertionError("the twin wrote")
        answer = inner(connection)
        store.search.fill()
        return answer

    twin.search._filled = filled
    with pytest.raises(AssertionError):
        twin.search.fill()
    twin.search._filled = inner
    assert twin.search.fill() == 0
    twin.close()
    assert len(find(store, Sought(q="port"), WATCH).answers) == 1


@given(st.datetimes(), st.datetimes(), st.integers(1, 2**30 - 1), st.integers(1, 2**30 - 1))
def test_places_follow_time_and_then_rows(one, other, row, later):
    one, other = one.replace(tzinfo=CARACAS), other.replace(tzinfo=CARACAS)
    assert 0 <= place_of(one, row) < 2**63
    if int(one.timestamp()) < int(other.timestamp()) and one.year > 1970 and other.year < 2100:
        assert place_of(one, row) < place_of(other, later)


# --- the page


@pytest.fixture
def client(store, tmp_path):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    desk = Desk(settings, LoadedWatch(WATCH, compile_watch(WATCH)[0]), store, lambda: NOON + HOUR)
    keep(store, an_item("a" * 32, "Port closed <b>now</b>", summary="Rail too"), WATCH)
    return TestClient(create_pages(cast(App, desk)), base_url="http://127.0.0.1")


def test_a_search_shows_what_answers_with_its_words_marked_and_what_it_hit(client):
    page = client.get("/search", params={"q": "$port AND $shut"})
    html = LexborHTMLParser(page.text)
    assert page.status_code == 200
    assert [one.text() for one in html.css(".told h3 mark")] == ["Port", "closed"]
    links = [one.attributes.get("href") for one in html.css(".told a")]
    assert f"/stories/{'a' * 32}" in links
    assert {"/indicators/ports", "/indicators/rails"} <= set(links)
    assert html.css_first("input[name=q]").attributes["value"] == "$port AND $shut"
    assert "<b>now" not in page.text


def test_a_slip_is_shown_in_its_place_and_the_filters_are_kept(client):
    page = client.get("/search", params={"q": "port AND $shu", "since": "2025-11-01"})
    html = LexborHTMLParser(page.text)
    assert page.status_code == 400
    assert html.css_first(".pointed mark").text() == "$"
    assert "did you mean $shut?" in html.css_first(".slips").text()
    assert html.css_first("input[name=since]").attributes["value"] == "2025-11-01"


@pytest.mark.parametrize(
    ("given", "part"),
    [
        pytest.param({"since": "yesterday"}, "is no day", id="no day"),
        pytest.param({"until": "9999-12-31"}, "is no day", id="beyond all zones"),
        pytest.param(
            {"since": "2025-11-02", "until": "2025-11-01"}, "before the first", id="swapped"
        ),
        pytest.param({"before": "x"}, "no place to go on", id="no place"),
        pytest.param({"before": "9" * 25}, "no place to go on", id="a place beyond all"),
        pytest.param({"q": "a" * (LONGEST + 1)}, "characters at most", id="too long"),
        pytest.param({"q": "=\u0000"}, "Not searched", id="nothing to look for"),
    ],
)
def test_an_address_that_means_nothing_is_told_so(client, given, part):
    page = client.get("/search", params=given)
    assert page.status_code == 400
    assert part in page.text


def test_an_empty_search_asks_nothing(client):
    page = client.get("/search")
    assert page.status_code == 200
    assert "results" not in page.text
