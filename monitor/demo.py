"""
The offline tour: the bundled sample news, served as local feeds through the very same pipeline.

The dates of the sample are moved so that its last items fall in the first
minutes of the demo: the past fills the pages, and a few items come in live.
A small chat room of our own shows what a desk would receive.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from aiohttp import web
from ruamel.yaml import YAML

from monitor.resources import shipped

LIVE_ITEMS = 6
LIVE_EVERY = timedelta(seconds=20)
FIRST_LIVE = timedelta(seconds=25)

SOURCES = {
    "wire-en": ("Wire", "B", "world"),
    "world-en": ("World", "B", "world"),
    "caracas-daily-es": ("Caracas daily", "C", "caracas-independent"),
    "moscow-agency-ru": ("Moscow agency", "C", "moscow"),
    "beijing-agency-zh": ("Beijing agency", "C", "beijing"),
    "tehran-agency-fa": ("Tehran agency", "C", "tehran"),
    "treasury-press-en": ("Treasury press", "A", "us-official"),
    "regional-pt": ("Regional", "B", "region"),
    "defence-trade-en": ("Defence trade", "B", "defence-trade"),
    "thinktank-en": ("Think tank", "B", "thinktank"),
    "blog-en": ("Blog", "D", "world"),
    "sports-en": ("Sports", "C", "world"),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One item of the sample, with the moment at which its feed shows it."""

    id: str
    feed: str
    title: str
    summary: str
    published: datetime


def read_sample(path: Path, now: datetime, watched: Collection[str]) -> list[Sample]:
    """
    The sample news, oldest first, moved so that it ends in the demo's first minutes.

    All but the last few that are evidence about something ``watched`` keep
    their distances; those few come one by one from ``FIRST_LIVE`` on.
    """
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    rows.sort(key=lambda row: (row["published"], row["id"]))
    live = [row["id"] for row in rows if set(row["labels"]) & set(watched)][-LIVE_ITEMS:]
    past = [row for row in rows if row["id"] not in live]
    shift = now - timedelta(minutes=4) - _instant(past[-1]["published"])
    samples = [_sample(row, _instant(row["published"]) + shift) for row in past]
    by_id = {row["id"]: row for row in rows}
    for place, one in enumerate(live):
        samples.append(_sample(by_id[one], now + FIRST_LIVE + place * LIVE_EVERY))
    return samples


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _sample(row: dict[str, Any], published: datetime) -> Sample:
    return Sample(row["id"], row["feed"], row["title"], row["summary"], published)


def write_feed(feed: str, samples: Iterable[Sample]) -> bytes:
    """An RSS 2.0 document of some items, newest first."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    ET.SubElement(channel, "title").text = SOURCES[feed][0]
    ET.SubElement(channel, "link").text = f"https://{feed}.example/"
    ET.SubElement(channel, "description").text = "Sample news, partly invented"
    ET.SubElement(channel, "language").text = feed.rsplit("-", 1)[1]
    for sample in sorted(samples, key=lambda one: one.published, reverse=True):
        item = ET.SubElement(channel, "item")
        ET.SubElement(item, "title").text = sample.title
        ET.SubElement(item, "link").text = f"https://{feed}.example/{sample.id}"
        guid = ET.SubElement(item, "guid", isPermaLink="false")
        guid.text = f"{feed}:{sample.id}"
        ET.SubElement(item, "pubDate").text = format_datetime(sample.published)
        ET.SubElement(item, "description").text = sample.summary
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


class Newsstand:
    """Serves the sample as feeds, and takes chat messages, on an address of this machine alone."""

    def __init__(self, on_chat: Callable[[str], None]) -> None:
        self._samples: dict[str, list[Sample]] = defaultdict(list)
        self._on_chat = on_chat
        self._runner: web.AppRunner | None = None
        self.address = ""

    async def start(self) -> None:
        """Begin to serve on a free port."""
        app = web.Application()
        app.router.add_get("/{feed}.xml", self._feed)
        app.router.add_post("/chat", self._chat)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.address = f"127.0.0.1:{port}"

    def show(self, samples: Iterable[Sample]) -> None:
        """Put items out, each in its feed; one of a later moment shows from then on."""
        for sample in samples:
            self._samples[sample.feed].append(sample)

    async def stop(self) -> None:
        """End serving."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _feed(self, request: web.Request) -> web.Response:
        feed = request.match_info["feed"]
        if feed not in SOURCES:
            raise web.HTTPNotFound
        now = datetime.now(UTC)
        shown = [one for one in self._samples[feed] if one.published <= now]
        return web.Response(body=write_feed(feed, shown), content_type="application/rss+xml")

    async def _chat(self, request: web.Request) -> web.Response:
        message = await request.json()
        self._on_chat(str(message.get("message", "")))
        return web.Response(text="ok")


def write_watch(folder: Path, address: str) -> Path:
    """
    The shipped list with the sample's feeds in place of the real ones, as a file in ``folder``.

    It polls quickly, may reach the local newsstand, and its chat is ours.
    """
    yaml = YAML()
    yaml.allow_unicode = True
    document = yaml.load(shipped("indicators.yaml").read_text(encoding="utf-8"))
    document["title"] = f"{document.get('title', 'Watch')} (demo)"
    document["feeds"] = [
        {
            "id": feed,
            "url": f"http://{address}/{feed}.xml",
            "lang": feed.rsplit("-", 1)[1],
            "publisher": publisher,
            "grade": grade,
            "group": group,
        }
        for feed, (publisher, grade, group) in SOURCES.items()
    ]
    document["polling"] = {"every": "10s", "at_least": "5s", "at_most": "15s", "allow": [address]}
    document["alerts"] = {
        "channels": {"demo-chat": f"json://{address}/chat"},
        "routes": [
            {"to": "demo-chat"},
            {"to": "demo-chat", "digest": "07:00"},
        ],
    }
    for indicator in document["indicators"]:
        for key in ("feeds", "groups"):
            indicator.pop(key, None)
    path = folder / "indicators.yaml"
    with path.open("w", encoding="utf-8") as out:
        yaml.dump(document, out)
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    for seed in shipped("seeds").glob("*.md"):
        (seeds / seed.name).write_bytes(seed.read_bytes())
    return path
