"""Search: a question and filters as an address holds them, and the items that answer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode

from monitor.desk import Desk
from monitor.digest.build import Report, day_bounds
from monitor.feeds.search import voice_of
from monitor.matching import Question, RuleProblem, ask
from monitor.model import Hit, WatchList
from monitor.store.search import BATCH, Candidate, Wanted

PAGE = 25
PATIENCE = 0.15
"""Seconds that one page may look for; what is further back is a page of its own."""
LONGEST = 2_000
"""How many characters a question may have."""
AT_ONCE = BATCH
"""So many items not yet in the index are taken up before an answer; of more, it says so."""
KEPT = 64


@dataclass(frozen=True, slots=True)
class Sought:
    """
    What an address asks for: the question, local days, a feed, an indicator, where to go on.

    Everything is text as it was given, so that a form can show it again.
    """

    q: str = ""
    since: str = ""
    until: str = ""
    feed: str = ""
    indicator: str = ""
    before: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Sought:
        """What the parts of an address that we know say."""
        names = ("q", "since", "until", "feed", "indicator", "before")
        return cls(**{name: given.get(name, "").strip() for name in names})

    def address(self, before: int | None = None) -> str:
        """The query of the same search, from the top or from a place on."""
        asked = replace(self, before="" if before is None else str(before))
        names = ("q", "since", "until", "feed", "indicator", "before")
        return urlencode({name: value for name in names if (value := getattr(asked, name))})

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked for."""
        return not (self.q or self.since or self.until or self.feed or self.indicator)


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a search: in which part, where in it, and what to do."""

    part: str
    message: str
    hint: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """An item that answers, with the words that do, and the indicators that it hit."""

    report: Report
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """
    A page of answers, newest first.

    ``older`` is the place that the next page goes on from, if there may be
    more; ``looked_at`` counts the items held against the question, back to
    ``reached`` where time ran out before the page was full. ``waiting`` items
    are stored and cannot be found yet.
    """

    answers: tuple[Answer, ...] = ()
    older: int | None = None
    looked_at: int = 0
    reached: datetime | None = None
    waiting: int = 0
    slips: tuple[Slip, ...] = ()
    doubts: tuple[Slip, ...] = ()


class Finder:
    """Answers searches over one desk; keeps the last questions made ready."""

    def __init__(self, desk: Desk, patience: float = PATIENCE) -> None:
        self._desk = desk
        self._patience = patience
        self._questions: dict[str, tuple[WatchList, Question | list[RuleProblem]]] = {}

    def find(self, sought: Sought, page: int = PAGE) -> Found:
        """One page of the items that answer, or what is wrong with the search."""
        question = self._question(sought.q) if sought.q else None
        slips = [*_slips_of(question), *self._slips(sought)]
        if slips:
            return Found(slips=tuple(slips))
        assert not isinstance(question, list)  # noqa: S101 - those are slips
        waiting = self._taken_up()
        wanted = self._wanted(sought, question)
        before = int(sought.before) if sought.before else None
        until = time.monotonic() + self._patience
        found = self._look(question, wanted, before, page, until)
        hits = self._desk.store.search.hits(one.row for one, _ in found[0])
        answers = tuple(
            Answer(replace(one.report, hits=(hit,) if hit else ()), hits.get(one.row, ()))
            for one, hit in found[0]
        )
        return Found(
            answers,
            *found[1:],
            waiting=waiting,
            doubts=tuple(map(_slip, question.warnings)) if question else (),
        )

    def _look(
        self,
        question: Question | None,
        wanted: Wanted,
        before: int | None,
        page: int,
        until: float,
    ) -> tuple[list[tuple[Candidate, Hit | None]], int | None, int, datetime | None]:
        watch = self._desk.watch
        feeds = {feed.id: feed for feed in watch.feeds}
        answers: list[tuple[Candidate, Hit | None]] = []
        looked_at = 0
        for chunk in self._desk.store.search.look(wanted, feeds, before):
            for one in chunk:
                looked_at += 1
                item = one.report.item
                hit = question.answer(item, voice_of(item, watch)) if question else None
                if question is None or hit is not None:
                    answers.append((one, hit))
                if len(answers) == page:
                    return answers, one.place, looked_at, None
                if time.monotonic() > until:
                    return answers, one.place, looked_at, one.report.seen
        return answers, None, looked_at, None

    def _question(self, text: str) -> Question | list[RuleProblem]:
        watch = self._desk.watch
        known = self._questions.get(text)
        if known is None or known[0] is not watch:
            if len(self._questions) >= KEPT:
                self._questions.pop(next(iter(self._questions)), None)
            known = self._questions[text] = (watch, ask(text[:LONGEST], watch))
        return known[1]

    def _taken_up(self) -> int:
        """Bring the index up to date where little is missing; say how much is missing still."""
        waiting = self._desk.store.search.waiting()
        if 0 < waiting <= AT_ONCE:
            while self._desk.store.search.fill():
                pass
            return self._desk.store.search.waiting()
        return waiting

    def _wanted(self, sought: Sought, question: Question | None) -> Wanted:
        zone = self._desk.watch.zone
        since, until = _day(sought.since), _day(sought.until)
        return Wanted(
            needs=question.needs if question else (),
            since=day_bounds(since, zone)[0] if since else None,
            until=day_bounds(until, zone)[1] if until else None,
            feed=sought.feed or None,
            indicator=sought.indicator or None,
        )

    def _slips(self, sought: Sought) -> list[Slip]:
        slips = []
        if len(sought.q) > LONGEST:
            slips.append(Slip("q", f"a question has {LONGEST:,} characters at most"))
        for part in ("since", "until"):
            given = getattr(sought, part)
            if given and _day(given) is None:
                slips.append(Slip(part, f"{given[:40]} is no day", "write it as 2025-11-06"))
        since, until = _day(sought.since), _day(sought.until)
        if since and until and since > until:
            slips.append(Slip("until", "the last day is before the first"))
        if sought.before and not (sought.before.isdecimal() and len(sought.before) < 20):
            slips.append(Slip("before", "the address names no place to go on from"))
        return slips


def _slips_of(question: Question | Sequence[RuleProblem] | None) -> list[Slip]:
    if question is None or isinstance(question, Question):
        return []
    return [_slip(one) for one in question]


def _slip(problem: RuleProblem) -> Slip:
    return Slip("q", problem.message, problem.hint, problem.position)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    # The zone must be able to give its bounds.
    return day if day is not None and 1900 <= day.year <= 2200 else None
