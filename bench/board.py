"""
The pages over a million hits: how long the server takes for each of them, and what it weighs.

``python -m bench.board`` fills a database with two years of made-up stories
(``bench.past``), closes the days that are over, assesses the levels once, and asks
for every page through the whole of the web application: the first time in the
hour, and in the middle of twenty times; *computing* is processor time, which
others on the machine do not lengthen. With ``--keep FOLDER`` the database is made
there once and found there again.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any, cast
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from bench.past import FEEDS, INDICATORS, a_watch, fill
from bench.tables import load_line, table
from monitor.alerts.links import Signer
from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.digest.build import local_day
from monitor.digest.links import week_name
from monitor.matching import compile_watch
from monitor.pipeline.publish import close_days
from monitor.store import Store
from monitor.store.listing import Row
from monitor.web.pages import create_pages
from monitor.web.style import STATIC

TIMES = 20


def made(folder: Path, hits: int, url: str = "") -> tuple[Store, datetime]:
    """The filled database of a folder and its present instant; made where it is not there yet."""
    watch, noted = a_watch(), folder / "now"
    store = Store(url or f"sqlite:///{folder / 'monitor.db'}")
    store.upgrade()
    if noted.exists():
        return store, datetime.fromisoformat(noted.read_text())
    now = fill(store, watch, hits)
    while store.search.fill(5_000):
        pass
    noted.write_text(now.isoformat())
    return store, now


def a_desk(store: Store, now: datetime, folder: Path) -> Desk:
    """All that pages need, over a filled store."""
    watch = a_watch()
    matcher, _ = compile_watch(watch)
    settings = Settings(folder / "indicators.yaml", folder, "", {})
    return Desk(settings, LoadedWatch(watch, matcher), store, lambda: now, Signer(b"k" * 32))


def addresses(desk: Desk, now: datetime) -> dict[str, str]:
    """Every page by its name."""
    today = local_day(now, desk.watch.zone)
    closed = sorted(desk.store.archive.closed_days())
    newest = desk.store.reading.stories_of({}, "i3", 1)[0].id
    large = largest(desk)
    return {
        "board": "/",
        "digest of today": f"/digests/{today}",
        "digest of a closed day": f"/digests/{closed[-1]}" if closed else f"/digests/{today}",
        "week": f"/digests/{week_name(today)}",
        "archive": "/archive",
        "indicators": "/indicators",
        "indicator": "/indicators/i3",
        "stories": "/stories",
        "stories of an indicator": "/stories?indicator=i3&since=2026-06-01",
        "story": f"/stories/{newest}",
        "story of 40 items": f"/stories/{large}",
        "feeds": "/feeds",
        "ledger": "/ledger",
        "search, empty": "/search",
        "search, a list and a word": "/search?q=%24venezuela+AND+%24list-3",
        "try": "/try",
        "stories.atom": "/stories.atom",
        "stories.json": "/stories.json",
        "indicator's Atom": "/indicators/i3.atom",
        "hits.csv, one day": f"/hits.csv?since={today}",
        "hits.json, one day": f"/hits.json?since={today}",
        "ledger.csv": "/ledger.csv",
        "/api/indicators": "/api/indicators",
        "/api/indicators/ID": "/api/indicators/i3",
        "/api/stories": "/api/stories",
        "/api/feeds": "/api/feeds",
        "/api/search": "/api/search?q=%24venezuela",
        "/api/pulse": "/api/pulse",
        "/healthz": "/healthz",
        "/metrics": "/metrics",
    }


def largest(desk: Desk) -> str:
    """The id of the story with most items, which is the newest."""
    shown = desk.store.listing.stories({}, Row(None), 20)
    return max((one.story for one in shown), key=lambda one: len(one.reports)).id


async def ask(site: ASGIApp, address: str) -> tuple[int, bytes]:
    """The status and the body of one answer, as the server would send it."""
    parts = urlsplit(address)
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": parts.path, "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(), "root_path": "",
        "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }  # fmt: skip
    status, body = 0, bytearray()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.sleep(3600)
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            body.extend(message.get("body", b""))

    await site(scope, receive, send)
    return status, bytes(body)


async def measured(site: ASGIApp, asked: dict[str, str], times: int) -> list[tuple[str, ...]]:
    """A row for each page: the first time, the middle of the others, and its size."""
    rows: list[tuple[str, ...]] = []
    for name, address in asked.items():
        took, computed, status, body = [], [], 0, b""
        for _ in range(times + 1):
            began, busy = time.perf_counter(), time.process_time()
            status, body = await ask(site, address)
            took.append((time.perf_counter() - began) * 1000)
            computed.append((time.process_time() - busy) * 1000)
        packed = len(gzip.compress(body, 6))
        named = name if status == 200 else f"{name} ({status})"
        sizes = (f"{len(body) / 1000:.0f}", f"{packed / 1000:.0f}")
        rows.append(
            (
                named,
                f"{took[0]:.0f}",
                f"{median(took[1:]):.0f}",
                f"{median(computed[1:]):.0f}",
                *sizes,
            )
        )
    return rows


def run(folder: Path, hits: int, times: int = TIMES, only: str = "", url: str = "") -> list[str]:
    """Fill, close, assess and ask; the lines to print."""
    store, now = made(folder, hits, url)
    desk = a_desk(store, now, folder)
    close_days(desk.watch, desk.books, now)
    desk.assess(tells=False)
    asked = {name: way for name, way in addresses(desk, now).items() if only in name}
    rows = asyncio.run(measured(create_pages(cast(App, desk)), asked, times))
    store.close()
    static = sum(len(gzip.compress(one.read_bytes())) for one in STATIC.iterdir())
    whole = sum(one.stat().st_size for one in STATIC.iterdir())
    return [
        f"{hits:,} hits under {INDICATORS} indicators, {FEEDS} feeds.",
        f"Static files: {whole / 1000:.0f} kB, {static / 1000:.0f} kB packed.",
        "",
        *table(("page", "first, ms", "again, ms", "computing, ms", "kB", "packed, kB"), rows),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="Measure the pages.")
    parser.add_argument("--hits", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--only", default="", help="pages whose names hold this")
    parser.add_argument("--keep", type=Path, help="a folder to keep the database in")
    parser.add_argument("--database", default="", help="an empty one; else a new SQLite file")
    options = parser.parse_args(arguments)
    print(load_line())
    with tempfile.TemporaryDirectory() as passing:
        folder = options.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        print("\n".join(run(folder, options.hits, options.times, options.only, options.database)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
