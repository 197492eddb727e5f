"""
What is usual for an indicator, and how unusual a window is: a count against its own past.

The rule is a Gamma-Poisson predictive tail: the rate is known from the stories
of eight weeks, with its uncertainty; the exposure says how much was looked at;
the dispersion says how much this indicator's stories come in bursts. All three
were measured to be needed: without dispersion a busy indicator cries wolf, and
without exposure every added feed does. The method of moments for overlapping
windows follows from the variance of a negative binomial count,
L e + u (L e) ** 2, with u estimated from windows stepped by a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul, sub

from monitor.levels.hours import DAY, Hours
from monitor.levels.tail import chance_of_at_least

WEEK = 7 * DAY
WINDOWS = (DAY, 3 * DAY, WEEK, 2 * WEEK)
"""A burst shows in a day, a rise in three, a drift in a week, a rate merely doubled in two."""

LASTS = 0.2
"""Two weeks count while the later one is by itself so unusual: what is over is no news of today."""

REFERENCE = 56 * DAY
"""A window is compared with so much before it: long enough to know, short enough to follow."""

SPREAD = 90 * DAY
"""How bursty an indicator is, is judged over this time before the window."""

LEARNING_DAYS = 28
"""With fewer days than this to compare with, nothing is called unusual."""


@dataclass(frozen=True, slots=True)
class Window:
    """
    One window of an indicator, compared with what is usual.

    ``stories`` came in ``hours`` where ``expected`` is usual, with the
    negative binomial's ``shape``; ``p`` is the chance of so many or more, and
    1 where the window says nothing of today.
    """

    hours: int
    stories: int
    expected: float
    shape: float
    p: float

    @property
    def held(self) -> float:
        """
        The chance as it is held against cut-offs: that of the last day twice.

        Every hour there is another day to look at, so that a day by itself made
        half of all false alarms, and twice as many as the next longer window.
        """
        return min(1.0, 2 * self.p) if self.hours == DAY else self.p


def compare(hours: Hours, at: int) -> tuple[Window, ...]:
    """
    Each window that ends at an instant, compared with the time before it.

    Neither rate nor dispersion has seen anything of the window itself, so that
    what it holds cannot make itself usual. More than a week counts only while
    its last week is above the usual, and once there are enough days before it.
    """
    found = [_compared(hours, at, width) for width in WINDOWS if width <= WEEK]
    lasts = found[-1].p <= LASTS
    for width in WINDOWS[len(found) :]:
        begin = at - width
        known = lasts and hours.days_seen(begin - REFERENCE, begin) >= LEARNING_DAYS
        found.append(_compared(hours, at, width, says=known))
    return tuple(found)


def least(windows: Sequence[Window]) -> Window:
    """The window that is least likely by chance, as cut-offs see it; of equals the shortest."""
    return min(windows, key=lambda one: one.held)


def of_the_week(windows: Sequence[Window]) -> Window:
    """The window of the last seven days."""
    return next(one for one in windows if one.hours == WEEK)


def _compared(hours: Hours, at: int, width: int, *, says: bool = True) -> Window:
    begin = at - width
    stories, exposure = hours.span(begin, at)
    known, seen = hours.span(begin - REFERENCE, begin)
    if seen <= 0 or exposure <= 0:
        return Window(width, stories, 0.0, 0.5, 1.0)
    mean = exposure * (known + 0.5) / seen
    if not stories or not says:
        return Window(width, stories, mean, known + 0.5, 1.0)
    shape = 1 / doubt(hours, begin, width, known)
    return Window(width, stories, mean, shape, chance_of_at_least(stories, mean, shape))


def doubt(hours: Hours, begin: int, width: int, known: int) -> float:
    """
    How uncertain the stories of a window are beyond mere chance: 1 / the shape.

    The rate is known from ``known`` stories only, which may themselves have
    come in bursts, and the window's own stories may. Days that vary make
    longer windows vary as much as so many of them would; how much those vary
    beyond it is known from few windows, and counts only where it is more.
    """
    daily = dispersion(hours, begin, DAY)
    own = daily if width == DAY else max(dispersion(hours, begin, width), daily * DAY / width)
    days = min(REFERENCE, max(begin, DAY)) / DAY
    return 1 / (known + 0.5) + daily / days + own


def dispersion(hours: Hours, begin: int, width: int) -> float:
    """
    How much more than chance the stories of windows of this width vary, 0 for no more.

    By moments, over windows stepped by a day in the 90 days before ``begin``.
    They overlap, so the variance is taken over fewer than they are.
    """
    last = max(begin - SPREAD, 0)
    many, days = max((begin - last - width) // DAY + 1, 0), width / DAY
    if many <= days:
        return 0.0
    first = begin - (many - 1) * DAY
    counts, seen = (
        list(map(sub, row[first : begin + 1 : DAY], row[first - width : begin - width + 1 : DAY]))
        for row in (hours.stories, hours.exposure)
    )
    total, looked = sum(counts), sum(seen)
    if looked <= 0:
        return 0.0
    rate = (total + days / 2) / looked
    # All sums are of products with the rate, so that the unit of exposure cancels.
    usual = [rate * one for one in seen]
    off = list(map(sub, counts, usual))
    excess: float = sum(map(mul, off, off))
    squares: float = sum(map(mul, usual, usual))
    spread: float = (excess - rate * looked) * many / (many - days)
    return max(0.0, spread / squares)
