"""What a feed's answer brings that is new or edited: matched, dated, and whether to tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts.decide import Alert, Known, decide, may_be_told
from monitor.digest.build import local_day
from monitor.feeds.identity import text_hash
from monitor.feeds.search import speaking
from monitor.matching import in_scope, match
from monitor.model import Arrival, Feed, FeedState, Item, ParsedFeed
from monitor.pipeline.edges import Current, Edges
from monitor.pipeline.meeting import Met, StoredItem

RECENT = timedelta(days=2)
OLD = timedelta(days=10)
"""Before it is so old, no item is let go, whatever its feed shows."""

MOST_ARTICLES = 50
"""Articles that one poll of one feed may ask for, of its newest items."""

LONG_ENOUGH = 3_000
"""Characters of content with which a feed gives the article itself."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes in an answer: ``before`` is what is known of its feed, ``met`` of its items."""

    feed: Feed
    before: FeedState
    current: Current
    edges: Edges
    met: Met
    now: datetime

    def arrivals(self, parsed: ParsedFeed) -> Iterator[tuple[Arrival, Alert]]:
        """Match the items that are new or edited; what was seen before costs a look-up."""
        wanted = 0
        for item in {item.key: item for item in parsed.items}.values():
            known = self.met.known(item)
            if known is not None and known.hash == item.hash:
                continue
            arrival = self._arrival(item, known)
            wanted += arrival.wants_article
            if wanted > MOST_ARTICLES:
                arrival = replace(arrival, wants_article=False)
            yield arrival, self._alert(arrival, known)

    def _arrival(self, item: Item, known: StoredItem | None) -> Arrival:
        past = known is None and _is_past(item, self.before)
        seen = _seen(item, self.now, self.edges.made) if past else self.now
        given = ""
        if known is not None and known.article:
            given, item = item.hash, _with_its_article(item, known.row, self.edges)
        watch = self.current.watch
        voice = speaking(self.feed, item.source, watch.feeds)
        is_recent = known is None and self.now - seen < RECENT
        return Arrival(
            item=item,
            seen=seen,
            day=local_day(seen, watch.zone),
            hits=tuple(match(item, self.current.matcher, voice)),
            twin=self.met.twin_of(item),
            row=known.row if known else None,
            backfill=past,
            wants_article=is_recent and _wants_article(item, voice, self.current),
            feed_hash=given,
        )

    def _alert(self, arrival: Arrival, known: StoredItem | None) -> Alert:
        before = None
        if known is not None:
            hit = frozenset(self.met.hit.get(known.row, ()))
            before = Known(self.now - known.seen, hit)
        alert = decide(arrival.item, arrival.hits, known=before, first_poll=arrival.backfill)
        if may_be_told(arrival.item, self.before.last_answer, self.edges.restored):
            return replace(alert, may_be_told=True)
        return alert


def still_shown(parsed: ParsedFeed, met: Met, now: datetime) -> Iterator[int]:
    """The rows of old items that a document still has, so that they are not forgotten."""
    for item in parsed.items:
        known = met.known(item)
        if known is not None and now - known.seen > OLD:
            yield known.row


def came_at(arrival: Arrival, now: datetime) -> datetime:
    """When a new item came: now, or, for the past of a feed, when it was published."""
    published = arrival.item.published if arrival.backfill else None
    return min(published, now) if published else now


def _wants_article(item: Item, feed: Feed, current: Current) -> bool:
    """Whether an item's page is worth asking for: in scope, and not given whole by the feed."""
    return (
        feed.fulltext
        and item.link is not None
        and len(item.content) < LONG_ENOUGH
        and in_scope(item, current.matcher, feed)
    )


def _with_its_article(item: Item, row: int, edges: Edges) -> Item:
    """An item that its feed edited, with the article that was fetched for it before."""
    stored = edges.records.item(row)
    return item if stored is None else with_article(item, stored.item.content)


def with_article(item: Item, text: str) -> Item:
    """The item with an article's text for its content."""
    whole = text_hash(item.title, item.summary, text)
    return replace(item, content=text, hash=whole, article=True)


def _is_past(item: Item, before: FeedState) -> bool:
    """
    Whether a new item belongs to the past of its feed, which alerts nothing.

    All of a first answer does; and where the first answers were empty, what
    was published before them.
    """
    if before.first_poll is None:
        return True
    if before.last_new is not None:
        return False
    return item.published is None or item.published < before.first_poll


def _seen(item: Item, now: datetime, made: datetime) -> datetime:
    """
    The instant that decides the day of an item of a feed's past: when it was published.

    What was published in the last two days while the watch was already running
    counts as seen now, since its day may be closed and its digest gone.
    """
    if item.published is None or item.published > now:
        return now
    is_recent = item.published > max(made, now - RECENT)
    return now if is_recent else item.published
