"""Rebuild: the stored past is grouped again, as it came, by today's list; nobody is alerted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from monitor.model import WatchList
from monitor.pipeline.edges import OwnTurn, StoredStories, Turn
from monitor.pipeline.placing import START, Reader, back
from monitor.stories import Built, Shelf
from monitor.stories.features import LATE
from monitor.stories.grouping import WINDOW
from monitor.stories.ties import Meaning

TIDY_EVERY = 2_000
"""So many items are placed between two times at which what is no longer wanted is let go."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild came to: how many items and stories there are, and which items moved."""

    items: int
    stories_before: int
    stories: int
    moved: tuple[tuple[str, str, str], ...] = ()
    """Item, the story that it was in, and the one that it is in now."""


def rebuild_stories(
    watch: WatchList,
    stories: StoredStories,
    turn: Turn | None = None,
    each: Callable[[], None] = lambda: None,
    meaning: Meaning | None = None,
) -> Rebuilt:
    """
    Group all stored items with hits again, in the order in which they were placed.

    What a person decided stays. What is placed meanwhile is taken in before the
    end, for which the ``turn`` is held. ``each`` is called after each item; what it raises
    breaks the rebuild off, and nothing is changed.
    """
    builder = _Builder(watch, stories, each, meaning)
    builder.go_on()
    with turn or OwnTurn():
        while True:
            builder.go_on()
            before = stories.story_ids()
            built = builder.built()
            if stories.replace_all(built):
                break
            builder = builder.anew_if_changed()
    after = {place.item: place.story for place in built.places.values()}
    moved = [(item, before.get(item, ""), story) for item, story in after.items()]
    return Rebuilt(
        items=len(after),
        stories_before=len(set(before.values())),
        stories=len(set(after.values())),
        moved=tuple(one for one in moved if one[1] != one[2]),
    )


class _Builder:
    """Places stored items one by one, and goes on where it stopped."""

    def __init__(
        self,
        watch: WatchList,
        stories: StoredStories,
        each: Callable[[], None],
        meaning: Meaning | None,
    ) -> None:
        self._watch, self._stories, self._each, self._meaning = watch, stories, each, meaning
        self._reader = Reader(watch)
        self._changes = stories.standing().changes
        self._shelf = Shelf((), stories.by_hand(), meaning)
        self._built = Built()
        self._last = 0

    def anew_if_changed(self) -> _Builder:
        """Itself, or a new one where a person has decided something meanwhile."""
        if self._stories.standing().changes == self._changes:
            return self
        return _Builder(self._watch, self._stories, self._each, self._meaning)

    def go_on(self) -> None:
        """Place what was stored since."""
        needed = self._needed_from()
        for number, stored in self._stories.placed(after=self._last):
            told = self._reader.recalled(stored)
            self._built.places[number] = self._shelf.place_next(told, stored.place.at)
            self._last = number
            if len(self._built.places) % TIDY_EVERY == 0:
                self._tidy(needed.get(number, START))
            self._each()

    def built(self) -> Built:
        """All that was placed up to now."""
        self._built.days += self._shelf.ended()
        accounts = {**self._built.accounts, **self._shelf.accounts()}
        return Built(self._built.places, accounts, self._built.days, (self._last, self._changes))

    def _tidy(self, needed: datetime) -> None:
        self._built.days += self._shelf.ended()
        self._built.accounts |= self._shelf.forget(needed)

    def _needed_from(self) -> dict[int, datetime]:
        """From when on stories can matter to what comes after each placement."""
        needed: dict[int, datetime] = {}
        earliest: datetime | None = None
        for number, told in reversed(self._stories.told_from()):
            needed[number] = START if earliest is None else earliest
            at = back(told, WINDOW + LATE)
            earliest = at if earliest is None else min(earliest, at)
        return needed
