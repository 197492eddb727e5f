"""Is it time to say it again? Alerts that were told and that nobody has seen: a pure decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from monitor.alerts.route import branches
from monitor.messages import Told
from monitor.model import WatchList

MOST_REPEATS = 10
"""Who did not answer so many repeats will not answer the next one."""


def repeats_due(told: Iterable[Told], watch: WatchList, now: datetime) -> Iterator[Told]:
    """
    The alerts that are told once more.

    Their route asks for it and is still in the file, with their channel; its
    time has passed since the channel last had them; and they were not
    repeated ``MOST_REPEATS`` times.
    """
    asked = {one.key: one for one in branches(watch.routes) if one.repeat and not one.digest}
    for one in told:
        branch = asked.get(one.route)
        if branch is None or branch.repeat is None or one.channel not in branch.to:
            continue
        if one.repeats < MOST_REPEATS and now - one.at >= branch.repeat:
            yield one


def longest_repeat(watch: WatchList) -> timedelta | None:
    """How far back alerts may have been told that a route still repeats; nothing if none does."""
    pauses = [one.repeat for one in branches(watch.routes) if one.repeat and not one.digest]
    return max(pauses) * (MOST_REPEATS + 1) if pauses else None
