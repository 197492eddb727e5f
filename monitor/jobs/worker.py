"""A worker: it takes jobs until it is told to end, and begins anew when its lease was lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from typing import Any

from monitor.app import FINISH_SECONDS, opened
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import open_store
from monitor.errors import MonitorError, StoreError
from monitor.jobs.alone import end_the_dead
from monitor.jobs.hand import Hand
from monitor.jobs.lists import Listed, list_in_force
from monitor.jobs.queue import POLLS, STEPS, JobQueue
from monitor.jobs.steps import set_up
from monitor.repeats import Repeats
from monitor.store.lease import Lease

log = logging.getLogger("monitor.jobs")

POLLS_AT_ONCE = 200
"""How many lanes one worker polls side by side; most of them only wait for a server."""
STEPS_AT_ONCE = 8
SHORT = 1.0
"""Seconds that polls are left at the end: one that is broken off loses nothing."""
TIDY_SECONDS = 60.0
PAUSE = 2.0
"""Seconds until a worker begins anew after a fault."""

Ready = Callable[[Hand], None]
AtHand = Callable[[], LoadedWatch | None]
"""The list that this process has read from the file itself, if it has."""


async def work(
    settings: Settings,
    stop: asyncio.Event,
    ready: Ready = lambda _hand: None,
    at_hand: AtHand = lambda: None,
) -> None:
    """
    Do the jobs of the queue until ``stop`` is set.

    When the database is away, or this process stood still for so long that
    others took its work over, the worker begins anew by itself. Raises
    ``MonitorError`` where that cannot help: no list is in force, or this machine
    lacks something that the list needs.
    """
    listed = await asyncio.to_thread(_listed, settings, at_hand)
    repeats = Repeats()
    while not stop.is_set():
        try:
            await _life(settings, listed, stop, ready, at_hand)
        except StoreError as error:
            if repeats.is_news("worker", str(error)):
                log.error("%s; the worker begins anew until it can go on", error)
        if stop.is_set():
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PAUSE)
        with suppress(StoreError):
            listed = await asyncio.to_thread(_listed, settings, at_hand)


def _listed(settings: Settings, at_hand: AtHand) -> Listed:
    with closing(open_store(settings)) as store:
        return list_in_force(settings, store, at_hand())


async def _life(
    settings: Settings, listed: Listed, stop: asyncio.Event, ready: Ready, at_hand: AtHand
) -> None:
    """One life of a worker: from taking a lease to losing it, or to the end."""
    lease, refused = Lease(), list[MonitorError]()
    queue = JobQueue(settings.database_url, lease)
    queue.silence = settings.lease
    async with opened(Hand, settings, listed.loaded) as hand, queue.opened():
        hand.store.database.fence = lease.check
        hand.begin_with(listed, queue, at_hand)
        ends = asyncio.Event()

        def give_up(error: MonitorError) -> None:
            if not isinstance(error, StoreError):
                refused.append(error)
                ends.set()

        set_up(hand, queue, give_up)
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(queue.run(queue.polls, POLLS, POLLS_AT_ONCE, SHORT)),
            asyncio.create_task(queue.run(queue.steps, STEPS, STEPS_AT_ONCE, FINISH_SECONDS)),
            asyncio.create_task(_mind(hand, queue, ready)),
            asyncio.create_task(_tidy(hand)),
            asyncio.create_task(stop.wait()),
            asyncio.create_task(ends.wait()),
        ]
        alive = asyncio.create_task(queue.say_alive())
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in reversed(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await hand.finish()
            alive.cancel()
            with suppress(StoreError):
                lease.lost = lease.lost or not set(lease.ids) <= await queue.living()
                await queue.leave()
        _tell(done, lease, stop)
    if refused:
        raise refused[0]


def _tell(done: Iterable[asyncio.Task[Any]], lease: Lease, stop: asyncio.Event) -> None:
    """Say why a life ended, where nobody asked for it."""
    if lease.lost:
        log.warning("this worker stood still, and others took its work over; it begins anew")
        return
    for task in done:
        if (error := task.exception()) is None:
            continue
        if isinstance(error, StoreError):
            raise error
        log.error("the worker failed and begins anew", exc_info=error)


async def _mind(hand: Hand, queue: JobQueue, ready: Ready) -> None:
    """Take over from workers that are gone, and end when this one is itself held for gone."""
    lease = queue.lease
    while len(lease.ids) < 2:  # noqa: ASYNC110 - both sides say so by that alone
        await asyncio.sleep(0.02)
    hand.sign()
    ready(hand)
    while not lease.lost:
        await asyncio.to_thread(end_the_dead, hand.store.database)
        await asyncio.sleep(queue.beat)
        if not set(lease.ids) <= await queue.living():
            lease.lost = True
            return
        await queue.take_over()


async def _tidy(hand: Hand) -> None:
    """Give memory back now and then, on this machine."""
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        await hand.tidy()
