"""Deliver: claim what waits in the outbox, hand it to its channel, record what came of it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.errors import DeliveryError
from monitor.model import Channel, Delivery, Waiting, WatchList
from monitor.pipeline.edges import Edges, channel_of

log = logging.getLogger("monitor.deliver")

NOT_SET_UP = "not set up"
NOT_IN_FILE = "no longer in the file"
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
MOST_FAULTS = 5
"""How often a message is tried that makes the sending itself fail, before it is parked."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How many messages were sent, will be tried again, and were refused for good."""

    sent: int = 0
    failed: int = 0
    parked: int = 0

    def __add__(self, other: DeliveryReport) -> DeliveryReport:
        """The two reports in one."""
        return DeliveryReport(
            self.sent + other.sent, self.failed + other.failed, self.parked + other.parked
        )


def held_note(watch: WatchList, channel: str) -> str:
    """Why a message for this channel has to wait, or nothing."""
    known = channel_of(watch, channel)
    if known is None:
        return NOT_IN_FILE
    return NOT_SET_UP if known.url is None else ""


def sort_held(watch: WatchList, edges: Edges) -> None:
    """Hold what waits for channels that are not set up, and let go what they can take again."""
    now = edges.clock()
    waiting = edges.outbox.waiting()
    for channel in waiting.get("pending", set()):
        if note := held_note(watch, channel):
            edges.outbox.hold([channel], note)
    for channel in waiting.get("held", set()):
        if not held_note(watch, channel):
            for note in (NOT_SET_UP, NOT_IN_FILE):
                edges.outbox.release([channel], note, now)


def open_queues(watch: WatchList, edges: Edges) -> dict[Channel, list[Waiting]]:
    """What may be sent now, oldest first, as one queue for each channel that is set up."""
    sort_held(watch, edges)
    queues: dict[Channel, list[Waiting]] = defaultdict(list)
    for delivery in edges.outbox.due(edges.clock()):
        channel = channel_of(watch, delivery.channel)
        if channel is not None and channel.url is not None:
            queues[channel].append(delivery)
    return dict(queues)


async def deliver(watch: WatchList, edges: Edges, owner: str) -> DeliveryReport:
    """
    Send all that is due, each channel's queue for itself, so that a dead one holds no other.

    ``owner`` names this sender in the leases.
    """
    queues = await asyncio.to_thread(open_queues, watch, edges)
    reports = await asyncio.gather(
        *(deliver_queue(queue, channel, edges, owner) for channel, queue in queues.items())
    )
    return sum(reports, DeliveryReport())


async def deliver_queue(
    queue: list[Waiting], channel: Channel, edges: Edges, owner: str
) -> DeliveryReport:
    """Send one channel's queue in order; stop where the channel asks for patience."""
    report = DeliveryReport()
    for waiting in queue:
        claimed = await asyncio.to_thread(edges.outbox.claim, waiting.id, owner, edges.clock())
        if claimed is None:
            continue
        edges.checkpoint("after_claim")
        try:
            await _send(claimed, channel, edges)
        except DeliveryError as error:
            report += await asyncio.to_thread(_record_failure, claimed, error, edges, owner)
            if not error.permanent:
                break
            continue
        edges.checkpoint("after_send")
        await asyncio.to_thread(edges.outbox.record_sent, claimed.id, owner, edges.clock())
        log.info('sent "%s" to %s', claimed.message.subject, channel.name)
        report += DeliveryReport(sent=1)
    return report


async def _send(delivery: Delivery, channel: Channel, edges: Edges) -> None:
    """Send, and see to it that whatever goes wrong is a ``DeliveryError`` that ends some time."""
    try:
        await edges.send(delivery, channel)
    except DeliveryError:
        raise
    except Exception as error:
        log.exception('channel %s: sending "%s" failed', channel.name, delivery.message.subject)
        raise DeliveryError(
            channel.name,
            f"sending failed ({type(error).__name__})",
            permanent=delivery.attempts >= MOST_FAULTS,
            uncertain=True,
        ) from error


def _record_failure(
    delivery: Delivery, error: DeliveryError, edges: Edges, owner: str
) -> DeliveryReport:
    when = None if error.permanent else next_try(delivery, error, edges.clock())
    log.warning(
        'channel %s did not take "%s": %s; %s',
        delivery.channel,
        delivery.message.subject,
        error,
        f"next try {when:%H:%M:%S} UTC" if when else "parked",
    )
    edges.outbox.record_failed(delivery.id, owner, error, when)
    return DeliveryReport(parked=1) if when is None else DeliveryReport(failed=1)


def next_try(delivery: Delivery, error: DeliveryError, now: datetime) -> datetime:
    """
    When to try again: after a minute, then twice as long each time, an hour at most.

    A tenth is added by chance, so that many messages do not come back at once;
    a channel that names a time itself is asked no sooner.
    """
    doublings = max(min(delivery.attempts - 1, 10), 0)
    wait: timedelta = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    wait *= 1 + random.random() / 10
    if error.retry_after is not None:
        wait = max(wait, timedelta(seconds=error.retry_after))
    return now + wait
