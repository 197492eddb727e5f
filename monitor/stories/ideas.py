"""What a report speaks of, in whatever language: ideas of the lexicon, lists of the watch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from monitor.matching.lists import Numbering, WordLists
from monitor.matching.problems import Problems
from monitor.matching.reading import Reading
from monitor.matching.scanner import Scanner
from monitor.matching.syntax import ListName
from monitor.matching.text import canonical
from monitor.model import Item
from monitor.stories.dates import MONTHS, WEEKDAYS
from monitor.stories.lexicon import ACTS, PEOPLE, PLACES, THINGS

KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "place": PLACES,
    "people": PEOPLE,
    "thing": THINGS,
    "act": ACTS,
}
LIST = "list"


def _lexicon() -> dict[str, tuple[str, ...]]:
    return {
        f"{kind}:{name}": words for kind, ideas in KINDS.items() for name, words in ideas.items()
    }


def _single_words() -> tuple[frozenset[str], frozenset[str]]:
    """The lexicon's words that are one token: whole ones, and beginnings."""
    whole: set[str] = set(WEEKDAYS) | set(MONTHS)
    beginnings: set[str] = set()
    for words in _lexicon().values():
        for word in words:
            token = canonical(word)
            if token and " " not in token:
                (beginnings if word.endswith("*") else whole).add(token)
    return frozenset(whole), frozenset(beginnings)


_WHOLE, _BEGINNINGS = _single_words()


@lru_cache(maxsize=65536)
def is_common(word: str) -> bool:
    """Whether a word belongs to the lexicon, so that it is nobody's name."""
    token = canonical(word)
    return token in _WHOLE or any(token[:end] in _BEGINNINGS for end in range(2, len(token) + 1))


class Ideas:
    """
    The lexicon and the lists of a watch, found in one pass over an item.

    An idea is named by its kind and its name (``act:seize``), a list by
    ``list:su30``. Lists with an error are passed over; ``check`` tells of them.
    """

    def __init__(self, terms: Mapping[str, tuple[str, ...]]) -> None:
        problems = Problems()
        numbering = Numbering()
        lists = [(f"{LIST}:{name}", name) for name in terms]
        watch = WordLists(terms, numbering, problems)
        lexicon = _lexicon()
        common = WordLists(lexicon, numbering, problems)
        self._names: dict[int, list[str]] = {}
        for label, name in lists:
            if name not in watch.broken:
                self._know(label, watch.leaves(ListName(0, name)))
        for name in lexicon:
            self._know(name, common.leaves(ListName(0, name)))
        self._scanner = Scanner(list(numbering.patterns), [])

    def _know(self, label: str, patterns: Mapping[int, object]) -> None:
        for number in patterns:
            self._names.setdefault(number, []).append(label)

    def read(self, item: Item) -> Reading:
        """An item's text with the places of all that is known."""
        return Reading(item, None, self._scanner)

    def of(self, reading: Reading) -> Iterator[tuple[str, list[int]]]:
        """Each idea or list that the reading has, with the offsets of its words in the row."""
        for number, offsets in reading.found.items():
            for name in self._names[number]:
                yield name, offsets
