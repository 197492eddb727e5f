"""One assessment of one indicator: its level now, and the reason in words and numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.levels.hours import Hours
from monitor.levels.level import Cutoffs, Level, Sight, Standing, level_of, step, striking
from monitor.levels.silence import Pause, pause
from monitor.levels.trend import Trend, trend
from monitor.levels.usual import WEEK, Window, compare, least, of_the_week
from monitor.levels.wording import Told, reason_of

HOUR = timedelta(hours=1)
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What an indicator is judged by at one instant, which ends the last of its ``hours``.

    ``told`` says of each window, shortest first, who tells its stories.
    ``asks_silence`` says that the end of routine reporting matters, and
    ``control`` whether the feeds still report what they would report all the
    same; it is asked only when there seems to be a silence.

    ``aside`` are the hours of stories that only feeds of the first week tell:
    they are held against nothing, yet where they are it is not quiet. ``edited``
    is when the rule changed, if the past was not matched by it since.
    """

    indicator: str
    hours: Hours
    told: Sequence[Told]
    sight: Sight
    min_sources: int = 1
    asks_silence: bool = False
    control: Callable[[datetime], bool] = field(default=lambda _since: True)
    feeds: int = 0
    aside: Sequence[int] = ()
    edited: datetime | None = None

    def aside_in(self, width: int) -> int:
        """How many stories of a window that ends now were put aside."""
        return sum(one >= self.hours.end - width for one in self.aside)


@dataclass(frozen=True, slots=True)
class Board:
    """
    What all indicators of one assessment share: how many they are, and so the cut-offs.

    ``zone`` is the watch's, which reasons tell times in.
    """

    indicators: int
    cut: Cutoffs
    zone: ZoneInfo = UTC

    @classmethod
    def of(cls, indicators: int, zone: ZoneInfo = UTC) -> Board:
        """A board of so many indicators."""
        return cls(indicators, Cutoffs.for_board(indicators), zone)


@dataclass(frozen=True, slots=True)
class Assessment:
    """
    How an indicator stands at an instant, and why.

    ``window`` is the one that the reason speaks of. ``standing`` is what the
    next assessment has to know.
    """

    indicator: str
    at: datetime
    level: Level
    reason: str
    trend: Trend = Trend.SAME
    window: Window | None = None
    standing: Standing = field(default_factory=Standing)
    days: int = 0

    @property
    def silent_since(self) -> datetime | None:
        """When the last story came before the silence, if there is one."""
        return self.standing.silent_since

    def rises_over(self, before: Assessment | None) -> bool:
        """Whether more is unusual than was before: a rise that is told, and only once."""
        if not self.level.is_raised:
            return False
        known = before.standing.raised if before else None
        return known is None or self.level.rank < known.rank


def assess(subject: Subject, before: Standing, board: Board, now: datetime) -> Assessment:
    """
    Judge one indicator on the hour.

    Nothing but the arguments counts, so that a replay of the same hours gives
    the same levels at the same instants.
    """
    hours, at = subject.hours, subject.hours.end
    windows = compare(hours, at)
    strike = striking(windows, [one.publishers for one in subject.told], subject.min_sources)
    standing = step(before, windows, strike, subject.sight, board.cut, now)
    tripped = (
        standing.raised is not None and strike is not None and strike.held <= board.cut.elevated
    )
    gap = _silence(subject, board.indicators, before.silent_since, now)
    level = level_of(
        standing,
        windows,
        subject.sight,
        tripped=tripped,
        silent=gap is not None,
        is_told=bool(subject.aside_in(WEEK)),
    )
    window = _telling(level, windows, strike if tripped else None)
    return Assessment(
        indicator=subject.indicator,
        at=now,
        level=level,
        reason=reason_of(
            level,
            window,
            subject.told[windows.index(window)],
            subject.sight,
            now,
            board.zone,
            since=standing.since if not tripped else None,
            gap=gap,
            gap_since=_instant(gap, hours, now),
            feeds=subject.feeds,
            aside=subject.aside_in(window.hours),
            edited=subject.edited,
        ),
        trend=trend(hours, at),
        window=window,
        standing=replace(standing, silent_since=_instant(gap, hours, now)),
        days=subject.sight.days,
    )


def _silence(
    subject: Subject, indicators: int, called: datetime | None, now: datetime
) -> Pause | None:
    """
    The indicator's silence, if it asks for it, the counts say so and the control still hits.

    One that was called lasts to the next story, whatever an hour's coverage. A
    story that is put aside ends it, too: it was reported.
    """
    if not subject.asks_silence or subject.sight.is_blind:
        return None
    gap = pause(subject.hours, subject.hours.end, indicators)
    if gap is not None and any(one >= gap.since for one in subject.aside):
        return None
    since = _instant(gap, subject.hours, now)
    if gap is not None and called is not None and since == called:
        return gap
    if gap is None or not gap.is_silence:
        return None
    return gap if since is not None and subject.control(since) else None


def _instant(gap: Pause | None, hours: Hours, now: datetime) -> datetime | None:
    return None if gap is None else now - (hours.end - gap.since) * HOUR


def _telling(level: Level, windows: Sequence[Window], strike: Window | None) -> Window:
    """The window that the reason is told by: the one that struck, or for quiet the week."""
    if strike is not None:
        return strike
    return of_the_week(windows) if level is Level.QUIET else least(windows)
