"""What all benches print alike."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown, the first column to the left and the others to the right."""
    marks = [":--", *("--:" for _ in head[1:])]
    return ["| " + " | ".join(cells) + " |" for cells in (head, marks, *rows)]


def load_line() -> str:
    """The machine, and how busy it was before the bench began."""
    busy = os.getloadavg()[0]
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, load {busy:.1f}."
