"""
From a document's bytes to our items: the one gate for what feeds say.

Pure and slow, and written for hostile input; it runs in a worker process
(``workers``) that may be killed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from monitor.errors import ParseError
from monitor.feeds import jsonfeed, plain, treefeed, xmlfeed
from monitor.feeds.charset import DECLARATION, clean, decode
from monitor.feeds.entries import Entry, Reading, Text
from monitor.feeds.guard import without_secrets
from monitor.feeds.identity import Marks, flat, keys, normal_link, plain_hash, twin_of
from monitor.model import Item, ParsedFeed

MAX_ENTRIES = 5_000
MAX_TITLE = 1024
MAX_SUMMARY = 64 * 1024
MAX_CONTENT = 256 * 1024
MAX_LINK = 2048
MAX_AUTHOR = 200
MAX_TAGS = 20
MAX_TAG = 100
# Raw markup is several times its text; what lies beyond cannot reach the limit's text.
MARKUP = 8
# Before it there were no feeds; the epoch and the year 1 are what programs write for "no date".
FIRST_DATE = datetime(1990, 1, 1, tzinfo=UTC)
LAST_DATE = datetime(9998, 1, 1, tzinfo=UTC)

BLANK = "\ufeff \t\r\n"
HTML_START = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
LINK_NOISE = re.compile(r"[\t\r\n]")
# A link that everything below would leave as it is; the most there are.
SAFE_LINK = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:[/?#][!-\[\]-~]*)?")

# ISO 639-2 codes that feeds use, for the languages that watch lists are written in.
LONG_LANGS = {
    "ara": "ar", "chi": "zh", "cze": "cs", "ces": "cs", "deu": "de", "dut": "nl", "eng": "en",
    "fas": "fa", "fra": "fr", "fre": "fr", "ger": "de", "heb": "he", "ita": "it", "jpn": "ja",
    "kor": "ko", "nld": "nl", "per": "fa", "pol": "pl", "por": "pt", "rus": "ru", "spa": "es",
    "tur": "tr", "ukr": "uk", "vie": "vi", "zho": "zh",
}  # fmt: skip


def parse_feed(
    body: bytes,
    *,
    feed_id: str,
    url: str,
    content_type: str | None = None,
    lang: str | None = None,
) -> ParsedFeed:
    """
    Read a document as a feed: RSS, Atom, RDF or JSON Feed, in any charset.

    ``url`` is where the document came from, for relative links; ``lang`` is
    what the file declares for the feed, and wins over what the feed says of
    itself. Entries that say nothing at all are skipped and counted; of more
    than ``MAX_ENTRIES`` the newest are kept and the rest counted as skipped.

    Raises :class:`ParseError` for a document that is not a feed.
    """
    reading = _read(decode(body, content_type).lstrip(BLANK), url)
    items, skipped = _items(reading, feed_id, url, lang)
    return ParsedFeed(
        items=tuple(sorted(items, key=_age)),
        title=plain.cut(plain.from_either(reading.title[:MAX_TITLE]), MAX_TITLE),
        lang=lang or short_lang(reading.lang),
        skipped=reading.skipped + skipped,
    )


def _read(raw: str, url: str) -> Reading:
    """
    The document's entries, by the first reader that knows its format.

    The fast reader refuses what should be in no text and is tried again
    without it; feedparser gets what is left.
    """
    if found := treefeed.read(raw, url, MAX_ENTRIES):
        return found
    # Controls may have hidden a declaration or the start.
    text = DECLARATION.sub("", clean(raw), count=1).lstrip(BLANK)
    if text != raw and (found := treefeed.read(text, url, MAX_ENTRIES)):
        return found
    return _read_slowly(text, url)


def _read_slowly(text: str, url: str) -> Reading:
    """The entries of anything but a well-formed XML feed."""
    shown = without_secrets(url)
    if not text:
        raise ParseError(shown, "The answer is empty.")
    if text.startswith(("{", "[")):
        reading = jsonfeed.read(text)
        if reading is None:
            raise ParseError(shown, "The answer is JSON, but not a JSON Feed.")
        return _newest(reading)
    if not HTML_START.match(text[:4096]):
        found = xmlfeed.read(text, url, MAX_ENTRIES)
        if found is not None:
            return found
    if re.search(r"<(?:html|body|div)\b", text[:20_000], re.I):
        raise ParseError(shown, "The answer is a web page, not a feed.")
    raise ParseError(shown, "The answer is not a feed that we can read (RSS, Atom, JSON Feed).")


def _newest(reading: Reading) -> Reading:
    lost = len(reading.entries) - MAX_ENTRIES
    if lost <= 0:
        return reading
    ordered = sorted(reading.entries, key=lambda one: one.published or FIRST_DATE, reverse=True)
    return Reading(
        tuple(ordered[:MAX_ENTRIES]), reading.title, reading.lang, reading.skipped + lost
    )


def _items(reading: Reading, feed_id: str, url: str, lang: str | None) -> tuple[list[Item], int]:
    """Our records of the entries, each key once, and how many entries gave none."""
    drafts: list[dict[str, Any]] = []
    marks: list[Marks] = []
    skipped = 0
    for entry in reading.entries:
        try:
            draft = _draft(entry, url, lang or short_lang(entry.lang or reading.lang))
        except (ValueError, TypeError, OverflowError, RecursionError):
            skipped += 1
            continue
        title, link = draft["title"], draft["link"]
        if not (title or draft["summary"] or draft["content"] or link):
            skipped += 1
            continue
        drafts.append(draft)
        text = f"{draft['summary']}\0{draft['content']}"
        marks.append(Marks(entry.guid.strip(), normal_link(link), title, text))
    items: dict[str, Item] = {}
    for draft, mark, key in zip(drafts, marks, keys(feed_id, marks), strict=True):
        if key not in items:
            twin = twin_of(feed_id, mark.link, mark.title)
            items[key] = Item(key=key, feed=feed_id, twin=twin, **draft)
    return list(items.values()), skipped


def _draft(entry: Entry, url: str, lang: str | None) -> dict[str, Any]:
    """All of an item that is known before its document is read to the end."""
    title = _plain(entry.title, MAX_TITLE).replace("\n", " ")
    summary = _plain(entry.summary, MAX_SUMMARY)
    content = _plain(entry.content, MAX_CONTENT)
    if content and len(content) == len(summary) and flat(content) == flat(summary):
        content = ""
    return {
        "title": title,
        "summary": summary,
        "content": content,
        "link": safe_link(entry.link, url),
        "lang": lang,
        "author": _short(entry.author, MAX_AUTHOR) or None,
        "source": _short(entry.source, MAX_AUTHOR) or None,
        "tags": _tags(entry.tags) if entry.tags else (),
        "published": sane_date(entry.published),
        "hash": plain_hash(title, summary, content),
    }


READ_AS = {"html": plain.from_html, "text": plain.from_text}


def _plain(text: Text, limit: int) -> str:
    source = text.value[: limit * MARKUP]
    return plain.cut(READ_AS.get(text.kind, plain.from_either)(source), limit) if source else ""


def _short(text: str, limit: int) -> str:
    if not text:
        return ""
    # Desks, authors and tags are the same few over and over.
    return _shortened(text, limit) if len(text) <= MAX_AUTHOR else _shorten(text, limit)


def _shorten(text: str, limit: int) -> str:
    return plain.from_either(text[: limit * MARKUP])[:limit].replace("\n", " ").strip()


_shortened = lru_cache(4096)(_shorten)


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    short = (_short(tag, MAX_TAG) for tag in tags[: MAX_TAGS * 2])
    return tuple(dict.fromkeys(tag for tag in short if tag))[:MAX_TAGS]


def _age(item: Item) -> tuple[bool, float]:
    """Newest first; items without a date keep the document's order behind the dated ones."""
    return (item.published is None, -item.published.timestamp() if item.published else 0.0)


