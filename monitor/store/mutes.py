"""What people said about alerts: mutes, what they have seen, links that they used."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, or_, select, update

from monitor.messages import Mute, Seen
from monitor.store.database import Database, insert_new, table_of
from monitor.store.tables import MuteRow, SeenRow, UsedLinkRow

MUTE = table_of(MuteRow)
SEEN = table_of(SeenRow)
USED = table_of(UsedLinkRow)
LINKS_KEPT = timedelta(days=60)
"""Longer than any link is good for."""


class Mutes:
    """Keeps mutes, acknowledgements and used links."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def in_force(self, now: datetime) -> list[Mute]:
        """The mutes that hold at an instant, the one that ends first before the others."""
        query = select(MUTE).where(
            MUTE.c.until > now, or_(MUTE.c.ended.is_(None), MUTE.c.ended > now)
        )
        with self._database.reading() as connection:
            return [
                _mute(row) for row in connection.execute(query.order_by(MUTE.c.until, MUTE.c.id))
            ]

    def add(self, mute: Mute, now: datetime) -> Mute:
        """Keep a mute, and hand it back with its number."""
        with self._database.writing() as connection:
            done = connection.execute(
                MUTE.insert().values(
                    indicator=mute.indicator,
                    term=mute.term,
                    until=mute.until,
                    reason=mute.reason,
                    by=mute.by,
                    created=now,
                )
            )
            key = done.inserted_primary_key
            number = int(key[0]) if key else 0
            return _mute(connection.execute(select(MUTE).where(MUTE.c.id == number)).one())

    def end(self, number: int, now: datetime) -> bool:
        """End a mute before its time; false if there is none of that number in force."""
        with self._database.writing() as connection:
            done = connection.execute(
                update(MUTE)
                .where(MUTE.c.id == number, MUTE.c.ended.is_(None), MUTE.c.until > now)
                .values(ended=now)
            )
            return done.rowcount > 0

    def see(self, subject: str, by: str, now: datetime) -> Seen:
        """Keep that somebody has seen a story's alerts; the first word stands."""
        with self._database.writing() as connection:
            insert_new(connection, SeenRow, [{"subject": subject, "at": now, "by": by}])
            row = connection.execute(select(SEEN).where(SEEN.c.subject == subject)).one()
            return Seen(row.subject, row.at, row.by)

    def seen(self, subjects: Iterable[str]) -> dict[str, Seen]:
        """Which of these stories somebody has seen."""
        query = select(SEEN).where(SEEN.c.subject.in_(list(subjects)))
        with self._database.reading() as connection:
            return {
                row.subject: Seen(row.subject, row.at, row.by) for row in connection.execute(query)
            }

    def use(self, mark: str, now: datetime) -> bool:
        """Use up a link that works once; false if it was used before."""
        with self._database.writing() as connection:
            connection.execute(delete(USED).where(USED.c.at < now - LINKS_KEPT))
            return insert_new(connection, UsedLinkRow, [{"mark": mark, "at": now}]) > 0

    def is_used(self, mark: str) -> bool:
        """Whether a link that works once was used."""
        with self._database.reading() as connection:
            return connection.scalar(select(USED.c.mark).where(USED.c.mark == mark)) is not None


def _mute(row: Row[tuple[object, ...]]) -> Mute:
    return Mute(
        until=row.until,
        indicator=row.indicator,
        term=row.term,
        reason=row.reason,
        by=row.by,
        created=row.created,
        ended=row.ended,
        id=row.id,
    )
