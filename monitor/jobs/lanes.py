"""Lanes: which feeds are polled by one job, so that each host is asked by one worker at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
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
    """The lane of a host: the same in every process."""
    return int.from_bytes(blake2b(host.lower().encode(), digest_size=4).digest()) % LANES


def lane_of_feed(feed: Feed, guard: Guard) -> int:
    """
    The lane of a feed: that of its host.

    Feeds of a host that the list allows by name are asked without pauses, so they
    need not be in one lane; each has its own.
    """
    try:
        url = URL(feed.url)
        host, port = url.host or "", url.port or 0
    except ValueError:
        return lane_of(feed.id)
    return lane_of(feed.id if guard.frees(host, port) else host)


def batches(feeds: Iterable[Feed], busy: Set[int], guard: Guard) -> dict[int, list[str]]:
    """The feeds that are due as one batch for each lane that is free, ``MOST`` feeds in it."""
    found: dict[int, list[str]] = defaultdict(list)
    for feed in feeds:
        lane = lane_of_feed(feed, guard)
        if lane not in busy and len(found[lane]) < MOST:
            found[lane].append(feed.id)
    return {lane: names for lane, names in found.items() if names}
