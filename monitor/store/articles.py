"""Articles that are wanted, and what fetching them came to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update

from monitor.model import ArticleRecord, Errand, Saved
from monitor.store.database import Database, Lock, table_of
from monitor.store.known import chunks
from monitor.store.outbox import put
from monitor.store.records import NOT_SHELVED, keep_version, save_hits
from monitor.store.speaking import put_places, sum_up
from monitor.store.tables import ArticleRow, ItemRow
from monitor.stories.shelf import Shelved

ARTICLE = table_of(ArticleRow)
ITEM = table_of(ItemRow)


class Articles:
    """Says which articles are to be fetched, and keeps what came of each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, feeds: Iterable[str], now: datetime, limit: int) -> list[Errand]:
        """The articles of these feeds whose time has come, the longest waiting first."""
        found: list[Errand] = []
        names = sorted(feeds)
        with self._database.reading() as connection:
            for part in chunks(names):
                query = (
                    select(ITEM.c.id, ITEM.c.feed, ITEM.c.link, ITEM.c.seen, ARTICLE.c.tries)
                    .join(ARTICLE, ARTICLE.c.item_id == ITEM.c.id)
                    .where(
                        ARTICLE.c.state == "wanted",
                        ARTICLE.c.next_try <= now,
                        ITEM.c.feed.in_(part),
                    )
                    .order_by(ARTICLE.c.next_try, ITEM.c.id)
                    .limit(limit)
                )
                rows = connection.execute(query)
                found += [
                    Errand(row.id, row.feed, row.link or "", row.seen, row.tries) for row in rows
                ]
        return found[:limit]

    def trouble(self, key: str) -> str:
        """Why an item has no article although one was wanted; nothing if it has, or needs none."""
        query = (
            select(ARTICLE.c.state, ARTICLE.c.error)
            .join(ITEM, ITEM.c.id == ARTICLE.c.item_id)
            .where(ITEM.c.key == key, ARTICLE.c.state != "read")
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return ""
        if row.state == "failed":
            return f"Its article was not read: {row.error}"
        return f"Its article is still to be read. {row.error or ''}".strip()

    def counts(self) -> dict[str, int]:
        """How many articles are wanted, were read, and could not be."""
        query = select(ARTICLE.c.state, func.count().label("n")).group_by(ARTICLE.c.state)
        with self._database.reading() as connection:
            return {row.state: row.n for row in connection.execute(query)}

    def save(self, record: ArticleRecord, shelved: Shelved = NOT_SHELVED) -> Saved:
        """
        Store what came of an article, in one transaction: its text, hits, alerts and state.

        An article that was stored before is not stored again. ``shelved`` says
        which story its item belongs to, if the article gives it its first hit.
        """
        row, arrival = record.errand.row, record.arrival
        with self._database.writing() as connection:
            if arrival is not None and arrival.hits:
                self._database.hold(connection, Lock.STORIES)
            state = "read" if arrival else "wanted" if record.next_try else "failed"
            values = {
                "state": state,
                "tries": record.errand.tries + 1,
                "next_try": record.next_try or record.at,
                "fetched": record.at if arrival else None,
                "error": record.error,
            }
            waiting = (ARTICLE.c.item_id == row) & (ARTICLE.c.state == "wanted")
            changed = connection.execute(update(ARTICLE).where(waiting).values(**values))
            if not changed.rowcount or arrival is None:
                return Saved()
            keep_version(connection, row, arrival, record.at)
            put_places(connection, shelved, {arrival.item.key: row})
            hits, is_story = save_hits(connection, row, arrival, record.at)
            sum_up(connection, shelved)
            drafts = put(connection, record.drafts, record.at)
            return Saved(0, hits, int(is_story), drafts)
