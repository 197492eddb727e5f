"""The pages' addresses: each reads the request, asks ``Shows``, and shows the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from ipaddress import ip_address
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor import __version__
from monitor.app import App
from monitor.web.show import Shows

STATIC = Path(__file__).with_name("static")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
OWN_NAMES = {"localhost", "localhost.localdomain", "testserver"}


def create_pages(app: App) -> ASGIApp:
    """The web application over one ``App``; its guard stands outside of everything."""
    pages = Pages(app)
    site = Starlette(
        routes=[
            Route("/", pages.board),
            Route("/digests", pages.newest_digest),
            Route("/digests/{day}", pages.digest),
            Route("/indicators/{indicator}", pages.indicator),
            Route("/stories/{story}", pages.story),
            Route("/feeds", pages.feeds),
            Route("/healthz", pages.healthz),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        exception_handlers={HTTPException: pages.error, 500: pages.error},
    )
    return Guarded(site)


class Guarded:
    """
    Puts the safe headers on every answer, and answers only to our own names.

    A page elsewhere may make a browser ask 127.0.0.1 under a name of its own
    (DNS rebinding): whatever is neither a local name nor an address is refused.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers[name] = value
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if not is_own_name(host):
            refusal = PlainTextResponse("This address is not served here.", status_code=421)
            await refusal(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)


def is_own_name(host: str) -> bool:
    """Whether a Host header names this machine by a local name or by a loopback address."""
    name = host.rsplit(":", 1)[0] if host.count(":") == 1 or host.startswith("[") else host
    name = name.strip("[]").lower()
    if name in OWN_NAMES:
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


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

    async def board(self, request: Request) -> Response:
        """The first page."""
        return await self._page(
            lambda shows: self._app.renderer.page("board.html", shows.frame(), view=shows.board())
        )

    async def newest_digest(self, request: Request) -> Response:
        """Lead to today's page."""
        return RedirectResponse(f"/digests/{self._shows().today.isoformat()}", 303)

    async def digest(self, request: Request) -> Response:
        """The page of a day."""
        try:
            day = date.fromisoformat(request.path_params["day"])
        except ValueError:
            raise HTTPException(404) from None

        def make(shows: Shows) -> str | None:
            view = shows.digest(day)
            if view is None:
                return None
            return self._app.renderer.page("digest.html", shows.frame(), view=view)

        return await self._page(make)

    async def indicator(self, request: Request) -> Response:
        """One indicator whole."""
        found = self._app.watch.indicator(request.path_params["indicator"])
        if found is None:
            raise HTTPException(404)
        return await self._page(
            lambda shows: self._app.renderer.page(
                "indicator.html", shows.frame(), view=shows.indicator(found)
            )
        )

    async def story(self, request: Request) -> Response:
        """One story whole: why it hit, and what was seen of it."""
        story: str = request.path_params["story"]

        def make(shows: Shows) -> str | None:
            view = shows.story(story)
            if view is None:
                return None
            return self._app.renderer.page("story.html", shows.frame(), view=view)

        return await self._page(make)

    async def feeds(self, request: Request) -> Response:
        """How every feed stands."""
        return await self._page(
            lambda shows: self._app.renderer.page(
                "feeds.html", shows.frame(), view=shows.feeds_page()
            )
        )

    async def healthz(self, request: Request) -> Response:
        """That the process lives and its database answers."""
        counts = await run_in_threadpool(self._app.store.outbox.counts)
        return JSONResponse({"status": "ok", "version": __version__, "outbox": counts})

    async def error(self, request: Request, error: Exception) -> Response:
        """What went wrong, in a sentence; never what a request said."""
        status = error.status_code if isinstance(error, HTTPException) else 500
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
