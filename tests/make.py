"""Small values to test with, each complete and each easy to change in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from monitor.config.load import load_text
from monitor.digest.build import Report, Story
from monitor.errors import ConfigError, Problem
from monitor.messages import Draft, Message
from monitor.model import (
    Channel,
    Feed,
    Hit,
    Indicator,
    Item,
    Mark,
    Polling,
    Priority,
    Route,
    Rule,
    WatchList,
)

NOON = datetime(2025, 11, 6, 12, 0, tzinfo=UTC)
CARACAS = ZoneInfo("America/Caracas")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def read_watch(
    text: str, file: str | Path = "w.yaml", env: Mapping[str, str] = MappingProxyType({})
) -> tuple[WatchList | None, list[Problem]]:
    """The watch list that a text spells out, if it has no error, and all its problems."""
    try:
        loaded = load_text(text, Path(file), env)
    except ConfigError as error:
        return None, list(error.problems)
    return loaded.watch, list(loaded.problems)


def an_item(key: str = "one", title: str = "Port closed after storm", **more: object) -> Item:
    values: dict[str, object] = {"feed": "wire", "hash": f"{key}-{title}", **more}
    return Item(key=key, title=title, **values)  # type: ignore[arg-type]


def a_feed(feed: str = "wire", **more: object) -> Feed:
    values: dict[str, object] = {"publisher": feed.title(), "grade": "B", "lang": "en", **more}
    return Feed(id=feed, url=f"https://{feed}.example/feed.xml", **values)  # type: ignore[arg-type]


def an_indicator(
    indicator: str = "port-closure", match: str = "port AND clos*", **more: object
) -> Indicator:
    values: dict[str, object] = {"title": indicator.replace("-", " ").capitalize(), **more}
    return Indicator(id=indicator, rule=Rule(match=match), **values)  # type: ignore[arg-type]


def a_watch(
    *,
    feeds: Iterable[Feed] = (a_feed(),),
    indicators: Iterable[Indicator] = (an_indicator(),),
    channels: Iterable[Channel] = (Channel("desk", "json://127.0.0.1:9/"),),
    routes: Iterable[Route] = (),
    zone: str = "America/Caracas",
    **more: object,
) -> WatchList:
    values: dict[str, object] = {
        "terms": {},
        "scope": None,
        "hypotheses": (),
        "polling": Polling(),
        **more,
    }
    return WatchList(
        title="Port watch",
        zone=ZoneInfo(zone),
        feeds=tuple(feeds),
        indicators=tuple(indicators),
        channels=tuple(channels),
        routes=tuple(routes),
        **values,  # type: ignore[arg-type]
    )


def a_hit(item: str = "one", indicator: str = "port-closure", signals: tuple[str, ...] = ()) -> Hit:
    return Hit(item, indicator, signals, (Mark("title", 0, 4, "Port", "port"),), "rev1")


def a_story(
    key: str = "one",
    *,
    seen: datetime = NOON,
    indicators: Iterable[str] = ("port-closure",),
    feed: Feed | None = None,
    title: str = "Port closed after storm",
) -> Story:
    hits = tuple(a_hit(key, indicator) for indicator in indicators)
    return Story(key, (Report(an_item(key, title), feed or a_feed(), seen, hits),))


def a_draft(key: str = "alert|new|one|desk", channel: str = "desk", **more: object) -> Draft:
    values: dict[str, object] = {
        "kind": "alert",
        "subject": "one",
        "route": "r1",
        "reason": "new",
        "message": Message("Port closed", "Port closed after storm", None, "Port closed"),
        **more,
    }
    return Draft(key=key, channel=channel, **values)  # type: ignore[arg-type]


HIGH = Priority.HIGH
