"""The roll-up of stories by indicator, local day and signal, which charts read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, delete, func, select, update

from monitor.store.counts import count_stories, move_story
from monitor.store.database import Database, Lock, insert_new, table_of
from monitor.store.facts import fact, note_fact
from monitor.store.known import chunks
from monitor.store.storytables import StoryIndicatorRow
from monitor.store.tables import TallyRow
from monitor.stories.speaking import Spoken

TALLY = table_of(TallyRow)
SPOKEN = table_of(StoryIndicatorRow)
ZONE = "tally zone"
BATCH = 5_000


def recount(
    connection: Connection, indicator: str, before: Spoken | None, after: Spoken | None
) -> None:
    """Count a story anew, by the hour and day of its first hit, within the caller's transaction."""
    move_story(connection, indicator, *(one.first if one else None for one in (before, after)))
    zone = _zone(connection)
    was, now = _counted(before, zone), _counted(after, zone)
    for day, signal in sorted(was ^ now):
        key = {"indicator": indicator, "day": day, "signal": signal}
        more = 1 if (day, signal) in now else -1
        if more > 0:
            insert_new(connection, TallyRow, [{**key, "stories": 0}])
        is_it = and_(TALLY.c.indicator == indicator, TALLY.c.day == day, TALLY.c.signal == signal)
        connection.execute(update(TALLY).where(is_it).values(stories=TALLY.c.stories + more))


def _counted(spoken: Spoken | None, zone: ZoneInfo) -> set[tuple[date, str]]:
    """Under which day and signals a story is counted; the empty signal stands for all."""
    if spoken is None:
        return set()
    day = spoken.first.astimezone(zone).date()
    return {(day, signal) for signal in ("", *spoken.signals)}


def _zone(connection: Connection) -> ZoneInfo:
    """The zone of the days that are counted by."""
    return ZoneInfo(fact(connection, ZONE) or "UTC")


class Tally:
    """Reads the roll-up, and makes it anew where the zone of its days has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def days(self, first: date, indicators: Sequence[str]) -> dict[str, Counter[date]]:
        """
        How many stories each of these indicators has on each local day from ``first`` on.

        They are asked for by name, since the index goes by name and day: without, the
        whole past would be read.
        """
        query = select(TALLY.c.indicator, TALLY.c.day, TALLY.c.stories)
        query = query.where(TALLY.c.day >= first, TALLY.c.signal == "")
        counts: dict[str, Counter[date]] = defaultdict(Counter)
        with self._database.reading() as connection:
            for part in chunks(indicators):
                some = query.where(TALLY.c.indicator.in_(part))
                for indicator, day, stories in connection.execute(some):
                    counts[indicator][day] = stories
        return counts

    def signals(self, first: date, indicators: Sequence[str]) -> dict[str, Counter[str]]:
        """How many stories of each of these indicators carry each signal, from a local day on."""
        query = select(TALLY.c.indicator, TALLY.c.signal, func.sum(TALLY.c.stories))
        query = query.where(TALLY.c.day >= first, TALLY.c.signal != "")
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        with self._database.reading() as connection:
            for part in chunks(indicators):
                some = query.where(TALLY.c.indicator.in_(part))
                rows = connection.execute(some.group_by(TALLY.c.indicator, TALLY.c.signal))
                for indicator, signal, stories in rows:
                    counts[indicator][signal] = stories
        return counts

    def total(self, indicator: str) -> int:
        """How many stories an indicator has in all."""
        query = select(func.sum(TALLY.c.stories)).where(
            TALLY.c.indicator == indicator, TALLY.c.signal == ""
        )
        with self._database.reading() as connection:
            return int(connection.scalar(query) or 0)

    def settle(self, zone: ZoneInfo) -> bool:
        """Make the roll-up anew if its days are those of another zone; say whether it was."""
        with self._database.writing(Lock.STORIES) as connection:
            known = fact(connection, ZONE)
            if known == zone.key:
                return False
            if known is not None:
                rebuild(connection, zone)
            note_fact(connection, ZONE, zone.key)
            return known is not None


def rebuild(connection: Connection, zone: ZoneInfo | None = None) -> None:
    """Count all stories anew, by the hour and by the days of a zone."""
    count_stories(connection)
    zone = zone or _zone(connection)
    counts: Counter[tuple[str, date, str]] = Counter()
    query = select(SPOKEN.c.indicator, SPOKEN.c.first, SPOKEN.c.signals)
    for row in connection.execute(query.execution_options(yield_per=BATCH)):
        day = row.first.astimezone(zone).date()
        counts.update((row.indicator, day, signal) for signal in ("", *(row.signals or ())))
    connection.execute(delete(TALLY))
    rows = [
        {"indicator": indicator, "day": day, "signal": signal, "stories": stories}
        for (indicator, day, signal), stories in counts.items()
    ]
    if rows:
        connection.execute(TALLY.insert(), rows)
