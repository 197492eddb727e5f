"""Quiet, silent and blind are three different things."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.levels.assess import Board, Subject, assess
from monitor.levels.exposure import dark_share, shares
from monitor.levels.hours import DAY, Hours
from monitor.levels.level import Level, Sight, Standing
from monitor.levels.silence import pause
from monitor.levels.wording import Told
from tests.levels.made import NOW

DAYS = 120


def a_stop(every: int, quiet_days: int, looked: list[float] | None = None) -> Hours:
    """One story every so many hours, and then none for some days."""
    length = DAYS * DAY
    end = length - quiet_days * DAY
    stories = [1 if hour < end and hour % every == 0 else 0 for hour in range(length)]
    return Hours.of(stories, looked or [10.0] * length)


def in_bursts(quiet_days: int) -> Hours:
    """Five stories within a day and a half, every ten days, and then none for some days."""
    length = DAYS * DAY
    end = length - quiet_days * DAY
    row = [0] * length
    for start in range(end % 247, end - 2 * DAY, 247):
        for number in range(5):
            row[start + 9 * number] = 1
    return Hours.of(row, [10.0] * length)


def looked_at(last_days: int, share: float) -> list[float]:
    """All alike, but for the last days."""
    return [10.0] * ((DAYS - last_days) * DAY) + [10.0 * share] * (last_days * DAY)


@pytest.mark.parametrize(
    ("hours", "silent"),
    [
        pytest.param(a_stop(12, 1), False, id="two stories missing"),
        pytest.param(a_stop(12, 8), True, id="sixteen missing"),
        pytest.param(a_stop(36, 30), True, id="a story every other day, a month without"),
        pytest.param(a_stop(36, 5), False, id="a story every other day, five days without"),
        pytest.param(in_bursts(9), False, id="bursts over midnight, as long apart as usual"),
        pytest.param(in_bursts(14), True, id="bursts over midnight, the next long due"),
        pytest.param(a_stop(12, 8, looked_at(8, 0.0)), False, id="nothing was looked at"),
        pytest.param(a_stop(12, 30, looked_at(1, 0.2)), False, id="hardly anything today"),
    ],
)
def test_a_silence_is_called_when_chance_and_coverage_rule_it(hours, silent):
    gap = pause(hours, hours.end, indicators=10)
    assert (gap is not None and gap.is_silence) is silent


def test_without_a_routine_there_is_no_silence():
    assert pause(a_stop(24 * 7, 40), DAYS * DAY, indicators=1) is None
    assert pause(Hours.of([0] * 100, [1.0] * 100), 100, indicators=1) is None


def test_time_is_counted_in_items():
    whole, half = a_stop(12, 6), a_stop(12, 6, looked_at(6, 0.6))
    p = [gap.p for one in (whole, half) if (gap := pause(one, one.end, 10)) is not None]
    assert p[1] > 5 * p[0]


def assessed(hours: Hours, control: bool = True, dark: float = 0.0, asks: bool = True) -> Level:
    return told_of(hours, control, dark, asks)[0]


def told_of(hours: Hours, control: bool, dark: float, asks: bool) -> tuple[Level, str]:
    subject = Subject(
        indicator="overhauls",
        hours=hours,
        told=[Told()] * 4,
        sight=Sight(56, dark, ("wire",) if dark else ()),
        asks_silence=asks,
        control=lambda _since: control,
        feeds=34,
    )
    one = assess(subject, Standing(), Board.of(100), NOW)
    return one.level, one.reason


def test_a_silence_says_how_many_feeds_do_not_report_it():
    level, reason = told_of(a_stop(12, 8), True, 0.0, True)
    assert level is Level.SILENT
    assert reason.startswith(
        "silent: not reported by 34 feeds watched since 22 February 01:00 UTC, 17 stories expected"
    )


@pytest.mark.parametrize(
    ("more", "level"),
    [
        pytest.param({"asks": False}, Level.QUIET, id="nobody asked for it"),
        pytest.param({"control": False}, Level.QUIET, id="the control does not hit either"),
        pytest.param({"dark": 0.9}, Level.BLIND, id="the feeds are down"),
        pytest.param({}, Level.SILENT, id="all is as it should be but the stories"),
    ],
)
def test_what_no_story_means(more, level):
    assert assessed(a_stop(12, 8), **more) is level


def test_the_control_is_asked_about_the_time_since_the_last_story():
    asked = []

    def control(since):
        asked.append(since)
        return True

    subject = Subject("x", a_stop(12, 8), [Told()] * 4, Sight(56), 1, True, control)
    one = assess(subject, Standing(), Board.of(100), NOW)
    assert asked == [one.silent_since]
    assert NOW - one.silent_since == timedelta(days=8, hours=11)


def test_a_firehose_weighs_little_and_a_dead_feed_of_most_stories_blinds():
    items = {"wire": 400, "gazette": 100, "firehose": 20_000}
    worth = shares({"wire": 40, "gazette": 2}, items)
    assert worth.worth("firehose") < worth.worth("gazette") < worth.worth("wire")
    assert dark_share(worth, items, ["wire"]) > 0.9
    assert dark_share(worth, items, ["firehose"]) < 0.05
    assert dark_share(worth, items, items) == 1.0


def test_without_stories_every_item_is_worth_the_same():
    worth = shares({}, {"wire": 300, "gazette": 100})
    assert worth.worth("wire") == worth.worth("gazette")
    assert dark_share(worth, {"wire": 300, "gazette": 100}, ["wire"]) == pytest.approx(0.75)
    assert dark_share(shares({}, {}), {}, ["wire"]) == 0.0
