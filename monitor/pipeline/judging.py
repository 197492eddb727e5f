"""Assess: on the hour, say of every indicator how it stands, keep it, and tell what rose."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.alerts.decide import Alert, Reason
from monitor.alerts.hold import pointers
from monitor.alerts.route import route
from monitor.digest.build import day_bounds
from monitor.digest.levelnote import STORIES, level_note
from monitor.levels.assess import HOUR, Assessment, Board, assess
from monitor.levels.band import Band, bands
from monitor.levels.board import BACK, YOUNG, Desk, down_feeds
from monitor.levels.level import Level, Standing
from monitor.levels.override import Shown, shown
from monitor.levels.usual import SPREAD
from monitor.matching import compile_watch, match
from monitor.messages import Draft
from monitor.model import Hit, Indicator, Item, WatchList
from monitor.pipeline.alerting import Memory, hold_at, recall
from monitor.pipeline.edges import Books
from monitor.pipeline.levelbooks import Judging
from monitor.pipeline.voices import Voices

log = logging.getLogger("monitor.levels")

SPREAD_DAYS = timedelta(hours=SPREAD)
"""The days whose hits say what each feed's items are worth."""

CONTROL_DAYS = timedelta(days=7)
"""A control is looked for in the last so many days of a gap."""


def full_hour(now: datetime) -> datetime:
    """The last full hour: what assessments are made at."""
    return now.replace(minute=0, second=0, microsecond=0)


def assess_board(
    watch: WatchList, judging: Judging, now: datetime, *, tells: bool = True
) -> list[Shown]:
    """
    Assess every indicator at the last full hour, keep it, and put what rose in the outbox.

    Run twice for the same hour it changes nothing and tells nothing more. With
    ``tells`` false nobody is told: the past was filled or read anew.
    """
    at = full_hour(now)
    before = judging.levels.last(at)
    done = {name for name, one in judging.levels.last().items() if one.at >= at}
    overrides = judging.levels.overrides(now)
    judged = _judged(watch, judging, at, now, before)
    board = [shown(one, overrides.get(one.indicator), now, watch.zone) for one in judged]
    rose = [one for one in judged if one.rises_over(before.get(one.indicator))]
    silences = _new_silences(judged, judging.levels.silences_told())
    # What an analyst has set stands, and what was never judged before rose in the past.
    fresh = {one.indicator for one in rose if one.indicator in before} - done
    news = [
        one
        for one in board
        if one.override is None
        and (one.computed.indicator in fresh or one.computed.indicator in silences)
    ]
    drafts = _drafts(news, board, watch, judging.books) if tells else []
    judging.levels.keep(board, [one.indicator for one in rose], silences, drafts, now)
    for one in news:
        log.info("%s: %s", one.computed.indicator, one.reason)
    if at.hour == 0:
        judging.levels.thin(now)
    return board


def _new_silences(
    judged: Iterable[Assessment], told: Mapping[str, datetime]
) -> dict[str, datetime]:
    """The silences that were not told yet, each by the last story before it; one for each gap."""
    return {
        one.indicator: one.silent_since
        for one in judged
        if one.level is Level.SILENT
        and one.silent_since is not None
        and not _is_same(told.get(one.indicator), one.silent_since)
    }


def _is_same(told: datetime | None, since: datetime) -> bool:
    return told is not None and told >= since


def _judged(
    watch: WatchList,
    judging: Judging,
    at: datetime,
    now: datetime,
    before: Mapping[str, Assessment],
) -> list[Assessment]:
    """The assessments of all indicators that are not paused, in the file's order."""
    judging.counting.catch_up()
    desk = _desk(watch, judging, at, now)
    active = [one for one in watch.indicators if not one.paused]
    board = Board.of(len(active), watch.zone)
    return [
        assess(
            desk.subject(one, _control(one, watch, judging, at)),
            before[one.id].standing if one.id in before else Standing(),
            board,
            at,
        )
        for one in active
    ]


def _desk(watch: WatchList, judging: Judging, at: datetime, now: datetime) -> Desk:
    last_day = at.date()
    days = (last_day - SPREAD_DAYS, last_day)
    counts = judging.counting.counts(at - BACK, at, days)
    feeds = {feed.id: feed for feed in watch.feeds}
    recent = judging.levels.recent(feeds, at - YOUNG, at)
    down = down_feeds(watch.feeds, judging.states(), now, judging.books.made)
    return Desk(watch, counts, recent, down)


def chart_bands(
    watch: WatchList, judging: Judging, now: datetime, days: Sequence[date]
) -> dict[str, tuple[Band | None, ...]]:
    """
    For each indicator the usual range of the seven days that end with each of some local days.

    The last day may still go on; it ends with the last full hour.
    """
    at = full_hour(now)
    desk = _desk(watch, judging, at, now)
    last = desk.counts.length
    closes = [day_bounds(day, watch.zone)[1] for day in days]
    ends = [min(last, round((close - desk.counts.start) / HOUR)) for close in closes]
    return {one.id: bands(desk.subject(one).hours, ends) for one in watch.indicators}


def _control(
    indicator: Indicator, watch: WatchList, judging: Judging, at: datetime
) -> Callable[[datetime], bool]:
    """Says whether the indicator's control hits anything that came in its gap."""

    def still_hits(since: datetime) -> bool:
        rule = indicator.expect.control if indicator.expect else None
        if rule is None:
            return True
        # The control listens to what the indicator listens to, and has no scope.
        control = replace(indicator, id=f"{indicator.id}--control", rule=rule, signals=())
        control = replace(control, scope=None, unscoped=True, expect=None)
        matcher, _ = compile_watch(replace(watch, indicators=(*watch.indicators, control)))
        voices = Voices(watch)
        return any(
            hit.indicator == control.id
            for item in judging.items.newest(max(since, at - CONTROL_DAYS), at)
            for hit in match(item, matcher, voices.of(item))
        )

    return still_hits


# --- what is told


def _drafts(
    news: Sequence[Shown], board: Sequence[Shown], watch: WatchList, books: Books
) -> list[Draft]:
    if not news:
        return []
    memory = recall(watch, books)
    memory = replace(memory, levels={one.computed.indicator: str(one.level) for one in board})
    return [draft for one in news for draft in _of_one(one, watch, books, memory)]


def _of_one(one: Shown, watch: WatchList, books: Books, memory: Memory) -> Iterator[Draft]:
    """The outbox's lines for one level or silence; one that no route takes has a line too."""
    indicator = watch.indicator(one.computed.indicator)
    if indicator is None:
        return
    reason = Reason.SILENCE if one.level is Level.SILENT else Reason.RAISED
    feeds = {feed.id: feed for feed in watch.feeds}
    stories = books.reading.stories_of(feeds, indicator.id, STORIES)
    hits = (Hit(indicator.id, indicator.id),)
    alert = Alert(Item(indicator.id, "", indicator.title), hits, reason, memory.levels)
    told = pointers(hits, memory.levels)
    since = one.computed.silent_since if one.level is Level.SILENT else one.computed.at
    draft = Draft(
        key=f"level|{indicator.id}|{one.level}|{since}",
        kind="level",
        subject=indicator.id,
        route="",
        channel="",
        reason=str(reason),
        message=level_note(one, indicator, stories, watch),
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
