"""Messages on their way out: mail by SMTP, all else through Apprise; one outbox feeds both."""

from __future__ import annotations

from monitor.messages import Delivery
from monitor.model import Channel
from monitor.notify.chat import ChatChannel
from monitor.notify.mail import MailChannel
from monitor.notify.probe import is_there

__all__ = ["ChatChannel", "MailChannel", "Sender"]


class Sender:
    """
    Hands a message to its channel, as mail or as chat by the channel's address.

    ``title`` is the watch's name; it stands in mail headers.
    """

    def __init__(self, title: str, timeout: float = 30.0) -> None:
        self.title = title
        self.timeout = timeout

    async def __call__(self, delivery: Delivery, channel: Channel) -> str:
        """
        Send, and say what the channel answered.

        Raises ``DeliveryError``, which says whether trying again can help.
        """
        url = channel.url or ""
        if channel.is_mail:
            return await MailChannel(channel.name, url, self.timeout).send(delivery, self.title)
        return await ChatChannel(channel.name, url, self.timeout).send(delivery)

    async def is_there(self, channel: Channel) -> bool | None:
        """Whether a channel that failed would answer again; nothing where it cannot be told."""
        return await is_there(channel)
