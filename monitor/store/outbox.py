"""
The outbox: every message that was decided on, and how it stands.

A message is put in the same transaction as what it speaks of. To send it, a
sender claims it under a lease, sends, and records; if the sender dies in
between, the lease runs out and the next one repeats the same message under
the same key. States: pending, sending, sent, held (waits: for its time, or for
somebody to set the channel up), merged (another message tells it), parked
(refused for good), nowhere (no route took it).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal, or_, select, update

from monitor.alerts.hold import SOURCES
from monitor.errors import DeliveryError
from monitor.messages import (
    Delivery,
    Draft,
    Message,
    Picture,
    Pointer,
    Telling,
    Told,
    Waiting,
)
from monitor.store.database import CLOCK_SLACK, Database, insert_new, table_of
from monitor.store.queues import failing_since, rest, resting, settle
from monitor.store.storytables import PlacementRow
from monitor.store.tables import DeliveryRow, ItemRow
from monitor.store.unseen import unseen

LEASE = timedelta(minutes=5)
AT_ONCE = 500
TABLE = table_of(DeliveryRow)
ITEM = table_of(ItemRow)
PLACEMENT = table_of(PlacementRow)
LIGHT = [TABLE.c[one.name] for one in fields(Waiting)]
CAN_MERGE = and_(TABLE.c.state.in_(["pending", "held"]), TABLE.c.interrupted.is_(False))


class _TakenBackError(Exception):
    """Ends a transaction of which nothing is to be kept."""


def put(connection: Connection, drafts: Iterable[Draft], now: datetime) -> int:
    """Put drafts in the outbox, within the caller's transaction; say how many were new."""
    drafts = list(drafts)
    new = insert_new(connection, DeliveryRow, [_values(draft, now) for draft in drafts])
    for draft in drafts:
        if draft.replaces:
            _merge(connection, TABLE.c.key.in_(draft.replaces), draft.key)
    return new


def _merge(connection: Connection, which: ColumnElement[bool], into: str) -> int:
    """Let another message tell what some would have told that wait; say how many."""
    query = select(TABLE.c.key).where(which, CAN_MERGE).with_for_update()
    keys = list(connection.scalars(query))
    if keys:
        values: dict[str, Any] = {
            "state": "merged",
            "merged_into": into,
            "until": None,
            "pictures": [],
        }
        connection.execute(update(TABLE).where(TABLE.c.key.in_(keys)).values(**values))
        later = update(TABLE).where(TABLE.c.merged_into.in_(keys))
        connection.execute(later.values(merged_into=into))
    return len(keys)


def _values(draft: Draft, now: datetime) -> dict[str, Any]:
    return {
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
        "state": draft.state or ("held" if draft.held else "pending"),
        "note": draft.held,
        "until": draft.until,
        "attempts": 0,
        "created": now,
        "next_try": now,
        "interrupted": False,
        "left": [],
        "span_end": draft.span_end,
        "hits": [asdict(hit) for hit in draft.hits],
        "recipients": list(draft.to),
        "merged_into": draft.merged_into,
        "answer": "",
        "pictures": [
            {"name": one.name, "png": b64encode(one.png).decode()} for one in draft.message.pictures
        ],
    }


