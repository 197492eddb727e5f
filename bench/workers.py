"""
Many machines: two thousand feeds on one PostgreSQL with one, two and four workers.

``python -m bench.workers`` starts a server of its own and real workers, and has all
feeds polled cold, unchanged, and with one new entry in each: polls a second, and what was
lost or doubled. Then one of two workers is killed, and stopped, in the middle of its
polls: how long until the other has done its part, and what the stopped one does on waking.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.many import family, usage
from bench.newsstand import ENTRIES, Address, open_stand
from bench.tables import load_line, table
from bench.watchfile import write_watch
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.desk import open_desk
from tests.postgres import started

INDICATORS = 100
LONGEST = 1800.0
"""Seconds after which a round is given up."""
ROUNDS = ("cold", "unchanged", "one new entry")


@dataclass
class Base:
    """One database, asked from beside the workers."""

    url: str
    connection: psycopg.Connection[tuple[Any, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.connection = psycopg.connect(
            self.url.replace("postgresql+psycopg", "postgresql"), autocommit=True
        )

    def one(self, query: str) -> Any:
        """The first value of the first row."""
        row = self.connection.execute(query.encode()).fetchone()
        return row[0] if row else None

    def polled(self) -> int:
        """How many feeds were polled and are not due."""
        return int(self.one("select count(*) from feed where next_poll > now()"))

    def make_due(self) -> None:
        """Let every feed be due now."""
        self.one("update feed set next_poll = now() - interval '1 second' returning 1")

    def polls(self) -> tuple[int, int]:
        """How many polls were noted, and how many of them had an answer."""
        return (
            int(self.one("select sum(polls) from feed_day")),
            int(self.one("select sum(answered) from feed_day")),
        )

    def items(self) -> tuple[int, int]:
        """All items, and how many of them differ."""
        return (
            int(self.one("select count(*) from item")),
            int(self.one("select count(distinct (feed, link)) from item")),
        )

    def under_way(self, workers: str) -> list[str]:
        """The feeds of the polls that some workers have under way."""
        query = (
            "select jsonb_array_elements_text(args->'feeds') from jobs.procrastinate_jobs "
            f"where status = 'doing' and task_name = 'poll' and worker_id in ({workers})"
        )
        return [str(row[0]) for row in self.connection.execute(query.encode()).fetchall()]

    def workers(self) -> set[int]:
        """The rows of the workers that count as living."""
        rows = self.connection.execute("select id from jobs.procrastinate_workers").fetchall()
        return {int(row[0]) for row in rows}


@dataclass
class Worker:
    """A worker as a process, its log in a file, and its rows."""

    process: subprocess.Popen[bytes]
    log: Path
    ids: set[int] = field(default_factory=set)

    def says(self, words: str) -> bool:
        """Whether its log says so."""
        return words in self.log.read_text(encoding="utf-8", errors="replace")


def postmaster(base: Base) -> int:
    """The server's first process."""
    return int((Path(base.one("show data_directory")) / "postmaster.pid").read_text().split()[0])


def computed(*pids: int) -> float:
    """Seconds of computing of some processes and all that they started."""
    return sum(usage(one)[0] for pid in pids for one in family(pid))


def until(check: Callable[[], bool], longest: float = LONGEST) -> float:
    """Wait until something holds; how many seconds that took."""
    began = time.monotonic()
    while not check():
        if time.monotonic() - began > longest:
            raise RuntimeError("it did not come to its end")
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def a_worker(folder: Path, base: Base, number: int) -> Iterator[Worker]:
    """A worker that works, until the end of the block."""
    before, log = base.workers(), folder / f"worker-{number}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "worker", "--database", base.url,
             "--file", str(folder / "indicators.yaml")],
            stdout=out,
            stderr=out,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )  # fmt: skip
    worker = Worker(process, log)
    try:
        until(lambda: worker.says("works for") or process.poll() is not None, 120)
        worker.ids = base.workers() - before
        yield worker
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(120)


def take_up(folder: Path, stand: Address, base: Base, feeds: int) -> None:
    """Put a list over so many feeds in force, as a service does."""
    file = write_watch(folder, stand, feeds=feeds, indicators=INDICATORS, every="30m")
    settings = read_settings(file, base.url, {})
    with open_desk(settings, load(settings.file, settings.env)) as desk:
        desk.note(desk.watch)


