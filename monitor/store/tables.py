"""The tables. Rows stay in ``store``; the rest of the program sees ``model``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Index,
    Integer,
    Interval,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into UTC; a naive one is a fault of ours and refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without a zone: {value}")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that what was kept is UTC."""
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NUMBER = BigInteger().with_variant(Integer(), "sqlite")
"""The number of a row, in 64 bits; SQLite gives numbers only where it says no more than integer."""


class FeedRow(SQLModel, table=True):
    """What we remember of a feed between polls."""

    __tablename__ = "feed"
    __table_args__ = (
        Index(
            "ix_feed_led_to",
            "led_to",
            sqlite_where=text("led_to IS NOT NULL"),
            postgresql_where=text("led_to IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    url: str = Field(sa_type=Text)
    etag: str | None = Field(default=None, sa_type=Text)
    last_modified: str | None = Field(default=None, sa_type=Text)
    body_hash: str | None = None
    first_poll: datetime | None = Field(default=None, sa_type=Instant)
    last_poll: datetime | None = Field(default=None, sa_type=Instant)
    last_answer: datetime | None = Field(default=None, sa_type=Instant)
    last_new: datetime | None = Field(default=None, sa_type=Instant)
    next_poll: datetime | None = Field(default=None, sa_type=Instant, index=True)
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    error: str | None = Field(default=None, sa_type=Text)
    moved_to: str | None = Field(default=None, sa_type=Text)
    gone: bool = False
    skipped: int = 0
    losses: int = 0
    last_loss: datetime | None = Field(default=None, sa_type=Instant)
    heard_items: float = 0.0
    heard_days: float = 0.0
    longest_silence: timedelta | None = Field(default=None, sa_type=Interval)
    led_to: str | None = Field(default=None, sa_type=Text)


class FeedDayRow(SQLModel, table=True):
    """How one feed answered on one local day: the roll-up that coverage is read from."""

    __tablename__ = "feed_day"

    feed: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    polls: int = 0
    answered: int = 0
    items: int = 0
    losses: int = 0
    last_answer: datetime | None = Field(default=None, sa_type=Instant)
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    error: str | None = Field(default=None, sa_type=Text)


class ItemRow(SQLModel, table=True):
    """One item: its text as we saw it, when it was fetched, and the instant that gives its day."""

    __tablename__ = "item"
    __table_args__ = (Index("ix_item_feed_seen", "feed", "seen"), Index("ix_item_twin", "twin"))

    id: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    key: str = Field(unique=True)
    twin: str = ""
    feed: str
    title: str = Field(sa_type=Text)
    summary: str = Field(default="", sa_type=Text)
    content: str = Field(default="", sa_type=Text)
    link: str | None = Field(default=None, sa_type=Text)
    lang: str | None = None
    author: str | None = Field(default=None, sa_type=Text)
    tags: list[str] = Field(default_factory=list, sa_type=JSON)
    published: datetime | None = Field(default=None, sa_type=Instant)
    hash: str = ""
    fetched: datetime = Field(sa_type=Instant)
    seen: datetime = Field(sa_type=Instant, index=True)
    backfill: bool = False
    article: bool = False
    source: str | None = Field(default=None, sa_type=Text)
    feed_hash: str = ""


class ArticleRow(SQLModel, table=True):
    """An article that is wanted, or was: of which item, and what came of it."""

    __tablename__ = "article"
    __table_args__ = (Index("ix_article_due", "state", "next_try"),)

    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=NUMBER)
    state: str = "wanted"
    tries: int = 0
    next_try: datetime = Field(sa_type=Instant)
    fetched: datetime | None = Field(default=None, sa_type=Instant)
    error: str | None = Field(default=None, sa_type=Text)


class VersionRow(SQLModel, table=True):
    """An item's text before an edit, its hits then, and when we saw that it had changed."""

    __tablename__ = "item_version"

    id: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    item_id: int = Field(foreign_key="item.id", index=True, sa_type=NUMBER)
    replaced: datetime = Field(sa_type=Instant)
    hash: str
    title: str = Field(sa_type=Text)
    summary: str = Field(default="", sa_type=Text)
    content: str = Field(default="", sa_type=Text)
    hits: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)


class HitRow(SQLModel, table=True):
    """
    One item that matched one indicator.

    ``seen`` is the instant that decides the hit's day: the item's, or, where
    only an edit made it a hit, that of the edit.
    """

    __tablename__ = "hit"
    __table_args__ = (
        UniqueConstraint("item_id", "indicator"),
        Index("ix_hit_indicator_seen", "indicator", "seen"),
        Index("ix_hit_seen", "seen"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    item_id: int = Field(foreign_key="item.id", sa_type=NUMBER)
    indicator: str
    signals: list[str] = Field(default_factory=list, sa_type=JSON)
    marks: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    revision: str = ""
    seen: datetime = Field(sa_type=Instant)
    found: datetime = Field(sa_type=Instant)


class TallyRow(SQLModel, table=True):
    """
    How many stories an indicator has on a local day, in all and with each signal.

    A roll-up of the hits, for charts; ``signal`` is empty for all of them.
    """

    __tablename__ = "tally"

    indicator: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    signal: str = Field(primary_key=True, default="")
    stories: int = 0


class DeliveryRow(SQLModel, table=True):
    """
    One message for one channel: the outbox and its ledger in one.

    ``key`` says what it is and where it goes, so that a second decision of the
    same kind makes no second row. ``state`` is one of pending, sending, sent,
    held, parked.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "next_try"),
        Index("ix_delivery_subject", "subject"),
        Index("ix_delivery_digest", "kind", "channel", "route", "subject"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    key: str = Field(unique=True)
    kind: str
    subject: str
    route: str
    channel: str
    reason: str
    title: str = Field(default="", sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    html: str | None = Field(default=None, sa_type=Text)
    short: str = Field(default="", sa_type=Text)
    state: str = "pending"
    note: str = Field(default="", sa_type=Text)
    attempts: int = 0
    created: datetime = Field(sa_type=Instant)
    next_try: datetime = Field(sa_type=Instant)
    owner: str | None = None
    lease: datetime | None = Field(default=None, sa_type=Instant)
    interrupted: bool = False
    left: list[str] = Field(default_factory=list, sa_type=JSON)
    sent: datetime | None = Field(default=None, sa_type=Instant)
    span_end: datetime | None = Field(default=None, sa_type=Instant)
    hits: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    until: datetime | None = Field(default=None, sa_type=Instant)
    merged_into: str | None = Field(default=None, index=True)
    recipients: list[str] = Field(default_factory=list, sa_type=JSON)
    answer: str = Field(default="", sa_type=Text)
    pictures: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)


class QueueRow(SQLModel, table=True):
    """How a channel stands: its failures in a row, and until when it is left alone."""

    __tablename__ = "queue"

    channel: str = Field(primary_key=True)
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    rests_until: datetime | None = Field(default=None, sa_type=Instant)
    error: str = Field(default="", sa_type=Text)
    asked_until: datetime | None = Field(default=None, sa_type=Instant)


class MuteRow(SQLModel, table=True):
    """Alerts of an indicator or on a term that somebody did not want, until when and why."""

    __tablename__ = "mute"

    id: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    indicator: str | None = None
    term: str | None = Field(default=None, sa_type=Text)
    until: datetime = Field(sa_type=Instant)
    reason: str = Field(default="", sa_type=Text)
    by: str = Field(default="", sa_type=Text)
    created: datetime = Field(sa_type=Instant)
    ended: datetime | None = Field(default=None, sa_type=Instant)


class SeenRow(SQLModel, table=True):
    """That somebody has seen the alerts on a story."""

    __tablename__ = "seen"

    subject: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    by: str = Field(default="", sa_type=Text)


class UsedLinkRow(SQLModel, table=True):
    """A link out of a mail that was used, by its mark: it works once."""

    __tablename__ = "used_link"

    mark: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


class TroubleRow(SQLModel, table=True):
    """A trouble of the service that lasts: since when, and when its contact was told."""

    __tablename__ = "trouble"

    kind: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Instant)
    told: datetime | None = Field(default=None, sa_type=Instant)


class DigestRow(SQLModel, table=True):
    """A closed day: its content as written when it was closed, for ever."""

    __tablename__ = "digest"

    day: date = Field(primary_key=True)
    zone: str
    start: datetime = Field(sa_type=Instant)
    end: datetime = Field(sa_type=Instant)
    closed: datetime = Field(sa_type=Instant)
    stories: int
    content: str = Field(sa_type=Text)
    text: str = Field(default="", sa_type=Text)


class RevisionRow(SQLModel, table=True):
    """A watch list that was in force, so that the last good one outlives a bad edit."""

    __tablename__ = "revision"

    id: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    hash: str = Field(index=True)
    source: str = Field(sa_type=Text)
    taken_up: datetime = Field(sa_type=Instant)


class PlaceRow(SQLModel, table=True):
    """
    An item's place in the order of search: by its instant, then by its row.

    ``n`` holds both, so that one number bounds a span of time, and a page
    begins where the one before it ended.
    """

    __tablename__ = "search_place"

    n: int = Field(primary_key=True, sa_type=BigInteger)
    item_id: int = Field(foreign_key="item.id", unique=True, sa_type=NUMBER)


class ShownRow(SQLModel, table=True):
    """That a feed still shows an item that is old by now: on which day it last did."""

    __tablename__ = "shown"

    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=BigInteger)
    at: datetime = Field(sa_type=Instant)


class SessionRow(SQLModel, table=True):
    """Somebody who has given the password of the pages: by the mark of their cookie, until when."""

    __tablename__ = "web_session"

    mark: str = Field(primary_key=True)
    began: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)


class FactRow(SQLModel, table=True):
    """A single fact about this database, such as when it was made."""

    __tablename__ = "fact"

    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
