"""
The nouns of the program, as frozen values.

They come from two places: what a person wrote in indicators.yaml (``WatchList``
and its parts) and what the feeds brought (``Item``, ``Hit``). All instants are
aware and in UTC; all offsets into text count code points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.messages import Draft

GRADES = "ABCDEF"

FieldName = Literal["title", "summary", "content"]
FIELDS: tuple[FieldName, ...] = ("title", "summary", "content")


class Priority(StrEnum):
    """How soon the desk wants to hear of an indicator's hits."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


# --- what a person wrote -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feed:
    """
    An address that we poll, and who stands behind it.

    ``origin`` says where it is written if not in the watch list itself: an
    OPML file with its line, or the search of an indicator. The address may
    hold a password: it is left out of the repr.
    """

    id: str
    url: str = field(repr=False)
    lang: str | None = None
    publisher: str = ""
    grade: str = "F"
    group: str | None = None
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    fulltext: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Polling:
    """How often feeds are asked, and which addresses may be reached although not public."""

    every: timedelta = timedelta(minutes=15)
    at_least: timedelta = timedelta(minutes=5)
    at_most: timedelta = timedelta(hours=6)
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long items that no indicator hit are kept (none: for ever), and how many backups."""

    unmatched: timedelta | None = timedelta(days=90)
    backups: int = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """
    What a person wrote to be matched: one expression, or lists of entries.

    Exactly one of ``match`` and the three lists' union is in use. ``quoted``
    says that YAML itself had the expression in quotes. ``path`` is where the
    rule's mapping stands in the file, e.g. ``("indicators", 0)``; the key in
    use (``match``, ``any``...) follows it when a problem is placed.
    """

    match: str | None = None
    quoted: bool = False
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """Which way a hit points, and the hypotheses that it speaks for or against."""

    id: str
    rule: Rule
    supports: tuple[str, ...] = ()
    contradicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A statement that the evidence bears on."""

    id: str
    statement: str
    brief: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Which news searches an indicator's words are to be made into; ``every`` is a pause."""

    langs: tuple[str, ...]
    engine: str = "google-news"
    every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """
    That something is routine, so that its end is to be told.

    ``control`` is what the same feeds would still report if only this matter
    went silent.
    """

    control: Rule | None = None


