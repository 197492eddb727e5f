"""
How well levels and silences say what is unusual, on made-up boards, beside two simple rules.

    python -m bench.levels                     both kinds of board: a quarter of an hour
    python -m bench.levels --boards 1          fewer boards, and wider errors
"""

from __future__ import annotations

import argparse
import random
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf
from statistics import median

from bench.boards import DAYS, HOURS, MIXED, STEADY, Made, World, board
from bench.simplerules import ALARM_ENDS, SIMPLE, Peaks, Simple, calibrated, peaks, rises
from bench.tables import load_line, table
from monitor.levels.assess import Board
from monitor.levels.hours import DAY, Hours
from monitor.levels.level import ENOUGH, Sight, Standing, step, striking
from monitor.levels.silence import pause
from monitor.levels.tail import chance_of_at_least
from monitor.levels.usual import REFERENCE, WINDOWS, compare

FIRST = 106 * DAY
"""From here on there is enough past for every rule: 400 days leave 42 weeks."""

WEEKS = (DAYS * DAY - FIRST) / (7 * DAY)
LASTING = 42 * DAY
"""So long a higher rate lasts and is watched: three times the longest median that is asked for."""

BEGAN = datetime(2025, 1, 6, tzinfo=UTC)
SIGHT = Sight(days=56)
BANDS = ((0.03, 0.1), (0.1, 0.3), (0.3, 1.0), (1.0, 3.0), (3.0, 8.1))


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
    so that a window which would be likely without any is not unusual with them.
    """
    for width in WINDOWS:
        stories, exposure = hours.span(hour - width, hour)
        known, seen = hours.span(hour - width - REFERENCE, hour - width)
        if stories >= ENOUGH and stories * seen > exposure * (known + 0.5):
            mean = exposure * (known + 0.5) / seen
            if chance_of_at_least(stories, mean, known + 0.5) <= 20 * cut:
                return True
    return False


# --- what happens ------------------------------------------------------------------


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


def nulls(made: Sequence[Made], share: Board) -> list[Null]:
    """Every rule over every hour of a board in which nothing happens."""
    found = []
    for one in made:
        hours = one.hours
        simple = {name: peaks(hours, rule, FIRST, HOURS) for name, rule in SIMPLE.items()}
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


def happen(
    event: Event, found: Sequence[Null], rules: Seers, cuts: dict[str, float], chance: random.Random
) -> dict[tuple[float, float], dict[str, Seen]]:
    """Make an event happen at each indicator of its bands, and say when each rule saw it."""
    told = {band: {name: Seen() for name in rules} for band in event.bands}
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
    return told


def _is_up(null: Null, name: str, start: int, cuts: dict[str, float]) -> bool:
    """Whether a rule's alarm stands already, so that a trial would prove nothing."""
    if name == "monitor":
        return null.run.is_up(start)
    known = null.peaks[name]
    first = bisect_right(known, (start - ALARM_ENDS, inf))
    return any(value >= cuts[name] for hour, value in known[first:] if hour < start)


# --- flapping and silence -----------------------------------------------------------


@dataclass(slots=True)
class Flaps:
    """How often the level of a lasting event rose, and how long it stood after the event's end."""

    rises: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


def flapping(found: Sequence[Null], share: Board, chance: random.Random) -> Flaps:
    """Fourfold rates for a week: rises for each that was seen, and hours still up after it."""
    told = Flaps()
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
    return told


def silences(hours: Hours, indicators: int, start: int, end: int) -> list[int]:
    """The hours at which a silence is called, once for each gap."""
    called: list[int] = []
    told_of = -1
    for hour in range(start, end):
        if hours.stories[hour] != hours.stories[hour - 1] and hour != start:
            continue
        gap = pause(hours, hour, indicators)
        if gap is not None and gap.is_silence and gap.since != told_of:
            called.append(hour)
            told_of = gap.since
    return called


@dataclass(slots=True)
class Stops:
    """False silences of boards, those called while nothing was looked at, and real ones."""

    false: int = 0
    blind: int = 0
    seen: dict[tuple[float, float], Seen] = field(
        default_factory=lambda: {band: Seen() for band in BANDS[1:]}
    )

    def add(self, made: Sequence[Made], chance: random.Random, *, real: bool) -> None:
        for one in made:
            hours = one.hours
            for hour in silences(hours, len(made), FIRST, HOURS):
                self.false += 1
                self.blind += sum(one.looked[hour - DAY : hour]) < 0.25 * DAY * 0.5
            band = next((each for each in self.seen if each[0] <= one.rate < each[1]), None)
            if real and band is not None:
                start = chance.randrange(FIRST, HOURS - 31 * DAY)
                if sum(one.stories[start - 90 * DAY : start]) < 20:
                    continue
                called = silences(one.without(start).hours, len(made), start + 1, start + 30 * DAY)
                self.seen[band].after.append(called[0] - start if called else inf)


