"""The one automaton of a watch list, and the places of its patterns in an item."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import re2
from ahocorasick_rs import AhoCorasick, Implementation

from monitor.matching.phrase import Pattern, skeleton

if TYPE_CHECKING:
    from monitor.matching.reading import Reading


# So many literals may have a full table, which scans a quarter faster and takes some megabytes.
MOST_IN_TABLE = 5_000
# Half a character, which cannot be handed to the engine; nothing moves.
_SURROGATES = re.compile("[\ud800-\udfff]")


class Scanner:
    """
    All patterns of all indicators, found in one pass.

    Designators have an automaton of their own, since they are looked for in
    the text with its look-alikes folded. Patterns are numbered in the order
    given, regular expressions from -1 downwards.
    """

    def __init__(self, patterns: Sequence[Pattern], regexes: Sequence[str]) -> None:
        self.patterns = patterns
        self.lengths = [len(pattern.tokens) - 1 for pattern in patterns]
        plain = [n for n, pattern in enumerate(patterns) if not pattern.is_designator]
        joined = [n for n, pattern in enumerate(patterns) if pattern.is_designator]
        self.plain = _Automaton.of(patterns, plain)
        self.joined = _Automaton.of(patterns, joined)
        self.regexes = [compile_regex(source) for source in regexes]
        self.regex_set = _regex_set(regexes)

    def find(self, reading: Reading) -> dict[int, list[int]]:
        """
        Where every pattern begins that stands in the item, by the pattern's number.

        They are offsets in the reading's row, and turned into tokens only
        where asked for. What a regular expression finds has no such offset;
        its tokens are left with the reading at once.
        """
        found: dict[int, list[int]] = {}
        text = reading.joined
        if self.plain is not None:
            self._collect(self.plain, text, found, reading)
        if self.joined is not None and reading.has_digits:
            self._collect(self.joined, skeleton(text), found, reading)
        if self.regexes:
            self._collect_regexes(found, reading)
        return found

    def _collect(
        self, automaton: _Automaton, text: str, found: dict[int, list[int]], reading: Reading
    ) -> None:
        sure, doubtful = automaton.sure, automaton.doubtful
        for literal, start, _ in automaton.scan(text, overlapping=True):
            for number in sure[literal]:
                if number in found:
                    found[number].append(start)
                else:
                    found[number] = [start]
            for number in doubtful[literal] if doubtful else ():
                if self._fits(number, reading.token_at(start), reading):
                    found.setdefault(number, []).append(start)

    def _fits(self, number: int, token: int, reading: Reading) -> bool:
        pattern, tokens = self.patterns[number], reading.tokens
        if not pattern.follows(tokens, token):
            return False
        if not pattern.is_written:
            return True
        text = reading.item.text(reading.fields[reading.field_at(token)])
        return pattern.is_written_at(text, tokens, reading.places, token)

    def _collect_regexes(self, found: dict[int, list[int]], reading: Reading) -> None:
        for name, start, end in reading.ranges():
            text = _SURROGATES.sub("\ufffd", reading.item.text(name))
            for index in self.regex_set.Match(text) or ():
                found.setdefault(-1 - index, [])
                if name == "title":
                    reading.in_title.add(-1 - index)
                places = reading.known_spans.setdefault(-1 - index, [])
                standing = reading.places[start:end]
                starts, ends = [one for one, _ in standing], [other for _, other in standing]
                for match in self.regexes[index].finditer(text):
                    first = start + bisect_right(ends, match.start())
                    last = start + bisect_left(starts, match.end()) - 1
                    if first <= last:
                        places.append((first, last))


@dataclass(frozen=True, eq=False)
class _Automaton:
    """
    An automaton over the literals of some patterns.

    By a literal's number, ``sure`` holds the patterns that stand wherever it
    does, ``doubtful`` those of which the place must be looked at; it is empty
    where there are none.
    """

    scan: Callable[..., list[tuple[int, int, int]]]
    sure: list[tuple[int, ...]]
    doubtful: list[tuple[int, ...]]

    @classmethod
    def of(cls, patterns: Sequence[Pattern], numbers: Sequence[int]) -> _Automaton | None:
        """The automaton of the patterns of these numbers; ``None`` for no patterns."""
        owners: dict[str, list[int]] = {}
        for number in numbers:
            owners.setdefault(patterns[number].literal, []).append(number)
        if not owners:
            return None
        kind = Implementation.DFA if len(owners) <= MOST_IN_TABLE else None
        automaton = AhoCorasick(list(owners), store_patterns=False, implementation=kind)
        guarded = {number for number in numbers if patterns[number].is_guarded}
        sure = [tuple(n for n in each if n not in guarded) for each in owners.values()]
        doubtful = [tuple(n for n in each if n in guarded) for each in owners.values()]
        return cls(automaton.find_matches_as_indexes, sure, doubtful if guarded else [])


def compile_regex(source: str) -> Any:
    """
    A regular expression that takes linear time whatever the text.

    Raises ``re2.error`` for one that is wrong or needs looking back and forth.
    """
    return re2.compile(source, _quiet())


def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def _regex_set(sources: Sequence[str]) -> Any:
    regex_set = re2.Set.SearchSet(_quiet())
    for source in sources:
        regex_set.Add(source)
    if sources:
        regex_set.Compile()
    return regex_set
