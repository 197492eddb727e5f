"""What stays: closed days, and the watch lists that were in force."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, distinct, func, select

from monitor.digest.build import Digest
from monitor.store.database import CLOCK_SLACK, Database, Lock, insert_new, table_of
from monitor.store.facts import fact, note_fact
from monitor.store.tables import DigestRow, HitRow, RevisionRow

DIGEST = table_of(DigestRow)
HIT = table_of(HitRow)
REVISION = table_of(RevisionRow)
OPML = "opml"
"""The fact that holds the OPML files of the list in force."""


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day as it was written down when it was closed."""

    day: date
    closed: datetime
    stories: int
    content: str
    text: str
    start: datetime
    end: datetime


class Archive:
    """Keeps closed days and good watch lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close(self, digest: Digest, content: str, text: str, now: datetime) -> bool:
        """Store a day's content, as HTML and as text, for ever; false if it was closed before."""
        values = {
            "day": digest.day,
            "zone": digest.zone.key,
            "start": digest.start,
            "end": digest.end,
            "closed": now,
            "stories": len(digest.stories),
            "content": content,
            "text": text,
        }
        with self._database.writing() as connection:
            return insert_new(connection, DigestRow, [values]) > 0

    def closed_day(self, day: date) -> ClosedDay | None:
        """A closed day, or nothing if it is open or was never closed."""
        with self._database.reading() as connection:
            row = connection.execute(select(DIGEST).where(DIGEST.c.day == day)).first()
            if row is None:
                return None
            return ClosedDay(
                row.day, row.closed, row.stories, row.content, row.text, row.start, row.end
            )

    def last_end(self, day: date) -> datetime | None:
        """Where the day before a day ended, as it was closed; nothing if it was not."""
        query = select(DIGEST.c.end).where(DIGEST.c.day == day - timedelta(days=1))
        with self._database.reading() as connection:
            end: datetime | None = connection.scalar(query)
            return end

    def reopen_after(self, now: datetime) -> int:
        """Forget days that were closed by a clock far ahead of this one; say how many."""
        with self._database.writing() as connection:
            wrong = delete(DIGEST).where(DIGEST.c.closed > now + CLOCK_SLACK)
            return connection.execute(wrong).rowcount

    def closed_days(self) -> dict[date, int]:
        """All closed days with the number of their stories, oldest first."""
        with self._database.reading() as connection:
            query = select(DIGEST.c.day, DIGEST.c.stories).order_by(DIGEST.c.day)
            return {row.day: row.stories for row in connection.execute(query)}

    def late(self, day: ClosedDay) -> int:
        """How many items of a closed day were found only after it was closed."""
        query = select(func.count(distinct(HIT.c.item_id))).where(
            HIT.c.seen >= day.start, HIT.c.seen < day.end, HIT.c.found > day.closed
        )
        with self._database.reading() as connection:
            return int(connection.scalar(query) or 0)

    def keep_revision(self, digest: str, source: str, now: datetime) -> None:
        """Keep a watch list that has come in force, unless it is the one already in force."""
        with self._database.writing(Lock.LIST) as connection:
            last = connection.scalar(
                select(REVISION.c.hash).order_by(REVISION.c.id.desc()).limit(1)
            )
            if last != digest:
                connection.execute(
                    REVISION.insert().values(hash=digest, source=source, taken_up=now)
                )

    def keep_opml(self, files: Mapping[str, bytes]) -> None:
        """Keep the OPML files of the list in force, by name; those before them go."""
        coded = {name: b64encode(content).decode() for name, content in sorted(files.items())}
        value = json.dumps(coded)
        with self._database.writing(Lock.LIST) as connection:
            if fact(connection, OPML) != value:
                note_fact(connection, OPML, value)

    def last_opml(self) -> dict[str, bytes]:
        """The OPML files of the last watch list that was in force, by name."""
        with self._database.reading() as connection:
            value = fact(connection, OPML)
        return {name: b64decode(coded) for name, coded in json.loads(value or "{}").items()}

    def last_revision(self) -> tuple[str, datetime] | None:
        """The text of the last watch list that was in force, and since when."""
        query = select(REVISION.c.source, REVISION.c.taken_up).order_by(REVISION.c.id.desc())
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
            return (row.source, row.taken_up) if row else None
