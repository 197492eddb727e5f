"""Lanes: which feeds are polled by one job, so that each host is asked by one worker at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from yarl import URL

from monitor.feeds.guard import Guard
from monitor.model import Feed

LANES = 1024
"""
So many jobs can poll side by side, over all workers.

Many, so that a feed that hangs holds up few others; not more, so that of a
million feeds a job has enough to be worth its while.
"""
MOST = 50
"""A job has no more feeds than this: the rest of its lane is the next one's."""


def lane_of(host: str) -> int:
    """The lane of a host that shares it with no other by redirects: the same in every process."""
    return int.from_bytes(blake2b(host.lower().encode(), digest_size=4).digest()) % LANES


class Lanes:
    """
    The lane of each host.

    Where a feed led from one host to others, they share a lane, and so do all that
    these lead to or are led from: else each of many workers would keep to the limits
    of a server to which hundreds of feeds lead, and not all together.

    Feeds of a host that the list allows by name are asked without pauses, so they
    need not be in one lane; each has its own.
    """

    def __init__(self, guard: Guard, led: Iterable[tuple[Feed, str]] = ()) -> None:
        self._guard = guard
        self._joined: dict[str, str] = {}
        for feed, places in led:
            for place in places.split():
                host, _, port = place.rpartition(":")
                host = host.strip("[]")
                if not guard.frees(host, int(port)):
                    self._join(self._name(feed), host)

    def of_host(self, host: str) -> int:
        """The lane of a host."""
        return lane_of(self._root(host.lower()))

    def of(self, feed: Feed) -> int:
        """The lane of a feed: that of its host, or of those to which it leads."""
        return lane_of(self._root(self._name(feed)))

    def batches(self, feeds: Iterable[Feed]) -> dict[int, list[str]]:
        """Feeds that are due as one batch for each lane, ``MOST`` of them in it."""
        found: dict[int, list[str]] = defaultdict(list)
        for feed in feeds:
            names = found[self.of(feed)]
            if len(names) < MOST:
                names.append(feed.id)
        return dict(found)

    def _name(self, feed: Feed) -> str:
        """What a feed's lane goes by: its host, or the feed itself where that has no limits."""
        try:
            url = URL(feed.url)
            host, port = (url.host or "").lower(), url.port or 0
        except ValueError:
            return feed.id
        return feed.id if self._guard.frees(host, port) else host

    def _join(self, one: str, other: str) -> None:
        """Let two share a lane: that of the first by name, so that all workers agree."""
        first, second = sorted((self._root(one), self._root(other)))
        if first != second:
            self._joined[second] = first

    def _root(self, name: str) -> str:
        while (above := self._joined.get(name)) is not None:
            name = above
        return name


def led_of(feeds: Mapping[str, Feed], led: Mapping[str, str]) -> Iterable[tuple[Feed, str]]:
    """The feeds of a list that led to other hosts, with these."""
    return ((feeds[name], places) for name, places in led.items() if name in feeds)