def asked(stand: Address) -> int:
    """How many requests were answered so far."""
    return sum(stand.answers().values())


def rounds(folder: Path, stand: Address, base: Base, feeds: int, workers: int) -> list[str]:
    """The three rounds with so many workers: a row of the table."""
    stand.publish(0)
    take_up(folder, stand, base, 1)
    cells = [str(workers)]
    with ExitStack() as stack:
        crew = [stack.enter_context(a_worker(folder, base, number)) for number in range(workers)]
        pids, server = [one.process.pid for one in crew], postmaster(base)
        until(lambda: base.polled() == 1)
        for name in ROUNDS:
            stand.publish(ROUNDS.index(name) // 2)
            start = asked(stand)
            if name == "cold":
                take_up(folder, stand, base, feeds)
            else:
                base.make_due()
            ours, theirs = computed(*pids), computed(server)
            until(lambda start=start: asked(stand) > start)  # type: ignore[misc]
            seconds = until(lambda: base.polled() == feeds)
            cost = [
                1000 * one / feeds for one in (computed(*pids) - ours, computed(server) - theirs)
            ]
            cells.append(f"{feeds / seconds:.0f} ({cost[0]:.1f} + {cost[1]:.1f})")
    polls, answered = base.polls()
    stored, distinct = base.items()
    counted = (
        polls - len(ROUNDS) * feeds,
        polls - answered,
        feeds * (ENTRIES + 1) - distinct,
        stored - distinct,
    )
    return [*cells, *map(str, counted)]


def takeover(
    folder: Path, stand: Address, base: Base, feeds: int, how: signal.Signals
) -> list[str]:
    """One of two workers ends or stands still in the middle of its polls: a row of the table."""
    stand.publish(0)
    take_up(folder, stand, base, feeds)
    with a_worker(folder, base, 0) as first, a_worker(folder, base, 1):
        until(lambda: base.polled() == feeds)
        stand.publish(1)
        base.make_due()
        its = ", ".join(map(str, first.ids))
        until(lambda: len(base.under_way(its)) > 2)
        first.process.send_signal(how)
        began = time.monotonic()
        left = base.under_way(its)
        until(lambda: not base.workers() & first.ids)
        lost = time.monotonic() - began
        names = ", ".join(f"'{one}'" for one in left)
        due = f"select count(*) from feed where next_poll <= now() and id in ({names})"
        until(lambda: base.one(due) == 0)
        done = time.monotonic() - began
        until(lambda: base.polled() == feeds)
        woken = "-"
        if how is signal.SIGSTOP:
            before = base.items(), base.one("select count(*), max(id) from delivery")
            first.process.send_signal(signal.SIGCONT)
            until(lambda: first.says("it begins anew"), 120)
            after = base.items(), base.one("select count(*), max(id) from delivery")
            woken = "nothing" if before == after else f"{before} became {after}"
    stored, distinct = base.items()
    return [how.name, str(len(left)), f"{lost:.1f} s", f"{done:.1f} s",
            str(feeds * (ENTRIES + 1) - distinct), str(stored - distinct), woken]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the two tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--feeds", type=int, default=2_000)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--latency", type=float, default=0.05, help="seconds")
    options = parser.parse_args(arguments)
    print(load_line(), f"{options.feeds} feeds, {INDICATORS} indicators", flush=True)
    head = ["workers", *(f"{name}: polls/s (ms a poll)" for name in ROUNDS)]
    head += ["polls too many or few", "without answer", "items lost", "items doubled"]
    with started(in_haste=False) as server, open_stand(options.feeds, options.latency) as stand:
        rows = []
        for workers in options.workers:
            with tempfile.TemporaryDirectory() as name:
                rows.append(
                    rounds(Path(name), stand, Base(server.upgraded()), options.feeds, workers)
                )
                print(rows[-1], f"load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        print("\n".join(table(head, rows)))
        head = ["one of two gets", "feeds under way", "lease taken after", "those polled after"]
        head += ["items lost", "items doubled", "stored on waking"]
        found = []
        for how in (signal.SIGKILL, signal.SIGSTOP):
            with tempfile.TemporaryDirectory() as name:
                base = Base(server.upgraded())
                found.append(takeover(Path(name), stand, base, options.feeds, how))
                print(found[-1], file=sys.stderr, flush=True)
        print("\n".join(["", *table(head, found)]))
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
