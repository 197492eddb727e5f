"""
What is kept how long: items that no indicator hit go when they are old, and no feed shows them.

A feed may show an item for years. If it were forgotten meanwhile, it would
come back as new, be counted again, and alerted by a list that was edited since.
So each poll notes which old items the document still shows, and an item
goes only when its feed has brought something new well after it last showed
the item. What levels are judged by is counted before, and stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import sleep
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, func, or_, select

from monitor.store.counts import ITEMS_COUNTED
from monitor.store.database import Database, insert_new, table_of
from monitor.store.facts import fact, note_fact
from monitor.store.leveltables import ItemHourRow
from monitor.store.search import Search
from monitor.store.storytables import HandRow, PlacementRow
from monitor.store.tables import (
    ArticleRow,
    FactRow,
    FeedDayRow,
    FeedRow,
    HitRow,
    ItemRow,
    PlaceRow,
    ShownRow,
    VersionRow,
)

ITEM = table_of(ItemRow)
FEED = table_of(FeedRow)
SHOWN = table_of(ShownRow)
VERSION = table_of(VersionRow)
ITEM_HOUR = table_of(ItemHourRow)
FEED_DAY = table_of(FeedDayRow)
OF_ITEMS = (table_of(PlaceRow), table_of(ArticleRow), VERSION, SHOWN)
"""What an item without hits may have besides itself."""
KEEPS = (table_of(HitRow), table_of(PlacementRow), table_of(HandRow))
"""What an item is kept for, however old it is."""

UNSEEN_FOR = timedelta(days=30)
"""So long a feed must not have shown an item that goes: feeds drop what they show again."""
COUNTS_FOR = timedelta(days=400)
"""How long is counted how many items each feed brought by the hour, and how it answered by day."""
BATCH = 100
PAUSE = 0.05
"""Seconds between two batches, in which others write."""
PRUNED, SHOWN_SINCE, TAKEN_BACK = "pruned", "shown since", "taken back"


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many items went, and when the oldest that is left was fetched."""

    items: int = 0
    counts: int = 0


