"""How channels stand: a channel that fails is left alone for a while, whatever waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, select

from monitor.errors import DeliveryError
from monitor.messages import Queue
from monitor.store.database import CLOCK_SLACK, Database, table_of, upsert
from monitor.store.tables import DeliveryRow, QueueRow

TABLE = table_of(QueueRow)
DELIVERY = table_of(DeliveryRow)
LONGEST = timedelta(days=2)
"""What was noted to rest for longer was noted by a clock that was wrong."""


def resting(now: datetime) -> Select[Any]:
    """The channels that are left alone at an instant, as a part of a query."""
    mistimed = now + LONGEST + CLOCK_SLACK
    return select(TABLE.c.channel).where(
        and_(TABLE.c.rests_until > now, TABLE.c.rests_until <= mistimed)
    )


def rest(
    connection: Connection, channel: str, error: DeliveryError, until: datetime, now: datetime
) -> None:
    """Note a channel's failure within the caller's transaction; it is left alone until then."""
    asked = error.retry_after
    query = select(TABLE).where(TABLE.c.channel == channel).with_for_update()
    row = connection.execute(query).first()
    upsert(
        connection,
        QueueRow,
        {
            "channel": channel,
            "failures": (row.failures if row else 0) + 1,
            "failing_since": (row.failing_since if row else None) or now,
            "rests_until": until,
            "error": str(error),
            "asked_until": None if asked is None else now + timedelta(seconds=asked),
        },
    )


def settle(connection: Connection, channel: str) -> None:
    """Note within the caller's transaction that a channel has answered."""
    connection.execute(delete(TABLE).where(TABLE.c.channel == channel))


def failing_since(connection: Connection, channel: str) -> datetime | None:
    """Since when a channel fails, if it does."""
    since: datetime | None = connection.scalar(
        select(TABLE.c.failing_since).where(TABLE.c.channel == channel)
    )
    return since


class Queues:
    """Answers how channels stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, Queue]:
        """The channels that failed when they were last tried, by name."""
        with self._database.reading() as connection:
            return {
                row.channel: Queue(
                    row.channel,
                    row.failures,
                    row.failing_since,
                    row.rests_until,
                    row.error,
                    row.asked_until,
                )
                for row in connection.execute(select(TABLE))
            }

    def wake(self, channel: str, now: datetime) -> None:
        """
        Let a channel be tried at once: its address was changed, or it is there again.

        The message that it did not take is the first.
        """
        with self._database.writing() as connection:
            connection.execute(
                TABLE.update().where(TABLE.c.channel == channel).values(rests_until=now)
            )
            connection.execute(
                DELIVERY.update()
                .where(
                    DELIVERY.c.channel == channel,
                    DELIVERY.c.state == "pending",
                    DELIVERY.c.next_try > now,
                )
                .values(next_try=now)
            )
