"""One database: its connections, its transactions, its schema."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    Table,
    create_engine,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from monitor.errors import StoreError
from monitor.store.condition import Condition
from monitor.store.tables import FactRow

log = logging.getLogger("monitor.store")

BUSY_SECONDS = 30
CLOCK_SLACK = timedelta(hours=2)
"""What was noted for so much later than now was noted by a clock that was wrong."""
MIGRATIONS = Path(__file__).with_name("migrations")


@cache
def newest() -> str:
    """The revision that this version's schema has: the last of the steps, by their file names."""
    return max(step.name.partition("_")[0] for step in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def table_of(row: type[SQLModel]) -> Table:
    """The Core table behind a SQLModel class."""
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table


class Database:
    """
    Connections to one database, with short transactions and one writer at a time.

    On SQLite every connection is in WAL mode with full syncing, so that
    readers never wait for the writer and a commit outlives a power cut.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine: Engine = create_engine(
                url,
                pool_pre_ping=not url.startswith("sqlite"),
                json_serializer=json.JSONEncoder(ensure_ascii=False).encode,
            )
        except (SQLAlchemyError, ImportError) as error:
            raise StoreError(f"not a usable database address: {error}") from error
        self.condition = Condition(self.engine)
        self.kept: Path | None = None
        self._writing = threading.RLock()
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _set_pragmas)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; foreign errors come out as ``StoreError``."""
        with self.condition.told(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """
        A transaction that writes: all of it is kept, or nothing.

        Raises ``StoreBrokenError`` without trying where damage is known.
        """
        with (
            self.condition.taking(),
            self._writing,
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def upgrade(self, *, keep: bool = True) -> tuple[str | None, str]:
        """
        Bring the schema up to date, and say from which revision to which.

        All steps are one transaction, or none is taken. Before it a file is
        copied to one beside it, unless ``keep`` is false; the copy is then
        ``kept``. Raises ``StoreError`` for a database that a newer version has
        written, and where no copy can be made.
        """
        with self.condition.told(), self._writing:
            before = self._revision()
            if before is not None and before == newest():
                self.condition.note_places()
                return before, before
            # Only now: loading what changes schemas takes as long as all of the store.
            from monitor.store.upgrading import refuse_newer, upgrade

            refuse_newer(before)
            if keep and before is not None and self.condition.file is not None:
                from monitor.store.keeping import keep_copy

                self.kept = keep_copy(self.condition.file, before)
                log.info("schema %s: the database was copied to %s", before, self.kept)
            with self.engine.connect().execution_options(writes=True) as connection:
                after = upgrade(connection)
                with connection.begin():
                    self._note_birth(connection)
            self.condition.note_places()
            return before, after

    def _revision(self) -> str | None:
        """The revision that the database's schema has; none in a new one."""
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return None if found is None else str(found)

    def _note_birth(self, connection: Connection) -> None:
        insert_new(connection, FactRow, [{"name": "made", "value": datetime.now(UTC).isoformat()}])

    def try_writing(self) -> None:
        """Write a little, to see whether the database takes it; raises ``StoreError`` if not."""
        with self.writing() as connection:
            upsert(connection, FactRow, {"name": "tried", "value": datetime.now(UTC).isoformat()})

    def made(self) -> datetime:
        """When this database was made."""
        with self.reading() as connection:
            table = table_of(FactRow)
            value = connection.scalar(select(table.c.value).where(table.c.name == "made"))
        return datetime.fromisoformat(str(value))

    def size(self) -> int:
        """How many bytes the database takes, on SQLite the file's pages; 0 where unknown."""
        if self.engine.dialect.name != "sqlite":
            return 0
        with self.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
            return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar() or 0)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def insert_new(
    connection: Connection, row: type[SQLModel], values: Sequence[Mapping[str, Any]]
) -> int:
    """Insert the rows whose unique keys are not there yet; say how many were new."""
    if not values:
        return 0
    statement = _insert_new(row, connection.dialect.name)
    return max(connection.execute(statement, [dict(one) for one in values]).rowcount, 0)


def upsert(connection: Connection, row: type[SQLModel], *values: Mapping[str, Any]) -> None:
    """Insert rows of the same columns, or replace what their primary keys hold."""
    statement = _upsert(row, connection.dialect.name, tuple(values[0]))
    connection.execute(statement, [dict(one) for one in values])


# Building a statement takes longer than running it, so each is built once.
def _insert(row: type[SQLModel], dialect: str) -> Any:
    """An insert as the database speaks it; what is not spoken is not loaded."""
    if dialect == "sqlite":
        return sqlite.insert(table_of(row))
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table_of(row))


@cache
def _insert_new(row: type[SQLModel], dialect: str) -> Executable:
    statement: Executable = _insert(row, dialect).on_conflict_do_nothing()
    return statement


@cache
def _upsert(row: type[SQLModel], dialect: str, names: tuple[str, ...]) -> Executable:
    table = table_of(row)
    keys = [column.name for column in table.primary_key.columns]
    statement = _insert(row, dialect)
    rest = {name: statement.excluded[name] for name in names if name not in keys}
    replacing: Executable = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    return replacing


def add_up(
    connection: Connection, row: type[SQLModel], column: str, values: Sequence[Mapping[str, Any]]
) -> None:
    """Insert counts, or add them to those that their primary keys hold."""
    if not values:
        return
    table = table_of(row)
    statement = _insert(row, connection.dialect.name)
    adding = statement.on_conflict_do_update(
        index_elements=[key.name for key in table.primary_key.columns],
        set_={column: table.c[column] + statement.excluded[column]},
    )
    connection.execute(adding, [dict(one) for one in values])


def _set_pragmas(connection: Any, _record: Any) -> None:
    # We begin transactions ourselves (see ``_begin``), so that a writer asks for its lock at once.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=wal",
        "synchronous=full",
        "foreign_keys=on",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
