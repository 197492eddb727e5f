"""The word lists of ``terms``: read, held against circles, and spread out to patterns."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.errors import ExpressionError
from monitor.matching.parser import read_entry
from monitor.matching.phrase import Pattern
from monitor.matching.problems import AlreadyToldError, Problems, did_you_mean
from monitor.matching.syntax import ListName, Phrase
from monitor.matching.tree import Leaf

Leaves = dict[int, tuple[Leaf, ...]]
"""By a pattern's number, what was written for it."""


class Numbering:
    """Every distinct pattern of a watch list, numbered in order of first use."""

    def __init__(self) -> None:
        self.patterns: dict[Pattern, int] = {}

    def number(self, pattern: Pattern) -> int:
        """The number of a pattern, a new one if it was not seen before."""
        return self.patterns.setdefault(pattern, len(self.patterns))


class WordLists:
    """
    All lists, each with the patterns of its entries and of the lists in it.

    A list is spread out once, however many indicators use it.
    """

    def __init__(
        self, terms: Mapping[str, tuple[str, ...]], numbering: Numbering, problems: Problems
    ) -> None:
        self.terms = terms
        self.numbering = numbering
        self.problems = problems
        self.broken: set[str] = set()
        self.entries = {name: self._read(name) for name in terms}
        self._refuse_circles()
        self.spread: dict[str, Leaves] = {}
        for name in self.entries:
            if name not in self.broken:
                self._spread(name)

    def leaves(self, wanted: ListName) -> Leaves:
        """
        The patterns of a list, direct and nested.

        Raises ExpressionError for a list that does not exist, AlreadyToldError
        for one that has problems of its own.
        """
        self._check(wanted)
        if wanted.name in self.broken:
            raise AlreadyToldError(wanted.name)
        return self.spread[wanted.name]

    def _check(self, wanted: ListName) -> None:
        if wanted.name not in self.terms:
            hint = did_you_mean(wanted.name, self.terms, "$", "write the list under terms:")
            raise ExpressionError(f"there is no list ${wanted.name}", wanted.at, hint)

    def _read(self, name: str) -> list[tuple[int, Phrase | ListName]]:
        if not self.terms[name]:
            error = ExpressionError(
                f"the list {name} is empty", 0, "write its words, or take it out"
            )
            self.problems.refuse(("terms", name), error)
            self.broken.add(name)
        entries: list[tuple[int, Phrase | ListName]] = []
        for index, text in enumerate(self.terms[name]):
            try:
                entry = read_entry(text)
                if isinstance(entry, ListName):
                    self._check(entry)
                entries.append((index, entry))
            except ExpressionError as error:
                self.problems.refuse(("terms", name, index), error)
                self.broken.add(name)
            self.problems.warn_of_operators(("terms", name, index), text)
        return entries

    def _refuse_circles(self) -> None:
        done: set[str] = set()
        for name in self.entries:
            self._walk(name, [], done)

    def _walk(self, name: str, above: list[str], done: set[str]) -> None:
        """Go down the lists within a list; what stands above must not come again."""
        if name in done:
            return
        above.append(name)
        for index, entry in self.entries[name]:
            if not isinstance(entry, ListName):
                continue
            if entry.name in above:
                self._refuse_circle([*above[above.index(entry.name) :], entry.name], index, entry)
            elif len(above) > 50:
                error = ExpressionError("the lists stand too deep in each other", entry.at)
                self.problems.refuse(("terms", name, index), error)
                self.broken.add(name)
            else:
                self._walk(entry.name, above, done)
                if entry.name in self.broken:
                    self.broken.add(name)
        above.pop()
        done.add(name)

    def _refuse_circle(self, circle: list[str], index: int, entry: ListName) -> None:
        named = " -> ".join(f"${name}" for name in circle)
        error = ExpressionError(
            f"the lists go in a circle: {named}", entry.at, "take this entry out of its list"
        )
        self.problems.refuse(("terms", circle[-2], index), error)
        self.broken.update(circle)

    def _spread(self, name: str) -> Leaves:
        known = self.spread.get(name)
        if known is not None:
            return known
        leaves = self.spread[name] = {}
        for _, entry in self.entries[name]:
            if isinstance(entry, Phrase):
                number = self.numbering.number(entry.pattern)
                _add(leaves, number, (Leaf(entry.text, name),))
            else:
                for number, more in self._spread(entry.name).items():
                    _add(leaves, number, more)
        return leaves


def _add(leaves: Leaves, number: int, more: tuple[Leaf, ...]) -> None:
    known = leaves.get(number)
    leaves[number] = more if known is None else tuple(dict.fromkeys((*known, *more)))
