"""What ``feeds check`` does, and how commands try feeds without storing anything."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from monitor.cli.feeds import id_column
from monitor.cli.options import Exit, count, loaded_of, print_json, progress
from monitor.config.settings import Settings
from monitor.desk import utc_now
from monitor.feeds.fetch import Client
from monitor.feeds.guard import without_secrets
from monitor.feeds.workers import ParserPool
from monitor.model import WatchList
from monitor.pipeline.trying import Tester, Trial


@asynccontextmanager
async def tester_for(watch: WatchList) -> AsyncIterator[Tester]:
    """The network as the service has it: the same guarded client, the same limits."""
    async with (
        Client(allow=watch.polling.allow, site_url=watch.site_url) as client,
        ParserPool() as parsers,
    ):
        yield Tester(client.fetch, parsers.parse, utc_now)


def check(settings: Settings, json: bool) -> None:
    """Try every feed of the list, and print what came."""
    watch = loaded_of(settings).watch
    trials = asyncio.run(_try_all(watch))
    ok = sum(trial.ok for trial in trials)
    if json:
        print_json({"feeds": len(trials), "ok": ok, "results": [_row(one) for one in trials]})
    elif not trials:
        print("the list has no feeds yet; monitor feeds add URL puts one in", file=sys.stderr)
    else:
        _print(trials, watch)
        worth = sum(bool(trial.advice) for trial in trials)
        print(
            f"\n{ok} of {count(len(trials), 'feed')} answered"
            + (f"; {worth} to look at." if worth else "; nothing to do.")
        )
    if trials and not ok:
        raise typer.Exit(Exit.NO)


async def _try_all(watch: WatchList) -> list[Trial]:
    async with tester_for(watch) as tester:
        with progress("Trying feeds", len(watch.feeds)) as advance:
            return await tester.try_all(watch.feeds, advance)


def _print(trials: list[Trial], watch: WatchList) -> None:
    """One line a feed, and under it what to do; those that want something come last."""
    table = Table(id_column(trial.feed.id for trial in trials), box=None, pad_edge=False)
    for head in ("Items", "Newest", "What it gave"):
        table.add_column(head)
    for trial in sorted(trials, key=lambda one: (not one.ok, bool(one.advice))):
        gave = "ok" if trial.ok else f"failed: {trial.error}"
        lines = [gave, *([f"-> {trial.advice}"] if trial.advice else [])]
        table.add_row(
            trial.feed.id,
            str(trial.items) if trial.ok else "",
            moment(trial.newest, watch) if trial.ok else "",
            "\n".join(lines),
        )
    Console(highlight=False, markup=False).print(table)


def moment(at: datetime | None, watch: WatchList) -> str:
    """An instant in the watch's zone, or that there is none."""
    return f"{at.astimezone(watch.zone):%Y-%m-%d %H:%M}" if at else "no dates"


def _row(trial: Trial) -> dict[str, Any]:
    return {
        "feed": trial.feed.id,
        "ok": trial.ok,
        "url": without_secrets(trial.feed.url),
        "items": trial.items,
        "newest": trial.newest.isoformat() if trial.newest else None,
        "title": trial.title,
        "lang": trial.lang,
        "moved_to": trial.moved_to,
        "error": trial.error,
        "advice": trial.advice or None,
        "seconds": trial.seconds,
    }
