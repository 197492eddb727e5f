"""Is a channel that failed there again? Asked cheaply: nothing is sent, and nothing is changed."""

from __future__ import annotations

import asyncio
from typing import Any

import aiosmtplib

from monitor.errors import DeliveryError
from monitor.model import Channel
from monitor.notify.chat import origins
from monitor.notify.mail import connection, read_address, recipients_of

DOWN = (500, 502, 503, 504)
"""Answers of a web service that is not there, or of what stands before it."""


async def is_there(channel: Channel, timeout: float = 10.0) -> bool | None:  # noqa: ASYNC109
    """
    Whether a channel would answer; nothing where it cannot be told.

    Mail is asked as for a message, up to its recipients, and let go. A web
    service is asked for its front page: not to be found is an answer, too.
    """
    url = channel.url
    if url is None:
        return None
    try:
        async with asyncio.timeout(timeout):
            if channel.is_mail:
                return await _mail_is_there(channel.name, url, timeout)
            if (origin := origins.get(url)) is not None:
                return await asyncio.to_thread(_web_is_there, origin, timeout)
            return await _port_is_open(url)
    except (OSError, TimeoutError):
        return False


async def _mail_is_there(name: str, url: str, timeout: float) -> bool | None:  # noqa: ASYNC109
    try:
        address = await asyncio.to_thread(read_address, url, name)
    except DeliveryError:
        return None
    try:
        async with aiosmtplib.SMTP(**connection(address, timeout)) as client:
            await client.mail(address.sender.addr_spec)
            for one in recipients_of(address):
                await client.rcpt(one)
            await client.rset()
    except aiosmtplib.SMTPException:
        return False
    return True


def _web_is_there(origin: str, timeout: float) -> bool:
    import requests

    try:
        answer = requests.head(f"{origin}/", timeout=timeout, allow_redirects=False)
    except requests.RequestException:
        return False
    return answer.status_code not in DOWN


async def _port_is_open(url: str) -> bool | None:
    """Whether a service that is no web service takes a connection, if its address names a port."""
    plugin = await asyncio.to_thread(_plugin, url)
    host, port = getattr(plugin, "host", None), _port(plugin)
    if not host or not port:
        return None
    _, writer = await asyncio.open_connection(host, port)
    writer.close()
    return True


def _plugin(url: str) -> Any:
    import apprise  # takes a second to load

    return apprise.Apprise.instantiate(url, suppress_exceptions=True)


def _port(plugin: Any) -> int | None:
    if isinstance(port := getattr(plugin, "port", None), int):
        return port
    secure = "mqtt_secure_port" if getattr(plugin, "secure", False) else "mqtt_insecure_port"
    found = getattr(plugin, secure, None)
    return found if isinstance(found, int) else None
