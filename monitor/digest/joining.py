"""An alert on a report that joins an older story: the report by itself, and what it joins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from monitor.digest.build import Story, local_day
from monitor.digest.plain import plain_line
from monitor.digest.wording import NBSP, When, came, series, told_by


@dataclass(frozen=True, slots=True)
class Joined:
    """The older story without the report that joins it, and the sentence that says so."""

    story: Story
    words: str


def parted(story: Story, zone: ZoneInfo) -> tuple[Story, Joined | None]:
    """
    What an alert tells, and the older story that it joins, if any report is older than its lead.

    The lead then stands for itself: the alert is sent for what it
    says, under its own indicators, words and grade. A story led by its first report stays whole.
    """
    lead, *others = story.reports
    if all(one.seen >= lead.seen for one in others):
        return story, None
    own = replace(story, reports=(lead,), first=None, alerted=None)
    older = replace(story, reports=tuple(others), first=story.seen)
    return own, Joined(older, _words(story, older, zone))


def _words(story: Story, older: Story, zone: ZoneInfo) -> str:
    """``It joins a story first seen 5 Nov 10:00, told by The Wire; with it 2 reports, …``."""
    when = When(zone, None)
    at = when.moment_words(older.seen)
    year = local_day(older.seen, zone).year
    if year != local_day(story.lead.seen, zone).year:
        day, _, clock = at.rpartition(NBSP)
        at = f"{day}{NBSP}{year}{NBSP}{clock}"
    names = series([plain_line(name) for name in older.publishers])
    told = f", alerted {when.moment_words(older.alerted)}" if older.alerted else ""
    return f"It joins a story {came(older)} {at}{told}, told by {names}; with it {told_by(story)}."
