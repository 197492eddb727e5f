"""A first look at an item: most are seen to hit nothing, before their text is made canonical."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from ahocorasick_rs import BytesAhoCorasick, Implementation

from monitor.matching.anchors import Choice
from monitor.matching.phrase import Pattern, skeleton
from monitor.matching.text import FIGURES_ALONE, WORDS_ALONE, glance
from monitor.matching.tree import Words
from monitor.model import Item

MOST_IN_TABLE = 5_000
"""So many words may have a full table, which is looked through faster and takes some megabytes."""


class Sieve:
    """
    Words of which an item must have one if any indicator is to hit.

    There is a word here for each pattern of one choice of each indicator, the
    longest of its tokens, so an item may pass and still hit nothing; it never
    fails to pass and would have hit. Only texts in Latin letters without
    abbreviations are looked at, since their tokens can be told byte by byte;
    all others pass.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        words: set[bytes] = set()
        figures: set[bytes] = set()
        for pattern in patterns:
            token, is_open = _longest(pattern)
            with suppress(UnicodeEncodeError):  # no text that is looked at has such letters
                sought = (f" {token}" if is_open else f" {token} ").encode("latin-1")
                (figures if token.isdigit() else words).add(sought)
        self._words = _automaton(words)
        self._figures = _automaton(figures)

    @classmethod
    def of(cls, wholes: Iterable[Sequence[Choice]], patterns: Sequence[Pattern]) -> Sieve | None:
        """
        The sieve of some indicators' choices, of each the one whose words should be rarest.

        ``None`` if an indicator hangs on no word, or on a regular expression
        alone: it could hit any item.
        """
        rarity = _Rarity(patterns)
        chosen: set[int] = set()
        for choices in wholes:
            best = min(choices, key=rarity.of_choice, default=())
            if not best or rarity.of_choice(best) == math.inf:
                return None
            chosen.update(pattern for words in best for pattern in words.leaves)
        return cls(patterns[number] for number in chosen)

    def passes(self, item: Item) -> bool:
        """Whether an indicator could hit the item."""
        text = glance(f" {item.title} {item.summary} {item.content} ")
        if text is None:
            return True
        if self._words is not None and self._words(text.translate(WORDS_ALONE)):
            return True
        return self._figures is not None and bool(self._figures(text.translate(FIGURES_ALONE)))


class _Rarity:
    """
    How often the words of a choice should be met, told by their lengths alone.

    The scale is arbitrary; each letter more makes a word half as frequent,
    which is roughly so in the languages of Latin letters.
    """

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = patterns
        self.known: dict[Words, float] = {}

    def of_choice(self, choice: Choice) -> float:
        return sum(self.of_words(words) for words in choice)

    def of_words(self, words: Words) -> float:
        known = self.known.get(words)
        if known is None:
            known = self.known[words] = sum(map(self.of_pattern, words.leaves))
        return known

    def of_pattern(self, number: int) -> float:
        """Infinite for a regular expression, which has a number below zero."""
        return math.inf if number < 0 else 0.5 ** len(_longest(self.patterns[number])[0])


def _longest(pattern: Pattern) -> tuple[str, bool]:
    """The longest token of a pattern, and whether it may go on."""
    tokens = [skeleton(t) for t in pattern.tokens] if pattern.is_designator else pattern.tokens
    return max(zip(tokens, pattern.open, strict=True), key=_worth)


def _worth(token: tuple[str, bool]) -> tuple[bool, int]:
    return not token[0].isdigit(), len(token[0])


def _automaton(words: set[bytes]) -> Callable[[bytes], Sequence[object]] | None:
    """What finds some of the words in a text: one at least wherever there is any."""
    if not words:
        return None
    kind = Implementation.DFA if len(words) <= MOST_IN_TABLE else None
    return BytesAhoCorasick(sorted(words), implementation=kind).find_matches_as_indexes
