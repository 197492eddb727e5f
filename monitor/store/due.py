"""Which feeds are due, asked so that a million of them can be many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, select

from monitor.store.database import Database, table_of
from monitor.store.tables import FeedRow

FEED = table_of(FeedRow)
PART = 20_000


def waits(now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """
    Whether a feed's next poll has not come yet; it never rests for more than ``longest``.

    That may have been shortened since. A last poll in the future was noted under a wrong
    clock and does not count. Where a feed was never asked it is neither true nor false.
    """
    return and_(FEED.c.next_poll > now, FEED.c.last_poll <= now, FEED.c.last_poll > now - longest)


class Due:
    """Answers for the feeds that were asked before; of those that never were it knows nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def awake(self, now: datetime, longest: timedelta) -> list[str]:
        """Those that do not rest, by the rule of ``Records.resting``; the longest due first."""
        rests = func.coalesce(waits(now, longest), false())
        query = select(FEED.c.id).where(~FEED.c.gone, ~rests)
        with self._database.reading() as connection:
            return list(connection.scalars(query.order_by(FEED.c.next_poll)))

    def led_to(self) -> dict[str, str]:
        """The feeds that led to other hosts when they were polled last, and to which."""
        query = select(FEED.c.id, FEED.c.led_to).where(FEED.c.led_to.is_not(None))
        with self._database.reading() as connection:
            return {row.id: row.led_to for row in connection.execute(query)}

    def addresses(self) -> Iterator[tuple[str, str]]:
        """All of them with the addresses for which that holds, as they are kept."""
        query = select(FEED.c.id, FEED.c.url).execution_options(yield_per=PART)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                yield row.id, row.url
