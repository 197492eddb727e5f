"""The pages that look things up: search, and the lists."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from monitor.app import App
from monitor.web.finding import LONGEST, Finder, Sought
from monitor.web.lists import archive_page, indicators_page, stories_page
from monitor.web.show import Shows
from monitor.web.views import SearchPage


class Reading:
    """Each address is a question; all of it stands in the address, so that it can be kept."""

    def __init__(self, app: App, finder: Finder) -> None:
        self._app = app
        self._finder = finder

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/search", self.search),
            Route("/indicators", self.indicators),
            Route("/stories", self.stories),
            Route("/archive", self.archive),
            Route("/hypotheses", self.hypotheses),
        ]

    async def indicators(self, request: Request) -> Response:
        """All indicators, or those of a group."""
        given = dict(request.query_params)
        return await self._page("indicators.html", lambda shows: indicators_page(shows, given))

    async def stories(self, request: Request) -> Response:
        """All stories, newest first."""
        given = dict(request.query_params)
        return await self._page("stories.html", lambda shows: stories_page(shows, given))

    async def archive(self, request: Request) -> Response:
        """Every day that has a page."""
        return await self._page("archive.html", archive_page)

    async def hypotheses(self, request: Request) -> Response:
        """All that speaks of each hypothesis; the board tells the weightiest."""
        return await self._page("hypotheses.html", lambda _: self._app.matrix())

    async def _page(self, name: str, view_of: Callable[[Shows], object]) -> Response:
        def make() -> tuple[str, bool]:
            shows = Shows(self._app, self._app.clock())
            view = view_of(shows)
            html = self._app.renderer.page(name, shows.frame(), view=view)
            return html, bool(getattr(view, "trouble", ""))

        html, is_wrong = await run_in_threadpool(make)
        return HTMLResponse(html, 400 if is_wrong else 200)

    async def search(self, request: Request) -> Response:
        """The items that answer a question."""
        sought = Sought.of(request.query_params)

        def make() -> tuple[str, bool]:
            watch = self._app.watch
            found = None if sought.is_empty and not sought.before else self._finder.find(sought)
            view = SearchPage(
                sought,
                found,
                tuple((one.id, one.title) for one in watch.indicators),
                tuple(feed.id for feed in watch.feeds),
                LONGEST,
            )
            frame = Shows(self._app, self._app.clock()).frame()
            html = self._app.renderer.page("search.html", frame, view=view)
            return html, bool(found and found.slips)

        html, is_wrong = await run_in_threadpool(make)
        return HTMLResponse(html, 400 if is_wrong else 200)
