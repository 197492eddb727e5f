"""To whom? Routes are matched by a pure function, so that an answer can be explained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from types import MappingProxyType

from monitor.alerts.decide import Alert
from monitor.levels.level import Level
from monitor.model import Hit, Indicator, Route, WatchList

NO_LEVELS: Mapping[str, str] = MappingProxyType({})
"""How indicators stand before they were assessed."""

Condition = Mapping[str, tuple[str, ...]]
"""Fields and the values that each may have; all of them must hold."""


@dataclass(frozen=True, slots=True)
class Target:
    """
    One channel that an alert goes to, and the route that says so.

    ``min_sources`` is how many independent publishers the route asks for.
    """

    route: str
    channel: str
    min_sources: int = 1


@dataclass(frozen=True, slots=True)
class Branch:
    """
    A route with what it has from the routes above it.

    ``conditions`` are its own and all those above it; channels, digest times
    and ``repeat`` are the nearest that were given, ``min_sources`` and ``min_levels`` all. A
    route that only inherits digest times leaves out the channels of the route
    above it, whose digest holds all that its own would.
    """

    route: Route
    to: tuple[str, ...]
    conditions: tuple[Condition, ...]
    digest: tuple[time, ...] = ()
    min_sources: int = 1
    min_levels: tuple[str, ...] = ()
    depth: int = 0
    repeat: timedelta | None = None

    @property
    def key(self) -> str:
        """The route's own key, by which the ledger knows it."""
        return self.route.key


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one route stands to an alert: whether it applies, and if not, for want of what."""

    branch: Branch
    applies: bool
    lacks: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    """Its channels that a route before it has told already."""


def route(alert: Alert, watch: WatchList) -> list[Target]:
    """
    The channels that an alert goes to, each once.

    Every matching top-level route applies, and below it every matching child;
    routes with ``digest`` times carry digests only. Where two routes name the
    same channel the first one is kept, so that nobody is told twice.
    """
    if not alert.reason.is_sent:
        return []
    return [
        Target(verdict.branch.key, channel, verdict.branch.min_sources)
        for verdict in explain_routes(alert, watch)
        for channel in verdict.sends
    ]


def route_update(alert: Alert, watch: WatchList) -> list[Target]:
    """
    The channels that hear of an update to a story which they were told of.

    Only routes that ask for updates by name do: ``when: {reason: update}``.
    """
    targets: dict[str, Target] = {}
    for verdict in explain_routes(alert, watch):
        branch = verdict.branch
        if verdict.applies and not branch.digest and asks_for(branch, str(alert.reason)):
            for channel in branch.to:
                targets.setdefault(channel, Target(branch.key, channel, branch.min_sources))
    return list(targets.values())


def asks_for(branch: Branch, reason: str) -> bool:
    """Whether a route, or one above it, names a reason among its conditions."""
    return any(reason in condition.get("reason", ()) for condition in branch.conditions)


def explain_routes(alert: Alert, watch: WatchList) -> Iterator[Verdict]:
    """How every route stands to an alert, in the file's order, each child after its parent."""
    told: set[str] = set()
    for branch in branches(watch.routes):
        lacks = tuple(_lacks(branch, alert, watch))
        if lacks:
            yield Verdict(branch, False, lacks)
            continue
        if branch.digest:
            yield Verdict(branch, True)
            continue
        sends = tuple(one for one in dict.fromkeys(branch.to) if one not in told)
        yield Verdict(branch, True, sends=sends, told=tuple(set(branch.to) & told))
        told.update(sends)


def branches(routes: Iterable[Route], above: Branch | None = None) -> Iterator[Branch]:
    """Every route of the tree with what it inherits, each parent before its children."""
    for one in routes:
        branch = _below(above, one) if above else _top(one)
        yield branch
        yield from branches(one.routes, branch)


def _top(one: Route) -> Branch:
    return Branch(
        one, one.to, (one.when,), one.digest, one.min_sources, _asked(one), repeat=one.repeat
    )


def _asked(one: Route) -> tuple[str, ...]:
    return (one.min_level,) if one.min_level else ()


def _below(above: Branch, one: Route) -> Branch:
    to = one.to or above.to
    if above.digest and not one.digest:
        to = tuple(name for name in to if name not in above.to)
    return Branch(
        route=one,
        to=to,
        conditions=(*above.conditions, one.when),
        digest=one.digest or above.digest,
        min_sources=max(one.min_sources, above.min_sources),
        min_levels=(*above.min_levels, *_asked(one)),
        depth=above.depth + 1,
        repeat=one.repeat or above.repeat,
    )


def _lacks(branch: Branch, alert: Alert, watch: WatchList) -> Iterator[str]:
    """What keeps a route from applying: nothing, if one hit meets all conditions at once."""
    wanting: list[list[str]] = []
    for hit in alert.hits:
        wants = list(wants_of(branch, hit, str(alert.reason), watch, alert.levels))
        if not wants:
            return
        wanting.append(wants)
    # Of several hits the one that came nearest tells it.
    yield from min(wanting, key=len, default=["a hit"])


def wants_of(
    branch: Branch, hit: Hit, reason: str, watch: WatchList, levels: Mapping[str, str]
) -> Iterator[str]:
    """The conditions that do not hold for one hit, in words."""
    indicator = watch.indicator(hit.indicator)
    if indicator is None:
        yield f"the indicator {hit.indicator} in the file"
        return
    facts = facts_of(hit, indicator, reason)
    for condition in branch.conditions:
        for name, values in condition.items():
            if not facts.get(name, set()) & set(values):
                has = ", ".join(sorted(facts.get(name, set()))) or "none"
                yield f"{name} {' or '.join(values)} (it is {has})"
    stands = levels.get(indicator.id)
    for wanted in branch.min_levels:
        if not reaches(stands, wanted):
            yield f"level {wanted} or above (it is {stands or 'not assessed yet'})"


def facts_of(hit: Hit, indicator: Indicator, reason: str) -> dict[str, set[str]]:
    """What the conditions of routes can ask of a hit."""
    return {
        "priority": {str(indicator.priority)},
        "group": {indicator.group} if indicator.group else set(),
        "indicator": {indicator.id},
        "signal": set(hit.signals),
        "reason": {reason},
    }


def reaches(stands: str | None, wanted: str) -> bool:
    """
    Whether a level is at least the one that is asked for.

    An indicator that was not assessed yet reaches none: whoever asks for a
    level wants to know that it is one.
    """
    return stands is not None and Level(stands).reaches(wanted)


def carries(
    branch: Branch, hit: Hit, watch: WatchList, levels: Mapping[str, str] = NO_LEVELS
) -> bool:
    """Whether a digest route carries this hit, as indicators stand."""
    return not any(wants_of(branch, hit, "digest", watch, levels))


def digest_routes(watch: WatchList) -> list[Branch]:
    """All routes that carry digests to somebody, at whatever depth."""
    return [one for one in branches(watch.routes) if one.digest and one.to]
