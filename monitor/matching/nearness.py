# ruff: noqa: D102 - what holds, places and evidence answer is told once, in Node
"""Clauses on things that stand near each other: within so many words, or in one sentence."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.matching.reading import Reading
from monitor.matching.tree import BY_PLACE, Node, Part, Place

FEW = 8
MOST_PARTNERS = 16


@dataclass(frozen=True, eq=False)
class Near(Node):
    """
    Two things with at most ``words`` words between, in either order.

    They must be two things: a word is not near itself, nor near a phrase that
    it is part of. With ``ordered`` the left one comes first.
    """

    words: int
    left: Node
    right: Node
    ordered: bool = False

    def holds(self, reading: Reading) -> bool:
        if not (self.left.holds(reading) and self.right.holds(reading)):
            return False
        return any(True for _ in self.pairs(reading))

    def places(self, reading: Reading) -> list[Place]:
        known: list[Place] | None = reading.standing.get(self)
        if known is None:
            standing = {_both(a, b) for a, b in self.pairs(reading)}
            known = reading.standing[self] = sorted(standing, key=BY_PLACE)
        return known

    def evidence(self, reading: Reading) -> Iterator[Part]:
        left = _Row(self.left.places(reading), reading)
        right = _Row(self.right.places(reading), reading)
        for row, others, turned in ((left, right, False), (right, left, True)):
            for place in row.places:
                for other in _around(place, others, self.words, reading):
                    a, b = (other, place) if turned else (place, other)
                    if self.is_pair(a, b, reading):
                        yield from place.parts
                        break

    def pairs(self, reading: Reading) -> Iterator[tuple[Place, Place]]:
        """
        The left and right places that are near each other.

        Where one place has very many near it, as only text made to hurt has,
        the nearest and the farthest of them stand for all.
        """
        left = self.left.places(reading)
        right = self.right.places(reading) if left else []
        row = _Row(right, reading)
        for a in left if right else ():
            near = [b for b in _around(a, row, self.words, reading) if self.is_pair(a, b, reading)]
            for b in near if len(near) <= MOST_PARTNERS else _chosen(a, near):
                yield a, b

    def is_pair(self, a: Place, b: Place, reading: Reading) -> bool:
        """Whether these two places are near enough, and in order if that is asked."""
        if self.ordered and a.last >= b.first:
            return False
        return not _share_words(a, b) and words_between(a, b, reading) <= self.words


@dataclass(frozen=True, eq=False)
class NotNear(Node):
    """The left thing at a place that has no right thing within ``words`` words, or upon it."""

    words: int
    left: Node
    right: Node

    def holds(self, reading: Reading) -> bool:
        return bool(self.places(reading))

    def places(self, reading: Reading) -> list[Place]:
        known: list[Place] | None = reading.standing.get(self)
        if known is None:
            left = self.left.places(reading)
            right = _Row(self.right.places(reading) if left else [], reading)
            known = reading.standing[self] = [
                a for a in left if not self._has_near(a, right, reading)
            ]
        return known

    def _has_near(self, place: Place, others: _Row, reading: Reading) -> bool:
        return any(
            words_between(place, other, reading) <= self.words
            for other in _around(place, others, self.words, reading)
        )


@dataclass(frozen=True, eq=False)
class Sentence(Node):
    """All of some things stand in one sentence."""

    parts: tuple[Node, ...]

    def holds(self, reading: Reading) -> bool:
        if not all(part.holds(reading) for part in self.parts):
            return False
        return bool(self._sentences(reading)[0])

    def places(self, reading: Reading) -> list[Place]:
        shared, standing = self._sentences(reading)
        return [place for place in standing if reading.sentences[place.first] in shared]

    def _sentences(self, reading: Reading) -> tuple[set[int], list[Place]]:
        """The sentences that hold all the parts, and all places within any one sentence."""
        numbers = reading.sentences
        shared: set[int] | None = None
        standing: list[Place] = []
        for part in self.parts:
            within = [p for p in part.places(reading) if numbers[p.first] == numbers[p.last]]
            here = {numbers[place.first] for place in within}
            shared = here if shared is None else shared & here
            standing += within
        return shared or set(), standing


def _both(a: Place, b: Place) -> Place:
    """The stretch of two places, which is the same whichever of them is the left operand's."""
    parts = tuple(sorted(a.parts + b.parts, key=BY_PLACE))
    return Place(min(a.first, b.first), max(a.last, b.last), parts)


def _chosen(place: Place, partners: list[Place]) -> list[Place]:
    """The partners farthest on either side, and those beside the place."""
    quarter = MOST_PARTNERS // 4
    middle = sum(partner.first < place.first for partner in partners)
    beside = partners[max(middle - quarter, quarter) : middle + quarter]
    return [*partners[:quarter], *beside, *partners[-quarter:]]


def words_between(a: Place, b: Place, reading: Reading) -> int:
    """How many words stand between two places; none where they touch or overlap."""
    if a.first > b.first:
        a, b = b, a
    if a.last >= b.first:
        return 0
    words = reading.words
    return max(words[b.first] - words[a.last] - 1, 0)


def _around(place: Place, others: _Row, words: int, reading: Reading) -> list[Place]:
    """Those of ``others`` that could be within ``words`` words of a place, the rest cut off."""
    if len(others.places) < FEW:
        return others.places
    numbers = reading.words
    reach = words + 1
    low = bisect_left(others.starts, numbers[place.first] - reach - others.longest)
    high = bisect_left(others.starts, numbers[place.last] + reach + 1)
    return others.places[low:high]


class _Row:
    """Places in order, with the words they start at once there are enough to search in."""

    def __init__(self, places: list[Place], reading: Reading) -> None:
        self.places = places
        self.starts: list[int] = []
        self.longest = 0
        if len(places) >= FEW:
            self.starts = [reading.words[place.first] for place in places]
            self.longest = max(place.last - place.first for place in places)


def _share_words(a: Place, b: Place) -> bool:
    if a.last < b.first or b.last < a.first:
        return False
    return any(x.first <= y.last and y.first <= x.last for x in a.parts for y in b.parts)
