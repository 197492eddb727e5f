"""What ``worker`` does; loaded only by it."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
from pathlib import Path

from monitor.cli.awaiting import until_it_answers
from monitor.cli.options import settings_of, start_log
from monitor.config.settings import Settings
from monitor.errors import MonitorError
from monitor.jobs.hand import Hand
from monitor.jobs.worker import work
from monitor.memory import use_sparingly
from monitor.store.postgresql import is_postgresql


def worker(file: Path | None, database: str | None) -> None:
    """Work for a database on a server until a signal ends it."""
    use_sparingly()
    settings = settings_of(file, database)
    if not is_postgresql(settings.database_url):
        raise MonitorError(
            "workers share a database on a server, and this one is an SQLite file, which one "
            "process works on; monitor run does all of it there. Move to PostgreSQL with "
            "monitor db copy, and name it with --database postgresql+psycopg://..."
        )
    start_log(logging.INFO)
    asyncio.run(_until_told(settings))


async def _until_told(settings: Settings) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    answers = asyncio.create_task(until_it_answers(settings.database_url))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({answers, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not answers.done():
        answers.cancel()
        return
    await answers
    await work(settings, stop, _say_ready)


def _say_ready(hand: Hand) -> None:
    watch, where = hand.watch, hand.store.database.condition.where
    print(
        f"{watch.title}: {len(watch.indicators)} indicators, {len(watch.feeds)} feeds. "
        f"A worker on {socket.gethostname()} works for {where}",
        file=sys.stderr,
        flush=True,
    )
