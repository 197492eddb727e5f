"""Items and features for the tests of stories."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from monitor.model import Feed, Hit, Item
from monitor.stories import Features, Ideas, read_features

MONDAY = datetime(2025, 11, 17, 12, 0, tzinfo=UTC)
IDEAS = Ideas({"su30": ("Su-30", "Sukhoi*", "Су-30", "苏-30", "سوخو")})


def told(
    key: str,
    title: str,
    summary: str = "",
    *,
    hours: float = 0,
    publisher: str = "",
    hits: Iterable[Hit] = (),
    lang: str | None = None,
) -> Features:
    """What an item tells that came so many hours after Monday noon, by a publisher of its own."""
    item = Item(key=key, feed=publisher or key, title=title, summary=summary, lang=lang)
    feed = Feed(id=item.feed, url="", publisher=publisher or key)
    return read_features(item, hits, feed, MONDAY + timedelta(hours=hours), IDEAS)
