"""Poll: fetch a feed, read it, match what is new, decide alerts, store it all at once."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.alerts.decide import Alert, decide
from monitor.alerts.route import route
from monitor.digest.build import Report, Story, local_day
from monitor.errors import FeedError, FetchError
from monitor.feeds.identity import twin_key
from monitor.feeds.polling import Outcome, conditions, is_due, next_poll
from monitor.matching import match
from monitor.model import (
    Arrival,
    Document,
    Draft,
    Feed,
    FeedState,
    Item,
    ParsedFeed,
    PollRecord,
    WatchList,
)
from monitor.pipeline.deliver import held_note
from monitor.pipeline.edges import Current, Edges, StoredItem

log = logging.getLogger("monitor.poll")

GONE = 410


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll of one feed came to; ``error`` is one plain sentence, or nothing."""

    feed: str
    ok: bool
    items_new: int = 0
    hits_new: int = 0
    stories_new: int = 0
    error: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PollReport:
    """What a round of polls came to, feed by feed in the file's order."""

    results: tuple[PollResult, ...]
    seconds: float

    @property
    def failed(self) -> list[str]:
        """The feeds that gave no answer we could read."""
        return [result.feed for result in self.results if not result.ok]


async def poll(
    feeds: Sequence[Feed],
    current: Current,
    edges: Edges,
    *,
    at_once: int = 32,
    each: Callable[[PollResult], None] = lambda _result: None,
) -> PollReport:
    """Poll feeds side by side; the trouble of one is a line in the report, and the others go on."""
    began = time.perf_counter()
    places = asyncio.Semaphore(at_once)

    async def one(feed: Feed) -> PollResult:
        async with places:
            result = await poll_feed(feed, current, edges)
        each(result)
        return result

    results = await asyncio.gather(*(one(feed) for feed in feeds))
    return PollReport(tuple(results), time.perf_counter() - began)


async def poll_feed(feed: Feed, current: Current, edges: Edges) -> PollResult:
    """
    Poll one feed whatever its next time is, and store what came.

    The feed's new state, its items, their hits and the alerts on them are kept
    in one transaction or not at all, so an interrupted poll is simply repeated.
    """
    began = time.perf_counter()
    before = await asyncio.to_thread(_state_of, feed, edges)
    try:
        record = await _ask(feed, before, current, edges)
        edges.checkpoint("before_store")
        saved = await asyncio.to_thread(edges.records.save, record)
        edges.checkpoint("after_store")
    except Exception as error:
        # The outermost guard of one feed: whatever it did, the others go on.
        log.exception("feed %s: polling it failed", feed.id)
        sentence = f"polling failed: {type(error).__name__}: {error}"
        return PollResult(feed.id, False, error=sentence, seconds=_since(began))
    return PollResult(
        feed.id,
        record.answered,
        saved.items,
        saved.hits,
        saved.stories,
        record.state.error,
        _since(began),
    )


def due_feeds(watch: WatchList, edges: Edges, now: datetime) -> list[Feed]:
    """The feeds of the file whose next poll has come, longest waiting first."""
    states = edges.records.states()
    due = []
    for feed in watch.feeds:
        state = states.get(feed.id)
        if state is None or state.url != feed.url:
            state = FeedState(feed.id, feed.url)
        if is_due(state, now):
            due.append((state.next_poll or edges.made, feed.id, feed))
    return [feed for _, _, feed in sorted(due, key=lambda one: one[:2])]


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)


