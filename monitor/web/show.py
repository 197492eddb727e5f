"""From the store to what a page shows: questions asked, values put together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.desk import Desk
from monitor.digest.build import Coverage, Story, day_bounds, lists_named, local_day
from monitor.digest.render import PAGE_NAMED
from monitor.feeds.guard import is_kept_as
from monitor.feeds.habit import usual_rate
from monitor.feeds.polling import health
from monitor.levels.band import Band
from monitor.levels.override import Shown
from monitor.matching import describe, lists_used
from monitor.messages import LEDGER_STATES, Delivery, Mute
from monitor.model import GRADES, Feed, FeedState, Indicator, WatchList
from monitor.pipeline.crediting import JUDGED
from monitor.pipeline.publish import content_of, digest_of_day, span_of_day
from monitor.store.listing import Row
from monitor.store.owning import is_owned
from monitor.store.whole import feed_of
from monitor.web.expression import in_lines
from monitor.web.stories import reports_judged, story_page, text_page, why_page
from monitor.web.storyviews import StoryPage, TextPage, WhyPage
from monitor.web.views import (
    FEED_STATES,
    ArchiveDay,
    Board,
    DeliveryLine,
    DigestPage,
    FeedLine,
    FeedsPage,
    Frame,
    Gauge,
    GroupCoverage,
    IndicatorPage,
    LedgerPage,
    Turn,
)

MONTH = 30
QUARTER = 90
STORIES_SHOWN = 100
DELIVERIES_SHOWN = 8
LINES_SHOWN = 100
NEWEST_SHOWN = 5


class Shows:
    """Puts together what each page shows at ``now``, from one watch list and one store."""

    def __init__(self, desk: Desk, now: datetime) -> None:
        self.desk = desk
        self.watch: WatchList = desk.current.watch
        self.matcher = desk.current.matcher
        self.now = now
        self.today = local_day(now, self.watch.zone)
        self.feeds = {feed.id: feed for feed in self.watch.feeds}
        self.reading = desk.store.reading
        self.tally = desk.store.tally
        self._states: dict[str, FeedState] | None = None

    def frame(self) -> Frame:
        """What stands around every page."""
        refused = self.desk.refused
        return Frame(
            title=self.watch.title,
            zone=self.watch.zone,
            now=self.now,
            problems=refused.problems if refused else (),
            refused_at=refused.at if refused else None,
            locked=self.desk.store.access.password() is not None,
            broken=str(self.desk.store.database.condition.broken or ""),
            only_reads=only_reads(self.desk),
            elsewhere=self.desk.elsewhere,
        )

    def board(self) -> Board:
        """The first page."""
        gauges = tuple(self.gauges(self.watch.indicators))
        newest = self.desk.store.listing.stories(self.feeds, Row(), NEWEST_SHOWN)
        return Board(
            gauges=gauges,
            stories=self.reading.first_seen_within(*self._span_of_today()),
            newest=tuple(one.story for one in newest),
            coverage=self._coverage_today(),
            groups=tuple(self.groups()),
            deliveries=self.deliveries(self.desk.store.outbox.latest(DELIVERIES_SHOWN)),
            channels_missing=tuple(
                (channel.name, channel.missing or "")
                for channel in self.watch.channels
                if channel.url is None
            ),
            matrix=self.desk.matrix(),
            turns=tuple(self._turns()),
        )

    def gauges(self, indicators: Iterable[Indicator]) -> Iterable[Gauge]:
        """Each indicator's counts, oldest day first."""
        days = _days(self.today, MONTH)
        indicators = list(indicators)
        names = [one.id for one in indicators]
        counts = self.tally.days(days[0], names)
        signals = self.tally.signals(days[0], names)
        sources = self.reading.sources(self.now - timedelta(days=7))
        heard = {one: feed_of(self.feeds, one) for one in set().union(*sources.values())}
        publishers = {one: feed.publisher for one, feed in heard.items()}
        grades = {one: feed.grade for one, feed in heard.items()}
        stands = self.desk.books.board(self.now, self.watch.zone)
        bands = self.desk.bands()
        last = self.reading.last_stories(self.feeds, names)
        for indicator in indicators:
            yield _gauge(
                indicator,
                [(day, counts[indicator.id][day]) for day in days],
                signals[indicator.id],
                len(set(map(publishers.get, sources[indicator.id]))),
                min(
                    set(map(grades.__getitem__, sources[indicator.id])),
                    key=GRADES.index,
                    default=None,
                ),
                last.get(indicator.id),
                stands.get(indicator.id),
                bands.get(indicator.id, ()),
            )

    def _turns(self) -> Iterable[Turn]:
        """What changed its level since yesterday's midnight, newest first."""
        since, _ = day_bounds(self.today - timedelta(days=1), self.watch.zone)
        known = {one.id: one for one in self.watch.indicators}
        for name, at, before, after in self.desk.store.levels.turns(since):
            if name in known:
                yield Turn(known[name], at, before, after)

    def states(self) -> dict[str, FeedState]:
        """How every feed stands, asked once for a page."""
        if self._states is None:
            self._states = self.desk.store.records.states()
        return self._states

    def groups(self) -> Iterable[GroupCoverage]:
        """How each group of feeds answers, in the file's order."""
        states = self.states()
        items = self.reading.items_since(self.now - timedelta(hours=24))
        grouped: dict[str, list[Feed]] = defaultdict(list)
        for feed in self.watch.feeds:
            grouped[feed.group or "other"].append(feed)
        for group, feeds in grouped.items():
            yield GroupCoverage(
                group=group,
                feeds=len(feeds),
                answered=sum(_answers(states.get(feed.id)) for feed in feeds),
                items=sum(items.get(feed.id, 0) for feed in feeds),
            )

    def indicator(self, indicator: Indicator) -> IndicatorPage:
        """One indicator whole."""
        days = _days(self.today, QUARTER)
        counts = self.tally.days(days[0], [indicator.id])[indicator.id]
        stories = self.reading.stories_of(self.feeds, indicator.id, STORIES_SHOWN)
        (gauge,) = self.gauges([indicator])
        told = dict(gauge.signals)
        scope = indicator.scope or (None if indicator.unscoped else self.watch.scope)
        sent = self.desk.store.outbox.latest_of(DELIVERIES_SHOWN, [story.id for story in stories])
        wanted = {name for one in indicator.signals for name in (*one.supports, *one.contradicts)}
        return IndicatorPage(
            gauge=gauge,
            days=tuple((day, counts[day]) for day in days),
            expression=in_lines(describe(indicator.rule)),
            scope=in_lines(describe(scope)) if scope else "",
            lists=tuple(
                (name, self.watch.terms[name])
                for name in lists_used(self.watch, indicator)
                if name in self.watch.terms
            ),
            signals=tuple(
                (one.id, rule, one.supports, one.contradicts, told.get(one.id, 0))
                for one in indicator.signals
                for rule in [in_lines(describe(one.rule))]
            ),
            hypotheses=tuple(one for one in self.watch.hypotheses if one.id in wanted),
            brief_text=self.desk.brief_text(indicator.brief),
            stories=tuple(stories),
            total=self.tally.total(indicator.id),
            deliveries=self.deliveries(sent),
            mutes=tuple(one for one in self._mutes() if one.indicator == indicator.id),
            scope_lists=lists_named(scope, self.watch.terms),
            edits=tuple(
                (one.at, one.rule) for one in reversed(self.desk.store.edits.of(indicator.id))
            ),
            overrides=tuple(
                reversed(
                    self.desk.store.levels.overrides_of(
                        indicator.id, self.now - timedelta(days=QUARTER)
                    )
                )
            ),
        )

    def story(self, key: str, part: int = 1) -> StoryPage | None:
        """The story that an item is in, or nothing where there is none of that id."""
        story = self.reading.story(self.feeds, key)
        key = story.lead.item.key if story else key
        fetched = self.reading.fetched(key)
        if story is None or fetched is None:
            return None
        items = [report.item.key for report in story.reports]
        seen = self.desk.store.mutes.seen(items)
        judged = {key, *(one.item.key for one in reports_judged(story).values())}
        page = story_page(
            story,
            {one: self.reading.versions(one) for one in judged},
            fetched,
            self.watch,
            self.matcher,
            self.deliveries(self.desk.store.outbox.latest(DELIVERIES_SHOWN, items)),
            min(seen.values(), key=lambda one: one.at, default=None),
        )
        return replace(
            page,
            no_article=self.desk.store.articles.trouble(key),
            judged=self.desk.store.ledger.of_story(JUDGED, items),
            page=part,
        )

    def why(self, key: str, indicator: str) -> WhyPage | None:
        """How an indicator stands to a story, or nothing where one of them is not there."""
        story = self.reading.story(self.feeds, key)
        if story is None:
            return None
        report = reports_judged(story).get(indicator, story.lead)
        versions = self.reading.versions(report.item.key)
        return why_page(story, indicator, versions, self.watch, self.matcher)

    def text(self, key: str, number: int) -> TextPage | None:
        """One text of a story whole, or nothing where there is none."""
        story = self.reading.story(self.feeds, key)
        key = story.lead.item.key if story else key
        fetched = self.reading.fetched(key)
        if story is None or fetched is None:
            return None
        versions = self.reading.versions(key)
        return text_page(story, number, versions, fetched[0], self.watch, self.matcher)

    def ledger(self, state: str | None, channel: str | None, before: int | None) -> LedgerPage:
        """The newest lines of the ledger, or of a part of it."""
        kept = self.desk.store.ledger
        lines = kept.lines(LINES_SHOWN + 1, state=state, channel=channel, before=before)
        counts: Counter[str] = Counter()
        for (name, stands), number in kept.counts().items():
            if channel in (None, name):
                counts[stands] += number
        return LedgerPage(
            lines=tuple(lines[:LINES_SHOWN]),
            counts=tuple((one, counts[one]) for one in LEDGER_STATES if counts[one]),
            mutes=tuple(self._mutes()),
            queues=tuple(self.desk.store.queues.all().values()),
            channels=tuple(one.name for one in self.watch.channels),
            state=state,
            channel=channel,
            older=lines[LINES_SHOWN - 1].id if len(lines) > LINES_SHOWN else None,
        )

    def _mutes(self) -> list[Mute]:
        return self.desk.store.mutes.in_force(self.now)

    def feeds_page(self) -> FeedsPage:
        """All feeds, worst first."""
        states = self.states()
        items = self.reading.items_since(self.now - timedelta(hours=24))
        days = _days(self.today, MONTH)
        born = local_day(self.desk.books.made, self.watch.zone)
        kept = self.reading.feed_days(max(days[0], born), days[-1])
        # Before the watch began nobody failed to look: those days have what the feeds still held.
        unborn: dict[date, int | None] = {day: 0 for day in days if day < born}
        held = self._held(days[0], born) if unborn else {}
        counts = {
            feed.id: unborn | held.get(feed.id, {}) | kept.get(feed.id, {})
            for feed in self.watch.feeds
        }
        lines = [
            self._feed_line(feed, states.get(feed.id), items.get(feed.id, 0), days, counts[feed.id])
            for feed in self.watch.feeds
        ]
        lines.sort(key=lambda line: FEED_STATES.index(line.state))
        return FeedsPage(tuple(lines), self._coverage_today())

    def _held(self, first: date, born: date) -> Mapping[str, dict[date, int | None]]:
        """The items of each feed on the local days before the watch began."""
        zone = self.watch.zone
        span = day_bounds(first, zone)[0], day_bounds(born, zone)[0]
        found: dict[str, Counter[date]] = defaultdict(Counter)
        for feed, hour, items in self.desk.store.counts.items_by_hour(*span):
            found[feed][local_day(hour, zone)] += items
        return {feed: dict(days) for feed, days in found.items()}

    def _feed_line(
        self,
        feed: Feed,
        state: FeedState | None,
        items: int,
        days: list[date],
        counts: Mapping[date, int | None],
    ) -> FeedLine:
        if state is not None and not is_kept_as(feed.url, state.url):
            state = None
        lost = state.last_loss if state else None
        return FeedLine(
            feed=feed,
            status=state,
            state=health(state, self.now),
            items_24h=items,
            days=tuple((day, counts.get(day)) for day in days),
            usual=usual_rate(state) if state else None,
            leaked=lost is not None and self.now - lost < timedelta(days=7),
        )

    def _coverage_today(self) -> Coverage:
        today, made = (self.today, self.today, self._span_of_today()), self.desk.books.made
        return self.reading.coverage(self.watch.feeds, *today, made, self.now, self.states())

    def _span_of_today(self) -> tuple[datetime, datetime]:
        return span_of_day(self.watch, self.desk.books, self.today)

    def days(self) -> list[date]:
        """The days that have a page, oldest first: the closed ones, those still open, today."""
        days = set(self.desk.store.archive.closed_days())
        born = local_day(self.desk.books.made, self.watch.zone)
        open_since = max([born, *(day + timedelta(days=1) for day in days)])
        while open_since < self.today:
            days.add(open_since)
            open_since += timedelta(days=1)
        return sorted({*days, self.today})

    def digest(self, day: date) -> DigestPage | None:
        """The page of a day, or nothing for a day that has none."""
        closed = self.desk.store.archive.closed_days()
        days = self.days()
        if day not in days:
            return None
        kept = self.desk.store.archive.closed_day(day)
        if kept is None:
            digest = digest_of_day(self.watch, self.desk.books, day, self.now, most=PAGE_NAMED)
            content = content_of(digest, self.desk.books, self.now)
            late = 0
        else:
            content = kept.content
            late = self.desk.store.archive.late(kept)
        return DigestPage(
            day=day,
            content=content,
            closed=kept is not None,
            previous=max((one for one in days if one < day), default=None),
            following=min((one for one in days if one > day), default=None),
            archive=tuple(self._archive(day, closed)),
            late=late,
        )

    def _archive(self, day: date, closed: Mapping[date, int]) -> Iterable[ArchiveDay]:
        """The days of the month that ``day`` is in and of the month before it."""
        first = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        one = first
        while one.replace(day=1) <= day.replace(day=1):
            count = closed.get(one)
            if one == self.today:
                count = self.reading.first_seen_within(*day_bounds(one, self.watch.zone))
            yield ArchiveDay(one, count)
            one += timedelta(days=1)

    def deliveries(self, deliveries: Iterable[Delivery]) -> tuple[DeliveryLine, ...]:
        """Lines of the ledger, newest first."""
        return tuple(
            DeliveryLine(
                at=one.sent or one.created,
                channel=one.channel,
                kind=one.kind,
                subject=one.message.subject,
                state=one.state,
                note=one.note,
                until=one.until,
            )
            for one in deliveries
        )


def only_reads(desk: Desk) -> str:
    """Why nothing can be changed on the pages, or nothing."""
    if not desk.read_only:
        return ""
    owned, owner = is_owned(desk.settings.database_url)
    works = f"the watch is kept by {owner or 'another monitor'}" if owned else "nobody polls now"
    return f"These pages only read: {works}."


def _days(last: date, count: int) -> list[date]:
    return [last - timedelta(days=back) for back in range(count - 1, -1, -1)]


def _answers(state: FeedState | None) -> bool:
    return state is not None and state.last_answer is not None and state.failing_since is None


def _gauge(
    indicator: Indicator,
    days: list[tuple[date, int]],
    signals: Counter[str],
    publishers: int,
    best_grade: str | None,
    last: Story | None,
    stands: Shown | None,
    bands: tuple[Band | None, ...],
) -> Gauge:
    return Gauge(
        indicator=indicator,
        today=days[-1][1],
        week=sum(count for _, count in days[-7:]),
        publishers=publishers,
        best_grade=best_grade,
        days=tuple(days),
        signals=tuple((signal.id, signals[signal.id]) for signal in indicator.signals),
        last=last,
        stands=stands,
        bands=bands,
    )
