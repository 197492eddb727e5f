"""What stays: closed days, and the watch lists that were in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import distinct, func, select

from monitor.store.database import Database, insert_new, table_of
from monitor.store.tables import DigestRow, HitRow, RevisionRow

DIGEST = table_of(DigestRow)
HIT = table_of(HitRow)
REVISION = table_of(RevisionRow)


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day as it was written down when it was closed."""

    day: date
    closed: datetime
    stories: int
    content: str


class Archive:
    """Keeps closed days and good watch lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self, day: date, zone: str, content: str, stories: int, now: datetime) -> bool:
        """Store a day's content for ever; false if the day was closed before."""
        values = {
            "day": day,
            "zone": zone,
            "closed": now,
            "stories": stories,
            "content": content,
        }
        with self._database.writing() as connection:
            return insert_new(connection, DigestRow, [values]) > 0

    def closed_day(self, day: date) -> ClosedDay | None:
        """A closed day, or nothing if it is open or was never closed."""
        with self._database.reading() as connection:
            row = connection.execute(select(DIGEST).where(DIGEST.c.day == day)).first()
            return ClosedDay(row.day, row.closed, row.stories, row.content) if row else None

    def closed_days(self) -> dict[date, int]:
        """All closed days with the number of their stories, oldest first."""
        with self._database.reading() as connection:
            query = select(DIGEST.c.day, DIGEST.c.stories).order_by(DIGEST.c.day)
            return {row.day: row.stories for row in connection.execute(query)}

    def late(self, start: datetime, end: datetime, closed: datetime) -> int:
        """How many items of a closed span were found only after it was closed."""
        query = select(func.count(distinct(HIT.c.item_id))).where(
            HIT.c.seen >= start, HIT.c.seen < end, HIT.c.found > closed
        )
        with self._database.reading() as connection:
            return int(connection.scalar(query) or 0)

    def keep_revision(self, digest: str, source: str, now: datetime) -> None:
        """Keep a watch list that has come in force, unless it is the one already in force."""
        with self._database.writing() as connection:
            last = connection.scalar(
                select(REVISION.c.hash).order_by(REVISION.c.id.desc()).limit(1)
            )
            if last != digest:
                connection.execute(
                    REVISION.insert().values(hash=digest, source=source, taken_up=now)
                )

    def last_revision(self) -> tuple[str, datetime] | None:
        """The text of the last watch list that was in force, and since when."""
        query = select(REVISION.c.source, REVISION.c.taken_up).order_by(REVISION.c.id.desc())
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
            return (row.source, row.taken_up) if row else None
