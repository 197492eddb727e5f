"""Stories as feeds (Atom, JSON Feed) and as tables (CSV, JSON), of one indicator or of all."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from lxml import etree
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from monitor.app import App
from monitor.digest.build import Story
from monitor.digest.ledger import csv_line
from monitor.digest.passages import tell
from monitor.digest.plain import plain_line, web_link
from monitor.digest.wording import utc
from monitor.model import Hit
from monitor.store.listing import Row
from monitor.web.asked import AskedError, only, row_of
from monitor.web.guard import base_of
from monitor.web.show import Shows

ENTRIES = 50
FILTERS = ("indicator", "since", "until")
ATOM = "http://www.w3.org/2005/Atom"
COLUMNS = (
    "story", "item", "first_seen", "published", "indicator", "signals", "title", "publisher",
    "grade", "feed", "lang", "words", "url", "revision",
)  # fmt: skip
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Syndication:
    """One method for each kind of file."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """The addresses; they must stand before those of pages that begin alike."""
        return [
            Route("/stories.atom", self.atom),
            Route("/stories.json", self.json_feed),
            Route("/indicators/{indicator}.atom", self.atom),
            Route("/indicators/{indicator}.json", self.json_feed),
            Route("/hits.csv", self.hits_csv),
            Route("/hits.json", self.hits_json),
        ]

    async def atom(self, request: Request) -> Response:
        """The newest stories as an Atom feed."""
        return await self._feed(request, atom_of, "application/atom+xml")

    async def json_feed(self, request: Request) -> Response:
        """The newest stories as a JSON Feed."""
        return await self._feed(request, json_feed_of, "application/feed+json")

    async def _feed(
        self, request: Request, write: Callable[[Heading, Sequence[Story]], bytes], kind: str
    ) -> Response:
        indicator = request.path_params.get("indicator")
        found = self._app.watch.indicator(indicator) if indicator else None
        if indicator and found is None:
            raise HTTPException(404)
        base = base_of(request, self._app.site_url)
        title = self._app.watch.title
        heading = Heading(
            base,
            request.url.path,
            f"{found.title} · {title}" if found else title,
            f"{base}/indicators/{indicator}" if found else f"{base}/",
        )

        def make() -> bytes:
            shows = Shows(self._app, self._app.clock())
            row = Row(indicator)
            found = self._app.store.listing.stories(shows.feeds, row, ENTRIES)
            return write(heading, [one.story for one in found])

        body = await run_in_threadpool(make)
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=kind, headers=headers)

    async def hits_csv(self, request: Request) -> Response:
        """Every hit, one a line, for a spreadsheet."""
        return await self._table(request, _csv, "text/csv; charset=utf-8", "hits.csv")

    async def hits_json(self, request: Request) -> Response:
        """Every hit, as one JSON list."""
        return await self._table(request, _json, "application/json", "hits.json")

    async def _table(
        self,
        request: Request,
        write: Callable[[Iterable[dict[str, Any]]], Iterator[str]],
        kind: str,
        name: str,
    ) -> Response:
        try:
            only(request.query_params, *FILTERS)
            row = row_of(request.query_params, self._app.watch)
        except AskedError as error:
            return JSONResponse({"error": str(error), "part": error.part}, error.status)
        shows = Shows(self._app, self._app.clock())
        records = (
            record
            for story in self._app.store.listing.all(shows.feeds, row)
            for record in records_of(story, row.indicator)
        )
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(write(records), media_type=kind, headers=headers)


class Heading:
    """What stands above the entries of a feed: its address, its title, the page it is of."""

    def __init__(self, base: str, path: str, title: str, home: str) -> None:
        self.base, self.title, self.home = base, title, home
        self.own = f"{base}{path}"

    def page(self, story: Story) -> str:
        """The story's page."""
        return f"{self.base}/stories/{story.id}"


