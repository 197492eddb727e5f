"""What a person says of stories: this item is another story, these two are one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.stories.account import Account
from monitor.stories.grouping import BY_HAND
from monitor.stories.shelf import Place


class Act(StrEnum):
    """What was done with an item; one that was kept stays with the others of its story."""

    SPLIT = "split"
    MERGE = "merge"
    KEPT = "kept"


_WORDS = {Act.SPLIT: "split off", Act.MERGE: "merged", Act.KEPT: "kept together"}


@dataclass(frozen=True, slots=True)
class HandPlace:
    """Where a person put an item that was placed before under a number."""

    number: int
    place: Place
    act: Act


@dataclass(frozen=True, slots=True)
class Regrouping:
    """
    One decision of a person, with all that follows from it.

    ``places`` are all items of the stories concerned, moved or not: what a
    person has looked at as a whole stays as it is in every rebuild.
    """

    act: Act
    at: datetime
    places: tuple[HandPlace, ...]
    accounts: Mapping[str, Account]
    reason: str = ""
    by: str = ""


def why(act: Act | str, reason: str) -> str:
    """Why an item is where it is, in words."""
    told = f" ({reason})" if reason and act != Act.KEPT else ""
    return f"{BY_HAND}: {_WORDS[Act(act)]}{told}"


def parted(item: str, story: str, members: Iterable[str]) -> dict[str, str]:
    """
    The story of each member when one item is split off.

    The item has a story of its own. If the story was named after it, what
    is left is named after the first of the rest.
    """
    rest = [one for one in members if one != item]
    left = rest[0] if story == item else story
    return {item: item, **dict.fromkeys(rest, left)}
