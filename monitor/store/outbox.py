"""
The outbox: every message that was decided on, and how it stands.

A message is put in the same transaction as what it speaks of. To send it, a
sender claims it under a lease, sends, and records; if the sender dies in
between, the lease runs out and the next one repeats the same message under
the same key. States: pending, sending, sent, held (waits for somebody to act,
such as setting the channel up), parked (refused for good).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from monitor.errors import DeliveryError
from monitor.model import Delivery, Draft, Message, Waiting
from monitor.store.database import CLOCK_SLACK, Database, insert_new, table_of
from monitor.store.tables import DeliveryRow

LEASE = timedelta(minutes=5)
HELD_FOR = timedelta(hours=24)
AT_ONCE = 500
TABLE = table_of(DeliveryRow)


def put(connection: Connection, drafts: Iterable[Draft], now: datetime) -> int:
    """Put drafts in the outbox, within the caller's transaction; say how many were new."""
    return insert_new(
        connection,
        DeliveryRow,
        [
            {
                "key": draft.key,
                "kind": draft.kind,
                "subject": draft.subject,
                "route": draft.route,
                "channel": draft.channel,
                "reason": draft.reason,
                "title": draft.message.subject,
                "text": draft.message.text,
                "html": draft.message.html,
                "short": draft.message.short,
                "state": "held" if draft.held else "pending",
                "note": draft.held,
                "attempts": 0,
                "created": now,
                "next_try": now,
                "interrupted": False,
                "left": [],
                "span_end": draft.span_end,
            }
            for draft in drafts
        ],
    )


