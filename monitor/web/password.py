"""The pages' password: hashed by argon2id, guessed at only slowly."""

from __future__ import annotations

import threading
import unicodedata
from collections import deque
from ipaddress import IPv6Address, ip_address

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from monitor.errors import MonitorError

SHORTEST = 12
LONGEST = 1_000
GUESSES = 10
"""A minute, from one address."""
GUESSES_OF_ALL = 60
"""A minute, from all addresses: one that guesses may have many."""
WINDOW = 60.0
ADDRESSES = 10_000

_HASHER = PasswordHasher()
# One at a time: each check takes much memory, on purpose.
_CHECKING = threading.Lock()


def hash_of(password: str) -> str:
    """The hash of a new password. Raises ``MonitorError`` for one that is too easy to guess."""
    if len(password) < SHORTEST:
        raise MonitorError(f"a password has {SHORTEST} characters or more; take a few words")
    if len(password) > LONGEST:
        raise MonitorError(f"a password has {LONGEST:,} characters at most")
    if len(set(password)) < 5:
        raise MonitorError("this password says nearly the same again and again; take a few words")
    return _HASHER.hash(_level(password))


def fits(password: str, hashed: str) -> bool:
    """Whether a password is the one; takes the same time whatever is wrong with it."""
    try:
        with _CHECKING:
            return _HASHER.verify(hashed, _level(password[:LONGEST]))
    except (Argon2Error, InvalidHashError):
        return False


def _level(password: str) -> bytes:
    """One writing for what different keyboards write differently."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace")


class Guesses:
    """Counts guesses at the password in the last minute, by address and in all."""

    def __init__(self) -> None:
        self._by_address: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()

    def wait(self, address: str, now: float) -> int:
        """Note a guess; the seconds to wait before it may be looked at, 0 if it may be now."""
        mine = self._by_address.setdefault(_network(address), deque())
        for row in (mine, self._all):
            while row and row[0] <= now - WINDOW:
                row.popleft()
        for row, most in ((mine, GUESSES), (self._all, GUESSES_OF_ALL)):
            if len(row) >= most:
                return max(1, round(row[0] + WINDOW - now))
        mine.append(now)
        self._all.append(now)
        if len(self._by_address) > ADDRESSES:
            self._forget(now)
        return 0

    def forgive(self, address: str) -> None:
        """Forget the guesses of an address that knew the password."""
        self._by_address.pop(_network(address), None)

    def _forget(self, now: float) -> None:
        recent = {
            name: row for name, row in self._by_address.items() if row and row[-1] > now - WINDOW
        }
        self._by_address = recent if len(recent) <= ADDRESSES else {}


def _network(address: str) -> str:
    """What one guesser has at least: an IPv4 address, or a whole IPv6 network."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or int(known) >> 64)
    return str(known)
