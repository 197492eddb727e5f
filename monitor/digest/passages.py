"""How a report is told: its title and text cut to length, with the words that did the matching."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.digest.build import Report
from monitor.digest.plain import plain_line, visible, whole_end
from monitor.model import FieldName, Mark

TITLE_LENGTH = 240
TEXT_LENGTH = 400
QUOTE_LENGTH = 320
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
LEAD_IN = 120
"""How many characters are kept before the first mark where a sentence is too long."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？؟۔][\"'”’»）]*\s*|\n+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WORD_END = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """
    A stretch of a passage. With ``lists`` it did the matching.

    ``lists`` names the lists that the words came from, or the entry itself
    where a rule names it: ``$su30, $overhaul``.
    """

    text: str
    lists: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Some text of a feed, in pieces, and the language that it is in."""

    pieces: tuple[Piece, ...]
    lang: str | None = None

    @property
    def from_right(self) -> bool:
        """Whether its script is written from right to left."""
        return (self.lang or "").lower().split("-")[0] in RIGHT_TO_LEFT

    @property
    def plain(self) -> str:
        """The passage as one line of plain text."""
        return plain_line("".join(piece.text for piece in self.pieces))


@dataclass(frozen=True, slots=True)
class Telling:
    """
    A report as it is shown.

    ``quote`` is the sentence of the full text around a match that neither
    title nor summary shows.
    """

    title: Passage
    text: Passage | None
    quote: Passage | None


def tell(report: Report, length: int = TEXT_LENGTH) -> Telling:
    """Cut a report to ``length`` characters of text, and mark the words that did the matching."""
    marks = [mark for hit in report.hits for mark in hit.marks]
    shown = [mark for mark in marks if mark.field != "content"]
    hidden = _not_shown(marks, shown)
    text = passage(report, "summary", shown, length)
    quote = passage(report, "content", hidden, QUOTE_LENGTH) if hidden else None
    if quote is not None and report.item.article:
        quote = replace(quote, pieces=(Piece("From the article: "), *quote.pieces))
    if text is None and quote is None:
        text = passage(report, "content", marks, length)
    title = passage(report, "title", shown, TITLE_LENGTH)
    return Telling(title or Passage((Piece("Untitled"),), "en"), text, quote)


def _not_shown(marks: Iterable[Mark], shown: Iterable[Mark]) -> list[Mark]:
    """The marks of the full text whose entry is not already shown in title or summary."""
    told = {(mark.list, mark.term) for mark in shown}
    return [
        mark for mark in marks if mark.field == "content" and (mark.list, mark.term) not in told
    ]


def passage(report: Report, field: FieldName, marks: Iterable[Mark], length: int) -> Passage | None:
    """One field in at most about ``length`` characters, or nothing where it says nothing."""
    text = report.item.text(field)
    if not plain_line(text):
        return None
    spans = merged((mark for mark in marks if mark.field == field), len(text))
    start, end = extract(text, spans, length)
    lang = language_of(report)
    pieces = list(_pieces(text, spans, start, end))
    if start > 0:
        pieces.insert(0, Piece("… "))
    if end < len(text.rstrip()):
        pieces.append(Piece("…" if text[end - 1 : end].isalnum() else " …"))
    return Passage(tuple(pieces), lang)


def language_of(report: Report) -> str | None:
    """The language of an item, if what its feed says is one."""
    known = (report.item.lang, report.feed.lang)
    return next((lang for lang in known if lang and _LANGUAGE.fullmatch(lang)), None)


def is_foreign(lang: str | None) -> bool:
    """Whether a language is known, and is not English."""
    return lang is not None and lang.lower().split("-")[0] != "en"


@dataclass(frozen=True, slots=True)
class Span:
    """Marks that overlap, as one stretch."""

    start: int
    end: int
    marks: tuple[Mark, ...]

    @property
    def lists(self) -> str:
        """Where its words come from: ``$overhaul``, or the entry as the file writes it."""
        return ", ".join(
            dict.fromkeys(f"${mark.list}" if mark.list else mark.term for mark in self.marks)
        )


def merged(marks: Iterable[Mark], length: int) -> list[Span]:
    """The marks of one field in order, those that overlap as one; none reaches past the text."""
    spans: list[Span] = []
    for mark in sorted(marks, key=lambda one: (one.start, one.end)):
        start, end = max(mark.start, 0), min(mark.end, length)
        if start >= end:
            continue
        if spans and start < spans[-1].end:
            last = spans.pop()
            spans.append(Span(last.start, max(last.end, end), (*last.marks, mark)))
        else:
            spans.append(Span(start, end, (mark,)))
    return spans


def extract(text: str, spans: Sequence[Span], length: int) -> tuple[int, int]:
    """
    Which part of a long text is shown: about ``length`` characters with the first marks in it.

    It begins with the text if the first mark stands near enough, else with
    the sentence of that mark, and ends with a sentence if one ends in its
    last half, else between words, never within a mark.
    """
    if len(text) <= length * 9 // 8:
        return 0, len(text)
    start = 0
    if spans and spans[0].end > length * 3 // 4:
        start = _begin(text, spans[0].start)
    end = min(len(text), start + length)
    if end == len(text):
        return start, end
    end = _finish(text, start, end)
    for span in spans:
        if span.start < end < span.end:
            end = span.start if span.start > start else min(span.end, start + 2 * length)
    return start, whole_end(text, end)


def _begin(text: str, mark: int) -> int:
    starts = [found.end() for found in _SENTENCE_END.finditer(text, 0, mark)]
    if starts and mark - starts[-1] <= LEAD_IN:
        return starts[-1]
    near = mark - LEAD_IN
    word = _WORD_END.search(text, max(near, 0), mark)
    return word.end() if word else whole_end(text, max(near, 0))


def _finish(text: str, start: int, end: int) -> int:
    half = start + (end - start) // 2
    ends = [found.end() for found in _SENTENCE_END.finditer(text, half, end)]
    if ends:
        return len(text[: ends[-1]].rstrip())
    words = [found.start() for found in _WORD_END.finditer(text, half, end)]
    return words[-1] if words else end


def _pieces(text: str, spans: Iterable[Span], start: int, end: int) -> Iterable[Piece]:
    """The stretches from ``start`` to ``end``."""
    at = start
    for span in spans:
        first, last = max(span.start, start), min(span.end, end)
        if first >= last:
            continue
        if first > at:
            yield Piece(_shown(text[at:first]))
        yield Piece(_shown(text[first:last]), span.lists)
        at = last
    if at < end:
        yield Piece(_shown(text[at:end]))


def _shown(text: str) -> str:
    return re.sub(r"\s+", " ", visible(text))
