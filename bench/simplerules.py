"""Two simple rules that levels are measured against, as usually run and at equal alarms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

from bench.boards import HOURS
from monitor.levels.hours import DAY, Hours

ALARM_ENDS = 48
"""An alarm of a simple rule ends after so many hours without a score above its cut-off."""

ONE_IN_14 = sqrt(1 / 14 - 1 / 196)
"""The deviation of 14 days with one story: what a past without any is taken for."""

Score = Callable[[Hours, int], float]


def sigmas(hours: Hours, hour: int) -> float:
    """The last day against mean and deviation of the 14 days before it."""
    sums = hours.stories
    counts = [sums[hour - DAY * k] - sums[hour - DAY * (k + 1)] for k in range(1, 15)]
    now, mean = sums[hour] - sums[hour - DAY], sum(counts) / 14
    spread = sqrt(max(sum(one * one for one in counts) / 14 - mean * mean, 0.0))
    # Without a floor a quiet past would make any story infinitely many sigmas.
    return (now - mean) / max(spread, ONE_IN_14)


def ratio(hours: Hours, hour: int) -> float:
    """The last day against the mean day of the 14 before it, three stories at least."""
    sums = hours.stories
    now = sums[hour] - sums[hour - DAY]
    before = sums[hour - DAY] - sums[hour - 15 * DAY]
    return 14 * now / max(before, 1) if now >= 3 else 0.0


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple rule and the cut-off at which it is usually run."""

    score: Score
    usual: float


SIMPLE = {"3 sigma, 14 d": Simple(sigmas, 3.0), "1 d against 14 d": Simple(ratio, 2.0)}
Peaks = list[tuple[int, float]]


def peaks(hours: Hours, rule: Simple, start: int, end: int) -> Peaks:
    """The hours at which a simple rule's score is at least its usual cut-off."""
    sums = hours.stories
    return [
        (hour, value)
        for hour in range(start, end)
        if sums[hour] - sums[hour - DAY] >= 2 and (value := rule.score(hours, hour)) >= rule.usual
    ]


def rises(found: Peaks, cut: float) -> list[int]:
    """When a simple rule's alarm rises."""
    starts, last = [], -HOURS
    for hour, value in found:
        if value >= cut:
            if hour - last > ALARM_ENDS:
                starts.append(hour)
            last = hour
    return starts


def calibrated(found: Sequence[Peaks], wanted: float) -> float:
    """The lowest cut-off at which a rule raises no more than so many alarms."""
    cuts = sorted({value for one in found for _, value in one})
    low, high = 0, len(cuts) - 1
    while low < high:
        middle = (low + high) // 2
        if sum(len(rises(one, cuts[middle])) for one in found) > wanted:
            low = middle + 1
        else:
            high = middle
    return cuts[low]
