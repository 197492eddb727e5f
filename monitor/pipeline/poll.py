"""Poll: fetch a feed, read it, match what is new, decide alerts, store it all at once."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from monitor.digest.build import local_day
from monitor.errors import FeedError, FetchError, MonitorError, StaleError, StoreError
from monitor.feeds.guard import is_kept_as, kept_address, led_to
from monitor.feeds.habit import learn
from monitor.feeds.polling import Outcome, conditions, next_poll
from monitor.model import (
    Document,
    Feed,
    FeedState,
    ParsedFeed,
    PollRecord,
    Saved,
    WatchList,
)
from monitor.pipeline.arrivals import Reception, came_at, still_shown
from monitor.pipeline.edges import Current, Edges
from monitor.pipeline.meeting import Met, Polled, Ready, meet
from monitor.pipeline.shelving import placed, with_drafts

log = logging.getLogger("monitor.poll")

GONE = 410


@dataclass(frozen=True, slots=True)
class PollResult:
    """
    What one poll of one feed came to.

    ``error`` is one plain sentence, or nothing; ``kept`` says that the poll
    was noted in the store, so that the feed has a next time.
    """

    feed: str
    ok: bool
    items_new: int = 0
    hits_new: int = 0
    stories_new: int = 0
    error: str | None = None
    seconds: float = 0.0
    kept: bool = True


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
    try:
        before = _of_this_address(feed, await edges.states.do(feed.id, edges.records.states_of))
        record, saved = await _ask(feed, before, current, edges)
    except StaleError as error:
        log.info("feed %s: not stored: %s", feed.id, error)
        return PollResult(feed.id, False, error=str(error), seconds=_since(began), kept=False)
    except StoreError as error:
        # Nothing of it was kept, not even that it was asked: it is asked again.
        log.error("feed %s: what it brought could not be stored: %s", feed.id, error)
        return PollResult(feed.id, False, error=str(error), seconds=_since(began), kept=False)
    except Exception as error:
        # The outermost guard of one feed: whatever it did, the others go on.
        log.exception("feed %s: polling it failed", feed.id)
        sentence = f"polling failed: {type(error).__name__}: {error}"
        kept = await asyncio.to_thread(_keep_fault, feed, sentence, current.watch, edges)
        return PollResult(feed.id, False, error=sentence, seconds=_since(began), kept=kept)
    return PollResult(
        feed.id,
        record.answered,
        saved.items,
        saved.hits,
        saved.stories,
        record.state.error,
        _since(began),
    )


def _keep_fault(feed: Feed, sentence: str, watch: WatchList, edges: Edges) -> bool:
    """Note a fault of ours as the feed's failure, so that it is shown and not asked at once."""
    try:
        before = _state_of(feed, edges)
        error = FeedError(feed.url, sentence)
        edges.records.save(_failed(feed, before, error, watch, edges.clock()))
    except MonitorError:
        log.exception("feed %s: its failure could not be noted", feed.id)
        return False
    return True


def due_feeds(
    watch: WatchList, edges: Edges, now: datetime, among: Sequence[Feed] | None = None
) -> list[Feed]:
    """
    The feeds of the file whose next poll has come; a feed with another address is due.

    Given a few ``among`` which they are to be, only those are looked up.
    """
    only = None if among is None else [feed.id for feed in among]
    resting = edges.records.resting(now, watch.polling.at_most, only)
    feeds = watch.feeds if among is None else among
    return [feed for feed in feeds if not is_kept_as(feed.url, resting.get(feed.id, ""))]


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)


def _state_of(feed: Feed, edges: Edges) -> FeedState:
    return _of_this_address(feed, edges.records.state(feed.id))


