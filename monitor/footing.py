"""Does the database bear what the service does? Asked before feeds are, and of its files."""

from __future__ import annotations

import logging
from threading import Lock
from time import monotonic

from monitor.alerts.trouble import reserve_of
from monitor.desk import Desk
from monitor.errors import StoreAwayError, StoreError

log = logging.getLogger("monitor.store")

CHECK_SECONDS = 3.0
"""So long the start waits for the check; what takes longer is checked beside the work."""
LONG_AWAY = 300.0
"""Seconds without an answer from the database after which the contact is told."""


class Footing:
    """
    Says whether the store can take what comes, and tells the log when that changes.

    No feed is asked whose items could not be kept: it still shows them later.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._condition = desk.store.database.condition
        self._why = ""
        self._away_since: float | None = None
        self._asking = Lock()

    @property
    def is_lost(self) -> bool:
        """Whether the database is damaged, so that nothing is to be done but to show it."""
        return self._condition.broken is not None

    @property
    def is_long_away(self) -> bool:
        """Whether the database has not answered for so long that somebody should look."""
        return self._away_since is not None and monotonic() - self._away_since > LONG_AWAY

    @property
    def is_refused(self) -> bool:
        """Whether the last writing was refused: the disk is full, or another program writes."""
        return self._condition.refused is not None

    def bears(self) -> bool:
        """Whether what a feed brings could be stored now."""
        with self._asking:
            why = self._why_not()
            if why and why != self._why:
                log.error("no feed is asked: %s", why)
            elif self._why and not why:
                log.warning("the database takes what comes: feeds are asked again")
            self._why = why
            if not isinstance(self._condition.refused, StoreAwayError):
                self._away_since = None
            elif self._away_since is None:
                self._away_since = monotonic()
        return not why

    def _why_not(self) -> str:
        condition = self._condition
        if condition.broken is not None:
            return "the database is damaged"
        free, total = self._desk.room()
        if free < (reserve := reserve_of(total)):
            return (
                f"less than {reserve // (1024 * 1024)} MB are free on the disk of the database, "
                "and so much is kept for what has to be written; make room there"
            )
        if condition.refused is not None:
            # One small writing finds out what else each feed would be asked in vain for.
            try:
                self._desk.store.database.try_writing()
            except StoreError as error:
                return str(error)
        return ""

    def check(self, seconds: float | None = None) -> bool:
        """Look through the database; false if the time did not suffice."""
        done = self._condition.check(seconds)
        if done and not self.is_lost:
            log.info("the database was checked: no damage")
        return done
