"""
Silence: when it means something that nothing comes.

Time is counted in items of the feeds that usually tell of the indicator, so
that nights, weekends and outages make no silence. The gap since the last story
is held against the stories of the 90 days before it, bursts included.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from monitor.levels.hours import DAY, Hours
from monitor.levels.tail import chance_of_none
from monitor.levels.usual import SPREAD, dispersion

ROUTINE = 20
"""So many stories in 90 days make a routine; the end of less is no news."""

FALSE_PER_WEEK = 0.25
"""How many silences a week chance alone may call over a board, if all of it asked for them."""

THREE_DAYS = 3 * DAY

COVERED = 0.5
"""A time is covered when so much of the usual was looked at in it."""


@dataclass(frozen=True, slots=True)
class Pause:
    """
    The gap since an indicator's last story, and whether it says anything.

    ``missed`` stories were to be expected in it. ``told`` says whether the gap
    is too long for chance; ``covered`` whether enough was looked at to say so.
    """

    since: int
    missed: float
    p: float
    told: bool
    covered: bool

    @property
    def is_silence(self) -> bool:
        """Whether routine reporting has stopped, as far as counts can say."""
        return self.told and self.covered


def pause(hours: Hours, at: int, indicators: int) -> Pause | None:
    """
    The gap up to an instant, on a board of so many indicators.

    ``None`` where there was no routine before. The chance of the gap is held
    against one false call in four weeks over the board; every story begins
    another gap, so it is weighed by the stories a day.
    """
    last = hours.last_story(at)
    if last is None:
        return None
    begin = max(last - SPREAD, 0)
    known, seen = hours.span(begin, last)
    if known < ROUTINE or seen <= 0:
        return None
    gap = hours.span(last, at)[1]
    missed = gap * (known + 0.5) / seen
    p = chance_of_none(missed, 1 / _doubt(hours, last, at, known))
    told = p * known * DAY / (last - begin) <= FALSE_PER_WEEK / (7 * max(indicators, 1))
    return Pause(last, missed, p, told, told and _is_covered(hours, last, at))


def _doubt(hours: Hours, last: int, at: int, known: int) -> float:
    """
    How uncertain the stories missed in a gap are beyond mere chance: 1 / the shape.

    As for windows, the rate is known from ``known`` stories only, and those come
    in bursts. A gap lasts for days and bursts reach over midnight, so they are
    looked for in three days too: by single days half as many false silences
    more were called.
    """
    bursts = max(dispersion(hours, last, width) * width for width in (DAY, THREE_DAYS))
    known_from, gap = min(last, SPREAD), max(at - last, 1)
    return 1 / (known + 0.5) + bursts / known_from + bursts / gap


def _is_covered(hours: Hours, since: int, at: int) -> bool:
    """Whether both the gap and its last day were looked at half as well as is usual, or better."""
    usual = (
        median(
            hours.span(end - DAY, end)[1]
            for end in range(since, max(since - SPREAD, 0) + DAY - 1, -DAY)
        )
        if since >= DAY
        else 0.0
    )
    gap = hours.span(since, at)[1] * DAY / max(at - since, 1)
    return min(gap, hours.span(at - DAY, at)[1]) >= COVERED * usual
