"""Hot reload: a saved edit is in force within two seconds, a bad one never is."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import watchfiles

from monitor.config.document import MAX_BYTES
from monitor.config.load import LoadedWatch, UnreadError, load
from monitor.config.settings import read_dotenv
from monitor.errors import ConfigError, Problem

LOOK_EVERY = 1.0
"""Seconds between looks at the file where the file system tells nothing."""
SETTLE = 0.05
"""Seconds for which a file must stay as it is before it is read."""
SETTLING_LOOKS = 10

_BRIEF = re.compile(rb"\bbrief:[ \t]*[\"']?([^\s\"'#,}\0]+)")
_OPML = re.compile(rb"\bopml:[ \t]*(?:\"([^\"\0\n]+)\"|'([^'\0\n]+)'|([^\"'#,}\0\r\n]+))")

log = logging.getLogger("monitor.config")

Accept = Callable[[LoadedWatch], None]
Refuse = Callable[[Sequence[Problem], datetime], None]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An edit that was not taken up: its problems, and when we saw it."""

    problems: tuple[Problem, ...]
    at: datetime


class WatchFile:
    """
    The watch list in force, and the file that it comes from.

    ``current`` is swapped whole; whoever holds the old one may finish with it.
    After an edit that is refused ``current`` stays the last good list, and
    ``refused`` says what is wrong and since when. What is followed: the file's
    content, by its hash, the ``.env`` beside it, and the briefs and OPML files it
    points to.
    """

    def __init__(
        self,
        path: Path,
        env: Mapping[str, str],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.path = path
        self.current: LoadedWatch | None = None
        self.refused: Refusal | None = None
        # What came from .env is read anew each time; the environment's own stays.
        written = read_dotenv(path.parent)
        self._environ = {name: env[name] for name in env if written.get(name) != env[name]}
        self._clock = clock
        self._subscribers: list[tuple[Accept, Refuse]] = []
        self._seen = ""

    def load(self) -> LoadedWatch:
        """
        Read the file now, and take it as the one in force.

        Raises ``ConfigError`` if it is refused, and leaves it to the caller to
        tell; ``follow`` then waits for another edit.
        """
        self._seen = self._fingerprint()
        try:
            loaded = self._read()
        except ConfigError as error:
            self._refuse(error)
            raise
        self.current, self.refused = loaded, None
        _log_warnings(loaded)
        return loaded

    def subscribe(self, accept: Accept, refuse: Refuse = lambda _problems, _at: None) -> None:
        """
        Be told of each new list, and of each edit that is refused.

        Both are called in the event loop's thread; a refusal that stands is
        told at once.
        """
        self._subscribers.append((accept, refuse))
        if self.refused is not None:
            refuse(self.refused.problems, self.refused.at)

    async def follow(self, stop: asyncio.Event) -> None:
        """Take up edits until ``stop`` is set."""
        changed = asyncio.Event()
        watcher = asyncio.create_task(self._await_changes(changed, stop))
        try:
            while not stop.is_set():
                await _first_of(changed, stop, LOOK_EVERY)
                changed.clear()
                await self._look_safely()
        finally:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher

    async def look(self) -> bool:
        """Look at the file now; whether another list is in force after it."""
        seen = await self._settled()
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            loaded = await asyncio.to_thread(self._read)
        except ConfigError as error:
            _log_refusal(self.path, error)
            self._refuse(error)
            return False
        return self._accept(loaded)

    async def _look_safely(self) -> None:
        try:
            await self.look()
        except Exception:
            log.exception("%s: an edit could not be taken up", self.path)

    def _read(self) -> LoadedWatch:
        return load(self.path, {**read_dotenv(self.path.parent), **self._environ})

    async def _settled(self) -> str:
        """The fingerprint, once a write that is under way has come to its end."""
        seen = await asyncio.to_thread(self._fingerprint)
        for _ in range(SETTLING_LOOKS):
            if seen == self._seen:
                break
            await asyncio.sleep(SETTLE)
            before, seen = seen, await asyncio.to_thread(self._fingerprint)
            if before == seen:
                break
        return seen

    def _accept(self, loaded: LoadedWatch) -> bool:
        was_refused, self.refused = self.refused is not None, None
        if self.current is not None and _is_same(loaded, self.current) and not was_refused:
            return False
        self.current = loaded
        log.info("%s: revision %s is in force", self.path, loaded.watch.revision)
        _log_warnings(loaded)
        for accept, _ in self._subscribers:
            accept(loaded)
        return True

    def _refuse(self, error: ConfigError) -> None:
        self.refused = Refusal(tuple(error.problems), self._clock())
        for _, refuse in self._subscribers:
            refuse(self.refused.problems, self.refused.at)

    def _fingerprint(self) -> str:
        """A hash of all that a list is made of: the file, ``.env``, and the files that it names."""
        content = _content(self.path)
        digest = hashlib.sha256(content)
        opml = {b"".join(found).strip() for found in _OPML.findall(content)}
        for name in sorted({b".env", *_BRIEF.findall(content), *opml} - {b""}):
            beside = self.path.parent / name.decode("utf-8", "replace")
            digest.update(name + b"\0" + _content(beside))
        return digest.hexdigest()

    def _concerns(self, _change: watchfiles.Change, path: str) -> bool:
        """Whether a change in the folder may be one of ours; the database is written all day."""
        return Path(path).name in (self.path.name, ".env", "..data")

    async def _await_changes(self, changed: asyncio.Event, stop: asyncio.Event) -> None:
        """Tell of changes in the folder: a file that is replaced is no longer the one watched."""
        while not stop.is_set():
            try:
                async for _ in watchfiles.awatch(
                    self.path.parent,
                    watch_filter=self._concerns,
                    stop_event=stop,
                    recursive=False,
                    debounce=50,
                    step=20,
                ):
                    changed.set()
            except (OSError, RuntimeError) as error:
                log.debug("%s: the folder cannot be watched: %s", self.path, error)
                await _first_of(stop, stop, LOOK_EVERY)


def _is_same(one: LoadedWatch, other: LoadedWatch) -> bool:
    return one.watch == other.watch and one.problems == other.problems


def _log_refusal(path: Path, error: ConfigError) -> None:
    log.error("%s: not taken up; the list before it stays in force", path)
    if isinstance(error, UnreadError):
        log.error("%s", error)
        return
    for problem in error.problems:
        level = logging.ERROR if problem.severity == "error" else logging.WARNING
        log.log(level, "%s", problem)


def _log_warnings(loaded: LoadedWatch) -> None:
    for problem in loaded.problems:
        log.warning("%s", problem)


async def _first_of(one: asyncio.Event, other: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.create_task(event.wait()) for event in {one, other}]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _content(path: Path) -> bytes:
    """
    The bytes of a file, as far as they are worth reading; else why there are none.

    A file above the size that is read is told apart by its size and time.
    """
    try:
        told = path.stat()
        if told.st_size > MAX_BYTES:
            return f"too big: {told.st_size} {told.st_mtime_ns}".encode()
        return path.read_bytes()
    except OSError as error:
        return f"unreadable: {type(error).__name__}".encode()
