"""The pages' addresses: each reads the request, asks ``Shows``, and shows the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp

from monitor.app import App
from monitor.digest.ledger import csv_of
from monitor.errors import StoreAwayError, StoreError
from monitor.messages import LEDGER_STATES
from monitor.web.api import Api
from monitor.web.asked import AskedError, choice_of, number_of, only
from monitor.web.changes import HOURS, Changes
from monitor.web.feedlist import narrowed
from monitor.web.finding import Finder
from monitor.web.gate import Doorkeeper, Gate, Login
from monitor.web.guard import Guarded
from monitor.web.health import Health
from monitor.web.lists import week_page
from monitor.web.reading import Reading
from monitor.web.show import Shows
from monitor.web.standstill import HIDDEN
from monitor.web.style import Style
from monitor.web.syndication import Syndication
from monitor.web.tokens import token_for
from monitor.web.trying import Trying

log = logging.getLogger("monitor.web")

STATES = {**{one: one for one in LEDGER_STATES}, "routed nowhere": "nowhere", "by hand": "hand"}
"""The states that the ledger can be narrowed to, by their names in addresses and on the page."""
MOST_LINES = 10**9 - 1
PACKED_FROM, PACKING = 1_000, 4
"""From how many bytes on an answer is packed, and how hard: most pages to a tenth."""


def create_pages(app: App, *, is_local: bool = True) -> ASGIApp:
    """
    The web application over one ``App``; guard and gate stand outside of everything.

    ``is_local`` says that it is served on this machine alone: only then may a
    password be missing.
    """
    keeper = Doorkeeper(app, is_local=is_local)
    pages, health, changes = Pages(app), Health(app), Changes(app)
    finder = Finder(app)
    site = Starlette(
        routes=[
            *Syndication(app).routes(),
            *Api(app, finder).routes(),
            Route("/", pages.board),
            Route("/digests", pages.newest_digest),
            Route("/digests/{day}", pages.digest),
            Route("/indicators/{indicator}", pages.indicator),
            Route("/stories/{story}", pages.story),
            Route("/stories/{story}/why/{indicator}", pages.why),
            Route("/stories/{story}/text/{number:int}", pages.text),
            Route("/feeds", pages.feeds),
            Route("/ledger", pages.ledger),
            Route("/ledger.csv", pages.ledger_csv),
            *Reading(app, finder).routes(),
            *Trying(app).routes(),
            *Login(app, keeper).routes(),
            *changes.routes(),
            *health.routes(),
            *Style().routes(),
        ],
        exception_handlers={
            HTTPException: pages.error,
            AskedError: pages.error,
            StoreError: pages.error,
            500: pages.error,
        },
    )
    packed = GZipMiddleware(site, minimum_size=PACKED_FROM, compresslevel=PACKING)
    return Guarded(Gate(packed, keeper), lambda: app.site_url)


class Pages:
    """One method for each address; all of them only read."""

    def __init__(self, app: App) -> None:
        self._app = app

    def _shows(self) -> Shows:
        return Shows(self._app, self._app.clock())

    async def _page(self, make: Callable[[Shows], str | None]) -> Response:
        """Put a page together in a thread, since the store may keep us waiting."""
        html = await run_in_threadpool(lambda: make(self._shows()))
        if html is None:
            raise HTTPException(404)
        return HTMLResponse(html)

    async def _form(
        self, request: Request, name: str, view_of: Callable[[Shows], object | None]
    ) -> Response:
        """A page with forms on it, each of which carries a token."""
        token = None if self._app.read_only else token_for(request, self._app)

        def make(shows: Shows) -> str | None:
            view = view_of(shows)
            if view is None:
                return None
            return self._app.renderer.page(name, shows.frame(), view=view, token=token, hours=HOURS)

        answer = await self._page(make)
        # A form's own page must be named as the one that sends it.
        answer.headers["Referrer-Policy"] = "same-origin"
        return answer

    async def board(self, request: Request) -> Response:
        """The first page."""
        return await self._page(
            lambda shows: self._app.renderer.page("board.html", shows.frame(), view=shows.board())
        )

    async def newest_digest(self, request: Request) -> Response:
        """Lead to today's page."""
        return RedirectResponse(f"/digests/{self._shows().today.isoformat()}", 303)

    async def digest(self, request: Request) -> Response:
        """The page of a day, or of a week."""
        name: str = request.path_params["day"]
        if "W" in name:
            return await self._page(lambda shows: self._week(shows, name))
        try:
            day = date.fromisoformat(name)
        except ValueError:
            raise HTTPException(404) from None

        def make(shows: Shows) -> str | None:
            view = shows.digest(day)
            if view is None:
                return None
            return self._app.renderer.page("digest.html", shows.frame(), view=view)

        return await self._page(make)

    def _week(self, shows: Shows, name: str) -> str | None:
        view = week_page(shows, name)
        if view is None:
            return None
        return self._app.renderer.page("week.html", shows.frame(), view=view)

    async def indicator(self, request: Request) -> Response:
        """One indicator whole."""
        found = self._app.watch.indicator(request.path_params["indicator"])
        if found is None:
            raise HTTPException(404)
        return await self._form(request, "indicator.html", lambda shows: shows.indicator(found))

    async def story(self, request: Request) -> Response:
        """One story: why it hit, and what was seen of it; of many reports a ``page`` at a time."""
        story: str = request.path_params["story"]
        part = number_of(request.query_params, "page", 1, MOST_LINES)
        return await self._form(request, "story.html", lambda shows: shows.story(story, part))

    async def why(self, request: Request) -> Response:
        """Why a story hit an indicator or did not, clause by clause."""
        story, indicator = request.path_params["story"], request.path_params["indicator"]
        return await self._part("why.html", lambda shows: shows.why(story, indicator))

    async def text(self, request: Request) -> Response:
        """One text of a story as it was seen, whole."""
        story, number = request.path_params["story"], request.path_params["number"]
        return await self._part("text.html", lambda shows: shows.text(story, number))

    async def _part(self, name: str, view_of: Callable[[Shows], object | None]) -> Response:
        """A part of a page, as a page of its own."""

        def make(shows: Shows) -> str | None:
            view = view_of(shows)
            if view is None:
                return None
            return self._app.renderer.page(name, shows.frame(), view=view)

        return await self._page(make)

    async def feeds(self, request: Request) -> Response:
        """How every feed stands, or those of a ``state`` or ``group``; a ``page`` at a time."""
        given = dict(request.query_params)

        def make(shows: Shows) -> str:
            view = narrowed(shows.feeds_page(), given)
            return self._app.renderer.page("feeds.html", shows.frame(), view=view)

        return await self._page(make)

    async def ledger(self, request: Request) -> Response:
        """What was decided, sent and held; a part of it by ``state``, ``channel``, ``before``."""
        asked = request.query_params
        only(asked, "state", "channel", "before")
        state, channel = choice_of(asked, "state", STATES), asked.get("channel") or None
        before = number_of(asked, "before", 0, MOST_LINES) or None
        return await self._form(
            request,
            "ledger.html",
            lambda shows: shows.ledger(state, channel, before),
        )

    async def ledger_csv(self, request: Request) -> Response:
        """The whole ledger, for a spreadsheet."""
        only(request.query_params)
        lines = self._app.store.ledger.all()
        headers = {"Content-Disposition": 'attachment; filename="ledger.csv"'}
        return StreamingResponse(csv_of(lines), media_type="text/csv", headers=headers)

    async def error(self, request: Request, error: Exception) -> Response:
        """What went wrong, in a sentence; of what a request said no more than a name."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        said = ""
        if isinstance(error, AskedError):
            status, said = error.status, str(error)
        if isinstance(error, StoreAwayError):
            return PlainTextResponse(f"{HIDDEN}\n", 503)
        if isinstance(error, StoreError):
            log.error("a page could not be made: %s", error)
            status = 503
        try:
            html = await run_in_threadpool(
                lambda: self._app.renderer.page(
                    "error.html", self._shows().frame(), view={"status": status, "said": said}
                )
            )
        except Exception:
            # The outermost guard: where even the error's page fails, plain words are left.
            return PlainTextResponse(f"Error {status}", status_code=status)
        return HTMLResponse(html, status_code=status)
