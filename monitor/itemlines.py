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
    """
    One line: its id as it stands there, the item, and the feed it says it is from.

    ``values`` is all that the line holds.
    """

    id: Any
    item: Item
    feed: Feed
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def labels(self) -> frozenset[str]:
        """What the item is evidence about; raises ``LineError`` if that is no list."""
        labels = self.values.get("labels") or []
        if not isinstance(labels, list):
            raise LineError(f'item {self.id}: its "labels" are not a list')
        return frozenset(str(label) for label in labels)

    @property
    def signals(self) -> dict[str, str]:
        """Which way its evidence points, by label; raises ``LineError`` if that is no object."""
        signals = self.values.get("signals") or {}
        if not isinstance(signals, dict):
            raise LineError(f'item {self.id}: its "signals" are not an object')
        return {str(label): str(signal) for label, signal in signals.items()}


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
            yield read_line(_values(text), feeds)
        except (ValueError, TypeError) as error:
            raise LineError(f"{name}:{number}: not an item: {error}") from error


def _values(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(
            'this is not JSON; a line holds one item, such as {"id": "1", "title": "..."}'
        ) from error


def read_line(values: Any, feeds: Mapping[str, Feed]) -> Line:
    """The item of one line's values; raises ``ValueError`` saying what is missing or wrong."""
    if not isinstance(values, dict):
        raise ValueError('a line holds one JSON object, such as {"id": "1", "title": "..."}')
    if "id" not in values:
        raise ValueError('it has no "id"')
    if not any(key in values for key in TEXT_KEYS):
        raise ValueError('it has neither "title" nor "summary"')
    texts = {key: _text(values, key) for key in TEXT_KEYS}
    feed = _feed(values, feeds)
    item = Item(
        key=str(values["id"]),
        feed=feed.id,
        lang=_string(values, "lang"),
        author=_string(values, "author"),
        tags=_tags(values.get("tags")),
        published=published(values.get("published")),
        hash=hashlib.sha256("\0".join(texts.values()).encode("utf-8", "replace")).hexdigest(),
        title=texts["title"],
        summary=texts["summary"],
        content=texts["content"],
    )
    return Line(
        id=values["id"],
        item=item,
        feed=feed,
        values=values,
    )


def _tags(value: Any) -> tuple[str, ...]:
    return tuple(str(tag) for tag in value) if isinstance(value, list) else ()


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
