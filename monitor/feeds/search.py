"""News searches as feeds."""

from __future__ import annotations

from monitor.model import Feed


def is_search(feed: Feed) -> bool:
    """Whether a feed was made from an indicator's ``search_feeds``."""
    return feed.origin.startswith("search_feeds")
