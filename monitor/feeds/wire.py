"""
What a parser worker sends back, as JSON.

JSON and not pickle: the worker has read hostile bytes, and whoever takes it
over must gain no more than the power to invent items of that one feed.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.model import Item, ParsedFeed

# Lengths of a request's two parts: JSON, then the document.
REQUEST = struct.Struct("!II")
# Whether the worker goes on after this answer, and the answer's length.
ANSWER = struct.Struct("!?I")

TEXTS = ("key", "title", "summary", "content", "hash", "twin")
OPTIONAL = ("link", "lang", "author", "source")


def pack(parsed: ParsedFeed) -> bytes:
    """A parsed feed as bytes; the feed's id is left out, the reader knows whom it asked for."""
    items = [
        {
            **{name: getattr(item, name) for name in (*TEXTS, *OPTIONAL)},
            "tags": item.tags,
            "published": int(item.published.timestamp()) if item.published else None,
        }
        for item in parsed.items
    ]
    whole = {
        "title": parsed.title,
        "lang": parsed.lang,
        "skipped": parsed.skipped,
        "items": items,
    }
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")


def pack_error(message: str) -> bytes:
    """The answer to a document that is no feed."""
    return json.dumps({"error": message}).encode()


def unpack(data: bytes, feed_id: str) -> ParsedFeed | str:
    """
    A parsed feed, or the sentence that says why there is none.

    Raises :class:`ValueError` for anything that ``pack`` would not have written.
    """
    whole = json.loads(data)
    if not isinstance(whole, dict):
        raise ValueError("not a mapping")
    if "error" in whole:
        return _text(whole, "error")
    items = whole.get("items")
    skipped = whole.get("skipped")
    if not isinstance(items, list) or not isinstance(skipped, int):
        raise ValueError("no items")
    return ParsedFeed(
        items=tuple(_item(one, feed_id) for one in items),
        title=_text(whole, "title"),
        lang=_optional(whole, "lang"),
        skipped=skipped,
    )


def _item(raw: object, feed_id: str) -> Item:
    if not isinstance(raw, dict):
        raise ValueError("an item is not a mapping")
    link = _optional(raw, "link")
    if link is not None and not link.startswith(("http://", "https://")):
        raise ValueError("a link is not to the web")
    tags = raw.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("tags are not texts")
    return Item(
        key=_text(raw, "key"),
        feed=feed_id,
        title=_text(raw, "title"),
        summary=_text(raw, "summary"),
        content=_text(raw, "content"),
        link=link,
        lang=_optional(raw, "lang"),
        author=_optional(raw, "author"),
        source=_optional(raw, "source"),
        tags=tuple(tags),
        published=_instant(raw.get("published")),
        hash=_text(raw, "hash"),
        twin=_text(raw, "twin"),
    )


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a text")
    return value


def _optional(raw: Mapping[str, Any], name: str) -> str | None:
    return None if raw.get(name) is None else _text(raw, name)


def _instant(value: object) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, int):
        raise ValueError("a date is not a number")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("a date is out of range") from error
