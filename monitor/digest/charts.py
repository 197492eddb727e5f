"""Charts as SVG text: classes and attributes only, so that the style sheet colours them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from markupsafe import Markup, escape

from monitor.digest.leaning import balance, lean
from monitor.digest.plain import plain_line
from monitor.digest.strokes import Usual, columns, day_values, dot, line, number, svg, through
from monitor.digest.wording import NBSP, count, short_day, stories

__all__ = ["balance", "lean"]

Days = Sequence[tuple[date, int]]

WEEK = 7
SHOWN = 30
"""How many days a small chart shows."""
STEP = 8
"""Width of a day in a small chart."""
BAR = 6
"""Width of a day in a chart of bars."""
LINE_TOP, LINE_FOOT = 3.0, 40.0
BLOCKS_SHOWN = 4


def weekly(days: Days) -> list[int]:
    """For each day the stories of the seven days that end with it, as far back as is known."""
    counts = [each for _, each in days]
    return [sum(counts[max(0, at - WEEK + 1) : at + 1]) for at in range(len(counts))]


def spark(days: Days, name: str, usual: Usual = (), level: str = "") -> Markup:
    """
    The last 30 of ``days`` small: one block for a story on its day, and the line of seven days.

    The line begins where seven days are known; outside what is ``usual``, the
    tinted band, it takes the colour of the ``level``.
    """
    # What is drawn hangs on the values alone, and most are the same from one look to the next.
    return _spark(tuple(days), name, tuple(usual), level)


@lru_cache(maxsize=1_024)
def _spark(days: Days, name: str, usual: Usual, level: str) -> Markup:
    shown = days[-SHOWN:]
    sums = weekly(days)[-SHOWN:]
    bands = _fitted(usual, len(shown))
    width = STEP * len(shown)
    top = max([*sums, *(band[1] for band in bands if band), 2])
    first = max(0, WEEK - 1 - (len(days) - len(shown)))
    frame = Frame(0, STEP, LINE_FOOT, LINE_FOOT - LINE_TOP, top)
    points = frame.points(sums, first)
    parts = [
        frame.band(bands),
        line(points),
        _out(points, sums, bands, first),
        dot(points[-1], 3),
        f'<path class="axis" d="M0 {number(LINE_FOOT + 0.5)}H{width}"/>',
        *columns([each for _, each in shown], 0, STEP, 42, BLOCKS_SHOWN),
    ]
    words = spark_words(days, name, usual)
    values = _values(days, SHOWN, bands)
    return svg(f"spark {level}".strip(), (width, 62), words, parts, data=values)


def _values(days: Days, shown: int, bands: Usual) -> str:
    """The values of the last ``shown`` days, with what a sum over seven days has to know."""
    counts = [each for _, each in days]
    before = counts[:-shown][-(WEEK - 1) :]
    return day_values(days[-shown:][0][0], counts[-shown:], bands, before)


def spark_words(days: Days, name: str, usual: Usual = ()) -> str:
    """What a small chart shows, in words."""
    shown = days[-SHOWN:]
    band = _fitted(usual, len(shown))[-1]
    return (
        f"{name}, stories a day, {count(len(shown), 'day')} to {short_day(shown[-1][0])}: "
        f"{weekly(days)[-1]} in the last seven{_usual_words(band)}; "
        f"most on one day {max(each for _, each in shown)}"
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a count of a day stands in a chart: ``top`` is the count at its upper edge."""

    left: float
    step: float
    foot: float
    height: float
    top: int

    def y(self, value: float) -> float:
        """How far down a count stands."""
        return self.foot - self.height * value / self.top

    def points(self, sums: Sequence[int], first: int) -> list[tuple[float, float]]:
        """The points of the line, in the middle of each day from the ``first`` on."""
        return [
            (self.left + self.step * (at + 0.5), self.y(value))
            for at, value in enumerate(sums)
            if at >= first or at == len(sums) - 1
        ]

    def band(self, bands: Usual) -> str:
        """The tint of what is usual, one piece for each run of days that has the same."""
        path, begin = [], 0
        for at in range(1, len(bands) + 1):
            if at < len(bands) and bands[at] == bands[begin]:
                continue
            if (band := bands[begin]) is not None:
                left, right = self.left + self.step * begin, self.left + self.step * at
                path.append(
                    f"M{number(left)} {number(self.y(band[1]))}H{number(right)}"
                    f"V{number(self.y(band[0]))}H{number(left)}z"
                )
            begin = at
        return f'<path class="band" d="{"".join(path)}"/>' if path else ""


