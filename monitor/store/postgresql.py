"""What is PostgreSQL's own: how its connections are made ready, and locks that processes share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from monitor.errors import StoreError

STOPPED_SECONDS = 30
"""A transaction of a process that stands still is ended so late, and its locks are free."""
LONG_MINUTES = 15
"""The same of one that puts everything in the place of everything, as a rebuild or a copy does."""
CONNECT: dict[str, int] = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""How libpq finds out that the server is not there any more."""
READY = f"""
    SET timezone = 'UTC';
    SET idle_in_transaction_session_timeout = '{STOPPED_SECONDS}s';
    SET lock_timeout = '5min';
    SET random_page_cost = 1.1;
    SET jit = off
"""
"""Our questions are small: what makes large ones faster makes them slower."""
SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""What only reads sees the database as it was at one moment, as it does on SQLite."""
LOCKS = 1_987_541
"""The first half of the numbers of our locks, so that they are nobody else's."""

_NEEDED = (
    "PostgreSQL is spoken to by psycopg, which cannot be loaded here ({}); "
    "pip install 'psycopg[binary]' brings it"
)


def is_postgresql(url: str) -> bool:
    """Whether a database's address, as settings give it, is one of PostgreSQL."""
    return url.startswith("postgresql")


def driver() -> Any:
    """The module that speaks to PostgreSQL; one clear ``StoreError`` where it is missing."""
    try:
        import psycopg
    except ImportError as error:
        raise StoreError(_NEEDED.format(" ".join(str(error).split()))) from error
    return psycopg


def make_ready(connection: Any, _record: Any) -> None:
    """Set up a new connection: instants come in UTC, and text goes without NUL."""
    connection.adapters.register_dumper(str, _dumper())
    connection.autocommit = True
    connection.execute(READY)
    connection.autocommit = False


def _dumper() -> Any:
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        """Writes text without the one character that PostgreSQL has no place for."""

        def dump(self, obj: str) -> Any:
            """The text as it is sent."""
            return super().dump(obj.replace("\0", "") if "\0" in obj else obj)

    return WithoutNul


def hold(connection: Connection, number: int, *, shared: bool = False) -> None:
    """Wait for a lock that all processes know, and hold it until the transaction ends."""
    how = "_shared" if shared else ""
    query = text(f"SELECT pg_advisory_xact_lock{how}(:ours, :number)")
    connection.execute(query, {"ours": LOCKS, "number": number})


def take_time(connection: Connection) -> None:
    """Let this transaction work for long between two of its statements."""
    connection.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{LONG_MINUTES}min'"))


BY_OTHER_RULES = text("""
    SELECT c.table_name, c.column_name, format_type(a.atttypid, a.atttypmod) AS type
    FROM information_schema.columns c
    JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = c.table_schema::regnamespace
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = c.column_name
    WHERE c.table_schema = current_schema() AND t.relkind = 'r'
      AND a.attcollation <> 0 AND a.attcollation <> 'pg_catalog."C"'::regcollation
      AND c.table_name = ANY(:ours)
    ORDER BY c.table_name, c.ordinal_position
""")


def refuse_other_encodings(connection: Connection) -> None:
    """Raise ``StoreError`` for a database that has no place for most of the world's letters."""
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise StoreError(
            f"the database is in {encoding}, in which most texts cannot be kept; "
            "make one with createdb --encoding UTF8 --template template0"
        )


def order_by_bytes(connection: Connection, tables: list[str]) -> None:
    """
    Let all text of our tables be ordered by its bytes, as SQLite does.

    What a database was made with would order by some language's rules, other
    ones on each machine.
    """
    quote = connection.dialect.identifier_preparer.quote
    changes: dict[str, list[str]] = {}
    for row in connection.execute(BY_OTHER_RULES, {"ours": tables}):
        change = f'ALTER COLUMN {quote(row.column_name)} TYPE {row.type} COLLATE "C"'
        changes.setdefault(row.table_name, []).append(change)
    for table, columns in changes.items():
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} {', '.join(columns)}")
