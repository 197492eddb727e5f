"""
How well levels and silences say what is unusual, on made-up boards, beside two simple rules.

    python -m bench.levels                     both kinds of board: a quarter of an hour
    python -m bench.levels --boards 1          fewer boards, and wider errors
    python -m bench.levels --alone --boards 20 --seed 101    ours only, on the boards 101 to 120
"""

from __future__ import annotations

import argparse
import random
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf, sqrt
from statistics import median

from bench.boards import HOURS, MIXED, STEADY, Made, board
from bench.seen import BANDS, FIRST, WEEKS, Seen, with_error
from bench.silences import silence_report
from bench.simplerules import ALARM_ENDS, SIMPLE, Peaks, Simple, calibrated, peaks, rises
from bench.tables import load_line, table
from monitor.levels.assess import Board
from monitor.levels.hours import DAY, Hours
from monitor.levels.level import ENOUGH, Sight, Standing, step, striking
from monitor.levels.tail import chance_of_at_least
from monitor.levels.usual import REFERENCE, WINDOWS, compare, dispersion

LASTING = 42 * DAY
"""So long a higher rate lasts and is watched: three times the longest median that is asked for."""

BEGAN = datetime(2025, 1, 6, tzinfo=UTC)
SIGHT = Sight(days=56)


def instant(hour: int) -> datetime:
    return BEGAN + timedelta(hours=hour)


# --- the product's own rule -------------------------------------------------------


@dataclass(slots=True)
class Run:
    """How one indicator stood: when each level rose, and from when to when high was up."""

    high: list[int] = field(default_factory=list)
    elevated: list[int] = field(default_factory=list)
    up: list[tuple[int, int]] = field(default_factory=list)

    def is_up(self, hour: int) -> bool:
        place = bisect_right(self.up, (hour, HOURS)) - 1
        return place >= 0 and self.up[place][0] <= hour < self.up[place][1]


def replay(hours: Hours, share: Board, start: int, end: int, *, until_high: bool = False) -> Run:
    """Assess every hour as the service does, through its own functions."""
    run, standing = Run(), Standing()
    for hour in range(start, end):
        if standing.raised is None and not _may_rise(hours, hour, share.cut.elevated):
            continue
        windows = compare(hours, hour)
        after = step(standing, windows, striking(windows), SIGHT, share.cut, instant(hour))
        _note(run, standing, after, hour)
        standing = after
        if until_high and run.high:
            break
    if standing.high.is_up:
        run.up.append((run.high[-1], end))
    return run


def _note(run: Run, before: Standing, after: Standing, hour: int) -> None:
    if after.high.is_up and not before.high.is_up:
        run.high.append(hour)
    if after.elevated.is_up and not before.elevated.is_up:
        run.elevated.append(hour)
    if before.high.is_up and not after.high.is_up:
        run.up.append((run.high[-1], hour))


def _may_rise(hours: Hours, hour: int, cut: float) -> bool:
    """
    Whether any window could be unusual; if not, the costly part of the rule need not be asked.

    Stories in bursts make what is far above the mean more likely, never less,
    so that a window which would be likely without any is not unusual with them,
    nor one that would be likely if its bursts were those of single days.
    """
    for width in WINDOWS:
        begin = hour - width
        stories, exposure = hours.span(begin, hour)
        known, seen = hours.span(begin - REFERENCE, begin)
        if stories < ENOUGH or stories * seen <= exposure * (known + 0.5):
            continue
        mean, sure = exposure * (known + 0.5) / seen, 1 / (known + 0.5)
        # Nothing within one and a half deviations is as rare as that.
        if stories - mean <= 1.5 * sqrt(mean + mean * mean * sure):
            continue
        if chance_of_at_least(stories, mean, 1 / sure) <= 20 * cut:
            daily = dispersion(hours, begin, DAY)
            shape = 1 / (sure + daily * DAY / REFERENCE + daily * DAY / width)
            if chance_of_at_least(stories, mean, shape) <= 3 * cut:
                return True
    return False


# --- what happens ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is made to happen, and how long it may take to be seen."""

    name: str
    happens: Callable[[Made, random.Random, int], Made]
    bands: tuple[tuple[float, float], ...]
    watched: int = LASTING


