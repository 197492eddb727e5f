"""The queue of jobs: who has which, who lost them, what is refused then, and which list holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from procrastinate.jobs import Status
from procrastinate.periodic import PeriodicDeferrer

from monitor.app import CYCLE, opened
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.demo import Sample, write_feed
from monitor.desk import open_desk
from monitor.errors import MonitorError, StaleError
from monitor.feeds.guard import Guard
from monitor.jobs.hand import Hand
from monitor.jobs.lanes import LANES, MOST, Lanes, lane_of, led_of
from monitor.jobs.lists import list_in_force
from monitor.jobs.queue import STEPS, JobQueue
from monitor.model import Feed
from monitor.pipeline.poll import due_feeds
from monitor.store import Store
from monitor.store.jobtables import make_anew, mark
from monitor.store.lease import Lease
from tests.commands import run
from tests.make import a_draft
from tests.mother import ROOT
from tests.sinks import eventually, feed_sink

LIST = """\
title: Ports
feeds: [{id: wire, url: 'https://wire.example/rss'}]
indicators: [{id: ports, title: Ports, match: port}]
alerts: {channels: {desk: '${DESK_URL}'}}
"""
CHAT = "json://127.0.0.1/room"


@pytest.fixture
def url(postgres) -> Iterator[str]:
    url = postgres.upgraded()
    yield url
    postgres.drop(url)


@pytest.fixture
async def queues(url):
    """Two processes' views of one queue."""
    async with AsyncExitStack() as stack:
        found = [JobQueue(url, Lease()) for _ in range(2)]
        for queue in found:
            await stack.enter_async_context(queue.opened())
        yield found


