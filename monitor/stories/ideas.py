"""What a report speaks of, in whatever language: ideas of the lexicon, lists of the watch."""

from __future__ import annotations

from collections.abc import Mapping
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
        self._lists: dict[int, list[str]] = {}
        self._ideas: dict[int, list[str]] = {}
        for label, name in lists:
            if name not in watch.broken:
                _know(self._lists, label, watch.leaves(ListName(0, name)))
        for name in lexicon:
            _know(self._ideas, name, common.leaves(ListName(0, name)))
        self._scanner = Scanner(list(numbering.patterns), [])

    def read(self, item: Item) -> Reading:
        """An item's text with the places of all that is known."""
        return Reading(item, None, self._scanner)

    def of(self, reading: Reading) -> dict[str, list[int]]:
        """The ideas that a reading has, each with the offsets of its words in the row."""
        found: dict[str, list[int]] = {}
        for number in reading.found.keys() & self._ideas.keys():
            for name in self._ideas[number]:
                if name in found:
                    found[name].extend(reading.found[number])
                else:
                    found[name] = list(reading.found[number])
        return found

    def lists_of(self, reading: Reading) -> frozenset[str]:
        """The lists of the watch of which a reading has a word."""
        numbers = reading.found.keys() & self._lists.keys()
        return frozenset().union(*[self._lists[number] for number in numbers])


def _know(known: dict[int, list[str]], label: str, patterns: Mapping[int, object]) -> None:
    for number in patterns:
        known.setdefault(number, []).append(label)
