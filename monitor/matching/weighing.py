# ruff: noqa: D102 - what holds and evidence answer is told once, in Node
"""
A rule weighed against all that an item names: many weak signs add up, or speak against a find.

The points are the coefficients of a logistic regression over the watch
list's own word lists, one for a list that is there and one for a pair of
lists that are there together; their sum is the log-odds that the item is
evidence. D. R. Cox, "The regression analysis of binary sequences", 1958.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from monitor.matching.reading import Reading
from monitor.matching.tree import Node, Part, Words

OPENING = 1000
"""So many characters of an item are weighed: a long article names something of everything."""


def opening(reading: Reading) -> Iterator[int]:
    """The patterns that stand in an item's title, its summary or the first lines of its text."""
    return (
        pattern for pattern, places in reading.found.items() if places and min(places) < OPENING
    )


@dataclass(frozen=True, eq=False)
class Presence:
    """Which of the weighed lists an item opens with; asked once an item, for all indicators."""

    lists: Collection[Words]

    @cached_property
    def by_pattern(self) -> Mapping[int, tuple[Words, ...]]:
        """From a pattern to the lists that it is in."""
        found: dict[int, list[Words]] = {}
        for words in self.lists:
            for pattern in words.leaves:
                found.setdefault(pattern, []).append(words)
        return {pattern: tuple(lists) for pattern, lists in found.items()}

    def of(self, reading: Reading) -> Sequence[Words]:
        """The lists that stand in the item, each once."""
        known = reading.standing.get(self)
        if known is None:
            by_pattern = self.by_pattern
            there = dict.fromkeys(
                words for pattern in opening(reading) for words in by_pattern.get(pattern, ())
            )
            known = reading.standing[self] = list(there)
        return known


List = TypeVar("List", bound=Hashable)


@dataclass(frozen=True, eq=False)
class Points(Generic[List]):
    """What lists weigh alone and by twos; a list is its name, or the node of its words."""

    base: float
    weights: Collection[tuple[Sequence[List], float]]

    @cached_property
    def _alone(self) -> Mapping[List, float]:
        return {lists[0]: points for lists, points in self.weights if len(lists) == 1}

    @cached_property
    def _together(self) -> Mapping[List, Sequence[tuple[List, float]]]:
        pairs: dict[List, list[tuple[List, float]]] = {}
        for lists, points in self.weights:
            if len(lists) == 2:
                pairs.setdefault(lists[0], []).append((lists[1], points))
        return pairs

    def of(self, there: Collection[List]) -> float:
        """
        What an item weighs that names these lists, each given once.

        It is told to a tenth of a thousandth, so that no order of adding shows.
        """
        alone, together = self._alone, self._together
        total = self.base
        present = set(there)
        for one in there:
            total += alone.get(one, 0.0)
            for other, points in together.get(one, ()):
                if other in present:
                    total += points
        return round(total, 4)


@dataclass(frozen=True, eq=False)
class Weight(Node):
    """So many points for a list that the item names, or for two lists that it names both."""

    points: float
    parts: tuple[Words, ...]

    def holds(self, reading: Reading) -> bool:
        return all(part.holds(reading) for part in self.parts)

    def evidence(self, reading: Reading) -> Iterator[Part]:
        for part in self.parts:
            yield from part.evidence(reading)


@dataclass(frozen=True, eq=False)
class Weighed(Node):
    """
    A rule with a second opinion.

    It holds where the rule does and the item has ``keep`` points or more, and
    where the item has ``hit`` points or more even without the rule. An item
    that names nothing has ``base`` points, which is less than ``hit``.
    """

    rule: Node
    base: float
    hit: float
    keep: float
    weights: tuple[Weight, ...] = field(repr=False)
    presence: Presence = field(repr=False)

    @cached_property
    def _points(self) -> Points[Words]:
        return Points(self.base, [(one.parts, one.points) for one in self.weights])

    def holds(self, reading: Reading) -> bool:
        points = self.points(reading)
        return points >= self.hit or (points >= self.keep and self.rule.holds(reading))

    def points(self, reading: Reading) -> float:
        """What the item weighs."""
        return self._points.of(self.presence.of(reading))

    def evidence(self, reading: Reading) -> Iterator[Part]:
        """The rule's words; where the points did it, those of the lists that spoke for it."""
        if self.rule.holds(reading):
            yield from self.rule.evidence(reading)
            return
        for one in self.speaking(reading):
            if one.points > 0:
                yield from one.evidence(reading)

    def speaking(self, reading: Reading) -> list[Weight]:
        """The weights that count for an item, the heaviest first."""
        there = set(self.presence.of(reading))
        found = [one for one in self.weights if there.issuperset(one.parts)]
        return sorted(found, key=lambda one: -abs(one.points))

    @cached_property
    def favourable(self) -> tuple[Words, ...]:
        """Words of which some must be there if the points alone are to make a hit."""
        chosen = (
            min(one.parts, key=lambda words: len(words.leaves))
            for one in self.weights
            if one.points > 0
        )
        return tuple(dict.fromkeys(chosen))
