"""
Room that deleted rows leave in an SQLite file: used again by what comes, and given back if much.

SQLite fills free pages before it lets a file grow. New databases can give
them back little by little; one that was made before that needs to be written
anew once, with nobody else at it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import cast

from monitor.errors import StoreError
from monitor.store.database import Database

INCREMENTAL = 2
MUCH = 0.2
"""From this share of free pages on, they are given back."""
LEAST = 4_000
"""Fewer pages, some 16 MB, are not worth the work."""
STEP = 500
PAUSE = 0.05
"""Seconds between two steps, in which others write."""


@dataclass(frozen=True, slots=True)
class Pages:
    """How many pages a file has, how many of them are free, and whether those can be given back."""

    all: int
    free: int
    size: int
    gives_back: bool

    @property
    def is_much_free(self) -> bool:
        """Whether so much is free that it is worth giving back."""
        return self.free >= LEAST and self.free > MUCH * self.all


def pages_of(database: Database) -> Pages | None:
    """The pages of an SQLite file; nothing for another database."""
    if database.engine.dialect.name != "sqlite":
        return None
    with database.reading() as connection:
        found = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0)
            for name in ("page_count", "freelist_count", "page_size", "auto_vacuum")
        )
        every, free, size, mode = found
    return Pages(every, free, size, mode == INCREMENTAL)


def give_back(database: Database, each: Callable[[], object] = lambda: None) -> int:
    """Give free pages back to the system, if they are many and can be; how many bytes."""
    before = pages_of(database)
    if before is None or not before.gives_back or not before.is_much_free:
        return 0
    left = before
    while left.free > 0:
        with database.engine.connect() as connection:
            raw = cast(sqlite3.Connection, connection.connection.driver_connection)
            try:
                # Only a script is run to its end; a statement would free one page.
                raw.executescript(f"PRAGMA incremental_vacuum({STEP})")
            except sqlite3.Error as error:
                raise StoreError(f"free room could not be given back: {error}") from error
        now = pages_of(database)
        if now is None or now.free >= left.free:
            break
        left = now
        each()
        sleep(PAUSE)
    return (before.all - left.all) * before.size


def compact(file: Path) -> tuple[int, int]:
    """
    Write an SQLite file anew without free pages, so that it can give them back from then on.

    Says its bytes before and after. It needs as much room again while it lasts,
    and nobody else at the file; raises ``StoreError`` where either is missing.
    """
    before = file.stat().st_size
    try:
        with closing(sqlite3.connect(file, timeout=5, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(truncate)").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{file} was not compacted, and is as it was: {error}") from error
    return before, file.stat().st_size
