"""Levels: how far an indicator stands above what is usual, and how it gets there and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.levels.usual import LEARNING_DAYS, Window, least, of_the_week

ENOUGH = 3
"""A level above normal needs so many stories: two may be chance wherever little comes."""

CALM = 10
"""A window is clean again when its p is so many times the cut-off: no level flaps at its edge."""

CALM_FOR = timedelta(days=1)
"""How far apart two clean assessments are, with none between that is not, before a level ends."""

HIGH_PER_WEEK, ELEVATED_PER_WEEK = 1, 3
"""How many levels a week chance alone may raise over the whole board."""


class Level(StrEnum):
    """How an indicator stands. Two of these speak of stories, the rest of their absence or ours."""

    HIGH = "high"
    """So many stories that chance alone does it once a week over the whole board."""
    ELEVATED = "elevated"
    """So many that chance does it three times a week."""
    SILENT = "silent"
    """What was routinely reported no longer is, although the feeds go on."""
    BLIND = "blind"
    """The feeds that would have told us are down."""
    NORMAL = "normal"
    """Stories, no more than usual."""
    QUIET = "quiet"
    """We looked, and saw nothing in seven days."""
    LEARNING = "learning"
    """Too few days to compare with."""

    @property
    def is_raised(self) -> bool:
        """Whether more comes than usual."""
        return self in (Level.HIGH, Level.ELEVATED)

    @property
    def rank(self) -> int:
        """The place on a board: what asks for a look first; 0 is the first."""
        return _RANKS[self]

    def reaches(self, least_level: str) -> bool:
        """Whether it is at least that level, as routes ask for it: normal, elevated or high."""
        return _heights(self) >= _heights(Level(least_level))


_RANKS = {level: place for place, level in enumerate(Level)}


def _heights(level: Level) -> int:
    return {Level.HIGH: 2, Level.ELEVATED: 1}.get(level, 0)


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """
    How improbable a window must be for each level.

    Hourly looks at four windows, that of a day held to half the chance, are
    worth some 50 independent ones a week, so that one false alarm a week
    over a board of N indicators needs p <= 1 / (50 N). Three a week were
    measured to need five times that, not three.
    """

    high: float
    elevated: float

    @classmethod
    def for_board(cls, indicators: int) -> Cutoffs:
        """The cut-offs for a board of so many indicators."""
        return cls(1 / (50 * max(indicators, 1)), 1 / (10 * max(indicators, 1)))


@dataclass(frozen=True, slots=True)
class Tier:
    """One raised level of one indicator: since when it stands, and since when it is clean."""

    since: datetime | None = None
    clean_since: datetime | None = None

    @property
    def is_up(self) -> bool:
        """Whether the level stands."""
        return self.since is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What an assessment has to know of those before it.

    ``silent_since`` is the last story before a silence that was called.
    """

    high: Tier = Tier()
    elevated: Tier = Tier()
    silent_since: datetime | None = None

    @property
    def raised(self) -> Level | None:
        """The raised level that stands, if one does."""
        if self.high.is_up:
            return Level.HIGH
        return Level.ELEVATED if self.elevated.is_up else None

    @property
    def since(self) -> datetime | None:
        """Since when the raised level stands."""
        return (self.high if self.high.is_up else self.elevated).since


@dataclass(frozen=True, slots=True)
class Sight:
    """
    What could be seen at an instant: how many days to compare with, and which feeds are down.

    ``dark`` is the share of the indicator's stories that the feeds which are
    ``down`` usually bring. While all feeds are in their first week there are no
    days to compare with yet; ``first`` counts those that will be.
    """

    days: int
    dark: float = 0.0
    down: tuple[str, ...] = ()
    first: int = 0

    @property
    def learned(self) -> int:
        """How many of the days that learning takes have begun."""
        return self.days or min(self.first, LEARNING_DAYS - 1)

    @property
    def is_learning(self) -> bool:
        """Whether there is too little past to compare with."""
        return self.days < LEARNING_DAYS

    @property
    def is_blind(self) -> bool:
        """Whether most of what tells of the indicator cannot be heard."""
        return self.dark > 0.5


def striking(
    windows: Sequence[Window], publishers: Sequence[int] = (), min_sources: int = 1
) -> Window | None:
    """
    The least likely of the windows that hold enough to be called more than usual.

    Three stories are enough; where an indicator asks for independent
    publishers, so many of them in the window, which ``publishers`` counts.
    """
    told = publishers if min_sources > 1 else [one.stories for one in windows]
    wanted = min_sources if min_sources > 1 else ENOUGH
    fit = [one for one, count in zip(windows, told, strict=True) if count >= wanted]
    return least(fit) if fit else None


def step(
    before: Standing,
    windows: Sequence[Window],
    strike: Window | None,
    sight: Sight,
    cut: Cutoffs,
    now: datetime,
) -> Standing:
    """
    How the raised levels stand after one more assessment.

    Up at once, when a window that holds enough (``strike``) is improbable;
    down after two clean assessments a day apart. While the feeds are down
    nothing is clean: no news is no good news then.
    """
    if sight.is_learning:
        return Standing()
    p, calm = strike.held if strike else 1.0, least(windows).held
    return Standing(
        high=_moved(before.high, p, calm, cut.high, sight.is_blind, now),
        elevated=_moved(before.elevated, p, calm, cut.elevated, sight.is_blind, now),
    )


def _moved(tier: Tier, p: float, calm: float, cut: float, blind: bool, now: datetime) -> Tier:
    if p <= cut:
        return Tier(tier.since or now)
    # On a board of a few indicators ten times the cut-off would be beyond all chances.
    if not tier.is_up or blind or calm <= min(CALM * cut, 0.5):
        return replace(tier, clean_since=None)
    if tier.clean_since is not None and now - tier.clean_since >= CALM_FOR:
        return Tier()
    return replace(tier, clean_since=tier.clean_since or now)


def level_of(
    standing: Standing,
    windows: Sequence[Window],
    sight: Sight,
    *,
    tripped: bool,
    silent: bool,
    is_told: bool = False,
) -> Level:
    """
    The level in one word.

    What was improbable just now is said even by feeds that are half blind; a
    level that merely lasts is not. It is quiet after a week without a story,
    and not where one ``is_told`` by feeds whose stories are held against nothing.
    """
    if standing.raised is not None and (tripped or not sight.is_blind):
        return standing.raised
    if sight.is_blind:
        return Level.BLIND
    if sight.is_learning:
        return Level.LEARNING
    if silent:
        return Level.SILENT
    return Level.NORMAL if is_told or of_the_week(windows).stories else Level.QUIET
