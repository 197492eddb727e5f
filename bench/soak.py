"""
The real service for a given time while faults rotate: what grows, is late, lost, or told twice?

Feeds fail in all ways, mail and chat are down in turn, the list is edited well and
badly, and in the first third the service is killed, too. See README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle, pairwise
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.hostile import serving
from bench.press import FAULTS, Heard, Press, paced
from bench.tables import load_line, table
from tests.sinks import chat_sink, mail_sink

ROOT = Path(__file__).resolve().parents[1]
TURNS = (
    "", *FAULTS, "mail down", "chat 429", "edit", "bad edit", "kill",
)  # fmt: skip
"""What goes wrong in turn; nothing, at first."""
KILL_UNTIL = 1 / 3
"""The share of the run in which there are kills; what grows is measured in the life after them."""
KILLS = 3
"""So often the service is killed in one turn."""
WARM = 0.25
"""The share of a life that is not counted for what grows: caches fill."""


@dataclass(frozen=True)
class Plan:
    """How long, in what turns, and over how many feeds; times in seconds but for ``minutes``."""

    minutes: float = 30.0
    turn: float = 20.0
    every: int = 20
    news: int = 40
    calm: int = 40
    odd: int = 30
    drips: int = 10
    pace: float = 3.0
    drain: float = 300.0


@dataclass(frozen=True)
class Sample:
    """What the service takes at a moment; memory in bytes."""

    at: float
    polls: int
    memory: int
    files: int
    threads: int
    workers: int
    workers_memory: int


@dataclass
class Run:
    """What is seen of a run as it goes on; each life of the service has its own samples."""

    lives: list[list[Sample]] = field(default_factory=list)
    deaths: list[float] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    edits: int = 0


# --- the service, from outside ----------------------------------------------------------


class Service:
    """The service as a process of its own over one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = (folder / "log").open("ab")
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "monitor", "run", "--port", "0"]
        return subprocess.Popen(
            [*words, "--file", str(self._folder / "indicators.yaml")],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )

    def kill(self) -> None:
        """End it at once, and start it again."""
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def stop(self) -> int:
        """End it in good order, within a minute; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self._log.close()

    def sample(self, polls: int) -> Sample | None:
        """What it takes now; nothing if it does not live."""
        own = Path(f"/proc/{self.process.pid}")
        try:
            workers = [pid for pid in _children(own) if b"monitor.feeds.worker" in _command(pid)]
            return Sample(
                time.monotonic(),
                polls,
                _memory(self.process.pid),
                len(list((own / "fd").iterdir())),
                len(list((own / "task").iterdir())),
                len(workers),
                sum(_memory(pid) for pid in workers),
            )
        except OSError:
            return None


def _children(own: Path) -> list[int]:
    found: list[int] = []
    for task in (own / "task").iterdir():
        with contextlib.suppress(OSError):
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return found


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


async def until(check: Callable[[], bool], seconds: float) -> None:
    """Wait until something holds, or its time is over."""
    end = time.monotonic() + seconds
    while not check() and time.monotonic() < end:  # noqa: ASYNC110 - others make it hold
        await asyncio.sleep(0.05)


# --- the run ------------------------------------------------------------------------------


@dataclass
class Soak:
    """One run: the world, the service, and what is done to both."""

    plan: Plan
    folder: Path
    press: Press
    heard: Heard
    seen: Run = field(default_factory=Run)

    @property
    def feeds(self) -> dict[str, int]:
        """How many feeds there are of each kind."""
        plan = self.plan
        return {"news": plan.news, "calm": plan.calm, "odd": plan.odd, "drip": plan.drips}

    def write(self, more: Sequence[str] = ()) -> None:
        """Write the list, with a feed and an indicator that nothing hits for each in ``more``."""
        every = f"{self.plan.every}s"
        ids = [f"{kind}{n}" for kind, many in self.feeds.items() for n in range(many)]
        document = {
            "title": "Soak",
            "polling": {
                "allow": [self.press.place],
                **dict.fromkeys(("every", "at_least", "at_most"), every),
            },
            "feeds": [
                {"id": one, "url": f"http://{self.press.place}/{one}/"} for one in [*ids, *more]
            ],
            "indicators": [
                {"id": "ports", "title": "Ports", "priority": "high", "match": "port AND TOKEN"},
                *({"id": one, "title": one, "match": f"zebra AND {one}"} for one in more),
            ],
            "alerts": {
                "channels": {"mail": self.heard.mail.url, "chat": self.heard.chat.url},
                "routes": [{"to": ["mail", "chat"], "when": {"priority": "high"}}],
            },
        }
        self._replace(json.dumps(document))

    def _replace(self, text: str) -> None:
        new = self.folder / "new"
        new.write_text(text, encoding="utf-8")
        new.replace(self.folder / "indicators.yaml")

    async def run(self, each: Any) -> int:
        """Let all of it happen; the exit code of the service."""
        service = Service(self.folder)
        names = [f"{kind}{n}" for kind in ("news", "calm") for n in range(self.feeds[kind])]
        self.seen.lives.append([])
        # The first poll of a feed fills the past; who asks twice has stored it.
        await until(lambda: all(len(self.press.asked[name]) > 1 for name in names), 600)
        publishing = asyncio.create_task(paced(self.press, names, self.plan.pace))
        began = time.monotonic()
        end = began + self.plan.minutes * 60
        try:
            for turn in cycle(TURNS):
                if time.monotonic() >= end:
                    break
                early = time.monotonic() - began < (end - began) * KILL_UNTIL
                if turn == "kill" and not early:
                    continue
                await self._turn(turn, service)
                each(turn, self._latest())
            publishing.cancel()
            await self._drain(service)
        finally:
            publishing.cancel()
            code = await asyncio.to_thread(service.stop)
        return code

    async def _turn(self, turn: str, service: Service) -> None:
        """One fault for its time."""
        self.press.fault = turn
        if turn == "edit":
            self.seen.edits += 1
            self.write(["calmextra"] * (self.seen.edits % 2))
        elif turn == "bad edit":
            self._replace("title: [broken\n")
        with self.heard.down(turn):
            for _ in range(KILLS if turn == "kill" else 1):
                if turn == "kill":
                    await self._kill(service)
                await self._watch(service, self.plan.turn / (KILLS if turn == "kill" else 1))
        self.press.fault = ""
        if turn == "bad edit":
            self.write()

    async def _kill(self, service: Service) -> None:
        await asyncio.to_thread(service.kill)
        died = time.monotonic()
        self.seen.deaths.append(died)
        self.seen.lives.append([])
        asked = self._polls()
        await until(lambda: self._polls() > asked, 60)
        self.seen.restarts.append(time.monotonic() - died)

    async def _watch(self, service: Service, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            sample = await asyncio.to_thread(service.sample, self._polls())
            if sample is not None:
                self.seen.lives[-1].append(sample)
            await asyncio.sleep(min(2.0, self.plan.turn / 4))

    async def _drain(self, service: Service) -> None:
        """Wait until all that was published is told, or has had its time."""
        end = time.monotonic() + self.plan.drain
        wanted = self.press.published.keys()
        while time.monotonic() < end:
            if wanted <= self.heard.mails().keys() & self.heard.chats().keys():
                break
            await self._watch(service, 2.0)

    def _polls(self) -> int:
        return sum(len(times) for times in list(self.press.asked.values())) + sum(
            self.press.polls.values()
        )

    def _latest(self) -> Sample | None:
        return next((life[-1] for life in reversed(self.seen.lives) if life), None)


@contextlib.contextmanager
def a_world(folder: Path) -> Iterator[tuple[Press, Heard]]:
    """Mail, chat and the press, not yet served."""
    with mail_sink() as mail, chat_sink() as chat:
        yield Press(), Heard(mail, chat)


# --- what came of it ------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What was lost and doubled; ``repeats`` came under the id of the first, marked as such."""

    published: int
    items_lost: int
    items_twice: int
    told_lost: int
    told_twice: int
    repeats: int


