"""A story as a whole: who tells it, how many independently, how credible that makes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import GRADES
from monitor.stories.copies import SAME_TEXT, likeness
from monitor.stories.features import Features
from monitor.stories.origins import origins_in

UNJUDGED = 6
"""The credibility of what cannot be judged, in the scale of 1 (confirmed) to 6."""
A_WHILE = timedelta(hours=24)
"""So long after the first report of an event comes what follows from it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One item of a story: what it tells, under which title, and its feed's grade."""

    features: Features
    title: str = ""
    grade: str = "F"


@dataclass(frozen=True, slots=True)
class Account:
    """
    What can be said of a story as a whole.

    ``independent`` counts publishers, of which several that share an owner's name, a text
    or an agency are one. ``credibility`` is 1 to 6, apart from ``grade``, the best
    of its feeds.
    """

    headline: str
    first: datetime
    last: datetime
    items: tuple[str, ...]
    publishers: tuple[str, ...]
    independent: int
    grade: str
    credibility: int
    updates: frozenset[str]


def account(told: Sequence[Told], judged: int | None = None) -> Account:
    """
    Sum up the items of a story, in the order of time.

    ``judged`` is the analyst's own credibility, which stands above what
    corroboration says. Raises ``ValueError`` for a story without items.
    """
    ordered = sorted(told, key=lambda one: (one.features.at, one.features.item))
    if not ordered:
        raise ValueError("a story has at least one item")
    independent = independent_publishers([one.features for one in ordered])
    grade = min((one.grade for one in ordered), key=GRADES.index)
    return Account(
        headline=next((one.title for one in ordered if one.title), ""),
        first=ordered[0].features.at,
        last=ordered[-1].features.at,
        items=tuple(one.features.item for one in ordered),
        publishers=tuple(dict.fromkeys(one.features.publisher for one in ordered)),
        independent=independent,
        grade=grade,
        credibility=judged or credibility(independent, grade),
        updates=updates_among([one.features for one in ordered]),
    )


def independent_publishers(items: Sequence[Features]) -> int:
    """
    How many publishers tell it of their own.

    The same publisher is one, and so are those that print the same text or
    cite the same agency; the agency itself counts with them.
    """
    sources: list[set[str]] = []
    for number, item in enumerate(items):
        marks = {f"publisher {item.publisher}"}
        agencies = item.origins or origins_in(item.publisher)
        if len(agencies) == 1:
            marks.add(f"agency {next(iter(agencies))}")
        for earlier in items[:number]:
            if likeness(item.signature, earlier.signature) >= SAME_TEXT:
                marks.add(f"publisher {earlier.publisher}")
        sources.append(marks)
    return len(_joined(sources))


def _joined(sources: Iterable[set[str]]) -> list[set[str]]:
    """Sets that share a mark, made one."""
    joined: list[set[str]] = []
    for source in sources:
        apart = [one for one in joined if one.isdisjoint(source)]
        joined = [*apart, source.union(*(one for one in joined if not one.isdisjoint(source)))]
    return joined


def credibility(independent: int, grade: str) -> int:
    """
    What corroboration alone says of a report, in the scale of 1 (confirmed) to 6.

    Three independent publishers of whom one is usually reliable confirm it;
    two make it possible, or probable with a fair one among them. One alone
    cannot be judged, however good it is: its own grade says how good.
    """
    rank = GRADES.index(grade)
    if independent >= 3:
        return 1 if rank <= GRADES.index("B") else 2
    if independent == 2:
        return 2 if rank <= GRADES.index("C") else 3
    return UNJUDGED


def updates_among(items: Sequence[Features]) -> frozenset[str]:
    """
    The items that bring something new to a story, which a late retelling does not.

    Such an item comes a while after the first one, and its title tells an act
    that nobody told before.
    """
    updates, known = set(), set[str]()
    for item in items:
        acts = {idea for idea in item.title_ideas if idea.startswith("act:")}
        is_late = item.at - items[0].at >= A_WHILE
        copies = any(
            likeness(item.signature, earlier.signature) >= SAME_TEXT
            for earlier in items
            if earlier.at < item.at
        )
        if is_late and acts and acts.isdisjoint(known) and not copies:
            updates.add(item.item)
        known |= {idea for idea in item.ideas if idea.startswith("act:")}
    return frozenset(updates)
