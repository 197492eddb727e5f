"""The stored items that a poll meets again, and how many of them are asked for at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, func, select

from monitor.store.database import table_of
from monitor.store.tables import ItemRow

CHUNK = 400
"""So many values in one question: more than any database takes would be refused."""

ITEM = table_of(ItemRow)
GIVEN = func.coalesce(func.nullif(ITEM.c.feed_hash, ""), ITEM.c.hash)
MET = select(ITEM.c.id, ITEM.c.key, ITEM.c.twin, GIVEN, ITEM.c.seen, ITEM.c.article)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """
    A stored item as a poll meets it again.

    Its row, its identities, the hash of what its feed gave, when it was first
    seen, and whether its content is an article.
    """

    row: int
    key: str
    twin: str
    hash: str
    seen: datetime
    article: bool


def known(connection: Connection, keys: Iterable[str], twins: Iterable[str] = ()) -> list[Known]:
    """The stored items that have one of these keys or one of these twin keys."""
    found: dict[int, Known] = {}
    for column, values in ((ITEM.c.key, set(keys)), (ITEM.c.twin, set(twins) - {""})):
        for part in chunks(sorted(values)):
            query = MET.where(column.in_(part)).order_by(ITEM.c.id)
            found.update((row.id, Known(*tuple(row))) for row in connection.execute(query))
    return list(found.values())


def chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    """The values in parts, each small enough for one question."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
