"""Lists lifted out of the text before it is parsed are the lists that YAML reads there."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.config import compose as composing
from monitor.config.compose import compose
from monitor.config.wordlists import lift_lists

EXAMPLES = int(os.environ.get("MATCHING_EXAMPLES", "150")) * 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("a: [b, c d]\n", ["b", "c d"], id="in one line"),
        pytest.param("a: [\n  b,  # one, two\n  c d ,\n]\n", ["b", "c d"], id="in several"),
        pytest.param("a: [Su-30, $jets, repair*, =US]\n", ["Su-30", "$jets", "repair*", "=US"],
                     id="signs of our language"),
        pytest.param("a: [俄罗斯, می\u200cرود]\r\n", ["俄罗斯", "می\u200cرود"], id="all scripts"),
        pytest.param("a: []\n", [], id="empty"),
        pytest.param("a: {su-30: 1.5, jets+ports: -2}\n", ["su-30", "1.5", "jets+ports", "-2"],
                     id="numbers by names"),
        pytest.param("a: {\n  b: 0.25,\n  c: 1\n}\n", ["b", "0.25", "c", "1"],
                     id="numbers in several lines"),
    ],
)  # fmt: skip
def test_a_list_of_plain_words_is_lifted(text: str, words: list[str]) -> None:
    emptied, ((at, spans),) = lift_lists(text)[0], lift_lists(text)[1].items()
    assert [text[start:end] for start, end in spans] == words
    assert text[at] == emptied[at]
    assert text[at] in "[{"
    assert len(emptied) == len(text)
    assert emptied.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('a: [b, "c"]\n', id="quotes"),
        pytest.param("a: [b: c]\n", id="a mapping in it"),
        pytest.param("a: [b, [c]]\n", id="a list in it"),
        pytest.param("a: [b, *c]\n", id="an alias"),
        pytest.param("a: [b, !c d]\n", id="a tag"),
        pytest.param("a: [- b]\n", id="a dash"),
        pytest.param("a: [b\n  c]\n", id="a phrase over two lines"),
        pytest.param("a: [b,, c]\n", id="a comma too many"),
        pytest.param("a: [b, c\n", id="never closed"),
        pytest.param("a: [b] c\n", id="something behind it"),
        pytest.param("a: [b,#c\n]\n", id="no comment"),
        pytest.param("a: {b: c}\n", id="words by names"),
        pytest.param("a: {b: 1e3}\n", id="a number of another make"),
        pytest.param("a: {b: 1 c: 2}\n", id="numbers without a comma"),
        pytest.param("a: {b: 1, c}\n", id="a name without a number"),
        pytest.param("a: {b:1}\n", id="a name without a blank"),
    ],
)
def test_anything_else_stays(text: str) -> None:
    assert lift_lists(text) == (text, {})


def test_what_only_looks_like_a_list_is_read_as_it_is() -> None:
    text = "notes: |\n  terms:\n    a: [b, c]\nmatch: 'x\n  a: [b, c]\n  y'\n"
    root, faults = compose(text)
    assert faults == []
    assert isinstance(root, composing.Mapping)
    assert root.entries["notes"][1].written.value == "terms:\n  a: [b, c]\n"  # type: ignore[union-attr]
    assert root.entries["match"][1].written.value == "x a: [b, c] y"  # type: ignore[union-attr]


PIECES = (
    "a: [", "  b: [", "]", ",", ", ", "\n", "\n  ", "\n]", " # c, d]", "#", "w", "two words", "$x",
    "=US", "Su-30", "-", "- x", ":", ": y", "'", '"', "'q'", "[", "{", "}", "&n ", "*n", "!t ", "|",
    "k: |\n  ", "k: >-\n    ", "x: ", "?", "\t", "\r\n", "...", "---", "俄", "\x85", "é", " ", "\\",
    "p: {", "s: 1.5", "s+t: -2", "r:",
)  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("a: [w]\na: [w]\n")
@example("a: {s: 1, s: 2}\n")
@example("a: {s: 1,\n s+t: -2,}\nb: [w]\n")
@example("a: [\nw,\n]\n")
@example("a: [w]\n---\nb: [w]\n")
@example("a: &n [w]\n  b: [*n]\n")
def test_reading_lists_apart_changes_nothing(text: str) -> None:
    assert repr(compose(text)) == repr(composing._composed(text))
