"""What stories say for and against a hypothesis."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor.levels.hypotheses import Evidence, matrix, tells_nothing
from monitor.model import Hypothesis, Rule, Signal
from tests.levels.made import NOW
from tests.make import an_indicator

CAPPED = Hypothesis("capped", "Aid stays capped.", as_of=date(2026, 2, 20))
OPEN = Hypothesis("open", "Aid grows.")
OVERHAULS = an_indicator(
    "overhauls",
    signals=(
        Signal("stalled", Rule(match="delay*"), supports=("capped",), contradicts=("open",)),
        Signal("moving", Rule(match="return*"), contradicts=("capped",)),
    ),
)
VISITS = an_indicator(
    "visits", signals=(Signal("visit", Rule(match="visit"), supports=("capped", "open")),)
)
START = NOW - timedelta(days=28)


def evidence(story: str, signal: str, *, indicator="overhauls", back: int = 1, **more) -> Evidence:
    return Evidence(story, indicator, (signal,), NOW - timedelta(days=back), **more)


def of(*stories: Evidence):
    return matrix([OVERHAULS, VISITS], [CAPPED, OPEN], stories, START, NOW)


def test_each_story_counts_on_the_side_of_its_signal():
    told = of(evidence("a", "stalled"), evidence("b", "stalled"), evidence("c", "moving"))
    cell = told.lines[0].cells["capped"]
    assert (cell.stories_for, cell.stories_against) == (2, 1)
    assert told.lines[0].cells["open"].stories_against == 2
    assert told.lines[1].cells["capped"].is_empty


@pytest.mark.parametrize(
    ("grade", "independent", "weight"),
    [
        pytest.param("A", 1, 0.5, id="the best source alone"),
        pytest.param("A", 3, 0.875, id="the best source, twice confirmed"),
        pytest.param("D", 1, 0.2, id="a poor source"),
        pytest.param("F", 1, 0.25, id="a source that cannot be judged"),
    ],
)
def test_grade_and_corroboration_weigh(grade, independent, weight):
    told = of(evidence("a", "stalled", grade=grade, independent=independent))
    assert told.columns[0].whole.balance == pytest.approx(weight)


def test_a_story_of_two_indicators_is_one_story_to_a_hypothesis():
    told = of(evidence("a", "stalled", grade="A"), evidence("a", "visit", indicator="visits"))
    assert told.columns[0].whole.stories_for == 1
    assert told.columns[0].whole.weight_for == pytest.approx(0.5)


def test_evidence_is_told_before_and_since_the_day_of_the_hypothesis_and_by_the_week():
    told = of(evidence("a", "stalled", back=25), evidence("b", "stalled", back=2))
    column = told.columns[0]
    assert (column.before.stories_for, column.since.stories_for) == (1, 1)
    assert [cell.stories_for for _, cell in column.weeks] == [1, 0, 0, 1]
    assert column.weeks[-1][0] == NOW


def test_what_lies_outside_the_time_is_left_out():
    assert of(evidence("a", "stalled", back=29)).columns[0].whole.is_empty


def test_an_indicator_that_points_the_same_way_for_all_is_flagged():
    assert [line.tells_nothing for line in of().lines] == [False, True]
    assert not tells_nothing(VISITS, [CAPPED])
    assert not tells_nothing(an_indicator("plain"), [CAPPED, OPEN])


def test_indicators_that_speak_of_no_hypothesis_have_no_line():
    told = matrix([an_indicator("plain")], [CAPPED], [], START, NOW)
    assert not told.lines
