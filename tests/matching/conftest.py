"""A small desk for the matching tests: a watch list from a few words, and items from a title."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest

from monitor.matching import Matcher, RuleProblem, compile_watch, match
from monitor.model import Feed, Indicator, Item, Mark, Polling, Rule, WatchList

TERMS: dict[str, tuple[str, ...]] = {
    "venezuela": (
        "Venezuela", "Venezuelan*", "venezolan*", "Caracas", "Maduro*", "Венесуэл*", "Каракас*",
        "委内瑞拉", "马杜罗", "ونزوئلا", "مادورو",
    ),
    "su30": ("Su-30", "Sukhoi*", "Flanker*", "Су-30", "Сухой", "苏-30", "سوخو"),
    "overhaul": (
        "overhaul*", "life extension", "repair*", "engine*", "mantenimiento",
        "капитальн* ремонт*", "двигател*", "大修",
    ),
    "delay": ("delay*", "wait", "waits", "slip*", "retras*", "задерж*", "推迟"),
    "aircraft": ("$su30", "F-16*", "Tu-160"),
}  # fmt: skip


class Marks(Protocol):
    """Looks for one expression in one item."""

    def __call__(
        self, expression: str, item: Item | str, feed: Feed | None = None
    ) -> list[Mark] | None:
        """The marks of the hit, or ``None`` where there is none."""


def a_watch(
    *indicators: Indicator,
    terms: Mapping[str, tuple[str, ...]] | None = None,
    scope: str | None = None,
    feeds: Sequence[Feed] = (),
) -> WatchList:
    return WatchList(
        title="A watch",
        zone=ZoneInfo("UTC"),
        feeds=tuple(feeds),
        indicators=indicators,
        terms=TERMS if terms is None else terms,
        scope=None if scope is None else Rule(match=scope, path=("scope",)),
        hypotheses=(),
        polling=Polling(),
        channels=(),
        routes=(),
    )


def an_item(title: str = "", summary: str = "", content: str = "", **more: object) -> Item:
    return Item("item", str(more.pop("feed", "wire")), title, summary, content, **more)  # type: ignore[arg-type]


def looking_for(expression: str, *, quoted: bool = False) -> Indicator:
    rule = Rule(match=expression, quoted=quoted, path=("indicators", 0))
    return Indicator("one", "One", rule)


@pytest.fixture(name="watch")
def watch_fixture() -> Callable[..., WatchList]:
    return a_watch


@pytest.fixture(name="item")
def item_fixture() -> Callable[..., Item]:
    return an_item


@pytest.fixture
def looking() -> Callable[..., Indicator]:
    return looking_for


@pytest.fixture
def problems() -> Callable[..., list[RuleProblem]]:
    def problems_of(expression: str, *, quoted: bool = False) -> list[RuleProblem]:
        return compile_watch(a_watch(looking_for(expression, quoted=quoted)))[1]

    return problems_of


@pytest.fixture
def marks() -> Marks:
    known: dict[str, Matcher] = {}

    def marks_of(expression: str, item: Item | str, feed: Feed | None = None) -> list[Mark] | None:
        if expression not in known:
            matcher, problems = compile_watch(a_watch(looking_for(expression)))
            assert [one for one in problems if one.severity == "error"] == []
            known[expression] = matcher
        hits = match(an_item(item) if isinstance(item, str) else item, known[expression], feed)
        return list(hits[0].marks) if hits else None

    return marks_of
