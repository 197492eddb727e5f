"""Waiting for a database server that does not answer yet: after a start of the machine, say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from monitor.config.settings import Settings
from monitor.errors import StoreAwayError
from monitor.service import Server, address_of, is_loopback, listening
from monitor.store import Store
from monitor.web.standstill import create_standstill

log = logging.getLogger("monitor.store")

PAUSE = 3.0
"""Seconds until a server that did not answer is asked again."""


async def until_it_answers(url: str, say: Callable[[StoreAwayError], None] = log.error) -> None:
    """
    Wait until a database can be asked, and say once why it is waited for.

    Whatever starts a service again when it ends gives up after some times, so
    one that ended because its database was not there yet would stay away. Raises
    ``StoreError`` where waiting does not help, as with a wrong password.
    """
    waits = False
    while True:
        store = Store(url)
        try:
            await asyncio.to_thread(store.database.revision)
        except StoreAwayError as error:
            if not waits:
                say(error)
            waits = True
        else:
            if waits:
                log.warning("the database answers")
            return
        finally:
            store.close()
        await asyncio.sleep(PAUSE)


async def stand_by(
    settings: Settings, *, host: str, port: int, ready: Callable[[str], None]
) -> bool:
    """
    Wait for the database, and say so on every page meanwhile; false if a signal ended it.

    Raises as ``until_it_answers`` does, and ``MonitorError`` if the address cannot be had.
    """
    missed: list[StoreAwayError] = []
    waiting = asyncio.create_task(until_it_answers(settings.database_url, missed.append))
    while not (waiting.done() or missed):  # noqa: ASYNC110 - it takes no longer than a connection
        await asyncio.sleep(0.02)
    if not missed:
        await waiting
        return True
    (error,) = missed
    log.error("%s", error)
    with listening(host, port) as listener:
        server = Server(create_standstill(str(error) if is_loopback(host) else "", "waiting"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        ready(address_of(listener))
        done, _ = await asyncio.wait({waiting, serving}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        waiting.cancel()
        await serving
        if waiting in done:
            await waiting
        return waiting in done
