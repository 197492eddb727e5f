"""All stories put in the place of those that there are, within the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, delete, select, update

from monitor.store.database import insert_new, table_of, upsert
from monitor.store.known import chunks
from monitor.store.speaking import retell, spoken_row, sum_up, told_anew
from monitor.store.storytables import (
    HandRow,
    PlacementRow,
    RarityRow,
    StoryIndicatorRow,
    StoryRow,
)
from monitor.store.tables import ItemRow
from monitor.store.tally import rebuild
from monitor.stories.account import Account
from monitor.stories.byhand import Act, Regrouping, why
from monitor.stories.shelf import Built, Place, Shelved

ITEM = table_of(ItemRow)
STORY = table_of(StoryRow)
PLACEMENT = table_of(PlacementRow)
SPOKEN = table_of(StoryIndicatorRow)
HAND = table_of(HandRow)
RARITY = table_of(RarityRow)
AT_ONCE = 5_000
_REPLACE = (
    update(PLACEMENT)
    .where(PLACEMENT.c.id == bindparam("of_placement"))
    .values(
        story=bindparam("to_story"),
        told=bindparam("to_told"),
        reason=bindparam("to_reason"),
        score=bindparam("to_score"),
        is_update=bindparam("to_is_update"),
        by_hand=bindparam("to_by_hand"),
    )
)


def regroup(connection: Connection, done: Regrouping) -> None:
    """Put the items of some stories where a person wants them."""
    old = _story_of(connection, done)
    judged = _judged_after(connection, done, old)
    _in_parts(connection, _REPLACE, [_replaced(one.number, one.place) for one in done.places])
    rows = {
        row.id: row.item_id
        for row in connection.execute(
            select(PLACEMENT.c.id, PLACEMENT.c.item_id).where(
                PLACEMENT.c.id.in_([one.number for one in done.places])
            )
        )
    }
    said = {"at": done.at, "reason": done.reason, "by": done.by}
    hands = [
        {"item_id": rows[one.number], "story": one.place.story, "act": str(one.act), **said}
        for one in done.places
    ]
    upsert(connection, HandRow, *hands)
    begun = {"first": done.at, "last": done.at, "live": True, "by_hand": True}
    stories = [
        {**summed_up(account), "id": story, "judged": judged.get(story), **begun}
        for story, account in done.accounts.items()
    ]
    insert_new(connection, StoryRow, stories)
    for story in done.accounts:
        now_so = {"by_hand": True, "judged": judged.get(story)}
        connection.execute(update(STORY).where(STORY.c.id == story).values(**now_so))
    sum_up(connection, Shelved(accounts=done.accounts))
    retell(connection, {*old.values(), *done.accounts})


def _story_of(connection: Connection, done: Regrouping) -> dict[int, str]:
    """The story of each placement concerned, before."""
    numbers = [one.number for one in done.places]
    found: dict[int, str] = {}
    for part in chunks(numbers):
        query = select(PLACEMENT.c.id, PLACEMENT.c.story).where(PLACEMENT.c.id.in_(part))
        found |= {row.id: row.story for row in connection.execute(query)}
    return found


def _judged_after(
    connection: Connection, done: Regrouping, old: Mapping[int, str]
) -> dict[str, int]:
    """
    What a person judged of the stories concerned, by the stories that come of them.

    The item that is split off begins without; of two that are merged the older
    one's judgement stands, else the newer's.
    """
    query = select(STORY.c.id, STORY.c.judged).where(STORY.c.id.in_(sorted(set(old.values()))))
    before = {row.id: row.judged for row in connection.execute(query) if row.judged is not None}
    judged: dict[str, int] = {}
    for one in sorted(done.places, key=lambda one: (one.act is not Act.KEPT, one.number)):
        said = before.get(old[one.number])
        if said is not None and one.act is not Act.SPLIT:
            judged.setdefault(one.place.story, said)
    return judged


def replace_all(connection: Connection, built: Built) -> None:
    """Store all places, stories and counts anew; what a person judged stays with its story."""
    places = [_replaced(number, place) for number, place in built.places.items()]
    _in_parts(connection, _REPLACE, places)
    _say_why_by_hand(connection)
    judged = _judged(connection)
    for table in (STORY, SPOKEN, RARITY):
        connection.execute(delete(table))
    told, seen = told_anew(connection)
    by_hand = set(connection.scalars(select(HAND.c.story)))
    stories = [
        {
            **summed_up(built.accounts[story]),
            "id": story,
            "first": first,
            "last": last,
            "live": live,
            "judged": judged.get(story),
            "by_hand": story in by_hand,
        }
        for story, (first, last, live) in seen.items()
    ]
    _in_parts(connection, STORY.insert(), stories)
    spoken = [spoken_row(story, indicator, one) for (story, indicator), one in told.items()]
    _in_parts(connection, SPOKEN.insert(), spoken)
    days = [{"day": one.day, "items": one.items, "told": dict(one.told)} for one in built.days]
    _in_parts(connection, RARITY.insert(), days)
    rebuild(connection)


def _replaced(number: int, place: Place) -> dict[str, Any]:
    return {
        "of_placement": number,
        "to_story": place.story,
        "to_told": place.told,
        "to_reason": place.reason,
        "to_score": place.score,
        "to_is_update": place.is_update,
        "to_by_hand": place.by_hand,
    }


def _say_why_by_hand(connection: Connection) -> None:
    """Say of what a person put somewhere what they did, and why."""
    for row in list(connection.execute(select(HAND.c.item_id, HAND.c.act, HAND.c.reason))):
        is_it = PLACEMENT.c.item_id == row.item_id
        words = why(row.act, row.reason)
        connection.execute(update(PLACEMENT).where(is_it).values(reason=words))


def _judged(connection: Connection) -> dict[str, int]:
    """
    What a person judged, by the story that the judged one's first item is in now.

    Where two come to be one, the older one's judgement stands.
    """
    query = (
        select(PLACEMENT.c.story, STORY.c.judged)
        .join(ITEM, ITEM.c.id == PLACEMENT.c.item_id)
        .join(STORY, STORY.c.id == ITEM.c.key)
        .where(STORY.c.judged.is_not(None))
        .order_by(PLACEMENT.c.id.desc())
    )
    return {row.story: row.judged for row in connection.execute(query)}


def summed_up(account: Account) -> dict[str, Any]:
    """What a row of the table of stories holds of an account."""
    return {
        "headline": account.headline,
        "items": len(account.items),
        "publishers": len(account.publishers),
        "independent": account.independent,
        "grade": account.grade,
        "credibility": account.credibility,
    }


def _in_parts(
    connection: Connection, statement: Executable, values: Sequence[Mapping[str, Any]]
) -> None:
    for start in range(0, len(values), AT_ONCE):
        connection.execute(statement, [dict(one) for one in values[start : start + AT_ONCE]])
