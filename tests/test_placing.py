"""Items find their stories as polls bring them: stored with them, known again, grouped anew."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from monitor.digest.build import day_bounds, local_day
from monitor.digest.render import Renderer
from monitor.errors import MonitorError, StoreError
from monitor.matching import compile_watch
from monitor.messages import Message
from monitor.model import Channel, Document, ParsedFeed, Route
from monitor.pipeline.deliver import deliver
from monitor.pipeline.edges import Current, Edges
from monitor.pipeline.placing import Placer
from monitor.pipeline.poll import poll, poll_feed
from monitor.pipeline.publish import digest_of_span
from monitor.pipeline.rebuilding import rebuild_stories
from monitor.pipeline.regrouping import merge, split
from monitor.resources import shipped
from monitor.store import Store
from monitor.stories.features import told_at
from monitor.stories.grouping import WINDOW
from tests.make import DAY, HOUR, NOON, a_feed, a_watch, an_indicator, an_item

COPY = (
    "Three Venezuelan colonels held after contacts with US embassy in Bogota",
    (
        "Military counter-intelligence arrested three army officers accused of passing unit "
        "rosters to American diplomats, two relatives and a lawyer said on Saturday."
    ),
)
RETOLD = (
    "Tres coroneles venezolanos detenidos por contactos con la embajada de EE.UU. en Bogotá",
    (
        "La contrainteligencia militar arrestó a tres oficiales acusados de pasar listas de "
        "unidades a diplomáticos estadounidenses, dijo un abogado."
    ),
)
SEIZURE = (
    "US seizes drone engines in Curacao headed from Bandar Abbas to Venezuela",
    "Customs officers acting on an American tip took 24 engines from a container.",
)
FLOOD = ("Venezuelan port of La Guaira closed by floods", "Ships wait for the pilots to return.")
ALL = Route("all", to=("desk",))
FEEDS = tuple(a_feed(name) for name in ("wire", "daily", "radio", "post"))
INDICATORS = (
    an_indicator("venezuela", "venez*"),
    an_indicator("army", "colonels OR coroneles OR army"),
    an_indicator("ports", "port OR ships"),
)


class Writer:
    """Writes down what an alert tells, in one line."""

    def alert_message(self, story, alert, watch, past):
        told = f"{alert.reason} {len(story.reports)} reports, {story.independent} independent"
        return Message(story.lead.item.title, told)


class Desk:
    """Feeds, a clock and a store; each feed shows what a test gives it."""

    def __init__(self, store, routes=(ALL,), **more):
        self.store = store
        self.now = NOON
        self.shown = defaultdict(list)
        self.placer = Placer(store.stories)
        self.fault = None
        self.use(a_watch(feeds=FEEDS, indicators=INDICATORS, routes=routes, **more))
        store.tally.settle(self.watch.zone)

    def use(self, watch):
        self.watch = watch
        matcher, problems = compile_watch(watch)
        assert problems == []
        self.current = Current(watch, matcher)

    def edges(self):
        return Edges(
            records=self.store.records,
            outbox=self.store.outbox,
            mutes=self.store.mutes,
            reading=self.store.reading,
            archive=self.store.archive,
            writer=Writer(),
            clock=lambda: self.now,
            made=NOON - DAY,
            fetch=self.fetch,
            parse=self.parse,
            send=None,
            placer=self.placer,
            turn=self.store.database.turn,
        )

    async def fetch(self, url, *, etag, last_modified, now):
        name = url.split("//")[1].split(".")[0]
        return Document(url, 200, repr(self.shown[name]).encode())

    async def parse(self, body, feed, document):
        return ParsedFeed(tuple(self.shown[feed.id]))

    def show(self, feed, key, told, **more):
        title, summary = told
        values = {"feed": feed, "summary": summary, "published": self.now, **more}
        self.shown[feed].append(an_item(key, title, **values))

    async def all(self):
        return await poll(self.watch.feeds, self.current, self.edges())

    async def one(self, feed, key, told, hours=1, **more):
        """An hour later a feed brings one more item."""
        self.now += hours * HOUR
        self.show(feed, key, told, **more)
        return await poll_feed(self.watch.feed(feed), self.current, self.edges())

    async def run(self, stream):
        await self.all()
        for number, (feed, told, hours, how) in enumerate(stream):
            if how == "restart":
                self.placer = Placer(self.store.stories)
            back = {"published": self.now - 40 * HOUR} if how == "past" else {}
            await self.one(feed, f"i{number}", told, hours, **back)

    def stories(self):
        feeds = {feed.id: feed for feed in self.watch.feeds}
        return self.store.reading.stories(feeds, NOON - 90 * DAY, NOON + 90 * DAY)

    def parted(self):
        return {frozenset(one.item.key for one in story.reports) for story in self.stories()}

    def lines(self):
        kept = reversed(self.store.outbox.latest(100))
        return [(line.subject, line.reason, line.state, line.message.text) for line in kept]

    def dump(self):
        """All that is said of stories, as rows."""
        queries = (
            "select story, item_id, told, reason, score, is_update, by_hand from placement",
            "select * from story",
            "select * from story_indicator",
            "select * from tally where stories > 0",
        )
        with self.store.database.reading() as connection:
            return [
                sorted(map(repr, map(tuple, connection.execute(text(query))))) for query in queries
            ]


@pytest.fixture
async def desk(store):
    desk = Desk(store)
    await desk.all()
    return desk


async def test_copies_of_one_text_are_one_story_and_one_alert(desk):
    for number, feed in enumerate(("wire", "daily", "radio", "post")):
        result = await desk.one(feed, f"copy-{number}", COPY)
        assert result.stories_new == (1 if number == 0 else 0)
    (story,) = desk.stories()
    assert (story.id, len(story.reports), story.independent) == ("copy-0", 4, 1)
    assert story.credibility == 6
    assert [one.reason for one in story.reports][1:] == ["same text 1.00"] * 3
    assert story.seen == NOON + HOUR
    assert desk.store.reading.week(desk.now + HOUR) == {"army": 1, "venezuela": 1}
    days = desk.store.tally.days(NOON.date() - DAY, ["army", "venezuela", "none"])
    assert {name: sum(counts.values()) for name, counts in days.items()} == {
        "army": 1,
        "venezuela": 1,
    }
    assert desk.lines() == [
        ("copy-0", "new", "pending", "new 1 reports, 1 independent"),
        *[("copy-0", "new", "merged", "")] * 3,
    ]
    assert {line.merged_into for line in desk.store.outbox.latest(9)} == {
        None,
        "alert|new|copy-0|desk",
    }


async def test_every_item_of_a_story_leads_to_it(desk):
    await desk.one("wire", "first", COPY)
    await desk.one("daily", "second", RETOLD)
    story = desk.store.reading.story({}, "second")
    assert (story.id, len(story.reports)) == ("first", 2)
    assert story.reports[1].reason.startswith("same: ")
    assert desk.store.reading.story({}, "nobody") is None


async def test_publishers_that_tell_it_in_their_own_words_make_it_credible(desk):
    await desk.one("wire", "first", COPY)
    await desk.one("daily", "second", RETOLD)
    (story,) = desk.stories()
    assert (story.independent, story.credibility) == (2, 2)


async def test_what_comes_in_one_poll_is_alerted_once_with_all_its_reports(desk):
    desk.now += HOUR
    for number, feed in enumerate(("wire", "daily", "radio")):
        desk.show(feed, f"copy-{number}", COPY)
    await desk.all()
    told = [line for line in desk.lines() if line[2] == "pending"]
    assert [(subject, reason) for subject, reason, *_ in told] == [("copy-0", "new")]
    assert len(desk.lines()) == 3


async def test_the_past_of_a_feed_is_grouped_and_alerts_nothing(store):
    desk = Desk(store)
    for number, feed in enumerate(("wire", "daily", "radio")):
        published = NOON - 30 * DAY + number * HOUR
        desk.show(feed, f"copy-{2 - number}", COPY, published=published)
    desk.show("post", "other", FLOOD, published=NOON - 40 * DAY)
    await desk.all()
    assert desk.parted() == {frozenset({"copy-0", "copy-1", "copy-2"}), frozenset({"other"})}
    assert desk.lines() == []
    story = next(one for one in desk.stories() if len(one.reports) == 3)
    # All of it is the past: its day is that of the first report.
    assert story.seen == NOON - 30 * DAY


async def test_a_live_item_on_a_story_of_the_past_is_alerted(store):
    desk = Desk(store)
    desk.show("wire", "past", COPY, published=NOON - HOUR)
    await desk.all()
    await desk.one("daily", "live", COPY)
    (story,) = desk.stories()
    assert len(story.reports) == 2
    assert [line[:3] for line in desk.lines()] == [("past", "new", "pending")]


async def test_an_alert_that_joins_the_past_leads_with_the_item_that_caused_it(store):
    desk = Desk(store)
    desk.show("wire", "past", COPY, published=NOON - HOUR)
    await desk.all()
    await desk.one("daily", "live", RETOLD)
    (line,) = desk.store.ledger.lines(9)
    assert (line.subject, line.reason, line.title) == ("past", "new", RETOLD[0])


async def test_the_past_of_a_new_feed_takes_no_story_from_its_day(desk):
    await desk.one("wire", "live", COPY, hours=30)
    desk.use(replace(desk.watch, feeds=(*FEEDS, a_feed("late"))))
    await desk.one("late", "older", COPY, published=NOON + HOUR)
    (story,) = desk.stories()
    assert {one.item.key for one in story.reports} == {"live", "older"}
    assert story.seen == NOON + 30 * HOUR


async def test_an_item_that_an_edit_makes_a_hit_is_placed_then(desk):
    await desk.one("wire", "first", COPY)
    await desk.one("daily", "second", ("Officers held in the capital", "More to come."))
    assert len(desk.stories()) == 1
    desk.shown["daily"] = []
    await desk.one("daily", "second", COPY)
    (story,) = desk.stories()
    assert [one.item.key for one in story.reports] == ["first", "second"]
    assert [line[:3] for line in desk.lines()] == [
        ("first", "new", "pending"),
        ("first", "new", "merged"),
    ]


async def test_an_edit_leaves_an_item_in_its_story(desk):
    await desk.one("wire", "first", COPY)
    await desk.one("daily", "second", RETOLD)
    desk.shown["daily"] = []
    await desk.one("daily", "second", FLOOD)
    (story,) = desk.stories()
    assert story.indicators == ("venezuela", "army", "ports")
    assert desk.store.reading.week(desk.now + HOUR) == {"army": 1, "ports": 1, "venezuela": 1}


STREAM = [
    ("wire", "a1", COPY, 1),
    ("daily", "b1", SEIZURE, 2),
    ("radio", "a2", RETOLD, 3),
    ("post", "c1", FLOOD, 4),
    ("daily", "a3", COPY, 5),
    ("wire", "b2", SEIZURE, 9),
    ("post", "c2", FLOOD, 80),
    ("radio", "c3", FLOOD, 5),
    ("wire", "a4", COPY, 3),
]


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_rebuild_gives_the_same_stories_as_item_by_item(desk, restarts):
    for feed, key, told, hours in STREAM:
        if restarts:
            desk.placer = Placer(desk.store.stories)
        await desk.one(feed, key, told, hours)
    before = desk.dump()
    built = rebuild_stories(desk.watch, desk.store.stories)
    assert (built.items, built.moved) == (9, ())
    assert desk.dump() == before
    assert len(desk.parted()) > 3


async def test_a_restart_in_between_changes_nothing(new_database):
    dumps = []
    for restarts in (False, True):
        fresh = Store(new_database())
        desk = Desk(fresh)
        await desk.all()
        for feed, key, told, hours in STREAM:
            if restarts:
                desk.placer = Placer(fresh.stories)
            await desk.one(feed, key, told, hours)
        dumps.append(desk.dump())
        fresh.close()
    assert dumps[0] == dumps[1]


async def test_a_rebuild_groups_what_was_stored_before_there_were_stories(desk):
    desk.placer = None
    for feed, key, told, hours in STREAM:
        await desk.one(feed, key, told, hours)
    assert len(desk.parted()) == len(STREAM)
    lines = desk.lines()
    built = rebuild_stories(desk.watch, desk.store.stories)
    assert built.stories_before == len(STREAM)
    assert built.stories == len(desk.parted()) < len(STREAM)
    assert frozenset({"a1", "a2", "a3"}) in desk.parted()
    assert desk.lines() == lines
    # What is placed from then on knows what was built.
    desk.placer = Placer(desk.store.stories)
    await desk.one("daily", "c4", FLOOD)
    assert any({"c2", "c4"} <= story for story in desk.parted())


async def test_a_placer_sees_what_another_process_placed_and_rebuilt(desk):
    await desk.one("wire", "a1", COPY)
    other = Desk.__new__(Desk)
    other.__dict__.update(desk.__dict__)
    other.placer = Placer(desk.store.stories)
    await other.one("daily", "b1", SEIZURE)
    desk.now = other.now
    await desk.one("radio", "b2", SEIZURE)
    assert frozenset({"b1", "b2"}) in desk.parted()
    rebuild_stories(desk.watch, desk.store.stories)
    await desk.one("post", "a2", COPY)
    assert frozenset({"a1", "a2"}) in desk.parted()


async def test_what_could_not_be_stored_is_placed_again(desk, monkeypatch):
    save_all = desk.store.records.save_all

    def fails(records, shelved):
        save_all(records, shelved)
        raise StoreError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(desk.store.records, "save_all", fails)
        await desk.one("wire", "never", SEIZURE)
    placer = desk.placer
    await desk.one("daily", "copy", COPY)
    assert placer is desk.placer
    assert frozenset({"copy"}) in desk.parted()


async def test_a_fault_in_placing_loses_no_hit(desk, monkeypatch, caplog):
    def breaks(*_):
        raise ValueError("odd")

    monkeypatch.setattr(desk.placer, "place", breaks)
    result = await desk.one("wire", "a1", COPY)
    assert (result.ok, result.stories_new) == (True, 1)
    assert desk.parted() == {frozenset({"a1"})}
    assert "could not be placed" in caplog.text
    assert [line[2] for line in desk.lines()] == ["pending"]


@pytest.mark.parametrize("seed", range(4))
async def test_the_order_within_a_poll_does_not_matter(store, seed):
    desk = Desk(store)
    await desk.all()
    items = [(feed, key, told) for feed, key, told, _ in STREAM]
    random.Random(seed).shuffle(items)
    desk.now += HOUR
    desk.shown["wire"] = [
        an_item(key, told[0], feed="wire", summary=told[1], published=desk.now)
        for _, key, told in items
    ]
    await poll_feed(FEEDS[0], desk.current, desk.edges())
    assert desk.parted() == {
        frozenset({"a1", "a2", "a3", "a4"}),
        frozenset({"b1", "b2"}),
        frozenset({"c1", "c2", "c3"}),
    }
    assert {story.id for story in desk.stories()} == {"a1", "b1", "c1"}


async def test_no_story_is_longer_than_its_window(desk):
    for number in range(12):
        await desk.one("wire" if number % 2 else "daily", f"c{number:02}", SEIZURE, hours=10)
    for story in desk.stories():
        assert story.last - story.seen <= timedelta(hours=72)
    assert len(desk.stories()) == 2


LATER = (
    "Venezuela frees three colonels held after US embassy contacts in Bogota",
    "The army officers had been accused of passing unit rosters to American diplomats.",
)


async def told_and_updated(store, *routes):
    desk = Desk(store, routes=routes, channels=[Channel(one, "json://a/") for one in CHANNELS])
    await desk.all()
    await desk.one("wire", "first", COPY)
    await desk.one("daily", "later", LATER, hours=30)
    (story,) = desk.stories()
    assert [one.item.key for one in story.updates] == ["later"]
    kept = reversed(desk.store.outbox.latest(9))
    return desk, [(line.channel, line.reason, line.state, line.message.subject) for line in kept]


CHANNELS = ("desk", "follow")


async def test_an_update_is_no_second_alert_unless_a_route_asks_for_it(store):
    asking = Route("asks", to=("follow",), when={"reason": ("new", "update")})
    desk, lines = await told_and_updated(store, ALL, asking)
    assert lines == [
        ("desk", "new", "pending", COPY[0]),
        ("follow", "new", "pending", COPY[0]),
        ("desk", "new", "merged", LATER[0]),
        ("follow", "update", "pending", LATER[0]),
    ]
    assert [one.subject for one in desk.store.outbox.latest(9)] == ["first"] * 4


async def test_a_route_may_take_updates_alone(store):
    _, lines = await told_and_updated(
        store, Route("u", to=("follow",), when={"reason": ("update",)})
    )
    assert [line[:3] for line in lines] == [("follow", "update", "pending")]


async def test_a_digest_holds_the_updates_to_stories_of_before(store):
    desk, _ = await told_and_updated(store, ALL)
    start, end = day_bounds(local_day(desk.now, desk.watch.zone), desk.watch.zone)
    digest = digest_of_span(desk.watch, desk.edges(), start, end, desk.now)
    assert digest.stories == ()
    assert [story.id for story in digest.updated] == ["first"]
    content = Renderer(shipped("templates")).digest_content(digest)
    assert "Updates to earlier stories" in content


async def test_an_alert_waits_for_as_many_publishers_as_a_route_asks_for(store):
    desk = Desk(store, routes=(replace(ALL, min_sources=2),))
    await desk.all()
    await desk.one("wire", "first", COPY)
    await desk.one("daily", "copy", COPY)
    waiting, copy = reversed(desk.store.outbox.latest(9))
    assert (waiting.state, waiting.note) == (
        "held",
        "too few sources: 1 of 2 independent publishers",
    )
    assert (copy.state, copy.merged_into) == ("merged", waiting.key)
    await deliver(desk.watch, desk.edges(), "me")
    assert desk.lines()[0][2] == "held"
    await desk.one("radio", "told", RETOLD)
    assert [(line[2], line[3]) for line in desk.lines()] == [
        ("merged", "new 1 reports, 1 independent"),
        ("merged", ""),
        ("pending", "new 3 reports, 2 independent"),
    ]
    assert {line.merged_into for line in desk.store.outbox.latest(9)} == {
        None,
        "alert|new|told|desk",
    }


async def test_an_indicator_may_ask_for_publishers_too(store):
    desk = Desk(store)
    strict = tuple(replace(one, min_sources=2) for one in INDICATORS)
    desk.use(replace(desk.watch, indicators=strict))
    await desk.all()
    await desk.one("wire", "first", COPY)
    assert [line[2] for line in desk.lines()] == ["held"]


async def test_a_channel_that_was_not_told_is_told_by_the_item_that_leads_there(store):
    routes = (
        Route("army", to=("desk",), when={"indicator": ("army",)}),
        Route("ports", to=("follow",), when={"indicator": ("ports",)}),
    )
    desk = Desk(store, routes=routes, channels=[Channel(one, "json://a/") for one in CHANNELS])
    await desk.all()
    await desk.one("wire", "first", COPY)
    await desk.one("daily", "second", (COPY[0], COPY[1] + " The port was shut."))
    assert [line[:3] for line in desk.lines()] == [
        ("first", "new", "pending"),
        ("first", "new", "merged"),
        ("first", "new", "pending"),
    ]


TEXTS = (COPY, RETOLD, SEIZURE, FLOOD, LATER)
COMING = st.tuples(
    st.sampled_from([feed.id for feed in FEEDS]),
    st.sampled_from(TEXTS),
    st.sampled_from([0, 1, 20, 70]),
    st.sampled_from(["", "restart", "past"]),
)


@given(st.lists(COMING, min_size=2, max_size=7))
@settings(max_examples=8, deadline=None)
def test_whatever_comes_a_rebuild_says_the_same(stream):
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/some.db")
        store.upgrade()
        desk = Desk(store)
        asyncio.run(desk.run(stream))
        found = [report.item.key for story in desk.stories() for report in story.reports]
        assert sorted(found) == [f"i{number}" for number in range(len(stream))]
        for story in desk.stories():
            told = [told_at(one.item.published, one.seen) for one in story.reports]
            assert max(told) - min(told) <= WINDOW
        before = desk.dump()
        rebuild_stories(desk.watch, store.stories)
        assert desk.dump() == before
        store.close()


# --- by hand


async def three_of_one(desk):
    for feed, key, told in (("wire", "a1", COPY), ("daily", "a2", RETOLD), ("radio", "a3", COPY)):
        await desk.one(feed, key, told)
    assert desk.parted() == {frozenset({"a1", "a2", "a3"})}


def rebuilt(desk):
    before = desk.dump()
    rebuild_stories(desk.watch, desk.store.stories)
    assert desk.dump() == before


@pytest.mark.parametrize(
    ("item", "stories"),
    [
        pytest.param("a2", {"a1": {"a1", "a3"}, "a2": {"a2"}}, id="a later item"),
        pytest.param("a1", {"a1": {"a1"}, "a2": {"a2", "a3"}}, id="the first item"),
    ],
)
async def test_what_is_split_stays_split(desk, item, stories):
    await three_of_one(desk)
    split(item, desk.watch, desk.store.stories, desk.now, reason="another embassy", by="Ana")
    found = {one.id: {report.item.key for report in one.reports} for one in desk.stories()}
    assert found == stories
    assert all(one.by_hand for one in desk.stories())
    own = desk.store.reading.story({}, item).lead
    assert (own.reason, own.by_hand) == ("by hand: split off (another embassy)", True)
    assert sum(desk.store.reading.week(desk.now + HOUR).values()) == 4
    rebuilt(desk)
    line = desk.store.ledger.lines(1)[0]
    assert (line.kind, line.reason, line.state) == ("story", "split", "hand")
    # The state says "by hand" already.
    assert line.note == "Ana: another embassy"
    # What comes later ties to either, and the two stay apart.
    await desk.one("post", "a4", COPY)
    assert len(desk.stories()) == 2


async def test_what_is_merged_is_one_story_whatever_the_window(desk):
    await desk.one("wire", "a1", COPY)
    await desk.one("daily", "b1", SEIZURE, hours=100)
    assert merge("b1", "a1", desk.watch, desk.store.stories, desk.now) == "a1"
    assert desk.parted() == {frozenset({"a1", "b1"})}
    assert desk.store.reading.story({}, "b1").independent == 2
    assert desk.store.reading.week(NOON + 7 * DAY) == {"army": 1, "venezuela": 1}
    rebuilt(desk)
    await desk.one("radio", "b2", SEIZURE)
    assert desk.parted() == {frozenset({"a1", "b1", "b2"})}
    # Both were alerted; what joins them is not.
    assert [line[2] for line in desk.lines()] == ["pending", "pending", "merged"]
    line = desk.store.ledger.lines(9, state="hand")[0]
    assert (line.subject, line.merged_into) == ("b1", "a1")
    rebuilt(desk)


async def test_a_split_can_be_taken_back_by_a_merge(desk):
    await three_of_one(desk)
    before = desk.parted()
    split("a1", desk.watch, desk.store.stories, desk.now)
    merge("a3", "a1", desk.watch, desk.store.stories, desk.now + HOUR)
    assert desk.parted() == before
    assert [one.id for one in desk.stories()] == ["a1"]
    rebuilt(desk)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        pytest.param(lambda *of: split("a1", *of), "alone", id="split what is alone"),
        pytest.param(lambda *of: split("no", *of), "in no story", id="split what is unknown"),
        pytest.param(
            lambda *of: merge("a1", "a1", *of), "one story already", id="merge what is one"
        ),
    ],
)
async def test_what_cannot_be_done_by_hand_says_why(desk, act, words):
    await desk.one("wire", "a1", COPY)
    before = desk.dump()
    with pytest.raises(MonitorError, match=words):
        act(desk.watch, desk.store.stories, desk.now)
    assert desk.dump() == before
