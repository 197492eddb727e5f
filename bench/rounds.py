"""
One round over many feeds by each contender, as its users would run it.

``python -m bench.rounds NAME FOLDER FEEDS PORT`` does one round of a contender
that has no command of its own, on what ``prepare`` left in the folder.
"""

from __future__ import annotations

import importlib.util
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.newsstand import Address
from bench.watchfile import write_watch

INDICATORS = 1_000
# As long as the slowest contender may take for one round, in seconds.
PATIENCE = 1_800


@dataclass(frozen=True)
class Cost:
    """What a round took: seconds on the clock, seconds of computing."""

    seconds: float
    cpu: float


class Contender:
    """Somebody who reads feeds: ``prepare`` is not timed, the command of ``round`` is, whole."""

    name = ""
    package = ""

    def __init__(self, folder: Path, stand: Address, feeds: int) -> None:
        self.folder = folder
        self.stand = stand
        self.feeds = feeds
        folder.mkdir()
        self.prepare()

    @classmethod
    def installed(cls) -> bool:
        """Whether its package is there."""
        return importlib.util.find_spec(cls.package) is not None

    def prepare(self) -> None:
        """Write down which feeds to read."""

    def command(self) -> list[str]:
        """What does one round."""
        return [
            *(sys.executable, "-m", "bench.rounds", self.name),
            *(str(self.folder), str(self.feeds), str(self.stand.port)),
        ]

    def round(self) -> Cost:
        """One round, timed from outside; raises if it fails."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = perf_counter()
        subprocess.run(
            self.command(),
            check=True,
            capture_output=True,
            timeout=PATIENCE,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                "HOME": str(self.folder),
            },
        )
        seconds = perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Cost(seconds, used)


class Monitor(Contender):
    """``monitor once``, with a thousand indicators matched."""

    name = "monitor"
    package = "monitor"

    def prepare(self) -> None:
        write_watch(self.folder, self.stand, feeds=self.feeds, indicators=INDICATORS)

    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "monitor", "once", "--json"),
            *("--file", str(self.folder / "indicators.yaml")),
        ]


class Reader(Contender):
    """lemon24/reader: ``update_feeds`` with so many workers."""

    package = "reader"
    workers = 1

    def prepare(self) -> None:
        from reader import make_reader

        with make_reader(str(self.folder / "db.sqlite")) as reader:
            for feed in range(self.feeds):
                reader.add_feed(self.stand.url(feed))


class Reader4(Reader):
    """With 4 workers."""

    name, workers = "reader, 4 workers", 4


class Reader8(Reader):
    """With 8 workers."""

    name, workers = "reader, 8 workers", 8


class Reader20(Reader):
    """With 20 workers."""

    name, workers = "reader, 20 workers", 20


class Rss2Email(Contender):
    """``r2e run``, which files its mails in a folder."""

    name = "rss2email"
    package = "rss2email"

    def prepare(self) -> None:
        head = (
            "[DEFAULT]\nto = desk@desk.example\nfrom = feeds@desk.example\nforce-from = True\n"
            f"email-protocol = maildir\nmaildir-path = {self.folder / 'mail'}\n"
            "maildir-mailbox = news\n"
        )
        sections = [head]
        sections += [f"[feed.f{n}]\nurl = {self.stand.url(n)}\n" for n in range(self.feeds)]
        (self.folder / "r2e.cfg").write_text("\n".join(sections), encoding="utf-8")
        (self.folder / "mail" / "news").mkdir(parents=True)
        for name in ("cur", "new", "tmp"):
            (self.folder / "mail" / "news" / name).mkdir()

    def command(self) -> list[str]:
        return [
            *(sys.executable, "-c", "import rss2email.main as r2e; r2e.run()"),
            *("-c", str(self.folder / "r2e.cfg"), "-d", str(self.folder / "r2e.json"), "run"),
        ]


class NewsWatcher(Contender):
    """newswatcher's poll with one topic that nothing matches: no article is fetched or told."""

    name = "newswatcher"
    package = "newswatcher"


CONTENDERS: tuple[type[Contender], ...] = (
    Monitor,
    Reader4,
    Reader8,
    Reader20,
    Rss2Email,
    NewsWatcher,
)


def _read(folder: Path, workers: int) -> None:
    from reader import make_reader

    with make_reader(str(folder / "db.sqlite")) as reader:
        reader.update_feeds(workers=workers, scheduled=False)


def _watch(folder: Path, stand: Address, feeds: int) -> None:
    from newswatcher.http import default_gate, new_session
    from newswatcher.poll import poll_sources
    from newswatcher.sources import Source
    from newswatcher.state import read_state, write_state
    from newswatcher.topics import Topic

    kept = folder / "state.json"
    state = read_state(kept)
    report = poll_sources(
        tuple(Source(f"f{feed}", url=stand.url(feed), topics=("none",)) for feed in range(feeds)),
        (Topic("none", includes=("zzzzzzzz",)),),
        gate=default_gate(),
        state=state,
        store=None,
        session=new_session(),
    )
    if report.skipped:
        raise RuntimeError(f"newswatcher skipped {len(report.skipped)}: {report.skipped[0]}")
    write_state(state, kept)


def main(arguments: Sequence[str] | None = None) -> None:
    """One round of a contender."""
    name, folder, feeds, port = arguments or sys.argv[1:]
    if name == NewsWatcher.name:
        _watch(Path(folder), Address(int(port)), int(feeds))
        return
    workers = next(one.workers for one in (Reader4, Reader8, Reader20) if one.name == name)
    _read(Path(folder), workers)


if __name__ == "__main__":
    main()
