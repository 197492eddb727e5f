"""The tails of counts against sums that are exact."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.levels.tail import beta_share, chance_of_at_least, chance_of_none


def exact_tail(count: int, mean: Fraction, shape: int) -> float:
    """The tail of a negative binomial of whole shape, summed in fractions."""
    p = mean / (mean + shape)
    below = sum(
        (comb(k + shape - 1, k) * p**k * (1 - p) ** shape for k in range(count)), Fraction(0)
    )
    return float(1 - below)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 20, 60])
@pytest.mark.parametrize("mean", [Fraction(1, 100), Fraction(1, 3), Fraction(4), Fraction(40)])
@pytest.mark.parametrize("shape", [1, 3, 50, 400])
def test_the_tail_is_the_exact_sum_to_ten_figures(count, mean, shape):
    assert isclose(
        chance_of_at_least(count, float(mean), shape), exact_tail(count, mean, shape), rel_tol=1e-10
    )


def test_a_large_shape_is_a_poisson_tail():
    # 1 - exp(-2) * (1 + 2 + 2)
    assert isclose(chance_of_at_least(3, 2.0, 1e6), 0.32332358, rel_tol=1e-5)


@pytest.mark.parametrize(
    ("count", "mean", "chance"),
    [
        pytest.param(0, 5.0, 1.0, id="none or more is certain"),
        pytest.param(3, 0.0, 0.0, id="nothing comes of nothing"),
    ],
)
def test_the_ends_of_the_scale(count, mean, chance):
    assert chance_of_at_least(count, mean, 2.0) == chance


def test_the_chance_of_none_is_what_the_tail_of_one_leaves():
    assert isclose(chance_of_none(2.5, 0.7), 1 - chance_of_at_least(1, 2.5, 0.7), rel_tol=1e-12)
    assert chance_of_none(0.0, 1.0) == 1.0


@given(
    st.integers(1, 200),
    st.floats(1e-6, 1e3, allow_nan=False),
    st.floats(1e-2, 1e4, allow_nan=False),
)
def test_more_is_never_more_likely(count, mean, shape):
    more, fewer = (chance_of_at_least(n, mean, shape) for n in (count + 1, count))
    assert 0.0 <= more <= fewer * (1 + 1e-9) + 1e-12 <= 1.0 + 1e-8


@given(st.floats(0.5, 100), st.floats(0.5, 100), st.floats(0.001, 0.999))
def test_the_two_sides_of_a_beta_add_up(a, b, x):
    assert isclose(beta_share(a, b, x) + beta_share(b, a, 1 - x), 1.0, abs_tol=1e-9)
