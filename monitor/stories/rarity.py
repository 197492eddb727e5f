"""How rare what a report tells is, so that a shared rare thing ties more than a common one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from monitor.stories.features import Features
from monitor.stories.lexicon import COMMON

ASSUMED_ITEMS = 150
"""As many items are taken to be known at the start, so that a young database can judge too."""
GROWTH = 1.02
DAYS = 30
# In how many of those a thing of each kind would be that is not known as a common one.
_ASSUMED = {
    "place": 5.0, "people": 3.0, "thing": 3.0, "act": 5.0, "list": 8.0, "hit": 4.0,
    "name": 0.5, "number": 1.5, "designator": 0.5,
}  # fmt: skip


class Rarity:
    """
    In how many items each thing was told, and the weight that follows.

    The weight is the inverse document frequency, log(N / n), of Spärck Jones
    (1972), with a prior for what was hardly seen yet: by the common ideas of
    news, or by the kind of thing.
    """

    def __init__(self) -> None:
        self.items = 0
        self.told: Counter[str] = Counter()
        self.edition = 0
        """Which weights hold: they are renewed when what is known has grown by ``GROWTH``."""
        self._weighed_items = 0
        self._weighed: Mapping[str, int] = {}
        self._weights: dict[str, float] = {}

    @classmethod
    def of(cls, items: Iterable[Features]) -> Rarity:
        """The rarity that follows from some items."""
        rarity = cls()
        for item in items:
            rarity.add(1, item.weighed())
        rarity.renew()
        return rarity

    def count(self, item: Features) -> None:
        """Take one more item into account, for those that come after it."""
        self.add(1, item.weighed())
        if self.items + ASSUMED_ITEMS >= GROWTH * (self._weighed_items + ASSUMED_ITEMS):
            self.renew()

    def add(self, items: int, told: Iterable[str] | Mapping[str, int]) -> None:
        """Take items into account without weighing anew."""
        self.items += items
        self.told.update(told)

    def renew(self) -> None:
        """Weigh by all that is counted now."""
        self.edition += 1
        self._weighed_items, self._weighed = self.items, dict(self.told)
        self._weights = {}

    def weight(self, thing: str) -> float:
        """How much it ties two items that both tell this."""
        known = self._weights.get(thing)
        if known is None:
            assumed = COMMON.get(thing) or _ASSUMED[thing.partition(":")[0]]
            told = self._weighed.get(thing, 0)
            known = math.log((self._weighed_items + ASSUMED_ITEMS) / (told + assumed))
            self._weights[thing] = known
        return known

    def weights(self, things: Iterable[str]) -> dict[str, float]:
        """The weights of several things."""
        known = self._weights
        return {thing: known.get(thing) or self.weight(thing) for thing in things}


@dataclass
class DayTold:
    """How many items were placed on one day (of UTC), and in how many each thing was told."""

    day: date
    items: int = 0
    told: Counter[str] = field(default_factory=Counter)


class RecentRarity(Rarity):
    """
    The rarity of what was placed in the last ``DAYS`` days, up to the item at hand.

    It follows from the stored items in the order in which they were placed, so a
    replay weighs as the first time did.
    """

    def __init__(self, days: Iterable[DayTold] = ()) -> None:
        super().__init__()
        self.days = {one.day: one for one in days}
        self.today: date | None = None
        self._total()

    def turn(self, day: date) -> None:
        """Say on which day the next items are placed; a clock that goes back changes nothing."""
        if self.today is not None and day <= self.today:
            return
        self.today = day
        for old in [one for one in self.days if one < day - timedelta(days=DAYS)]:
            del self.days[old]
        self._total()

    def count(self, item: Features) -> None:
        """Take one more item into account, on its day too."""
        if self.today is None:
            raise ValueError("no day is given yet")
        today = self.days.setdefault(self.today, DayTold(self.today))
        today.items += 1
        today.told.update(item.weighed())
        super().count(item)

    def _total(self) -> None:
        self.items = 0
        self.told = Counter()
        for day in self.days.values():
            self.add(day.items, day.told)
        self.renew()
