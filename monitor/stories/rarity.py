"""How rare what a report tells is, so that a shared rare thing ties more than a common one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from monitor.stories.features import Features

ASSUMED_ITEMS = 150
"""As many items are taken to be known at the start, so that a young database can judge too."""
# In how many of those a thing of each kind would be.
_ASSUMED = {
    "place": 5.0, "people": 3.0, "thing": 3.0, "act": 5.0, "list": 8.0, "hit": 4.0,
    "name": 0.5, "number": 1.5, "designator": 0.5,
}  # fmt: skip


class Rarity:
    """
    In how many items each thing was told, and the weight that follows.

    The weight is the inverse document frequency, log(N / n), of Spärck Jones
    (1972), with a prior for what was hardly seen yet.
    """

    def __init__(self) -> None:
        self.items = 0
        self._told: Counter[str] = Counter()

    @classmethod
    def of(cls, items: Iterable[Features]) -> Rarity:
        """The rarity that follows from some items."""
        rarity = cls()
        for item in items:
            rarity.count(item)
        return rarity

    def count(self, item: Features) -> None:
        """Take one more item into account."""
        self.items += 1
        self._told.update(item.weighed())

    def weight(self, thing: str) -> float:
        """How much it ties two items that both tell this."""
        assumed = _ASSUMED[thing.partition(":")[0]]
        return math.log((self.items + ASSUMED_ITEMS) / (self._told[thing] + assumed))

    def weights(self, things: Iterable[str]) -> dict[str, float]:
        """The weights of several things."""
        return {thing: self.weight(thing) for thing in things}
