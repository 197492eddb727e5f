"""What an item weighs by the points beside a rule, put down so that a reader can add it up."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from monitor.matching.match import marks_of
from monitor.matching.reading import Reading
from monitor.matching.weighing import Weighed, Weight
from monitor.model import Mark


class Verdict(StrEnum):
    """What the points do beside what the rule says."""

    AGREED = "agreed"
    """The rule holds, and the points would be a hit without it."""
    KEPT = "kept"
    """The rule holds, and the points leave its find standing."""
    DROPPED = "dropped"
    """The rule holds, and the points take its find back."""
    ADDED = "added"
    """The rule does not hold, and the points are a hit without it."""
    NEITHER = "neither"
    """The rule does not hold, and the points are too few."""


@dataclass(frozen=True, slots=True)
class Count:
    """The points for one list, or for two together, and the words that name each of them."""

    points: float
    lists: tuple[str, ...]
    marks: tuple[tuple[Mark, ...], ...]


@dataclass(frozen=True, slots=True)
class Scales:
    """
    One rule and its points, for one item.

    ``total`` is ``base`` and all that is ``counted``, the heaviest first, to
    four decimals. From ``hit`` on the item is a hit without the rule; under
    ``keep`` the rule's find does not stand.
    """

    rule_holds: bool
    base: float
    hit: float
    keep: float
    total: float
    counted: tuple[Count, ...] = field(repr=False)

    @property
    def verdict(self) -> Verdict:
        """What comes of the rule and the points together."""
        if not self.rule_holds:
            return Verdict.ADDED if self.total >= self.hit else Verdict.NEITHER
        if self.total >= self.hit:
            return Verdict.AGREED
        return Verdict.KEPT if self.total >= self.keep else Verdict.DROPPED


def scales_of(node: Weighed, reading: Reading) -> Scales:
    """What the points of one rule come to for an item that was read."""
    return Scales(
        node.rule.holds(reading),
        node.base,
        node.hit,
        node.keep,
        node.points(reading),
        tuple(_count(one, reading) for one in node.speaking(reading)),
    )


def _count(one: Weight, reading: Reading) -> Count:
    lists = tuple(part.label.removeprefix("$") for part in one.parts)
    marks = tuple(marks_of(part.evidence(reading), reading) for part in one.parts)
    return Count(one.points, lists, marks)
