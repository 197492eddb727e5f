"""
Hypotheses: what the stories say for and against each, and which indicators tell nothing.

The table is that of Heuer's analysis of competing hypotheses (Psychology of
Intelligence Analysis, chapter 8): what fits every hypothesis alike helps to
choose none of them, however much of it comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from monitor.model import Hypothesis, Indicator

GRADE_WEIGHTS = {"A": 1.0, "B": 0.8, "C": 0.6, "D": 0.4, "E": 0.2, "F": 0.5}
"""How far a source is believed by its grade; F says that it cannot be judged, not that it lies."""

STEP = timedelta(days=7)
"""Evidence over time is added up by the week."""


class Side(StrEnum):
    """Which way a signal speaks of a hypothesis."""

    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    One story that carries a signal of an indicator.

    ``grade`` is the best of those who tell it, ``independent`` how many do so
    independently of each other, ``at`` when it was first seen to say so.
    """

    story: str
    indicator: str
    signals: tuple[str, ...]
    at: datetime
    grade: str = "F"
    independent: int = 1

    @property
    def weight(self) -> float:
        """
        What it counts for, between 0 and 1.

        Grade by corroboration: a story of one publisher is worth half of what
        its grade allows, and each further one halves what is missing.
        """
        return GRADE_WEIGHTS.get(self.grade, 0.5) * (1 - 0.5 ** max(self.independent, 1))


@dataclass(frozen=True, slots=True)
class Cell:
    """What one indicator, or all of them, say of one hypothesis: stories and their weights."""

    stories_for: int = 0
    stories_against: int = 0
    weight_for: float = 0.0
    weight_against: float = 0.0

    @property
    def balance(self) -> float:
        """The weight for it less the weight against it."""
        return self.weight_for - self.weight_against

    @property
    def is_empty(self) -> bool:
        """Whether no story speaks of it."""
        return not self.stories_for and not self.stories_against

    @property
    def weight(self) -> float:
        """The weight of all that speaks of it, whichever way."""
        return self.weight_for + self.weight_against

    def plus(self, side: Side, weight: float) -> Cell:
        """With one more story."""
        if side is Side.FOR:
            return Cell(
                self.stories_for + 1,
                self.stories_against,
                self.weight_for + weight,
                self.weight_against,
            )
        return Cell(
            self.stories_for,
            self.stories_against + 1,
            self.weight_for,
            self.weight_against + weight,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """
    One indicator's line of the matrix, with a cell for each hypothesis.

    ``tells_nothing`` says that each of its signals points the same way for
    all hypotheses.
    """

    indicator: Indicator
    cells: Mapping[str, Cell]
    tells_nothing: bool


@dataclass(frozen=True, slots=True)
class Column:
    """
    One hypothesis: all that speaks of it, before and since the day it was made, and by the week.

    ``weeks`` are instants at which weeks end, each with what came in it.
    """

    hypothesis: Hypothesis
    whole: Cell
    before: Cell
    since: Cell
    weeks: tuple[tuple[datetime, Cell], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Indicators by hypotheses."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def voices(self, hypothesis: str) -> list[Line]:
        """The indicators that speak of a hypothesis, those whose stories weigh most first."""
        speaking = [line for line in self.lines if not line.cells[hypothesis].is_empty]
        return sorted(speaking, key=lambda line: -line.cells[hypothesis].weight)


def sides(indicator: Indicator, signal: str) -> dict[str, Side]:
    """Which hypotheses a signal of an indicator speaks of, and which way."""
    found: dict[str, Side] = {}
    for one in indicator.signals:
        if one.id == signal:
            found.update(dict.fromkeys(one.supports, Side.FOR))
            found.update(dict.fromkeys(one.contradicts, Side.AGAINST))
    return found


def tells_nothing(indicator: Indicator, hypotheses: Sequence[Hypothesis]) -> bool:
    """
    Whether no signal of an indicator tells the hypotheses apart.

    With fewer than two there is nothing to tell apart, and an indicator that
    speaks of none is no evidence in the first place.
    """
    every = {one.id for one in hypotheses}
    said = [sides(indicator, one.id) for one in indicator.signals]
    spoken = [one for one in said if one]
    if len(every) < 2 or not spoken:
        return False
    return all(one.keys() >= every and len(set(one.values())) == 1 for one in spoken)


def matrix(
    indicators: Sequence[Indicator],
    hypotheses: Sequence[Hypothesis],
    evidence: Iterable[Evidence],
    start: datetime,
    end: datetime,
) -> Matrix:
    """
    What the stories first seen from ``start`` up to ``end`` say of each hypothesis.

    A story counts once for an indicator and a hypothesis, on both sides if its
    signals say both. Indicators that speak of no hypothesis have no line.
    """
    by_id = {one.id: one for one in indicators}
    said = [
        (one, hypothesis, side)
        for one in evidence
        if one.indicator in by_id and start <= one.at < end
        for hypothesis, side in _said(by_id[one.indicator], one)
    ]
    lines = tuple(
        _line(one, hypotheses, [each for each in said if each[0].indicator == one.id])
        for one in indicators
        if any(sides(one, signal.id) for signal in one.signals)
    )
    columns = tuple(
        _column(one, [(each, side) for each, of, side in said if of == one.id], start, end)
        for one in hypotheses
    )
    return Matrix(columns, lines)


def _said(indicator: Indicator, evidence: Evidence) -> set[tuple[str, Side]]:
    return {
        (hypothesis, side)
        for signal in evidence.signals
        for hypothesis, side in sides(indicator, signal).items()
    }


def _line(
    indicator: Indicator,
    hypotheses: Sequence[Hypothesis],
    said: Iterable[tuple[Evidence, str, Side]],
) -> Line:
    cells: dict[str, Cell] = defaultdict(Cell)
    for evidence, hypothesis, side in said:
        cells[hypothesis] = cells[hypothesis].plus(side, evidence.weight)
    return Line(
        indicator,
        {one.id: cells[one.id] for one in hypotheses},
        tells_nothing(indicator, hypotheses),
    )


def _column(
    hypothesis: Hypothesis,
    said: Sequence[tuple[Evidence, Side]],
    start: datetime,
    end: datetime,
) -> Column:
    made = datetime.combine(hypothesis.as_of or start.date(), time(), UTC)
    return Column(
        hypothesis,
        whole=_summed(said),
        before=_summed((one, side) for one, side in said if one.at < made),
        since=_summed((one, side) for one, side in said if one.at >= made),
        weeks=tuple(_weeks(said, start, end)),
    )


def _weeks(
    said: Sequence[tuple[Evidence, Side]], start: datetime, end: datetime
) -> Iterator[tuple[datetime, Cell]]:
    until = end
    ends = []
    while until > start:
        ends.append(until)
        until -= STEP
    for last in reversed(ends):
        yield last, _summed((one, side) for one, side in said if last - STEP <= one.at < last)


def _summed(said: Iterable[tuple[Evidence, Side]]) -> Cell:
    """
    Add up stories, each once on each side, by its greatest weight.

    One story that several indicators hit is one story to a hypothesis.
    """
    best: dict[tuple[str, Side], float] = {}
    for one, side in said:
        key = one.story, side
        best[key] = max(best.get(key, 0.0), one.weight)
    cell = Cell()
    for (_, side), weight in best.items():
        cell = cell.plus(side, weight)
    return cell
