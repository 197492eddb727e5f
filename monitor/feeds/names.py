"""Looking up host names without letting a slow name server hold up the others."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult


class Resolver(AbstractResolver):
    """
    Asks the system, each name in a thread of its own.

    The usual pool has a handful of threads: as many dead names would keep
    every other feed waiting. These threads are daemons, so that a look-up
    that never ends cannot keep the program from ending.
    """

    def __init__(self, at_once: int = 64) -> None:
        self._open = asyncio.Semaphore(at_once)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host, as the system's resolver gives them."""
        async with self._open:
            found = await self._look_up(host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def _look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[Any]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]]
        answer = loop.create_future()

        def tell(found: list[Any] | OSError) -> None:
            if answer.done():
                return
            if isinstance(found, OSError):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def ask() -> None:
            found: list[Any] | OSError
            try:
                found = list(
                    socket.getaddrinfo(
                        host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG
                    )
                )
            except OSError as error:
                found = error
            except UnicodeError:
                found = socket.gaierror(socket.EAI_NONAME, "not a host name")
            # The loop may be gone by the time that a dead name server gives up.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(tell, found)

        threading.Thread(target=ask, name="name-lookup", daemon=True).start()
        return await answer

    async def close(self) -> None:
        """Nothing is held open."""
