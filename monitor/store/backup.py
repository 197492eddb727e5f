"""A backup: the database as it is at one instant, with the watch list, in one checked file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from monitor.errors import StoreError
from monitor.store.bundle import LIST, OPML, Kept, Manifest, write_bundle
from monitor.store.database import Database, table_of
from monitor.store.snapshot import revision_of, take_snapshot
from monitor.store.tables import FactRow, SessionRow

STAMP = "%Y%m%dT%H%M%SZ"
RESERVE = 200 * 1024 * 1024
"""So many bytes a backup leaves free: polls need them."""

LEFT_AFTER = 24 * 3600.0
"""What was begun so many seconds ago and not ended was left by a process that died."""


@dataclass(frozen=True, slots=True)
class Papers:
    """
    What belongs to a backup besides the database.

    ``list_text`` is the watch list as it stands on the disk, if it can be read,
    ``opml`` the OPML files that it names, by the path it gives; ``secrets``
    says where in them secrets stand.
    """

    list_name: str = LIST
    list_text: bytes | None = None
    opml: Mapping[str, bytes] = field(default_factory=dict)
    secrets: Sequence[str] = ()
    left_out: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: where it is, how large, and what it holds."""

    path: Path
    bytes: int
    manifest: Manifest


def make_backup(
    database: Database,
    target: Path,
    papers: Papers,
    version: str,
    now: datetime,
    each: Callable[[], None] = lambda: None,
) -> Backup:
    """
    Back a database up while it is in use.

    It is copied by SQLite's own online backup, the copy is checked, packed,
    read back and held against its checksums, and only then has the target's
    name. ``each`` is called now and then; what it raises breaks it off, and nothing
    is left. Raises ``StoreError`` where there is no room, or the database is damaged.
    """
    _make_room(database, target)
    copy = target.with_name(f".{target.name}.sqlite")
    try:
        rows = take_snapshot(database, copy, each)
        manifest = Manifest(
            version=version,
            made=now.astimezone(UTC),
            schema_revision=revision_of(copy),
            rows=rows,
            files=_files(papers),
            secrets=[*_secrets(database), *papers.secrets],
            left_out=[
                "the environment and .env, with the addresses of channels",
                "monitor.key, by which links in mails are signed",
                *papers.left_out,
            ],
        )
        manifest = write_bundle(target, manifest, copy, _texts(papers), each)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        copy.unlink(missing_ok=True)
    return Backup(target, target.stat().st_size, manifest)


def _make_room(database: Database, target: Path) -> None:
    needed = 2 * database.size() + RESERVE
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(target.parent).free
    except OSError as error:
        raise StoreError(f"{target.parent} cannot be used: {error.strerror}") from error
    if free < needed:
        raise StoreError(
            f"a backup needs {needed // 1_000_000} MB in {target.parent} while it is made, "
            f"and {free // 1_000_000} MB are free"
        )


def _texts(papers: Papers) -> dict[str, bytes]:
    texts = {OPML.format(number): text for number, text in enumerate(papers.opml.values(), 1)}
    return texts if papers.list_text is None else {LIST: papers.list_text, **texts}


def _files(papers: Papers) -> dict[str, Kept]:
    """The files but the database with where they came from; sizes are measured in writing."""
    names = dict(zip(_texts(Papers(opml=papers.opml)), papers.opml, strict=True))
    if papers.list_text is not None:
        names[LIST] = papers.list_name
    return {name: Kept(bytes=0, sha256="0" * 64, path=path) for name, path in names.items()}


def _secrets(database: Database) -> list[str]:
    """What is secret in the database itself."""
    fact = table_of(FactRow)
    query = select(fact.c.value).where(fact.c.name == "web password")
    with database.reading() as connection:
        password = connection.scalar(query) is not None
        session = connection.execute(select(table_of(SessionRow)).limit(1)).first() is not None
    said = ["texts of items and messages, and the mail addresses of those who got them"]
    said += ["the hash of the pages' password"] if password else []
    said += ["the marks of sessions, which a restore ends"] if session else []
    return said


class Shelf:
    """The folder of the backups that the service makes by itself, newest last."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name

    def target(self, now: datetime) -> Path:
        """Where a backup of this instant goes."""
        return self._folder / f"{self._name}-{now.astimezone(UTC):{STAMP}}.zip"

    def backups(self) -> list[tuple[datetime, Path]]:
        """All backups by the instant that their name says, the oldest first."""
        found = []
        for path in self._folder.glob(f"{self._name}-*.zip"):
            try:
                written = path.stem.removeprefix(f"{self._name}-")
                stamp = datetime.strptime(written, STAMP).replace(tzinfo=UTC)
            except ValueError:
                continue
            found.append((stamp, path))
        return sorted(found)

    def last(self, now: datetime) -> datetime | None:
        """When the last backup was made; one of a clock far ahead does not count."""
        return max((made for made, _ in self.backups() if made <= now), default=None)

    def thin(self, keep: int, now: datetime) -> None:
        """Delete all but the newest so many, and what a process left that died."""
        for _, path in self.backups()[: -keep or None]:
            path.unlink(missing_ok=True)
        for path in self._folder.glob(f".{self._name}-*.zip.*"):
            if now.timestamp() - path.stat().st_mtime > LEFT_AFTER:
                path.unlink(missing_ok=True)
