"""Chat and everything else that Apprise knows, behind one small class that raises."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from monitor.errors import DeliveryError
from monitor.model import Delivery

# Apprise writes addresses with their secrets into its log below this level.
logging.getLogger("apprise").setLevel(logging.CRITICAL)


class ChatChannel:
    """
    One Apprise address. ``timeout`` is in seconds for the whole hand-over.

    Apprise answers only yes or no, so a refusal is taken for one that may
    pass; an address that it cannot read is refused for good.
    """

    def __init__(self, name: str, url: str, timeout: float = 30.0) -> None:
        self.name = name
        self._url = url
        self._timeout = timeout

    async def send(self, delivery: Delivery) -> None:
        """Hand over the short text; raises ``DeliveryError``."""
        service = await asyncio.to_thread(self._service)
        message = delivery.message
        try:
            taken = await asyncio.wait_for(
                asyncio.to_thread(
                    service.notify,
                    body=message.short or message.text,
                    title="",
                    body_format="text",
                ),
                self._timeout,
            )
        except TimeoutError as error:
            raise DeliveryError(
                self.name, f"no answer within {self._timeout:.0f} seconds"
            ) from error
        except Exception as error:
            # Apprise's plugins raise whatever they meet; the text may hold the address.
            raise DeliveryError(
                self.name, f"the service could not be reached ({type(error).__name__})"
            ) from None
        if not taken:
            raise DeliveryError(self.name, "the service did not take the message")

    def _service(self) -> Any:
        import apprise  # takes a second to load, and only those who send need it

        service = apprise.Apprise()
        if not service.add(self._url):
            raise DeliveryError(self.name, "not an address that Apprise can read", permanent=True)
        return service
