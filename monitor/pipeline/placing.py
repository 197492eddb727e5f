"""Placing: which story each new item belongs to, by the stories of the last days."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from monitor.feeds.search import speaking
from monitor.model import Arrival, Feed, Hit, Item, WatchList
from monitor.pipeline.edges import StoredPlace, Stories
from monitor.stories import Ideas, Shelf, Shelved, Told, read_features, told_at
from monitor.stories.grouping import WINDOW
from monitor.stories.rarity import DAYS
from monitor.stories.ties import Meaning

log = logging.getLogger("monitor.stories")

LOOK_BACK = 2 * WINDOW
"""So far back stories are kept at hand: nothing that comes now can join what is older."""
FARTHER = timedelta(days=30)
TIDY_EVERY = timedelta(hours=1)
START = datetime(1, 1, 1, tzinfo=UTC)


class Placer:
    """
    Places items, with the stories of the last days at hand.

    They are read from the store when they are first wanted, and again when the
    list or a person has changed something; what other processes have placed is
    taken in before the next. All that is decided is stored, so to forget them loses
    nothing. Whoever uses it holds the turn.
    """

    def __init__(self, stories: Stories, meaning: Meaning | None = None) -> None:
        self._stories = stories
        self._meaning = meaning
        self._shelf: Shelf | None = None
        self._reader: Reader | None = None
        self._standing = (0, 0)
        self._taken_in = 0
        self._placed: set[str] = set()
        self._horizon = START
        self._tidied = START

    def place(
        self, arrivals: Sequence[tuple[Arrival, Feed]], watch: WatchList, at: datetime
    ) -> Shelved:
        """
        Find the stories of the items that have hits and no story yet.

        What it says is to be stored in the same transaction as the items; if
        that fails, it has to ``forget``.
        """
        if any(arrival.hits for arrival, _ in arrivals):
            self._stories.have_placing()
        known = {arrival.row for arrival, _ in arrivals if arrival.row is not None and arrival.hits}
        placed = self._stories.rows_placed(known) if known else set()
        reader = self._reader_of(watch)
        told = [
            reader.told(arrival.item, arrival.hits, reader.voice(feed, arrival.item), arrival.seen)
            for arrival, feed in arrivals
            if arrival.hits and arrival.row not in placed
        ]
        if not told:
            return Shelved()
        oldest = min(one.features.at for one in told)
        shelf = self._ready(reader, min(back(at, LOOK_BACK), back(oldest, WINDOW)), at)
        shelved = shelf.place(told, at)
        last, changes = self._standing
        self._standing = last + len(shelved.places), changes
        self._placed.update(place.item for place in shelved.places)
        self._tidy(shelf, at)
        return shelved

    def forget(self) -> None:
        """Let go of what is at hand; it is read again when it is wanted."""
        self._shelf = None

    def _reader_of(self, watch: WatchList) -> Reader:
        if self._reader is None or not self._reader.reads_as(watch):
            self._reader = Reader(watch)
            self.forget()
        return self._reader

    def _ready(self, reader: Reader, horizon: datetime, at: datetime) -> Shelf:
        """The shelf, with all that was told since an instant."""
        standing = self._stories.standing()
        found = standing.last, standing.changes
        goes_on = found[1] == self._standing[1] and found[0] >= self._standing[0]
        if self._shelf is None or not goes_on or horizon < self._horizon:
            if self._shelf is not None and horizon < self._horizon:
                # Another poll may bring what is older still: go back far enough for it.
                horizon = back(horizon, FARTHER)
            self._shelf = filled_shelf(self._stories, reader, horizon, at, self._meaning)
            self._tidied = at
            self._horizon = horizon if self._stories.any_told_before(horizon) else START
        elif found != self._standing:
            self._take_in(self._shelf, reader)
        self._standing, self._taken_in = found, found[0]
        self._placed.clear()
        return self._shelf

    def _take_in(self, shelf: Shelf, reader: Reader) -> None:
        """What other processes have placed since, in the order in which they did."""
        for _, stored in self._stories.placed(after=self._taken_in):
            if stored.place.item not in self._placed:
                shelf.remember(reader.recalled(stored), stored.place, is_counted=False)

    def _tidy(self, shelf: Shelf, at: datetime) -> None:
        if at - self._tidied >= TIDY_EVERY:
            self._horizon, self._tidied = back(at, LOOK_BACK), at
            shelf.forget(self._horizon)


class Reader:
    """Reads items for what they tell, by the lists and the feeds of one watch list."""

    def __init__(self, watch: WatchList) -> None:
        self._watch = watch
        self._ideas = Ideas(watch.terms)
        self._feeds = {feed.id: feed for feed in watch.feeds}

    def reads_as(self, watch: WatchList) -> bool:
        """Whether another list reads items in the same way."""
        mine = self._watch
        return watch is mine or (watch.terms == mine.terms and watch.feeds == mine.feeds)

    def told(self, item: Item, hits: Iterable[Hit], feed: Feed, seen: datetime) -> Told:
        """What an item tells that was seen at an instant."""
        at = told_at(item.published, seen)
        return Told(read_features(item, hits, feed, at, self._ideas), item.title, feed.grade)

    def recalled(self, stored: StoredPlace) -> Told:
        """What a stored item told when it was placed."""
        item = stored.item
        feed = self._feeds.get(item.feed) or Feed(id=item.feed, url="", publisher=item.feed)
        return self.told(item, stored.hits, self.voice(feed, item), stored.seen)

    def voice(self, feed: Feed, item: Item) -> Feed:
        """Whose word an item is: its feed's, or its own source's where a search brought it."""
        return speaking(feed, item.source, self._watch.feeds)


def back(instant: datetime, by: timedelta) -> datetime:
    """An instant so much earlier, as far as there is time."""
    return instant - by if instant - START > by else START


def filled_shelf(
    stories: Stories,
    reader: Reader,
    horizon: datetime,
    at: datetime,
    meaning: Meaning | None = None,
) -> Shelf:
    """
    A shelf as it was after the last item that was placed.

    It holds the stories of which something was told since ``horizon``, and
    weighs by what was placed in the days before ``at``.
    """
    first = at.astimezone(UTC).date() - timedelta(days=DAYS)
    days = stories.days(first)
    uncounted = max((one.day for one in days), default=first - timedelta(days=1))
    since = datetime.combine(uncounted + timedelta(days=1), time.min, UTC)
    shelf = Shelf(days, stories.by_hand(), meaning)
    for _, stored in stories.placed(told=horizon, at=since):
        shelf.remember(reader.recalled(stored), stored.place, is_counted=stored.place.at < since)
    return shelf
