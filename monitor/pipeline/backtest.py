"""Trying an edited list on the stored past: which hits and stories it would gain and lose."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from monitor.digest.build import local_day
from monitor.matching import Matcher, compile_watch, match
from monitor.matching.revisions import hits_used
from monitor.model import Hit, Indicator, Item, WatchList
from monitor.pipeline.edges import Current
from monitor.pipeline.voices import Voices
from monitor.stories import Features, Ideas, group, read_features

EXAMPLES = 5
"""So many items are named on each side; the counts are of all."""


@dataclass(frozen=True, slots=True)
class Example:
    """One item that a list gains or loses for an indicator, with the words that do it."""

    item: Item
    seen: datetime
    words: tuple[str, ...] = ()


@dataclass(slots=True)
class Tried:
    """
    What an edit does to one indicator.

    ``before`` or ``after`` is ``None`` where only the other list has it. Stories
    are counted on the day of their first hit, in the zone of the edited list.
    """

    id: str
    before: Indicator | None
    after: Indicator | None
    hits_before: int = 0
    hits_after: int = 0
    gained: int = 0
    lost: int = 0
    stories_before: int = 0
    stories_after: int = 0
    stories_gained: int = 0
    stories_lost: int = 0
    days: Counter[date] = field(default_factory=Counter)
    examples_gained: list[Example] = field(default_factory=list)
    examples_lost: list[Example] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether the edit changes nothing for it."""
        return not self.gained and not self.lost

    @property
    def budget(self) -> int | None:
        """How many stories a day it may alert, if the edited list says so."""
        return self.after.budget if self.after else None

    @property
    def days_over(self) -> int:
        """On how many days it would have had more stories than its budget."""
        return sum(n > self.budget for n in self.days.values()) if self.budget else 0


@dataclass(frozen=True, slots=True)
class Backtest:
    """What an edit does to all indicators, over how many items seen from when to when."""

    items: int
    first: datetime | None
    last: datetime | None
    indicators: tuple[Tried, ...]

    @property
    def days(self) -> float:
        """The days that the items span, one at least."""
        if self.first is None or self.last is None:
            return 1.0
        return max((self.last - self.first).total_seconds() / 86_400, 1.0)


@dataclass(frozen=True, slots=True)
class Known:
    """A stored item, when it was seen, and the hits that the edit is compared with."""

    item: Item
    seen: datetime
    hits: Mapping[str, Hit]


def by_list(
    items: Iterable[tuple[Item, datetime]], listed: Current, same: frozenset[str] = frozenset()
) -> Iterator[Known]:
    """Items with the hits that a list gives them, but for indicators that are the same anyway."""
    voices, matcher = Voices(listed.watch), _without(listed, same)
    for item, seen in items:
        hits = match(item, matcher, voices.of(item)) if matcher else ()
        yield Known(item, seen, {hit.indicator: hit for hit in hits})


def unchanged(before: Current, after: Current) -> frozenset[str]:
    """The indicators that hit the same by both lists: all that decides it is the same."""
    if before.watch.feeds != after.watch.feeds:
        return frozenset()
    old, new = (
        {(one.indicator.id, one.revision, one.indicator.paused) for one in each.matcher.indicators}
        for each in (before, after)
    )
    return frozenset(name for name, _, _ in old & new)


def _without(listed: Current, same: frozenset[str]) -> Matcher | None:
    """What matches the other indicators only, with those whose hits they ask for."""
    changed = [one for one in listed.watch.indicators if one.id not in same]
    if len(changed) == len(listed.watch.indicators):
        return listed.matcher
    wanted = hits_used(listed.watch, changed)
    kept = tuple(one for one in listed.watch.indicators if one.id in wanted)
    return compile_watch(replace(listed.watch, indicators=kept))[0] if kept else None


@dataclass(frozen=True, slots=True)
class _Both:
    """One item that either list hits, and by which indicators."""

    item: Item
    seen: datetime
    before: Mapping[str, Hit]
    after: Mapping[str, Hit]


def backtest(
    before: WatchList,
    after: Current,
    items: Iterable[Known],
    each: Callable[[], object],
    same: frozenset[str] = frozenset(),
) -> Backtest:
    """
    Match stored items by an edited list, and compare with the hits that they have.

    Items with hits on either side are grouped into stories anew, all by the
    same rules, so that both sides count alike. ``each`` is called for every
    item that is done. Of the indicators that are the ``same``, the hits before
    are those after. Nothing is stored.
    """
    found: list[_Both] = []
    count = 0
    first: datetime | None = None
    last: datetime | None = None
    voices = Voices(after.watch, before)
    for known in items:
        count += 1
        first, last = min(first or known.seen, known.seen), max(last or known.seen, known.seen)
        new = match(known.item, after.matcher, voices.of(known.item))
        if new or known.hits:
            hits = {hit.indicator: hit for hit in new}
            stay = {name: hit for name, hit in hits.items() if name in same}
            old = {name: hit for name, hit in known.hits.items() if name not in same}
            found.append(_Both(known.item, known.seen, old | stay, hits))
        each()
    tried = _by_indicator(before, after.watch)
    _count_hits(tried, found)
    _count_stories(tried, found, _stories(found, after.watch, voices), after.watch)
    return Backtest(count, first, last, tuple(tried.values()))


def _by_indicator(before: WatchList, after: WatchList) -> dict[str, Tried]:
    """All indicators of both lists, the edited one's first."""
    ids = dict.fromkeys(one.id for watch in (after, before) for one in watch.indicators)
    return {name: Tried(name, before.indicator(name), after.indicator(name)) for name in ids}


def _count_hits(tried: Mapping[str, Tried], found: Sequence[_Both]) -> None:
    for both in sorted(found, key=lambda one: one.seen, reverse=True):
        for name in (both.before.keys() | both.after.keys()) & tried.keys():
            one = tried[name]
            one.hits_before += name in both.before
            one.hits_after += name in both.after
            if name not in both.before:
                one.gained += 1
                _give(one.examples_gained, both, both.after[name])
            elif name not in both.after:
                one.lost += 1
                _give(one.examples_lost, both, both.before[name])


def _give(examples: list[Example], both: _Both, hit: Hit) -> None:
    if len(examples) < EXAMPLES:
        words = tuple(dict.fromkeys(mark.text for mark in hit.marks))
        examples.append(Example(both.item, both.seen, words))


def _stories(found: Sequence[_Both], watch: WatchList, voices: Voices) -> dict[str, str]:
    """The story of each item that either list hits."""
    ideas = Ideas(watch.terms)

    def features() -> Iterator[Features]:
        for both in sorted(found, key=lambda one: (one.seen, one.item.key)):
            hits = {**both.before, **both.after}.values()
            yield read_features(both.item, hits, voices.of(both.item), both.seen, ideas)

    return {one.item: one.story for one in group(features())}


def _count_stories(
    tried: Mapping[str, Tried],
    found: Sequence[_Both],
    story_of: Mapping[str, str],
    watch: WatchList,
) -> None:
    old: dict[str, set[str]] = defaultdict(set)
    new: dict[str, dict[str, datetime]] = defaultdict(dict)
    for both in found:
        story = story_of[both.item.key]
        for name in both.before:
            old[name].add(story)
        for name in both.after:
            known = new[name].get(story)
            new[name][story] = min(known, both.seen) if known else both.seen
    for name, one in tried.items():
        one.stories_before, one.stories_after = len(old[name]), len(new[name])
        one.stories_gained = len(new[name].keys() - old[name])
        one.stories_lost = len(old[name] - new[name].keys())
        one.days.update(local_day(first, watch.zone) for first in new[name].values())
