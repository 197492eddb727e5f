"""Broken files: every problem is named with its line and column, several at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config.document import MAX_BYTES
from monitor.config.load import decode, load
from monitor.errors import ConfigError, Problem
from tests.make import read_watch

GOOD = """\
title: A watch
timezone: America/Caracas
terms:
  su30: [Su-30, Sukhoi*]
feeds:
  - {id: wire, url: "https://example.org/feed", group: north}
indicators:
  - id: overhauls
    title: Overhauls
    match: $su30 AND repair*
"""


def read(text: str, folder: Path | None = None) -> list[Problem]:
    watch, problems = read_watch(text, (folder or Path()) / "w.yaml", {"HOME": "x"})
    assert (watch is None) == any(one.severity == "error" for one in problems)
    return problems


def places(problems: list[Problem]) -> list[tuple[int, int]]:
    return [(one.line, one.column) for one in problems if one.severity == "error"]


def rule(written: str) -> str:
    """A file whose one indicator has that rule, which begins in line 4 at column 12."""
    return f"indicators:\n  - id: one\n    title: One\n    match: {written}\n"


BROKEN_YAML = [
    pytest.param("", (1, 1), "empty", id="empty file"),
    pytest.param("# nothing yet\n", (1, 1), "empty", id="comments only"),
    pytest.param("- a\n- b\n", (1, 1), "top of the file", id="a list at top level"),
    pytest.param("title:A watch\n", (1, 1), "top of the file", id="no space after the colon"),
    pytest.param("title: x\n\tcontact: y\n", (2, 1), "a tab", id="a tab as indentation"),
    pytest.param("title:\tx\n", (1, 7), "a tab", id="a tab after a colon"),
    pytest.param('title: "x\nscope: y\n', (1, 8), "not closed", id="a quote open to the end"),
    pytest.param(
        'title: "x\nfeeds:\n  - {id: a, url: "b"}\n',
        (1, 8),
        "not closed",
        id="a quote open to the next",
    ),
    pytest.param("title: 'it's'\nscope: 'x'\n", (1, 12), "goes on", id="an apostrophe in quotes"),
    pytest.param("title: a\0b\n", (1, 9), "NUL", id="a NUL"),
    pytest.param("title: x\nnote: a\x07b\n", (2, 8), "U+0007", id="a control character"),
    pytest.param('title: "\\ud83d"\n', (1, 8), "half a character", id="half a surrogate pair"),
    pytest.param("title: x\ntitle: y\n", (2, 1), '"title" stands here a second', id="a key twice"),
    pytest.param(
        "terms:\n  a: [x]\n  b: [y]\n  a: [z]\n", (4, 3), '"a" stands here', id="a list twice"
    ),
    pytest.param("title: x\n  zone: y\n", (2, 7), "a colon", id="a key indented below a value"),
    pytest.param("terms:\n    a: [x]\n  b: [y]\n", (3, 3), "indentation", id="outdented halfway"),
    pytest.param("feeds:\n  - {id: a, url", (2, 5), "this { is not closed", id="half a mapping"),
    pytest.param("terms:\n  a: [x, y\nscope: z\n", (2, 6), "this [ is not", id="a bracket open"),
    pytest.param("scope: x]\nterms: [a]]\n", (2, 11), "closes nothing", id="a bracket too many"),
    pytest.param(
        "title: @home\n", (1, 8), "cannot begin with @", id="a sign YAML keeps for itself"
    ),
    pytest.param("terms:\n  a: [*lit]\n", (2, 7), "*lit", id="a star in front"),
    pytest.param("terms:\n  a:\n    - !x y\n", (3, 7), "YAML tag", id="a tag"),
    pytest.param('title: "a\\qb"\n', (1, 10), "no escape", id="an unknown escape"),
    pytest.param("title: a\n---\ntitle: b\n", (2, 1), "second document", id="two documents"),
    pytest.param("terms: &t\n  a: *t\n", (2, 6), "inside of what it names", id="an endless alias"),
    pytest.param("terms: &a {b: [c]}\nalerts:\n  <<: *a\n", (3, 3), "<<", id="a merge key"),
    pytest.param("title: x\nfoo\nscope: y\n", (2, 1), "neither a key", id="a word alone"),
    pytest.param("title: " + "[" * 40 + "]" * 40, (1, 39), "deeper", id="too deep"),
    pytest.param("scope: - x\n", (1, 8), "cannot begin with -", id="a dash behind a key"),
    pytest.param("[a]\nscope: x\n", (2, 1), "indentation", id="something before the keys"),
    pytest.param("? [a]\n: b\n", (1, 3), "a key must be", id="a list as a key"),
]


@pytest.mark.parametrize(("text", "place", "message"), BROKEN_YAML)
def test_broken_yaml(text: str, place: tuple[int, int], message: str) -> None:
    error = next(one for one in read(text) if one.severity == "error")
    assert (error.line, error.column) == place
    assert message in error.message


SLIPS = [
    pytest.param(rule('"spare parts" AND x'), (4, 26), "single quotes", id="begins with a quote"),
    pytest.param(
        'indicators: [{id: a, title: b, match: "x y" OR z}]\n',
        (1, 45),
        "single quotes",
        id="in braces",
    ),
    pytest.param(
        "indicators:\n  - {id: a, title: b, match: SENTENCE(a, b)}\n",
        (2, 42),
        "comma inside { }",
        id="a comma in braces",
    ),
    pytest.param("terms:\n  a:\n    - Maduro: x\n", (3, 7), "colon", id="a colon in an entry"),
    pytest.param(rule("title: x"), (4, 17), "quotes", id="a colon in an expression"),
    pytest.param(rule("[a, b]"), (4, 12), "any:", id="a list for an expression"),
    pytest.param(rule("a OR #b\n      c"), (4, 17), "quotes", id="a comment in the middle"),
    pytest.param(rule("| a"), (4, 14), "next line", id="text behind the block sign"),
    pytest.param("terms: [a]\n", (1, 8), "", id="a list for keys"),
    pytest.param("terms:\n  a: x, y\n", (2, 6), "brackets", id="a list without brackets"),
]


@pytest.mark.parametrize(("text", "place", "hint"), SLIPS)
def test_common_slips_have_their_own_hint(text: str, place: tuple[int, int], hint: str) -> None:
    found = [one for one in read(text) if (one.line, one.column) == place]
    assert any(hint in one.hint for one in found), read(text)


SHAPE = [
    pytest.param("titel: x\n", (1, 1), '"titel" is not known', "title?", id="unknown key"),
    pytest.param("polling: {evry: 5m}\n", (1, 11), '"evry"', "every?", id="deeper"),
    pytest.param("feeds:\n  - id: a\n", (2, 5), '"url" is missing', "", id="no address"),
    pytest.param("feeds: x\n", (1, 8), "list", "", id="text for a list"),
    pytest.param("feeds:\n  a: b\n", (2, 3), "list", "dash", id="keys for a list"),
    pytest.param("alerts: []\n", (1, 9), "keys and values", "", id="a list for keys"),
    pytest.param("indicators: [x]\n", (1, 14), "keys and values", "", id="text for keys"),
    pytest.param("title: [x]\n", (1, 8), "text", "", id="a list for text"),
    pytest.param("polling: {every: 15}\n", (1, 18), "length of time", "mean 15m?", id="no unit"),
    pytest.param(
        "keep: {unmatched: 9d}\n", (1, 19), "further back", "14d or more", id="kept too short"
    ),
    pytest.param(
        "keep: {unmatched: always}\n", (1, 19), "length of time", "or forever", id="kept always"
    ),
    pytest.param("keep: {backups: -1}\n", (1, 17), "whole number", "", id="fewer than no backups"),
    pytest.param("polling: {every: 1w}\n", (1, 18), "length of time", "15m, 6h", id="a week"),
    pytest.param(
        "feeds: [{id: a, url: 'https://a/', grade: b}]\n", (1, 43), "one of A", "B?", id="case"
    ),
    pytest.param("polling: {every: 0m}\n", (1, 18), "length of time", "", id="no time at all"),
    pytest.param(
        rule("x") + "    priority: urgent\n", (5, 15), "high, normal, low", "", id="priority"
    ),
    pytest.param(rule("x") + "    paused: yes\n", (5, 13), "true nor false", "", id="a switch"),
    pytest.param(rule("x") + "    budget: many\n", (5, 13), "whole number", "", id="a number"),
    pytest.param(rule("x") + "    budget: 0\n", (5, 13), "too small", "", id="no stories a day"),
    pytest.param(rule("x") + "    review_by: soon\n", (5, 16), "date", "", id="a date"),
    pytest.param(rule("x") + "    review_by: 2025-02-30\n", (5, 16), "date", "", id="no such day"),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), SHAPE)
def test_wrong_shapes(text: str, place: tuple[int, int], message: str, hint: str) -> None:
    errors = [one for one in read(text) if one.severity == "error"]
    assert (errors[0].line, errors[0].column) == place
    assert message in errors[0].message
    assert hint in errors[0].hint


def alerts(routes: str) -> str:
    return f'alerts:\n  channels: {{desk: "json://localhost"}}\n  routes:\n    - {routes}\n'


SENSE = [
    pytest.param("timezone: America/Caracass\n", (1, 11), "no zone", "America/Caracas?", id="zone"),
    pytest.param('timezone: "Caracas"\n', (1, 11), "no zone", "America/Caracas?", id="a city"),
    pytest.param("timezone: ../../etc/passwd\n", (1, 11), "no zone", "", id="a path as a zone"),
    pytest.param("timezone: America\n", (1, 11), "no zone", "", id="a folder of zones"),
    pytest.param("contact: me\n", (1, 10), "mail address", "", id="contact"),
    pytest.param("contact: Me <me@example.org>\n", (1, 10), "mail", "alone", id="with a name"),
    pytest.param("site_url: watch.example.org\n", (1, 11), "http", "https://", id="site address"),
    pytest.param("feeds: [{id: a, url: 'ftp://x.org'}]\n", (1, 22), "http", "", id="ftp"),
    pytest.param("feeds: [{id: a, url: 'file:///etc/x'}]\n", (1, 22), "http", "", id="a file"),
    pytest.param("feeds: [{id: a, url: 'https://'}]\n", (1, 22), "no host", "", id="no host"),
    pytest.param("feeds: [{id: a, url: 'https://a b/'}]\n", (1, 22), "spaces", "", id="a space"),
    pytest.param("feeds: [{id: a, url: 'https://a:99999/'}]\n", (1, 22), "", "", id="the port"),
    pytest.param(
        "feeds: [{id: a, url: 'https://a\\@b/'}]\n", (1, 22), "backsl", "", id="backslash"
    ),
    pytest.param("feeds: [{id: A_b, url: 'https://a/'}]\n", (1, 14), "no id", ": a-b", id="an id"),
    pytest.param(
        "feeds:\n  - {id: a, url: 'https://a/'}\n  - {id: a, url: 'https://b/'}\n",
        (3, 10),
        "twice",
        "line 2",
        id="a feed's id twice",
    ),
    pytest.param(rule("x") + rule("x")[12:], (5, 9), "twice", "line 2", id="an id twice"),
    pytest.param(
        "feeds: [{id: a, url: 'https://a/', lang: Spanish}]\n", (1, 42), "lang", "es", id="lang"
    ),
    pytest.param("polling: {at_least: 7h}\n", (1, 21), "longer", "", id="at_least over at_most"),
    pytest.param("polling: {allow: [here]}\n", (1, 19), "network", "", id="allow"),
    pytest.param(rule("x") + "    any: [y]\n", (5, 5), "match and any", "", id="two rules"),
    pytest.param("indicators:\n  - {id: a, title: b}\n", (2, 5), "what to match", "", id="no rule"),
    pytest.param(rule("x") + "    feeds: [wire]\n", (5, 13), '"wire"', "", id="unknown feed"),
    pytest.param(
        GOOD + "    groups: nord\n", (11, 13), 'group "nord"', "north?", id="unknown group"
    ),
    pytest.param(
        rule("x") + "    signals:\n      up: {match: y, for: aid}\n",
        (6, 27),
        'hypothesis "aid"',
        "",
        id="unknown hypothesis",
    ),
    pytest.param(
        rule("x") + "    signals:\n      Up: {match: y}\n",
        (6, 7),
        "no id",
        ": up",
        id="signal's id",
    ),
    pytest.param(alerts("{to: dusk}"), (4, 12), '"dusk"', "desk?", id="unknown channel"),
    pytest.param(alerts("{to: [desk, x]}"), (4, 19), '"x"', "", id="one of two channels"),
    pytest.param(alerts("{digest: '07:00'}"), (4, 7), "nobody", "to:", id="nobody to send to"),
    pytest.param(
        alerts("{to: desk, when: {prio: high}}"), (4, 25), '"prio"', "priority?", id="unknown field"
    ),
    pytest.param(
        alerts("{to: desk, when: {priority: hihg}}"), (4, 35), '"hihg"', "high?", id="its value"
    ),
    pytest.param(
        alerts("{to: desk, when: {reason: [new, x]}}"), (4, 39), '"x"', "", id="one of two values"
    ),
    pytest.param(
        alerts("{to: desk, when: {indicator: a}}"), (4, 36), '"a"', "", id="unknown indicator"
    ),
    pytest.param(alerts('{to: desk, digest: "25:00"}'), (4, 26), "time of day", "", id="a time"),
    pytest.param(alerts("{to: desk, digest: [7:00, 7]}"), (4, 33), "time of", "", id="second time"),
    pytest.param(
        "alerts:\n  channels: {x: 'nope://secret'}\n", (2, 17), '"nope://"', "", id="a channel"
    ),
    pytest.param(
        "alerts:\n  channels: {x: 'nope://${HOME}'}\n",
        (2, 17),
        '"nope://"',
        "",
        id="only its scheme",
    ),
    pytest.param(
        "alerts:\n  channels: {x: ana@example.org}\n",
        (2, 17),
        "no channel address",
        "mailtos://user:password@mail.example.org/?to=ana@example.org",
        id="a mail address",
    ),
    pytest.param("alerts:\n  channels: {x: secret}\n", (2, 17), "mailtos://", "", id="no address"),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), SENSE)
def test_wrong_sense(text: str, place: tuple[int, int], message: str, hint: str) -> None:
    errors = [one for one in read(text) if one.severity == "error"]
    found = [one for one in errors if (one.line, one.column) == place]
    assert found, errors
    assert message in found[0].message or message in found[0].hint
    assert hint in found[0].hint


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("match: [$su30, $other]", id="a list for an expression"),
        pytest.param("any: su30", id="a word for a list"),
        pytest.param("none: {a: b}", id="keys for a list"),
    ],
)
def test_a_rule_of_the_wrong_shape_is_blamed_once(written: str) -> None:
    assert len(read(GOOD.replace("match: $su30 AND repair*", written))) == 1


EXPRESSIONS = [
    pytest.param(rule("x AND $nope"), (4, 18), id="plain"),
    pytest.param(rule("'x AND ''y'' AND $nope'"), (4, 29), id="behind doubled apostrophes"),
    pytest.param(rule("""'"a b" AND $nope'"""), (4, 23), id="single quotes"),
    pytest.param(rule(r'"\"a b\" AND $nope"'), (4, 25), id="double quotes with escapes"),
    pytest.param(rule(r'"x\u0020AND $nope"'), (4, 24), id="a space as an escape"),
    pytest.param(rule("|\n      x\n      AND $nope"), (6, 11), id="a block"),
    pytest.param(rule(">-\n      x\n      AND $nope"), (6, 11), id="a fold"),
    pytest.param(rule(">-\n      x\n\n      AND $nope"), (7, 11), id="a fold with a blank line"),
    pytest.param(rule("|2-\n      x AND\n      $nope"), (6, 7), id="an indentation indicator"),
    pytest.param(rule("x\n      AND $nope"), (5, 11), id="plain over two lines"),
    pytest.param(rule("'x\n      AND $nope'"), (5, 11), id="quotes over two lines"),
    pytest.param(rule('"x\\\n      \\ AND $nope"'), (5, 13), id="an escaped line break"),
    pytest.param(rule("😀x AND $nope").replace("😀", "é"), (4, 19), id="letters with accents"),
    pytest.param(rule("x").replace("\n", "\r\n") + "    scope: $nope\r\n", (5, 12), id="Windows"),
    pytest.param("scope: x AND $nope\n" + rule("x"), (1, 14), id="the scope of all"),
    pytest.param("terms: {a: [x, $nope]}\n" + rule("$a"), (1, 16), id="a list in a list"),
    pytest.param(
        "indicators: [{id: a, title: b, any: [x, y*]}]\n", (1, 41), id="an entry of a flow list"
    ),
    pytest.param(
        rule("x") + "    signals:\n      up:\n        match: |\n          y AND\n          $nope\n",
        (9, 11),
        id="a signal",
    ),
    pytest.param(
        rule("x") + "    expect:\n      control: x AND $nope\n", (6, 22), id="a control of later"
    ),
]


@pytest.mark.parametrize(("text", "place"), EXPRESSIONS)
def test_expressions_are_blamed_inside_their_scalar(text: str, place: tuple[int, int]) -> None:
    assert places(read(text)) == [place]


def test_all_problems_come_at_once_and_in_order() -> None:
    text = GOOD.replace("title: A", "titel: A").replace("/Caracas", "/Nowhere")
    text = text.replace("https:", "httpx:").replace("AND repair*", "AND $nope AND r*")
    problems = read(text + "    paused: maybe\n")
    assert [one.line for one in problems] == [1, 2, 6, 10, 11]
    assert str(problems[0]).startswith("w.yaml:1:1: error: ")


def test_a_broken_part_does_not_blame_what_refers_to_it() -> None:
    text = GOOD.replace("su30: [Su-30, Sukhoi*]", "su30: Su-30")
    assert places(read(text)) == [(4, 9)]
    assert places(read(GOOD.replace("  su30: [Su-30, Sukhoi*]", "  - su30"))) == [(4, 3)]


def test_very_many_errors_are_counted() -> None:
    problems = read("".join(f"key{number}: x\n" for number in range(1000)))
    assert "800 more" in problems[-1].message
    assert len(problems) < 210


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "values" in read("\n".join(lines))[0].message


WARNINGS = [
    pytest.param("title: x\n", (1, 1), "no indicators", id="no indicators"),
    pytest.param(
        "feeds:\n  - {id: a, url: 'https://a/'}\n  - {id: b, url: 'https://a/'}\n" + rule("x"),
        (3, 18),
        "address",
        id="one address twice",
    ),
    pytest.param(rule("x #y"), (4, 14), "comment", id="a comment that may be a word"),
    pytest.param(rule("x # or: OR y"), (4, 14), "comment", id="a comment with an operator"),
    pytest.param(
        rule("/x.y/") + "    search_feeds: {langs: [en]}\n",
        (5, 5),
        "nothing can be searched in en",
        id="search_feeds",
    ),
    pytest.param(
        rule("x") + "alerts: {heartbeat: '${NOPE}'}\n",
        (5, 21),
        "the heartbeat is not set up: NOPE is not set",
        id="an unset heartbeat",
    ),
    pytest.param(
        rule("x") + "alerts: {channels: {a: '${NOPE}'}}\n", (5, 24), "NOPE is not set", id="unset"
    ),
]


@pytest.mark.parametrize(("text", "place", "message"), WARNINGS)
def test_warnings_leave_the_list_in_force(text: str, place: tuple[int, int], message: str) -> None:
    problems = read(text)
    assert [one.severity for one in problems] == ["warning"]
    assert (problems[0].line, problems[0].column) == place
    assert message in problems[0].message


def test_a_comment_that_is_one_is_left_alone() -> None:
    assert read(rule("x # the short name")) == []


@pytest.mark.parametrize(
    ("brief", "severity", "place"),
    [
        pytest.param("seed.md#what-to-watch-next", None, None, id="a heading"),
        pytest.param("seed.md#what-to-watch-next-1", None, None, id="the second of that name"),
        pytest.param("seed.md", None, None, id="a file alone"),
        pytest.param("https://example.org/x#y", None, None, id="an address"),
        pytest.param("seed.md#what-to-wach", "error", (4, 19), id="no such heading"),
        pytest.param("seed.md#not-this", "error", (4, 19), id="a heading inside code"),
        pytest.param("other.md#x", "warning", (4, 12), id="no such file"),
    ],
)
def test_briefs_are_looked_up(
    tmp_path: Path, brief: str, severity: str | None, place: tuple[int, int] | None
) -> None:
    (tmp_path / "seed.md").write_text(
        "# What to *watch*, next?\n## What to watch next ##\n```\n# not this\n```\n"
    )
    text = rule("x").replace("match", f"brief: {brief}\n    match")
    problems = read(text, tmp_path)
    assert [one.severity for one in problems] == ([severity] if severity else [])
    assert [(one.line, one.column) for one in problems] == ([place] if place else [])


# --- files


def refused(path: Path) -> Problem:
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert str(path) in str(caught.value)
    return caught.value.problems[0]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    problem = refused(tmp_path / "none.yaml")
    assert (problem.line, problem.column) == (1, 1)
    assert "no such file" in problem.message


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path).message


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert "larger than 8 MB" in refused(path).message
    watch, problems = read_watch("x" * (MAX_BYTES + 1))
    assert watch is None
    assert "larger" in problems[0].message


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_text("\ufeff" + GOOD, encoding="utf-8")
    assert load(path, {}).watch.title == "A watch"


@pytest.mark.parametrize(
    ("content", "place", "hint"),
    [
        pytest.param(b"title: caf\xe9\n", (1, 11), "UTF-8", id="Latin-1"),
        pytest.param("á: b\nc: é".encode() + b"\xff", (2, 5), "UTF-8", id="after accents"),
        pytest.param("title: x".encode("utf-16"), (1, 1), "UTF-16", id="UTF-16"),
    ],
)
def test_other_encodings_are_refused(content: bytes, place: tuple[int, int], hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        decode(content, "w.yaml")
    problem = caught.value.problems[0]
    assert (problem.line, problem.column) == place
    assert hint in problem.hint


@pytest.mark.parametrize("cut", range(5, len(GOOD), 7))
def test_a_half_written_file_never_raises(cut: int) -> None:
    read(GOOD[:cut])


PIECES = r"""
: :x - [ ] { } ' " | > # * &a !x null $nope ( OR \ % ---
"""
pieces = st.sampled_from(
    ["", "\n", "  ", "\t", ": ", "- ", " #", "---\n", "\0", "\ufeff", "\U0001f600", *PIECES.split()]
)


@given(st.integers(0, len(GOOD)), st.integers(0, 12), pieces)
@settings(max_examples=500, deadline=None)
def test_any_edit_is_read_or_refused_with_its_place(at: int, cut: int, piece: str) -> None:
    text = GOOD[:at] + piece + GOOD[at + cut :]
    lines = text.removeprefix("\ufeff").split("\n")
    for problem in read(text):
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


def test_no_problem_shows_a_channel_address() -> None:
    text = GOOD + "alerts:\n  channels: {a: 'foo://tok3n-S3cret', b: S3cret}\n"
    assert all("S3cret" not in str(one) for one in read(text))
