"""
What grows with the number of feeds: loading the list, lining up what is due, and rows.

``python -m bench.lining`` loads lists of so many feeds, and lines up the due ones among so
many rows of a real PostgreSQL, of which one in four hundred and fifty is due.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

from bench.newsstand import Address
from bench.tables import load_line, table
from bench.watchfile import write_watch
from bench.workers import Base, computed, postmaster
from monitor.config.load import load
from monitor.errors import StoreError
from monitor.feeds.guard import Guard
from monitor.jobs.lanes import Lanes
from monitor.model import Feed
from monitor.store import Store
from tests.postgres import started

DUE = 450
"""Of a quarter of an hour two seconds are this part."""
FEEDS = """
    INSERT INTO feed (id, url, failures, skipped, losses, gone, heard_items, heard_days,
                      last_poll, next_poll)
    SELECT 'f' || n, 'http://h' || n || '.example/feed', 0, 0, 0, false, 0, 0, now(),
           now() + CASE WHEN n % {due} = 0 THEN interval '-1 second' ELSE interval '1 hour' END
    FROM generate_series(0, {feeds} - 1) n
    RETURNING 1
"""


def loading(feeds: int) -> tuple[float, float]:
    """Seconds of computing to read a list of so many feeds, and megabytes more than before."""
    with tempfile.TemporaryDirectory() as name:
        file = write_watch(Path(name), Address(9), feeds=feeds, indicators=100)
        memory, began = getrusage(RUSAGE_SELF).ru_maxrss, time.process_time()
        load(file, {})
        return time.process_time() - began, (getrusage(RUSAGE_SELF).ru_maxrss - memory) / 1024


def reading(store: Store) -> str:
    """Seconds of computing to read the state of every feed, if the server lets it end."""
    began = time.process_time()
    try:
        store.records.states()
    except StoreError:
        return "broken off"
    return f"{time.process_time() - began:.1f} s"


def lining(base: Base, feeds: int, server: int) -> list[str]:
    """A row: lining up the due among so many, and what their rows take."""
    base.one(FEEDS.format(feeds=feeds, due=DUE))
    base.connection.execute(b"analyze feed")
    mine = {f"f{n}": Feed(id=f"f{n}", url=f"http://h{n}.example/feed") for n in range(feeds)}
    with closing(Store(base.url)) as store:
        began = time.process_time()
        kept = dict(store.due.addresses())
        first = time.process_time() - began
        states = reading(store)
        here, there = time.process_time(), computed(server)
        awake = store.due.awake(datetime.now(UTC), timedelta(days=1))
        jobs = Lanes(Guard()).batches(mine[name] for name in awake)
        ours, theirs = time.process_time() - here, computed(server) - there
    if len(kept) != feeds or len(awake) != -(-feeds // DUE):
        raise RuntimeError("other feeds are due than were made so")
    size = int(base.one("select pg_total_relation_size('feed')"))
    return [f"{first:.1f} s", f"{len(awake):,} in {len(jobs):,}", f"{ours:.2f} s",
            f"{theirs:.2f} s",
            states,
            f"{size / feeds:.0f}"]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--feeds", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--longest-list", type=int, default=100_000)
    options = parser.parse_args(arguments)
    print(load_line(), flush=True)
    rows: list[Any] = []
    with started(in_haste=False) as server:
        for feeds in options.feeds:
            read = loading(feeds) if feeds <= options.longest_list else None
            told = [f"{read[0]:.0f} s", f"{read[1]:.0f} MB"] if read else ["-", "-"]
            base = Base(server.upgraded())
            rows.append([f"{feeds:,}", *told, *lining(base, feeds, postmaster(base))])
            print(rows[-1], file=sys.stderr, flush=True)
    head = ["feeds", "list read in", "memory", "addresses read in",
            "due, in jobs", "lined up in", "at the server", "states read in",
            "bytes a feed"]  # fmt: skip
    print("\n".join(table(head, rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
