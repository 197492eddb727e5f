"""What polls bring: feed states, items with their versions, and hits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from monitor.errors import StoreError
from monitor.model import Arrival, FeedState, Hit, Item, Mark, PollRecord, Saved
from monitor.store.database import Database, Lock, insert_new, table_of, upsert
from monitor.store.due import waits
from monitor.store.known import Known, chunks, known
from monitor.store.outbox import put
from monitor.store.shown import note_shown
from monitor.store.speaking import hear, put_places, sum_up
from monitor.store.tables import ArticleRow, FeedDayRow, FeedRow, HitRow, ItemRow, VersionRow
from monitor.stories.shelf import Shelved

HIT = table_of(HitRow)
DAY = table_of(FeedDayRow)
COUNT_DAY = (
    update(DAY)
    .where(DAY.c.feed == bindparam("of_feed"), DAY.c.day == bindparam("of_day"))
    .values(
        polls=DAY.c.polls + 1,
        answered=DAY.c.answered + bindparam("more_answered"),
        items=DAY.c["items"] + bindparam("more_items"),
        losses=DAY.c.losses + bindparam("more_losses"),
        last_answer=bindparam("of_answer"),
        failing_since=bindparam("since"),
        error=bindparam("of_error"),
    )
)
NOT_SHELVED = Shelved()
STATE_FIELDS = [one.name for one in fields(FeedState) if one.name != "feed"]


@dataclass(frozen=True, slots=True)
class StoredText:
    """An item as it is stored: its second identity, what its feed gave, and how it stands."""

    item: Item
    twin: str
    given: str
    backfill: bool
    hit: frozenset[str]


class Records:
    """Reads and writes what polls bring; every poll is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self) -> dict[str, FeedState]:
        """What we remember of every feed, by its id."""
        with self._database.reading() as connection:
            rows = connection.execute(select(table_of(FeedRow)))
            return {row.id: state_of(row) for row in rows}

    def state(self, feed: str) -> FeedState | None:
        """What we remember of one feed, or nothing."""
        with self._database.reading() as connection:
            table = table_of(FeedRow)
            row = connection.execute(select(table).where(table.c.id == feed)).first()
            return state_of(row) if row else None

    def states_of(self, feeds: Sequence[str]) -> list[FeedState | None]:
        """What we remember of each of these feeds, in their order."""
        table = table_of(FeedRow)
        found: dict[str, FeedState] = {}
        with self._database.reading() as connection:
            for part in chunks(feeds):
                rows = connection.execute(select(table).where(table.c.id.in_(part)))
                found.update((row.id, state_of(row)) for row in rows)
        return [found.get(feed) for feed in feeds]

    def resting(
        self, now: datetime, longest: timedelta, only: Sequence[str] | None = None
    ) -> dict[str, str]:
        """
        The feeds that need not be asked now, all or of a few, with the address this holds for.

        One that is gone rests for ever, another until its next poll by the rule of ``waits``.
        """
        table = table_of(FeedRow)
        query = select(table.c.id, table.c.url).where(or_(table.c.gone, waits(now, longest)))
        if only is not None:
            query = query.where(table.c.id.in_(only))
        with self._database.reading() as connection:
            return {row.id: row.url for row in connection.execute(query)}

    def unasked(self, feeds: Iterable[str]) -> set[str]:
        """Those of these feeds that were never asked."""
        table = table_of(FeedRow)
        query = select(table.c.id).where(table.c.last_poll.is_not(None))
        with self._database.reading() as connection:
            return set(feeds) - set(connection.scalars(query))

    def known(self, keys: Iterable[str], twins: Iterable[str] = ()) -> list[Known]:
        """The stored items that have one of these keys or one of these twin keys."""
        with self._database.reading() as connection:
            return known(connection, keys, twins)

    def indicators_hit(self, rows: Iterable[int]) -> Mapping[int, Set[str]]:
        """The indicators that each of these items hit in any of its versions."""
        with self._database.reading() as connection:
            return _indicators_hit(connection, list(rows))

    def item(self, row: int) -> StoredText | None:
        """
        A stored item as it stands now, for what comes to it later than by its feed.

        Whoever has the turn keeps others from changing it until they are done.
        """
        table = table_of(ItemRow)
        query = select(table).where(table.c.id == row)
        with self._database.reading() as connection:
            if connection.get_execution_options().get("writes"):
                query = query.with_for_update()
            found = connection.execute(query).first()
            if found is None:
                return None
            given = found.feed_hash or found.hash
            hit = frozenset(_indicators_hit(connection, [row])[row])
            return StoredText(item_of(found), found.twin, given, found.backfill, hit)

    def save(self, record: PollRecord, shelved: Shelved = NOT_SHELVED) -> Saved:
        """
        Store all that a poll changed, in one transaction, and count what was new.

        Storing the same record twice adds nothing the second time.
        """
        return self.save_all([record], shelved)[0]

    def save_all(
        self, records: Sequence[PollRecord], shelved: Shelved = NOT_SHELVED
    ) -> list[Saved]:
        """
        Store several polls in one transaction, and count what was new in each.

        A commit waits for the disk, however much is in it, so polls that end
        together share one. ``shelved`` says which stories their items belong to; an item
        with hits that is not in it is a story of its own.
        """
        with self._database.writing() as connection:
            if any(arrival.hits for arrival in _arrivals(records)):
                self._database.hold(connection, Lock.STORIES)
            before = _rows(connection, _keys(records))
            _insert_items(connection, records, before)
            hit = {arrival.item.key for arrival in _arrivals(records) if _needs_row(arrival)}
            rows = _rows(connection, hit - before.keys())
            put_places(connection, shelved, {**_edited(records), **before, **rows})
            saved = [_save(connection, record, before, rows) for record in records]
            _count_days(connection, records, [one.items for one in saved])
            sum_up(connection, shelved)
            _save_states(connection, records)
            note_shown(connection, {row: one.at for one in records for row in one.shown})
            return saved

    def items_named(self, beginning: str) -> list[Item]:
        """The items whose key is this, or begins so; at most two, to tell one from several."""
        table = table_of(ItemRow)
        query = select(table).where(table.c.key.startswith(beginning, autoescape=True)).limit(2)
        with self._database.reading() as connection:
            return [item_of(row) for row in connection.execute(query)] if beginning else []

    def counts(self) -> dict[str, int]:
        """How many rows each table of ours holds."""
        with self._database.reading() as connection:
            return {
                row.__tablename__: connection.scalar(select(func.count()).select_from(row)) or 0
                for row in (FeedRow, ItemRow, VersionRow, HitRow)
            }


