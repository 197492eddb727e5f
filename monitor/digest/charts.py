"""Charts as SVG text: classes and attributes only, so that the style sheet colours them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from monitor.digest.plain import plain_line
from monitor.digest.wording import NBSP, count, short_day, stories

Days = Sequence[tuple[date, int]]

WEEK = 7
SHOWN = 30
"""How many days a small chart shows."""
STEP = 8
"""Width of a day in a small chart."""
LINE_TOP, LINE_FOOT = 3.0, 40.0
BLOCKS_SHOWN = 4
LEAN_MIDDLE, LEAN_HALF = 68.0, 64.0


def number(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def weekly(days: Days) -> list[int]:
    """For each day the stories of the seven days that end with it, as far back as is known."""
    counts = [each for _, each in days]
    return [sum(counts[max(0, at - WEEK + 1) : at + 1]) for at in range(len(counts))]


def spark(days: Days, name: str, chart: str) -> Markup:
    """
    The last 30 of ``days`` small: one block for a story on its day, and the line of seven days.

    ``chart`` is the id that its title gets on the page. The line begins where
    seven days are known.
    """
    shown = days[-SHOWN:]
    sums = weekly(days)[-SHOWN:]
    width = STEP * len(shown)
    top = max([*sums, 2])
    points = [
        (STEP * at + STEP / 2, LINE_FOOT - (LINE_FOOT - LINE_TOP) * value / top)
        for at, value in enumerate(sums)
        if at + len(days) - len(shown) >= WEEK - 1 or at == len(sums) - 1
    ]
    parts = [
        _line(points),
        _dot(points[-1], 3),
        f'<path class="axis" d="M0 {number(LINE_FOOT + 0.5)}H{width}"/>',
        _blocks(shown, 0, STEP, 42.4, BLOCKS_SHOWN),
        *_day_titles(shown, sums, 0, STEP, 62),
    ]
    return _svg("spark", width, 62, chart, spark_words(days, name), parts)


def spark_words(days: Days, name: str) -> str:
    """What a small chart shows, in words."""
    shown = days[-SHOWN:]
    return (
        f"{name}, stories a day, {count(len(shown), 'day')} to {short_day(shown[-1][0])}: "
        f"{weekly(days)[-1]} in the last seven; most on one day {max(each for _, each in shown)}"
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The measures of a large chart: where its scale, its ground and its labels stand."""

    left: int
    width: int
    foot: int
    top: int = 24
    blocks: int = 6

    @property
    def height(self) -> int:
        """From the highest rung of the scale to the ground."""
        return self.foot - self.top

    @property
    def labels(self) -> int:
        """The line on which the days are written, below the blocks."""
        return self.foot + 46


WIDE = Sheet(left=44, width=880, foot=160)
NARROW = Sheet(left=26, width=328, foot=130, top=12)
"""As wide as a phone's page, so that its labels are read at their own size."""


def history(days: Days, name: str, chart: str) -> Markup:
    """All ``days`` large, with a scale, the first and middle of each month, and a block a story."""
    return _history("history", days, len(days), name, chart, WIDE)


def history_narrow(days: Days, name: str, chart: str) -> Markup:
    """The last 30 of ``days``, drawn for a phone."""
    return _history("history narrow", days, min(30, len(days)), name, chart, NARROW)


