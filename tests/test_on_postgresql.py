"""The whole service and every command on a PostgreSQL database, over real sockets."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from monitor.cli import app
from monitor.demo import SOURCES
from monitor.store import Store
from tests.test_whole_service import (
    ITEMS,
    LATE,
    Running,
    World,
    service,
    small_world,
    wait_until,
    world,
)

__all__ = ["service", "small_world", "world"]


@pytest.fixture(autouse=True)
def on_postgresql(postgres, monkeypatch):
    """What commands take for their database, as the environment names it."""
    url = postgres.empty()
    monkeypatch.setenv("MONITOR_DATABASE", url)
    yield url
    postgres.drop(url)


def a_story(url: str) -> tuple[str, str]:
    """The items of a story of at least two."""
    store = Store(url)
    query = (
        "SELECT item.key FROM item JOIN placement ON item_id = item.id WHERE story IN "
        "(SELECT story FROM placement GROUP BY story HAVING count(*) > 1 LIMIT 1) ORDER BY item.id"
    )
    with store.database.reading() as connection:
        first, second, *_ = connection.scalars(text(query))
    store.close()
    return first, second


def run(world: World, *words: str) -> Result:
    """A command in this process: to start one takes longer than most of them."""
    return CliRunner().invoke(app, [*words, "--file", str(world.file)])


def test_every_command_works(small_world: World, on_postgresql: str, postgres, monkeypatch):
    world = small_world
    ours = {"id": "su30-overhauls", "title": "Su-30", "priority": "high", "match": "Su-30 OR Su30"}
    world.write_small_list(indicators=[ours])
    first = world.once()
    assert first["items_new"] == len(ITEMS)
    world.publish(LATE)
    told = len(world.chats.messages)
    for fault in ("before_store", "after_store", "after_claim"):
        world.once(fault=fault, code=137)
    world.once()
    again = world.once()
    assert (again["items_new"], again["hits_new"], again["stories_new"]) == (0, 0, 0)
    assert len(world.chats.messages) == told + 1
    one, other = a_story(on_postgresql)
    assert "Su-30 fighters grounded" in run(world, "digest").stdout
    for words in (
        ("explain", "su30-overhauls", "--item", one),
        ("stories", "split", other),
        ("stories", "merge", one, other),
        ("rebuild-stories",),
        ("backtest", "--days", "30"),
        ("rematch",),
        ("alerts", "log"),
        ("alerts", "mute", "su30-overhauls", "--for", "1d"),
        ("alerts", "route", "--item", one),
        ("indicators", "list"),
        ("indicators", "show", "su30-overhauls"),
        ("indicators", "review"),
        ("indicators", "override", "su30-overhauls", "--level", "high", "--reason", "seen"),
        ("feeds", "list"),
        ("db", "upgrade"),
    ):
        said = run(world, *words)
        assert said.exit_code in (0, 1), (words, said.output, said.exception)
        assert said.stdout, words
    stats = json.loads(run(world, "db", "stats", "--json").stdout)
    assert stats["item"] == len(ITEMS) + 1
    assert stats["bytes"] > 1_000_000
    assert "let pg_dump or monitor db backup do it" in run(world, "db", "stats").stdout
    backup, back = str(world.folder / "made.zip"), str(world.folder / "back.db")
    assert run(world, "db", "backup", backup).exit_code == 0
    said = run(world, "db", "restore", backup)
    assert "monitor db copy watch.db" in str(said.exception)
    restore = ("db", "restore", backup, "--database", back, "--database-only")
    assert run(world, *restore).exit_code == 0
    monkeypatch.setenv("MONITOR_DATABASE", elsewhere := postgres.empty())
    copied = CliRunner().invoke(app, ["db", "copy", back, elsewhere])
    assert copied.exit_code == 0, copied.output
    assert json.loads(run(world, "db", "stats", "--json").stdout)["item"] == stats["item"]
    postgres.drop(elsewhere)
    assert not (world.folder / "monitor.db").exists()


def test_the_service_polls_alerts_shows_and_searches(world: World, service: Running):
    wait_until(lambda: len(set(world.feeds.asked)) == len(SOURCES), 90)
    wait_until(lambda: len(world.chats.messages) == 1, 90)
    world.publish(LATE)
    wait_until(lambda: len(world.chats.messages) == 2, 60)
    for path in ("/", "/indicators/su30-overhauls", "/feeds", "/ledger", "/indicators"):
        assert service.get(path)[0] == 200, path
    today = datetime.now(UTC).date()
    assert service.get(f"/digests/{today}")[0] in (200, 404)  # the zone may have another day
    status, page, _ = service.get("/search?q=%24su30+AND+engine*")
    assert status == 200
    assert "fighters grounded" in page
    _, health, _ = service.get("/healthz")
    assert json.loads(health)["status"] == "ok"
