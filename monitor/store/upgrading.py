"""Bringing a database's schema up to date; loaded only where there is something to bring."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import SQLModel

from monitor.errors import StoreError
from monitor.store.database import MIGRATIONS
from monitor.store.jobtables import make_anew
from monitor.store.postgresql import order_by_bytes, refuse_other_encodings


def _steps() -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config, ScriptDirectory.from_config(config)


def refuse_newer(revision: str | None) -> None:
    """Raise ``StoreError`` for a database that a newer version has written."""
    _, script = _steps()
    if revision is not None and revision not in {one.revision for one in script.walk_revisions()}:
        raise StoreError(
            f"the database was written by a newer version (schema {revision}); "
            "update what-to-watch, or name another file with --database"
        )


def upgrade(connection: Connection) -> str:
    """
    Take all steps to the newest revision in the caller's transaction, and say which that is.

    On PostgreSQL the tables of the queue of jobs are brought up to date with them.
    """
    config, script = _steps()
    is_postgresql = connection.dialect.name == "postgresql"
    if is_postgresql:
        refuse_other_encodings(connection)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if is_postgresql:
        order_by_bytes(connection, [*SQLModel.metadata.tables])
        make_anew(connection)
    return script.get_current_head() or ""
