"""When indicators came to mean something else: what charts mark, and what is new to the past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.store.database import Database, insert_new, table_of
from monitor.store.leveltables import EditRow
from monitor.store.tables import HitRow

EDIT = table_of(EditRow)
HIT = table_of(HitRow)


@dataclass(frozen=True, slots=True)
class Edit:
    """From when on an indicator meant this, in words."""

    indicator: str
    at: datetime
    revision: str
    rule: str


class Edits:
    """Keeps the revisions of indicators."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, revisions: Mapping[str, tuple[str, str]], now: datetime) -> list[str]:
        """
        Keep what each indicator means now, where it is not known; and say which are new.

        ``revisions`` give each indicator's revision and its rule in words. New
        is an indicator that was never noted and has no hit: its past is unread.
        """
        with self._database.writing() as connection:
            known = _last(connection)
            edited = {
                name: meant for name, meant in revisions.items() if known.get(name) != meant[0]
            }
            rows = [
                {"indicator": name, "at": now, "revision": revision, "rule": rule}
                for name, (revision, rule) in edited.items()
            ]
            insert_new(connection, EditRow, rows)
            unread = edited.keys() - known.keys()
            hit = set(connection.scalars(select(HIT.c.indicator).distinct())) if unread else set()
            return [name for name in edited if name in unread and name not in hit]

    def of(self, indicator: str) -> list[Edit]:
        """What an indicator meant, and from when on, oldest first."""
        query = select(EDIT).where(EDIT.c.indicator == indicator).order_by(EDIT.c.at)
        with self._database.reading() as connection:
            return [
                Edit(row.indicator, row.at, row.revision, row.rule)
                for row in connection.execute(query)
            ]


def _last(connection: Connection) -> dict[str, str]:
    newest = (
        select(EDIT.c.indicator, func.max(EDIT.c.at).label("at"))
        .group_by(EDIT.c.indicator)
        .subquery()
    )
    query = select(EDIT).join(
        newest, (EDIT.c.indicator == newest.c.indicator) & (EDIT.c.at == newest.c.at)
    )
    return {row.indicator: row.revision for row in connection.execute(query)}
