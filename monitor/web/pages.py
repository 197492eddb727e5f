"""The pages' addresses: each reads the request, asks ``Shows``, and shows the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from monitor.app import App
from monitor.digest.ledger import csv_of
from monitor.errors import StoreError
from monitor.messages import LEDGER_STATES
from monitor.web.api import Api
from monitor.web.changes import HOURS, Changes, token_for
from monitor.web.finding import Finder
from monitor.web.gate import Doorkeeper, Gate, Login
from monitor.web.guard import Guarded
from monitor.web.health import Health
from monitor.web.lists import week_page
from monitor.web.reading import Reading
from monitor.web.show import Shows
from monitor.web.syndication import Syndication
from monitor.web.trying import Trying

log = logging.getLogger("monitor.web")

STATIC = Path(__file__).with_name("static")


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
            Route("/feeds", pages.feeds),
            Route("/ledger", pages.ledger),
            Route("/ledger.csv", pages.ledger_csv),
            *Reading(app, finder).routes(),
            *Trying(app).routes(),
            *Login(app, keeper).routes(),
            *changes.routes(),
            *health.routes(),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        exception_handlers={
            HTTPException: pages.error,
            StoreError: pages.error,
            500: pages.error,
        },
    )
    return Guarded(Gate(site, keeper), lambda: app.site_url)


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
        token = token_for(request, self._app)

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
        """One story whole: why it hit, and what was seen of it."""
        story: str = request.path_params["story"]
        return await self._form(request, "story.html", lambda shows: shows.story(story))

    async def feeds(self, request: Request) -> Response:
        """How every feed stands."""
        return await self._page(
            lambda shows: self._app.renderer.page(
                "feeds.html", shows.frame(), view=shows.feeds_page()
            )
        )

    async def ledger(self, request: Request) -> Response:
        """What was decided, sent and held; a part of it by ``state``, ``channel``, ``before``."""
        asked = request.query_params
        state, channel = asked.get("state") or None, asked.get("channel") or None
        before = asked.get("before", "")
        if state not in (None, *LEDGER_STATES) or (before and not before.isdecimal()):
            raise HTTPException(404)
        return await self._form(
            request,
            "ledger.html",
            lambda shows: shows.ledger(state, channel, int(before) if before else None),
        )

    async def ledger_csv(self, request: Request) -> Response:
        """The whole ledger, for a spreadsheet."""
        lines = self._app.store.ledger.all()
        headers = {"Content-Disposition": 'attachment; filename="ledger.csv"'}
        return StreamingResponse(csv_of(lines), media_type="text/csv", headers=headers)

    async def error(self, request: Request, error: Exception) -> Response:
        """What went wrong, in a sentence; never what a request said."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if isinstance(error, StoreError):
            log.error("a page could not be made: %s", error)
            status = 503
        try:
            html = await run_in_threadpool(
                lambda: self._app.renderer.page(
                    "error.html", self._shows().frame(), view={"status": status}
                )
            )
        except Exception:
            # The outermost guard: where even the error's page fails, plain words are left.
            return PlainTextResponse(f"Error {status}", status_code=status)
        return HTMLResponse(html, status_code=status)
