"""All stored items, one after the other: what trying and applying a list to the past reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from monitor.model import Hit, Item
from monitor.store.database import Database, table_of
from monitor.store.records import hit_of, item_of
from monitor.store.tables import HitRow, ItemRow

ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Stored:
    """An item as it is stored, its row, when it was seen, and whether it was a feed's past."""

    row: int
    item: Item
    seen: datetime
    backfill: bool


class Items:
    """Reads stored items in the order in which they came, a batch at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, since: datetime | None = None) -> int:
        """How many items were seen since an instant, or at all."""
        query = select(func.count()).select_from(ITEM)
        if since is not None:
            query = query.where(ITEM.c.seen >= since)
        with self._database.reading() as connection:
            return int(connection.scalar(query) or 0)

    def first_seen(self) -> datetime | None:
        """When the oldest item was seen."""
        with self._database.reading() as connection:
            first: datetime | None = connection.scalar(select(func.min(ITEM.c.seen)))
            return first

    def batches(self, since: datetime | None = None) -> Iterator[list[Stored]]:
        """
        The items seen since an instant, or all, a batch at a time.

        No transaction is open between two batches, so a writer waits for none
        of this; what comes meanwhile comes in the last batch.
        """
        last = 0
        while (until := self._database.settled(ItemRow)[0]) > last:
            while last < until:
                query = select(ITEM).where(ITEM.c.id > last, ITEM.c.id <= until)
                query = query.order_by(ITEM.c.id).limit(BATCH)
                if since is not None:
                    query = query.where(ITEM.c.seen >= since)
                with self._database.reading() as connection:
                    rows = connection.execute(query).all()
                last = rows[-1].id if len(rows) == BATCH else until
                if rows:
                    yield [Stored(row.id, item_of(row), row.seen, row.backfill) for row in rows]

    def newest(self, since: datetime, until: datetime) -> Iterator[Item]:
        """The items seen in some time, the newest first, a batch at a time."""
        end, below = until, None
        while True:
            query = select(ITEM).where(ITEM.c.seen >= since, ITEM.c.seen <= end)
            if below is not None:
                query = query.where(or_(ITEM.c.seen < end, ITEM.c.id < below))
            query = query.order_by(ITEM.c.seen.desc(), ITEM.c.id.desc()).limit(BATCH)
            with self._database.reading() as connection:
                rows = connection.execute(query).all()
            if not rows:
                return
            end, below = rows[-1].seen, rows[-1].id
            yield from (item_of(row) for row in rows)

    def hits(self, rows: list[int]) -> dict[int, dict[str, Hit]]:
        """The stored hits of some items, by their rows and indicators."""
        found: dict[int, dict[str, Hit]] = defaultdict(dict)
        query = (
            select(HIT, ITEM.c.key)
            .join(ITEM, ITEM.c.id == HIT.c.item_id)
            .where(HIT.c.item_id.between(min(rows), max(rows)))
        )
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found[row.item_id][row.indicator] = hit_of(row, row.key)
        return found
