"""
How long levels take at size: reading the past for a whole list, and judging it on the hour.

``python -m bench.assessing`` stores made-up items over half a year, reads them for a hundred
indicators that are all new, looks once more with nothing to change, and assesses the next hours.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from bench.tables import load_line, table
from bench.watchlists import items, queries, watch_list
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.matching import compile_watch
from monitor.model import Arrival, Feed, FeedState, PollRecord, WatchList
from monitor.store import Store

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=180)
FEEDS, WORDS, BATCH, HOURS = 50, 60, 2_000, 5


def a_watch(indicators: int) -> WatchList:
    """A list of people who are often in the news, on many feeds."""
    feeds = tuple(Feed(f"f{n}", f"https://f{n}.example/", publisher=f"P{n}") for n in range(FEEDS))
    return replace(watch_list(queries(indicators, "popular")), feeds=feeds)


def fill(store: Store, count: int) -> datetime:
    """Store so many items, evenly over the feeds and the span; when the last came."""
    step, made = SPAN / count, items(count, WORDS)
    batches = -(-count // BATCH)
    for batch in range(batches):
        feed = f"f{batch % FEEDS}"
        # A batch is of one feed, and its items are spread over the whole span.
        arrivals = tuple(
            Arrival(replace(made[number], key=f"{number:032x}", feed=feed), seen, seen.date(), ())
            for number in range(batch, count, batches)
            for seen in (BEGAN + step * number,)
        )
        last = arrivals[-1].seen
        state = FeedState(feed, f"https://{feed}.example/", last_poll=last, last_answer=last)
        store.records.save(PollRecord(state, last, last.date(), True, arrivals))
    return BEGAN + SPAN


Took = tuple[float, float]
"""Seconds on the clock, and of computing: on a shared machine the first are mostly of others."""


def timed(step: Callable[[], object]) -> Took:
    """What a step takes."""
    began, computed = time.perf_counter(), time.process_time()
    step()
    took = time.perf_counter() - began, time.process_time() - computed
    print(f"{took[0]:.1f} s ...", file=sys.stderr)
    return took


def run(count: int, indicators: int, folder: Path) -> list[str]:
    """Fill, read the past and assess; the lines to print."""
    store = Store(f"sqlite:///{folder / 'monitor.db'}")
    store.upgrade()
    now = fill(store, count)
    watch = a_watch(indicators)
    matcher, _ = compile_watch(watch)
    settings = Settings(folder / "indicators.yaml", folder, "", {})
    desk = Desk(settings, LoadedWatch(watch, matcher), store, lambda: now)
    rows = [("rematch, all indicators new", timed(desk.rematch))]
    rows.append(("rematch, nothing to change", timed(desk.rematch)))
    hourly = []
    for _ in range(HOURS):
        now += timedelta(hours=1)
        hourly.append(timed(desk.assess))
    rows.append(
        (
            "assess on the hour, charts' bands included",
            (median(one[0] for one in hourly), median(one[1] for one in hourly)),
        )
    )
    rows.append(("bands read for the pages", timed(desk.bands)))
    found = sum(
        sum(days.values())
        for days in store.tally.days(BEGAN.date(), [one.id for one in watch.indicators]).values()
    )
    store.close()
    head = f"{count:,} items, {indicators} indicators, {found:,} stories under them."
    return [
        head,
        "",
        *table(
            ("step", "seconds", "computing"),
            [(name, f"{took:.2f}", f"{computed:.2f}") for name, (took, computed) in rows],
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure levels at size.")
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--indicators", type=int, default=100)
    options = parser.parse_args(arguments)
    print(load_line())
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(run(options.items, options.indicators, Path(folder))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
