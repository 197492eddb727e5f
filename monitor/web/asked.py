"""What the parts of an address ask for, checked; what is wrong with one is told with its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from monitor.digest.build import day_bounds
from monitor.digest.plain import plain_line
from monitor.errors import MonitorError
from monitor.model import WatchList
from monitor.store.listing import Listed, Row


class AskedError(MonitorError):
    """A part of an address that means nothing; ``part`` is its name."""

    def __init__(self, part: str, message: str, status: int = 400) -> None:
        super().__init__(f"{part}: {message}")
        self.part = part
        self.status = status


def only(given: Iterable[str], *names: str) -> None:
    """
    Raise ``AskedError`` where an address names a part that it does not take.

    A slip in a name would else widen what is asked for, and nobody would see it.
    """
    for name in given:
        if name not in names:
            takes = f"this address takes {', '.join(names)}" if names else "this address takes none"
            raise AskedError(plain_line(name[:40]), f"there is no such part; {takes}")


def choice_of(given: Mapping[str, str], part: str, allowed: Mapping[str, str]) -> str | None:
    """
    One of some values, or nothing where none is asked for; ``allowed`` has each by its names.

    Raises ``AskedError``, which tells what is allowed.
    """
    text = given.get(part, "").strip()
    if not text:
        return None
    if text.lower() not in allowed:
        raise AskedError(part, f"write one of {', '.join(dict.fromkeys(allowed.values()))}")
    return allowed[text.lower()]


def row_of(given: Mapping[str, str], watch: WatchList) -> Row:
    """
    Which stories an address asks for: ``indicator``, local days ``since`` and ``until``, ``after``.

    Raises ``AskedError``.
    """
    indicator = given.get("indicator") or None
    if indicator is not None and watch.indicator(indicator) is None:
        raise AskedError("indicator", "the list has no indicator of that id", 404)
    since, until = day_of(given, "since"), day_of(given, "until")
    return Row(
        indicator,
        day_bounds(since, watch.zone)[0] if since else None,
        day_bounds(until, watch.zone)[1] if until else None,
        _after(given.get("after", "")),
    )


def day_of(given: Mapping[str, str], part: str) -> date | None:
    """A local day, or nothing where none is asked for. Raises ``AskedError``."""
    text = given.get(part, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    # The zone must be able to give its bounds.
    if day is None or not 1900 <= day.year <= 2200:
        raise AskedError(part, "write a day as 2025-11-06")
    return day


def number_of(given: Mapping[str, str], part: str, usual: int, most: int) -> int:
    """A number from 1 to ``most``. Raises ``AskedError``."""
    text = given.get(part, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most):
        raise AskedError(part, f"write a number from 1 to {most}")
    return int(text)


def after_of(one: Listed) -> str:
    """Where a list goes on after a story, for an address."""
    return f"{one.at.astimezone(UTC).isoformat()}~{one.story.id}"


def _after(text: str) -> tuple[datetime, str] | None:
    if not text:
        return None
    at, _, story = text.partition("~")
    try:
        instant = datetime.fromisoformat(at.replace(" ", "+"))
    except ValueError:
        raise AskedError("after", "it names no place to go on from") from None
    if instant.tzinfo is None or not story or not 1900 <= instant.year <= 2200:
        raise AskedError("after", "it names no place to go on from")
    return instant.astimezone(UTC), story
