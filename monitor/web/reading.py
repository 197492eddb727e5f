"""The pages that look things up: search."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from monitor.app import App
from monitor.web.finding import LONGEST, Finder, Sought
from monitor.web.show import Shows
from monitor.web.views import SearchPage


class Reading:
    """Each address is a question; all of it stands in the address, so that it can be kept."""

    def __init__(self, app: App, finder: Finder) -> None:
        self._app = app
        self._finder = finder

    def routes(self) -> list[Route]:
        """The addresses."""
        return [Route("/search", self.search)]

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
