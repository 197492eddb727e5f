"""Chat and everything else that Apprise knows, behind one small class that raises."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

from monitor.errors import DeliveryError
from monitor.messages import Delivery
from monitor.notify.answers import Answer, listening
from monitor.notify.parts import size_of, split

# They write addresses with their secrets into their logs below these levels.
logging.getLogger("apprise").setLevel(logging.CRITICAL)
logging.getLogger("urllib3").setLevel(logging.WARNING)

MAY_BE_REPEAT = "(may be a repeat) "
REFUSALS = (413, 422)
"""Answers that are about this message, and would be the same another time."""
DOUBTFUL = 400
"""Some services say so of a message, others of a channel that is set up wrongly."""
MOST_DOUBTS = 5
"""How often a message is tried that is doubtful, before it is parked and holds no other."""

_at_work: set[str] = set()
"""The channels that a thread works for; one that hangs keeps its channel busy."""

origins: dict[str, str] = {}
"""Where messages for each address really go: scheme, host and port of the last request."""


class ChatChannel:
    """
    One Apprise address. ``timeout`` is in seconds for the whole hand-over.

    Apprise cannot be broken off: a hand-over that hangs is left to its
    thread, which holds up this channel and nothing else.
    """

    def __init__(self, name: str, url: str, timeout: float = 30.0) -> None:
        self.name = name
        self._url = url
        self._timeout = timeout

    async def send(self, delivery: Delivery) -> str:
        """Hand over the short text, and say how it was taken; raises ``DeliveryError``."""
        if self.name in _at_work:
            raise DeliveryError(self.name, "the service has not yet answered the last message")
        text = delivery.message.short or delivery.message.text
        if delivery.interrupted:
            text = MAY_BE_REPEAT + text
        try:
            async with asyncio.timeout(self._timeout):
                return await self._in_thread(lambda: self._hand_over(text, delivery.attempts))
        except TimeoutError as error:
            raise DeliveryError(
                self.name, f"no answer within {self._timeout:.0f} seconds", uncertain=True
            ) from error

    def _hand_over(self, text: str, attempts: int) -> str:
        """Every part in turn; where one fails, those before it have gone through."""
        service = self._service()
        try:
            return self._hand_parts(service, text, attempts)
        finally:
            _hang_up(service)

    def _hand_parts(self, service: Any, text: str, attempts: int) -> str:
        size, limit = _limit_of(service)
        parts = split(text, limit, size)
        for number, part in enumerate(parts):
            with listening() as answers:
                taken = self._notify(service, part)
            if answers:
                origins[self._url] = answers[-1].origin
            if not taken:
                raise self._refusal(answers, attempts, uncertain=number > 0)
        return _said(answers, len(parts))

    def _service(self) -> Any:
        import apprise  # takes a second to load, and only those who send need it

        # Handed over in this thread, so that what is answered is heard here.
        service: Any = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
        if not service.add(self._url):
            raise DeliveryError(self.name, "not an address that Apprise can read")
        for plugin in service:
            if _name(plugin) == "mqtt" and not plugin.qos:
                # At zero the broker answers nothing: even a wrong password would pass for sent.
                plugin.qos = 1
        return service

    def _notify(self, service: Any, text: str) -> bool:
        try:
            return bool(service.notify(body=text, title="", body_format="text"))
        except Exception as error:
            # Apprise's plugins raise whatever they meet; the text may hold the address.
            raise DeliveryError(
                self.name, f"the service could not be reached ({type(error).__name__})"
            ) from None

    def _refusal(
        self, answers: Sequence[Answer], attempts: int, *, uncertain: bool
    ) -> DeliveryError:
        last = answers[-1] if answers else None
        if last is None or (last.status is not None and last.status < DOUBTFUL):
            return DeliveryError(
                self.name, "the service did not take the message", uncertain=uncertain
            )
        if last.status is None:
            return DeliveryError(
                self.name, f"the service at {last.origin} could not be reached", uncertain=uncertain
            )
        doubtful = last.status == DOUBTFUL and attempts >= MOST_DOUBTS
        return DeliveryError(
            self.name,
            f"the service answered {last.words}",
            permanent=last.status in REFUSALS or doubtful,
            retry_after=last.retry_after,
            uncertain=uncertain,
        )

    async def _in_thread(self, work: Callable[[], str]) -> str:
        """Do the work in a thread of its own, which nobody waits for at the end."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[str] = loop.create_future()

        def settle(put: Callable[[Any], None], value: Any) -> None:
            if not done.done():
                put(value)

        def run() -> None:
            try:
                result, put = work(), done.set_result
            except DeliveryError as error:
                result, put = error, done.set_exception  # type: ignore[assignment]
            finally:
                _at_work.discard(self.name)
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, put, result)

        thread = threading.Thread(target=run, name=f"chat {self.name}", daemon=True)
        _at_work.add(self.name)
        thread.start()
        return await done


def _hang_up(service: Any) -> None:
    """End the connection that an MQTT client keeps, with a thread of its own, for good."""
    for plugin in service:
        client = getattr(plugin, "client", None)
        if _name(plugin) == "mqtt" and client is not None:
            client.disconnect()
            client.loop_stop()


def _limit_of(service: Any) -> tuple[Callable[[str], int], int]:
    """How the service counts and what it takes; an address that stands for several, the least."""
    found = [size_of(_name(plugin), int(plugin.body_maxlen)) for plugin in service]
    return min(found, key=lambda one: one[1])


def _name(plugin: Any) -> str:
    return type(plugin).__name__.removeprefix("Notify").lower()


def _said(answers: Sequence[Answer], parts: int) -> str:
    said = "the service took the message"
    if answers and answers[-1].status is not None:
        said += f" ({answers[-1].words})"
    return f"{said}, in {parts} parts" if parts > 1 else said
