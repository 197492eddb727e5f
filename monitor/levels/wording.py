"""The reason of a level, in one line of words and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.digest.zones import zone_words
from monitor.levels.level import Level, Sight
from monitor.levels.silence import Pause
from monitor.levels.usual import LEARNING_DAYS, Window

NO_WONDER = 0.5
"""What chance alone does every second time needs no figure."""

NAMED = 3
"""So many feeds that are down are named in a reason; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who tells the stories of a window: how many independent publishers, and how good at best."""

    publishers: int = 0
    grade: str = ""


def reason_of(
    level: Level,
    window: Window,
    told: Told,
    sight: Sight,
    at: datetime,
    zone: ZoneInfo,
    *,
    since: datetime | None = None,
    gap: Pause | None = None,
    gap_since: datetime | None = None,
    feeds: int = 0,
    aside: int = 0,
    edited: datetime | None = None,
) -> str:
    """
    Say why a level is what it is ``at`` an instant, as an analyst would have to defend it.

    Days and times are those of the ``zone``.

    ``since`` is when a raised level began that merely lasts; ``gap`` the
    silence of a silent one, ``gap_since`` its last story. ``aside`` stories of
    the window are held against nothing; ``edited`` is when the rule changed,
    if what was usual is still that of the rule before.
    """
    after = _edited(edited, zone)
    if level is Level.BLIND:
        return f"blind: {_down(sight)}"
    if level is Level.LEARNING:
        return _learning(sight, at, zone)
    if level is Level.SILENT and gap is not None and gap_since is not None:
        return (
            f"silent: not reported by {feeds} feed{'' if feeds == 1 else 's'} watched since "
            f"{instant(gap_since, zone)}, {_figure(gap.missed)} stories expected since "
            f"({_chance(gap.p)}){after}"
        )
    counted = f"{_stories(window)}, {_figure(window.expected)} expected{_odds(window.p)}"
    if level.is_raised and since is not None:
        blind = f"; {_down(sight)}" if sight.is_blind else ""
        return f"{level} since {instant(since, zone)}; now {counted}{_aside(aside)}{blind}{after}"
    return f"{level}: {counted}{_sources(told)}{_aside(aside)}{after if level.is_raised else ''}"


def instant(at: datetime, zone: ZoneInfo) -> str:
    """An instant within a reason, which is read where no page names its zone."""
    return f"{at.astimezone(zone):%-d %B %H:%M} {zone_words(zone, at)}"


def _learning(sight: Sight, at: datetime, zone: ZoneInfo) -> str:
    """
    How far the learning is, and when it ends if the feeds go on as they do.

    No stories are counted: those of feeds in their first week are left out of
    what is judged, and so the count would not be the one that pages show.
    """
    if not sight.learned:
        return f"learning: nothing read yet; levels begin after {LEARNING_DAYS} days"
    begin = at.astimezone(zone) + timedelta(days=LEARNING_DAYS - sight.learned)
    return f"learning: day {sight.learned} of {LEARNING_DAYS}; levels begin on {begin:%-d %B}"


def _down(sight: Sight) -> str:
    names = ", ".join(sight.down[:NAMED])
    more = len(sight.down) - NAMED
    rest = f" and {more} more" if more > 0 else ""
    are, bring = ("is", "brings") if len(sight.down) == 1 else ("are", "bring")
    return f"{names}{rest} {are} down, which {bring} {sight.dark:.0%} of what tells of it"


def _stories(window: Window) -> str:
    many = "no stories" if not window.stories else f"{window.stories} stories"
    return f"{'1 story' if window.stories == 1 else many} in {span_of_hours(window.hours)}"


def span_of_hours(hours: int) -> str:
    """A window's width as it is said: 24 h, 72 h, 7 days."""
    return f"{hours} h" if hours <= 72 else f"{hours // 24} days"


def _sources(told: Told) -> str:
    if not told.publishers:
        return ""
    s = "" if told.publishers == 1 else "s"
    grade = f", best grade {told.grade}" if told.grade else ""
    return f", {told.publishers} independent publisher{s}{grade}"


def _aside(stories: int) -> str:
    return f"; {stories} of feeds in their first week not counted" if stories else ""


def _edited(at: datetime | None, zone: ZoneInfo) -> str:
    """What a rise or a silence may come of, and what to do about it."""
    if at is None:
        return ""
    day = f"{at.astimezone(zone):%-d %B}"
    return f"; edited on {day}, and the past not matched again since (monitor rematch)"


def _figure(value: float) -> str:
    """Two figures are enough to be believed."""
    if value >= 10:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 0.095 else f"{value:.2g}"


def _odds(p: float) -> str:
    """How likely so many are by chance; nothing where it is no wonder at all."""
    return f" ({_chance(p)})" if p <= NO_WONDER else ""


def _chance(p: float) -> str:
    if p < 1e-5:
        return "p < 0.00001"
    if p > 0.1:
        return f"p = {p:.1f}"
    return f"p = {p:.5f}".rstrip("0") if p < 1e-4 else f"p = {p:.1g}"
