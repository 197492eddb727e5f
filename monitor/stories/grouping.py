"""Items -> stories, one item after the other, with the reason for each place."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest

from monitor.stories.copies import bands
from monitor.stories.features import Features
from monitor.stories.rarity import Rarity
from monitor.stories.ties import CERTAIN, Tie, Weighed, is_copy, reason_of, tie

WINDOW = timedelta(hours=72)
"""A story's first and last item are no further apart."""
SURE = 0.0
"""An item joins a story whose score is above this."""
LEAST = -6.0
"""What a pair that shares nothing counts in a story's mean."""
POSTINGS = 1_500
"""So many places are looked at for an item's neighbours, those of its rarest things first."""
NEIGHBOURS = 12
"""So many items, those that share the rarest things, are compared in full."""
LEAST_SHARED = 7.0
"""Items that share less than this weight cannot come to a score that ties."""
TELLINGS = 12
"""So many tellings of a story are held against a new item, the first ones, copies left out."""
BY_HAND = "by hand"
COMMON = 1.0
"""What weighs less than this leads to no neighbour."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An item's place: its story, named after the first item, and why it was put there."""

    item: str
    story: str
    reason: str = ""
    score: float = 0.0


@dataclass
class _Group:
    """A story in the making."""

    id: str
    first: datetime
    last: datetime
    tellings: list[Weighed] = field(default_factory=list)

    def has_room(self, at: datetime) -> bool:
        """Whether an item of that instant leaves the story within its window."""
        return max(self.last, at) - min(self.first, at) <= WINDOW

    def add(self, member: Weighed) -> bool:
        """Take an item in, and say whether it tells the event in a way of its own."""
        at = member.features.at
        self.first, self.last = min(self.first, at), max(self.last, at)
        if len(self.tellings) == TELLINGS or any(is_copy(member, one) for one in self.tellings):
            return False
        self.tellings.append(member)
        return True


class Grouping:
    """
    The stories of the last days, to which items are added one by one.

    Whatever is decided once stands: the same items in the same order, with the
    same rarity, give the same stories. What is further back than two windows
    is forgotten, since nothing can join it.

    ``by_hand`` is where a person put an item: it is obeyed, whatever ties or
    window say, and what comes later may tie to the item there.
    """

    def __init__(self, rarity: Rarity, by_hand: Mapping[str, str] | None = None) -> None:
        self.rarity = rarity
        self._by_hand = by_hand or {}
        self._groups: dict[str, _Group] = {}
        self._group_of: dict[str, _Group] = {}
        self._known: dict[str, Weighed] = {}
        self._places: dict[object, deque[str]] = defaultdict(deque)

    def place(self, features: Features) -> Placed:
        """Find the story of an item, or begin one with it."""
        new = Weighed.of(features, self.rarity)
        wanted = self._by_hand.get(features.item)
        if wanted is not None:
            self._enter(new, self._group(wanted, features.at))
            return Placed(features.item, wanted, BY_HAND)
        found = self._best(new)
        if found is None:
            group = self._group(features.item, features.at)
            placed = Placed(features.item, features.item)
        else:
            group, score, nearest = found
            placed = Placed(features.item, group.id, reason_of(new, nearest), score)
        self._enter(new, group)
        return placed

    def place_all(self, polled: Iterable[Features]) -> list[Placed]:
        """Find the stories of a poll's items; the order in which the feed has them is no matter."""
        return [self.place(one) for one in sorted(polled, key=lambda one: (one.at, one.item))]

    def put(self, features: Features, story: str) -> None:
        """Take an item in whose story was decided before."""
        new = Weighed.of(features, self.rarity)
        self._enter(new, self._group(story, features.at))

    def _group(self, story: str, at: datetime) -> _Group:
        return self._groups.get(story) or _Group(story, at, at)

    def _enter(self, new: Weighed, group: _Group) -> None:
        self._groups[group.id] = group
        if not group.add(new):
            return
        item = new.features.item
        self._known[item], self._group_of[item] = new, group
        for key in self._keys(new):
            self._places[key].append(item)

    def _keys(self, new: Weighed) -> Iterator[object]:
        """Under what an item is looked for, the rarest first."""
        yield from bands(new.features.signature)
        weights = {**new.ideas, **new.names, **new.numbers}
        yield from sorted(
            (thing for thing, weight in weights.items() if weight >= COMMON),
            key=lambda thing: (-weights[thing], thing),
        )

    def _best(self, new: Weighed) -> tuple[_Group, float, Weighed] | None:
        """The story that an item belongs to most surely, and the member that it is nearest to."""
        known: dict[str, Tie] = {}
        near: set[str] = set()
        for item in self._neighbours(new):
            group = self._group_of[item]
            if group.id not in near and group.has_room(new.features.at):
                known[item] = tie(new, self._known[item])
                if known[item].score > SURE:
                    near.add(group.id)
        ties = {
            story: [
                (known.get(member.features.item) or tie(new, member), member)
                for member in self._groups[story].tellings
            ]
            for story in sorted(near)
        }
        best: tuple[float, str, Weighed] | None = None
        for story, told in ties.items():
            score = _joined([one for one, _ in told])
            nearest = max(told, key=lambda pair: (pair[0].score, pair[1].features.item))[1]
            if score > SURE and (best is None or (score, story) > best[:2]):
                best = (score, story, nearest)
        return (self._groups[best[1]], best[0], best[2]) if best else None

    def _neighbours(self, new: Weighed) -> list[str]:
        """The items of the window that share the rarest things with an item."""
        shared: dict[str, float] = defaultdict(float)
        weights = {**new.ideas, **new.names, **new.numbers}
        looked_at = 0
        for key in self._keys(new):
            places = self._recent(key, new.features.at)
            weight = weights.get(key, CERTAIN) if isinstance(key, str) else CERTAIN
            for item in places:
                shared[item] += weight
            looked_at += len(places)
            if looked_at > POSTINGS:
                break
        enough = [item for item, weight in shared.items() if weight >= LEAST_SHARED]
        return nsmallest(NEIGHBOURS, enough, key=lambda item: (-shared[item], item))

    def _recent(self, key: object, at: datetime) -> deque[str]:
        """The items known under a key, those forgotten that are too old for anything to come."""
        places = self._places.get(key)
        if places is None:
            return deque()
        while places and at - self._known[places[0]].features.at > 2 * WINDOW:
            places.popleft()
        return places


def _joined(ties: list[Tie]) -> float:
    """
    How surely an item belongs to a story: the mean of its best tie and of all its ties.

    The best alone would make chains of events that only resemble each other, the
    mean alone would part a long story. A member that tells another event by
    the same form keeps the item out.
    """
    if any(one.differs for one in ties):
        return -math.inf
    if max(one.score for one in ties) >= CERTAIN:
        return max(one.score for one in ties)
    scores = [max(one.score, LEAST) for one in ties]
    return (max(scores) + math.fsum(scores) / len(scores)) / 2


def group(items: Iterable[Features], by_hand: Mapping[str, str] | None = None) -> list[Placed]:
    """
    Group items that are all at hand: their rarity among themselves, in order of time.

    The order in which they are given does not matter.
    """
    known = list(items)
    return Grouping(Rarity.of(known), by_hand).place_all(known)
