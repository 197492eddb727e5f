"""The index of words that search asks, as each kind of database has one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection, text

from monitor.matching.question import Phrase

Needs = Sequence[Sequence[Phrase]]
"""Groups of phrases: of each group one is wanted."""

TABLE = "item_words"
CHUNK = 200
MERGED = 250
"""So many pages of SQLite's index, some 1 MB, are written anew in one transaction."""


class WordIndex(Protocol):
    """Rows of tokens by their places, and the places of those that have what is needed."""

    def make(self, connection: Connection) -> None:
        """Make it, with nothing in it."""

    def put(self, connection: Connection, words: Mapping[int, str]) -> None:
        """Take up rows of tokens, by their places."""

    def take_back(self, connection: Connection, words: Mapping[int, str]) -> None:
        """Let go of rows of tokens as they were taken up, by their places."""

    def tidy(self, connection: Connection, *, begins: bool) -> bool:
        """Write a little of it anew without what was taken back; whether more is to do."""

    def places(
        self, connection: Connection, needs: Needs, first: int, last: int
    ) -> Iterator[list[int]]:
        """The places from ``first`` up to ``last`` that have what is needed, the last first."""

    def highest(self, connection: Connection, needs: Needs, places: Iterable[int]) -> int | None:
        """The highest of these places that has what is needed."""


