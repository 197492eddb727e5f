"""YAML text to a tree of nodes that know their place; refuses what could hurt, or mislead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.parser import Parser
from ruamel.yaml.scanner import Scanner

from monitor.config.scalars import BREAKS, Written
from monitor.config.slips import explain, goes_on_outdented
from monitor.config.wordlists import Spans, lift_lists

MAX_DEPTH = 32
MAX_NODES = 1_000_000
"""Values in one file, each alias counted as often as it is used."""

_ILLEGAL = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"  # as YAML has it
)
_HALF = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"(?:[ \n]|\r\n)*+")
_TRAILING_TAB = re.compile(r"[ \t]*\t[ \t]*(?=[\r\n]|\Z)")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the YAML itself, at an offset of the text."""

    offset: int
    message: str
    hint: str = ""


@dataclass(slots=True, eq=False)
class Scalar:
    """One word, number or text."""

    written: Written
    size: int = 1

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.written.start


@dataclass(slots=True, eq=False)
class Sequence:
    """A list, in block or flow style; ``closed`` is the offset behind a flow list's bracket."""

    start: int
    flow: bool
    column: int
    items: list[Node] = field(default_factory=list)
    size: int = 1
    closed: int = 0


@dataclass(slots=True, eq=False)
class Mapping:
    """
    Keys and values; where a key stands twice, the first one.

    ``closed`` is the offset behind the brace of one in flow style.
    """

    start: int
    flow: bool
    column: int
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    size: int = 1
    closed: int = 0


Node = Scalar | Sequence | Mapping


class _RefusedError(Exception):
    """Reading cannot go on."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def compose(text: str) -> tuple[Node | None, list[Fault]]:
    """
    The tree of a YAML text, and everything that is wrong with it as YAML.

    A fault of syntax ends the reading, since what follows would be guessed;
    keys that stand twice are all reported. Without any content the tree is
    ``None``.
    """
    illegal = _ILLEGAL.search(text)
    if illegal:
        return None, [_illegal_character(illegal)]
    return _composed_fast(text) or _composed(text)


def _composed_fast(text: str) -> tuple[Node | None, list[Fault]] | None:
    """The same for a text without fault, lists of words read apart; else ``None``."""
    emptied, lists = lift_lists(text)
    composer = _Composer(text, lists)
    try:
        composer.read(emptied)
    except (_RefusedError, YAMLError):
        return None
    return None if lists or composer.faults else (composer.root, [])


def _composed(text: str) -> tuple[Node | None, list[Fault]]:
    composer = _Composer(text, {})
    try:
        composer.read(text)
    except _RefusedError as refused:
        return None, [*composer.faults, refused.fault]
    except MarkedYAMLError as error:
        return None, [*composer.faults, Fault(*explain(error, text))]
    except YAMLError as error:
        return None, [*composer.faults, Fault(0, f"this is no valid YAML: {error}")]
    return composer.root, composer.faults


def without_trailing_tabs(text: str) -> str:
    """
    The text with blanks for tabs at the ends of lines, every character in its place.

    YAML allows such tabs, which nobody sees, and the scanner does not.
    """
    return _TRAILING_TAB.sub(lambda found: " " * len(found.group()), text)


def _illegal_character(found: re.Match[str]) -> Fault:
    code = ord(found.group())
    name = "a NUL character" if code == 0 else f"the control character U+{code:04X}"
    if 0xD800 <= code <= 0xDFFF:
        name = f"half a character (U+{code:04X})"
    return Fault(found.start(), f"{name} stands here, which no text file holds", "delete it")


class _Scanner(Scanner):
    """
    ruamel's, which refuses a block whose first line is blank and shorter than the next.

    The parser asks several times for each token whether it is of some kind, and
    ruamel's own looks each time whether more must be read first: half of the
    time of a large file.
    """

    reader: Any = None

    def __init__(self, loader: Any) -> None:
        self.reader = loader.reader
        self._sure: Any = None
        super().__init__(loader)

    def check_token(self, *choices: Any) -> bool:
        token = self.peek_token()
        return token is not None and (not choices or isinstance(token, choices))

    def peek_token(self) -> Any:
        tokens = self.tokens
        if tokens and tokens[0] is self._sure:
            return self._sure
        while self.need_more_tokens():
            self.fetch_more_tokens()
        self._sure = self.tokens[0] if self.tokens else None
        return self._sure

    def get_token(self) -> Any:
        token = self.peek_token()
        if token is None:
            return None
        self.tokens_taken += 1
        return self.tokens.pop(0)

    def scan_to_next_token(self) -> Any:
        if self.flow_level:
            self._pass_blank()
        return super().scan_to_next_token()

    def _pass_blank(self) -> None:
        """Step over blanks at once: the scanner goes by letters, and emptied lists are long."""
        reader = self.reader
        blank = _BLANK.match(reader.buffer, reader.pointer)
        passed = blank.group() if blank else ""
        breaks = passed.count("\n")
        reader.pointer += len(passed)
        reader.index += len(passed)
        reader.line += breaks
        reader.column = (0 if breaks else reader.column) + len(passed) - passed.rfind("\n") - 1

    def scan_block_scalar_indentation(self) -> Any:
        chunks: list[Any] = []
        deepest, end_mark = 0, self.reader.get_mark()
        while True:
            while self.reader.peek() == " ":
                self.reader.forward()
            deepest = max(deepest, self.reader.column)
            if self.reader.peek() not in BREAKS:
                return chunks, deepest, end_mark
            chunks.append(self.scan_line_break())
            end_mark = self.reader.get_mark()


class _Parser(Parser):
    """ruamel's, with its scanner at hand."""

    scanner: Any = None

    def __init__(self, loader: Any) -> None:
        self.scanner = loader.scanner
        super().__init__(loader)


