"""A database that is damaged, full, or held by others: it is said in words, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient
from typer.testing import CliRunner

from monitor import cli, footing
from monitor.alerts.trouble import LOW_DISK, reserve_of
from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.errors import StoreAwayError, StoreBrokenError, StoreBusyError, StoreFullError
from monitor.matching import compile_watch
from monitor.model import Channel, Document
from monitor.pipeline import deliver as delivering
from monitor.pipeline.deliver import deliver
from monitor.store import Store, database
from monitor.web.pages import create_pages
from monitor.web.standstill import HIDDEN, create_standstill
from tests.make import NOON, a_draft, a_feed, a_watch
from tests.sinks import eventually

ROWS = 400
MAIL = Channel("mail", "mailto://desk.example")
LATE = 40


@pytest.fixture
def store(tmp_path):
    """A store in a file of its own: what is told here is told of files."""
    made = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    made.upgrade()
    yield made
    made.close()


def filled(path):
    """A database of many pages, as a service that was ended leaves it."""
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    store.outbox.put([a_draft(f"key-{number}") for number in range(ROWS)], NOON)
    store.close()
    return path


def killed(path):
    """The same as a service that was killed leaves it: the last rows only in the log."""
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    store.outbox.put([a_draft(f"key-{number}") for number in range(ROWS - LATE)], NOON)
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for number in range(ROWS - LATE, ROWS):
        store.outbox.put([a_draft(f"key-{number}")], NOON)
    for end in ("", "-wal"):
        shutil.copy(f"{path}{end}", f"{path}.kept{end}")
    store.close()
    for end in ("", "-wal"):
        path.with_name(f"{path.name}.kept{end}").replace(f"{path}{end}")
    return path


def overwritten(at, length, byte=b"\xa5"):
    def damage(path):
        with path.open("r+b") as file:
            file.seek(at if at >= 0 else path.stat().st_size + at)
            file.write(byte * length)

    return damage


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


HEADER = {
    "its first bytes": overwritten(0, 16),
    "the size of its pages": overwritten(16, 2),
    "the form of its schema": overwritten(44, 4),
    "its second half": cut,
}
PAGES = {
    "a page in the middle": overwritten(40 * 4096, 4096),
    "bytes in the head of a page": overwritten(30 * 4096, 12),
}


@pytest.mark.parametrize("damage", HEADER.values(), ids=HEADER)
def test_a_database_that_cannot_be_opened_is_called_damaged(tmp_path, damage):
    path = filled(tmp_path / "monitor.db")
    damage(path)
    before = path.read_bytes()
    store = Store(f"sqlite:///{path}")
    with pytest.raises(StoreBrokenError, match=r"is damaged \(.+monitor db restore FILE"):
        store.upgrade()
    store.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", PAGES.values(), ids=PAGES)
def test_the_check_finds_damage_and_nothing_is_written_any_more(tmp_path, damage):
    path = filled(tmp_path / "monitor.db")
    damage(path)
    before = path.read_bytes()
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    assert store.database.condition.check()
    with pytest.raises(StoreBrokenError, match="Nothing is written to it any more"):
        store.outbox.put([a_draft("new")], NOON)
    assert store.database.made().year >= 2025  # what is whole can be read
    store.close()
    assert path.read_bytes() == before


def test_damage_that_is_met_before_a_check_stops_the_writing_too(tmp_path):
    path = filled(tmp_path / "monitor.db")
    with sqlite3.connect(path) as connection:
        query = "select rootpage from sqlite_master where name = 'delivery'"
        ((root,),) = connection.execute(query)
        ((size,),) = connection.execute("pragma page_size")
    overwritten((root - 1) * size, size)(path)
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    with pytest.raises(StoreBrokenError):
        store.outbox.latest(5)
    with pytest.raises(StoreBrokenError):
        store.database.try_writing()
    store.close()


LOGS = {
    "it is whole": (lambda _wal: None, ROWS, ROWS),
    "it is cut off": (cut, ROWS - LATE, ROWS - 1),
    "a byte of it is another": (overwritten(-5 * 4096, 1), ROWS - LATE, ROWS - 1),
    "it is gone": (lambda wal: wal.unlink(), ROWS - LATE, ROWS - LATE),
    "it is nothing but noise": (
        lambda wal: wal.write_bytes(os.urandom(99_999)),
        ROWS - LATE,
        ROWS - LATE,
    ),
}


@pytest.mark.parametrize(("damage", "least", "most"), LOGS.values(), ids=LOGS)
def test_a_damaged_log_takes_back_the_last_commits_and_no_more(tmp_path, damage, least, most):
    path = killed(tmp_path / "monitor.db")
    damage(path.with_name("monitor.db-wal"))
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    assert store.database.condition.check(whole=True)
    assert store.database.condition.broken is None
    rows = store.outbox.latest(ROWS)
    assert least <= len(rows) <= most
    # What is left is all that was before a commit, none missing in between.
    assert {one.key for one in rows} == {f"key-{number}" for number in range(len(rows))}
    store.outbox.put([a_draft("after")], NOON)
    store.close()


def test_a_check_that_takes_too_long_is_left_unfinished(tmp_path):
    store = Store(f"sqlite:///{filled(tmp_path / 'monitor.db')}")
    condition = store.database.condition
    assert not condition.check(0.0)
    assert condition.check(60.0)
    assert condition.broken is None
    condition.break_off()  # as at the end of the service, which waits for no check
    assert not condition.check()
    store.outbox.put([a_draft("new")], NOON)
    store.close()


@pytest.mark.parametrize("words", [[], ["--quick"]], ids=["whole", "quick"])
def test_the_command_says_whether_there_is_damage(tmp_path, words):
    path = filled(tmp_path / "monitor.db")
    asked = ["db", "check", *words, "--database", str(path)]
    done = CliRunner().invoke(cli.app, asked)
    assert (done.exit_code, done.output) == (0, "no damage was found\n")
    overwritten(30 * 4096, 12)(path)
    done = CliRunner().invoke(cli.app, asked)
    assert done.exit_code == 1
    assert "is damaged" in done.output


@pytest.mark.parametrize("end", ["", "-wal"], ids=["the file", "its log"])
@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
def test_files_that_are_taken_away_meanwhile_are_missed(tmp_path, store, end, replaced):
    condition = store.database.condition
    condition.look_for_files()
    assert condition.broken is None
    path = tmp_path / f"monitor.db{end}"
    content = path.read_bytes()
    path.rename(tmp_path / "away")
    if replaced:
        path.write_bytes(content)
    condition.look_for_files()
    with pytest.raises(StoreBrokenError, match="was removed or replaced"):
        store.database.try_writing()


# --- full and busy


@pytest.fixture
def small(tmp_path):
    """A store whose file may grow to a limit, as a disk does; the limit can be raised."""
    limit = [10_000]
    made = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    made.upgrade()
    event.listen(
        made.database.engine,
        "begin",
        lambda one: one.exec_driver_sql(f"PRAGMA max_page_count={limit[0]}"),
    )
    with made.database.reading() as connection:
        limit[0] = connection.exec_driver_sql("PRAGMA page_count").scalar() + 4
    yield made, limit
    made.close()


def test_a_full_disk_is_said_and_gets_over_by_itself(small):
    store, limit = small
    many = [a_draft(f"key-{number}") for number in range(ROWS)]
    with pytest.raises(StoreFullError, match="Make room on its disk"):
        store.outbox.put(many, NOON)
    assert isinstance(store.database.condition.refused, StoreFullError)
    assert store.outbox.counts() == {}
    limit[0] = 10_000
    assert store.outbox.put(many, NOON) == ROWS
    assert store.database.condition.refused is None


def test_a_database_that_another_program_holds_can_be_read(tmp_path, store, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    mine = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    other = sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreBusyError, match="is held by another program"):
        mine.outbox.put([a_draft("one")], NOON)
    assert mine.outbox.counts() == {}
    other.execute("ROLLBACK")
    assert mine.outbox.put([a_draft("one")], NOON) == 1
    other.close()
    mine.close()


async def test_a_message_that_is_out_is_noted_however_long_it_takes(store, monkeypatch):
    monkeypatch.setattr(delivering, "FIRST_PAUSE", 0.01)
    store.outbox.put([a_draft("one", channel="desk"), a_draft("two", channel="desk")], NOON)
    sent, tries = [], []

    class Stubborn:
        def __getattr__(self, name):
            return getattr(store.outbox, name)

        def record_sent(self, *values):
            tries.append(values)
            if len(tries) < 4:
                raise StoreFullError("no room")
            return store.outbox.record_sent(*values)

    async def send(delivery, _channel):
        sent.append(delivery.key)
        return ""

    edges = SimpleNamespace(
        outbox=Stubborn(),
        mutes=store.mutes,
        clock=lambda: NOON,
        send=send,
        checkpoint=lambda _name: None,
    )
    watch = a_watch()
    report = await deliver(watch, cast(Any, edges), "me")
    assert (report.sent, sent, len(tries)) == (2, ["one", "two"], 5)
    assert store.outbox.counts() == {"sent": 2}


# --- the service over it


class Wire:
    """Stands for the network: counts what was asked, and has nothing."""

    allow = ()

    def __init__(self):
        self.asked = []

    async def fetch(self, url, **_more):
        self.asked.append(url)
        return Document(url, 304, unchanged=True)

    async def parse(self, *_):
        raise AssertionError("there is nothing to read")

    read = parse


@pytest.fixture
def service(store, tmp_path):
    wire = Wire()
    watch = a_watch(feeds=[a_feed("wire")], channels=[MAIL], revision="rev-1")
    loaded = LoadedWatch(watch, compile_watch(watch)[0])
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    return App(settings, loaded, store, *[cast(Any, wire)] * 3), wire


def test_a_tenth_of_a_small_disk_is_kept_free():
    assert reserve_of(50 * LOW_DISK) == LOW_DISK
    assert reserve_of(LOW_DISK) == LOW_DISK // 10


async def test_no_feed_is_asked_whose_items_could_not_be_kept(service, monkeypatch, caplog):
    app, wire = service
    room = [LOW_DISK - 1, 100 * LOW_DISK]
    monkeypatch.setattr(app, "room", lambda: tuple(room))
    await app.poll_due()
    await app.poll_due()
    assert wire.asked == []
    assert caplog.text.count("no feed is asked: less than 200 MB are free") == 1
    room[0] = 2 * LOW_DISK
    await app.poll_due()
    await eventually(lambda: len(wire.asked) == 1)
    await app.finish()


async def test_while_nothing_can_be_written_one_small_writing_asks_in_place_of_each_feed(
    service, store, monkeypatch
):
    app, wire = service
    tried = []

    def try_writing():
        tried.append(1)
        if len(tried) < 3:
            raise StoreFullError("no room")
        store.database.condition.refused = None

    monkeypatch.setattr(store.database, "try_writing", try_writing)
    store.database.condition.refused = StoreFullError("no room")
    for _ in range(3):
        assert wire.asked == []
        await app.poll_due()
    await eventually(lambda: len(wire.asked) == 1)
    await app.finish()
    assert len(tried) == 3


async def test_a_damaged_database_is_told_once_and_nothing_is_asked(service, store, caplog):
    app, wire = service
    told = []

    class Sender:
        async def __call__(self, delivery, channel):
            told.append((delivery.message.text, channel.name))
            return ""

    app._sender = Sender()
    store.database.condition.broken = StoreBrokenError("the database is damaged (so and so)")
    for _ in range(3):
        await app.poll_due()
        await app.read_due()
        await app.mind()
    await app.finish()
    assert wire.asked == []
    ((text, channel),) = told
    assert channel == "mail"
    assert "so and so" in text
    assert caplog.text.count("so and so") == 1
    assert caplog.text.count("no feed is asked") == 1
    assert [str(one.kind) for one in app.standing().troubles] == ["database"]


async def test_a_database_that_stays_away_is_told_to_the_contact_once(service, store, monkeypatch):
    app, wire = service
    told, condition = [], store.database.condition
    here = app._known_standing, store.database.try_writing

    async def sender(delivery, _channel):
        told.append(delivery.message.text)
        return ""

    def gone():
        condition.refused = StoreAwayError("the database does not answer: no route to it")
        raise condition.refused

    app._sender = sender
    monkeypatch.setattr(footing, "LONG_AWAY", -1.0)
    for known, writing in ((gone, gone), here, (gone, gone)):
        monkeypatch.setattr(app, "_known_standing", known)
        monkeypatch.setattr(store.database, "try_writing", writing)
        if known is gone:
            condition.refused = StoreAwayError("the database does not answer")
        for _ in range(3):
            await app.poll_due()
            await app.mind()
        await eventually(lambda: not app._running)
    assert len(told) == 2
    assert "no route to it" in told[0]
    assert len(wire.asked) == 1  # in between
    await app.finish()


def test_the_pages_stay_and_say_that_the_database_is_damaged(service, store):
    app, _ = service
    client = TestClient(create_pages(app), base_url="http://127.0.0.1")
    assert "damaged" not in client.get("/").text
    store.database.condition.broken = StoreBrokenError("the database is damaged (so and so)")
    for path in ("/", "/feeds", "/ledger"):
        page = client.get(path)
        assert page.status_code == 200
        assert "The database is damaged (so and so)." in page.text
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json()["troubles"].keys() == {"database"}
    # A process that is started anew each time it says no would never end to be.
    assert client.get("/healthz").json()["status"] == "damaged"


async def test_a_list_that_could_not_be_noted_is_noted_later(service, store, monkeypatch):
    app, _ = service
    real = store.archive.keep_revision
    monkeypatch.setattr(
        store.archive, "keep_revision", lambda *_: (_ for _ in ()).throw(StoreFullError("no room"))
    )
    again = App(app.settings, LoadedWatch(app.watch, app.current.matcher), store, *[Wire()] * 3)
    monkeypatch.setattr(store.archive, "keep_revision", real)
    store.archive.keep_revision("other", "x", NOON)
    await again.mind()
    await again.finish()
    assert store.archive.last_revision()[0] == app.watch.kept


@pytest.mark.parametrize(
    ("words", "shown"), [("the file is damaged", "The file is damaged.\n"), ("", f"{HIDDEN}\n")]
)
def test_what_stands_in_place_of_the_pages(words, shown):
    client = TestClient(create_standstill(words), base_url="http://127.0.0.1")
    for path in ("/", "/feeds", "/readyz", "/a/b"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (503, shown)
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/healthz").status_code == 200
