"""What is usual, and how unusual a window is."""

from __future__ import annotations

import random
from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.levels.hours import DAY, Hours
from monitor.levels.trend import Trend, trend
from monitor.levels.usual import compare, dispersion, least
from tests.levels.made import a_past

PAST = 60 * DAY
pasts = st.builds(
    lambda seed, busy: [
        random.Random(seed + hour).choice([1, 1, 2, 5]) if hour * 7919 % 1000 < busy else 0
        for hour in range(PAST)
    ],
    st.integers(0, 10**6),
    st.sampled_from([0, 5, 40, 200]),
)


def bursty(seed: int, days: int = 110) -> list[int]:
    chance = random.Random(seed)
    counts = [0] * (days * DAY)
    for day in range(days):
        for _ in range(chance.choice([0, 0, 0, 1, 6])):
            counts[day * DAY + chance.randrange(DAY)] += 1
    return counts


def test_a_steady_past_expects_its_own_rate():
    day, three, week, two = compare(a_past(every=12), 120 * DAY)
    assert (day.stories, three.stories, week.stories, two.stories) == (2, 6, 14, 28)
    assert isclose(day.expected, 2.0, rel_tol=0.02)
    assert isclose(week.expected, 14.0, rel_tol=0.02)
    assert min(day.p, three.p, week.p) > 0.3


def test_a_burst_is_least_likely_in_the_window_that_just_holds_it():
    hours = a_past(more={5: 4, 9: 3})
    window = least(compare(hours, hours.end))
    assert (window.hours, window.stories) == (24, 7)
    assert window.p < 1e-4


def test_a_rise_over_days_shows_in_a_longer_window():
    hours = a_past(more=dict.fromkeys(range(3, 160, 14), 1))
    assert least(compare(hours, hours.end)).hours == 7 * DAY


def twice_a_day_and(more: dict[int, int], days: int = 120) -> Hours:
    return a_past(every=12, days=days, more=more)


FOR_TWO_WEEKS = dict.fromkeys(range(3, 14 * DAY, 12), 1)


def test_a_doubled_rate_shows_in_two_weeks():
    doubled = twice_a_day_and(FOR_TWO_WEEKS)
    window = least(compare(doubled, doubled.end))
    assert (window.hours, window.stories) == (14 * DAY, 56)
    assert isclose(window.expected, 28.0, rel_tol=0.02)


@pytest.mark.parametrize(
    ("hours", "says"),
    [
        pytest.param(twice_a_day_and(FOR_TWO_WEEKS), True, id="it lasts"),
        pytest.param(
            twice_a_day_and({back: one for back, one in FOR_TWO_WEEKS.items() if back > 7 * DAY}),
            False,
            id="it ended a week ago",
        ),
        pytest.param(
            twice_a_day_and(FOR_TWO_WEEKS, days=41), False, id="27 days before, too few to know"
        ),
        pytest.param(twice_a_day_and(FOR_TWO_WEEKS, days=42), True, id="28 days before"),
    ],
)
def test_two_weeks_say_something_while_the_rise_lasts_and_enough_is_known(hours, says):
    two = compare(hours, hours.end)[-1]
    assert (two.p < 1e-3) is says
    assert says or two.p == 1.0


def test_a_chance_of_the_last_day_is_held_twice_against_the_cut_offs():
    day, three, *_ = compare(a_past(more={5: 4}), a_past().end)
    assert day.held == 2 * day.p
    assert three.held == three.p
    assert compare(a_past(every=0), a_past().end)[0].held == 1.0


def test_the_window_itself_is_no_part_of_what_is_usual():
    calm, burst = a_past(), a_past(more={5: 40})
    assert compare(burst, burst.end)[0].expected == compare(calm, calm.end)[0].expected


def test_half_the_items_make_half_the_stories_expected():
    length = 120 * DAY
    looked = [10.0] * (length - DAY) + [5.0] * DAY
    thin = Hours(a_past(every=12).stories, Hours.of([0] * length, looked).exposure)
    assert isclose(compare(thin, length)[0].expected, 1.0, rel_tol=0.02)


def test_stories_in_bursts_are_more_dispersed_than_single_ones():
    steady = a_past(every=12)
    bursts = Hours.of(bursty(1), [1.0] * (110 * DAY))
    assert dispersion(steady, 100 * DAY, DAY) == 0.0
    assert dispersion(bursts, 100 * DAY, DAY) > 0.5


def test_a_bursty_past_makes_a_burst_less_unusual():
    length = 110 * DAY
    alike = sum(bursty(1)) // 110 or 1
    single = [1 if hour % (DAY // alike) == 0 else 0 for hour in range(length)]
    extra = [0] * (length - 6) + [3, 3, 0, 0, 0, 0]
    p = [
        compare(Hours.of(map(sum, zip(own, extra, strict=True)), [1.0] * length), length)[0].p
        for own in (single, bursty(1))
    ]
    assert p[1] > 10 * p[0]


def test_nothing_looked_at_is_judged_neither_way():
    length = 100 * DAY
    dark = Hours.of([0] * length, [0.0] * length)
    assert {window.p for window in compare(dark, length)} == {1.0}


@settings(max_examples=40)
@given(pasts, st.integers(0, 6 * DAY))
def test_one_more_story_in_the_window_is_never_more_likely(counts, back):
    looked = [1.0] * len(counts)
    more = list(counts)
    more[-1 - back] += 1
    before, after = (compare(Hours.of(one, looked), len(counts)) for one in (counts, more))
    for old, new in zip(before, after, strict=True):
        if back < old.hours:
            assert new.p <= old.p * (1 + 1e-9)


@settings(max_examples=40)
@given(pasts, st.sampled_from([1e-6, 0.01, 3.0, 1e7]))
def test_exposure_times_a_constant_changes_nothing(counts, factor):
    looked = [1.0 + hour % 7 for hour in range(len(counts))]
    plain, scaled = (
        compare(Hours.of(counts, [one * by for one in looked]), len(counts)) for by in (1.0, factor)
    )
    for one, other in zip(plain, scaled, strict=True):
        assert isclose(one.p, other.p, rel_tol=1e-6)
        assert isclose(one.expected, other.expected, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("more", "way"),
    [
        pytest.param({}, Trend.SAME, id="as before"),
        pytest.param({30: 9}, Trend.UP, id="more this week"),
        pytest.param({200: 9}, Trend.DOWN, id="less than last week"),
    ],
)
def test_the_trend_compares_two_weeks(more, way):
    hours = a_past(every=24, more=more)
    assert trend(hours, hours.end) is way
