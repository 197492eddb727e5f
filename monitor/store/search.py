"""Search over all stored items: what is worth holding against a question, newest first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from monitor.digest.build import Report
from monitor.feeds.search import speaking
from monitor.matching import words_of
from monitor.matching.question import Phrase
from monitor.model import Feed, Hit, Item
from monitor.store.database import Database, Lock, insert_new, table_of, upsert
from monitor.store.facts import fact
from monitor.store.records import hit_of, item_of
from monitor.store.tables import FactRow, HitRow, ItemRow, PlaceRow, VersionRow
from monitor.store.whole import feed_of
from monitor.store.wordindex import Fts5, Needs, Tsvector, WordIndex

ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
PLACE = table_of(PlaceRow)
VERSION = table_of(VersionRow)
FORM = "1"
"""To be raised whenever ``words_of`` answers otherwise: the index is then made anew."""
BATCH = 1_000
CHUNK = 200
FEW_HITS = 20_000
"""Up to so many hits of an indicator are sorted; of more, one is soon met on the way back."""
ROW_BITS = 31


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: ``needs`` of a question, a span of time, a feed, an indicator's hits."""

    needs: tuple[tuple[Phrase, ...], ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    feed: str | None = None
    indicator: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may answer: its place in the order, its row, its report without hits."""

    place: int
    row: int
    report: Report


@dataclass(frozen=True, slots=True)
class Filled:
    """Up to which item and which edit the index goes."""

    item: int = 0
    version: int = 0


class Search:
    """
    Keeps an index of words beside the items, and reads it back in order of time.

    The index is made off the hot path, from what was stored since the last
    time, and only narrows: whoever asks holds the question against what comes.
    Of an edited item it has the words of every text, so that nothing is missed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._index: WordIndex = Fts5() if database.is_sqlite else Tsvector()
        self._settled = Filled()

    def waiting(self) -> int:
        """How many items and edits are stored and not in the index yet."""
        with self._database.reading() as connection:
            done = self._filled(connection)
            items = select(func.count()).select_from(ITEM).where(ITEM.c.id > done.item)
            edits = select(func.count()).select_from(VERSION).where(VERSION.c.id > done.version)
            return int(connection.scalar(items) or 0) + int(connection.scalar(edits) or 0)

    def fill(self, limit: int = BATCH) -> int:
        """Take up at most ``limit`` items and as many edits, the oldest first; say how many."""
        if not self.waiting():
            return 0
        done, items, edits = self._next(limit)
        if not items and not edits:
            # What was settled before is taken up, or has gone: see what has come since.
            self._settled = Filled(*self._database.settled(ItemRow, VersionRow))
            done, items, edits = self._next(limit)
        if not items and not edits:
            return 0
        rows = [(place_of(row.seen, 2 * row.id), row) for row in items]
        rows += [(place_of(row.seen, 2 * row.version + 1), row) for row in edits]
        words = {n: _indexed(item_of(row)) for n, row in rows}
        reached = Filled(
            items[-1].id if items else done.item, edits[-1].version if edits else done.version
        )
        places = [{"n": n, "item_id": row.id} for n, row in rows[: len(items)]]
        with self._database.writing(Lock.SEARCH) as connection:
            if self._filled(connection) != done:
                return 0  # somebody else took them up meanwhile
            self._put(connection, places, words, reached, anew=done == Filled())
        return len(rows)

    def _next(self, limit: int) -> tuple[Filled, Sequence[Row[Any]], Sequence[Row[Any]]]:
        """How far the index goes, and the items and edits that are next, of what is settled."""
        with self._database.reading() as connection:
            done = self._filled(connection)
            return done, *_next_items(connection, done, self._settled, limit)

    def _put(
        self,
        connection: Connection,
        places: Sequence[Mapping[str, int]],
        words: Mapping[int, str],
        reached: Filled,
        *,
        anew: bool,
    ) -> None:
        if anew:
            connection.execute(PLACE.delete())
        insert_new(connection, PlaceRow, places)
        if anew:
            self._index.make(connection)
        self._index.put(connection, words)
        upsert(
            connection,
            FactRow,
            {"name": "search", "value": f"{FORM} {reached.item} {reached.version}"},
        )

    def words_of(self, rows: Iterable[Row[Any]]) -> dict[int, tuple[int, str]]:
        """The place and the words that items have in the index, by their rows."""
        return {row.id: (place_of(row.seen, 2 * row.id), _indexed(item_of(row))) for row in rows}

    def take_back(self, connection: Connection, words: Sequence[tuple[int, str]]) -> None:
        """
        Take items that were never edited out of the index, within the caller's transaction.

        Of what is not in it yet there is nothing to take back. Of an edited item
        the words stay, and lead nowhere: which text each of them was made of is not known.
        """
        filled = self._filled(connection)
        last = (1 << ROW_BITS) - 1
        known = {n: row for n, row in words if (n & last) // 2 <= filled.item}
        if known:
            self._index.take_back(connection, known)

    def tidy(self, *, begins: bool) -> bool:
        """
        Write a little of the index anew without what was taken back; whether more is to do.

        What is taken back may only be noted at first, and takes room of its own.
        """
        with self._database.writing(Lock.SEARCH) as connection:
            if self._filled(connection) == Filled():
                return False
            return self._index.tidy(connection, begins=begins)

    def _filled(self, connection: Connection) -> Filled:
        value = fact(connection, "search")
        form, *reached = str(value or "").split()[:3] or [""]
        return Filled(*map(int, reached)) if form == FORM else Filled()

    # --- reading back

    def look(
        self, wanted: Wanted, feeds: Mapping[str, Feed], before: int | None = None
    ) -> Iterator[list[Candidate]]:
        """What may answer, newest first and in chunks, from a place on; each item once."""
        with self._database.reading() as connection:
            if self._filled(connection) == Filled():
                return
            for chunk in self._places(connection, wanted, before):
                known = _items(connection, set(chunk.values()), wanted)
                yield [
                    Candidate(n, row.id, _report(row, feeds))
                    for n, item in chunk.items()
                    if (row := known.get(item)) is not None
                ]

    def hits(self, rows: Iterable[int]) -> dict[int, tuple[Hit, ...]]:
        """The stored hits of some items, by their rows."""
        found: dict[int, tuple[Hit, ...]] = {}
        query = select(HIT, ITEM.c.key).join(ITEM, ITEM.c.id == HIT.c.item_id).order_by(HIT.c.id)
        with self._database.reading() as connection:
            for row in connection.execute(query.where(HIT.c.item_id.in_(list(rows)))):
                found[row.item_id] = (*found.get(row.item_id, ()), hit_of(row, row.key))
        return found

    def _places(
        self, connection: Connection, wanted: Wanted, before: int | None
    ) -> Iterator[dict[int, int]]:
        """Places in order with the rows of their items, in chunks."""
        first, last = bounds(wanted, before)
        needs = needs_of(wanted)
        if needs:
            for places in self._index.places(connection, needs, first, last):
                yield self._each_once(connection, places, needs)
            return
        columns = select(PLACE).where(PLACE.c.n >= first, PLACE.c.n < last)
        query = columns.order_by(PLACE.c.n.desc())
        if wanted.indicator is not None:
            mine = HIT.c.indicator == wanted.indicator
            total = select(func.count()).select_from(HIT).where(mine)
            if int(connection.scalar(total) or 0) <= FEW_HITS:
                query = query.where(PLACE.c.item_id.in_(select(HIT.c.item_id).where(mine)))
        query = query.execution_options(yield_per=CHUNK)
        for rows in connection.execute(query).partitions():
            yield {row.n: row.item_id for row in rows}

    def _each_once(
        self, connection: Connection, places: Sequence[int], needs: Needs
    ) -> dict[int, int]:
        """The items of some places; one with edits only at its highest place that was found."""
        mask = (1 << ROW_BITS) - 1
        items = {n: (n & mask) // 2 for n in places if not n & 1}
        edits = {n: (n & mask) // 2 for n in places if n & 1}
        versions: dict[int, set[int]] = {}
        query = select(VERSION.c.id, VERSION.c.item_id)
        owners = {
            row.id: row.item_id
            for row in connection.execute(query.where(VERSION.c.id.in_(set(edits.values()))))
        }
        wanted = {*items.values(), *owners.values()}
        for row in connection.execute(query.where(VERSION.c.item_id.in_(wanted))):
            versions.setdefault(row.item_id, set()).add(row.id)
        found = {n: items.get(n, owners.get(edits.get(n, -1), 0)) for n in places}

        def highest(n: int, item: int) -> int | None:
            second = n >> ROW_BITS << ROW_BITS
            numbers = (2 * item, *(2 * one + 1 for one in versions[item]))
            return self._index.highest(connection, needs, [second | one for one in numbers])

        return {
            n: item for n, item in found.items() if item not in versions or n == highest(n, item)
        }


def _next_items(
    connection: Connection, done: Filled, last: Filled, limit: int
) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """The next items and edits that are not in the index."""
    items = (
        select(ITEM)
        .where(ITEM.c.id > done.item, ITEM.c.id <= last.item)
        .order_by(ITEM.c.id)
        .limit(limit)
    )
    edits = (
        select(VERSION.c.id.label("version"), ITEM)
        .join(ITEM, ITEM.c.id == VERSION.c.item_id)
        .where(VERSION.c.id > done.version, VERSION.c.id <= last.version)
        .order_by(VERSION.c.id)
        .limit(limit)
    )
    return list(connection.execute(items)), list(connection.execute(edits))


def place_of(seen: datetime, row: int) -> int:
    """The place of what was seen at an instant: later is more, and so is a later row."""
    seconds = min(max(int(seen.timestamp()), 0), 2**32 - 1)
    return (seconds << ROW_BITS) | row


def bounds(wanted: Wanted, before: int | None) -> tuple[int, int]:
    """The first place of a span, and the one after its last."""
    first = place_of(wanted.since, 0) if wanted.since else 0
    last = place_of(wanted.until, 0) if wanted.until else 2**63 - 1
    return first, last if before is None else min(last, before)


def needs_of(wanted: Wanted) -> Needs:
    """What is wanted, as the index is asked for it; empty where all items may answer."""
    if wanted.feed is None:
        return wanted.needs
    return (*wanted.needs, [((_feed_word(wanted.feed),), False)])


def _indexed(item: Item) -> str:
    """An item's words, and a word of ours for its feed, which no text has."""
    return f"{words_of(item)} . {_feed_word(item.feed)}"


def _feed_word(feed: str) -> str:
    return f"feed{hashlib.sha256(feed.encode()).hexdigest()[:24]}"


def _items(connection: Connection, rows: set[int], wanted: Wanted) -> dict[int, Row[Any]]:
    query = select(ITEM).where(ITEM.c.id.in_(rows))
    if wanted.feed is not None:
        query = query.where(ITEM.c.feed == wanted.feed)
    if wanted.indicator is not None:
        hits = select(HIT.c.item_id).where(HIT.c.indicator == wanted.indicator)
        query = query.where(ITEM.c.id.in_(hits.where(HIT.c.item_id.in_(rows))))
    return {row.id: row for row in connection.execute(query)}


def _report(row: Row[Any], feeds: Mapping[str, Feed]) -> Report:
    feed = speaking(feed_of(feeds, row.feed), row.source, feeds.values())
    return Report(item_of(row), feed, row.seen, (), row.backfill)
