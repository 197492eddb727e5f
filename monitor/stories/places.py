"""Where items can be found that share things with another, told within a window of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest

POSTINGS = 1_500
"""So many places are looked at for an item's neighbours, those of its rarest things first."""
NEIGHBOURS = 12
"""So many items, those that share the rarest things, are compared in full."""
LEAST_SHARED = 9.0
"""Items that share less than this weight hardly come to a score that ties: of 7,370 pairs that
did, one in a hundred shared less than 12.5; of those that did not, half shared less than 10.
A terse follow-up shares little more than a rare name and one thing."""

SLACK = 1e-6
"""So much may a sum of weights differ by the order in which they were added."""


@dataclass(slots=True)
class _Posted:
    """The items that tell one thing, in the order of time."""

    times: list[float] = field(default_factory=list)
    items: list[str] = field(default_factory=list)

    def add(self, at: float, item: str) -> None:
        place = bisect_right(self.times, at)
        self.times.insert(place, at)
        self.items.insert(place, item)

    def between(self, first: float, last: float) -> Sequence[str]:
        times = self.times
        begin = 0 if times[0] >= first else bisect_left(times, first)
        return self.items[begin : None if times[-1] <= last else bisect_right(times, last)]

    def keep(self, known: Container[str]) -> bool:
        left = [
            (at, item) for at, item in zip(self.times, self.items, strict=True) if item in known
        ]
        self.times, self.items = [at for at, _ in left], [item for _, item in left]
        return bool(left)


class Places:
    """Items by what they tell, and by when."""

    def __init__(self) -> None:
        self._posted: dict[object, _Posted] = {}
        self._told: dict[str, frozenset[object]] = {}
        self._gone: set[str] = set()

    def add(self, item: str, at: float, keys: Iterable[object]) -> None:
        """Note an item that is told at an instant, under all that it tells."""
        told = self._told[item] = frozenset(keys)
        for key in told:
            posted = self._posted.get(key)
            if posted is None:
                posted = self._posted[key] = _Posted()
            posted.add(at, item)

    def forget(self, items: Iterable[str]) -> None:
        """
        Let go of some items, of which none is told within a window of what is still to come.

        Their room is freed once they are half of all.
        """
        self._gone.update(item for item in items if item in self._told)
        if 2 * len(self._gone) <= len(self._told):
            return
        for item in self._gone:
            del self._told[item]
        self._posted = {key: one for key, one in self._posted.items() if one.keep(self._told)}
        self._gone.clear()

    def told(self, item: str) -> frozenset[object]:
        """All that an item tells."""
        return self._told[item]

    def near(self, leads: Iterable[tuple[object, float]], first: float, last: float) -> list[str]:
        """
        The items told between two instants that share most with one that has these leads.

        Leads are given the heaviest first. Once those that are left weigh less
        together than ``LEAST_SHARED``, nothing new can come to that, and only
        what has been met is followed up.
        """
        posted = self._within(leads, first, last)
        left = sum(weight for _, weight, _ in posted)
        shared: dict[str, float] = {}
        least = 0.0
        for key, weight, items in posted:
            if left >= LEAST_SHARED:
                for item in items:
                    shared[item] = shared.get(item, 0.0) + weight
            else:
                least = least or _least_of_the_nearest(shared.values())
                shared = {
                    item: known + weight if key in self._told[item] else known
                    for item, known in shared.items()
                    if known + left >= least
                }
            left -= weight
        enough = [
            item
            for item, weight in shared.items()
            if weight >= LEAST_SHARED and item not in self._gone
        ]
        return nsmallest(NEIGHBOURS, enough, key=lambda item: (-shared[item], item))

    def _within(
        self, leads: Iterable[tuple[object, float]], first: float, last: float
    ) -> list[tuple[object, float, Sequence[str]]]:
        """The leads that lead to anything in time, each with its items, up to ``POSTINGS``."""
        found: list[tuple[object, float, Sequence[str]]] = []
        looked_at = 0
        for key, weight in leads:
            posted = self._posted.get(key)
            items = posted.between(first, last) if posted is not None else ()
            if not items:
                continue
            found.append((key, weight, items))
            looked_at += len(items)
            if looked_at > POSTINGS:
                break
        return found


def _least_of_the_nearest(shared: Iterable[float]) -> float:
    """What an item must come to if it is to be among the nearest, given what is known of all."""
    nearest = sorted(shared, reverse=True)[:NEIGHBOURS]
    return max(LEAST_SHARED, nearest[-1] - SLACK if len(nearest) == NEIGHBOURS else 0.0)
