"""Where each story of a digest stands: on the front, under its indicator, or named only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.digest.build import CALM, Beat, Digest, Story
from monitor.levels.override import Shown
from monitor.model import Indicator

FRONT = 3
"""How many stories lead a page: one large, and two beside it."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A story that is told in another place: under ``beat``, or on the front (``None``)."""

    story: Story
    beat: Beat | None


@dataclass(frozen=True, slots=True)
class Section:
    """
    One indicator's part: stories told here, those told elsewhere.

    ``briefly`` are named with their source only, where there is no room to
    tell all of them.
    """

    beat: Beat
    told: tuple[Story, ...]
    briefly: tuple[Story, ...]
    elsewhere: tuple[Elsewhere, ...]

    @property
    def left_out(self) -> int:
        """How many of its stories have no place at all."""
        return self.beat.count - len(self.told) - len(self.briefly) - len(self.elsewhere)


@dataclass(frozen=True, slots=True)
class Layout:
    """
    A digest's stories in their places; each has exactly one.

    ``orphans`` belong to no indicator of the list any more; ``left_out``
    counts those that not even a line was left for.
    """

    front: tuple[Story, ...]
    sections: tuple[Section, ...]
    orphans: tuple[Story, ...]
    left_out: int = 0


def lay_out(
    digest: Digest,
    *,
    front: int = FRONT,
    told: int | None = None,
    named: int | None = None,
    reasons: bool = False,
) -> Layout:
    """
    Put the first stories on the front, each other one under the first indicator it hit.

    Where room is short, the ``told`` most important stories are told and no
    more than ``named`` have a place at all. With ``reasons`` an indicator whose level is known
    has a part even if its only story stands on the front: that is where its level is told.
    """
    ranks = {story.id: rank for rank, story in enumerate(digest.stories[:named])}
    first = digest.stories[:front]
    home: dict[str, Beat | None] = {story.id: None for story in first}
    sections = []
    for beat in digest.beats:
        silent = beat.stands is None or not reasons
        if silent and beat.count == 1 and beat.stories and beat.stories[0] in first:
            # All that its section could say is that its story stands above.
            continue
        here = []
        elsewhere = []
        for story in beat.stories:
            if story.id in home:
                elsewhere.append(Elsewhere(story, home[story.id]))
            elif story.id in ranks:
                home[story.id] = beat
                here.append(story)
        whole = [story for story in here if told is None or ranks[story.id] < told]
        sections.append(
            Section(beat, tuple(whole), tuple(here[len(whole) :]), tuple(elsewhere[:named]))
        )
    orphans = tuple(story for story in digest.stories if story.id in ranks and story.id not in home)
    return Layout(first, tuple(sections), orphans, digest.count - len(ranks))


def indicators_of(story: Story, beats: Iterable[Beat]) -> list[Indicator]:
    """The indicators of a digest that a story belongs to, in the digest's order."""
    return [beat.indicator for beat in beats if beat.indicator.id in story.indicators]


def stood(digest: Digest) -> dict[str, Shown]:
    """How the digest's indicators stand, by their ids; those that are paused are not judged."""
    return {
        beat.indicator.id: beat.stands
        for beat in (*digest.beats, *digest.still)
        if beat.stands is not None and not beat.indicator.paused
    }


def by_level(beats: Iterable[Beat]) -> list[Beat]:
    """Beats by their level, what asks for a look first; where none is known they stay in order."""
    return sorted(beats, key=lambda beat: beat.stands.order if beat.stands else CALM)


@dataclass(frozen=True, slots=True)
class Group:
    """Stories of the very same indicators: their titles, how many there are, the first of them."""

    names: str
    count: int
    stories: tuple[Story, ...]


def grouped(digest: Digest, most: int) -> list[Group]:
    """
    The first ``most`` stories under the titles of their indicators, in order of importance.

    Each is told once, and all of its indicators are named.
    """
    found: dict[str, list[Story]] = {}
    for story in digest.stories:
        names = ", ".join(one.title for one in indicators_of(story, digest.beats))
        found.setdefault(names or "No longer in the list", []).append(story)
    first = {story.id for story in digest.stories[:most]}
    return [
        Group(names, len(some), tuple(story for story in some if story.id in first))
        for names, some in found.items()
        if some[0].id in first
    ]
