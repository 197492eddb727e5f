"""
How fast items are matched: our engine beside others, in one run on one machine.

``python -m bench.match`` prints microseconds an item for every kind and number
of indicators, then the ratios that were set as goals. Before anything is
timed, all contenders must find the same hits. ``--profile`` says where our
own time goes; ``--quick`` is a small run.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from time import perf_counter

from bench.contenders import (
    Contender,
    Hits,
    Hyperscan,
    Judging,
    Mokaccino,
    MokaccinoAsked,
    Monitor,
    ReLoop,
    Tantivy,
    installed,
)
from bench.watchlists import KINDS, SEED, Kind, items, queries
from monitor.matching import Matcher
from monitor.matching.match import judge_all, match
from monitor.matching.reading import Reading
from monitor.matching.text import canonical_row
from monitor.model import Item

OURS: tuple[type[Contender], ...] = (Monitor, Judging)
OTHERS: tuple[type[Contender], ...] = (
    Mokaccino,
    MokaccinoAsked,
    Hyperscan,
    Tantivy,
    ReLoop,
)
GOALS: tuple[tuple[int, int, type[Contender], float], ...] = (
    (1_000, 60, Mokaccino, 15.0),
    (1_000, 60, Hyperscan, 1.0),
    (100_000, 60, Mokaccino, 20.0),
)
"""Indicators, words, the other, how many times its speed ours should have."""
SLOW_SECONDS = 3.0
"""A contender that needs longer for one round is timed once, if it can over five items."""


@dataclass(frozen=True)
class Size:
    """How much is run: numbers of indicators, items of each length, rounds."""

    counts: tuple[int, ...] = (10, 100, 1_000, 10_000, 100_000)
    items: tuple[tuple[int, int], ...] = ((60, 500), (600, 100))
    rounds: int = 9


QUICK = Size(counts=(10, 100), items=((60, 40), (600, 8)), rounds=2)


@dataclass
class Cell:
    """One kind and number of indicators over items of one length, and what each one needed."""

    kind: Kind
    count: int
    words: int
    hits_an_item: float
    micros: dict[type[Contender], float] = field(default_factory=dict)
    once: set[type[Contender]] = field(default_factory=set)


class DisagreementError(Exception):
    """Two contenders found different hits, so that no comparison would be fair."""


def measure(size: Size, tell: Callable[[str], None]) -> Iterator[Cell]:
    """Every cell of the table, each number of indicators compiled once."""
    for kind in KINDS:
        for count in size.counts:
            asked = queries(count, kind)
            engines: dict[type[Contender], Contender] = {}
            times = []
            for make in installed():
                if not any(make.is_feasible(count, words) for words, _ in size.items):
                    continue
                start = perf_counter()
                engines[make] = make(asked)
                if make is not Judging:
                    times.append(f"{make.name} {perf_counter() - start:.2f}")
            tell(f"compiled {count:,} {kind} indicators, seconds: {', '.join(times)}")
            for words, number in size.items:
                fit = {make: one for make, one in engines.items() if make.is_feasible(count, words)}
                yield _cell(kind, count, words, items(number, words), fit, size.rounds)


def _cell(
    kind: Kind,
    count: int,
    words: int,
    news: list[Item],
    engines: dict[type[Contender], Contender],
    rounds: int,
) -> Cell:
    expected = engines[Monitor].hits(news)
    cell = Cell(kind, count, words, sum(map(len, expected)) / len(news))
    shares = {make: _checked(engine, news, expected) for make, engine in engines.items()}
    cell.once.update(make for make, share in shares.items() if len(share) < len(news))
    with _collector_off():
        _time(cell, engines, shares, rounds)
    return cell


def _time(
    cell: Cell,
    engines: dict[type[Contender], Contender],
    shares: dict[type[Contender], list[Item]],
    rounds: int,
) -> None:
    """Time all engines in turn, in another order each round, and keep the best of each."""
    rng = random.Random(SEED)
    for turn in range(rounds):
        for make in rng.sample(list(engines), len(engines)):
            if turn and make in cell.once:
                continue
            micros = _micros(engines[make], shares[make])
            cell.micros[make] = min(micros, cell.micros.get(make, micros))
            if micros * len(shares[make]) > SLOW_SECONDS * 1e6:
                cell.once.add(make)


def _checked(engine: Contender, news: list[Item], expected: Hits) -> list[Item]:
    """
    The items to time an engine over, after its hits on them were found right.

    All of them, or the first few where the engine is too slow for more.
    """
    few = news[:5]
    start = perf_counter()
    found = engine.hits(few)
    share = news if (perf_counter() - start) * len(news) / len(few) < SLOW_SECONDS else few
    if share is news or engine.takes_all:
        share, found = news, engine.hits(news)
    for item, one, other in zip(share, found, expected, strict=False):
        if one != other:
            raise DisagreementError(f"{engine.name} on {item.key}: {one}, ours: {other}")
    return share


@contextmanager
def _collector_off() -> Iterator[None]:
    """Keeps the garbage collector from running into a timing, and its cost out of each."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _micros(engine: Contender, news: Sequence[Item]) -> float:
    start = perf_counter()
    engine.hits(news)
    return (perf_counter() - start) / len(news) * 1e6


# --- what is printed --------------------------------------------------------------


