"""Time zones and instants in words, for whatever a person reads outside of a page."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def zone_name(zone: ZoneInfo) -> str:
    """The place that a zone is named after: ``Caracas``, ``Buenos Aires``, ``UTC``."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def zone_words(zone: ZoneInfo, at: datetime) -> str:
    """The zone with its distance from UTC at an instant: ``Caracas (UTC−4)``."""
    name = zone_name(zone)
    offset = at.astimezone(zone).utcoffset() or timedelta(0)
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return name if name == "UTC" else f"{name} (UTC)"
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"{name} (UTC{sign}{hours}{f':{rest:02}' if rest else ''})"


def stamp(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as lists write it, in the zone: ``2025-11-05 09:10``."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def zoned(instant: datetime, zone: ZoneInfo) -> str:
    """The same where no heading names the zone: ``2025-11-05 09:10 Caracas (UTC−4)``."""
    return f"{stamp(instant, zone)} {zone_words(zone, instant)}"
