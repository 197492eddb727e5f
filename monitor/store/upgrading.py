"""Bringing a database's schema up to date; loaded only where there is something to bring."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import SQLModel

from monitor.errors import StoreError
from monitor.store.database import MIGRATIONS
from monitor.store.postgresql import order_by_bytes, refuse_other_encodings


def upgrade(connection: Connection, before: str | None) -> str:
    """
    Take all steps from a revision to the newest in the caller's transaction; which that is.

    Raises ``StoreError`` for a database that a newer version has written.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    if before is not None and before not in {one.revision for one in script.walk_revisions()}:
        raise StoreError(
            f"the database was written by a newer version (schema {before}); "
            "update what-to-watch, or name another file with --database"
        )
    is_postgresql = connection.dialect.name == "postgresql"
    if is_postgresql:
        refuse_other_encodings(connection)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if is_postgresql:
        order_by_bytes(connection, [*SQLModel.metadata.tables])
    return script.get_current_head() or ""
