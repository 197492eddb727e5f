"""What stories speak to, kept in step with the hits that are stored, and counted by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, select, update

from monitor.model import Arrival, Hit
from monitor.store.database import insert_new, table_of, upsert
from monitor.store.known import chunks
from monitor.store.storytables import (
    PlacementRow,
    RarityRow,
    StoryIndicatorRow,
    StoryRow,
)
from monitor.store.tables import HitRow, ItemRow
from monitor.store.tally import recount
from monitor.stories.shelf import Shelved
from monitor.stories.speaking import Spoken, earlier, heard

ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
STORY = table_of(StoryRow)
PLACEMENT = table_of(PlacementRow)
SPOKEN = table_of(StoryIndicatorRow)
_SUM_UP = (
    update(STORY)
    .where(STORY.c.id == bindparam("of_story"))
    .values(
        headline=bindparam("to_headline"),
        items=bindparam("to_items"),
        publishers=bindparam("to_publishers"),
        independent=bindparam("to_independent"),
        grade=bindparam("to_grade"),
        credibility=bindparam("to_credibility"),
    )
)


def put_places(connection: Connection, shelved: Shelved, rows: Mapping[str, int]) -> None:
    """Store where items were put; an item that has a place keeps it."""
    values = [
        {
            "item_id": rows[place.item],
            "story": place.story,
            "told": place.told,
            "at": place.at,
            "reason": place.reason,
            "score": place.score,
            "is_update": place.is_update,
            "by_hand": place.by_hand,
        }
        for place in shelved.places
    ]
    insert_new(connection, PlacementRow, values)
    for day in shelved.days:
        upsert(connection, RarityRow, {"day": day.day, "items": day.items, "told": dict(day.told)})


def sum_up(connection: Connection, shelved: Shelved) -> None:
    """Store what is now said of stories, whose rows are there."""
    values = [
        {
            "of_story": story,
            "to_headline": one.headline,
            "to_items": len(one.items),
            "to_publishers": len(one.publishers),
            "to_independent": one.independent,
            "to_grade": one.grade,
            "to_credibility": one.credibility,
        }
        for story, one in shelved.accounts.items()
    ]
    if values:
        connection.execute(_SUM_UP, values)


def hear(
    connection: Connection, row: int, arrival: Arrival, hits: Iterable[Hit], at: datetime
) -> bool:
    """
    Let an item's story speak to the indicators that the item newly hits; whether it is a new story.

    An item without a place is a story of its own: no hit is without a story.
    """
    story = connection.scalar(select(PLACEMENT.c.story).where(PLACEMENT.c.item_id == row))
    if story is None:
        story = arrival.item.key
        insert_new(connection, PlacementRow, [_alone(row, arrival, at)])
    before = connection.execute(select(STORY).where(STORY.c.id == story)).first()
    moves_back = arrival.backfill and before is not None and not before.live
    for hit in hits:
        _speak(connection, story, hit, arrival.seen, moves_back=moves_back)
    if before is None:
        insert_new(connection, StoryRow, [_begun(story, arrival)])
        return True
    connection.execute(
        update(STORY)
        .where(STORY.c.id == story)
        .values(
            first=earlier(before.first, arrival.seen, moves_back=moves_back),
            last=max(before.last, arrival.seen),
            live=before.live or not arrival.backfill,
        )
    )
    return False


def _alone(row: int, arrival: Arrival, at: datetime) -> dict[str, Any]:
    return {
        "item_id": row,
        "story": arrival.item.key,
        "told": arrival.seen,
        "at": at,
        "reason": "",
        "score": 0.0,
        "is_update": False,
        "by_hand": False,
    }


def _begun(story: str, arrival: Arrival) -> dict[str, Any]:
    return {
        "id": story,
        "first": arrival.seen,
        "last": arrival.seen,
        "live": not arrival.backfill,
        "headline": arrival.item.title,
        "items": 1,
        "publishers": 1,
        "independent": 1,
        "grade": "F",
        "credibility": 6,
        "judged": None,
        "by_hand": False,
    }


def _speak(
    connection: Connection, story: str, hit: Hit, seen: datetime, *, moves_back: bool
) -> None:
    is_it = and_(SPOKEN.c.story == story, SPOKEN.c.indicator == hit.indicator)
    row = connection.execute(select(SPOKEN).where(is_it)).first()
    before = spoken_of(row) if row else None
    after = heard(before, seen, hit.signals, moves_back=moves_back)
    values = {
        "first": after.first,
        "last": after.last,
        "signals": list(after.signals),
        "items": after.items,
    }
    if before is None:
        connection.execute(SPOKEN.insert().values(story=story, indicator=hit.indicator, **values))
    else:
        connection.execute(update(SPOKEN).where(is_it).values(**values))
    recount(connection, hit.indicator, before, after)


def spoken_of(row: Row[Any]) -> Spoken:
    """What a row of ``story_indicator`` says."""
    return Spoken(row.first, row.last, tuple(row.signals or ()), row.items)


def retell(connection: Connection, stories: Iterable[str]) -> None:
    """
    Make anew what some stories speak to, and when they were seen, from the hits of their items.

    A story without items is gone. What was counted by day is corrected.
    """
    names = sorted(set(stories))
    for part in chunks(names):
        _take_back(connection, part)
        told, seen = told_anew(connection, part)
        for story in part:
            if story not in seen:
                connection.execute(delete(STORY).where(STORY.c.id == story))
                continue
            first, last, live = seen[story]
            connection.execute(
                update(STORY).where(STORY.c.id == story).values(first=first, last=last, live=live)
            )
        rows = [spoken_row(story, indicator, one) for (story, indicator), one in told.items()]
        if rows:
            connection.execute(SPOKEN.insert(), rows)
        for (_, indicator), one in told.items():
            recount(connection, indicator, None, one)


def _take_back(connection: Connection, stories: Sequence[str]) -> None:
    for row in list(connection.execute(select(SPOKEN).where(SPOKEN.c.story.in_(stories)))):
        recount(connection, row.indicator, spoken_of(row), None)
    connection.execute(delete(SPOKEN).where(SPOKEN.c.story.in_(stories)))


Told = dict[tuple[str, str], Spoken]
Seen = dict[str, tuple[datetime, datetime, bool]]


def told_anew(connection: Connection, stories: Sequence[str] | None = None) -> tuple[Told, Seen]:
    """What the stored hits say in the order in which they were found."""
    query = (
        select(
            *(PLACEMENT.c.story, HIT.c.indicator, HIT.c.seen, HIT.c.signals),
            (ITEM.c.backfill & (ITEM.c.seen == HIT.c.seen)).label("past"),
        )
        .join(PLACEMENT, PLACEMENT.c.item_id == HIT.c.item_id)
        .join(ITEM, ITEM.c.id == HIT.c.item_id)
        .order_by(HIT.c.id)
    )
    if stories is not None:
        query = query.where(PLACEMENT.c.story.in_(stories))
    told: Told = {}
    seen: Seen = {}
    for row in connection.execute(query):
        key = row.story, row.indicator
        first, last, live = seen.get(row.story, (row.seen, row.seen, False))
        moves_back = bool(row.past) and not live
        told[key] = heard(told.get(key), row.seen, row.signals or (), moves_back=moves_back)
        seen[row.story] = (
            earlier(first, row.seen, moves_back=moves_back),
            max(last, row.seen),
            live or not row.past,
        )
    return told, seen


def spoken_row(story: str, indicator: str, one: Spoken) -> dict[str, Any]:
    """The row that says so."""
    return {
        "story": story,
        "indicator": indicator,
        "first": one.first,
        "last": one.last,
        "signals": list(one.signals),
        "items": one.items,
    }
