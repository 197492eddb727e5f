"""Every character of every scalar is found where it was written, whatever the style."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.document import Document, read_document


@dataclass(frozen=True)
class Source:
    """A scalar as written, and for each character of its value the offset it was written at."""

    text: str
    value: str
    places: tuple[int, ...]


class Pen:
    """Writes a scalar, and notes where each character of its value went."""

    def __init__(self) -> None:
        self.text = ""
        self.value = ""
        self.places: list[int] = []

    def mark(self, text: str) -> None:
        self.text += text

    def put(self, char: str, written: str | None = None) -> None:
        self.places.append(len(self.text))
        self.value += char
        self.text += char if written is None else written

    def done(self) -> Source:
        return Source(self.text, self.value, tuple(self.places))


LETTERS = "abzÄñйСу苏修ایر😀\u200c\u0301"
INDENT = " " * 6

words = st.text(LETTERS + "0-*$()=/", min_size=1, max_size=6).map(lambda w: "w" + w)
quotable = st.text(LETTERS + " '\"\\#:,[]{}&*!|>%@-?", max_size=20)
line_breaks = st.sampled_from(["\n", "\r\n"])


@st.composite
def plain(draw: st.DrawFn) -> Source:
    pen = Pen()
    line_break = draw(line_breaks)
    for number, word in enumerate(draw(st.lists(words, min_size=1, max_size=5))):
        if number:
            _gap(draw, pen, line_break)
        for char in word:
            pen.put(char)
    return pen.done()


def _gap(draw: st.DrawFn, pen: Pen, line_break: str) -> None:
    """Between two words: a blank, a fold that reads as a blank, or lines left empty."""
    empty = draw(st.integers(-1, 2))
    if empty < 0:
        pen.put(" ")
        return
    if empty == 0:
        pen.put(" ", draw(st.sampled_from(["", " "])) + line_break)
    else:
        pen.mark(line_break)
        for _ in range(empty):
            pen.mark(draw(st.sampled_from(["", "  "])))
            pen.put("\n", line_break)
    pen.mark(INDENT)


@st.composite
def single(draw: st.DrawFn) -> Source:
    pen = Pen()
    line_break = draw(line_breaks)
    pen.mark("'")
    for number, word in enumerate(draw(st.lists(quotable, min_size=1, max_size=4))):
        if number and pen.text[-1] != " ":
            _gap(draw, pen, line_break)
        for char in word.strip(" ") or "x":
            pen.put(char, "''" if char == "'" else char)
    pen.mark("'")
    return pen.done()


ESCAPES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\", "\xa0": "\\_", "\u2028": "\\L"}


@st.composite
def double(draw: st.DrawFn) -> Source:
    pen = Pen()
    line_break = draw(line_breaks)
    pen.mark('"')
    texts = st.text(LETTERS + "".join(ESCAPES) + " '#:,{}", max_size=15)
    for number, word in enumerate(draw(st.lists(texts, min_size=1, max_size=4))):
        if number:
            if draw(st.booleans()):
                pen.mark("\\" + line_break + INDENT)
            else:
                _gap(draw, pen, line_break)
        for char in word.strip(" ") or "x":
            must = char in ESCAPES
            kind = draw(st.sampled_from(["x", "u", "U", "raw"]))
            if must and kind == "raw":
                pen.put(char, ESCAPES[char])
            elif kind == "x" and ord(char) < 256:
                pen.put(char, f"\\x{ord(char):02x}")
            elif kind == "u" and ord(char) < 65536:
                pen.put(char, f"\\u{ord(char):04X}")
            elif kind == "U":
                pen.put(char, f"\\U{ord(char):08x}")
            else:
                pen.put(char, ESCAPES.get(char))
    pen.mark('"')
    return pen.done()


texts = st.text(LETTERS + " #:'\"", min_size=1, max_size=12).filter(lambda t: t.strip())


@st.composite
def literal(draw: st.DrawFn) -> Source:
    pen = Pen()
    line_break = draw(line_breaks)
    lines = draw(st.lists(st.one_of(texts, st.just("")), min_size=1, max_size=5))
    if not any(lines):
        lines.append("x")
    lines[-1] = lines[-1] or "x"
    chomping = draw(st.sampled_from(["", "-", "+"]))
    pen.mark("|" + ("4" if next(filter(None, lines))[0] == " " else "") + chomping + line_break)
    for number, line in enumerate(lines):
        pen.mark(INDENT if line else draw(st.sampled_from(["", "  "])))
        for char in line:
            pen.put(char)
        if number < len(lines) - 1 or chomping != "-":
            pen.put("\n", line_break)
        else:
            pen.mark(line_break)
    return pen.done()


@st.composite
def folded(draw: st.DrawFn) -> Source:
    pen = Pen()
    line_break = draw(line_breaks)
    pen.mark(draw(st.sampled_from([">", ">-", ">2"])).replace("2", "4") + line_break + INDENT)
    lines = draw(st.lists(words, min_size=1, max_size=6))
    for number, line in enumerate(lines):
        for char in line:
            pen.put(char)
        if number < len(lines) - 1:
            empty = draw(st.integers(0, 2))
            if not empty:
                pen.put(" ", line_break)
            else:
                pen.mark(line_break)
                for _ in range(empty):
                    pen.put("\n", line_break)
            pen.mark(INDENT)
    pen.mark(line_break)
    if not pen.text.startswith(">-"):
        pen.places.append(len(pen.text) - len(line_break))
        pen.value += "\n"
    return pen.done()


def check(source: Source, before: str, after: str, path: tuple[str | int, ...]) -> None:
    text = before + source.text + after
    document = read_document(text, "x.yaml")
    assert document.problems == []
    value = document.data()
    for step in path:
        value = value[step]
    assert value == source.value
    for at, place in enumerate(source.places):
        assert document.position(path, at) == line_and_column(text, len(before) + place), at


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset].replace("\r\n", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


IN_BLOCK_MAPPING = ("a:\n  b: ", "\nc: d\n", ("a", "b"))
IN_BLOCK_LIST = ("a:\n- c\n- ", "\n- d\n", ("a", 1))
IN_FLOW_LIST = ("a: [x, ", ", y]\n", ("a", 1))
IN_FLOW_MAPPING = ("a:\n  - {x: y, b: ", ", z: z}\n", ("a", 0, "b"))
ANCHORED = ("a:\n  b: &name ", "\nc: d\n", ("a", "b"))
BLOCKS = st.sampled_from([IN_BLOCK_MAPPING, IN_BLOCK_LIST, ANCHORED])
ANYWHERE = st.sampled_from(
    [IN_BLOCK_MAPPING, IN_BLOCK_LIST, ANCHORED, IN_FLOW_LIST, IN_FLOW_MAPPING]
)


@given(plain(), BLOCKS)
def test_plain_scalars(source: Source, around: tuple[str, str, tuple[str | int, ...]]) -> None:
    check(source, *around)


@given(single(), ANYWHERE)
def test_single_quoted_scalars(
    source: Source, around: tuple[str, str, tuple[str | int, ...]]
) -> None:
    check(source, *around)


@given(double(), ANYWHERE)
def test_double_quoted_scalars(
    source: Source, around: tuple[str, str, tuple[str | int, ...]]
) -> None:
    check(source, *around)


@given(literal())
def test_literal_scalars(source: Source) -> None:
    check(source, "a:\n  b: ", "c: d\n", ("a", "b"))


@given(folded())
def test_folded_scalars(source: Source) -> None:
    check(source, "a:\n  b: ", "c: d\n", ("a", "b"))


def document(text: str) -> Document:
    read = read_document(text, "x.yaml")
    assert read.problems == []
    return read


@pytest.mark.parametrize(
    ("text", "path", "offset", "place"),
    [
        pytest.param("a: b\n", ("a",), 0, (1, 4), id="a value"),
        pytest.param("a: {b: [x, yy]}\n", ("a", "b", 1), 1, (1, 13), id="inside a flow list"),
        pytest.param("a:\n- b\n-  cd\n", ("a", 1), 1, (3, 5), id="a list without indentation"),
        pytest.param("\ufeffa: b\n", ("a",), 0, (1, 4), id="a byte order mark has no column"),
        pytest.param("a: |\n  x AND\n  y\n", ("a",), 6, (3, 3), id="the second line of a block"),
        pytest.param("a: >-\n  x AND\n  y\n", ("a",), 6, (3, 3), id="the second line of a fold"),
        pytest.param("a: |\n  x\n    y\n", ("a",), 4, (3, 5), id="deeper lines keep their blanks"),
        pytest.param(
            "a: >\n  x\n    y\n  z\n", ("a",), 4, (3, 5), id="deeper lines are not folded"
        ),
        pytest.param("a: |2\n    x\n", ("a",), 2, (2, 5), id="an indentation indicator"),
        pytest.param("a: | # why\n\n  x\n", ("a",), 1, (3, 3), id="a comment after the sign"),
        pytest.param("a: |\n  x AND\n", ("a",), 5, (2, 8), id="past the end stays on its line"),
        pytest.param("a: |\n  x AND\n", ("a",), 99, (2, 8), id="far past the end too"),
        pytest.param("a: x AND\nb: c\n", ("a",), 5, (1, 9), id="past the end of a plain scalar"),
        pytest.param("a: 'x AND'\n", ("a",), 5, (1, 10), id="past the end is the closing quote"),
        pytest.param("a: 'x'''\n", ("a",), 2, (1, 8), id="past an apostrophe at the end"),
        pytest.param('a: "x\\u0041"\n', ("a",), 2, (1, 12), id="past an escape at the end"),
        pytest.param('a: "\\u0041\\"b"\n', ("a",), 2, (1, 13), id="behind two escapes"),
        pytest.param("a: 'it''s x'\n", ("a",), 5, (1, 11), id="behind a doubled apostrophe"),
        pytest.param("a: ''\n", ("a",), 0, (1, 4), id="an empty quoted text"),
        pytest.param("a:\nb: c\n", ("a",), 0, (1, 3), id="no value at all"),
        pytest.param("a: &x b\nc: *x\n", ("c",), 0, (1, 7), id="an alias leads to what it names"),
        pytest.param("a: 😀 b\n", ("a",), 2, (1, 6), id="an emoji is one column"),
        pytest.param("a: b\tc\n".replace("\t", " "), ("x", "y"), 0, (1, 1), id="no such path"),
        pytest.param(
            "a:\n  - b: 1\n    c: 2\n", ("a", 0, "d"), 0, (2, 5), id="a key that is missing"
        ),
        pytest.param("a: b\t \nc: d\n", ("c",), 0, (2, 4), id="a tab at the end of a line"),
        pytest.param("a: b\r\nc: d\r\n", ("c",), 0, (2, 4), id="line ends of Windows"),
        pytest.param("a: b\rc: d\r", ("c",), 0, (2, 4), id="line ends of old"),
    ],
)
def test_position_names_line_and_column(
    text: str, path: tuple[str | int, ...], offset: int, place: tuple[int, int]
) -> None:
    assert document(text).position(path, offset) == place


def test_the_place_of_a_key() -> None:
    read = document("a:\n  'key':   value\n")
    assert read.position(("a", "key"), key=True) == (2, 3)
    assert read.position(("a", "key")) == (2, 12)


@pytest.mark.parametrize(
    ("written", "quoted"),
    [("x", False), ("'x'", True), ('"x"', True), ("|\n  x", False), (">\n  x", False)],
)
def test_only_quotes_are_quotes(written: str, quoted: bool) -> None:
    assert document(f"a: {written}\n").quoted(("a",)) is quoted


signs = st.text("ab:- \n\t'\"[]{},#&*!|>?%x\\", max_size=40)


@given(st.one_of(st.text(max_size=60), signs))
def test_any_text_is_read_or_refused_at_a_place_within_it(text: str) -> None:
    read = read_document(text, "x.yaml")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in read.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
