"""The service whose database server is not there, goes away, cuts lines, or has a full disk."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from monitor import cli
from monitor.cli.awaiting import until_it_answers
from monitor.errors import StoreAwayError, StoreError, StoreFullError
from monitor.store import Store
from monitor.store.away import kind_of
from tests.make import NOON, a_draft
from tests.test_condition import overwritten
from tests.test_hard_places import a_small_disk, fill
from tests.test_whole_service import (
    ITEMS,
    LATE,
    ROOT,
    Running,
    drain,
    small_world,
    wait_until,
)

__all__ = ["small_world"]


def test_a_server_that_is_not_there_is_waited_for_and_nothing_is_lost(
    small_world, postgres, monkeypatch
):
    world, url = small_world, postgres.upgraded()
    monkeypatch.setenv("MONITOR_DATABASE", url)
    monkeypatch.setenv("MONITOR_LEASE", "4")
    world.write_small_list(
        polling={"allow": [world.feeds.address], "every": "1s", "at_least": "1s"}
    )
    postgres.stop()
    try:
        running = started(world)
        wait_until(lambda: running.address)
        status, page, _ = running.get("/")
        assert status == 503
        assert "does not answer" in page
        assert json.loads(running.get("/healthz")[1])["status"] == "waiting"
        postgres.start()
        wait_until(lambda: "Small watch" in running.said(), 60)
        running.address = re.findall(r"The pages are at (http://\S+/)", running.said())[-1]
        wait_until(lambda: f'"item"}} {len(ITEMS)}' in running.get("/metrics")[1], 60)

        world.feeds.delay = 1.0  # so that it goes away while feeds are being asked
        asked = len(world.feeds.asked)
        world.publish(LATE)
        wait_until(lambda: len(world.feeds.asked) > asked, every=0.01)
        postgres.stop()
        wait_until(lambda: "no feed is asked: the database" in running.said())
        status, said, _ = running.get("/readyz")
        assert status == 503
        assert "does not answer" in said
        assert running.get("/")[0] == 503
        assert json.loads(running.get("/healthz")[1])["status"] == "waiting"
        assert world.chats.messages == []
        postgres.start()
        wait_until(lambda: world.chats.messages and world.mails.mails, 60)
        assert running.get("/")[0] == 200
    finally:
        postgres.start()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(40) == 0
        store = Store(url)
        counts = store.records.counts(), store.outbox.counts()
        store.close()
        postgres.drop(url)
    assert "Traceback" not in running.said(), running.said()
    assert (counts[0]["item"], counts[1]) == (len(ITEMS) + 1, {"sent": 2})
    assert (len(world.chats.messages), len(world.mails.mails)) == (1, 1)


def test_a_line_that_is_cut_loses_one_writing_whole_and_the_next_goes_through(postgres):
    url = postgres.upgraded()
    one, other = Store(url), Store(url)
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def writing_that_is_cut() -> None:
        with one.database.turn.shared():
            one.outbox.put([a_draft("first")], NOON)
            with other.database.writing() as connection:
                connection.execute(cut)
            one.outbox.put([a_draft("second")], NOON)

    with pytest.raises(StoreAwayError, match="goes on by itself when it answers"):
        writing_that_is_cut()
    assert isinstance(one.database.condition.refused, StoreAwayError)
    assert other.outbox.counts() == {}
    assert one.outbox.put([a_draft("third")], NOON) == 1
    assert one.database.condition.refused is None
    one.close()
    other.close()
    postgres.drop(url)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        pytest.param("connection failed: Connection refused", StoreAwayError, id="nobody there"),
        pytest.param("failed to resolve host 'db'", StoreAwayError, id="no such name yet"),
        pytest.param("the connection is lost", StoreAwayError, id="cut off"),
        pytest.param("FATAL:  the database system is starting up", StoreAwayError, id="begins"),
        pytest.param("FATAL:  sorry, too many clients already", StoreAwayError, id="too many"),
        pytest.param(
            "FATAL:  could not write init file: No space left on device", StoreFullError, id="full"
        ),
        pytest.param("FATAL:  password authentication failed", StoreError, id="wrong password"),
    ],
)
def test_what_a_connection_that_fails_means(said, kind):
    assert kind_of(psycopg.OperationalError(said)) is kind


async def test_what_waiting_does_not_help_against_is_not_waited_for(postgres):
    url = postgres.upgraded()
    name = url.partition("?")[0].rpartition("/")[2]
    with pytest.raises(StoreError, match="does not exist") as caught:
        await until_it_answers(url.replace(f"/{name}?", "/none_such?"))
    assert not isinstance(caught.value, StoreAwayError)
    postgres.drop(url)


def test_a_full_disk_of_the_server_is_said_and_got_over(postgres):
    with tempfile.TemporaryDirectory(prefix="pg-disk-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        disk = Path(name) / "disk"
        with a_small_disk(disk), postgres.on_disk(disk) as url:
            other = disk / "other"
            store = Store(url)
            size = store.outbox.put([a_draft("first")], NOON)
            fill(other)
            with pytest.raises(StoreFullError, match="Make room on its disk"):
                for number in range(100):
                    many = [a_draft(f"key-{number}-{one}") for one in range(200)]
                    size += store.outbox.put(many, NOON)
            assert isinstance(store.database.condition.refused, StoreFullError)
            assert store.outbox.counts().get("pending", 0) == size
            other.unlink()
            assert store.outbox.put(many, NOON) == len(many)
            assert store.database.condition.refused is None
            store.close()


def test_the_check_finds_damage_on_the_server(postgres):
    url = postgres.upgraded()
    store = Store(url)
    store.outbox.put([a_draft(f"key-{number}") for number in range(400)], NOON)
    with store.database.writing() as connection:
        place = connection.scalar(text("SELECT pg_relation_filepath('delivery')"))
    asked = ["db", "check", "--database", url]
    done = CliRunner().invoke(cli.app, asked)
    assert done.exit_code == 0
    assert "no damage was found: all 4" in done.output
    with store.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
    store.close()
    postgres.stop()
    try:
        overwritten(2 * 8192 + 100, 200)(postgres.folder / place)
    finally:
        postgres.start()
    done = CliRunner().invoke(cli.app, asked)
    assert done.exit_code == 1
    assert "is damaged" in done.output
    postgres.drop(url)


def started(world) -> Running:
    """The service, whose pages may not be what they are to be for a while."""
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "run", "--port", "0", "--file", str(world.file)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    running = Running(process, "")
    drain(running)

    def has_pages() -> bool:
        found = re.findall(r"The pages are at (http://\S+/)", running.said())
        running.address = found[-1] if found else ""
        return bool(found)

    wait_until(has_pages)
    return running
