"""Deliver: claim what waits in the outbox, hand it to its channel, record what came of it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.alerts.hold import HELD_FOR, TOO_OLD, Hold, hold_of
from monitor.errors import DeliveryError, StaleError, StoreBrokenError, StoreError
from monitor.messages import Delivery, Waiting
from monitor.model import Channel, WatchList
from monitor.pipeline.edges import Edges, channel_of
from monitor.pipeline.fold import fold, fold_released, to_fold

log = logging.getLogger("monitor.deliver")

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds between two tries to note that a message is out."""
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


def sort_waiting(watch: WatchList, edges: Edges) -> None:
    """
    Hold what has to wait, and let go what need not wait any more.

    It is asked anew each time, so that a mute or an edit of the list counts
    for what was decided before it, too. Alerts of one channel that are let go
    together go out as one.
    """
    now = edges.clock()
    mutes = edges.mutes.in_force(now)
    edges.outbox.wear_out(now - HELD_FOR, TOO_OLD)
    holds: dict[Hold, list[int]] = defaultdict(list)
    free: dict[str, list[Waiting]] = defaultdict(list)
    for one in edges.outbox.standing(now - HELD_FOR):
        hold = hold_of(one, watch, mutes, now)
        if hold is None and one.state == "held":
            free[one.channel].append(one)
        elif hold is not None and (one.state, Hold(one.note, one.until)) != ("held", hold):
            holds[hold].append(one.id)
    for hold, found in holds.items():
        edges.outbox.hold(found, hold.note, hold.until)
    for released in free.values():
        fold_released(released, watch, edges)


def open_queues(watch: WatchList, edges: Edges) -> dict[Channel, list[Waiting]]:
    """What may be sent now, oldest first, as one queue for each channel that is set up."""
    sort_waiting(watch, edges)
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
        *(deliver_queue(queue, channel, watch, edges, owner) for channel, queue in queues.items())
    )
    return sum(reports, DeliveryReport())


async def deliver_queue(
    queue: Sequence[Waiting], channel: Channel, watch: WatchList, edges: Edges, owner: str
) -> DeliveryReport:
    """
    Send one channel's queue in order; stop where the channel asks for patience.

    When a channel answers again after it did not, what waited for it meanwhile
    is sent as one summary.
    """
    report = DeliveryReport()
    left = deque(queue)
    down_since = await asyncio.to_thread(edges.outbox.failing_since, channel.name)
    while left:
        waiting = left.popleft()
        claimed = await asyncio.to_thread(edges.outbox.claim, waiting.id, owner, edges.clock())
        if claimed is None:
            continue
        edges.checkpoint("after_claim")
        try:
            answer = await _send(claimed, channel, edges)
        except DeliveryError as error:
            report += await asyncio.to_thread(_record_failure, claimed, error, edges, owner)
            if not error.permanent:
                break
            continue
        edges.checkpoint("after_send")
        await _record_sent(claimed, answer, edges, owner)
        edges.checkpoint("after_record")
        log.info('sent "%s" to %s', claimed.message.subject, channel.name)
        report += DeliveryReport(sent=1)
        if down_since is not None and to_fold(left):
            left = await asyncio.to_thread(_catch_up, left, down_since, channel, watch, edges)
        down_since = None
    return report


async def _record_sent(delivery: Delivery, answer: str, edges: Edges, owner: str) -> None:
    """
    Record that a message is out, however long the database does not take it.

    Giving up would send it a second time as soon as there is room again.
    """
    sent, wait = edges.clock(), FIRST_PAUSE
    while True:
        try:
            await asyncio.to_thread(edges.outbox.record_sent, delivery.id, owner, sent, answer)
            return
        except (StoreBrokenError, StaleError):
            raise
        except StoreError as error:
            log.error(
                '"%s" is out, and noting it is tried again: %s', delivery.message.subject, error
            )
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_PAUSE)


def _catch_up(
    left: Sequence[Waiting],
    down_since: datetime,
    channel: Channel,
    watch: WatchList,
    edges: Edges,
) -> deque[Waiting]:
    """Make one message of the alerts that waited behind the first; what is left to send then."""
    since = down_since.astimezone(watch.zone)
    why = f"{channel.name} did not take anything from {since:%Y-%m-%d %H:%M} on"
    if not fold(to_fold(left), why, watch, edges):
        return deque(left)
    edges.checkpoint("after_fold")
    due = edges.outbox.due(edges.clock())
    return deque(one for one in due if one.channel == channel.name)


async def _send(delivery: Delivery, channel: Channel, edges: Edges) -> str:
    """Send, and see to it that whatever goes wrong is a ``DeliveryError`` that ends some time."""
    try:
        return await edges.send(delivery, channel)
    except (DeliveryError, StaleError):
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
    now = edges.clock()
    when = None if error.permanent else next_try(delivery, error, now)
    log.warning(
        'channel %s did not take "%s": %s; %s',
        delivery.channel,
        delivery.message.subject,
        error,
        f"next try {when:%H:%M:%S} UTC" if when else "parked",
    )
    edges.outbox.record_failed(delivery.id, owner, error, when, now)
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
