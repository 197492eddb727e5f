"""
feedparser's own test documents, read by us and by feedparser.

They come with its source distribution and are not copied here: the folder
``tests`` of an unpacked one is named by ``FEEDPARSER_TESTS``.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import feedparser
import pytest

from monitor.errors import ParseError
from monitor.feeds import plain, treefeed, xmlfeed
from monitor.feeds.charset import clean, decode
from monitor.feeds.elements import UnsureError
from monitor.feeds.entries import Entry, Reading, Text
from monitor.feeds.parse import BLANK, MAX_ENTRIES, MAX_SUMMARY, _plain, _read, sane_date
from monitor.feeds.tree import tree_of
from tests.test_feeds_faithful import URL, differences

FOLDER = Path(os.environ.get("FEEDPARSER_TESTS") or "/nowhere")
KINDS = ("wellformed", "illformed", "encoding", "entities")
DECLARED = re.compile(rb"Header:\s*Content-type:\s*(.*)", re.IGNORECASE)

pytestmark = [
    pytest.mark.skipif(not FOLDER.is_dir(), reason="feedparser's documents are not at hand"),
    pytest.mark.filterwarnings("ignore"),
]

# Where the walk over the tree means something else than feedparser, and which is right.
WALKED_OTHERWISE = {
    "wellformed/node_precedence/atom10_id.xml": "the id of a picture is not the entry's",
    "wellformed/node_precedence/atom10_title.xml": "the title of a picture is not the entry's",
}

# Where the whole of our reading ends otherwise than feedparser alone, and why.
READ_OTHERWISE = {
    "wellformed/node_precedence/atom10_id.xml": "the id of a picture is not the entry's",
    "encoding/double-encoded-html.xml": "bytes written as references: ours are Windows' signs",
    "encoding/bozo_double-encoded-html.xml": "bytes written as references: ours are Windows' signs",
    "encoding/bozo_linenoise.xml": "noise: ours is read as UTF-8 with gaps, theirs as Latin",
    "encoding/bozo_encoding_mismatch_crash.xml": "a byte that fits nothing is a gap in ours",
    "illformed/chardet/shiftjis.xml": "no charset is told, and both guess wrong",
}


def documents() -> dict[str, bytes]:
    paths = [path for kind in KINDS for path in sorted((FOLDER / kind).rglob("*.xml"))]
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}


def walked(text: str) -> Reading | None:
    """The walk over the tree, also of entries without link and id, which are left to feedparser."""
    root = tree_of(text)
    if root is None:
        return None
    try:
        scoped = bool(treefeed.SCOPES(root))
        return treefeed._Document(root, URL, scoped=scoped).reading(MAX_ENTRIES)
    except (UnsureError, RecursionError):
        return None


def as_plain(reading: Reading) -> Reading:
    """The reading with plain texts: attributes in HTML, say, are nothing that we keep."""
    entries = tuple(
        one._replace(
            title=Text(_plain(one.title, MAX_SUMMARY)),
            summary=Text(_plain(one.summary, MAX_SUMMARY)),
            content=Text(_plain(one.content, MAX_SUMMARY)),
            source=plain.from_either(one.source),
        )
        for one in reading.entries
    )
    return Reading(entries, plain.from_either(reading.title), reading.lang, reading.skipped)


def test_the_walk_over_a_tree_means_what_feedparser_means() -> None:
    told, compared = {}, 0
    for name, body in documents().items():
        text = clean(decode(body, None)).lstrip()
        ours, theirs = walked(text), xmlfeed.read(text, URL, MAX_ENTRIES)
        if ours is None or theirs is None or not ours.entries:
            continue
        compared += 1
        if lines := differences(as_plain(ours), as_plain(theirs)):
            told[name] = lines
    assert compared > 500
    assert {name: lines for name, lines in told.items() if name not in WALKED_OTHERWISE} == {}
    assert told.keys() == WALKED_OTHERWISE.keys()


def told_by(entry: Entry) -> tuple[object, ...]:
    """What a reader of an item sees of an entry, and what it is known by."""
    texts = (_plain(entry.title, MAX_SUMMARY), _plain(entry.summary, MAX_SUMMARY))
    return (*texts, entry.link, entry.guid, sane_date(entry.published))


def ours_of(body: bytes, kind: str | None) -> list[tuple[object, ...]]:
    try:
        return [told_by(one) for one in _read(decode(body, kind).lstrip(BLANK), URL).entries]
    except ParseError:
        return []


def theirs_of(body: bytes, kind: str | None) -> list[tuple[object, ...]]:
    """The entries by feedparser alone: its own look at the bytes, its own charsets."""
    headers = {"content-type": kind or "application/xml", "content-location": URL}
    found = feedparser.parse(
        io.BytesIO(body), response_headers=headers, resolve_relative_uris=False, sanitize_html=False
    )
    atom = str(found.get("version", "")).startswith("atom")
    return [told_by(xmlfeed._entry(one, atom)) for one in found.entries]


def test_no_entry_is_lost_and_each_says_what_feedparser_says() -> None:
    differ, entries = set(), 0
    for name, body in documents().items():
        declared = DECLARED.search(body)
        kind = declared[1].decode("latin-1").strip() if declared else None
        ours, theirs = ours_of(body, kind), theirs_of(body, kind)
        assert len(ours) == len(theirs), name
        entries += len(ours)
        if ours != theirs:
            differ.add(name)
    assert entries > 1000
    assert differ == READ_OTHERWISE.keys()