def _history(css: str, known: Days, last: int, name: str, chart: str, sheet: Sheet) -> Markup:
    days, sums = known[-last:], weekly(known)[-last:]
    step = (sheet.width - sheet.left) / len(days)
    ticks = scale(max([*sums, 3]))
    unknown = max(0, WEEK - 1 - (len(known) - len(days)))
    points = [
        (sheet.left + step * (at + 0.5), sheet.foot - sheet.height * value / ticks[-1])
        for at, value in enumerate(sums)
        if at >= unknown or at == len(sums) - 1
    ]
    first, end = short_day(days[0][0]), short_day(days[-1][0])
    title = f"{name}: stories in seven days, {first} to {end} {days[-1][0].year}"
    total = sum(each for _, each in days)
    peak = max(range(len(sums)), key=sums.__getitem__)
    told = (
        f"{stories(total)} in {len(days)}{NBSP}days. The most in seven days were {sums[peak]}, "
        f"on {short_day(days[peak][0])}; now {sums[-1]}."
    )
    parts = [
        *_scale_marks(ticks, sheet),
        f'<path class="axis" d="M{sheet.left} {sheet.foot}.5H{sheet.width}"/>',
        _line(points),
        _dot(points[-1], 4),
        _blocks(days, sheet.left, step, sheet.foot + 4, sheet.blocks),
        *_month_marks(days, step, sheet),
        *_day_titles(days, sums, sheet.left, step, sheet.labels + 4),
    ]
    return _svg(css, sheet.width, sheet.labels + 18, chart, title, parts, told)


