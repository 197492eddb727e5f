"""What each page shows, as values that the templates only have to write down."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from monitor.digest.build import Coverage, Story
from monitor.errors import Problem
from monitor.levels.band import Band
from monitor.levels.hypotheses import Matrix
from monitor.levels.level import Level
from monitor.levels.override import Override, Shown
from monitor.messages import LedgerLine, Mute, Queue
from monitor.model import Feed, FeedState, Hypothesis, Indicator
from monitor.web.finding import Found, Sought

FEEDS_SHOWN = 100
"""So many feeds stand on a page."""

FEED_STATES = ("failing", "gone", "stale", "empty", "never polled", "ok")
"""How a feed can stand, worst first."""

FLAGS_SHOWN = 5
"""So many of the newest edits, and of the newest levels by hand, a page tells."""


@dataclass(frozen=True, slots=True)
class Frame:
    """
    What every page shows around its content; ``problems`` are those of a refused edit.

    ``locked`` says that a password is set, so that one can log out; ``broken``
    what was found wrong with the database; ``only_reads`` why nothing can be
    changed here, if that is so; ``elsewhere`` whose list is in force, if not that
    of the file here.
    """

    title: str
    zone: ZoneInfo
    now: datetime
    problems: tuple[Problem, ...] = ()
    refused_at: datetime | None = None
    locked: bool = False
    broken: str = ""
    only_reads: str = ""
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """That an indicator's level went from one to another, at an instant."""

    indicator: Indicator
    at: datetime
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """
    One indicator on the board.

    ``days`` counts its stories a day over the 30 local days that end today,
    oldest first; ``signals`` counts them by signal over the same days.
    ``brief_text`` is the text under the heading that the indicator's ``brief`` names.
    """

    indicator: Indicator
    today: int
    week: int
    publishers: int
    best_grade: str | None
    days: tuple[tuple[date, int], ...]
    signals: tuple[tuple[str, int], ...]
    last: Story | None
    stands: Shown | None = None
    """Its level and the reason, once it was assessed."""
    bands: tuple[Band | None, ...] = ()
    """What was usual of the seven days that end with each of the last 90 days, oldest first."""

    @property
    def asks(self) -> bool:
        """Whether it asks for a look: more than usual, silent or blind."""
        return self.stands is not None and self.stands.level.rank <= Level.BLIND.rank


@dataclass(frozen=True, slots=True)
class GroupCoverage:
    """How one group of feeds answers: feeds, those whose last poll was answered, items in 24 h."""

    group: str
    feeds: int
    answered: int
    items: int


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One line of what was sent or is held: when, where to, what, how it stands, until when."""

    at: datetime
    channel: str
    kind: str
    subject: str
    state: str
    note: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """
    The ledger, newest first: the lines, how many there are, mutes and channels.

    ``counts`` is by state; ``older`` is the line before which the next page
    begins, ``queues`` the channels that do not answer.
    """

    lines: tuple[LedgerLine, ...]
    counts: tuple[tuple[str, int], ...]
    mutes: tuple[Mute, ...]
    queues: tuple[Queue, ...]
    channels: tuple[str, ...]
    state: str | None = None
    channel: str | None = None
    older: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """The first page: every indicator, today's number of stories, the newest, feeds, deliveries."""

    gauges: tuple[Gauge, ...]
    stories: int
    newest: tuple[Story, ...]
    coverage: Coverage
    groups: tuple[GroupCoverage, ...]
    deliveries: tuple[DeliveryLine, ...]
    channels_missing: tuple[tuple[str, str], ...]
    """Channels that are not set up, each with the environment variable that would set it up."""
    matrix: Matrix | None = None
    """What the stories of 90 days say of each hypothesis; nothing without hypotheses."""
    turns: tuple[Turn, ...] = ()
    """What changed its level since yesterday, newest first."""

    @property
    def blind(self) -> list[list[Gauge]]:
        """The indicators that cannot be seen, those with the very same reason together."""
        found: dict[str, list[Gauge]] = defaultdict(list)
        for gauge in self.gauges:
            if gauge.stands is not None and gauge.stands.level is Level.BLIND and gauge.asks:
                found[gauge.stands.why].append(gauge)
        return sorted(found.values(), key=len, reverse=True)


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """One indicator whole: its gauge, what it looks for, its stories (newest first)."""

    gauge: Gauge
    days: tuple[tuple[date, int], ...]
    """Stories a day over 90 local days, oldest first."""
    expression: str
    scope: str
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    """The lists that the expression and the scope use, with their entries."""
    signals: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], int], ...]
    """Per signal: id, expression, hypotheses it is for, those it is against, stories in 30 days."""
    hypotheses: tuple[Hypothesis, ...]
    brief_text: str
    stories: tuple[Story, ...]
    total: int
    deliveries: tuple[DeliveryLine, ...]
    mutes: tuple[Mute, ...] = ()
    """Those in force that are about this indicator."""
    scope_lists: frozenset[str] = frozenset()
    """The names of the lists of ``scope``: their words say where, not what."""
    edits: tuple[tuple[datetime, str], ...] = ()
    """What its rule was, and since when, newest first."""
    overrides: tuple[Override, ...] = ()
    """Levels that analysts set in 90 days, newest first."""

    def flags(self, zone: ZoneInfo) -> list[tuple[date, str]]:
        """What the chart marks, in the order in which the page tells it: edits, levels by hand."""
        edits = [(at, "the rule was edited") for at, _ in self.edits[:FLAGS_SHOWN]]
        by_hand = [(one.made, f"set to {one.level}") for one in self.overrides[:FLAGS_SHOWN]]
        return [(at.astimezone(zone).date(), words) for at, words in edits + by_hand]


