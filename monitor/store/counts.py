"""
Counts by the hour, which levels are judged from: a roll-up of stories, items and hits.

What stories say changes when they grow, split or merge, so those are counted
as they change. Items and hits only ever come, so they are counted from where
the last count ended, off the way of the polls. Made anew from what is stored,
all of it comes to the same numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select

from monitor.levels.board import Counts
from monitor.store.database import Database, Lock, add_up, table_of
from monitor.store.facts import fact, forget_facts, note_fact
from monitor.store.leveltables import HitDayRow, ItemHourRow, StoryHourRow
from monitor.store.storytables import StoryIndicatorRow
from monitor.store.tables import HitRow, ItemRow

ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
SPOKEN = table_of(StoryIndicatorRow)
STORY_HOUR = table_of(StoryHourRow)
ITEM_HOUR = table_of(ItemHourRow)
HIT_DAY = table_of(HitDayRow)

BATCH = 20_000
HOUR = timedelta(hours=1)
ITEMS_COUNTED, HITS_COUNTED, STORIES_COUNTED = "items counted", "hits counted", "stories counted"


def hour_of(instant: datetime) -> datetime:
    """The hour that an instant lies in, by its beginning."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def move_story(
    connection: Connection, indicator: str, before: datetime | None, after: datetime | None
) -> None:
    """Count a story of an indicator in the hour of ``after``, and no more in that of ``before``."""
    was, now = (hour_of(one) if one else None for one in (before, after))
    if was == now:
        return
    values = [
        {"indicator": indicator, "hour": hour, "stories": more}
        for hour, more in ((was, -1), (now, 1))
        if hour is not None
    ]
    add_up(connection, StoryHourRow, "stories", values)


class HourCounts:
    """Keeps the roll-ups up to date, and reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def catch_up(self) -> None:
        """Count what came since the last time; all of it, where nothing was counted yet."""
        with self._database.writing(Lock.COUNTS, Lock.STORIES) as connection:
            if fact(connection, STORIES_COUNTED) is None:
                count_stories(connection)
        items, hits = self._database.settled(ItemRow, HitRow)
        while self._advance(ITEMS_COUNTED, _count_items, items):
            pass
        while self._advance(HITS_COUNTED, _count_hits, hits):
            pass

    def rebuild(self) -> None:
        """Make all roll-ups anew from what is stored."""
        with self._database.writing(Lock.COUNTS, Lock.STORIES) as connection:
            for table in (STORY_HOUR, ITEM_HOUR, HIT_DAY):
                connection.execute(delete(table))
            names = (ITEMS_COUNTED, HITS_COUNTED, STORIES_COUNTED)
            forget_facts(connection, *names)
        self.catch_up()

    def recount_hits(self) -> None:
        """Count hits anew, after some were taken back."""
        with self._database.writing(Lock.COUNTS) as connection:
            connection.execute(delete(HIT_DAY))
            forget_facts(connection, HITS_COUNTED)
        self.catch_up()

    def _advance(
        self, counted: str, count: Callable[[Connection, int, int], int | None], until: int
    ) -> bool:
        """Count one batch more in a transaction of its own; false if nothing was left."""
        with self._database.writing(Lock.COUNTS) as connection:
            last = count(connection, int(fact(connection, counted) or 0), until)
            if last is not None:
                note_fact(connection, counted, str(last))
            return last is not None

    def items_by_hour(self, start: datetime, end: datetime) -> list[tuple[str, datetime, int]]:
        """How many items each feed brought in each hour of a span; hours without are left out."""
        query = select(ITEM_HOUR).where(ITEM_HOUR.c.hour >= start, ITEM_HOUR.c.hour < end)
        with self._database.reading() as connection:
            return [
                (row.feed, row.hour, row._mapping["items"]) for row in connection.execute(query)
            ]

    def counts(self, start: datetime, end: datetime, days: tuple[date, date]) -> Counts:
        """
        The counts from one full hour up to another.

        ``days`` are those of UTC, the last left out, whose hits say what each
        feed's items are worth.
        """
        began = select(ITEM_HOUR.c.feed, func.min(ITEM_HOUR.c.hour).label("began"))
        with self._database.reading() as connection:
            return Counts(
                start=start,
                end=end,
                stories=_by_hour(connection, STORY_HOUR, "indicator", "stories", start, end),
                items=_by_hour(connection, ITEM_HOUR, "feed", "items", start, end),
                began={
                    row.feed: row.began
                    for row in connection.execute(began.group_by(ITEM_HOUR.c.feed))
                },
                hits=_hits_by_feed(connection, *days),
            )


def _hits_by_feed(connection: Connection, first: date, last: date) -> dict[str, dict[str, int]]:
    """The hits of each indicator by feed, from one day of UTC up to another, that left out."""
    query = (
        select(HIT_DAY.c.indicator, HIT_DAY.c.feed, func.sum(HIT_DAY.c.hits).label("hits"))
        .where(HIT_DAY.c.day >= first, HIT_DAY.c.day < last)
        .group_by(HIT_DAY.c.indicator, HIT_DAY.c.feed)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(query):
        found[row.indicator][row.feed] = int(row.hits)
    return found


def count_stories(connection: Connection) -> None:
    """Count all stories by the hour anew, within the caller's transaction."""
    connection.execute(delete(STORY_HOUR))
    counts: Counter[tuple[str, datetime]] = Counter()
    query = select(SPOKEN.c.indicator, SPOKEN.c.first)
    for row in connection.execute(query.execution_options(yield_per=BATCH)):
        counts[row.indicator, hour_of(row.first)] += 1
    _add(connection, StoryHourRow, "stories", ("indicator", "hour"), counts)
    note_fact(connection, STORIES_COUNTED, "yes")


