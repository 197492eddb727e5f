"""What pages and digests read: stories, counts over days, coverage."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, func, select

from monitor.digest.build import Coverage, Gap, Report, Story
from monitor.model import Feed
from monitor.store.database import Database, table_of
from monitor.store.records import day_rows, hit_of, item_of
from monitor.store.tables import DeliveryRow, FeedRow, HitRow, ItemRow

ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
DELIVERY = table_of(DeliveryRow)


class Reading:
    """Answers what was seen, by span of time and by indicator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stories(self, feeds: Mapping[str, Feed], start: datetime, end: datetime) -> list[Story]:
        """The stories first seen from ``start`` up to ``end``, oldest first."""
        hits = select(HIT.c.item_id).where(HIT.c.seen >= start, HIT.c.seen < end)
        query = select(ITEM).where(ITEM.c.id.in_(hits)).order_by(ITEM.c.seen, ITEM.c.id)
        with self._database.reading() as connection:
            return _stories(connection, query, feeds)

    def stories_of(
        self, feeds: Mapping[str, Feed], indicator: str, limit: int
    ) -> tuple[list[Story], int]:
        """The newest stories of one indicator, newest first, and how many it has in all."""
        newest = (
            select(HIT.c.item_id)
            .where(HIT.c.indicator == indicator)
            .order_by(HIT.c.seen.desc(), HIT.c.item_id.desc())
            .limit(limit)
        )
        query = (
            select(ITEM).where(ITEM.c.id.in_(newest)).order_by(ITEM.c.seen.desc(), ITEM.c.id.desc())
        )
        with self._database.reading() as connection:
            total = connection.scalar(
                select(func.count()).select_from(HIT).where(HIT.c.indicator == indicator)
            )
            return _stories(connection, query, feeds), int(total or 0)

    def last_stories(
        self, feeds: Mapping[str, Feed], indicators: Iterable[str]
    ) -> dict[str, Story]:
        """The newest story of each indicator."""
        found = {}
        for indicator in indicators:
            stories, _ = self.stories_of(feeds, indicator, 1)
            if stories:
                found[indicator] = stories[0]
        return found

    def days(
        self, since: datetime, zone: ZoneInfo, indicator: str | None = None
    ) -> dict[str, Counter[date]]:
        """How many stories each indicator has on each local day since an instant."""
        query = select(HIT.c.indicator, HIT.c.seen).where(HIT.c.seen >= since)
        if indicator:
            query = query.where(HIT.c.indicator == indicator)
        counts: dict[str, Counter[date]] = defaultdict(Counter)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                counts[row.indicator][row.seen.astimezone(zone).date()] += 1
        return counts

    def week(self, end: datetime) -> dict[str, int]:
        """How many stories each indicator has in the seven days that end at an instant."""
        query = (
            select(HIT.c.indicator, func.count().label("n"))
            .where(HIT.c.seen >= end - timedelta(days=7), HIT.c.seen < end)
            .group_by(HIT.c.indicator)
        )
        with self._database.reading() as connection:
            return {row.indicator: row.n for row in connection.execute(query)}

    def signals(self, since: datetime) -> dict[str, Counter[str]]:
        """How many stories of each indicator carry each signal since an instant."""
        query = select(HIT.c.indicator, HIT.c.signals).where(HIT.c.seen >= since)
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                counts[row.indicator].update(row.signals or ())
        return counts

    def sources(self, feeds: Mapping[str, Feed], since: datetime) -> dict[str, set[Feed]]:
        """Which feeds brought each indicator's stories since an instant."""
        query = (
            select(HIT.c.indicator, ITEM.c.feed)
            .join(ITEM, ITEM.c.id == HIT.c.item_id)
            .where(HIT.c.seen >= since)
            .distinct()
        )
        found: dict[str, set[Feed]] = defaultdict(set)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found[row.indicator].add(feed_of(feeds, row.feed))
        return found

    def items_since(self, since: datetime) -> dict[str, int]:
        """How many items each feed brought since an instant."""
        query = (
            select(ITEM.c.feed, func.count().label("n"))
            .where(ITEM.c.seen >= since)
            .group_by(ITEM.c.feed)
        )
        with self._database.reading() as connection:
            return {row.feed: row.n for row in connection.execute(query)}

    def feed_days(self, first: date, last: date) -> dict[str, dict[date, int | None]]:
        """New items of each feed on each local day; ``None`` where it never answered that day."""
        found: dict[str, dict[date, int | None]] = defaultdict(dict)
        with self._database.reading() as connection:
            for row in day_rows(connection, first, last):
                found[row.feed][row.day] = row.items if row.answered else None
        return found

    def coverage(
        self,
        feeds: Sequence[Feed],
        first: date,
        last: date,
        span: tuple[datetime, datetime],
        made: datetime,
    ) -> Coverage:
        """
        How much of the feeds was seen on local days ``first`` to ``last``.

        ``span`` bounds the items that are counted. A feed is a gap if it did
        not answer at all in those days (since ``None``), or if it was failing
        at the last poll in them, since the instant that it failed.
        """
        with self._database.reading() as connection:
            rows = defaultdict(list)
            for row in day_rows(connection, first, last):
                rows[row.feed].append(row)
            items = connection.scalar(
                select(func.count())
                .select_from(ITEM)
                .where(ITEM.c.seen >= span[0], ITEM.c.seen < span[1])
            )
            errors = {row.id: row.error for row in connection.execute(select(table_of(FeedRow)))}
        gaps = tuple(
            gap
            for feed in feeds
            if (gap := _gap(feed, rows.get(feed.id, []), errors.get(feed.id))) is not None
        )
        answered = sum(any(row.answered for row in rows.get(feed.id, [])) for feed in feeds)
        return Coverage(
            feeds=len(feeds),
            answered=answered,
            items=int(items or 0),
            gaps=gaps,
            watched=span[1] > made and bool(rows),
        )

    def first_seen(self) -> datetime | None:
        """When the oldest hit was seen."""
        with self._database.reading() as connection:
            first: datetime | None = connection.scalar(select(func.min(HIT.c.seen)))
            return first


