"""A YAML file as plain data in which every value can still be found: line and column, from 1."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence as Many
from dataclasses import dataclass, field
from typing import Any

from monitor.config.compose import (
    Fault,
    Mapping,
    Node,
    Scalar,
    Sequence,
    compose,
    without_trailing_tabs,
)
from monitor.config.scalars import offset_of, start_of
from monitor.errors import Problem

MAX_BYTES = 8 * 1024 * 1024

Path = tuple[str | int, ...]
"""Keys and list indexes from the top of the file down to a value."""

_LINE_BREAK = re.compile(r"\r\n|[\r\n]")


class Plain(str):
    """
    A scalar that stands without quotes, as its source text.

    Whether ``30``, ``null`` or ``on`` is a number, nothing, a switch or a word
    depends on the key, so nothing is decided here.
    """

    __slots__ = ()

    @property
    def is_nothing(self) -> bool:
        """Whether YAML reads it as no value at all."""
        return self in ("", "~", "null", "Null", "NULL")


@dataclass(slots=True)
class Document:
    """
    One file's text and tree.

    ``problems`` are those of the YAML itself: with any of them the data may
    lack something, and must not be put in force.
    """

    file: str
    text: str
    root: Node | None
    problems: list[Problem] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)

    def data(self) -> Any:
        """The whole as dicts, lists and strings; unquoted scalars are ``Plain``."""
        return None if self.root is None else _data(self.root)

    def position(
        self, path: Many[str | int], offset: int | None = None, *, key: bool = False
    ) -> Place:
        """
        Line and column, from 1, of a value, or with ``key`` of the key that holds it.

        ``offset`` counts code points into the value of a scalar, as it is read:
        escapes, folding and indentation are followed back to the source.
        Without it the place is where the value begins, its quote included. A
        path that ends in a key that is not there leads to the mapping that
        should hold it.
        """
        node, name = self._find(path)
        if key and name is not None:
            return self.place(start_of(name.written, self.text))
        if node is None:
            return 1, 1
        if not isinstance(node, Scalar):
            return self.place(node.start)
        if offset is None:
            return self.place(start_of(node.written, self.text))
        return self.place(offset_of(node.written, offset, self.text))

    def quoted(self, path: Many[str | int]) -> bool:
        """Whether the scalar at that path stands in single or double quotes."""
        node, _ = self._find(path)
        return isinstance(node, Scalar) and node.written.style in ("'", '"')

    def scalar(self, path: Many[str | int]) -> Scalar | None:
        """The scalar at exactly that path, if there is one."""
        node, _ = self._find(path, exact=True)
        return node if isinstance(node, Scalar) else None

    def in_braces(self, path: Many[str | int]) -> bool:
        """Whether the mapping that holds that key is written in braces."""
        node, _ = self._find(path[:-1])
        return isinstance(node, Mapping) and node.flow

    def problem(
        self,
        path: Many[str | int],
        message: str,
        hint: str = "",
        *,
        offset: int | None = None,
        key: bool = False,
        severity: str = "error",
    ) -> Problem:
        """A problem at the place of a value, or of its key."""
        line, column = self.position(path, offset, key=key)
        return Problem(self.file, line, column, message, hint, severity)

    def place(self, offset: int) -> Place:
        """Line and column, from 1, of an offset in the text."""
        if not self._starts:
            self._starts = [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def _find(
        self, path: Many[str | int], *, exact: bool = False
    ) -> tuple[Node | None, Scalar | None]:
        node, name = self.root, None
        for step in path:
            inner: Node | None = None
            if isinstance(node, Mapping) and str(step) in node.entries:
                name, inner = node.entries[str(step)]
            elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
                name, inner = None, node.items[step]
            if inner is None:
                return (None, None) if exact else (node, name)
            node = inner
        return node, name


Place = tuple[int, int]


def read_document(text: str, file: str) -> Document:
    """
    Read YAML text; what is wrong with it as YAML stands in the document's ``problems``.

    A byte order mark at the start is passed over. Texts above ``MAX_BYTES``
    are refused unread.
    """
    if len(text) > MAX_BYTES:
        return Document(file, "", None, [too_big(file)])
    text = without_trailing_tabs(text.removeprefix("\ufeff"))
    root, faults = compose(text)
    document = Document(file, text, root)
    document.problems = [_problem(document, fault) for fault in faults]
    return document


def too_big(file: str) -> Problem:
    """The problem of a file that is refused for its size."""
    return Problem(file, 1, 1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")


def _problem(document: Document, fault: Fault) -> Problem:
    line, column = document.place(fault.offset)
    return Problem(document.file, line, column, fault.message, fault.hint)


def _data(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.written.value if node.written.style else Plain(node.written.value)
    if isinstance(node, Sequence):
        return [_data(item) for item in node.items]
    return {key: _data(value) for key, (_, value) in node.entries.items()}
