"""Which addresses a feed may lead us to: public ones, and what the file allows by name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from yarl import URL

Address = IPv4Address | IPv6Address

PORTS = frozenset({80, 443, 8080, 8443})
MAX_URL = 4096

# What ``is_global`` thinks of these differs between Python's minor releases.
NOT_PUBLIC_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
NOT_PUBLIC_V6 = tuple(
    IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
NAT64 = IPv6Network("64:ff9b::/96")

SECRET_NAME = re.compile(
    r"token|key|secret|passw|pwd|auth|signature|session|credential|^(pass|sig|sid|pw|code|jwt)$",
    re.IGNORECASE,
)


class AddressError(ValueError):
    """An address that we do not ask; its text is the plain reason."""


def is_public(address: Address) -> bool:
    """
    Whether an address belongs to the open internet.

    Addresses that carry another one inside (v4-mapped, NAT64, 6to4, Teredo)
    are as public as what they carry: a router on the way would unwrap them.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in net for net in NOT_PUBLIC_V4)
    inner = carried(address)
    if inner is not None:
        return all(is_public(one) for one in inner)
    if address not in GLOBAL_UNICAST_V6:
        return False
    return address.is_global and not any(address in net for net in NOT_PUBLIC_V6)


def carried(address: IPv6Address) -> tuple[IPv4Address, ...] | None:
    """The IPv4 addresses inside an IPv6 one, if it is of a kind that carries them."""
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    return address.teredo


def check_url(text: str) -> URL:
    """
    Read an address that we may be asked to fetch, or say why we do not.

    Parsers disagree about backslashes, control characters and missing
    schemes, and an attacker lives in such gaps: all of them are refused
    before anything is parsed.

    Raises :class:`AddressError`.
    """
    if len(text) > MAX_URL:
        raise AddressError(f"the address is longer than {MAX_URL:,} characters")
    if "\\" in text or any(ord(char) <= 0x20 or 0x7F <= ord(char) <= 0xA0 for char in text):
        raise AddressError("the address holds a backslash, a space or a control character")
    try:
        url = URL(text)
        host, port = url.host, url.port
    except ValueError as error:
        raise AddressError("the address cannot be read") from error
    if url.scheme not in ("http", "https"):
        raise AddressError("only http and https addresses are asked")
    if not host or port is None:
        raise AddressError("the address names no host")
    return url


class Guard:
    """
    The rule of who may be asked: public hosts on the usual ports, and ``allow``.

    An entry of ``allow`` is ``host:port`` (that host on that port, wherever it
    stands), a network such as ``10.0.0.0/8`` or a plain address (any port of
    it: a network that a person named is trusted whole).
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self.networks: list[IPv4Network | IPv6Network] = []
        self.hosts: set[tuple[str, int | None]] = set()
        for entry in allow:
            self._add(entry.strip().lower())

    def _add(self, entry: str) -> None:
        try:
            self.networks.append(ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            host, _, port = entry.rpartition(":")
            if host and port.isdecimal():
                self.hosts.add((host.strip("[]"), int(port)))
            else:
                self.hosts.add((entry, None))

    def names(self, host: str, port: int) -> bool:
        """Whether the file names this host and port, wherever the name may lead."""
        host = host.lower()
        return (host, port) in self.hosts or (port in PORTS and (host, None) in self.hosts)

    def frees(self, host: str, port: int) -> bool:
        """Whether the host is one of our own, to be asked without pauses."""
        address = literal("127.0.0.1" if host == "localhost" else host)
        return self.names(host, port) or (address is not None and self.covers(address))

    def covers(self, address: Address) -> bool:
        """Whether a network of ``allow`` holds the address."""
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self.networks)

    def permits(self, address: Address, port: int) -> bool:
        """Whether a connection to this very address and port may be made."""
        if self.covers(address) or (str(address), port) in self.hosts:
            return True
        return port in PORTS and is_public(address)


def host_of(url: str) -> str:
    """The host of an address; nothing where it cannot be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def led_to(url: str, places: Iterable[str]) -> str | None:
    """Those of the hosts that were asked for an address that are not its own, apart by spaces."""
    others = {one for one in places if host_of(f"//{one}") != host_of(url)}
    return " ".join(sorted(others)) or None


def literal(host: str) -> Address | None:
    """The address that a host's text is, when it is one and not a name."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def without_secrets(text: str) -> str:
    """An address that may be shown: credentials gone, values of key-like parameters masked."""
    try:
        url = URL(text)
        if url.user is not None or url.password is not None:
            url = url.with_user(None)
        pairs = [
            (name, "***" if SECRET_NAME.search(name) else value)
            for name, value in url.query.items()
        ]
        if any(value == "***" for _, value in pairs):
            url = url.with_query(pairs)
        return str(url.with_fragment(None))
    except ValueError:
        return "an address that cannot be read"


@lru_cache(maxsize=20_000)
def kept_address(text: str) -> str:
    """
    The address as it may be stored, other for another password.

    What is masked leaves two bytes of its hash, enough to notice a change and
    too little to find it by.
    """
    shown = without_secrets(text) if "@" in text or "?" in text else text
    if shown in (text, without_fragment(text)):
        return text
    return f"{shown}#{hashlib.sha256(text.encode()).hexdigest()[:4]}"


def is_kept_as(address: str, stored: str) -> bool:
    """Whether what is stored is this address; what was stored before may be whole."""
    return stored == address or stored == kept_address(address)


def has_secrets(text: str) -> bool:
    """Whether an address carries credentials or a key that must not be kept elsewhere."""
    return without_secrets(text) != without_fragment(text)


def without_fragment(text: str) -> str:
    """The address up to its fragment, written as we write addresses."""
    try:
        return str(URL(text).with_fragment(None))
    except ValueError:
        return text
