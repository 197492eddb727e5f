"""Is the watch well? Troubles are told once, the heartbeat stops, readyz and metrics say so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from monitor.alerts.trouble import LOW_DISK, OUTBOX_AGE, READY_FOR, Standing, TroubleKind
from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.digest.wording import utc
from monitor.matching import compile_watch
from monitor.model import Channel
from monitor.pipeline.troubles import tell_troubles
from monitor.web.pages import create_pages
from tests.make import HOUR, NOON, a_draft, a_watch

MINUTE = timedelta(minutes=1)
WELL = Standing(NOON, 10, 0, None, 10 * LOW_DISK, last_cycle=NOON)


@pytest.mark.parametrize(
    ("standing", "kinds"),
    [
        pytest.param(WELL, [], id="all is well"),
        pytest.param(replace(WELL, failing=5), [], id="half of the feeds"),
        pytest.param(replace(WELL, failing=6), ["feeds"], id="more than half of the feeds"),
        pytest.param(replace(WELL, feeds=0), [], id="no feeds at all"),
        pytest.param(
            replace(WELL, oldest_waiting=NOON - OUTBOX_AGE + MINUTE), [], id="a short wait"
        ),
        pytest.param(replace(WELL, oldest_waiting=NOON - OUTBOX_AGE), ["outbox"], id="a long wait"),
        pytest.param(replace(WELL, free_bytes=LOW_DISK - 1), ["disk"], id="little room"),
        pytest.param(replace(WELL, refused_at=NOON), [], id="an edit refused this moment"),
        pytest.param(replace(WELL, refused_at=NOON - MINUTE), ["list"], id="an edit refused"),
        pytest.param(
            replace(WELL, failing=9, free_bytes=0), ["feeds", "disk"], id="several at once"
        ),
    ],
)
def test_what_is_a_trouble(standing, kinds):
    assert [str(one.kind) for one in standing.troubles] == kinds
    assert standing.is_well is (kinds in ([], ["list"]))


@pytest.mark.parametrize(
    ("standing", "ready"),
    [
        pytest.param(WELL, True, id="a whole cycle just now"),
        pytest.param(replace(WELL, last_cycle=None), False, id="none yet"),
        pytest.param(replace(WELL, last_cycle=NOON - READY_FOR - MINUTE), False, id="long ago"),
        pytest.param(replace(WELL, refused_at=NOON - HOUR), True, id="a refused edit does no harm"),
        pytest.param(replace(WELL, failing=9), False, id="blind"),
    ],
)
def test_when_the_service_is_ready(standing, ready):
    assert standing.is_ready is ready


MAIL = Channel("desk-mail", "mailto://127.0.0.1:9/?from=a@b.example&to=c@d.example")
CHAT = Channel("chat", "json://127.0.0.1:9/")
WATCH = a_watch(channels=[CHAT, MAIL], contact="boss@desk.example")


def lines(store):
    return [(one.kind, one.subject, one.channel, one.state) for one in store.ledger.lines(20)]


def test_each_trouble_is_told_once_until_it_ends(store):
    blind = replace(WELL, failing=9)
    for step in range(3):
        tell_troubles(replace(blind, now=NOON + step * MINUTE), WATCH, store.troubles)
    assert lines(store) == [("trouble", "feeds", "desk-mail", "waiting")]
    tell_troubles(replace(WELL, now=NOON + HOUR), WATCH, store.troubles)
    assert store.troubles.open() == {}
    tell_troubles(replace(blind, now=NOON + 2 * HOUR), WATCH, store.troubles)
    assert len(lines(store)) == 2
    (waiting, _) = store.outbox.due(NOON + 3 * HOUR)
    claimed = store.outbox.claim(waiting.id, "me", NOON + 3 * HOUR)
    assert claimed.to == ("boss@desk.example",)
    assert "9 of 10 feeds fail" in claimed.message.subject


def test_without_a_mail_channel_the_ledger_says_that_nobody_was_told(store):
    watch = a_watch(channels=[CHAT, replace(MAIL, url=None)], contact="boss@desk.example")
    tell_troubles(replace(WELL, free_bytes=0), watch, store.troubles)
    assert lines(store) == [("trouble", "disk", "", "nowhere")]


# --- readyz and metrics


@pytest.fixture
def desk(store, tmp_path):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    loaded = LoadedWatch(WATCH, compile_watch(WATCH)[0])
    return Desk(settings, loaded, store, lambda: NOON)


@pytest.fixture
def client(desk):
    return TestClient(create_pages(cast(App, desk)), base_url="http://127.0.0.1")


def test_readyz_says_what_keeps_it(client, desk):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    desk.store.troubles.note_cycle(NOON)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["last_whole_cycle"] == utc(NOON)
    assert utc(NOON).endswith("Z")
    desk.store.outbox.put([a_draft()], NOON - 2 * HOUR)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert list(answer.json()["troubles"]) == ["outbox"]


def read_metrics(text):
    """Every sample of the text format, by name and labels; refuses what is none."""
    label = r'[a-z_]+="(?:[^"\\\n]|\\.)*"'
    sample = re.compile(rf"([a-z_]+)(?:\{{({label}(?:,{label})*)\}})? (-?[0-9.e+]+|NaN)")
    found: dict[tuple[str, str], float] = {}
    for line in text.splitlines():
        if line.startswith("# "):
            continue
        match = sample.fullmatch(line)
        assert match, line
        found[match[1], match[2] or ""] = float(match[3])
    return found


def test_metrics_are_in_the_text_format_of_prometheus(client, desk):
    desk.store.troubles.note_cycle(NOON - 30 * timedelta(seconds=1))
    desk.store.outbox.put([a_draft("1", 'od"d\\n')], NOON - MINUTE)
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = read_metrics(answer.text)
    assert found["monitor_ready", ""] == 1
    assert found["monitor_cycle_age_seconds", ""] == 30
    assert found["monitor_outbox_age_seconds", ""] == 60
    assert found["monitor_trouble", 'kind="feeds"'] == 0
    assert found["monitor_messages", 'channel="od\\"d\\\\n",state="waiting"'] == 1
    assert {kind for name, kind in found if name == "monitor_trouble"} == {
        f'kind="{one}"' for one in TroubleKind
    }


# --- whole cycles and the heartbeat


class CountingClient:
    def __init__(self):
        self.asked: list[Any] = []

    async def fetch(self, url, *, now, etag=None, last_modified=None):
        self.asked.append(url)


@pytest.fixture
def app(store, tmp_path):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    watch = replace(WATCH, heartbeat="https://beat.example/secret")
    client = CountingClient()

    class Parsers:
        parse = None

    class Clock:
        now = NOON

        def __call__(self):
            return self.now

    clock = Clock()
    made = App(
        settings,
        LoadedWatch(watch, compile_watch(watch)[0]),
        store,
        cast(Any, type("C", (), {"fetch": client.fetch, "allow": ()})()),
        cast(Any, Parsers()),
        cast(Any, type("R", (), {"read": None})()),
        clock,
    )
    return made, client, clock


@pytest.mark.parametrize("missing", ["poll", "publish", "deliver", None])
async def test_the_heartbeat_follows_a_whole_cycle_alone(app, missing):
    service, client, _ = app
    service._done = {"poll", "publish", "deliver"} - {missing}
    await service.mind()
    assert len(client.asked) == (missing is None)
    assert (service.store.troubles.last_cycle() is not None) is (missing is None)


async def test_the_heartbeat_is_called_once_a_minute_and_stops_in_trouble(app):
    service, client, clock = app
    for _ in range(8):
        service._done = {"poll", "publish", "deliver"}
        await service.mind()
        clock.now += 15 * timedelta(seconds=1)
    assert len(client.asked) == 2
    service.store.outbox.put([a_draft()], clock.now - 2 * HOUR)
    for _ in range(8):
        service._done = {"poll", "publish", "deliver"}
        await service.mind()
        clock.now += MINUTE
    assert len(client.asked) == 2
    assert service.store.troubles.open().keys() == {"outbox"}


async def test_a_clock_that_is_set_back_does_not_stop_the_heartbeat(app):
    service, client, clock = app
    for moment in (NOON, NOON - 24 * HOUR):
        clock.now = moment
        service._done = {"poll", "publish", "deliver"}
        await service.mind()
    assert len(client.asked) == 2
