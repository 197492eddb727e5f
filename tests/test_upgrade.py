"""Databases of earlier versions are brought up to date with every row that they hold."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from monitor.store import Store
from monitor.store.database import MIGRATIONS
from tests.make import DAY, HOUR, NOON, a_draft

OLD_LIST = """\
title: Ports
alerts:
  channels:
    room: json://127.0.0.1/planted-1
    mail: "mailto://ana:planted-2@mail.example/?to=a@b.example"
    safe: ${SAFE}
  routes:
    - {to: [room, mail]}
feeds:
  - {id: a, url: "https://a.example/rss"}
  - {id: b, url: "https://ana:planted-3@b.example/rss"}
"""


def a_database(folder, revision):
    """An empty database of an earlier schema."""
    path = folder / "old.db"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
    engine.dispose()
    return path


@pytest.fixture
def old(tmp_path):
    """A database as schema 0001 left it, with rows in it."""
    path = a_database(tmp_path, "0001")
    noon = NOON.replace(tzinfo=None).isoformat(" ") + ".000000"
    with sqlite3.connect(path) as connection:
        connection.execute("insert into fact values ('made', ?)", [NOON.isoformat()])
        for number, state in enumerate(("sent", "pending", "sending", "held", "parked")):
            connection.execute(
                "insert into delivery (key, kind, subject, route, channel, reason, title, text, "
                "short, state, note, attempts, created, next_try, interrupted, "
                '"left", owner, lease) '
                "values (?, 'alert', 'one', 'r1', 'desk', 'new', 'Port', 'text', '', ?, '', 1, "
                "?, ?, 0, ?, 'me', ?)",
                [f"key-{number}", state, noon, noon, json.dumps([]), noon],
            )
        connection.execute(
            "insert into revision (hash, source, taken_up) values ('h', ?, ?)", [OLD_LIST, noon]
        )
    return path


def test_a_database_of_the_first_version_keeps_every_row(old):
    store = Store(f"sqlite:///{old}")
    before, after = store.upgrade()
    assert before == "0001"
    assert after != before
    lines = {line.key: line for line in store.outbox.latest(10)}
    assert {key: line.state for key, line in lines.items()} == {
        "key-0": "sent",
        "key-1": "pending",
        "key-2": "sending",
        "key-3": "held",
        "key-4": "parked",
    }
    assert lines["key-0"].hits == ()
    assert lines["key-0"].created == NOON
    assert store.database.made() == datetime(2025, 11, 6, 12, tzinfo=UTC)
    # What was waiting goes out, what was being sent is taken over.
    assert [one.key for one in store.outbox.due(NOON)] == ["key-1", "key-2"]
    assert store.outbox.put([a_draft("after")], NOON) == 1
    assert store.upgrade() == (after, after)
    store.close()


ITEM = (
    "insert into item (id, key, twin, feed, title, summary, content, tags, hash, fetched, seen, "
    "backfill, article, feed_hash) values (?, ?, '', 'wire', ?, '', '', '[]', '', ?, ?, ?, 0, '')"
)
A_HIT = (
    "insert into hit (item_id, indicator, signals, marks, revision, seen, found) "
    "values (?, ?, '[\"up\"]', '[]', 'r', ?, ?)"
)


def test_items_of_before_stories_are_stories_of_their_own(tmp_path):
    path = a_database(tmp_path, "0004")
    noon, later = (f"{day.replace(tzinfo=None)}.000000" for day in (NOON, NOON + HOUR))
    with sqlite3.connect(path) as connection:
        connection.execute("insert into fact values ('made', ?)", [NOON.isoformat()])
        connection.execute(ITEM, [1, "past", "Old", later, noon, 1])
        connection.execute(ITEM, [2, "news", "New", noon, noon, 0])
        connection.execute(ITEM, [3, "quiet", "Nothing", noon, noon, 0])
        for row in (
            (1, "ports", noon, later),
            (2, "ports", noon, noon),
            (2, "rails", later, later),
        ):
            connection.execute(A_HIT, row)
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    told = store.reading.stories({}, NOON - DAY, NOON + DAY)
    assert [(one.id, one.seen, one.indicators) for one in told] == [
        ("news", NOON, ("ports", "rails")),
        ("past", NOON, ("ports",)),
    ]
    assert store.reading.week(NOON + DAY) == {"ports": 2, "rails": 1}
    assert store.stories.is_to_be_grouped()
    with sqlite3.connect(path) as connection:
        spoken = "select story, indicator, first, signals, items from story_indicator order by 1, 2"
        assert list(connection.execute(spoken)) == [
            ("news", "ports", noon, '["up"]', 1),
            ("news", "rails", later, '["up"]', 1),
            ("past", "ports", noon, '["up"]', 1),
        ]
        live = dict(connection.execute("select id, live from story"))
        order = [row[0] for row in connection.execute("select story from placement order by id")]
    assert (live, order) == ({"news": 1, "past": 0}, ["news", "past"])
    store.close()


def test_addresses_leave_the_lists_that_were_kept(old):
    store = Store(f"sqlite:///{old}")
    store.upgrade()
    source, _ = store.archive.last_revision()
    store.close()
    assert "planted" not in source
    assert source.count("${ADDRESS_LEFT_OUT}") == 2
    assert "https://a.example/rss" in source
    assert "https://b.example/rss" in source
    assert "${SAFE}" in source
    with sqlite3.connect(old) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    assert b"planted" not in old.read_bytes()


def test_the_schema_is_what_the_tables_say(tmp_path):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext
    from sqlmodel import SQLModel

    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    store.upgrade()
    with store.database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    store.close()
