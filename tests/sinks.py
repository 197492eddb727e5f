"""Real servers on loopback that take what we send: mail by SMTP, chat by a webhook."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailSink:
    """
    Keeps every mail; answers ``answer`` to DATA, ``refuse`` and ``refuse_one`` to recipients.

    ``fault`` spoils the hand-over: ``hang`` takes nothing and never answers,
    ``drop`` takes the mail and breaks off, ``late`` takes it and answers too late.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answer: str = "250 taken"
    fault: str = ""
    late: float = 2.0
    refuse: str | None = None
    refuse_one: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.refuse or self.refuse_one.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not self.answer.startswith("2"):
            return self.answer
        if self.fault == "hang":
            await asyncio.sleep(self.late)
            return "451 never"
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(list(envelope.rcpt_tos))
        if self.fault == "drop":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        elif self.fault == "late":
            await asyncio.sleep(self.late)
        return self.answer

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}/?from=watch@desk.example&to=ana@desk.example"


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    sink = MailSink()
    controller = Controller(sink, hostname="127.0.0.1", port=_free_port(), ready_timeout=10)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


@dataclass
class ChatSink:
    """
    Keeps every JSON message; answers with ``status``, after ``delay`` seconds.

    With 5xx nothing of it is there, so a probe hears it too.
    """

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    delay: float = 0
    begun: int = 0
    probed: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/room"


@contextmanager
def chat_sink() -> Iterator[ChatSink]:
    sink = ChatSink()

    class Room(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            sink.begun += 1
            time.sleep(sink.delay)
            if sink.status == 200:
                sink.messages.append(json.loads(body))
            self.send_response_only(sink.status)
            for name, value in sink.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_HEAD(self) -> None:
            sink.probed += 1
            self.send_response(sink.status if sink.status >= 500 else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with _serving(Room) as port:
        sink.port = port
        yield sink


@dataclass
class OpenSink:
    """Takes whatever is sent by POST or PUT, and answers each service what it likes to hear."""

    port: int = 0
    bodies: list[bytes] = field(default_factory=list)

    @property
    def at(self) -> str:
        return f"127.0.0.1:{self.port}"


PLEASANT = json.dumps(
    {
        "ok": True,
        "result": {"message_id": 1},
        "access_token": "token",
        "user_id": "@user:matrix.example",
        "home_server": "matrix.example",
        "room_id": "!room:matrix.example",
        "joined_rooms": ["!room:matrix.example"],
        "event_id": "$event",
        "versions": ["v1.11"],
    }
).encode()


@contextmanager
def open_sink() -> Iterator[OpenSink]:
    sink = OpenSink()

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sink.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.do_GET()

        do_PUT = do_POST  # noqa: N815

        def do_GET(self) -> None:
            self.send_response(200)
            answer = b"ok" if self.path.startswith("/slack") else PLEASANT
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with _serving(Desk) as port:
        sink.port = port
        yield sink


@dataclass
class FeedSink:
    """Serves documents by path, with ETags; counts what was asked. No answer passes a shut gate."""

    port: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    documents: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def feed_sink() -> Iterator[FeedSink]:
    sink = FeedSink()
    sink.gate.set()

    class Stand(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            sink.asked.append(path)
            sink.gate.wait(60)
            time.sleep(sink.delay)
            if path in sink.redirects:
                self.send_response(302)
                self.send_header("Location", sink.redirects[path])
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = sink.documents.get(path)
            status = sink.status.get(path, 200 if body is not None else 404)
            etag = f'"{hash(body)}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, body = 304, b""
            self.send_response(status)
            if body is not None and status == 200:
                self.send_header("ETag", etag)
                self.send_header("Content-Type", sink.kinds.get(path, "application/rss+xml"))
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    with _serving(Stand) as port:
        sink.port = port
        yield sink


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def eventually(check: Any, seconds: float = 10.0) -> None:
    """Wait until a check holds, looking often; fail if it does not in time."""
    async with asyncio.timeout(seconds):
        while not check():
            await asyncio.sleep(0.02)
