"""kill -9 within a transaction: nothing of it is there, and the next round does it all."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

import pytest

from tests.test_whole_service import ITEMS, LATE, ROOT, small_world

__all__ = ["small_world"]

KILLED = """
import os, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
statement, at_commit = sys.argv.pop(1), sys.argv.pop(1) == "commit"
def die():
    os.kill(os.getpid(), 9)
def look(connection, cursor, words, *_):
    if statement in " ".join(words.split()):
        event.listen(connection, "commit", lambda _: die()) if at_commit else die()
event.listen(Engine, "after_cursor_execute", look)
from monitor.cli import main
main()
"""

POINTS = {
    "placing an item in a story": ("INSERT INTO placement", "now", 0),
    "before the commit of a poll": ("INSERT INTO item ", "commit", 0),
    "before the commit of a claim": ("attempts=(delivery.attempts +", "commit", 0),
    "before the commit that a message is out": (" answer=?", "commit", 1),
}


@pytest.mark.parametrize(("statement", "when", "sent"), POINTS.values(), ids=POINTS)
def test_a_kill_within_a_transaction_leaves_nothing_of_it(small_world, statement, when, sent):
    world = small_world
    channels = {"desk-mail": world.mails.url}
    routes = [{"to": "desk-mail", "when": {"priority": "high"}}]
    world.write_small_list(alerts={"channels": channels, "routes": routes})
    world.once()
    world.publish(LATE)
    command = [sys.executable, "-c", KILLED, statement, when, "once", "--file", str(world.file)]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True)
    assert done.returncode == -9, done.stderr[-2000:]
    assert len(world.mails.mails) == sent
    with sqlite3.connect(world.folder / "monitor.db") as connection:
        assert list(connection.execute("pragma integrity_check")) == [("ok",)]
        unplaced = "select count(*) from hit where item_id not in (select item_id from placement)"
        assert list(connection.execute(unplaced)) == [(0,)]
    world.once()
    assert len(world.mails.mails) == sent + 1
    assert len({mail["Message-ID"] for mail in world.mails.mails}) == 1
    with sqlite3.connect(world.folder / "monitor.db") as connection:
        count = "select count(*), count(distinct key) from item"
        assert list(connection.execute(count)) == [(len(ITEMS) + 1,) * 2]
