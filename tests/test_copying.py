"""A database is copied to another, of either kind, with every row that it holds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlmodel import SQLModel
from typer.testing import CliRunner

from monitor.cli import app
from monitor.errors import StoreError
from monitor.levels.level import Level
from monitor.levels.override import Override
from monitor.messages import Mute
from monitor.store import Store, copying
from monitor.store.copying import copy, size
from monitor.store.database import table_of
from monitor.store.tables import FactRow, PlaceRow
from tests.make import DAY, HOUR, NOON, a_draft, an_item
from tests.test_search import WATCH
from tests.test_story_page import keep

ODD = "Порт закрыт 港口 \U0001f6a2 'quoted' \\back {\"json\": 1}"


def fill(store: Store) -> None:
    """Something in many tables, with what one kind of database might keep otherwise."""
    for number in range(60):
        title = ODD if number % 2 else f"Port closed, rail {number}"
        seen = NOON - timedelta(microseconds=number)
        keep(store, an_item(f"item-{number}", title, tags=(ODD, "a")), WATCH, seen)
    (row,) = (one.row for one in store.records.known(["item-1"]))
    edited = replace(an_item("item-1", "Port open"), hash="other")
    keep(store, edited, WATCH, NOON + HOUR, row=row)
    state = store.records.state("wire")
    store.outbox.put([a_draft("a"), a_draft("b")], NOON)
    store.mutes.add(Mute(NOON + DAY, "ports", reason=ODD, by="me"), NOON)
    store.levels.override(Override("ports", Level.HIGH, "why", NOON + DAY, NOON, "me"))
    store.archive.keep_revision("hash", "title: Ports", NOON)
    store.access.set_password("$argon2id$hash")
    store.counts.catch_up()
    assert state is not None


@pytest.fixture
def pair(request, tmp_path, postgres):
    """A database that is full, and the address of one of the other kind that holds nothing."""
    kinds = {
        "sqlite": lambda: f"sqlite:///{tmp_path / 'a.db'}",
        "postgresql": lambda: postgres.empty(),
    }
    here, there = (kinds[kind]() for kind in request.param)
    store, other = Store(here), Store(there)
    store.upgrade()
    fill(store)
    yield store, other
    store.close()
    other.close()
    for url in (here, there):
        if url.startswith("postgresql"):
            postgres.drop(url)


WAYS = [
    pytest.param(("sqlite", "postgresql"), id="from SQLite to PostgreSQL"),
    pytest.param(("postgresql", "sqlite"), id="and back"),
]


@pytest.mark.parametrize("pair", WAYS, indirect=True)
def test_every_row_of_every_table_is_copied_and_compared(pair, monkeypatch):
    store, other = pair
    parts = []
    monkeypatch.setitem(copying.LONG, SQLModel.metadata.tables["item"], 50)
    with store.database.reading() as connection:
        items = copying._parts(connection, SQLModel.metadata.tables["item"])
        assert [len(part) for part in items] == [50, 10]
    copied = copy(store.database, other.database, lambda: parts.append(1))
    assert len(parts) == size(store.database)
    assert {one.table for one in copied} == {*SQLModel.metadata.tables} - {"search_place"}
    with other.database.reading() as connection:
        for one in copied:
            table = SQLModel.metadata.tables[one.table]
            assert connection.scalar(select(func.count()).select_from(table)) == one.rows
    rows = {one.table: one.rows for one in copied}
    assert (rows["item"], rows["item_version"], rows["mute"], rows["feed"]) == (60, 1, 1, 1)
    assert other.database.made() == store.database.made()
    assert other.records.state("wire") == store.records.state("wire")
    assert other.outbox.latest(9) == store.outbox.latest(9)
    feeds = {feed.id: feed for feed in WATCH.feeds}
    told = [one.reading.stories(feeds, NOON - DAY, NOON + DAY) for one in pair]
    assert told[0] == told[1]
    assert len(told[0]) > 20


@pytest.mark.parametrize("pair", WAYS, indirect=True)
def test_what_comes_after_a_copy_has_the_next_numbers(pair):
    store, other = pair
    copy(store.database, other.database)
    keep(other, an_item("next", "Port closed"), WATCH)
    assert other.records.known(["next"])[0].row > store.records.known(["item-59"])[0].row
    assert other.outbox.put([a_draft("c")], NOON) == 1
    assert other.mutes.add(Mute(NOON + DAY, "rails"), NOON).id == 2
    # The words are indexed anew, all of them.
    assert other.search.fill() > 60
    with other.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(table_of(PlaceRow))) == 61


@pytest.mark.parametrize("pair", WAYS[:1], indirect=True)
def test_there_and_back_again_is_the_same(pair, tmp_path):
    store, other = pair
    there = copy(store.database, other.database)
    third = Store(f"sqlite:///{tmp_path / 'b.db'}")
    assert copy(other.database, third.database) == there
    third.close()


@pytest.mark.parametrize("pair", WAYS, indirect=True)
def test_a_target_that_holds_anything_is_refused_and_stays_as_it_is(pair):
    store, other = pair
    other.upgrade()
    other.mutes.add(Mute(NOON + DAY, "ports"), NOON)
    with pytest.raises(StoreError, match="not empty: it has rows in mute; name one"):
        copy(store.database, other.database)
    assert other.records.counts()["item"] == 0
    assert len(other.mutes.in_force(NOON)) == 1


@pytest.mark.parametrize("pair", WAYS, indirect=True)
def test_a_copy_that_came_out_otherwise_is_not_kept(pair, monkeypatch):
    store, other = pair
    real = copying._parts

    def loses_feeds(connection, table):
        is_lost = table.name == "feed" and connection.engine.url == other.database.engine.url
        return iter(()) if is_lost else real(connection, table)

    monkeypatch.setattr(copying, "_parts", loses_feeds)
    with pytest.raises(StoreError, match="the rows of feed came out otherwise; nothing is kept"):
        copy(store.database, other.database)
    assert other.records.counts()["feed"] == 0
    with other.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(table_of(FactRow))) == 1


@pytest.mark.parametrize("pair", WAYS[:1], indirect=True)
def test_a_nul_that_postgresql_cannot_hold_is_left_out(pair):
    store, other = pair
    with store.database.writing() as connection:
        connection.execute(text("update mute set reason = 'a' || char(0) || 'b'"))
    copy(store.database, other.database)
    assert [mute.reason for mute in other.mutes.in_force(NOON)] == ["ab"]


def test_a_database_is_not_copied_onto_itself(store):
    with pytest.raises(StoreError, match="one and the same"):
        copy(store.database, store.database)


# --- the command


def run(*words):
    return CliRunner().invoke(app, ["db", "copy", *words])


def test_the_command_says_what_it_copied(tmp_path, postgres):
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    store.upgrade()
    fill(store)
    store.close()
    file = ["--file", str(tmp_path / "indicators.yaml")]
    url = postgres.empty()
    done = run("monitor.db", url, *file)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert any(line.split()[:2] == ["item", "60"] and len(line.split()[2]) == 64 for line in lines)
    assert "both databases hold the same" in lines[-1]
    back = run(url, "back.db", *file, "--json")
    told = {one["table"]: one for one in json.loads(back.stdout)}
    assert told["item"]["rows"] == 60
    assert told["item"]["checksum"] in done.stdout
    postgres.drop(url)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("none.db", "b.db"), "there is no database", id="nothing there"),
        pytest.param(("other.db", "b.db"), "none of our databases", id="another's"),
        pytest.param(("mysql://h/d", "b.db"), "cannot be at an address", id="another kind"),
    ],
)
def test_what_cannot_be_copied_is_said(tmp_path, words, said):
    (tmp_path / "other.db").touch()
    done = run(*words, "--file", str(tmp_path / "indicators.yaml"))
    assert said in str(done.exception)
    assert not (tmp_path / "b.db").exists() or words[0] == "other.db"
    assert not (tmp_path / "none.db").exists()
