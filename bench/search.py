"""
Search over a million items: what the index costs, and how long a page waits for its answers.

``python -m bench.search`` fills a database with made-up items of sixty words,
each with a hit, makes the index, and asks questions that are hard in different
ways: words that half of all items have, that one has, that none has, and such
as hang on no word.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

from bench.tables import load_line, table
from monitor.desk import Desk
from monitor.model import Feed, Indicator, Polling, Rule, WatchList
from monitor.store import Store
from monitor.store.database import table_of
from monitor.store.tables import HitRow, ItemRow
from monitor.web.finding import Finder, Found, Sought

WORDS = 60
BATCH = 10_000
FEEDS, INDICATORS = 300, 100
COMMON, RARE, ONCE = ("Venezuela", "Maduro", "Caracas"), ("overhaul", "delayed", "Su-30"), "zyzzyva"
TERMS = {
    "venezuela": ("Venezuel*", "Maduro*", "Caracas"),
    "overhaul": ("overhaul*", "delay*", "Su-30*"),
}
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
QUESTIONS = (
    ("a word that a sixth of all items has", Sought(q="Venezuela")),
    ("a list that half of them have", Sought(q="$venezuela")),
    ("two lists", Sought(q="$venezuela AND $overhaul")),
    ("two lists near each other", Sought(q="$venezuela NEAR/1 $overhaul")),
    ("a word that one item has", Sought(q=ONCE)),
    ("that word and a list", Sought(q=f"$venezuela AND {ONCE}")),
    ("a word that no item has", Sought(q="xylophagous AND $venezuela")),
    ("a list in one feed", Sought(q="$venezuela", feed="f7")),
    ("a list among hits of one indicator", Sought(q="$overhaul", indicator="i3")),
    ("a list in the first ten days", Sought(q="$venezuela", until="2025-01-10")),
    ("no word at all: a language", Sought(q="lang:es")),
    ("no word at all: a regular expression", Sought(q="/zyzz.va/")),
    ("hits of one indicator", Sought(indicator="i3")),
    ("everything", Sought(since="2025-01-01")),
)  # fmt: skip


def a_watch() -> WatchList:
    """A watch list of many feeds and indicators over the words of the items."""
    return WatchList(
        title="Bench",
        zone=ZoneInfo("UTC"),
        feeds=tuple(Feed(f"f{n}", f"https://f{n}.example/") for n in range(FEEDS)),
        indicators=tuple(
            Indicator(f"i{n}", f"Indicator {n}", Rule(match="$venezuela AND $overhaul"))
            for n in range(INDICATORS)
        ),
        terms=TERMS,
        scope=None,
        hypotheses=(),
        polling=Polling(),
        channels=(),
        routes=(),
    )


def texts(count: int) -> Iterator[str]:
    """Made-up texts, their words as unevenly frequent as those of a language."""
    dice = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(dice.choices(letters, k=dice.randint(3, 9))) for _ in range(20_000)]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    for number in range(count):
        text = dice.choices(words, weights, k=WORDS)
        if dice.random() < 0.5:
            text[dice.randrange(12)] = dice.choice(COMMON)
        if dice.random() < 0.01:
            text[dice.randrange(WORDS)] = dice.choice(RARE)
        if number == count // 100:
            text[20] = ONCE
        yield " ".join(text)


def fill(store: Store, count: int) -> None:
    """Store items with a hit each, twenty seconds apart."""
    made = texts(count)
    for start in range(0, count, BATCH):
        items, hits = [], []
        for number, text in enumerate(islice(made, BATCH), start):
            seen = BEGAN + timedelta(seconds=20 * number)
            title, summary = text[:60], text[60:]
            items.append(
                {
                    "id": number + 1, "key": f"{number:032x}", "twin": "",
                    "feed": f"f{number % FEEDS}", "title": title, "summary": summary,
                    "content": "", "lang": "en", "tags": [],
                    "published": seen, "hash": "", "fetched": seen, "seen": seen, "backfill": False,
                    "article": False, "feed_hash": "", "link": f"https://a.example/{number}",
                }
            )  # fmt: skip
            hits.append(
                {
                    "item_id": number + 1, "indicator": f"i{number % INDICATORS}", "signals": [],
                    "marks": [], "revision": "r", "seen": seen, "found": seen,
                }
            )  # fmt: skip
        with store.database.writing() as connection:
            connection.execute(table_of(ItemRow).insert(), items)
            connection.execute(table_of(HitRow).insert(), hits)


def ask(finder: Finder, sought: Sought) -> tuple[float, float, Found]:
    """Milliseconds for the first page, and for the same once more, and what it found."""
    times = []
    for _ in range(2):
        began = time.perf_counter()
        found = finder.find(sought)
        times.append((time.perf_counter() - began) * 1000)
    return times[0], times[1], found


def run(count: int, folder: Path, url: str = "") -> list[str]:
    """Fill, index and ask; the lines to print."""
    store = Store(url or f"sqlite:///{folder / 'monitor.db'}")
    store.upgrade()
    fill(store, count)
    before, began = store.database.size(), time.perf_counter()
    while store.search.fill(5_000):
        pass
    took = time.perf_counter() - began
    size = store.database.size()
    desk: Any = SimpleNamespace(store=store, watch=a_watch())
    finder = Finder(cast(Desk, desk))
    rows = []
    for words, sought in QUESTIONS:
        first, again, found = ask(finder, sought)
        far = "to the end" if found.reached is None else f"back to {found.reached:%Y-%m-%d}"
        row = (words, f"{first:.0f}", f"{again:.0f}", str(len(found.answers)), str(found.looked_at))
        rows.append((*row, far))
    store.close()
    return [
        (
            f"{count:,} items, {before / 1e6:.0f} MB; the index took {took:.0f} s "
            f"({count / took:,.0f} items/s) and {(size - before) / 1e6:.0f} MB."
        ),
        "",
        *table(("question", "first, ms", "again, ms", "answers", "looked at", "page"), rows),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure search.")
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--database", default="", help="an empty one; else a new SQLite file")
    options = parser.parse_args(arguments)
    print(load_line())
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(run(options.items, Path(folder), options.database)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
