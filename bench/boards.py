"""
Made-up boards of indicators: stories and exposure by the hour, with what the world does to both.

A board is steady (half of its indicators Poisson, half in bursty days) or mixed (a fifth each
of Poisson, days of shape 3, 1 and 0.5, and clusters of stories of one event). Over every board
go weekends at half, a slow drift, a feed that is added, a week at a third of the coverage and
three days at none.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from monitor.levels.hours import DAY, Hours

DAYS = 400
HOURS = DAYS * DAY
SLOWEST, FASTEST = 0.03, 8.0
"""Stories a day of the quietest and of the busiest indicator."""

STEADY = (math.inf, 3.0)
MIXED = (math.inf, 3.0, 1.0, 0.5, 0.0)
"""The shapes of a day's stories: infinite for Poisson, 0 for clusters."""

CLUSTER, CLUSTER_HOURS = 2.5, 18


@dataclass(frozen=True, slots=True)
class World:
    """What changes what is seen of a whole board, hour by hour: the share that is looked at."""

    looked: tuple[float, ...]

    @classmethod
    def at_rest(cls) -> World:
        """A world that always looks alike."""
        return cls((1.0,) * HOURS)

    @classmethod
    def of(cls, chance: random.Random, *, outages: bool = True) -> World:
        """Weekends, a feed added at some time, and outages."""
        added = chance.randrange(120 * DAY, 360 * DAY)
        thin, dark = (chance.randrange(110 * DAY, 380 * DAY) for _ in range(2))
        looked = []
        for hour in range(HOURS):
            share = (0.5 if hour // DAY % 7 >= 5 else 1.0) * (1.5 if hour >= added else 1.0)
            if outages and thin <= hour < thin + 7 * DAY:
                share *= 0.3
            if outages and dark <= hour < dark + 3 * DAY:
                share = 0.0
            looked.append(share)
        return cls(tuple(looked))


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up indicator: its stories a day, how they come, its counts and its exposure."""

    rate: float
    shape: float
    stories: tuple[int, ...]
    looked: tuple[float, ...]
    drift: tuple[float, ...]

    @property
    def hours(self) -> Hours:
        """As the product sees it."""
        return Hours.of(self.stories, self.looked)

    def with_more(self, chance: random.Random, times: float, start: int, end: int) -> Made:
        """The same with so many times its stories between two hours."""
        more = arrivals(
            chance, self.rate * (times - 1), self.shape, self.looked, self.drift, start, end
        )
        return self._plus(more)

    def with_spike(self, chance: random.Random, size: int, start: int) -> Made:
        """The same with so many stories more, within six hours."""
        more = [0] * HOURS
        for _ in range(size):
            more[start + chance.randrange(6)] += 1
        return self._plus(more)

    def without(self, start: int) -> Made:
        """The same, with no story from an hour on."""
        return replace(self, stories=self.stories[:start] + (0,) * (HOURS - start))

    def _plus(self, more: Sequence[int]) -> Made:
        both = tuple(a + b for a, b in zip(self.stories, more, strict=True))
        return replace(self, stories=both)


def board(
    chance: random.Random, shapes: Sequence[float], size: int, world: World | None = None
) -> list[Made]:
    """A board of so many indicators, their rates spread evenly by their logarithm."""
    world = world or World.of(chance)
    made = []
    for number in range(size):
        rate = SLOWEST * (FASTEST / SLOWEST) ** (number / max(size - 1, 1))
        swing, phase = chance.uniform(0.0, 0.4), chance.uniform(0, 2 * math.pi)
        period = chance.uniform(150, 400) * DAY
        drift = tuple(
            1 + swing * math.sin(phase + 2 * math.pi * hour / period)
            for hour in range(0, HOURS, DAY)
        )
        shape = shapes[number % len(shapes)]
        stories = arrivals(chance, rate, shape, world.looked, drift, 0, HOURS)
        made.append(Made(rate, shape, tuple(stories), world.looked, drift))
    return made


def arrivals(
    chance: random.Random,
    rate: float,
    shape: float,
    looked: Sequence[float],
    drift: Sequence[float],
    start: int,
    end: int,
) -> list[int]:
    """Stories by the hour, for a rate in stories a day."""
    counts = [0] * HOURS
    clustered = shape == 0
    most = max(looked)
    for day in range(start // DAY, -(-end // DAY)):
        daily = rate * drift[day] * most / (CLUSTER if clustered else 1)
        if not clustered and math.isfinite(shape):
            daily *= chance.gammavariate(shape, 1 / shape)
        for moment in _moments(chance, daily):
            _put(
                chance,
                counts,
                (day + moment) * DAY,
                clustered,
                lambda h: looked[h] / most,
                start,
                end,
            )
    return counts


def _moments(chance: random.Random, mean: float) -> list[float]:
    """When within a day things happen, as a Poisson process."""
    found, at = [], chance.expovariate(mean) if mean > 0 else 1.0
    while at < 1:
        found.append(at)
        at += chance.expovariate(mean)
    return found


def _put(
    chance: random.Random,
    counts: list[int],
    moment: float,
    clustered: bool,
    seen: Callable[[int], float],
    start: int,
    end: int,
) -> None:
    """Count one story, or all of a cluster, as far as it is looked at."""
    size = 1
    while clustered and chance.random() > 1 / CLUSTER:
        size += 1
    for _ in range(size):
        hour = int(moment + (chance.uniform(0, CLUSTER_HOURS) if clustered else 0))
        if start <= hour < end and chance.random() < seen(hour):
            counts[hour] += 1
