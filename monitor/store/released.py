"""Messages that are held since a backup was restored, until a person says what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update

from monitor.alerts.hold import RESTORED
from monitor.store.database import Database, table_of
from monitor.store.known import chunks
from monitor.store.tables import DeliveryRow

OUTBOX = table_of(DeliveryRow)
IS_HELD = and_(OUTBOX.c.state == "held", OUTBOX.c.note.contains(RESTORED))
NOT_SENT = "not sent: somebody said that it was told before"


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that may have been sent before the restore."""

    id: int
    created: datetime
    kind: str
    title: str
    channel: str
    note: str


class Released:
    """Lets messages go that a restore holds, or drops them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def held(self) -> list[HeldMessage]:
        """What is held, the oldest first."""
        columns = (OUTBOX.c[name] for name in HeldMessage.__slots__)
        query = select(*columns).where(IS_HELD).order_by(OUTBOX.c.id)
        with self._database.reading() as connection:
            return [HeldMessage(*row) for row in connection.execute(query)]

    def let_go(self, numbers: Sequence[int], now: datetime) -> int:
        """Send them with what is due, unless something else holds them; how many."""
        return self._move(numbers, state="pending", note="", until=None, next_try=now)

    def drop(self, numbers: Sequence[int]) -> int:
        """Do not send them; the ledger says so. How many."""
        return self._move(numbers, state="parked", note=NOT_SENT, until=None)

    def _move(self, numbers: Sequence[int], **values: Any) -> int:
        moved = 0
        with self._database.writing() as connection:
            for part in chunks(numbers):
                which = update(OUTBOX).where(IS_HELD, OUTBOX.c.id.in_(part))
                moved += connection.execute(which.values(**values)).rowcount
        return moved
