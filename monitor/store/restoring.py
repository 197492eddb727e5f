"""
Bringing a backup back, so that nothing that was there is lost and nothing is told twice.

What a backup knows ends when it was made. What was sent after that it does not
know, so every message that waited then is held, and whoever decides alerts
asks ``restored_at``: what may have been told before is held, too, until a person
lets it go.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, or_, update

from monitor.alerts.hold import MAY_BE_SENT, SOURCES, TOO_OLD
from monitor.errors import StoreError
from monitor.store.backup import RESERVE, STAMP
from monitor.store.bundle import DATABASE, Bundle, BundleError, sync_folder
from monitor.store.database import Database, newest, table_of
from monitor.store.facts import fact, note_fact
from monitor.store.owning import beside
from monitor.store.snapshot import check_file, revision_of
from monitor.store.tables import DeliveryRow, SessionRow

OUTBOX = table_of(DeliveryRow)
AT = "restored"
OF = "restored of"
OPEN_SECONDS = 5.0
"""How long to wait for a command that has the old database open."""


def restored_at(database: Database) -> datetime | None:
    """When this database was last restored from a backup; nothing if it never was."""
    with database.reading() as connection:
        value = fact(connection, AT)
    return datetime.fromisoformat(value) if value else None


def unpack_database(bundle: Bundle, target: Path, now: datetime) -> int:
    """
    Make a database of today's schema from a backup, ready to be put in place.

    Says how many messages are held in it. Raises ``StoreError``, and leaves
    nothing behind, for a backup that is not sound or of a newer schema.
    """
    manifest = bundle.manifest
    if manifest.schema_revision > newest():
        raise BundleError(
            f"it was made by a newer version ({manifest.version}, schema "
            f"{manifest.schema_revision}); update what-to-watch"
        )
    needed = 2 * manifest.files[DATABASE].bytes + RESERVE
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise StoreError(
            f"restoring needs {needed // 1_000_000} MB in {target.parent}, and "
            f"{free // 1_000_000} MB are free"
        )
    try:
        bundle.unpack(DATABASE, target)
        check_file(target, manifest.rows)
        if revision_of(target) != manifest.schema_revision:
            raise BundleError("its database has another schema than its manifest says")
        return _settled(target, manifest.made, now)
    except BaseException:
        discard(target)
        raise


def discard(target: Path) -> None:
    """Remove a database that was unpacked, with what SQLite keeps beside it."""
    for ending in ("", "-wal", "-shm", "-journal"):
        beside(target, ending).unlink(missing_ok=True)


def _settled(file: Path, made: datetime, now: datetime) -> int:
    """Bring the schema up to date, hold what waited, end all sessions; how many were held."""
    database = Database(f"sqlite:///{file}")
    try:
        database.upgrade(keep=False)
        with database.writing() as connection:
            connection.execute(delete(table_of(SessionRow)))
            for name, instant in ((AT, now), (OF, made)):
                value = instant.astimezone(UTC).isoformat()
                note_fact(connection, name, value)
            waits = OUTBOX.c.state.in_(["pending", "sending"])
            # What waits for more publishers, or is too old, is not sent by itself anyway.
            kept = or_(OUTBOX.c.note.startswith(SOURCES), OUTBOX.c.note.startswith(TOO_OLD))
            held = (OUTBOX.c.state == "held") & ~kept
            return connection.execute(
                update(OUTBOX)
                .where(or_(waits, held))
                .values(state="held", note=MAY_BE_SENT, until=None, owner=None, lease=None)
            ).rowcount
    finally:
        database.close()


def put_in_place(new: Path, file: Path, now: datetime) -> Path | None:
    """
    Put a database in the place of another; where that one is kept, if there was one.

    There is always one in the place, whole, whenever the process should end.
    Raises ``StoreError`` where a command still has the old one open.
    """
    discard_beside(new)
    if not file.exists():
        new.replace(file)
        sync_folder(file.parent)
        return None
    aside = aside_of(file, now)
    _close_for_good(file, aside)
    _like(new, file)
    _keep_also_as(file, aside)
    new.replace(file)
    sync_folder(file.parent)
    return aside


def discard_beside(new: Path) -> None:
    """Take away what SQLite left beside a database that was closed, and is whole without."""
    for ending in ("-wal", "-shm"):
        left = beside(new, ending)
        if left.exists() and left.stat().st_size and ending == "-wal":
            raise StoreError(f"{new} was not closed: {left.name} is not empty")
        left.unlink(missing_ok=True)


def aside_of(file: Path, now: datetime) -> Path:
    """Where a file is kept that a restore replaces."""
    stamp = f"{now.astimezone(UTC):{STAMP}}"
    aside = beside(file, f".before-restore-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = beside(file, f".before-restore-{stamp}-{number}")
    return aside


def _close_for_good(file: Path, aside: Path) -> None:
    """
    Bring what SQLite keeps beside a database into it.

    Of a damaged one it is kept under the other name as it is: SQLite may
    throw it away when it only looks.
    """
    log, kept = beside(file, "-wal"), beside(aside, "-wal")
    if log.exists():
        shutil.copy2(log, kept)
    try:
        with closing(sqlite3.connect(file, timeout=OPEN_SECONDS)) as old:
            old.execute("PRAGMA journal_mode=delete").fetchone()
        kept.unlink(missing_ok=True)
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            kept.unlink(missing_ok=True)
            why = f"{file} is open in another command; try again when it ends"
            raise StoreError(why) from error
    for ending in ("-wal", "-shm"):
        beside(file, ending).unlink(missing_ok=True)


def _like(new: Path, file: Path) -> None:
    """Let the owner and the rights of a file be those of the one that it replaces."""
    before = file.stat()
    with suppress(PermissionError):
        os.chown(new, before.st_uid, before.st_gid)
    new.chmod(before.st_mode & 0o777)


def _keep_also_as(file: Path, aside: Path) -> None:
    try:
        os.link(file, aside)
    except OSError:
        # No second name can be had here: a copy costs room, but the place is never empty.
        shutil.copy2(file, aside)


def replace_file(target: Path, content: bytes, now: datetime) -> Path | None:
    """Write a file whole, in one step; where the one before is kept, if there was another."""
    if target.exists() and target.read_bytes() == content:
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    aside = None
    if target.exists():
        aside = aside_of(target, now)
        _like(part, target)
        _keep_also_as(target, aside)
    part.replace(target)
    sync_folder(target.parent)
    return aside
