"""From alerts to the outbox over a real store: lines, holds, budgets, and what is told together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from monitor.alerts.decide import Known, decide
from monitor.alerts.hold import MUTED, QUIET, TOO_OLD
from monitor.errors import DeliveryError
from monitor.messages import Message, Mute
from monitor.model import Arrival, Channel, FeedState, PollRecord, QuietHours, Route
from monitor.pipeline.alerting import TOLD_BEFORE, drafts_of
from monitor.pipeline.deliver import deliver
from monitor.pipeline.edges import Edges
from tests.make import DAY, HOUR, NOON, a_feed, a_hit, a_watch, an_indicator, an_item, read_watch
from tests.test_hold import NIGHT, at

MINUTE = timedelta(minutes=1)


class Writer:
    """Writes down the ids of stories, so that each can be counted."""

    def alert_message(self, story, alert, watch, past):
        return Message(story.id, f"<{story.id}>")

    def summary_message(self, stories, why, watch):
        return Message(why, "".join(f"<{story.id}>" for story in stories))


@dataclass
class Desk:
    """A store, a clock, and a channel that takes messages or fails."""

    store: object
    now: object = NOON
    taken: list[tuple[str, str]] = field(default_factory=list)
    errors: dict[str, list[DeliveryError]] = field(default_factory=dict)

    async def send(self, delivery, channel):
        if errors := self.errors.get(channel.name):
            raise errors[0] if len(errors) == 1 else errors.pop(0)
        self.taken.append((channel.name, delivery.message.text))
        return "250 fine"

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
            fetch=None,
            parse=None,
            send=self.send,
        )

    def see(self, watch, key, *indicators, known=None):
        """Store an item that hits these indicators, with the alerts on it, as a poll does."""
        item = an_item(key)
        hits = tuple(a_hit(key, one) for one in indicators)
        alert = decide(item, hits, known=known, first_poll=False)
        arrival = Arrival(item, self.now, self.now.date(), hits, twin=key)
        drafts = drafts_of([(arrival, alert)], a_feed(), watch, self.edges())
        state = FeedState("wire", "https://wire.example/", first_poll=NOON, last_poll=NOON)
        record = PollRecord(state, self.now, self.now.date(), True, (arrival,), tuple(drafts))
        self.store.records.save(record)

    async def deliver(self, watch):
        return await deliver(watch, self.edges(), "me")

    def lines(self):
        return {
            (line.subject, line.channel): (line.state, line.note)
            for line in self.store.ledger.lines(500)
        }

    def states(self):
        return {key: state for key, (state, _) in self.lines().items()}


@pytest.fixture
def desk(store):
    return Desk(store)


PORTS, RAILS = an_indicator("ports"), an_indicator("rails")
ALL = Route("all", to=("desk",))
WATCH = a_watch(indicators=[PORTS, RAILS], routes=[ALL])


async def test_an_alert_that_no_route_takes_is_in_the_ledger(desk):
    watch = a_watch(indicators=[PORTS], routes=[replace(ALL, when={"priority": ("high",)})])
    desk.see(watch, "one", "ports")
    await desk.deliver(watch)
    assert desk.states() == {("one", ""): "nowhere"}
    assert desk.taken == []


async def test_quiet_hours_hold_alerts_and_let_them_go_together_in_the_morning(desk):
    watch = replace(WATCH, quiet=NIGHT)
    desk.now = at("2025-11-06T23:00")
    for key in ("one", "two", "three"):
        desk.see(watch, key, "ports")
    await desk.deliver(watch)
    (first, *_) = desk.store.ledger.lines(10)
    assert (first.state, first.note, first.until) == ("held", QUIET, at("2025-11-07T06:00"))
    desk.now = at("2025-11-07T05:59")
    await desk.deliver(watch)
    assert desk.taken == []
    desk.now = at("2025-11-07T06:00")
    await desk.deliver(watch)
    assert desk.taken == [("desk", "<one><two><three>")]
    assert set(desk.states().values()) == {"merged", "sent"}
    # What was merged was told: the stories are marked as alerted.
    stories = desk.store.reading.stories({}, NOON, NOON + 2 * DAY)
    assert all(story.alerted for story in stories)


async def test_one_alert_that_was_held_goes_out_as_itself(desk):
    watch = replace(WATCH, quiet=NIGHT)
    desk.now = at("2025-11-06T23:00")
    desk.see(watch, "one", "ports")
    desk.now = at("2025-11-07T06:01")
    await desk.deliver(watch)
    assert desk.taken == [("desk", "<one>")]


async def test_a_mute_holds_what_was_decided_before_it_and_its_end_lets_it_go(desk):
    desk.see(WATCH, "one", "ports")
    desk.see(WATCH, "both", "ports", "rails")
    mute = desk.store.mutes.add(Mute(NOON + 3 * HOUR, "ports", reason="drill"), NOON)
    await desk.deliver(WATCH)
    assert desk.lines()["one", "desk"] == ("held", f"{MUTED}: ports (drill)")
    assert desk.taken == [("desk", "<both>")]
    desk.now += HOUR
    assert desk.store.mutes.end(mute.id, desk.now)
    assert not desk.store.mutes.end(mute.id, desk.now)
    await desk.deliver(WATCH)
    assert desk.taken[1:] == [("desk", "<one>")]


async def test_what_was_muted_for_more_than_a_day_is_not_sent_and_says_so(desk):
    desk.store.mutes.add(Mute(NOON + 3 * DAY, "ports"), NOON)
    desk.see(WATCH, "one", "ports")
    desk.now += 2 * DAY
    await desk.deliver(WATCH)
    desk.now += 2 * DAY
    await desk.deliver(WATCH)
    assert desk.lines()["one", "desk"] == ("held", f"{TOO_OLD}: {MUTED}: ports")
    assert desk.taken == []


async def test_past_its_budget_an_indicator_sends_one_summary(desk):
    watch = a_watch(indicators=[an_indicator("ports", budget=2), RAILS], routes=[ALL])
    for number in range(6):
        desk.see(watch, f"s{number}", "ports")
        await desk.deliver(watch)
    desk.see(watch, "other", "rails")
    await desk.deliver(watch)
    assert [text for _, text in desk.taken] == ["<s0>", "<s1>", "<other>"]
    desk.now = at("2025-11-07T00:00")
    await desk.deliver(watch)
    assert desk.taken[3:] == [("desk", "<s2><s3><s4><s5>")]
    # The next day has a budget of its own.
    desk.see(watch, "next", "ports")
    await desk.deliver(watch)
    assert desk.taken[4:] == [("desk", "<next>")]


async def test_an_update_goes_to_those_who_were_not_told_and_is_merged_for_the_others(desk):
    watch = a_watch(
        indicators=[PORTS, RAILS],
        channels=[Channel("desk", "json://a/"), Channel("rail-desk", "json://b/")],
        routes=[ALL, Route("rails", to=("rail-desk",), when={"indicator": ("rails",)})],
    )
    desk.see(watch, "one", "ports")
    await desk.deliver(watch)
    desk.see(watch, "one", "ports", "rails", known=Known(HOUR, frozenset({"ports"})))
    await desk.deliver(watch)
    assert desk.taken == [("desk", "<one>"), ("rail-desk", "<one>")]
    told = [(line.reason, line.channel, line.state) for line in desk.store.ledger.lines(10)]
    assert sorted(told) == [
        ("new", "desk", "sent"),
        ("update", "desk", "merged"),
        ("update", "rail-desk", "sent"),
    ]
    assert ("merged", TOLD_BEFORE) in [
        (line.state, line.note) for line in desk.store.ledger.lines(10)
    ]


async def test_six_hours_without_an_answer_end_in_two_messages_and_hold_no_other_channel(desk):
    watch = a_watch(
        indicators=[PORTS],
        channels=[Channel("dead", "json://a/"), Channel("live", "json://b/")],
        routes=[Route("all", to=("dead", "live"))],
    )
    desk.errors["dead"] = [DeliveryError("dead", "no answer")]
    for number in range(72):
        desk.see(watch, f"s{number:02}", "ports")
        await desk.deliver(watch)
        assert desk.taken[-1] == ("live", f"<s{number:02}>")
        desk.now += 5 * MINUTE
    del desk.errors["dead"]
    for _ in range(70):
        await desk.deliver(watch)
        desk.now += MINUTE
    dead = [text for name, text in desk.taken if name == "dead"]
    assert dead == ["<s00>", "".join(f"<s{number:02}>" for number in range(1, 72))]
    assert set(desk.states().values()) == {"sent", "merged"}
    line = next(one for one in desk.store.ledger.lines(500) if one.subject == "s05")
    assert line.sent is not None


async def test_an_alert_decided_during_the_wait_does_not_break_the_patience(desk):
    patience = DeliveryError("desk", "too many", retry_after=1800)
    desk.errors["desk"] = [patience]
    desk.see(WATCH, "one", "ports")
    await desk.deliver(WATCH)
    del desk.errors["desk"]
    desk.now += 10 * MINUTE
    desk.see(WATCH, "two", "ports")
    await desk.deliver(WATCH)
    assert desk.taken == []
    (queue,) = desk.store.queues.all().values()
    assert (queue.failures, queue.error, queue.failing_since) == (1, "too many", NOON)
    desk.now = NOON + 31 * MINUTE
    await desk.deliver(WATCH)
    assert [text for _, text in desk.taken] == ["<one>", "<two>"]
    assert desk.store.queues.all() == {}


def test_an_alert_that_may_have_got_through_is_never_put_into_another(desk):
    for key in ("one", "two"):
        desk.see(WATCH, key, "ports")
    first, second = desk.store.outbox.due(NOON)
    desk.store.outbox.claim(first.id, "me", NOON)
    summary = replace(
        drafts_of(
            [
                (
                    Arrival(an_item("s"), NOON, NOON.date()),
                    decide(an_item("s"), [a_hit("s", "ports")], known=None, first_poll=False),
                )
            ],
            a_feed(),
            WATCH,
            desk.edges(),
        )[0],
        key="summary",
    )
    assert not desk.store.outbox.put_merging(summary, [first.id, second.id], NOON)
    assert {line.state for line in desk.store.outbox.latest(10)} == {"sending", "pending"}
    assert desk.store.outbox.put_merging(summary, [second.id], NOON)


@pytest.mark.parametrize("state", ["merged", "nowhere"])
def test_what_ended_at_its_decision_is_never_due(desk, state):
    from tests.make import a_draft

    desk.store.outbox.put([replace(a_draft(), state=state)], NOON)
    assert desk.store.outbox.due(NOON + DAY) == []


def test_an_hour_of_quiet_is_read_from_the_file():
    text = (
        "indicators: [{id: a, title: A, match: x}]\n"
        "alerts: {quiet_hours: {from: '22:00', to: 6:00}}"
    )
    watch, _ = read_watch(text)
    assert watch.quiet == QuietHours(NIGHT.begin, NIGHT.end)