EVENTS = (
    Event("x4", lambda one, chance, at: one.with_more(chance, 4, at, at + LASTING), BANDS[1:]),
    Event("x2", lambda one, chance, at: one.with_more(chance, 2, at, at + LASTING), BANDS[2:]),
    Event("spike of 5", lambda one, chance, at: one.with_spike(chance, 5, at), BANDS, 2 * DAY),
)


@dataclass(frozen=True, slots=True)
class Null:
    """One indicator in which nothing happens, and what each rule said of it."""

    made: Made
    run: Run
    peaks: dict[str, Peaks]


def nulls(made: Sequence[Made], share: Board, rules: Mapping[str, Simple] = SIMPLE) -> list[Null]:
    """Every rule over every hour of a board in which nothing happens."""
    found = []
    for one in made:
        hours = one.hours
        simple = {name: peaks(hours, rule, FIRST, HOURS) for name, rule in rules.items()}
        found.append(Null(one, replay(hours, share, FIRST, HOURS), simple))
    return found


Seers = dict[str, Callable[[Hours, int, int], float]]


def seers(share: Board, cuts: dict[str, float]) -> Seers:
    """Each rule as a function: after how many hours it sees what begins at an hour."""

    def ours(hours: Hours, start: int, end: int) -> float:
        run = replay(hours, share, start, end, until_high=True)
        return run.high[0] + 1 - start if run.high else inf

    def simple(rule: Simple, cut: float) -> Callable[[Hours, int, int], float]:
        def seen(hours: Hours, start: int, end: int) -> float:
            found = (at for at, value in peaks(hours, rule, start, end) if value >= cut)
            return next(found, inf) + 1 - start

        return seen

    return {"monitor": ours} | {name: simple(SIMPLE[name], cut) for name, cut in cuts.items()}


Told = dict[tuple[float, float], dict[str, Seen]]


def happen(
    event: Event,
    found: Sequence[Null],
    rules: Seers,
    cuts: dict[str, float],
    chance: random.Random,
    told: Told,
) -> None:
    """Make an event happen at each indicator of its bands, and note when each rule saw it."""
    for null in found:
        band = next((one for one in event.bands if one[0] <= null.made.rate < one[1]), None)
        if band is None:
            continue
        for _ in range(TRIALS):
            start = chance.randrange(FIRST + 14 * DAY, HOURS - LASTING - DAY)
            after = event.happens(null.made, chance, start).hours
            for name, rule in rules.items():
                if not _is_up(null, name, start, cuts):
                    told[band][name].after.append(rule(after, start, start + event.watched))


def _is_up(null: Null, name: str, start: int, cuts: dict[str, float]) -> bool:
    """Whether a rule's alarm stands already, so that a trial would prove nothing."""
    if name == "monitor":
        return null.run.is_up(start)
    known = null.peaks[name]
    first = bisect_right(known, (start - ALARM_ENDS, inf))
    return any(value >= cuts[name] for hour, value in known[first:] if hour < start)


# --- flapping -----------------------------------------------------------


@dataclass(slots=True)
class Flaps:
    """How often the level of a lasting event rose, and how long it stood after the event's end."""

    rises: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


def flapping(found: Sequence[Null], share: Board, chance: random.Random, told: Flaps) -> None:
    """Fourfold rates for a week: rises for each that was seen, and hours still up after it."""
    for null in found:
        if null.made.rate < 1:
            continue
        start = chance.randrange(FIRST + 14 * DAY, HOURS - 30 * DAY)
        if null.run.is_up(start):
            continue
        end = start + 7 * DAY
        run = replay(null.made.with_more(chance, 4, start, end).hours, share, start, end + 20 * DAY)
        if run.high and run.high[0] < end:
            told.rises.append(sum(hour < end + 7 * DAY for hour in run.high))
            told.after += [last - end for first, last in run.up if first < end < last]


# --- the report ---------------------------------------------------------------------

TRIALS, SIZE = 2, 100


@dataclass(slots=True)
class Figures:
    """What one kind of board showed; what is of each board by itself stands in lists."""

    weeks: float
    weekly: list[int]
    high: list[float]
    elevated: list[float]
    cuts: dict[str, float]
    usual: dict[str, float]
    events: dict[str, Told]
    flaps: Flaps


