"""Taking turns at a host: few requests at once, and a pause between their starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
