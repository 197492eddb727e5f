"""The watch list in force, for all processes that work on a database: what one took up, all use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from monitor.errors import StaleError
from monitor.store.database import Database, Lock, table_of
from monitor.store.facts import fact, forget_facts, note_fact
from monitor.store.tables import RevisionRow

REVISION = table_of(RevisionRow)
IN_FORCE = "list in force"
REFUSED = "edit refused"


@dataclass(frozen=True, slots=True)
class InForce:
    """
    Which list is in force, by its ``mark``, and what else must be the same everywhere.

    ``revision`` says which of the kept texts it is. ``channels`` are those that
    have an address where it was taken up, ``left_out`` the places of addresses
    that are written out in the file and so are not kept, ``key`` a fingerprint of
    the key that signs links.
    """

    mark: str
    revision: str
    channels: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    key: str = ""


def mark_of(revision: str, opml: Mapping[str, bytes]) -> str:
    """What a list goes by: its revision, with its OPML files if there are any."""
    if not opml:
        return revision
    digest = hashlib.sha256()
    for name, content in sorted(opml.items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return f"{revision}-{digest.hexdigest()[:12]}"


class ListInForce:
    """Keeps which list is in force, and whether an edit of it is refused at present."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, taken_up: InForce) -> None:
        """Note the list that was taken up; no edit is refused any more."""
        with self._database.writing(Lock.LIST) as connection:
            note_fact(connection, IN_FORCE, json.dumps(asdict(taken_up)))
            forget_facts(connection, REFUSED)

    def now(self) -> InForce | None:
        """The list in force, if one was ever taken up."""
        with self._database.reading() as connection:
            said = _read(connection)
        if said is None:
            return None
        return InForce(
            **{**said, "channels": tuple(said["channels"]), "left_out": tuple(said["left_out"])}
        )

    def source(self, revision: str) -> str | None:
        """The kept text of a revision."""
        query = select(REVISION.c.source).where(REVISION.c.hash == revision)
        with self._database.reading() as connection:
            return connection.scalar(query.order_by(REVISION.c.id.desc()).limit(1))

    def agree(self, mark: str) -> None:
        """Raise ``StaleError`` if another list than this one is in force by now."""
        with self._database.reading() as connection:
            said = _read(connection)
        if said is not None and said["mark"] != mark:
            raise StaleError("another watch list is in force since")

    def refuse(self, at: datetime) -> None:
        """Note since when an edit is refused."""
        with self._database.writing() as connection:
            note_fact(connection, REFUSED, at.isoformat())

    def refused(self) -> datetime | None:
        """Since when an edit of the list is refused, if one is."""
        with self._database.reading() as connection:
            value = fact(connection, REFUSED)
        return datetime.fromisoformat(value) if value else None


def _read(connection: Connection) -> dict[str, Any] | None:
    value = fact(connection, IN_FORCE)
    return None if value is None else dict(json.loads(value))