def _fitted(usual: Usual, length: int) -> list[tuple[int, int] | None]:
    """What is usual on the last so many days, with nothing where that is not known."""
    known = list(usual[-length:])
    return [None] * (length - len(known)) + known


def _out(
    points: Sequence[tuple[float, float]], sums: Sequence[int], bands: Usual, first: int
) -> str:
    """The pieces of the line that lead to a day outside what is usual, those in a row as one."""
    runs: list[list[tuple[float, float]]] = []
    drawn_to = -1
    for at in range(first + 1, len(sums)):
        band = bands[at]
        if band is None or band[0] <= sums[at] <= band[1]:
            continue
        if drawn_to != at - 1:
            runs.append([points[at - first - 1]])
        runs[-1].append(points[at - first])
        drawn_to = at
    path = "".join(map(through, runs))
    return f'<path class="ln out" d="{path}"/>' if path else ""


def _usual_words(band: tuple[int, int] | None) -> str:
    return f", usual {band[0]} to {band[1]}" if band else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The measures of a large chart: where its scale, its ground and its labels stand."""

    left: int
    width: int
    foot: int
    days: int
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


WIDE = Sheet(left=44, width=880, foot=160, days=90)
NARROW = Sheet(left=26, width=328, foot=130, days=SHOWN, top=12)
"""As wide as a phone's page, so that its labels are read at their own size."""


@dataclass(frozen=True, slots=True)
class Past:
    """
    What a large chart draws beside its counts.

    ``flags`` are days on which something was changed by hand, numbered in
    the order given, each with its words.
    """

    usual: Usual = ()
    level: str = ""
    flags: Sequence[tuple[date, str]] = ()


def history(days: Days, name: str, chart: str, past: Past | None = None) -> Markup:
    """The last 90 of ``days`` large, with a scale, days of each month, and a block a story."""
    past = past or Past()
    return _history(f"history {past.level}".strip(), days, (name, chart), WIDE, past)


def history_narrow(days: Days, name: str, chart: str, past: Past | None = None) -> Markup:
    """The last 30 of ``days``, drawn for a phone."""
    past = past or Past()
    return _history(f"history narrow {past.level}".strip(), days, (name, chart), NARROW, past)


def _history(css: str, every: Days, named: tuple[str, str], sheet: Sheet, past: Past) -> Markup:
    """``every`` are all days that are known, of which the sheet has room for the last."""
    days, (name, chart) = every[-sheet.days :], named
    sums = weekly(every)[-sheet.days :]
    bands = _fitted(past.usual, len(days))
    step = (sheet.width - sheet.left) / len(days)
    ticks = scale(max([*sums, *(band[1] for band in bands if band), 3]))
    frame = Frame(sheet.left, step, sheet.foot, sheet.height, ticks[-1])
    unknown = max(0, WEEK - 1 - (len(every) - len(days)))
    points = frame.points(sums, unknown)
    first, end = short_day(days[0][0]), short_day(days[-1][0])
    title = f"{name}: stories in seven days, {first} to {end} {days[-1][0].year}"
    total = sum(each for _, each in days)
    peak = max(range(len(sums)), key=sums.__getitem__)
    told = (
        f"{stories(total)} in {len(days)}{NBSP}days. The most in seven days were {sums[peak]}, "
        f"on {short_day(days[peak][0])}; now {sums[-1]}{_usual_words(bands[-1])}."
    )
    parts = [
        frame.band(bands),
        *_scale_marks(ticks, sheet),
        f'<path class="axis" d="M{sheet.left} {sheet.foot}.5H{sheet.width}"/>',
        line(points),
        _out(points, sums, bands, min(unknown, len(sums) - 1)),
        dot(points[-1], 4),
        *_flags(days, past.flags, frame, sheet),
        *columns([each for _, each in days], sheet.left, step, sheet.foot + 4, sheet.blocks),
        *_month_marks(days, step, sheet),
    ]
    values = f' data-left="{sheet.left}"{_values(every, sheet.days, bands)}'
    size = sheet.width, sheet.labels + 18
    return svg(css, size, title, parts, (chart, told), values)


