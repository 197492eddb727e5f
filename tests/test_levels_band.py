"""The band of a chart: what is usual of seven days, day by day."""

from __future__ import annotations

import pytest

from monitor.levels.band import WINDOW, bands, ending, usual_range
from monitor.levels.hours import DAY, Hours
from monitor.levels.tail import chance_of_at_least


@pytest.mark.parametrize(
    ("mean", "shape"),
    [
        pytest.param(0.4, 20.0, id="hardly ever"),
        pytest.param(3.0, 1.5, id="in bursts"),
        pytest.param(21.0, 50.0, id="often"),
        pytest.param(390.0, 900.0, id="just below the normal curve"),
    ],
)
def test_the_range_leaves_out_one_count_in_twenty_on_each_side(mean, shape):
    low, high = usual_range(mean, shape)
    assert chance_of_at_least(high + 1, mean, shape) <= 0.05 < chance_of_at_least(high, mean, shape)
    assert 1 - chance_of_at_least(low + 1, mean, shape) >= 0.05
    assert low == 0 or 1 - chance_of_at_least(low, mean, shape) < 0.05


def test_nothing_expected_is_nothing_usual():
    assert usual_range(0.0, 1.0) == (0, 0)


def test_of_many_stories_the_range_stays_round_the_mean():
    low, high = usual_range(1000.0, 1e6)
    assert 930 < low < 1000 < high < 1070


def _two_a_day(days: int) -> Hours:
    return Hours.of([2 if hour % DAY == 9 else 0 for hour in range(days * DAY)], [1.0] * days * DAY)


def test_a_band_holds_the_usual_count_and_changes_once_a_week():
    hours = _two_a_day(120)
    found = bands(hours, [day * DAY for day in range(91, 121)])
    assert all(low <= 14 <= high for low, high in found)
    assert found[-7:] == (found[-1],) * 7


@pytest.mark.parametrize(
    ("later", "days"),
    [
        pytest.param(0, ((1, 2), None, (3, 4)), id="the same days"),
        pytest.param(-1, ((1, 2), None), id="a day before"),
        pytest.param(1, (None, (3, 4), (3, 4)), id="a day after"),
        pytest.param(9, ((3, 4), None, None), id="after more than a week nothing is known"),
    ],
)
def test_bands_are_read_for_other_days_than_they_were_made_on(later, days):
    assert ending([(1, 2), None, (3, 4)], later) == days
    assert ending([], later) == ()


def test_there_is_no_band_while_it_learns():
    hours = _two_a_day(40)
    assert bands(hours, [day * DAY for day in range(11, 41)])[0] is None
    assert bands(hours, [40 * DAY])[0] is not None
    assert bands(hours, [WINDOW // 2]) == (None,)
