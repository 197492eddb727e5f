"""Items -> stories, one item after the other, with the reason for each place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.stories.copies import bands
from monitor.stories.features import Features
from monitor.stories.places import Places
from monitor.stories.rarity import Rarity
from monitor.stories.ties import (
    CERTAIN,
    Meaning,
    Tie,
    Weighed,
    doubted,
    is_copy,
    reason_of,
    tie,
    tie_by_text,
)

WINDOW = timedelta(hours=72)
"""A story's first and last item are no further apart."""
SURE = 0.0
"""An item joins a story whose score is above this."""
LEAST = -6.0
"""What a pair that shares nothing counts in a story's mean."""
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
    """A story in the making; one that a person put together has no window."""

    id: str
    first: datetime
    last: datetime
    by_hand: bool = False
    tellings: list[Features] = field(default_factory=list)

    def has_room(self, at: datetime) -> bool:
        """Whether an item of that instant leaves the story within its window."""
        return self.by_hand or max(self.last, at) - min(self.first, at) <= WINDOW

    def add(self, member: Features) -> bool:
        """Take an item in, and say whether it tells the event in a way of its own."""
        self.first, self.last = min(self.first, member.at), max(self.last, member.at)
        if len(self.tellings) == TELLINGS or any(is_copy(member, one) for one in self.tellings):
            return False
        self.tellings.append(member)
        return True


