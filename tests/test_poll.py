"""A poll: what is new is matched and stored, what is known is not; trouble stays where it is."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.errors import FetchError, ParseError
from monitor.feeds.polling import health
from monitor.matching import compile_watch
from monitor.messages import Message
from monitor.model import Document, FeedState, ParsedFeed, PollRecord, Route
from monitor.pipeline.edges import Current, Edges
from monitor.pipeline.poll import due_feeds, poll, poll_feed
from tests.make import DAY, HOUR, NOON, a_feed, a_watch, an_item

URL = "https://wire.example/feed.xml"


class FakeFeeds:
    """Hands over documents and their items as a test sets them, and remembers what was asked."""

    def __init__(self, items=(), error=None):
        self.items = list(items)
        self.error = error
        self.body = b"one"
        self.asked = []
        self.parsed = 0
        self.more = {}

    async def fetch(self, url, *, etag, last_modified, now):
        self.asked.append((url, etag, last_modified))
        if self.error:
            raise self.error
        return Document(url, 200, self.body, etag='"1"', **self.more)

    async def parse(self, body, feed, document):
        self.parsed += 1
        return ParsedFeed(tuple(replace(item, feed=feed.id) for item in self.items))


class FakeWriter:
    def alert_message(self, story, alert, watch, past):
        return Message(story.lead.item.title, story.id)


class Clock:
    now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


WATCH = a_watch(routes=[Route("all", to=("desk",))])


def the_current(watch=WATCH):
    matcher, problems = compile_watch(watch)
    assert problems == []
    return Current(watch, matcher)


def edges_of(store, feeds, clock):
    return Edges(
        records=store.records,
        outbox=store.outbox,
        mutes=store.mutes,
        reading=store.reading,
        archive=store.archive,
        writer=FakeWriter(),
        clock=clock,
        made=NOON - DAY,
        fetch=feeds.fetch,
        parse=feeds.parse,
        send=None,
    )


def outbox(store):
    return [line.message.subject for line in store.outbox.latest(50)]


async def polled(store, feeds, clock, body, *items, current=None):
    """Poll once; each call is an hour later and finds another document."""
    clock.now += HOUR
    feeds.body, feeds.items = body, items
    return await poll_feed(a_feed(), current or the_current(), edges_of(store, feeds, clock))


async def test_a_first_poll_fills_the_past_and_alerts_nothing(store, clock):
    feeds = FakeFeeds()
    old = an_item("old", published=NOON - 9 * DAY)
    odd = an_item("odd", published=NOON + 9 * DAY)
    result = await polled(store, feeds, clock, b"1", old, odd, an_item("undated"))
    assert (result.ok, result.items_new, result.hits_new, result.stories_new) == (True, 3, 3, 3)
    assert outbox(store) == []
    seen = {
        story.id: story.seen for story in store.reading.stories({}, NOON - 99 * DAY, NOON + DAY)
    }
    assert seen == {"old": NOON - 9 * DAY, "odd": clock.now, "undated": clock.now}


async def test_a_later_poll_alerts_what_is_new_and_only_that(store, clock):
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"1", an_item("one"))
    other = an_item("quiet", title="Fog at the airport")
    result = await polled(store, feeds, clock, b"2", an_item("one"), an_item("two"), other)
    assert (result.items_new, result.hits_new) == (2, 1)
    assert outbox(store) == ["Port closed after storm"]
    again = await polled(store, feeds, clock, b"3", an_item("one"), an_item("two"), other)
    assert (again.items_new, again.hits_new) == (0, 0)
    assert len(outbox(store)) == 1


async def test_an_unchanged_body_is_not_even_parsed(store, clock):
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"same", an_item("one"))
    result = await polled(store, feeds, clock, b"same", an_item("one"))
    assert result.ok
    assert feeds.parsed == 1


async def test_what_the_server_said_is_sent_back_to_it(store, clock):
    feeds = FakeFeeds()
    feeds.more = {"last_modified": "Thu, 06 Nov 2025 12:00:00 GMT"}
    await polled(store, feeds, clock, b"1")
    feeds.more = {}
    await polled(store, feeds, clock, b"2")
    await polled(store, feeds, clock, b"3")
    assert feeds.asked[1] == (URL, '"1"', "Thu, 06 Nov 2025 12:00:00 GMT")
    # The second answer named no date, so none is sent with the third request.
    assert feeds.asked[2] == (URL, '"1"', None)


async def test_an_edit_that_makes_a_fresh_item_a_hit_is_news(store, clock):
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"1")
    await polled(store, feeds, clock, b"2", an_item("one", title="Storm nears the coast"))
    assert outbox(store) == []
    clock.now += DAY
    edited = an_item("one", title="Port closed as storm nears the coast")
    result = await polled(store, feeds, clock, b"3", edited)
    assert (result.items_new, result.hits_new) == (0, 1)
    assert outbox(store) == ["Port closed as storm nears the coast"]
    # It belongs to the day on which it became a hit, not to that of its first text.
    (story,) = store.reading.stories({}, clock.now - HOUR, clock.now + HOUR)
    assert story.seen == clock.now
    again = an_item("one", title="Port closed as storm reaches the coast")
    await polled(store, feeds, clock, b"4", again)
    assert len(outbox(store)) == 1


async def test_a_feed_that_was_empty_at_first_does_not_alert_its_past(store, clock):
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"empty")
    began = clock.now
    old = [an_item(f"old-{number}", published=began - 20 * DAY) for number in range(3)]
    new = an_item("new", published=began + timedelta(minutes=1))
    await polled(store, feeds, clock, b"full", *old, new)
    assert len(outbox(store)) == 1


async def test_what_a_first_poll_finds_of_the_last_two_days_counts_as_seen_now(store, clock):
    feeds = FakeFeeds()
    edges = replace(edges_of(store, feeds, clock), made=NOON - 30 * DAY)
    feeds.items = [
        an_item("last-night", published=NOON - DAY),
        an_item("older", published=NOON - 9 * DAY),
    ]
    await poll_feed(a_feed(), the_current(), edges)
    seen = {one.id: one.seen for one in store.reading.stories({}, NOON - 99 * DAY, NOON + DAY)}
    assert seen == {"last-night": NOON, "older": NOON - 9 * DAY}


async def test_a_fault_of_ours_is_shown_as_the_feed_s_failure_and_not_asked_at_once(store, clock):
    feeds = FakeFeeds()
    edges = edges_of(store, feeds, clock)

    async def broken(*_, **__):
        raise RuntimeError("a fault of ours")

    result = await poll_feed(a_feed(), the_current(), replace(edges, parse=broken))
    assert (result.ok, result.kept) == (False, True)
    assert "a fault of ours" in store.records.state("wire").error
    assert due_feeds(WATCH, edges, clock.now) == []


async def test_a_store_that_takes_nothing_is_told_so_that_the_feed_can_wait(store, clock):
    feeds = FakeFeeds([an_item("one")])
    edges = edges_of(store, feeds, clock)
    store.database.engine.dispose()
    with store.database.writing() as connection:
        connection.exec_driver_sql("drop table feed")
    result = await poll_feed(a_feed(), the_current(), edges)
    assert (result.ok, result.kept) == (False, False)


async def test_a_guid_that_changes_at_every_poll_is_the_same_item(store, clock):
    feeds = FakeFeeds()
    twin = {"link": "https://wire.example/1", "hash": "same"}
    await polled(store, feeds, clock, b"1", an_item("guid-1", **twin))
    result = await polled(store, feeds, clock, b"2", an_item("guid-2", **twin))
    assert result.items_new == 0
    assert outbox(store) == []


async def test_alike_items_that_stand_side_by_side_are_two(store, clock):
    feeds = FakeFeeds()
    twin = {"link": "https://wire.example/live", "hash": "same"}
    await polled(store, feeds, clock, b"1", an_item("guid-1", **twin))
    result = await polled(
        store, feeds, clock, b"2", an_item("guid-1", **twin), an_item("guid-2", **twin)
    )
    assert result.items_new == 1


async def test_another_address_in_the_file_is_another_feed(store, clock):
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"1", an_item("one"))
    moved = replace(a_feed(), url="https://wire.example/new.xml")
    feeds.items = [an_item("two")]
    clock.now += HOUR
    result = await poll_feed(moved, the_current(), edges_of(store, feeds, clock))
    # It is polled for the first time: no validators are sent, nothing is alerted.
    assert feeds.asked[-1] == ("https://wire.example/new.xml", None, None)
    assert result.items_new == 1
    assert outbox(store) == []


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        pytest.param(FetchError(URL, "timed out"), False, id="timed out"),
        pytest.param(FetchError(URL, "gone for good", status=410), True, id="410"),
        pytest.param(ParseError(URL, "not a feed"), False, id="not a feed"),
    ],
)
async def test_trouble_is_remembered_and_told(store, clock, error, gone):
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"1")
    feeds.error = error
    result = await polled(store, feeds, clock, b"2")
    assert (result.ok, result.error) == (False, str(error))
    state = store.records.state("wire")
    assert (state.failures, state.failing_since, state.gone) == (1, clock.now, gone)
    assert (state.next_poll is None) is gone
    feeds.error = None
    await polled(store, feeds, clock, b"3")
    state = store.records.state("wire")
    assert (state.failures, state.failing_since, state.error) == (0, None, None)


async def test_a_broken_feed_does_not_stop_the_others(store, clock):
    good, bad, odd = a_feed("good"), a_feed("bad"), a_feed("odd")
    watch = a_watch(feeds=[good, bad, odd])

    class Mixed(FakeFeeds):
        async def fetch(self, url, **more):
            if "bad" in url:
                raise FetchError(url, "timed out")
            if "odd" in url:
                raise RuntimeError("a fault of ours")
            return await super().fetch(url, **more)

    feeds = Mixed([an_item("one")])
    seen = []
    report = await poll(
        watch.feeds, the_current(watch), edges_of(store, feeds, clock), each=seen.append
    )
    assert report.failed == ["bad", "odd"]
    assert report.results[0].items_new == 1
    assert "a fault of ours" in report.results[2].error
    assert {result.feed for result in seen} == {"good", "bad", "odd"}


async def test_feeds_are_due_at_their_time(store, clock):
    feeds = FakeFeeds()
    watch = a_watch(feeds=[a_feed("wire"), a_feed("other")])
    edges = edges_of(store, feeds, clock)
    assert {feed.id for feed in due_feeds(watch, edges, NOON)} == {"wire", "other"}
    await poll_feed(a_feed("wire"), the_current(watch), edges)
    assert [feed.id for feed in due_feeds(watch, edges, NOON)] == ["other"]
    later = store.records.state("wire").next_poll + timedelta(seconds=1)
    assert {feed.id for feed in due_feeds(watch, edges, later)} == {"wire", "other"}


def some(*numbers):
    return [an_item(f"n{number}", title=f"Fog {number}") for number in numbers]


async def test_two_polls_that_share_no_item_are_recorded_as_possible_loss(
    store, clock, caplog, monkeypatch
):
    # A logger of the test's own: whatever other tests did to the program's, this one is heard.
    log = logging.Logger("poll")
    log.addHandler(caplog.handler)
    monkeypatch.setattr("monitor.pipeline.poll.log", log)
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"1", *some(*range(20)))
    await polled(store, feeds, clock, b"2", *some(*range(10, 30)))
    assert store.records.state("wire").losses == 0
    await polled(store, feeds, clock, b"3", *some(*range(40, 60)))
    state = store.records.state("wire")
    assert (state.losses, state.last_loss) == (1, clock.now)
    assert state.next_poll - clock.now < timedelta(minutes=15)
    assert "feed wire: nothing it shows was in it 1:00:00 ago" in caplog.text
    day = clock.now.date()
    coverage = store.reading.coverage(
        [a_feed()], day, day, (clock.now - DAY, clock.now + DAY), NOON - DAY, clock.now
    )
    assert coverage.leaks == (a_feed(),)
    await polled(store, feeds, clock, b"4", *some(*range(50, 70)))
    assert store.records.state("wire").losses == 1


async def test_an_edited_item_is_a_shared_one(store, clock):
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"1", *some(*range(9)))
    edited = an_item("n8", title="Fog 8, corrected")
    await polled(store, feeds, clock, b"2", edited, *some(*range(20, 30)))
    assert store.records.state("wire").losses == 0


async def test_a_feed_that_renames_all_its_items_has_lost_none(store, clock):
    feeds = FakeFeeds()
    for turn in range(3):
        items = [
            an_item(f"{turn}-{n}", title=f"Fog {n}", link=f"https://wire.example/{n}", hash=str(n))
            for n in range(9)
        ]
        await polled(store, feeds, clock, b"%d" % turn, *items)
    state = store.records.state("wire")
    assert state.losses == 0
    assert store.records.counts()["item"] == 9


async def test_the_entries_left_out_of_the_last_document_are_counted(store, clock):
    class Odd(FakeFeeds):
        async def parse(self, body, feed, document):
            return replace(await super().parse(body, feed, document), skipped=3)

    feeds = Odd()
    await polled(store, feeds, clock, b"1", an_item("one"))
    await polled(store, feeds, clock, b"1", an_item("one"))
    assert feeds.parsed == 1
    assert store.records.state("wire").skipped == 3


async def test_nothing_new_ends_no_failure_and_is_no_answer_to_the_whole_feed(store, clock):
    """While a feed fails it is asked for all it has; a 304 to that is one more failure."""
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"1", an_item("one"))
    feeds.error = ParseError(URL, "not a feed")
    await polled(store, feeds, clock, b"2")
    since = clock.now
    feeds.error = FetchError(URL, "nothing changed, though we asked for the whole feed", status=304)
    await polled(store, feeds, clock, b"2")
    assert feeds.asked[-1][1:] == (None, None)
    state = store.records.state("wire")
    assert (state.failures, state.failing_since) == (2, since)


async def test_nothing_new_from_a_feed_that_is_well_is_an_answer(store, clock):
    feeds = FakeFeeds()
    await polled(store, feeds, clock, b"1", an_item("one"))
    came = store.records.state("wire").last_new
    feeds.more = {"unchanged": True}
    result = await polled(store, feeds, clock, b"")
    assert (result.ok, result.items_new) == (True, 0)
    state = store.records.state("wire")
    assert (state.last_answer, state.last_new) == (clock.now, came)


async def test_a_feed_that_is_gone_stays_so_until_it_answers(store, clock):
    feeds = FakeFeeds(error=FetchError(URL, "gone for good", status=410))
    await polled(store, feeds, clock, b"")
    feeds.error = FetchError(URL, "timed out")
    await polled(store, feeds, clock, b"")
    state = store.records.state("wire")
    assert (state.gone, state.next_poll) == (True, None)
    feeds.error = None
    await polled(store, feeds, clock, b"1", an_item("one"))
    assert not store.records.state("wire").gone


async def test_a_new_address_that_is_gone_does_not_end_the_old_one(store, clock):
    feeds = FakeFeeds([an_item("one")])
    feeds.more = {"moved_to": "https://new.example/"}
    await polled(store, feeds, clock, b"1")
    feeds.error = FetchError(URL, "gone for good", status=410)
    await polled(store, feeds, clock, b"2")
    assert feeds.asked[-1][0] == "https://new.example/"
    state = store.records.state("wire")
    assert (state.gone, state.moved_to) == (False, None)
    await polled(store, feeds, clock, b"2")
    assert feeds.asked[-1][0] == URL
    assert store.records.state("wire").gone


async def test_the_past_that_a_first_poll_brings_tells_when_the_feed_fell_silent(store, clock):
    feeds = FakeFeeds()
    old = [an_item(f"o{n}", published=NOON - (30 + n) * DAY) for n in range(12)]
    await polled(store, feeds, clock, b"1", *old)
    state = store.records.state("wire")
    assert state.last_new == NOON - 30 * DAY
    assert health(state, clock.now) == "stale"


POLLED = FeedState("wire", URL, last_poll=NOON, next_poll=NOON + HOUR)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        pytest.param(None, True, id="never heard of"),
        pytest.param(FeedState("wire", URL), True, id="never polled"),
        pytest.param(POLLED, False, id="its time is to come"),
        pytest.param(replace(POLLED, next_poll=NOON), True, id="its time is now"),
        pytest.param(replace(POLLED, next_poll=NOON - DAY), True, id="its time is long past"),
        pytest.param(replace(POLLED, next_poll=None), True, id="polled, but no time set"),
        pytest.param(replace(POLLED, next_poll=None, gone=True), False, id="gone for good"),
        pytest.param(
            replace(POLLED, last_poll=NOON + DAY, gone=True),
            False,
            id="gone for good, said while the clock was ahead",
        ),
        pytest.param(
            replace(POLLED, last_poll=NOON + 300 * DAY, next_poll=NOON + 301 * DAY),
            True,
            id="the clock was far ahead at the last poll",
        ),
        pytest.param(
            replace(POLLED, last_poll=NOON - 7 * HOUR),
            True,
            id="it rests longer than the file now allows",
        ),
        pytest.param(replace(POLLED, url="https://other.example/"), True, id="another address"),
        pytest.param(
            replace(POLLED, url="https://other.example/", gone=True),
            True,
            id="another address than the one that is gone",
        ),
    ],
)
def test_a_feed_is_due_when_its_time_has_come(store, clock, state, due):
    if state is not None:
        store.records.save(PollRecord(state, NOON, NOON.date(), answered=True))
    edges = edges_of(store, FakeFeeds(), clock)
    assert bool(due_feeds(a_watch(), edges, NOON)) is due


async def test_a_poll_notes_which_old_items_the_document_still_has(store, clock):
    feeds = FakeFeeds()
    old, young = an_item("old", published=NOON - 40 * DAY), an_item("young")
    await polled(store, feeds, clock, b"1", old, young)
    await polled(store, feeds, clock, b"2", an_item("old", published=NOON - 40 * DAY), young)
    (row,) = [one.row for one in store.records.known(["old"])]
    with store.database.reading() as connection:
        shown = connection.exec_driver_sql("SELECT item_id FROM shown").scalars().all()
    assert shown == [row]
