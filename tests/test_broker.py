"""Alerts through a real message server, well and in trouble."""

from __future__ import annotations

import threading

import pytest

from monitor.errors import DeliveryError
from monitor.model import Channel
from monitor.notify import Sender
from tests.broker import broker
from tests.sinks import eventually
from tests.test_notify import MESSAGE, a_delivery


@pytest.fixture
def server(tmp_path):
    with broker(tmp_path) as running:
        yield running


async def test_a_message_arrives_once_and_leaves_no_connection_behind(server):
    send, channel = Sender("Watch"), Channel("room", server.url())
    with server.listening() as heard:
        for _ in range(3):
            assert "took the message" in await send(a_delivery(), channel)
        await eventually(lambda: len(heard) == 3)
        assert heard == [MESSAGE.short] * 3
        await eventually(lambda: len(clients()) == 1)


async def test_a_wrong_password_is_a_refusal_that_does_not_show_it(server):
    with server.listening() as heard:
        with pytest.raises(DeliveryError) as refused:
            await Sender("Watch")(a_delivery(), Channel("room", server.url("guess")))
        assert "guess" not in str(refused.value)
        assert not refused.value.permanent
        assert heard == []


async def test_a_server_that_ended_is_seen_to_be_away_and_to_be_back(server):
    sender, channel = Sender("Watch"), Channel("room", server.url())
    server.end()
    with pytest.raises(DeliveryError):
        await sender(a_delivery(), channel)
    assert await sender.is_there(channel) is False
    server.begin()
    assert await sender.is_there(channel) is True
    with server.listening() as heard:
        await sender(a_delivery(), channel)
        await eventually(lambda: heard == [MESSAGE.short])


async def test_a_server_that_hangs_may_have_taken_it_and_answers_late(server):
    channel = Channel("room", server.url())
    with server.listening() as heard:
        server.freeze()
        with pytest.raises(DeliveryError) as late:
            await Sender("Watch", timeout=1)(a_delivery(), channel)
        assert late.value.uncertain
        server.thaw()
        await eventually(lambda: "room" not in _at_work())
        await Sender("Watch")(a_delivery(interrupted=True), channel)
        await eventually(lambda: any(one.startswith("(may be a repeat) ") for one in heard))
        assert len(heard) <= 2


def clients():
    """The threads of MQTT clients: the subscriber has one."""
    return [one for one in threading.enumerate() if one.name.startswith("paho")]


def _at_work():
    from monitor.notify import chat

    return chat._at_work
