"""The feed that a stored item counts as when it is matched again."""

from __future__ import annotations

from monitor.feeds.search import is_search, speaking
from monitor.model import Feed, Item, WatchList


class Voices:
    """The feed that each item counts as, for a list; a feed that has left it keeps its id."""

    def __init__(self, watch: WatchList, other: WatchList | None = None) -> None:
        self._feeds: dict[str, Feed] = {one.id: one for one in other.feeds} if other else {}
        self._feeds |= {one.id: one for one in watch.feeds}
        self._watch = watch

    def of(self, item: Item) -> Feed:
        """The feed, or for a search the publisher that the item itself names."""
        feed = self._feeds.get(item.feed)
        if feed is None:
            feed = self._feeds[item.feed] = Feed(item.feed, "", publisher=item.feed)
        if item.source and is_search(feed):
            return speaking(feed, item.source, self._watch.feeds)
        return feed
