"""The points beside a rule as the pages tell them: what comes of them, what adds up, no jargon."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.matching import Explanation, compile_watch, explain
from monitor.model import Weighing
from monitor.web.evidence import came_near, lacks, tree
from monitor.web.points import points_of
from tests.make import a_feed, a_watch, an_indicator, an_item
from tests.test_story_page import KEY, a_desk, keep, page_of, words

TERMS = {
    "jets": ("fighters", "Su-30"),
    "upkeep": ("overhaul*",),
    "waiting": ("wait", "grounded"),
    "abroad": ("India*",),
    "hub": ("depot", "hangar"),
}
SIGNS = (("jets",), 1.2), (("waiting",), 1.0), (("jets", "waiting"), 1.1), (("upkeep",), 0.9)
WEIGHING = Weighing(-3.0, 0.0, -2.0, (*SIGNS, (("hub",), 2.0), (("abroad",), -2.5)))
WATCH = a_watch(
    indicators=(
        an_indicator("overhauls", "$jets NEAR/10 $upkeep", weighing=WEIGHING),
        an_indicator("asks", "hit:overhauls AND $hub"),
    ),
    terms=TERMS,
)


def told(title: str, indicator: str = "overhauls") -> Explanation:
    return explain(an_item(title=title), compile_watch(WATCH)[0], indicator, a_feed())


@pytest.mark.parametrize(
    ("title", "says", "sums"),
    [
        pytest.param(
            "Fighters wait for overhaul",
            "The rule holds, and the points would be a hit without it",
            "+1.20 points; 0.00 would be enough",
            id="both",
        ),
        pytest.param(
            "Fighters back from overhaul",
            "The rule holds, and the points let it stand",
            "−0.90 points; under −2.00 they would take it back",
            id="the rule, and not too much against it",
        ),
        pytest.param(
            "India's fighters back from overhaul",
            "The rule holds, but the points take it back",
            "−3.40 points; its find stands from −2.00 on",
            id="the rule, and too much against it",
        ),
        pytest.param(
            "Fighters wait",
            "The rule does not hold, but weak signs add up",
            "+0.30 points; from 0.00 on they are a hit without it",
            id="the points alone",
        ),
        pytest.param(
            "Fighters fly",
            "The rule does not hold, and the points are too few",
            "−1.80 points; from 0.00 on they are a hit without it",
            id="neither",
        ),
    ],
)
def test_what_comes_of_a_rule_and_its_points_is_told_in_a_sentence(title, says, sums):
    points = points_of(told(title).scales)
    assert points is not None
    assert (points.says, points.told) == (says, sums)


def test_the_signs_of_both_sides_and_the_base_add_up_to_the_sum():
    scales = told("India's fighters wait in the hangar for overhaul").scales
    points = points_of(scales)
    assert scales is not None
    assert points is not None
    assert scales.total == pytest.approx(scales.base + sum(one.points for one in scales.counted))
    signs = [*points.speaks_for.signs, *points.against.signs]
    assert [(one.points, one.words, one.says) for one in signs] == [
        ("+2.00", ("hangar",), "hub"),
        ("+1.75", ("fighters",), "jets"),
        ("+1.55", ("wait",), "waiting"),
        ("+0.90", ("overhaul",), "upkeep"),
        ("−2.50", ("India",), "abroad"),
    ]
    assert 0 < points.at[0] < points.at[1] < points.at[2] < 480


def test_lists_that_the_same_words_name_are_one_sign_and_very_many_signs_are_added_up():
    names = [f"circle-{n}" for n in range(9)]
    weighing = Weighing(-3.0, 0.0, -2.0, tuple(((name,), 0.1) for name in [*names, "jets"]))
    terms = {**dict.fromkeys(names, ("port",)), "jets": ("Su-30",)}
    terms |= {f"w{n}": (f"word{n}",) for n in range(9)}
    more = tuple(((f"w{n}",), 0.05) for n in range(9))
    one = an_indicator("a", "port", weighing=replace(weighing, points=(*weighing.points, *more)))
    matcher, _ = compile_watch(a_watch(indicators=(one,), terms=terms))
    item = an_item(title="Su-30 in port: " + " ".join(f"word{n}" for n in range(9)))
    points = points_of(explain(item, matcher, "a", a_feed()).scales)
    assert points is not None
    first = points.speaks_for.signs[0]
    assert (first.points, first.words) == ("+0.90", ("port",))
    assert first.says == "circle 0, circle 1, circle 2, 6 more"
    assert (points.speaks_for.more, points.speaks_for.rest) == (5, "+0.25")


def test_a_rule_without_points_tells_none():
    assert points_of(told("Fighters fly", "asks").scales) is None


def test_points_are_no_clauses_of_the_tree_nor_what_a_miss_lacks_or_comes_near_by():
    (rule,) = tree(told("Fighters wait"))
    assert (rule.codes, rule.holds) == (("NEAR/10",), False)
    (asks,) = tree(told("Fighters wait in the hangar", "asks"))
    weighed = asks.parts[0].parts[0]
    assert (weighed.codes, [one.role for one in weighed.parts]) == (
        ("the rule, weighed",),
        ["rule"],
    )
    assert lacks(told("India's fighters back from overhaul")) == ()
    assert not came_near(told("Depot closed"))


def test_the_page_of_a_hit_by_points_says_so_before_its_rule(store, tmp_path):
    keep(store, an_item(KEY, "Fighters wait"), WATCH)
    html = page_of(a_desk(store, WATCH, tmp_path), KEY)
    said = words(html, "#why-overhauls .points")
    assert said.startswith("The rule does not hold, but weak signs add up. +0.30 points;")
    assert "+1.75 Fighters jets +1.55 wait waiting" in said
    assert "Every item begins at −3.00; with these it comes to +0.30." in said
    assert 'details class="why-tree" open' not in html
