"""When feeds are asked again, and how they are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.polling import Outcome, conditions, health, in_step, next_poll
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
BUSY = replace(POLLED, heard_items=800.0, heard_days=20.0, longest_silence=15 * HOUR)
RARE = replace(POLLED, heard_items=2.0, heard_days=28.0, longest_silence=20 * DAY)
ANSWERED = Outcome(answered=True)
FAILED = Outcome(answered=False)

minutes = st.integers(0, 60 * 24 * 400).map(lambda count: timedelta(minutes=count))


@pytest.mark.parametrize(
    ("feed", "state", "outcome", "least", "most"),
    [
        pytest.param(FEED, POLLED, ANSWERED, 7.5, 22.5, id="about the usual pause"),
        pytest.param(
            FEED,
            POLLED,
            Outcome(True, new_items=10, shown=50, since=15 * MINUTE),
            5,
            11.25,
            id="half of it for a busy feed",
        ),
        pytest.param(
            FEED,
            POLLED,
            Outcome(True, new_items=6, shown=6, since=15 * MINUTE),
            5,
            11.25,
            id="half of it where a short document shares nothing with the last",
        ),
        pytest.param(
            FEED,
            POLLED,
            Outcome(True, new_items=40, shown=50, since=12 * MINUTE),
            5,
            11.25,
            id="less still where most of a document is new",
        ),
        pytest.param(
            FEED,
            POLLED,
            Outcome(True, new_items=50, shown=50, since=6 * MINUTE),
            5,
            5,
            id="never less than the least, whatever is lost",
        ),
        pytest.param(
            FEED,
            POLLED,
            Outcome(True, new_items=3, shown=3, since=5 * MINUTE),
            7.5,
            22.5,
            id="the latest three, all new, say nothing",
        ),
        pytest.param(
            FEED,
            POLLED,
            Outcome(True, new_items=8, shown=8, since=30 * DAY),
            5,
            11.25,
            id="all new after a month in which we were off",
        ),
        pytest.param(
            replace(FEED, every=30 * MINUTE),
            POLLED,
            Outcome(True, new_items=50, shown=50, since=30 * MINUTE),
            15,
            45,
            id="its own pause is kept, whatever is lost",
        ),
        pytest.param(
            FEED,
            replace(POLLED, first_poll=NOON, last_new=NOON),
            Outcome(True, new_items=40, shown=40),
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
    known=st.integers(0, 100),
    since=st.none() | minutes,
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
    known: int,
    since: timedelta | None,
    max_age: timedelta | None,
    retry: timedelta | None,
    answered: bool,
    jitter: float,
) -> None:
    state = replace(POLLED, failures=failures, last_new=NOON - silence)
    back = None if retry is None else NOON + retry
    outcome = Outcome(answered, new, new + known, since, max_age, back)
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
    ("outcome", "lossy"),
    [
        pytest.param(Outcome(True, 30, 30, HOUR), True, id="nothing shared"),
        pytest.param(Outcome(True, 29, 30, HOUR), False, id="one shared"),
        pytest.param(Outcome(True, 30, 30), False, id="nothing was known before"),
        pytest.param(Outcome(True, 4, 4, HOUR), False, id="a short document"),
        pytest.param(Outcome(True, 0, 0, HOUR), False, id="an empty document"),
    ],
)
def test_two_polls_that_share_no_item_may_have_lost_some(outcome: Outcome, lossy: bool) -> None:
    assert outcome.lossy is lossy


def test_a_feed_that_floods_is_asked_more_and_more_often_until_polls_share_items() -> None:
    """A feed of 30 entries that brings four a minute: 15 minutes lose half of them."""
    since, pauses = 15 * MINUTE, []
    for _ in range(6):
        new = min(int(since / MINUTE * 4), 30)
        outcome = Outcome(True, new_items=new, shown=30, since=since)
        then = next_poll(FEED, POLLING, POLLED, outcome, NOON)
        assert then is not None
        since = then - NOON
        pauses.append(since)
    assert pauses[0] < 15 * MINUTE
    assert max(pauses[2:]) * 4 / MINUTE < 30


def test_repeated_attempts_of_many_feeds_are_spread() -> None:
    state = replace(POLLED, failures=3)
    pauses = [next_poll(FEED, POLLING, state, FAILED, NOON, jitter=n / 10) for n in range(11)]
    assert len(set(pauses)) == 11
    assert pauses[0] == NOON + 20 * MINUTE
    assert pauses[-1] == NOON + 22 * MINUTE


@pytest.mark.parametrize(
    ("state", "asked_with"),
    [
        pytest.param(None, (None, None), id="the first time"),
        pytest.param(replace(POLLED, etag='"a"', last_modified="x"), ('"a"', "x"), id="when well"),
        pytest.param(
            replace(POLLED, etag='"a"', failures=1), (None, None), id="the whole feed when failing"
        ),
        pytest.param(
            replace(POLLED, etag='"a"', last_new=NOON - 8 * DAY),
            (None, None),
            id="the whole feed when it is oddly silent",
        ),
    ],
)
def test_conditions_are_sent_only_for_what_was_read(
    state: FeedState | None, asked_with: tuple[str | None, str | None]
) -> None:
    assert conditions(state, NOON) == asked_with


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
        pytest.param(replace(BUSY, last_new=NOON - DAY), NOON, "ok", id="a day of a busy feed"),
        pytest.param(
            replace(BUSY, last_new=NOON - 2 * DAY), NOON, "stale", id="two days of a busy feed"
        ),
        pytest.param(
            replace(RARE, last_new=NOON - 30 * DAY), NOON, "ok", id="a month of a rare feed"
        ),
        pytest.param(
            replace(RARE, last_new=NOON - 41 * DAY), NOON, "stale", id="longer than a rare one is"
        ),
        pytest.param(
            replace(BUSY, heard_days=6.5, last_new=NOON - 2 * DAY),
            NOON,
            "ok",
            id="its Sundays are not known yet",
        ),
        pytest.param(POLLED, NOON + 30 * DAY, "ok", id="we were off for a month, not the feed"),
    ],
)
def test_health_tells_silence_from_failure(
    state: FeedState | None, now: datetime, expected: str
) -> None:
    assert health(state, now) == expected