def safe_link(link: str, base: str) -> str | None:
    """A link that a page may carry: absolute, http or https, of sane length; else none."""
    if len(link) <= MAX_LINK and SAFE_LINK.fullmatch(link):
        return link
    link = LINK_NOISE.sub("", link).strip()
    if not link or len(link) > MAX_LINK or "\\" in link:
        return None
    if CONTROL.search(link):
        return None
    try:
        # A scheme without a host would be taken for a path on the feed's own site.
        if not ABSOLUTE.match(link):
            link = urljoin(base, link)
        link = link.replace(" ", "%20")
        parts = urlsplit(link)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return link if valid and len(link) <= MAX_LINK else None


def sane_date(when: datetime | None) -> datetime | None:
    """The date an entry gives, in UTC, unless it is one that no publisher meant."""
    if when is None or not FIRST_DATE <= when < LAST_DATE:
        return None
    return when.replace(microsecond=0)


@lru_cache(256)
def _lang_of(code: str) -> str | None:
    code = re.split(r"[-_.]", code.lower(), maxsplit=1)[0]
    if re.fullmatch(r"[a-z]{2}", code):
        return code
    return LONG_LANGS.get(code)


def short_lang(text: str) -> str | None:
    """A language as two letters: ``es-VE`` and ``spa`` are ``es``; what is none is ``None``."""
    return _lang_of(text.strip()[:50])
