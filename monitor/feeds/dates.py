"""The dates of feeds: the two usual forms at once, the odd ones by feedparser."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from time import struct_time

from feedparser.datetimes import _parse_date

MONTHS = {
    name: number
    for number, name in enumerate(
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),  # noqa: SIM905
        start=1,
    )
}
MAIL = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d?) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) "
    r"(?:GMT|UTC|Z|([+-])(\d\d)(\d\d))"
)
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-])(\d\d):(\d\d))")


def instant(text: str) -> datetime | None:
    """The instant that a date means, to the second and in UTC; nothing where it is none."""
    try:
        if found := MAIL.fullmatch(text):
            day, month, year, *rest = found.groups()
            return _at(int(year), MONTHS[month], int(day), *rest)
        if found := ISO.fullmatch(text):
            year, month, day, *rest = found.groups()
            return _at(int(year), int(month), int(day), *rest)
    except (KeyError, ValueError, OverflowError):
        pass
    return from_tuple(_parse_date(text))


def _at(
    year: int,
    month: int,
    day: int,
    hour: str,
    minute: str,
    second: str,
    sign: str | None,
    hours: str | None,
    minutes: str | None,
) -> datetime:
    """The instant of a date and a clock that is ahead of UTC, or behind, or shows it."""
    there = datetime(year, month, day, int(hour), int(minute), int(second), tzinfo=UTC)
    if not hours or not minutes:
        return there
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return there + ahead if sign == "-" else there - ahead


def from_tuple(parsed: object) -> datetime | None:
    """The instant of a time tuple in UTC, as feedparser gives it."""
    if not isinstance(parsed, struct_time | tuple) or len(parsed) < 6:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        return None
