"""
The pages over a million hits: how long the server takes to put each of them together.

``python -m bench.board`` fills a database with two years of made-up stories
under a hundred indicators, one story an item, assesses the levels once, and
asks for each page: the first time in the hour, and in the middle of ten times.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.search import BEGAN, FEEDS, INDICATORS, a_watch
from bench.tables import load_line, table
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.matching import compile_watch
from monitor.store import Store
from monitor.store.database import table_of
from monitor.store.storytables import PlacementRow, StoryIndicatorRow, StoryRow
from monitor.store.tables import HitRow, ItemRow
from monitor.store.tally import rebuild
from monitor.web.show import Shows

BATCH = 20_000
SPAN = timedelta(days=730)
TIMES = 10


def fill(store: Store, count: int) -> datetime:
    """Store so many items, each a story with a hit, evenly over the span; when the last came."""
    step = SPAN / count
    for start in range(0, count, BATCH):
        items, hits, stories, placed, spoken = [], [], [], [], []
        for number in range(start, min(start + BATCH, count)):
            seen = BEGAN + step * number
            key, indicator = f"{number:032x}", f"i{number * 7919 % INDICATORS}"
            title = f"Venezuela overhaul {number}"
            items.append(
                {
                    "id": number + 1, "key": key, "feed": f"f{number % FEEDS}", "title": title,
                    "published": seen, "fetched": seen, "seen": seen, "tags": [], "twin": "",
                    "summary": "", "content": "", "hash": "", "feed_hash": "",
                    "backfill": False, "article": False,
                }
            )  # fmt: skip
            hits.append(
                {
                    "item_id": number + 1, "indicator": indicator, "signals": [], "marks": [],
                    "revision": "r", "seen": seen, "found": seen,
                }
            )  # fmt: skip
            stories.append({"id": key, "first": seen, "last": seen, "headline": title})
            placed.append({"item_id": number + 1, "story": key, "told": seen, "at": seen})
            spoken.append(
                {"story": key, "indicator": indicator, "first": seen, "last": seen, "signals": []}
            )
        with store.database.writing() as connection:
            for row, values in (
                (ItemRow, items),
                (HitRow, hits),
                (StoryRow, stories),
                (PlacementRow, placed),
                (StoryIndicatorRow, spoken),
            ):
                connection.execute(table_of(row).insert(), values)
    with store.database.writing() as connection:
        rebuild(connection)
    store.counts.rebuild()
    return BEGAN + step * count


def a_desk(store: Store, now: datetime, folder: Path) -> Desk:
    """All that pages need, over a filled store."""
    watch = a_watch()
    matcher, _ = compile_watch(watch)
    settings = Settings(folder / "indicators.yaml", folder, "", {})
    return Desk(settings, LoadedWatch(watch, matcher), store, lambda: now)


def pages(desk: Desk, now: datetime) -> dict[str, Callable[[], str]]:
    """Each page by its name."""

    def page(template: str, make: Callable[[Shows], object]) -> Callable[[], str]:
        def put_together() -> str:
            shows = Shows(desk, now)
            return desk.renderer.page(template, shows.frame(), view=make(shows))

        return put_together

    day = now.date()
    return {
        "board": page("board.html", lambda shows: shows.board()),
        "digest of today": page("digest.html", lambda shows: shows.digest(day)),
        "indicator": page(
            "indicator.html", lambda shows: shows.indicator(desk.watch.indicators[3])
        ),
        "feeds": page("feeds.html", lambda shows: shows.feeds_page()),
    }


def run(count: int, folder: Path, url: str = "") -> list[str]:
    """Fill, assess and ask; the lines to print."""
    store = Store(url or f"sqlite:///{folder / 'monitor.db'}")
    store.upgrade()
    now = fill(store, count).astimezone(UTC)
    desk = a_desk(store, now, folder)
    desk.assess(tells=False)
    rows = []
    for name, put_together in pages(desk, now).items():
        times, html = [], ""
        for _ in range(TIMES + 1):
            began = time.perf_counter()
            html = put_together()
            times.append((time.perf_counter() - began) * 1000)
        size = f"{len(html.encode()) / 1000:.0f}"
        rows.append((name, f"{times[0]:.0f}", f"{median(times[1:]):.0f}", size))
    store.close()
    return [f"{count:,} hits under {INDICATORS} indicators.", "",
            *table(("page", "first, ms", "again, ms", "kB"), rows)]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure the pages.")
    parser.add_argument("--hits", type=int, default=1_000_000)
    parser.add_argument("--database", default="", help="an empty one; else a new SQLite file")
    options = parser.parse_args(arguments)
    print(load_line())
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(run(options.hits, Path(folder), options.database)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
