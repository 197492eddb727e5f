"""What the steps need of the world, as small protocols; the real things are wired in ``app``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from types import TracebackType
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.alerts.decide import Alert
from monitor.alerts.slots import Slot
from monitor.digest.build import Coverage, Digest, Outline, Story
from monitor.digest.pictures import Past
from monitor.digest.strokes import Usual
from monitor.errors import DeliveryError
from monitor.levels.assess import UTC
from monitor.levels.override import Shown
from monitor.matching import Matcher
from monitor.messages import Delivery, Draft, Message, Mute, Seen, Telling, Told, Waiting
from monitor.model import (
    Arrival,
    ArticleRecord,
    Channel,
    Document,
    Errand,
    Feed,
    FeedState,
    Hit,
    Indicator,
    Item,
    ParsedFeed,
    PollRecord,
    Saved,
    WatchList,
)
from monitor.pipeline.batches import Batches
from monitor.pipeline.meeting import Knowing, Ready
from monitor.stories import Built, DayTold, Place, Shelved
from monitor.stories.byhand import Regrouping

Clock = Callable[[], datetime]
"""Says what time it is: aware, in UTC."""

Checkpoint = Callable[[str], None]
"""Called at each named point of a step; a test may end the process there."""


class Fetch(Protocol):
    """Asks a feed's server for its document; raises ``FetchError``."""

    async def __call__(
        self, url: str, *, etag: str | None, last_modified: str | None, now: datetime
    ) -> Document: ...


class Parse(Protocol):
    """Reads the items out of a document; raises ``ParseError``."""

    async def __call__(self, body: bytes, feed: Feed, document: Document) -> ParsedFeed: ...


class ReadArticle(Protocol):
    """Finds the text of the article in a page; raises ``ParseError``."""

    async def __call__(self, document: Document) -> str: ...


class Send(Protocol):
    """Hands one message to one channel; what it answered. Raises ``DeliveryError``."""

    async def __call__(self, delivery: Delivery, channel: Channel) -> str: ...


class StoredText(Protocol):
    """An item as it is stored; ``given`` is the hash of what its feed gave."""

    @property
    def item(self) -> Item: ...
    @property
    def twin(self) -> str: ...
    @property
    def given(self) -> str: ...
    @property
    def backfill(self) -> bool: ...
    @property
    def hit(self) -> frozenset[str]: ...


class Records(Knowing, Protocol):
    """Keeps what polls bring; a poll is saved in one transaction."""

    def state(self, feed: str) -> FeedState | None: ...
    def resting(
        self, now: datetime, longest: timedelta, only: Sequence[str] | None = None
    ) -> Mapping[str, str]: ...
    def unasked(self, feeds: Iterable[str]) -> set[str]: ...
    def states_of(self, feeds: Sequence[str]) -> Sequence[FeedState | None]: ...
    def item(self, row: int) -> StoredText | None: ...
    def save(self, record: PollRecord) -> Saved: ...
    def save_all(
        self, records: Sequence[PollRecord], shelved: Shelved = ...
    ) -> Sequence[Saved]: ...


class Articles(Protocol):
    """Says which articles are wanted, and keeps what came of each in one transaction."""

    def due(self, feeds: Iterable[str], now: datetime, limit: int) -> Sequence[Errand]: ...
    def save(self, record: ArticleRecord, shelved: Shelved = ...) -> Saved: ...


class StoredPlace(Protocol):
    """Where an item was put, and what it told then: its text and its hits as they stood."""

    @property
    def place(self) -> Place: ...
    @property
    def item(self) -> Item: ...
    @property
    def seen(self) -> datetime: ...
    @property
    def hits(self) -> tuple[Hit, ...]: ...


class Standing(Protocol):
    """How far placing has come, and how often something else than placing changed stories."""

    @property
    def last(self) -> int: ...
    @property
    def changes(self) -> int: ...


class Stories(Protocol):
    """Knows what was placed so far."""

    def have_placing(self) -> None: ...
    def standing(self) -> Standing: ...
    def rows_placed(self, rows: Iterable[int]) -> set[int]: ...
    def any_told_before(self, instant: datetime) -> bool: ...
    def days(self, since: date) -> Sequence[DayTold]: ...
    def by_hand(self) -> Mapping[str, str]: ...
    def placed(
        self, *, told: datetime | None = None, at: datetime | None = None, after: int = 0
    ) -> Iterator[tuple[int, StoredPlace]]: ...


