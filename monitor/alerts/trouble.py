"""Is the watch itself well? A pure reading of how feeds, outbox, disk and list stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.digest.wording import sentence

OUTBOX_AGE = timedelta(hours=1)
REFUSED_FOR = timedelta(minutes=1)
"""Somebody who saves a slip and puts it right within this time is not told of it."""
LOW_DISK = 200 * 1024 * 1024
SMALL_DISK = 10
"""Of a disk of less than ten times ``LOW_DISK`` a tenth is kept free instead."""
READY_FOR = timedelta(minutes=10)
"""How long after a whole cycle the service counts as ready."""


class TroubleKind(StrEnum):
    """What can trouble the watch as a whole."""

    FEEDS = "feeds"
    OUTBOX = "outbox"
    DISK = "disk"
    DATABASE = "database"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble, in a sentence, and what to do about it."""

    kind: TroubleKind
    words: str
    advice: str


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How the service stands at ``now``.

    ``failing`` counts feeds that failed twice in a row or more, ``oldest_waiting``
    is when the oldest message was decided that should be out and is not,
    ``refused_at`` when an edit of the list was refused that still is. With less
    than ``reserve`` bytes free nothing is fetched. ``broken`` says in a sentence
    what was found wrong with the database, ``away`` that its server does not answer;
    the rest is then not known.
    """

    now: datetime
    feeds: int
    failing: int
    oldest_waiting: datetime | None
    free_bytes: int
    refused_at: datetime | None = None
    last_cycle: datetime | None = None
    reserve: int = LOW_DISK
    broken: str = ""
    away: str = ""

    @property
    def kinds(self) -> tuple[TroubleKind, ...]:
        """All that can be in trouble."""
        return tuple(TroubleKind)

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What is in trouble now."""
        return tuple(_troubles(self))

    @property
    def is_well(self) -> bool:
        """Whether somebody far away may be told that all is well; a refused edit is no harm."""
        return all(one.kind is TroubleKind.LIST for one in self.troubles)

    @property
    def is_ready(self) -> bool:
        """Whether a cycle was whole lately, and nothing keeps the service from its work."""
        if self.last_cycle is None or self.now - self.last_cycle > READY_FOR:
            return False
        return self.is_well


def reserve_of(total: int) -> int:
    """How much of a disk of ``total`` bytes is to stay free."""
    return min(LOW_DISK, total // SMALL_DISK)


def _troubles(standing: Standing) -> Iterator[Trouble]:
    now = standing.now
    if standing.feeds and standing.failing * 2 > standing.feeds:
        yield Trouble(
            TroubleKind.FEEDS,
            f"{standing.failing} of {standing.feeds} feeds fail, so much of what happens is missed",
            "The feeds page says why each of them fails; if all do, look at the network first.",
        )
    waits = now - standing.oldest_waiting if standing.oldest_waiting else timedelta(0)
    if waits >= OUTBOX_AGE:
        yield Trouble(
            TroubleKind.OUTBOX,
            f"messages have waited for {int(waits.total_seconds() // 3600)} h to be sent",
            "The ledger says which channel does not take them, and why.",
        )
    if standing.free_bytes < standing.reserve:
        yield Trouble(
            TroubleKind.DISK,
            f"only {standing.free_bytes // (1024 * 1024)} MB are free where the database is",
            "Make room there: until then no feed is asked. What feeds show is read afterwards.",
        )
    if standing.broken:
        yield Trouble(
            TroubleKind.DATABASE,
            "the database is damaged, so nothing is fetched, kept or sent any more",
            sentence(standing.broken),
        )
    elif standing.away:
        yield Trouble(
            TroubleKind.DATABASE,
            "the database does not answer, so nothing is fetched, kept or sent meanwhile",
            sentence(standing.away),
        )
    if standing.refused_at is not None and now - standing.refused_at >= REFUSED_FOR:
        yield Trouble(
            TroubleKind.LIST,
            "the watch list has an error and is not taken up; the one before it is in force",
            "monitor check names file, line and column, and so does the board.",
        )
