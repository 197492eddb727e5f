"""A round by hand beside workers: while it lasts, none of them asks a feed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from monitor.app import App
from monitor.errors import StoreError
from monitor.jobs.queue import JobQueue
from monitor.lives import is_dead
from monitor.store import Database, jobtables
from monitor.store.lease import Lease

LOOK_SECONDS = 0.2
PATIENCE = 2.0
"""Seconds of waiting after which it is said what is waited for."""
WAITS = "Workers are asking feeds; this round begins when they have ended that."


@asynccontextmanager
async def asking_alone(app: App, say: Callable[[str], None]) -> AsyncIterator[None]:
    """
    Let no worker, and no other round by hand, ask a feed until the end of the block.

    The round is itself a worker, with a lease, that is busy with lining up. What
    is under way is waited for; what waits is lined up again afterwards. Should the round
    die, those on this machine see it, and others go on when its lease has ended.
    """
    lease, database = Lease(), app.store.database
    before = database.fence
    queue = JobQueue(app.settings.database_url, lease)
    queue.silence = app.settings.lease
    async with queue.opened():
        worker = await queue.enter()
        alive = asyncio.create_task(queue.say_alive())
        try:
            database.fence = lease.check
            await asyncio.to_thread(end_the_dead, database)
            await _wait(queue, database, worker, app.owner, say)
            yield
        finally:
            alive.cancel()
            database.fence = before
            with suppress(StoreError):
                await asyncio.to_thread(_end, database, worker)


async def _wait(
    queue: JobQueue, database: Database, worker: int, owner: str, say: Callable[[str], None]
) -> None:
    """Wait until no worker asks a feed, nor can any begin; it is said where that takes long."""
    waited, held = 0.0, False
    while True:
        held = held or await asyncio.to_thread(_hold, database, worker, owner)
        if held and not await asyncio.to_thread(_are_asking, database):
            return
        if waited <= PATIENCE < waited + LOOK_SECONDS:
            say(WAITS)
        await asyncio.sleep(LOOK_SECONDS)
        waited += LOOK_SECONDS
        await queue.take_over()


def _hold(database: Database, worker: int, owner: str) -> bool:
    with database.writing() as connection:
        return jobtables.hold_polls(connection, worker, owner)


def end_the_dead(database: Database) -> None:
    """End what rounds held that were killed on this machine; others are found by their silence."""
    with database.reading() as connection:
        holders = jobtables.holders(connection)
    for worker, owner in holders.items():
        if is_dead(owner):
            _end(database, worker)


def _are_asking(database: Database) -> bool:
    with database.reading() as connection:
        return jobtables.are_asking(connection)


def _end(database: Database, worker: int) -> None:
    with database.writing() as connection:
        jobtables.end_holding(connection, worker)
