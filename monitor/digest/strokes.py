"""
What charts are made of, in few bytes: a page has a hundred of them.

A row of blocks is one dashed stroke, a line leaves out the points that lie
between two equal ones, and the values of the days stand in attributes, from
which the page's script writes the words when a mouse comes to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise
from math import floor
from string import ascii_lowercase, digits

from markupsafe import Markup, escape

from monitor.digest.plain import plain_line

Usual = Sequence[tuple[int, int] | None]
"""From how many to how many stories of seven days are usual, day by day; None if not known."""

FIGURES = digits + ascii_lowercase

PITCH = 4.6
"""From one block to the next one, where there is room."""
FILLED = 0.78
"""How much of that the block itself takes."""
SOLID = 4
"""Where a day has so many times the blocks that there is room for, columns are solid."""


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def svg(
    css: str,
    size: tuple[int, int],
    title: str,
    parts: Iterable[str],
    told: tuple[str, str] = ("", ""),
    data: str = "",
) -> Markup:
    """
    A drawing with its words: a title, and for a large one a description with the id it gets.

    ``data`` are attributes, as ``day_values`` writes them.
    """
    words = escape(told[1])
    if words:
        title_id, desc_id = (f"{escape(plain_line(told[0]))}-{end}" for end in "td")
        names = f' aria-labelledby="{title_id}" aria-describedby="{desc_id}"'
        head = f'<title id="{title_id}">{escape(plain_line(title))}</title>'
        head += f'<desc id="{desc_id}">{words}</desc>'
    else:
        names, head = "", f"<title>{escape(plain_line(title))}</title>"
    return Markup(  # noqa: S704 - numbers of ours, and words that are escaped here
        f'<svg class="{css}" viewBox="0 0 {size[0]} {size[1]}" role="img"{names}{data}>'
        f"{head}{''.join(parts)}</svg>"
    )


def line(points: Sequence[tuple[float, float]], css: str = "ln") -> str:
    """A line through points, of which those between two of the same height are left out."""
    return f'<path class="{css}" d="{through(points)}"/>'


def through(points: Sequence[tuple[float, float]]) -> str:
    """The path through points, in tenths: each by how far it lies from the one before."""
    tenths = [(round(10 * x), round(10 * y)) for x, y in points]
    kept = [
        point
        for at, point in enumerate(tenths)
        if at in (0, len(tenths) - 1) or not tenths[at - 1][1] == point[1] == tenths[at + 1][1]
    ]
    (x, y), steps = kept[0], pairwise(kept)
    way = "".join(
        _short(here - there) for one, two in steps for here, there in zip(two, one, strict=True)
    )
    return f"M{number(x / 10)} {number(y / 10)}" + (f"l{way.strip()}" if way else "")


def _short(tenths: int) -> str:
    """A distance as a path writes it after another one: a minus needs no space before it."""
    text = number(abs(tenths) / 10)
    text = text[1:] if text.startswith("0.") else text
    return f"-{text}" if tenths < 0 else f" {text}"


def dot(point: tuple[float, float], radius: int) -> str:
    """The end of a line: now."""
    return f'<circle class="x" cx="{number(point[0])}" cy="{number(point[1])}" r="{radius}"/>'


def columns(
    counts: Sequence[int], left: float, step: float, top: float, most: int
) -> Iterable[str]:
    """
    A column of blocks for each day, one block for each story, all of them one dashed stroke.

    Where a day has more than ``most`` all blocks of the chart become thinner,
    so that days can be compared; at four times as many they are one shape.
    """
    highest = max(counts, default=0)
    if not highest:
        return
    pitch = PITCH * min(1.0, most / highest)
    if highest >= SOLID * most:
        yield f'<path class="b" d="{_shape(counts, pitch, left, step, top)}"/>'
        return
    filled = round(pitch * FILLED, 1)
    # Rounded down, so that a column of thin blocks is no higher than there is room for.
    gap = max(floor(10 * pitch) / 10 - filled, 0.1)
    path = "".join(
        f"M{number(left + step * (at + 0.5))} {number(top)}v{number((filled + gap) * each - gap)}"
        for at, each in enumerate(counts)
        if each
    )
    yield (
        f'<path class="bk" stroke-width="{number(step - 1.8)}"'
        f' stroke-dasharray="{number(filled)} {number(gap)}" d="{path}"/>'
    )


def _shape(counts: Sequence[int], pitch: float, left: float, step: float, top: float) -> str:
    """All columns as one shape, each as deep as its day had stories."""
    depths = [round(max(pitch * each, 1)) if each else 0 for each in counts]
    path, deep = f"M{number(left)} {number(top)}", 0
    for depth, days in ((depth, len(list(run))) for depth, run in groupby(depths)):
        path += f"v{depth - deep}h{number(step * days)}"
        deep = depth
    return f"{path}V{number(top)}z"


def day_values(
    first: date,
    counts: Sequence[int | None],
    usual: Usual = (),
    before: Sequence[int] | None = None,
) -> str:
    """
    The values of a chart's days as attributes: the first day, and a count for each, ``-`` for none.

    ``before`` are the counts of the days before the first, where sums of seven
    days are told; ``usual`` is written by runs of the same.
    """
    told = f' data-first="{first.isoformat()}" data-n="{_row(counts)}"'
    if before is not None:
        told += f' data-before="{_row(before)}"'
    if any(usual):
        runs = ((band, len(list(run))) for band, run in groupby(usual))
        told += f' data-usual="{" ".join(f"{_span(band)}x{days}" for band, days in runs)}"'
    return told


def _row(counts: Sequence[int | None]) -> str:
    """Counts in a row: a digit or a letter for each below 36, else in figures parted by spaces."""
    if all(each is None or each < len(FIGURES) for each in counts):
        return "".join("-" if each is None else FIGURES[each] for each in counts)
    return " ".join("-" if each is None else str(each) for each in counts) + " "


def _span(band: tuple[int, int] | None) -> str:
    return f"{band[0]}-{band[1]}" if band else "-"
