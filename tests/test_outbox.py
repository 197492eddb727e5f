"""The outbox: each message once, also when its sender dies or another one is at work."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.hold import NOT_SET_UP, TOO_OLD
from monitor.errors import DeliveryError
from monitor.messages import Message, Picture
from monitor.model import Channel
from monitor.pipeline.deliver import (
    FIRST_WAIT,
    LONGEST_WAIT,
    deliver,
    next_try,
    open_queues,
)
from monitor.pipeline.edges import Edges
from monitor.store.outbox import LEASE
from tests.make import DAY, HOUR, NOON, a_draft, a_watch

MINUTE = timedelta(minutes=1)


class FakeChannel:
    """Takes messages, or fails as it is told to, one error after the other."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.taken = []

    async def __call__(self, delivery, channel):
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        self.taken.append((channel.name, delivery.key, delivery.interrupted))
        return "taken"


class Clock:
    def __init__(self, now=NOON):
        self.now = now

    def __call__(self):
        return self.now


def edges_of(store, send, clock=None):
    nothing = None
    return Edges(
        records=store.records,
        outbox=store.outbox,
        mutes=store.mutes,
        reading=store.reading,
        archive=store.archive,
        writer=nothing,
        clock=clock or Clock(),
        made=NOON,
        fetch=nothing,
        parse=nothing,
        send=send,
    )


async def test_what_is_put_in_twice_is_sent_once(store):
    send = FakeChannel()
    store.outbox.put([a_draft(), a_draft()], NOON)
    store.outbox.put([a_draft()], NOON)
    report = await deliver(a_watch(), edges_of(store, send), "me")
    again = await deliver(a_watch(), edges_of(store, send), "me")
    assert (report.sent, again.sent) == (1, 0)
    assert len(send.taken) == 1


async def test_a_failure_is_tried_again_later_and_arrives_once(store):
    clock = Clock()
    send = FakeChannel(DeliveryError("desk", "no answer"))
    edges = edges_of(store, send, clock)
    store.outbox.put([a_draft()], NOON)
    assert (await deliver(a_watch(), edges, "me")).failed == 1
    assert (await deliver(a_watch(), edges, "me")).sent == 0
    clock.now += 2 * MINUTE
    assert (await deliver(a_watch(), edges, "me")).sent == 1
    (line,) = store.outbox.latest(10)
    assert (line.state, line.attempts, line.note) == ("sent", 2, "")


async def test_a_permanent_refusal_is_parked_and_holds_up_nothing(store):
    send = FakeChannel(DeliveryError("desk", "no such user", permanent=True))
    store.outbox.put([a_draft("one"), a_draft("two")], NOON)
    report = await deliver(a_watch(), edges_of(store, send), "me")
    assert (report.parked, report.sent) == (1, 1)
    parked = [line for line in store.outbox.latest(10) if line.state == "parked"]
    assert [line.note for line in parked] == ["no such user"]


async def test_a_dead_channel_holds_no_other(store):
    watch = a_watch(channels=[Channel("dead", "json://a/"), Channel("live", "json://b/")])

    class OneDead(FakeChannel):
        async def __call__(self, delivery, channel):
            if channel.name == "dead":
                raise DeliveryError("dead", "no answer")
            return await super().__call__(delivery, channel)

    send = OneDead()
    store.outbox.put([a_draft("1", "dead"), a_draft("2", "live"), a_draft("3", "dead")], NOON)
    report = await deliver(watch, edges_of(store, send), "me")
    assert (report.sent, report.failed) == (1, 1)


async def test_a_channel_that_asks_for_patience_gets_it_for_all_its_messages(store):
    clock = Clock()
    send = FakeChannel(DeliveryError("desk", "too many", retry_after=3600))
    edges = edges_of(store, send, clock)
    store.outbox.put([a_draft(str(number)) for number in range(20)], NOON)
    for _ in range(10):
        await deliver(a_watch(), edges, "me")
        clock.now += 5 * MINUTE
    assert send.taken == []
    clock.now = NOON + 2 * HOUR
    assert (await deliver(a_watch(), edges, "me")).sent == 20


