"""
How fast documents are read: our parser beside feedparser and fastfeedparser, in one run.

``python -m bench.parse FOLDER`` reads every document of a folder; without one,
those of the news stand. *entries* is from bytes to entries with all fields, as
the others give them. *items* is all that a worker does: plain text, safe links,
identity and hash besides. Seconds of computing, the best of the rounds.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from bench.newsstand import document
from bench.tables import load_line, table
from monitor.feeds.charset import clean, decode
from monitor.feeds.parse import MAX_ENTRIES, parse_feed
from monitor.feeds.treefeed import read
from monitor.feeds.xmlfeed import read as read_slowly

URL = "https://feed.example/news.xml"
GOAL, SHARE = 50.0, 99.5
Reads = Callable[[bytes], int]
"""Reads a document and says how many entries it found."""


def entries(body: bytes) -> int:
    """Our reader alone: bytes to entries."""
    text = decode(body, None).lstrip("\ufeff \t\r\n")
    found = read(text, URL, MAX_ENTRIES) or read_slowly(clean(text), URL, MAX_ENTRIES)
    return len(found.entries) if found else 0


def items(body: bytes) -> int:
    """All that a worker does with a document."""
    return len(parse_feed(body, feed_id="bench", url=URL).items)


def by_feedparser(body: bytes) -> int:
    """feedparser with its defaults."""
    import feedparser

    return len(feedparser.parse(io.BytesIO(body)).entries)


def by_fastfeedparser(body: bytes) -> int:
    """fastfeedparser with its defaults."""
    import fastfeedparser

    return len(fastfeedparser.parse(body).entries)


def contenders() -> dict[str, Reads]:
    """Who reads, by the names of the table."""
    found: dict[str, Reads] = {"feedparser": by_feedparser}
    if importlib.util.find_spec("fastfeedparser"):
        found["fastfeedparser"] = by_fastfeedparser
    return {**found, "monitor, entries": entries, "monitor, items": items}


@dataclass
class Reading:
    """What one contender made of all documents."""

    seconds: float
    entries: int
    failed: int


def measured(reads: Reads, documents: Sequence[bytes], rounds: int) -> Reading:
    """Read everything a few times; a document that raises is counted, not hidden."""
    best = Reading(float("inf"), 0, 0)
    for _ in range(rounds):
        gc.collect()
        found = failed = 0
        began = process_time()
        for body in documents:
            try:
                found += reads(body)
            except Exception:
                failed += 1
        best = Reading(min(best.seconds, process_time() - began), found, failed)
    return best


def lines(found: dict[str, Reading], size: int) -> list[str]:
    """The table, and what was set as a goal."""
    base = found["feedparser"]
    rows = [
        [
            name,
            f"{one.seconds * 1000:,.1f} ms",
            f"{size / one.seconds / 1e6:,.1f}",
            f"{one.entries:,}",
            str(one.failed),
            f"{base.seconds / one.seconds:.1f}",
        ]
        for name, one in found.items()
    ]
    head = ["parser", "all documents", "MB a second", "entries", "failed", "times feedparser"]
    told = table(head, rows)
    ours = found["monitor, entries"]
    share = 100 * ours.entries / max(base.entries, 1)
    told.append(
        f"{base.seconds / ours.seconds:.1f} times feedparser (goal {GOAL:g}), {share:.1f} % of its "
        f"entries (goal {SHARE:g}), {ours.failed} exceptions (goal 0)"
    )
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="documents: every *.xml in it")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round, few documents")
    options = parser.parse_args(arguments)
    if options.folder:
        documents = [path.read_bytes() for path in sorted(options.folder.glob("*.xml"))]
    else:
        documents = [document(feed, 0) for feed in range(40)]
    if not documents:
        print(f"no documents in {options.folder}", file=sys.stderr)
        return 1
    rounds = 1 if options.quick else options.rounds
    documents = documents[:4] if options.quick else documents
    size = sum(map(len, documents))
    print(load_line(), f"{len(documents)} documents, {size / 1e6:.1f} MB")
    found = {name: measured(reads, documents, rounds) for name, reads in contenders().items()}
    print("\n".join(lines(found, size)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
