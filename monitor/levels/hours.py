"""An indicator's stories and their exposure by the hour: all that levels are judged from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median_low

DAY = 24
"""Hours in a day: lengths of time are whole hours here, and instants places in a row of them."""


@dataclass(frozen=True, slots=True)
class Hours:
    """
    Running sums by the hour, oldest first, each beginning with 0.

    ``stories[h]`` counts the stories first seen in the first ``h`` hours,
    ``exposure[h]`` what was looked at in them. The unit of exposure is free:
    a constant factor changes nothing. An hour's number is an instant: that at
    which so many hours are over.
    """

    stories: Sequence[int]
    exposure: Sequence[float]

    @classmethod
    def of(cls, stories: Iterable[int], exposure: Iterable[float]) -> Hours:
        """The running sums of what each hour brought."""
        return cls(list(accumulate(stories, initial=0)), list(accumulate(exposure, initial=0.0)))

    @property
    def end(self) -> int:
        """The instant at which the last hour is over."""
        return len(self.stories) - 1

    def span(self, start: int, end: int) -> tuple[int, float]:
        """Stories and exposure between two instants; before the first hour there was nothing."""
        start, end = max(start, 0), max(end, 0)
        return (
            self.stories[end] - self.stories[start],
            self.exposure[end] - self.exposure[start],
        )

    def days_seen(self, start: int, end: int) -> int:
        """
        How many of the days before ``end``, counted back from it, were looked at.

        A day on which something came stands for as many as usually lie between two
        such days: feeds that come once a week have seen all of it.
        """
        start, exposure = max(start, 0), self.exposure
        came = [
            (end - last) // DAY
            for last in range(end, start, -DAY)
            if exposure[last] > exposure[max(last - DAY, start)]
        ]
        gaps = [before - after for after, before in pairwise((-1, *came))]
        usual = median_low(gaps[1:]) if len(gaps) > 1 else 1
        return sum(min(gap, usual) for gap in gaps)

    def last_story(self, at: int) -> int | None:
        """The instant that ends the hour of the last story before ``at``; none if there is none."""
        total = self.stories[at]
        if not total:
            return None
        low, high = 0, at
        while low < high:
            middle = (low + high) // 2
            if self.stories[middle] >= total:
                high = middle
            else:
                low = middle + 1
        return low