async def test_a_message_that_breaks_the_sending_holds_no_other_and_ends_parked(store):
    class Breaks(FakeChannel):
        async def __call__(self, delivery, channel):
            if delivery.key == "poison":
                raise UnicodeEncodeError("utf-8", "x", 0, 1, "poison")
            return await super().__call__(delivery, channel)

    clock, send = Clock(), Breaks()
    edges = edges_of(store, send, clock)
    store.outbox.put([a_draft("poison"), a_draft("fine")], NOON)
    for _ in range(12):
        await deliver(a_watch(), edges, "me")
        clock.now += HOUR
    assert [key for _, key, _ in send.taken] == ["fine"]
    parked = {line.key: line.state for line in store.outbox.latest(5)}
    assert parked == {"poison": "parked", "fine": "sent"}


async def test_what_may_have_got_through_is_repeated_as_such_and_only_to_who_lacks_it(store):
    error = DeliveryError("desk", "no answer", uncertain=True, left=("bob@x.example",))
    clock, send = Clock(), FakeChannel(error)
    edges = edges_of(store, send, clock)
    store.outbox.put([a_draft()], NOON)
    await deliver(a_watch(), edges, "me")
    clock.now += HOUR
    (waiting,) = store.outbox.due(clock.now)
    claimed = store.outbox.claim(waiting.id, "me", clock.now)
    assert (claimed.interrupted, claimed.left) == (True, ("bob@x.example",))


def test_a_time_noted_by_a_clock_far_ahead_is_not_waited_for(store):
    store.outbox.put([a_draft()], NOON + 10 * DAY)
    assert len(store.outbox.due(NOON)) == 1


async def test_a_channel_that_is_not_set_up_holds_its_messages_until_it_is(store):
    unset = a_watch(channels=[Channel("desk", None, missing="DESK_URL")])
    send = FakeChannel()
    clock = Clock()
    edges = edges_of(store, send, clock)
    store.outbox.put([a_draft("old")], NOON - 2 * DAY)
    store.outbox.put([a_draft("new")], NOON)
    await deliver(unset, edges, "me")
    held = [(line.key, line.state, line.note) for line in store.outbox.latest(10)]
    assert held == [("new", "held", NOT_SET_UP), ("old", "held", NOT_SET_UP)]
    clock.now += HOUR
    await deliver(a_watch(), edges, "me")
    # What is older than a day stays held: nobody wants a week of alerts at once.
    assert [key for _, key, _ in send.taken] == ["new"]
    (old,) = [line for line in store.outbox.latest(10) if line.key == "old"]
    assert (old.state, old.note) == ("held", f"{TOO_OLD}: {NOT_SET_UP}")


def test_two_senders_never_claim_the_same_message(store):
    store.outbox.put([a_draft()], NOON)
    (waiting,) = store.outbox.due(NOON)
    assert store.outbox.claim(waiting.id, "first", NOON) is not None
    assert store.outbox.claim(waiting.id, "second", NOON) is None


def test_a_lost_lease_is_taken_over_and_marked_as_a_possible_repeat(store):
    store.outbox.put([a_draft()], NOON)
    (waiting,) = store.outbox.due(NOON)
    store.outbox.claim(waiting.id, "first", NOON)
    assert store.outbox.due(NOON + LEASE - MINUTE) == []
    later = NOON + LEASE
    taken = store.outbox.claim(waiting.id, "second", later)
    assert taken.interrupted
    assert taken.key == waiting.key
    # The first sender comes back too late: its word no longer counts.
    assert not store.outbox.record_sent(waiting.id, "first", later)
    assert store.outbox.record_sent(waiting.id, "second", later)


def test_the_leases_of_dead_senders_end_at_once(store):
    store.outbox.put([a_draft()], NOON)
    (waiting,) = store.outbox.due(NOON)
    store.outbox.claim(waiting.id, "dead", NOON)
    assert store.outbox.owners() == ["dead"]
    assert store.outbox.reclaim(["dead"], NOON) == 1
    assert store.outbox.claim(waiting.id, "second", NOON).interrupted


STEPS = ("claim", "send", "record")


def interleavings():
    """Every way in which the three steps of two senders can follow each other."""
    for mine in itertools.combinations(range(6), 3):
        yield tuple("first" if place in mine else "second" for place in range(6))