class Fts5:
    """SQLite's: phrases are found by the order of tokens, and rows are read by their numbers."""

    def make(self, connection: Connection) -> None:
        """Make it, with nothing in it."""
        connection.execute(text(f"DROP TABLE IF EXISTS {TABLE}"))
        connection.execute(
            text(
                f"CREATE VIRTUAL TABLE {TABLE} "
                "USING fts5(words, content='', columnsize=0, tokenize='ascii')"
            )
        )

    def put(self, connection: Connection, words: Mapping[int, str]) -> None:
        """Take up rows of tokens, by their places."""
        query = text(f"INSERT INTO {TABLE} (rowid, words) VALUES (:n, :words)")  # noqa: S608
        connection.execute(query, [{"n": n, "words": row} for n, row in words.items()])

    def take_back(self, connection: Connection, words: Mapping[int, str]) -> None:
        """Let go of rows of tokens as they were taken up, by their places."""
        query = text(
            f"INSERT INTO {TABLE} ({TABLE}, rowid, words) "  # noqa: S608
            "VALUES ('delete', :n, :words)"
        )
        connection.execute(query, [{"n": n, "words": row} for n, row in words.items()])

    def tidy(self, connection: Connection, *, begins: bool) -> bool:
        """Write a little of it anew without what was taken back; whether more is to do."""
        changes = text("SELECT total_changes()")
        before = int(connection.scalar(changes) or 0)
        step = text(f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES ('merge', :pages)")  # noqa: S608
        connection.execute(step, {"pages": -MERGED if begins else MERGED})
        # So SQLite says that there was nothing left to merge.
        return int(connection.scalar(changes) or 0) - before >= 2

    def places(
        self, connection: Connection, needs: Needs, first: int, last: int
    ) -> Iterator[list[int]]:
        """The places from ``first`` up to ``last`` that have what is needed, the last first."""
        query = text(
            f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :match "  # noqa: S608
            "AND rowid >= :first AND rowid < :last ORDER BY rowid DESC"
        )
        values = {"match": fts5_query(needs), "first": first, "last": last}
        for rows in connection.execute(query, values).partitions(CHUNK):
            yield [row.rowid for row in rows]

    def highest(self, connection: Connection, needs: Needs, places: Iterable[int]) -> int | None:
        """The highest of these places that has what is needed."""
        query = text(
            f"SELECT max(rowid) FROM {TABLE} "  # noqa: S608 - numbers of ours
            f"WHERE {TABLE} MATCH :match AND rowid IN ({','.join(map(str, places))})"
        )
        found: int | None = connection.scalar(query, {"match": fts5_query(needs)})
        return found


def fts5_query(needs: Needs) -> str:
    """What is needed, as FTS5 is asked for it."""
    groups = (" OR ".join(map(_fts5_phrase, group)) for group in needs)
    return " AND ".join(f"({group})" for group in groups)


def _fts5_phrase(phrase: Phrase) -> str:
    tokens, is_open = phrase
    return '"{}"{}'.format(" ".join(tokens).replace('"', '""'), " *" if is_open else "")


LAST_POSITION = 16_383
MOST_POSITIONS = 255
"""PostgreSQL keeps no more positions of one word, and none beyond the last."""
MOST_BYTES = 700_000
"""What has more in its different words than this may be too much for one row of the index."""
LONGEST = 100
"""A word is cut to so many letters, in the index and in what is asked of it."""
UNPLACED, UNREAD = "-unplaced", "-unread"
"""Words of ours, which no text has: the order of its words is not known, or not even the words."""
_WORD = re.compile(r"[0-9A-Za-z\x80-\U0010ffff]+")


class Tsvector:
    """
    PostgreSQL's: the same tokens, which none of its own rules has cut or folded.

    It has limits, and never a miss for them: a text that is longer than its positions
    go answers to the words of a phrase in any order, one that is longer than a row may be to all.
    """

    def make(self, connection: Connection) -> None:
        """Make it, with nothing in it."""
        connection.execute(text(f"DROP TABLE IF EXISTS {TABLE}"))
        connection.execute(
            text(f"CREATE TABLE {TABLE} (n BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
        )
        connection.execute(text(f"CREATE INDEX ix_{TABLE} ON {TABLE} USING gin (words)"))

    def put(self, connection: Connection, words: Mapping[int, str]) -> None:
        """Take up rows of tokens, by their places."""
        query = text(
            f"INSERT INTO {TABLE} (n, words) VALUES (:n, CAST(:words AS TSVECTOR))"  # noqa: S608
        )
        connection.execute(query, [{"n": n, "words": tsvector(row)} for n, row in words.items()])

    def take_back(self, connection: Connection, words: Mapping[int, str]) -> None:
        """Let go of rows of tokens as they were taken up, by their places."""
        query = text(f"DELETE FROM {TABLE} WHERE n = ANY(:places)")  # noqa: S608
        connection.execute(query, {"places": list(words)})

    def tidy(self, connection: Connection, *, begins: bool) -> bool:
        """Nothing: the server does it by itself."""
        return False

    def places(
        self, connection: Connection, needs: Needs, first: int, last: int
    ) -> Iterator[list[int]]:
        """The places from ``first`` up to ``last`` that have what is needed, the last first."""
        # A part at a time: so few of many are read off the order of places, and few by their words.
        query = text(
            f"SELECT n FROM {TABLE} WHERE words @@ CAST(:asked AS TSQUERY) "  # noqa: S608
            "AND n >= :first AND n < :last ORDER BY n DESC LIMIT :most"
        )
        asked, most = tsquery(needs), CHUNK
        while True:
            values = {"asked": asked, "first": first, "last": last, "most": most}
            found = list(connection.scalars(query, values))
            if found:
                yield found
            if len(found) < most:
                return
            last, most = found[-1], min(2 * most, 5 * CHUNK)

    def highest(self, connection: Connection, needs: Needs, places: Iterable[int]) -> int | None:
        """The highest of these places that has what is needed."""
        query = text(
            f"SELECT max(n) FROM {TABLE} "  # noqa: S608
            "WHERE words @@ CAST(:asked AS TSQUERY) AND n = ANY(:places)"
        )
        found: int | None = connection.scalar(
            query, {"asked": tsquery(needs), "places": list(places)}
        )
        return found


def tsvector(row: str) -> str:
    """A row of tokens with their positions, as PostgreSQL writes them."""
    words = _words(row)
    positions: dict[str, list[int]] = defaultdict(list)
    for position, word in enumerate(words, start=1):
        positions[word].append(position)
    if sum(len(word.encode()) for word in positions) > MOST_BYTES:
        return f"'{UNREAD}'"
    is_placed = len(words) <= LAST_POSITION and all(
        len(one) <= MOST_POSITIONS for one in positions.values()
    )
    if not is_placed:
        return " ".join([f"'{UNPLACED}'", *(f"'{word}'" for word in positions)])
    return " ".join(f"'{word}':{','.join(map(str, one))}" for word, one in positions.items())


def tsquery(needs: Needs) -> str:
    """What is needed, as PostgreSQL is asked for it."""
    groups = (" | ".join(_asked(phrase) for phrase in group) for group in needs)
    return " & ".join(f"({group} | {_UNREAD})" for group in groups)


_UNREAD = f"'{UNREAD}'"


def _asked(phrase: Phrase) -> str:
    tokens, is_open = phrase
    words = [f"'{word}'" for word in _words(" ".join(tokens))]
    if not words:
        return f"! {_UNREAD}"  # nothing to narrow by
    if is_open:
        words[-1] += ":*"
    if len(words) == 1:
        return words[0]
    return f"({' <-> '.join(words)}) | ('{UNPLACED}' & {' & '.join(words)})"


def _words(row: str) -> list[str]:
    """The words of a row as FTS5 takes them, without what no index keeps."""
    return [word[:LONGEST] for word in _WORD.findall(row)]
