"""How good a watch list is, measured on labelled items: precision, recall and F1."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled item: what it is evidence about, and what the list found."""

    id: str
    lang: str
    labels: frozenset[str]
    found: frozenset[str]
    signals: Mapping[str, str] = field(default_factory=dict)
    found_signals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of right, wrongly found and missed labels, and the figures made of them."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Score) -> Score:
        """The counts of both."""
        return Score(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def is_measured(self) -> bool:
        """Whether there was anything to find; without it the figures say nothing."""
        return self.right + self.missed > 0

    def reaches(self, f1: float) -> bool:
        """Whether F1 was measured, and is that high."""
        return self.is_measured and self.f1 >= f1

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 if nothing was found."""
        found = self.right + self.wrong
        return self.right / found if found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found; 1 if nothing is there."""
        there = self.right + self.missed
        return self.right / there if there else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """An item that was got wrong: which indicators were missed, and which wrongly found."""

    id: str
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """
    The scores by indicator and by language, and over all (micro: every label counts the same).

    ``signals`` scores the signals of true hits only, by indicator. What the
    list says of indicators that are ``unlabelled`` cannot be judged.
    """

    items: int
    overall: Score
    indicators: Mapping[str, Score]
    languages: Mapping[str, Score]
    signals: Mapping[str, Score]
    mistakes: tuple[Mistake, ...]

    @property
    def unlabelled(self) -> tuple[str, ...]:
        """The indicators that no item is evidence about."""
        return tuple(name for name, score in self.indicators.items() if not score.is_measured)


def evaluate(items: Iterable[Labelled], indicators: Sequence[str]) -> Evaluation:
    """Score what was found against the labels, over the given indicators alone."""
    known = frozenset(indicators)
    by_indicator = {indicator: Score() for indicator in indicators}
    by_language: dict[str, Score] = defaultdict(Score)
    by_signal: dict[str, Score] = defaultdict(Score)
    mistakes, count = [], 0
    for item in items:
        count += 1
        labels, found = item.labels & known, item.found & known
        for indicator in labels | found:
            score = _score(indicator in labels, indicator in found)
            by_indicator[indicator] += score
            by_language[item.lang] += score
        for indicator in labels & found:
            by_signal[indicator] += _signal_score(item, indicator)
        if labels != found:
            mistakes.append(
                Mistake(item.id, tuple(sorted(labels - found)), tuple(sorted(found - labels)))
            )
    return Evaluation(
        items=count,
        overall=sum(by_indicator.values(), Score()),
        indicators=by_indicator,
        languages=dict(sorted(by_language.items())),
        signals=dict(sorted(by_signal.items())),
        mistakes=tuple(mistakes),
    )


def _score(is_there: bool, is_found: bool) -> Score:
    return Score(is_there and is_found, is_found and not is_there, is_there and not is_found)


def _signal_score(item: Labelled, indicator: str) -> Score:
    wanted = {item.signals[indicator]} if indicator in item.signals else set()
    found = set(item.found_signals.get(indicator, ()))
    return Score(len(wanted & found), len(found - wanted), len(wanted - found))
