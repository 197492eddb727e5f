"""Stories whole: their rows, their items with hits, and when they were alerted, as values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from monitor.digest.build import Report, Story
from monitor.feeds.search import speaking
from monitor.model import Feed
from monitor.store.database import table_of
from monitor.store.known import chunks
from monitor.store.records import hit_of, item_of
from monitor.store.storytables import PlacementRow
from monitor.store.tables import DeliveryRow, HitRow, ItemRow

ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
DELIVERY = table_of(DeliveryRow)
PLACEMENT = table_of(PlacementRow)
_PLACE = [
    PLACEMENT.c[name].label(f"place_{name}")
    for name in ("id", "story", "reason", "is_update", "by_hand")
]


def whole_stories(
    connection: Connection, query: Select[Any], feeds: Mapping[str, Feed]
) -> list[Story]:
    """The stories of the rows that a query over the table of stories gives, in its order."""
    rows = list(connection.execute(query))
    reports: dict[str, list[Report]] = defaultdict(list)
    alerted: dict[str, datetime] = {}
    for part in chunks([row.id for row in rows]):
        for story, report in _reports(connection, part, feeds):
            reports[story].append(report)
        alerted.update(_alerted(connection, part))
    return [_story(row, reports[row.id], alerted.get(row.id)) for row in rows if reports[row.id]]


def _story(row: Row[Any], reports: Sequence[Report], alerted: datetime | None) -> Story:
    return Story(
        id=row.id,
        reports=tuple(sorted(reports, key=lambda one: one.seen)),
        alerted=alerted,
        independent=row.independent,
        corroborated=row.credibility,
        judged=row.judged,
        by_hand=row.by_hand,
        first=row.first,
    )


def _reports(
    connection: Connection, stories: Sequence[str], feeds: Mapping[str, Feed]
) -> Iterator[tuple[str, Report]]:
    """The items of some stories with their hits, in the order in which they were placed."""
    ours = PLACEMENT.c.story.in_(stories)
    hits: dict[int, list[Row[Any]]] = defaultdict(list)
    found = select(HIT).join(PLACEMENT, PLACEMENT.c.item_id == HIT.c.item_id).where(ours)
    for hit in connection.execute(found.order_by(HIT.c.id)):
        hits[hit.item_id].append(hit)
    query = select(ITEM, *_PLACE).join(PLACEMENT, PLACEMENT.c.item_id == ITEM.c.id).where(ours)
    for row in connection.execute(query.order_by(PLACEMENT.c.id)):
        yield row.place_story, report_of(row, hits[row.id], feeds)


def _alerted(connection: Connection, stories: Sequence[str]) -> dict[str, datetime]:
    """When the first alert on each story was sent, by whichever of its items."""
    query = (
        select(PLACEMENT.c.story, func.min(DELIVERY.c.sent).label("first"))
        .join(ITEM, ITEM.c.id == PLACEMENT.c.item_id)
        .join(DELIVERY, DELIVERY.c.subject == ITEM.c.key)
        .where(
            PLACEMENT.c.story.in_(stories),
            DELIVERY.c.kind == "alert",
            DELIVERY.c.sent.is_not(None),
        )
        .group_by(PLACEMENT.c.story)
    )
    return {row.story: row.first for row in connection.execute(query)}


def report_of(row: Row[Any], hits: Sequence[Row[Any]], feeds: Mapping[str, Feed]) -> Report:
    """An item with its hits, and with its place where the row has one."""
    # What only an edit made a hit is first seen as one at that edit.
    seen = min((hit.seen for hit in hits), default=row.seen)
    return Report(
        item=item_of(row),
        feed=_heard(feeds, row),
        seen=seen,
        hits=tuple(hit_of(hit, row.key) for hit in hits),
        backfill=row.backfill and seen == row.seen,
        reason=getattr(row, "place_reason", ""),
        is_update=getattr(row, "place_is_update", False),
        by_hand=getattr(row, "place_by_hand", False),
    )


def feed_of(feeds: Mapping[str, Feed], feed: str) -> Feed:
    """The feed of that id, or, for one that has left the file, what its id alone says."""
    return feeds.get(feed) or Feed(id=feed, url="", publisher=feed)


def _heard(feeds: Mapping[str, Feed], row: Row[Any]) -> Feed:
    """The feed of an item, with the item's own source where a search brought it."""
    return speaking(feed_of(feeds, row.feed), row.source, feeds.values())
