"""Can the database be used? What it answers instead, in words, and what was found damaged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as NoneFree

from monitor.errors import (
    StoreAwayError,
    StoreBrokenError,
    StoreBusyError,
    StoreError,
    StoreFullError,
)
from monitor.store import away, postgresql

DAMAGED = frozenset({11, 26})
"""SQLite's CORRUPT and NOTADB."""
UNREADABLE = "unsupported file format"
"""What it says, without a number of its own, of a header that names what no version knows."""
BUSY = frozenset({5, 6})
FULL = frozenset({13})
IO = 10
UNWRITTEN = frozenset({3, 4, 6, 18, 19, 21})
"""Of SQLite's input and output errors those of writing, syncing, cutting and shared memory."""
ADVICE = (
    "Stop the service and bring a backup back with: monitor db restore FILE. Without a backup, "
    "move the damaged file and those that begin with its name to another folder, and start "
    "anew: what feeds still show is read again"
)
ADVICE_ON_SERVER = (
    "Stop the service and restore a backup of the server's into a new database; "
    "its own log has more"
)
LOOK_EVERY = 10_000
"""After so many steps of SQLite's machine a check looks at the clock."""
FINDINGS = 3


class Condition:
    """
    Watches over one database: whether it is damaged, and whether it takes what is written.

    ``broken`` is what was found: from then on nothing is written to it by this
    process, so that what can still be read stays as it is. ``refused`` is why
    the last writing failed where the database is whole, or why nothing could be
    asked at all, and nothing as soon as a writing succeeds.
    """

    def __init__(self, engine: Engine) -> None:
        self.broken: StoreBrokenError | None = None
        self.refused: StoreError | None = None
        self._foreign: tuple[type[Exception], ...] = (StatementError, NoneFree)
        if engine.dialect.name != "sqlite":
            self._foreign += (postgresql.driver().Error,)  # while a connection is made ready
        self._engine = engine
        self._places: dict[Path, tuple[int, int]] = {}
        self._ends = False

    @property
    def where(self) -> str:
        """The database's address without its password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database; nothing for one in memory or on a server."""
        url = self._engine.url
        name = url.database or ""
        if url.get_backend_name() != "sqlite" or not name or name.startswith((":", "file:")):
            return None
        return Path(name)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Let foreign errors out as ``StoreError``, and remember what speaks of damage."""
        try:
            yield
        except self._foreign as error:
            wrapped = self._in_words(error)
            if isinstance(wrapped, StoreBrokenError):
                self.broken = self.broken or wrapped
            if isinstance(wrapped, StoreAwayError):
                self.refused = wrapped
            raise wrapped from error

    @contextmanager
    def taking(self) -> Iterator[None]:
        """A writing: refused where damage is known; whether the database takes it is kept."""
        if self.broken is not None:
            raise self.broken
        try:
            with self.told():
                yield
        except (StoreFullError, StoreBusyError) as error:
            self.refused = error
            raise
        self.refused = None

    def check(self, seconds: float | None = None, *, whole: bool = False) -> bool:
        """
        Look through an SQLite file for damage; false if ``seconds`` did not suffice.

        What is found is in ``broken``. The quick check reads every page and
        every row, some 400 MB a second, and compares no index with its table;
        the whole one does that too, in four times as long.
        """
        if self._engine.dialect.name != "sqlite":
            return True
        try:
            with self.told(), self._engine.connect() as connection:
                found = self._findings(connection.connection.dbapi_connection, seconds, whole)
        except StoreBrokenError:
            return True
        if found is None:
            return False
        if found != ["ok"]:
            self.broken = self.broken or self._damage("; ".join(found))
        return True

    def _findings(self, raw: Any, seconds: float | None, whole: bool) -> list[str] | None:
        end = float("inf") if seconds is None else monotonic() + seconds
        raw.set_progress_handler(lambda: self._ends or monotonic() > end, LOOK_EVERY)
        kind = "integrity_check" if whole else "quick_check"
        try:
            rows = raw.execute(f"PRAGMA {kind}({FINDINGS})").fetchall()
        except raw.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                return None
            if _code(error) in DAMAGED:
                return [str(error)]
            raise StoreError(f"the database {self.where} cannot be checked: {error}") from error
        finally:
            raw.set_progress_handler(None, 0)
        return [" ".join(str(row[0]).split()) for row in rows]

    def break_off(self) -> None:
        """Leave a check that is under way unfinished, and those to come, since the process ends."""
        self._ends = True

    def note_places(self) -> None:
        """Remember which files are the database, to see if they are taken away meanwhile."""
        if self.file is not None:
            for path in (self.file, Path(f"{self.file}-wal")):
                if (place := _place(path)) is not None:
                    self._places.setdefault(path, place)

    def look_for_files(self) -> None:
        """See whether the open files still stand where they stood; if not, it is ``broken``."""
        for path, place in self._places.items():
            if self.broken is None and _place(path) != place:
                self.broken = StoreBrokenError(
                    f"{path} was removed or replaced while the database was in use. Nothing is "
                    "written any more. Stop the service, see that the right file stands there, "
                    "and start it again"
                )

    def room(self) -> tuple[int, int] | None:
        """Bytes free and in all on the disk of an SQLite file; nothing for another database."""
        if self.file is None:
            return None
        usage = shutil.disk_usage(self.file.parent)
        return usage.free, usage.total

    def _in_words(self, error: Exception) -> StoreError:
        cause = getattr(error, "orig", None) or error
        kind, said = _kind(cause), " ".join(str(cause).split())
        if kind is StoreBrokenError:
            return self._damage(said)
        if kind is StoreFullError:
            return StoreFullError(
                f"the database {self.where} cannot be written to: {said}. Make room on its disk; "
                "nothing is lost, and all goes on by itself when there is some"
            )
        if kind is StoreBusyError:
            return StoreBusyError(
                f"the database {self.where} is held by another program: {said}. It is tried "
                "again; if that lasts, see what else has the file open"
            )
        if kind is StoreAwayError:
            return StoreAwayError(
                f"the database {self.where} does not answer: {said.rstrip('.?')}. It is asked "
                "again and again; nothing is lost, and all goes on by itself when it answers"
            )
        if self.file is not None and self.file.is_dir():
            said = "it is a folder; name the file in it, such as monitor.db"
        return StoreError(f"the database {self.where} cannot be used: {said}")

    def _damage(self, detail: str) -> StoreBrokenError:
        return StoreBrokenError(
            f"the database {self.where} is damaged ({detail}). Nothing is written to it any more, "
            f"and it stays as it is. {ADVICE if self.file else ADVICE_ON_SERVER}"
        )


def _kind(cause: Any) -> type[StoreError]:
    """Which error of ours a driver's error is."""
    if hasattr(cause, "sqlstate"):
        return away.kind_of(cause)
    code = _code(cause)
    if code in DAMAGED or UNREADABLE in str(cause):
        return StoreBrokenError
    if code in FULL or (code == IO and cause.sqlite_errorcode >> 8 in UNWRITTEN):
        return StoreFullError
    return StoreBusyError if code in BUSY else StoreError


def _code(cause: Any) -> int:
    """SQLite's primary result code of an error, or 0."""
    return int(getattr(cause, "sqlite_errorcode", 0)) & 0xFF


def _place(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
