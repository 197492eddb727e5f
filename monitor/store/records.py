"""What polls bring: feed states, items with their versions, and hits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, or_, select, update

from monitor.model import Arrival, FeedState, Hit, Item, Mark, PollRecord, Saved
from monitor.store.database import Database, insert_new, table_of, upsert
from monitor.store.outbox import put
from monitor.store.tables import ArticleRow, FeedDayRow, FeedRow, HitRow, ItemRow, VersionRow
from monitor.store.tally import count

HIT = table_of(HitRow)
CHUNK = 400
_HAS_HITS = exists().where(HIT.c.item_id == table_of(ItemRow).c.id).label("has_hits")
STATE_FIELDS = [one.name for one in fields(FeedState) if one.name != "feed"]


@dataclass(frozen=True, slots=True)
class Known:
    """
    A stored item as a poll meets it again.

    Its row, its identities, the hash of what its feed gave, when it was first
    seen, whether anything hit it, and whether its content is an article.
    """

    row: int
    key: str
    twin: str
    hash: str
    seen: datetime
    has_hits: bool
    article: bool = False


@dataclass(frozen=True, slots=True)
class StoredText:
    """An item as it is stored: its second identity, what its feed gave, and how it stands."""

    item: Item
    twin: str
    given: str
    backfill: bool
    has_hits: bool


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

    def resting(self, now: datetime, longest: timedelta) -> dict[str, str]:
        """
        The feeds that need not be asked now, with the address that this holds for.

        One that is gone rests for ever, another until its next poll, but never
        for more than ``longest``, which may have been shortened since. A last
        poll in the future was noted under a wrong clock and does not count.
        """
        table = table_of(FeedRow)
        waits = and_(
            table.c.next_poll > now, table.c.last_poll <= now, table.c.last_poll > now - longest
        )
        query = select(table.c.id, table.c.url).where(or_(table.c.gone, waits))
        with self._database.reading() as connection:
            return {row.id: row.url for row in connection.execute(query)}

    def unasked(self, feeds: Iterable[str]) -> set[str]:
        """Those of these feeds that were never asked."""
        table = table_of(FeedRow)
        query = select(table.c.id).where(table.c.last_poll.is_not(None))
        with self._database.reading() as connection:
            return set(feeds) - set(connection.scalars(query))

    def known(self, feed: str, keys: Iterable[str], twins: Iterable[str]) -> list[Known]:
        """The stored items of a feed that have one of these keys or one of these twin keys."""
        item = table_of(ItemRow)
        given = func.coalesce(func.nullif(item.c.feed_hash, ""), item.c.hash).label("given")
        columns = (
            *(item.c.id, item.c.key, item.c.twin, given, item.c.seen, item.c.article),
            _HAS_HITS,
        )
        found: dict[int, Known] = {}
        with self._database.reading() as connection:
            for column, values in ((item.c.key, set(keys)), (item.c.twin, set(twins) - {""})):
                for part in _chunks(sorted(values)):
                    query = select(*columns).where(item.c.feed == feed, column.in_(part))
                    for row in connection.execute(query):
                        found[row.id] = Known(
                            *(row.id, row.key, row.twin, row.given, row.seen),
                            has_hits=bool(row.has_hits),
                            article=row.article,
                        )
        return list(found.values())

    def item(self, row: int) -> StoredText | None:
        """A stored item as it stands now, for what comes to it later than by its feed."""
        table = table_of(ItemRow)
        query = select(table, _HAS_HITS).where(table.c.id == row)
        with self._database.reading() as connection:
            found = connection.execute(query).first()
            if found is None:
                return None
            given = found.feed_hash or found.hash
            return StoredText(item_of(found), found.twin, given, found.backfill, found.has_hits)

    def save(self, record: PollRecord) -> Saved:
        """
        Store all that a poll changed, in one transaction, and count what was new.

        Storing the same record twice adds nothing the second time.
        """
        with self._database.writing() as connection:
            items, hits, stories = 0, 0, 0
            for arrival in record.arrivals:
                row, is_new = _save_item(connection, arrival, record.at)
                items += is_new
                new_hits, is_story = save_hits(connection, row, arrival, record.at)
                hits += new_hits
                stories += is_story
                if is_new and arrival.wants_article:
                    _put_wanted(connection, row, record.at)
            drafts = put(connection, record.drafts, record.at)
            values = {name: getattr(record.state, name) for name in STATE_FIELDS}
            upsert(connection, FeedRow, {"id": record.state.feed, **values})
            _count_day(connection, record, items)
            return Saved(items, hits, stories, drafts)

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


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def state_of(row: Row[Any]) -> FeedState:
    """What a row of the feed table remembers."""
    return FeedState(feed=row.id, **{name: getattr(row, name) for name in STATE_FIELDS})


def _save_item(connection: Connection, arrival: Arrival, at: datetime) -> tuple[int, bool]:
    item = arrival.item
    table = table_of(ItemRow)
    if arrival.row is not None:
        keep_version(connection, arrival.row, arrival, at)
        return arrival.row, False
    values = {
        **_text_of(item),
        "key": item.key,
        "twin": arrival.twin,
        "feed": item.feed,
        "link": item.link,
        "lang": item.lang,
        "author": item.author,
        "source": item.source,
        "tags": list(item.tags),
        "published": item.published,
        "fetched": at,
        "seen": arrival.seen,
        "backfill": arrival.backfill,
    }
    is_new = insert_new(connection, ItemRow, [values]) > 0
    row = connection.scalar(select(table.c.id).where(table.c.key == item.key))
    return int(row or 0), is_new


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
    """Give a stored item another text, and keep the one that it had with its hits."""
    table, item = table_of(ItemRow), arrival.item
    old = connection.execute(select(table).where(table.c.id == row)).one()
    given = {"feed_hash": arrival.feed_hash}
    if old.hash == item.hash:
        connection.execute(update(table).where(table.c.id == row).values(**given))
        return
    hits = connection.execute(select(HIT).where(HIT.c.item_id == row))
    version = {name: getattr(old, name) for name in ("hash", "title", "summary", "content")}
    version["hits"] = [
        {"indicator": hit.indicator, "signals": hit.signals, "marks": hit.marks} for hit in hits
    ]
    connection.execute(table_of(VersionRow).insert().values(item_id=row, replaced=at, **version))
    connection.execute(update(table).where(table.c.id == row).values(**_text_of(item), **given))


def _hits_of(connection: Connection, row: int) -> int:
    query = select(func.count()).select_from(HIT).where(HIT.c.item_id == row)
    return int(connection.scalar(query) or 0)


def save_hits(connection: Connection, row: int, arrival: Arrival, at: datetime) -> tuple[int, bool]:
    """Store an item's hits; say how many are new, and whether they are its first."""
    had = _hits_of(connection, row)
    if arrival.row is not None:
        # The old marks point into a text that is no longer the item's; its version keeps them.
        connection.execute(update(HIT).where(HIT.c.item_id == row).values(marks=[]))
    new = 0
    for hit in arrival.hits:
        values = {
            "signals": list(hit.signals),
            "marks": [asdict(mark) for mark in hit.marks],
            "revision": hit.revision,
        }
        keys = {"item_id": row, "indicator": hit.indicator}
        fresh = {**keys, **values, "seen": arrival.seen, "found": at}
        if insert_new(connection, HitRow, [fresh]):
            new += 1
            count(connection, hit.indicator, arrival.day, hit.signals)
        elif arrival.row is not None:
            connection.execute(
                update(HIT)
                .where(HIT.c.item_id == row, HIT.c.indicator == hit.indicator)
                .values(marks=values["marks"], revision=hit.revision)
            )
    return new, new > 0 and had == 0


def _count_day(connection: Connection, record: PollRecord, items: int) -> None:
    table = table_of(FeedDayRow)
    key = {"feed": record.state.feed, "day": record.day}
    none = dict.fromkeys(("polls", "answered", "items", "losses"), 0)
    insert_new(connection, FeedDayRow, [key | none])
    backfilled = sum(arrival.backfill for arrival in record.arrivals)
    connection.execute(
        update(table)
        .where(table.c.feed == key["feed"], table.c.day == key["day"])
        .values(
            polls=table.c.polls + 1,
            answered=table.c.answered + record.answered,
            items=table.c["items"] + max(items - backfilled, 0),
            losses=table.c.losses + record.lossy,
            last_answer=record.state.last_answer,
            failing_since=record.state.failing_since,
            error=record.state.error,
        )
    )


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


def day_rows(connection: Connection, first: date, last: date) -> list[Row[Any]]:
    """The roll-up rows of feeds from one local day to another, both included."""
    table = table_of(FeedDayRow)
    query = select(table).where(table.c.day >= first, table.c.day <= last)
    return list(connection.execute(query.order_by(table.c.day)))
