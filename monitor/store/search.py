"""Search over all stored items: what is worth holding against a question, newest first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from monitor.digest.build import Report
from monitor.feeds.search import speaking
from monitor.matching import words_of
from monitor.matching.question import Phrase
from monitor.model import Feed, Hit, Item
from monitor.store.database import Database, insert_new, table_of, upsert
from monitor.store.records import hit_of, item_of
from monitor.store.tables import FactRow, HitRow, ItemRow, PlaceRow, VersionRow
from monitor.store.whole import feed_of

ITEM = table_of(ItemRow)
HIT = table_of(HitRow)
PLACE = table_of(PlaceRow)
VERSION = table_of(VersionRow)
FACT = table_of(FactRow)
FORM = "1"
"""To be raised whenever ``words_of`` answers otherwise: the index is then made anew."""
BATCH = 1_000
CHUNK = 200
FEW_HITS = 20_000
"""Up to so many hits of an indicator are sorted; of more, one is soon met on the way back."""
ROW_BITS = 31
INDEX = "item_words"


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
    Where the database has no such index, all items in the span come.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._has_index = database.engine.dialect.name == "sqlite"

    def waiting(self) -> int:
        """How many items and edits are stored and not in the index yet."""
        with self._database.reading() as connection:
            done = self._filled(connection)
            items = select(func.count()).select_from(ITEM).where(ITEM.c.id > done.item)
            edits = select(func.count()).select_from(VERSION).where(VERSION.c.id > done.version)
            return int(connection.scalar(items) or 0) + int(connection.scalar(edits) or 0)

    def fill(self, limit: int = BATCH) -> int:
        """Take up at most ``limit`` items and as many edits, the oldest first; say how many."""
        with self._database.reading() as connection:
            done = self._filled(connection)
            items = list(
                connection.execute(
                    select(ITEM).where(ITEM.c.id > done.item).order_by(ITEM.c.id).limit(limit)
                )
            )
            edits = list(
                connection.execute(
                    select(VERSION.c.id.label("version"), ITEM)
                    .join(ITEM, ITEM.c.id == VERSION.c.item_id)
                    .where(VERSION.c.id > done.version)
                    .order_by(VERSION.c.id)
                    .limit(limit)
                )
            )
        if not items and not edits:
            return 0
        rows = [(place_of(row.seen, 2 * row.id), row) for row in items]
        rows += [(place_of(row.seen, 2 * row.version + 1), row) for row in edits]
        words = [{"n": n, "words": _indexed(item_of(row))} for n, row in rows]
        reached = Filled(
            items[-1].id if items else done.item, edits[-1].version if edits else done.version
        )
        places = [{"n": n, "item_id": row.id} for n, row in rows[: len(items)]]
        with self._database.writing() as connection:
            if self._filled(connection) != done:
                return 0  # somebody else took them up meanwhile
            self._put(connection, places, words, reached, anew=done == Filled())
        return len(rows)

    def _put(
        self,
        connection: Connection,
        places: Sequence[Mapping[str, int]],
        words: Sequence[Mapping[str, Any]],
        reached: Filled,
        *,
        anew: bool,
    ) -> None:
        if anew:
            connection.execute(PLACE.delete())
        insert_new(connection, PlaceRow, places)
        if self._has_index:
            if anew:
                connection.execute(text(f"DROP TABLE IF EXISTS {INDEX}"))
                connection.execute(
                    text(
                        f"CREATE VIRTUAL TABLE {INDEX} "
                        "USING fts5(words, content='', columnsize=0, tokenize='ascii')"
                    )
                )
            connection.execute(
                text(f"INSERT INTO {INDEX} (rowid, words) VALUES (:n, :words)"),  # noqa: S608
                [dict(one) for one in words],
            )
        upsert(
            connection,
            FactRow,
            {"name": "search", "value": f"{FORM} {reached.item} {reached.version}"},
        )

    def _filled(self, connection: Connection) -> Filled:
        value = connection.scalar(select(FACT.c.value).where(FACT.c.name == "search"))
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
        match = match_of(wanted)
        if match and self._has_index:
            narrowed = text(
                f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :match "  # noqa: S608
                "AND rowid >= :first AND rowid < :last ORDER BY rowid DESC"
            )
            values = {"match": match, "first": first, "last": last}
            for rows in connection.execute(narrowed, values).partitions(CHUNK):
                yield _each_once(connection, [row.rowid for row in rows], match)
            return
        columns = select(PLACE).where(PLACE.c.n >= first, PLACE.c.n < last)
        query = columns.order_by(PLACE.c.n.desc())
        if wanted.indicator is not None:
            mine = HIT.c.indicator == wanted.indicator
            total = select(func.count()).select_from(HIT).where(mine)
            if int(connection.scalar(total) or 0) <= FEW_HITS:
                query = query.where(PLACE.c.item_id.in_(select(HIT.c.item_id).where(mine)))
        for rows in connection.execute(query).partitions(CHUNK):
            yield {row.n: row.item_id for row in rows}


def place_of(seen: datetime, row: int) -> int:
    """The place of what was seen at an instant: later is more, and so is a later row."""
    seconds = min(max(int(seen.timestamp()), 0), 2**32 - 1)
    return (seconds << ROW_BITS) | row


def bounds(wanted: Wanted, before: int | None) -> tuple[int, int]:
    """The first place of a span, and the one after its last."""
    first = place_of(wanted.since, 0) if wanted.since else 0
    last = place_of(wanted.until, 0) if wanted.until else 2**63 - 1
    return first, last if before is None else min(last, before)


def match_of(wanted: Wanted) -> str:
    """What is wanted, as the index is asked for it; empty where all items may answer."""
    groups = [" OR ".join(map(_phrase, group)) for group in wanted.needs]
    if wanted.feed is not None:
        groups.append(_feed_word(wanted.feed))
    return " AND ".join(f"({group})" for group in groups)


def _phrase(phrase: Phrase) -> str:
    tokens, is_open = phrase
    return '"{}"{}'.format(" ".join(tokens).replace('"', '""'), " *" if is_open else "")


def _indexed(item: Item) -> str:
    """An item's words, and a word of ours for its feed, which no text has."""
    return f"{words_of(item)} . {_feed_word(item.feed)}"


def _feed_word(feed: str) -> str:
    return f"feed{hashlib.sha256(feed.encode()).hexdigest()[:24]}"


def _each_once(connection: Connection, places: Sequence[int], match: str) -> dict[int, int]:
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
    return {
        n: item
        for n, item in found.items()
        if item not in versions or n == _highest(connection, n, item, versions[item], match)
    }


def _highest(
    connection: Connection, n: int, item: int, versions: Iterable[int], match: str
) -> int | None:
    second = n >> ROW_BITS << ROW_BITS
    places = ",".join(str(second | row) for row in (2 * item, *(2 * one + 1 for one in versions)))
    query = text(
        f"SELECT max(rowid) FROM {INDEX} "  # noqa: S608 - numbers of ours
        f"WHERE {INDEX} MATCH :match AND rowid IN ({places})"
    )
    highest: int | None = connection.scalar(query, {"match": match})
    return highest


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
