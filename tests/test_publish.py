"""Days are closed once, digests go out once, and nothing of a missed time is lost."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from monitor.errors import DeliveryError
from monitor.messages import Message
from monitor.model import Arrival, Channel, FeedState, PollRecord, Route
from monitor.pipeline.edges import Books
from monitor.pipeline.publish import close_days, queue_digests
from tests.make import DAY, HOUR, NOON, a_feed, a_hit, a_watch, an_item

DIGEST = Route("daily", to=("desk",), digest=(time(7),))
TWICE = Route("twice", to=("desk",), digest=(time(7), time(19)))


class FakeWriter:
    """Writes the ids of stories down, so that a test can read what a digest holds."""

    def __init__(self):
        self.messages = []
        self.drawn = None

    def digest_content(self, digest, past=None):
        if past is not None:
            self.drawn = past
        return ",".join(story.id for story in digest.stories)

    def digest_text(self, digest):
        return self.digest_content(digest)

    def digest_message(self, digest, since, channel, slot, past):
        told = self.digest_content(digest)
        then = self.digest_content(since) if since else None
        self.messages.append((slot.name, channel, told, then))
        return Message(slot.name, told)

    def alert_message(self, story, alert, watch, past):
        return Message("", story.id)


@pytest.fixture
def books(store):
    return Books(
        records=store.records,
        outbox=store.outbox,
        mutes=store.mutes,
        reading=store.reading,
        archive=store.archive,
        writer=FakeWriter(),
        clock=lambda: NOON,
        made=NOON - 3 * DAY,
    )


def send_all(store, now):
    """What a sender does when the channel takes everything."""
    for waiting in store.outbox.due(now):
        store.outbox.claim(waiting.id, "me", now)
        store.outbox.record_sent(waiting.id, "me", now)


def see(store, key, seen, *, found=None, answered=True):
    """Store one item with a hit, first seen at an instant."""
    at = found or seen
    state = FeedState(
        "wire", "https://wire.example/feed.xml", first_poll=at, last_poll=at, last_answer=at
    )
    hits = (a_hit(key, "port-closure"),)
    arrival = Arrival(an_item(key), seen, seen.date(), hits, twin=key)
    store.records.save(PollRecord(state, at, at.date(), answered, (arrival,)))


def local(text):
    """An instant from a time of day in Caracas, which is UTC-4."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) + 4 * HOUR


def test_a_day_is_closed_when_it_is_over_and_never_again(store, books):
    see(store, "one", local("2025-11-05T10:00"))
    assert close_days(a_watch(), books, local("2025-11-06T00:01")) != [date(2025, 11, 5)]
    closed = close_days(a_watch(), books, local("2025-11-06T00:03"))
    assert closed[-1] == date(2025, 11, 5)
    assert store.archive.closed_day(date(2025, 11, 5)).content == "one"
    # What comes in later does not change the page.
    see(store, "late", local("2025-11-05T11:00"), found=NOON)
    assert close_days(a_watch(), books, local("2025-11-06T09:00")) == []
    assert store.archive.closed_day(date(2025, 11, 5)).content == "one"


def test_the_charts_of_a_closed_day_end_with_it(store, books):
    see(store, "one", local("2025-11-05T10:00"))
    usual = {date(2025, 11, 4): (0, 87), date(2025, 11, 5): (0, 88), date(2025, 11, 6): (0, 89)}
    drawn = replace(books, tally=store.tally, usual=lambda day: {"port-closure": [usual[day]]})
    close_days(a_watch(), drawn, local("2025-11-06T00:03"))
    month = books.writer.drawn["port-closure"]
    assert month.days[-1] == (date(2025, 11, 5), 1)
    assert month.usual[-1] == (0, 88), "the last is of the day that goes on"


def test_days_without_a_story_are_closed_too(store, books):
    closed = close_days(a_watch(), books, local("2025-11-06T12:00"))
    assert closed == [date(2025, 11, 3), date(2025, 11, 4), date(2025, 11, 5)]
    assert store.archive.closed_days() == dict.fromkeys(closed, 0)


def test_the_past_is_closed_only_when_every_feed_was_asked(store, books):
    see(store, "old", local("2025-10-20T10:00"), found=NOON)
    watch = a_watch(feeds=[a_feed("wire"), a_feed("slow")])
    now = local("2025-11-06T12:00")
    assert date(2025, 10, 20) not in close_days(watch, books, now)
    slow = FeedState("slow", "https://slow.example/feed.xml", last_poll=NOON, error="timed out")
    store.records.save(PollRecord(slow, NOON, NOON.date(), answered=False))
    assert close_days(watch, books, now)[0] == date(2025, 10, 20)


def test_after_a_weekend_off_every_day_is_closed(store, books):
    close_days(a_watch(), books, local("2025-11-06T12:00"))
    assert close_days(a_watch(), books, local("2025-11-09T12:00")) == [
        date(2025, 11, 6),
        date(2025, 11, 7),
        date(2025, 11, 8),
    ]


