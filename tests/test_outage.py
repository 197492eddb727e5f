"""Six hours of trouble at real servers, on a fake clock: all arrives, once; nobody else waits."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.digest.render import Renderer
from monitor.model import Channel, Route
from monitor.notify import Sender
from monitor.pipeline.deliver import deliver
from tests.make import a_watch
from tests.sinks import chat_sink, mail_sink
from tests.test_alerting import PORTS, Desk

MINUTE = timedelta(minutes=1)
TIMEOUT = 0.8
"""Seconds that a mail server has; chat has longer, since Apprise takes a second to load."""
RENDERER = Renderer(Path(__file__).resolve().parents[1] / "templates")
TOKEN = re.compile(r"TOKEN-\d+")


class RealDesk(Desk):
    """The same desk with real mails and chat messages, over sockets."""

    async def send(self, delivery, channel):
        sender = Sender("Port watch", timeout=TIMEOUT if channel.is_mail else 30)
        return await sender(delivery, channel)

    def edges(self):
        return replace(super().edges(), writer=RENDERER)

    def see_token(self, watch, number):
        self.see(watch, f"TOKEN-{number:03}", "ports")


@pytest.fixture
def desk(store, monkeypatch):
    from tests import test_alerting

    plain = test_alerting.an_item
    monkeypatch.setattr(
        test_alerting, "an_item", lambda key: plain(key, f"Port closed, {key}", link=None)
    )
    return RealDesk(store)


def watch_of(mails, chats):
    return a_watch(
        indicators=[PORTS],
        channels=[Channel("mail", mails.url), Channel("chat", chats.url)],
        routes=[Route("all", to=("mail", "chat"))],
    )


def in_mails(mails):
    """In how many different mails each token stands: a repeat of a mail has its Message-ID."""
    found: Counter[str] = Counter()
    bodies = {mail["Message-ID"]: mail.get_body(("plain",)).get_content() for mail in mails.mails}
    for body in bodies.values():
        found.update(set(TOKEN.findall(body)))
    return found


def in_chats(chats):
    found: Counter[str] = Counter()
    for message in chats.messages:
        found.update(TOKEN.findall(message["message"]))
    return found


async def six_hours(desk, watch, other):
    """An alert every ten minutes; ``other`` counts what the healthy channel has, each at once."""
    for number in range(36):
        desk.see_token(watch, number)
        await deliver(watch, desk.edges(), "me")
        assert other()[f"TOKEN-{number:03}"] == 1
        desk.now += 10 * MINUTE


async def and_after(desk, watch):
    """The time that the longest pause may still take, in steps of a minute."""
    for _ in range(67):
        await deliver(watch, desk.edges(), "me")
        desk.now += MINUTE


MAIL_TROUBLES = {
    "4xx at the recipients": {"refuse": "451 later"},
    "4xx after DATA": {"answer": "452 no room"},
    "hangs": {"fault": "hang"},
    "drops after DATA": {"fault": "drop"},
    "answers late": {"fault": "late"},
}


@pytest.mark.on_sqlite
@pytest.mark.parametrize("trouble", MAIL_TROUBLES.values(), ids=MAIL_TROUBLES.keys())
async def test_mail_is_in_trouble_for_six_hours(desk, trouble):
    with mail_sink() as mails, chat_sink() as chats:
        mails.late = 2 * TIMEOUT
        watch = watch_of(mails, chats)
        healthy = {name: getattr(mails, name) for name in trouble}
        for name, value in trouble.items():
            setattr(mails, name, value)
        await six_hours(desk, watch, lambda: in_chats(chats))
        for name, value in healthy.items():
            setattr(mails, name, value)
        await and_after(desk, watch)
        tokens = {f"TOKEN-{number:03}" for number in range(36)}
        assert in_mails(mails) == dict.fromkeys(tokens, 1)
        assert in_chats(chats) == dict.fromkeys(tokens, 1)
        # What waited came as one message behind the first.
        ids = Counter(mail["Message-ID"] for mail in mails.mails)
        assert len(ids) == 2
        repeats = [mail for mail in mails.mails if mail["X-May-Be-Repeat"]]
        if trouble.get("fault") in ("drop", "late"):
            # It had got through each time: every repeat has its id, and says what it is.
            first = mails.mails[0]["Message-ID"]
            assert {mail["Message-ID"] for mail in repeats} == {first}
            assert len(repeats) == ids[first] - 1
        else:
            assert set(ids.values()) == {1}
        assert desk.store.ledger.counts().keys() == {
            ("mail", "sent"),
            ("mail", "merged"),
            ("chat", "sent"),
        }


async def test_a_mail_server_that_is_not_there_at_all(desk):
    with chat_sink() as chats:
        with mail_sink() as mails:
            gone = mails.url
        watch = a_watch(
            indicators=[PORTS],
            channels=[Channel("mail", gone), Channel("chat", chats.url)],
            routes=[Route("all", to=("mail", "chat"))],
        )
        await six_hours(desk, watch, lambda: in_chats(chats))
        with mail_sink() as mails:
            await and_after(desk, watch_of(mails, chats))
            assert in_mails(mails) == {f"TOKEN-{number:03}": 1 for number in range(36)}


async def test_a_mail_server_that_refuses_for_good_parks_each_and_holds_none(desk):
    with mail_sink() as mails, chat_sink() as chats:
        watch = watch_of(mails, chats)
        mails.answer = "554 not wanted"
        for number in range(3):
            desk.see_token(watch, number)
            await deliver(watch, desk.edges(), "me")
        mails.answer = "250 fine"
        desk.see_token(watch, 3)
        await deliver(watch, desk.edges(), "me")
        await and_after(desk, watch)
        assert in_mails(mails) == {"TOKEN-003": 1}
        parked = desk.store.ledger.lines(10, state="parked")
        assert [line.channel for line in parked] == ["mail"] * 3
        assert "554" in parked[0].note


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_chat_is_in_trouble_for_six_hours(desk, status):
    with mail_sink() as mails, chat_sink() as chats:
        watch = watch_of(mails, chats)
        chats.status = status
        await six_hours(desk, watch, lambda: in_mails(mails))
        tried = chats.begun
        assert tried <= 13
        chats.status = 200
        await and_after(desk, watch)
        tokens = {f"TOKEN-{number:03}" for number in range(36)}
        assert in_chats(chats) == dict.fromkeys(tokens, 1)
        assert in_mails(mails) == dict.fromkeys(tokens, 1)
