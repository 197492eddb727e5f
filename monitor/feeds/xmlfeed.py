"""RSS, Atom and RDF, read by feedparser with its network, its sanitizer and its guesses off."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

import feedparser

from monitor.feeds import authors, dates
from monitor.feeds.entries import Entry, Reading, Text

# What feedparser and we may stumble over in an odd entry.
UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, AssertionError)

ENTRY = re.compile(r"<((?:[A-Za-z][\w.-]*:)?(?:item|entry))(?=[\s/>])", re.IGNORECASE)
DATE = re.compile(
    r"<(?:\w+:)?(?:pubDate|published|updated|modified|issued|date)(?:\s[^>]*)?>([^<]{4,60})<",
    re.IGNORECASE,
)


def read(text: str, url: str, most: int) -> Reading | None:
    """
    The entries of an XML feed, at most ``most`` of them, or ``None`` when it is no feed.

    feedparser gets bytes and a content type of ours, never a string (which it
    might open as a file or an address), and its repairs of relative links and
    HTML stay off: both cost time, and we keep plain text only.
    """
    text, left_out = keep_newest(text, most)
    try:
        found, lost = _parse(text, url), 0
    except UNREADABLE:
        found, lost = _salvage(text, url)
    if not found.get("version") and not found.entries:
        return None
    atom = str(found.get("version", "")).startswith("atom")
    entries = []
    for raw in found.entries:
        try:
            entries.append(_entry(raw, atom))
        except UNREADABLE:
            lost += 1
    return Reading(
        entries=tuple(entries),
        title=_string(found.feed, "title"),
        lang=_string(found.feed, "language"),
        skipped=left_out + lost,
    )


def _parse(text: str, url: str) -> Any:
    return feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": url,
        },
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _salvage(text: str, url: str) -> tuple[Any, int]:
    """
    Read a document one entry at a time, and count those that feedparser fails at.

    It raises on some oddities (coordinates that are no numbers, say), and one
    such entry must not cost us the others.
    """
    starts = [found.start() for found in ENTRY.finditer(text)]
    if not starts:
        return feedparser.FeedParserDict(entries=[], feed={}), 0
    end = _end_of_entries(text, starts[-1])
    whole = None
    lost = 0
    for start, stop in pairwise([*starts, end]):
        try:
            found = _parse(text[: starts[0]] + text[start:stop] + text[end:], url)
        except UNREADABLE:
            lost += 1
            continue
        if whole is None:
            whole = found
        else:
            whole.entries.extend(found.entries)
    return whole or feedparser.FeedParserDict(entries=[], feed={}), lost


def keep_newest(text: str, most: int) -> tuple[str, int]:
    """
    Leave out all but the newest entries before any parser sees them.

    Returns the shorter document and how many entries it lost. Parsing time
    grows with all entries, so it is the text that is cut: its end, or, where
    the last entry is dated after the first, its beginning.
    """
    starts = [found.start() for found in ENTRY.finditer(text)]
    lost = len(starts) - most
    if lost <= 0:
        return text, 0
    first, last = _date_in(text, starts[0]), _date_in(text, starts[-1])
    if first is not None and last is not None and last > first:
        return text[: starts[0]] + text[starts[lost] :], lost
    closing = text[_end_of_entries(text, starts[-1]) :]
    return text[: starts[most]] + closing, lost


def _date_in(text: str, start: int) -> datetime | None:
    found = DATE.search(text, start, start + 20_000)
    return dates.instant(found[1]) if found else None


def _end_of_entries(text: str, last: int) -> int:
    """Where the last entry ends and the document's closing tags begin."""
    name = ENTRY.match(text, last)
    end = text.rfind(f"</{name[1]}", last) if name else -1
    return text.find(">", end) + 1 if end >= 0 else len(text)


def _entry(raw: Mapping[str, Any], atom: bool) -> Entry:
    return Entry(
        guid=_string(raw, "id"),
        link=_string(raw, "feedburner_origlink") or _string(raw, "link"),
        title=_text(raw.get("title_detail"), atom),
        summary=_text(raw.get("summary_detail"), atom),
        content=_content(raw, atom),
        author=_author(raw),
        source=_source(raw),
        lang=_lang(raw),
        tags=tuple(tag.get("label") or tag.get("term") or "" for tag in _list(raw, "tags")),
        published=_published(raw),
    )


def _string(mapping: Mapping[str, Any], key: str) -> str:
    value = mapping.get(key)
    return value if isinstance(value, str) else ""


def _list(mapping: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = mapping.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(detail: object, atom: bool) -> Text:
    if not isinstance(detail, Mapping):
        return Text()
    kind = str(detail.get("type") or "")
    value = _string(detail, "value")
    if "html" in kind:
        return Text(value, "html")
    return Text(value, "text" if atom else "either")


def _content(raw: Mapping[str, Any], atom: bool) -> Text:
    """The longest of an entry's contents that is text at all."""
    texts = [
        _text(one, atom)
        for one in _list(raw, "content")
        if "html" in (kind := str(one.get("type") or "text/")) or kind.startswith("text/")
    ]
    return max(texts, key=lambda text: len(text.value), default=Text())


def _author(raw: Mapping[str, Any]) -> str:
    names = [_string(one, "name") for one in _list(raw, "authors")]
    return authors.written_by(_string(raw, "author"), names)


def _source(raw: Mapping[str, Any]) -> str:
    """Who published an entry that another feed passes on: a news search names its sources."""
    told = raw.get("source")
    named = _string(told, "title") if isinstance(told, Mapping) else ""
    return named or _string(raw, "news_source")


def _lang(raw: Mapping[str, Any]) -> str:
    if own := _string(raw, "language"):
        return own
    for name in ("title_detail", "summary_detail"):
        detail = raw.get(name)
        if isinstance(detail, Mapping) and (lang := _string(detail, "language")):
            return lang
    return ""


def _published(raw: Mapping[str, Any]) -> datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        # ``get`` of feedparser's own mapping falls back to other dates and warns.
        when = dates.from_tuple(dict.get(raw, name)) if isinstance(raw, dict) else None
        if when is not None:
            return when
    return None
