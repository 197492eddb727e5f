"""The family of errors, split by who can act on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class MonitorError(Exception):
    """Any error of ours; its text is one plain sentence that can be shown to a user."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing wrong in indicators.yaml, at a place a person can go to.

    ``line`` and ``column`` count from 1. ``severity`` is ``error`` or
    ``warning``; only errors keep a list from being used.
    """

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}"
        return f"{text} ({self.hint})" if self.hint else text


class ConfigError(MonitorError):
    """The author of indicators.yaml can act: every problem found, each with its place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ExpressionError(MonitorError):
    """
    An expression that is refused.

    ``position`` is the offset, in code points, of the offending place in the
    expression's own text; the reader of the file turns it into line and column.
    """

    def __init__(self, message: str, position: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.hint = hint


class FeedError(MonitorError):
    """
    A feed is in trouble; ``retry_at`` says when to ask again, if the feed said so.

    ``places`` are the hosts with their ports that were asked until then.
    """

    def __init__(self, url: str, message: str, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.url = url
        self.retry_at = retry_at
        self.places: tuple[str, ...] = ()


class FetchError(FeedError):
    """The feed's server did not hand over a document; ``status`` is its HTTP status, if any."""

    def __init__(
        self,
        url: str,
        message: str,
        retry_at: datetime | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(url, message, retry_at)
        self.status = status


class ParseError(FeedError):
    """The document is not a feed that we can read."""


class DeliveryError(MonitorError):
    """
    A channel did not take a message.

    ``permanent`` says that trying again cannot help, ``uncertain`` that it may
    have taken it all the same, and ``left`` which of several recipients are
    still without it. ``retry_after`` is in seconds.
    """

    def __init__(
        self,
        channel: str,
        message: str,
        permanent: bool = False,
        retry_after: float | None = None,
        *,
        uncertain: bool = False,
        left: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.channel = channel
        self.permanent = permanent
        self.retry_after = retry_after
        self.uncertain = uncertain
        self.left = left


class StoreError(MonitorError):
    """Our own storage is in trouble."""


class StoreBusyError(StoreError):
    """Another program holds the database; trying again helps when it lets go."""


class StaleError(StoreError):
    """What we go by holds no longer: our lease has ended, or another watch list is in force."""


class StoreAwayError(StoreError):
    """The database's server does not answer; trying again helps when it is back."""


class StoreFullError(StoreError):
    """The database's disk takes no more; trying again helps when there is room."""


class StoreBrokenError(StoreError):
    """The database is damaged: it is written to no more until somebody has brought it back."""
