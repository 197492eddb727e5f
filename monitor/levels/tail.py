"""Tails of counts: how improbable it is to see so many stories, or none."""

from __future__ import annotations

from math import exp, lgamma, log, log1p

_TINY = 1e-300
_CLOSE = 1e-15
_MOST_TERMS = 10_000


def chance_of_at_least(count: int, mean: float, shape: float) -> float:
    """
    The chance of ``count`` or more where ``mean`` are expected, under a negative binomial.

    Its variance is ``mean + mean ** 2 / shape``: the smaller the shape, the
    more the counts come in bursts. The tail is an incomplete beta function,
    I_p(count, shape) with p = mean / (mean + shape) (Abramowitz and Stegun,
    26.5.24 and 26.5.26).
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    return beta_share(float(count), shape, mean / (mean + shape), shape / (mean + shape))


def chance_of_none(mean: float, shape: float) -> float:
    """The chance that nothing comes where ``mean`` are expected, under a negative binomial."""
    return exp(-shape * log1p(mean / shape)) if mean > 0 else 1.0


def beta_share(a: float, b: float, x: float, rest: float | None = None) -> float:
    """
    The regularised incomplete beta function I_x(a, b), for a, b > 0 and 0 <= x <= 1.

    ``rest`` is 1 - x where the caller knows it more exactly. The continued
    fraction is Abramowitz and Stegun 26.5.8, worked off from the front by
    Lentz's method as Thompson and Barnett amended it (J. Comput. Phys. 64,
    1986); beyond the mean the other side is summed, where it converges fast.
    """
    rest = 1.0 - x if rest is None else rest
    if x <= 0.0 or rest <= 0.0:
        return 0.0 if x <= 0.0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest))
    if x < (a + 1.0) / (a + b + 2.0):
        return min(1.0, front * _fraction(a, b, x) / a)
    return max(0.0, 1.0 - front * _fraction(b, a, rest) / b)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function."""
    c, d = 1.0, 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / _away_from_zero(1.0 + even * d)
        c = _away_from_zero(1.0 + even / c)
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / _away_from_zero(1.0 + odd * d)
        c = _away_from_zero(1.0 + odd / c)
        value *= d * c
        if abs(d * c - 1.0) < _CLOSE:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
