"""Stories as they are placed: what was placed before, by which hand, and what was told on days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, update

from monitor.messages import Draft
from monitor.model import Hit, Item
from monitor.store.database import Database, Lock, table_of
from monitor.store.facts import fact, forget_facts, note_fact
from monitor.store.outbox import put
from monitor.store.records import hit_of, item_of
from monitor.store.replacing import regroup, replace_all
from monitor.store.storytables import HandRow, PlacementRow, RarityRow, StoryRow
from monitor.store.tables import HitRow, ItemRow, VersionRow
from monitor.stories.byhand import Regrouping
from monitor.stories.rarity import DayTold
from monitor.stories.shelf import Built, Place

ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
VERSION = table_of(VersionRow)
STORY = table_of(StoryRow)
PLACEMENT = table_of(PlacementRow)
HAND = table_of(HandRow)
RARITY = table_of(RarityRow)
AT_ONCE = 400
TO_BE_GROUPED = "stories"
CHANGES = "stories changed"


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """Where an item was put, and what it told then: its text and its hits as they stood."""

    row: int
    place: Place
    item: Item
    seen: datetime
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far placing has come: the last placement, and how often a person or a rebuild cut in."""

    last: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Believed:
    """How credible a story is: as computed from its publishers, and as a person judged it."""

    story: str
    headline: str
    computed: int
    judged: int | None


