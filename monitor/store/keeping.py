"""A copy of an SQLite database from before its schema changes, and a rehearsal of the change."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from monitor.errors import StoreBrokenError, StoreError, StoreFullError
from monitor.store.database import Database

COPIES = 3
"""So many copies from before a change of the schema stay; older ones go when a new one is made."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a change of the schema would do; ``fewer`` are tables that would hold less than now."""

    before: str | None
    after: str
    seconds: float
    rows: int
    fewer: tuple[str, ...]


def keep_copy(file: Path, revision: str) -> Path:
    """
    Copy a database to a file beside it, named with its schema's revision and the time.

    The copy is whole and checked before it gets its name, and has the
    permissions of the original; ``COPIES`` of them stay. Raises ``StoreError``
    where it cannot be made, and then nothing should be changed either.
    """
    now = datetime.now(UTC)
    target = file.with_name(f"{file.stem}-schema-{revision}-{now:%Y%m%dT%H%M%SZ}{file.suffix}")
    part = target.with_name(f"{target.name}.part")
    try:
        with _in_words(file):
            _copy(file, part)
            part.replace(target)
            _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)
    for old in copies(file)[:-COPIES]:
        old.unlink(missing_ok=True)
    return target


def copies(file: Path) -> list[Path]:
    """The copies from before changes of the schema that stand beside a database, oldest first."""
    name = re.compile(
        rf"{re.escape(file.stem)}-schema-\d+-(\d{{8}}T\d{{6}}Z){re.escape(file.suffix)}"
    )
    found = [
        (match[1], one) for one in file.parent.iterdir() if (match := name.fullmatch(one.name))
    ]
    return [one for _, one in sorted(found)]


def rehearse(file: Path) -> Rehearsal:
    """Bring a copy of a database up to date, say what came of it, and remove it again."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f"{file.stem}-rehearsal-") as folder:
        copy = Path(folder) / file.name
        with _in_words(file):
            _copy(file, copy)
        held = _counts(copy)
        database = Database(f"sqlite:///{copy}")
        began = perf_counter()
        try:
            before, after = database.upgrade(keep=False)
            seconds = perf_counter() - began
            database.condition.check()
        finally:
            database.close()
        if database.condition.broken is not None:
            raise StoreError(f"the schema cannot be changed: {database.condition.broken}")
        holds = _counts(copy)
    fewer = tuple(name for name, rows in sorted(held.items()) if holds.get(name, 0) < rows)
    return Rehearsal(before, after, seconds, sum(held.values()), fewer)


def _counts(file: Path) -> Mapping[str, int]:
    """How many rows each table holds."""
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        names = [row[0] for row in connection.execute(query)]
        count = 'SELECT count(*) FROM "{}"'
        return {name: connection.execute(count.format(name)).fetchone()[0] for name in names}


def _copy(file: Path, target: Path) -> None:
    """Copy a database that may be in use; raises where it is damaged or there is no room."""
    needed = sum(one.stat().st_size for one in (file, Path(f"{file}-wal")) if one.exists())
    if shutil.disk_usage(file.parent).free < needed:
        raise StoreFullError(
            f"before its schema changes the database {file} is copied, and there is no room for "
            f"{needed // 1_000_000 + 1} MB beside it; make room there"
        )
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        shutil.copymode(file, target)
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=delete")
        found = [row[0] for row in copy.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise sqlite3.DatabaseError("; ".join(found))
    _sync(target)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _in_words(file: Path) -> Iterator[None]:
    """Say what kept a copy from being made."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(f"the database {file} cannot be copied: {error}") from error
    except sqlite3.DatabaseError as error:
        raise StoreBrokenError(
            f"the database {file} is damaged ({error}), so its schema is not changed; bring a "
            "backup back with: monitor db restore FILE"
        ) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise StoreError(f"the database {file} cannot be copied: {why}") from error