def _flags(
    days: Days, flags: Sequence[tuple[date, str]], frame: Frame, sheet: Sheet
) -> Iterable[str]:
    """A numbered flag on each day that has one; those of days before the chart are left out."""
    for place, (day, words) in enumerate(flags, 1):
        at = (day - days[0][0]).days
        if not 0 <= at < len(days):
            continue
        x = number(frame.left + frame.step * (at + 0.5))
        yield (
            f"<g><title>{escape(f'{place}: {short_day(day)}, {plain_line(words)}')}</title>"
            f'<path class="flag" d="M{x} 8V{sheet.foot}" stroke-dasharray="1 3"/>'
            f'<circle class="flagdot" cx="{x}" cy="9" r="8"/>'
            f'<text class="flagnum" x="{x}" y="13" text-anchor="middle">{place}</text></g>'
        )


def scale(top: int) -> list[int]:
    """Three or four round steps from zero that reach at least ``top``."""
    step = next(
        factor * 10**power
        for power in range(9)
        for factor in (1, 2, 5)
        if factor * 10**power * 4 >= top
    )
    return list(range(0, step * (-(-top // step)) + 1, step))


def bars(days: Sequence[tuple[date, int | None]], name: str) -> Markup:
    """New items a day as bars; hatched where the feed was not answered all day (``None``)."""
    return _bars(tuple(days), name)


@lru_cache(maxsize=1_024)
def _bars(days: Sequence[tuple[date, int | None]], name: str) -> Markup:
    foot, width = 30, BAR * max(len(days), 1)
    top = max([each or 0 for _, each in days] + [1])
    missing = sum(each is None for _, each in days)
    parts = [
        f'<path class="off-air" d="M{BAR * begin} 0H{BAR * end}V29H{BAR * begin}z"'
        ' fill="url(#hatch)"/>'
        for begin, end in _unanswered(days)
    ]
    heights = "".join(
        f"M{BAR * at + BAR // 2} {foot}v-{number(max(27 * each / top, 1.2))}"
        for at, (_, each) in enumerate(days)
        if each
    )
    parts.append(f'<path class="bk" stroke-width="{BAR - 1}" d="{heights}"/>' if heights else "")
    parts.append(f'<path class="axis" d="M0 {foot - 0.5}H{width}"/>')
    title = f"{name}: new items a day over {count(len(days), 'day')}, at most {top}"
    if missing:
        title += f"; no answer on {count(missing, 'day')}"
    values = day_values(days[0][0], [each for _, each in days]) if days else ""
    return svg("spark", (width, foot), title, parts, data=values)


def _unanswered(days: Sequence[tuple[date, int | None]]) -> Iterable[tuple[int, int]]:
    """The runs of days without an answer, each from its first day up to the day after its last."""
    places = enumerate(each is None for _, each in days)
    for missing, run in groupby(places, key=itemgetter(1)):
        if missing:
            these = [at for at, _ in run]
            yield these[0], these[-1] + 1


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