class Outbox:
    """Claims, records and lists messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, drafts: Sequence[Draft], now: datetime) -> int:
        """Put drafts in the outbox in a transaction of their own; say how many were new."""
        with self._database.writing() as connection:
            return put(connection, drafts, now)

    def due(self, now: datetime) -> list[Waiting]:
        """The messages that may be sent now, oldest first, ``AT_ONCE`` at most."""
        query = select(TABLE.c.id, TABLE.c.key, TABLE.c.channel).where(_is_due(now))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(TABLE.c.id).limit(AT_ONCE))
            return [Waiting(row.id, row.key, row.channel) for row in rows]

    def claim(self, delivery: int, owner: str, now: datetime) -> Delivery | None:
        """Claim a message for ``LEASE``; nothing if another sender has it or it is done."""
        with self._database.writing() as connection:
            taken = connection.execute(
                update(TABLE)
                .where(TABLE.c.id == delivery, _is_due(now))
                .values(
                    interrupted=or_(TABLE.c.interrupted, TABLE.c.state == "sending"),
                    state="sending",
                    owner=owner,
                    lease=now + LEASE,
                    attempts=TABLE.c.attempts + 1,
                )
            )
            if not taken.rowcount:
                return None
            row = connection.execute(select(TABLE).where(TABLE.c.id == delivery)).one()
            return delivery_of(row)

    def record_sent(self, delivery: int, owner: str, now: datetime) -> bool:
        """Record that the channel took the message; false if the lease was lost meanwhile."""
        return self._settle(delivery, owner, state="sent", sent=now, note="")

    def record_failed(
        self, delivery: int, owner: str, error: DeliveryError, next_try: datetime | None
    ) -> bool:
        """
        Record why the channel did not take it; without a next try it is parked.

        Until the next try nothing else is sent to the channel either.
        """
        values: dict[str, Any] = {"note": str(error), "left": list(error.left)}
        if error.uncertain:
            values["interrupted"] = True
        if next_try is None:
            return self._settle(delivery, owner, state="parked", **values)
        settled = self._settle(delivery, owner, state="pending", next_try=next_try, **values)
        channel = select(TABLE.c.channel).where(TABLE.c.id == delivery).scalar_subquery()
        with self._database.writing() as connection:
            connection.execute(
                update(TABLE)
                .where(
                    TABLE.c.channel == channel,
                    TABLE.c.state == "pending",
                    TABLE.c.next_try < next_try,
                )
                .values(next_try=next_try)
            )
        return settled

    def _settle(self, delivery: int, owner: str, **values: Any) -> bool:
        with self._database.writing() as connection:
            settled = connection.execute(
                update(TABLE)
                .where(TABLE.c.id == delivery, TABLE.c.owner == owner, TABLE.c.state == "sending")
                .values(owner=None, lease=None, **values)
            )
            return bool(settled.rowcount)

    def hold(self, channels: Iterable[str], note: str) -> int:
        """Hold what waits for these channels, and say how many."""
        with self._database.writing() as connection:
            held = connection.execute(
                update(TABLE)
                .where(TABLE.c.channel.in_(list(channels)), TABLE.c.state == "pending")
                .values(state="held", note=note)
            )
            return held.rowcount

    def release(self, channels: Iterable[str], note: str, now: datetime) -> int:
        """
        Let go what was held for these channels with that note, and say how many.

        Only what is younger than ``HELD_FOR``: nobody wants a week of alerts
        at once when a channel is set up.
        """
        with self._database.writing() as connection:
            released = connection.execute(
                update(TABLE)
                .where(
                    TABLE.c.channel.in_(list(channels)),
                    TABLE.c.state == "held",
                    TABLE.c.note == note,
                    TABLE.c.created > now - HELD_FOR,
                )
                .values(state="pending", note="", next_try=now)
            )
            return released.rowcount

    def reclaim(self, owners: Iterable[str], now: datetime) -> int:
        """End the leases of senders that are known to be dead, and say how many."""
        with self._database.writing() as connection:
            ended = connection.execute(
                update(TABLE)
                .where(TABLE.c.owner.in_(list(owners)), TABLE.c.state == "sending")
                .values(lease=now)
            )
            return ended.rowcount

    def owners(self) -> list[str]:
        """Who holds a lease at present."""
        with self._database.reading() as connection:
            query = select(TABLE.c.owner).where(TABLE.c.state == "sending").distinct()
            return [str(owner) for owner in connection.scalars(query) if owner]

    def last_digest(self, route: str, channel: str, now: datetime) -> tuple[str, datetime] | None:
        """
        The subject (date and time) and the end of span of a route's last digest.

        One whose span ends after ``now`` was made under a wrong clock and does
        not count.
        """
        return self._last_digest(channel, TABLE.c.route == route, now)

    def last_digest_of_others(
        self, channel: str, routes: Iterable[str], now: datetime
    ) -> tuple[str, datetime] | None:
        """The same for a channel's last digest by a route that is none of these."""
        return self._last_digest(channel, TABLE.c.route.not_in(list(routes)), now)

    def _last_digest(
        self, channel: str, by: ColumnElement[bool], now: datetime
    ) -> tuple[str, datetime] | None:
        query = (
            select(TABLE.c.subject, TABLE.c.span_end)
            .where(
                TABLE.c.kind == "digest",
                TABLE.c.channel == channel,
                by,
                TABLE.c.span_end <= now + CLOCK_SLACK,
            )
            .order_by(TABLE.c.subject.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return (row.subject, row.span_end) if row else None

    def waiting(self) -> dict[str, set[str]]:
        """The channels that have messages pending, and those that have some held."""
        query = (
            select(TABLE.c.state, TABLE.c.channel)
            .where(TABLE.c.state.in_(["pending", "held"]))
            .distinct()
        )
        found: dict[str, set[str]] = {"pending": set(), "held": set()}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found[row.state].add(row.channel)
        return found

    def latest(self, limit: int, indicator_items: Sequence[str] = ()) -> list[Delivery]:
        """The newest messages, or those on the given items."""
        query = select(TABLE).order_by(TABLE.c.id.desc()).limit(limit)
        if indicator_items:
            query = query.where(TABLE.c.subject.in_(list(indicator_items)))
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(query)]

    def alerted(self, items: Sequence[str]) -> dict[str, datetime]:
        """When the first alert on each of these items was sent."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(TABLE.c.subject, func.min(TABLE.c.sent).label("first"))
                .where(TABLE.c.kind == "alert", TABLE.c.state == "sent", TABLE.c.subject.in_(items))
                .group_by(TABLE.c.subject)
            )
            return {row.subject: row.first for row in rows}

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(TABLE.c.state, func.count().label("n")).group_by(TABLE.c.state)
            )
            return {row.state: row.n for row in rows}


def _is_due(now: datetime) -> Any:
    # A time that was noted under a clock far ahead of this one cannot be waited for.
    mistimed = TABLE.c.created > now + CLOCK_SLACK
    waits = and_(TABLE.c.state == "pending", or_(TABLE.c.next_try <= now, mistimed))
    lost = and_(TABLE.c.state == "sending", TABLE.c.lease <= now)
    return or_(waits, lost)


def delivery_of(row: Row[Any]) -> Delivery:
    """The delivery that a row of the outbox holds."""
    return Delivery(
        id=row.id,
        key=row.key,
        kind=row.kind,
        subject=row.subject,
        route=row.route,
        channel=row.channel,
        reason=row.reason,
        message=Message(row.title, row.text, row.html, row.short),
        state=row.state,
        note=row.note,
        attempts=row.attempts,
        created=row.created,
        next_try=row.next_try,
        interrupted=row.interrupted,
        left=tuple(row.left or ()),
        sent=row.sent,
    )
