"""Who may see the pages: the password's hash, and the sessions of those who gave it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from monitor.store.database import Database, table_of
from monitor.store.facts import fact, forget_facts, note_fact
from monitor.store.tables import FactRow, SessionRow

FACT = table_of(FactRow)
SESSION = table_of(SessionRow)
PASSWORD = "web password"  # noqa: S105 - the name of a fact


class Access:
    """Keeps one password's hash and the marks of sessions; neither password nor cookie is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def password(self) -> str | None:
        """The hash of the pages' password, or nothing if none is set."""
        with self._database.reading() as connection:
            return fact(connection, PASSWORD)

    def set_password(self, hashed: str | None) -> int:
        """Set or remove the password; every session ends, and how many did is the answer."""
        with self._database.writing() as connection:
            if hashed is None:
                forget_facts(connection, PASSWORD)
            else:
                note_fact(connection, PASSWORD, hashed)
            return connection.execute(delete(SESSION)).rowcount

    def begin(self, mark: str, hashed: str, now: datetime, until: datetime) -> bool:
        """
        Note a session, unless the password has changed since it was checked.

        Those that are over are forgotten.
        """
        with self._database.writing() as connection:
            connection.execute(delete(SESSION).where(SESSION.c.until <= now))
            kept = select(FACT.c.value).where(FACT.c.name == PASSWORD)
            # Held until the session is stored: who changes the password ends it then.
            still = connection.scalar(kept.with_for_update(read=True))
            if still != hashed:
                return False
            connection.execute(SESSION.insert().values(mark=mark, began=now, until=until))
            return True

    def is_in(self, mark: str, now: datetime) -> bool:
        """Whether a session is still on."""
        query = select(func.count()).select_from(SESSION)
        with self._database.reading() as connection:
            lasting = query.where(SESSION.c.mark == mark, SESSION.c.until > now)
            return bool(connection.scalar(lasting))

    def end(self, mark: str) -> None:
        """End a session: its cookie is worth nothing from now on."""
        with self._database.writing() as connection:
            connection.execute(delete(SESSION).where(SESSION.c.mark == mark))
