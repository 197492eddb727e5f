"""A database as it is at one instant, in a file of its own; and whether such a file is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, func, inspect, select
from sqlmodel import SQLModel

from monitor.errors import StoreError
from monitor.store.copying import copy
from monitor.store.database import Database
from monitor.store.wordindex import TABLE as INDEX

MADE_BY_SQLITE = ("sqlite_", f"{INDEX}_")
OURS_BESIDES = {"alembic_version", INDEX}
STEP = 2_500
"""So many pages are copied at once, some 10 MB."""
PAGES = ("page_count", "freelist_count")
SQLITE_HEADER = b"SQLite format 3\0"


def take_snapshot(
    database: Database, target: Path, each: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """
    Copy a database into a new SQLite file while others write to it; how many rows each table has.

    The rows are counted in the very state that is copied, and again in the
    copy. ``each`` is called now and then; what it raises breaks the copying
    off. Raises ``StoreError`` if the rows differ, or if either is damaged.
    """
    target.unlink(missing_ok=True)
    rows = (
        _copied_file(database, target, each)
        if database.is_sqlite
        else _copied_rows(database, target, each)
    )
    check_file(target, rows)
    return rows


def _copied_file(database: Database, target: Path, each: Callable[[], None]) -> dict[str, int]:
    """By SQLite's own online backup."""
    with database.reading() as connection:
        rows = counts(connection)
        source = cast(sqlite3.Connection, connection.connection.driver_connection)
        target.touch(mode=0o600)
        with closing(sqlite3.connect(target)) as copy:
            # Within one transaction what others write meanwhile does not make it begin again.
            source.backup(copy, pages=STEP, progress=lambda *_: each())
            copy.execute("PRAGMA journal_mode=delete")
            _leave_out_free_pages(copy)
    return rows


def _copied_rows(database: Database, target: Path, each: Callable[[], None]) -> dict[str, int]:
    """From a server, row by row, and compared by checksum."""
    target.touch(mode=0o600)
    made = Database(f"sqlite:///{target}")
    try:
        copy(database, made, each)
        with made.reading() as connection:
            return counts(connection)
    finally:
        made.close()
        with closing(sqlite3.connect(target)) as left:
            left.execute("PRAGMA journal_mode=delete").fetchone()


def _leave_out_free_pages(copy: sqlite3.Connection) -> None:
    """Make a copy smaller where much of it is what was deleted."""
    pages, free = (copy.execute(f"PRAGMA {name}").fetchone()[0] for name in PAGES)
    if free * 10 > pages:
        copy.execute("PRAGMA auto_vacuum=incremental")
        copy.execute("VACUUM")


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each of our tables has that there is."""
    there = set(inspect(connection).get_table_names())
    return {
        name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for name, table in sorted(SQLModel.metadata.tables.items())
        if name in there
    }


def check_file(path: Path, rows: Mapping[str, int]) -> None:
    """
    Raise ``StoreError`` unless a file is a sound database of ours with so many rows.

    Besides SQLite's own check, it may have no table that is not ours, and
    nothing that acts by itself: no trigger, no view.
    """
    with path.open("rb") as file:
        if file.read(len(SQLITE_HEADER)) != SQLITE_HEADER:
            raise StoreError("the database in it is no SQLite file")
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as copy:
            copy.execute("PRAGMA trusted_schema=off")
            copy.execute("PRAGMA cell_size_check=on")
            _check_names(copy)
            found = copy.execute("PRAGMA integrity_check(3)").fetchall()
            if found != [("ok",)]:
                raise StoreError(f"the database is damaged: {'; '.join(one for (one,) in found)}")
            for table, number in rows.items():
                _check_count(copy, table, number)
    except sqlite3.Error as error:
        raise StoreError(f"the database is damaged: {error}") from error


def _check_names(copy: sqlite3.Connection) -> None:
    ours = OURS_BESIDES | set(SQLModel.metadata.tables)
    for kind, name, sql in copy.execute("SELECT type, name, sql FROM sqlite_master"):
        if kind not in ("table", "index"):
            raise StoreError(f"the database has a {kind}, which none of ours has")
        if kind == "index" or name.startswith(MADE_BY_SQLITE):
            continue
        is_virtual = str(sql).upper().startswith("CREATE VIRTUAL")
        if name not in ours or is_virtual != (name == INDEX):
            raise StoreError("the database has a table that is none of ours")


def _check_count(copy: sqlite3.Connection, table: str, number: int) -> None:
    if table not in SQLModel.metadata.tables:
        raise StoreError("its manifest counts a table that is none of ours")
    (found,) = copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - ours
    if found != number:
        raise StoreError(f"the database has {found} rows of {table} where {number} should be")


def revision_of(path: Path) -> str:
    """The schema that a checked file has; empty where it says none."""
    with closing(
        sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    ) as copy:
        try:
            row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.Error:
            return ""
    return str(row[0]) if row else ""
