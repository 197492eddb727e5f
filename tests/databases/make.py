"""
Make a database as an earlier version leaves it, for tests of upgrades. See README.md.

Run from the root of the repository: ``python -m tests.databases.make COMMIT``.
"""

from __future__ import annotations

import lzma
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.demo import Sample, write_feed
from tests.sinks import chat_sink, feed_sink, mail_sink
from tests.test_whole_service import LATE, World

HERE = Path(__file__).parent
FEEDS = ("wire-en", "caracas-daily-es")
AFTERWARDS = {
    "item_words": "0008",
    "web_session": "0008",
    "search_place": "0008",
    "silence": "0007",
    "override": "0007",
    "assessment": "0007",
    "hit_day": "0007",
    "item_hour": "0007",
    "story_hour": "0007",
    "edit": "0007",
}
"""Tables that a step before others brought late: with which revision they came in the end."""
COLUMNS_OF_0006 = (("delivery", "pictures"), ("queue", "asked_until"))


def samples(now: datetime) -> list[Sample]:
    """A few days of news, some of which hit, one about the same event as another."""
    told = [
        ("Su-30 engine overhaul contract is signed in Caracas", "A plant will do the work."),
        ("Caracas signs Su-30 engine overhaul contract", "The work will be done by a plant."),
        ("Rain in Caracas", "The week began with rain \U0001f327 and long lines."),
        ("Overhaul of Su-30 fighters put off", "Nobody said why. \u201cLater,\u201d said one."),
        ("Port of La Guaira reopens", "Ships had waited for four days."),
    ]
    return [
        Sample(f"past-{n}", FEEDS[n % 2], title, text, now - timedelta(hours=30 - 5 * n))
        for n, (title, text) in enumerate(told)
    ]


def lived_through(world: World, code: Path) -> None:
    """Days in the life of a watch, by the version in a folder: all kinds of rows come of it."""
    now = datetime.now(UTC)
    past = samples(now)
    late = replace(LATE, published=now)

    def publish(*items: Sample) -> None:
        for feed in FEEDS:
            mine = [one for one in items if one.feed == feed]
            world.feeds.documents[f"{feed}.xml"] = write_feed(feed, mine)

    world.write_small_list(
        feeds=[
            {"id": feed, "url": world.feeds.url(f"{feed}.xml"), "publisher": feed} for feed in FEEDS
        ],
        alerts={
            "channels": {"desk-mail": world.mails.url, "desk-chat": world.chats.url},
            "routes": [
                {"to": ["desk-mail", "desk-chat"], "when": {"priority": "high"}},
                {"to": "desk-mail", "digest": "00:00"},
            ],
        },
    )
    publish(*past)
    run(code, world, "once")
    # The chat is down while an alert comes, so that it waits.
    world.chats.status = 503
    publish(*past, late)
    run(code, world, "once")
    # An item is edited.
    publish(*past[:-1], replace(past[-1], summary="Ships had waited for five days."), late)
    run(code, world, "once")
    run(code, world, "alerts", "mute", "su30", "--for", "8h", "--reason", "known")
    run(
        code,
        world,
        "indicators",
        "override",
        "su30",
        "--level",
        "high",
        "--reason",
        "seen with own eyes",
    )
    serve(code, world, 30)


def run(code: Path, world: World, *words: str) -> None:
    """Run one command; a version that does not know it says so."""
    done = subprocess.run(
        [sys.executable, "-m", "monitor", *words, "--file", world.file],
        cwd=code,
        capture_output=True,
        text=True,
    )
    print(f"  {' '.join(words[:2])}: {done.returncode} {done.stderr.strip()[-200:]}")


def serve(code: Path, world: World, seconds: float) -> None:
    """Let the service run for a while."""
    words = [sys.executable, "-m", "monitor", "run", "--port", "0", "--file", str(world.file)]
    process = subprocess.Popen(words, cwd=code, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(signal.SIGTERM)
    print(f"  run: {process.wait(60)}")


def as_of(database: Path, revision: str) -> None:
    """Take away what steps after a revision brought, and say that it is at that revision."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for table, came in AFTERWARDS.items():
            if came > revision:
                connection.execute(f'drop table if exists "{table}"')
        for table, column in COLUMNS_OF_0006 if revision < "0006" else ():
            connection.execute(f"alter table {table} drop column {column}")
        connection.execute("update alembic_version set version_num = ?", [revision])


def packed(database: Path) -> bytes:
    """The database as one small file."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode=delete")
        connection.execute("vacuum")
    return lzma.compress(database.read_bytes(), preset=9)


def main(arguments: Sequence[str]) -> int:
    """Make the database of a commit, for the revision that is named or that it has."""
    commit, *named = arguments
    with tempfile.TemporaryDirectory() as name:
        code, folder = Path(name, "code"), Path(name, "watch")
        folder.mkdir()
        code.mkdir()
        tar = subprocess.run(["git", "archive", commit], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", code], input=tar, check=True)
        with feed_sink() as feeds, mail_sink() as mails, chat_sink() as chats:
            lived_through(World(folder, feeds, mails, chats), code)
        database = folder / "monitor.db"
        with closing(sqlite3.connect(database)) as connection:
            ((revision,),) = connection.execute("select version_num from alembic_version")
        if named:
            revision = named[0]
            as_of(database, revision)
        target = HERE / f"{revision}.db.xz"
        target.write_bytes(packed(database))
    print(f"{target.name}: {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
