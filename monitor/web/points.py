"""The points beside a rule as a page shows them: what speaks for a hit, what against, the sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.digest.plain import plain_line
from monitor.digest.wording import spaced
from monitor.matching import Count, Scales, Verdict

ROWS_SHOWN = 5
"""So many lists of each side stand by themselves; the others are added up."""
WORDS_SHOWN = 4
WIDTH = 480
MARGIN = 0.6
"""How far the drawing goes beyond its outermost mark, in points."""
SAYS = {
    Verdict.AGREED: "The rule holds, and the points would be a hit without it",
    Verdict.KEPT: "The rule holds, and the points let it stand",
    Verdict.DROPPED: "The rule holds, but the points take it back",
    Verdict.ADDED: "The rule does not hold, but weak signs add up",
    Verdict.NEITHER: "The rule does not hold, and the points are too few",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """A list, or two together, that an item names: its points, its name in words, the words."""

    points: str
    says: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What speaks one way: the heaviest signs, how many more there are, and what these add."""

    signs: tuple[Sign, ...]
    more: int
    rest: str


@dataclass(frozen=True, slots=True)
class Points:
    """
    A rule and its points for one item.

    ``says`` is what comes of them, ``told`` the sum with the two marks that it
    is held against. ``at`` are places in a drawing ``WIDTH`` wide: of ``keep``,
    of ``hit`` and of the sum.
    """

    verdict: Verdict
    says: str
    told: str
    base: str
    total: str
    keep: str
    hit: str
    speaks_for: Side
    against: Side
    at: tuple[float, float, float]
    is_near: bool
    """Whether a miss would have to weigh but a little more."""


def points_of(scales: Scales | None) -> Points | None:
    """What a page tells of an item's points; nothing where the rule has none."""
    if scales is None:
        return None
    verdict = scales.verdict
    return Points(
        verdict=verdict,
        says=SAYS[verdict],
        told=_told(scales),
        base=signed(scales.base),
        total=signed(scales.total),
        keep=signed(scales.keep),
        hit=signed(scales.hit),
        speaks_for=_side([one for one in scales.counted if one.points > 0]),
        against=_side([one for one in scales.counted if one.points < 0]),
        at=_places(scales),
        is_near=verdict is Verdict.NEITHER and scales.total >= scales.keep,
    )


def signed(points: float) -> str:
    """Points with their sign, a true minus, and two decimals: ``+0.83``, ``−2.20``."""
    text = f"{points:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text.replace("-", "−")


def _told(scales: Scales) -> str:
    total, hit, keep = signed(scales.total), signed(scales.hit), signed(scales.keep)
    match scales.verdict:
        case Verdict.AGREED:
            return f"{total} points; {hit} would be enough"
        case Verdict.KEPT:
            return f"{total} points; under {keep} they would take it back"
        case Verdict.DROPPED:
            return f"{total} points; its find stands from {keep} on"
    return f"{total} points; from {hit} on they are a hit without it"


def _side(counted: Sequence[Count]) -> Side:
    rest = counted[ROWS_SHOWN:]
    return Side(
        tuple(map(_sign, counted[:ROWS_SHOWN])),
        len(rest),
        signed(sum(one.points for one in rest)),
    )


def _sign(one: Count) -> Sign:
    words = dict.fromkeys(plain_line(mark.text) for mark in one.marks)
    return Sign(signed(one.points), " with ".join(spaced(one.lists)), tuple(words)[:WORDS_SHOWN])


def _places(scales: Scales) -> tuple[float, float, float]:
    marks = (scales.keep, scales.hit, scales.total)
    low, high = min(*marks, scales.base) - MARGIN, max(marks) + MARGIN
    keep, hit, total = (round(WIDTH * (one - low) / (high - low), 1) for one in marks)
    return keep, hit, total