def _after_sign(text: str, at: int) -> int:
    """Where a value that is left out would stand: behind the colon or dash, not at what follows."""
    before = at
    while before > 0 and text[before - 1] in " \t\r\n":
        before -= 1
    return before if text[before - 1 : before] in (":", "-") else at


@dataclass(slots=True)
class _Frame:
    """A collection that is still open; ``key`` waits for its value."""

    node: Sequence | Mapping
    anchor: str | None
    key: Scalar | None = None


class _Composer:
    """
    Builds the tree from the parser's events, with one stack and without recursion.

    The words and numbers of ``lists`` are put where the parser comes upon them, and are
    taken out of it.
    """

    def __init__(self, text: str, lists: dict[int, Spans]) -> None:
        self.text = text
        self.lists = lists
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self._frames: list[_Frame] = []
        self._anchors: dict[str, Node] = {}
        self._documents = 0
        self._total = 0

    def read(self, text: str) -> None:
        """Read the text itself, or the one without the words of ``lists``."""
        yaml = YAML(typ="safe", pure=True)
        yaml.Scanner, yaml.Parser = _Scanner, _Parser
        for event in yaml.parse(text):
            kind = type(event)
            if kind is events.ScalarEvent:
                self._scalar(event)
            elif kind is events.AliasEvent:
                self._alias(event)
            elif kind in (events.SequenceStartEvent, events.MappingStartEvent):
                self._begin(event)
            elif kind in (events.SequenceEndEvent, events.MappingEndEvent):
                self._end(event)
            elif kind is events.DocumentStartEvent:
                self._document(event)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            message = "a second document begins here, and a watch list is one document"
            raise _RefusedError(Fault(event.start_mark.index, message, "delete the line ---"))

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if not event.value and not event.style and start == end:
            start = end = _after_sign(self.text, start)
        written = Written(event.value, event.style or "", start, end)
        self._check_tag(event)
        if written.style in ("'", '"'):
            self._check_quotes(written)
        node = Scalar(written)
        self._count(1, start)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._add(node)

    def _check_tag(self, event: Any) -> None:
        if event.tag is not None:
            message = "a value that begins with ! is a YAML tag, and no tags are read here"
            self.faults.append(Fault(event.start_mark.index, message, "put the value in quotes"))

    def _check_quotes(self, written: Written) -> None:
        parent = next((one.node.column for one in reversed(self._frames) if not one.node.flow), -1)
        if goes_on_outdented(self.text, written.start, written.end, parent):
            hint = f"close it with {written.style}, or indent the lines that it goes on in"
            raise _RefusedError(Fault(written.start, "this quote is not closed", hint))
        if written.style == '"' and _HALF.search(written.value):
            hint = "write the character itself, or its whole code, such as \\U0001F600"
            self.faults.append(Fault(written.start, "this text names half a character", hint))

    def _alias(self, event: Any) -> None:
        name, start = event.anchor, event.start_mark.index
        if any(frame.anchor == name for frame in self._frames):
            raise _RefusedError(Fault(start, f"*{name} stands inside of what it names"))
        node = self._anchors.get(name)
        if node is None:
            message = f"*{name} is a YAML alias, and nothing is named &{name} before it"
            hint = f'a word that is meant as text stands in quotes: "*{name}"'
            raise _RefusedError(Fault(start, message, hint))
        self._count(node.size, start)
        self._add(node)

    def _begin(self, event: Any) -> None:
        start, flow = event.start_mark, bool(event.flow_style)
        if len(self._frames) >= MAX_DEPTH:
            raise _RefusedError(
                Fault(start.index, f"this is nested deeper than {MAX_DEPTH} levels")
            )
        self._check_tag(event)
        self._count(1, start.index)
        node: Sequence | Mapping
        if type(event) is events.MappingStartEvent:
            node = Mapping(start.index, flow, start.column)
        else:
            node = Sequence(start.index, flow, start.column)
        self._frames.append(_Frame(node, event.anchor))
        # A name and its number come one after the other, as the parser tells them.
        for word, end in self.lists.pop(start.index, ()):
            self._count(1, word)
            self._add(Scalar(Written(self.text[word:end], "", word, end)))

    def _end(self, event: Any) -> None:
        frame = self._frames.pop()
        if frame.node.flow:
            frame.node.closed = event.end_mark.index
        if frame.anchor is not None:
            self._anchors[frame.anchor] = frame.node
        self._add(frame.node)

    def _count(self, size: int, at: int) -> None:
        self._total += size
        if self._total > MAX_NODES:
            message = f"with its aliases written out, the file holds over {MAX_NODES:,} values"
            raise _RefusedError(Fault(at, message, "write lists once, under terms, and use $name"))

    def _add(self, node: Node) -> None:
        if not self._frames:
            self.root = node
            return
        frame = self._frames[-1]
        frame.node.size += node.size
        if isinstance(frame.node, Sequence):
            frame.node.items.append(node)
        elif frame.key is None:
            frame.key = self._key(node)
        else:
            self._entry(frame.node, frame.key, node)
            frame.key = None

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        message = "a key must be one word, and this is a list or a mapping"
        raise _RefusedError(
            Fault(node.start, message, "a value with brackets or braces needs quotes")
        )

    def _entry(self, mapping: Mapping, key: Scalar, value: Node) -> None:
        name = key.written.value
        if name == "<<":
            hint = "write the keys out"
            self.faults.append(Fault(key.start, "merging with << is not read here", hint))
        elif name in mapping.entries:
            first = self.text.count("\n", 0, mapping.entries[name][0].start) + 1
            message = f'the key "{name}" stands here a second time'
            self.faults.append(Fault(key.start, message, f"it stood first in line {first}"))
        else:
            mapping.entries[name] = (key, value)
