"""From counts by feed and hour to what each indicator of a watch is judged by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.feeds.polling import health
from monitor.levels.assess import HOUR, Subject
from monitor.levels.exposure import Shares, dark_share, shares
from monitor.levels.hours import DAY, Hours
from monitor.levels.level import Sight
from monitor.levels.usual import REFERENCE, SPREAD, WEEK, WINDOWS
from monitor.levels.wording import Told
from monitor.model import GRADES, Feed, FeedState, Indicator, WatchList

BACK = (SPREAD + max(WINDOWS)) * HOUR + timedelta(days=90)
"""So far back counts are read: the dispersion before the longest window, and a long silence."""

RECENT = timedelta(hours=max(WINDOWS))
"""So far back it matters who tells a story."""

YOUNG = timedelta(hours=WEEK)
"""A feed that is younger than this has no past to be compared with, and is left out."""

FEW_DAYS, FEW = 3, 0.1
"""What came on fewer days, and is a smaller share of a feed's items, is no past: old notices
that a new feed still shows."""

FAILING_FOR = timedelta(hours=3)
"""A feed that has failed for so long is down; one that failed once may be back next time."""

UNASKED_FOR = timedelta(hours=13)
"""One that was not heard for so long is down; no healthy feed is asked less often."""


@dataclass(frozen=True, slots=True)
class Counts:
    """
    What was counted by the hour; an hour is told by its place after ``start``.

    ``stories`` are by indicator, ``items`` by feed; ``began`` says when each
    feed brought its first item. ``hits`` are by indicator and feed, over the
    90 days before the day of ``end``.
    """

    start: datetime
    end: datetime
    stories: Mapping[str, Mapping[int, int]]
    items: Mapping[str, Mapping[int, int]]
    began: Mapping[str, datetime]
    hits: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """How many hours there are."""
        return int((self.end - self.start) / HOUR)

    def young(self) -> set[str]:
        """The feeds of less than a week, and those of which hardly anything is older."""
        return {feed for feed, began in self.began.items() if self._is_young(feed, began)}

    def _is_young(self, feed: str, began: datetime) -> bool:
        if self.end - began < YOUNG:
            return True
        items, week = self.items.get(feed, {}), self.length - WEEK
        before = {hour: count for hour, count in items.items() if hour < week}
        few_days = len({hour // DAY for hour in before}) < FEW_DAYS
        return few_days and sum(before.values()) < FEW * sum(items.values())

    def weighed(self) -> dict[str, int]:
        """
        The items of each feed over the days whose hits give the weights.

        Both end with the last full day, so that a story of today gives its
        feed no other weight today.
        """
        last = self.length - self.end.hour
        first = max(last - SPREAD, 0)
        return {
            feed: sum(count for hour, count in hours.items() if first <= hour < last)
            for feed, hours in self.items.items()
        }


@dataclass(frozen=True, slots=True)
class RecentStory:
    """A story that an indicator got lately: when, and who tells it."""

    indicator: str
    first: datetime
    independent: int
    grade: str
    publishers: frozenset[str]
    feeds: frozenset[str]


def listened(indicator: Indicator, watch: WatchList) -> frozenset[str]:
    """The ids of the feeds that an indicator listens to."""
    if not indicator.feeds and not indicator.groups:
        return frozenset(feed.id for feed in watch.feeds)
    return frozenset(
        feed.id
        for feed in watch.feeds
        if feed.id in indicator.feeds or (feed.group or "") in indicator.groups
    )


def down_feeds(
    feeds: Iterable[Feed], states: Mapping[str, FeedState], now: datetime, began: datetime
) -> tuple[str, ...]:
    """
    The feeds that would not tell us now, whatever happens.

    They fail, are gone, were not asked, or answer with nothing new for oddly
    long. In the first hour of a watch, which ``began`` then, a feed that was
    not asked yet only waits for its turn.
    """
    is_new = now - began < HOUR
    return tuple(
        feed.id
        for feed in feeds
        if _is_down(state := states.get(feed.id), now)
        and not (is_new and health(state, now) == "never polled")
    )


def _is_down(state: FeedState | None, now: datetime) -> bool:
    state_now = health(state, now)
    if state is None or state_now in ("never polled", "gone", "stale"):
        return True
    if state.last_answer is None or now - state.last_answer > UNASKED_FOR:
        return True
    return state.failing_since is not None and now - state.failing_since >= FAILING_FOR


class Desk:
    """What the indicators of one assessment share, worked out once."""

    def __init__(
        self,
        watch: WatchList,
        counts: Counts,
        recent: Iterable[RecentStory],
        down: Sequence[str],
        edited: Mapping[str, datetime] | None = None,
    ) -> None:
        self.watch = watch
        self.counts = counts
        self.down = frozenset(down)
        self.edited = edited or {}
        self.young = counts.young()
        self.weighed = counts.weighed()
        self._recent: dict[str, list[RecentStory]] = defaultdict(list)
        for one in recent:
            self._recent[one.indicator].append(one)
        self._firsts: dict[frozenset[str], int] = {}
        self._totals: dict[frozenset[str] | None, list[int]] = {}

    def subject(
        self, indicator: Indicator, control: Callable[[datetime], bool] = lambda _since: True
    ) -> Subject:
        """What one indicator is judged by."""
        heard = listened(indicator, self.watch)
        whole = None if not (indicator.feeds or indicator.groups) else heard
        hits = self.counts.hits.get(indicator.id, {})
        old = {feed: count for feed, count in hits.items() if feed not in self.young}
        worth = shares(old, self._weighed(whole))
        stories, aside = self._stories(indicator)
        hours = Hours.of(stories, self._exposure(worth, whole))
        usual = {feed: self.weighed.get(feed, 0) for feed in heard}
        dark = dark_share(worth, usual, self.down) if any(usual.values()) else 0.0
        if heard and heard <= self.down:
            dark = 1.0
        down = sorted(heard & self.down, key=lambda feed: -worth.worth(feed) * usual[feed])
        return Subject(
            indicator=indicator.id,
            hours=hours,
            told=[self._told(indicator.id, width) for width in WINDOWS],
            sight=self._sight(hours, heard, dark, down),
            min_sources=indicator.min_sources,
            asks_silence=indicator.expect is not None,
            control=control,
            feeds=len(heard - self.down),
            aside=aside,
            edited=self.edited.get(indicator.id),
        )

    def _sight(
        self, hours: Hours, heard: frozenset[str], dark: float, down: Sequence[str]
    ) -> Sight:
        days = hours.days_seen(hours.end - REFERENCE, hours.end)
        first = 0 if days else self._first_days(heard)
        return Sight(days, dark, tuple(down), first)

    def _first_days(self, heard: frozenset[str]) -> int:
        """On how many days the feeds brought anything, those in their first week too."""
        if heard not in self._firsts:
            last = self.counts.length
            read = (self.counts.items.get(feed, {}) for feed in heard)
            self._firsts[heard] = len(
                {
                    (last - 1 - hour) // DAY
                    for hours in read
                    for hour, count in hours.items()
                    if count and last - REFERENCE <= hour < last
                }
            )
        return self._firsts[heard]

    def _weighed(self, only: frozenset[str] | None) -> dict[str, int]:
        return {
            feed: count
            for feed, count in self.weighed.items()
            if feed not in self.young and (only is None or feed in only)
        }

    def _stories(self, indicator: Indicator) -> tuple[list[int], list[int]]:
        """
        Its stories by the hour, and the hours of those that only feeds of the first week tell.

        These are put aside, since there is nothing to compare them with: a feed added
        yesterday makes no burst, and a month later it is part of what is usual.
        """
        row, aside = [0] * self.counts.length, []
        for hour, count in self.counts.stories.get(indicator.id, {}).items():
            row[hour] = count
        for one in self._recent[indicator.id]:
            place = int((one.first - self.counts.start) / HOUR)
            if self._is_aside(one) and 0 <= place < len(row) and row[place]:
                row[place] -= 1
                aside.append(place)
        return row, aside

    def _is_aside(self, story: RecentStory) -> bool:
        return bool(story.feeds) and story.feeds <= self.young

    def _exposure(self, worth: Shares, only: frozenset[str] | None) -> list[float]:
        base = worth.base
        row = [base * count for count in self._total(only)]
        for feed, own in worth.own.items():
            for hour, count in self.counts.items.get(feed, {}).items():
                row[hour] += own * count
        return row

    def _total(self, only: frozenset[str] | None) -> list[int]:
        """All items by the hour, of all feeds or some, without those of young feeds."""
        if only not in self._totals:
            row = [0] * self.counts.length
            for feed, hours in self.counts.items.items():
                if feed in self.young or (only is not None and feed not in only):
                    continue
                for hour, count in hours.items():
                    row[hour] += count
            self._totals[only] = row
        return self._totals[only]

    def _told(self, indicator: str, width: int) -> Told:
        """
        Who tells the stories of a window.

        Independent publishers are counted over stories: no more than there
        are names, nor than the stories have by themselves.
        """
        since = self.counts.end - width * HOUR
        told = [
            one
            for one in self._recent[indicator]
            if since <= one.first < self.counts.end and not self._is_aside(one)
        ]
        if not told:
            return Told()
        names = frozenset[str]().union(*(one.publishers for one in told))
        grade = min((one.grade for one in told), key=GRADES.index)
        return Told(min(len(names), sum(one.independent for one in told)) or 1, grade)
