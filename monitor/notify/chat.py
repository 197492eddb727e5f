"""Chat and everything else that Apprise knows, behind one small class that raises."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from monitor.errors import DeliveryError
from monitor.messages import Delivery

# Apprise writes addresses with their secrets into its log below this level.
logging.getLogger("apprise").setLevel(logging.CRITICAL)

MAY_BE_REPEAT = "(may be a repeat) "

_at_work: dict[str, threading.Thread] = {}
"""The thread that last worked for each channel; one that hangs keeps its channel busy."""


class ChatChannel:
    """
    One Apprise address. ``timeout`` is in seconds for the whole hand-over.

    Apprise answers only yes or no, so a refusal is taken for one that may
    pass. It cannot be broken off either: a hand-over that hangs is left to its
    thread, which holds up this channel and nothing else.
    """

    def __init__(self, name: str, url: str, timeout: float = 30.0) -> None:
        self.name = name
        self._url = url
        self._timeout = timeout

    async def send(self, delivery: Delivery) -> str:
        """Hand over the short text, and say how it was taken; raises ``DeliveryError``."""
        if (last := _at_work.get(self.name)) is not None and last.is_alive():
            raise DeliveryError(self.name, "the service has not yet answered the last message")
        text = delivery.message.short or delivery.message.text
        if delivery.interrupted:
            text = MAY_BE_REPEAT + text
        try:
            async with asyncio.timeout(self._timeout):
                taken = await self._in_thread(lambda: self._notify(text))
        except TimeoutError as error:
            raise DeliveryError(
                self.name, f"no answer within {self._timeout:.0f} seconds", uncertain=True
            ) from error
        if not taken:
            raise DeliveryError(self.name, "the service did not take the message")
        return "the service took the message"

    def _notify(self, text: str) -> bool:
        import apprise  # takes a second to load, and only those who send need it

        service = apprise.Apprise()
        if not service.add(self._url):
            raise DeliveryError(self.name, "not an address that Apprise can read")
        for plugin in service:
            # What is longer than the service takes goes out in parts; nothing is cut off.
            plugin.overflow_mode = apprise.OverflowMode.SPLIT
        try:
            return bool(service.notify(body=text, title="", body_format="text"))
        except Exception as error:
            # Apprise's plugins raise whatever they meet; the text may hold the address.
            raise DeliveryError(
                self.name, f"the service could not be reached ({type(error).__name__})"
            ) from None

    async def _in_thread(self, work: Callable[[], bool]) -> bool:
        """Do the work in a thread of its own, which nobody waits for at the end."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()

        def settle(put: Callable[[Any], None], value: Any) -> None:
            if not done.done():
                put(value)

        def run() -> None:
            try:
                result, put = work(), done.set_result
            except DeliveryError as error:
                result, put = error, done.set_exception  # type: ignore[assignment]
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, put, result)

        thread = threading.Thread(target=run, name=f"chat {self.name}", daemon=True)
        _at_work[self.name] = thread
        thread.start()
        return await done
