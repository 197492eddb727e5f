"""Single facts that processes which work on one database tell each other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.store.database import Database, table_of, upsert
from monitor.store.tables import FactRow

FACT = table_of(FactRow)


def fact(connection: Connection, name: str) -> str | None:
    """What was noted last under a name, as a transaction sees it."""
    value: str | None = connection.scalar(select(FACT.c.value).where(FACT.c.name == name))
    return value


def note_fact(connection: Connection, name: str, value: str) -> None:
    """Note something under a name in the caller's transaction, in the place of what was."""
    upsert(connection, FactRow, {"name": name, "value": value})


def forget_facts(connection: Connection, *names: str) -> None:
    """Let go of what was noted under some names."""
    connection.execute(delete(FACT).where(FACT.c.name.in_(names)))


class Facts:
    """Keeps short texts and instants by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def text(self, name: str) -> str:
        """What was noted last under a name, or nothing."""
        with self._database.reading() as connection:
            return fact(connection, name) or ""

    def note(self, name: str, value: str) -> None:
        """Note something under a name, in the place of what was."""
        with self._database.writing() as connection:
            note_fact(connection, name, value)

    def instants(self, names: list[str]) -> dict[str, datetime]:
        """The instants that were noted under some names."""
        query = select(FACT.c.name, FACT.c.value).where(FACT.c.name.in_(names))
        with self._database.reading() as connection:
            found = {row.name: row.value for row in connection.execute(query) if row.value}
        return {name: datetime.fromisoformat(value) for name, value in found.items()}
