"""How old a watch list is: when the files that it is made of were last edited."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path


def last_edit(file: Path, beside: Iterable[str]) -> datetime | None:
    """When a list or one of the files ``beside`` it was last written; nothing where none is."""
    written = []
    for one in (file, *(file.parent / name for name in beside)):
        with suppress(OSError):
            written.append(one.stat().st_mtime)
    return datetime.fromtimestamp(max(written), UTC) if written else None
