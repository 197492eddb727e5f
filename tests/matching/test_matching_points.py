"""Points beside a rule: weak signs that add up, and signs that speak against a find."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.matching import compile_watch, explain, match
from monitor.model import Indicator, Item, Polling, Rule, WatchList, Weighing

LISTS = {
    "jets": ("fighters", "Su-30"),
    "upkeep": ("overhaul*",),
    "waiting": ("wait", "grounded"),
    "abroad": ("India*",),
    "place": ("Venezuela*",),
}
POLLING = Polling(timedelta(minutes=15), timedelta(minutes=5), timedelta(hours=6), ())
POINTS = Weighing(
    base=-3.0,
    hit=0.0,
    keep=-2.0,
    points=(
        (("jets",), 1.2),
        (("waiting",), 1.0),
        (("jets", "waiting"), 1.1),
        (("upkeep",), 0.9),
        (("abroad",), -2.5),
    ),
)


def overhauls(weighing: Weighing | None = POINTS) -> Indicator:
    rule = Rule(match="$jets NEAR/10 $upkeep", path=("indicators", 0))
    return Indicator(id="overhauls", title="Overhauls", rule=rule, weighing=weighing)


def listed(*indicators: Indicator, scope: str | None = None) -> WatchList:
    narrowed = Rule(match=scope, path=("scope",)) if scope else None
    return WatchList("Desk", ZoneInfo("UTC"), (), indicators, LISTS, narrowed, (), POLLING, (), ())


def text(title: str) -> Item:
    return Item(key="one", feed="", title=title)


def hits(watch: WatchList, title: str) -> list[str]:
    matcher, problems = compile_watch(watch)
    assert problems == []
    return [one.indicator for one in match(text(title), matcher)]


@pytest.mark.parametrize(
    ("title", "hit"),
    [
        pytest.param("Fighters wait", True, id="two lists and their pair are enough"),
        pytest.param("Fighters fly", False, id="one list is not"),
        pytest.param("Fighters back from overhaul", True, id="the rule, and nothing against it"),
        pytest.param("India's fighters back from overhaul", False, id="the rule outweighed"),
        pytest.param("India's fighters wait for overhaul", True, id="the rule kept all the same"),
        pytest.param("Nothing of the kind", False, id="nothing named"),
    ],
)
def test_points_make_hits_and_take_them_back(title: str, hit: bool) -> None:
    assert hits(listed(overhauls()), title) == (["overhauls"] if hit else [])


def test_without_points_the_rule_is_what_it_was() -> None:
    plain = listed(overhauls(None))
    assert hits(plain, "Fighters wait") == []
    assert hits(plain, "India's fighters back from overhaul") == ["overhauls"]


def test_no_points_lead_out_of_the_scope() -> None:
    narrowed = listed(overhauls(), scope="$place")
    assert hits(narrowed, "Fighters wait") == []
    assert hits(narrowed, "Venezuela's fighters wait") == ["overhauls"]


def test_a_list_counts_once_however_often_it_is_named() -> None:
    assert hits(listed(overhauls()), "Fighters, fighters, Su-30 and Su-30") == []


def test_the_words_that_spoke_for_it_are_marked_and_those_against_it_are_not() -> None:
    matcher, _ = compile_watch(listed(overhauls()))
    (hit,) = match(text("Indian guests see fighters wait, wait and wait for an overhaul"), matcher)
    assert {mark.list for mark in hit.marks} == {"jets", "upkeep"}  # the rule holds: its words
    (hit,) = match(text("Fighters wait"), matcher)
    assert [(mark.text, mark.list) for mark in hit.marks] == [
        ("Fighters", "jets"),
        ("wait", "waiting"),
    ]


def test_others_ask_for_its_hits_with_the_points_counted() -> None:
    asking = Indicator(
        id="asking", title="Asking", rule=Rule(match="hit:overhauls", path=("indicators", 1))
    )
    watch = listed(overhauls(), asking)
    assert hits(watch, "Fighters wait") == ["overhauls", "asking"]
    assert hits(watch, "India's fighters back from overhaul") == []


@pytest.mark.parametrize(
    ("title", "told"),
    [
        pytest.param("Fighters wait", "+0.30 points, and +0.00 are a hit", id="by points"),
        pytest.param(
            "Fighters back from overhaul",
            "the rule holds; -0.90 points, -2.00 are enough to keep it",
            id="by the rule",
        ),
        pytest.param(
            "India's fighters back from overhaul",
            "the rule holds; -3.40 points, -2.00 are needed to keep it",
            id="taken back",
        ),
    ],
)
def test_the_explanation_says_what_the_points_did(title: str, told: str) -> None:
    matcher, _ = compile_watch(listed(overhauls()))
    assert explain(text(title), matcher, "overhauls").clause.parts[0].note == told


def test_the_explanation_lists_the_points_that_count_the_heaviest_first() -> None:
    matcher, _ = compile_watch(listed(overhauls()))
    _, *points = explain(text("Indian fighters wait"), matcher, "overhauls").clause.parts[0].parts
    assert [(one.role, one.label) for one in points] == [
        ("-2.50", "$abroad"),
        ("+1.20", "$jets"),
        ("+1.10", "$jets with $waiting"),
        ("+1.00", "$waiting"),
    ]


def test_a_miss_of_the_rule_that_no_points_save_is_told_as_before() -> None:
    matcher, _ = compile_watch(listed(overhauls()))
    assert explain(text("Fighters fly"), matcher, "overhauls").failed == "$upkeep: not found"


def test_a_change_of_points_or_of_their_lists_is_a_new_revision() -> None:
    def revision(watch: WatchList) -> str:
        return compile_watch(watch)[0].revisions["overhauls"]

    first = revision(listed(overhauls()))
    heavier = replace(POINTS, points=((("jets",), 1.3), *POINTS.points[1:]))
    more = replace(listed(overhauls()), terms={**LISTS, "waiting": ("wait", "idle")})
    assert len({first, revision(listed(overhauls(heavier))), revision(more)}) == 3
    assert revision(listed(overhauls())) == first


def test_only_the_opening_of_a_long_text_is_weighed() -> None:
    matcher, _ = compile_watch(listed(overhauls()))
    early = Item(key="one", feed="", title="News", content="Fighters wait. " + "Words. " * 300)
    late = Item(key="two", feed="", title="News", content="Words. " * 300 + "Fighters wait.")
    assert [hit.indicator for hit in match(early, matcher)] == ["overhauls"]
    assert match(late, matcher) == []
