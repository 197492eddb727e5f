"""Ninety hostile texts through mail and each kind of chat, as they arrive: none is live."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from email import message_from_bytes, policy
from html.parser import HTMLParser
from importlib import import_module
from typing import Any

import pytest

from monitor.model import Channel
from monitor.notify import Sender
from monitor.notify.mail import compose, read_address
from tests.payloads import PAYLOADS
from tests.sample_pages import WATCH
from tests.sinks import open_sink
from tests.test_notify import a_delivery
from tests.test_render_messages import alerted, hostile, sent, unsafe

ADDRESS = read_address("mailto://127.0.0.1/?from=watch@desk.example&to=ana@desk.example", "desk")

SERVICES = {
    "Slack": ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", "slack", "webhook_url"),
    "Discord": ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord", "notify_url"),
    "Telegram": ("tgram://123456789:abcdefg_hijklmnop/12315544/", "telegram", "notify_url"),
    "Teams": ("workflows://{at}/workflow/signature/", "workflows", ""),
    "Matrix": ("matrix://user:word@{at}/%21room:matrix.example", "matrix.base", ""),
    "Mattermost": ("mmost://{at}/3ccdd113474722377935511fc85d3dd4", "mattermost", ""),
    "ntfy": ("ntfy://{at}/topic", "ntfy", ""),
    "webhook": ("json://{at}/room", "custom_json", ""),
}
TEXTS = ("text", "content", "message", "body", "formatted_body")
"""Under which names the services are told what to show."""


@pytest.fixture(params=list(SERVICES.values()), ids=list(SERVICES))
def service(request, monkeypatch):
    """One service, its address bent to a server on loopback; where it has pauses, without them."""
    url, module, attribute = request.param
    plugins = import_module(f"apprise.plugins.{module}")
    with open_sink() as sink:
        for name, plugin in vars(plugins).items():
            if name.startswith("Notify") and hasattr(plugin, "request_rate_per_sec"):
                monkeypatch.setattr(plugin, "request_rate_per_sec", 0)
                if hasattr(plugin, attribute or " "):
                    path = "/bot" if module == "telegram" else f"/{module}"
                    monkeypatch.setattr(plugin, attribute, f"http://{sink.at}{path}")
        if module == "workflows":
            # It knows https only, and by the host alone.
            post = plugins.requests.post
            monkeypatch.setattr(
                plugins.requests,
                "post",
                lambda url, **more: post(url.replace("https://", "http://"), **more),
            )
        yield url.format(at=sink.at), sink


def shown(value: Any, name: str = "") -> list[str]:
    """Every text of a request's body that a service shows."""
    if isinstance(value, dict):
        return [text for key, one in value.items() for text in shown(one, key)]
    if isinstance(value, list):
        return [text for one in value for text in shown(one, name)]
    return [value] if isinstance(value, str) and name in TEXTS else []


class Tags(HTMLParser):
    """Collects the tags of a text that is shown as HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)


def live(text: str) -> list[str]:
    """What a chat would read as more than text; a line that is an address is our own link."""
    found = re.findall("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f\ufeff]", text)
    for line in text.splitlines():
        if re.fullmatch(r"(\(\d+/\d+\) )?https?://[!-?A-Z^-~\\[\]_%]+", line):
            continue
        found += re.findall(r"@(?!\u2060)|[＠﹫](?!\u2060)", line)
        found += re.findall(r"<[!@#:/t]|<https?:|<at>|\]\(|\]\[|\]:", line)
        found += re.findall(r"[*`|~]|__|\w://", line)
        found += re.findall(r":[a-z_]+:", line)
        found += re.findall(r"^(?:[#>=+]|-|\d+[.)]) ?\w", line)
    return found


def messages():
    for text in PAYLOADS:
        digest = hostile(text)
        watch = replace(WATCH, title=digest.title, indicators=(digest.beats[0].indicator,))
        yield text, alerted(digest.stories[0], watch)
        yield text, sent(digest, digest)


async def test_no_payload_is_live_in_chat(service):
    url, sink = service
    for text, message in messages():
        before = len(sink.bodies)
        await Sender("Watch")(a_delivery(message=message), Channel("room", url))
        told = [one for body in sink.bodies[before:] for one in shown(json.loads(body))]
        assert any("T " in one or "W " in one for one in told), text
        for one in told:
            assert live(one) == [], (text, one)
            tags = Tags()
            tags.feed(one)
            assert set(tags.found) <= {"br", "p"}, (text, one)
    assert len(sink.bodies) >= 2 * len(PAYLOADS)


def test_no_payload_is_live_in_mail():
    for text, message in messages():
        raw = compose(a_delivery(message=message), ADDRESS, f"Watch {text}").as_bytes()
        mail = message_from_bytes(raw, policy=policy.default)
        assert unsafe(mail.get_body(("html",)).get_content()) == [], text
        assert [part.get_content_type() for part in mail.walk()] == [
            "multipart/alternative",
            "text/plain",
            "text/html",
        ], text
        assert sorted(mail.keys()) == sorted(set(mail.keys())), text
        assert mail["To"] == "ana@desk.example"
        assert {"bcc", "cc"}.isdisjoint(name.lower() for name in mail)
        for part in (mail["Subject"], mail.get_body(("plain",)).get_content()):
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x1b]", part), text


def test_the_payloads_are_ninety_different_ones():
    assert len(set(PAYLOADS)) == len(PAYLOADS) == 90
