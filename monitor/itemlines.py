"""Items as JSON lines: what ``match`` and ``eval`` read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from monitor.errors import MonitorError
from monitor.feeds.plain import TAG, from_html
from monitor.model import GRADES, Feed, Item

TEXT_KEYS = ("title", "summary", "content")


class LineError(MonitorError):
    """A line that is no item; its text begins with the file's name and the line's number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the item, the feed it says it is from, and its labels, if it has any."""

    id: str
    item: Item
    feed: Feed
    labels: frozenset[str] = frozenset()
    signals: Mapping[str, str] = field(default_factory=dict)


def read_lines(lines: Iterable[str], name: str, feeds: Mapping[str, Feed]) -> Iterator[Line]:
    """
    The items of some JSON lines; empty lines are passed over.

    ``feeds`` are those of the watch list: an item that names one of them is
    taken to come from it. Raises ``LineError`` at the first line that is not
    an item, with its number.
    """
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            yield read_line(json.loads(text), feeds)
        except (ValueError, TypeError) as error:
            raise LineError(f"{name}:{number}: not an item: {error}") from error


def read_line(values: Any, feeds: Mapping[str, Feed]) -> Line:
    """The item of one line's values; raises ``ValueError`` saying what is missing or wrong."""
    if not isinstance(values, dict):
        raise ValueError('a line holds one JSON object, such as {"id": "1", "title": "..."}')
    if "id" not in values:
        raise ValueError('it has no "id"')
    if not any(values.get(key) for key in TEXT_KEYS):
        raise ValueError('it has neither "title" nor "summary"')
    identity = str(values["id"])
    texts = {key: _text(values, key) for key in TEXT_KEYS}
    feed = _feed(values, feeds)
    item = Item(
        key=identity,
        feed=feed.id,
        lang=_string(values, "lang"),
        author=_string(values, "author"),
        tags=tuple(str(tag) for tag in values.get("tags") or ()),
        published=published(values.get("published")),
        hash=hashlib.sha256("\0".join(texts.values()).encode("utf-8", "replace")).hexdigest(),
        **texts,
    )
    return Line(
        id=identity,
        item=item,
        feed=feed,
        labels=frozenset(str(label) for label in values.get("labels") or ()),
        signals={str(k): str(v) for k, v in (values.get("signals") or {}).items()},
    )


def _string(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return None if value is None else str(value)


def _text(values: Mapping[str, Any], key: str) -> str:
    text = values.get(key) or ""
    if not isinstance(text, str):
        raise ValueError(f'its "{key}" is not a text')
    return from_html(text) if TAG.search(text) else text


def _feed(values: Mapping[str, Any], feeds: Mapping[str, Feed]) -> Feed:
    """The watch list's own feed, or what the line itself says of where it is from."""
    name = _string(values, "feed") or ""
    if name in feeds:
        return feeds[name]
    grade = (_string(values, "grade") or "").upper()
    return Feed(
        id=name,
        url="",
        publisher=_string(values, "publisher") or name,
        grade=grade if grade and grade in GRADES else "F",
        group=_string(values, "group"),
    )


def published(value: Any) -> datetime | None:
    """
    When an item was published: a year, a month, a day or an instant, in UTC unless it says.

    Whatever cannot be read counts as absent.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    for form in ("%Y", "%Y-%m"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