def _count_items(connection: Connection, after: int, until: int) -> int | None:
    query = select(ITEM.c.id, ITEM.c.feed, ITEM.c.seen)
    query = query.where(ITEM.c.id > after, ITEM.c.id <= until)
    rows = _next(connection, query, ITEM.c.id)
    counts = Counter((row.feed, hour_of(row.seen)) for row in rows)
    _add(connection, ItemHourRow, "items", ("feed", "hour"), counts)
    return int(rows[-1].id) if rows else None


def _count_hits(connection: Connection, after: int, until: int) -> int | None:
    query = (
        select(HIT.c.id, HIT.c.indicator, HIT.c.seen, ITEM.c.feed)
        .join(ITEM, ITEM.c.id == HIT.c.item_id)
        .where(HIT.c.id > after, HIT.c.id <= until)
    )
    rows = _next(connection, query, HIT.c.id)
    counts = Counter((row.indicator, row.feed, row.seen.astimezone(UTC).date()) for row in rows)
    _add(connection, HitDayRow, "hits", ("indicator", "feed", "day"), counts)
    return int(rows[-1].id) if rows else None


def _next(connection: Connection, query: Select[Any], column: Any) -> list[Row[Any]]:
    return list(connection.execute(query.order_by(column).limit(BATCH)))


def _add(
    connection: Connection,
    row: Any,
    counted: str,
    keys: Iterable[str],
    counts: Mapping[tuple[Any, ...], int],
) -> None:
    names = tuple(keys)
    values = [
        {**dict(zip(names, key, strict=True)), counted: count} for key, count in counts.items()
    ]
    add_up(connection, row, counted, values)


def _by_hour(
    connection: Connection, table: Any, name: str, counted: str, start: datetime, end: datetime
) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = defaultdict(dict)
    query = select(table).where(table.c.hour >= start, table.c.hour < end)
    for row in connection.execute(query):
        place = int((row.hour - start) / HOUR)
        found[getattr(row, name)][place] = getattr(row, counted)
    return found
