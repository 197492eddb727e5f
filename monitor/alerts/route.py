"""To whom? Routes are matched by a pure function, so that an answer can be explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.decide import Alert
from monitor.digest.build import day_bounds
from monitor.model import Hit, Indicator, Route, WatchList


@dataclass(frozen=True, slots=True)
class Target:
    """One channel that an alert or digest goes to, and the route that says so."""

    route: str
    channel: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest that is due: a route, and a local date and time of day."""

    route: Route
    day: date
    at: time
    instant: datetime

    @property
    def name(self) -> str:
        """How the ledger and the mail call it: ``2025-11-06 07:00``."""
        return f"{self.day.isoformat()} {self.at:%H:%M}"


def route(alert: Alert, watch: WatchList) -> list[Target]:
    """
    The channels that an alert goes to, each once.

    Every matching top-level route applies, and below it every matching child;
    routes with ``digest`` times carry digests only. Where two routes name the
    same channel the first one is kept, so that nobody is told twice.
    """
    if not alert.reason.is_sent:
        return []
    targets: dict[str, Target] = {}
    for one, to in _matching(watch.routes, alert, watch, ()):
        for channel in to:
            targets.setdefault(channel, Target(one.key, channel))
    return list(targets.values())


def _matching(
    routes: Iterable[Route], alert: Alert, watch: WatchList, inherited: tuple[str, ...]
) -> Iterator[tuple[Route, tuple[str, ...]]]:
    for one in routes:
        if one.digest or not any(_holds(one, hit, alert.reason, watch) for hit in alert.hits):
            continue
        to = one.to or inherited
        yield one, to
        yield from _matching(one.routes, alert, watch, to)


def _holds(one: Route, hit: Hit, reason: str, watch: WatchList) -> bool:
    """Whether every condition of a route holds for one hit."""
    indicator = watch.indicator(hit.indicator)
    if indicator is None:
        return False
    facts = _facts(hit, indicator, reason)
    return all(facts.get(name, set()) & set(values) for name, values in one.when.items())


def _facts(hit: Hit, indicator: Indicator, reason: str) -> dict[str, set[str]]:
    return {
        "priority": {str(indicator.priority)},
        "group": {indicator.group} if indicator.group else set(),
        "indicator": {indicator.id},
        "signal": set(hit.signals),
        "reason": {str(reason)},
    }


def digest_routes(watch: WatchList) -> list[Route]:
    """All routes that carry digests, at whatever depth."""

    def walk(routes: Iterable[Route], inherited: tuple[str, ...]) -> Iterator[Route]:
        for one in routes:
            to = one.to or inherited
            if one.digest:
                yield Route(key=one.key, to=to, when=one.when, digest=one.digest)
            yield from walk(one.routes, to)

    return list(walk(watch.routes, ()))


def latest_slots(routes: Iterable[Route], zone: ZoneInfo, now: datetime) -> list[Slot]:
    """
    For each digest route, the last of its times that has come.

    Only the last: after an outage one digest catches up on all that was
    missed. A time that the clocks skip in spring is read as if they had not
    moved yet (02:30 is then 03:30); one that they pass twice in autumn counts
    at the first.
    """
    slots = []
    for one in routes:
        today = now.astimezone(zone).date()
        due = [
            slot
            for back in (0, 1)
            for at in one.digest
            if (slot := slot_of(one, today - timedelta(days=back), at, zone)).instant <= now
        ]
        if due:
            slots.append(max(due, key=lambda slot: slot.instant))
    return slots


def slot_of(one: Route, day: date, at: time, zone: ZoneInfo) -> Slot:
    """The slot of a route on a local day at a time of day, with its instant in UTC."""
    local = datetime.combine(day, at, tzinfo=zone)
    return Slot(one, day, at, local.astimezone(ZoneInfo("UTC")))


def carries(one: Route, hit: Hit, watch: WatchList) -> bool:
    """Whether a digest route carries this hit."""
    return _holds(one, hit, "digest", watch)


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
