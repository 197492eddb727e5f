"""Putting feeds into the text of a watch list and taking them out: nothing else may change."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.editing import EditError, scalar, with_feeds, without_feed
from tests.make import read_watch

ROOT = Path(__file__).resolve().parents[1]
NEW = {"id": "new", "url": "https://new.example/rss"}
LINE = '- {id: new, url: "https://new.example/rss"}'
AFTER = "indicators:\n  - {id: a, title: A, match: port}\n"


def changes(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that were added and those that were taken away."""
    lines = list(difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True)))
    return (
        [line[2:] for line in lines if line.startswith("+ ")],
        [line[2:] for line in lines if line.startswith("- ")],
    )


@pytest.mark.parametrize(
    ("text", "added"),
    [
        pytest.param("title: x\n", ["feeds:\n", f"  {LINE}\n"], id="a file without feeds"),
        pytest.param("", ["feeds:\n", f"  {LINE}\n"], id="an empty file"),
        pytest.param("feeds:\ntitle: x\n", [f"  {LINE}\n"], id="a key without feeds"),
        pytest.param(
            "feeds:\n  - {id: a, url: b}  # one\n  # after\n" + AFTER, [f"  {LINE}\n"], id="braces"
        ),
        pytest.param(
            "feeds:\n  - id: a\n    url: b # c\n\n# next\n" + AFTER,
            ["  - id: new\n", '    url: "https://new.example/rss"\n'],
            id="a key a line",
        ),
        pytest.param(
            "feeds:\n-   id: a\n    url: b\n" + AFTER,
            ["-   id: new\n", '    url: "https://new.example/rss"\n'],
            id="dashes under the key, wide",
        ),
        pytest.param("feeds:\r\n  - {id: a, url: b}\r\n", [f"  {LINE}\r\n"], id="CRLF"),
        pytest.param(
            "feeds: [\n  {id: a, url: b},  # one\n]\n", [f"  {LINE[2:]},\n"], id="brackets"
        ),
        pytest.param("\ufefffeeds:\n  - {id: a, url: b}\n", [f"  {LINE}\n"], id="BOM"),
        pytest.param("feeds:\n  - {id: a, url: b}\t\ntitle: x\t\n", [f"  {LINE}\n"], id="tabs"),
    ],
)
def test_only_the_feeds_lines_are_added(text, added):
    after = with_feeds(text, [NEW])
    assert changes(text, after) == (added, [])
    assert (
        without_feed(after, "new").removesuffix("feeds:\n").removesuffix("\n") == text.rstrip("\n")
        or without_feed(after, "new") == text
    )


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param(
            "feeds: []  # none yet\ntitle: x\n",
            f"feeds:  # none yet\n  {LINE}\ntitle: x\n",
            id="an empty list",
        ),
        pytest.param(
            "feeds: [{id: a, url: b}]\n",
            f"feeds: [{{id: a, url: b}}, {LINE[2:]}]\n",
            id="a list in a line",
        ),
        pytest.param(
            "feeds: [\n  {id: a, url: b}  # one\n]\n",
            f"feeds: [\n  {{id: a, url: b}},  # one\n  {LINE[2:]},\n]\n",
            id="a last one without a comma",
        ),
        pytest.param(
            "feeds:\n  - {id: a, url: b}", f"feeds:\n  - {{id: a, url: b}}\n  {LINE}\n", id="no end"
        ),
    ],
)
def test_where_a_line_must_change_it_changes_least(text, after):
    assert with_feeds(text, [NEW]) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param(
            "feeds:\n  # one\n  - {id: a, url: b}  # its own\n  # two\n  - {id: c, url: d}\n",
            "feeds:\n  # one\n  # two\n  - {id: c, url: d}\n",
            id="comments above stay, the one on its line goes",
        ),
        pytest.param(
            "feeds:\n  - id: a\n    url: b\n    tags:\n      - x\n      - y  # z\n\ntitle: x\n",
            "feeds:\n\ntitle: x\n",
            id="a key a line",
        ),
        pytest.param(
            "feeds:\n  - id: a\n    publisher: >\n      The\n      Agency\n\n  - {id: c, url: d}\n",
            "feeds:\n\n  - {id: c, url: d}\n",
            id="folded text",
        ),
        pytest.param(
            "feeds: [{id: a, url: b}, {id: c, url: d}]\n",
            "feeds: [{id: c, url: d}]\n",
            id="first in brackets",
        ),
        pytest.param(
            "feeds: [{id: c, url: d}, {id: a, url: b}]\n",
            "feeds: [{id: c, url: d}]\n",
            id="last in brackets",
        ),
        pytest.param(
            "feeds: [\n  {id: a, url: b},  # x\n  {id: c, url: d},\n]\n",
            "feeds: [\n  {id: c, url: d},\n]\n",
            id="brackets over lines",
        ),
    ],
)
def test_a_feed_is_taken_out_with_its_lines(text, after):
    assert without_feed(text, "a") == after


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("feeds: x\n", "no list", id="a word"),
        pytest.param("feeds: {id: a}\n", "no list", id="a mapping"),
        pytest.param("{feeds: []}\n", "no block of keys", id="all in braces"),
        pytest.param("feeds: [\n", "no valid YAML", id="broken"),
    ],
)
def test_what_cannot_be_edited_is_refused(text, says):
    with pytest.raises(EditError, match=says):
        with_feeds(text, [NEW])


