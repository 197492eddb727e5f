"""When indicators came to mean something else: what charts mark, and what is new to the past."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.store.database import Database, Lock, insert_new, table_of
from monitor.store.facts import fact, note_fact
from monitor.store.leveltables import EditRow
from monitor.store.tables import HitRow, ItemRow

EDIT = table_of(EditRow)
HIT = table_of(HitRow)
ITEM = table_of(ItemRow)
READ = "past read by"
"""The fact that says by which revision of each indicator the past was last matched."""


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

    def unread(self, indicators: Iterable[str]) -> set[str]:
        """
        Those of these indicators whose past is unread: never noted, and without a hit.

        Where nothing is stored there is no past to read.
        """
        with self._database.reading() as connection:
            unread = set(indicators) - _last(connection).keys()
            if not unread or connection.scalar(select(ITEM.c.id).limit(1)) is None:
                return set()
            return unread - set(connection.scalars(select(HIT.c.indicator).distinct()))

    def note(self, revisions: Mapping[str, tuple[str, str]], now: datetime) -> None:
        """
        Keep what each indicator means now, where that is not what it meant last.

        ``revisions`` give each indicator's revision and its rule in words.
        """
        with self._database.writing(Lock.LIST) as connection:
            known = _last(connection)
            rows = [
                {"indicator": name, "at": now, "revision": revision, "rule": rule}
                for name, (revision, rule) in revisions.items()
                if known.get(name) != revision
            ]
            insert_new(connection, EditRow, rows)

    def read(self, revisions: Mapping[str, str]) -> None:
        """Keep that the whole past was matched by these revisions of indicators."""
        with self._database.writing(Lock.LIST) as connection:
            known = json.dumps(_read(connection) | dict(revisions), sort_keys=True)
            note_fact(connection, READ, known)

    def unread_since(self, since: datetime) -> dict[str, datetime]:
        """When indicators last came to mean something else, if their past still tells the old."""
        query = select(EDIT.c.indicator, func.min(EDIT.c.at).label("first"))
        query = query.group_by(EDIT.c.indicator)
        with self._database.reading() as connection:
            first = {row.indicator: row.first for row in connection.execute(query)}
            read, last = _read(connection), _newest(connection)
        return {
            name: one.at
            for name, one in last.items()
            if since <= one.at and one.at > first[name] and one.revision != read.get(name)
        }

    def of(self, indicator: str) -> list[Edit]:
        """What an indicator meant, and from when on, oldest first."""
        query = select(EDIT).where(EDIT.c.indicator == indicator).order_by(EDIT.c.at)
        with self._database.reading() as connection:
            return [
                Edit(row.indicator, row.at, row.revision, row.rule)
                for row in connection.execute(query)
            ]


def _read(connection: Connection) -> dict[str, str]:
    known = fact(connection, READ)
    return json.loads(known) if known else {}


def _last(connection: Connection) -> dict[str, str]:
    return {name: one.revision for name, one in _newest(connection).items()}


def _newest(connection: Connection) -> dict[str, Edit]:
    newest = (
        select(EDIT.c.indicator, func.max(EDIT.c.at).label("at"))
        .group_by(EDIT.c.indicator)
        .subquery()
    )
    query = select(EDIT).join(
        newest, (EDIT.c.indicator == newest.c.indicator) & (EDIT.c.at == newest.c.at)
    )
    return {
        row.indicator: Edit(row.indicator, row.at, row.revision, row.rule)
        for row in connection.execute(query)
    }
