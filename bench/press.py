"""The world of the soak: feeds whose fault rotates, mail and a chat room that fail at times."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.hostile import Answer, Zoo, item, ok, repeat, reset_after, rss, say, silence
from tests.sinks import ChatSink, MailSink

TOKEN = re.compile(r"TOKEN-\d{5}")
SHOWN = 60
"""So many of its newest items a feed shows: more than come while it fails."""
BIG = 3_000_000
"""Bytes that pad a document in the fault of big bodies; below what a document may have."""


@dataclass
class Press(Zoo):
    """
    Serves feeds whose items carry tokens, in order; and the odd ones beside them.

    ``newsN`` have the ``fault`` of the hour, ``calmN`` never. Tokens go to all in
    turn, ``published`` says when each could first be read.
    """

    fault: str = ""
    published: dict[str, float] = field(default_factory=dict)
    asked: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    told: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def publish(self, feed: str) -> None:
        """A new item in a feed."""
        token = f"TOKEN-{len(self.published):05}"
        self.published[token] = time.monotonic()
        self.told[feed].append(token)

    def answer(self, head: str) -> Answer:
        """What stands at a path; see ``Zoo``."""
        name = head.split()[1].split("/")[1]
        if not name.startswith(("news", "calm")):
            return super().answer(head)
        self.asked[name].append(time.monotonic())
        if name.startswith("news") and self.fault in FAULTS:
            return FAULTS[self.fault](self, name)
        return self.document(name)

    def document(self, name: str, padding: str = "") -> bytes:
        """The feed as it should be."""
        items = (
            item(token, title=f"Port closed after storm, {token}", description="Ships wait.")
            for token in reversed(self.told[name][-SHOWN:])
        )
        # What a feed shows first is its past, of which nobody is told.
        first = item("first", title=f"A quiet day for {name}")
        return ok(rss(*items, first, channel=f"<description>{name}{padding}</description>"))


FAULTS: dict[str, Callable[[Press, str], Answer]] = {
    "500": lambda _press, _name: say(500, "Content-Length: 0"),
    "hang": lambda _press, _name: silence,
    "cut": lambda press, name: reset_after(press.document(name)[:200]),
    "drip": lambda _press, _name: repeat(say(200, "Content-Length: 999999"), b"<", 1.0),
    "loop": lambda _press, name: say(302, f"Location: /{name}/again", "Content-Length: 0"),
    "big": lambda press, name: press.document(name, "x" * BIG),
}


@dataclass
class Heard:
    """What mail and chat took in, by token: the id of each message and whether it is marked."""

    mail: MailSink
    chat: ChatSink

    @contextmanager
    def down(self, fault: str) -> Iterator[None]:
        """Mail or chat in trouble for a while."""
        if fault == "mail down":
            self.mail.answer = "451 try later"
        elif fault == "chat 429":
            self.chat.status, self.chat.headers = 429, {"Retry-After": "5"}
        try:
            yield
        finally:
            self.mail.answer, self.chat.status, self.chat.headers = "250 taken", 200, {}

    def mails(self) -> dict[str, list[tuple[str, bool]]]:
        """For each token the messages that tell it."""
        found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for mail in list(self.mail.mails):
            body = mail.get_body(("plain",))
            text = f"{mail['Subject']} {body.get_content() if body else ''}"
            for token in set(TOKEN.findall(text)):
                found[token].append((str(mail["Message-ID"]), mail["X-May-Be-Repeat"] == "yes"))
        return found

    def chats(self) -> dict[str, list[tuple[str, bool]]]:
        """The same of chat, where the words are the id."""
        found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
        for message in list(self.chat.messages):
            text = f"{message.get('title', '')} {message['message']}"
            marked = "may be a repeat" in text
            for token in set(TOKEN.findall(text)):
                found[token].append((text.replace("(may be a repeat) ", ""), marked))
        return found


async def paced(press: Press, feeds: list[str], every: float) -> None:
    """Publish in each feed in turn, until cancelled."""
    place = 0
    while True:
        press.publish(feeds[place % len(feeds)])
        place += 1
        await asyncio.sleep(every)
