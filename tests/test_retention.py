"""What is kept how long: what nobody needs goes, and nothing that anybody will miss."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from monitor.housekeeping import let_go
from monitor.model import Arrival, FeedState, Keeping, PollRecord
from monitor.store import retention as module
from monitor.store.compacting import compact, give_back, pages_of
from monitor.store.database import upsert
from monitor.store.retention import Retention
from monitor.store.search import Wanted
from monitor.store.tables import FactRow
from tests.commands import run
from tests.make import DAY, HOUR, NOON, a_feed, a_hit, an_item

OLD = NOON - 100 * DAY
BEFORE = NOON - 90 * DAY


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0)


@pytest.fixture
def retention(store):
    """Retention over a database of half a year."""
    with store.database.writing() as connection:
        long_ago = "2025-05-01T00:00:00+00:00"
        upsert(
            connection,
            FactRow,
            {"name": "made", "value": long_ago},
            {"name": "shown since", "value": long_ago},
        )
    return Retention(store.database, store.search, store.database.turn)


def polled(store, at, *keys, hit=(), shown=(), last_new=None, feed="wire"):
    """A poll that brought these items, some of them with a hit, and still showed old ones."""
    arrivals = tuple(
        Arrival(
            item=an_item(key, f"Title of {key}", feed=feed),
            seen=at,
            day=at.date(),
            hits=(a_hit(key),) if key in hit else (),
        )
        for key in keys
    )
    rows = {one.key: one.row for one in store.records.known(shown)}
    state = FeedState(feed, f"https://{feed}.example/feed.xml", last_poll=at, last_new=last_new)
    store.records.save(
        PollRecord(
            state=state,
            at=at,
            day=at.date(),
            answered=True,
            arrivals=arrivals,
            shown=tuple(rows[key] for key in shown),
        )
    )
    store.counts.catch_up()


def keys(store):
    return {stored.item.key for batch in store.items.batches() for stored in batch}


def test_an_old_item_without_a_hit_goes_and_one_with_a_hit_stays(store, retention):
    polled(store, OLD, "plain", "hit", hit=["hit"])
    polled(store, NOON, "new", last_new=NOON)
    assert retention.due(BEFORE) == 1
    assert retention.prune(BEFORE, NOON).items == 1
    assert keys(store) == {"hit", "new"}
    assert retention.prune(BEFORE, NOON).items == 0
    assert retention.last() == NOON


@pytest.mark.parametrize(
    ("fetched", "shown", "last_new", "stays"),
    [
        pytest.param(OLD, None, NOON, False, id="old, and not shown since"),
        pytest.param(NOON - 80 * DAY, None, NOON, True, id="not so old"),
        pytest.param(OLD, NOON, NOON, True, id="its feed shows it still"),
        pytest.param(OLD, NOON - 40 * DAY, NOON, True, id="shown not long ago"),
        pytest.param(OLD - 50 * DAY, NOON - 95 * DAY, NOON, False, id="last shown long ago"),
        pytest.param(OLD, None, NOON - 75 * DAY, True, id="its feed brought nothing since"),
        pytest.param(OLD, None, None, True, id="its feed never brought anything"),
    ],
)
def test_an_item_stays_as_long_as_its_feed_may_show_it(
    store, retention, fetched, shown, last_new, stays
):
    polled(store, fetched, "one", last_new=fetched)
    if shown is not None:
        polled(store, shown, "other", shown=["one"], last_new=shown)
    polled(store, NOON, "new" if last_new == NOON else "more", last_new=last_new)
    retention.prune(BEFORE, NOON)
    assert ("one" in keys(store)) is stays


def test_nothing_goes_of_a_feed_that_brought_nothing_since_it_is_noted_what_feeds_show(store):
    """As after an upgrade: what a feed shows is not known until it was read again."""
    retention = Retention(store.database, store.search, store.database.turn)
    polled(store, OLD, "one")
    polled(store, NOON, "new", last_new=NOON)
    assert retention.prune(BEFORE, NOON).items == 0


def test_what_was_not_counted_yet_stays(store, retention):
    polled(store, OLD, "one", "two")
    polled(store, NOON, "new", last_new=NOON)
    with store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE fact SET value = '1' WHERE name = 'items counted'")
    assert retention.prune(BEFORE, NOON).items == 1


def test_the_last_number_is_not_given_again(store, retention):
    """SQLite gives the number of the last row anew when it is deleted; counts go by numbers."""
    polled(store, OLD, "one", "two", last_new=NOON)
    retention.prune(BEFORE, NOON)
    assert keys(store) == {"two"}


def test_levels_count_what_went(store, retention):
    polled(store, OLD, "one", "two", "three")
    polled(store, NOON, "new", last_new=NOON)
    span = OLD - DAY, NOON + DAY
    counted = store.counts.items_by_hour(*span)
    retention.prune(BEFORE, NOON)
    store.counts.catch_up()
    assert store.counts.items_by_hour(*span) == counted


def test_search_forgets_what_went_and_finds_the_rest(store, retention):
    polled(store, OLD, "plain", "hit", hit=["hit"])
    polled(store, NOON, "new", last_new=NOON)
    while store.search.fill():
        pass

    def found():
        chunks = store.search.look(Wanted((((("title",), False),),)), {"wire": a_feed()})
        return {one.report.item.key for chunk in chunks for one in chunk}

    assert found() == {"plain", "hit", "new"}
    retention.prune(BEFORE, NOON)
    assert found() == {"hit", "new"}
    if store.database.engine.dialect.name == "sqlite":
        with store.database.reading() as connection:
            words = "INSERT INTO item_words(item_words) VALUES('integrity-check')"
            connection.exec_driver_sql(words)
            rows = connection.exec_driver_sql(
                "SELECT count(*) FROM item_words WHERE item_words MATCH 'plain'"
            )
            assert rows.scalar() == 0


def test_versions_of_what_goes_go_with_it_and_others_stay(store, retention):
    polled(store, OLD, "one", "two", hit=["two"])
    rows = {one.key: one.row for one in store.records.known(["one", "two"])}
    for key in ("one", "two"):
        edit = Arrival(
            item=an_item(key, "Another title", hash=f"{key} edited"),
            seen=OLD,
            day=OLD.date(),
            row=rows[key],
        )
        state = FeedState("wire", "https://wire.example/feed.xml", last_poll=OLD)
        store.records.save(PollRecord(state, OLD, OLD.date(), answered=True, arrivals=(edit,)))
    while store.search.fill():
        pass
    polled(store, NOON, "new", last_new=NOON)
    assert retention.prune(BEFORE, NOON).items == 1
    assert store.records.counts()["item_version"] == 1


def test_many_go_in_small_batches_and_a_break_in_between_loses_nothing(
    store, retention, monkeypatch
):
    monkeypatch.setattr(module, "BATCH", 10)
    polled(store, OLD, *(f"item-{number}" for number in range(35)), hit=["item-7", "item-20"])
    polled(store, NOON, "new", last_new=NOON)
    calls = 0

    def stop():
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retention.prune(BEFORE, NOON, stop)
    assert len(keys(store)) == 16
    assert retention.last() is None
    assert retention.prune(BEFORE, NOON).items == 13
    assert keys(store) == {"item-7", "item-20", "new"}


def test_what_is_kept_for_ever_is_not_touched_but_old_counts_are_thinned(store, retention):
    polled(store, OLD - 365 * DAY, "one")
    polled(store, NOON, "new", last_new=NOON)
    done = retention.prune(None, NOON)
    assert (done.items, done.counts) == (0, 2)
    assert keys(store) == {"one", "new"}
    assert len(store.counts.items_by_hour(OLD - 700 * DAY, NOON + DAY)) == 1


def test_no_poll_finds_gone_what_it_has_just_met(store, retention):
    """Whoever has the turn keeps items from going."""
    polled(store, OLD, "one")
    polled(store, NOON, "new", last_new=NOON)
    had: list[Callable[[], bool]] = []

    class Watched:
        def __enter__(self):
            had.append(lambda: True)

        def __exit__(self, *_):
            assert "one" not in keys(store)

    Retention(store.database, store.search, Watched()).prune(BEFORE, NOON)
    assert len(had) == 1


# --- the file


def fill(store, numbers):
    for start in numbers:
        polled(store, OLD, *(f"item-{start}-{number}" for number in range(100)))


def test_a_file_gives_back_what_was_freed_if_it_is_much(store, retention, monkeypatch):
    if (before := pages_of(store.database)) is None:
        pytest.skip("a server looks after its own files")
    monkeypatch.setattr("monitor.store.compacting.LEAST", 10)
    monkeypatch.setattr("monitor.store.compacting.PAUSE", 0)
    assert before.gives_back
    assert give_back(store.database) == 0
    fill(store, range(10))
    polled(store, NOON, "new", last_new=NOON)
    grown = pages_of(store.database)
    done = let_go(store, Keeping(), NOON)
    assert done is not None
    pruned, given_back = done
    left = pages_of(store.database)
    assert pruned.items == 1000
    assert given_back == (grown.all - left.all) * grown.size > 0
    assert left.free == 0
    assert let_go(store, Keeping(), NOON + HOUR) is None
    assert let_go(store, Keeping(), NOON + DAY) is not None


def test_a_young_database_has_nothing_to_let_go(store):
    assert let_go(store, Keeping(), store.database.made() + 13 * DAY) is None


def test_the_file_of_years_does_not_grow(store, retention, monkeypatch):
    """As much comes as goes: the file has the size of what is kept."""
    if pages_of(store.database) is None:
        pytest.skip("a server looks after its own files")
    monkeypatch.setattr("monitor.store.compacting.PAUSE", 0)
    sizes = []
    for month in range(12):
        at = NOON + month * 30 * DAY
        polled(store, at, *(f"{month}-{number}" for number in range(300)), last_new=at)
        let_go(store, Keeping(), at)
        sizes.append(store.database.size())
    assert max(sizes[5:]) < 1.1 * sizes[5]
    assert len(keys(store)) < 1500


def test_an_older_file_is_compacted_by_command(tmp_path):
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("CREATE TABLE much (a)")
        connection.execute("INSERT INTO much VALUES (zeroblob(1000000))")
        connection.execute("DELETE FROM much")
    before, after = compact(path)
    assert before > 1_000_000 > 20_000 > after
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)


def test_stats_tell_what_will_go_and_what_each_table_takes(store, retention, tmp_path, capsys):
    if pages_of(store.database) is None:
        pytest.skip("a server is asked for by its address")
    (tmp_path / "indicators.yaml").write_text("keep: {unmatched: 30d}\n")
    polled(store, OLD, "one", "two")
    polled(store, NOON, "new", last_new=NOON)
    words = ["db", "stats", "--tables", "--file", tmp_path / "indicators.yaml"]
    assert run(*words, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["item"], told["unmatched_kept_days"], told["unmatched_to_go"]) == (3, 30, 2)
    assert told["oldest"] == OLD.isoformat()
    assert told["tables"]["item"]["rows"] == 3
    assert sum(one["bytes"] for one in told["tables"].values()) > 100_000
    assert run(*words) == 0
    text = capsys.readouterr().out
    assert "items that no indicator hit are kept 30 days; 2 items would go now" in text
    assert re.search(r"last backup +none", text)
    assert re.search(r"item +3 rows", text)
