"""Levels as they were assessed, what analysts set beside them, and the silences that were told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, delete, func, select, update

from monitor.feeds.search import speaking
from monitor.levels.assess import UTC, Assessment
from monitor.levels.board import RecentStory
from monitor.levels.hypotheses import Evidence
from monitor.levels.level import Level, Standing, Tier
from monitor.levels.override import Override, Shown, shown
from monitor.levels.trend import Trend
from monitor.levels.usual import Window
from monitor.messages import Draft
from monitor.model import Feed
from monitor.store.database import Database, Lock, insert_new, table_of, upsert
from monitor.store.leveltables import AssessmentRow, OverrideRow, SilenceRow
from monitor.store.outbox import put
from monitor.store.storytables import PlacementRow, StoryIndicatorRow, StoryRow
from monitor.store.tables import HitRow, ItemRow

ASSESSED = table_of(AssessmentRow)
OVERRIDE = table_of(OverrideRow)
SILENCE = table_of(SilenceRow)
SPOKEN = table_of(StoryIndicatorRow)
STORY = table_of(StoryRow)
PLACEMENT = table_of(PlacementRow)
HIT = table_of(HitRow)
ITEM = table_of(ItemRow)

KEPT_WHOLE = timedelta(days=30)
"""Every hour's assessment is kept so long; of older ones those that rose, and one a day."""


