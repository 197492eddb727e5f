"""Polls that are about to be stored, and what is known already of the items that they bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.alerts.decide import Alert
from monitor.feeds.identity import twin_key
from monitor.model import Arrival, Feed, Item, PollRecord, WatchList


class StoredItem(Protocol):
    """A stored item as a poll meets it again."""

    @property
    def row(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def twin(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def seen(self) -> datetime: ...
    @property
    def article(self) -> bool: ...


class Knowing(Protocol):
    """Knows the stored items by their keys and by their twin keys."""

    def known(self, keys: Iterable[str], twins: Iterable[str] = ()) -> Sequence[StoredItem]: ...
    def indicators_hit(self, rows: Iterable[int]) -> Mapping[int, Set[str]]: ...


@dataclass(frozen=True, slots=True)
class Met:
    """
    What is stored of some items: what has their keys, and what has the twin keys of the rest.

    ``hit`` are the indicators that those which were edited since ever hit, by row.
    """

    by_key: Mapping[str, StoredItem] = field(default_factory=dict)
    by_twin: Mapping[str, StoredItem] = field(default_factory=dict)
    twins: Mapping[str, str] = field(default_factory=dict)
    hit: Mapping[int, Set[str]] = field(default_factory=dict)

    def twin_of(self, item: Item) -> str:
        """The second identity of an item."""
        return self.twins.get(item.key) or twin_key(item)

    def known(self, item: Item) -> StoredItem | None:
        """
        The stored item that this one is, by its key or as its twin.

        Some feeds make up new guids at every poll: an item of the same link,
        title and text is the same where the old guid is gone from the document.
        """
        if (stored := self.by_key.get(item.key)) is not None:
            return stored
        twin = self.by_twin.get(self.twin_of(item))
        return twin if twin is not None and twin.hash == item.hash else None


@dataclass(frozen=True, slots=True)
class Polled:
    """A poll that is ready to be stored but for its alerts, which depend on stories."""

    record: PollRecord
    feed: Feed
    watch: WatchList
    alerts: tuple[tuple[Arrival, Alert], ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A poll that has its answer: the items in it, and what makes ready to store what is met."""

    items: Sequence[Item]
    poll: Callable[[Met], Polled]


def meet(polls: Sequence[Ready], knowing: Knowing) -> Met:
    """
    What is stored of the items of some polls, asked for all of them at once.

    Identities hold the feed, so that one poll's do not meet another's. The twin
    is asked for only where the key is new: of most documents nearly all is known.
    """
    items = [item for poll in polls for item in poll.items]
    if not items:
        return Met()
    shown = {item.key for item in items}
    by_key = {one.key: one for one in knowing.known(shown)}
    twins = {item.key: twin_key(item) for item in items if item.key not in by_key}
    others = knowing.known((), twins.values()) if twins else ()
    by_twin = {one.twin: one for one in others if one.key not in shown}
    edited = [
        known.row
        for item in items
        if (known := by_key.get(item.key)) is not None and known.hash != item.hash
    ]
    return Met(by_key, by_twin, twins, knowing.indicators_hit(edited) if edited else {})
