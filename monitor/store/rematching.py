"""Hits of the past set right by a list: what it finds is stored, what it no longer does is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, select

from monitor.model import Arrival, Hit
from monitor.store.database import Database, Lock, table_of
from monitor.store.items import Stored
from monitor.store.records import save_hits
from monitor.store.speaking import retell
from monitor.store.stories import ask_to_group, note_grouped
from monitor.store.storytables import PlacementRow
from monitor.store.tables import HitRow

HIT = table_of(HitRow)
PLACEMENT = table_of(PlacementRow)


@dataclass(frozen=True, slots=True)
class Change:
    """The hits that one stored item gains by a list, and the indicators that it no longer hits."""

    stored: Stored
    gained: tuple[Hit, ...] = ()
    lost: tuple[str, ...] = ()


class Rematching:
    """Stores what applying a list to the past came to; nobody is told of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(self, changes: Sequence[Change], now: datetime) -> None:
        """Store some items' changes in one transaction; doing it twice changes nothing."""
        with self._database.writing(Lock.STORIES) as connection:
            for change in changes:
                stored = change.stored
                if change.gained:
                    arrival = Arrival(
                        item=stored.item,
                        seen=stored.seen,
                        day=stored.seen.date(),
                        hits=change.gained,
                        backfill=True,
                    )
                    save_hits(connection, stored.row, arrival, now)
                if change.lost:
                    self._take_back(connection, change)
            if changes:
                # Grouped at the end; should that not be reached, the next start does it.
                ask_to_group(connection)
                note_grouped(connection, is_whole=False)

    def _take_back(self, connection: Connection, change: Change) -> None:
        row = change.stored.row
        is_its = PLACEMENT.c.item_id == row
        story = connection.scalar(select(PLACEMENT.c.story).where(is_its))
        connection.execute(
            delete(HIT).where(HIT.c.item_id == row, HIT.c.indicator.in_(change.lost))
        )
        connection.execute(delete(PLACEMENT).where(is_its, ~exists().where(HIT.c.item_id == row)))
        if story is not None:
            retell(connection, [story])
