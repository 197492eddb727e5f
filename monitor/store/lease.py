"""A worker's lease: while it lasts the worker may write, and not a moment longer."""

from __future__ import annotations

from sqlalchemy import Connection, text

from monitor.errors import StaleError

_LIVES = text("SELECT id FROM jobs.procrastinate_workers WHERE id = ANY(:ids) FOR KEY SHARE")
"""Whoever takes a worker's work over deletes its row first, and waits for those who hold it so."""


class Lease:
    """
    The rows that stand for one process in the table of workers.

    Each of its transactions that writes asks for them and holds them until
    its end. Others take its work over by deleting them, after it was silent for
    long. So either what it writes is stored before that, or not at all: one
    that stood still and wakes can change nothing any more.
    """

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.lost = False

    def add(self, worker: int) -> None:
        """Take another row into the lease."""
        self.ids.append(worker)

    def check(self, connection: Connection) -> None:
        """Raise ``StaleError`` if a row is gone; keep them until the transaction ends."""
        if not self.ids:
            return
        if not self.lost:
            self.lost = len(connection.execute(_LIVES, {"ids": self.ids}).all()) < len(self.ids)
        if self.lost:
            raise StaleError("this worker was silent for too long, and others do its work")
