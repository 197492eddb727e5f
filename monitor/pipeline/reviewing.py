"""Indicators as a whole: which want a look, what speaks for which hypothesis, levels by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from monitor.digest.build import local_day
from monitor.errors import MonitorError
from monitor.levels.hypotheses import Evidence, Matrix, matrix
from monitor.levels.level import Level
from monitor.levels.override import CHOICES, Override
from monitor.levels.review import NEVER_DAYS, Finding, Past, review
from monitor.matching import languages_lacking
from monitor.matching.revisions import describe
from monitor.model import WatchList
from monitor.pipeline.edges import Current

LONGEST = timedelta(days=365)
LONGEST_TEXT = 200
EVIDENCE_DAYS = 90


class Days(Protocol):
    """Counts stories by day."""

    def days(self, first: date, indicators: Sequence[str]) -> Mapping[str, Counter[date]]: ...


class Evidences(Protocol):
    """Knows the signals of stories, and keeps overrides."""

    def signals_seen(self, since: datetime) -> Mapping[str, set[str]]: ...
    def evidence(self, since: datetime, until: datetime) -> Sequence[Evidence]: ...
    def override(self, wanted: Override) -> None: ...


def review_list(
    watch: WatchList, tally: Days, levels: Evidences, began: datetime | None, now: datetime
) -> list[Finding]:
    """
    Which indicators want a look, by what came of them in the last 90 days.

    ``began`` is when the oldest item was seen: what was never looked at is no fault.
    """
    today = local_day(now, watch.zone)
    first = today - timedelta(days=NEVER_DAYS - 1)
    oldest = local_day(began, watch.zone) if began else today
    seen_days = (today - max(first, oldest)).days + (1 if oldest <= first else 0)
    days = tally.days(first, [one.id for one in watch.indicators])
    signals = levels.signals_seen(now - timedelta(days=NEVER_DAYS))
    past = {
        one.id: Past(
            seen_days=seen_days,
            story_days=sum(count > 0 for count in days.get(one.id, {}).values()),
            stories=sum(days.get(one.id, {}).values()),
            signals=frozenset(signals.get(one.id, ())),
        )
        for one in watch.indicators
    }
    lacking = {
        str(problem.path[1]): problem.message
        for problem in languages_lacking(watch)
        if problem.path[0] == "terms"
    }
    return review(watch, past, lacking, today)


def hypotheses_of(watch: WatchList, levels: Evidences, now: datetime) -> Matrix:
    """What the stories of the last 90 days say of each hypothesis."""
    start = now - timedelta(days=EVIDENCE_DAYS)
    return matrix(watch.indicators, watch.hypotheses, levels.evidence(start, now), start, now)


def override(wanted: Override, watch: WatchList, levels: Evidences) -> Override:
    """
    Set an indicator's level by hand, until an instant.

    Raises ``MonitorError`` for an indicator that is not in the list, for a level
    that is a fact about feeds, and without a reason: somebody will ask for it.
    """
    if watch.indicator(wanted.indicator) is None:
        raise MonitorError(f"there is no indicator {_cut(wanted.indicator)} in the watch list")
    if wanted.level not in CHOICES:
        names = ", ".join(str(one) for one in CHOICES)
        raise MonitorError(f"a level that can be set is one of {names}")
    if not _cut(wanted.reason):
        raise MonitorError("say why, with --reason: whoever sees the level will ask")
    if not wanted.made < wanted.until <= wanted.made + LONGEST:
        raise MonitorError("an override ends in the future, and within a year")
    kept = Override(
        wanted.indicator,
        wanted.level,
        _cut(wanted.reason),
        wanted.until,
        wanted.made,
        _cut(wanted.by),
    )
    levels.override(kept)
    return kept


def level_named(name: str) -> Level:
    """A level by its name; raises ``MonitorError`` for none that can be set."""
    for one in CHOICES:
        if name.strip().lower() == str(one):
            return one
    names = ", ".join(str(one) for one in CHOICES)
    raise MonitorError(f"there is no level {_cut(name)} to set; one of {names}")


def meanings_of(current: Current) -> dict[str, tuple[str, str]]:
    """What each indicator means now: the revision of its rule, and the rule in words."""
    return {
        one.indicator.id: (one.revision, describe(one.indicator.rule))
        for one in current.matcher.indicators
    }


def _cut(words: str) -> str:
    return " ".join(words.split())[:LONGEST_TEXT]