def measure(
    shapes: Sequence[float],
    seeds: Sequence[int],
    size: int,
    beside: Mapping[str, Simple] = SIMPLE,
) -> Figures:
    """All figures of one kind of board, each board made by a seed of its own."""
    share, chances, found = Board.of(size), [random.Random(seed) for seed in seeds], []
    for number, chance in enumerate(chances, 1):
        print(f"board {number} of {len(seeds)} ...", file=sys.stderr)
        found.append(nulls(board(chance, shapes, size), share, beside))
    whole, weeks = [one for own in found for one in own], len(seeds) * WEEKS
    highs = sum(len(one.run.high) for one in whole)
    cuts = {name: calibrated([one.peaks[name] for one in whole], highs) for name in beside}
    rules, flaps = seers(share, cuts), Flaps()
    events: dict[str, Told] = {
        event.name: {band: {name: Seen() for name in rules} for band in event.bands}
        for event in EVENTS
    }
    for number, (chance, own) in enumerate(zip(chances, found, strict=True), 1):
        print(f"events of board {number} ...", file=sys.stderr)
        for event in EVENTS:
            happen(event, own, rules, cuts, chance, events[event.name])
        flapping(own, share, chance, flaps)
    return Figures(
        weeks=weeks,
        weekly=[many for own in found for many in _by_week(own)],
        high=[sum(len(one.run.high) for one in own) / WEEKS for own in found],
        elevated=[sum(len(one.run.elevated) for one in own) / WEEKS for own in found],
        cuts=cuts,
        usual={
            name: sum(len(rises(one.peaks[name], rule.usual)) for one in whole) / weeks
            for name, rule in beside.items()
        },
        events=events,
        flaps=flaps,
    )


def _by_week(found: Sequence[Null]) -> list[int]:
    """How many levels rose to high in each week of a board."""
    counts = [0] * int(WEEKS)
    for one in found:
        for hour in one.run.high:
            week = (hour - FIRST) // (7 * DAY)
            counts[week] += 1 if week < len(counts) else 0
    return counts


def report(name: str, told: Figures) -> Iterator[str]:
    """The figures of one kind of board, as Markdown."""
    weekly = sorted(told.weekly)
    yield (
        f"\n{name}: {told.weeks:.0f} weeks of a board. Rises to high a week "
        f"{with_error(told.high)} (95 % of weeks {weekly[int(0.95 * len(weekly))]} or "
        f"fewer), to elevated {with_error(told.elevated)}.{_of_others(told)}\n"
    )
    head = ["event", "stories a day", "trials", "rule", "24 h", "2 d", "7 d", "14 d", "median days"]
    rows = [
        [event, f"{band[0]:g}-{band[1]:.2g}", str(len(seen.after)), rule, *_delays(seen)]
        for event, bands in told.events.items()
        for band, by_rule in bands.items()
        for rule, seen in by_rule.items()
    ]
    yield from table(head, rows)
    rose, after = told.flaps.rises, told.flaps.after
    if rose:
        yield (
            f"\nA fourfold week that was seen rose {sum(rose) / len(rose):.2f} times; "
            f"its level stood for {median(after or [0]):.0f} h after its end."
        )


def _of_others(told: Figures) -> str:
    if not told.usual:
        return ""
    usual = ", ".join(f"{rule} {many:.1f}" for rule, many in told.usual.items())
    cuts = ", ".join(f"{cut:.1f} ({rule})" for rule, cut in told.cuts.items())
    return f" The others at their usual cut-offs: {usual}; for equal alarms they need {cuts}."


def _delays(seen: Seen) -> list[str]:
    half = f"{seen.half:.1f} ± {seen.error:.1f}" if seen.half < inf else "-"
    return [*(f"{seen.share(days * DAY):.0%}" for days in (1, 2, 7, 14)), half]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--boards", type=int, default=5, help="boards of each kind")
    parser.add_argument("--size", type=int, default=SIZE, help="indicators of a board")
    parser.add_argument("--seed", type=int, default=9, help="that of the first board")
    parser.add_argument("--alone", action="store_true", help="without the rules beside ours")
    parser.add_argument("--only", choices=("steady", "mixed", "silence"))
    asked = parser.parse_args(arguments)
    seeds = range(asked.seed, asked.seed + asked.boards)
    print(load_line(), flush=True)
    for name, shapes in (("steady", STEADY), ("mixed", MIXED)):
        if asked.only in (None, name):
            told = measure(shapes, seeds, asked.size, {} if asked.alone else SIMPLE)
            print("\n".join(report(f"{name} board", told)), flush=True)
    if asked.only in (None, "silence"):
        print("\n".join(silence_report(seeds, asked.size)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