def _indicators_hit(connection: Connection, rows: Sequence[int]) -> dict[int, set[str]]:
    """The indicators that each of these items hit; hits stay when an edit no longer says so."""
    found: dict[int, set[str]] = defaultdict(set)
    for part in chunks(rows):
        query = select(HIT.c.item_id, HIT.c.indicator).where(HIT.c.item_id.in_(part))
        for row in connection.execute(query):
            found[row.item_id].add(row.indicator)
    return found


def state_of(row: Row[Any]) -> FeedState:
    """What a row of the feed table remembers."""
    return FeedState(feed=row.id, **{name: getattr(row, name) for name in STATE_FIELDS})


def _arrivals(records: Iterable[PollRecord]) -> Iterable[Arrival]:
    return (arrival for record in records for arrival in record.arrivals)


def _needs_row(arrival: Arrival) -> bool:
    """Whether something of an item is stored besides itself."""
    return bool(arrival.hits) or arrival.wants_article


def _keys(records: Iterable[PollRecord]) -> set[str]:
    """The keys of what came as new."""
    return {arrival.item.key for arrival in _arrivals(records) if arrival.row is None}


def _edited(records: Iterable[PollRecord]) -> dict[str, int]:
    """The rows of the items that came as edits, by their keys."""
    return {
        arrival.item.key: arrival.row for arrival in _arrivals(records) if arrival.row is not None
    }