class Outbox:
    """Claims, records and merges messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, drafts: Sequence[Draft], now: datetime) -> int:
        """Put drafts in the outbox in a transaction of their own; say how many were new."""
        with self._database.writing() as connection:
            return put(connection, drafts, now)

    def put_merging(self, draft: Draft, merged: Sequence[int], now: datetime) -> bool:
        """
        Put a message that tells what others would have told, which then wait no longer.

        All of it happens or nothing: it is false, and nothing is changed, if
        one of the others is meanwhile being sent or may have been.
        """
        try:
            with self._database.writing() as connection:
                done = _merge(connection, TABLE.c.id.in_(merged), draft.key)
                if done != len(merged) or put(connection, [draft], now) != 1:
                    raise _TakenBackError
        except _TakenBackError:
            return False
        return True

    def due(self, now: datetime) -> list[Waiting]:
        """The messages that may be sent now, oldest first, ``AT_ONCE`` at most."""
        with self._database.reading() as connection:
            query = select(*LIGHT).where(_is_due(now), TABLE.c.channel.not_in(resting(now)))
            return [
                _waiting(row)
                for row in connection.execute(query.order_by(TABLE.c.id).limit(AT_ONCE))
            ]

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

    def record_sent(self, delivery: int, owner: str, now: datetime, answer: str = "") -> bool:
        """
        Record that the channel took the message; false if the lease was lost meanwhile.

        What was merged into it was told with it.
        """
        with self._database.writing() as connection:
            values: dict[str, Any] = {
                "state": "sent",
                "sent": now,
                "note": "",
                "answer": answer,
                "until": None,
            }
            values["pictures"] = []  # nobody looks at them here, and they are most of the row
            if not _settle(connection, delivery, owner, values):
                return False
            row = connection.execute(
                select(TABLE.c.key, TABLE.c.channel).where(TABLE.c.id == delivery)
            ).one()
            connection.execute(update(TABLE).where(TABLE.c.merged_into == row.key).values(sent=now))
            settle(connection, row.channel)
            return True

    def record_failed(
        self,
        delivery: int,
        owner: str,
        error: DeliveryError,
        next_try: datetime | None,
        now: datetime,
    ) -> bool:
        """
        Record why the channel did not take it; without a next try it is parked.

        Until the next try nothing else is sent to the channel either, be it
        decided before or after this.
        """
        values: dict[str, Any] = {"note": str(error), "left": list(error.left)}
        if error.uncertain:
            values["interrupted"] = True
        with self._database.writing() as connection:
            if next_try is None:
                return _settle(connection, delivery, owner, {"state": "parked", **values})
            values |= {"state": "pending", "next_try": next_try}
            if not _settle(connection, delivery, owner, values):
                return False
            channel = connection.scalar(select(TABLE.c.channel).where(TABLE.c.id == delivery))
            rest(connection, str(channel), error, next_try, now)
            return True

    def failing_since(self, channel: str) -> datetime | None:
        """Since when a channel has not taken what it was sent; nothing if it took the last."""
        with self._database.reading() as connection:
            return failing_since(connection, channel)

    def standing(self, since: datetime) -> list[Waiting]:
        """What is pending, and what is held and was decided since an instant, oldest first."""
        held = and_(TABLE.c.state == "held", TABLE.c.created > since)
        query = select(*LIGHT).where(or_(TABLE.c.state == "pending", held)).order_by(TABLE.c.id)
        with self._database.reading() as connection:
            return [_waiting(row) for row in connection.execute(query)]

    def hold(self, deliveries: Iterable[int], note: str, until: datetime | None) -> int:
        """Hold messages that wait, with why and until when; say how many."""
        return self._move(deliveries, state="held", note=note, until=until)

    def release(self, deliveries: Iterable[int], now: datetime) -> int:
        """Let go what was held, and say how many."""
        return self._move(deliveries, state="pending", note="", until=None, next_try=now)

    def _move(self, deliveries: Iterable[int], **values: Any) -> int:
        waits = TABLE.c.state.in_(["pending", "held"])
        with self._database.writing() as connection:
            query = update(TABLE).where(TABLE.c.id.in_(list(deliveries)), waits)
            return connection.execute(query.values(**values)).rowcount

    def wear_out(self, before: datetime, note: str) -> int:
        """Say of what was held since before an instant that it is no longer sent; how many."""
        worn = and_(
            TABLE.c.state == "held", TABLE.c.created <= before, TABLE.c.note.not_like(f"{note}%")
        )
        with self._database.reading() as connection:
            found = list(connection.scalars(select(TABLE.c.id).where(worn)))
        if not found:
            return 0
        told = literal(f"{note}: ") + TABLE.c.note
        return self._move(found, note=told, until=None)

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

    def last_digest_told(
        self, route: str, channel: str, now: datetime
    ) -> tuple[str, datetime] | None:
        """The same, of those that were sent, or may have been, or will be by themselves."""
        return self._last_digest(channel, and_(TABLE.c.route == route, ~_IS_UNSENT), now)

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

    def unsent_digests(self, route: str, channel: str) -> list[tuple[int, str]]:
        """Number and slot of a route's digests that wait to be sent, oldest first."""
        query = select(TABLE.c.id, TABLE.c.subject).where(
            TABLE.c.kind == "digest",
            TABLE.c.channel == channel,
            TABLE.c.route == route,
            TABLE.c.state == "pending",
            TABLE.c.interrupted.is_(False),
        )
        with self._database.reading() as connection:
            return [(row.id, row.subject) for row in connection.execute(query.order_by(TABLE.c.id))]

    def told_since(self, since: datetime) -> Mapping[str, int]:
        """How many stories each indicator has alerted since an instant; held ones count."""
        query = select(TABLE.c.subject, TABLE.c.hits).where(
            TABLE.c.kind == "alert",
            TABLE.c.created >= since,
            TABLE.c.state != "nowhere",
            TABLE.c.reason != "repeat",
        )
        told: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                for hit in row.hits or ():
                    told.setdefault(hit["indicator"], set()).add(row.subject)
        return {indicator: len(subjects) for indicator, subjects in told.items()}

    def told_of(self, subjects: Iterable[str]) -> dict[str, Telling]:
        """The channels that were told of a story, or will be, by the ids that it had or has."""
        query = (
            select(TABLE.c.channel, TABLE.c.key, TABLE.c.state, TABLE.c.note)
            .where(TABLE.c.kind == "alert", TABLE.c.subject.in_(list(subjects)))
            .where(TABLE.c.state != "nowhere")
            .order_by(TABLE.c.id)
        )
        told: dict[str, Telling] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query):
                waits = row.state == "held" and SOURCES in row.note
                before = told.get(row.channel)
                if before is None or (before.waits and row.state != "merged"):
                    told[row.channel] = Telling(row.key, waits)
        return told

    def unseen(self, since: datetime) -> list[Told]:
        """What was told since an instant, and nobody has said that they saw."""
        with self._database.reading() as connection:
            return unseen(connection, since)

    def latest(self, limit: int, subjects: Sequence[str] = ()) -> list[Delivery]:
        """The newest messages that have somewhere to go, or those on the given items."""
        return self._latest(limit, *([TABLE.c.subject.in_(list(subjects))] if subjects else []))

    def latest_of(self, limit: int, stories: Iterable[str]) -> list[Delivery]:
        """The newest messages on what is in some stories now, whichever story it was in then."""
        items = (
            select(ITEM.c.key)
            .join(PLACEMENT, PLACEMENT.c.item_id == ITEM.c.id)
            .where(PLACEMENT.c.story.in_(list(stories)))
        )
        return self._latest(limit, TABLE.c.subject.in_(items))

    def _latest(self, limit: int, *which: ColumnElement[bool]) -> list[Delivery]:
        query = select(TABLE).where(TABLE.c.state.not_in(_NOT_SENT), *which)
        query = query.order_by(TABLE.c.id.desc())
        with self._database.reading() as connection:
            return [delivery_of(row) for row in connection.execute(query.limit(limit))]

    def oldest_waiting(self) -> datetime | None:
        """When the oldest message was decided that should have gone out and has not."""
        query = select(func.min(TABLE.c.created)).where(TABLE.c.state.in_(["pending", "sending"]))
        with self._database.reading() as connection:
            oldest: datetime | None = connection.scalar(query)
            return oldest

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        with self._database.reading() as connection:
            rows = connection.execute(
                select(TABLE.c.state, func.count().label("n")).group_by(TABLE.c.state)
            )
            return {row.state: row.n for row in rows}


