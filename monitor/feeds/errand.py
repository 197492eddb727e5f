"""One call of ``fetch``: the requests that it takes, and in words what goes wrong with them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from yarl import URL

from monitor.errors import FetchError
from monitor.feeds.guard import Address, is_public, without_secrets


@dataclass(slots=True)
class Hop:
    """One request on the way to a document, and what was refused on it."""

    url: URL
    named: bool
    refusal: str | None = None

    @property
    def host(self) -> str:
        """The host's name as it may be shown."""
        return self.url.host or ""

    @property
    def place(self) -> str:
        """Host and port as ``polling: allow:`` names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.url.port}"


@dataclass(frozen=True, slots=True)
class Redirect:
    """An answer that sends us elsewhere."""

    location: str
    permanent: bool


@dataclass(slots=True)
class Errand:
    """One call of ``fetch``: what was asked for and how much time is left for it, in seconds."""

    url: str
    asked: URL
    etag: str | None
    last_modified: str | None
    now: datetime
    left: float
    moves: list[bool] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    @property
    def conditional(self) -> bool:
        """Whether the server may answer that nothing changed."""
        return bool(self.etag or self.last_modified)

    def error(self, message: str, **more: Any) -> FetchError:
        """The error of this errand, for a user's eyes."""
        error = FetchError(without_secrets(self.url), message, **more)
        error.places = tuple(self.places)
        return error


def refusal(hop: Hop, address: Address | None) -> str:
    """Why an address is not connected to, and what to do if it should be."""
    if address is None:
        return f"Not asked: {hop.host} is no host name."
    if is_public(address):
        why = f"{hop.place} is not one of the ports that feeds use (80, 443, 8080, 8443)"
    elif str(address) == hop.host:
        why = f"{hop.host} is not a public address"
    else:
        why = f"{hop.host} leads to {address}, which is not a public address"
    return f'Not asked: {why}. If it should be, add "{hop.place}" to "allow" under "polling".'


def in_words(error: Exception, hop: Hop) -> str:
    """What went wrong on the way to a host, for people who do not read error names."""
    if hop.refusal is not None:
        return hop.refusal
    match error:
        case aiohttp.InvalidURL():
            # Numbers that are an address in other programs, such as 2130706433.
            return f"Not asked: {hop.host} is no host name."
        case aiohttp.ClientConnectorDNSError():
            return f"The name {hop.host} was not found."
        case aiohttp.ClientConnectorCertificateError():
            why = getattr(error.certificate_error, "verify_message", "") or "it cannot be verified"
            return f"No safe connection to {hop.host}: its certificate was not accepted ({why})."
        case aiohttp.ClientSSLError():
            return f"No safe connection to {hop.host}: it does not speak TLS as we do."
        case aiohttp.ClientConnectorError():
            number = error.os_error.errno
            reason = os.strerror(number).lower() if number else "no answer"
            return f"No connection to {hop.place}: {reason}."
        case aiohttp.ClientPayloadError():
            return f"{hop.host} broke off its answer before the end."
        case aiohttp.ClientResponseError():
            return f"{hop.host} does not answer in proper HTTP."
        case aiohttp.ClientError() | OSError():
            return f"{hop.host} broke off the connection."
        case _:
            return f"{hop.host} cannot be asked: the address or the answer is malformed."
