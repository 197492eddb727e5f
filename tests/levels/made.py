"""Small pasts to judge, each made of a few numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from monitor.levels.hours import DAY, Hours

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_past(
    every: int = 48, days: int = 120, more: Mapping[int, int] | None = None, looked: float = 10.0
) -> Hours:
    """
    One story every so many hours, all hours looked at alike.

    ``more`` puts stories so many hours before the end.
    """
    length = days * DAY
    stories = [1 if every and hour % every == every // 3 else 0 for hour in range(length)]
    for back, count in (more or {}).items():
        stories[length - back] += count
    return Hours.of(stories, [looked] * length)
