"""When digests are due: a pure schedule over local dates and times of day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.route import Branch
from monitor.digest.build import day_bounds


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest that is due: a route, and a local date and time of day."""

    route: Branch
    day: date
    at: time
    instant: datetime

    @property
    def name(self) -> str:
        """How the ledger and the mail call it: ``2025-11-06 07:00``."""
        return f"{self.day.isoformat()} {self.at:%H:%M}"


def latest_slots(routes: Iterable[Branch], zone: ZoneInfo, now: datetime) -> list[Slot]:
    """
    For each digest route, the last of its times that has come.

    Only the last: after an outage one digest catches up on all that was
    missed. A time that the clocks skip in spring is read as if they had not
    moved yet (02:30 is then 03:30); one that they pass twice in autumn counts
    at the first. Where a zone leaves out a whole day, that day has no digest.
    """
    slots = []
    today = now.astimezone(zone).date()
    for one in routes:
        due = [
            slot
            for back in (0, 1, 2)
            for at in one.digest
            if (slot := slot_of(one, today - timedelta(days=back), at, zone)).instant <= now
        ]
        if due:
            slots.append(max(due, key=lambda slot: (slot.instant, slot.name)))
    return slots


def slot_of(one: Branch, day: date, at: time, zone: ZoneInfo) -> Slot:
    """The slot of a route on a local day at a time of day, with its instant in UTC."""
    return Slot(one, day, at, datetime.combine(day, at, tzinfo=zone).astimezone(UTC))


def span_of(
    slot: Slot, zone: ZoneInfo, last: tuple[str, datetime] | None
) -> tuple[datetime, datetime | None]:
    """
    Where a digest's span begins, and where the closed day in it ends.

    The first time of a day carries the closed day before it, whole, and what
    came since midnight; a later time the same day carries what came since the
    last, and has no closed day. After missed days the span begins where the
    last digest ended. ``last`` is the name of the last digest's slot and the
    end of its span.
    """
    midnight, _ = day_bounds(slot.day, zone)
    yesterday, _ = day_bounds(slot.day - timedelta(days=1), zone)
    if last is None:
        return yesterday, midnight
    name, end = last
    if name.startswith(slot.day.isoformat()):
        return end, None
    return min(yesterday, end), midnight


def lacks(
    slot: Slot,
    own: tuple[str, datetime] | None,
    other: tuple[str, datetime] | None,
    today: date,
) -> bool:
    """
    Whether a channel lacks the digest of this slot.

    ``own`` is the route's last digest to it, ``other`` that of a route which
    is gone. A route that was edited is another one: it goes on where the one
    that is gone ended, and sends nothing for yesterday.
    """
    if own is not None:
        return own[0] < slot.name
    return other is None or (other[0] < slot.name and slot.day == today)
