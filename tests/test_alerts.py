"""Alerts: what is worth sending, and to whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.alerts.decide import FRESH, Alert, Known, Reason, decide
from monitor.alerts.route import branches, carries, digest_routes, explain_routes, route
from monitor.alerts.slots import latest_slots, slot_of, span_of
from monitor.model import Priority, Route
from tests.make import DAY, NOON, a_hit, a_watch, an_indicator, an_item


@pytest.mark.parametrize(
    ("hits", "known", "first_poll", "reason"),
    [
        pytest.param([a_hit()], None, False, Reason.NEW, id="a new item that hits"),
        pytest.param([], None, False, Reason.NO_HIT, id="no hit"),
        pytest.param([a_hit()], None, True, Reason.PAST, id="a first poll fills the past"),
        pytest.param(
            [a_hit()],
            Known(DAY, frozenset({"port-closure"})),
            False,
            Reason.EDITED,
            id="an edit does not alert twice",
        ),
        pytest.param([a_hit()], Known(DAY), False, Reason.NEW, id="an edit that makes it a hit"),
        pytest.param([a_hit()], Known(FRESH + DAY), False, Reason.EDITED, id="an old item, edited"),
    ],
)
def test_decide_gives_a_reason(hits, known, first_poll, reason):
    alert = decide(an_item(), hits, known=known, first_poll=first_poll)
    assert alert.reason is reason
    assert alert.reason.is_sent is (reason is Reason.NEW)


WATCH = a_watch(
    indicators=[
        an_indicator("ports", priority=Priority.HIGH, group="sea"),
        an_indicator("rails", group="land"),
    ]
)


def routed(routes, *hits, reason=Reason.NEW):
    alert = Alert(an_item(), tuple(hits), reason)
    return [(one.route, one.channel) for one in route(alert, a_watch_with(routes))]


def branch(one):
    """A route at the top, with nothing above it."""
    return next(branches([one]))


def a_watch_with(routes):
    return a_watch(indicators=WATCH.indicators, routes=routes)


@pytest.mark.parametrize(
    ("when", "goes"),
    [
        pytest.param({}, True, id="no condition"),
        pytest.param({"priority": ("high",)}, True, id="priority"),
        pytest.param({"priority": ("low", "normal")}, False, id="another priority"),
        pytest.param({"group": ("sea", "air")}, True, id="one of several values"),
        pytest.param({"signal": ("closing",)}, True, id="signal"),
        pytest.param({"signal": ("opening",)}, False, id="another signal"),
        pytest.param({"indicator": ("ports",), "group": ("land",)}, False, id="all must hold"),
        pytest.param({"reason": ("new",)}, True, id="reason"),
        pytest.param({"reason": ("update",)}, False, id="another reason"),
    ],
)
def test_a_route_applies_when_all_its_conditions_hold(when, goes):
    routes = [Route("r", to=("desk",), when=when)]
    assert bool(routed(routes, a_hit(indicator="ports", signals=("closing",)))) is goes


def test_conditions_hold_for_one_hit_together():
    # One hit has the group, the other the signal; no hit has both.
    routes = [Route("r", to=("desk",), when={"group": ("land",), "signal": ("closing",)})]
    hits = [a_hit(indicator="ports", signals=("closing",)), a_hit(indicator="rails")]
    assert routed(routes, *hits) == []


def test_every_matching_route_applies_but_a_channel_is_told_once():
    routes = [
        Route("first", to=("desk", "chief")),
        Route("second", to=("desk",)),
        Route("third", to=("archive",)),
    ]
    assert routed(routes, a_hit(indicator="ports")) == [
        ("first", "desk"),
        ("first", "chief"),
        ("third", "archive"),
    ]


def test_children_apply_below_a_matching_route_and_inherit_its_channels():
    child = Route("child", when={"signal": ("closing",)})
    loud = Route("loud", to=("siren",), when={"signal": ("closing",)})
    routes = [Route("parent", to=("desk",), when={"group": ("sea",)}, routes=(child, loud))]
    assert routed(routes, a_hit(indicator="ports", signals=("closing",))) == [
        ("parent", "desk"),
        ("loud", "siren"),
    ]
    assert routed(routes, a_hit(indicator="rails", signals=("closing",))) == []


def test_digest_routes_send_no_alerts_and_past_items_none_at_all():
    digest = Route("d", to=("desk",), digest=(time(7),))
    assert routed([digest], a_hit(indicator="ports")) == []
    at_once = Route("r", to=("desk",))
    assert routed([at_once], a_hit(indicator="ports"), reason=Reason.PAST) == []


def test_a_digest_route_carries_what_its_conditions_allow():
    sea = branch(Route("d", to=("desk",), digest=(time(7),), when={"group": ("sea",)}))
    assert carries(sea, a_hit(indicator="ports"), WATCH)
    assert not carries(sea, a_hit(indicator="rails"), WATCH)


def test_nested_digest_routes_are_found_with_their_inherited_channels():
    nested = Route("inner", digest=(time(7),))
    watch = a_watch(routes=[Route("outer", to=("desk",), routes=(nested,))])
    assert [(one.key, one.to) for one in digest_routes(watch)] == [("inner", ("desk",))]


TWICE = branch(Route("d", to=("desk",), digest=(time(7), time(19))))


@pytest.mark.parametrize(
    ("local", "day", "at"),
    [
        pytest.param("2025-11-06 07:00", "2025-11-06", time(7), id="on the minute"),
        pytest.param("2025-11-06 06:59", "2025-11-05", time(19), id="before the first"),
        pytest.param("2025-11-06 18:00", "2025-11-06", time(7), id="between the two"),
        pytest.param("2025-11-06 23:59", "2025-11-06", time(19), id="after the last"),
    ],
)
def test_the_last_time_that_has_come_is_due(local, day, at):
    zone = ZoneInfo("America/Caracas")
    now = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    (slot,) = latest_slots([TWICE], zone, now)
    assert (slot.day.isoformat(), slot.at) == (day, at)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_each_digest_day_comes_once_in_a_year_of_minutes(zone):
    # Both changes of the clocks are in it, and a time of day that one of them skips or repeats.
    where = ZoneInfo(zone)
    routes = [branch(Route("d", to=("desk",), digest=(time(2, 30),)))]
    seen: list[str] = []
    now = datetime(2025, 1, 1, 12, tzinfo=UTC)
    while now < datetime(2026, 1, 1, 12, tzinfo=UTC):
        (slot,) = latest_slots(routes, where, now)
        if not seen or seen[-1] != slot.name:
            seen.append(slot.name)
        now += timedelta(minutes=10)
    assert len(seen) == len(set(seen)) == 366
    assert seen == sorted(seen)


def test_the_first_time_of_a_day_carries_the_closed_day_and_what_came_since():
    zone = ZoneInfo("America/Caracas")
    slot = slot_of(TWICE, date(2025, 11, 6), time(7), zone)
    start, midnight = span_of(slot, zone, None)
    assert start == datetime(2025, 11, 5, 4, tzinfo=UTC)
    assert midnight == datetime(2025, 11, 6, 4, tzinfo=UTC)


def test_a_later_time_carries_what_came_since_the_last():
    zone = ZoneInfo("America/Caracas")
    slot = slot_of(TWICE, date(2025, 11, 6), time(19), zone)
    assert span_of(slot, zone, ("2025-11-06 07:00", NOON)) == (NOON, None)


def test_after_missed_days_the_span_begins_where_the_last_digest_ended():
    zone = ZoneInfo("America/Caracas")
    slot = slot_of(TWICE, date(2025, 11, 6), time(7), zone)
    start, midnight = span_of(slot, zone, ("2025-11-02 07:00", NOON - 4 * DAY))
    assert start == NOON - 4 * DAY
    assert midnight == datetime(2025, 11, 6, 4, tzinfo=UTC)


def test_an_edit_that_adds_an_indicator_is_an_update_about_that_one_alone():
    hits = [a_hit(indicator="ports"), a_hit(indicator="rails")]
    known = Known(DAY, frozenset({"ports"}))
    alert = decide(an_item(), hits, known=known, first_poll=False)
    assert alert.reason is Reason.UPDATE
    assert [hit.indicator for hit in alert.hits] == ["rails"]


def test_a_digest_below_a_route_carries_only_what_the_route_above_takes():
    below = Route("land", to=("desk",), digest=(time(7),), when={"signal": ("closing",)})
    watch = a_watch(
        indicators=WATCH.indicators,
        routes=[Route("top", to=("chief",), when={"group": ("sea",)}, routes=(below,))],
    )
    (found,) = digest_routes(watch)
    assert carries(found, a_hit(indicator="ports", signals=("closing",)), watch)
    assert not carries(found, a_hit(indicator="ports"), watch)
    assert not carries(found, a_hit(indicator="rails", signals=("closing",)), watch)


def test_digest_times_are_inherited_but_a_channel_gets_one_digest():
    high = Route("high", to=("chief", "desk"), when={"priority": ("high",)})
    same = Route("same", when={"priority": ("low",)})
    watch = a_watch(
        routes=[Route("all", to=("desk",), digest=(time(7),), routes=(high, same))],
    )
    assert [(one.key, one.to, one.digest) for one in digest_routes(watch)] == [
        ("all", ("desk",), (time(7),)),
        ("high", ("chief",), (time(7),)),
    ]


def test_every_route_says_why_it_does_not_apply():
    routes = [
        Route("sea", to=("desk",), when={"group": ("sea",), "priority": ("low",)}),
        Route("all", to=("desk", "chief")),
        Route("again", to=("desk",)),
        Route("daily", to=("desk",), digest=(time(7),)),
    ]
    alert = Alert(an_item(), (a_hit(indicator="ports"),), Reason.NEW)
    told = list(explain_routes(alert, a_watch_with(routes)))
    assert [(one.branch.key, one.applies, one.sends, one.told) for one in told] == [
        ("sea", False, (), ()),
        ("all", True, ("desk", "chief"), ()),
        ("again", True, (), ("desk",)),
        ("daily", True, (), ()),
    ]
    assert told[0].lacks == ("priority low (it is high)",)
