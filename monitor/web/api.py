"""The API: what the pages show, as JSON for programs. It only reads."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from monitor import __version__
from monitor.app import App
from monitor.web.asked import AskedError, after_of, number_of, row_of
from monitor.web.finding import Finder, Sought
from monitor.web.guard import base_of
from monitor.web.machine import (
    Answers,
    Feeds,
    Indicators,
    IndicatorTold,
    Stories,
    StoryTold,
    Trouble,
    document,
    feed_told,
    indicator_told,
    item_told,
    story_told,
)
from monitor.web.show import Shows

USUAL, MOST = 50, 200
Endpoint = Callable[[Request], Awaitable[Response]]
INDICATOR = ("indicator", "path", "an indicator's id", {"type": "string"})
DAYS = (
    ("since", "query", "from this local day on", {"type": "string", "format": "date"}),
    ("until", "query", "to the end of this local day", {"type": "string", "format": "date"}),
)
LIMIT = ("limit", "query", "at most so many", {"type": "integer", "minimum": 1, "maximum": MOST})


class Api:
    """One method for each address."""

    def __init__(self, app: App, finder: Finder) -> None:
        self._app = app
        self._finder = finder

    def routes(self) -> list[Route]:
        """The addresses."""
        answers = {
            "/api/openapi.json": self.openapi,
            "/api/indicators": self.indicators,
            "/api/indicators/{indicator}": self.indicator,
            "/api/stories": self.stories,
            "/api/stories/{story}": self.story,
            "/api/feeds": self.feeds,
            "/api/search": self.search,
            "/api/pulse": self.pulse,
        }
        known = [Route(path, _strict(path, answer)) for path, answer in answers.items()]
        return [*known, Route("/api/{rest:path}", self.nothing)]

    async def openapi(self, request: Request) -> Response:
        """What the API offers, as OpenAPI 3.1."""
        return JSONResponse(document(PATHS, "What to watch", __version__))

    async def indicators(self, request: Request) -> Response:
        """All indicators with their counts."""
        base = base_of(request, self._app.site_url)

        def make(shows: Shows) -> BaseModel:
            gauges = shows.gauges(self._app.watch.indicators)
            return Indicators(indicators=tuple(indicator_told(one, base) for one in gauges))

        return await self._answer(make)

    async def indicator(self, request: Request) -> Response:
        """One indicator."""
        base = base_of(request, self._app.site_url)
        found = self._app.watch.indicator(request.path_params["indicator"])
        if found is None:
            return _trouble(404, "the list has no indicator of that id", "indicator")

        def make(shows: Shows) -> BaseModel:
            (gauge,) = shows.gauges([found])
            return indicator_told(gauge, base)

        return await self._answer(make)

    async def stories(self, request: Request) -> Response:
        """Stories, newest first."""
        base, given = base_of(request, self._app.site_url), request.query_params

        def make(shows: Shows) -> BaseModel:
            limit = number_of(given, "limit", USUAL, MOST)
            row = row_of(given, self._app.watch)
            found = self._app.store.listing.stories(shows.feeds, row, limit + 1)
            more = {**given, "after": after_of(found[limit - 1])} if len(found) > limit else None
            return Stories(
                stories=tuple(story_told(one.story, base) for one in found[:limit]),
                next=f"{base}/api/stories?{urlencode(more)}" if more else None,
            )

        return await self._answer(make)

    async def story(self, request: Request) -> Response:
        """One story."""
        base = base_of(request, self._app.site_url)
        key: str = request.path_params["story"]

        def make(shows: Shows) -> BaseModel:
            found = shows.reading.story(shows.feeds, key)
            if found is None:
                raise AskedError("story", "there is none of that id", 404)
            return story_told(found, base)

        return await self._answer(make)

    async def feeds(self, request: Request) -> Response:
        """All feeds and how they stand."""
        return await self._answer(
            lambda shows: Feeds(feeds=tuple(map(feed_told, shows.feeds_page().lines)))
        )

    async def search(self, request: Request) -> Response:
        """Items that answer a question."""
        base = base_of(request, self._app.site_url)
        sought = Sought.of(request.query_params)

        def make(_: Shows) -> BaseModel:
            found = self._finder.find(sought)
            if found.slips:
                slip = found.slips[0]
                return Trouble(error=slip.message, part=slip.part, at=slip.at, hint=slip.hint)
            return Answers(
                items=tuple(item_told(one.report, one.hits) for one in found.answers),
                next=f"{base}/api/search?{sought.address(found.older)}" if found.older else None,
                looked_at=found.looked_at,
                waiting=found.waiting,
            )

        return await self._answer(make)

    async def pulse(self, request: Request) -> Response:
        """A mark that changes when the board has something new to show."""
        refused = self._app.refused
        told = await run_in_threadpool(self._app.store.listing.mark)
        parts = f"{told}|{self._app.watch.revision}|{refused.at if refused else ''}"
        return JSONResponse({"mark": hashlib.sha256(parts.encode()).hexdigest()[:16]})

    async def nothing(self, request: Request) -> Response:
        """What is not there, told as programs read it."""
        return _trouble(404, "there is no such address; /api/openapi.json names them all")

    async def _answer(self, make: Callable[[Shows], BaseModel]) -> Response:
        try:
            told = await run_in_threadpool(lambda: make(Shows(self._app, self._app.clock())))
        except AskedError as error:
            return _trouble(error.status, str(error), error.part)
        status = 400 if isinstance(told, Trouble) else 200
        return JSONResponse(told.model_dump(mode="json"), status)


def _strict(path: str, answer: Endpoint) -> Endpoint:
    """
    The answer of an address, refused where the request names a part that it does not take.

    A slip in a name would else widen what is asked for, and nobody would see it.
    """
    takes = parts_of(path)

    async def told(request: Request) -> Response:
        unknown = [name for name in request.query_params if name not in takes]
        if not unknown:
            return await answer(request)
        names = ", ".join(f"{name[:40]!r}" for name in unknown)
        return _trouble(400, f"no part {names} here; {_takes(takes)}", unknown[0])

    return told


def _takes(names: Sequence[str]) -> str:
    return f"it takes {', '.join(names)}" if names else "this address takes none"


def parts_of(path: str) -> tuple[str, ...]:
    """The names that the query of an address may have; none where it is not described."""
    described = PATHS[path]["get"]["parameters"] if path in PATHS else []
    return tuple(one["name"] for one in described if one["in"] == "query")


def _trouble(status: int, error: str, part: str | None = None) -> Response:
    return JSONResponse(Trouble(error=error, part=part).model_dump(mode="json"), status)


def _path(
    summary: str, model: type[BaseModel], *parts: tuple[str, str, str, Mapping[str, Any]]
) -> dict[str, Any]:
    """One address of the description: what it answers, and what its parts are."""

    def told(one: type[BaseModel], words: str) -> dict[str, Any]:
        schema = {"$ref": f"#/components/schemas/{one.__name__}"}
        return {"description": words, "content": {"application/json": {"schema": schema}}}

    responses = {
        "200": told(model, summary),
        "400": told(Trouble, "A part of the address means nothing."),
    }
    if any(part[0] in ("indicator", "story") for part in parts):
        responses["404"] = told(Trouble, "There is none of that id.")
    return {
        "get": {
            "summary": summary,
            "parameters": [
                {
                    "name": name,
                    "in": place,
                    "required": place == "path",
                    "description": words,
                    "schema": dict(schema),
                }
                for name, place, words, schema in parts
            ],
            "responses": responses,
        }
    }


def _query(name: str, words: str) -> tuple[str, str, str, Mapping[str, Any]]:
    return name, "query", words, {"type": "string"}


PATHS: Mapping[str, Any] = {
    "/api/indicators": _path("All indicators with their counts.", Indicators),
    "/api/indicators/{indicator}": _path("One indicator.", IndicatorTold, INDICATOR),
    "/api/stories": _path(
        "Stories, newest first.",
        Stories,
        _query("indicator", "of this indicator alone"),
        *DAYS,
        _query("after", "where to go on; `next` has it"),
        LIMIT,
    ),
    "/api/stories/{story}": _path(
        "One story.", StoryTold, ("story", "path", "a story's id", {"type": "string"})
    ),
    "/api/feeds": _path("All feeds and how they stand, worst first.", Feeds),
    "/api/search": _path(
        "Items that answer a question in the matching language, newest first.",
        Answers,
        _query("q", "the question; left out, all items"),
        *DAYS,
        _query("feed", "of this feed alone"),
        _query("indicator", "that hit this indicator when they came"),
        _query("before", "where to go on; `next` has it"),
    ),
}
