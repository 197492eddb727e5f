"""Split and merge: what a person decides on stories, from the command line or a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.errors import MonitorError
from monitor.messages import Draft, Message
from monitor.model import WatchList
from monitor.pipeline.edges import OwnTurn, StoredPlace, StoredStories, Turn
from monitor.pipeline.placing import Reader
from monitor.stories import Chronicle
from monitor.stories.byhand import Act, HandPlace, Regrouping, parted, why

Member = tuple[int, StoredPlace]
LONGEST_TEXT = 200


def split(
    item: str,
    watch: WatchList,
    stories: StoredStories,
    now: datetime,
    *,
    reason: str = "",
    by: str = "",
    turn: Turn | None = None,
) -> str:
    """
    Part an item from its story, and say which story the others are now.

    It sticks: no rebuild puts them together again. Raises ``MonitorError`` for an
    item that is in no story, or alone in one.
    """
    with turn or OwnTurn():
        members = _members(item, stories)
        if len(members) == 1:
            raise MonitorError(f"{_title(members[0])} is alone in its story already")
        old = members[0][1].place.story
        story_of = parted(item, old, [one.place.item for _, one in members])
        acts = {one.place.item: Act.KEPT for _, one in members} | {item: Act.SPLIT}
        done = _decided(members, story_of, acts, watch, now, Act.SPLIT, reason, by)
        left = next(story for one, story in story_of.items() if one != item)
        stories.regroup(done, _line(done, item, _own(members, item), left))
        return left


def merge(
    one: str,
    other: str,
    watch: WatchList,
    stories: StoredStories,
    now: datetime,
    *,
    reason: str = "",
    by: str = "",
    turn: Turn | None = None,
) -> str:
    """
    Make one story of two, each named by any of its items, and say which it is: the older one.

    It sticks over rebuilds, and what comes later may join it. Raises
    ``MonitorError`` where there are no two stories.
    """
    with turn or OwnTurn():
        older, newer = sorted((_members(one, stories), _members(other, stories)), key=_number)
        story = older[0][1].place.story
        if story == newer[0][1].place.story:
            raise MonitorError(f"{_title(older[0])}: the two are one story already")
        members = sorted([*older, *newer], key=lambda member: member[0])
        acts = {two.place.item: Act.KEPT for _, two in older}
        acts |= {two.place.item: Act.MERGE for _, two in newer}
        story_of = dict.fromkeys(acts, story)
        done = _decided(members, story_of, acts, watch, now, Act.MERGE, reason, by)
        stories.regroup(done, _line(done, newer[0][1].place.story, newer[0][1], story))
        return story


def on_a_line(text: str) -> str:
    """What a person wrote, as the ledger keeps it."""
    return " ".join(text.split())[:LONGEST_TEXT]


def _number(members: Sequence[Member]) -> int:
    return members[0][0]


def _title(member: Member) -> str:
    return member[1].item.title or member[1].item.key


def _own(members: Sequence[Member], item: str) -> StoredPlace:
    return next(one for _, one in members if one.place.item == item)


def _members(item: str, stories: StoredStories) -> Sequence[Member]:
    members = stories.members(item)
    if not members:
        raise MonitorError(f"{item} is in no story: no indicator hit it, or it is not stored")
    return members


def _decided(
    members: Sequence[Member],
    story_of: Mapping[str, str],
    acts: Mapping[str, Act],
    watch: WatchList,
    now: datetime,
    act: Act,
    reason: str,
    by: str,
) -> Regrouping:
    """All that follows for the items of the stories concerned, in the order of placement."""
    reader = Reader(watch)
    reason, by = on_a_line(reason), on_a_line(by)
    chronicles: dict[str, Chronicle] = defaultdict(Chronicle)
    places = []
    for number, stored in members:
        item = stored.place.item
        place = replace(
            stored.place,
            story=story_of[item],
            reason=why(acts[item], reason),
            score=0.0,
            is_update=chronicles[story_of[item]].add(reader.recalled(stored)),
        )
        places.append(HandPlace(number, place, acts[item]))
    accounts = {story: one.account() for story, one in chronicles.items()}
    return Regrouping(act, now, tuple(places), accounts, reason, by)


def _line(done: Regrouping, subject: str, stored: StoredPlace, other: str) -> Draft:
    """The ledger's line: what was parted from which story, or put into it."""
    return Draft(
        key=f"story|{done.act}|{subject}|{done.at.isoformat()}",
        kind="story",
        subject=subject,
        route="",
        channel="",
        reason=str(done.act),
        message=Message(stored.item.title, ""),
        held=": ".join(filter(None, (done.by, done.reason))),
        state="hand",
        merged_into=other if done.act is Act.MERGE else None,
    )
