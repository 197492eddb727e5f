"""Whether a database is sound, as far as looking through all of it can tell."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table
from sqlmodel import SQLModel

from monitor.store.database import Database


def look_through(database: Database, *, quick: bool = False) -> str:
    """
    Look through all of a database for damage, and say what was looked at.

    What is found is in the database's ``condition``. An SQLite file is checked
    by SQLite, ``quick`` without comparing its indexes with their tables. Of a server all
    rows are read: it holds each page that it takes from its disk against its checksum.
    Its indexes are its own to compare (``pg_amcheck``).
    """
    if database.is_sqlite:
        database.condition.check(whole=not quick)
        return ""
    with database.reading() as connection:
        rows = sum(_read(connection, table) for table in SQLModel.metadata.sorted_tables)
    return f"all {rows:,} rows were read, indexes were not compared"


def _read(connection: Connection, table: Table) -> int:
    """Have the server read every row of a table with all its long texts; how many there are."""
    name = connection.dialect.identifier_preparer.format_table(table)
    raw: Any = connection.connection.dbapi_connection
    with raw.cursor() as cursor:
        with cursor.copy(f"COPY {name} TO STDOUT (FORMAT binary)") as rows:
            for _ in rows:
                pass
        return int(cursor.rowcount)
