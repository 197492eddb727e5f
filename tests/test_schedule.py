"""The schedule: late jobs run, and a clock that is moved holds up nothing."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from monitor import app as app_module
from monitor import schedule
from monitor.app import AT_ONCE, SLOW_AT_ONCE, App, in_turn
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.errors import FetchError
from monitor.matching import compile_watch
from monitor.model import Document
from monitor.schedule import build_schedule, mind_the_clock
from tests.make import a_feed, a_watch


class CountingApp:
    """Stands for the app: counts how often each step was called."""

    def __init__(self):
        self.calls = []

    async def poll_due(self):
        self.calls.append("poll")

    async def publish_when_read(self):
        self.calls.append("publish")

    async def read_due(self):
        self.calls.append("articles")

    async def assess_due(self):
        self.calls.append("assess")

    async def deliver_due(self):
        self.calls.append("deliver")

    async def index(self):
        self.calls.append("index")

    async def probe(self):
        self.calls.append("probe")

    async def tidy(self):
        self.calls.append("tidy")

    async def check(self):
        self.calls.append("check")

    async def mind(self):
        self.calls.append("mind")

    async def keep_house(self):
        self.calls.append("house")


@pytest.fixture
async def scheduler():
    made = build_schedule(CountingApp())
    made.start()
    yield made
    made.shutdown(wait=False)


async def until(check):
    async with asyncio.timeout(10):
        while not check():
            await asyncio.sleep(0.02)


async def test_every_step_is_run_and_late_runs_are_not_dropped(scheduler):
    app = scheduler.get_job("poll").func.__self__
    await until(
        lambda: (
            {"poll", "articles", "publish", "deliver", "index", "tidy", "mind", "house"}
            <= set(app.calls)
        )
    )
    for job in scheduler.get_jobs():
        assert job.misfire_grace_time is None
        assert job.coalesce
        assert job.max_instances == 1


async def test_a_clock_set_back_by_an_hour_stops_nothing(scheduler, monkeypatch):
    app = scheduler.get_job("poll").func.__self__
    await until(lambda: "poll" in app.calls)
    # As after the clock was set back: every next run lies an hour ahead.
    real = time.time
    minding = asyncio.create_task(mind_the_clock(scheduler))
    await asyncio.sleep(0)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
    app.calls.clear()
    monkeypatch.setattr(schedule.time, "time", lambda: real() - 3600)
    await until(lambda: {"poll", "publish", "deliver", "tidy", "mind"} <= set(app.calls))
    minding.cancel()


def names(kind, count):
    return {f"{kind}{n}" for n in range(count)}


@pytest.mark.parametrize(
    ("slow_waiting", "good_waiting", "slow_polled", "good_polled", "slow", "good"),
    [
        pytest.param(0, 10, 0, 0, 0, 10, id="room for all"),
        pytest.param(500, 100, 0, 0, SLOW_AT_ONCE, 100, id="many slow ones, who come first"),
        pytest.param(500, 100, SLOW_AT_ONCE, 0, 0, 100, id="the slow ones' places are taken"),
        pytest.param(10, 500, 0, 0, 10, AT_ONCE - 10, id="more than places"),
        pytest.param(10, 10, 0, AT_ONCE, 0, 0, id="no place at all"),
        pytest.param(10, 10, 0, AT_ONCE + 5, 0, 0, id="even fewer, as after an edit"),
        pytest.param(10, 10, 0, AT_ONCE - 12, 10, 2, id="a few places, in the order of waiting"),
    ],
)
def test_slow_feeds_leave_room_for_the_others(
    slow_waiting, good_waiting, slow_polled, good_polled, slow, good
):
    waiting = [a_feed(f"slow-w{n}") for n in range(slow_waiting)]
    waiting += [a_feed(f"good-w{n}") for n in range(good_waiting)]
    polling = names("slow-p", slow_polled) | names("good-p", good_polled)
    known_slow = names("slow-p", slow_polled) | names("slow-w", slow_waiting)
    chosen = in_turn(waiting, known_slow, polling)
    assert sum(feed.id in known_slow for feed in chosen) == slow
    assert sum(feed.id not in known_slow for feed in chosen) == good


class Gates:
    """Feeds of which each waits to be let through; then it has nothing."""

    def __init__(self):
        self.asked = {}

    async def fetch(self, url, **_more):
        gate = self.asked[url] = asyncio.Event()
        await gate.wait()
        raise FetchError(url, "nothing here")

    async def parse(self, *_):
        raise AssertionError("there is nothing to read")

    read = parse


async def test_each_poll_that_ends_makes_room_for_the_next_in_line(store, tmp_path, monkeypatch):
    monkeypatch.setattr(app_module, "AT_ONCE", 3)
    watch = a_watch(feeds=[a_feed(f"feed-{n}") for n in range(8)])
    loaded = LoadedWatch(watch, compile_watch(watch)[0])
    gates = Gates()
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    app = App(settings, loaded, store, gates, gates, gates)
    await app.poll_due()
    await until(lambda: len(gates.asked) == 3)
    for opened in range(1, 6):
        list(gates.asked.values())[opened - 1].set()
        await until(lambda most=opened + 3: len(gates.asked) == most)
    # What ended has a next time, and is not asked again with the rest.
    await app.poll_due()
    assert len(gates.asked) == 8
    await app.finish()
    assert len(store.records.states()) == 5


async def test_only_a_feed_that_was_slow_to_fail_is_put_behind(store, tmp_path, monkeypatch):
    monkeypatch.setattr(app_module, "SLOW", -1.0)

    class Mixed(Gates):
        async def fetch(self, url, **_more):
            if "bad" in url:
                raise FetchError(url, "did not finish")
            return Document(url, 304, unchanged=True)

    watch = a_watch(feeds=[a_feed("bad"), a_feed("good")])
    loaded = LoadedWatch(watch, compile_watch(watch)[0])
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    app = App(settings, loaded, store, Mixed(), Mixed(), Mixed())
    await app.poll_due()
    await until(lambda: len(app._asked) == 2)
    assert app._slow == {"bad"}
    await app.finish()
