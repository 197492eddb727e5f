"""Hits -> stories: what happened, once, and who says so independently."""

from monitor.stories.account import Account, Told, account
from monitor.stories.features import Features, read_features, told_at
from monitor.stories.grouping import Grouping, Placed, group
from monitor.stories.ideas import Ideas
from monitor.stories.rarity import Rarity

__all__ = [
    "Account",
    "Features",
    "Grouping",
    "Ideas",
    "Placed",
    "Rarity",
    "Told",
    "account",
    "group",
    "read_features",
    "told_at",
]
