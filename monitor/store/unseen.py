"""What channels were told, and nobody has said that they saw."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from monitor.messages import Pointer, Told
from monitor.store.database import table_of
from monitor.store.tables import DeliveryRow, SeenRow

TABLE = table_of(DeliveryRow)
SEEN = table_of(SeenRow)


def unseen(connection: Connection, since: datetime) -> list[Told]:
    """
    By story and channel the alerts decided since an instant that were told and not seen.

    What still waits to be told leaves its story out: the next repeat is
    counted from when it arrives.
    """
    columns = (TABLE.c[name] for name in ("subject", "channel", "route", "reason", "sent", "hits"))
    query = (
        select(*columns, TABLE.c.state)
        .outerjoin(SEEN, SEEN.c.subject == TABLE.c.subject)
        .where(TABLE.c.kind == "alert", TABLE.c.created >= since, SEEN.c.at.is_(None))
        .where(TABLE.c.state.not_in(["nowhere", "parked"]))
        .order_by(TABLE.c.id)
    )
    found: dict[tuple[str, str], Told | None] = {}
    for row in connection.execute(query):
        key = (row.subject, row.channel)
        before = found.get(key)
        if key in found and before is None:
            continue
        if row.sent is not None:
            found[key] = _told(row, before)
        elif row.state != "merged":
            found[key] = None
    return [one for one in found.values() if one is not None]


def _told(row: Any, before: Told | None) -> Told:
    hits = tuple(
        Pointer(hit["indicator"], tuple(hit["words"]), hit.get("level", ""))
        for hit in row.hits or ()
    )
    repeats = (before.repeats if before else 0) + (row.reason == "repeat")
    route = before.route if before else row.route
    at = max(row.sent, before.at) if before else row.sent
    return Told(row.subject, row.channel, route, at, repeats, hits)
