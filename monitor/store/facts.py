"""Single facts that processes which work on one database tell each other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from monitor.store.database import Database, table_of, upsert
from monitor.store.tables import FactRow

FACT = table_of(FactRow)


class Facts:
    """Keeps short texts and instants by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def text(self, name: str) -> str:
        """What was noted last under a name, or nothing."""
        with self._database.reading() as connection:
            return str(connection.scalar(select(FACT.c.value).where(FACT.c.name == name)) or "")

    def note(self, name: str, value: str) -> None:
        """Note something under a name, in the place of what was."""
        with self._database.writing() as connection:
            upsert(connection, FactRow, {"name": name, "value": value})

    def instants(self, names: list[str]) -> dict[str, datetime]:
        """The instants that were noted under some names."""
        query = select(FACT.c.name, FACT.c.value).where(FACT.c.name.in_(names))
        with self._database.reading() as connection:
            found = {row.name: row.value for row in connection.execute(query) if row.value}
        return {name: datetime.fromisoformat(value) for name, value in found.items()}
