"""Which old items feeds still show: noted as they are polled, so that none of them is let go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.database import table_of, upsert
from monitor.store.known import chunks
from monitor.store.tables import ShownRow

SHOWN = table_of(ShownRow)


def note_shown(connection: Connection, rows: Mapping[int, datetime]) -> None:
    """
    Note that feeds show these old items at these instants, by the day.

    What is noted for that day is only read: it would be written at each poll.
    """
    days = {row: at.replace(hour=0, minute=0, second=0, microsecond=0) for row, at in rows.items()}
    for part in chunks(sorted(days)):
        query = select(SHOWN.c.item_id, SHOWN.c.at).where(SHOWN.c.item_id.in_(part))
        noted = {row.item_id: row.at for row in connection.execute(query)}
        values = [{"item_id": row, "at": days[row]} for row in part if noted.get(row) != days[row]]
        if values:
            upsert(connection, ShownRow, *values)
