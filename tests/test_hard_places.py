"""The service where its disk fills, its database is held by others, or is damaged."""

from __future__ import annotations

import resource
import signal
import sqlite3
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from monitor.app import open_app
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.store import database
from tests.sinks import eventually
from tests.test_condition import overwritten
from tests.test_whole_service import ITEMS, LATE, World, small_world, start, wait_until

__all__ = ["small_world"]

DISK = 24 * 1024 * 1024


@contextmanager
def a_small_disk(folder: Path):
    """A file system of its own that holds no more than ``DISK``."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder], capture_output=True
    )
    if done.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(file: Path) -> None:
    """Write a file until its disk is full to the last byte."""
    with file.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(b"x" * 65536):
            pass


@contextmanager
def on_small_disk(world: World, _pid: list[int]):
    """A disk that a file of somebody else's fills to the last byte, until it is removed."""
    folder = world.folder / "disk"
    other = folder / "other"

    with a_small_disk(folder):
        yield folder / "monitor.db", lambda: fill(other), other.unlink


@contextmanager
def under_limit(world: World, pid: list[int]):
    """A limit on the size of files, as quotas set it, which needs no rights."""

    def limit(size: int) -> None:
        _, hard = resource.prlimit(pid[0], resource.RLIMIT_FSIZE)
        resource.prlimit(pid[0], resource.RLIMIT_FSIZE, (size, hard))

    yield world.folder / "monitor.db", lambda: limit(4096), lambda: limit(resource.RLIM_INFINITY)


@pytest.mark.parametrize("place", [on_small_disk, under_limit], ids=["a full disk", "a quota"])
def test_a_full_disk_loses_nothing_and_is_got_over_alone(small_world, place):
    world = small_world
    pid: list[int] = []
    with place(world, pid) as (path, fill, make_room):
        running = start(world, "--database", f"sqlite:///{path}")
        pid.append(running.process.pid)
        try:
            wait_until(lambda: f'"item"}} {len(ITEMS)}' in running.get("/metrics")[1])
            fill()
            world.publish(LATE)
            # The reserve keeps feeds from being asked; where none is seen, the writing fails.
            wait_until(lambda: "database" in running.said() and "ake room" in running.said())
            began = time.monotonic()
            assert running.get("/")[0] == 200
            assert time.monotonic() - began < 5
            assert running.process.poll() is None
            assert world.chats.messages == []
            make_room()
            wait_until(lambda: world.chats.messages and world.mails.mails)
        finally:
            running.process.send_signal(signal.SIGTERM)
            assert running.process.wait(40) == 0
        assert "Traceback" not in running.said(), running.said()
        with sqlite3.connect(path) as connection:
            assert list(connection.execute("pragma integrity_check")) == [("ok",)]
            count = "select count(*), count(distinct key) from item"
            assert list(connection.execute(count)) == [(len(ITEMS) + 1,) * 2]
            sent = "select state, count(*) from delivery group by state"
            assert list(connection.execute(sent)) == [("sent", 2)]
    assert (len(world.chats.messages), len(world.mails.mails)) == (1, 1)


async def test_while_others_hold_the_database_pages_answer_and_nothing_is_lost(
    small_world, monkeypatch, caplog
):
    world = small_world
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    settings = read_settings(world.file, None, {})
    async with open_app(settings, load(settings.file, settings.env)) as app:
        other = sqlite3.connect(world.folder / "monitor.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        await app.poll_due()
        await eventually(lambda: "could not be stored" in caplog.text and not app._running, 30)
        assert app.store.records.counts()["item"] == 0
        await app.poll_due()  # one writing is tried, and no feed is asked
        assert not app._running
        other.execute("ROLLBACK")
        other.close()
        await app.poll_due()
        await eventually(lambda: app.store.records.counts()["item"] == len(ITEMS), 30)


DAMAGES = {
    "it cannot be opened": ("", 503),
    "its items cannot be read": ("item", 503),
    "what nobody has asked for yet cannot": ("web_session", 200),
}


@pytest.mark.parametrize(("table", "status"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_database_is_kept_and_the_service_stands_still(small_world, table, status):
    world = small_world
    world.write_small_list(contact="boss@desk.example")
    world.once()
    told, asked = len(world.mails.mails), len(world.feeds.asked)
    path = world.folder / "monitor.db"
    with sqlite3.connect(path) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        query = "select rootpage from sqlite_master where name = ?"
        pages = [row[0] for row in connection.execute(query, [table])] or [1]
    overwritten((pages[0] - 1) * 4096, 4096)(path)
    before = path.read_bytes()
    running = start(world)
    try:
        page = running.get("/")
        assert page[0] == status
        assert running.get("/readyz")[0] == 503
        assert running.get("/healthz")[0] == 200
        wait_until(lambda: "monitor db restore FILE" in running.said())
        if status == 200:
            assert "monitor db restore FILE" in page[1]
            wait_until(lambda: len(world.mails.mails) == told + 1)
            assert "damaged" in str(world.mails.mails[-1]["Subject"])
    finally:
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(40) == 0
    assert "Traceback" not in running.said(), running.said()
    assert len(world.feeds.asked) == asked
    assert path.read_bytes() == before
