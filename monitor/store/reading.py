"""What pages and digests read: stories, counts over days, coverage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, select

from monitor.digest.build import Coverage, Outline, Story
from monitor.model import Feed, FeedState, Hit, Mark, Version
from monitor.store.coverage import Looks
from monitor.store.database import Database, table_of
from monitor.store.known import chunks
from monitor.store.storytables import PlacementRow, StoryIndicatorRow, StoryRow
from monitor.store.tables import FeedDayRow, FeedRow, HitRow, ItemRow, VersionRow
from monitor.store.whole import report_of, whole_stories

FEED = table_of(FeedRow)
DAY = table_of(FeedDayRow)
ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
STORY = table_of(StoryRow)
PLACEMENT = table_of(PlacementRow)
SPOKEN = table_of(StoryIndicatorRow)
VERSION = table_of(VersionRow)


class Reading:
    """Answers what was seen, by span of time and by indicator."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stories(self, feeds: Mapping[str, Feed], start: datetime, end: datetime) -> list[Story]:
        """
        The stories first seen from ``start`` up to ``end``, oldest first.

        Among them are those of before that got an update in that time.
        """
        query = select(STORY).where(_seen_within(start, end)).order_by(STORY.c.first, STORY.c.id)
        with self._database.reading() as connection:
            return whole_stories(connection, query, feeds)

    def outlines(self, start: datetime, end: datetime) -> list[Outline]:
        """What the stories that ``stories`` would give are put in order by, without their items."""
        told = "id", "first", "independent", "publishers", "grade", "items"
        query = (
            select(*(STORY.c[name] for name in told), SPOKEN.c.indicator)
            .outerjoin(SPOKEN, SPOKEN.c.story == STORY.c.id)
            .where(_seen_within(start, end))
        )
        found: dict[str, tuple[Any, ...]] = {}
        spoken: dict[str, list[str]] = defaultdict(list)
        with self._database.reading() as connection:
            for key, *values, indicator in connection.execute(query):
                found[key] = tuple(values)
                if indicator is not None:
                    spoken[key].append(indicator)
        return [
            Outline(key, first, tuple(spoken[key]), independent, publishers, grade, items)
            for key, (first, independent, publishers, grade, items) in found.items()
        ]

    def stories_named(self, feeds: Mapping[str, Feed], ids: Sequence[str]) -> list[Story]:
        """The stories of these ids."""
        with self._database.reading() as connection:
            return [
                story
                for part in chunks(ids)
                for story in whole_stories(
                    connection, select(STORY).where(STORY.c.id.in_(part)), feeds
                )
            ]

    def first_seen_within(self, start: datetime, end: datetime) -> int:
        """How many stories were first seen from ``start`` up to ``end``."""
        query = select(func.count()).where(STORY.c.first >= start, STORY.c.first < end)
        with self._database.reading() as connection:
            return int(connection.scalar(query) or 0)

    def stories_of(self, feeds: Mapping[str, Feed], indicator: str, limit: int) -> list[Story]:
        """The newest stories of one indicator, newest first."""
        query = (
            select(STORY)
            .join(SPOKEN, SPOKEN.c.story == STORY.c.id)
            .where(SPOKEN.c.indicator == indicator)
            .order_by(SPOKEN.c.first.desc(), SPOKEN.c.story)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return whole_stories(connection, query, feeds)

    def story(self, feeds: Mapping[str, Feed], key: str) -> Story | None:
        """
        The story that an item belongs to; nothing for an unknown key.

        An item that nothing hit is in no story, and is shown as one of its own.
        """
        placed = (
            select(PLACEMENT.c.story)
            .join(ITEM, ITEM.c.id == PLACEMENT.c.item_id)
            .where(ITEM.c.key == key)
        )
        with self._database.reading() as connection:
            story = connection.scalar(placed)
            if story is not None:
                query = select(STORY).where(STORY.c.id == story)
                return next(iter(whole_stories(connection, query, feeds)), None)
            row = connection.execute(select(ITEM).where(ITEM.c.key == key)).first()
            return Story(key, (report_of(row, (), feeds),)) if row else None

    def versions(self, key: str) -> list[Version]:
        """The earlier texts of an item, the last one first."""
        query = (
            select(VERSION)
            .join(ITEM, ITEM.c.id == VERSION.c.item_id)
            .where(ITEM.c.key == key)
            .order_by(VERSION.c.replaced.desc(), VERSION.c.id.desc())
        )
        with self._database.reading() as connection:
            return [_version(row, key) for row in connection.execute(query)]

    def fetched(self, key: str) -> tuple[datetime, bool] | None:
        """When an item was first fetched, and whether a first poll brought it as the past."""
        query = select(ITEM.c.fetched, ITEM.c.backfill).where(ITEM.c.key == key)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return (row.fetched, row.backfill) if row else None

    def last_stories(
        self, feeds: Mapping[str, Feed], indicators: Iterable[str]
    ) -> dict[str, Story]:
        """The newest story of each indicator."""
        newest: dict[str, str] = {}
        # Each by the index: to group them all would read every story there is.
        latest = (
            select(SPOKEN.c.story)
            .where(SPOKEN.c.indicator == bindparam("of"))
            .order_by(SPOKEN.c.first.desc(), SPOKEN.c.story)
            .limit(1)
        )
        with self._database.reading() as connection:
            for indicator in indicators:
                if (story := connection.scalar(latest, {"of": indicator})) is not None:
                    newest[indicator] = story
            query = select(STORY).where(STORY.c.id.in_(sorted(set(newest.values()))))
            found = {story.id: story for story in whole_stories(connection, query, feeds)}
        return {indicator: found[story] for indicator, story in newest.items()}

    def week(self, end: datetime) -> dict[str, int]:
        """How many stories each indicator has in the seven days that end at an instant."""
        query = (
            select(SPOKEN.c.indicator, func.count().label("n"))
            .where(SPOKEN.c.first >= end - timedelta(days=7), SPOKEN.c.first < end)
            .group_by(SPOKEN.c.indicator)
        )
        with self._database.reading() as connection:
            return {row.indicator: row.n for row in connection.execute(query)}

    def sources(self, since: datetime) -> dict[str, set[str]]:
        """Which feeds brought each indicator's stories since an instant, by their ids."""
        query = (
            select(HIT.c.indicator, ITEM.c.feed)
            .join(ITEM, ITEM.c.id == HIT.c.item_id)
            .where(HIT.c.seen >= since)
        )
        # Not made distinct by the database, which would go through every hit there is for it.
        found: dict[str, set[str]] = defaultdict(set)
        with self._database.reading() as connection:
            for indicator, feed in connection.execute(query):
                found[indicator].add(feed)
        return found

    def items_since(self, since: datetime) -> dict[str, int]:
        """How many items each feed brought since an instant."""
        # A look into the index for each feed: to group the items would go through all of them.
        counted = (
            select(func.count())
            .where(ITEM.c.feed == FEED.c.id, ITEM.c.seen >= since)
            .scalar_subquery()
        )
        with self._database.reading() as connection:
            rows = connection.execute(select(FEED.c.id, counted))
            return {feed: items for feed, items in rows if items}

    def feed_days(self, first: date, last: date) -> dict[str, dict[date, int | None]]:
        """New items of each feed on each local day; ``None`` where it never answered that day."""
        query = select(DAY.c.feed, DAY.c.day, DAY.c.answered, DAY.c["items"])
        query = query.where(DAY.c.day >= first, DAY.c.day <= last)
        found: dict[str, dict[date, int | None]] = defaultdict(dict)
        with self._database.reading() as connection:
            for feed, day, answered, items in connection.execute(query):
                found[feed][day] = items if answered else None
        return found

    def coverage(
        self,
        feeds: Sequence[Feed],
        first: date,
        last: date,
        span: tuple[datetime, datetime],
        made: datetime,
        now: datetime,
        known: Mapping[str, FeedState] | None = None,
    ) -> Coverage:
        """
        How much of the feeds was seen on local days ``first`` to ``last``.

        ``span`` bounds the items that are counted. A feed is a gap if it was
        failing at its last poll in those days, since the instant that it
        failed, or if it was not polled at all in them (since ``None``). In a
        span that is still going on, a feed whose next poll has not come yet
        stands as its last one left it. A feed that answered, "nothing changed"
        included, is a lull if it was stale or empty when the span ended. ``known``
        is how the feeds stand, for whoever has asked already.
        """
        with self._database.reading() as connection:
            looks = Looks(connection, feeds, (first, last), span, now, known)
            items = connection.scalar(
                select(func.count())
                .select_from(ITEM)
                .where(ITEM.c.seen >= span[0], ITEM.c.seen < span[1])
            )
        return Coverage(
            feeds=len(feeds),
            answered=sum(map(looks.is_answered, feeds)),
            items=int(items or 0),
            gaps=tuple(looks.gaps()),
            lulls=tuple(looks.lulls()),
            leaks=tuple(looks.leaks()),
            watched=span[1] > made,
            began=made,
        )

    def first_seen(self) -> datetime | None:
        """When the oldest hit was seen."""
        with self._database.reading() as connection:
            first: datetime | None = connection.scalar(select(func.min(HIT.c.seen)))
            return first


def _seen_within(start: datetime, end: datetime) -> ColumnElement[bool]:
    """That a story was first seen in a span, or before it and got an update within."""
    updated = select(PLACEMENT.c.story).where(
        PLACEMENT.c.at >= start, PLACEMENT.c.at < end, PLACEMENT.c.is_update
    )
    first_seen = select(STORY.c.id).where(STORY.c.first >= start, STORY.c.first < end)
    # One list of both: asked for by either of two, PostgreSQL would look at every story.
    return and_(STORY.c.first < end, STORY.c.id.in_(first_seen.union(updated)))


def _version(row: Row[Any], key: str) -> Version:
    hits = tuple(
        Hit(
            key, hit["indicator"], tuple(hit["signals"]), tuple(Mark(**one) for one in hit["marks"])
        )
        for hit in row.hits or ()
    )
    return Version(row.title, row.summary, row.content, row.hash, row.replaced, hits)
