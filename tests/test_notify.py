"""Mail and chat as they arrive at real servers on loopback."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from email import message_from_bytes, policy
from email.headerregistry import Address

import pytest

from monitor.errors import DeliveryError
from monitor.messages import Delivery, Message, Picture, Pointer
from monitor.model import Channel
from monitor.notify import Sender
from monitor.notify.mail import MailChannel, compose, read_address
from tests.make import NOON
from tests.sinks import chat_sink, eventually, mail_sink

MESSAGE = Message(
    subject="5 November: 3 stories",
    text="Port closed\nПорт закрыт 港口关闭",
    html="<p>Port closed <b>Порт закрыт</b></p>",
    short="3 stories: Port closed",
)


def a_delivery(**more):
    values = {
        "id": 1,
        "key": "digest|r|desk|2025-11-06 07:00",
        "kind": "digest",
        "subject": "2025-11-06 07:00",
        "route": "r",
        "channel": "desk",
        "reason": "digest",
        "message": MESSAGE,
        "state": "sending",
        "note": "",
        "attempts": 1,
        "created": NOON,
        "next_try": NOON,
        **more,
    }
    return Delivery(**values)


@pytest.fixture
def mails():
    with mail_sink() as sink:
        yield sink


@pytest.fixture
def chats():
    with chat_sink() as sink:
        yield sink


async def test_a_mail_arrives_with_both_texts_and_the_headers_of_a_list(mails):
    await Sender("Port watch")(a_delivery(), Channel("desk", mails.url))
    (mail,) = mails.mails
    assert mail["Subject"] == MESSAGE.subject
    assert mail["From"] == "Port watch <watch@desk.example>"
    assert mail["To"] == "ana@desk.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "desk.what-to-watch.desk.example" in mail["List-Id"]
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(("plain",)).get_content().splitlines() == MESSAGE.text.splitlines()
    assert "Порт закрыт" in mail.get_body(("html",)).get_content()


async def test_a_repeat_has_the_same_ids_and_says_so(mails):
    send, channel = Sender("Port watch"), Channel("desk", mails.url)
    await send(a_delivery(), channel)
    await send(a_delivery(id=2, interrupted=True), channel)
    first, second = mails.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_all("Message-ID") == [first["Message-ID"]]
    assert first["X-Digest-Id"] == second["X-Digest-Id"]
    assert first["X-May-Be-Repeat"] is None
    assert second["X-May-Be-Repeat"] == "yes"


async def test_a_repeat_is_the_same_to_the_byte_with_its_pictures():
    address = read_address("mailto://127.0.0.1/?from=w@d.example&to=a@d.example", "desk")
    message = replace(MESSAGE, pictures=(Picture("one@what-to-watch", b"\x89PNG one"),))
    first, second = (compose(a_delivery(message=message), address, "Watch") for _ in range(2))
    assert first.as_bytes() == second.as_bytes()


async def test_pictures_stand_beside_the_html_that_shows_them(mails):
    pictures = (Picture("one@what-to-watch", b"\x89PNG one"), Picture("two@w", b"\x89PNG two"))
    html = '<img src="cid:one@what-to-watch"><img src="cid:two@w">'
    message = replace(MESSAGE, html=html, pictures=pictures)
    await Sender("Port watch")(a_delivery(message=message), Channel("desk", mails.url))
    (mail,) = mails.mails
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]
    found = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in found] == ["<one@what-to-watch>", "<two@w>"]
    assert [part.get_content() for part in found] == [b"\x89PNG one", b"\x89PNG two"]
    assert {part.get_content_disposition() for part in found} == {"inline"}


def test_no_text_can_end_its_part_of_the_mail():
    address = read_address("mailto://127.0.0.1/?from=w@d.example&to=a@d.example", "desk")
    boundary = compose(a_delivery(), address, "Watch").get_boundary()
    evil = f"\n--{boundary}\nContent-Type: text/html\n\n<script>1</script>\n--{boundary}--\n"
    mail = compose(a_delivery(message=replace(MESSAGE, text=evil, html=evil)), address, "Watch")
    read = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert read.get_body(("plain",)).get_content() == evil


@pytest.mark.parametrize(
    ("kind", "indicators", "threaded"),
    [
        pytest.param("alert", ["port-closure"], True, id="an alert"),
        pytest.param("digest", [], False, id="a digest"),
    ],
)
def test_the_alerts_of_an_indicator_are_one_thread(kind, indicators, threaded):
    address = read_address("mailto://127.0.0.1/?from=w@d.example&to=a@d.example", "desk")
    hits = tuple(Pointer(one) for one in indicators)
    mails = [
        compose(a_delivery(key=key, kind=kind, hits=hits), address, "Watch") for key in ("a", "b")
    ]
    other = compose(a_delivery(kind=kind, hits=(Pointer("strikes"),)), address, "Watch")
    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]
    assert mails[0]["References"] == mails[1]["References"] == mails[0]["In-Reply-To"]
    assert (mails[0]["References"] is not None) is threaded
    assert not threaded or other["References"] != mails[0]["References"]


async def test_several_recipients_get_one_mail_without_a_pause(mails):
    url = f"mailto://127.0.0.1:{mails.port}/?from=w@desk.example&to=a@x.example,b@x.example&cc=c@x.example"
    await Sender("Port watch")(a_delivery(), Channel("desk", url))
    assert len(mails.mails) == 1
    assert sorted(mails.recipients[0]) == ["a@x.example", "b@x.example", "c@x.example"]


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("Port\r\nBcc: evil@x.example", id="CR LF"),
        pytest.param("Port\nX-Evil: 1\n\nbody", id="LF and a body"),
        pytest.param(
            "=?utf-8?q?Port=0d=0aBcc:_evil@x.example=0d=0aX-Evil:_1?= closed", id="encoded word"
        ),
        pytest.param(
            "=?utf-8?q?Port=0d=0a=0d=0abody?=", id="encoded word that would begin the body"
        ),
        pytest.param("=?utf-8?b?4oK?= 大修", id="a broken encoded word"),
        pytest.param("=?utf-7?q?+2AA-?= \ud800", id="a lone surrogate"),
        pytest.param("Port\u2028Bcc: evil@x.example\x00", id="line separator and NUL"),
    ],
)
async def test_feed_text_in_a_subject_adds_no_header(mails, title):
    delivery = a_delivery(message=replace(MESSAGE, subject=title))
    await Sender("Port\r\nBcc: evil@x.example")(delivery, Channel("desk", mails.url))
    (mail,) = mails.mails
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert mails.recipients == [["ana@desk.example"]]
    assert len(mail.get_all("Subject")) == 1
    assert len(mail.get_all("Message-ID")) == 1
    assert mail.get_body(("html",)) is not None


def test_a_long_subject_is_cut():
    address = read_address("mailto://127.0.0.1/?from=w@d.example&to=a@d.example", "desk")
    mail = compose(a_delivery(message=replace(MESSAGE, subject="x" * 500)), address, "Watch")
    assert len(mail["Subject"]) == 200


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        pytest.param("451 try later", False, id="4xx may pass"),
        pytest.param("554 no", True, id="5xx is for good"),
    ],
)
async def test_what_the_mail_server_answers_decides_whether_to_try_again(mails, answer, permanent):
    mails.answer = answer
    with pytest.raises(DeliveryError, match=answer[:3]) as refused:
        await Sender("Watch")(a_delivery(), Channel("desk", mails.url))
    assert refused.value.permanent is permanent


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such user", True), ("450 full", False)])
async def test_refused_recipients(mails, answer, permanent):
    mails.refuse = answer
    with pytest.raises(DeliveryError) as refused:
        await Sender("Watch")(a_delivery(), Channel("desk", mails.url))
    assert refused.value.permanent is permanent


async def test_of_several_recipients_those_who_were_refused_for_now_are_tried_again(mails):
    url = f"mailto://127.0.0.1:{mails.port}/?from=w@d.example&to=ana@x.example,bob@x.example"
    mails.refuse_one = {"bob@x.example": "450 later"}
    with pytest.raises(DeliveryError, match=r"bob@x\.example \(450\)") as refused:
        await Sender("Watch")(a_delivery(), Channel("desk", url))
    assert (refused.value.permanent, refused.value.left) == (False, ("bob@x.example",))
    mails.refuse_one = {}
    await Sender("Watch")(a_delivery(left=refused.value.left), Channel("desk", url))
    assert mails.recipients == [["ana@x.example"], ["bob@x.example"]]


async def test_a_recipient_who_was_refused_for_good_is_told(mails):
    url = f"mailto://127.0.0.1:{mails.port}/?from=w@d.example&to=ana@x.example,bob@x.example"
    mails.refuse_one = {"bob@x.example": "550 no such user"}
    with pytest.raises(DeliveryError, match="the others have it") as refused:
        await Sender("Watch")(a_delivery(), Channel("desk", url))
    assert refused.value.permanent


async def test_a_chat_that_hangs_keeps_itself_busy_and_nothing_else(chats):
    chats.delay = 1.5
    send, slow = Sender("Watch", timeout=0.2), Channel("slow", chats.url)
    with pytest.raises(DeliveryError, match="no answer") as late:
        await send(a_delivery(), slow)
    assert late.value.uncertain
    with pytest.raises(DeliveryError, match="not yet answered"):
        await send(a_delivery(), slow)
    assert await asyncio.to_thread(int, "7") == 7
    await eventually(lambda: len(chats.messages) == 1)
    chats.delay = 0
    await Sender("Watch")(a_delivery(interrupted=True), Channel("other", chats.url))
    assert chats.messages[-1]["message"].startswith("(may be a repeat)")


async def test_a_mail_server_that_is_not_there_may_come_back():
    url = "mailto://ana:secret-word@127.0.0.1:9/?from=w@d.example&to=a@d.example"
    with pytest.raises(DeliveryError, match="could not be reached") as refused:
        await MailChannel("desk", url, timeout=2).send(a_delivery(), "Watch")
    assert not refused.value.permanent
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "host", "port", "mode", "login"),
    [
        ("mailto://10.0.0.1/?from=w@d.example&to=a@d.example", "10.0.0.1", 25, "insecure", None),
        (
            "mailtos://u:p@m.example/?from=w@d.example&to=a@d.example",
            "m.example",
            587,
            "starttls",
            "u",
        ),
        (
            "mailtos://u:p@m.example:465/?mode=ssl&from=w@d.example&to=a@d.example",
            "m.example",
            465,
            "ssl",
            "u",
        ),
        (
            "mailtos://u:p@d.example/?smtp=relay.example&to=a@d.example",
            "relay.example",
            587,
            "starttls",
            "u",
        ),
    ],
)
def test_apprise_reads_the_address(url, host, port, mode, login):
    address = read_address(url, "desk")
    assert (address.host, address.port, address.mode, address.user) == (host, port, mode, login)
    assert address.to == (Address(addr_spec="a@d.example"),)
    assert "p@" not in repr(address)


@pytest.mark.parametrize("url", ["mailto://", "mailto://127.0.0.1/?to=not-an-address"])
def test_an_address_that_cannot_be_used_waits_until_it_is_put_right(url):
    with pytest.raises(DeliveryError) as refused:
        read_address(url, "desk")
    assert not refused.value.permanent


async def test_chat_gets_the_short_text(chats):
    await Sender("Watch")(a_delivery(), Channel("room", chats.url))
    (message,) = chats.messages
    assert message["message"] == MESSAGE.short


@pytest.mark.parametrize("status", [404, 429, 500, 503])
async def test_a_chat_that_refuses_is_a_delivery_error(chats, status):
    chats.status = status
    with pytest.raises(DeliveryError) as refused:
        await Sender("Watch")(a_delivery(), Channel("room", chats.url))
    assert not refused.value.permanent


async def test_an_address_that_apprise_cannot_read_waits_until_it_is_put_right():
    with pytest.raises(DeliveryError) as refused:
        await Sender("Watch")(a_delivery(), Channel("room", "bogus://token-abc/"))
    assert not refused.value.permanent
    assert "token-abc" not in str(refused.value)


async def test_no_secret_reaches_the_log(chats, caplog):
    caplog.set_level(logging.DEBUG)
    url = f"json://ana:secret-word@127.0.0.1:{chats.port}/room?+X-Auth=secret-token"
    await Sender("Watch")(a_delivery(), Channel("room", url))
    assert len(chats.messages) == 1
    for secret in ("secret-word", "secret-token"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("url", "mail"),
    [
        ("mailto://x", True),
        ("MAILTOS://x", True),
        (" mailto://x", True),
        ("json://x", False),
        ("tgram://a/b", False),
    ],
)
def test_mail_is_told_from_chat_by_its_address(url, mail):
    assert Channel("x", url).is_mail is mail
