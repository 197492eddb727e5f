"""What is shown in place of the pages when the database cannot even be opened."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from monitor import __version__
from monitor.digest.wording import sentence
from monitor.web.guard import Guarded

HIDDEN = "The database cannot be used. The log of the service says what to do."


def create_standstill(words: str, status: str = "damaged") -> ASGIApp:
    """
    An application that answers every address with 503 and ``words``.

    Without words it says no more than that the log has them: there is no
    password to ask for. ``/healthz`` says that the process lives, and ``status``.
    """

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": status, "version": __version__, "outbox": {}})

    async def say(_request: Request) -> Response:
        told = sentence(words) if words else HIDDEN
        return PlainTextResponse(f"{told}\n", 503)

    routes = [Route("/healthz", healthz), Route("/{path:path}", say)]
    return Guarded(Starlette(routes=routes), lambda: None)
