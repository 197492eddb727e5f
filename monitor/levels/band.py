"""The band of a chart: how many stories of seven days would have been usual, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log1p, sqrt

from monitor.levels.hours import DAY, Hours
from monitor.levels.usual import LEARNING_DAYS, REFERENCE, doubt

WINDOW = 7 * DAY
LOW, HIGH = 0.05, 0.95
"""The band leaves out one count in twenty below, and one in twenty above."""

MANY = 400
"""From so many expected stories on, a normal curve is as good as the sum."""

Band = tuple[int, int]


def bands(hours: Hours, ends: Sequence[int]) -> tuple[Band | None, ...]:
    """
    The usual range of the seven days that end at each instant, 5 to 95 %, oldest first.

    It is worked out as levels are, from the eight weeks before each window,
    and anew once a week, counted back from the last, so that a chart has
    steps and no noise. ``None`` where there is too little to compare with.
    """
    found: list[Band | None] = []
    for at, end in enumerate(reversed(ends)):
        if at % 7 == 0:
            latest = _band(hours, end)
        found.append(latest if end - WINDOW > 0 else None)
    return tuple(reversed(found))


def ending(bands: Sequence[Band | None], later: int) -> tuple[Band | None, ...]:
    """
    The same bands for days that end so many later, or earlier where that is negative.

    What is usual changes once a week, so the days of a week more have that of the last.
    """
    if later <= 0 or not bands:
        return tuple(bands[:later] if later else bands)
    after = [bands[-1]] * min(later, 7) + [None] * (later - 7)
    return (*bands, *after)[-len(bands) :]


def _band(hours: Hours, end: int) -> Band | None:
    begin = min(end, hours.end) - WINDOW
    if begin <= 0 or hours.days_seen(begin - REFERENCE, begin) < LEARNING_DAYS:
        return None
    known, seen = hours.span(begin - REFERENCE, begin)
    _, exposure = hours.span(begin, begin + WINDOW)
    if seen <= 0 or exposure <= 0:
        return None
    mean = exposure * (known + 0.5) / seen
    return usual_range(mean, 1 / doubt(hours, begin, WINDOW, known))


def usual_range(mean: float, shape: float) -> Band:
    """The least counts that 5 and 95 % of a negative binomial's are not above."""
    if mean <= 0:
        return 0, 0
    if mean > MANY:
        spread = 1.645 * sqrt(mean + mean * mean / shape)
        return max(0, round(mean - spread)), round(mean + spread)
    share = mean / (mean + shape)
    chance = exp(-shape * log1p(mean / shape))
    below, count, low = chance, 0, 0 if chance >= LOW else -1
    while below < HIGH and count < 20 * MANY:
        chance *= share * (count + shape) / (count + 1)
        count += 1
        below += chance
        if low < 0 and below >= LOW:
            low = count
    return max(low, 0), count
