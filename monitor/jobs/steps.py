"""Which jobs there are, and when those come that come by themselves. No logic of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from monitor.errors import MonitorError, StaleError
from monitor.jobs.hand import Hand
from monitor.jobs.queue import POLLS, STEPS, JobQueue
from monitor.repeats import Repeats

log = logging.getLogger("monitor.jobs")

EVERY = {
    "line up": "*/2",
    "articles": "*/5",
    "publish": "*/5",
    "deliver": "*/5",
    "mind": "*/15",
    "assess": "*/20",
    "index": "*/20",
    "probe": "0",
}
"""At which seconds of a minute a step comes by itself, once over all workers."""
HOUSE = "*/5 * * * * 0"
"""Every five minutes: minute, hour, day, month, weekday, second."""


def set_up(hand: Hand, queue: JobQueue, give_up: Callable[[MonitorError], None]) -> None:
    """
    Make all jobs known to both sides of a queue, done by ``hand``.

    ``give_up`` is called where the list in force cannot be gone by on this machine.
    """
    guard = Guarded(hand, give_up)

    async def poll(lane: int, feeds: list[str]) -> None:
        await guard.run(f"poll lane {lane}", lambda: hand.poll_batch(feeds))

    async def read(lane: int) -> None:
        await guard.run(f"read lane {lane}", lambda: hand.read_lane(lane))

    async def send(channel: str) -> None:
        await guard.run(f"send {channel}", lambda: hand.send_queue(channel))

    queue.polls.task(name="poll", queue=POLLS)(poll)
    queue.polls.task(name="read", queue=POLLS)(read)
    queue.steps.task(name="send", queue=STEPS)(send)
    steps: dict[str, Callable[[], Awaitable[None]]] = {
        "line up": hand.line_up,
        "articles": hand.line_up_articles,
        "publish": hand.publish_when_read,
        "deliver": hand.deliver_due,
        "mind": hand.mind,
        "assess": hand.assess_due,
        "index": hand.index,
        "probe": hand.probe,
        "house": hand.keep_house,
    }
    for name, step in steps.items():
        cron = HOUSE if name == "house" else f"* * * * * {EVERY[name]}"
        told = queue.steps.task(name=name, queue=STEPS, lock=name, queueing_lock=f"{name} {name}")
        queue.steps.periodic(cron=cron)(told(guard.step(name, step)))


class Guarded:
    """The outermost guard of a job: whatever one did, the others go on."""

    def __init__(self, hand: Hand, give_up: Callable[[MonitorError], None]) -> None:
        self._hand = hand
        self._give_up = give_up
        self._repeats = Repeats()

    def step(self, name: str, work: Callable[[], Awaitable[None]]) -> Callable[..., Any]:
        """A step as the queue calls it: with the instant at which it was due, which says little."""

        async def job(timestamp: int = 0) -> None:
            await self.run(name, work)

        return job

    async def run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do a job by the list that is in force now; its trouble is a line in the log."""
        if not await self._is_up_to_date(name):
            return
        try:
            await work()
        except StaleError as error:
            log.info("%s is left to others: %s", name, error)
        except MonitorError as error:
            self._say(name, str(error))
        except asyncio.CancelledError:
            log.debug("%s is broken off", name)
            raise
        except Exception:
            log.exception("%s failed; it comes again by itself", name)

    async def _is_up_to_date(self, name: str) -> bool:
        try:
            await self._hand.refresh(at_once=False)
        except MonitorError as error:
            self._say(name, str(error))
            self._give_up(error)
            return False
        return True

    def _say(self, job: str, words: str) -> None:
        if self._repeats.is_news(job, words):
            log.error("%s failed; it comes again by itself: %s", job, words)