@pytest.mark.parametrize("lives", list(itertools.product(range(4), repeat=2)))
def test_every_interleaving_of_two_senders_that_may_die_sends_once(store, lives):
    """
    Two senders take turns in every order; each dies after ``lives`` of its steps.

    After them a third comes, when the leases have run out. A message is sent
    once, or once more for each sender that died between sending and recording.
    """
    steps_left = dict(zip(("first", "second"), lives, strict=True))
    for number, turns in enumerate(interleavings()):
        key = f"message-{number}"
        store.outbox.put([a_draft(key)], NOON)
        (waiting,) = store.outbox.due(NOON)
        sent, died_after_sending = 0, 0
        done: dict[str, list[str]] = {"first": [], "second": []}
        holds: set[str] = set()
        for me in turns:
            if len(done[me]) == steps_left[me]:
                continue
            step = STEPS[len(done[me])]
            done[me].append(step)
            if step == "claim" and store.outbox.claim(waiting.id, me, NOON):
                holds.add(me)
            elif step == "send" and me in holds:
                sent += 1
            elif step == "record" and me in holds:
                assert store.outbox.record_sent(waiting.id, me, NOON)
        died_after_sending = sum(me in holds and done[me] == ["claim", "send"] for me in done)
        third = store.outbox.claim(waiting.id, "third", NOON + LEASE)
        if third is not None:
            assert third.interrupted is bool(holds)
            sent += 1
            assert store.outbox.record_sent(waiting.id, "third", NOON + LEASE)
        assert sent == 1 + died_after_sending
        assert store.outbox.due(NOON + DAY) == []


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (50, 60)],
)
def test_waits_double_from_a_minute_to_an_hour(store, attempts, minutes):
    store.outbox.put([a_draft()], NOON)
    (waiting,) = store.outbox.latest(1)
    when = next_try(replace(waiting, attempts=attempts), DeliveryError("desk", "x"), NOON)
    assert minutes * MINUTE <= when - NOON <= minutes * MINUTE * 1.1
    assert FIRST_WAIT <= when - NOON <= LONGEST_WAIT * 1.1


def test_a_channel_that_names_a_time_is_asked_no_sooner(store):
    store.outbox.put([a_draft()], NOON)
    (waiting,) = store.outbox.latest(1)
    error = DeliveryError("desk", "too many", retry_after=7200)
    assert next_try(waiting, error, NOON) - NOON == timedelta(hours=2)


def test_queues_are_by_channel_and_oldest_first(store):
    watch = a_watch(channels=[Channel("a", "json://a/"), Channel("b", "json://b/")])
    store.outbox.put([a_draft("1", "a"), a_draft("2", "b"), a_draft("3", "a")], NOON)
    queues = open_queues(watch, edges_of(store, FakeChannel()))
    assert {c.name: [d.key for d in q] for c, q in queues.items()} == {"a": ["1", "3"], "b": ["2"]}


def test_the_last_digest_of_a_route_is_known(store):
    assert store.outbox.last_digest("r1", "desk", NOON) is None
    for subject in ("2025-11-05 07:00", "2025-11-06 07:00"):
        store.outbox.put(
            [a_draft(f"digest|{subject}", kind="digest", subject=subject, span_end=NOON)], NOON
        )
    last = ("2025-11-06 07:00", NOON)
    assert store.outbox.last_digest("r1", "desk", NOON) == last
    assert store.outbox.last_digest_of_others("desk", ["r2"], NOON) == last
    assert store.outbox.last_digest_of_others("desk", ["r1"], NOON) is None
    # A digest whose span ends in the future was made under a wrong clock.
    assert store.outbox.last_digest("r1", "desk", NOON - DAY) is None


def test_pictures_wait_with_their_mail_and_are_let_go_when_it_is_sent(store):
    picture = Picture("one@what-to-watch", b"\x89PNG\x00\xff")
    message = Message("Port closed", "text", '<img src="cid:one@what-to-watch">', "", (picture,))
    store.outbox.put([a_draft(message=message)], NOON)
    (waiting,) = store.outbox.due(NOON)
    first = store.outbox.claim(waiting.id, "me", NOON)
    again = store.outbox.claim(waiting.id, "you", NOON + HOUR)
    assert first.message == again.message == message
    assert store.outbox.record_sent(waiting.id, "you", NOON + HOUR)
    (kept,) = store.outbox.latest(1)
    assert kept.message == Message("Port closed", "text", message.html, "")
