"""A story as a whole: who tells it, how many independently, how credible that makes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import GRADES
from monitor.stories.copies import SAME_TEXT, likeness
from monitor.stories.features import Features
from monitor.stories.origins import origins_in

UNJUDGED = 6
"""The credibility of what cannot be judged, in the scale of 1 (confirmed) to 6."""
A_WHILE = timedelta(hours=20)
"""So long after the first report of an event comes what follows from it: the day after.
20 rather than 24 by the sample's updates, on either half of its stories."""
FOLLOWS = frozenset(
    f"act:{name}"
    for name in (
        "arrest",
        "cancel",
        "charge",
        "confirm",
        "deny",
        "dismiss",
        "expel",
        "extradite",
        "free release",
        "investigate",
        "kill",
        "prison",
        "resign",
        "resume",
        "trial",
        "wound",
    )
)
"""The acts that follow from an event, or confirm or deny it, rather than tell it once more."""


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


class Chronicle:
    """
    A story as it grows: what can be said of it after each item.

    An item is an update if it comes a while after the first one, its text is not another's
    again, and either its publisher told the story before and now has something that
    nobody told, or its title tells an act of ``FOLLOWS`` that nobody told. Another desk that comes
    late mostly tells the event once more, in words of its own; a desk that comes back does not.
    """

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.updates: set[str] = set()
        self._facts: set[str] = set()
        self._sources: list[set[str]] = []

    def add(self, new: Told) -> bool:
        """Take one more item in, and say whether it is an update."""
        copied = [
            one.features.publisher
            for one in self.told
            if likeness(new.features.signature, one.features.signature) >= SAME_TEXT
        ]
        is_update = self._is_late(new.features) and not copied and self._tells_more(new.features)
        if is_update:
            self.updates.add(new.features.item)
        self._sources = _joined([*self._sources, _marks(new.features, copied)])
        self._facts |= _facts(new.features)
        self.told.append(new)
        return is_update

    def account(self, judged: int | None = None) -> Account:
        """
        Sum the story up, its items in the order of time.

        ``judged`` is the analyst's own credibility, which stands above what
        corroboration says. Raises ``ValueError`` for a story without items.
        """
        ordered = sorted(self.told, key=_in_time)
        if not ordered:
            raise ValueError("a story has at least one item")
        grade = min((one.grade for one in ordered), key=GRADES.index)
        return Account(
            headline=next((one.title for one in ordered if one.title), ""),
            first=ordered[0].features.at,
            last=ordered[-1].features.at,
            items=tuple(one.features.item for one in ordered),
            publishers=tuple(dict.fromkeys(one.features.publisher for one in ordered)),
            independent=len(self._sources),
            grade=grade,
            credibility=judged or credibility(len(self._sources), grade),
            updates=frozenset(self.updates),
        )

    def _is_late(self, new: Features) -> bool:
        first = min((one.features.at for one in self.told), default=new.at)
        return new.at - first >= A_WHILE

    def _tells_more(self, new: Features) -> bool:
        if any(one.features.publisher == new.publisher for one in self.told):
            return bool(_facts(new, surely=True) - self._facts)
        return bool((FOLLOWS & new.title_ideas) - self._facts)


def account(told: Iterable[Told], judged: int | None = None) -> Account:
    """Sum up the items of a story, taken in the order of time."""
    chronicle = Chronicle()
    for one in sorted(told, key=_in_time):
        chronicle.add(one)
    return chronicle.account(judged)


def _in_time(one: Told) -> tuple[datetime, str]:
    return one.features.at, one.features.item


def _facts(item: Features, *, surely: bool = False) -> set[str]:
    """What an item tells: ideas, numbers and names, or only those that are surely names."""
    names = item.proper if surely else item.names | item.proper
    return {*item.ideas, *item.numbers, *item.designators, *names}


def _marks(item: Features, copied: Iterable[str]) -> set[str]:
    """By what a publisher is known to speak for another: its name, a text, an agency."""
    marks = {f"publisher {name}" for name in (item.publisher, *copied)}
    agencies = item.origins or origins_in(item.publisher)
    if len(agencies) == 1:
        marks.add(f"agency {next(iter(agencies))}")
    return marks


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
