"""Run the migrations over the connection that ``Database.upgrade`` hands in."""

from alembic import context
from sqlmodel import SQLModel

import monitor.store.leveltables
import monitor.store.storytables  # noqa: F401 - both fill the metadata with all tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
context.run_migrations()
