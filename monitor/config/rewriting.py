"""Changing indicators.yaml on disk: tried first, written whole or not at all."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from monitor.config.editing import EditError
from monitor.config.examples import run_examples
from monitor.config.load import LoadedWatch, load_text, read_text
from monitor.config.settings import Settings
from monitor.errors import ConfigError, MonitorError
from monitor.model import WatchList

Change = Callable[[str], str]
"""The new text of a file, made from the one that it has."""


def rewrite(
    settings: Settings, change: Change, meant: Callable[[WatchList, WatchList], bool]
) -> LoadedWatch:
    """
    Put a changed text in the place of the watch list's, and return the list that it makes.

    The change is refused, and the file left as it is, where the new text would
    not pass ``monitor check``, or where ``meant``, given the list before and
    after, says that something else came of it. The file is replaced by a
    complete one in one step, so a reader sees the old text or the new one; its
    permissions stay, and a link to it stays a link. An edit that somebody
    saves meanwhile is not lost: the change is refused then, too.

    Raises ``MonitorError`` with the problems.
    """
    path = settings.file
    with _alone_in(path.resolve().parent):
        before = read_text(path)
        old = _in_order(before, settings, "is not in order, so nothing was changed; put it right")
        after = change(before)
        if after == before:
            return old
        new = _in_order(after, settings, "would not be in order with this, so it was not changed")
        if not meant(old.watch, new.watch):
            raise EditError(
                f"{path} is written in a way that cannot be edited from here; "
                "nothing was changed, please edit it by hand"
            )
        replace_text(path, after, expected=before)
    return new


def _in_order(text: str, settings: Settings, otherwise: str) -> LoadedWatch:
    try:
        loaded = load_text(text, settings.file, settings.env)
        failing = run_examples(loaded)
        if failing:
            raise ConfigError(failing)
    except ConfigError as error:
        errors = [one for one in error.problems if one.severity == "error"]
        told = "\n".join(str(one) for one in errors)
        raise MonitorError(f"{settings.file} {otherwise}\n{told}") from error
    return loaded


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other command of ours changes files of a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace_text(path: Path, text: str, expected: str | None = None) -> None:
    """
    Write a file whole or not at all: beside it first, then put in its place.

    Permissions and owner stay, as far as we may set them. With ``expected``
    the file must still hold that text. Raises ``MonitorError`` if it does
    not, and ``OSError`` if nothing can be written there.
    """
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            _dress(file.fileno(), target)
            os.fsync(file.fileno())
        if expected is not None and target.read_bytes() != expected.encode("utf-8"):
            raise MonitorError(f"{path} was changed by somebody else just now; try it again")
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    _settle(target.parent)


def _dress(handle: int, like: Path) -> None:
    """Give a new file the permissions and the owner of the one that it replaces."""
    try:
        told = like.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(handle, 0o666 & ~mask)
        return
    with suppress(OSError):
        os.fchown(handle, told.st_uid, told.st_gid)
    os.fchmod(handle, told.st_mode & 0o7777)


def _settle(folder: Path) -> None:
    """Have the folder's new entry on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