def atom_of(heading: Heading, stories: Sequence[Story]) -> bytes:
    """An Atom feed; all that comes from elsewhere stands in it as plain text."""
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})

    def put(into: Any, name: str, text: str = "", **attributes: str) -> Any:
        one = etree.SubElement(into, f"{{{ATOM}}}{name}", attrib=attributes)
        one.text = _xml(text) or None
        return one

    put(feed, "id", heading.own)
    put(feed, "title", heading.title)
    put(feed, "updated", utc(stories[0].seen) if stories else "1970-01-01T00:00:00Z")
    put(feed, "link", rel="self", href=heading.own, type="application/atom+xml")
    put(feed, "link", rel="alternate", href=heading.home, type="text/html")
    put(put(feed, "author"), "name", heading.title)
    for story in stories:
        entry = put(feed, "entry")
        item = story.lead.item
        put(entry, "id", f"{heading.base}/stories/{story.id}")
        put(entry, "title", plain_line(item.title) or "Untitled")
        put(entry, "updated", utc(story.seen))
        put(entry, "published", utc(item.published or story.seen))
        put(entry, "link", rel="alternate", href=_xml(web_link(item.link) or heading.page(story)))
        put(entry, "link", rel="related", href=heading.page(story), title="Why it hit")
        put(put(entry, "author"), "name", ", ".join(story.publishers))
        for name in (*story.indicators, *story.signals):
            put(entry, "category", term=_xml(name))
        put(entry, "summary", text_of(story), type="text")
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")  # type: ignore[no-any-return]


def json_feed_of(heading: Heading, stories: Sequence[Story]) -> bytes:
    """A JSON Feed, version 1.1: ``url`` is the story's page here, ``external_url`` its article."""
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": heading.title,
        "home_page_url": heading.home,
        "feed_url": heading.own,
        "items": [
            {
                "id": f"{heading.base}/stories/{story.id}",
                "url": heading.page(story),
                **({"external_url": link} if (link := web_link(story.lead.item.link)) else {}),
                "title": plain_line(story.lead.item.title) or "Untitled",
                "content_text": text_of(story),
                "date_published": utc(story.lead.item.published or story.seen),
                "authors": [{"name": name} for name in story.publishers],
                "tags": [*story.indicators, *story.signals],
                **({"language": lang} if (lang := story.lead.item.lang) else {}),
            }
            for story in stories
        ],
    }
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def text_of(story: Story) -> str:
    """What a story says, and the words that did the matching, as plain text."""
    told = tell(story.lead)
    passage = told.quote or told.text
    words = dict.fromkeys(mark.text for hit in story.lead.hits for mark in hit.marks)
    said = plain_line(passage.plain) if passage else ""
    matched = f"Matched: {plain_line(', '.join(words))}" if words else ""
    return "\n".join(filter(None, (said, matched)))


def records_of(story: Story, indicator: str | None) -> Iterator[dict[str, Any]]:
    """One record for each hit of a story, or for those on one indicator."""
    for report in story.reports:
        item = report.item
        for hit in report.hits:
            if indicator not in (None, hit.indicator):
                continue
            values = (
                story.id, item.key, utc(report.seen), item.published and utc(item.published),
                hit.indicator, list(hit.signals), plain_line(item.title), report.feed.publisher,
                report.feed.grade, item.feed, item.lang or report.feed.lang, _words_of(hit),
                web_link(item.link), hit.revision,
            )  # fmt: skip
            yield dict(zip(COLUMNS, values, strict=True))


def _words_of(hit: Hit) -> list[str]:
    """The words that did the matching, each once however it is capitalised, as it came first."""
    words: dict[str, str] = {}
    for mark in hit.marks:
        words.setdefault(plain_line(mark.text).casefold(), mark.text)
    return list(words.values())


def _csv(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield csv_line(COLUMNS)
    for record in records:
        yield csv_line(map(_flat, record.values()))


def _flat(value: Any) -> Any:
    return "; ".join(map(plain_line, value)) if isinstance(value, list) else value


def _json(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "["
    for number, record in enumerate(records):
        text = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace").decode()
        yield f"{',' if number else ''}\n{text}"
    yield "\n]\n"


def _xml(text: str) -> str:
    """A text without what XML cannot hold."""
    return _NO_XML.sub("", text)
