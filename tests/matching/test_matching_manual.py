"""The manual page of the language: its examples are true, and every form has some."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.matching import Matcher, compile_watch, match
from monitor.matching.lexer import FIELD_NAMES
from monitor.model import Feed, Indicator, Item, Rule, WatchList

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "matching.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
STRIKES = Indicator("strikes", "x", Rule(match="strike* NEAR/3 boat*", path=("indicators", 1)))


def blocks(kind: str) -> list[object]:
    found = [body.splitlines() for name, body in BLOCKS if name == kind]
    return [pytest.param(lines, id=lines[0]) for lines in found]


def terms() -> dict[str, tuple[str, ...]]:
    (lists,) = [body for name, body in BLOCKS if name == "terms"]
    pairs = (line.split(": ", 1) for line in lists.splitlines())
    return {name: tuple(entries.split(", ")) for name, entries in pairs}


def check(watch: WatchList, lines: list[str]) -> None:
    matcher, problems = compile_watch(watch)
    assert [one for one in problems if one.severity == "error"] == []
    facts: dict[str, str] = {}
    assert {line[0] for line in lines} - {"@"}
    for line in lines:
        if line[0] == "@":
            facts = dict([line[2:].split("=")])
            continue
        assert line[0] in "+-"
        found = "one" in [hit.indicator for hit in match(*an_item(line[2:], facts, matcher))]
        assert found is (line[0] == "+"), line


def an_item(text: str, facts: dict[str, str], matcher: Matcher) -> tuple[Item, Matcher, Feed]:
    title, _, summary = text.partition(" | ")
    feed = Feed(
        facts.get("feed", "wire"), "https://example.org/", group=facts.get("group"),
        publisher=facts.get("publisher", ""), grade=facts.get("grade", "F"),
    )  # fmt: skip
    tags = (facts["tag"],) if "tag" in facts else ()
    item = Item("item", feed.id, title, summary, lang=facts.get("lang"),
                author=facts.get("author"), tags=tags)  # fmt: skip
    return item, matcher, feed


@pytest.mark.parametrize("lines", blocks("match"))
def test_an_example_of_the_manual_is_true(
    watch: Callable[..., WatchList], looking: Callable[..., Indicator], lines: list[str]
) -> None:
    check(watch(looking(lines[0]), STRIKES, terms=terms()), lines[1:])


@pytest.mark.parametrize("lines", blocks("lists"))
def test_an_example_of_lists_is_true(watch: Callable[..., WatchList], lines: list[str]) -> None:
    lists = {
        key: tuple(entries.split(", "))
        for key, entries in (line.split(": ", 1) for line in lines if line[0] not in "+-")
    }
    rule = Rule(path=("indicators", 0), **lists)  # type: ignore[arg-type]
    examples = [line for line in lines if line[0] in "+-"]
    check(watch(Indicator("one", "x", rule), terms=terms()), examples)


@pytest.mark.parametrize("lines", blocks("refused"))
def test_what_the_manual_calls_refused_is_refused_in_its_words(
    watch: Callable[..., WatchList], looking: Callable[..., Indicator], lines: list[str]
) -> None:
    _, (problem,) = compile_watch(watch(looking(lines[0]), terms=terms()))
    assert problem.severity == "error"
    assert lines[1].removeprefix("^ ") in f"{problem.message} ({problem.hint})"


@pytest.mark.parametrize(
    "form",
    [
        '"', "*", "=", "$", " AND ", " OR ", " NOT ", " AND NOT ", "(", "NEAR/", "ONEAR/",
        "NOTNEAR/", "SENTENCE(", "ATLEAST/", "title:(", "/", *(f"{name}:" for name in FIELD_NAMES),
    ],
)  # fmt: skip
def test_every_form_has_an_example_found_and_one_left_alone(form: str) -> None:
    bodies = [body for name, body in BLOCKS if name == "match" and form in body.splitlines()[0]]
    lines = [line for body in bodies for line in body.splitlines()[1:]]
    assert any(line.startswith("+") for line in lines)
    assert any(line.startswith("-") for line in lines)


def you_write() -> list[str]:
    table = PAGE.split("## You wrote, you write")[1]
    cells = re.findall(r"\| `([^`]+)` \|$", table, re.MULTILINE)
    return [cell for cell in cells if cell not in ("$name", "feed:tass-en", "lang:es")]


@pytest.mark.parametrize("expression", you_write())
def test_what_one_is_told_to_write_is_accepted(
    watch: Callable[..., WatchList], looking: Callable[..., Indicator], expression: str
) -> None:
    _, problems = compile_watch(watch(looking(expression)))
    assert problems == []