class StoredStories(Stories, Protocol):
    """Knows what was placed, and takes all of it anew."""

    def told_from(self) -> Sequence[tuple[int, datetime]]: ...
    def story_ids(self) -> Mapping[str, str]: ...
    def replace_all(self, built: Built) -> bool: ...
    def members(self, item: str) -> Sequence[tuple[int, StoredPlace]]: ...
    def regroup(self, done: Regrouping, line: Draft) -> None: ...


class Placing(Protocol):
    """Finds the stories of items with hits; what it says is stored with them, or forgotten."""

    def place(
        self, arrivals: Sequence[tuple[Arrival, Feed]], watch: WatchList, at: datetime
    ) -> Shelved: ...
    def forget(self) -> None: ...


class Outbox(Protocol):
    """Keeps what is to be sent; a message is claimed before and settled after it is sent."""

    def put(self, drafts: Sequence[Draft], now: datetime) -> int: ...
    def put_merging(self, draft: Draft, merged: Sequence[int], now: datetime) -> bool: ...
    def due(self, now: datetime) -> Sequence[Waiting]: ...
    def claim(self, delivery: int, owner: str, now: datetime) -> Delivery | None: ...
    def record_sent(self, delivery: int, owner: str, now: datetime, answer: str = "") -> bool: ...
    def record_failed(
        self,
        delivery: int,
        owner: str,
        error: DeliveryError,
        next_try: datetime | None,
        now: datetime,
    ) -> bool: ...
    def failing_since(self, channel: str) -> datetime | None: ...
    def standing(self, since: datetime) -> Sequence[Waiting]: ...
    def hold(self, deliveries: Iterable[int], note: str, until: datetime | None) -> int: ...
    def release(self, deliveries: Iterable[int], now: datetime) -> int: ...
    def wear_out(self, before: datetime, note: str) -> int: ...
    def last_digest(
        self, route: str, channel: str, now: datetime
    ) -> tuple[str, datetime] | None: ...
    def last_digest_told(
        self, route: str, channel: str, now: datetime
    ) -> tuple[str, datetime] | None: ...
    def last_digest_of_others(
        self, channel: str, routes: Iterable[str], now: datetime
    ) -> tuple[str, datetime] | None: ...
    def unsent_digests(self, route: str, channel: str) -> Sequence[tuple[int, str]]: ...
    def told_since(self, since: datetime) -> Mapping[str, int]: ...
    def told_of(self, subjects: Iterable[str]) -> Mapping[str, Telling]: ...
    def unseen(self, since: datetime) -> Sequence[Told]: ...


class Mutes(Protocol):
    """Keeps what people do not want to hear of for a while, and what they have seen."""

    def in_force(self, now: datetime) -> Sequence[Mute]: ...
    def add(self, mute: Mute, now: datetime) -> Mute: ...
    def see(self, subject: str, by: str, now: datetime) -> Seen: ...


class Troubles(Protocol):
    """Knows which troubles were told and last."""

    def open(self) -> Mapping[str, datetime]: ...
    def begin(self, kind: str, drafts: Iterable[Draft], now: datetime) -> bool: ...
    def end(self, kind: str) -> None: ...


class Reading(Protocol):
    """Answers what was seen, by span of time."""

    def story(self, feeds: Mapping[str, Feed], key: str) -> Story | None: ...
    def stories(self, feeds: Mapping[str, Feed], start: datetime, end: datetime) -> list[Story]: ...
    def outlines(self, start: datetime, end: datetime) -> list[Outline]: ...
    def stories_named(self, feeds: Mapping[str, Feed], ids: Sequence[str]) -> list[Story]: ...
    def stories_of(self, feeds: Mapping[str, Feed], indicator: str, limit: int) -> list[Story]: ...
    def week(self, end: datetime) -> Mapping[str, int]: ...
    def coverage(
        self,
        feeds: Sequence[Feed],
        first: date,
        last: date,
        span: tuple[datetime, datetime],
        made: datetime,
        now: datetime,
    ) -> Coverage: ...
    def first_seen(self) -> datetime | None: ...


class Tally(Protocol):
    """Counts stories by indicator and local day."""

    def days(self, first: date, indicators: Sequence[str]) -> Mapping[str, Mapping[date, int]]: ...


class Archive(Protocol):
    """Keeps closed days."""

    def close(self, digest: Digest, content: str, text: str, now: datetime) -> bool: ...
    def reopen_after(self, now: datetime) -> int: ...
    def last_end(self, day: date) -> datetime | None: ...
    def closed_days(self) -> Mapping[date, int]: ...


