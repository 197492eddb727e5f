"""Troubles of the service that last: each is told once until it ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from monitor.messages import Draft
from monitor.store.database import Database, insert_new, table_of
from monitor.store.facts import fact, note_fact
from monitor.store.outbox import put
from monitor.store.tables import TroubleRow

TROUBLE = table_of(TroubleRow)
LAST_CYCLE = "last whole cycle"


class Troubles:
    """Keeps what troubles the service, and when its last cycle was whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self) -> dict[str, datetime]:
        """The troubles that last, each with the instant since which it does."""
        with self._database.reading() as connection:
            return {row.kind: row.since for row in connection.execute(select(TROUBLE))}

    def begin(self, kind: str, drafts: Iterable[Draft], now: datetime) -> bool:
        """Note a trouble and put what is told of it in one transaction; false if it is known."""
        with self._database.writing() as connection:
            values = {"kind": kind, "since": now, "told": now}
            if not insert_new(connection, TroubleRow, [values]):
                return False
            put(connection, drafts, now)
            return True

    def end(self, kind: str) -> None:
        """Note that a trouble is over; if it comes again, it is told again."""
        with self._database.writing() as connection:
            connection.execute(delete(TROUBLE).where(TROUBLE.c.kind == kind))

    def note_cycle(self, now: datetime) -> None:
        """Keep when a cycle of poll, store and deliver was whole."""
        with self._database.writing() as connection:
            note_fact(connection, LAST_CYCLE, now.isoformat())

    def last_cycle(self) -> datetime | None:
        """When the last cycle was whole."""
        with self._database.reading() as connection:
            value = fact(connection, LAST_CYCLE)
            return datetime.fromisoformat(value) if value else None
