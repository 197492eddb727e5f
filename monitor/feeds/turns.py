"""Taking turns: few requests to a host at once with a pause between, and few large bodies."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

SWEEP_AT = 1000


@dataclass(slots=True)
class Line:
    """Who is asking one host now, and when the next may begin (the loop's clock, seconds)."""

    places: asyncio.Semaphore
    next_start: float = 0.0
    users: int = 0


class Turns:
    """
    Keeps us polite: at most ``at_once`` requests to a host, started ``gap`` seconds apart.

    Many feeds often stand on one server, and it should not feel us come.
    """

    def __init__(self, at_once: int = 2, gap: float = 1.0) -> None:
        self.at_once = at_once
        self.gap = gap
        self._lines: dict[str, Line] = {}

    @asynccontextmanager
    async def take(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at the host and hold it while the block runs."""
        loop = asyncio.get_running_loop()
        line = self._line(host, loop.time())
        line.users += 1
        try:
            async with line.places:
                start = max(loop.time(), line.next_start)
                line.next_start = start + self.gap
                await asyncio.sleep(start - loop.time())
                yield
        finally:
            line.users -= 1

    def _line(self, host: str, moment: float) -> Line:
        if len(self._lines) >= SWEEP_AT:
            self._lines = {
                name: line
                for name, line in self._lines.items()
                if line.users or line.next_start > moment
            }
        return self._lines.setdefault(host, Line(asyncio.Semaphore(self.at_once)))


class LargeBodies:
    """
    Bounds the memory of large bodies: at most ``at_once`` are held at a time.

    A body is held from the moment at which it turns out to be large until
    whoever got it lets go of it, which may be in another thread.
    """

    def __init__(self, at_once: int) -> None:
        self.places = asyncio.Semaphore(at_once)

    def give_back(self, loop: asyncio.AbstractEventLoop) -> None:
        """Free one place, from any thread."""
        with suppress(RuntimeError):  # the loop has ended, and with it all waiting
            loop.call_soon_threadsafe(self.places.release)


@dataclass(slots=True)
class Portion:
    """
    One answer's claim to be large; ``waits`` while there is no place for it.

    The wait, ``patience`` seconds at most, does not count as the answer's own
    time: ``limit`` is stopped for so long.
    """

    bodies: LargeBodies
    patience: float
    limit: asyncio.Timeout | None = None
    waits: bool = False
    waited: float = 0.0
    held: bool = False

    async def grow(self) -> None:
        """Wait for a place and take it; raises ``TimeoutError`` where there is none for long."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        end = self.limit.when() if self.limit else None
        if self.limit and end is not None:
            self.limit.reschedule(None)
        self.waits = True
        async with asyncio.timeout(self.patience):
            await self.bodies.places.acquire()
        self.waits, self.held = False, True
        self.waited = loop.time() - began
        if self.limit and end is not None:
            self.limit.reschedule(end + self.waited)

    def pass_to(self, owner: object) -> None:
        """Leave the place to an object for as long as it lives."""
        if self.held:
            self.held = False
            loop = asyncio.get_running_loop()
            weakref.finalize(owner, self.bodies.give_back, loop).atexit = False

    def drop(self) -> None:
        """Give the place back, if it was taken and not passed on."""
        if self.held:
            self.held = False
            self.bodies.places.release()
