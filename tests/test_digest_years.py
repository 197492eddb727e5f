"""The schedule of digests over ten years: each day once, whatever the clocks do."""

from __future__ import annotations

import random
from bisect import insort
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.route import branches
from monitor.alerts.slots import lacks, latest_slots, slot_of, span_of
from monitor.digest.build import day_bounds
from monitor.model import Route

ZONES = [
    "America/Caracas",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
]
SLACK = timedelta(hours=2)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def daily(*times):
    return next(branches([Route("daily", to=("desk",), digest=tuple(times))]))


class Desk:
    """One channel's ledger of one digest route: what ``queue_digests`` does, without a store."""

    def __init__(self, zone, *times):
        self.zone = ZoneInfo(zone)
        self.route = daily(*times)
        self.sent: dict[str, datetime] = {}
        self.names: list[str] = []
        self.spans: list[tuple[datetime, datetime]] = []

    def look(self, now):
        """What goes out at that moment, if anything."""
        (slot,) = latest_slots([self.route], self.zone, now)
        own = next(
            (
                (one, self.sent[one])
                for one in reversed(self.names)
                if self.sent[one] <= now + SLACK
            ),
            None,
        )
        if not lacks(slot, own, None, now.astimezone(self.zone).date()) or slot.name in self.sent:
            return None
        self.spans.append((span_of(slot, self.zone, own)[0], now))
        self.sent[slot.name] = now
        insort(self.names, slot.name)
        return slot.name


def moments(zone, first, last, seed):
    """Wake-ups at uneven steps of up to six hours, and each minute around changes of the clocks."""
    chance = random.Random(seed)
    now = first
    while now < last:
        yield now
        here, soon = now.astimezone(zone), (now + 6 * HOUR).astimezone(zone)
        step = MINUTE if here.utcoffset() != soon.utcoffset() else chance.randint(1, 360) * MINUTE
        now += step


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(7), time(2, 30)], ids=str)
def test_ten_years_have_each_digest_day_once(zone, at):
    desk = Desk(zone, at)
    first, last = datetime(2025, 1, 1, 12, tzinfo=UTC), datetime(2035, 1, 1, 12, tzinfo=UTC)
    names = [name for now in moments(desk.zone, first, last, zone) if (name := desk.look(now))]
    assert len(names) == len(set(names))
    assert names == sorted(names)
    days = [date.fromisoformat(name[:10]) for name in names]
    assert [later - one for one, later in pairwise(days)] == [DAY] * (len(days) - 1)
    assert len(days) in range(3652, 3655)
    # Nothing falls between two digests.
    for (_, end), (start, _) in pairwise(desk.spans):
        assert start <= end


@pytest.mark.parametrize("zone", ZONES)
def test_two_times_a_day_come_once_each(zone):
    desk = Desk(zone, time(2, 30), time(17))
    first, last = datetime(2025, 1, 1, 20, tzinfo=UTC), datetime(2027, 1, 1, 20, tzinfo=UTC)
    names = [name for now in moments(desk.zone, first, last, zone) if (name := desk.look(now))]
    assert len(names) == len(set(names))
    assert len(names) in range(2 * 730 - 1, 2 * 730 + 3)
    for (_, end), (start, _) in pairwise(desk.spans):
        assert start <= end


def test_a_day_that_a_zone_leaves_out_has_no_digest():
    # Samoa crossed the date line: after 29 December 2011 came the 31st.
    desk = Desk("Pacific/Apia", time(7))
    now = datetime(2011, 12, 28, 12, tzinfo=UTC)
    names = []
    while now < datetime(2012, 1, 3, tzinfo=UTC):
        if name := desk.look(now):
            names.append(name[:10])
        now += 10 * MINUTE
    assert names == [
        *("2011-12-27", "2011-12-28", "2011-12-29", "2011-12-31"),
        *("2012-01-01", "2012-01-02", "2012-01-03"),
    ]


# How the clock errs for a while: not at all, an hour or a day off, ten years ahead; or it sleeps.
errors = st.sampled_from([timedelta(0), HOUR, -HOUR, DAY, -DAY, timedelta(days=3652)])
stretches = st.lists(
    st.tuples(errors, st.integers(1, 72), st.sampled_from([10 * MINUTE, HOUR, 3 * DAY])),
    min_size=1,
    max_size=12,
)


@given(st.sampled_from(ZONES), stretches)
def test_a_clock_that_jumps_and_a_machine_that_sleeps_make_no_digest_twice(zone, plan):
    desk = Desk(zone, time(7))
    true = datetime(2025, 3, 20, 12, tzinfo=UTC)
    names: list[str] = []
    for error, looks, step in plan:
        for _ in range(looks):
            true += step
            if name := desk.look(true + error):
                names.append(name)
    # With the clock right again, today's digest is there or comes within a day, and only once.
    for _ in range(60):
        true += HOUR
        if name := desk.look(true):
            names.append(name)
    assert len(names) == len(set(names))
    today = true.astimezone(desk.zone).date()
    due = [
        day
        for day in (today, today - DAY)
        if slot_of(desk.route, day, time(7), desk.zone).instant <= true
    ]
    # A clock that was a day ahead has sent that day's digest already.
    assert any(day.isoformat() in name for day in due for name in names)


@given(st.sampled_from(ZONES), st.integers(3, 400))
def test_a_sleep_of_days_ends_in_one_digest_that_begins_where_the_last_ended(zone, hours):
    desk = Desk(zone, time(7))
    now = datetime(2025, 3, 20, 12, tzinfo=UTC)
    desk.look(now)
    end = desk.spans[-1][1]
    woke = now + hours * HOUR
    names = [name for late in range(5) if (name := desk.look(woke + late * MINUTE))]
    assert len(names) <= 1
    if names:
        start, _ = desk.spans[-1]
        yesterday, _ = day_bounds(date.fromisoformat(names[0][:10]) - DAY, desk.zone)
        assert start <= end or start <= yesterday