class Stories:
    """Answers what was placed so far, in the order in which it was."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def have_placing(self) -> None:
        """Let nobody else place items until what this thread does in its turn is stored."""
        self._database.hold_within(Lock.STORIES)

    def standing(self) -> Standing:
        """How far placing has come."""
        with self._database.reading() as connection:
            return standing(connection)

    def is_to_be_grouped(self) -> bool:
        """Whether there is something stored that is a story of its own until all is grouped."""
        with self._database.reading() as connection:
            return fact(connection, TO_BE_GROUPED) is not None

    def rows_placed(self, rows: Iterable[int]) -> set[int]:
        """Those of these items that have a place."""
        query = select(PLACEMENT.c.item_id).where(PLACEMENT.c.item_id.in_(sorted(rows)))
        with self._database.reading() as connection:
            return set(connection.scalars(query))

    def any_told_before(self, instant: datetime) -> bool:
        """Whether something that was placed was told before an instant."""
        query = select(PLACEMENT.c.id).where(PLACEMENT.c.told < instant).limit(1)
        with self._database.reading() as connection:
            return connection.scalar(query) is not None

    def days(self, since: date) -> list[DayTold]:
        """What was told on the days that are summed up, from a day on."""
        query = select(RARITY).where(RARITY.c.day >= since).order_by(RARITY.c.day)
        with self._database.reading() as connection:
            return [
                DayTold(row.day, row.items, Counter(row.told)) for row in connection.execute(query)
            ]

    def by_hand(self) -> dict[str, str]:
        """The story of each item that a person has put somewhere, by the item's key."""
        query = select(ITEM.c.key, HAND.c.story).join(HAND, HAND.c.item_id == ITEM.c.id)
        with self._database.reading() as connection:
            return {row.key: row.story for row in connection.execute(query)}

    def placed(
        self, *, told: datetime | None = None, at: datetime | None = None, after: int = 0
    ) -> Iterator[tuple[int, StoredPlace]]:
        """
        What was placed, each with the number of its placement, in that order.

        With ``told``, only the stories of which something was told since then; with
        ``at``, also what was placed since then; without both, all.
        """
        wanted: list[ColumnElement[bool]] = []
        if told is not None:
            recent = select(PLACEMENT.c.story).where(PLACEMENT.c.told >= told)
            wanted.append(PLACEMENT.c.story.in_(recent))
        if at is not None:
            wanted.append(PLACEMENT.c.at >= at)
        while True:
            query = select(PLACEMENT.c.id).where(PLACEMENT.c.id > after)
            if wanted:
                query = query.where(or_(*wanted))
            with self._database.reading() as connection:
                part = list(connection.scalars(query.order_by(PLACEMENT.c.id).limit(AT_ONCE)))
                found = _stored(connection, part)
            if not part:
                return
            yield from found
            after = part[-1]

    def told_from(self) -> list[tuple[int, datetime]]:
        """When each item was told, by the number of its placement."""
        query = select(PLACEMENT.c.id, PLACEMENT.c.told).order_by(PLACEMENT.c.id)
        with self._database.reading() as connection:
            return [(row.id, row.told) for row in connection.execute(query)]

    def story_ids(self) -> dict[str, str]:
        """The story of each item, by the item's key."""
        query = select(ITEM.c.key, PLACEMENT.c.story).join(
            PLACEMENT, PLACEMENT.c.item_id == ITEM.c.id
        )
        with self._database.reading() as connection:
            return {row.key: row.story for row in connection.execute(query)}

    def members(self, item: str) -> list[tuple[int, StoredPlace]]:
        """The items of the story that an item is in, in the order in which they were placed."""
        story = (
            select(PLACEMENT.c.story)
            .join(ITEM, ITEM.c.id == PLACEMENT.c.item_id)
            .where(ITEM.c.key == item)
        )
        query = select(PLACEMENT.c.id).where(PLACEMENT.c.story == story.scalar_subquery())
        found: list[tuple[int, StoredPlace]] = []
        with self._database.reading() as connection:
            numbers = list(connection.scalars(query.order_by(PLACEMENT.c.id)))
            for start in range(0, len(numbers), AT_ONCE):
                found += _stored(connection, numbers[start : start + AT_ONCE])
        return found

    def regroup(self, done: Regrouping, line: Draft) -> None:
        """Store what a person decided, with its line in the ledger, in one transaction."""
        with self._database.writing(Lock.STORIES) as connection:
            regroup(connection, done)
            put(connection, [line], done.at)
            note_grouped(connection, is_whole=False)

    def belief(self, item: str) -> Believed | None:
        """How credible the story is that an item is in."""
        query = (
            select(STORY.c.id, STORY.c.headline, STORY.c.credibility, STORY.c.judged)
            .join(PLACEMENT, PLACEMENT.c.story == STORY.c.id)
            .join(ITEM, ITEM.c.id == PLACEMENT.c.item_id)
            .where(ITEM.c.key == item)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return Believed(*row) if row else None

    def judge(self, story: str, credibility: int | None, line: Draft, now: datetime) -> None:
        """Store a person's credibility of a story, with its line in the ledger."""
        with self._database.writing() as connection:
            connection.execute(update(STORY).where(STORY.c.id == story).values(judged=credibility))
            put(connection, [line], now)

    def replace_all(self, built: Built) -> bool:
        """
        Put stories that were built anew in the place of all that there are, in one transaction.

        It is false, and nothing is changed, if something was placed or
        decided meanwhile.
        """
        with self._database.writing(Lock.STORIES) as connection:
            if standing(connection) != Standing(*built.standing):
                return False
            self._database.take_time(connection)
            replace_all(connection, built)
            note_grouped(connection)
            return True


def standing(connection: Connection) -> Standing:
    """How far placing has come, as a transaction sees it."""
    last = connection.scalar(select(func.max(PLACEMENT.c.id)))
    changes = fact(connection, CHANGES)
    return Standing(last or 0, int(changes or 0))


def _stored(connection: Connection, placements: Sequence[int]) -> list[tuple[int, StoredPlace]]:
    columns = [PLACEMENT.c[name].label(f"place_{name}") for name in _PLACE]
    query = (
        select(ITEM, *columns)
        .join(PLACEMENT, PLACEMENT.c.item_id == ITEM.c.id)
        .where(PLACEMENT.c.id.in_(placements))
        .order_by(PLACEMENT.c.id)
    )
    rows = list(connection.execute(query))
    items = [row.id for row in rows]
    hits: dict[int, list[Row[Any]]] = {item: [] for item in items}
    for hit in connection.execute(select(HIT).where(HIT.c.item_id.in_(items)).order_by(HIT.c.id)):
        hits[hit.item_id].append(hit)
    texts = _earlier_texts(connection, items)
    return [(row.place_id, _stored_place(row, hits[row.id], texts.get(row.id, ()))) for row in rows]


_PLACE = ("id", "story", "told", "at", "reason", "score", "is_update")


def _earlier_texts(connection: Connection, items: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The texts that were replaced, the oldest first."""
    found: dict[int, list[Row[Any]]] = {}
    query = select(VERSION).where(VERSION.c.item_id.in_(items)).order_by(VERSION.c.id)
    for row in connection.execute(query):
        found.setdefault(row.item_id, []).append(row)
    return found


def _stored_place(
    row: Row[Any], hits: Sequence[Row[Any]], texts: Sequence[Row[Any]]
) -> StoredPlace:
    """An item as it was when it was placed: what came to it later is left out."""
    then = [hit for hit in hits if hit.found <= row.place_at] or list(hits)
    item = item_of(row)
    text = next((one for one in texts if one.replaced > row.place_at), None)
    if text is not None:
        item = replace(item, title=text.title, summary=text.summary, content=text.content)
    place = Place(
        item=row.key,
        story=row.place_story,
        told=row.place_told,
        at=row.place_at,
        reason=row.place_reason,
        score=row.place_score,
        is_update=row.place_is_update,
    )
    seen = min((hit.seen for hit in then), default=row.seen)
    return StoredPlace(row.id, place, item, seen, tuple(hit_of(hit, row.key) for hit in then))


def ask_to_group(connection: Connection) -> None:
    """Note that what is stored waits to be grouped."""
    note_fact(connection, TO_BE_GROUPED, "1")


def note_grouped(connection: Connection, *, is_whole: bool = True) -> None:
    """Note that whoever has stories at hand must look again; if all are, the past is grouped."""
    if is_whole:
        forget_facts(connection, TO_BE_GROUPED)
    changes = standing(connection).changes + 1
    note_fact(connection, CHANGES, str(changes))
