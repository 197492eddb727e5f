"""What is usual for a feed: how many items a day it brings, and for how long it falls silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from monitor.model import FeedState

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# Half of what we know of a feed is forgotten in this time: feeds change their ways.
MEMORY = timedelta(days=28)
# Dates of a first document that say something of the feed's ways today.
DATED = timedelta(days=365)
# So many dates make a habit; with fewer, one odd date would be half of it.
FEWEST_DATES = 5
# A silence is odd when it is so many times as long as the longest one known.
PATIENCE = 2


def learn(
    before: FeedState, came: Sequence[datetime], now: datetime, *, lossy: bool = False
) -> FeedState:
    """
    What is remembered of a feed's habit after a poll that was answered.

    ``came`` says when each new item came: at this poll, or, for the past that
    a first poll fills, when it was published. A first document with dates
    thus tells the habit at once. Time in which items may have been lost
    (``lossy``) and that is longer than a day counts for nothing: we do not know
    what came in it.
    """
    if before.last_new is None:
        return _first_habit(before, came, now)
    known = _heard_on(before, came, now, lossy=lossy)
    if not came:
        return known
    # What was answered in between was silence; what was not, nobody can say. Nor do
    # we know of the time before the first poll, but by dates that may be wrong.
    since = max(before.last_new, before.first_poll or before.last_new)
    silence = max((before.last_answer or since) - since, timedelta(0))
    faded = (before.longest_silence or timedelta(0)) * _kept(now - before.last_new)
    return replace(known, last_new=max(came), longest_silence=max(silence, faded))


def _heard_on(
    before: FeedState, came: Sequence[datetime], now: datetime, *, lossy: bool
) -> FeedState:
    passed = max(now - (before.last_answer or now), timedelta(0))
    if lossy and passed > DAY:
        return before
    kept = _kept(passed)
    return replace(
        before,
        heard_items=before.heard_items * kept + len(came),
        heard_days=before.heard_days * kept + passed / DAY,
    )


def _kept(passed: timedelta) -> float:
    """The share of what was known that is still remembered after some time."""
    return float(0.5 ** (max(passed, timedelta(0)) / MEMORY))


def _first_habit(before: FeedState, came: Sequence[datetime], now: datetime) -> FeedState:
    """
    The habit that the dates of a feed's first items tell.

    The oldest tenth is left out: entries that stand pinned for years. Dates
    within one day tell no habit, only that the feed is busy or dated anew.
    """
    if not came:
        return before
    known = replace(before, last_new=max(came))
    dates = sorted(one for one in came if now - DATED <= one < now)
    dates = dates[max(len(dates) // 10, 1) :]
    if len(dates) < FEWEST_DATES or now - dates[0] < DAY:
        return known
    span = now - dates[0]
    share = min(MEMORY / span, 1.0)
    return replace(
        known,
        heard_items=(len(dates) - 1) * share,
        heard_days=span / DAY * share,
        longest_silence=max(later - sooner for sooner, later in pairwise(dates)),
    )


def usual_rate(state: FeedState) -> float | None:
    """How many items a day a feed usually brings; nothing until it was heard for a day."""
    return state.heard_items / state.heard_days if state.heard_days >= 1 else None


def patience(state: FeedState) -> timedelta:
    """
    How long a feed may be silent before that is odd for it.

    Twice the longest silence that is remembered of it, and a day at least:
    an agency that sleeps at night and rests on Sundays is not stale on Monday.
    One week for a feed that was not yet heard for a week, Sundays and all.
    """
    if state.longest_silence is None or state.heard_days < WEEK / DAY:
        return WEEK
    return max(state.longest_silence * PATIENCE, DAY)
