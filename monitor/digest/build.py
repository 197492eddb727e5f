"""What is on a digest: a pure selection of the day's stories, by importance and by indicator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.levels.override import Shown
from monitor.model import (
    GRADES,
    Feed,
    Hit,
    Hypothesis,
    Indicator,
    Item,
    Priority,
    Rule,
    WatchList,
)

_LIST = re.compile(r"\$([\w-]+)")
PRIORITY_ORDER = {Priority.HIGH: 0, Priority.NORMAL: 1, Priority.LOW: 2}
CALM = (9, False, 0.0)
"""The order of what does not stand above normal: after all that does."""


@dataclass(frozen=True, slots=True)
class Report:
    """
    One item as one feed brought it, when we first saw it, and its hits.

    With ``backfill`` a first poll brought it as the past: ``seen`` then says
    when it was published. ``reason`` is why it was put into its story, empty for
    what began it; an update tells something that the story did not have.
    """

    item: Item
    feed: Feed
    seen: datetime
    hits: tuple[Hit, ...]
    backfill: bool = False
    reason: str = ""
    is_update: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """
    Reports of one event, oldest first.

    ``id`` is the key of the item that it began with. ``alerted`` is when an
    alert on it was sent, if one was. ``independent`` counts publishers that tell it of
    their own. ``corroborated`` is the credibility that follows from them, from 1
    (confirmed) to 6 (cannot be judged), ``judged`` what a person said instead. ``first``
    is when it was first seen, where that is not when its oldest report was.
    """

    id: str
    reports: tuple[Report, ...]
    alerted: datetime | None = None
    independent: int = 1
    corroborated: int = 6
    judged: int | None = None
    by_hand: bool = False
    first: datetime | None = None

    @property
    def credibility(self) -> int:
        """How credible it is, apart from its grade: as a person judged it, else as computed."""
        return self.judged or self.corroborated

    @property
    def lead(self) -> Report:
        """The report that the story is told by."""
        return self.reports[0]

    @property
    def seen(self) -> datetime:
        """When the event was first seen."""
        return self.first or self.reports[0].seen

    @property
    def last(self) -> datetime:
        """When it was last seen."""
        return max(one.seen for one in self.reports)

    @property
    def updates(self) -> tuple[Report, ...]:
        """The reports that brought something new to it."""
        return tuple(one for one in self.reports if one.is_update)

    def is_updated(self, start: datetime, end: datetime) -> bool:
        """Whether it was first seen before a span and got an update within it."""
        return self.seen < start and any(start <= one.seen < end for one in self.updates)

    @property
    def indicators(self) -> tuple[str, ...]:
        """The ids of the indicators that any report hit, in order of first appearance."""
        return tuple(dict.fromkeys(hit.indicator for one in self.reports for hit in one.hits))

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals of all hits, each once."""
        return tuple(
            dict.fromkeys(
                signal for one in self.reports for hit in one.hits for signal in hit.signals
            )
        )

    @property
    def publishers(self) -> tuple[str, ...]:
        """Who told it, each once."""
        return tuple(dict.fromkeys(one.feed.publisher for one in self.reports))

    @property
    def grade(self) -> str:
        """The best grade among its feeds."""
        return min((one.feed.grade for one in self.reports), key=GRADES.index)


@dataclass(frozen=True, slots=True)
class Outline:
    """
    What a story is put in order by, so that a list need not open its items.

    ``publishers`` and ``items`` are how many it has.
    """

    id: str
    first: datetime
    indicators: tuple[str, ...]
    independent: int
    publishers: int
    grade: str
    items: int


@dataclass(frozen=True, slots=True)
class Beat:
    """
    One indicator's part of a digest; ``week`` counts its stories of the last seven days.

    ``count`` is how many stories it has, of which ``stories`` are those that were
    opened. ``stands`` is its level with the reason, where that is known.
    """

    indicator: Indicator
    stories: tuple[Story, ...]
    week: int = 0
    stands: Shown | None = None
    count: int = 0

    @property
    def is_raised(self) -> bool:
        """Whether its level is above normal."""
        return self.stands is not None and self.stands.level.is_raised


@dataclass(frozen=True, slots=True)
class Gap:
    """
    A feed that was not covered, since when (``None``: all the time) and why.

    ``gone`` says that it is not asked any more: its server said that it is gone for good.
    ``asked`` is false of one that waits for its very first poll.
    """

    feed: Feed
    since: datetime | None
    error: str
    gone: bool = False
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Lull:
    """
    A feed that answers, but is silent for longer than is its habit.

    ``since`` is when its last item came, ``None`` if it never brought one;
    ``usual`` is how many items a day it else brings, if that is known.
    """

    feed: Feed
    since: datetime | None
    usual: float | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    How much of the watch's feeds was really seen in the digest's time.

    ``gaps`` could not be read, ``lulls`` were read and held nothing new for
    oddly long, of ``leaks`` items may have come and gone between two polls.
    """

    feeds: int
    answered: int
    items: int
    gaps: tuple[Gap, ...] = ()
    lulls: tuple[Lull, ...] = ()
    leaks: tuple[Feed, ...] = ()
    watched: bool = True
    """False for a time before the watch began: what its feeds still held of it is shown."""
    began: datetime | None = None
    """When the watch began, if it is known."""


@dataclass(frozen=True, slots=True)
class Digest:
    """
    What was first seen from ``start`` to ``end``.

    ``day`` is the local date for a page of one day, ``None`` for the span of a
    mail. ``stories`` are all of them, most important first; ``beats`` hold the
    same by indicator, and ``still`` the indicators without a story. ``updated`` are
    stories of before that got an update in the span. ``closed`` says that the span is
    over and its content will not change. ``scope`` names the lists of the
    watch's scope, ``hypotheses`` are what its signals speak of.
    """

    title: str
    zone: ZoneInfo
    start: datetime
    end: datetime
    day: date | None
    closed: bool
    stories: tuple[Story, ...]
    beats: tuple[Beat, ...]
    still: tuple[Beat, ...]
    coverage: Coverage
    site_url: str | None = None
    scope: frozenset[str] = frozenset()
    updated: tuple[Story, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    count: int = 0
    """How many stories there are; where there are very many, ``stories`` are the first of them."""
    reports: int = 0
    """How many items they are told by."""
    updates: int = 0
    """How many stories of before got an update, as ``count``."""


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """
    The instants, in UTC, at which a local day begins and ends.

    A day is 23 or 25 hours long where the clocks change. Where midnight
    itself does not exist, the day begins with its first instant that does.
    """
    utc = ZoneInfo("UTC")
    following = day + timedelta(days=1)
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    end = datetime(following.year, following.month, following.day, tzinfo=zone)
    return start.astimezone(utc), end.astimezone(utc)


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The date that a wall clock in ``zone`` shows at that instant."""
    return instant.astimezone(zone).date()