class Retention:
    """
    Lets go of what is old, a little at a time, beside polls.

    Each batch is a transaction of its own within the ``turn``, so that no poll
    finds an item gone that it has just met.
    """

    def __init__(
        self, database: Database, search: Search, turn: AbstractContextManager[object]
    ) -> None:
        self._database = database
        self._search = search
        self._turn = turn

    def last(self) -> datetime | None:
        """When old items were last let go."""
        with self._database.reading() as connection:
            value = fact(connection, PRUNED)
        return datetime.fromisoformat(value) if value else None

    def due(self, before: datetime) -> int:
        """How many items fetched before an instant would go now."""
        total = 0
        with self._database.reading() as connection:
            for feed, bound in _bounds(connection, before):
                query = _old(connection, feed, bound).with_only_columns(func.count(ITEM.c.id))
                total += int(connection.scalar(query) or 0)
        return total

    def prune(
        self, before: datetime | None, now: datetime, each: Callable[[], object] = lambda: None
    ) -> Pruned:
        """
        Let go of items fetched before an instant that no indicator hit, and of old counts.

        The first time it only notes that what feeds show is noted from now on:
        what they showed before is not known. ``each`` is called after each batch;
        what it raises breaks it off, and the next time goes on. Run twice it changes
        nothing the second time.
        """
        items = 0
        self._begin(now)
        if before is not None:
            with self._database.reading() as connection:
                bounds = list(_bounds(connection, before))
            for feed, bound in bounds:
                for gone in self._prune_feed(feed, bound):
                    items += gone
                    each()
                    sleep(PAUSE)
        counts = sum(self._thin_counts(now - COUNTS_FOR, each))
        self._tidy_index(items, each)
        with self._database.writing() as connection:
            note_fact(connection, PRUNED, now.isoformat())
        return Pruned(items, counts)

    def _begin(self, now: datetime) -> None:
        since = {"name": SHOWN_SINCE, "value": now.isoformat()}
        with self._database.writing() as connection:
            insert_new(connection, FactRow, [since])

    def _prune_feed(self, feed: str, bound: datetime) -> Iterator[int]:
        """Let go of one feed's old items, batch by batch; how many."""
        after: tuple[datetime, int] | None = None
        while True:
            with self._database.reading() as connection:
                query = _old(connection, feed, bound).order_by(ITEM.c.seen, ITEM.c.id)
                if after is not None:
                    seen, row = after
                    later = (ITEM.c.seen == seen) & (ITEM.c.id > row)
                    query = query.where(or_(ITEM.c.seen > seen, later))
                rows = list(connection.execute(query.limit(BATCH)))
            if not rows:
                return
            after = rows[-1].seen, rows[-1].id
            words = self._search.words_of(rows)
            with self._turn, self._database.writing() as connection:
                gone = self._forget(connection, feed, bound, rows, words)
            yield gone

    def _forget(
        self,
        connection: Connection,
        feed: str,
        bound: datetime,
        rows: Sequence[Row[Any]],
        words: Mapping[int, tuple[int, str]],
    ) -> int:
        """Delete those of some items that may still go, with all that belongs to them."""
        asked = ITEM.c.id.in_([row.id for row in rows])
        still = _old(connection, feed, bound).where(asked).with_only_columns(ITEM.c.id)
        ids = list(connection.scalars(still))
        edited = set(
            connection.scalars(select(VERSION.c.item_id).where(VERSION.c.item_id.in_(ids)))
        )
        self._search.take_back(connection, [words[one] for one in ids if one not in edited])
        for table in OF_ITEMS:
            connection.execute(delete(table).where(table.c.item_id.in_(ids)))
        return connection.execute(delete(ITEM).where(ITEM.c.id.in_(ids))).rowcount

    def _tidy_index(self, gone: int, each: Callable[[], object]) -> None:
        """Write the index of search anew when a tenth of it was taken back since the last time."""
        with self._database.writing() as connection:
            gone += int(fact(connection, TAKEN_BACK) or 0)
            there = connection.scalar(select(func.count()).select_from(ITEM)) or 0
            is_much = gone * 10 > there
            note_fact(connection, TAKEN_BACK, str(gone))
        begins = True
        while is_much and self._search.tidy(begins=begins):
            begins = False
            each()
            sleep(PAUSE)
        if is_much:
            with self._database.writing() as connection:
                note_fact(connection, TAKEN_BACK, "0")

    def _thin_counts(self, before: datetime, each: Callable[[], object]) -> Iterator[int]:
        """Let go of counts of long ago, a day at a time."""
        for column, bound, step in (
            (ITEM_HOUR.c.hour, before, timedelta(days=1)),
            (FEED_DAY.c.day, before.date(), timedelta(days=1)),
        ):
            while True:
                with self._database.writing() as connection:
                    first = connection.scalar(select(func.min(column)))
                    if first is None or first >= bound:
                        break
                    old = column < min(first + step, bound)
                    gone = connection.execute(delete(column.table).where(old)).rowcount
                yield gone
                each()
                sleep(PAUSE)


def _bounds(connection: Connection, before: datetime) -> Iterator[tuple[str, datetime]]:
    """Each feed, and since when its items must not have been shown so that they may go."""
    since = fact(connection, SHOWN_SINCE)
    if since is None:
        return
    query = select(FEED.c.id, FEED.c.last_new).where(
        FEED.c.last_new > datetime.fromisoformat(since)
    )
    for row in list(connection.execute(query.order_by(FEED.c.id))):
        yield row.id, min(before, row.last_new - UNSEEN_FOR)


def _old(connection: Connection, feed: str, bound: datetime) -> Select[Any]:
    """The items of a feed last fetched and shown before an instant that are kept for nothing."""
    counted = int(fact(connection, ITEMS_COUNTED) or 0)
    # The numbers of the last rows would be given again, and what was counted by them goes astray.
    last = connection.scalar(select(func.max(ITEM.c.id))) or 0
    edited = connection.scalar(select(VERSION.c.item_id).order_by(VERSION.c.id.desc()).limit(1))
    free: list[ColumnElement[bool]] = [~exists().where(one.c.item_id == ITEM.c.id) for one in KEEPS]
    shown = exists().where(SHOWN.c.item_id == ITEM.c.id, SHOWN.c.at >= bound)
    return select(ITEM).where(
        ITEM.c.feed == feed,
        ITEM.c.seen < bound,
        *free,
        ITEM.c.fetched < bound,
        ~shown,
        ITEM.c.id <= counted,
        ITEM.c.id != last,
        ITEM.c.id != (edited or 0),
    )
