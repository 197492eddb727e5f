"""What the benches of levels and silences tell: after how long things were seen, with errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf, sqrt
from statistics import mean, median, stdev

from bench.boards import DAYS
from monitor.levels.hours import DAY

FIRST = 106 * DAY
"""From here on there is enough past for every rule: 400 days leave 42 weeks."""

WEEKS = (DAYS * DAY - FIRST) / (7 * DAY)
BANDS = ((0.03, 0.1), (0.1, 0.3), (0.3, 1.0), (1.0, 3.0), (3.0, 8.1))


@dataclass(slots=True)
class Seen:
    """What became of events: after how many hours each was seen, if it was."""

    after: list[float] = field(default_factory=list)

    def share(self, hours: float) -> float:
        return sum(one <= hours for one in self.after) / max(len(self.after), 1)

    @property
    def half(self) -> float:
        """The delay in days by which half of all events were seen; infinite if they never were."""
        return median(self.after) / DAY if self.after else inf

    @property
    def error(self) -> float:
        """The standard error of that median: half of what lies between ranks so far around it."""
        ranks, many = sorted(self.after), len(self.after)
        off = sqrt(many) / 2
        low, high = max(round(many / 2 - off), 0), min(round(many / 2 + off), many - 1)
        return (ranks[high] - ranks[low]) / 2 / DAY if many > 1 else inf


def with_error(values: Sequence[float]) -> str:
    """The mean over boards, and its standard error where there is more than one."""
    if len(values) < 2:
        return f"{mean(values):.2f}"
    return f"{mean(values):.2f} ± {stdev(values) / sqrt(len(values)):.2f}"
