"""
A news server for benches: many feeds, each answer 50 ms late, in a process of its own.

``/N.xml`` is feed N with its newest entries first; it knows its ETag and answers
304 to it. ``/edition/E`` makes every feed grow by one entry an edition. ``/count``
tells how many answers there were of each status.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from xml.sax.saxutils import escape

from bench.watchlists import items

ENTRIES = 20
WORDS = 60
TEXTS = 2_000
KEPT = 3_000
"""So many documents are kept; others are written for each answer."""
# Entries are of the last hours: a monitor has no past days to close for them.
START = datetime.now(UTC).replace(microsecond=0)


@cache
def _texts() -> list[tuple[str, str]]:
    return [(escape(item.title), escape(item.summary)) for item in items(TEXTS, WORDS)]


def document(feed: int, edition: int, entries: int = ENTRIES) -> bytes:
    """Feed ``feed`` as it is in an edition: RSS 2.0, the summaries in HTML as usual."""
    texts = _texts()
    parts = []
    for number in range(edition + entries - 1, edition - 1, -1):
        title, summary = texts[(feed * 31 + number * 7) % len(texts)]
        when = format_datetime(START - timedelta(minutes=(feed + 7 * -number) % 600))
        parts.append(
            f"<item><title>{title} {feed}.{number}</title>"
            f"<link>http://news.example/{feed}/{number}</link>"
            f"<guid isPermaLink='false'>{feed}-{number}</guid>"
            f"<pubDate>{when}</pubDate>"
            f"<category>news</category><dc:creator>Desk {feed % 7}</dc:creator>"
            f"<description>&lt;p&gt;{summary}&lt;/p&gt; &lt;a href='/more'&gt;more&lt;/a&gt;"
            "</description></item>"
        )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' "
        "xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>"
        f"<title>Feed {feed}</title><link>http://news.example/{feed}</link>"
        f"<description>News of {feed}</description>{''.join(parts)}</channel></rss>"
    ).encode()


class Stand:
    """The server's state: which edition is out, and what was answered."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.edition = 0
        self.answers: Counter[int] = Counter()
        self.bodies: dict[tuple[int, int], bytes] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests until it closes."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *rest = head.decode("latin-1").split("\r\n")
                headers = dict(pair.lower().split(": ", 1) for pair in rest if ": " in pair)
                writer.write(await self.answer(line.split(" ")[1], headers))
                await writer.drain()
                if headers.get("connection") == "close":
                    break
        writer.close()

    async def answer(self, path: str, headers: dict[str, str]) -> bytes:
        """The answer to one request."""
        if path.startswith("/edition/"):
            self.edition = int(path.removeprefix("/edition/"))
            return _response(200, b"")
        if path == "/count":
            return _response(200, json.dumps(self.answers).encode())
        await asyncio.sleep(self.latency)
        name = path.strip("/").removesuffix(".xml")
        if not name.isdigit():
            return _response(404, b"")
        feed = int(name)
        etag = f'"{feed}-{self.edition}"'
        status = 304 if headers.get("if-none-match") == etag else 200
        self.answers[status] += 1
        if status == 304:
            return _response(304, b"", etag)
        key = (feed, self.edition)
        body = self.bodies.get(key) or document(*key)
        if len(self.bodies) < KEPT:
            self.bodies[key] = body
        return _response(200, body, etag)


def _response(status: int, body: bytes, etag: str = "") -> bytes:
    more = f"ETag: {etag}\r\n" if etag else ""
    kind = "Content-Type: application/rss+xml; charset=utf-8\r\n" if body else ""
    head = f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\n{kind}{more}\r\n"
    return head.encode() + body


async def run(feeds: int, latency: float) -> None:
    """Serve until standard input ends; the port is printed when all feeds are written."""
    stand = Stand(latency)
    for feed in range(min(feeds, KEPT)):
        stand.bodies[feed, 0] = document(feed, 0)
    server = await asyncio.start_server(stand.serve, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


@dataclass(frozen=True)
class Address:
    """Where a news stand is."""

    port: int

    def url(self, feed: int) -> str:
        """The address of a feed."""
        return f"http://127.0.0.1:{self.port}/{feed}.xml"

    def publish(self, edition: int) -> None:
        """Put another edition out."""
        self._get(f"/edition/{edition}")

    def answers(self) -> dict[str, int]:
        """How many answers there were of each status."""
        return dict(json.loads(self._get("/count")))

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return bytes(answer.read())


@contextmanager
def open_stand(feeds: int, latency: float = 0.05) -> Iterator[Address]:
    """A news stand in a process of its own, for as long as the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.newsstand", str(feeds), str(latency)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        text=True,
    )
    with process:
        assert process.stdout is not None
        try:
            yield Address(int(process.stdout.readline()))
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)


def main() -> None:
    """Serve so many feeds with so much delay, in seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("feeds", type=int)
    parser.add_argument("latency", type=float)
    options = parser.parse_args()
    asyncio.run(run(options.feeds, options.latency))


if __name__ == "__main__":
    main()