def scale(top: int) -> list[int]:
    """Three or four round steps from zero that reach at least ``top``."""
    step = next(
        factor * 10**power
        for power in range(9)
        for factor in (1, 2, 5)
        if factor * 10**power * 4 >= top
    )
    return list(range(0, step * (-(-top // step)) + 1, step))


def lean(signals: Iterable[tuple[str, int, str]], chart: str) -> Markup:
    """
    Which way the signals of 30 days point: a block a story, against to the left, for to the right.

    Each signal comes with its count and with ``for``, ``against`` or nothing.
    """
    told = list(signals)
    right = [("f" if way == "for" else "b", each) for _, each, way in told if way != "against"]
    left = [("a", each) for _, each, way in told if way == "against"]
    most = max(sum(each for _, each in right), sum(each for _, each in left), 1)
    pitch = min(8.0, (LEAN_HALF - 2) / most)
    parts = [f'<path class="axis" d="M{number(LEAN_MIDDLE)} 0V9"/>']
    for blocks, sign in ((right, 1), (left, -1)):
        at = 0
        for css, each in blocks:
            for _ in range(each):
                near = 3 + pitch * at
                x = LEAN_MIDDLE + near if sign > 0 else LEAN_MIDDLE - near - pitch + 1.5
                parts.append(
                    f'<rect class="{css}" x="{number(x)}" y="1"'
                    f' width="{number(max(pitch - 1.5, 0.6))}" height="7"/>'
                )
                at += 1
    words = ", ".join(f"{name} {each}" for name, each, _ in told)
    return _svg("lean", 136, 9, chart, f"Signals in 30{NBSP}days: {words}", parts)


def bars(days: Sequence[tuple[date, int | None]], name: str, chart: str) -> Markup:
    """New items a day as bars; hatched where the feed was not answered all day (``None``)."""
    width, foot = 176, 29.5
    step = width / max(len(days), 1)
    top = max([each or 0 for _, each in days] + [1])
    missing = sum(each is None for _, each in days)
    parts = []
    heights = []
    for at, (_, each) in enumerate(days):
        x = step * at
        if each is None:
            parts.append(
                f'<rect class="off-air" x="{number(x)}" width="{number(step)}" height="29"'
                ' fill="url(#hatch)"/>'
            )
        elif each:
            high = max(27 * each / top, 1.2)
            heights.append(
                f"M{number(x + 0.6)} {number(foot - high)}"
                f"h{number(step - 1.2)}V{number(foot)}H{number(x + 0.6)}z"
            )
    parts.append(f'<path class="b" d="{"".join(heights)}"/>')
    parts.append(f'<path class="axis" d="M0 {foot}H{width}"/>')
    title = f"{name}: new items a day over {count(len(days), 'day')}, at most {top}"
    if missing:
        title += f"; no answer on {count(missing, 'day')}"
    return _svg("spark", width, 30, chart, title, parts)


def meter(share: float, words: str) -> Markup:
    """A bar from 0 to 1, with what it says for those who do not see it."""
    full = 104 * min(max(share, 0.0), 1.0)
    return Markup(
        '<svg class="meter" viewBox="0 0 104 10" role="img" aria-label="{}">'
        '<rect class="t" width="104" height="10"/>'
        '<rect class="v" width="{}" height="10"/></svg>'
    ).format(words, number(full))


def day_bar(value: int, top: int) -> Markup:
    """The small bar under a day of the archive."""
    high = max(8.5 * value / max(top, 1), 0.8) if value else 0
    return Markup(
        '<svg viewBox="0 0 24 9" aria-hidden="true"><path class="b" d="M0 {}h24V9H0z"/></svg>'
    ).format(number(9 - high))


def _svg(
    css: str,
    width: int,
    height: int,
    chart: str,
    title: str,
    parts: Iterable[str],
    told: str = "",
) -> Markup:
    title, chart = plain_line(title), plain_line(chart)
    ids = f"{chart}-t {chart}-d" if told else f"{chart}-t"
    desc = f'<desc id="{escape(chart)}-d">{escape(told)}</desc>' if told else ""
    return Markup(  # noqa: S704 - numbers of ours, and words that are escaped here
        f'<svg class="{css}" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="{escape(ids)}"><title id="{escape(chart)}-t">{escape(title)}</title>'
        f"{desc}{''.join(parts)}</svg>"
    )


def _line(points: Sequence[tuple[float, float]]) -> str:
    path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f'<path class="ln" d="M{path}"/>'


def _dot(point: tuple[float, float], radius: int) -> str:
    return f'<circle class="x" cx="{number(point[0])}" cy="{number(point[1])}" r="{radius}"/>'


def _blocks(days: Days, left: float, step: float, top: float, most: int) -> str:
    """One block for each story; where a day has more than ``most`` they become thinner."""
    path = []
    size = step - 1.8
    for at, (_, each) in enumerate(days):
        pitch = 4.6 if each <= most else 4.6 * most / each
        x = number(left + step * at + 0.9)
        path += [
            f"M{x} {number(top + pitch * row)}h{number(size)}v{number(pitch * 0.78)}"
            f"h-{number(size)}z"
            for row in range(min(each, 4 * most))
        ]
    return f'<path class="b" d="{"".join(path)}"/>' if path else ""


def _day_titles(
    days: Days, sums: Sequence[int], left: float, step: float, height: int
) -> Iterable[str]:
    """A title for the mouse over each day that has stories; a page has many charts."""
    for at, ((day, each), value) in enumerate(zip(days, sums, strict=True)):
        if not each:
            continue
        yield (
            f"<g><title>{short_day(day)}: {each}; 7 days {value}</title>"
            f'<rect class="day" x="{number(left + step * at)}" width="{number(step)}"'
            f' height="{height}"/></g>'
        )


def _scale_marks(ticks: Sequence[int], sheet: Sheet) -> Iterable[str]:
    for tick in ticks:
        y = sheet.foot - sheet.height * tick / ticks[-1]
        if tick:
            yield f'<path class="rung" d="M{sheet.left} {number(y)}H{sheet.width}"/>'
        yield (
            f'<text class="lab" x="{sheet.left - 9}" y="{number(y + 4)}"'
            f' text-anchor="end">{tick}</text>'
        )


def _month_marks(days: Days, step: float, sheet: Sheet) -> Iterable[str]:
    for at, (day, _) in enumerate(days):
        x = sheet.left + step * (at + 0.5)
        first, last = at == 0, at == len(days) - 1
        if not (first or last or day.day in {1, 15}):
            continue
        yield f'<path class="axis" d="M{number(x)} {sheet.foot}v4"/>'
        edge = 42 / step
        if not (first or last) and not edge < at < len(days) - edge:
            continue
        anchor = "start" if first else "end" if last else "middle"
        place = sheet.left if first else sheet.width if last else x
        yield (
            f'<text class="lab" x="{number(place)}" y="{sheet.labels}" text-anchor="{anchor}">'
            f"{short_day(day)}</text>"
        )