def verdict(database: Path, press: Press, heard: Heard) -> Verdict:
    """Hold what was published against what is stored and what was told."""
    with closing(sqlite3.connect(database)) as connection:
        stored: dict[str, int] = {}
        for (title,) in connection.execute("select title from item where title like '%TOKEN-%'"):
            token = title[-11:]
            stored[token] = stored.get(token, 0) + 1
        query = (
            "select substr(item.title, -11), delivery.channel from delivery "
            "join item on item.key = delivery.subject where delivery.sent is not null"
        )
        noted = {(token, channel) for token, channel in connection.execute(query)}
    lost = twice = repeats = 0
    for channel, told in (("mail", heard.mails()), ("chat", heard.chats())):
        lost += sum(
            token not in told and (token, channel) not in noted for token in press.published
        )
        doubled, again = told_again(told)
        twice += doubled
        repeats += again
    return Verdict(
        len(press.published),
        sum(token not in stored for token in press.published),
        sum(many > 1 for many in stored.values()),
        lost,
        twice,
        repeats,
    )


def told_again(told: Mapping[str, Sequence[tuple[str, bool]]]) -> tuple[int, int]:
    """How many tokens came in two messages, and how many messages came again under their id."""
    twice = repeats = 0
    for messages in told.values():
        ids = [one for one, _ in messages]
        unmarked = sum(not marked for _, marked in messages)
        twice += len(set(ids)) > 1 or unmarked > 1
        repeats += len(ids) - len(set(ids))
    return twice, repeats


