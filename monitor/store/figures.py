"""Figures of a database: its oldest item, how it grows, what each table takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DatabaseError

from monitor.store.compacting import Pages, pages_of
from monitor.store.database import Database, table_of
from monitor.store.leveltables import ItemHourRow
from monitor.store.snapshot import counts
from monitor.store.tables import ItemRow
from monitor.store.wordindex import TABLE as INDEX

ITEM = table_of(ItemRow)
ITEM_HOUR = table_of(ItemHourRow)
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Growth:
    """When the oldest item was seen, how many came a day in the last week, and in bytes, about."""

    oldest: datetime | None
    items_a_day: float
    bytes_a_day: int


def growth_of(database: Database, now: datetime) -> Growth:
    """How a database grows, by the items of a week and what an item takes with all that it has."""
    recent = select(func.sum(ITEM_HOUR.c["items"])).where(ITEM_HOUR.c.hour >= now - WEEK)
    with database.reading() as connection:
        oldest = connection.scalar(select(func.min(ITEM.c.seen)))
        items = int(connection.scalar(select(func.count()).select_from(ITEM)) or 0)
        a_day = int(connection.scalar(recent) or 0) / WEEK.days
    each = _used(database) / items if items else 0
    return Growth(oldest, a_day, round(a_day * each))


def _used(database: Database) -> int:
    pages: Pages | None = pages_of(database)
    return database.size() if pages is None else (pages.all - pages.free) * pages.size


def table_sizes(database: Database) -> dict[str, tuple[int, int]]:
    """The rows and bytes of each table, its indexes counted in; no bytes where nobody can tell."""
    with database.reading() as connection:
        rows = counts(connection)
        taken = _bytes(connection, database)
    index = sum(size for name, size in taken.items() if name.startswith(INDEX))
    sizes = {name: (number, taken.get(name, 0)) for name, number in rows.items()}
    return sizes | {INDEX: (rows.get("search_place", 0), index)}


def _bytes(connection: Connection, database: Database) -> dict[str, int]:
    if database.engine.dialect.name != "sqlite":
        sizes = text("SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables")
        return {name: int(size) for name, size in connection.execute(sizes)}
    found: dict[str, int] = {}
    query = "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m USING (name) "
    try:
        for name, size in connection.execute(text(f"{query} GROUP BY m.tbl_name")):
            found[name] = int(size)
    except DatabaseError:
        return {}  # a SQLite that was made without it
    return found
