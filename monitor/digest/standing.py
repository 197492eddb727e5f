"""Which indicators of a digest ask for a look by their level, in words."""

from __future__ import annotations

from monitor.digest.build import Digest
from monitor.digest.plain import plain_line
from monitor.levels.level import Level

LOOKED_AT = Level.BLIND
"""Levels up to this one ask for a look: high, elevated, silent, blind."""


def standing_words(digest: Digest) -> str:
    """
    The indicators that ask for a look, by level, in one line: ``High: Port calls.`` and so on.

    Nothing where none does, or where no level is known.
    """
    told: dict[Level, list[str]] = {level: [] for level in Level if level.rank <= LOOKED_AT.rank}
    for beat in (*digest.beats, *digest.still):
        if beat.stands is not None and beat.stands.level in told:
            told[beat.stands.level].append(plain_line(beat.indicator.title))
    return " ".join(
        f"{str(level).capitalize()}: {', '.join(titles)}."
        for level, titles in told.items()
        if titles
    )
