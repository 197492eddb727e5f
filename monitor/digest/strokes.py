"""
What charts are made of, in few bytes: a page has a hundred of them.

A row of blocks is one dashed stroke, a line leaves out the points that lie
between two equal ones, and the values of the days stand in attributes, from
which the page's script writes the words when a mouse comes to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from math import floor

from markupsafe import Markup, escape

from monitor.digest.plain import plain_line

Usual = Sequence[tuple[int, int] | None]
"""From how many to how many stories of seven days are usual, day by day; None if not known."""

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
    return f'<path class="{css}" d="{_through(points)}"/>'


def _through(points: Sequence[tuple[float, float]]) -> str:
    rounded = [(number(x), number(y)) for x, y in points]
    kept = [
        point
        for at, point in enumerate(rounded)
        if at in (0, len(rounded) - 1) or not rounded[at - 1][1] == point[1] == rounded[at + 1][1]
    ]
    return "M" + " ".join(f"{x} {y}" for x, y in kept)


def dot(point: tuple[float, float], radius: int) -> str:
    """The end of a line: now."""
    return f'<circle class="x" cx="{number(point[0])}" cy="{number(point[1])}" r="{radius}"/>'


def columns(
    counts: Sequence[int], left: float, step: float, top: float, most: int
) -> Iterable[str]:
    """
    A column of blocks for each day, one block for each story, all of them one dashed stroke.

    Where a day has more than ``most`` all blocks of the chart become thinner,
    so that days can be compared, and at four times as many columns are solid.
    """
    highest = max(counts, default=0)
    if not highest:
        return
    pitch = PITCH * min(1.0, most / highest)
    filled = pitch if highest >= SOLID * most else round(pitch * FILLED, 1)
    # Rounded down, so that a column of thin blocks is no higher than there is room for.
    gap = 0.0 if filled == pitch else max(floor(10 * pitch) / 10 - filled, 0.1)
    dashes = f' stroke-dasharray="{number(filled)} {number(gap)}"' if gap else ""
    path = "".join(
        f"M{number(left + step * (at + 0.5))} {number(top)}"
        f"v{number(max((filled + gap) * each - gap, 1.0))}"
        for at, each in enumerate(counts)
        if each
    )
    yield f'<path class="bk" stroke-width="{number(step - 1.8)}"{dashes} d="{path}"/>'


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
    return " ".join("-" if each is None else str(each) for each in counts)


def _span(band: tuple[int, int] | None) -> str:
    return f"{band[0]}-{band[1]}" if band else "-"
