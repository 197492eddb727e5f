"""Stories in a long row, newest first, read part by part: for lists, feeds and exports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from monitor.digest.build import Story
from monitor.model import Feed
from monitor.store.database import Database, table_of
from monitor.store.storytables import StoryIndicatorRow, StoryRow
from monitor.store.tables import DeliveryRow, FeedRow, HitRow, ItemRow
from monitor.store.whole import whole_stories

ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
DELIVERY = table_of(DeliveryRow)
FEED = table_of(FeedRow)
STORY = table_of(StoryRow)
SPOKEN = table_of(StoryIndicatorRow)
PART = 200


@dataclass(frozen=True, slots=True)
class Row:
    """Which stories are listed: of an indicator, first seen in a span, after one told before."""

    indicator: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None
    """When the story before was first seen, and its id."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A story in a row, and the instant that it stands at: when it first spoke to what is asked."""

    story: Story
    at: datetime


class Listing:
    """Reads stories in the order in which they were first seen, from the newest back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stories(self, feeds: Mapping[str, Feed], row: Row, limit: int) -> list[Listed]:
        """At most so many stories of a row, from its beginning."""
        first, query = STORY.c.first, select(STORY)
        if row.indicator is not None:
            first = SPOKEN.c.first
            query = query.join(SPOKEN, SPOKEN.c.story == STORY.c.id)
            query = query.where(SPOKEN.c.indicator == row.indicator)
        if row.since is not None:
            query = query.where(first >= row.since)
        if row.until is not None:
            query = query.where(first < row.until)
        if row.after is not None:
            at, key = row.after
            query = query.where(or_(first < at, and_(first == at, STORY.c.id < key)))
        newest = query.order_by(first.desc(), STORY.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            whole = whole_stories(connection, newest, feeds)
            places = newest.with_only_columns(STORY.c.id, first.label("stands"))
            stands = {found.id: found.stands for found in connection.execute(places)}
        return [Listed(one, stands[one.id]) for one in whole]

    def mark(self) -> str:
        """Changes with another item, hit or line of the ledger, or with feeds that fail."""
        troubles = select(func.count()).where(FEED.c.failing_since.is_not(None))
        newest = (select(func.max(table.c.id)) for table in (ITEM, HIT, DELIVERY))
        with self._database.reading() as connection:
            return "|".join(str(connection.scalar(query)) for query in (*newest, troubles))

    def all(self, feeds: Mapping[str, Feed], row: Row) -> Iterator[Story]:
        """Every story of a row, read part by part."""
        while part := self.stories(feeds, row, PART):
            yield from (one.story for one in part)
            row = replace(row, after=(part[-1].at, part[-1].story.id))
