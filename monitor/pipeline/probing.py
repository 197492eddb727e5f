"""Probe: ask the channels that are left alone whether they are there again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol

from monitor.messages import Queue
from monitor.model import Channel, WatchList
from monitor.pipeline.edges import channel_of

log = logging.getLogger("monitor.deliver")

IsThere = Callable[[Channel], Awaitable[bool | None]]


class Queues(Protocol):
    """Knows how channels stand."""

    def all(self) -> Mapping[str, Queue]: ...  # noqa: D102
    def wake(self, channel: str, now: datetime) -> None: ...  # noqa: D102


async def probe(
    watch: WatchList, queues: Queues, is_there: IsThere, absent: set[str], now: datetime
) -> list[str]:
    """
    Wake the channels that were not there and are again, and say which.

    ``absent`` remembers from one call to the next which were seen not to be
    there: one that answers a probe all along but takes no message has another
    fault, and is left to its pauses. So is one that asked for patience.
    """
    standing = await asyncio.to_thread(queues.all)
    resting = [
        channel
        for one in standing.values()
        if _may_be_probed(one, now) and (channel := channel_of(watch, one.channel)) is not None
    ]
    absent &= {channel.name for channel in resting}
    found = await asyncio.gather(*(is_there(channel) for channel in resting))
    back = []
    for channel, there in zip(resting, found, strict=True):
        if there is False:
            absent.add(channel.name)
        elif there and channel.name in absent:
            absent.discard(channel.name)
            await asyncio.to_thread(queues.wake, channel.name, now)
            log.info("channel %s is there again", channel.name)
            back.append(channel.name)
    return back


def _may_be_probed(queue: Queue, now: datetime) -> bool:
    if queue.rests_until is None or queue.rests_until <= now:
        return False
    return queue.asked_until is None or queue.asked_until <= now
