"""
The tables of the queue of jobs, which belong to the library that runs it.

They stand in a namespace of their own on PostgreSQL, and hold nothing that
lasts: what is to be done is worked out from our own tables again and again.
So another version of the library does not change its tables but gets new ones.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files

from sqlalchemy import Connection, text

LIBRARY = "procrastinate"
NAMESPACE = "jobs"


def mark() -> str:
    """How tables are marked that fit the library that is installed."""
    return f"{LIBRARY} {version(LIBRARY)}"


def are_current(connection: Connection) -> bool:
    """Whether the queue's tables are there and fit the library; always so on SQLite."""
    if connection.dialect.name != "postgresql":
        return True
    query = text("SELECT obj_description(to_regnamespace(:name), 'pg_namespace')")
    return bool(connection.scalar(query, {"name": NAMESPACE}) == mark())


def make_anew(connection: Connection) -> None:
    """Make the queue's tables in the caller's transaction, in the place of any before them."""
    if are_current(connection):
        return
    schema = (files(f"{LIBRARY}.sql") / "schema.sql").read_text(encoding="utf-8")
    plain = connection.execution_options(no_parameters=True)
    plain.exec_driver_sql(f"DROP SCHEMA IF EXISTS {NAMESPACE} CASCADE")
    plain.exec_driver_sql(f"CREATE SCHEMA {NAMESPACE}")
    plain.exec_driver_sql(f"SET LOCAL search_path TO {NAMESPACE}, pg_catalog")
    plain.exec_driver_sql(schema)
    plain.exec_driver_sql("SET LOCAL search_path TO DEFAULT")
    plain.exec_driver_sql(f"COMMENT ON SCHEMA {NAMESPACE} IS '{mark()}'")


def counts(connection: Connection) -> dict[str, int] | None:
    """How many workers there are, and how many jobs wait and are done; nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return None
    query = text(
        "SELECT (SELECT count(*) FROM jobs.procrastinate_workers) AS workers, "
        "count(*) FILTER (WHERE status = 'todo') AS waiting, "
        "count(*) FILTER (WHERE status = 'doing') AS doing FROM jobs.procrastinate_jobs"
    )
    row = connection.execute(query).one()
    # A worker has a row for each of its two sides.
    return {"workers": (row.workers + 1) // 2, "waiting": row.waiting, "being done": row.doing}
