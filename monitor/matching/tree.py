# ruff: noqa: D102 - what holds, places and evidence answer is told once, in Node
"""The tree that an indicator's rule compiles to, and how it is judged on a reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, KeysView, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from monitor.matching.reading import Reading
from monitor.matching.text import canonical

BY_PLACE = itemgetter(0, 1)
"""The order that places stand in: by their first and their last token."""


class Leaf(NamedTuple):
    """A word or phrase that was looked for: as the file writes it, and the list it is of."""

    term: str
    list: str | None


class Part(NamedTuple):
    """One place of one leaf: the first and the last token."""

    first: int
    last: int
    leaf: Leaf


class Place(NamedTuple):
    """A stretch of tokens that an operand of NEAR stands at, and the words it is made of."""

    first: int
    last: int
    parts: tuple[Part, ...]


class Node:
    """A clause: it holds or not on a reading, and can show the words that make it hold."""

    def holds(self, reading: Reading) -> bool:
        """Whether the clause is true of the item."""
        raise NotImplementedError

    def places(self, reading: Reading) -> list[Place]:
        """Where it stands, in order of first token; only words and what is near have places."""
        raise NotImplementedError

    def evidence(self, reading: Reading) -> Iterator[Part]:
        """The words that make it hold; asked only where it does."""
        for place in self.places(reading):
            yield from place.parts


@dataclass(frozen=True, eq=False)
class Words(Node):
    """
    A word, a phrase, a regular expression or a whole list: any of its patterns.

    ``leaves`` maps a pattern's number to what was written; ``title`` limits
    it to the title.
    """

    leaves: Mapping[int, tuple[Leaf, ...]]
    title: bool = False
    label: str = ""

    def holds(self, reading: Reading) -> bool:
        if self.leaves.keys().isdisjoint(reading.found.keys()):
            return False
        if not self.title or any(True for _ in self.stretches(reading)):
            return True
        return not self.leaves.keys().isdisjoint(reading.in_title)

    def evidence(self, reading: Reading) -> Iterator[Part]:
        for number, first, last in self.stretches(reading):
            for leaf in self.leaves[number]:
                yield Part(first, last, leaf)

    def stretches(self, reading: Reading) -> Iterator[tuple[int, int, int]]:
        """Where its patterns stand: the pattern, the first and the last token, in no order."""
        for number in self.present(reading):
            for first, last in reading.spans_of(number):
                if not self.title or first < reading.title_end:
                    yield number, first, last

    def present(self, reading: Reading) -> list[int]:
        """Those of the patterns that were found."""
        found = reading.found
        if len(self.leaves) < len(found):
            return [number for number in self.leaves if number in found]
        return [number for number in found if number in self.leaves]

    def places(self, reading: Reading) -> list[Place]:
        known: list[Place] | None = reading.standing.get(self)
        if known is not None:
            return known
        standing = [
            Place(first, last, tuple([Part(first, last, leaf) for leaf in self.leaves[number]]))
            for number, first, last in self.stretches(reading)
        ]
        standing.sort(key=BY_PLACE)
        reading.standing[self] = standing
        return standing


@dataclass(frozen=True, eq=False)
class AnyOf(Node):
    """One clause or more holds."""

    parts: tuple[Node, ...]

    def holds(self, reading: Reading) -> bool:
        if self.words is not None:
            return self.words.holds(reading)
        return any(part.holds(reading) for part in self.parts)

    @cached_property
    def words(self) -> Words | None:
        """All the parts as one, to be asked for at once, if they are nothing but words."""
        leaves: dict[int, tuple[Leaf, ...]] = {}
        for part in self.parts:
            if not isinstance(part, Words) or part.title:
                return None
            for number, more in part.leaves.items():
                leaves[number] = leaves.get(number, ()) + more
        return Words(leaves)

    def places(self, reading: Reading) -> list[Place]:
        known: list[Place] | None = reading.standing.get(self)
        if known is None:
            standing = {place for part in self.parts for place in part.places(reading)}
            known = reading.standing[self] = sorted(standing, key=BY_PLACE)
        return known

    def evidence(self, reading: Reading) -> Iterator[Part]:
        for part in self.parts if self.words is None else (self.words,):
            if part.holds(reading):
                yield from part.evidence(reading)


@dataclass(frozen=True, eq=False)
class AllOf(Node):
    """All of some clauses hold, and none of some others."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()

    def holds(self, reading: Reading) -> bool:
        words, others = self.order
        for patterns in words:
            if patterns.isdisjoint(reading.found.keys()):
                return False
        for part in others:
            if not part.holds(reading):
                return False
        return not (self.without and any(part.holds(reading) for part in self.without))

    @cached_property
    def order(self) -> tuple[list[KeysView[int]], list[Node]]:
        """What is judged first since it costs least, the patterns of words; and the other parts."""
        words: list[KeysView[int]] = []
        others: list[Node] = []
        for part in self.parts:
            alike = part.words if isinstance(part, AnyOf) else part
            if isinstance(alike, Words) and not alike.title:
                words.append(alike.leaves.keys())
            else:
                others.append(part)
        return words, others

    def evidence(self, reading: Reading) -> Iterator[Part]:
        for part in self.parts:
            yield from part.evidence(reading)


