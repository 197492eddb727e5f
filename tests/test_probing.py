"""A channel that is there again has what waited within two minutes, and none is hammered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import DeliveryError
from monitor.messages import Queue
from monitor.model import Channel, Route
from monitor.notify import Sender
from monitor.pipeline.deliver import deliver
from monitor.pipeline.probing import probe
from tests.make import HOUR, NOON, a_watch
from tests.sinks import chat_sink, mail_sink
from tests.test_alerting import PORTS
from tests.test_notify import a_delivery
from tests.test_outage import MINUTE, RealDesk, desk, in_chats, in_mails

__all__ = ["desk"]
TOKENS = {f"TOKEN-{number:03}" for number in range(4)}


def watch_on(url):
    return a_watch(
        indicators=[PORTS], channels=[Channel("x", url)], routes=[Route("all", to=("x",))]
    )


class Night:
    """Hours in which a channel is in trouble, and the minutes after: sends and probes as run."""

    def __init__(self, desk: RealDesk) -> None:
        self.desk = desk
        self.absent: set[str] = set()
        self.sender = Sender("Watch")

    async def minute(self, watch):
        queues = self.desk.store.queues
        await probe(watch, queues, self.sender.is_there, self.absent, self.desk.now)
        await deliver(watch, self.desk.edges(), "me")
        self.desk.now += MINUTE

    async def hours(self, watch, hours):
        for number in range(len(TOKENS)):
            self.desk.see_token(watch, number)
            for _ in range(hours * 60 // len(TOKENS)):
                await self.minute(watch)


@pytest.fixture
def night(desk):
    return Night(desk)


async def test_a_mail_server_that_was_away_has_all_within_two_minutes_of_its_return(night):
    with mail_sink() as mails:
        gone = mails.url
    await night.hours(watch_on(gone), 2)
    with mail_sink() as mails:
        for _ in range(2):
            await night.minute(watch_on(mails.url))
        # The port is another one here, which a probe cannot tell: it is the channel that counts.
        assert in_mails(mails) == dict.fromkeys(TOKENS, 1)


async def test_a_mail_server_that_put_its_recipients_off_is_asked_without_a_mail(night):
    with mail_sink() as mails:
        mails.refuse = "451 later"
        watch = watch_on(mails.url)
        await night.hours(watch, 2)
        mails.refuse = None
        for _ in range(2):
            await night.minute(watch)
        assert in_mails(mails) == dict.fromkeys(TOKENS, 1)
        assert len(mails.mails) == 2


async def test_a_web_service_that_was_away_has_all_within_two_minutes(night):
    with chat_sink() as chats:
        watch = watch_on(chats.url)
        chats.status = 503
        await night.hours(watch, 2)
        assert chats.begun <= 8
        assert chats.probed >= 100
        chats.status = 200
        for _ in range(2):
            await night.minute(watch)
        assert in_chats(chats) == dict.fromkeys(TOKENS, 1)


async def test_a_service_that_answers_but_refuses_is_left_to_its_pauses(night):
    with chat_sink() as chats:
        watch = watch_on(chats.url)
        chats.status = 403
        await night.hours(watch, 2)
        # A front page that answers all along tells nothing.
        assert chats.begun <= 8


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"Retry-After": "7200"}, id="in seconds"),
        pytest.param(
            {
                "Date": "Thu, 06 Nov 2025 12:00:00 GMT",
                "Retry-After": "Thu, 06 Nov 2025 14:00:00 GMT",
            },
            id="as a date, by the service's clock",
        ),
    ],
)
async def test_a_service_that_asks_for_patience_is_neither_tried_nor_probed(night, asked):
    with chat_sink() as chats:
        watch = watch_on(chats.url)
        chats.status, chats.headers = 503, asked
        await night.hours(watch, 2)
        assert (chats.begun, chats.probed) == (1, 0)
        chats.status = 200
        for _ in range(2):
            await night.minute(watch)
        assert in_chats(chats) == dict.fromkeys(TOKENS, 1)


@pytest.mark.parametrize(
    ("status", "attempts", "permanent", "words"),
    [
        pytest.param(404, 1, False, "404 Not Found", id="the channel may be put right"),
        pytest.param(401, 9, False, "401 Unauthorized", id="so may its password"),
        pytest.param(413, 1, True, "413", id="this message is refused for good"),
        pytest.param(422, 1, True, "422", id="so is what it cannot read"),
        pytest.param(400, 1, False, "400 Bad Request", id="a doubtful answer is tried again"),
        pytest.param(400, 5, True, "400", id="but not for ever"),
        pytest.param(500, 9, False, "500", id="its own fault passes"),
    ],
)
async def test_what_a_web_service_answers_decides_whether_to_try_again(
    status, attempts, permanent, words
):
    with chat_sink() as chats:
        chats.status = status
        with pytest.raises(DeliveryError, match=words) as refused:
            await Sender("Watch")(a_delivery(attempts=attempts), Channel("room", chats.url))
        assert refused.value.permanent is permanent


async def test_a_web_service_that_is_not_there_is_named_without_its_path():
    with chat_sink() as chats:
        gone = chats.url
    with pytest.raises(DeliveryError, match=r"http://127\.0\.0\.1:\d+ could not be") as refused:
        await Sender("Watch")(a_delivery(), Channel("room", gone))
    assert "/room" not in str(refused.value)


class Standing:
    """Channels that stand as they are told, and what was woken."""

    def __init__(self, **queues):
        self.queues = queues
        self.woken = []

    def all(self):
        return self.queues

    def wake(self, channel, now):
        self.woken.append(channel)


@pytest.mark.parametrize(
    ("answers", "woken"),
    [
        pytest.param([False, True], ["x"], id="away, then there"),
        pytest.param([True, True], [], id="there all along"),
        pytest.param([None, None], [], id="nobody can tell"),
        pytest.param([False, None, True], ["x"], id="away, unknown, there"),
        pytest.param([False, True, True], ["x"], id="woken once"),
    ],
)
async def test_only_a_channel_that_was_seen_to_be_away_is_woken(answers, woken):
    queues = Standing(x=Queue("x", 3, NOON, NOON + HOUR, "no"))
    absent: set[str] = set()
    left = list(answers)

    async def is_there(_channel):
        return left.pop(0)

    for _ in answers:
        await probe(watch_on("json://x"), queues, is_there, absent, NOON)
    assert queues.woken == woken


async def test_a_channel_that_is_not_resting_is_not_probed():
    queues = Standing(x=Queue("x", 1, NOON, NOON - timedelta(seconds=1), "no"))

    async def is_there(_channel):
        raise AssertionError

    assert await probe(watch_on("json://x"), queues, is_there, {"x"}, NOON) == []