class Levels:
    """Keeps assessments, overrides and silences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- assessments

    def last(self, before: datetime | None = None) -> dict[str, Assessment]:
        """The last assessment of each indicator, or the last before an instant."""
        newest = select(ASSESSED.c.indicator, func.max(ASSESSED.c.at).label("at"))
        if before is not None:
            newest = newest.where(ASSESSED.c.at < before)
        found = newest.group_by(ASSESSED.c.indicator).subquery()
        is_it = and_(ASSESSED.c.indicator == found.c.indicator, ASSESSED.c.at == found.c.at)
        with self._database.reading() as connection:
            rows = connection.execute(select(ASSESSED).join(found, is_it))
            return {row.indicator: _assessment(row) for row in rows}

    def board(self, now: datetime, zone: ZoneInfo) -> dict[str, Shown]:
        """
        How each indicator stands as last assessed, the analyst's level while it holds.

        Reasons say in the ``zone`` until when it holds.
        """
        held = self.overrides(now)
        return {name: shown(one, held.get(name), now, zone) for name, one in self.last().items()}

    def words(self, now: datetime) -> dict[str, str]:
        """The same in a word each."""
        return {name: str(one.level) for name, one in self.board(now, UTC).items()}

    def history(self, indicator: str, since: datetime) -> list[Assessment]:
        """The assessments of one indicator since an instant, oldest first."""
        query = (
            select(ASSESSED)
            .where(ASSESSED.c.indicator == indicator, ASSESSED.c.at >= since)
            .order_by(ASSESSED.c.at)
        )
        with self._database.reading() as connection:
            return [_assessment(row) for row in connection.execute(query)]

    def turns(self, since: datetime) -> list[tuple[str, datetime, str, str]]:
        """Where a shown level changed since an instant: of whom, when, from, to; newest first."""
        query = (
            select(ASSESSED.c.indicator, ASSESSED.c.at, ASSESSED.c.shown)
            .where(ASSESSED.c.at >= since)
            .order_by(ASSESSED.c.indicator, ASSESSED.c.at)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found = [
            (after.indicator, after.at, before.shown, after.shown)
            for before, after in pairwise(rows)
            if before.indicator == after.indicator and before.shown != after.shown
        ]
        return sorted(found, key=lambda one: one[1], reverse=True)

    def keep(
        self,
        board: Sequence[Shown],
        rose: Iterable[str],
        silences: Mapping[str, datetime],
        drafts: Iterable[Draft],
        now: datetime,
    ) -> int:
        """
        Store assessments and what is told of them in one transaction; how many messages were new.

        ``silences`` are told for the first time, by indicator, each with its last
        story. Storing the same twice tells nothing the second time.
        """
        raised = set(rose)
        values = [{**_row(one), "rose": one.computed.indicator in raised} for one in board]
        told = [
            {"indicator": name, "since": since, "told": now} for name, since in silences.items()
        ]
        with self._database.writing() as connection:
            if values:
                upsert(connection, AssessmentRow, *values)
            insert_new(connection, SilenceRow, told)
            return put(connection, drafts, now)

    def thin(self, now: datetime) -> int:
        """Let go of old assessments, but for those that rose and the last of each day."""
        old = ASSESSED.c.at < now - KEPT_WHOLE
        with self._database.writing() as connection:
            rows = connection.execute(
                select(ASSESSED.c.indicator, ASSESSED.c.at)
                .where(old, ASSESSED.c.rose.is_(False))
                .order_by(ASSESSED.c.indicator, ASSESSED.c.at)
            ).all()
            gone = [
                (one.indicator, one.at)
                for one, after in pairwise(rows)
                if (one.indicator, one.at.date()) == (after.indicator, after.at.date())
            ]
            for indicator, at in gone:
                connection.execute(
                    delete(ASSESSED).where(ASSESSED.c.indicator == indicator, ASSESSED.c.at == at)
                )
            return len(gone)

    # --- silences

    def silences_told(self) -> dict[str, datetime]:
        """The last silence of each indicator that was told, by the story before it."""
        query = select(SILENCE.c.indicator, func.max(SILENCE.c.since).label("since"))
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(SILENCE.c.indicator))
            return {row.indicator: _instant(row.since) for row in rows}

    # --- overrides

    def overrides(self, now: datetime) -> dict[str, Override]:
        """The override of each indicator that holds at an instant, the newest of two."""
        query = (
            select(OVERRIDE)
            .where(OVERRIDE.c.until > now, OVERRIDE.c.made <= now, OVERRIDE.c.ended.is_(None))
            .order_by(OVERRIDE.c.id)
        )
        with self._database.reading() as connection:
            return {row.indicator: _override(row) for row in connection.execute(query)}

    def overrides_of(self, indicator: str, since: datetime) -> list[Override]:
        """All overrides of an indicator that held at some time since an instant, oldest first."""
        query = (
            select(OVERRIDE)
            .where(OVERRIDE.c.indicator == indicator, OVERRIDE.c.until > since)
            .order_by(OVERRIDE.c.id)
        )
        with self._database.reading() as connection:
            return [_override(row) for row in connection.execute(query)]

    def override(self, wanted: Override) -> None:
        """Set a level by hand; one that holds already ends."""
        with self._database.writing(Lock.LIST) as connection:
            self._end(connection, wanted.indicator, wanted.made)
            values = {
                "indicator": wanted.indicator,
                "level": str(wanted.level),
                "reason": wanted.reason,
                "by": wanted.by,
                "made": wanted.made,
                "until": wanted.until,
            }
            connection.execute(OVERRIDE.insert().values(**values))

    def end_override(self, indicator: str, now: datetime) -> bool:
        """Lift an override before its time; false if none holds."""
        with self._database.writing() as connection:
            return self._end(connection, indicator, now) > 0

    def _end(self, connection: Any, indicator: str, now: datetime) -> int:
        done = connection.execute(
            update(OVERRIDE)
            .where(
                OVERRIDE.c.indicator == indicator,
                OVERRIDE.c.until > now,
                OVERRIDE.c.ended.is_(None),
            )
            .values(ended=now)
        )
        return int(done.rowcount)

    # --- stories as levels and hypotheses need them

    def recent(
        self, feeds: Mapping[str, Feed], since: datetime, until: datetime
    ) -> list[RecentStory]:
        """The stories that indicators got in some time, with who tells them."""
        query = (
            select(
                *(SPOKEN.c.indicator, SPOKEN.c.story, SPOKEN.c.first),
                *(STORY.c.independent, STORY.c.grade, ITEM.c.feed, ITEM.c.source),
            )
            .join(STORY, STORY.c.id == SPOKEN.c.story)
            .join(PLACEMENT, PLACEMENT.c.story == SPOKEN.c.story)
            .join(ITEM, ITEM.c.id == PLACEMENT.c.item_id)
            .join(HIT, and_(HIT.c.item_id == ITEM.c.id, HIT.c.indicator == SPOKEN.c.indicator))
            .where(SPOKEN.c.first >= since, SPOKEN.c.first < until)
        )
        facts: dict[tuple[str, str], Any] = {}
        names: dict[tuple[str, str], set[str]] = defaultdict(set)
        brought: dict[tuple[str, str], set[str]] = defaultdict(set)

        @cache
        def publisher(name: str, source: str | None) -> str:
            feed = feeds.get(name) or Feed(name, "", publisher=name)
            return speaking(feed, source, feeds.values()).publisher

        with self._database.reading() as connection:
            for row in connection.execute(query):
                key = row.indicator, row.story
                facts[key] = row
                names[key].add(publisher(row.feed, row.source))
                brought[key].add(row.feed)
        return [
            RecentStory(
                indicator=row.indicator,
                first=row.first,
                independent=row.independent,
                grade=row.grade,
                publishers=frozenset(names[key]),
                feeds=frozenset(brought[key]),
            )
            for key, row in facts.items()
        ]

    def evidence(self, since: datetime, until: datetime) -> list[Evidence]:
        """The stories first seen in some time that carry a signal."""
        query = (
            select(SPOKEN, STORY.c.grade, STORY.c.independent)
            .join(STORY, STORY.c.id == SPOKEN.c.story)
            .where(SPOKEN.c.first >= since, SPOKEN.c.first < until)
            .order_by(SPOKEN.c.first, SPOKEN.c.story)
        )
        with self._database.reading() as connection:
            return [
                Evidence(
                    row.story,
                    row.indicator,
                    tuple(row.signals),
                    row.first,
                    row.grade,
                    row.independent,
                )
                for row in connection.execute(query)
                if row.signals
            ]

    def signals_seen(self, since: datetime) -> dict[str, set[str]]:
        """The signals that stories of each indicator carried since an instant."""
        query = select(SPOKEN.c.indicator, SPOKEN.c.signals).where(SPOKEN.c.first >= since)
        found: dict[str, set[str]] = defaultdict(set)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found[row.indicator].update(row.signals or ())
        return found


def _instant(value: Any) -> datetime:
    instant: datetime = value
    return instant


def _row(one: Shown) -> dict[str, Any]:
    computed = one.computed
    window, standing = computed.window, computed.standing
    return {
        "indicator": computed.indicator,
        "at": computed.at,
        "level": str(computed.level),
        "shown": str(one.level),
        "reason": computed.reason,
        "trend": str(computed.trend),
        "hours": window.hours if window else None,
        "stories": window.stories if window else 0,
        "expected": window.expected if window else 0.0,
        "shape": window.shape if window else 0.5,
        "p": window.p if window else 1.0,
        "days": computed.days,
        "high_since": standing.high.since,
        "high_clean": standing.high.clean_since,
        "elevated_since": standing.elevated.since,
        "elevated_clean": standing.elevated.clean_since,
        "silent_since": computed.silent_since,
    }


def _assessment(row: Row[Any]) -> Assessment:
    window = None
    if row.hours is not None:
        window = Window(row.hours, row.stories, row.expected, row.shape, row.p)
    return Assessment(
        indicator=row.indicator,
        at=row.at,
        level=Level(row.level),
        reason=row.reason,
        trend=Trend(row.trend),
        window=window,
        standing=Standing(
            Tier(row.high_since, row.high_clean),
            Tier(row.elevated_since, row.elevated_clean),
            row.silent_since,
        ),
        days=row.days,
    )


def _override(row: Row[Any]) -> Override:
    return Override(
        row.indicator,
        Level(row.level),
        row.reason,
        min(row.until, row.ended) if row.ended else row.until,
        row.made,
        row.by,
    )