def _rows(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """The rows of the items that are stored, by their keys."""
    table = table_of(ItemRow)
    found: dict[str, int] = {}
    for part in chunks(sorted(keys)):
        query = select(table.c.key, table.c.id).where(table.c.key.in_(part))
        found.update((row.key, row.id) for row in connection.execute(query))
    return found


def _insert_items(
    connection: Connection, records: Iterable[PollRecord], before: Mapping[str, int]
) -> None:
    values = [
        {
            **_text_of(arrival.item),
            "key": arrival.item.key,
            "twin": arrival.twin,
            "feed": arrival.item.feed,
            "link": arrival.item.link,
            "lang": arrival.item.lang,
            "author": arrival.item.author,
            "source": arrival.item.source,
            "tags": list(arrival.item.tags),
            "published": arrival.item.published,
            "fetched": record.at,
            "seen": arrival.seen,
            "backfill": arrival.backfill,
        }
        for record in records
        for arrival in record.arrivals
        if arrival.row is None and arrival.item.key not in before
    ]
    insert_new(connection, ItemRow, values)


def _save(
    connection: Connection,
    record: PollRecord,
    before: Mapping[str, int],
    rows: Mapping[str, int],
) -> Saved:
    """Store what one poll brought besides its new items, and count it."""
    fresh: set[str] = set()
    hits, stories = 0, 0
    for arrival in record.arrivals:
        key = arrival.item.key
        if arrival.row is not None:
            keep_version(connection, arrival.row, arrival, record.at)
        elif key not in before:
            fresh.add(key)
        if arrival.row is None and not _needs_row(arrival):
            continue
        row = arrival.row or before.get(key) or rows[key]
        new_hits, is_story = save_hits(connection, row, arrival, record.at)
        hits += new_hits
        stories += is_story
        if key in fresh and arrival.wants_article:
            _put_wanted(connection, row, record.at)
    drafts = put(connection, record.drafts, record.at)
    return Saved(len(fresh), hits, stories, drafts)


def _save_states(connection: Connection, records: Sequence[PollRecord]) -> None:
    states = (record.state for record in records)
    values = [
        {"id": state.feed, **{name: getattr(state, name) for name in STATE_FIELDS}}
        for state in states
    ]
    upsert(connection, FeedRow, *values)


def _put_wanted(connection: Connection, row: int, at: datetime) -> None:
    """Note that an item's article is wanted, in the transaction that stores the item."""
    values = {"item_id": row, "state": "wanted", "tries": 0, "next_try": at}
    insert_new(connection, ArticleRow, [values])


def _text_of(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "summary": item.summary,
        "content": item.content,
        "hash": item.hash,
        "article": item.article,
    }


def keep_version(connection: Connection, row: int, arrival: Arrival, at: datetime) -> None:
    """
    Give a stored item another text, and keep the one that it had with its hits.

    Raises ``StoreError`` where another process gave it its article meanwhile: what is
    to be stored was made without it.
    """
    table, item = table_of(ItemRow), arrival.item
    old = connection.execute(select(table).where(table.c.id == row).with_for_update()).one()
    if old.article and not item.article:
        raise StoreError(f"the article of {item.key} came while its feed was polled")
    given = {"feed_hash": arrival.feed_hash}
    if old.hash == item.hash:
        connection.execute(update(table).where(table.c.id == row).values(**given))
        return
    hits = connection.execute(select(HIT).where(HIT.c.item_id == row).order_by(HIT.c.id))
    version = {name: getattr(old, name) for name in ("hash", "title", "summary", "content")}
    version["hits"] = [
        {"indicator": hit.indicator, "signals": hit.signals, "marks": hit.marks} for hit in hits
    ]
    connection.execute(table_of(VersionRow).insert().values(item_id=row, replaced=at, **version))
    connection.execute(update(table).where(table.c.id == row).values(**_text_of(item), **given))


def save_hits(connection: Connection, row: int, arrival: Arrival, at: datetime) -> tuple[int, bool]:
    """Store an item's hits; say how many are new, and whether they begin a story."""
    if arrival.row is not None:
        # The old marks point into a text that is no longer the item's; its version keeps them.
        connection.execute(update(HIT).where(HIT.c.item_id == row).values(marks=[]))
    new = []
    for hit in arrival.hits:
        values = {
            "signals": list(hit.signals),
            "marks": [asdict(mark) for mark in hit.marks],
            "revision": hit.revision,
        }
        keys = {"item_id": row, "indicator": hit.indicator}
        fresh = {**keys, **values, "seen": arrival.seen, "found": at}
        if insert_new(connection, HitRow, [fresh]):
            new.append(hit)
        elif arrival.row is not None:
            connection.execute(
                update(HIT)
                .where(HIT.c.item_id == row, HIT.c.indicator == hit.indicator)
                .values(marks=values["marks"], revision=hit.revision)
            )
    return len(new), bool(new) and hear(connection, row, arrival, new, at)


def _count_days(
    connection: Connection, records: Sequence[PollRecord], items: Sequence[int]
) -> None:
    """Count polls in the days of their feeds, with how many new items each brought."""
    zero = {"polls": 0, "answered": 0, "items": 0, "losses": 0}
    days = [{"feed": record.state.feed, "day": record.day, **zero} for record in records]
    insert_new(connection, FeedDayRow, days)
    connection.execute(COUNT_DAY, [_of_day(*each) for each in zip(records, items, strict=True)])


def _of_day(record: PollRecord, items: int) -> dict[str, Any]:
    """What one poll adds to its day; a feed's past counts in no day."""
    state = record.state
    backfilled = sum(arrival.backfill for arrival in record.arrivals)
    return {
        "of_feed": state.feed,
        "of_day": record.day,
        "more_answered": int(record.answered),
        "more_losses": int(record.lossy),
        "more_items": max(items - backfilled, 0),
        "of_answer": state.last_answer,
        "since": state.failing_since,
        "of_error": state.error,
    }


def item_of(row: Row[Any]) -> Item:
    """The item that a row of the item table holds."""
    return Item(
        key=row.key,
        feed=row.feed,
        title=row.title,
        summary=row.summary,
        content=row.content,
        link=row.link,
        lang=row.lang,
        author=row.author,
        tags=tuple(row.tags or ()),
        published=row.published,
        hash=row.hash,
        article=row.article,
        source=row.source,
    )


def hit_of(row: Row[Any], item: str) -> Hit:
    """The hit that a row of the hit table holds."""
    return Hit(
        item=item,
        indicator=row.indicator,
        signals=tuple(row.signals or ()),
        marks=tuple(Mark(**mark) for mark in row.marks or ()),
        revision=row.revision,
    )
