"""When feeds are asked again, and how they are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.polling import Outcome, conditions, health, in_step, is_due, next_poll
from monitor.model import Feed, FeedState, Polling

NOON = datetime(2025, 11, 6, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POLLING = Polling()
FEED = Feed("tass-en", "https://tass.example/rss")
FRESH = FeedState("tass-en", "https://tass.example/rss")
POLLED = replace(
    FRESH,
    first_poll=NOON - 30 * DAY,
    last_poll=NOON,
    last_answer=NOON,
    last_new=NOON - HOUR,
    next_poll=NOON + 15 * MINUTE,
)
ANSWERED = Outcome(answered=True)
FAILED = Outcome(answered=False)

minutes = st.integers(0, 60 * 24 * 400).map(lambda count: timedelta(minutes=count))


@pytest.mark.parametrize(
    ("state", "due"),
    [
        pytest.param(None, True, id="never heard of"),
        pytest.param(FRESH, True, id="never polled"),
        pytest.param(POLLED, False, id="its time is to come"),
        pytest.param(replace(POLLED, next_poll=NOON), True, id="its time is now"),
        pytest.param(replace(POLLED, next_poll=NOON - DAY), True, id="its time is long past"),
        pytest.param(replace(POLLED, next_poll=None), True, id="polled, but no time set"),
        pytest.param(replace(POLLED, next_poll=NOON, gone=True), False, id="gone for good"),
        pytest.param(
            replace(POLLED, last_poll=NOON + 300 * DAY, next_poll=NOON + 301 * DAY),
            True,
            id="the clock was far ahead at the last poll",
        ),
    ],
)
def test_a_feed_is_due_when_its_time_has_come(state: FeedState | None, due: bool) -> None:
    assert is_due(state, NOON) is due


@pytest.mark.parametrize(
    ("feed", "state", "outcome", "least", "most"),
    [
        pytest.param(FEED, POLLED, ANSWERED, 7.5, 22.5, id="about the usual pause"),
        pytest.param(
            FEED, POLLED, Outcome(True, new_items=40), 5, 11.25, id="half of it for a busy feed"
        ),
        pytest.param(
            FEED,
            replace(POLLED, first_poll=NOON, last_new=NOON),
            Outcome(True, new_items=40),
            7.5,
            22.5,
            id="a first poll is always full",
        ),
        pytest.param(
            FEED, replace(POLLED, last_new=NOON - DAY), ANSWERED, 60, 180, id="silent for a day"
        ),
        pytest.param(
            FEED, replace(POLLED, last_new=NOON - 90 * DAY), ANSWERED, 180, 360, id="for a season"
        ),
        pytest.param(
            FEED,
            replace(POLLED, last_new=NOON - 90 * DAY),
            Outcome(True, new_items=1),
            7.5,
            22.5,
            id="silent no longer",
        ),
        pytest.param(
            replace(FEED, every=30 * MINUTE),
            replace(POLLED, last_new=NOON - 90 * DAY),
            ANSWERED,
            15,
            45,
            id="its own pause is kept, however silent",
        ),
        pytest.param(
            replace(FEED, every=MINUTE), POLLED, ANSWERED, 5, 5, id="no pause below the least"
        ),
        pytest.param(
            FEED, POLLED, Outcome(True, max_age=HOUR), 60, 60, id="fresh for an hour, they say"
        ),
        pytest.param(
            FEED, POLLED, Outcome(True, max_age=30 * DAY), 360, 360, id="fresh for a month"
        ),
        pytest.param(
            replace(FEED, every=10 * MINUTE),
            POLLED,
            Outcome(True, max_age=HOUR),
            5,
            15,
            id="a pause written by hand beats Cache-Control",
        ),
        pytest.param(FEED, replace(POLLED, failures=1), FAILED, 5, 5, id="one failure"),
        pytest.param(FEED, replace(POLLED, failures=3), FAILED, 20, 20, id="three failures"),
        pytest.param(FEED, replace(POLLED, failures=9999), FAILED, 360, 360, id="no end of them"),
        pytest.param(
            FEED,
            replace(POLLED, failures=1),
            Outcome(False, retry_at=NOON + 2 * HOUR),
            120,
            120,
            id="Retry-After",
        ),
        pytest.param(
            FEED,
            replace(POLLED, failures=1),
            Outcome(False, retry_at=NOON + 9 * DAY),
            360,
            360,
            id="Retry-After beyond the bound",
        ),
        pytest.param(
            FEED,
            replace(POLLED, failures=1),
            Outcome(False, retry_at=NOON - DAY),
            5,
            5,
            id="Retry-After in the past",
        ),
    ],
)
def test_the_next_poll_comes_after_the_right_pause(
    feed: Feed, state: FeedState, outcome: Outcome, least: float, most: float
) -> None:
    then = next_poll(feed, POLLING, state, outcome, NOON)
    assert then is not None
    assert least <= (then - NOON) / MINUTE <= most


def test_a_feed_that_is_gone_is_not_asked_again() -> None:
    assert next_poll(FEED, POLLING, POLLED, Outcome(False, gone=True), NOON) is None


@given(
    every=st.none() | minutes,
    silence=minutes,
    failures=st.integers(0, 10**6),
    new=st.integers(0, 100),
    max_age=st.none() | minutes,
    retry=st.none() | minutes,
    answered=st.booleans(),
    jitter=st.floats(0, 1),
)
def test_the_pause_always_stays_within_the_bounds_of_the_file(
    every: timedelta | None,
    silence: timedelta,
    failures: int,
    new: int,
    max_age: timedelta | None,
    retry: timedelta | None,
    answered: bool,
    jitter: float,
) -> None:
    state = replace(POLLED, failures=failures, last_new=NOON - silence)
    outcome = Outcome(answered, new, max_age, None if retry is None else NOON + retry)
    then = next_poll(replace(FEED, every=every), POLLING, state, outcome, NOON, jitter)
    assert then is not None
    assert POLLING.at_least <= then - NOON <= POLLING.at_most


def test_feeds_started_together_are_spread_and_then_keep_their_beat() -> None:
    pause = 15 * MINUTE
    ids = [f"feed-{number}" for number in range(300)]
    first = {one: in_step(one, pause, 5 * MINUTE, NOON) for one in ids}
    counts = [0] * 15
    for moment in first.values():
        counts[int((moment - NOON) / MINUTE - 7.5) % 15] += 1
    assert min(counts) >= 5
    assert max(counts) <= 50
    late = timedelta(seconds=20)
    for one, moment in first.items():
        assert in_step(one, pause, 5 * MINUTE, moment + late) == moment + pause


@pytest.mark.parametrize(
    ("state", "asked_with"),
    [
        pytest.param(None, (None, None), id="the first time"),
        pytest.param(replace(POLLED, etag='"a"', last_modified="x"), ('"a"', "x"), id="when well"),
        pytest.param(
            replace(POLLED, etag='"a"', failures=1), (None, None), id="the whole feed when failing"
        ),
    ],
)
def test_conditions_are_sent_only_for_what_was_read(
    state: FeedState | None, asked_with: tuple[str | None, str | None]
) -> None:
    assert conditions(state) == asked_with


@pytest.mark.parametrize(
    ("state", "now", "expected"),
    [
        pytest.param(None, NOON, "never polled", id="unknown"),
        pytest.param(FRESH, NOON, "never polled", id="known, not asked"),
        pytest.param(POLLED, NOON, "ok", id="brought something an hour ago"),
        pytest.param(replace(POLLED, failures=1), NOON, "failing", id="one failure"),
        pytest.param(replace(POLLED, failures=1, gone=True), NOON, "gone", id="gone beats failing"),
        pytest.param(replace(POLLED, last_new=None), NOON, "empty", id="never brought an item"),
        pytest.param(replace(POLLED, last_new=NOON - 8 * DAY), NOON, "stale", id="a silent week"),
        pytest.param(replace(POLLED, last_new=NOON - 6 * DAY), NOON, "ok", id="not yet a week"),
        pytest.param(POLLED, NOON + 30 * DAY, "ok", id="we were off for a month, not the feed"),
    ],
)
def test_health_tells_silence_from_failure(
    state: FeedState | None, now: datetime, expected: str
) -> None:
    assert health(state, POLLING, now) == expected


def test_a_feed_of_rare_items_is_stale_only_beyond_its_habit() -> None:
    silent = replace(POLLED, last_new=NOON - 8 * DAY)
    assert health(silent, POLLING, NOON, usual_gap=2 * DAY) == "ok"
    assert health(silent, POLLING, NOON, usual_gap=HOUR) == "stale"
