"""Rematch: the list in force is applied to the stored past; nobody is alerted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from monitor.matching import match
from monitor.model import Hit, Item
from monitor.pipeline.edges import Current
from monitor.pipeline.voices import Voices


class StoredItem(Protocol):
    """A stored item: its row, and when it was seen."""

    @property
    def row(self) -> int: ...
    @property
    def item(self) -> Item: ...
    @property
    def seen(self) -> datetime: ...


One = TypeVar("One", bound=StoredItem)


@dataclass(frozen=True, slots=True)
class Rematched:
    """What applying a list to the past came to."""

    items: int = 0
    gained: int = 0
    lost: int = 0


def rematch(
    current: Current,
    batches: Iterable[Sequence[One]],
    hits_of: Callable[[list[int]], Mapping[int, Mapping[str, Hit]]],
    apply: Callable[[list[tuple[One, tuple[Hit, ...], tuple[str, ...]]]], None],
    each: Callable[[], object],
    only: AbstractSet[str] | None = None,
) -> Rematched:
    """
    Match stored items again, batch by batch, and apply what is different.

    A hit is taken back if its indicator is in the list, not paused, and hits by
    another rule than when it was found; one of today's rule that no longer
    holds came from an earlier text of the item, and stays. ``only`` are the
    indicators that this is about, else all.
    """
    voices = Voices(current.watch)
    revisions = {
        one.indicator.id: one.revision
        for one in current.matcher.indicators
        if not one.indicator.paused and (only is None or one.indicator.id in only)
    }
    items = gained = lost = 0
    for batch in batches:
        known = hits_of([one.row for one in batch])
        changes = []
        for one in batch:
            found = {
                hit.indicator: hit for hit in match(one.item, current.matcher, voices.of(one.item))
            }
            had = known.get(one.row, {})
            new = tuple(hit for name, hit in found.items() if name in revisions and name not in had)
            gone = tuple(_gone(had, found, revisions))
            if new or gone:
                changes.append((one, new, gone))
                gained, lost = gained + len(new), lost + len(gone)
            items += 1
            each()
        if changes:
            apply(changes)
    return Rematched(items, gained, lost)


def _gone(
    had: Mapping[str, Hit], found: Mapping[str, Hit], revisions: Mapping[str, str]
) -> Iterator[str]:
    for name, hit in had.items():
        if name in revisions and name not in found and hit.revision != revisions[name]:
            yield name