def test_a_digest_is_put_out_once_whatever_happens(store, books):
    watch = a_watch(routes=[DIGEST])
    see(store, "yesterday", local("2025-11-05T10:00"))
    see(store, "today", local("2025-11-06T06:00"))
    seven = local("2025-11-06T07:00:20")
    assert queue_digests(watch, books, seven) == 1
    for later in (timedelta(0), timedelta(minutes=1), HOUR, -HOUR, 12 * HOUR):
        assert queue_digests(watch, books, seven + later) == 0
    assert books.writer.messages == [("2025-11-06 07:00", "desk", "yesterday", "today")]


def test_before_its_time_yesterdays_digest_is_the_last(store, books):
    watch = a_watch(routes=[DIGEST])
    assert queue_digests(watch, books, local("2025-11-06T06:59")) == 1
    assert books.writer.messages[0][0] == "2025-11-05 07:00"


def test_nothing_is_sent_for_days_before_the_watch_began(store, books):
    watch = a_watch(routes=[DIGEST])
    young = replace(books, made=local("2025-11-06T05:00"))
    assert queue_digests(watch, young, local("2025-11-06T06:00")) == 0
    assert queue_digests(watch, young, local("2025-11-06T10:00")) == 1


def test_a_second_time_a_day_carries_what_came_since_the_last(store, books):
    watch = a_watch(routes=[TWICE])
    queue_digests(watch, books, local("2025-11-06T07:01"))
    send_all(store, local("2025-11-06T07:01"))
    see(store, "noon", local("2025-11-06T12:00"))
    assert queue_digests(watch, books, local("2025-11-06T19:01")) == 1
    assert books.writer.messages[-1] == ("2025-11-06 19:00", "desk", "noon", None)


def test_after_an_outage_one_digest_catches_up_on_all_that_was_missed(store, books):
    watch = a_watch(routes=[DIGEST])
    queue_digests(watch, books, local("2025-11-06T07:01"))
    see(store, "missed", local("2025-11-07T10:00"))
    see(store, "early", local("2025-11-10T05:00"))
    assert queue_digests(watch, books, local("2025-11-10T09:30")) == 1
    assert books.writer.messages[-1] == ("2025-11-10 07:00", "desk", "missed", "early")


def test_a_route_that_is_edited_does_not_repeat_the_digest(store, books):
    queue_digests(a_watch(routes=[DIGEST]), books, local("2025-11-06T07:01"))
    edited = replace(DIGEST, key="daily-edited")
    assert queue_digests(a_watch(routes=[edited]), books, local("2025-11-06T08:00")) == 0
    assert queue_digests(a_watch(routes=[edited]), books, local("2025-11-07T07:01")) == 1


def test_each_channel_gets_its_own(store, books):
    both = replace(DIGEST, to=("desk", "chief"))
    channels = [Channel("desk", "json://a/"), Channel("chief", None, missing="CHIEF_URL")]
    watch = a_watch(routes=[both], channels=channels)
    assert queue_digests(watch, books, local("2025-11-06T07:01")) == 2
    states = {line.channel: (line.state, line.note) for line in store.outbox.latest(5)}
    assert states == {"desk": ("pending", ""), "chief": ("held", "not set up")}


def test_a_digest_route_with_conditions_carries_only_what_they_allow(store, books):
    see(store, "one", local("2025-11-05T10:00"))
    other = replace(DIGEST, when={"indicator": ("rails",)})
    queue_digests(a_watch(routes=[other]), books, local("2025-11-06T07:01"))
    assert books.writer.messages[-1][2] == ""


@pytest.mark.on_sqlite
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe"])
def test_a_year_of_hours_gives_each_day_one_page_and_one_digest(store, zone):
    made = datetime(2025, 1, 1, 12, tzinfo=UTC)
    books = Books(
        records=store.records,
        outbox=store.outbox,
        mutes=store.mutes,
        reading=store.reading,
        archive=store.archive,
        writer=FakeWriter(),
        clock=lambda: NOON,
        made=made,
    )
    watch = a_watch(routes=[replace(DIGEST, digest=(time(2, 30),))], zone=zone)
    now = made
    for _ in range(366 * 2):
        close_days(watch, books, now)
        queue_digests(watch, books, now)
        now += 12 * HOUR
    days = [name for name, *_ in books.writer.messages]
    assert len(days) == len(set(days)) >= 365
    closed = list(store.archive.closed_days())
    assert closed == [closed[0] + number * DAY for number in range(len(closed))]


