"""The service: scheduler, pages and the watched file in one process, until it is told to end."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from functools import partial
from ipaddress import ip_address

import uvicorn
from starlette.types import ASGIApp

from monitor.app import App, open_app, opened
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.config.watching import WatchFile
from monitor.desk import utc_now
from monitor.errors import MonitorError, StoreBrokenError, StoreError
from monitor.housekeeping import BY_HAND
from monitor.jobs.follower import Follower
from monitor.schedule import build_schedule, mind_the_clock
from monitor.store.owning import OwnedError, Ownership, owning
from monitor.store.postgresql import is_postgresql
from monitor.web.pages import create_pages
from monitor.web.standstill import create_standstill

log = logging.getLogger("monitor.service")

LOOK_SECONDS = 15.0
"""How often the service sees whether the database is still its own."""
ASK_SECONDS = 3.0
"""How often the service sees whether its database's server answers."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
    waited for. Raises ``MonitorError`` if another process works on the database,
    or if the address cannot be had.
    """
    if is_postgresql(settings.database_url):
        await _serve_and_work(settings, watch_file, loaded, host=host, port=port, ready=ready)
        return
    with (
        owning(settings.database_url, "monitor run", utc_now()) as owned,
        listening(host, port) as listener,
    ):
        owned.tell_pages(address_of(listener))
        async with open_app(settings, loaded, checked=True) as app:
            watch_file.subscribe(app.take_up, app.refuse)
            server = Server(create_pages(app, is_local=is_loopback(host)))
            beside = _scheduled(app, owned, server)
            await _show(app, watch_file, server, listener, ready, beside)


async def _serve_and_work(
    settings: Settings,
    watch_file: WatchFile,
    loaded: LoadedWatch,
    *,
    host: str,
    port: int,
    ready: Callable[[App, str], None],
) -> None:
    """
    Serve the pages and follow the file, and beside that be one worker of the queue.

    What is taken up from the file is put into the database, and the worker here
    loads it from there as those on other machines do. Where another service puts
    a newer edit there, this one goes by that.
    """
    with listening(host, port) as listener:
        async with opened(Follower, settings, loaded) as app:
            watch_file.subscribe(app.take_up, app.refuse)
            watch_file.subscribe(lambda _loaded: None, app.share_refusal)
            server = Server(create_pages(app, is_local=is_loopback(host)))
            log.info("%s", BY_HAND)
            at_hand = partial(_in_force_here, watch_file, loaded)
            beside = _working(app, settings, at_hand, server)
            await _show(app, watch_file, server, listener, ready, beside)


async def _show(
    app: App,
    watch_file: WatchFile,
    server: Server,
    listener: socket.socket,
    ready: Callable[[App, str], None],
    beside: AbstractAsyncContextManager[None],
) -> None:
    """
    Serve the pages and follow the file until a signal ends it.

    What is done ``beside`` that begins when the pages answer.
    """
    stop = asyncio.Event()
    following = asyncio.create_task(watch_file.follow(stop))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        if await server.has_started(serving):
            async with beside:
                ready(app, address_of(listener))
                await serving
        else:
            await serving
    finally:
        stop.set()
        await following


@asynccontextmanager
async def _scheduled(app: App, owned: Ownership, server: Server) -> AsyncIterator[None]:
    """All steps of the service, by the schedule."""
    scheduler = build_schedule(app)
    minding = [
        asyncio.create_task(mind_the_clock(scheduler)),
        asyncio.create_task(_mind_the_lock(owned, server)),
    ]
    try:
        app.begin()
        scheduler.start()
        yield
    finally:
        for task in minding:
            task.cancel()
        if scheduler.running:
            scheduler.shutdown(wait=False)


@asynccontextmanager
async def _working(
    app: Follower, settings: Settings, at_hand: Callable[[], LoadedWatch], server: Server
) -> AsyncIterator[None]:
    """One worker of the queue; raises what it cannot go on for."""
    from monitor.jobs.worker import work

    stop = asyncio.Event()
    app.begin()
    working = asyncio.create_task(work(settings, stop, at_hand=at_hand))
    working.add_done_callback(lambda task: _end_with(task, server))
    noting = asyncio.create_task(_see_to_the_database(app))
    try:
        yield
    finally:
        stop.set()
        noting.cancel()
        await asyncio.gather(working, return_exceptions=True)
    working.result()


def _in_force_here(watch_file: WatchFile, at_start: LoadedWatch) -> LoadedWatch:
    """The list that this process follows: a refused file is replaced by the last good one."""
    return watch_file.current or at_start


def _end_with(working: asyncio.Task[None], server: Server) -> None:
    """End the pages when the worker beside them cannot go on."""
    if not working.cancelled() and working.exception() is not None:
        server.should_exit = True


async def _see_to_the_database(app: Follower) -> None:
    """
    Keep to one list with all who share the database, and see whether it answers, until cancelled.

    A worker that loses its database only begins anew: it is here that all is told of it.
    """
    while True:
        await asyncio.sleep(ASK_SECONDS)
        app.see_to_the_list()
        with suppress(StoreError):
            await app.follow()
        await asyncio.to_thread(app.footing.bears)
        if app.footing.is_long_away:
            await app.mind()


async def stand_still(
    error: StoreBrokenError,
    *,
    host: str,
    port: int,
    ready: Callable[[str], None] = lambda _address: None,
) -> None:
    """
    Say on every page that the database cannot be opened, until a signal ends it.

    Whatever starts the service again when it ends would start it again and
    again, each time with the same end, and nobody would see why.
    """
    with listening(host, port) as listener:
        pages = create_standstill(str(error) if is_loopback(host) else "")
        ready(address_of(listener))
        await Server(pages).serve(sockets=[listener])


async def serve_pages(
    settings: Settings,
    watch_file: WatchFile,
    loaded: LoadedWatch,
    *,
    host: str,
    port: int,
    ready: Callable[[App, str], None] = lambda _app, _address: None,
) -> None:
    """
    Serve pages that only read until a signal ends it, whoever works on the database.

    Raises ``MonitorError`` if the address cannot be had.
    """
    with listening(host, port) as listener:
        async with open_app(settings, loaded, read_only=True) as app:
            watch_file.subscribe(app.put_in_force, app.refuse)
            server = Server(create_pages(app, is_local=is_loopback(host)))
            await _show(app, watch_file, server, listener, ready, nullcontext())


async def _mind_the_lock(owned: Ownership, server: Server) -> None:
    """End the service if another process came to own the database, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await asyncio.to_thread(owned.keep)
        except OwnedError as error:
            log.error("%s: this service ends", error)
            server.should_exit = True
            return


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens; raises ``MonitorError``, in words, where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
        except OSError as error:
            why = (
                "it is taken, perhaps by another monitor"
                if error.errno == errno.EADDRINUSE
                else (error.strerror or "").lower()
            )
            raise MonitorError(
                f"port {port} on {host} cannot be had: {why}; "
                "choose another with --port, or a free one with --port 0"
            ) from error
        yield listener


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(listener: socket.socket) -> str:
    """Where the pages are."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


class Server(uvicorn.Server):
    """uvicorn with our pages; it takes the signals and says when it answers."""

    def __init__(self, pages: ASGIApp) -> None:
        config = uvicorn.Config(
            pages,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
        )
        super().__init__(config)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """
        End in good order on a signal, and do not raise it again afterwards.

        What is being sent is still waited for when the pages have closed; a
        signal that comes again then would cut it off.
        """
        before = {one: signal.signal(one, self.handle_exit) for one in SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, signal.SIG_IGN if self.should_exit else handler)

    async def has_started(self, serving: asyncio.Task[None]) -> bool:
        """Wait until the pages answer; false if they never will."""
        # uvicorn tells it by a flag alone.
        while not self.started and not serving.done():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return bool(self.started)