# --- the report ---------------------------------------------------------------------

TRIALS, SIZE = 2, 100


@dataclass(slots=True)
class Figures:
    """What one kind of board showed."""

    weeks: float
    weekly: list[int]
    elevated: float
    cuts: dict[str, float]
    usual: dict[str, float]
    events: dict[str, dict[tuple[float, float], dict[str, Seen]]]
    flaps: Flaps


def measure(shapes: Sequence[float], boards: int, size: int, seed: int) -> Figures:
    """All figures of one kind of board."""
    chance, share = random.Random(seed), Board.of(size)
    found: list[Null] = []
    weekly: list[int] = []
    for number in range(boards):
        print(f"board {number + 1} of {boards} ...", file=sys.stderr)
        own = nulls(board(chance, shapes, size), share)
        weekly += _by_week(own)
        found += own
    weeks, highs = boards * WEEKS, sum(len(one.run.high) for one in found)
    cuts = {name: calibrated([one.peaks[name] for one in found], highs) for name in SIMPLE}
    usual = {
        name: sum(len(rises(one.peaks[name], rule.usual)) for one in found) / weeks
        for name, rule in SIMPLE.items()
    }
    rules = seers(share, cuts)
    print("events ...", file=sys.stderr)
    return Figures(
        weeks=weeks,
        weekly=weekly,
        elevated=sum(len(one.run.elevated) for one in found) / weeks,
        cuts=cuts,
        usual=usual,
        events={event.name: happen(event, found, rules, cuts, chance) for event in EVENTS},
        flaps=flapping(found, share, chance),
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
        f"{sum(weekly) / len(weekly):.2f} (95 % of weeks {weekly[int(0.95 * len(weekly))]} or "
        f"fewer), to elevated {told.elevated:.2f}. The others at their usual cut-offs: "
        + ", ".join(f"{rule} {many:.1f}" for rule, many in told.usual.items())
        + "; for equal alarms they need "
        + ", ".join(f"{cut:.1f} ({rule})" for rule, cut in told.cuts.items())
        + ".\n"
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


def _delays(seen: Seen) -> list[str]:
    half = f"{seen.half:.1f}" if seen.half < inf else "-"
    return [*(f"{seen.share(days * DAY):.0%}" for days in (1, 2, 7, 14)), half]


def silence_report(boards: int, size: int, seed: int) -> Iterator[str]:
    """False silences with and without outages, and how soon real ones are called."""
    head = ["board", "false calls in 4 weeks", "while blind", "real ones called: 0.1-0.3", "0.3-1"]
    rows = []
    for name, shapes, outages in (
        ("steady, no outages", STEADY, False),
        ("steady, outages", STEADY, True),
        ("mixed, outages", MIXED, True),
    ):
        print(f"silence: {name} ...", file=sys.stderr)
        chance, told = random.Random(seed), Stops()
        for _ in range(boards):
            made = board(chance, shapes, size, World.of(chance, outages=outages))
            told.add(made, chance, real=True)
        months = boards * WEEKS / 4
        rows.append(
            [name, f"{told.false / months:.2f}", f"{told.blind / months:.2f}"]
            + [
                f"{seen.share(30 * DAY):.0%}, {seen.half:.1f} d" if seen.after else "-"
                for seen in told.seen.values()
            ]
        )
    yield "\nSilences:\n"
    yield from table([*head, "1-3", "3-8"], rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--boards", type=int, default=5, help="boards of each kind")
    parser.add_argument("--size", type=int, default=SIZE, help="indicators of a board")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--only", choices=("steady", "mixed", "silence"))
    asked = parser.parse_args(arguments)
    print(load_line())
    for name, shapes in (("steady", STEADY), ("mixed", MIXED)):
        if asked.only in (None, name):
            print(
                "\n".join(
                    report(f"{name} board", measure(shapes, asked.boards, asked.size, asked.seed))
                )
            )
    if asked.only in (None, "silence"):
        print("\n".join(silence_report(asked.boards, asked.size, asked.seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