def ask(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


# --- lanes ----------------------------------------------------------------------------------


def feeds(*urls: str) -> list[Feed]:
    return [Feed(id=f"f{number}", url=url) for number, url in enumerate(urls)]


def test_the_feeds_of_a_host_are_in_one_lane_whatever_the_address():
    urls = ("https://wire.example/a", "http://WIRE.example:8080/b", "https://other.example/")
    found = Lanes(Guard()).batches(feeds(*urls))
    assert found[lane_of("wire.example")] == ["f0", "f1"]
    assert found[lane_of("other.example")] == ["f2"]


def test_a_host_that_the_list_allows_has_as_many_lanes_as_feeds():
    urls = [f"http://10.0.0.1:9000/{number}" for number in range(40)]
    assert len(Lanes(Guard(["10.0.0.0/8"])).batches(feeds(*urls))) > 30
    assert len(Lanes(Guard()).batches(feeds(*urls))) == 1


def test_a_batch_is_bounded():
    urls = [f"https://wire.example/{number}" for number in range(MOST + 9)]
    (batch,) = Lanes(Guard()).batches(feeds(*urls)).values()
    assert len(batch) == MOST
    assert all(0 <= lane_of(url) < LANES for url in urls)


@pytest.mark.parametrize(
    ("led", "together"),
    [
        pytest.param({}, [], id="to no other host"),
        pytest.param({"f0": "b.example:443"}, ["ab"], id="to another feed's host"),
        pytest.param({"f0": "x.example:443", "f1": "x.example:80"}, ["ab"], id="two to a third"),
        pytest.param(
            {"f0": "x.example:443 y.example:443", "f1": "y.example:443", "f2": "x.example:443"},
            ["abc"],
            id="over several",
        ),
        pytest.param({"f0": "10.0.0.1:9000", "f1": "10.0.0.1:9000"}, [], id="to one allowed"),
        pytest.param({"f3": "a.example:443"}, ["ad"], id="from one allowed"),
        pytest.param({"f9": "a.example:443"}, [], id="of a feed that is in no list"),
    ],
)
def test_hosts_to_which_feeds_lead_share_a_lane_with_them(led, together):
    hosts = ("a.example", "b.example", "c.example", "10.0.0.2:9000")
    of = feeds(*(f"http://{host}/rss" for host in hosts))
    lanes = Lanes(Guard(["10.0.0.0/8"]), led_of({feed.id: feed for feed in of}, led))
    found = {"".join("abcd"[int(name[1])] for name in one) for one in lanes.batches(of).values()}
    assert sorted(one for one in found if len(one) > 1) == together
    assert lanes.of_host("A.example") == lanes.of(of[0])


# --- who has a job, and who lost it ---------------------------------------------------------


async def taken(queue: JobQueue, task: str):
    """A job as a worker of that queue begins it."""
    worker = await queue._jobs.register_worker()
    await queue.defer(task)
    job = await queue._jobs.fetch_job([STEPS], worker)
    assert job is not None
    return job


async def test_what_waits_already_is_not_put_twice(queues, url):
    await queues[0].defer("deliver")
    await queues[1].defer("deliver")
    lanes = {"lane 1": {"lane": 1}, "lane 2": {"lane": 2}}
    assert await queues[0].defer_all("poll", "polls", lanes) == 2
    assert await queues[1].defer_all("poll", "polls", lanes) == 0
    assert ask(url, "select count(*) from jobs.procrastinate_jobs") == [(3,)]


async def test_what_comes_by_itself_comes_once_over_all_workers(queues, url):
    for queue in queues:
        task = queue.steps.task(name="mind", queue=STEPS, lock="mind", queueing_lock="mind mind")
        queue.steps.periodic(cron="* * * * * */15")(task(lambda timestamp: None))
    for queue in queues:
        deferrer = PeriodicDeferrer(queue.steps.periodic_registry)
        await deferrer.defer_jobs(deferrer.get_previous_tasks(at=1_800_000_000.0))
    assert ask(url, "select task_name from jobs.procrastinate_jobs") == [("mind",)]


async def test_the_jobs_of_a_silent_worker_are_let_go_though_the_next_of_their_kind_wait(
    queues, url
):
    slow, quick = queues
    job = await taken(slow, "deliver")
    await quick.defer("deliver")
    assert await quick.take_over() == []
    ask(url, "update jobs.procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
    assert await quick.take_over() == ["deliver"]
    again = await quick._jobs.fetch_job([STEPS], await quick._jobs.register_worker())
    assert again is not None
    # The one that was silent wakes: it ends no job that is another's.
    await slow._jobs.finish_job(job.evolve(id=again.id), Status.SUCCEEDED, True)
    assert ask(url, "select status::text from jobs.procrastinate_jobs") == [("doing",)]
    await quick._jobs.finish_job(again, Status.SUCCEEDED, True)
    assert ask(url, "select count(*) from jobs.procrastinate_jobs") == [(0,)]


async def test_who_lost_the_lease_can_write_nothing(queues, url):
    slow, quick = queues
    await slow._jobs.register_worker()
    with closing(Store(url)) as store:
        store.database.fence = slow.lease.check
        store.facts.note("tried", "before")
        ask(url, "update jobs.procrastinate_workers set last_heartbeat = '2020-01-01'")
        await quick.take_over()
        for write in (
            lambda: store.facts.note("tried", "after"),
            lambda: store.in_force.refuse(datetime.now(UTC)),
            lambda: store.outbox.claim(1, "me", datetime.now(UTC)),
            store.database.turn.__enter__,
        ):
            with pytest.raises(StaleError, match="others do its work"):
                write()
        assert store.facts.text("tried") == "before"


async def test_nobody_is_held_for_gone_who_is_just_storing(queues, url):
    slow, quick = queues
    await slow._jobs.register_worker()
    with closing(Store(url)) as store:
        store.database.fence = slow.lease.check
        ask(url, "update jobs.procrastinate_workers set last_heartbeat = '2020-01-01'")
        with store.database.turn.shared():
            await quick.take_over()
            assert await quick.living() == set(slow.lease.ids)
        await quick.take_over()
        assert await quick.living() == set()


def test_the_tables_of_another_version_of_the_library_are_made_anew(url):
    ask(url, "comment on schema jobs is 'procrastinate 2.0'")
    ask(url, "insert into jobs.procrastinate_workers default values")
    with closing(Store(url)) as store:
        store.upgrade()
        assert ask(url, "select count(*) from jobs.procrastinate_workers") == [(0,)]
        assert ask(url, "select obj_description('jobs'::regnamespace)") == [(mark(),)]
        with store.database.writing() as connection:
            make_anew(connection)  # and then left as they are


# --- the list in force ----------------------------------------------------------------------


def taken_up(folder: Path, url: str, text: str = LIST, **env: str):
    """The settings of a service that has taken a list up."""
    (folder / "indicators.yaml").write_text(text)
    environ = {"DESK_URL": CHAT, "MONITOR_KEY": "one key", **env}
    settings = read_settings(folder / "indicators.yaml", url, environ)
    with open_desk(settings, load(settings.file, settings.env)) as desk:
        desk.note(desk.watch)
    return settings


def at_a_worker(folder: Path, url: str, **env: str):
    """What a worker elsewhere loads, with no file but the database."""
    environ = {"DESK_URL": CHAT, "MONITOR_KEY": "one key", **env}
    settings = read_settings(folder / "elsewhere" / "indicators.yaml", url, environ)
    with closing(Store(url)) as store:
        return list_in_force(settings, store)


def test_a_worker_has_the_list_that_the_service_took_up_last(tmp_path, url):
    taken_up(tmp_path, url)
    first = at_a_worker(tmp_path, url)
    settings = taken_up(tmp_path, url, LIST.replace("match: port", "match: harbour"))
    second = at_a_worker(tmp_path, url)
    ours = load(settings.file, settings.env).watch
    assert second.loaded.watch.revision == ours.revision == second.mark
    assert second.loaded.watch.indicators == ours.indicators != first.loaded.watch.indicators
    with closing(Store(url)) as store:
        store.in_force.agree(second.mark)
        with pytest.raises(StaleError, match="another watch list"):
            store.in_force.agree(first.mark)


@pytest.mark.parametrize(
    ("text", "env", "said"),
    [
        pytest.param(
            LIST.replace("'${DESK_URL}'", "'json://127.0.0.1/secret'"),
            {},
            "alerts.channels.desk",
            id="an address written out",
        ),
        pytest.param(
            LIST.replace("https://wire", "https://ana:secret@wire"),
            {},
            r"feeds\[0\]\.url",
            id="a password in the address of a feed",
        ),
        pytest.param(LIST, {"DESK_URL": ""}, "desk; set the variables", id="no channel"),
        pytest.param(LIST, {"MONITOR_KEY": "other"}, "MONITOR_KEY", id="another key"),
    ],
)
def test_a_worker_that_lacks_what_the_list_needs_says_so(tmp_path, url, text, env, said):
    taken_up(tmp_path, url, text)
    with pytest.raises(MonitorError, match=said) as told:
        at_a_worker(tmp_path, url, **env)
    assert "secret" not in str(told.value)


def test_without_a_list_a_worker_says_where_it_would_come_from(tmp_path, url):
    with pytest.raises(MonitorError, match="start monitor run"):
        at_a_worker(tmp_path, url)


# --- the command ----------------------------------------------------------------------------


def test_on_sqlite_it_says_why_not_and_what_to_do(tmp_path, capsys):
    assert run("worker", "--file", ROOT / "indicators.yaml", "--database", tmp_path / "a.db") == 2
    said = capsys.readouterr().err
    assert "one process works on" in said
    assert "monitor db copy" in said
    assert not (tmp_path / "a.db").exists()


# --- a worker's steps -----------------------------------------------------------------------


@pytest.fixture
async def hands(tmp_path, url, queues):
    """Two workers by one list, without their queues' sides running."""
    settings = taken_up(tmp_path, url)
    async with AsyncExitStack() as stack:
        found = []
        for queue in queues:
            with closing(Store(url)) as store:
                listed = list_in_force(settings, store)
            hand = await stack.enter_async_context(opened(Hand, settings, listed.loaded))
            hand.store.database.fence = queue.lease.check
            hand.begin_with(listed, queue)
            await queue._jobs.register_worker()
            hand.sign()
            found.append(hand)
        yield found


async def test_a_cycle_is_whole_whoever_did_its_parts(hands):
    one, other = hands
    for hand, step in ((one, "poll"), (other, "publish"), (one, "deliver")):
        assert not other.has_done(CYCLE)
        hand.did(step)
        await eventually(lambda hand=hand: not hand._running)
    assert one.has_done(CYCLE)
    assert other.has_done(CYCLE)
    one.store.troubles.note_cycle(other.clock())
    assert not other.has_done(CYCLE)


async def test_an_edit_that_the_service_refuses_is_known_to_every_worker(hands, tmp_path, url):
    at = datetime(2026, 1, 2, tzinfo=UTC)
    hands[0].store.in_force.refuse(at)
    assert hands[1].standing().refused_at == at
    taken_up(tmp_path, url, LIST.replace("match: port", "match: harbour"))
    assert hands[1].standing().refused_at is None


async def test_what_a_worker_had_claimed_that_is_gone_is_sent_by_another(hands, url):
    one, other = hands
    now = one.clock()
    one.store.outbox.put([a_draft()], now)
    (waiting,) = other.store.outbox.due(now)
    assert one.store.outbox.claim(waiting.id, one.owner.replace(":", "-far:", 1), now)
    await other.deliver_due()
    assert other.store.outbox.due(other.clock()) == []
    ask(url, f"delete from jobs.procrastinate_workers where id = {one.queue.lease.ids[0]}")
    await other.deliver_due()
    assert [again.id for again in other.store.outbox.due(other.clock())] == [waiting.id]


async def test_a_poll_by_a_list_that_is_no_longer_in_force_is_done_again_by_the_next(
    hands, tmp_path, url
):
    hand, _ = hands
    with feed_sink() as sink:
        samples = [Sample("a", "wire", "The harbour is shut", "", datetime.now(UTC))]
        sink.documents["rss"] = write_feed("wire-en", samples)
        local = LIST.replace("https://wire.example/rss", sink.url("rss"))
        local += f"polling: {{allow: ['{sink.address}']}}\n"
        taken_up(tmp_path, url, local)
        await hand.refresh()
        taken_up(tmp_path, url, local.replace("match: port", "match: harbour"))
        await hand.poll_batch(["wire"])
        assert len(sink.asked) == 2
    assert ask(url, "select count(*) from item") == [(1,)]
    assert ask(url, "select indicator from hit") == [("ports",)]


async def test_what_looks_due_is_what_is_due(hands, tmp_path, url):
    hand, _ = hands
    urls = {one: f"https://{one}.example/rss" for one in ("rests", "due", "never", "moved", "gone")}
    feeds = ", ".join(f"{{id: {one}, url: '{address}'}}" for one, address in urls.items())
    head = LIST.replace("{id: wire, url: 'https://wire.example/rss'}", feeds)
    taken_up(tmp_path, url, head)
    await hand.refresh()
    for one, pause, address, gone in (
        ("rests", "1 hour", urls["rests"], False),
        ("due", "-1 second", urls["due"], False),
        ("moved", "1 hour", "https://before.example/rss", False),
        ("gone", "-1 second", urls["gone"], True),
        ("other", "-1 second", "https://of-no-list.example/rss", False),
    ):
        ask(
            url,
            "insert into feed (id, url, gone, last_poll, next_poll, failures, skipped, losses, "
            f"heard_items, heard_days) values ('{one}', '{address}', {gone}, now(), "
            f"now() + interval '{pause}', 0, 0, 0, 0, 0) returning 1",
        )

    def looks_due() -> set[str]:
        return {name for batch in hand._due_by_lane().values() for name in batch}

    now = hand.clock()
    assert looks_due() == {feed.id for feed in due_feeds(hand.watch, hand.edges, now)}
    assert looks_due() == {"due", "never", "moved"}
    ask(url, f"update feed set url = '{urls['moved']}' where id = 'moved' returning 1")
    ask(url, "update feed set next_poll = now() + interval '1 hour' where id = 'due' returning 1")
    assert looks_due() == {"never"}


async def test_feeds_that_lead_to_one_host_are_polled_by_one_worker_from_then_on(
    hands, tmp_path, url
):
    hand, other = hands
    with feed_sink() as sink:
        sink.redirects |= dict.fromkeys(("a", "b", "away"), f"http://localhost:{sink.port}/end")
        sink.redirects["away"] = "http://localhost:1/closed"
        sink.documents["end"] = b"<rss><channel><title>Wire</title></channel></rss>"
        sink.documents["own"] = sink.documents["end"]
        names = ("a", "b", "own", "away")
        lines = ", ".join(f"{{id: {one}, url: '{sink.url(one)}'}}" for one in names)
        text = LIST.replace("{id: wire, url: 'https://wire.example/rss'}", lines)
        text += f"polling: {{allow: ['{sink.address}', 'localhost:{sink.port}', 'localhost:1']}}\n"
        taken_up(tmp_path, url, text)
        await hand.refresh()
        await hand.poll_batch(names)
    led = {"a": f"localhost:{sink.port}", "b": f"localhost:{sink.port}", "away": "localhost:1"}
    assert other.store.due.led_to() == led
    lanes = Lanes(Guard(), led_of(hand._feeds, led))
    assert lanes.of_host("localhost") == lanes.of_host("127.0.0.1") == lanes.of(hand._feeds["a"])
    states = hand.store.records.states()
    assert {one: states[one].failures for one in names} == {"a": 0, "b": 0, "own": 0, "away": 1}
