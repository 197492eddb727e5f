"""Publish: write a day down when it is over, and put digests in the outbox when they are due."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from monitor.alerts.hold import channel_note
from monitor.alerts.route import Branch, carries, digest_routes
from monitor.alerts.slots import Slot, lacks, latest_slots, span_of
from monitor.digest.build import (
    PRIORITY_ORDER,
    Digest,
    Outline,
    Story,
    build,
    day_bounds,
    local_day,
    raised_of,
    rank,
)
from monitor.digest.pictures import NO_PAST
from monitor.levels.override import Shown
from monitor.messages import Draft
from monitor.model import WatchList
from monitor.pipeline.edges import Books
from monitor.pipeline.past import past_of

log = logging.getLogger("monitor.publish")

CLOSING_GRACE = timedelta(minutes=2)
"""How long after midnight a day is closed: a poll that began before it may still be storing."""

STANDS_FOR = timedelta(hours=24)
"""A digest says how indicators stand if it is made no later than this after its end."""

DRAWN = 40
"""A page draws so many indicators, those that stand highest first: it is to stay light."""

PAST_DAYS = 120
"""How far back days are closed that lie before the watch began."""


def digest_of_day(
    watch: WatchList, books: Books, day: date, now: datetime, *, most: int | None = None
) -> Digest:
    """What is on the page of a local day, as far as it is known now; see ``digest_of_span``."""
    start, end = span_of_day(watch, books, day)
    return digest_of_span(watch, books, start, end, now, day=day, most=most)


def span_of_day(watch: WatchList, books: Books, day: date) -> tuple[datetime, datetime]:
    """
    From when to when stories are first seen that are on the page of a local day.

    It begins where the day before it was closed, so that nothing falls between
    two days when the watch's zone is changed.
    """
    start, end = day_bounds(day, watch.zone)
    last_end = books.archive.last_end(day)
    if last_end is not None and last_end < end:
        start = last_end
    return start, end


def digest_of_span(
    watch: WatchList,
    books: Books,
    start: datetime,
    end: datetime,
    now: datetime,
    *,
    day: date | None = None,
    only: Branch | None = None,
    most: int | None = None,
) -> Digest:
    """
    What was first seen from ``start`` up to ``end``, or the part of it that a route carries.

    With ``most`` no more than so many of the new stories are opened, the most
    important ones, and as many of those updated; the others are counted.
    """
    feeds = {feed.id: feed for feed in watch.feeds}
    stories: Iterable[Story]
    # How things stand now says nothing of a day that is long over.
    stands = books.board(now, watch.zone) if now - end < STANDS_FOR else None
    outlines = None if most is None else _ranked(watch, books.reading.outlines(start, end), stands)
    if outlines is None:
        stories = books.reading.stories(feeds, start, end)
    else:
        new = [one.id for one in outlines if one.first >= start][:most]
        older = [one.id for one in outlines if one.first < start][:most]
        stories = books.reading.stories_named(feeds, [*new, *older])
    if only is not None:
        levels = books.levels(now)
        stories = [story for story in stories if _carried(only, story, watch, levels)]
    coverage = books.reading.coverage(
        watch.feeds,
        local_day(start, watch.zone),
        local_day(end - timedelta(microseconds=1), watch.zone),
        (start, end),
        books.made,
        now,
    )
    return build(
        watch,
        stories,
        coverage,
        start,
        end,
        now,
        day=day,
        week=dict(books.reading.week(end)),
        stands=stands,
        outlines=outlines,
    )


def _ranked(
    watch: WatchList, outlines: Iterable[Outline], stands: Mapping[str, Shown] | None
) -> list[Outline]:
    priorities = {one.id: PRIORITY_ORDER[one.priority] for one in watch.indicators}
    raised = raised_of(stands or {})
    return sorted(outlines, key=lambda one: rank(one, priorities, raised))


def content_of(digest: Digest, books: Books, now: datetime) -> str:
    """A digest written down as a page's content, with the charts of those who have a story."""
    today = local_day(now, digest.zone)
    last = min(today, local_day(digest.end - timedelta(microseconds=1), digest.zone))
    shown = [beat.indicator.id for beat in digest.beats[:DRAWN]]
    past = past_of(shown, last, books, {}) if shown else NO_PAST
    return books.writer.digest_content(digest, past)


def _carried(only: Branch, story: Story, watch: WatchList, levels: Mapping[str, str]) -> bool:
    if story.independent < only.min_sources:
        return False
    if not any(only.conditions) and not only.min_levels:
        return True
    hits = (hit for report in story.reports for hit in report.hits)
    return any(carries(only, hit, watch, levels) for hit in hits)


