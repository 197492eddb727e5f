"""What ``once`` does; loaded only by it, and apart from the service, whose pages it needs not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from monitor.app import App, open_app, opened
from monitor.cli.options import (
    Exit,
    count,
    loaded_of,
    print_json,
    progress,
    settings_of,
    start_log,
)
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import utc_now
from monitor.memory import collect_seldom, made_to_stay
from monitor.pipeline.deliver import DeliveryReport
from monitor.pipeline.poll import PollReport
from monitor.store.owning import owning
from monitor.store.postgresql import is_postgresql


def once(file: Path | None, database: str | None, json: bool) -> None:
    """One round of everything, and what came of it."""
    start_log()
    collect_seldom()
    settings = settings_of(file, database)
    with made_to_stay():
        loaded = loaded_of(settings, warnings=True)
    report, delivered = asyncio.run(_once(settings, loaded))
    ok = sum(result.ok for result in report.results)
    if json:
        print_json(_summary(report))
    else:
        _print_report(report, delivered)
    if report.results and not ok:
        raise typer.Exit(Exit.NO)


async def _once(settings: Settings, loaded: LoadedWatch) -> tuple[PollReport, DeliveryReport]:
    with owning(settings.database_url, "monitor once", utc_now()):
        async with _app_alone(settings, loaded) as app:
            with progress("Polling feeds", len(app.watch.feeds)) as advance:
                return await app.once(advance)


@asynccontextmanager
async def _app_alone(settings: Settings, loaded: LoadedWatch) -> AsyncIterator[App]:
    """The app of a round while nobody else asks feeds."""
    if not is_postgresql(settings.database_url):
        async with open_app(settings, loaded) as app:
            yield app
        return
    from monitor.jobs.alone import asking_alone
    from monitor.jobs.follower import Follower

    async with (
        opened(Follower, settings, loaded) as app,
        asking_alone(app, lambda words: print(words, file=sys.stderr, flush=True)),
    ):
        yield app


def _summary(report: PollReport) -> dict[str, object]:
    results = [
        {
            "feed": result.feed,
            "ok": result.ok,
            "items_new": result.items_new,
            "error": result.error,
            "seconds": result.seconds,
        }
        for result in report.results
    ]
    return {
        "feeds": len(results),
        "ok": sum(result.ok for result in report.results),
        "failed": len(report.failed),
        "items_new": sum(result.items_new for result in report.results),
        "hits_new": sum(result.hits_new for result in report.results),
        "stories_new": sum(result.stories_new for result in report.results),
        "seconds": round(report.seconds, 3),
        "results": results,
    }


def _print_report(report: PollReport, delivered: DeliveryReport) -> None:
    table = Table("Feed", "Answer", "New items", "Hits", "Seconds", box=None, pad_edge=False)
    for result in report.results:
        answer = "ok" if result.ok else f"failed: {result.error}"
        table.add_row(
            result.feed,
            answer,
            str(result.items_new) if result.ok else "",
            str(result.hits_new) if result.ok else "",
            f"{result.seconds:.1f}",
        )
    console = Console(soft_wrap=False, highlight=False, markup=False)
    console.print(table)
    total = _summary(report)
    console.print(
        f"\n{total['ok']} of {count(len(report.results), 'feed')} answered "
        f"in {report.seconds:.1f} s: "
        f"{count(sum(one.items_new for one in report.results), 'new item')}, "
        f"{count(sum(one.hits_new for one in report.results), 'hit')}; "
        f"{count(delivered.sent, 'message')} sent"
        + (f", {delivered.failed} to be tried again" if delivered.failed else "")
        + (f", {delivered.parked} refused" if delivered.parked else "")
        + "."
    )