class Grouping:
    """
    The stories of some days, to which items are added one by one.

    Whatever is decided once stands: the same items in the same order, with the
    same rarity, give the same stories. An item is held against those within a
    window of it, earlier or later, and against no other: what is forgotten
    beyond that changes nothing.

    ``by_hand`` is where a person put an item: it is obeyed, whatever ties or
    window say, and what comes later may tie to the item there. ``meaning`` says how near
    two texts are, and is asked where a tie is doubtful.
    """

    def __init__(
        self,
        rarity: Rarity,
        by_hand: Mapping[str, str] | None = None,
        meaning: Meaning | None = None,
    ) -> None:
        self.rarity = rarity
        self._meaning = meaning
        self._by_hand = by_hand or {}
        self._groups: dict[str, _Group] = {}
        self._group_of: dict[str, _Group] = {}
        self._known: dict[str, Features] = {}
        self._weighed: dict[str, tuple[int, Weighed]] = {}
        self._places = Places()

    def place(self, features: Features) -> Placed:
        """Find the story of an item, or begin one with it."""
        wanted = self._by_hand.get(features.item)
        if wanted is not None:
            self.put(features, wanted, by_hand=True)
            return Placed(features.item, wanted, BY_HAND)
        new = Weighed.of(features, self.rarity)
        found = self._best(new)
        if found is None:
            placed = Placed(features.item, features.item)
        else:
            group, score, nearest = found
            placed = Placed(features.item, group.id, reason_of(new, nearest), score)
        self.put(features, placed.story)
        if features.item in self._known:
            self._weighed[features.item] = self.rarity.edition, new
        return placed

    def place_all(self, polled: Iterable[Features]) -> list[Placed]:
        """Find the stories of a poll's items; the order in which the feed has them is no matter."""
        return [self.place(one) for one in sorted(polled, key=lambda one: (one.at, one.item))]

    def put(self, features: Features, story: str, *, by_hand: bool = False) -> None:
        """Take an item in whose story was decided before."""
        at, item = features.at, features.item
        group = self._groups.setdefault(story, _Group(story, at, at))
        group.by_hand |= by_hand
        if not group.add(features):
            return
        self._known[item], self._group_of[item] = features, group
        self._places.add(item, at.timestamp(), _keys(features))

    def forget(self, before: datetime) -> None:
        """Let go of the stories of which nothing was told since an instant, but those by hand."""
        gone = [one for one in self._groups.values() if one.last < before and not one.by_hand]
        for group in gone:
            del self._groups[group.id]
            for one in group.tellings:
                for kept in (self._known, self._group_of, self._weighed):
                    kept.pop(one.item, None)
        self._places.forget(one.item for group in gone for one in group.tellings)

    def __len__(self) -> int:
        """How many tellings are held against what comes."""
        return len(self._known)

    def has(self, story: str) -> bool:
        """Whether it still knows a story."""
        return story in self._groups

    def _weigh(self, features: Features) -> Weighed:
        """An item with what it weighs by the rarity of now."""
        known = self._weighed.get(features.item)
        if known is None or known[0] != self.rarity.edition:
            known = self.rarity.edition, Weighed.of(features, self.rarity)
            self._weighed[features.item] = known
        return known[1]

    def _tie(self, new: Weighed, old: Weighed) -> Tie:
        found = tie(new, old)
        if self._meaning is None:
            return found
        return doubted(found, new.features, old.features, self._meaning)

    def _best(self, new: Weighed) -> tuple[_Group, float, Weighed] | None:
        """The story that an item belongs to most surely, and the member that it is nearest to."""
        neighbours = self._neighbours(new)
        return self._copied(new, neighbours) or self._told_by(new, neighbours)

    def _copied(
        self, new: Weighed, neighbours: Iterable[str]
    ) -> tuple[_Group, float, Weighed] | None:
        """The story of which an item copies a report, if none of its reports keeps it out."""
        mine = frozenset(bands(new.features.signature))
        groups = {
            self._group_of[item].id
            for item in neighbours
            if not mine.isdisjoint(self._places.told(item))
            and is_copy(new.features, self._known[item])
        }
        best: tuple[float, str, Weighed] | None = None
        for story in sorted(groups):
            group = self._groups[story]
            if not group.has_room(new.features.at):
                continue
            members = map(self._weigh, group.tellings)
            told = [(tied, one) for one in members if (tied := tie_by_text(new, one))]
            if any(tied.differs for tied, _ in told):
                continue
            tied, nearest = max(told, key=lambda pair: (pair[0].score, pair[1].features.item))
            if best is None or (tied.score, story) > best[:2]:
                best = (tied.score, story, nearest)
        return (self._groups[best[1]], best[0], best[2]) if best else None

    def _told_by(
        self, new: Weighed, neighbours: Iterable[str]
    ) -> tuple[_Group, float, Weighed] | None:
        """The story that an item tells in other words, and the member that it is nearest to."""
        known: dict[str, Tie] = {}
        near: set[str] = set()
        for item in neighbours:
            group = self._group_of[item]
            if group.id not in near and group.has_room(new.features.at):
                known[item] = self._tie(new, self._weigh(self._known[item]))
                if known[item].score > SURE:
                    near.add(group.id)
        ties = {
            story: [
                (known.get(member.features.item) or self._tie(new, member), member)
                for member in map(self._weigh, self._groups[story].tellings)
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
        at, window = new.features.at.timestamp(), WINDOW.total_seconds()
        return self._places.near(_leads(new), at - window, at + window)


def _keys(features: Features) -> Iterator[object]:
    """Under what an item can be found."""
    yield from bands(features.signature)
    yield from features.ideas
    yield from features.names | features.designators
    yield from features.numbers


def _leads(new: Weighed) -> Iterator[tuple[object, float]]:
    """What may lead to an item's neighbours, the rarest first, each with its weight."""
    yield from ((band, CERTAIN) for band in bands(new.features.signature))
    weights = {**new.ideas, **new.names, **new.numbers}
    for thing in sorted(weights, key=lambda thing: (-weights[thing], thing)):
        if weights[thing] >= COMMON:
            yield thing, weights[thing]


def _joined(ties: list[Tie]) -> float:
    """
    How surely an item belongs to a story: the mean of its best tie and of all its ties.

    The best alone would make chains of events that only resemble each other, the
    mean alone would part a long story. What follows up on a name that a title told shares it
    with some tellings only, and its best tie counts twice. A member that tells another event by
    the same form keeps the item out.
    """
    if any(one.differs for one in ties):
        return -math.inf
    best = max(ties, key=lambda one: one.score)
    if best.score >= CERTAIN:
        return best.score
    mean = math.fsum(max(one.score, LEAST) for one in ties) / len(ties)
    weight = 2 if best.is_titled else 1
    return (weight * max(best.score, LEAST) + mean) / (weight + 1)


def group(
    items: Iterable[Features],
    by_hand: Mapping[str, str] | None = None,
    meaning: Meaning | None = None,
) -> list[Placed]:
    """
    Group items that are all at hand: their rarity among themselves, in order of time.

    The order in which they are given does not matter.
    """
    known = list(items)
    return Grouping(Rarity.of(known), by_hand, meaning).place_all(known)