class Writer(Protocol):
    """Writes digests and alerts down for people."""

    def digest_content(self, digest: Digest, past: Past) -> str: ...
    def digest_text(self, digest: Digest) -> str: ...
    def digest_message(
        self, digest: Digest, since: Digest | None, channel: str, slot: Slot, past: Past
    ) -> Message: ...
    def alert_message(
        self, story: Story, alert: Alert, watch: WatchList, past: Past
    ) -> Message: ...
    def level_message(
        self,
        shown: Shown,
        indicator: Indicator,
        stories: Sequence[Story],
        watch: WatchList,
        past: Past,
    ) -> Message: ...
    def summary_message(self, stories: Sequence[Story], why: str, watch: WatchList) -> Message: ...


@dataclass(frozen=True, slots=True)
class Current:
    """The watch list in force and what it compiles to; swapped whole when the file changes."""

    watch: WatchList
    matcher: Matcher


class Turn(Protocol):
    """
    The turn of those that say what they saw, until it is stored; one thread has it at a time.

    It may be ``shared`` with polls of other processes; to enter it is to have it alone.
    """

    def __enter__(self) -> None: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...
    def shared(self) -> AbstractContextManager[object]: ...


class OwnTurn:
    """The turn where there is one process."""

    def __init__(self) -> None:
        self._mine = Lock()

    def __enter__(self) -> None:
        """Wait until nobody else has it."""
        self._mine.acquire()

    def __exit__(self, *_error: object) -> None:
        """Let the next one have it."""
        self._mine.release()

    def shared(self) -> AbstractContextManager[object]:
        """The same: there are no other processes."""
        return self


def _no_board(_now: datetime, _zone: ZoneInfo) -> Mapping[str, Shown]:
    return {}


def _nothing_usual(_day: date) -> Mapping[str, Usual]:
    return {}


@dataclass(frozen=True, slots=True)
class Books:
    """
    What is kept and how it is written down: all that publishing needs.

    ``turn`` is held from the moment at which a poll says that it saw its items
    until they are stored; whoever has had it in between knows that all that
    was seen before is stored. ``board`` says how indicators stand at an instant.
    Without ``tally`` digests have no charts, and mails no pictures; ``usual`` are the bands
    in them, of the days up to one. ``restored`` is when a backup was brought back,
    which does not know what was told between then and its making.
    """

    records: Records
    outbox: Outbox
    mutes: Mutes
    reading: Reading
    archive: Archive
    writer: Writer
    clock: Clock
    made: datetime
    turn: Turn = field(default_factory=OwnTurn, kw_only=True)
    board: Callable[[datetime, ZoneInfo], Mapping[str, Shown]] = field(
        default=_no_board, kw_only=True
    )
    tally: Tally | None = field(default=None, kw_only=True)
    usual: Callable[[date], Mapping[str, Usual]] = field(default=_nothing_usual, kw_only=True)
    restored: datetime | None = field(default=None, kw_only=True)

    def levels(self, now: datetime) -> dict[str, str]:
        """How each indicator stands at an instant, in a word."""
        return {name: str(one.level) for name, one in self.board(now, UTC).items()}


@dataclass(frozen=True, slots=True)
class Edges(Books):
    """
    The books, and the network: all that polling and delivering need.

    Without the two for articles none is fetched, without a placer each item is a
    story of its own. ``polls`` are those that wait to be matched and stored,
    ``states`` the feeds that wait to be looked up. ``agree`` raises ``StaleError`` within
    a transaction that stores, where the list that was matched with is no longer in force.
    """

    fetch: Fetch
    parse: Parse
    send: Send
    articles: Articles | None = None
    read_article: ReadArticle | None = None
    checkpoint: Checkpoint = lambda _name: None
    placer: Placing | None = field(default=None, kw_only=True)
    polls: Batches[Ready, tuple[PollRecord, Saved]] = field(default_factory=Batches, kw_only=True)
    states: Batches[str, FeedState | None] = field(default_factory=Batches, kw_only=True)
    agree: Callable[[WatchList], None] = field(default=lambda _watch: None, kw_only=True)


def channel_of(watch: WatchList, name: str) -> Channel | None:
    """The channel of that name, if the file has one."""
    return next((channel for channel in watch.channels if channel.name == name), None)
