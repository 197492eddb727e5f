"""Which way something points, drawn: for to the right of a middle, against to its left."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import floor

from markupsafe import Markup

from monitor.digest.strokes import number, svg
from monitor.digest.wording import NBSP

MIDDLE, HALF = 68.0, 64.0
WIDTH, HEIGHT = 136, 9
NEAR = 3.0
"""How far from the middle the first block stands."""
PITCH, GAP = 8.0, 1.5
THIN = 2.1
"""Blocks that stand nearer to each other than this are one bar."""
AXIS = f'<path class="axis" d="M{number(MIDDLE)} 0V{HEIGHT}"/>'


def lean(signals: Iterable[tuple[str, int, str]]) -> Markup:
    """
    Which way the signals of 30 days point: a block a story, against to the left, for to the right.

    Each signal comes with its count and with ``for``, ``against`` or nothing.
    """
    return _lean(tuple(signals))


@lru_cache(maxsize=1_024)
def _lean(told: tuple[tuple[str, int, str], ...]) -> Markup:
    right = [("f" if way == "for" else "b", each) for _, each, way in told if way != "against"]
    left = [("a", each) for _, each, way in told if way == "against"]
    most = max(sum(each for _, each in right), sum(each for _, each in left), 1)
    pitch = min(PITCH, (HALF - NEAR) / most)
    if pitch >= THIN:
        pitch = floor(10 * pitch) / 10
    parts = [AXIS, *_blocks(right, pitch, 1), *_blocks(left, pitch, -1)]
    words = ", ".join(f"{name} {each}" for name, each, _ in told)
    return svg("lean", (WIDTH, HEIGHT), f"Signals in 30{NBSP}days: {words}", parts)


def _blocks(sides: Iterable[tuple[str, int]], pitch: float, sign: int) -> Iterable[str]:
    """The blocks of one side from the middle outwards: a dashed stroke for each signal."""
    at = 0
    for css, each in sides:
        if not each:
            continue
        begin = MIDDLE + sign * (NEAR + pitch * at)
        is_solid = pitch < THIN
        dashes = "" if is_solid else f' stroke-dasharray="{number(pitch - GAP)} {number(GAP)}"'
        length = pitch * each - (0 if is_solid else GAP)
        yield f'<path class="{css}"{dashes} d="M{number(begin)} 4.5h{number(sign * length)}"/>'
        at += each


def balance(supporting: float, opposing: float, name: str) -> Markup:
    """The weight for a hypothesis to the right of a middle, and that against it to the left."""
    most = max(supporting, opposing, 1.0)
    left, right = (HALF * value / most for value in (opposing, supporting))
    parts = [
        f'<path class="a" d="M{number(MIDDLE)} 4.5h{number(-left)}"/>',
        f'<path class="f" d="M{number(MIDDLE)} 4.5h{number(right)}"/>',
        AXIS,
    ]
    words = f"{name}: weight {supporting:.1f} for, {opposing:.1f} against"
    return svg("lean", (WIDTH, HEIGHT), words, parts)
