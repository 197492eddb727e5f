"""How often news of the kind that is watched speaks of its commonest ideas."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COMMON: Mapping[str, float] = MappingProxyType({
    "place:venezuela": 49, "place:us": 29, "place:russia": 28, "place:iran": 10, "place:china": 8,
    "people:company": 10, "people:president": 8, "people:soldiers": 8, "people:officers": 8,
    "people:army": 7, "people:general": 6, "people:foreign minister": 5, "people:maduro": 5,
    "people:parliament": 4, "people:air force": 4, "people:colonel": 4,
    "thing:plane": 12, "thing:sanctions": 10, "thing:fighter jet": 10, "thing:drone": 9,
    "thing:cargo": 9, "thing:spare parts": 8, "thing:overhaul": 8, "thing:oil": 7, "thing:ship": 6,
    "thing:agreement": 6, "thing:engine": 6, "thing:factory plant": 6, "thing:ties cooperation": 6,
    "thing:tanker": 6, "thing:port": 5, "thing:transport plane": 5, "thing:radar": 4,
    "thing:missile": 4, "thing:coast": 4, "thing:treaty": 4,
    "act:strike attack": 9, "act:land arrive": 8, "act:accuse": 8, "act:condemn": 8,
    "act:deliver": 7, "act:request": 7, "act:support": 7, "act:seize": 6, "act:depart leave": 6,
    "act:produce": 6, "act:sign": 6, "act:first time": 6, "act:trade exchange": 6,
})  # fmt: skip
"""
In how many of 150 reports each is told: seven tenths of the share in the sample.

A young database would take every idea for as rare as any other. What a watch speaks of
most is its own; as its reports come, their counts weigh more than these.
"""