def close_days(watch: WatchList, books: Books, now: datetime) -> list[date]:
    """
    Write down every day that is over and not yet written, and say which.

    Days before the watch began are filled by the feeds' first polls, so they
    wait until every feed was asked once.
    """
    if reopened := books.archive.reopen_after(now):
        log.warning("the clock was ahead: %d days that it closed are open again", reopened)
    closed = books.archive.closed_days()
    done = []
    for day in _days_over(watch, books, now, closed):
        digest = digest_of_day(watch, books, day, now)
        content, text = content_of(digest, books, now), books.writer.digest_text(digest)
        if books.archive.close(digest, content, text, now):
            log.info("closed %s with %d stories", day, len(digest.stories))
            done.append(day)
    return done


def _days_over(
    watch: WatchList, books: Books, now: datetime, closed: Mapping[date, int]
) -> Iterator[date]:
    over = local_day(now - CLOSING_GRACE, watch.zone)
    born = local_day(books.made, watch.zone)
    first = books.reading.first_seen()
    oldest = born if first is None else min(born, local_day(first, watch.zone))
    day = max(oldest, over - timedelta(days=PAST_DAYS))
    missing = [
        day + timedelta(days=ahead)
        for ahead in range((over - day).days)
        if day + timedelta(days=ahead) not in closed
    ]
    if any(one < born for one in missing) and books.records.unasked(
        feed.id for feed in watch.feeds
    ):
        missing = [one for one in missing if one >= born]
    yield from missing


def queue_digests(watch: WatchList, books: Books, now: datetime) -> int:
    """
    Put the digests that are due in the outbox, each once, and say how many were new.

    A digest is known by route, channel, local date and time, so neither a
    restart nor a clock that jumps makes a second one. A route's first digest
    comes at once if its time today has passed. After a backup was brought back, the
    digests of before count as sent.
    """
    with books.turn:
        pass  # whatever was seen before now is stored
    born, _ = day_bounds(local_day(books.made, watch.zone), watch.zone)
    return sum(
        books.outbox.put_merging(draft, merged, now)
        for slot in latest_slots(digest_routes(watch), watch.zone, now)
        if slot.instant >= born and (books.restored is None or slot.instant > books.restored)
        for draft, merged in _digest_drafts(slot, watch, books, now)
    )


def _digest_drafts(
    slot: Slot, watch: WatchList, books: Books, now: datetime
) -> Iterator[tuple[Draft, list[int]]]:
    """
    The digests of a slot, each with those before it that could not be sent yet.

    Their spans are in it: a channel that comes back after days gets one.
    """
    keys = [one.key for one in digest_routes(watch)]
    for channel in slot.route.to:
        own = books.outbox.last_digest(slot.route.key, channel, now)
        other = None if own else books.outbox.last_digest_of_others(channel, keys, now)
        if not lacks(slot, own, other, local_day(now, watch.zone)):
            continue
        unsent = books.outbox.unsent_digests(slot.route.key, channel)
        if unsent:
            own = books.outbox.last_digest_told(slot.route.key, channel, now)
            own = own or ("", _first_day(unsent[0][1], watch))
        start, midnight = span_of(slot, watch.zone, own or other)
        day = _day(start, midnight, watch)
        only = slot.route
        whole = digest_of_span(watch, books, start, midnight or now, now, day=day, only=only)
        since = digest_of_span(watch, books, midnight, now, now, only=only) if midnight else None
        beats = (*whole.beats, *whole.still)
        levels = {one.indicator.id: str(one.stands.level) for one in beats if one.stands}
        last = local_day(whole.end - timedelta(microseconds=1), watch.zone)
        past = past_of([one.indicator.id for one in beats], last, books, levels)
        draft = Draft(
            key=f"digest|{slot.route.key}|{channel}|{slot.name}",
            kind="digest",
            subject=slot.name,
            route=slot.route.key,
            channel=channel,
            reason="digest",
            message=books.writer.digest_message(whole, since, channel, slot, past),
            held=channel_note(watch, channel),
            span_end=now,
        )
        yield draft, [number for number, _ in unsent]


def _first_day(slot: str, watch: WatchList) -> datetime:
    """Where the closed day begins that the digest of a slot carries."""
    start, _ = day_bounds(date.fromisoformat(slot[:10]) - timedelta(days=1), watch.zone)
    return start


def _day(start: datetime, midnight: datetime | None, watch: WatchList) -> date | None:
    """The day that a span covers exactly, if it does."""
    if midnight is None:
        return None
    day = local_day(start, watch.zone)
    return day if day_bounds(day, watch.zone) == (start, midnight) else None
