"""The roll-up of hits by indicator, local day and signal, which charts read instead of the hits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, select, update

from monitor.store.database import Database, insert_new, table_of, upsert
from monitor.store.tables import FactRow, HitRow, TallyRow

TALLY = table_of(TallyRow)
HIT = table_of(HitRow)
FACT = table_of(FactRow)
ZONE = "tally zone"
BATCH = 5_000


def count(connection: Connection, indicator: str, day: date, signals: Iterable[str]) -> None:
    """Count one more story of an indicator on a day, within the caller's transaction."""
    for signal in ("", *signals):
        key = {"indicator": indicator, "day": day, "signal": signal}
        insert_new(connection, TallyRow, [{**key, "stories": 0}])
        connection.execute(
            update(TALLY)
            .where(TALLY.c.indicator == indicator, TALLY.c.day == day, TALLY.c.signal == signal)
            .values(stories=TALLY.c.stories + 1)
        )


class Tally:
    """Reads the roll-up, and makes it anew where the zone of its days has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def days(self, first: date, indicator: str | None = None) -> dict[str, Counter[date]]:
        """How many stories each indicator has on each local day from ``first`` on."""
        query = select(TALLY).where(TALLY.c.day >= first, TALLY.c.signal == "")
        if indicator is not None:
            query = query.where(TALLY.c.indicator == indicator)
        counts: dict[str, Counter[date]] = defaultdict(Counter)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                counts[row.indicator][row.day] = row.stories
        return counts

    def signals(self, first: date) -> dict[str, Counter[str]]:
        """How many stories of each indicator carry each signal, from a local day on."""
        query = (
            select(TALLY.c.indicator, TALLY.c.signal, func.sum(TALLY.c.stories).label("n"))
            .where(TALLY.c.day >= first, TALLY.c.signal != "")
            .group_by(TALLY.c.indicator, TALLY.c.signal)
        )
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                counts[row.indicator][row.signal] = row.n
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
        with self._database.writing() as connection:
            known = connection.scalar(select(FACT.c.value).where(FACT.c.name == ZONE))
            if known == zone.key:
                return False
            if known is not None:
                _rebuild(connection, zone)
            upsert(connection, FactRow, {"name": ZONE, "value": zone.key})
            return known is not None


def _rebuild(connection: Connection, zone: ZoneInfo) -> None:
    counts: Counter[tuple[str, date, str]] = Counter()
    query = select(HIT.c.indicator, HIT.c.seen, HIT.c.signals)
    for row in connection.execute(query.execution_options(yield_per=BATCH)):
        day = row.seen.astimezone(zone).date()
        counts.update((row.indicator, day, signal) for signal in ("", *(row.signals or ())))
    connection.execute(delete(TALLY))
    rows = [
        {"indicator": indicator, "day": day, "signal": signal, "stories": stories}
        for (indicator, day, signal), stories in counts.items()
    ]
    if rows:
        connection.execute(TALLY.insert(), rows)
