"""What programs are told: our values as plain models, which the API is described by, too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from monitor.digest.build import Report, Story
from monitor.digest.plain import plain_line, web_link
from monitor.model import Hit, Item
from monitor.web.views import FeedLine, Gauge


class Told(BaseModel):
    """A value that is told; what it does not name is not there."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Word(Told):
    """A stretch of an item's text that did the matching; offsets count code points."""

    field: str = Field(description="title, summary or content")
    start: int
    end: int
    text: str
    term: str = Field(description="the entry as the watch list writes it")
    list: str | None = Field(description="the list that the entry is of")


class HitTold(Told):
    """That an item hit an indicator."""

    indicator: str
    signals: tuple[str, ...]
    words: tuple[Word, ...]
    revision: str = Field(description="a short hash of all that decided it")


class ItemTold(Told):
    """An item as it was seen."""

    id: str
    title: str
    summary: str
    url: str | None = Field(description="its article")
    lang: str | None
    author: str | None
    published: datetime | None
    seen: datetime
    feed: str
    publisher: str
    grade: str
    hits: tuple[HitTold, ...]


class StoryTold(Told):
    """A story: its items, oldest first, and what they come to."""

    id: str
    page: str = Field(description="the story's page here")
    first_seen: datetime
    title: str
    publishers: tuple[str, ...]
    independent: int = Field(description="publishers that tell it of their own")
    grade: str
    credibility: int = Field(description="from 1, confirmed, to 6, cannot be judged")
    corroborated: int = Field(description="the credibility that follows from publishers alone")
    judged: int | None = Field(description="the analyst's own credibility, which stands above it")
    indicators: tuple[str, ...]
    signals: tuple[str, ...]
    alerted: datetime | None = Field(description="when an alert on it was sent")
    items: tuple[ItemTold, ...]


class Stories(Told):
    """Some stories, newest first; ``next`` leads to those after them."""

    stories: tuple[StoryTold, ...]
    next: str | None


class IndicatorTold(Told):
    """An indicator with its counts."""

    id: str
    title: str
    question: str
    page: str
    priority: str
    group: str | None
    paused: bool
    stories_today: int
    stories_7_days: int
    publishers_7_days: int
    days: tuple[int, ...] = Field(description="stories a local day; the last is today")
    signals: dict[str, int] = Field(description="stories of 30 days by signal")
    last_seen: datetime | None
    level: str | None = Field(description="how it stands; null until it was assessed")
    reason: str | None = Field(description="why, in words and numbers")
    since: datetime | None = Field(
        description="since when a level stands that was raised or set by hand; of a silent one "
        "the last story before it"
    )
    computed: str | None = Field(description="the computed level, where one set by hand stands")
    until: datetime | None = Field(description="until when a level set by hand stands")
    trend: str | None = Field(description="up, same or down against the seven days before")
    assessed: datetime | None = Field(description="the full hour that was judged")
    window_hours: int | None = Field(description="width of the window that the level is of")
    window_stories: int | None = Field(description="the stories in it")
    expected: float | None = Field(description="the stories in it that would be usual")
    p: float | None = Field(description="the chance of so many or more, if all is as usual")


class Indicators(Told):
    """All indicators of the list in force."""

    indicators: tuple[IndicatorTold, ...]


class FeedTold(Told):
    """A feed and how it stands."""

    id: str
    publisher: str
    grade: str
    group: str | None
    lang: str | None
    state: str = Field(description="ok, empty, stale, failing, gone or never polled")
    last_answer: datetime | None
    last_new: datetime | None
    next_poll: datetime | None
    items_24h: int
    error: str | None


class Feeds(Told):
    """All feeds, worst first."""

    feeds: tuple[FeedTold, ...]


class Answers(Told):
    """Items that answer a question, newest first."""

    items: tuple[ItemTold, ...]
    next: str | None
    looked_at: int = Field(description="items held against the question")
    waiting: int = Field(description="stored items that cannot be found yet")


