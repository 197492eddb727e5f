"""The tables of levels: counts by the hour, assessments, what analysts said, edits of the list."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Index, Text
from sqlmodel import Field, SQLModel

from monitor.store.tables import NUMBER, Instant


class StoryHourRow(SQLModel, table=True):
    """How many stories of an indicator were first seen in the hour that begins then."""

    __tablename__ = "story_hour"

    indicator: str = Field(primary_key=True)
    hour: datetime = Field(primary_key=True, sa_type=Instant)
    stories: int = 0


class ItemHourRow(SQLModel, table=True):
    """How many items of a feed were first seen in the hour that begins then."""

    __tablename__ = "item_hour"
    __table_args__ = (Index("ix_item_hour_hour", "hour"),)

    feed: str = Field(primary_key=True)
    hour: datetime = Field(primary_key=True, sa_type=Instant)
    items: int = 0


class HitDayRow(SQLModel, table=True):
    """How many hits of an indicator a feed brought on a day of UTC: what its items are worth."""

    __tablename__ = "hit_day"
    __table_args__ = (Index("ix_hit_day_day", "day"),)

    indicator: str = Field(primary_key=True)
    feed: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    hits: int = 0


class AssessmentRow(SQLModel, table=True):
    """
    How an indicator stood at an instant, and what the next assessment has to know.

    ``shown`` is the level that people saw, where an analyst's own stood over
    the computed one. ``rose`` says that the level was worth telling.
    """

    __tablename__ = "assessment"
    __table_args__ = (Index("ix_assessment_at", "at"),)

    indicator: str = Field(primary_key=True)
    at: datetime = Field(primary_key=True, sa_type=Instant)
    level: str
    shown: str
    reason: str = Field(default="", sa_type=Text)
    trend: str = "same"
    hours: int | None = None
    stories: int = 0
    expected: float = 0.0
    shape: float = 0.5
    p: float = 1.0
    days: int = 0
    high_since: datetime | None = Field(default=None, sa_type=Instant)
    high_clean: datetime | None = Field(default=None, sa_type=Instant)
    elevated_since: datetime | None = Field(default=None, sa_type=Instant)
    elevated_clean: datetime | None = Field(default=None, sa_type=Instant)
    silent_since: datetime | None = Field(default=None, sa_type=Instant)
    rose: bool = False


class UsualRow(SQLModel, table=True):
    """
    What was usual of an indicator on the days that end with ``last``, oldest first.

    Each is the least and the most of the stories of seven days, or null where
    that was not known.
    """

    __tablename__ = "usual"

    indicator: str = Field(primary_key=True)
    last: date
    bands: list[list[int] | None] = Field(default_factory=list, sa_type=JSON)


class OverrideRow(SQLModel, table=True):
    """A level that an analyst set, why, and until when; ``ended`` where it was lifted before."""

    __tablename__ = "override"

    id: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    indicator: str = Field(index=True)
    level: str
    reason: str = Field(sa_type=Text)
    by: str = Field(default="", sa_type=Text)
    made: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    ended: datetime | None = Field(default=None, sa_type=Instant)


class SilenceRow(SQLModel, table=True):
    """A silence that was told: since which story, and when. A gap is told once."""

    __tablename__ = "silence"

    indicator: str = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=Instant)
    told: datetime = Field(sa_type=Instant)


class EditRow(SQLModel, table=True):
    """That an indicator came to mean something else: from when on, and its rule in words."""

    __tablename__ = "edit"

    indicator: str = Field(primary_key=True)
    at: datetime = Field(primary_key=True, sa_type=Instant)
    revision: str
    rule: str = Field(default="", sa_type=Text)
