"""All that one database holds, put into another of either kind, and compared row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, func, inspect, select, text
from sqlmodel import SQLModel

from monitor.errors import StoreError
from monitor.store.database import Database, table_of
from monitor.store.tables import DigestRow, FactRow, PlaceRow

BATCH = 1_000
LONG = {table_of(DigestRow): 5}
"""Of these tables so many rows are asked for at once: a closed day may have a megabyte."""
FACT = table_of(FactRow)
MADE = "made"
LEFT = {table_of(PlaceRow)}
"""The index of words is each database's own, and is made anew from what was copied."""
LEFT_FACTS = ("search",)


@dataclass(frozen=True, slots=True)
class Copied:
    """What a table came to in both databases: how many rows, and the checksum of them all."""

    table: str
    rows: int
    checksum: str


def size(source: Database) -> int:
    """How many thousands of rows, or parts of it, a database's tables have."""
    with source.reading() as connection:
        counts = [int(connection.scalar(_counted(table)) or 0) for table in _tables()]
    return sum(map(_batches, counts))


def _batches(rows: int) -> int:
    return -(-rows // BATCH)


def copy(
    source: Database, target: Database, each: Callable[[], None] = lambda: None
) -> list[Copied]:
    """
    Put all rows into a database that holds nothing, in one transaction, and compare them.

    The source has the newest schema already. What is read is the source as it was at one
    moment. ``each`` is called for each of the parts that ``size`` counts. Raises
    ``StoreError``, and keeps nothing, where the target holds something or a table came
    out otherwise.
    """
    if source.engine.url == target.engine.url:
        raise StoreError("the two databases are one and the same")
    _refuse_if_used(target)
    target.upgrade()
    with source.reading() as here, target.writing() as there:
        source.take_time(here)
        target.take_time(there)
        there.execute(delete(FACT).where(FACT.c.name == MADE))
        if (full := _first_used(there)) is not None:
            raise StoreError(_IN_USE.format(full))
        return [_copied(table, here, there, each) for table in _tables()]


_IN_USE = "the database to copy to is not empty: it has rows in {}; name one that holds nothing"


def _tables() -> list[Table]:
    """The tables whose rows are copied, those that others refer to first."""
    return [table for table in SQLModel.metadata.sorted_tables if table not in LEFT]


def _refuse_if_used(target: Database) -> None:
    """Before its schema is touched."""
    with target.reading() as connection:
        if (full := _first_used(connection)) is not None:
            raise StoreError(_IN_USE.format(full))


def _first_used(connection: Connection) -> str | None:
    """A table of ours that holds something besides when the database was made."""
    there = set(inspect(connection).get_table_names())
    for table in SQLModel.metadata.sorted_tables:
        if table.name in there:
            query = select(func.count()).select_from(table)
            if table is FACT:
                query = query.where(FACT.c.name != MADE)
            if connection.scalar(query):
                return table.name
    return None


def _copied(table: Table, here: Connection, there: Connection, each: Callable[[], None]) -> Copied:
    rows, sent = 0, hashlib.sha256()
    takes_nul = there.dialect.name == "sqlite"
    for part in _parts(here, table):
        values = [_taken(row, takes_nul=takes_nul) for row in part]
        there.execute(table.insert(), values)
        _add(sent, (tuple(one.values()) for one in values))
        for _ in range(_batches(rows + len(values)) - _batches(rows)):
            each()
        rows += len(values)
    kept = hashlib.sha256()
    for part in _parts(there, table):
        _add(kept, map(tuple, part))
    if kept.digest() != sent.digest():
        raise StoreError(f"the rows of {table.name} came out otherwise; nothing is kept")
    _go_on_counting(table, there)
    return Copied(table.name, rows, sent.hexdigest())


def _parts(connection: Connection, table: Table) -> Iterator[list[Row[Any]]]:
    """All rows in the order of their keys, a part at a time."""
    query = _which(select(table), table).order_by(*table.primary_key.columns)
    result = connection.execute(query.execution_options(yield_per=LONG.get(table, BATCH)))
    for part in result.partitions():
        yield list(part)


def _counted(table: Table) -> Select[tuple[int]]:
    return _which(select(func.count()).select_from(table), table)


def _which(query: Select[Any], table: Table) -> Select[Any]:
    return query.where(FACT.c.name.not_in(LEFT_FACTS)) if table is FACT else query


def _taken(row: Row[Any], *, takes_nul: bool) -> dict[str, Any]:
    """A row's values as the other database takes them."""
    values = dict(row._mapping)
    if takes_nul:
        return values
    return {
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in values.items()
    }


def _add(checksum: Any, rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        line = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True)
        checksum.update(line.encode("utf-8", "surrogatepass") + b"\n")


def _plain(value: Any) -> Any:
    """A value as one kind of database and the other both give it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    return value


def _go_on_counting(table: Table, connection: Connection) -> None:
    """Let the next row of a table have the number after the last."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    last = connection.scalar(select(func.max(column)))
    if last is not None:
        names = {"table": table.name, "column": column.name, "last": last}
        setting = "SELECT setval(pg_get_serial_sequence(:table, :column), :last)"
        connection.execute(text(setting), names)
