"""An alert that nobody has seen is told again where its route asks for it, until somebody has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.decide import Alert, Reason
from monitor.alerts.repeat import MOST_REPEATS, longest_repeat, repeats_due
from monitor.messages import Mute, Told
from monitor.model import Channel, Route
from monitor.pipeline.deliver import deliver
from monitor.pipeline.repeats import queue_repeats
from tests.make import DAY, HOUR, NOON, a_watch
from tests.sample_pages import STORIES, WATCH
from tests.test_alerting import PORTS, RAILS, Desk
from tests.test_render_messages import RENDERER

ROUTE = Route("all", to=("desk",), repeat=4 * HOUR)
LIST = a_watch(
    indicators=[PORTS, RAILS],
    channels=[Channel("desk", "json://127.0.0.1:9/"), Channel("two", "json://127.0.0.1:9/")],
    routes=[ROUTE],
)


@pytest.fixture
def desk(store):
    return Desk(store)


async def hours(desk, watch, number):
    """The steps as the service runs them, once an hour; which keys went out."""
    for _ in range(number):
        desk.now += HOUR
        queue_repeats(watch, desk.edges(), desk.now)
        await deliver(watch, desk.edges(), "me")
    return [line.reason for line in reversed(desk.store.ledger.lines(100)) if line.state == "sent"]


async def test_an_alert_is_repeated_until_somebody_has_seen_it(desk):
    desk.see(LIST, "one", "ports")
    await deliver(LIST, desk.edges(), "me")
    assert await hours(desk, LIST, 3) == ["new"]
    assert await hours(desk, LIST, 1) == ["new", "repeat"]
    assert await hours(desk, LIST, 4) == ["new", "repeat", "repeat"]
    desk.store.mutes.see("one", "Ana", desk.now)
    assert await hours(desk, LIST, 24) == ["new", "repeat", "repeat"]


async def test_the_repeats_end_by_themselves_some_day(desk):
    desk.see(LIST, "one", "ports")
    await deliver(LIST, desk.edges(), "me")
    sent = await hours(desk, LIST, 4 * (MOST_REPEATS + 3))
    assert sent == ["new"] + ["repeat"] * MOST_REPEATS


async def test_a_repeat_that_is_held_is_not_followed_by_another(desk):
    desk.see(LIST, "one", "ports")
    await deliver(LIST, desk.edges(), "me")
    desk.store.mutes.add(Mute(desk.now + 12 * HOUR, "ports", None, "drill"), desk.now)
    assert await hours(desk, LIST, 11) == ["new"]
    assert [line.reason for line in desk.store.ledger.lines(9, state="held")] == ["repeat"]
    assert await hours(desk, LIST, 1) == ["new", "repeat"]


async def test_what_was_told_in_a_summary_is_repeated_by_itself(desk):
    night = replace(LIST, quiet=None)
    desk.store.mutes.add(Mute(desk.now + HOUR), desk.now)
    for key in ("one", "two"):
        desk.see(night, key, "ports")
    await deliver(night, desk.edges(), "me")
    assert await hours(desk, night, 1) == ["summary"]
    assert await hours(desk, night, 4) == ["summary", "repeat", "repeat"]


async def test_a_repeat_is_no_story_of_the_budget(desk):
    tight = replace(LIST, indicators=(replace(PORTS, budget=1),))
    desk.see(tight, "one", "ports")
    await deliver(tight, desk.edges(), "me")
    await hours(desk, tight, 4)
    assert desk.store.outbox.told_since(NOON + HOUR) == {}


def a_told(**more):
    values = {"subject": "one", "channel": "desk", "route": "all", "at": NOON, **more}
    return Told(**values)


@pytest.mark.parametrize(
    ("told", "routes", "after", "due"),
    [
        pytest.param(a_told(), [ROUTE], 4 * HOUR, True, id="its time has come"),
        pytest.param(a_told(), [ROUTE], 4 * HOUR - timedelta(seconds=1), False, id="not yet"),
        pytest.param(a_told(), [replace(ROUTE, repeat=None)], DAY, False, id="it asks for none"),
        pytest.param(a_told(route="gone"), [ROUTE], DAY, False, id="its route is gone"),
        pytest.param(a_told(channel="two"), [ROUTE], DAY, False, id="its channel is"),
        pytest.param(a_told(repeats=MOST_REPEATS), [ROUTE], DAY, False, id="often enough"),
        pytest.param(
            a_told(route="below"),
            [replace(ROUTE, routes=(Route("below"),))],
            4 * HOUR,
            True,
            id="a route below has it from the one above",
        ),
        pytest.param(
            a_told(),
            [replace(ROUTE, digest=(NOON.time(),))],
            DAY,
            False,
            id="a digest is not repeated",
        ),
    ],
)
def test_a_repeat_is_due(told, routes, after, due):
    watch = replace(LIST, routes=tuple(routes))
    assert list(repeats_due([told], watch, NOON + after)) == ([told] if due else [])


def test_without_a_route_that_repeats_nothing_is_looked_up():
    assert longest_repeat(LIST) == 4 * HOUR * (MOST_REPEATS + 1)
    assert longest_repeat(replace(LIST, routes=(Route("all", to=("desk",)),))) is None


def test_a_repeat_says_that_it_is_one():
    story = STORIES[2]
    alert = Alert(story.lead.item, story.lead.hits, Reason.REPEAT)
    message = RENDERER.alert_message(story, alert, WATCH)
    assert message.subject.startswith("Again: Su-30 overhauls: ")
    assert message.short.startswith("Again: Su-30 overhauls")
    assert "Sent again because nobody has said that they saw it." in " ".join(message.text.split())
