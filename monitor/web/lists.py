"""The lists: indicators, stories, the archive of days, and the digest of a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode

from monitor.digest.build import day_bounds, local_day
from monitor.digest.render import PAGE_NAMED
from monitor.model import Priority
from monitor.pipeline.publish import content_of, digest_of_span
from monitor.web.asked import AskedError, after_of, choice_of, only, row_of
from monitor.web.show import Shows
from monitor.web.views import (
    ArchiveDay,
    ArchivePage,
    Gauge,
    IndicatorsPage,
    StoriesPage,
    WeekPage,
)

STORIES_SHOWN = 50
FILTERS = ("indicator", "since", "until")
WEEK = timedelta(days=7)
RANK = list(Priority)
OTHERS = "others"
"""What addresses call the indicators without a group."""


def indicators_page(shows: Shows, given: Mapping[str, str]) -> IndicatorsPage:
    """
    All indicators in their groups, or those of a ``group``; of high priority first in each.

    Raises ``AskedError`` for a group that the list does not have.
    """
    only(given, "group")
    every = shows.watch.indicators
    group = choice_of(
        given, "group", {(one.group or OTHERS).lower(): one.group or OTHERS for one in every}
    )
    some = [one for one in every if group in (None, one.group or OTHERS)]
    groups: dict[str, list[Gauge]] = defaultdict(list)
    for gauge in shows.gauges(some):
        groups[gauge.indicator.group or ""].append(gauge)
    for gauges in groups.values():
        gauges.sort(key=lambda one: (one.indicator.paused, RANK.index(one.indicator.priority)))
    named = {name: tuple(gauges) for name, gauges in groups.items() if name}
    others = {"": tuple(groups[""])} if "" in groups else {}
    return IndicatorsPage(tuple({**named, **others}.items()), group)


def stories_page(shows: Shows, given: Mapping[str, str]) -> StoriesPage:
    """A part of all stories; what is wrong with the filters is told on it."""
    filters = {name: text for name in FILTERS if (text := given.get(name, ""))}
    query = f"?{urlencode(filters)}" if filters else ""
    titles = tuple((one.id, one.title) for one in shows.watch.indicators)
    try:
        only(given, *FILTERS, "after")
        row = row_of(given, shows.watch)
    except AskedError as error:
        return StoriesPage(filters, (), titles, trouble=str(error))
    found = shows.desk.store.listing.stories(shows.feeds, row, STORIES_SHOWN + 1)
    shown = found[:STORIES_SHOWN]
    days = groupby(shown, key=lambda one: local_day(one.at, shows.watch.zone))
    more = {**filters, "after": after_of(shown[-1])} if len(found) > STORIES_SHOWN else {}
    by_day = tuple((day, tuple(one.story for one in some)) for day, some in days)
    return StoriesPage(filters, by_day, titles, query, urlencode(more))


def archive_page(shows: Shows) -> ArchivePage:
    """Every day that has a page, in its month."""
    days = shows.days()
    counts = dict(_counts(shows, days))
    months: dict[int, list[list[ArchiveDay]]] = defaultdict(list)
    first = days[0].replace(day=1)
    while first <= days[-1]:
        after = (first + timedelta(days=31)).replace(day=1)
        row = [first + timedelta(days=ahead) for ahead in range((after - first).days)]
        months[first.year].insert(0, [ArchiveDay(one, counts.get(one)) for one in row])
        first = after
    return ArchivePage(
        tuple((year, tuple(months[year])) for year in sorted(months, reverse=True)),
        len(days),
        sum(counts.values()),
        max(counts.values(), default=0) or 1,
    )


def week_page(shows: Shows, name: str) -> WeekPage | None:
    """The digest of a week by its name, ``2025-W45``; nothing for one without a day."""
    try:
        monday = date.fromisoformat(f"{name}-1") if len(name) == 8 and name[4:6] == "-W" else None
        days = [monday + timedelta(days=ahead) for ahead in range(7)] if monday else []
    except (ValueError, OverflowError):
        return None
    known = shows.days()
    if monday is None or not set(days) & set(known):
        return None
    zone = shows.watch.zone
    start, end = day_bounds(days[0], zone)[0], day_bounds(days[-1], zone)[1]
    books = shows.desk.books
    digest = digest_of_span(shows.watch, books, start, end, shows.now, most=PAGE_NAMED)
    counts = dict(_counts(shows, [one for one in days if one in known]))
    return WeekPage(
        monday,
        content_of(digest, books, shows.now),
        tuple(ArchiveDay(one, counts.get(one)) for one in days),
        monday - WEEK if known[0] < monday else None,
        monday + WEEK if known[-1] > days[-1] else None,
    )


def _counts(shows: Shows, days: list[date]) -> Iterator[tuple[date, int]]:
    """How many stories each day had; of a day still open, how many it has now."""
    closed = shows.desk.store.archive.closed_days()
    for day in days:
        count = closed.get(day)
        if count is None:
            count = shows.reading.first_seen_within(*day_bounds(day, shows.watch.zone))
        yield day, count