def feed_of(feeds: Mapping[str, Feed], feed: str) -> Feed:
    """The feed of that id, or, for one that has left the file, what its id alone says."""
    return feeds.get(feed) or Feed(id=feed, url="", publisher=feed)


def _gap(feed: Feed, rows: Sequence[Row[Any]], error: str | None) -> Gap | None:
    if not any(row.answered for row in rows):
        return Gap(feed, None, (rows[-1].error if rows else error) or "not polled yet")
    last = rows[-1]
    if last.failing_since is not None:
        return Gap(feed, last.failing_since, last.error or "")
    return None


def _stories(connection: Connection, query: Select[Any], feeds: Mapping[str, Feed]) -> list[Story]:
    rows = list(connection.execute(query))
    hits = defaultdict(list)
    alerted: dict[str, datetime] = {}
    for start in range(0, len(rows), 400):
        part = rows[start : start + 400]
        wanted = select(HIT).where(HIT.c.item_id.in_([row.id for row in part]))
        for hit in connection.execute(wanted.order_by(HIT.c.id)):
            hits[hit.item_id].append(hit)
        sent = (
            select(DELIVERY.c.subject, func.min(DELIVERY.c.sent).label("first"))
            .where(
                DELIVERY.c.kind == "alert",
                DELIVERY.c.state == "sent",
                DELIVERY.c.subject.in_([row.key for row in part]),
            )
            .group_by(DELIVERY.c.subject)
        )
        alerted.update({row.subject: row.first for row in connection.execute(sent)})
    return [
        Story(
            id=row.key,
            reports=(
                Report(
                    item=item_of(row),
                    feed=feed_of(feeds, row.feed),
                    seen=row.seen,
                    hits=tuple(hit_of(hit, row.key) for hit in hits[row.id]),
                ),
            ),
            alerted=alerted.get(row.key),
        )
        for row in rows
    ]


def month_before(day: date, days: int) -> list[date]:
    """The ``days`` local days that end on ``day``, oldest first."""
    return [day - timedelta(days=back) for back in range(days - 1, -1, -1)]