@dataclass(frozen=True, eq=False)
class AtLeast(Node):
    """A thing stands ``times`` times or more; places that overlap count once."""

    times: int
    part: Node

    def holds(self, reading: Reading) -> bool:
        return self.part.holds(reading) and self.count(reading) >= self.times

    def places(self, reading: Reading) -> list[Place]:
        return self.part.places(reading)

    def count(self, reading: Reading) -> int:
        """How often it stands in the item; what only repeats the summary is not counted again."""
        count, end = 0, -1
        for place in sorted(self.part.places(reading), key=lambda one: (one.last, one.first)):
            if place.first > end and not reading.is_repeat(place.first, place.last):
                count += 1
                end = place.last
        return count


@dataclass(frozen=True, eq=False)
class Fact(Node):
    """A condition on the item's feed, language, author or tags."""

    label: str
    test: Callable[[Reading], bool] = field(repr=False)

    def holds(self, reading: Reading) -> bool:
        return self.test(reading)

    def evidence(self, reading: Reading) -> Iterator[Part]:
        yield from ()


@dataclass(frozen=True, eq=False)
class HitOf(Node):
    """Another indicator hits the item; its words are evidence here too."""

    indicator: str
    rule: Node = field(repr=False)

    def holds(self, reading: Reading) -> bool:
        return self.indicator in reading.hits

    def evidence(self, reading: Reading) -> Iterator[Part]:
        yield from self.rule.evidence(reading)


def fact(name: str, value: str, test_author: Callable[[str], bool] | None = None) -> Fact:
    """The condition ``name:value``; ``test_author`` says whether an author's name has the words."""
    folded = canonical(value)
    low = value.lower().replace("_", "-")

    def language(reading: Reading) -> bool:
        spoken = reading.item.lang or (reading.feed.lang if reading.feed else None) or ""
        spoken = spoken.lower().replace("_", "-")
        return spoken == low or spoken.startswith(low + "-")

    def grade(reading: Reading) -> bool:
        return reading.feed is not None and reading.feed.grade <= value.upper()

    def publisher(reading: Reading) -> bool:
        return reading.feed is not None and canonical(reading.feed.publisher) == folded

    def group(reading: Reading) -> bool:
        return reading.feed is not None and reading.feed.group == value

    def tag(reading: Reading) -> bool:
        tags = (*reading.item.tags, *(reading.feed.tags if reading.feed else ()))
        return any(canonical(one) == folded for one in tags)

    def author(reading: Reading) -> bool:
        name = reading.item.author
        return bool(name) and test_author is not None and test_author(name or "")

    tests: dict[str, Callable[[Reading], bool]] = {
        "lang": language, "grade": grade, "publisher": publisher, "group": group, "tag": tag,
        "author": author, "feed": lambda reading: reading.item.feed == value,
    }  # fmt: skip
    return Fact(f"{name}:{value}", tests[name])
