"""The one automaton of a watch list, and the places of its patterns in an item."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import re2
from ahocorasick_rs import AhoCorasick

from monitor.matching.phrase import Pattern, skeleton

if TYPE_CHECKING:
    from monitor.matching.reading import Reading, Span


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
        self.guarded = [pattern.is_guarded for pattern in patterns]
        plain = [n for n, pattern in enumerate(patterns) if not pattern.is_designator]
        joined = [n for n, pattern in enumerate(patterns) if pattern.is_designator]
        self.plain, self.plain_owners = _automaton(patterns, plain)
        self.joined, self.joined_owners = _automaton(patterns, joined)
        self.regexes = [compile_regex(source) for source in regexes]
        self.regex_set = _regex_set(regexes)

    def find(self, reading: Reading) -> dict[int, list[Span]]:
        """The places of every pattern that stands in the item, by the pattern's number."""
        found: dict[int, list[Span]] = {}
        text = reading.joined
        if self.plain is not None:
            self._collect(self.plain, self.plain_owners, text, found, reading)
        if self.joined is not None and reading.has_digits:
            self._collect(self.joined, self.joined_owners, skeleton(text), found, reading)
        if self.regexes:
            self._collect_regexes(found, reading)
        return found

    def _collect(
        self,
        automaton: AhoCorasick,
        owners: Sequence[tuple[int, ...]],
        text: str,
        found: dict[int, list[Span]],
        reading: Reading,
    ) -> None:
        at = token = 0
        lengths, guarded = self.lengths, self.guarded
        for literal, start, _ in automaton.find_matches_as_indexes(text, overlapping=True):
            token = (
                token + text.count(" ", at, start)
                if start >= at
                else token - text.count(" ", start, at)
            )
            at = start
            for number in owners[literal]:
                if guarded[number] and not self._fits(number, token, reading):
                    continue
                place = (token, token + lengths[number])
                places = found.get(number)
                if places is None:
                    found[number] = [place]
                else:
                    places.append(place)

    def _fits(self, number: int, token: int, reading: Reading) -> bool:
        name = reading.fields[reading.field_at(token)]
        text = reading.item.text(name)
        return self.patterns[number].fits(text, reading.tokens, reading.places, token)

    def _collect_regexes(self, found: dict[int, list[Span]], reading: Reading) -> None:
        for name, start, end in reading.ranges():
            text = _SURROGATES.sub("\ufffd", reading.item.text(name))
            for index in self.regex_set.Match(text) or ():
                places = found.setdefault(-1 - index, [])
                standing = reading.places[start:end]
                starts, ends = [one for one, _ in standing], [other for _, other in standing]
                for match in self.regexes[index].finditer(text):
                    first = start + bisect_right(ends, match.start())
                    last = start + bisect_left(starts, match.end()) - 1
                    if first <= last:
                        places.append((first, last))


def _automaton(
    patterns: Sequence[Pattern], numbers: Sequence[int]
) -> tuple[AhoCorasick | None, list[tuple[int, ...]]]:
    """An automaton over the literals of some patterns, and which patterns share each literal."""
    owners: dict[str, list[int]] = {}
    for number in numbers:
        owners.setdefault(patterns[number].literal, []).append(number)
    if not owners:
        return None, []
    return AhoCorasick(list(owners), store_patterns=False), [tuple(n) for n in owners.values()]


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
