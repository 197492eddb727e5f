"""The service: scheduler, pages and the watched file in one process, until it is told to end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import uvicorn

from monitor.app import App, open_app
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.config.watching import WatchFile
from monitor.schedule import build_schedule
from monitor.web.pages import create_pages

log = logging.getLogger("monitor.service")


async def serve(
    settings: Settings,
    watch_file: WatchFile,
    loaded: LoadedWatch,
    *,
    host: str,
    port: int,
    ready: Callable[[App, str], None] = lambda _app, _address: None,
) -> None:
    """
    Run the service until a signal ends it.

    ``ready`` is called when the pages answer, with their address. Polls that
    are under way at the end are broken off, messages that are being sent are
    waited for.
    """
    async with open_app(settings, loaded) as app:
        watch_file.subscribe(app.take_up, app.refuse)
        server = Server(create_pages(app), host, port)
        stop = asyncio.Event()
        following = asyncio.create_task(watch_file.follow(stop))
        scheduler = build_schedule(app)
        serving = asyncio.create_task(server.serve())
        try:
            if await server.has_started(serving):
                ready(app, server.address)
                scheduler.start()
            await serving
        finally:
            if scheduler.running:
                scheduler.shutdown(wait=False)
            stop.set()
            await following


class Server(uvicorn.Server):
    """uvicorn with our pages; it takes the signals, and says when it answers."""

    def __init__(self, pages: object, host: str, port: int) -> None:
        config = uvicorn.Config(
            pages,  # type: ignore[arg-type]
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
        )
        super().__init__(config)

    async def has_started(self, serving: asyncio.Task[None]) -> bool:
        """Wait until the pages answer; false if the address could not be had."""
        # uvicorn tells it by a flag alone.
        while not self.started and not serving.done():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return bool(self.started)

    @property
    def address(self) -> str:
        """Where the pages are, once they answer."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