def build(
    watch: WatchList,
    stories: Iterable[Story],
    coverage: Coverage,
    start: datetime,
    end: datetime,
    now: datetime,
    *,
    day: date | None = None,
    week: dict[str, int] | None = None,
    stands: Mapping[str, Shown] | None = None,
    outlines: Sequence[Outline] | None = None,
) -> Digest:
    """
    Put the stories first seen from ``start`` up to ``end`` in order, and those updated then.

    ``outlines`` are of all stories where ``stories`` are but the most important of them.

    Stories of an indicator that is no longer in the list are left out of the
    beats but stay in ``stories``: what was seen was seen. Indicators that stand
    above normal come first, and so do their stories.
    """
    week, stands = week or {}, stands or {}
    by_importance = sorted(stories, key=lambda story: importance(story, watch, stands))
    ranked = tuple(story for story in by_importance if start <= story.seen < end)
    every = outlines if outlines is not None else [outline_of(story) for story in by_importance]
    new = [one for one in every if start <= one.first < end]
    counts = Counter(indicator for one in new for indicator in one.indicators)
    beats = [
        Beat(
            indicator,
            tuple(story for story in ranked if indicator.id in story.indicators),
            week.get(indicator.id, 0),
            stands.get(indicator.id),
            counts[indicator.id],
        )
        for indicator in watch.indicators
    ]
    updated = tuple(story for story in by_importance if story.is_updated(start, end))
    beats.sort(key=_rank)
    return Digest(
        title=watch.title,
        zone=watch.zone,
        start=start,
        end=end,
        day=day,
        closed=end <= now,
        stories=ranked,
        beats=tuple(beat for beat in beats if beat.count),
        still=tuple(beat for beat in beats if not beat.count),
        coverage=coverage,
        site_url=watch.site_url,
        scope=lists_named(watch.scope, watch.terms),
        updated=updated,
        hypotheses=watch.hypotheses,
        count=len(new),
        reports=sum(one.items for one in new),
        updates=len(updated) if outlines is None else len(every) - len(new),
    )


def _rank(beat: Beat) -> tuple[object, ...]:
    """What beats are put in order by: raised levels first, then priority, then stories."""
    raised = beat.stands.order if beat.stands is not None and beat.is_raised else CALM
    return raised[0], PRIORITY_ORDER[beat.indicator.priority], -beat.count


def lists_named(rule: Rule | None, terms: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The lists that a rule names, those within lists too; none for no rule."""
    if rule is None:
        return frozenset()
    named: set[str] = set()
    waiting = [rule.match or "", *rule.any, *rule.all]
    while waiting:
        new = set(_LIST.findall(waiting.pop())) - named
        named |= new
        waiting += [entry for name in new for entry in terms.get(name, ())]
    return frozenset(named)


def outline_of(story: Story) -> Outline:
    """A story as lists put it in order."""
    return Outline(
        story.id,
        story.seen,
        story.indicators,
        story.independent,
        len(story.publishers),
        story.grade,
        len(story.reports),
    )


def importance(
    story: Story, watch: WatchList, stands: Mapping[str, Shown] | None = None
) -> tuple[object, ...]:
    """The sorting key of a story, smallest first; see ``rank``."""
    priorities = {one.id: PRIORITY_ORDER[one.priority] for one in watch.indicators}
    return rank(outline_of(story), priorities, raised_of(stands or {}))


def raised_of(stands: Mapping[str, Shown]) -> dict[str, tuple[int, bool, float]]:
    """The indicators that stand above normal, with their order on a board."""
    return {name: one.order for name, one in stands.items() if one.level.is_raised}


def rank(
    story: Outline, priorities: Mapping[str, int], raised: Mapping[str, tuple[int, bool, float]]
) -> tuple[object, ...]:
    """
    The sorting key of a story's outline, smallest first; ``priorities`` are those of indicators.

    What stands above normal before what does not, by the order in ``raised``; high priority
    before low, more independent publishers before fewer, better grades
    before worse, more indicators before fewer, earlier before later.
    """
    lowest = PRIORITY_ORDER[Priority.LOW]
    return (
        min((raised[one] for one in story.indicators if one in raised), default=CALM),
        min((priorities.get(one, lowest) for one in story.indicators), default=lowest),
        -story.independent,
        -story.publishers,
        GRADES.index(story.grade),
        -len(story.indicators),
        story.first,
        story.id,
    )
