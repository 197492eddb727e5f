"""What an error of PostgreSQL's means for us."""

from __future__ import annotations

from typing import Any

from monitor.errors import (
    StoreAwayError,
    StoreBrokenError,
    StoreBusyError,
    StoreError,
    StoreFullError,
)

STATES: dict[str, type[StoreError]] = {
    "53100": StoreFullError,
    "53300": StoreBusyError,
    "55P03": StoreBusyError,
    "XX001": StoreBrokenError,
    "XX002": StoreBrokenError,
}
"""What PostgreSQL calls a full disk, too many connections, what others hold, and damage."""
GONE = ("08", "57P")
"""How the numbers begin of a connection that is lost, and of a server that ends or begins."""
ANSWERED = "FATAL"
"""What a server that refuses a connection says; one that is not there says nothing."""
PASSING = (
    "starting up",
    "shutting down",
    "recovery",
    "too many",
    "connection slots",
    "terminating",
)
"""Words of refusals that pass, while a wrong password stays wrong."""
NO_ROOM = "No space left"
"""Where the server cannot even write what a new connection needs."""


def kind_of(cause: Any) -> type[StoreError]:
    """Which error of ours an error of psycopg's is."""
    if cause.sqlstate is not None:
        known = STATES.get(cause.sqlstate)
        return known or (StoreAwayError if cause.sqlstate.startswith(GONE) else StoreError)
    # A connection that fails has no number, only words.
    said, names = str(cause), {one.__name__ for one in type(cause).__mro__}
    if "OperationalError" not in names:
        return StoreError
    if NO_ROOM in said:
        return StoreFullError
    passes = ANSWERED not in said or any(words in said for words in PASSING)
    return StoreAwayError if passes else StoreError
