"""Since when a story speaks to an indicator, and with which signals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Spoken:
    """That a story speaks to an indicator, by ``items`` items; ``first`` gives it its day."""

    first: datetime
    last: datetime
    signals: tuple[str, ...] = ()
    items: int = 1


def heard(
    before: Spoken | None, seen: datetime, signals: Iterable[str], *, moves_back: bool
) -> Spoken:
    """
    What follows from one more hit of a story's items.

    The first hit that we saw gives the day. Only while all of a story is the
    past of feeds that were polled for the first time does an earlier hit give
    it another: what was told as news stays on the day on which it was.
    """
    if before is None:
        return Spoken(seen, seen, tuple(dict.fromkeys(signals)))
    return Spoken(
        earlier(before.first, seen, moves_back=moves_back),
        max(before.last, seen),
        tuple(dict.fromkeys([*before.signals, *signals])),
        before.items + 1,
    )


def earlier(first: datetime, seen: datetime, *, moves_back: bool) -> datetime:
    """When a story was first seen, after one more hit."""
    return min(first, seen) if moves_back else first
