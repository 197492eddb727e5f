"""The tables of stories: what they are, where each item was put, what they speak to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.store.tables import NUMBER, Instant


class StoryRow(SQLModel, table=True):
    """
    What is said of a story, so that a list need not open its items.

    ``id`` is the key of the item that it began with. ``first`` and ``last`` are
    when its hits were seen; ``live`` says that not all of it is the past of
    some feed. ``judged`` is the analyst's own credibility.
    """

    __tablename__ = "story"

    id: str = Field(primary_key=True)
    first: datetime = Field(sa_type=Instant, index=True)
    last: datetime = Field(sa_type=Instant)
    live: bool = True
    headline: str = Field(default="", sa_type=Text)
    items: int = 1
    publishers: int = 1
    independent: int = 1
    grade: str = "F"
    credibility: int = 6
    judged: int | None = None
    by_hand: bool = False


class PlacementRow(SQLModel, table=True):
    """
    Where an item was put, when and why; the ids are the order in which it was done.

    ``told`` is when the item was told, ``at`` when it was placed.
    """

    __tablename__ = "placement"
    __table_args__ = (UniqueConstraint("item_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    item_id: int = Field(foreign_key="item.id", sa_type=NUMBER)
    story: str = Field(index=True)
    told: datetime = Field(sa_type=Instant, index=True)
    at: datetime = Field(sa_type=Instant, index=True)
    reason: str = Field(default="", sa_type=Text)
    score: float = 0.0
    is_update: bool = False
    by_hand: bool = False


class StoryIndicatorRow(SQLModel, table=True):
    """That a story speaks to an indicator: since when, with which signals, by how many items."""

    __tablename__ = "story_indicator"
    __table_args__ = (
        Index("ix_story_indicator_first", "indicator", "first"),
        Index("ix_story_indicator_seen", "first"),
    )

    story: str = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    first: datetime = Field(sa_type=Instant)
    last: datetime = Field(sa_type=Instant)
    signals: list[str] = Field(default_factory=list, sa_type=JSON)
    items: int = 1


class HandRow(SQLModel, table=True):
    """Where a person put an item, which every rebuild obeys: in which story, when, why, who."""

    __tablename__ = "story_hand"

    item_id: int = Field(primary_key=True, foreign_key="item.id", sa_type=NUMBER)
    story: str = Field(index=True)
    act: str
    at: datetime = Field(sa_type=Instant)
    reason: str = Field(default="", sa_type=Text)
    by: str = Field(default="", sa_type=Text)


class RarityRow(SQLModel, table=True):
    """What was told on one day (of UTC), and in how many items: what rarity is weighed by."""

    __tablename__ = "rarity"

    day: date = Field(primary_key=True)
    items: int = 0
    told: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