def test_a_digest_waits_for_what_was_seen_before_and_is_still_being_stored(store, books):
    watch = a_watch(routes=[replace(DIGEST, digest=(time(0),))])
    midnight = local("2025-11-06T00:00")
    queue_digests(watch, books, midnight - HOUR)  # that of the midnight before
    written = threading.Event()
    with books.turn:  # a poll has seen an item a second before midnight, and now stores it
        late = threading.Thread(
            target=lambda: (queue_digests(watch, books, midnight), written.set())
        )
        late.start()
        assert not written.wait(0.2)
        see(store, "last", midnight - timedelta(seconds=1))
    late.join(10)
    assert books.writer.messages[-1][:3] == ("2025-11-06 00:00", "desk", "last")


def test_an_edited_time_of_day_makes_no_digest_of_yesterday(store, books):
    queue_digests(a_watch(routes=[DIGEST]), books, local("2025-11-06T07:01"))
    see(store, "nine", local("2025-11-06T09:00"))
    later = replace(DIGEST, key="later", digest=(time(22),))
    assert queue_digests(a_watch(routes=[later]), books, local("2025-11-06T10:30")) == 0
    assert queue_digests(a_watch(routes=[later]), books, local("2025-11-06T22:01")) == 1
    # It goes on where the channel's last digest ended.
    assert books.writer.messages[-1] == ("2025-11-06 22:00", "desk", "nine", None)


def test_days_that_a_clock_far_ahead_closed_are_written_again(store, books):
    ahead = local("2025-11-16T12:00")
    assert date(2025, 11, 15) in close_days(a_watch(), books, ahead)
    queue_digests(a_watch(routes=[DIGEST]), books, ahead)
    see(store, "real", local("2025-11-06T10:00"))
    back = local("2025-11-07T09:00")
    close_days(a_watch(), books, back)
    assert store.archive.closed_day(date(2025, 11, 6)).content == "real"
    assert queue_digests(a_watch(routes=[DIGEST]), books, back) == 1
    assert books.writer.messages[-1][:3] == ("2025-11-07 07:00", "desk", "real")


def test_no_item_falls_between_two_days_when_the_zone_changes(store, books):
    close_days(a_watch(zone="UTC"), books, NOON)  # the 5th ends at midnight in UTC
    see(store, "between", datetime(2025, 11, 6, 2, tzinfo=UTC))  # still the 5th in Caracas
    close_days(a_watch(), books, local("2025-11-07T01:00"))
    assert store.archive.closed_day(date(2025, 11, 6)).content == "between"


def test_after_an_outage_one_digest_carries_all_that_the_channel_missed(store, books):
    """Mail is down for three mornings: one digest, from where the last that was sent ended."""
    watch = a_watch(routes=[DIGEST])
    queue_digests(watch, books, local("2025-11-05T07:01"))
    send_all(store, local("2025-11-05T07:01"))
    for day in ("05", "06", "07"):
        see(store, f"on-{day}", local(f"2025-11-{day}T12:00"))
    for day in ("06", "07", "08"):
        assert queue_digests(watch, books, local(f"2025-11-{day}T07:01")) == 1
        assert queue_digests(watch, books, local(f"2025-11-{day}T07:02")) == 0
    lines = {line.subject: line for line in store.outbox.latest(10)}
    assert {day: line.state for day, line in lines.items()} == {
        "2025-11-05 07:00": "sent",
        "2025-11-06 07:00": "merged",
        "2025-11-07 07:00": "merged",
        "2025-11-08 07:00": "pending",
    }
    last = lines["2025-11-08 07:00"]
    assert lines["2025-11-06 07:00"].merged_into == last.key
    told = books.writer.messages[-1][2]
    assert [one for one in ("on-05", "on-06", "on-07") if one in told] == [
        "on-05",
        "on-06",
        "on-07",
    ]
    send_all(store, local("2025-11-08T09:00"))
    assert all(line.sent for line in store.outbox.latest(10))


def test_the_first_digests_that_were_never_sent_are_caught_up_from_their_beginning(store, books):
    watch = a_watch(routes=[DIGEST])
    see(store, "early", local("2025-11-04T12:00"))
    queue_digests(watch, books, local("2025-11-05T07:01"))
    see(store, "late", local("2025-11-05T12:00"))
    queue_digests(watch, books, local("2025-11-06T07:01"))
    told = books.writer.messages[-1][2]
    assert "early" in told
    assert "late" in told


def test_a_digest_that_may_have_got_through_is_repeated_by_itself(store, books):
    watch = a_watch(routes=[DIGEST])
    queue_digests(watch, books, local("2025-11-05T07:01"))
    (waiting,) = store.outbox.due(local("2025-11-05T07:01"))
    store.outbox.claim(waiting.id, "me", local("2025-11-05T07:01"))
    error = DeliveryError("desk", "no answer", uncertain=True)
    now = local("2025-11-05T07:02")
    store.outbox.record_failed(waiting.id, "me", error, local("2025-11-06T08:00"), now)
    queue_digests(watch, books, local("2025-11-06T07:01"))
    assert [line.state for line in store.outbox.latest(10)] == ["pending", "pending"]
