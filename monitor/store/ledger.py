"""The ledger: one line for each decision, as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from monitor.messages import LedgerLine, Seen
from monitor.store.database import Database, table_of
from monitor.store.known import chunks
from monitor.store.tables import DeliveryRow, SeenRow

TABLE = table_of(DeliveryRow)
SEEN = table_of(SeenRow)

_COLUMNS = """
    id created kind subject title reason route channel state note until sent attempts next_try
    merged_into answer interrupted
"""


class Ledger:
    """Answers what was decided, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(
        self,
        limit: int,
        *,
        state: str | None = None,
        channel: str | None = None,
        before: int | None = None,
    ) -> list[LedgerLine]:
        """The newest lines, or those in a state, of a channel, or older than a line."""
        query = _lines().order_by(TABLE.c.id.desc()).limit(limit)
        if state is not None:
            query = query.where(_state_is(state))
        if channel is not None:
            query = query.where(TABLE.c.channel == channel)
        if before is not None:
            query = query.where(TABLE.c.id < before)
        with self._database.reading() as connection:
            return [_line(row) for row in connection.execute(query)]

    def of_story(self, reason: str, items: Sequence[str]) -> LedgerLine | None:
        """The newest line on what a person did with the story of some items, by that reason."""
        about = and_(TABLE.c.kind == "story", TABLE.c.reason == reason)
        newest: LedgerLine | None = None
        with self._database.reading() as connection:
            for part in chunks(items):
                query = _lines().where(about, TABLE.c.subject.in_(part))
                row = connection.execute(query.order_by(TABLE.c.id.desc()).limit(1)).first()
                if row is not None and (newest is None or row.id > newest.id):
                    newest = _line(row)
        return newest

    def all(
        self, at_once: int = 500, *, state: str | None = None, channel: str | None = None
    ) -> Iterator[LedgerLine]:
        """Every line, newest first, read a part at a time."""
        before: int | None = None
        while part := self.lines(at_once, state=state, channel=channel, before=before):
            yield from part
            before = part[-1].id

    def counts(self) -> dict[tuple[str, str], int]:
        """How many lines there are by channel and state."""
        query = select(
            TABLE.c.channel, TABLE.c.state, (TABLE.c.attempts > 0).label("tried"), func.count()
        ).group_by(TABLE.c.channel, TABLE.c.state, "tried")
        found: dict[tuple[str, str], int] = {}
        with self._database.reading() as connection:
            for channel, state, tried, number in connection.execute(query):
                key = (channel, _word(state, bool(tried)))
                found[key] = found.get(key, 0) + number
        return found


def _lines() -> Select[Any]:
    columns = [TABLE.c[name] for name in _COLUMNS.split()]
    seen = [SEEN.c.at.label("seen_at"), SEEN.c.by.label("seen_by")]
    return select(*columns, *seen).outerjoin(
        SEEN, and_(SEEN.c.subject == TABLE.c.subject, TABLE.c.kind == "alert")
    )


def _state_is(state: str) -> Any:
    if state == "waiting":
        untried = and_(TABLE.c.state == "pending", TABLE.c.attempts == 0)
        return untried | (TABLE.c.state == "sending")
    if state == "failed":
        return and_(TABLE.c.state == "pending", TABLE.c.attempts > 0)
    return TABLE.c.state == state


def _word(state: str, tried: bool) -> str:
    if state == "pending":
        return "failed" if tried else "waiting"
    return "waiting" if state == "sending" else state


def _line(row: Row[Any]) -> LedgerLine:
    state = _word(row.state, row.attempts > 0)
    return LedgerLine(
        id=row.id,
        at=row.created,
        kind=row.kind,
        subject=row.subject,
        title=row.title,
        reason=row.reason,
        route=row.route,
        channel=row.channel,
        state=state,
        note=row.note,
        until=row.next_try if state == "failed" else row.until,
        sent=row.sent,
        attempts=row.attempts,
        merged_into=row.merged_into,
        answer=row.answer,
        may_be_repeat=row.interrupted,
        seen=Seen(row.subject, row.seen_at, row.seen_by) if row.seen_at else None,
    )
