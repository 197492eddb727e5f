"""The points beside a rule as the pages tell them: what comes of them, what adds up, no jargon."""

from __future__ import annotations

import pytest

from monitor.matching import Explanation, compile_watch, explain
from monitor.model import Weighing
from monitor.web.evidence import came_near, lacks, tree
from monitor.web.points import ROWS_SHOWN, points_of
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
    every = [one.points for one in scales.counted if one.points > 0]
    assert len(points.speaks_for.signs) == min(ROWS_SHOWN, len(every))
    assert [(one.points, one.says, one.words) for one in points.against.signs] == [
        ("−2.50", "abroad", ("India",))
    ]
    pair = next(one for one in points.speaks_for.signs if " with " in one.says)
    assert (pair.says, pair.words) == ("jets with waiting", ("fighters", "wait"))
    assert 0 < points.at[0] < points.at[1] < points.at[2] < 480


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
    assert "+1.10 jets with waiting Fighters, wait" in said
    assert "Every item begins at −3.00; with these it comes to +0.30." in said
    assert 'details class="why-tree" open' not in html
