"""Several processes write to one PostgreSQL database: nothing is lost, made twice or told twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select, text

from monitor.errors import StoreError
from monitor.pipeline.poll import poll_feed
from monitor.pipeline.rebuilding import rebuild_stories
from monitor.store import Store, items
from monitor.store.database import Lock, newest, table_of
from monitor.store.leveltables import HitDayRow, ItemHourRow
from monitor.store.storytables import StoryRow
from monitor.store.tables import FactRow, ItemRow
from tests.make import DAY, HOUR, NOON, a_draft, an_item
from tests.test_placing import COPY, FLOOD, RETOLD, Desk
from tests.test_search import WATCH
from tests.test_story_page import keep

PATIENCE = 20
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class Two:
    """Two stores on one database, as two processes have them."""

    def __init__(self, url: str) -> None:
        self.one, self.other = Store(url), Store(url)

    def wait_until_one_waits(self) -> None:
        """Until one connection waits for a lock that another has."""
        for _ in range(PATIENCE * 100):
            with self.one.database.engine.connect() as connection:
                if connection.scalar(WAITING):
                    return
            threading.Event().wait(0.01)
        raise AssertionError("nobody waits")

    def close(self) -> None:
        self.one.close()
        self.other.close()


@pytest.fixture
def two(postgres) -> Iterator[Two]:
    url = postgres.upgraded()
    made = Two(url)
    yield made
    made.close()
    postgres.drop(url)


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def a_desk(store: Store, feed: str, told: tuple[str, str]) -> Desk:
    """A worker whose feed has been polled, and now shows something."""
    desk = Desk(store)
    asyncio.run(desk.all())
    desk.now += HOUR
    desk.show(feed, f"{feed}-1", told)
    return desk


def poll_one(desk: Desk, feed: str, checkpoint=lambda _name: None):
    edges = replace(desk.edges(), checkpoint=checkpoint)
    return asyncio.run(poll_feed(desk.watch.feed(feed), desk.current, edges))


@pytest.mark.parametrize(
    ("told", "stories"),
    [pytest.param(COPY, 1, id="the same event"), pytest.param(FLOOD, 2, id="another event")],
)
def test_two_that_place_at_once_make_one_story_of_one_event(two, beside, told, stories):
    first, second = a_desk(two.one, "wire", COPY), a_desk(two.other, "daily", told)
    entered = []

    def at(name: str) -> None:
        if name == "before_store" and not entered:
            # The first has found its story and not stored it yet; the second comes now.
            entered.append(beside.submit(poll_one, second, "daily"))
            two.wait_until_one_waits()

    assert poll_one(first, "wire", at).ok
    assert entered[0].result(PATIENCE).ok
    assert len(first.parted()) == stories
    assert two.one.outbox.counts()["pending"] == stories


def test_workers_that_take_turns_place_as_one_would(two):
    """What others placed is taken in; nothing that one placed itself is counted twice."""
    desks = [Desk(two.one), Desk(two.other)]
    asyncio.run(desks[0].all())
    for number, (feed, told) in enumerate(
        [("wire", COPY), ("daily", COPY), ("radio", RETOLD), ("post", FLOOD), ("wire", RETOLD)]
    ):
        desk = desks[number % 2]
        desk.now = NOON + (number + 1) * HOUR
        desk.show(feed, f"item-{number}", told)
        poll_one(desk, feed)
    found = desks[0].parted()
    assert found == {
        frozenset({"item-0", "item-1", "item-2", "item-4"}),
        frozenset({"item-3"}),
    }


def test_the_last_number_is_told_when_all_before_it_are_stored(two, beside):
    """Numbers are given in one order and may be stored in another."""
    item = table_of(ItemRow)
    with two.one.database.writing() as connection:
        values = {"key": "early", "feed": "wire", "title": "", "tags": [], "fetched": NOON}
        rest = {"seen": NOON, "backfill": False, "article": False, "hash": "", "twin": ""}
        more = {"summary": "", "content": "", "feed_hash": ""}
        connection.execute(item.insert().values(**values, **rest, **more))
        keep(two.other, an_item("late"), WATCH)
        asked = beside.submit(two.other.database.settled, ItemRow)
        two.wait_until_one_waits()
        assert not asked.done()
    (last,) = asked.result(PATIENCE)
    with two.other.database.reading() as connection:
        keys = list(connection.scalars(select(item.c.key).where(item.c.id <= last)))
    assert sorted(keys) == ["early", "late"]


def test_counting_and_indexing_at_once_take_up_everything_once(two, beside):
    for number in range(40):
        keep(two.one, an_item(f"item-{number}", "Port closed, rail too"), WATCH)
    stores = [two.one, two.other] * 4
    list(beside.map(lambda store: (store.counts.catch_up(), store.search.fill(10)), stores))
    while two.one.search.fill():
        pass
    with two.one.database.reading() as connection:
        items = connection.scalar(select(func.sum(table_of(ItemHourRow).c["items"])))
        hits = connection.scalar(select(func.sum(table_of(HitDayRow).c.hits)))
        words = connection.scalar(text("SELECT count(*) FROM item_words"))
    assert (items, hits, words) == (40, 120, 40)


def test_of_many_that_claim_a_message_one_gets_it(two, beside):
    two.one.outbox.put([a_draft()], NOON)
    (waiting,) = two.one.outbox.due(NOON)
    senders = [(store, f"sender-{n}") for n, store in enumerate([two.one, two.other] * 4)]
    found = list(beside.map(lambda one: one[0].outbox.claim(waiting.id, one[1], NOON), senders))
    assert len([one for one in found if one is not None]) == 1


def test_a_message_that_is_merged_is_not_claimed_meanwhile(two, beside, monkeypatch):
    two.one.outbox.put([a_draft("a"), a_draft("b")], NOON)
    numbers = [one.id for one in two.one.outbox.due(NOON)]
    claims = []

    def put_late(connection, drafts, now, put=two.one.outbox.put.__globals__["put"]):
        claims.append(beside.submit(two.other.outbox.claim, numbers[0], "me", NOON))
        two.wait_until_one_waits()
        return put(connection, drafts, now)

    monkeypatch.setattr("monitor.store.outbox.put", put_late)
    assert two.one.outbox.put_merging(a_draft("both"), numbers, NOON)
    assert claims[0].result(PATIENCE) is None


def test_what_was_claimed_cannot_be_merged(two):
    two.one.outbox.put([a_draft("a"), a_draft("b")], NOON)
    numbers = [one.id for one in two.one.outbox.due(NOON)]
    assert two.other.outbox.claim(numbers[1], "me", NOON)
    assert not two.one.outbox.put_merging(a_draft("both"), numbers, NOON)
    assert two.one.outbox.counts() == {"pending": 1, "sending": 1}


def test_a_worker_that_stood_still_stores_nothing_and_then_goes_on(two):
    """The server ends the transaction of who stands still; what it then stores comes to nothing."""
    desk = a_desk(two.one, "wire", COPY)

    def cut_off(name: str) -> None:
        if name == "before_store":
            with two.other.database.engine.connect() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                        "datname = current_database() AND state = 'idle in transaction' "
                        "AND pid <> pg_backend_pid()"
                    )
                )

    cut = poll_one(desk, "wire", cut_off)
    assert not cut.ok
    assert two.other.records.counts()["item"] == 0
    assert two.other.database.settled(ItemRow) == (0,)  # the turn is free
    assert poll_one(desk, "wire").items_new == 1
    assert len(desk.parted()) == 1


def test_every_connection_is_told_to_end_what_stands_still(two):
    with two.one.database.writing() as connection:
        timeout = "SHOW idle_in_transaction_session_timeout"
        assert connection.scalar(text(timeout)) == "30s"


def test_several_machines_may_bring_the_schema_up_at_once(postgres, beside):
    url = postgres.empty()
    stores = [Store(url) for _ in range(3)]
    assert {after for _, after in beside.map(Store.upgrade, stores)} == {newest()}
    with stores[0].database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(FactRow)) == 1
    for store in stores:
        store.close()
    postgres.drop(url)


def test_a_password_that_changes_ends_a_session_that_begins_meanwhile(two, beside):
    two.one.access.set_password("old")
    with two.one.database.whole(shared=True):
        assert two.one.access.begin("mark", "old", NOON, NOON + DAY)
        changed = beside.submit(two.other.access.set_password, "new")
        two.wait_until_one_waits()
    assert changed.result(PATIENCE) == 1
    assert not two.one.access.is_in("mark", NOON)


def test_a_part_that_fails_does_not_take_the_whole_with_it(two):
    with two.one.database.whole(shared=True):
        with pytest.raises(StoreError), two.one.database.reading() as connection:
            connection.execute(text("SELECT * FROM no_such_table"))
        two.one.access.set_password("kept")
    assert two.other.access.password() == "kept"


def test_a_rebuild_that_comes_between_is_noticed(two):
    """What a person or a rebuild changed is read anew by a worker that has stories at hand."""
    desk = a_desk(two.one, "wire", COPY)
    poll_one(desk, "wire")
    other = Desk(two.other)
    other.now = desk.now
    assert rebuild_stories(other.watch, two.other.stories, two.other.database.turn).items == 1
    desk.now += HOUR
    desk.show("daily", "daily-1", RETOLD)
    poll_one(desk, "daily")
    assert len(desk.parted()) == 1
    with two.one.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(StoryRow)) == 1


def test_what_is_read_a_batch_at_a_time_stops_all_that_writes_once_not_at_each_batch(
    two, monkeypatch
):
    for number in range(9):
        keep(two.one, an_item(f"k{number}", f"Port {number} shut"), WATCH)
    alone = []

    def told(_connection, _cursor, statement, parameters, *_rest):
        if "pg_advisory_xact_lock(" in statement and Lock.TURN in parameters.values():
            alone.append(statement)

    event.listen(two.one.database.engine, "before_cursor_execute", told)
    monkeypatch.setattr(items, "BATCH", 2)
    done = [two.one.search.fill(2) for _ in range(5)]
    assert (done, len(alone)) == ([2, 2, 2, 2, 1], 1)
    alone.clear()
    batches = [len(batch) for batch in two.one.items.batches()]
    assert (batches, len(alone)) == ([2, 2, 2, 2, 1], 2)
    # What comes later is found, also where all that was settled has gone.
    keep(two.one, an_item("later", "Quay shut"), WATCH)
    assert (two.one.search.fill(2), two.one.search.waiting()) == (1, 0)
