"""From decided alerts to drafts: where each goes, and what holds it. One line for each decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.alerts.decide import Alert, Reason
from monitor.alerts.hold import Hold, hold_of, over_budget, pointers
from monitor.alerts.route import Target, route
from monitor.digest.build import Report, Story, day_bounds, local_day
from monitor.feeds.search import speaking
from monitor.messages import Draft, Message, Mute, Pointer, Waiting
from monitor.model import Arrival, Feed, WatchList
from monitor.pipeline.edges import Books

TOLD_BEFORE = "an earlier alert on the same item went there"


@dataclass(frozen=True, slots=True)
class Memory:
    """What was sent and said before, as far as it bears on the alerts of one poll."""

    mutes: tuple[Mute, ...]
    told: Counter[str]
    """How many stories each indicator has alerted today; counted on as drafts are made."""
    now: datetime


def drafts_of(
    alerts: Iterable[tuple[Arrival, Alert]], feed: Feed, watch: WatchList, books: Books
) -> list[Draft]:
    """
    The outbox's lines for the alerts of one poll.

    An alert that no route takes has a line too: it says that nobody was told.
    """
    sent = [(arrival, alert) for arrival, alert in alerts if alert.reason.is_sent]
    if not sent:
        return []
    memory = recall(watch, books)
    return [
        draft
        for arrival, alert in sent
        for draft in _of_one(alert, _story(alert, arrival, feed, watch), watch, books, memory)
    ]


def recall(watch: WatchList, books: Books) -> Memory:
    """What bears on alerts at this moment."""
    now = books.clock()
    told: Counter[str] = Counter()
    if any(one.budget is not None for one in watch.indicators):
        midnight, _ = day_bounds(local_day(now, watch.zone), watch.zone)
        told.update(books.outbox.told_since(midnight))
    return Memory(tuple(books.mutes.in_force(now)), told, now)


def _story(alert: Alert, arrival: Arrival, feed: Feed, watch: WatchList) -> Story:
    voice = speaking(feed, alert.item.source, watch.feeds)
    return Story(alert.item.key, (Report(alert.item, voice, arrival.seen, arrival.hits),))


def _of_one(
    alert: Alert, story: Story, watch: WatchList, books: Books, memory: Memory
) -> Iterator[Draft]:
    hits = pointers(alert.hits)
    targets = route(alert, watch)
    if not targets:
        yield _nowhere(alert, hits)
        return
    before = books.outbox.told_of(alert.item.key) if alert.reason is Reason.UPDATE else set()
    budget = over_budget(hits, memory.told, watch, memory.now)
    if not {target.channel for target in targets} <= before:
        memory.told.update({hit.indicator for hit in hits})
    message = books.writer.alert_message(story, alert, watch)
    for target in targets:
        told = target.channel in before
        hold = Hold(TOLD_BEFORE) if told else hold_at(target, hits, budget, watch, memory)
        yield Draft(
            key=key_of(alert, target.channel),
            kind="alert",
            subject=alert.item.key,
            route=target.route,
            channel=target.channel,
            reason=str(alert.reason),
            message=message,
            held=hold.note if hold else "",
            until=hold.until if hold else None,
            hits=hits,
            state="merged" if told else "",
        )


def hold_at(
    target: Target,
    hits: tuple[Pointer, ...],
    budget: Hold | None,
    watch: WatchList,
    memory: Memory,
) -> Hold | None:
    """What holds an alert for one channel at the moment at which it is decided."""
    waiting = Waiting(
        id=0,
        key="",
        channel=target.channel,
        note=budget.note if budget else "",
        until=budget.until if budget else None,
        hits=hits,
    )
    return hold_of(waiting, watch, memory.mutes, memory.now)


def key_of(alert: Alert, channel: str) -> str:
    """
    By what the outbox knows an alert again.

    The route is not in it: an edit of the routes must not tell a channel twice.
    """
    about = alert.item.key
    if alert.reason is Reason.UPDATE:
        about += "+" + "+".join(sorted(hit.indicator for hit in alert.hits))
    return f"alert|{alert.reason}|{about}|{channel}"


def _nowhere(alert: Alert, hits: tuple[Pointer, ...]) -> Draft:
    return Draft(
        key=key_of(alert, ""),
        kind="alert",
        subject=alert.item.key,
        route="",
        channel="",
        reason=str(alert.reason),
        message=Message(alert.item.title, ""),
        hits=hits,
        state="nowhere",
    )
