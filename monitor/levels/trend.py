"""Which way an indicator goes: this week against the week before."""

from __future__ import annotations

from enum import StrEnum
from math import sqrt

from monitor.levels.hours import DAY, Hours

WEEK = 7 * DAY


class Trend(StrEnum):
    """More, as much or less than in the week before, by what was looked at."""

    UP = "up"
    SAME = "same"
    DOWN = "down"


def trend(hours: Hours, at: int) -> Trend:
    """
    Compare the last seven days with the seven before.

    A difference counts when it is larger than the chance of both counts,
    about one standard deviation: it is a direction and no alarm.
    """
    now, seen = hours.span(at - WEEK, at)
    before, seen_before = hours.span(at - 2 * WEEK, at - WEEK)
    if seen <= 0 or seen_before <= 0:
        return Trend.SAME
    by = seen / seen_before
    difference = now - before * by
    if abs(difference) <= sqrt(now + before * by * by):
        return Trend.SAME
    return Trend.UP if difference > 0 else Trend.DOWN
