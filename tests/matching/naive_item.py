"""An item read naively: its tokens by field, which words and sentences they are of, and repeats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from monitor.model import FIELDS, Feed, FieldName, Item
from tests.matching.naive_text import DASHES, Token, read

if TYPE_CHECKING:
    from tests.matching.naive_watch import Watched

ABBREVIATIONS = {
    "mr", "mrs", "ms", "dr", "prof", "gen", "lt", "maj", "capt", "cmdr", "adm", "sgt", "sen",
    "rep", "gov", "pres", "st", "vs", "sr", "sra", "srta", "dra", "ing", "lic", "gral", "cnel",
    "tte", "ud", "uds", "г", "ул", "им", "проф", "ген", "акад", "тов",
}  # fmt: skip
BEFORE_NUMBERS = {
    "no", "nos", "vol", "art", "cap", "pag", "num", "approx", "jan", "feb", "mar", "apr", "jun",
    "jul", "aug", "sep", "sept", "oct", "nov", "dec",
}  # fmt: skip
SHORTEST_REPEAT = 5


@dataclass(frozen=True)
class Part:
    """A word or phrase that was looked for, at one place of the text."""

    field: FieldName
    first: int
    last: int
    term: str
    list: str | None


@dataclass(frozen=True)
class Place:
    """A stretch of tokens that an operand stands at, and the words it is made of."""

    field: FieldName
    first: int
    last: int
    parts: frozenset[Part]


class Text:
    """An item with its feed, and the indicators that others may ask for."""

    def __init__(
        self, item: Item, feed: Feed | None = None, watched: Mapping[str, Watched] | None = None
    ) -> None:
        self.item = item
        self.feed = feed
        self.watched = watched or {}
        self.known: dict[int, tuple[object, set[Place]]] = {}
        self.tokens: dict[FieldName, tuple[Token, ...]] = {n: read(item.text(n)) for n in FIELDS}
        self.is_read_once = bool(item.summary and item.content) and self.content_is_in_summary()
        if self.is_read_once:
            self.tokens["content"] = ()

    @cached_property
    def title_only(self) -> Text:
        return Text(replace(self.item, summary="", content=""), self.feed, self.watched)

    def written(self) -> list[FieldName]:
        """The fields that are read at all."""
        return [
            n for n in FIELDS if self.item.text(n) and not (n == "content" and self.is_read_once)
        ]

    def between(self, field: FieldName, left: int, right: int) -> str:
        tokens = self.tokens[field]
        return self.item.text(field)[tokens[left].end : tokens[right].start]

    # --- words, for NEAR

    def same_word(self, field: FieldName, left: int) -> bool:
        """Whether a token and the one after it are one word to a reader."""
        one, other = self.tokens[field][left], self.tokens[field][left + 1]
        gap = self.between(field, left, left + 1)
        if one.text.isdigit() and other.text.isdigit():
            return gap in (".", ",")
        if one.running or other.running or one.text.isdigit() == other.text.isdigit():
            return False
        return gap == "" or (len(gap) == 1 and gap in DASHES)

    @cached_property
    def words(self) -> dict[FieldName, list[int]]:
        """The number of the word that each token is of."""
        return {
            field: running_total(not self.same_word(field, at) for at in range(len(tokens) - 1))
            for field, tokens in self.tokens.items()
        }

    def words_between(self, field: FieldName, left: int, right: int) -> int:
        return max(self.words[field][right] - self.words[field][left] - 1, 0)

    # --- sentences

    @cached_property
    def sentences(self) -> dict[FieldName, list[int]]:
        """The number of the sentence that each token stands in."""
        return {
            field: running_total(self.ends_sentence(field, at) for at in range(len(tokens) - 1))
            for field, tokens in self.tokens.items()
        }

    def same_sentence(self, field: FieldName, left: int, right: int) -> bool:
        return self.sentences[field][left] == self.sentences[field][right]

    def ends_sentence(self, field: FieldName, left: int) -> bool:
        """Whether a sentence ends after a token."""
        gap = self.between(field, left, left + 1)
        text = self.item.text(field)
        one, other = self.tokens[field][left], self.tokens[field][left + 1]
        if any(char in "。！？｡؟۔।" for char in gap):
            return True
        if text[other.start].islower():
            return False
        return "\n" in gap or stops(gap, text[one.start : one.end], text[other.start])

    # --- content that repeats the summary

    def content_is_in_summary(self) -> bool:
        summary, content = words(self.tokens["summary"]), words(self.tokens["content"])
        if content == summary[: len(content)]:
            return True
        return len(content) >= SHORTEST_REPEAT and stands_in(content, summary) is not None

    @cached_property
    def repeat_starts(self) -> int | None:
        """The token of the content from which on it repeats the whole summary."""
        summary, content = words(self.tokens["summary"]), words(self.tokens["content"])
        if not summary or len(content) < len(summary):
            return None
        end = len(summary) - 1
        if content[:end] == summary[:end] and content[end].startswith(summary[end]):
            return 0
        return stands_in(summary, content) if len(summary) >= SHORTEST_REPEAT else None

    def is_repeat(self, field: FieldName, first: int, last: int) -> bool:
        """Whether a place only repeats what the summary has."""
        start = self.repeat_starts
        if field != "content" or start is None:
            return False
        return start <= first and last < start + len(self.tokens["summary"])

    def twin(self, part: Part) -> Part:
        """Where, in the summary, stands what a place of the content repeats."""
        start = self.repeat_starts or 0
        return Part("summary", part.first - start, part.last - start, part.term, part.list)


def running_total(steps: Iterable[bool]) -> list[int]:
    """How many of the steps came before each place, the first and the last too."""
    return list(accumulate(steps, initial=0))


def stops(gap: str, word: str, follows: str) -> bool:
    """Whether a full stop, or its like, with space after it stands in a gap, and ends something."""
    for at in range(len(gap)):
        end = at
        while end < len(gap) and gap[end] in ".!?…":
            end += 1
        stopped = end > at
        while end < len(gap) and gap[end] in "\"'”’»)]":
            end += 1
        if stopped and end < len(gap) and gap[end].isspace():
            if gap[at] != "." or at > 0:
                return True
            is_initial = len(word) == 1 and word.isupper()
            short = word.lower()
            is_numbered = short in BEFORE_NUMBERS and follows.isdigit()
            return not (is_initial or short in ABBREVIATIONS or is_numbered)
    return False


def words(tokens: tuple[Token, ...]) -> list[str]:
    return [token.text for token in tokens]


def stands_in(few: list[str], many: list[str]) -> int | None:
    """Where one row of words begins in another, first of all."""
    for at in range(len(many) - len(few) + 1):
        if many[at : at + len(few)] == few:
            return at
    return None
