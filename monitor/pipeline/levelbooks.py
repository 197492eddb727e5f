"""What assessments read and write, as small protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from monitor.levels.assess import Assessment
from monitor.levels.band import Band
from monitor.levels.board import Counts, RecentStory
from monitor.levels.override import Override, Shown
from monitor.messages import Draft
from monitor.model import Feed, FeedState, Item
from monitor.pipeline.edges import Books


class Counting(Protocol):
    """Keeps counts by the hour."""

    def catch_up(self) -> None: ...
    def counts(self, start: datetime, end: datetime, days: tuple[date, date]) -> Counts: ...


class LevelBook(Protocol):
    """Keeps assessments, overrides and silences."""

    def last(self, before: datetime | None = None) -> Mapping[str, Assessment]: ...
    def overrides(self, now: datetime) -> Mapping[str, Override]: ...
    def overrides_of(self, indicator: str, since: datetime) -> Sequence[Override]: ...
    def silences_told(self) -> Mapping[str, datetime]: ...
    def recent(
        self, feeds: Mapping[str, Feed], since: datetime, until: datetime
    ) -> Sequence[RecentStory]: ...
    def keep(
        self,
        board: Sequence[Shown],
        rose: Iterable[str],
        silences: Mapping[str, datetime],
        drafts: Iterable[Draft],
        now: datetime,
    ) -> int: ...
    def thin(self, now: datetime) -> int: ...


class UsualBook(Protocol):
    """Keeps what charts show as usual."""

    def keep(self, last: date, bands: Mapping[str, Sequence[Band | None]]) -> None: ...


class NewestItems(Protocol):
    """Hands out stored items, the newest first."""

    def newest(self, since: datetime, until: datetime) -> Iterator[Item]: ...


@dataclass(frozen=True, slots=True)
class Judging:
    """All that an assessment needs: the books, the counts, and how the feeds stand."""

    books: Books
    counting: Counting
    levels: LevelBook
    usual: UsualBook
    items: NewestItems
    states: Callable[[], Mapping[str, FeedState]]
    edited: Callable[[datetime], Mapping[str, datetime]] = lambda _since: {}
    """When rules last changed since an instant, if the past was not matched by them."""
