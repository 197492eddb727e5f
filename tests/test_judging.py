"""Indicators are assessed on the hour, kept, and told: over a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from sqlalchemy import text

from monitor.alerts.decide import Reason
from monitor.digest.render import Renderer
from monitor.levels.level import Level
from monitor.levels.override import Override
from monitor.model import (
    Arrival,
    Expectation,
    FeedState,
    Hit,
    PollRecord,
    QuietHours,
    Route,
    Rule,
)
from monitor.pipeline.edges import Books
from monitor.pipeline.judging import assess_board
from monitor.pipeline.levelbooks import Judging
from monitor.resources import shipped
from monitor.store import Store
from tests.make import DAY, HOUR, NOON, a_feed, a_watch, an_indicator, an_item

FEEDS = (a_feed("wire"), a_feed("gazette", grade="A"))
PORTS = an_indicator("ports")
ROUTES = (Route("r1", ("desk",)),)
WATCH = a_watch(feeds=FEEDS, indicators=(PORTS, an_indicator("rails")), routes=ROUTES)
START = NOON - 70 * DAY


class Desk:
    """A store with a past, and the books over it."""

    def __init__(self, store, watch=WATCH):
        self.store, self.watch, self.now = store, watch, NOON
        self.answered = NOON
        self.count = 0
        self.books = Books(
            records=store.records,
            outbox=store.outbox,
            mutes=store.mutes,
            reading=store.reading,
            archive=store.archive,
            writer=Renderer(shipped("templates")),
            clock=lambda: self.now,
            made=START,
            board=store.levels.board,
            tally=store.tally,
            usual=store.usual.until,
        )

    def bring(self, feed, when, *indicators, title=None):
        """One item that a feed brought at each of these instants."""
        arrivals = []
        for at in when:
            self.count += 1
            key = f"item-{self.count}"
            hits = tuple(Hit(key, one) for one in indicators)
            item = an_item(key, title or f"Word {self.count} of something", feed=feed)
            arrivals.append(Arrival(item, at, at.date(), hits))
        last = max(when)
        state = FeedState(feed, f"https://{feed}.example/feed.xml", last_poll=last, last_new=last)
        record = PollRecord(state, last, last.date(), True, tuple(arrivals))
        self.store.records.save(record)

    def live(self, days=70, every=2):
        """A quiet past: both feeds bring an item every few hours, one in five days hits ports."""
        hours = range(0, days * 24, every)
        for feed in ("wire", "gazette"):
            self.bring(feed, [NOON - hour * HOUR - timedelta(minutes=7) for hour in hours])
        self.bring("wire", [NOON - n * 5 * DAY - 30 * HOUR for n in range(days // 5)], "ports")

    def states(self):
        return {
            feed.id: FeedState(
                feed.id,
                feed.url,
                last_poll=self.now,
                last_answer=self.answered,
                last_new=self.answered,
                failing_since=None if self.answered == self.now else self.answered,
                failures=0 if self.answered == self.now else 9,
            )
            for feed in FEEDS
        }

    def assess(self, now=NOON, **more):
        self.now = now
        judging = Judging(
            self.books,
            self.store.counts,
            self.store.levels,
            self.store.usual,
            self.store.items,
            self.states,
        )
        return {
            one.computed.indicator: one for one in assess_board(self.watch, judging, now, **more)
        }

    def sent(self):
        return [
            one
            for one in self.store.ledger.lines(limit=100)
            if one.reason in (str(Reason.RAISED), str(Reason.SILENCE))
        ]


@pytest.fixture
def desk(store):
    made = Desk(store)
    made.live()
    return made


def burst(desk, count=6, feed="wire", indicator="ports", end=NOON):
    desk.bring(feed, [end - n * HOUR - timedelta(minutes=9) for n in range(count)], indicator)


def test_a_usual_day_is_normal_and_a_burst_high(desk):
    assert desk.assess()["ports"].level is Level.NORMAL
    one = after_a_burst(desk)
    assert one.level is Level.HIGH
    assert one.reason == (
        "high: 6 stories in 24 h, 0.3 expected (p < 0.00001), 1 independent publisher, best grade F"
    )
    assert desk.sent()[0].title.startswith("High: Ports, 6 stories in 24 h, 0.3 expected")


def after_a_burst(desk, **more):
    """A day on, on which both feeds went on and ports were hit six times."""
    later = NOON + DAY
    for feed in ("wire", "gazette"):
        desk.bring(feed, [later - hour * HOUR - timedelta(minutes=7) for hour in range(0, 24, 2)])
    burst(desk, end=later, **more)
    desk.answered = later
    return desk.assess(later)["ports"]


def test_a_rise_is_told_once_however_often_it_is_assessed(desk):
    desk.assess()
    after_a_burst(desk)
    desk.assess(NOON + DAY)
    desk.answered = NOON + DAY + HOUR
    assert desk.assess(NOON + DAY + HOUR)["ports"].level is Level.HIGH
    (line,) = desk.sent()
    assert (line.kind, line.subject, line.channel) == ("level", "ports", "desk")
    assert line.reason == "level raised"


def test_what_stands_high_when_it_is_first_judged_is_told_to_nobody(desk):
    burst(desk)
    assert desk.assess()["ports"].level is Level.HIGH
    assert desk.sent() == []


def test_without_telling_levels_are_kept_and_nobody_hears(desk):
    desk.assess()
    burst(desk, end=NOON + DAY)
    desk.answered = NOON + DAY
    desk.assess(NOON + DAY, tells=False)
    assert desk.store.levels.words(NOON + DAY)["ports"] == "high"
    assert desk.sent() == []


def test_dead_feeds_make_the_board_blind_and_are_named(desk):
    desk.assess()
    one = desk.assess(NOON + 6 * HOUR)["rails"]
    assert one.level is Level.BLIND
    assert one.reason.startswith("blind: ")
    assert "wire" in one.reason
    assert "gazette" in one.reason
    assert "100%" in one.reason


@pytest.mark.parametrize(
    ("after", "level"),
    [
        pytest.param(20 * timedelta(minutes=1), Level.LEARNING, id="in its first hour"),
        pytest.param(2 * HOUR, Level.BLIND, id="later"),
    ],
)
def test_feeds_that_were_never_asked_blind_no_new_watch(store, after, level):
    desk = Desk(store)
    desk.books = replace(desk.books, made=NOON - after)
    desk.states = dict
    assert desk.assess()["ports"].level is level


def test_a_feed_added_yesterday_makes_no_burst(desk):
    desk.assess()
    later = NOON + DAY
    burst(desk, end=later, feed="new")
    desk.answered = later
    assert desk.assess(later)["ports"].level is Level.NORMAL


def test_a_firehose_deafens_nobody(desk):
    """Ten times the items and no story: what is expected stays as it was."""
    began = NOON - 20 * DAY
    hours = [began + n * timedelta(minutes=20) for n in range(20 * 72)]
    for start in range(0, len(hours), 400):
        desk.bring("firehose", hours[start : start + 400])
    quiet = desk.assess()["ports"].computed.window
    assert quiet.expected * 24 / quiet.hours < 0.6
    assert after_a_burst(desk).level is Level.HIGH


SILENT = a_watch(
    feeds=FEEDS,
    indicators=(an_indicator("ports", expect=Expectation()), an_indicator("rails")),
    routes=ROUTES,
)


def silent_desk(store, watch=SILENT):
    """Ports were hit every day for two months, and not in the last nine days."""
    desk = Desk(store, watch)
    for feed in ("wire", "gazette"):
        hours = [NOON - n * HOUR - timedelta(minutes=7) for n in range(0, 70 * 24, 2)]
        desk.bring(feed, hours, title="Ferry sails as planned")
    desk.bring("wire", [NOON - n * DAY - HOUR for n in range(9, 69)], "ports")
    return desk


def test_a_silence_is_told_once_and_closed_by_the_next_story(store):
    desk = silent_desk(store)
    one = desk.assess()["ports"]
    assert one.level is Level.SILENT
    opening = "silent: not reported by 2 feeds watched since 28 October 08:00 Caracas (UTC−4), "
    assert one.reason.startswith(opening)
    for hours in (1, 2):
        desk.answered = NOON + hours * HOUR
        desk.assess(desk.answered)
    (line,) = desk.sent()
    assert (line.reason, line.subject) == ("silence", "ports")
    desk.bring("wire", [NOON + 2 * HOUR + timedelta(minutes=5)], "ports")
    desk.answered = NOON + 3 * HOUR
    assert desk.assess(desk.answered)["ports"].level is Level.NORMAL


@pytest.mark.parametrize(
    ("control", "level"),
    [
        pytest.param("ferry", Level.SILENT, id="the feeds still tell of ferries"),
        pytest.param("railway", Level.QUIET, id="nor do they tell of railways"),
    ],
)
def test_a_control_must_still_hit(store, control, level):
    expect = Expectation(Rule(match=control))
    watch = a_watch(feeds=FEEDS, indicators=(an_indicator("ports", expect=expect),))
    assert silent_desk(store, watch).assess()["ports"].level is level


@pytest.mark.parametrize(
    ("route", "told"),
    [
        pytest.param(Route("r", ("desk",), {"reason": ("level raised",)}), True, id="by reason"),
        pytest.param(Route("r", ("desk",), {"reason": ("silence",)}), False, id="another reason"),
        pytest.param(Route("r", ("desk",), min_level="elevated"), True, id="by level"),
        pytest.param(Route("r", ("desk",), {"indicator": ("rails",)}), False, id="another"),
    ],
)
def test_routes_choose_what_is_told(store, route, told):
    desk = Desk(store, a_watch(feeds=FEEDS, indicators=WATCH.indicators, routes=(route,)))
    desk.live()
    desk.assess()
    after_a_burst(desk)
    (line,) = desk.sent()
    assert line.state == ("waiting" if told else "nowhere")


@pytest.mark.parametrize(
    ("but", "state"),
    [
        pytest.param(None, "held", id="quiet hours hold it"),
        pytest.param("high", "waiting", id="high passes where the file says so"),
        pytest.param("elevated", "waiting", id="and so it does where elevated passes"),
    ],
)
def test_a_high_level_passes_quiet_hours_by_the_files_choice(store, but, state):
    quiet = QuietHours(time(0), time(23, 59), but)
    watch = a_watch(feeds=FEEDS, indicators=WATCH.indicators, routes=ROUTES, quiet=quiet)
    desk = Desk(store, watch)
    desk.live()
    desk.assess()
    after_a_burst(desk)
    assert desk.sent()[0].state == state


@pytest.mark.parametrize(
    ("days", "words"),
    [
        pytest.param(5, "day 5 of 28; levels begin on ", id="while every feed is young"),
        pytest.param(12, "day 12 of 28; levels begin on ", id="later"),
    ],
)
def test_learning_says_how_far_it_is_and_counts_no_stories(store, days, words):
    desk = Desk(store)
    desk.live(days=days)
    burst(desk, count=2)
    one = desk.assess()["ports"]
    begin = NOON + timedelta(days=28 - days)
    assert one.level is Level.LEARNING
    assert one.reason == f"learning: {words}{begin:%-d %B}"
    assert one.why == f"{words}{begin:%-d %B}"


def test_an_override_stands_over_what_is_computed_and_keeps_it_quiet(desk):
    desk.assess()
    until = NOON + 3 * DAY
    desk.store.levels.override(
        Override("ports", Level.NORMAL, "an exercise, announced", until, NOON, "Ada")
    )
    one = after_a_burst(desk)
    assert (one.level, one.computed.level) == (Level.NORMAL, Level.HIGH)
    assert "an exercise, announced (computed: high: 6 stories" in one.reason
    assert desk.sent() == []
    assert desk.store.levels.words(NOON + DAY)["ports"] == "normal"
    assert desk.store.levels.end_override("ports", NOON + DAY)
    assert not desk.store.levels.end_override("ports", NOON + DAY)
    assert desk.store.levels.words(NOON + DAY)["ports"] == "high"
    (kept,) = desk.store.levels.overrides_of("ports", NOON)
    assert kept.until == NOON + DAY


def test_a_replay_gives_the_same_levels_at_the_same_instants(store, new_database):
    def run(made):
        desk = Desk(made)
        desk.live()
        burst(desk, end=NOON - DAY)
        told = []
        for hours in range(-60, 1, 6):
            desk.answered = NOON + hours * HOUR
            one = desk.assess(desk.answered)["ports"]
            told.append((one.level, one.reason))
        return told

    other = Store(new_database())
    first = run(store)
    assert first == run(other)
    assert {level for level, _ in first} >= {Level.HIGH}
    other.close()


def everything(store):
    with store.database.reading() as connection:
        return [
            sorted(map(tuple, connection.execute(text(f"select * from {table}"))))
            for table in ("story_hour", "item_hour", "hit_day")
        ]


def test_counts_made_anew_are_the_same(desk):
    desk.assess()
    burst(desk, end=NOON + DAY)
    desk.store.counts.catch_up()
    counted = [[row for row in table if row[-1]] for table in everything(desk.store)]
    desk.store.counts.rebuild()
    assert everything(desk.store) == counted
    assert all(counted)


def test_old_assessments_are_thinned_but_for_rises_and_one_a_day(desk):
    for hours in range(0, 49, 4):
        desk.answered = NOON + hours * HOUR
        desk.assess(desk.answered)
    before = desk.store.levels.history("ports", NOON)
    assert desk.store.levels.thin(NOON + 40 * DAY) > 0
    kept = desk.store.levels.history("ports", NOON)
    assert len(kept) == 3 < len(before)
    assert kept[-1] == before[-1]


def raised_by_hand(desk, until, level=Level.NORMAL):
    desk.store.levels.override(Override("ports", level, "announced", until, NOON, "Ada"))


@pytest.mark.parametrize(
    ("ends", "lifted"),
    [
        pytest.param(NOON + DAY + timedelta(minutes=30), False, id="by itself"),
        pytest.param(NOON + 3 * DAY, True, id="before its time"),
    ],
)
def test_what_rose_under_a_level_set_by_hand_is_told_once_when_that_ends(desk, ends, lifted):
    desk.assess()
    raised_by_hand(desk, ends)
    after_a_burst(desk)
    assert desk.sent() == []
    if lifted:
        desk.store.levels.end_override("ports", NOON + DAY + timedelta(minutes=30))
    for hours in (1, 2):
        desk.answered = NOON + DAY + hours * HOUR
        assert desk.assess(desk.answered)["ports"].level is Level.HIGH
    (line,) = desk.sent()
    assert (line.reason, line.state) == ("level raised", "waiting")
    assert line.title.startswith("High: Ports, ")


def test_what_was_told_before_it_was_overruled_is_not_told_again(desk):
    desk.assess()
    after_a_burst(desk)
    later = NOON + DAY + timedelta(minutes=20)
    desk.store.levels.override(
        Override("ports", Level.NORMAL, "announced", later + HOUR, later, "Ada")
    )
    for hours in (1, 2, 3):
        desk.answered = NOON + DAY + hours * HOUR
        one = desk.assess(desk.answered)["ports"]
    assert (one.level, one.override) == (Level.HIGH, None)
    assert len(desk.sent()) == 1


def test_a_level_that_ended_under_one_set_by_hand_is_told_to_nobody(desk):
    desk.assess()
    raised_by_hand(desk, NOON + 12 * DAY)
    after_a_burst(desk)
    for feed in ("wire", "gazette"):
        hours = [NOON + DAY + hour * HOUR for hour in range(2, 12 * 24, 2)]
        desk.bring(feed, hours)
    for hours in range(24, 12 * 24 + 2, 12):
        desk.answered = NOON + hours * HOUR + DAY
        one = desk.assess(desk.answered)["ports"]
    assert (one.override, one.level.is_raised) == (None, False)
    assert desk.sent() == []


def test_a_silence_under_a_level_set_by_hand_is_told_when_that_ends(store):
    desk = silent_desk(store)
    raised_by_hand(desk, NOON + HOUR)
    desk.assess(NOON + timedelta(minutes=1))
    assert desk.sent() == []
    for hours in (1, 2):
        desk.answered = NOON + hours * HOUR
        assert desk.assess(desk.answered)["ports"].level is Level.SILENT
    (line,) = desk.sent()
    assert line.reason == "silence"


def test_what_charts_show_as_usual_is_kept_with_the_levels(desk):
    desk.assess()
    today = NOON.astimezone(WATCH.zone).date()
    kept = desk.store.usual.until(today)
    assert set(kept) == {"ports", "rails"}
    assert len(kept["ports"]) == 90
    assert kept["ports"][0] is None
    low, high = kept["ports"][-1]
    assert low <= 1 <= high
    assert desk.store.usual.until(today + DAY)["ports"] == (
        *kept["ports"][1:],
        kept["ports"][-1],
    )
    assert desk.store.usual.until(today - DAY)["ports"] == kept["ports"][:-1]


def test_a_level_is_mailed_with_its_month_and_what_is_usual(desk):
    desk.watch = replace(WATCH, site_url="https://watch.example")
    desk.assess()
    one = after_a_burst(desk)
    (line,) = desk.store.outbox.latest(1)
    page = HTMLParser(line.message.html)
    words = page.text()
    assert f"High\n{one.why}" in words
    assert "Its newest stories" in words
    assert page.css_first('a[href="https://watch.example/indicators/ports"]').text() == "Ports"
    (picture,) = line.message.pictures
    assert page.css_first("img").attributes["src"] == f"cid:{picture.name}"
    assert "7 in the last seven, usual 0 to" in page.css_first("img").attributes["alt"]
    assert "are usual: the tint" in words
    assert one.why in line.message.text
    assert "6 stories in 24 h, 0.3 expected" in line.message.short
