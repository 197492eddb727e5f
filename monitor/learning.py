"""
Labelled items -> points for the lists of a watch list, and what they are worth elsewhere.

A logistic regression for each indicator (scikit-learn's, with an L2 penalty)
over which lists an item names, alone and by twos. Only the heaviest points
are kept and fitted again, so that a reader can go through them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from monitor.errors import MonitorError
from monitor.evaluation import Labelled, Score, evaluate
from monitor.matching.match import judge_all
from monitor.matching.matcher import CompiledIndicator, Matcher
from monitor.matching.reading import Reading
from monitor.matching.weighing import Points, opening
from monitor.model import Feed, Item, Weighing

FEWEST_LABELS = 12
"""Items that an indicator's points need to be learnt from."""
FEWEST_ALONE = 5
"""A list gets points if so many items name it."""
FEWEST_TOGETHER = 15
"""Two lists get points if so many items name both."""
MOST_POINTS = 400
"""So many points an indicator has at most."""
PAIR = 0.5
"""A pair counts for half of a list in the penalty's eyes, since there are so many pairs."""
STRENGTH = 0.5
"""The inverse of the penalty (scikit-learn's C)."""
EXAMPLE = 8.0
"""An example of the watch list counts as so many items, since it must hold."""
HIT, KEEP = 0.4, 0.1
"""The likelihood from which an item is a hit without the rule, and from which the rule's stands."""

Names = tuple[str, ...]
"""One list, or two that are there together."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """
    One labelled item as it is learnt from.

    ``named`` are the lists that it names, ``labels`` the indicators that it
    is evidence for, ``found`` those whose rules hit it, and ``within`` those
    that listen to its feed and in whose scope it is. ``only`` limits what is
    known of it to some indicators, as with an example. It counts as if it
    stood there ``times`` times.
    """

    id: str
    lang: str
    named: frozenset[str]
    labels: frozenset[str]
    found: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    times: float = 1.0


def lesson(item: Item, feed: Feed | None, labels: frozenset[str], matcher: Matcher) -> Lesson:
    """What a labelled item teaches under a matcher of rules without points."""
    reading = Reading(item, feed or matcher.feeds.get(item.feed), matcher.scanner)
    found = set(opening(reading))
    hits = judge_all(matcher, reading)
    return Lesson(
        id=item.key,
        lang=item.lang or "none given",
        named=frozenset(
            name for name, leaves in matcher.lists.items() if not leaves.keys().isdisjoint(found)
        ),
        labels=labels,
        found=frozenset(one.indicator.id for one in hits),
        within=frozenset(
            one.indicator.id for one in matcher.indicators if _is_within(one, reading)
        ),
    )


def _is_within(one: CompiledIndicator, reading: Reading) -> bool:
    listens = one.listens_to(reading.item.feed, reading.feed) and not one.indicator.paused
    return listens and (one.scope is None or one.scope.holds(reading))


def learn(lessons: Sequence[Lesson], indicators: Sequence[str]) -> dict[str, Weighing]:
    """
    The points of each indicator that enough items are labelled with.

    The same lessons give the same points. Raises ``MonitorError`` if
    scikit-learn is not installed.
    """
    columns = _columns(lessons)
    table = _Table(lessons, columns)
    return {
        name: weighing
        for name in indicators
        if sum(name in one.labels for one in lessons) >= FEWEST_LABELS
        and (weighing := table.weighing(name)) is not None
    }


def tried(
    aside: Sequence[Lesson], indicators: Sequence[str], weighings: Mapping[str, Weighing]
) -> tuple[Score, Score]:
    """
    Precision, recall and F1 of the rules alone, and of rules and points, on items set aside.

    They say something only of items that neither rules nor points were made from.
    """
    judged = [replace(one, found=frozenset(_hits(one, indicators, weighings))) for one in aside]
    return _score(aside, indicators), _score(judged, indicators)


def _score(lessons: Sequence[Lesson], indicators: Sequence[str]) -> Score:
    labelled = (Labelled(one.id, one.lang, one.labels, one.found) for one in lessons)
    return evaluate(labelled, indicators).overall


def _hits(
    one: Lesson, indicators: Sequence[str], weighings: Mapping[str, Weighing]
) -> Iterator[str]:
    for name in indicators:
        weighing = weighings.get(name)
        if weighing is None:
            if name in one.found:
                yield name
            continue
        points = Points(weighing.base, weighing.points).of(one.named)
        kept = name in one.found and points >= weighing.keep
        if kept or (points >= weighing.hit and name in one.within):
            yield name


def _columns(lessons: Sequence[Lesson]) -> list[Names]:
    """The lists, and pairs of lists, that stand in items often enough to learn from."""
    alone: Counter[str] = Counter()
    together: Counter[Names] = Counter()
    for one in lessons:
        alone.update(one.named)
        together.update(combinations(sorted(one.named), 2))
    return [
        *((name,) for name in sorted(alone) if alone[name] >= FEWEST_ALONE),
        *(pair for pair in sorted(together) if together[pair] >= FEWEST_TOGETHER),
    ]


class _Table:
    """Items down, columns across: whether an item names the lists of a column."""

    def __init__(self, lessons: Sequence[Lesson], columns: Sequence[Names]) -> None:
        try:
            from scipy.sparse import csr_matrix
        except ImportError as error:
            raise MonitorError(
                "learning needs scikit-learn; install it with: pip install 'what-to-watch[learn]'"
            ) from error
        self.lessons, self.columns = lessons, columns
        place = {names: number for number, names in enumerate(columns)}
        rows, across, values = [], [], []
        for row, one in enumerate(lessons):
            named = sorted(one.named)
            for names in (*((name,) for name in named), *combinations(named, 2)):
                column = place.get(names)
                if column is not None:
                    rows.append(row)
                    across.append(column)
                    values.append(1.0 if len(names) == 1 else PAIR)
        self.values: Any = csr_matrix(
            (values, (rows, across)), shape=(len(lessons), len(columns)), dtype=float
        )

    def weighing(self, indicator: str) -> Weighing | None:
        """One indicator's points: fitted over all columns, then over the heaviest alone."""
        rows = [
            row for row, one in enumerate(self.lessons) if one.only is None or indicator in one.only
        ]
        truth = [indicator in self.lessons[row].labels for row in rows]
        if not rows or all(truth):
            return None
        table = self.values[rows]
        counts = [self.lessons[row].times for row in rows]
        weights = _fitted(table, truth, counts).coef_[0]
        chosen = sorted(range(len(weights)), key=lambda one: (-abs(weights[one]), one))
        chosen = sorted(chosen[:MOST_POINTS])
        model = _fitted(table[:, chosen], truth, counts)
        points = {
            self.columns[column]: round(
                float(weight) * (1.0 if len(self.columns[column]) == 1 else PAIR), 2
            )
            for column, weight in zip(chosen, model.coef_[0], strict=True)
        }
        kept = sorted(
            ((names, value) for names, value in points.items() if value),
            key=lambda one: (-one[1], one[0]),
        )
        base = round(float(model.intercept_[0]), 2)
        hit, keep = round(_log_odds(HIT), 2), round(_log_odds(KEEP), 2)
        return Weighing(min(base, hit - 0.5), hit, keep, tuple(kept))


def _fitted(table: Any, truth: Sequence[bool], counts: Sequence[float]) -> Any:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300, random_state=0)
    return model.fit(table, truth, sample_weight=counts)


def _log_odds(likelihood: float) -> float:
    return math.log(likelihood / (1 - likelihood))