_NOT_SENT = ("nowhere", "hand")
_IS_UNSENT = or_(
    TABLE.c.state == "merged", and_(TABLE.c.state == "pending", TABLE.c.interrupted.is_(False))
)


def _settle(connection: Connection, delivery: int, owner: str, values: Mapping[str, Any]) -> bool:
    settled = connection.execute(
        update(TABLE)
        .where(TABLE.c.id == delivery, TABLE.c.owner == owner, TABLE.c.state == "sending")
        .values(owner=None, lease=None, **values)
    )
    return bool(settled.rowcount)


def _is_due(now: datetime) -> Any:
    # A time that was noted under a clock far ahead of this one cannot be waited for.
    mistimed = TABLE.c.created > now + CLOCK_SLACK
    waits = and_(TABLE.c.state == "pending", or_(TABLE.c.next_try <= now, mistimed))
    lost = and_(TABLE.c.state == "sending", TABLE.c.lease <= now)
    return or_(waits, lost)


def _pointers(row: Row[Any]) -> tuple[Pointer, ...]:
    return tuple(
        Pointer(hit["indicator"], tuple(hit["words"]), hit.get("level", ""))
        for hit in row.hits or ()
    )


def _pictures(row: Row[Any]) -> tuple[Picture, ...]:
    return tuple(Picture(one["name"], b64decode(one["png"])) for one in row.pictures or ())


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(**{**row._asdict(), "hits": _pointers(row)})


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
        message=Message(row.title, row.text, row.html, row.short, _pictures(row)),
        state=row.state,
        note=row.note,
        attempts=row.attempts,
        created=row.created,
        next_try=row.next_try,
        interrupted=row.interrupted,
        left=tuple(row.left or ()),
        sent=row.sent,
        until=row.until,
        merged_into=row.merged_into,
        hits=_pointers(row),
        to=tuple(row.recipients or ()),
        answer=row.answer,
    )
