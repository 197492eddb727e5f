"""Secrets masked in whatever is logged: at the handler, so that no call can forget it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from urllib.parse import parse_qsl, unquote

from monitor.model import Channel, WatchList

MASK = "***"
SHORTEST = 6
"""What is shorter is masked nowhere: it would be found in every other word."""
KEYS = ("MONITOR_KEY",)

_APART = re.compile(r"[/:@?&=#,;]+")
_known: set[str] = set()
_pattern: re.Pattern[str] | None = None
_lock = Lock()


def remember(secrets: Iterable[str]) -> None:
    """Mask these from now on, as long as the process lives."""
    global _pattern  # one for all handlers
    with _lock:
        new = {one for one in secrets if len(one) >= SHORTEST} - _known
        if new:
            _known.update(new)
            longest_first = sorted(_known, key=len, reverse=True)
            _pattern = re.compile("|".join(map(re.escape, longest_first)))


def mask(text: str) -> str:
    """The text without any secret that is known."""
    pattern = _pattern
    return pattern.sub(MASK, text) if pattern is not None else text


class MaskingFormatter(logging.Formatter):
    """Formats a line as usual, its traceback too, and masks what must not be read in it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is written."""
        return mask(super().format(record))


def secrets_of(watch: WatchList, env: Mapping[str, str]) -> Iterator[str]:
    """
    What is secret in a watch list and the environment.

    Of channels and the heartbeat every part of the address but its host, of
    feeds the user and password, and the key that links are signed with.
    """
    for channel in watch.channels:
        yield from _parts(channel)
    if watch.heartbeat:
        yield from _after_host(watch.heartbeat)
    for feed in watch.feeds:
        if "@" in feed.url:
            yield from _login(feed.url)
    yield from (env[name] for name in KEYS if env.get(name))


def secrets_of_database(url: str) -> Iterator[str]:
    """The password in a database's address, before its host or among what follows."""
    yield from _login(url)
    for name, value in parse_qsl(url.partition("?")[2]):
        if name == "password":
            yield value


def _parts(channel: Channel) -> Iterator[str]:
    url = channel.url or ""
    if channel.is_mail:
        # Its other parts are addresses of people, whom the log may name.
        yield from _login(url)
        return
    yield url
    yield from _after_host(url)
    yield from _login(url)
    host = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
    if host and "." not in host and host != "localhost":
        # With many services the token stands where else the host does.
        yield host


def _after_host(url: str) -> Iterator[str]:
    rest = url.partition("://")[2].partition("/")[2]
    for part in _APART.split(rest):
        yield part
        yield _plain(part)


def _login(url: str) -> Iterator[str]:
    login, at, _ = url.partition("://")[2].partition("/")[0].rpartition("@")
    password = login.partition(":")[2]
    if at and password:
        yield password
        yield _plain(password)


def _plain(part: str) -> str:
    """The same with its ``%20`` read."""
    return unquote(part)
