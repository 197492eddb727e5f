"""An analyst's own level, which stands beside the computed one until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.levels.assess import Assessment
from monitor.levels.level import Level
from monitor.levels.usual import WEEK
from monitor.levels.wording import instant

CHOICES = (Level.NORMAL, Level.ELEVATED, Level.HIGH)
"""What somebody may say of an indicator: the rest are facts about feeds."""


@dataclass(frozen=True, slots=True)
class Override:
    """That somebody sets an indicator's level, why, and until when."""

    indicator: str
    level: Level
    reason: str
    until: datetime
    made: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The level that people see; with an override the computed one stands beside it."""

    level: Level
    reason: str
    computed: Assessment
    override: Override | None = None

    @property
    def why(self) -> str:
        """The reason without its first word, where the level stands beside it."""
        return self.reason.removeprefix(str(self.level)).lstrip(":, ")

    @property
    def since(self) -> datetime | None:
        """
        Since when it stands: an analyst's since it was set, a raised one since it rose.

        A silence begins with the last story before it. The others have no
        beginning that would mean anything.
        """
        if self.override is not None:
            return self.override.made
        if self.level is Level.SILENT:
            return self.computed.silent_since
        return self.computed.standing.since if self.level.is_raised else None

    @property
    def order(self) -> tuple[int, bool, float]:
        """
        Its place on a board, what asks for a look first: by level, then by how unusual it is.

        Of equal levels what is unusual this week stands before what shows best in two.
        """
        window = self.computed.window
        if window is None:
            return self.level.rank, False, 1.0
        return self.level.rank, window.hours > WEEK, window.held


def shown(computed: Assessment, override: Override | None, now: datetime, zone: ZoneInfo) -> Shown:
    """
    The level to show at an instant: the analyst's while it holds, else the computed one.

    The reason says in the ``zone`` until when the analyst's holds.
    """
    if override is None or now >= override.until or now < override.made:
        return Shown(computed.level, computed.reason, computed)
    by = f" by {override.by}" if override.by else ""
    until = instant(override.until, zone)
    words = f"{override.level}, set{by} until {until}: {override.reason}"
    return Shown(override.level, f"{words} (computed: {computed.reason})", computed, override)
