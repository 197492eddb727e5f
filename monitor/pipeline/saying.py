"""What a person says to alerts, from the command line or a page: not now, and I have seen it."""

from __future__ import annotations

from datetime import timedelta

from monitor.errors import MonitorError
from monitor.messages import Mute, Seen
from monitor.model import WatchList
from monitor.pipeline.edges import Books

LONGEST_MUTE = timedelta(days=365)
LONGEST_QUIET = timedelta(days=7)
LONGEST_TEXT = 200


def mute(wanted: Mute, watch: WatchList, books: Books) -> Mute:
    """
    Hold the alerts of an indicator, or on a term, until an instant.

    Raises ``MonitorError`` for a mute that is about nothing, that ends before
    it begins, or that nobody would remember: they end within a year.
    """
    now = books.clock()
    indicator, term = wanted.indicator or None, (wanted.term or "").strip() or None
    if indicator is None and term is None:
        raise MonitorError("say what to mute: an indicator, or a term")
    if indicator is not None and watch.indicator(indicator) is None:
        raise MonitorError(f"there is no indicator {_cut(indicator)} in the watch list")
    if not now < wanted.until <= now + LONGEST_MUTE:
        raise MonitorError("a mute ends in the future, and within a year")
    return books.mutes.add(
        Mute(
            until=wanted.until,
            indicator=indicator,
            term=_cut(term) if term else None,
            reason=_cut(wanted.reason),
            by=_cut(wanted.by),
        ),
        now,
    )


def quiet(wanted: Mute, books: Books) -> Mute:
    """
    Hold all alerts until an instant.

    Raises ``MonitorError`` if that is past, or more than a week away: who wants
    none for longer takes the routes out of the file.
    """
    now = books.clock()
    if not now < wanted.until <= now + LONGEST_QUIET:
        raise MonitorError("it is quiet until a time to come, and for a week at most")
    made = Mute(until=wanted.until, reason=_cut(wanted.reason), by=_cut(wanted.by))
    return books.mutes.add(made, now)


def see(subject: str, by: str, watch: WatchList, books: Books) -> Seen:
    """
    Keep that somebody has seen the alerts on a story; whoever said so first stands.

    Raises ``MonitorError`` for a story that is not stored.
    """
    feeds = {feed.id: feed for feed in watch.feeds}
    story = books.reading.story(feeds, subject)
    if story is None:
        raise MonitorError(f"there is no story {_cut(subject)}")
    return books.mutes.see(story.id, _cut(by), books.clock())


def _cut(text: str) -> str:
    """One line, not longer than a page can show."""
    return " ".join(text.split())[:LONGEST_TEXT]