def table(cells: list[Cell]) -> Iterator[str]:
    """Microseconds an item, a line a cell, a column a contender."""
    columns = [make for make in installed() if any(make in cell.micros for cell in cells)]
    heads = ["indicators", "words", "hits an item", *(make.name for make in columns)]
    yield "microseconds an item, best round; - is not feasible"
    yield f"(n) was timed once, and if {SLOW_SECONDS:g} s were too short for all items over five"
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "|".join([":--"] + ["--:"] * (len(heads) - 1)) + "|"
    for cell in cells:
        row = [f"{cell.count:,} {cell.kind}", f"{cell.words}", f"{cell.hits_an_item:.2f}"]
        row += [_shown(cell, make) for make in columns]
        yield "| " + " | ".join(row) + " |"


def _shown(cell: Cell, make: type[Contender]) -> str:
    micros = cell.micros.get(make)
    if micros is None:
        return "-"
    shown = f"{micros:,.1f}" if micros < 1_000 else f"{micros:,.0f}"
    return f"({shown})" if make in cell.once else shown


def ratios(cells: list[Cell]) -> Iterator[str]:
    """How many times as fast ours is as each other, and beside it the goal where there is one."""
    goals = {(count, words, make): goal for count, words, make, goal in GOALS}
    yield "how many times the speed: monitor / monitor without evidence, which is like for like"
    for cell in cells:
        told: list[str] = []
        for make in OTHERS:
            if make in cell.micros:
                both = " / ".join(f"{cell.micros[make] / cell.micros[one]:.2f}" for one in OURS)
                goal = goals.get((cell.count, cell.words, make))
                told.append(f"{make.name} {both}" + (f" (goal {goal:g})" if goal else ""))
        yield f"{cell.count:,} {cell.kind}, {cell.words} words: {'; '.join(told)}"


# --- where our own time goes ----------------------------------------------------------


def profile(size: Size) -> Iterator[str]:
    """
    Microseconds an item of each step of ours.

    The steps are timed by running the engine up to each of them, the best of
    several rounds, and taking the differences; nothing is instrumented. Only
    items that pass the first look cost anything after it.
    """
    steps = ("first look", "folding", "scanning", "reading", "candidates", "trees", "hits")
    yield "microseconds an item of each step of ours"
    yield "| indicators | words | " + " | ".join(steps) + " | all |"
    yield "|:--|--:|" + "--:|" * (len(steps) + 1)
    for kind in KINDS:
        for count in size.counts:
            engine = Monitor(queries(count, kind))
            for words, number in size.items:
                each = _steps(engine, items(number, words), size.rounds)
                shown = " | ".join(f"{micros:.1f}" for micros in (*each, sum(each)))
                yield f"| {count:,} {kind} | {words} | {shown} |"


def _steps(engine: Monitor, news: list[Item], rounds: int) -> list[float]:
    matcher = engine.matcher
    scan = matcher.scanner.plain.scan if matcher.scanner.plain else None
    look = matcher.sieve.passes if matcher.sieve else lambda _: True
    passing = [item for item in news if look(item)]
    rows = [reading_of(item, matcher).joined for item in passing]

    def best_over(step: Callable[[Item], object], them: list[Item] = passing) -> float:
        return _best(lambda: [step(item) for item in them], rounds)

    first_look = best_over(look, news)
    folding = best_over(lambda item: canonical_row([item.title, item.summary]))
    scanning = _best(lambda: [scan(row, overlapping=True) for row in rows] if scan else [], rounds)
    upto = [
        best_over(lambda item: reading_of(item, matcher)),
        best_over(lambda item: matcher.anchors.candidates(reading_of(item, matcher).found)),
        best_over(lambda item: judge_all(matcher, reading_of(item, matcher))),
        best_over(lambda item: match(item, matcher)) - best_over(look),
    ]
    after = [later - before for before, later in pairwise(upto)]
    each = [first_look, folding, scanning, upto[0] - folding - scanning, *after]
    return [max(seconds, 0.0) / len(news) * 1e6 for seconds in each]


def reading_of(item: Item, matcher: Matcher) -> Reading:
    """The item as it is read when it passes the first look."""
    return Reading(item, None, matcher.scanner)


def _best(run: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    with _collector_off():
        for _ in range(rounds):
            start = perf_counter()
            run()
            best = min(best, perf_counter() - start)
    return best


def main(words: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 1 if the contenders disagree."""
    parser = argparse.ArgumentParser(prog="python -m bench.match", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run")
    parser.add_argument("--profile", action="store_true", help="only where our own time goes")
    parser.add_argument("--indicators", type=int, nargs="+", help="other numbers of indicators")
    asked = parser.parse_args(words)
    size = QUICK if asked.quick else Size()
    if asked.indicators:
        size = Size(tuple(asked.indicators), size.items, size.rounds)
    print(f"Python {sys.version.split()[0]}, load average {os.getloadavg()[0]:.2f}")
    if asked.profile:
        for line in profile(size):
            print(line, flush=True)
        return 0
    missing = {"hyperscan", "mokaccino", "tantivy"} - {one.module for one in installed()}
    if missing:
        print(f"not installed, left out: {', '.join(sorted(missing))}")
    try:
        cells = list(measure(size, lambda line: print(line, flush=True)))
    except DisagreementError as error:
        print(f"no comparison, the hits differ: {error}", file=sys.stderr)
        return 1
    print("", *table(cells), "", *ratios(cells), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
