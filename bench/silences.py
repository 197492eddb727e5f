"""How often silences are called on made-up boards where there are none, and how soon real ones."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, inf

from bench.boards import HOURS, MIXED, STEADY, Made, World, board
from bench.seen import BANDS, FIRST, WEEKS, Seen, with_error
from bench.tables import table
from monitor.levels.hours import DAY, Hours
from monitor.levels.silence import FALSE_PER_WEEK, ROUTINE, pause
from monitor.levels.usual import SPREAD


def silences(hours: Hours, indicators: int, start: int, end: int) -> list[int]:
    """The hours at which a silence is called, once for each gap."""
    called: list[int] = []
    told_of = -1
    for hour in range(start, end):
        if hours.stories[hour] != hours.stories[hour - 1] and hour != start:
            continue
        if not _may_be_silence(hours, hour, indicators):
            continue
        gap = pause(hours, hour, indicators)
        if gap is not None and gap.is_silence and gap.since != told_of:
            called.append(hour)
            told_of = gap.since
    return called


def _may_be_silence(hours: Hours, hour: int, indicators: int) -> bool:
    """Whether the gap up to an hour would be a silence if no stories came in bursts."""
    last = hours.last_story(hour) or 0
    begin = max(last - SPREAD, 0)
    known, seen = hours.span(begin, last)
    if known < ROUTINE or seen <= 0:
        return False
    missed = hours.span(last, hour)[1] * (known + 0.5) / seen
    return exp(-missed) * known * DAY / (last - begin) <= FALSE_PER_WEEK / (7 * indicators)


@dataclass(slots=True)
class Stops:
    """False silences of boards, those called while nothing was looked at, and real ones."""

    false: list[int] = field(default_factory=list)
    blind: int = 0
    seen: dict[tuple[float, float], Seen] = field(
        default_factory=lambda: {band: Seen() for band in BANDS[1:]}
    )

    def add(self, made: Sequence[Made], chance: random.Random, *, real: bool) -> None:
        self.false.append(0)
        for one in made:
            hours = one.hours
            for hour in silences(hours, len(made), FIRST, HOURS):
                self.false[-1] += 1
                self.blind += sum(one.looked[hour - DAY : hour]) < 0.25 * DAY * 0.5
            band = next((each for each in self.seen if each[0] <= one.rate < each[1]), None)
            if real and band is not None:
                start = chance.randrange(FIRST, HOURS - 31 * DAY)
                if sum(one.stories[start - 90 * DAY : start]) < 20:
                    continue
                called = silences(one.without(start).hours, len(made), start + 1, start + 30 * DAY)
                self.seen[band].after.append(called[0] - start if called else inf)


def silence_report(seeds: Iterable[int], size: int) -> Iterator[str]:
    """False silences with and without outages, and how soon real ones are called."""
    head = ["board", "false calls in 4 weeks", "while blind", "real ones called: 0.1-0.3", "0.3-1"]
    rows, months = [], WEEKS / 4
    for name, shapes, outages in (
        ("steady, no outages", STEADY, False),
        ("steady, outages", STEADY, True),
        ("mixed, outages", MIXED, True),
    ):
        print(f"silence: {name} ...", file=sys.stderr)
        told = Stops()
        for seed in seeds:
            chance = random.Random(seed)
            made = board(chance, shapes, size, World.of(chance, outages=outages))
            told.add(made, chance, real=True)
        rows.append(
            [
                name,
                with_error([one / months for one in told.false]),
                f"{told.blind / months / len(told.false):.2f}",
            ]
            + [
                f"{seen.share(30 * DAY):.0%}, {seen.half:.1f} d" if seen.after else "-"
                for seen in told.seen.values()
            ]
        )
    yield "\nSilences:\n"
    yield from table([*head, "1-3", "3-8"], rows)
