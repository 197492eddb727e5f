"""What is usual for a feed, learned from its dates and from listening."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.habit import learn, patience, usual_rate
from monitor.model import FeedState

NOON = datetime(2025, 11, 6, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY
FRESH = FeedState("wire", "https://wire.example/rss")


def every(gap: timedelta, count: int, newest: timedelta = HOUR) -> list[datetime]:
    return [NOON - newest - gap * number for number in range(count)]


def rate_of(state: FeedState) -> float | None:
    rate = usual_rate(state)
    return None if rate is None else round(rate, 1)


@pytest.mark.parametrize(
    ("dates", "rate", "silence"),
    [
        pytest.param(every(6 * HOUR, 60), 4.0, DAY, id="four a day"),
        pytest.param(every(DAY, 30), 1.0, 2 * DAY, id="one a day"),
        pytest.param(every(10 * DAY, 20), 0.1, 20 * DAY, id="one in ten days"),
        pytest.param(
            [one for one in every(6 * HOUR, 90) if one.weekday() < 5],
            2.8,
            2 * (2 * DAY + 6 * HOUR),
            id="never on Saturdays and Sundays",
        ),
        pytest.param(
            [*every(6 * HOUR, 50), NOON - 300 * DAY], 4.0, DAY, id="one entry pinned for a year"
        ),
        pytest.param(every(HOUR, 12), None, WEEK, id="twelve within half a day"),
        pytest.param([NOON] * 40, None, WEEK, id="no dates, or all of today"),
        pytest.param(every(DAY, 4), None, WEEK, id="too few"),
        pytest.param(every(DAY, 30, newest=700 * DAY), None, WEEK, id="years ago"),
        pytest.param([], None, WEEK, id="an empty document"),
    ],
)
def test_the_dates_of_a_first_document_tell_a_habit(
    dates: list[datetime], rate: float | None, silence: timedelta
) -> None:
    state = learn(FRESH, dates, NOON)
    assert rate_of(state) == rate
    assert patience(state) == silence
    assert state.last_new == max(dates, default=None)


def listened(gaps: list[timedelta], step: timedelta, days: int) -> FeedState:
    """A feed polled every ``step``, whose items come after these gaps, over and over."""
    state, now = learn(FRESH, [NOON], NOON), NOON
    state = replace(state, first_poll=now, last_answer=now)
    due, turn = NOON + gaps[0], 0
    while now < NOON + days * DAY:
        now += step
        came = []
        while due <= now:
            came.append(now)
            turn += 1
            due += gaps[turn % len(gaps)]
        state = replace(learn(state, came, now), last_answer=now)
    return state


@pytest.mark.parametrize(
    ("gaps", "days", "rate", "least", "most"),
    [
        pytest.param([HOUR], 30, 24, DAY, DAY, id="hourly"),
        pytest.param([20 * MINUTE] * 29 + [14 * HOUR], 30, 30, DAY, 29 * HOUR, id="with nights"),
        pytest.param([3 * DAY], 90, 1 / 3, 5.5 * DAY, 6.5 * DAY, id="every three days"),
        pytest.param([HOUR], 5, 24, WEEK, WEEK, id="not yet for a week"),
    ],
)
def test_listening_tells_a_habit(
    gaps: list[timedelta], days: int, rate: float, least: timedelta, most: timedelta
) -> None:
    state = listened(gaps, 30 * MINUTE, days)
    assert usual_rate(state) == pytest.approx(rate, rel=0.1)
    assert least <= patience(state) <= most


def test_nothing_is_said_of_a_rate_before_a_day_has_passed() -> None:
    assert usual_rate(listened([HOUR], 30 * MINUTE, 0)) is None


def test_old_ways_are_forgotten() -> None:
    known = replace(
        FRESH,
        first_poll=NOON,
        last_new=NOON,
        last_answer=NOON,
        heard_items=4000.0,
        heard_days=40.0,
        longest_silence=9 * DAY,
    )
    for day in range(1, 121):
        at = NOON + day * DAY
        known = replace(learn(known, [at], at), last_answer=at)
    assert usual_rate(known) == pytest.approx(1, abs=6)
    assert patience(known) < 3 * DAY


def test_time_in_which_we_did_not_listen_was_no_silence() -> None:
    known = replace(listened([HOUR], 30 * MINUTE, 20))
    assert known.last_answer is not None
    back = known.last_answer + 40 * DAY
    assert patience(learn(known, [back], back)) == DAY


def test_a_feed_that_dates_its_items_wrong_is_not_waited_for_through_years() -> None:
    known = replace(learn(FRESH, every(DAY, 9, newest=2000 * DAY), NOON), first_poll=NOON)
    known = replace(known, last_answer=NOON + 3 * DAY)
    spoke = replace(learn(known, [NOON + 4 * DAY], NOON + 4 * DAY), heard_days=30.0)
    assert patience(spoke) == 2 * 3 * DAY


def test_a_month_in_which_items_were_lost_says_nothing_of_the_rate() -> None:
    known = listened([HOUR], 30 * MINUTE, 20)
    assert known.last_answer is not None
    back = known.last_answer + 40 * DAY
    assert usual_rate(learn(known, [back] * 30, back, lossy=True)) == usual_rate(known)
    soon = known.last_answer + HOUR
    assert (usual_rate(learn(known, [soon] * 300, soon, lossy=True)) or 0) > 24


@given(
    st.lists(
        st.tuples(st.integers(-(10**6), 10**6), st.integers(0, 50), st.booleans()), max_size=30
    )
)
def test_no_clock_and_no_flood_breaks_what_is_remembered(
    polls: list[tuple[int, int, bool]],
) -> None:
    state = FRESH
    for minutes, count, lossy in polls:
        now = NOON + minutes * MINUTE
        state = replace(learn(state, [now] * count, now, lossy=lossy), last_answer=now)
        assert state.heard_days >= 0
        assert state.heard_items >= 0
        assert patience(state) >= DAY
