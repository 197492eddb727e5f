"""What the log was told lately, so that a fault that stays the same is not told again and again."""

from __future__ import annotations

import time

SAME_AGAIN = 600.0
"""Seconds for which a fault that stays the same is not logged again."""


class Repeats:
    """Remembers for each job what was last said of it, and when."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[str, float]] = {}

    def is_news(self, job: str, words: str) -> bool:
        """Whether these words are to be said of a job now; whoever asks says them."""
        said, at = self._said.get(job, ("", 0.0))
        now = time.monotonic()
        if words == said and now - at < SAME_AGAIN:
            return False
        self._said[job] = words, now
        return True
