"""Two workers over real sockets: nothing lost, nothing doubled, whoever is killed or stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest

from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.demo import SOURCES, Sample
from monitor.desk import open_desk
from tests.test_whole_service import ITEMS, LATE, ROOT, World, small_world, wait_until

__all__ = ["small_world"]

LEASE = 4.0
"""Seconds of silence after which a worker counts as gone in these tests."""
BEGINS_ANEW = "it begins anew"


@dataclass
class Worker:
    """A worker of our own that runs."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def said(self, words: str) -> bool:
        return words in "".join(self.lines)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@contextmanager
def a_worker(world: World, url: str) -> Iterator[Worker]:
    """A worker that has said that it works."""
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "worker", "--file", str(world.file), "--database", url],
        cwd=ROOT,
        env={**os.environ, "MONITOR_LEASE": str(LEASE)},
        stderr=subprocess.PIPE,
        text=True,
    )
    worker = Worker(process)
    assert process.stderr is not None
    threading.Thread(target=lambda: worker.lines.extend(process.stderr or ()), daemon=True).start()
    try:
        wait_until(lambda: worker.said("works for") or process.poll() is not None, 90)
        assert process.poll() is None, worker.lines
        yield worker
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(60)


def take_up(world: World, url: str, match: str) -> None:
    """What a service does with an edit of its file."""
    one = {"id": "su30", "title": "Su-30", "priority": "high", "match": match}
    world.write_small_list(
        indicators=[one],
        polling={"allow": [world.feeds.address], "every": "1s", "at_least": "1s"},
    )
    settings = read_settings(world.file, url, {})
    with open_desk(settings, load(settings.file, settings.env)) as desk:
        desk.note(desk.watch)


def late(token: str) -> Sample:
    title = f"{LATE.title} {token}"
    return Sample(token, LATE.feed, title, LATE.summary, LATE.published)


@pytest.fixture
def database(postgres) -> Iterator[str]:
    url = postgres.upgraded()
    yield url
    postgres.drop(url)


def test_two_workers_lose_and_double_nothing_whoever_is_killed_or_stopped(small_world, database):
    world, told = small_world, small_world.chats.messages

    def rows(query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(database.replace("+psycopg", ""), autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def living() -> set[object]:
        return {one for (one,) in rows("select id from jobs.procrastinate_workers")}

    def one_that_polls() -> set[object]:
        """The two rows of a worker that has polls under way."""
        found: set[object] = set()

        def look() -> bool:
            polls = rows(
                "select worker_id from jobs.procrastinate_jobs "
                "where task_name = 'poll' and status = 'doing' and worker_id is not null"
            )
            found.update(worker for (worker,) in polls[:1])
            return bool(found)

        wait_until(look, 60)
        (polling,) = found
        return next(ids for ids in (first_ids, living() - first_ids) if polling in ids)

    def tokens() -> Counter[str]:
        return Counter(token for one in told for token in set(re.findall(r"\bT-\d", str(one))))

    take_up(world, database, "Su-30 AND overhaul*")
    with a_worker(world, database) as first:
        wait_until(lambda: rows("select count(*) from item") == [(len(ITEMS),)], 60)
        first_ids = living()
        with a_worker(world, database) as second:
            # Both poll; what is new is stored and told once.
            world.publish(late("T-1"))
            wait_until(lambda: tokens()["T-1"] == 1, 60)

            # One stands still in the middle of its polls: the other takes over.
            world.feeds.gate.clear()
            world.publish(late("T-1"), late("T-2"))
            stopped = one_that_polls()
            still = first if stopped == first_ids else second
            still.signal(signal.SIGSTOP)
            world.feeds.gate.set()
            wait_until(lambda: not living() & stopped, 60)
            wait_until(lambda: tokens()["T-2"] == 1, 60)
            before = rows("select count(*), max(id) from delivery")
            still.signal(signal.SIGCONT)
            wait_until(lambda: still.said(BEGINS_ANEW), 60)
            assert rows("select count(*), max(id) from delivery") == before
            wait_until(lambda: len(living()) == 4, 60)

            # An edit holds for both, whichever of them polls the feed.
            take_up(world, database, "harbour AND zebra")
            world.publish(late("T-1"), late("T-2"), late("T-3"))
            of_it = "from item left join hit on item_id = item.id where title like '%T-3'"
            wait_until(lambda: rows(f"select count(*) {of_it}") == [(1,)], 60)
            assert rows(f"select count(item_id) {of_it}") == [(0,)]
            take_up(world, database, "Su-30 AND overhaul*")

            # And one is killed.
            newest = set(sorted(living(), key=lambda one: int(str(one)))[-2:])
            first_ids = newest if still is first else living() - newest
            world.feeds.gate.clear()
            world.publish(*map(late, ("T-1", "T-2", "T-3", "T-4")))
            killed = one_that_polls()
            (first if killed == first_ids else second).signal(signal.SIGKILL)
            world.feeds.gate.set()
            wait_until(lambda: tokens()["T-4"] == 1, 60)
            wait_until(lambda: len(living()) == 2, 60)
    assert rows("select count(*), count(distinct link || title) from item") == [
        (len(ITEMS) + 4, len(ITEMS) + 4)
    ]
    assert tokens() == Counter({"T-1": 1, "T-2": 1, "T-4": 1})
    assert len(world.mails.mails) == 3
    assert set(SOURCES) <= {path.removesuffix(".xml") for path in world.feeds.asked}
    assert rows("select count(*) from jobs.procrastinate_workers") == [(0,)]


def test_a_worker_waits_for_a_server_that_is_away_until_it_is_told_to_end(small_world):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"postgresql+psycopg://desk@127.0.0.1:{port}/watch"
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "worker", "--database", url],
        cwd=small_world.folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        assert "does not answer" in process.stderr.readline()
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
