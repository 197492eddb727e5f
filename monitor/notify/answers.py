"""What a web service really answered, which Apprise keeps to itself: it says only yes or no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

LONGEST_PATIENCE = timedelta(days=1)
"""A service that asks for more patience than this is asked again all the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    One request of Apprise's: to which service, and what came back.

    ``origin`` is scheme, host and port, never the path, which is often a secret.
    Without a ``status`` nothing came back.
    """

    origin: str
    status: int | None = None
    retry_after: float | None = None

    @property
    def words(self) -> str:
        """``503 Service Unavailable``."""
        if self.status is None:
            return "nothing"
        known = {one.value: one.phrase for one in HTTPStatus}
        return f"{self.status} {known.get(self.status, '')}".strip()


_heard: ContextVar[list[Answer] | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[list[Answer]]:
    """
    Collect what services answer while the block runs, in its thread and those it starts.

    Apprise's plugins call ``requests`` by themselves, and drop its answers: so
    what every session there receives is overheard. Nothing is changed in it.
    """
    _overhear()
    found: list[Answer] = []
    token = _heard.set(found)
    try:
        yield found
    finally:
        _heard.reset(token)


def _overhear() -> None:
    import requests

    send = requests.Session.send
    if getattr(send, "overheard", False):
        return

    @wraps(send)
    def heard(self: Any, request: Any, **more: Any) -> Any:
        found = _heard.get()
        if found is None:
            return send(self, request, **more)
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        found.append(Answer(origin))
        place = len(found) - 1
        response = send(self, request, **more)
        found[place] = Answer(origin, response.status_code, _patience(response.headers))
        return response

    heard.overheard = True  # type: ignore[attr-defined]
    requests.Session.send = heard  # type: ignore[method-assign]


def _patience(headers: Any) -> float | None:
    """The seconds of a Retry-After: as they stand, or up to a date, by the service's own clock."""
    asked = str(headers.get("Retry-After") or "").strip()
    most = LONGEST_PATIENCE.total_seconds()
    if asked.isascii() and asked.isdigit() and len(asked) < 10:
        return min(float(asked), most)
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers.get("Date", ""))
        return min(max((until - now).total_seconds(), 0.0), most)
    except (TypeError, ValueError):
        return None
