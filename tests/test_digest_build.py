"""What is on a digest, and where a day begins and ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digest.build import Coverage, build, day_bounds, local_day
from monitor.model import Priority
from tests.make import DAY, HOUR, NOON, a_feed, a_story, a_watch, an_indicator

WATCH = a_watch(
    indicators=[
        an_indicator("rails"),
        an_indicator("ports", priority=Priority.HIGH),
        an_indicator("roads", priority=Priority.LOW),
    ]
)
START, END = day_bounds(date(2025, 11, 6), WATCH.zone)
ALL = Coverage(1, 1, 10)


def built(*stories, now=END):
    return build(WATCH, stories, ALL, START, END, now, day=date(2025, 11, 6))


def test_stories_are_ranked_by_priority_then_grade_then_time():
    early = a_story("early", seen=NOON - HOUR, indicators=["rails"])
    late_high = a_story("late-high", seen=NOON, indicators=["ports"])
    poor = a_story("poor", seen=NOON - 2 * HOUR, indicators=["rails"], feed=a_feed("x", grade="D"))
    ids = [story.id for story in built(early, poor, late_high).stories]
    assert ids == ["late-high", "early", "poor"]


def test_a_story_of_two_indicators_stands_under_both():
    digest = built(a_story("both", indicators=["rails", "ports"]))
    assert [beat.indicator.id for beat in digest.beats] == ["ports", "rails"]
    assert [beat.indicator.id for beat in digest.still] == ["roads"]


def test_a_story_of_an_indicator_that_is_gone_stays_on_the_page():
    digest = built(a_story("old", indicators=["no-longer-watched"]))
    assert [story.id for story in digest.stories] == ["old"]
    assert digest.beats == ()


@pytest.mark.parametrize(
    ("seen", "is_in"),
    [
        pytest.param(START, True, id="first instant"),
        pytest.param(START - timedelta(microseconds=1), False, id="just before"),
        pytest.param(END - timedelta(microseconds=1), True, id="last instant"),
        pytest.param(END, False, id="midnight belongs to the next day"),
    ],
)
def test_a_day_holds_what_was_first_seen_in_it(seen, is_in):
    assert bool(built(a_story(seen=seen)).stories) is is_in


def test_a_day_is_closed_when_it_is_over():
    assert built(now=END).closed
    assert not built(now=END - timedelta(seconds=1)).closed


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        pytest.param("America/Caracas", date(2025, 11, 6), 24, id="no change"),
        pytest.param("Europe/Berlin", date(2025, 3, 30), 23, id="spring"),
        pytest.param("Europe/Berlin", date(2025, 10, 26), 25, id="autumn"),
        pytest.param("Australia/Lord_Howe", date(2025, 4, 6), 24.5, id="half an hour"),
    ],
)
def test_days_are_as_long_as_the_clocks_make_them(zone, day, hours):
    start, end = day_bounds(day, ZoneInfo(zone))
    assert end - start == timedelta(hours=hours)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(
        [
            "America/Caracas",
            "Europe/Berlin",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Pacific/Apia",
            "America/Havana",
            "Asia/Tehran",
            "Asia/Beirut",
        ]
    ),
)
def test_every_instant_lies_in_its_own_local_day(naive, name):
    instant, zone = naive.replace(tzinfo=UTC), ZoneInfo(name)
    start, end = day_bounds(local_day(instant, zone), zone)
    assert start <= instant < end


def test_days_follow_each_other_without_gap_or_overlap():
    zone = ZoneInfo("America/Havana")  # its clocks change at midnight
    day = date(2025, 1, 1)
    for _ in range(400):
        assert day_bounds(day, zone)[1] == day_bounds(day + DAY, zone)[0]
        day += DAY
