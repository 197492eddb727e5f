"""Feeds that come, go, swell and catch up: what the board says while nothing is unusual."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from monitor.levels.assess import Assessment, Board, assess
from monitor.levels.board import BACK, Counts, Desk, RecentStory
from monitor.levels.hours import DAY, Hours
from monitor.levels.level import Level, Standing
from monitor.levels.usual import WEEK
from monitor.model import Expectation
from tests.levels.made import NOW
from tests.make import HOUR, a_feed, a_watch, an_indicator

NOON = NOW.replace(hour=12)
LENGTH = int(BACK / HOUR)


@dataclass
class World:
    """What feeds brought, by the hour back from now: items, and stories of one indicator."""

    items: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    stories: list[tuple[int, str]] = field(default_factory=list)

    def brings(
        self, feed: str, items: int, stories: int = 0, since: int = 150, until: int = 0
    ) -> World:
        """So many items and stories on each day since so many days ago."""
        for day in range(until, since):
            for number in range(items):
                back = day * DAY + 1 + number * DAY // items
                self.items[feed][back] = self.items[feed].get(back, 0) + 1
            self.stories += [
                (day * DAY + 2 + number * DAY // stories, feed) for number in range(stories)
            ]
        return self

    def held_back(self, feed: str, days: int) -> World:
        """The last days of a feed come all at once, in the last hour."""
        late = {back: count for back, count in self.items[feed].items() if back <= days * DAY}
        for back in late:
            del self.items[feed][back]
        self.items[feed][1] = sum(late.values())
        self.stories = [
            (1 if name == feed and back <= days * DAY else back, name)
            for back, name in self.stories
        ]
        return self

    def counts(self) -> Counts:
        told: dict[int, int] = defaultdict(int)
        hits: dict[str, int] = defaultdict(int)
        for back, feed in self.stories:
            told[LENGTH - back] += 1
            if NOON.hour < back <= NOON.hour + 90 * DAY:
                hits[feed] += 1
        return Counts(
            start=NOON - BACK,
            end=NOON,
            stories={"ports": told},
            items={
                feed: {LENGTH - back: count for back, count in hours.items()}
                for feed, hours in self.items.items()
            },
            began={feed: NOON - max(hours) * HOUR for feed, hours in self.items.items()},
            hits={"ports": hits},
        )

    def assessed(self, **more: Any) -> Assessment:
        recent = [
            RecentStory("ports", NOON - back * HOUR, 1, "B", frozenset({feed}), frozenset({feed}))
            for back, feed in self.stories
            if back <= 14 * DAY
        ]
        indicator = an_indicator("ports", **more)
        watch = a_watch(feeds=[a_feed(feed) for feed in self.items], indicators=[indicator])
        subject = Desk(watch, self.counts(), recent, ()).subject(indicator)
        return assess(subject, Standing(), Board.of(100), NOON)


def a_wire() -> World:
    """Two stories a day among twelve items, for months."""
    return World().brings("wire", items=12, stories=2)


def with_old_notices(world: World) -> World:
    """A new feed still shows two notices of two months ago."""
    world.items["new"] |= {60 * DAY: 1, 40 * DAY: 1}
    return world


ASIDE = "of feeds in their first week not counted"


@pytest.mark.parametrize(
    ("world", "says"),
    [
        pytest.param(
            a_wire().brings("hose", 360, since=10),
            "normal: 6 stories in 72 h, 6.2 expected",
            id="thirty times the items for ten days, and no story",
        ),
        pytest.param(
            a_wire().brings("hose", 360, 6, since=10),
            "normal: ",
            id="thirty times the items and three times the stories, ten days on",
        ),
        pytest.param(
            a_wire().brings("new", 60, 6, since=3), ASIDE, id="a feed of three days with stories"
        ),
        pytest.param(
            with_old_notices(a_wire().brings("new", 60, 6, since=3)),
            ASIDE,
            id="one that still shows old notices",
        ),
        pytest.param(
            a_wire().brings("late", 40, 4).held_back("late", 7),
            "normal: ",
            id="dead for a week, and catching up at once",
        ),
        pytest.param(
            World().brings("old", 40, 4, until=20).brings("moved", 40, 4, since=20),
            "normal: ",
            id="moved to another id, three weeks on",
        ),
    ],
)
def test_what_feeds_do_by_themselves_raises_nothing(world, says):
    one = world.assessed()
    assert one.level is Level.NORMAL
    assert says in one.reason


def test_a_feed_that_comes_once_a_week_teaches_in_four_weeks():
    weekly = World()
    for day in range(3, 150, 7):
        weekly.brings("bulletin", 10, 2, since=day + 1, until=day)
    assert weekly.assessed().level is Level.NORMAL


def test_what_only_a_new_feed_tells_is_neither_quiet_nor_silent():
    stopped = World().brings("wire", 12, 2, until=12).brings("wire", 12, since=12)
    asks = {"expect": Expectation()}
    assert stopped.assessed(**asks).level is Level.SILENT
    one = stopped.brings("new", 12, 1, since=3).assessed(**asks)
    assert one.level is Level.NORMAL
    assert f"no stories in 24 h, 1.6 expected; 1 {ASIDE}" in one.reason
    assert "publisher" not in one.reason


def looked_on(days: list[int]) -> Hours:
    """Something came on each of these days, counted back from now."""
    row = [0.0] * (60 * DAY)
    for day in days:
        row[-1 - day * DAY] = 3.0
    return Hours.of([0] * len(row), row)


@pytest.mark.parametrize(
    ("days", "seen"),
    [
        pytest.param(range(56), 56, id="every day"),
        pytest.param([day for day in range(56) if day % 7 < 5], 40, id="on weekdays"),
        pytest.param([day for day in range(56) if not 9 < day < 20], 46, id="but for an outage"),
        pytest.param(range(2, 56, 7), 52, id="once a week"),
        pytest.param([2, 9], 10, id="twice, a week apart"),
        pytest.param([5], 1, id="once"),
        pytest.param([], 0, id="never"),
    ],
)
def test_days_are_seen_by_the_rhythm_in_which_things_come(days, seen):
    hours = looked_on(list(days))
    assert hours.days_seen(hours.end - 56 * DAY, hours.end) == seen


def test_a_feed_of_which_a_tenth_is_older_than_a_week_is_not_new():
    counts = World().brings("wire", 12, since=8).brings("slow", 1, since=1).counts()
    assert counts.young() == {"slow"}
    assert counts.end - timedelta(hours=WEEK) >= counts.began["wire"]
