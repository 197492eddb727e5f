"""The watch list in force, for all processes that work on a database: what one took up, all use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
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
    the key that signs links. ``home`` is the host and the file that it was taken
    up from, ``edited`` when that was last edited.
    """

    mark: str
    revision: str
    channels: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    key: str = ""
    home: str = ""
    edited: datetime | None = None

    def stays(self, offered: InForce) -> bool:
        """
        Whether this list stays in force though another one is offered by its file.

        The newest edit wins, whoever starts last. A file that is the home of what is
        in force always says what is: somebody may have gone back to an older text.
        """
        if self.mark == offered.mark or self.home in ("", offered.home) or self.edited is None:
            return False
        return offered.edited is None or offered.edited <= self.edited


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
        """
        Note the list that was taken up; no edit is refused any more.

        The same list from a second file leaves the first its home, and its edit is the newest one.
        """
        with self._database.writing(Lock.LIST) as connection:
            before = _read(connection)
            if before is not None and before.mark == taken_up.mark and before.home:
                edits = [one.edited for one in (before, taken_up) if one.edited is not None]
                taken_up = replace(taken_up, home=before.home, edited=max(edits, default=None))
            note_fact(connection, IN_FORCE, json.dumps(asdict(taken_up), default=str))
            forget_facts(connection, REFUSED)

    def now(self) -> InForce | None:
        """The list in force, if one was ever taken up."""
        with self._database.reading() as connection:
            return _read(connection)

    def source(self, revision: str) -> str | None:
        """The kept text of a revision."""
        query = select(REVISION.c.source).where(REVISION.c.hash == revision)
        with self._database.reading() as connection:
            return connection.scalar(query.order_by(REVISION.c.id.desc()).limit(1))

    def agree(self, mark: str) -> None:
        """Raise ``StaleError`` if another list than this one is in force by now."""
        with self._database.reading() as connection:
            said = _read(connection)
        if said is not None and said.mark != mark:
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


def _read(connection: Connection) -> InForce | None:
    value = fact(connection, IN_FORCE)
    if value is None:
        return None
    said: dict[str, Any] = json.loads(value)
    edited = said.get("edited")
    return InForce(
        **{
            **said,
            "channels": tuple(said["channels"]),
            "left_out": tuple(said["left_out"]),
            "edited": datetime.fromisoformat(edited) if edited else None,
        }
    )
