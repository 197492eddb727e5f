"""A database of every earlier schema is brought up to date with every row, and killed at it."""

from __future__ import annotations

import lzma
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import namedtuple
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel
from starlette.testclient import TestClient
from typer.testing import CliRunner

from monitor import cli
from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.errors import StoreBrokenError, StoreError, StoreFullError
from monitor.matching import compile_watch
from monitor.store import Store, keeping
from monitor.store.database import newest
from monitor.store.keeping import COPIES, copies, keep_copy
from monitor.web.pages import create_pages
from tests.make import NOON, a_feed, a_watch
from tests.test_condition import overwritten

DATABASES = sorted((Path(__file__).parent / "databases").glob("*.db.xz"))
REVISIONS = [path.name.partition(".")[0] for path in DATABASES]
CHANGED = {("alembic_version", "version_num"), ("revision", "source")}
"""What a step is meant to change in rows that are there: lists lose their passwords (0006)."""


def unpacked(revision, folder):
    path = folder / "monitor.db"
    packed = next(one for one in DATABASES if one.name.startswith(revision))
    path.write_bytes(lzma.decompress(packed.read_bytes()))
    return path


def content(path):
    """Every row of every table, by table, as a mapping of its columns."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        query = "select name from sqlite_master where type = 'table' and sql not like '%VIRTUAL%'"
        names = [row[0] for row in connection.execute(query) if "item_words" not in row[0]]
        return {
            name: [dict(row) for row in connection.execute(f'select * from "{name}"')]
            for name in names
        }


def lost(before, after):
    """The rows of before that are not there afterwards as they were, by the columns of before."""
    found = []
    for table, rows in before.items():
        for row in rows:
            told = {key: value for key, value in row.items() if (table, key) not in CHANGED}
            if not any(told.items() <= one.items() for one in after.get(table, ())):
                found.append((table, told))
    return found


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_row_of_an_earlier_version_is_kept_and_the_service_goes_on(tmp_path, revision):
    path = unpacked(revision, tmp_path)
    before = content(path)
    assert {len(before[name]) > 0 for name in ("item", "hit", "delivery", "feed", "revision")} == {
        True
    }
    store = Store(f"sqlite:///{path}")
    assert store.upgrade() == (revision, newest())
    store.close()
    assert lost(before, content(path)) == []
    if revision != newest():
        # The copy beside it is what it was, and is whole.
        (copy,) = copies(path)
        assert content(copy) == before
    store = Store(f"sqlite:///{path}")
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert store.database.condition.check(whole=True)
    assert store.database.condition.broken is None
    # What waits for its channel, or for the end of a mute, does so still.
    waiting = {one["id"] for one in before["delivery"] if one["state"] in ("pending", "held")}
    assert waiting
    assert {one.id for one in store.outbox.standing(NOON - timedelta(days=999))} == waiting
    _walk(store, tmp_path)
    store.close()


def _is_ours(_thing, name, *_):
    """The search index is no table of ours; it is made by the first filling."""
    return not str(name).startswith("item_words")


def _walk(store, folder):
    """The pages over it can all be made."""
    watch = a_watch(feeds=[a_feed("wire-en"), a_feed("caracas-daily-es")], revision="now")
    loaded = LoadedWatch(watch, compile_watch(watch)[0])
    wire = cast(Any, SimpleNamespace(fetch=None, parse=None, read=None, allow=()))
    app = App(Settings(folder / "x.yaml", folder, "", {}), loaded, store, wire, wire, wire)
    client = TestClient(create_pages(app), base_url="http://127.0.0.1")
    for page in ("/", "/feeds", "/ledger", "/stories", "/archive"):
        assert client.get(page).status_code == 200, page


KILLED = """
import os, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from monitor.store import Store
left = [int(sys.argv[2])]
def count(*_):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), 9)
store = Store("sqlite:///" + sys.argv[1])
event.listen(Engine, "after_cursor_execute", count)
event.listen(Engine, "commit", lambda _: left[0] > 900 and os.kill(os.getpid(), 9))
store.upgrade()
"""


@pytest.mark.parametrize("statement", [8, 20, 45, 999], ids=lambda n: f"at statement {n}")
def test_a_kill_in_the_middle_leaves_the_old_schema_whole(tmp_path, statement):
    path = unpacked(REVISIONS[0], tmp_path)
    before = content(path)
    command = [sys.executable, "-c", KILLED, str(path), str(statement)]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    assert content(path) == before
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.execute("pragma integrity_check")) == [("ok",)]
    store = Store(f"sqlite:///{path}")
    assert store.upgrade() == (REVISIONS[0], newest())
    store.close()
    assert lost(before, content(path)) == []


def test_a_dry_run_says_what_would_be_and_changes_nothing(tmp_path):
    path = unpacked("0001", tmp_path)
    before = path.read_bytes()
    asked = ["db", "upgrade", "--dry-run", "--database", str(path)]
    done = CliRunner().invoke(cli.app, asked)
    assert done.exit_code == 0, done.output
    assert re.match(rf"The schema would go from 0001 to {newest()}: \d+ rows, ", done.output)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if "schema" in one.name] == []
    done = CliRunner().invoke(cli.app, ["db", "upgrade", "--database", str(path)])
    assert f"The schema went from 0001 to {newest()}." in done.output
    assert str(copies(path)[0]) in done.output
    assert "is up to date" in CliRunner().invoke(cli.app, asked).output


def test_a_newer_schema_is_refused_before_anything_is_copied(tmp_path):
    path = unpacked(REVISIONS[-1], tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update alembic_version set version_num = '9999'")
    before = content(path)
    store = Store(f"sqlite:///{path}")
    with pytest.raises(StoreError, match=r"newer version \(schema 9999\)"):
        store.upgrade()
    store.close()
    assert copies(path) == []
    assert content(path) == before


Usage = namedtuple("Usage", "total used free")


def test_without_room_for_the_copy_nothing_is_changed(tmp_path, monkeypatch):
    path = unpacked("0001", tmp_path)
    before = content(path)
    monkeypatch.setattr(keeping.shutil, "disk_usage", lambda _path: Usage(9, 9, 0))
    store = Store(f"sqlite:///{path}")
    with pytest.raises(StoreFullError, match="no room for 1 MB beside it"):
        store.upgrade()
    store.close()
    assert content(path) == before


def test_the_schema_of_a_damaged_database_is_not_changed(tmp_path):
    path = unpacked("0001", tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        query = "select rootpage from sqlite_master where name = 'item'"
        ((root,),) = connection.execute(query)
        ((size,),) = connection.execute("pragma page_size")
    overwritten((root - 1) * size, 16)(path)
    before = path.read_bytes()[100:]
    store = Store(f"sqlite:///{path}")
    with pytest.raises(StoreBrokenError, match="its schema is not changed"):
        store.upgrade()
    store.close()
    assert path.read_bytes()[100:] == before  # the mode of the journal apart
    assert copies(path) == []
    assert not list(tmp_path.glob("*.part*"))


def test_the_last_copies_stay_and_nothing_else_is_touched(tmp_path):
    path = unpacked("0001", tmp_path)
    path.chmod(0o640)
    for day in range(10, 10 + COPIES):
        (tmp_path / f"monitor-schema-0001-202501{day}T000000Z.db").write_bytes(b"")
    mine = tmp_path / "monitor-schema-of-mine.db"
    shutil.copy(path, mine)
    made = keep_copy(path, "0001")
    assert copies(path)[-1] == made
    assert len(copies(path)) == COPIES
    assert made.stat().st_mode & 0o777 == 0o640
    assert mine.exists()
    assert not (tmp_path / "monitor-schema-0001-20250110T000000Z.db").exists()
