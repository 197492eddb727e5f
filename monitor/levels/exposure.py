"""
How much was looked at: the items of the feeds, each weighted by what it tells of an indicator.

Items alone would be fooled by a firehose: a feed that brings thousands of them
and no story would make every count look small. So a feed weighs by its stories
per item. What a feed usually brings also says how much is lost when it is down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

PRIOR = 1.0
"""So many stories are shared among all feeds by their items: few stories prove little of where
the next comes from, and one of no stories yet is still looked for."""


@dataclass(frozen=True, slots=True)
class Shares:
    """
    What an item of each feed is worth to one indicator, in stories.

    ``base`` is the worth of an item of any feed, ``own`` what items of feeds
    that brought stories are worth above that.
    """

    base: float
    own: Mapping[str, float]

    def worth(self, feed: str) -> float:
        """What one item of a feed is worth."""
        return self.base + self.own.get(feed, 0.0)


def shares(stories: Mapping[str, int], items: Mapping[str, int]) -> Shares:
    """
    The worth of each feed's items, from its stories and items of the same time.

    A feed is given the stories that it was the first to tell. A new one weighs
    next to nothing until it brings some.
    """
    total = sum(items.values())
    own = {feed: count / items[feed] for feed, count in stories.items() if items.get(feed)}
    return Shares(PRIOR / total if total else 0.0, own)


def dark_share(worth: Shares, items: Mapping[str, int], down: Iterable[str]) -> float:
    """The share of an indicator's stories that usually comes from feeds which are down."""
    usual = {feed: worth.worth(feed) * count for feed, count in items.items()}
    # Exact sums: the order of a set must not decide what a replay says.
    total = fsum(usual.values())
    if total <= 0:
        return 0.0
    return min(1.0, fsum(usual.get(feed, 0.0) for feed in set(down)) / total)