def slope(samples: Sequence[Sample]) -> tuple[float, float]:
    """How memory grows in a life after its beginning: MB an hour, and for 10,000 polls."""
    steady = samples[int(len(samples) * WARM) :]
    return _slope([(one.at / 3600, one.memory / 1e6) for one in steady]), _slope(
        [(one.polls / 10_000, one.memory / 1e6) for one in steady]
    )


def least(samples: Sequence[Sample]) -> str:
    """The least memory of each quarter: what is held for a moment, such as large bodies, is out."""
    cuts = [len(samples) * quarter // 4 for quarter in range(5)]
    quarters = [samples[one:other] for one, other in pairwise(cuts)]
    return (
        ", ".join(
            f"{min(one.memory for one in quarter) / 1e6:.0f}" for quarter in quarters if quarter
        )
        + " MB"
    )


def _slope(points: Sequence[tuple[float, float]]) -> float:
    if len(points) < 2:
        return 0.0
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
    run = sum((x - middle[0]) ** 2 for x, _ in points)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in points) / run if run else 0.0


def lateness(press: Press, seen: Run, every: float) -> list[float]:
    """How much later than its interval each feed without faults was asked; restarts left out."""
    return [
        max(later - before - every, 0.0)
        for name, times in press.asked.items()
        if name.startswith("calm") and name[4:].isdecimal()  # edits take the others out
        for before, later in pairwise(times)
        if not any(before <= death <= later for death in seen.deaths)
    ]


def spread(values: Sequence[float], unit: str = "s") -> str:
    """Median, 99th percentile and worst."""
    if len(values) < 2:
        return "-"
    parts = quantiles(values, n=100)
    return f"{parts[49]:.1f} / {parts[98]:.1f} / {max(values):.1f} {unit}"


def report(soak: Soak, found: Verdict, minutes: float, code: int) -> list[str]:
    """The one table."""
    seen, press = soak.seen, soak.press
    life = seen.lives[-1]
    hour, polls = slope(life)
    log = (soak.folder / "log").read_text(encoding="utf-8", errors="replace")
    spans = {name: [getattr(one, name) for one in life] for name in ("files", "threads", "workers")}
    rows = [
        ["time, polls of all feeds", f"{minutes:.1f} min, {life[-1].polls:,}"],
        ["kill -9; edits", f"{len(seen.deaths)}; {seen.edits}"],
        ["memory after the last kill, first and last", f"{_mb(life[0])} and {_mb(life[-1])}"],
        ["the least of it in each quarter of that life", least(life)],
        ["memory grows", f"{hour:+.1f} MB an hour, {polls:+.2f} MB for 10,000 polls"],
        *([f"{name}, least and most", f"{min(one)} and {max(one)}"] for name, one in spans.items()),
        ["parser processes at most", f"{max(one.workers_memory for one in life) / 1e6:.0f} MB"],
        [
            "polls of good feeds late, median / p99 / worst",
            spread(lateness(press, seen, soak.plan.every)),
        ],
        ["from a restart to its first poll, worst", f"{max(seen.restarts, default=0.0):.1f} s"],
        [
            "items published, lost, twice",
            f"{found.published}, {found.items_lost}, {found.items_twice}",
        ],
        ["messages lost, twice", f"{found.told_lost}, {found.told_twice}"],
        ["messages repeated under their id, and marked", f"{found.repeats}"],
        ["tracebacks in the log; exit code", f"{log.count('Traceback')}; {code}"],
    ]
    return table(["", ""], rows)


def _mb(sample: Sample) -> str:
    return f"{sample.memory / 1e6:.0f} MB"


async def soak_in(
    folder: Path, plan: Plan, each: Any = lambda _turn, _sample: None
) -> tuple[Soak, Verdict, list[str]]:
    """Run a plan in a folder, and say what came of it."""
    with a_world(folder) as (press, heard):
        async with serving(press):
            soak = Soak(plan, folder, press, heard)
            soak.write()
            began = time.monotonic()
            code = await soak.run(each)
            minutes = (time.monotonic() - began) / 60
        found = verdict(folder / "monitor.db", press, heard)
        return soak, found, report(soak, found, minutes, code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit 1 if anything was lost or told twice."""
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    for name, value in vars(Plan()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    plan = Plan(**vars(parser.parse_args(arguments)))
    print(load_line(), plan, flush=True)

    def say(turn: str, sample: Sample | None) -> None:
        now = f"{_mb(sample)}, {sample.files} files" if sample else "-"
        print(f"{time.strftime('%H:%M:%S')} {turn or 'quiet'}: {now}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        _, found, lines = asyncio.run(soak_in(Path(name), plan, say))
    print("\n".join(lines))
    return int(any((found.items_lost, found.items_twice, found.told_lost, found.told_twice)))


if __name__ == "__main__":
    sys.exit(main())
