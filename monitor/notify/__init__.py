"""Messages on their way out: mail by SMTP, all else through Apprise; one outbox feeds both."""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.model import Channel, Delivery
from monitor.notify.chat import ChatChannel
from monitor.notify.mail import MailChannel

__all__ = ["ChatChannel", "MailChannel", "Sender", "is_mail"]


def is_mail(url: str) -> bool:
    """Whether a channel's address is one of mail (``mailto://`` or ``mailtos://``)."""
    return urlsplit(url.strip()).scheme.lower() in ("mailto", "mailtos")


class Sender:
    """
    Hands a message to its channel, as mail or as chat by the channel's address.

    ``title`` is the watch's name; it stands in mail headers.
    """

    def __init__(self, title: str, timeout: float = 30.0) -> None:
        self.title = title
        self.timeout = timeout

    async def __call__(self, delivery: Delivery, channel: Channel) -> None:
        """Send; raises ``DeliveryError``, which says whether trying again can help."""
        url = channel.url or ""
        if is_mail(url):
            await MailChannel(channel.name, url, self.timeout).send(delivery, self.title)
        else:
            await ChatChannel(channel.name, url, self.timeout).send(delivery)