def test_a_feed_that_is_not_written_there_is_refused():
    with pytest.raises(EditError, match="no feed with the id x"):
        without_feed("feeds:\n  - {id: a, url: b}\n", "x")


def test_the_shipped_list_comes_back_byte_for_byte():
    text = (ROOT / "indicators.yaml").read_text(encoding="utf-8")
    after = with_feeds(text, [NEW, {**NEW, "id": "newer"}])
    added, taken = changes(text, after)
    assert (len(added), taken) == (2, [])
    assert without_feed(without_feed(after, "new"), "newer") == text


def test_every_feed_of_the_shipped_list_can_be_taken_out_alone():
    text = (ROOT / "indicators.yaml").read_text(encoding="utf-8")
    watch, _ = read_watch(text)
    assert watch is not None
    for feed in watch.feeds[::30]:
        lines = text.splitlines(keepends=True)
        first = next(at for at, line in enumerate(lines) if f"{{id: {feed.id}," in line)
        last = next(at for at in range(first, first + 3) if "}" in lines[at])
        assert without_feed(text, feed.id) == "".join(lines[:first] + lines[last + 1 :])


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1).map(
    lambda text: text.replace("\u2028", "").replace("\u2029", "").strip() or "x"
)


@given(publisher=words, group=words, tags=st.lists(words, max_size=3))
def test_whatever_a_feed_is_called_it_is_read_back_as_written(publisher, group, tags):
    entry = {**NEW, "publisher": publisher, "group": group, "tags": tags}
    before = f"# mine\nfeeds:\n  - {{id: a, url: 'https://a.example/'}}\n{AFTER}# end\n"
    after = with_feeds(before, [entry])
    watch, problems = read_watch(after)
    assert watch is not None, problems
    feed = watch.feed("new")
    assert feed is not None
    assert (feed.publisher, feed.group, feed.tags) == (publisher, group, tuple(tags))
    assert without_feed(after, "new") == before


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("TASS", "TASS"),
        ("Example Wire", "Example Wire"),
        ("no", '"no"'),
        ("007", '"007"'),
        ("a, b", '"a, b"'),
        ("#x", '"#x"'),
        ('say "x"', '"say \\"x\\""'),
        ("РИА Новости", "РИА Новости"),
    ],
)
def test_quotes_only_where_they_are_needed(text, written):
    assert scalar(text) == written
