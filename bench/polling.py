"""
The service polls for hours of its own time while faults rotate: does anything grow, is anyone late?

It is the real service without its pages: the scheduler, the HTTP client, the
parser processes, the store. Only its clock runs faster, so that feeds are due
every few seconds. See README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from monitor.app import App, open_app
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.memory import give_back
from monitor.model import PollRecord, Saved
from monitor.schedule import build_schedule
from monitor.store.records import NOT_SHELVED
from monitor.stories import Shelved

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 20
STEADY_FROM = 0.3
"""The share of the run after which caches are full and what still grows, grows."""

LIST = """
title: Polling
polling: {{every: 5m, at_least: 5m, at_most: 6m, allow: ["{place}"]}}
feeds:
{feeds}
indicators:
  - {{id: ports, title: Ports, match: port NEAR/5 clos*}}
  - {{id: ships, title: Ships, match: ships AND wait*}}
"""


@dataclass(frozen=True)
class Plan:
    """How many polls, how fast, and of which feeds."""

    polls: int = 20_000
    speed: float = 40.0
    good: int = 400
    drips: int = 200
    odd: int = 40

    @property
    def feeds(self) -> list[str]:
        counts = {"news": self.good, "drip": self.drips, "odd": self.odd}
        return [f"{name}{n}" for name, count in counts.items() for n in range(count)]


@dataclass(frozen=True)
class Sample:
    """
    What the service takes after so many polls. Memory in bytes, lateness in seconds.

    ``memory`` is the least since the sample before, what is free given back: without
    what happens to be on its way.
    """

    polls: int
    seconds: float
    memory: int
    files: int
    threads: int
    workers: int
    workers_memory: int
    late: tuple[float, ...]
    failed: int


@dataclass
class Ledger:
    """Stands before the records and notes when each poll was due and when it was done."""

    records: Any
    speed: float
    due: dict[str, datetime] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)
    polls: int = 0
    failed: int = 0
    good_failed: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.records, name)

    def save(self, record: PollRecord) -> Saved:
        saved: Saved = self.records.save(record)
        self.note(record)
        return saved

    def save_all(
        self, records: Sequence[PollRecord], shelved: Shelved = NOT_SHELVED
    ) -> Sequence[Saved]:
        saved: Sequence[Saved] = self.records.save_all(records, shelved)
        for record in records:
            self.note(record)
        return saved

    def note(self, record: PollRecord) -> None:
        feed = record.state.feed
        self.polls += 1
        self.failed += not record.answered
        if feed.startswith("news"):
            self.good_failed += not record.answered
            if feed in self.due:
                self.late.append((record.at - self.due[feed]).total_seconds() / self.speed)
            if record.state.next_poll is not None:
                self.due[feed] = record.state.next_poll


@dataclass(frozen=True)
class Report:
    """What a run came to."""

    samples: tuple[Sample, ...]
    good_failed: int
    canary_visits: int
    late: tuple[float, ...]

    @property
    def steady(self) -> tuple[Sample, ...]:
        """The samples after the beginning."""
        return tuple(
            one for one in self.samples if one.polls >= self.samples[-1].polls * STEADY_FROM
        )

    @property
    def slope(self) -> float:
        """How the memory grows, in MB for 10,000 polls: the line nearest to the steady samples."""
        points = [(one.polls / 10_000, one.memory / 1e6) for one in self.steady]
        if len(points) < 2:
            return 0.0
        middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
        rise = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
        run = sum((x - middle[0]) ** 2 for x, _ in points)
        return rise / run if run else 0.0


def late_words(late: Sequence[float]) -> str:
    """Median, 99th percentile and worst of some waits."""
    if len(late) < 2:
        return "-"
    parts = quantiles(late, n=100)
    return f"{parts[49]:.1f} / {parts[98]:.1f} / {max(late):.1f}"


# --- what the process takes -----------------------------------------------------------


def memory_of(pid: int | str) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def children() -> list[int]:
    """The parser processes: our children, the feeds' server left out by its command."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return [pid for pid in found if b"monitor.feeds.worker" in command_of(pid)]


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def sample(ledger: Ledger, began: float, memory: int) -> Sample:
    workers = children()
    late, ledger.late = tuple(ledger.late), []
    return Sample(
        polls=ledger.polls,
        seconds=time.monotonic() - began,
        memory=memory,
        files=len(list(Path("/proc/self/fd").iterdir())),
        threads=threading.active_count(),
        workers=len(workers),
        workers_memory=sum(memory_of(pid) for pid in workers),
        late=late,
        failed=ledger.failed,
    )


