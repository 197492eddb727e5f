"""One item as the matcher reads it: its tokens, and where the patterns of all indicators stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from monitor.matching.sentences import sentence_starts
from monitor.matching.text import BREAK, HYPHENS, canonical_row, is_running, spans
from monitor.model import FIELDS, Feed, FieldName, Item, Mark

if TYPE_CHECKING:
    from monitor.matching.scanner import Scanner

APART = 1_000_000
SHORTEST_REPEAT = 5

Span = tuple[int, int]
"""The first and the last token of a place, counted over the whole item."""


class Reading:
    """
    An item's text fields as one row of tokens, a break between the fields.

    What is not asked for is not worked out: an item without any pattern's
    words costs its canonical text and one scan.
    """

    def __init__(self, item: Item, feed: Feed | None, scanner: Scanner) -> None:
        self.item = item
        self.feed = feed
        self.fields: list[FieldName] = [name for name in FIELDS if getattr(item, name)]
        joined, self.has_digits = canonical_row([getattr(item, name) for name in self.fields])
        if item.content and item.summary:
            before, _, content = joined.rpartition(BREAK)
            summary = before.rpartition(BREAK)[2]
            if _repeats(content.strip(), summary.strip()):
                joined = before.strip(" ")
                del self.fields[-1]
        self.joined = f" {joined} "
        self.hits: set[str] = set()
        self.scopes: dict[int, bool] = {}
        self.standing: dict[object, list[Any]] = {}
        self.marks: dict[object, Mark] = {}
        self.known_spans: dict[int, list[Span]] = {}
        # Regular expressions found in the title, at a word or between.
        self.in_title: set[int] = set()
        self._at = self._token = 0
        self._scanner = scanner
        self.found: Mapping[int, list[int]] = scanner.find(self)

    def token_at(self, start: int) -> int:
        """The token that begins after an offset of the row; cheap near the one asked for last."""
        if start >= self._at:
            self._token += self.joined.count(" ", self._at, start)
        else:
            self._token -= self.joined.count(" ", start, self._at)
        self._at = start
        return self._token

    def spans_of(self, pattern: int) -> list[Span]:
        """Where a pattern stands that was found."""
        spans = self.known_spans.get(pattern)
        if spans is None:
            more = self._scanner.lengths[pattern]
            tokens = [self.token_at(start) for start in self.found[pattern]]
            spans = self.known_spans[pattern] = [(token, token + more) for token in tokens]
        return spans

    @cached_property
    def starts(self) -> list[int]:
        """The first token of each field."""
        starts = [0] if self.fields else []
        at = self.joined.find(BREAK)
        while at >= 0:
            starts.append(self.joined.count(" ", 0, at))
            at = self.joined.find(BREAK, at + 1)
        return starts

    @cached_property
    def title_end(self) -> int:
        """The first token that is not of the title."""
        if self.fields[:1] != ["title"]:
            return 0
        return self.starts[1] if len(self.starts) > 1 else len(self.tokens)

    def field_at(self, token: int) -> int:
        """The number, in ``fields``, of the field that a token stands in."""
        return bisect_right(self.starts, token) - 1

    @cached_property
    def tokens(self) -> list[str]:
        """All tokens; a break is one too."""
        return self.joined.split()

    def ranges(self) -> Iterator[tuple[FieldName, int, int]]:
        """Each field with its first token and the one after its last."""
        ends = [*(start - 1 for start in self.starts[1:]), len(self.tokens)][: len(self.fields)]
        yield from zip(self.fields, self.starts, ends, strict=True)

    @cached_property
    def places(self) -> list[Span]:
        """Where each token stands in its field, in code points; a break stands nowhere."""
        row: list[Span] = []
        for field, name in enumerate(self.fields):
            if field:
                row.append((-1, -1))
            row.extend(spans(self.item.text(name)))
        return row

    @cached_property
    def words(self) -> list[int]:
        """
        The number of the word that each token belongs to, for NEAR.

        Letters and digits joined are one word, and so are the digits of
        1,000; another field is out of reach.
        """
        numbers: list[int] = []
        number = 0
        for name, start, end in self.ranges():
            if numbers or start:
                numbers.append(number)
                number += APART
            text = self.item.text(name)
            for index in range(start, end):
                if not (self.has_digits and index > start and self._continues_word(text, index)):
                    number += 1
                numbers.append(number)
        return numbers

    def _continues_word(self, text: str, index: int) -> bool:
        """Whether a token is one word with the token before it."""
        left, right = self.tokens[index - 1], self.tokens[index]
        is_number = right.isdigit()
        if not is_number and not left.isdigit():
            return False
        between = text[self.places[index - 1][1] : self.places[index][0]]
        if is_number and left.isdigit():
            return between in (".", ",")
        if is_running(left[0]) or is_running(right[0]):
            return False
        return not between or (len(between) == 1 and between in HYPHENS)

    @cached_property
    def sentences(self) -> list[int]:
        """The number of the sentence that each token stands in; a field ends one."""
        numbers: list[int] = []
        number = 0
        for name, start, end in self.ranges():
            if numbers or start:
                numbers.append(-1)
            number += 1
            starts = sentence_starts(self.item.text(name), self.places[start:end])
            for index in range(end - start):
                number += index in starts
                numbers.append(number)
        return numbers

    @cached_property
    def repeat(self) -> tuple[int, int, int] | None:
        """
        Tokens of the content that only repeat the summary: first, one past the last, and how far
        the summary's own stand before them.
        """
        if self.fields[-2:] != ["summary", "content"]:
            return None
        start, end = self.starts[-2], self.starts[-1] - 1
        summary, content = self.tokens[start:end], self.tokens[self.starts[-1] :]
        length = end - start
        at = _repeat_at(summary, content) if summary else None
        if at is None:
            return None
        first = self.starts[-1] + at
        return (first, first + length, first - start)

    def is_repeat(self, first: int, last: int) -> int:
        """How far before a place its twin in the summary stands; 0 if it repeats nothing."""
        repeat = self.repeat
        if repeat is None or first < repeat[0] or last >= repeat[1]:
            return 0
        return repeat[2]


def _repeats(content: str, summary: str) -> bool:
    """Whether the content has nothing that the summary does not have."""
    if not content or content == summary:
        return True
    whole = f" {summary} ".find(f" {content} ")
    return whole == 0 or (whole > 0 and content.count(" ") + 1 >= SHORTEST_REPEAT)


def _repeat_at(summary: list[str], content: list[str]) -> int | None:
    """The token of the content at which the whole summary, perhaps cut short, is repeated."""
    length = len(summary)
    if length > len(content):
        return None
    if content[: length - 1] == summary[:-1] and content[length - 1].startswith(summary[-1]):
        return 0
    if length < SHORTEST_REPEAT:
        return None
    joined = f" {' '.join(content)} "
    at = joined.find(f" {' '.join(summary)} ")
    return None if at < 0 else joined.count(" ", 0, at)
