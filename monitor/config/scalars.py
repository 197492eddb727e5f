"""Where each character of a scalar stands in the file's text, in every style that YAML has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

BREAKS = "\r\n\x85\u2028\u2029"

_PROPERTIES = re.compile(r"(?:[&!][^\s]*(?:[ \t]+|[ \t]*(?:#[^\n]*)?\r?\n\s*))*")
_HEADER = re.compile(r"[|>](?P<hints>[0-9+-]*)[ ]*(?:#[^\r\n]*)?(?:\r\n|[\r\n\x85\u2028\u2029]|$)")
_FOLD = re.compile(r"[ \t]*(?:\r\n|[\r\n\x85\u2028\u2029])[ \t\r\n\x85\u2028\u2029]*")
_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_ESCAPED_BREAK = re.compile(r"\\(?:\r\n|[\r\n\x85\u2028\u2029])[ \t]*")
_ESCAPE = re.compile(r"\\(?:x.{2}|u.{4}|U.{8}|.)", re.DOTALL)

_LETTERS = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f",
    "r": "\r", "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0",
    "L": "\u2028", "P": "\u2029",
}  # fmt: skip

Placed = tuple[str, int]
"""One character of the value, and the offset in the text that it was read from."""


@dataclass(frozen=True, slots=True)
class Written:
    """
    A scalar as it is written: its value, its style and where it begins and ends.

    ``style`` is empty for plain scalars, else the sign that opens it:
    ``'``, ``"``, ``|`` or ``>``. ``start`` may stand before an anchor.
    """

    value: str
    style: str
    start: int
    end: int


def start_of(written: Written, text: str) -> int:
    """The offset at which a scalar begins, with its quote, behind an anchor if it has one."""
    properties = _PROPERTIES.match(text, written.start, written.end)
    return properties.end() if properties else written.start


def offset_of(written: Written, at: int, text: str) -> int:
    """
    The offset in ``text`` of character ``at`` of a scalar's value.

    A position past the last character is the place right after it, on its own
    line. A folded line break counts as the space that it is read as. Should a
    scalar be written in a way that we cannot follow, its start is the answer.
    """
    first = start_of(written, text)
    if not written.value:
        return first
    places = _places(written, first, text)
    if places is None:
        return first
    if at < len(places):
        return places[max(at, 0)]
    last = places[-1]
    return last if text[last : last + 1] in tuple(BREAKS) else _after(written, last, text)


def _after(written: Written, last: int, text: str) -> int:
    if written.style == '"':
        escape = _ESCAPE.match(text, last, written.end)
        return escape.end() if escape else last + 1
    if written.style == "'" and text.startswith("''", last) and last + 2 < written.end:
        return last + 2
    return last + 1


def _places(written: Written, first: int, text: str) -> list[int] | None:
    for pairs in _readings(written, first, text):
        read = list(pairs)
        if "".join(char for char, _ in read).startswith(written.value):
            return [place for _, place in read[: len(written.value)]]
    return None


def _readings(written: Written, first: int, text: str) -> Iterator[Iterator[Placed]]:
    """The ways to read a scalar; more than one where its indentation is not known from itself."""
    if written.style == "'":
        yield _single(text, first + 1, written.end - 1)
    elif written.style == '"':
        yield _double(text, first + 1, written.end - 1)
    elif written.style in ("|", ">"):
        header = _HEADER.match(text, first)
        body = header.end() if header else first
        end = max(written.end, body)
        for indent in _indents(text, body, end):
            yield _block(text, body, end, indent, folded=written.style == ">")
    else:
        yield _plain(text, first, written.end)


def _plain(text: str, at: int, end: int) -> Iterator[Placed]:
    while at < end:
        fold = _FOLD.match(text, at, end)
        if fold:
            yield from _folded(text, fold.start(), fold.end())
            at = fold.end()
        else:
            yield text[at], at
            at += 1


def _single(text: str, at: int, end: int) -> Iterator[Placed]:
    while at < end:
        fold = _FOLD.match(text, at, end)
        if fold:
            yield from _folded(text, fold.start(), fold.end())
            at = fold.end()
        else:
            yield text[at], at
            at += 2 if text.startswith("''", at) else 1


def _double(text: str, at: int, end: int) -> Iterator[Placed]:
    while at < end:
        if text[at] == "\\":
            escaped_break = _ESCAPED_BREAK.match(text, at, end)
            if escaped_break:
                at = escaped_break.end()
                # Empty lines after an escaped break are kept, as after any other.
                while (empty := _BREAK.match(text, at, end)) is not None:
                    yield _break_read(empty.group()), at
                    at = _skip_blanks(text, empty.end(), end)
                continue
            escape = _ESCAPE.match(text, at, end)
            yield _unescape(escape.group()) if escape else "\\", at
            at = escape.end() if escape else at + 1
        elif fold := _FOLD.match(text, at, end):
            yield from _folded(text, fold.start(), fold.end())
            at = fold.end()
        else:
            yield text[at], at
            at += 1


def _skip_blanks(text: str, at: int, end: int) -> int:
    while at < end and text[at] in " \t":
        at += 1
    return at


def _unescape(escape: str) -> str:
    letter = escape[1]
    if letter in "xuU" and len(escape) > 2:
        return chr(int(escape[2:], 16))
    return _LETTERS.get(letter, letter)


def _break_read(written: str) -> str:
    return written if written in "\u2028\u2029" else "\n"


def _folded(text: str, start: int, end: int) -> Iterator[Placed]:
    """One break between words is a space; of several, all but the first are kept."""
    breaks = list(_BREAK.finditer(text, start, end))
    first = breaks[0]
    if _break_read(first.group()) != "\n":
        yield first.group(), first.start()
    elif len(breaks) == 1:
        yield " ", start
    for one in breaks[1:]:
        yield _break_read(one.group()), one.start()


def _lines(text: str, at: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Start and end of each line, without its break, and the break as it is read."""
    while at < end:
        found = _BREAK.search(text, at, end)
        if found is None:
            yield at, end, ""
            return
        yield at, found.start(), _break_read(found.group())
        at = found.end()


def _indents(text: str, at: int, end: int) -> list[int]:
    """The indentations a block scalar can have; that of its first line with text comes first."""
    widest = 0
    for start, stop, _ in _lines(text, at, end):
        line = text[start:stop]
        if line.strip(" "):
            first = len(line) - len(line.lstrip(" "))
            return [first, *(n for n in range(max(first, widest), -1, -1) if n != first)]
        widest = max(widest, len(line))
    return [widest, *range(widest - 1, -1, -1)]


def _block(text: str, at: int, end: int, indent: int, *, folded: bool) -> Iterator[Placed]:
    """Literal and folded scalars, with every line break at the end (chomping cuts them later)."""
    pending: list[Placed] = []
    flush_left = False
    for start, stop, line_break in _lines(text, at, end):
        content = min(start + indent, stop)
        if content == stop:
            if line_break:
                pending.append((line_break, stop))
            continue
        flush = text[content] not in " \t"
        yield from _between(pending, fold=folded and flush_left and flush)
        yield from ((text[place], place) for place in range(content, stop))
        pending = [(line_break, stop)] if line_break else []
        flush_left = flush
    yield from pending


def _between(pending: list[Placed], *, fold: bool) -> Iterator[Placed]:
    """What the breaks between two lines with text are read as."""
    if not pending or not fold or pending[0][0] != "\n":
        yield from pending
    elif len(pending) == 1:
        yield " ", pending[0][1]
    else:
        yield from pending[1:]
