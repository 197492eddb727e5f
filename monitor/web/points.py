"""The points beside a rule as a page shows them: what speaks for a hit, what against, the sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.digest.plain import plain_line
from monitor.digest.wording import spaced
from monitor.matching import Count, Scales, Verdict

ROWS_SHOWN = 6
"""So many signs of each side stand by themselves; the others are added up."""
WORDS_SHOWN = 5
LISTS_SHOWN = 3
Weighty = tuple[float, tuple[str, ...], tuple[str, ...]]
"""Points, the words of an item, and the lists that these name."""
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
    """Words of an item, the lists that they name, and the points that these come to."""

    points: str
    words: tuple[str, ...]
    says: str


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
    signs = _signs(scales.counted)
    return Points(
        verdict=verdict,
        says=SAYS[verdict],
        told=_told(scales),
        base=signed(scales.base),
        total=signed(scales.total),
        keep=signed(scales.keep),
        hit=signed(scales.hit),
        speaks_for=_side([one for one in signs if one[0] > 0]),
        against=_side([one for one in signs if one[0] < 0]),
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


def _signs(counted: Iterable[Count]) -> list[Weighty]:
    """
    What the words of an item come to, the heaviest first.

    The points for two lists together are shared by both, and lists that the very same
    words name are one sign: a port is at once in the lists of three ever wider circles.
    """
    points: dict[str, float] = defaultdict(float)
    words: dict[str, tuple[str, ...]] = {}
    for one in counted:
        for name, marks in zip(one.lists, one.marks, strict=True):
            points[name] += one.points / len(one.lists)
            words[name] = tuple(dict.fromkeys(plain_line(mark.text) for mark in marks))
    named: dict[frozenset[str], list[str]] = defaultdict(list)
    for name in sorted(points, key=lambda name: (-abs(points[name]), name)):
        named[frozenset(words[name])].append(name)
    signs = [
        (sum(points[name] for name in names), words[names[0]], tuple(names))
        for names in named.values()
    ]
    return sorted(signs, key=lambda one: -abs(one[0]))


def _side(signs: Sequence[Weighty]) -> Side:
    shown, rest = signs[:ROWS_SHOWN], signs[ROWS_SHOWN:]
    return Side(
        tuple(
            Sign(signed(points), words[:WORDS_SHOWN], _listed(names))
            for points, words, names in shown
        ),
        len(rest),
        signed(sum(points for points, _, _ in rest)),
    )


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - LISTS_SHOWN} more"] if len(names) > LISTS_SHOWN else []
    return ", ".join([*spaced(names[:LISTS_SHOWN]), *more])


def _places(scales: Scales) -> tuple[float, float, float]:
    marks = (scales.keep, scales.hit, scales.total)
    low, high = min(*marks, scales.base) - MARGIN, max(marks) + MARGIN
    keep, hit, total = (round(WIDTH * (one - low) / (high - low), 1) for one in marks)
    return keep, hit, total
