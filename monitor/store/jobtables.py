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
LINING_UP = ["line up", "articles"]
"""The locks of the steps that line up whatever asks feeds and their servers."""
ASKING = ["poll", "read"]
"""The tasks that they line up."""


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
    _be_within(connection)
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


def hold_polls(connection: Connection, worker: int, owner: str) -> bool:
    """
    Have a worker be busy with lining up, in the caller's transaction; false where another is.

    From then on no poll comes to those that wait, and these are let go: what
    is due is lined up again when the worker has ended that. The table is
    locked for a moment, since workers take jobs by what they see in it. ``owner``
    is how its process signs.
    """
    _be_within(connection)
    connection.execute(text("LOCK TABLE procrastinate_jobs IN SHARE ROW EXCLUSIVE MODE"))
    busy = "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND lock = ANY(:locks) LIMIT 1"
    if connection.scalar(text(busy), {"locks": LINING_UP}) is not None:
        return False
    begin = (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status, worker_id, args) "
        "SELECT 'held', lock, lock, 'doing', :worker, jsonb_build_object('owner', "
        "CAST(:owner AS text)) FROM unnest(CAST(:locks AS text[])) AS lock"
    )
    connection.execute(text(begin), {"worker": worker, "owner": owner, "locks": LINING_UP})
    waiting = "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = ANY(:tasks)"
    connection.execute(text(waiting), {"tasks": ASKING})
    return True


def are_asking(connection: Connection) -> bool:
    """Whether workers ask feeds or their servers now."""
    query = (
        "SELECT 1 FROM jobs.procrastinate_jobs "
        "WHERE status = 'doing' AND task_name = ANY(:tasks) LIMIT 1"
    )
    return connection.scalar(text(query), {"tasks": ASKING}) is not None


def holders(connection: Connection) -> dict[int, str]:
    """The workers that hold polls, each with how its process signs."""
    query = (
        "SELECT DISTINCT worker_id, args->>'owner' AS owner FROM jobs.procrastinate_jobs "
        "WHERE queue_name = 'held' AND worker_id IS NOT NULL"
    )
    return {row.worker_id: row.owner for row in connection.execute(text(query))}


def end_holding(connection: Connection, worker: int) -> None:
    """Let others line up again, in the caller's transaction; the worker is gone then."""
    _be_within(connection)
    held = "DELETE FROM procrastinate_jobs WHERE queue_name = 'held' AND worker_id = :worker"
    connection.execute(text(held), {"worker": worker})
    connection.execute(
        text("DELETE FROM procrastinate_workers WHERE id = :worker"), {"worker": worker}
    )


def _be_within(connection: Connection) -> None:
    """Let the library's own triggers find its tables until the transaction ends."""
    connection.exec_driver_sql(f"SET LOCAL search_path TO {NAMESPACE}, pg_catalog")