def _state_of(feed: Feed, edges: Edges) -> FeedState:
    """What is remembered of the feed; nothing if the file gave it another address since."""
    state = edges.records.state(feed.id)
    return state if state and state.url == feed.url else FeedState(feed.id, feed.url)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a feed answered, read; nothing is parsed where the body is the last one again."""

    document: Document
    parsed: ParsedFeed
    body_hash: str | None


async def _ask(feed: Feed, before: FeedState, current: Current, edges: Edges) -> PollRecord:
    """All that this poll changes, whether the feed answered or not."""
    try:
        answer = await _answer(feed, before, edges)
    except FeedError as error:
        log.info("feed %s: %s", feed.id, error)
        return _failed(feed, before, error, current.watch, edges.clock())
    return await asyncio.to_thread(_answered, feed, before, answer, current, edges)


async def _answer(feed: Feed, before: FeedState, edges: Edges) -> Answer:
    etag, last_modified = conditions(before)
    url = before.moved_to or feed.url
    document = await edges.fetch(url, etag=etag, last_modified=last_modified, now=edges.clock())
    edges.checkpoint("after_fetch")
    if document.unchanged:
        return Answer(document, ParsedFeed(()), before.body_hash)
    body_hash = hashlib.sha256(document.body).hexdigest()
    if body_hash == before.body_hash:
        return Answer(document, ParsedFeed(()), body_hash)
    return Answer(document, await edges.parse(document.body, feed, document), body_hash)


def _answered(
    feed: Feed, before: FeedState, answer: Answer, current: Current, edges: Edges
) -> PollRecord:
    now, watch, document = edges.clock(), current.watch, answer.document
    arrivals, alerts = _arrivals(answer.parsed, feed, before, current, edges, now)
    fresh = sum(arrival.row is None for arrival in arrivals)
    outcome = Outcome(answered=True, new_items=fresh, max_age=document.max_age)
    state = replace(
        before,
        # A 304 need not repeat what the document came with.
        etag=document.etag or (before.etag if document.unchanged else None),
        last_modified=document.last_modified
        or (before.last_modified if document.unchanged else None),
        body_hash=answer.body_hash,
        first_poll=before.first_poll or now,
        last_poll=now,
        last_answer=now,
        last_new=now if fresh else before.last_new,
        failures=0,
        failing_since=None,
        error=None,
        moved_to=document.moved_to or before.moved_to,
        gone=False,
    )
    return PollRecord(
        state=replace(state, next_poll=_next(feed, watch, state, outcome, now)),
        at=now,
        day=local_day(now, watch.zone),
        answered=True,
        arrivals=tuple(arrivals),
        drafts=tuple(_drafts(alerts, feed, watch, edges)),
    )


def _failed(
    feed: Feed, before: FeedState, error: FeedError, watch: WatchList, now: datetime
) -> PollRecord:
    gone = isinstance(error, FetchError) and error.status == GONE
    state = replace(
        before,
        last_poll=now,
        failures=before.failures + 1,
        failing_since=before.failing_since or now,
        error=str(error),
        # An address that a permanent redirect led to may be wrong: ask the file's own again.
        moved_to=None,
        gone=gone,
    )
    outcome = Outcome(answered=False, retry_at=error.retry_at, gone=gone)
    return PollRecord(
        state=replace(state, next_poll=_next(feed, watch, state, outcome, now)),
        at=now,
        day=local_day(now, watch.zone),
        answered=False,
    )


def _next(
    feed: Feed, watch: WatchList, state: FeedState, outcome: Outcome, now: datetime
) -> datetime | None:
    return next_poll(feed, watch.polling, state, outcome, now, jitter=random.random())


def _arrivals(
    parsed: ParsedFeed,
    feed: Feed,
    before: FeedState,
    current: Current,
    edges: Edges,
    now: datetime,
) -> tuple[list[Arrival], list[tuple[Arrival, Alert]]]:
    """Match the items that are new or edited; what was seen before costs a look-up."""
    first_poll = before.first_poll is None
    twins = {item.key: twin_key(item) for item in parsed.items}
    stored = edges.records.known(feed.id, twins.keys(), twins.values())
    arrivals, alerts = [], []
    for item in {item.key: item for item in parsed.items}.values():
        twin = twins[item.key]
        known = _known(item, twin, stored, twins)
        if known is not None and known.hash == item.hash:
            continue
        hits = tuple(match(item, current.matcher, feed))
        arrival = Arrival(
            item=item,
            seen=_seen(item, now) if first_poll else now,
            hits=hits,
            twin=twin,
            row=known.row if known else None,
            backfill=first_poll,
        )
        arrivals.append(arrival)
        alert = decide(item, hits, known=known is not None, first_poll=first_poll)
        alerts.append((arrival, alert))
    return arrivals, alerts


def _known(
    item: Item, twin: str, stored: Iterable[StoredItem], current_keys: dict[str, str]
) -> StoredItem | None:
    """
    The stored item that this one is, if any.

    The same key is the same item. The same link, title and text under another
    guid is the same item too, if the old guid is gone from the document: some
    feeds make up new guids at every poll.
    """
    by_key = next((one for one in stored if one.key == item.key), None)
    if by_key is not None:
        return by_key
    return next(
        (
            one
            for one in stored
            if one.twin == twin and one.hash == item.hash and one.key not in current_keys
        ),
        None,
    )


def _seen(item: Item, now: datetime) -> datetime:
    """For the past that a first poll fills: when the item was published, if it says so."""
    return min(item.published, now) if item.published else now


def _drafts(
    alerts: Iterable[tuple[Arrival, Alert]],
    feed: Feed,
    watch: WatchList,
    edges: Edges,
) -> Iterable[Draft]:
    for arrival, alert in alerts:
        targets = route(alert, watch)
        if not targets:
            continue
        story = Story(alert.item.key, (Report(alert.item, feed, arrival.seen, arrival.hits),))
        message = edges.writer.alert_message(story, alert, watch)
        for target in targets:
            yield Draft(
                key=f"alert|{alert.reason}|{alert.item.key}|{target.channel}",
                kind="alert",
                subject=alert.item.key,
                route=target.route,
                channel=target.channel,
                reason=str(alert.reason),
                message=message,
                held=held_note(watch, target.channel),
            )
