"""
Who works on a database: one service at a time, and one placer at a time.

Both are told by locks on files beside the database, which the system takes
back when a process ends, however it ends: nothing is ever left to clean up. On
a server database such locks are the server's; here they concern SQLite files.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from monitor.errors import StoreError

PATIENCE = 1.0
"""Seconds until a lock that is held is believed: somebody may only be looking who has it."""
LONGEST_TURN = 300.0
"""Seconds to wait for a turn; only a command that was stopped in the middle takes so long."""
STEP = 0.02


@dataclass(frozen=True, slots=True)
class Owner:
    """Which process works on a database: what it does, where, since when, and its pages."""

    doing: str
    pid: int
    host: str
    since: datetime
    pages: str = ""

    def __str__(self) -> str:
        pages = f"; its pages are at {self.pages}" if self.pages else ""
        return (
            f"{self.doing}, process {self.pid} on {self.host}, "
            f"since {self.since:%Y-%m-%d %H:%M} UTC{pages}"
        )


class OwnedError(StoreError):
    """Another process works on the database; ``owner`` says which, where that is known."""

    def __init__(self, file: Path, owner: Owner | None) -> None:
        super().__init__(f"{file} is in use by {owner or 'another monitor'}")
        self.owner = owner


class Ownership:
    """The lock of a database, held; without a file there is nothing to hold."""

    def __init__(self, file: Path | None, owner: Owner) -> None:
        self.owner = owner
        self._file = file
        self._handles: list[int] = []

    def take(self) -> None:
        """Take the lock; raises ``OwnedError`` where another process has it."""
        if self._file is None:
            return
        lock = lock_file(self._file)
        handle = _locked(lock, PATIENCE)
        if handle is None:
            raise OwnedError(self._file, read_owner(lock))
        self._handles.append(handle)
        self._write()

    def tell_pages(self, address: str) -> None:
        """Note where the pages are, for whoever comes second."""
        self.owner = replace(self.owner, pages=address)
        self._write()

    def keep(self) -> None:
        """
        See that the lock is still the one that others ask for.

        Somebody may have deleted its file: it is made again, unless another
        process was there first, and then ``OwnedError`` is raised.
        """
        if self._file is not None and not _is_at(self._handles[-1], lock_file(self._file)):
            self.take()

    def end(self) -> None:
        """Give the lock back."""
        for handle in self._handles:
            with suppress(OSError):
                os.ftruncate(handle, 0)
            os.close(handle)
        self._handles.clear()

    def _write(self) -> None:
        if self._handles:
            said = {**asdict(self.owner), "since": self.owner.since.isoformat()}
            os.ftruncate(self._handles[-1], 0)
            os.pwrite(self._handles[-1], f"{json.dumps(said)}\n".encode(), 0)


@contextmanager
def owning(url: str, doing: str, now: datetime) -> Iterator[Ownership]:
    """
    Be the one process that works on a database, until the end of the block.

    Raises ``OwnedError`` where another one is.
    """
    owner = Owner(doing, os.getpid(), socket.gethostname(), now)
    held = Ownership(file_of(url), owner)
    held.take()
    try:
        yield held
    finally:
        held.end()


def is_owned(url: str) -> tuple[bool, Owner | None]:
    """Whether a process works on a database now, and which, where it says so."""
    file = file_of(url)
    if file is None or not lock_file(file).exists():
        return False, None
    handle = _locked(lock_file(file), 0)
    if handle is not None:
        os.close(handle)
        return False, None
    return True, read_owner(lock_file(file))


def refuse_owned(url: str) -> None:
    """Raise ``OwnedError`` if another process works on a database; this one may."""
    owned, owner = is_owned(url)
    is_us = owner is not None and (owner.pid, owner.host) == (os.getpid(), socket.gethostname())
    if owned and not is_us:
        raise OwnedError(file_of(url) or Path(), owner)


class FileTurn:
    """
    The turn of whoever places items: one thread of one process at a time has it.

    Commands that group stories anew have it beside a service that runs, so
    that neither places by what the other is just changing.
    """

    def __init__(self, url: str) -> None:
        self._file = file_of(url)
        self._inner = threading.Lock()
        self._handle = -1

    def __enter__(self) -> None:
        """Wait for the turn; raises ``StoreError`` where it does not come."""
        self._inner.acquire()
        try:
            if self._file is not None:
                self._handle = self._waited(self._file)
        except BaseException:
            self._inner.release()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Pass the turn on."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        self._inner.release()

    def _waited(self, file: Path) -> int:
        handle = _locked(beside(file, ".turn"), LONGEST_TURN)
        if handle is None:
            raise StoreError(
                f"{file} is held by a command that goes on and on, or was stopped; "
                "end it, and this goes on"
            )
        return handle


def file_of(url: str) -> Path | None:
    """The file of an SQLite database, links followed; nothing for any other database."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    name = parsed.database or ""
    if parsed.get_backend_name() != "sqlite" or not name or name.startswith((":memory:", "file:")):
        return None
    return Path(os.path.realpath(name))


def beside(file: Path, ending: str) -> Path:
    """The file that has a database's name with something after it."""
    return file.with_name(file.name + ending)


def lock_file(file: Path) -> Path:
    """Where a database's owner is written down."""
    return beside(file, ".lock")


def read_owner(lock: Path) -> Owner | None:
    """Who has a lock, as it says itself; nothing where it does not say yet."""
    ends = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError, ValueError, TypeError, KeyError):
            said = json.loads(lock.read_text(encoding="utf-8"))
            return Owner(**{**said, "since": datetime.fromisoformat(said["since"])})
        if time.monotonic() > ends:
            return None
        time.sleep(STEP)


def _locked(path: Path, patience: float) -> int | None:
    """A handle on a file that nobody else has locked, or nothing; it lasts until it is closed."""
    ends = time.monotonic() + patience
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            hint = "the database's folder has to be there, and to take new files"
            raise StoreError(f"{path} cannot be opened: {error.strerror}; {hint}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(handle, path):
                return handle
        except BlockingIOError:
            if time.monotonic() > ends:
                os.close(handle)
                return None
        except OSError as error:
            os.close(handle)
            raise StoreError(f"{path} cannot be locked: {error.strerror}") from error
        os.close(handle)
        time.sleep(STEP)


def _is_at(handle: int, path: Path) -> bool:
    """Whether a path still leads to the file that a handle is on."""
    try:
        there, ours = path.stat(), os.fstat(handle)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)
