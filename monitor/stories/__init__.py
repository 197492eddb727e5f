"""Hits -> stories: what happened, once, and who says so independently."""

from monitor.stories.features import Features, read_features
from monitor.stories.grouping import Grouping, Placed, group
from monitor.stories.ideas import Ideas
from monitor.stories.rarity import Rarity

__all__ = ["Features", "Grouping", "Ideas", "Placed", "Rarity", "group", "read_features"]