@dataclass(frozen=True, slots=True)
class Weighing:
    """
    Points for what an item names, beside an indicator's rule.

    ``points`` has one list's name or two, and what they add when they are
    there. A rule's find stands from ``keep`` points on; ``hit`` points or
    more are a hit without the rule. ``base`` is what an item has that names
    nothing.
    """

    base: float
    hit: float
    keep: float
    points: tuple[tuple[tuple[str, ...], float], ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    Something worth watching.

    ``scope`` replaces the list's own scope; with ``unscoped`` there is none.
    ``feeds`` and ``groups`` narrow which feeds it listens to; both empty
    means all of them.
    """

    id: str
    title: str
    rule: Rule
    question: str = ""
    brief: str | None = None
    signals: tuple[Signal, ...] = ()
    scope: Rule | None = None
    unscoped: bool = False
    priority: Priority = Priority.NORMAL
    group: str | None = None
    examples_match: tuple[str, ...] = ()
    examples_no_match: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    paused: bool = False
    contact: str | None = None
    review_by: date | None = None
    notes: str = ""
    min_sources: int = 1
    budget: int | None = None
    search: Search | None = None
    expect: Expectation | None = None
    weighing: Weighing | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """
    One place that messages can go to.

    ``url`` is an Apprise URL and holds secrets: it is left out of the repr.
    It is ``None`` when the environment does not set ``missing``.
    """

    name: str
    url: str | None = field(default=None, repr=False)
    missing: str | None = None

    @property
    def is_mail(self) -> bool:
        """Whether it is set up, and its address one of mail (``mailto://`` or ``mailtos://``)."""
        scheme = (self.url or "").strip().partition("://")[0]
        return scheme.lower() in ("mailto", "mailtos")


@dataclass(frozen=True, slots=True)
class Route:
    """
    Which alerts or digests go to which channels.

    A route with ``digest`` times carries digests, one without sends alerts at
    once. ``when`` maps a field (priority, group, indicator, signal, reason) to
    the values that it may have; all must hold. ``repeat`` is after what time an
    alert is sent again that nobody has seen. ``key`` tells routes apart in
    the ledger and stays the same while the route's own text does.
    """

    key: str
    to: tuple[str, ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    min_level: str | None = None
    min_sources: int = 1
    digest: tuple[time, ...] = ()
    repeat: timedelta | None = None
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """
    From when to when, by the wall clock of the watch's zone, alerts are held.

    With ``but`` those of indicators at that level or above are not.
    """

    begin: time
    end: time
    but: str | None = None


@dataclass(frozen=True, slots=True)
class WatchList:
    """The whole of indicators.yaml, checked. ``revision`` is a hash of its text."""

    title: str
    zone: ZoneInfo
    feeds: tuple[Feed, ...]
    indicators: tuple[Indicator, ...]
    terms: Mapping[str, tuple[str, ...]]
    scope: Rule | None
    hypotheses: tuple[Hypothesis, ...]
    polling: Polling
    channels: tuple[Channel, ...]
    routes: tuple[Route, ...]
    contact: str | None = None
    site_url: str | None = None
    quiet: QuietHours | None = None
    heartbeat: str | None = field(default=None, repr=False)
    keeping: Keeping = Keeping()
    revision: str = ""
    source: str = field(default="", repr=False)
    kept: str = field(default="", repr=False)
    """The file's text without addresses that it writes out: it is kept, and they are secret."""
    opml: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """The OPML files that it names, as they were read: they are kept with it."""

    def feed(self, feed_id: str) -> Feed | None:
        """The feed of that id, if the file has one."""
        return next((feed for feed in self.feeds if feed.id == feed_id), None)

    def indicator(self, indicator_id: str) -> Indicator | None:
        """The indicator of that id, if the file has one."""
        return next((one for one in self.indicators if one.id == indicator_id), None)


# --- what the feeds brought ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """
    Our clean record of one entry: the text as we saw it, plain, without markup.

    ``key`` is the item's identity over polls, made from the feed and the
    entry's guid, else its link, else its text; ``hash`` changes when the text
    does. ``article`` says that the content is not the feed's but was read
    from the page that the item links to; ``source`` is who published it, where
    the entry itself says so; ``twin`` is a second identity, where it was made already.
    """

    key: str
    feed: str
    title: str
    summary: str = ""
    content: str = ""
    link: str | None = None
    lang: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    hash: str = ""
    article: bool = False
    source: str | None = None
    twin: str = ""

    def text(self, name: FieldName) -> str:
        """The plain text of one of the three text fields."""
        if name == "title":
            return self.title
        return self.summary if name == "summary" else self.content


@dataclass(frozen=True, slots=True)
class Mark:
    """
    One stretch of an item's text that did the matching.

    ``start`` and ``end`` are code points of the plain-text field, ``term`` the
    entry as the file writes it, ``list`` the name of the list it came from.
    """

    field: FieldName
    start: int
    end: int
    text: str
    term: str
    list: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One item that matched one indicator, with its signals and the words that did it."""

    item: str
    indicator: str
    signals: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """An item's text before an edit, its hits then, and when we saw that it had changed."""

    title: str
    summary: str
    content: str
    hash: str
    replaced: datetime
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Document:
    """
    What a feed's server answered: the body, or nothing new.

    ``places`` are the hosts with their ports that were asked for it, more than one over redirects.
    """

    url: str
    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False
    moved_to: str | None = None
    max_age: timedelta | None = None
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """The items of one document, newest first where it says, and what had to be left out."""

    items: tuple[Item, ...]
    title: str = ""
    lang: str | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class FeedState:
    """
    What we remember of a feed between polls.

    ``last_new`` is when its newest item came. ``skipped`` counts the entries
    of the last document that could not be read or were too many. ``losses``
    counts polls that shared no item with the one before, ``last_loss`` is the
    last of them. ``heard_items`` came in ``heard_days``, both fading with time,
    and ``longest_silence`` lay between two of them (see ``feeds.habit``).
    ``led_to`` are the hosts with their ports, besides that of its address, that its last
    poll asked over redirects, apart by spaces.
    """

    feed: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    first_poll: datetime | None = None
    last_poll: datetime | None = None
    last_answer: datetime | None = None
    last_new: datetime | None = None
    next_poll: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: str | None = None
    moved_to: str | None = None
    gone: bool = False
    skipped: int = 0
    losses: int = 0
    last_loss: datetime | None = None
    heard_items: float = 0.0
    heard_days: float = 0.0
    longest_silence: timedelta | None = None
    led_to: str | None = None


# --- what is kept, and what is sent ----------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    One item that a poll brought, new or edited, ready to be stored.

    ``seen`` is the instant that decides the day of its hits: when we first saw
    the item, or its edit, or, for the past that a first poll fills, when it was
    published. ``day`` is that instant's local date. ``twin`` is the item's
    second identity; ``row`` the stored item that it is an edit of.
    ``wants_article`` asks for its page to be fetched; ``feed_hash`` is the hash
    of what the feed gave, where the content is an article.
    """

    item: Item
    seen: datetime
    day: date
    hits: tuple[Hit, ...] = ()
    twin: str = ""
    row: int | None = None
    backfill: bool = False
    wants_article: bool = False
    feed_hash: str = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """An article that is to be fetched: for which stored item, from where, and after what tries."""

    row: int
    feed: str
    link: str
    seen: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """
    What fetching one article came to, stored in one transaction.

    With ``arrival`` the article is the item's new text; with ``error`` there
    is none, and it is tried again at ``next_try``, or never.
    """

    errand: Errand
    at: datetime
    arrival: Arrival | None = None
    drafts: tuple[Draft, ...] = ()
    error: str | None = None
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """
    All that one poll of one feed changes, stored in one transaction.

    ``day`` is the local date of the poll, for the roll-up of coverage.
    ``lossy`` says that items may have come and gone since the poll before,
    ``shown`` are the rows of old items that the document still has.
    """

    state: FeedState
    at: datetime
    day: date
    answered: bool
    arrivals: tuple[Arrival, ...] = ()
    drafts: tuple[Draft, ...] = ()
    lossy: bool = False
    shown: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """
    What a poll added that was not there before.

    ``stories`` counts items that got their first hit; ``drafts`` what was put
    in the outbox.
    """

    items: int = 0
    hits: int = 0
    stories: int = 0
    drafts: int = 0