class Trouble(Told):
    """Why there is no answer; ``part`` of the address, and ``at`` which character of it."""

    error: str
    part: str | None = None
    at: int | None = None
    hint: str | None = None


def hit_told(hit: Hit) -> HitTold:
    """A hit with its words."""
    words = tuple(
        Word(field=one.field, start=one.start, end=one.end, text=one.text, term=one.term,
             list=one.list)
        for one in hit.marks
    )  # fmt: skip
    return HitTold(indicator=hit.indicator, signals=hit.signals, words=words, revision=hit.revision)


def item_told(report: Report, hits: tuple[Hit, ...] | None = None) -> ItemTold:
    """An item with its hits, or with others than those of the report."""
    item: Item = report.item
    return ItemTold(
        id=item.key,
        title=item.title,
        summary=item.summary,
        url=web_link(item.link),
        lang=item.lang or report.feed.lang,
        author=item.author,
        published=item.published,
        seen=report.seen,
        feed=item.feed,
        publisher=report.feed.publisher,
        grade=report.feed.grade,
        hits=tuple(map(hit_told, report.hits if hits is None else hits)),
    )


def story_told(story: Story, base: str) -> StoryTold:
    """A story with its items; ``base`` stands before the addresses of our pages."""
    return StoryTold(
        id=story.id,
        page=f"{base}/stories/{story.id}",
        first_seen=story.seen,
        title=plain_line(story.lead.item.title),
        publishers=story.publishers,
        independent=story.independent,
        grade=story.grade,
        credibility=story.credibility,
        corroborated=story.corroborated,
        judged=story.judged,
        indicators=story.indicators,
        signals=story.signals,
        alerted=story.alerted,
        items=tuple(map(item_told, story.reports)),
    )


def indicator_told(gauge: Gauge, base: str) -> IndicatorTold:
    """An indicator as its gauge has it."""
    one, stands = gauge.indicator, gauge.stands
    computed = stands.computed if stands else None
    held = stands.override if stands else None
    window = computed.window if computed else None
    return IndicatorTold(
        id=one.id,
        title=one.title,
        question=one.question,
        page=f"{base}/indicators/{one.id}",
        priority=str(one.priority),
        group=one.group,
        paused=one.paused,
        stories_today=gauge.today,
        stories_7_days=gauge.week,
        publishers_7_days=gauge.publishers,
        days=tuple(count for _, count in gauge.days),
        signals=dict(gauge.signals),
        last_seen=gauge.last.seen if gauge.last else None,
        level=str(stands.level) if stands else None,
        reason=stands.reason if stands else None,
        since=stands.since if stands else None,
        computed=str(computed.level) if computed and held else None,
        until=held.until if held else None,
        trend=str(computed.trend) if computed else None,
        assessed=computed.at if computed else None,
        window_hours=window.hours if window else None,
        window_stories=window.stories if window else None,
        expected=window.expected if window else None,
        p=window.p if window else None,
    )


def feed_told(line: FeedLine) -> FeedTold:
    """A feed as the page of feeds has it; its address may hold a secret and is left out."""
    state = line.status
    return FeedTold(
        id=line.feed.id,
        publisher=line.feed.publisher,
        grade=line.feed.grade,
        group=line.feed.group,
        lang=line.feed.lang,
        state=line.state,
        last_answer=state.last_answer if state else None,
        last_new=state.last_new if state else None,
        next_poll=state.next_poll if state else None,
        items_24h=line.items_24h,
        error=state.error if state else None,
    )


def document(paths: Mapping[str, object], title: str, version: str) -> dict[str, object]:
    """The OpenAPI description of the paths, with the models that they name."""
    from pydantic.json_schema import models_json_schema

    shown = (Stories, StoryTold, Indicators, IndicatorTold, Feeds, Answers, Trouble)
    _, schemas = models_json_schema(
        [(one, "serialization") for one in shown], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": dict(paths),
        "components": {"schemas": schemas["$defs"]},
    }