# --- the run --------------------------------------------------------------------------


@dataclass
class FeedServer:
    """The server of all feeds, a process of its own; the number of canary visits at its end."""

    port: int
    process: asyncio.subprocess.Process
    visits: int = 0


@asynccontextmanager
async def feed_server() -> AsyncIterator[FeedServer]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.hostile"),
        stdin=pipe,
        stdout=pipe,
        cwd=ROOT,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    port, _ = (await process.stdout.readline()).split()
    server = FeedServer(int(port), process)
    try:
        yield server
    finally:
        process.stdin.close()
        with contextlib.suppress(ValueError):
            server.visits = int(await process.stdout.readline())
        await process.wait()


async def run(plan: Plan, each: Any = lambda _sample: None) -> Report:
    """Poll until so many polls are done; ``each`` is told every sample."""
    born, began = datetime.now(UTC), time.monotonic()

    def clock() -> datetime:
        return born + timedelta(seconds=(time.monotonic() - began) * plan.speed)

    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        async with feed_server() as server:
            path = Path(folder) / "indicators.yaml"
            path.write_text(written(plan, server.port), encoding="utf-8")
            settings = read_settings(path, environ={})
            async with open_app(settings, load(path, {}), clock) as app:
                ledger = watched(app, plan.speed)
                schedule = build_schedule(app)
                schedule.start()
                try:
                    for turn in range(1, ROUNDS + 1):
                        # The ledger is filled from threads.
                        # As the service does each minute.
                        give_back()
                        least = memory_of("self")
                        while ledger.polls < plan.polls * turn / ROUNDS:
                            await asyncio.sleep(0.1)
                            least = min(least, memory_of("self"))
                        samples.append(sample(ledger, began, least))
                        each(samples[-1])
                finally:
                    schedule.shutdown(wait=False)
    late = tuple(one for part in samples for one in part.late)
    return Report(tuple(samples), ledger.good_failed, server.visits, late)


def written(plan: Plan, port: int) -> str:
    place = f"127.0.0.1:{port}"
    feeds = "\n".join(f'  - {{id: {name}, url: "http://{place}/{name}/"}}' for name in plan.feeds)
    return LIST.format(place=place, feeds=feeds)


def watched(app: App, speed: float) -> Ledger:
    """The app's records, with a ledger before them."""
    ledger = Ledger(app.edges.records, speed)
    app.edges = replace(app.edges, records=ledger)
    return ledger


HEADS = (
    "polls", "seconds", "failed", "memory MB", "files", "threads", "workers", "their MB",
    "late s, median / p99 / worst",
)  # fmt: skip


def line(one: Sample) -> str:
    cells = (
        f"{one.polls:,}", f"{one.seconds:.0f}", f"{one.failed:,}", f"{one.memory / 1e6:.0f}",
        one.files, one.threads, one.workers, f"{one.workers_memory / 1e6:.0f}",
        late_words(one.late),
    )  # fmt: skip
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def summary(report: Report) -> str:
    steady = report.steady
    spans = {
        name: [getattr(one, name) for one in steady] for name in ("files", "threads", "workers")
    }
    told = "; ".join(f"{name} {min(one)} to {max(one)}" for name, one in spans.items())
    return (
        f"memory {report.slope:+.1f} MB for 10,000 polls; {told}; good feeds late by "
        f"{late_words(report.late)} s (median / p99 / worst), {report.good_failed} of their polls "
        f"failed; {report.canary_visits} visits to what must not be asked"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.polling", description=__doc__)
    plan = Plan()
    parser.add_argument("--polls", type=int, default=plan.polls)
    parser.add_argument("--speed", type=float, default=plan.speed, help="times as fast as a clock")
    parser.add_argument("--good", type=int, default=plan.good)
    parser.add_argument("--drips", type=int, default=plan.drips)
    parser.add_argument("--odd", type=int, default=plan.odd)
    logging.disable(logging.WARNING)
    plan = Plan(**vars(parser.parse_args(arguments)))
    print(f"{plan}, load {os.getloadavg()[0]:.1f}\n")
    print(f"| {' | '.join(HEADS)} |\n|{'--:|' * len(HEADS)}", flush=True)
    report = asyncio.run(run(plan, lambda one: print(line(one), flush=True)))
    print(f"\n{summary(report)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
