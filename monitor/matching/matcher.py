"""A watch list made ready: what ``compile_watch`` hands to ``match``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from monitor.matching.anchors import Anchors
from monitor.matching.lists import Leaves
from monitor.matching.scanner import Scanner
from monitor.matching.sieve import Sieve
from monitor.matching.tree import Node
from monitor.model import Feed, Indicator


@dataclass(frozen=True, eq=False)
class CompiledIndicator:
    """One indicator with its trees; ``whole`` is the rule within its scope."""

    indicator: Indicator
    scope: Node | None
    rule: Node
    whole: Node
    signals: tuple[tuple[str, Node], ...]
    revision: str

    @cached_property
    def is_choosy(self) -> bool:
        """Whether it listens to some feeds only."""
        return bool(self.indicator.feeds or self.indicator.groups)

    def listens_to(self, feed_id: str, feed: Feed | None) -> bool:
        """Whether the indicator wants items of that feed at all."""
        if not self.is_choosy:
            return True
        wanted = self.indicator
        return feed_id in wanted.feeds or (feed is not None and feed.group in wanted.groups)


@dataclass(frozen=True, eq=False)
class Matcher:
    """
    A whole watch list, ready to be held against items; never changed once made.

    ``indicators`` stand in the order of the file. ``turns`` gives each its
    turn where some ask for the hits of others, and is empty where none does.
    Without a ``sieve`` no item can be passed over at a first look.
    """

    indicators: tuple[CompiledIndicator, ...]
    turns: tuple[int, ...]
    scanner: Scanner
    anchors: Anchors
    sieve: Sieve | None
    feeds: Mapping[str, Feed]
    revisions: Mapping[str, str]
    """By indicator, a short hash of all that decides its hits."""
    lists: Mapping[str, Leaves] = field(default_factory=dict, repr=False)
    """By its name, what each word list of the watch list holds."""

    def indicator(self, indicator_id: str) -> CompiledIndicator | None:
        """The compiled indicator of that id; ``None`` if it is unknown or was refused."""
        return next((one for one in self.indicators if one.indicator.id == indicator_id), None)
