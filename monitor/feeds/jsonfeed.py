"""JSON Feed (versions 1 and 1.1), read leniently: what has the wrong type counts as absent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from monitor.feeds.entries import Entry, Reading, Text


def read(text: str) -> Reading | None:
    """
    The entries of a JSON Feed, or ``None`` when the text is JSON of another kind or none.

    The version is not insisted on; a list of ``items`` is.
    """
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return None
    entries = [_entry(item) for item in feed["items"] if isinstance(item, dict)]
    return Reading(
        entries=tuple(entries),
        title=_text(feed, "title"),
        lang=_text(feed, "language"),
        skipped=len(feed["items"]) - len(entries),
    )


def _entry(item: dict[str, Any]) -> Entry:
    link = _text(item, "url") or _text(item, "external_url")
    summary = _text(item, "summary")
    html = _text(item, "content_html")
    content = Text(html, "html") if html else Text(_text(item, "content_text"), "text")
    return Entry(
        guid=_text(item, "id"),
        link=link,
        title=Text(_text(item, "title"), "text"),
        summary=Text(summary, "text"),
        content=content,
        author=_author(item),
        lang=_text(item, "language"),
        tags=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        published=_instant(_text(item, "date_published") or _text(item, "date_modified")),
    )


def _text(mapping: dict[str, Any], key: str) -> str:
    value = mapping.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _list(mapping: dict[str, Any], key: str) -> list[Any]:
    value = mapping.get(key)
    return value if isinstance(value, list) else []


def _author(item: dict[str, Any]) -> str:
    authors = [one for one in _list(item, "authors") if isinstance(one, dict)]
    if isinstance(item.get("author"), dict):
        authors.append(item["author"])
    return ", ".join(name for one in authors if (name := _text(one, "name")))


def _instant(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text.strip())
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
