"""Which addresses the file may hold: of feeds and pages, and those that may be reached."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[\w.-]+|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f:]+")


def wrong_address(url: str) -> str | None:
    """What is wrong with an address that should be http or https; ``None`` if nothing is."""
    if any(char.isspace() or ord(char) < 33 or char == "\\" for char in url):
        return "an address holds no spaces and no backslashes"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "this is no address that can be read"
    if parts.scheme.lower() not in ("http", "https"):
        return f'"{url}" is no http or https address' if "@" not in url else "this is no address"
    if not parts.hostname or not _HOST.fullmatch(parts.hostname) or port == 0:
        return "the address names no host"
    return None


def is_allowable(text: str) -> bool:
    """Whether ``polling.allow`` can hold it: ``host:port``, an address or a network."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        host, colon, port = text.rpartition(":")
        known = bool(colon and host and _HOST.fullmatch(host) and port.isdecimal())
        return known and 0 < int(port) < 65536
    return True
