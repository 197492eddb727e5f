"""
The offline tour: the bundled sample news, served as local feeds through the very same pipeline.

The dates of the sample are moved so that it ends a little before the demo
begins: the past fills the pages, and a few items, picked from all that the
watch looks for, come in live. A small chat room of our own shows what a desk
would receive.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from aiohttp import web

from monitor.config.editing import in_braces, scalar
from monitor.config.recasting import title_of, with_keys, without_keys
from monitor.resources import shipped

LIVE_ITEMS = 6
LIVE_EVERY = timedelta(seconds=20)
FIRST_LIVE = timedelta(seconds=25)
BEFORE = timedelta(minutes=4)
"""How long before the demo begins the last item of its past was published."""

Row = dict[str, Any]

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


def read_sample(path: Path, now: datetime, watched: Sequence[str]) -> list[Sample]:
    """
    The sample news, oldest first, moved so that its past ends a little before ``now``.

    All but a few keep their distances; those few come one by one from
    ``FIRST_LIVE`` on, each about another of the indicators ``watched``.
    """
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    rows.sort(key=lambda row: (row["published"], row["id"]))
    live = _live(rows, watched)
    past = [row for row in rows if row not in live]
    shift = now - BEFORE - _instant(past[-1]["published"])
    return [
        *(_sample(row, _instant(row["published"]) + shift) for row in past),
        *(_sample(row, now + FIRST_LIVE + place * LIVE_EVERY) for place, row in enumerate(live)),
    ]


def _live(rows: list[Row], watched: Sequence[str]) -> list[Row]:
    """
    The last items about each indicator, the indicators in turn.

    Reports of an event that the past tells too would be no news, and are passed over.
    """
    alone = [row for row in reversed(rows) if "story" not in row]
    each = [[row for row in alone if indicator in row["labels"]] for indicator in watched]
    picked: list[Row] = []
    for turn in zip_longest(*each):
        picked += [row for row in turn if row is not None and row not in picked]
    return picked[:LIVE_ITEMS]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _sample(row: Row, published: datetime) -> Sample:
    return Sample(row["id"], row["feed"], row["title"], row["summary"], published)


def write_feed(feed: str, samples: Iterable[Sample], address: str | None = None) -> bytes:
    """
    An RSS 2.0 document of some items, newest first.

    With the ``address`` of a newsstand the items link to their pages there.
    """
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    ET.SubElement(channel, "title").text = SOURCES[feed][0]
    ET.SubElement(channel, "link").text = f"https://{feed}.example/"
    ET.SubElement(channel, "description").text = "Sample news, partly invented"
    ET.SubElement(channel, "language").text = feed.rsplit("-", 1)[1]
    for sample in sorted(samples, key=lambda one: one.published, reverse=True):
        item = ET.SubElement(channel, "item")
        ET.SubElement(item, "title").text = sample.title
        ET.SubElement(item, "link").text = item_link(sample, address)
        guid = ET.SubElement(item, "guid", isPermaLink="false")
        guid.text = f"{feed}:{sample.id}"
        ET.SubElement(item, "pubDate").text = format_datetime(sample.published)
        ET.SubElement(item, "description").text = sample.summary
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def item_link(sample: Sample, address: str | None) -> str:
    """Where an item can be read: at the newsstand, if there is one."""
    if address is None:
        return f"https://{sample.feed}.example/{sample.id}"
    return f"http://{address}/item/{sample.id}"


def write_item(sample: Sample) -> str:
    """An item's text as a small plain page."""
    lang = sample.feed.rsplit("-", 1)[1]
    title, publisher = escape(sample.title), escape(SOURCES[sample.feed][0])
    return f"""\
<!doctype html>
<html lang="{lang}" dir="{"rtl" if lang == "fa" else "ltr"}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<body>
<h1>{title}</h1>
<p>{escape(sample.summary)}</p>
<hr>
<p lang="en" dir="ltr">{publisher}, {sample.published:%Y-%m-%d %H:%M} UTC.
Sample news of the demo, invented in part.</p>
"""


class Newsstand:
    """
    Serves the sample as feeds, and takes chat messages, on an address of this machine alone.

    Each item that is out has a page of its own, so that the links of the demo lead somewhere.
    """

    def __init__(self, on_chat: Callable[[str], None]) -> None:
        self._samples: dict[str, list[Sample]] = defaultdict(list)
        self._on_chat = on_chat
        self._runner: web.AppRunner | None = None
        self.address = ""

    async def start(self) -> None:
        """Begin to serve on a free port."""
        app = web.Application()
        app.router.add_get("/{feed}.xml", self._feed)
        app.router.add_get("/item/{id}", self._item)
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
        body = write_feed(feed, self._out(feed), self.address)
        return web.Response(body=body, content_type="application/rss+xml")

    async def _item(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        for feed in SOURCES:
            for sample in self._out(feed):
                if sample.id == wanted:
                    page = web.Response(text=write_item(sample), content_type="text/html")
                    page.headers["Content-Security-Policy"] = "default-src 'none'"
                    return page
        raise web.HTTPNotFound

    def _out(self, feed: str) -> list[Sample]:
        """The items of a feed whose time has come."""
        now = datetime.now(UTC)
        return [one for one in self._samples[feed] if one.published <= now]

    async def _chat(self, request: web.Request) -> web.Response:
        message = await request.json()
        self._on_chat(str(message.get("message", "")))
        return web.Response(text="ok")


def write_watch(folder: Path, address: str) -> Path:
    """
    The shipped list with the sample's feeds in place of the real ones, as a file in ``folder``.

    It polls quickly, may reach the local newsstand, and its chat is ours.
    Rules lose the groups of feeds that the sample has no feed of.
    """
    text = shipped("indicators.yaml").read_text(encoding="utf-8")
    text = _of_known_groups(without_keys(text, "indicators", ("feeds", "groups")))
    feeds = [
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
    text = with_keys(
        text,
        {
            "title": scalar(f"{title_of(text) or 'Watch'} (demo)"),
            "feeds": "".join(f"\n  - {in_braces(feed)}" for feed in feeds),
            "polling": f"{{every: 10s, at_least: 5s, at_most: 15s, allow: [{scalar(address)}]}}",
            "alerts": f"""
  channels: {{demo-chat: {scalar(f"json://{address}/chat")}}}
  routes:
    - {{to: demo-chat}}
    - {{to: demo-chat, digest: "07:00"}}""",
        },
    )
    path = folder / "indicators.yaml"
    path.write_text(text, encoding="utf-8")
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    for seed in shipped("seeds").glob("*.md"):
        (seeds / seed.name).write_bytes(seed.read_bytes())
    return path


def _of_known_groups(text: str) -> str:
    """The list without ``OR group:x`` where no feed of the sample is of that group."""
    known = {group for _, _, group in SOURCES.values()}

    def kept(found: re.Match[str]) -> str:
        return found[0] if found[1] in known else ""

    return re.sub(r"\s+OR\s+group:([\w-]+)", kept, text)
