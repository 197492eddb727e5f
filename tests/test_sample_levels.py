"""The sample news after 90 made-up days: what rises, what falls silent, what is blind."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.demo import SOURCES
from monitor.levels.level import Level
from monitor.matching import compile_watch, match
from monitor.model import Arrival, Expectation, Feed, FeedState, Item, PollRecord
from monitor.pipeline.edges import Books
from monitor.pipeline.judging import assess_board
from monitor.pipeline.levelbooks import Judging
from monitor.resources import shipped
from monitor.store import Store

FIRST = datetime(2025, 10, 1, tzinfo=UTC)
BACKGROUND = 90
USUAL = {"su30-overhauls": 2.5, "spare-parts-shipments": 6.0}
"""Days between two stories of an indicator in the background; ten for the others."""

FEEDS = tuple(
    Feed(feed, f"https://{feed}.example/", feed.rsplit("-", 1)[1], publisher, grade, group)
    for feed, (publisher, grade, group) in SOURCES.items()
)


def the_watch(watch):
    """The shipped list on the sample's feeds; the end of Su-30 overhauls is to be told."""
    indicators = tuple(
        replace(
            one,
            feeds=(),
            groups=(),
            search=None,
            expect=Expectation() if one.id == "su30-overhauls" else None,
        )
        for one in watch.indicators
    )
    return replace(watch, feeds=FEEDS, indicators=indicators)


def sample():
    with (shipped("sample") / "items.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def background(watch, rows):
    """Ordinary news of the sample, told again on other days, and now and then an example."""
    chance = random.Random(7)
    ordinary = [row for row in rows if row["kind"] == "ordinary"]
    for number in range(BACKGROUND * 5):
        row = ordinary[number % len(ordinary)]
        at = FIRST - timedelta(days=BACKGROUND * chance.random())
        yield row["feed"], f"ordinary-{number}", row["title"], row["summary"], at
    feeds = sorted(SOURCES)
    for indicator in watch.indicators:
        every, at = USUAL.get(indicator.id, 10.0), FIRST - timedelta(hours=30)
        texts = indicator.examples_match
        number = 0
        while at > FIRST - timedelta(days=BACKGROUND):
            text = texts[number % len(texts)]
            yield chance.choice(feeds), f"{indicator.id}-{number}", text, "", at
            at -= timedelta(days=every * chance.uniform(0.6, 1.4))
            number += 1


@pytest.fixture(scope="module")
def board(tmp_path_factory, shipped_list):
    """A store with the background and the sample, and what assesses it at an instant."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('levels') / 'monitor.db'}")
    store.upgrade()
    watch, rows = the_watch(shipped_list.watch), sample()
    matcher, problems = compile_watch(watch)
    assert not [one for one in problems if one.severity == "error"]
    told = [
        *background(watch, rows),
        *(
            (row["feed"], row["id"], row["title"], row["summary"], instant(row["published"]))
            for row in rows
        ),
    ]
    voices = {feed.id: feed for feed in FEEDS}
    for feed in FEEDS:
        arrivals = []
        for name, key, title, summary, at in told:
            if name == feed.id:
                item = Item(key, name, title, summary, lang=feed.lang, published=at, hash=key)
                hits = tuple(match(item, matcher, voices[name]))
                arrivals.append(Arrival(item, at, at.date(), hits))
        arrivals.sort(key=lambda one: one.seen)
        state = FeedState(feed.id, feed.url)
        store.records.save(PollRecord(state, FIRST, FIRST.date(), True, tuple(arrivals)))
    yield Replay(store, watch)
    store.close()


def instant(text):
    return datetime.fromisoformat(text)


class Replay:
    """Assesses the stored past at one instant after the other."""

    def __init__(self, store, watch):
        self.store, self.watch = store, watch
        self.now = self.answered = FIRST
        self.books = Books(
            records=store.records,
            outbox=store.outbox,
            mutes=store.mutes,
            reading=store.reading,
            archive=store.archive,
            writer=None,
            clock=lambda: self.now,
            made=FIRST - timedelta(days=BACKGROUND),
            board=store.levels.board,
        )
        self.judging = Judging(
            self.books, store.counts, store.levels, store.usual, store.items, self.states
        )

    def states(self):
        failing = None if self.answered == self.now else self.answered
        return {
            feed.id: FeedState(
                feed.id,
                feed.url,
                last_poll=self.now,
                last_answer=self.answered,
                last_new=self.answered,
                failures=9 if failing else 0,
                failing_since=failing,
            )
            for feed in FEEDS
        }

    def until(self, first, last):
        """The board every twelve hours: level by indicator, what asks for a look first."""
        at = first
        while at <= last:
            self.now = self.answered = at
            yield at, ordered(assess_board(self.watch, self.judging, at, tells=False))
            at += timedelta(hours=12)


def ordered(board):
    ranked = sorted(board, key=lambda one: one.order)
    return {one.computed.indicator: one for one in ranked}


def day(month, number):
    return datetime(2025, month, number, 6, tzinfo=UTC)


def raised(told, indicator):
    """Whether an indicator is elevated or high, and whether it is the first of the board."""
    return told[indicator].level.is_raised, next(iter(told)) == indicator


def test_the_burst_of_spare_parts_is_raised_and_first_on_the_board(board):
    days = [
        raised(told, "spare-parts-shipments") for _, told in board.until(day(10, 24), day(11, 7))
    ]
    before, burst = days[:4], days[10:24]
    assert not any(up for up, _ in before)
    assert all(up for up, _ in burst)
    assert sum(first for _, first in burst) >= 8


def test_the_rise_of_the_officers_is_raised_and_first_on_the_board(board):
    days = [raised(told, "officer-compliance") for _, told in board.until(day(12, 4), day(12, 14))]
    assert not days[0][0]
    december = days[9:]
    assert all(up for up, _ in december)
    assert sum(first for _, first in december) >= len(december) - 2


def test_overhauls_fall_silent_after_the_middle_of_november(board):
    stood = {at: told["su30-overhauls"] for at, told in board.until(day(11, 15), day(12, 3))}
    silent = [at for at, one in stood.items() if one.level is Level.SILENT]
    assert day(11, 24) < silent[0] < day(12, 5)
    assert silent == [at for at in stood if at >= silent[0]]
    assert stood[silent[0]].reason.startswith(
        "silent: not reported by 12 feeds watched since 14 November"
    )


def test_when_the_feeds_stop_the_board_is_blind_and_names_them(board):
    last = day(12, 20)
    for _ in board.until(last, last):
        pass
    board.now, board.answered = last + timedelta(hours=8), last
    told = ordered(assess_board(board.watch, board.judging, board.now, tells=False))
    for name, one in told.items():
        assert one.level is Level.BLIND, name
        named = one.reason.removeprefix("blind: ").split(" and 9 more are down")[0]
        assert set(named.split(", ")) <= set(SOURCES)
        assert one.reason.endswith("which bring 100% of what tells of it")
