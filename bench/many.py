"""
Ten thousand feeds every quarter of an hour: what a cycle takes, and what the service needs.

``python -m bench.many`` asks all feeds once with nothing known (cold) and once
more (unchanged), then runs the service for some minutes as it is in the middle
of its life, with the feeds' next polls spread over the interval and one new entry
in each. Every second it looks how late the feeds are that are due, and how much
computing time and memory the service and its parsers have taken.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from bench.newsstand import Address, open_stand
from bench.tables import load_line, table
from bench.watchfile import write_watch

INTERVAL = 900
"""Seconds between two polls of a feed."""
START = 15.0
"""Seconds that the service has to start in."""
GOALS = "goals: a cycle under 300 s, under 30 % of a core, under 400 MB with the parsers"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Watched:
    """What was seen of a process and its children, once a second."""

    cpu: float = 0.0
    memory: int = 0
    seconds: float = 0.0
    late: list[float] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of one core, in percent."""
        return 100 * self.cpu / max(self.seconds, 1e-9)

    @property
    def lateness(self) -> str:
        """How late the feeds were that were due: in the middle, and the latest of a hundred."""
        if len(self.late) < 2:
            return "-"
        cuts = quantiles(self.late, n=100)
        return f"{cuts[49]:.1f} / {cuts[98]:.1f} s"


def family(pid: int) -> list[int]:
    """A process and all that it started."""
    found = [pid]
    for one in found:
        for listed in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in _text(listed).split()]
    return found


def usage(pid: int) -> tuple[float, int]:
    """Seconds of computing of a process and its ended children, and its memory in bytes."""
    stat = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    shared = _text(Path(f"/proc/{pid}/smaps_rollup"))
    sizes = [line.split()[1] for line in shared.splitlines() if line.startswith("Pss:")]
    cpu = sum(map(int, stat[11:15])) / TICKS if stat else 0.0
    return cpu, sum(map(int, sizes)) * 1024


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def overdue(database: Path, now: datetime) -> list[float]:
    """How many seconds late each feed is that is due."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "select next_poll from feed where next_poll < ?", (f"{now:%Y-%m-%d %H:%M:%S.%f}",)
        ).fetchall()
    return [(now - datetime.fromisoformat(row[0]).replace(tzinfo=UTC)).total_seconds()
            for row in rows]  # fmt: skip


def spread(database: Path, start: datetime) -> None:
    """Give each feed its own moment in the interval, as they have after some hours."""
    with closing(sqlite3.connect(database)) as connection, connection:
        names = [row[0] for row in connection.execute("select id from feed")]
        for number, name in enumerate(names):
            when = start + timedelta(seconds=INTERVAL * number / len(names))
            connection.execute(
                "update feed set next_poll = ? where id = ?", (f"{when:%Y-%m-%d %H:%M:%S.%f}", name)
            )


@contextmanager
def watching(pid: int, database: Path, *, late: bool) -> Iterator[Watched]:
    """Watch a process, for as long as the block runs."""
    watched = Watched()
    over = threading.Event()
    began = time.perf_counter()
    at_first = sum(usage(one)[0] for one in family(pid))

    def look() -> None:
        while not over.wait(1.0):
            known = [usage(one) for one in family(pid)]
            if not known[0][1]:
                return
            watched.cpu = sum(cpu for cpu, _ in known) - at_first
            watched.memory = max(watched.memory, sum(memory for _, memory in known))
            watched.seconds = time.perf_counter() - began
            if late:
                watched.late += overdue(database, datetime.now(UTC))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield watched
    finally:
        over.set()
        looking.join()


def started(folder: Path, *command: str) -> subprocess.Popen[bytes]:
    """The monitor, on the watch list in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", *command, "--file", str(folder / "indicators.yaml")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def cycle(folder: Path) -> Watched:
    """One round over all feeds."""
    process = started(folder, "once", "--json")
    with watching(process.pid, folder / "monitor.db", late=False) as watched:
        began = time.perf_counter()
        if process.wait() != 0:
            raise RuntimeError("a round failed")
    watched.seconds = time.perf_counter() - began
    return watched


def service(folder: Path, minutes: float) -> Watched:
    """The service in the middle of its life, after a start that is not counted."""
    spread(folder / "monitor.db", datetime.now(UTC) + timedelta(seconds=START))
    process = started(folder, "run", "--port", "0")
    try:
        time.sleep(START)
        with watching(process.pid, folder / "monitor.db", late=True) as watched:
            time.sleep(minutes * 60)
        if process.poll() is not None:
            raise RuntimeError("the service ended")
        return watched
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def lines(found: dict[str, Watched], asked: int) -> list[str]:
    """The table and the goals."""
    rows = [
        [
            name,
            f"{one.seconds:.0f} s",
            f"{one.cpu:.1f} s",
            f"{one.share:.0f} %",
            f"{one.memory / 1e6:.0f} MB",
            one.lateness,
        ]
        for name, one in found.items()
    ]
    head = ["", "time", "computing", "of a core", "memory at most", "late: middle / 1 in 100"]
    per_cycle = found["unchanged"].cpu * 100 / INTERVAL
    return [
        *table(head, rows),
        f"the service asked {asked} feeds; an unchanged cycle is {per_cycle:.0f} % of a core",
        GOALS,
    ]


def run(folder: Path, stand: Address, feeds: int, indicators: int, minutes: float) -> list[str]:
    """All three parts."""
    write_watch(folder, stand, feeds=feeds, indicators=indicators, every=f"{INTERVAL // 60}m")
    found = {"cold": cycle(folder), "unchanged": cycle(folder)}
    stand.publish(1)
    before = sum(stand.answers().values())
    found["service"] = service(folder, minutes)
    return lines(found, sum(stand.answers().values()) - before)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--indicators", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=15.0, help="how long the service runs")
    parser.add_argument("--latency", type=float, default=0.05, help="seconds")
    options = parser.parse_args(arguments)
    print(load_line(), f"{options.feeds} feeds, {options.indicators} indicators")
    with tempfile.TemporaryDirectory() as name, open_stand(options.feeds, options.latency) as stand:
        told = run(Path(name), stand, options.feeds, options.indicators, options.minutes)
    print("\n".join(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