def _of_this_address(feed: Feed, state: FeedState | None) -> FeedState:
    """What is remembered of the feed; nothing if the file gave it another address since."""
    kept = kept_address(feed.url)
    if state is None or not is_kept_as(feed.url, state.url):
        return FeedState(feed.id, kept)
    return state if state.url == kept else replace(state, url=kept)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a feed answered, read; nothing is parsed where the body is the last one again."""

    document: Document
    parsed: ParsedFeed
    body_hash: str | None
    is_new: bool = True


async def _ask(
    feed: Feed, before: FeedState, current: Current, edges: Edges
) -> tuple[PollRecord, Saved]:
    """Ask, and store all that this poll changes, whether the feed answered or not."""
    try:
        answer = await _answer(feed, before, edges)
    except FeedError as error:
        # That a feed stopped answering is news; that it still does not is on its page.
        stopped = before.last_answer is not None and not before.failures
        log.log(logging.INFO if stopped else logging.DEBUG, "feed %s: %s", feed.id, error)
        record = _failed(feed, before, error, current.watch, edges.clock())
        polled = Polled(record, feed, current.watch)
        return await edges.polls.do(Ready((), lambda _met: polled), partial(keep, edges=edges))
    ready = Ready(answer.parsed.items, partial(_answered, feed, before, answer, current, edges))
    return await edges.polls.do(ready, partial(keep, edges=edges))


def keep(polls: Sequence[Ready], edges: Edges) -> list[tuple[PollRecord, Saved]]:
    """
    Match, place and store what came, in one turn with saying that it was seen now.

    Polls that end together share a transaction: each is in it whole.
    """
    with edges.turn.shared():
        met = meet(polls, edges.records)
        polled = [poll.poll(met) for poll in polls]
        for watch in {id(one.watch): one.watch for one in polled}.values():
            edges.agree(watch)
        came = [(arrival, one.feed) for one in polled for arrival in one.record.arrivals]
        last = polled[-1]
        with placed(came, last.watch, last.record.at, edges) as shelved:
            records = with_drafts(polled, shelved, edges)
            edges.checkpoint("before_store")
            saved = edges.records.save_all(records, shelved)
    edges.checkpoint("after_store")
    return list(zip(records, saved, strict=True))


async def _answer(feed: Feed, before: FeedState, edges: Edges) -> Answer:
    now = edges.clock()
    etag, last_modified = conditions(before, now)
    url = before.moved_to or feed.url
    document = await edges.fetch(url, etag=etag, last_modified=last_modified, now=now)
    edges.checkpoint("after_fetch")
    if document.unchanged:
        return Answer(document, ParsedFeed(()), before.body_hash, is_new=False)
    body_hash = hashlib.sha256(document.body).hexdigest()
    if body_hash == before.body_hash:
        return Answer(document, ParsedFeed(()), body_hash, is_new=False)
    try:
        return Answer(document, await edges.parse(document.body, feed, document), body_hash)
    except FeedError as error:
        error.places = document.places
        raise


def _answered(
    feed: Feed, before: FeedState, answer: Answer, current: Current, edges: Edges, met: Met
) -> Polled:
    now, watch, document = edges.clock(), current.watch, answer.document
    alerts = list(Reception(feed, before, current, edges, met, now).arrivals(answer.parsed))
    arrivals = tuple(arrival for arrival, _ in alerts)
    came = [came_at(arrival, now) for arrival in arrivals if arrival.row is None]
    outcome = Outcome(
        answered=True,
        new_items=len(came),
        shown=len(answer.parsed.items),
        since=now - (before.last_answer or now) if before.last_new else None,
        max_age=document.max_age,
    )
    if outcome.lossy:
        log.warning(
            "feed %s: nothing it shows was in it %s ago; items may have come and gone in between",
            *(feed.id, str(outcome.since).partition(".")[0]),
        )
    state = replace(
        learn(before, came, now, lossy=outcome.lossy),
        # A 304 need not repeat what the document came with.
        etag=document.etag or (before.etag if document.unchanged else None),
        last_modified=document.last_modified
        or (before.last_modified if document.unchanged else None),
        body_hash=answer.body_hash,
        first_poll=before.first_poll or now,
        last_poll=now,
        last_answer=now,
        failures=0,
        failing_since=None,
        error=None,
        moved_to=document.moved_to or before.moved_to,
        led_to=led_to(feed.url, document.places),
        gone=False,
        skipped=answer.parsed.skipped if answer.is_new else before.skipped,
        losses=before.losses + outcome.lossy,
        last_loss=now if outcome.lossy else before.last_loss,
    )
    record = PollRecord(
        state=replace(state, next_poll=_next(feed, watch, state, outcome, now)),
        at=now,
        day=local_day(now, watch.zone),
        answered=True,
        lossy=outcome.lossy,
        arrivals=arrivals,
        shown=tuple(still_shown(answer.parsed, met, now)),
    )
    return Polled(record, feed, watch, tuple(alerts))


def _failed(
    feed: Feed, before: FeedState, error: FeedError, watch: WatchList, now: datetime
) -> PollRecord:
    # Of another address than the file's own it says only that this one is gone.
    told_gone = isinstance(error, FetchError) and error.status == GONE and before.moved_to is None
    gone = before.gone or told_gone
    state = replace(
        before,
        last_poll=now,
        failures=before.failures + 1,
        failing_since=before.failing_since or now,
        error=str(error),
        # An address that a permanent redirect led to may be wrong: ask the file's own again.
        moved_to=None,
        # One that was not reached at all may still lead there.
        led_to=led_to(feed.url, error.places) or before.led_to,
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
