"""What holds a message, and until when: quiet hours, mutes, budgets, channels."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from monitor.alerts.hold import (
    BUDGET,
    NOT_IN_FILE,
    NOT_SET_UP,
    QUIET,
    Hold,
    covers,
    hold_of,
    muted,
    over_budget,
    pointers,
    quiet_until,
)
from monitor.messages import Mute, Pointer, Waiting
from monitor.model import Channel, Hit, Mark, QuietHours
from tests.make import CARACAS, DAY, HOUR, NOON, a_hit, a_watch, an_indicator

NIGHT = QuietHours(time(22), time(6))


def at(local, zone=CARACAS):
    return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "until"),
    [
        pytest.param(NIGHT, "America/Caracas", "2025-11-06T21:59", None, id="before"),
        pytest.param(
            NIGHT, "America/Caracas", "2025-11-06T22:00", "2025-11-07T06:00", id="at the start"
        ),
        pytest.param(
            NIGHT, "America/Caracas", "2025-11-07T05:59", "2025-11-07T06:00", id="after midnight"
        ),
        pytest.param(NIGHT, "America/Caracas", "2025-11-07T06:00", None, id="at the end"),
        pytest.param(
            QuietHours(time(13), time(15)),
            "America/Caracas",
            "2025-11-06T14:00",
            "2025-11-06T15:00",
            id="within a day",
        ),
        pytest.param(
            NIGHT, "Europe/Berlin", "2025-03-30T01:30", "2025-03-30T06:00", id="a short night"
        ),
        pytest.param(
            NIGHT, "Europe/Berlin", "2025-10-26T02:30", "2025-10-26T06:00", id="a long night"
        ),
        pytest.param(
            QuietHours(time(22), time(2, 30)),
            "Europe/Berlin",
            "2025-03-30T01:45",
            "2025-03-30T03:30",
            id="the end is an hour that is skipped",
        ),
        pytest.param(None, "UTC", "2025-11-06T23:00", None, id="none in the file"),
    ],
)
def test_quiet_hours_go_by_the_wall_clock(quiet, zone, now, until):
    where = ZoneInfo(zone)
    found = quiet_until(quiet, where, at(now, where))
    assert found == (at(until, where) if until else None)


def test_quiet_hours_that_end_in_an_hour_that_comes_twice_last_to_its_second():
    berlin = ZoneInfo("Europe/Berlin")
    found = quiet_until(QuietHours(time(22), time(2, 30)), berlin, at("2025-10-26T01:00", berlin))
    assert found == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


PORTS = Pointer("ports", ("clos*", "closed", "$shut"))
RAILS = Pointer("rails", ("strike",))
SOON = NOON + HOUR


@pytest.mark.parametrize(
    ("mute", "hit", "covered"),
    [
        pytest.param(Mute(SOON, indicator="ports"), PORTS, True, id="the indicator"),
        pytest.param(Mute(SOON, indicator="rails"), PORTS, False, id="another indicator"),
        pytest.param(Mute(SOON, term="clos*"), PORTS, True, id="an entry"),
        pytest.param(Mute(SOON, term="CLOSED "), PORTS, True, id="a word of the text, any case"),
        pytest.param(Mute(SOON, term="$shut"), PORTS, True, id="a list"),
        pytest.param(Mute(SOON, term="storm"), PORTS, False, id="a word that did not match"),
        pytest.param(Mute(SOON, indicator="ports", term="closed"), PORTS, True, id="both"),
        pytest.param(Mute(SOON, indicator="rails", term="closed"), PORTS, False, id="one of two"),
    ],
)
def test_a_mute_is_about_an_indicator_a_term_or_both(mute, hit, covered):
    assert covers(mute, hit) is covered


def test_a_message_is_muted_only_if_all_its_hits_are_and_until_the_first_mute_ends():
    ports, rails = Mute(SOON, "ports", reason="drill"), Mute(NOON + DAY, "rails")
    assert muted([PORTS], [ports], NOON) == Hold("muted: ports (drill)", SOON)
    assert muted([PORTS, RAILS], [ports], NOON) is None
    assert muted([PORTS, RAILS], [rails, ports], NOON) == Hold("muted: ports (drill)", SOON)
    assert muted([PORTS], [ports], SOON) is None
    assert muted([PORTS], [replace(ports, ended=NOON)], NOON) is None


BUDGETED = a_watch(indicators=[an_indicator("ports", budget=2), an_indicator("rails")])


@pytest.mark.parametrize(
    ("hits", "told", "held"),
    [
        pytest.param([PORTS], {"ports": 1}, False, id="within it"),
        pytest.param([PORTS], {"ports": 2}, True, id="past it"),
        pytest.param([PORTS, RAILS], {"ports": 9}, False, id="another indicator has none"),
        pytest.param([RAILS], {"rails": 99}, False, id="no budget"),
    ],
)
def test_a_story_past_the_budget_waits_for_the_end_of_the_local_day(hits, told, held):
    hold = over_budget(hits, told, BUDGETED, NOON)
    assert hold == (Hold(f"{BUDGET}: 2 a day of ports", at("2025-11-07T00:00")) if held else None)


def a_waiting(**more):
    return Waiting(**{"id": 1, "key": "k", "channel": "desk", "hits": (PORTS,), **more})


def test_what_cannot_be_sent_at_all_comes_before_what_need_not_be():
    mutes = [Mute(SOON, "ports")]
    night = at("2025-11-06T23:00")
    unset = a_watch(channels=[Channel("desk", None, "DESK")], quiet=NIGHT)
    watch = a_watch(quiet=NIGHT)
    assert hold_of(a_waiting(), unset, mutes, NOON) == Hold(NOT_SET_UP)
    assert hold_of(a_waiting(channel="gone"), watch, mutes, NOON) == Hold(NOT_IN_FILE)
    assert hold_of(a_waiting(), watch, mutes, NOON).note == "muted: ports"
    past = a_waiting(note=f"{BUDGET}: 2 a day of ports", until=at("2025-11-07T00:00"))
    assert hold_of(past, watch, [], NOON).note.startswith(BUDGET)
    # When the day is over the budget holds it no more, but the night does.
    assert hold_of(past, watch, [], at("2025-11-07T00:00")).note == QUIET
    assert hold_of(a_waiting(), watch, [], night) == Hold(QUIET, at("2025-11-07T06:00"))
    assert hold_of(a_waiting(), watch, [], NOON) is None


@pytest.mark.parametrize("kind", ["digest", "trouble"])
def test_digests_and_words_of_the_service_about_itself_are_never_noise(kind):
    watch = a_watch(quiet=NIGHT)
    waiting = a_waiting(kind=kind)
    assert hold_of(waiting, watch, [Mute(NOON + DAY, "ports")], at("2025-11-06T23:00")) is None


def test_pointers_keep_the_indicator_and_each_word_once():
    marks = (
        Mark("title", 0, 6, "closed", "clos*", "shut"),
        Mark("summary", 0, 6, "closed", "clos*", "shut"),
    )
    assert pointers([Hit("one", "ports", (), marks), a_hit(indicator="rails")]) == (
        Pointer("ports", ("clos*", "closed", "$shut")),
        Pointer("rails", ("port", "Port")),
    )


def test_quiet_holds_every_alert_and_says_why():
    quiet = Mute(NOON + HOUR, reason="drill")
    held = muted((Pointer("ports"), Pointer("rails", ("x",))), [quiet], NOON)
    assert held == Hold("quiet (drill)", NOON + HOUR)
    assert muted((Pointer("ports"),), [quiet], NOON + HOUR) is None
