"""What of an assessment is told: levels that rose, silences, and what a level set by hand hid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.alerts.decide import Alert, Reason
from monitor.alerts.hold import pointers
from monitor.alerts.route import route
from monitor.digest.build import local_day
from monitor.digest.levelnote import STORIES
from monitor.levels.assess import Assessment
from monitor.levels.level import Level
from monitor.levels.override import Override, Shown
from monitor.messages import Draft
from monitor.model import Hit, Item, WatchList
from monitor.pipeline.alerting import Memory, hold_at, recall
from monitor.pipeline.edges import Books
from monitor.pipeline.levelbooks import LevelBook
from monitor.pipeline.past import past_of


def new_silences(board: Iterable[Shown], told: Mapping[str, datetime]) -> dict[str, datetime]:
    """
    The silences that were not told yet, each by the last story before it; one for each gap.

    While a level stands that was set by hand nobody is told; it is afterwards,
    if nothing has come by then.
    """
    return {
        one.computed.indicator: since
        for one in board
        if one.override is None
        and one.computed.level is Level.SILENT
        and (since := one.computed.silent_since) is not None
        and not _is_same(told.get(one.computed.indicator), since)
    }


def _is_same(told: datetime | None, since: datetime) -> bool:
    return told is not None and told >= since


def hidden_rises(
    board: Iterable[Shown], before: Mapping[str, Assessment], levels: LevelBook
) -> set[str]:
    """
    The indicators that rose while a level stood that was set by hand, which has ended by now.

    Nobody was told then. A level that has ended, too, is no news any more.
    """
    return {
        one.computed.indicator
        for one in board
        if one.override is None
        and one.computed.level.is_raised
        and (known := before.get(one.computed.indicator)) is not None
        and (rose := one.computed.standing.since) is not None
        and _hid(levels.overrides_of(one.computed.indicator, rose), rose, known.at)
    }


def _hid(overrides: Collection[Override], rose: datetime, last: datetime) -> bool:
    """Whether one of them held as a level rose, and one has ended since the ``last`` look."""
    held = any(
        # What is judged on the hour is judged some time after it.
        one.made.replace(minute=0, second=0, microsecond=0) <= rose < one.until
        for one in overrides
    )
    return held and any(one.until > last for one in overrides)


def drafts_of(
    news: Sequence[Shown], board: Sequence[Shown], watch: WatchList, books: Books
) -> list[Draft]:
    """The outbox's lines for levels that rose and for silences."""
    if not news:
        return []
    memory = recall(watch, books)
    memory = replace(memory, levels={one.computed.indicator: str(one.level) for one in board})
    return [draft for one in news for draft in _of_one(one, watch, books, memory)]


def _of_one(one: Shown, watch: WatchList, books: Books, memory: Memory) -> Iterator[Draft]:
    """The lines for one level or silence; one that no route takes has a line too."""
    indicator = watch.indicator(one.computed.indicator)
    if indicator is None:
        return
    reason = Reason.SILENCE if one.level is Level.SILENT else Reason.RAISED
    feeds = {feed.id: feed for feed in watch.feeds}
    stories = books.reading.stories_of(feeds, indicator.id, STORIES)
    past = past_of([indicator.id], local_day(memory.now, watch.zone), books, memory.levels)
    hits = (Hit(indicator.id, indicator.id),)
    alert = Alert(Item(indicator.id, "", indicator.title), hits, reason, memory.levels)
    told = pointers(hits, memory.levels)
    draft = Draft(
        key=f"level|{indicator.id}|{one.level}|{one.since}",
        kind="level",
        subject=indicator.id,
        route="",
        channel="",
        reason=str(reason),
        message=books.writer.level_message(one, indicator, stories, watch, past),
        hits=told,
        state="nowhere",
    )
    targets = route(alert, watch)
    if not targets:
        yield draft
    for target in targets:
        hold = hold_at(target, told, None, watch, memory)
        yield replace(
            draft,
            key=f"{draft.key}|{target.channel}",
            route=target.route,
            channel=target.channel,
            held=hold.note if hold else "",
            until=hold.until if hold else None,
            state="",
        )