@dataclass(frozen=True, slots=True)
class FeedLine:
    """
    One feed's health.

    ``state`` is one of ok, empty, stale, failing, gone, never polled; ``days``
    counts its new items over 30 local days, oldest first, ``None`` where it
    was not answered all day. ``usual`` is how many items a day it usually
    brings, ``None`` while that is not known; ``leaked`` says that items may
    have been missed in the last seven days.
    """

    feed: Feed
    status: FeedState | None
    state: str
    items_24h: int
    days: tuple[tuple[date, int | None], ...]
    usual: float | None = None
    leaked: bool = False


@dataclass(frozen=True, slots=True)
class FeedsPage:
    """
    Feeds, worst first: ``lines`` are those of a state and a group, ``every`` all of them.

    A page shows ``FEEDS_SHOWN`` of the lines.
    """

    lines: tuple[FeedLine, ...]
    coverage: Coverage
    every: tuple[FeedLine, ...] = ()
    state: str | None = None
    group: str | None = None
    page: int = 1

    @property
    def shown(self) -> tuple[FeedLine, ...]:
        """The lines of this page."""
        return self.lines[(self.page - 1) * FEEDS_SHOWN : self.page * FEEDS_SHOWN]

    @property
    def pages(self) -> int:
        """How many pages the lines fill."""
        return max(1, -(-len(self.lines) // FEEDS_SHOWN))

    @property
    def counts(self) -> dict[str, int]:
        """How many feeds there are in each state that one is in, worst first."""
        found = Counter(line.state for line in self.every or self.lines)
        return {state: found[state] for state in FEED_STATES if found[state]}

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of all feeds, by name."""
        return tuple(sorted({line.feed.group or "other" for line in self.every or self.lines}))

    def address(self, state: str | None = None, group: str | None = None, page: int = 1) -> str:
        """The query of a part of the feeds."""
        parts = {"state": (state or "").replace(" ", "-"), "group": group, "page": page}
        asked = {name: value for name, value in parts.items() if value and value != 1}
        return f"?{urlencode(asked)}" if asked else "/feeds"


@dataclass(frozen=True, slots=True)
class ArchiveDay:
    """One day of the archive; ``stories`` is ``None`` for a day without a page."""

    day: date
    stories: int | None


@dataclass(frozen=True, slots=True)
class DigestPage:
    """
    A day's page.

    ``content`` is the day's content as HTML, byte for byte as stored when the
    day was closed (or rendered now, for an open day); ``late`` counts items of
    that day that came in after closing; the rest is navigation around it.
    """

    day: date
    content: str
    closed: bool
    previous: date | None
    following: date | None
    archive: tuple[ArchiveDay, ...]
    late: int = 0


@dataclass(frozen=True, slots=True)
class SearchPage:
    """
    A search and what it found.

    ``found`` is ``None`` where nothing is asked for yet; ``indicators`` and
    ``feeds`` are what the filters offer, ``titles`` names indicators by id.
    """

    sought: Sought
    found: Found | None
    indicators: tuple[tuple[str, str], ...]
    feeds: tuple[str, ...]
    longest: int

    @property
    def titles(self) -> dict[str, str]:
        """The title of each indicator of the list."""
        return dict(self.indicators)


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """Every day that has a page: by year and month, the newest first; ``top`` is the busiest."""

    years: tuple[tuple[int, tuple[list[ArchiveDay], ...]], ...]
    pages: int
    stories: int
    top: int


@dataclass(frozen=True, slots=True)
class WeekPage:
    """A week, Monday first: its content as HTML, its days, the weeks before and after it."""

    first: date
    content: str
    days: tuple[ArchiveDay, ...]
    previous: date | None
    following: date | None


@dataclass(frozen=True, slots=True)
class IndicatorsPage:
    """Indicators in the groups that the file gives them, those without one last; or one group."""

    groups: tuple[tuple[str, tuple[Gauge, ...]], ...]
    group: str | None = None

    @property
    def gauges(self) -> tuple[Gauge, ...]:
        """All of them."""
        return tuple(gauge for _, gauges in self.groups for gauge in gauges)


@dataclass(frozen=True, slots=True)
class StoriesPage:
    """
    A part of all stories, newest first, by the local day on which each was first seen.

    ``given`` are the filters, ``query`` the same for an address, ``older``
    that of the next part; ``trouble`` says what is wrong with them.
    """

    given: dict[str, str]
    days: tuple[tuple[date, tuple[Story, ...]], ...]
    indicators: tuple[tuple[str, str], ...]
    query: str = ""
    older: str = ""
    trouble: str = ""

    @property
    def titles(self) -> dict[str, str]:
        """The title of each indicator of the list."""
        return dict(self.indicators)
