"""How the feeds were looked at over some days: which answered, which did not, which said little."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, select

from monitor.digest.build import Gap, Lull
from monitor.feeds.habit import usual_rate
from monitor.feeds.polling import health
from monitor.model import Feed, FeedState
from monitor.store.database import table_of
from monitor.store.records import state_of
from monitor.store.tables import FeedDayRow, FeedRow

FEED = table_of(FeedRow)
DAY = table_of(FeedDayRow)


class Looks:
    """
    The looks taken at feeds on local days, the first to the last of ``days``.

    ``span`` is those days in instants. ``known`` is how the feeds stand, for
    whoever has asked already.
    """

    def __init__(
        self,
        connection: Connection,
        feeds: Sequence[Feed],
        days: tuple[date, date],
        span: tuple[datetime, datetime],
        now: datetime,
        known: Mapping[str, FeedState] | None = None,
    ) -> None:
        self._feeds = feeds
        self._end = span[1]
        self._now = now
        self._rows: dict[str, list[Any]] = defaultdict(list)
        for row in _day_rows(connection, *days):
            self._rows[row.feed].append(row)
        if known is None:
            known = {row.id: state_of(row) for row in connection.execute(select(FEED))}
        urls = {feed.id: feed.url for feed in feeds}
        # What was of another address says nothing of this one.
        self._states = {one.feed: one for one in known.values() if one.url == urls.get(one.feed)}

    def is_answered(self, feed: Feed) -> bool:
        """Whether a feed answered, or need not be asked again yet."""
        return feed.id in self._resting or any(row.answered for row in self._of(feed))

    def gaps(self) -> Iterable[Gap]:
        """The feeds that were failing at the end, or were not looked at."""
        return self._gaps.values()

    def lulls(self) -> Iterator[Lull]:
        """The feeds that answered and were stale or empty when the span ended."""
        at = min(self._now, self._end)
        for feed in self._feeds:
            if feed.id not in self._gaps:
                lull = _lull(feed, self._states.get(feed.id), at)
                if lull is not None:
                    yield lull

    def leaks(self) -> Iterator[Feed]:
        """The feeds whose items may have come and gone between two looks."""
        return (feed for feed in self._feeds if any(row.losses for row in self._of(feed)))

    def _of(self, feed: Feed) -> Sequence[Any]:
        return self._rows.get(feed.id, ())

    @property
    def _goes_on(self) -> bool:
        return self._now < self._end

    @cached_property
    def _resting(self) -> set[str]:
        """Feeds that were not asked in a span that goes on, since their next poll is to come."""
        return {
            feed.id
            for feed in self._feeds
            if self._goes_on and not self._of(feed) and _rests(self._states.get(feed.id), self._now)
        }

    @cached_property
    def _gaps(self) -> dict[str, Gap]:
        why = "" if self._rows else "the service was not running"
        found: dict[str, Gap] = {}
        for feed in self._feeds:
            if feed.id in self._resting:
                continue
            gap = _gap(feed, self._of(feed), self._states.get(feed.id), why)
            if gap is not None:
                is_new = self._goes_on and feed.id not in self._states
                found[feed.id] = (
                    replace(gap, error="not polled yet", asked=False) if is_new else gap
                )
        return found


def _day_rows(connection: Connection, first: date, last: date) -> list[Row[Any]]:
    """The roll-up rows of feeds from one local day to another, both included."""
    query = select(DAY).where(DAY.c.day >= first, DAY.c.day <= last)
    return list(connection.execute(query.order_by(DAY.c.day)))


def _rests(state: FeedState | None, now: datetime) -> bool:
    """Whether a feed answered when it was last asked, and need not be asked again yet."""
    return (
        state is not None
        and state.last_answer is not None
        and state.failing_since is None
        and state.next_poll is not None
        and state.next_poll > now
    )


def _gap(feed: Feed, rows: Sequence[Any], state: FeedState | None, why: str) -> Gap | None:
    gone = state is not None and state.gone
    if not any(row.answered for row in rows):
        if not rows and state is not None and gone:
            # Nobody asked it, and nobody will: the service may have run all the time.
            return Gap(feed, state.failing_since, state.error or "gone for good", gone)
        error = rows[-1].error if rows else why or (state.error if state else None)
        return Gap(feed, None, error or "not polled yet", gone)
    last = rows[-1]
    if last.failing_since is not None:
        return Gap(feed, last.failing_since, last.error or "", gone)
    return None


def _lull(feed: Feed, state: FeedState | None, at: datetime) -> Lull | None:
    """A feed that was stale or empty at an instant, as far as what came later lets us know."""
    if state is None or health(state, at) not in ("stale", "empty"):
        return None
    return Lull(feed, state.last_new, usual_rate(state))
