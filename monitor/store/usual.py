"""What was usual of each indicator day by day, as charts show it: worked out when it is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from monitor.levels.band import Band, ending
from monitor.store.database import Database, table_of, upsert
from monitor.store.leveltables import UsualRow

USUAL = table_of(UsualRow)


class Usual:
    """Keeps the bands of charts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, last: date, bands: Mapping[str, Sequence[Band | None]]) -> None:
        """Keep the bands of the days that end with a local day, instead of those before."""
        values = [
            {"indicator": name, "last": last, "bands": [list(one) if one else None for one in row]}
            for name, row in bands.items()
        ]
        with self._database.writing() as connection:
            if values:
                upsert(connection, UsualRow, *values)

    def until(self, day: date) -> dict[str, tuple[Band | None, ...]]:
        """
        By indicator the bands of the days up to a local day and with it, oldest first.

        They were worked out on the hour; a day that has just begun has that of
        the day before it.
        """
        with self._database.reading() as connection:
            rows = connection.execute(select(USUAL)).all()
        return {
            row.indicator: ending(
                [(one[0], one[1]) if one else None for one in row.bands], (day - row.last).days
            )
            for row in rows
        }
