"""One database: its connections, its transactions, its schema."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from enum import IntEnum
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
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from monitor.errors import StoreError
from monitor.store import jobtables, postgresql
from monitor.store.condition import Condition
from monitor.store.owning import FileTurn
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


class Lock(IntEnum):
    """
    What one transaction at a time does, over all processes; taken in this order.

    ``TURN`` is shared by all that write. Who has had it alone for a moment
    knows that all that was begun before is stored, or never will be.
    """

    TURN = 1
    LIST = 2
    SEARCH = 3
    COUNTS = 4
    STORIES = 5


class Database:
    """
    Connections to one database, with short transactions.

    On SQLite there is one writer at a time, and every connection is in WAL
    mode with full syncing, so that readers never wait for the writer and a commit
    outlives a power cut. On PostgreSQL writers wait for each other only
    where a ``Lock`` or a row says so. All that writes asks the ``fence`` first,
    which may refuse it.
    """

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        if not self.is_sqlite:
            postgresql.driver()
        try:
            self.engine: Engine = create_engine(
                url,
                pool_pre_ping=not self.is_sqlite,
                connect_args={} if self.is_sqlite else dict(postgresql.CONNECT),
                json_serializer=json.JSONEncoder(ensure_ascii=False).encode,
            )
        except (SQLAlchemyError, ImportError) as error:
            raise StoreError(f"not a usable database address: {error}") from error
        self.condition = Condition(self.engine)
        self.kept: Path | None = None
        self._writing = threading.RLock() if self.is_sqlite else nullcontext()
        self._whole = threading.local()
        self.turn = Turn(self, url)
        self.fence: Callable[[Connection], None] = lambda _connection: None
        if self.is_sqlite:
            event.listen(self.engine, "connect", _set_pragmas)
            event.listen(self.engine, "begin", _begin)
        else:
            event.listen(self.engine, "connect", postgresql.make_ready)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """
        A transaction that only reads; foreign errors come out as ``StoreError``.

        It sees the database as it was at one moment, or, within ``whole``,
        as it is.
        """
        options = {} if self.is_sqlite else postgresql.SNAPSHOT
        with self.condition.told():
            if (open_one := self._open_one()) is not None:
                with open_one.begin_nested():
                    yield open_one
                return
            with (
                self.engine.connect().execution_options(**options) as connection,
                connection.begin(),
            ):
                yield connection

    @contextmanager
    def writing(self, *locks: Lock) -> Iterator[Connection]:
        """
        A transaction that writes: all of it is kept, or nothing.

        No other transaction with one of the same ``locks`` runs at the same time, in this
        process or in another. Raises ``StoreBrokenError`` without trying where damage is known.
        """
        with self.condition.taking():
            if (open_one := self._open_one()) is not None:
                with open_one.begin_nested():
                    self.hold(open_one, *locks)
                    yield open_one
                return
            with self._write() as connection:
                if not self.is_sqlite:
                    postgresql.hold(connection, Lock.TURN, shared=True)
                self.fence(connection)
                self.hold(connection, *locks)
                yield connection

    @contextmanager
    def whole(self, *, shared: bool) -> Iterator[None]:
        """
        One transaction of all that this thread reads and writes, under the lock of the turn.

        Only on PostgreSQL: if the connection is lost, or taken away because
        the process stood still, nothing of it is stored and the locks are free.
        """
        with self.condition.taking(), self._write() as connection:
            postgresql.hold(connection, Lock.TURN, shared=shared)
            self.fence(connection)
            self._whole.connection = connection
            try:
                yield
            finally:
                self._whole.connection = None

    def hold(self, connection: Connection, *locks: Lock) -> None:
        """Wait for locks, and keep them until the transaction ends."""
        if not self.is_sqlite:  # there all that writes is alone
            for lock in sorted(locks):
                postgresql.hold(connection, lock)

    def take_time(self, connection: Connection) -> None:
        """Let a transaction work for long without a word to the database."""
        if not self.is_sqlite:
            postgresql.take_time(connection)

    def hold_within(self, lock: Lock) -> None:
        """Keep a lock until the end of the ``whole`` that this thread is in, if it is in one."""
        open_one = self._open_one()
        if open_one is not None:
            with self.condition.told():
                self.hold(open_one, lock)

    def settled(self, *rows: type[SQLModel]) -> tuple[int, ...]:
        """
        For each table the number of the last row up to which no other will come.

        Numbers are given before they are stored: on PostgreSQL a row may
        come after others with higher ones. So all that is being written is
        waited for, and who would begin to write waits for that: ask seldom, for
        what was settled once is so for good.
        """
        is_alone = self.is_sqlite or self._open_one() is not None
        with nullcontext() if is_alone else self.turn, self.reading() as connection:
            last = [select(func.max(table_of(row).c.id)) for row in rows]
            return tuple(int(connection.scalar(one) or 0) for one in last)

    def _open_one(self) -> Connection | None:
        """The transaction that this thread is in as a whole."""
        return getattr(self._whole, "connection", None)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with (
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
            before = self.revision()
            if before is not None and before == newest() and self._has_jobs():
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
                with connection.begin():
                    self.take_time(connection)
                    self.hold(connection, Lock.TURN)
                    after = upgrade(connection)
                with connection.begin():
                    self._note_birth(connection)
            self.condition.note_places()
            return before, after

    def revision(self) -> str | None:
        """The revision that the database's schema has; none in a new one."""
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return None if found is None else str(found)

    def _has_jobs(self) -> bool:
        with self.reading() as connection:
            return jobtables.are_current(connection)

    def is_current(self) -> bool:
        """Whether the schema is that of this version."""
        return self.revision() == newest()

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
        """How many bytes the database takes, on SQLite the file's pages."""
        with self.reading() as connection:
            if not self.is_sqlite:
                here = text("SELECT pg_database_size(current_database())")
                return int(connection.scalar(here) or 0)
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
            return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar() or 0)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


class Turn:
    """
    The turn of those that say what they saw, until it is stored.

    Whoever takes it alone knows that all that was seen before is stored. In one
    process one thread has it; polls share it with those of other processes.
    On SQLite one thread of one process has it, who polls and who does not.
    """

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._file = FileTurn(url)
        self._mine = threading.Lock()
        self._left: list[AbstractContextManager[None]] = []

    def __enter__(self) -> None:
        """Wait until nobody else has it."""
        self._enter(shared=False)

    def __exit__(self, *error: Any) -> None:
        """Let the next one have it; what was done within is kept if nothing was raised."""
        try:
            self._left.pop().__exit__(*error)
        finally:
            self._mine.release()

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Have it beside polls of other processes."""
        self._enter(shared=True)
        try:
            yield
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise
        self.__exit__(None, None, None)

    def _enter(self, *, shared: bool) -> None:
        self._mine.acquire()
        try:
            database = self._database
            left: AbstractContextManager[None] = (
                self._file if database.is_sqlite else database.whole(shared=shared)
            )
            left.__enter__()
            self._left.append(left)
        except BaseException:
            self._mine.release()
            raise


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
    from sqlalchemy.dialects.postgresql import insert

    return insert(table_of(row))


@cache
def _insert_new(row: type[SQLModel], dialect: str) -> Executable:
    statement = _insert(row, dialect).on_conflict_do_nothing()
    counted: Executable = statement.execution_options(preserve_rowcount=True)
    return counted


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
    connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    if connection.execute("PRAGMA page_count").fetchone() == (0,):
        # Room can be given back only by a file that is made so.
        connection.execute("PRAGMA auto_vacuum=incremental")
    for pragma in (
        "journal_mode=wal",
        "synchronous=full",
        "foreign_keys=on",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
