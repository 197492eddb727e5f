"""Hits -> stories: what happened, once, and who says so independently."""

from monitor.stories.account import Account, Chronicle, Told, account
from monitor.stories.features import Features, read_features, told_at
from monitor.stories.grouping import Grouping, Placed, group
from monitor.stories.ideas import Ideas
from monitor.stories.rarity import DayTold, Rarity
from monitor.stories.shelf import Built, Place, Shelf, Shelved

__all__ = [
    "Account",
    "Built",
    "Chronicle",
    "DayTold",
    "Features",
    "Grouping",
    "Ideas",
    "Place",
    "Placed",
    "Rarity",
    "Shelf",
    "Shelved",
    "Told",
    "account",
    "group",
    "read_features",
    "told_at",
]
