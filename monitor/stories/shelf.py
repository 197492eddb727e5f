"""The stories at hand: where each new item goes, and what is then said of its story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from monitor.stories.account import Account, Chronicle, Told
from monitor.stories.grouping import BY_HAND, Grouping
from monitor.stories.rarity import DayTold, RecentRarity
from monitor.stories.ties import Meaning


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where an item was put: its story, named after the first item, when, and why.

    ``told`` is when the item was told, ``at`` when it was placed. An update
    tells something that the story did not have.
    """

    item: str
    story: str
    told: datetime
    at: datetime
    reason: str = ""
    score: float = 0.0
    is_update: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether a person put it there."""
        return self.reason.startswith(BY_HAND)


@dataclass(frozen=True, slots=True)
class Shelved:
    """What placing some items came to: their places, and what is now said of their stories."""

    places: tuple[Place, ...] = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    days: tuple[DayTold, ...] = ()
    """The days that ended since the last items were placed, with what was told on them."""


@dataclass
class Built:
    """
    All stories, built anew.

    ``places`` are by the number of the placement, ``standing`` is what they were
    built from: its last placement, and how often stories were changed by then.
    """

    places: dict[int, Place] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    days: list[DayTold] = field(default_factory=list)
    standing: tuple[int, int] = (0, 0)


class Shelf:
    """
    The stories of some days, kept at hand for what comes next.

    It is filled from what is stored, in the order in which it was placed, and
    then is as if it had never been put away.
    """

    def __init__(
        self,
        days: Iterable[DayTold] = (),
        by_hand: Mapping[str, str] | None = None,
        meaning: Meaning | None = None,
    ) -> None:
        self.rarity = RecentRarity(days)
        self._kept = set(self.rarity.days)
        self._grouping = Grouping(self.rarity, by_hand, meaning)
        self._chronicles: dict[str, Chronicle] = {}

    def __len__(self) -> int:
        """How many tellings it holds."""
        return len(self._grouping)

    def remember(self, told: Told, place: Place, *, is_counted: bool) -> None:
        """
        Take in an item that was placed before.

        ``is_counted`` says that its day is among those that the shelf was given.
        """
        self._grouping.put(told.features, place.story, by_hand=place.by_hand)
        self._chronicle(place.story).add(told)
        if not is_counted:
            self.count(told, place.at)

    def count(self, told: Told, at: datetime) -> None:
        """Count an item that was placed at an instant for what is rare, and no more."""
        self.rarity.turn(at.astimezone(UTC).date())
        self.rarity.count(told.features)

    def place(self, told: Iterable[Told], at: datetime) -> Shelved:
        """Find the stories of items that came together; their order is no matter."""
        self.rarity.turn(at.astimezone(UTC).date())
        places = [
            self.place_next(one, at)
            for one in sorted(told, key=lambda one: (one.features.at, one.features.item))
        ]
        stories = dict.fromkeys(one.story for one in places)
        return Shelved(
            tuple(places),
            {story: self._chronicles[story].account() for story in stories},
            tuple(self.ended()),
        )

    def place_next(self, told: Told, at: datetime) -> Place:
        """Find the story of one item, or begin one with it."""
        self.rarity.turn(at.astimezone(UTC).date())
        placed = self._grouping.place(told.features)
        self.rarity.count(told.features)
        is_update = self._chronicle(placed.story).add(told)
        return Place(
            item=placed.item,
            story=placed.story,
            told=told.features.at,
            at=at,
            reason=placed.reason,
            score=placed.score,
            is_update=is_update,
        )

    def accounts(self) -> dict[str, Account]:
        """What is said of each story that is at hand."""
        return {story: one.account() for story, one in self._chronicles.items()}

    def forget(self, before: datetime) -> dict[str, Account]:
        """Let go of stories of which nothing was told since an instant; what was said of them."""
        self._grouping.forget(before)
        gone = [story for story in self._chronicles if not self._grouping.has(story)]
        return {story: self._chronicles.pop(story).account() for story in gone}

    def _chronicle(self, story: str) -> Chronicle:
        return self._chronicles.setdefault(story, Chronicle())

    def ended(self) -> Iterator[DayTold]:
        """The days that are over and were not handed out yet, with what was told on them."""
        today = self.rarity.today
        for day, one in sorted(self.rarity.days.items()):
            if today is not None and day < today and day not in self._kept:
                self._kept.add(day)
                yield one
