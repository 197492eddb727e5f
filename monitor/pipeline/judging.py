"""Assess: on the hour, say of every indicator how it stands, keep it, and tell what rose."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.digest.build import day_bounds, local_day
from monitor.levels.assess import HOUR, Assessment, Board, Subject, assess
from monitor.levels.band import bands
from monitor.levels.board import BACK, RECENT, Desk, down_feeds
from monitor.levels.level import Standing
from monitor.levels.override import Shown, shown
from monitor.levels.usual import REFERENCE, SPREAD
from monitor.matching import compile_watch, match
from monitor.matching.revisions import hits_used
from monitor.model import Indicator, WatchList
from monitor.pipeline.levelbooks import Judging
from monitor.pipeline.levelnews import drafts_of, hidden_rises, new_silences
from monitor.pipeline.voices import Voices

log = logging.getLogger("monitor.levels")

SPREAD_DAYS = timedelta(hours=SPREAD)
"""The days whose hits say what each feed's items are worth."""

EDITED_WITHIN = timedelta(hours=REFERENCE) + RECENT
"""An edit before the time that levels are judged by plays no part any more."""

BAND_DAYS = 90
"""The longest chart shows so many days."""

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

    What charts show as usual is kept with it. Run twice for the same hour it
    changes nothing and tells nothing more. With ``tells`` false nobody is told:
    the past was filled or read anew.
    """
    at = full_hour(now)
    before = judging.levels.last(at)
    done = {name for name, one in judging.levels.last().items() if one.at >= at}
    overrides = judging.levels.overrides(now)
    judging.counting.catch_up()
    desk = _desk(watch, judging, at, now)
    subjects = {
        one.id: desk.subject(one, _control(one, watch, judging, at)) for one in watch.indicators
    }
    judged = _judged(subjects, watch, at, before)
    board = [shown(one, overrides.get(one.indicator), now, watch.zone) for one in judged]
    rose = [one.indicator for one in judged if one.rises_over(before.get(one.indicator))]
    silences = new_silences(board, judging.levels.silences_told())
    # What an analyst has set stands, and what was never judged before rose in the past.
    fresh = (set(rose) & set(before)) - done
    told = fresh | set(silences) | hidden_rises(board, before, judging.levels)
    news = [one for one in board if one.override is None and one.computed.indicator in told]
    drafts = drafts_of(news, board, watch, judging.books) if tells else []
    judging.levels.keep(board, rose, silences, drafts, now)
    _keep_bands(subjects, watch, judging, desk.counts.start, now)
    for one in news:
        log.info("%s: %s", one.computed.indicator, one.reason)
    if at.hour == 0:
        judging.levels.thin(now)
    return board


def _judged(
    subjects: Mapping[str, Subject],
    watch: WatchList,
    at: datetime,
    before: Mapping[str, Assessment],
) -> list[Assessment]:
    """The assessments of all indicators that are not paused, in the file's order."""
    active = [one.id for one in watch.indicators if not one.paused]
    board = Board.of(len(active), watch.zone)
    return [
        assess(subjects[one], before[one].standing if one in before else Standing(), board, at)
        for one in active
    ]


def _desk(watch: WatchList, judging: Judging, at: datetime, now: datetime) -> Desk:
    last_day = at.date()
    days = (last_day - SPREAD_DAYS, last_day)
    counts = judging.counting.counts(at - BACK, at, days)
    feeds = {feed.id: feed for feed in watch.feeds}
    recent = judging.levels.recent(feeds, at - RECENT, at)
    down = down_feeds(watch.feeds, judging.states(), now, judging.books.made)
    edited = judging.edited(at - EDITED_WITHIN)
    return Desk(watch, counts, recent, down, edited)


def _keep_bands(
    subjects: Mapping[str, Subject],
    watch: WatchList,
    judging: Judging,
    start: datetime,
    now: datetime,
) -> None:
    """
    Keep the usual range of the seven days that end with each of the last local days.

    Counts begin at ``start``. Today still goes on; it ends with the last full hour.
    """
    today = local_day(now, watch.zone)
    last = round((full_hour(now) - start) / HOUR)
    days = (today - timedelta(days=back) for back in range(BAND_DAYS - 1, -1, -1))
    closes = [round((day_bounds(day, watch.zone)[1] - start) / HOUR) for day in days]
    ends = [min(last, close) for close in closes]
    found = {name: bands(subject.hours, ends) for name, subject in subjects.items()}
    judging.usual.keep(today, found)


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
        listed = replace(watch, indicators=(*watch.indicators, control))
        wanted = hits_used(listed, [control])
        kept = tuple(one for one in listed.indicators if one.id in wanted)
        matcher, _ = compile_watch(replace(listed, indicators=kept))
        voices = Voices(watch)
        return any(
            hit.indicator == control.id
            for item in judging.items.newest(max(since, at - CONTROL_DAYS), at)
            for hit in match(item, matcher, voices.of(item))
        )

    return still_hits
