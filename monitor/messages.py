"""
What is sent, and what is kept of it, as frozen values: messages, mutes, and how channels stand.

All instants are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that a mail's HTML shows as ``cid:NAME``."""

    name: str
    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """
    A message as written: for mail ``text``, ``html`` and its ``pictures``, for chat ``short``.

    It holds all forms, since a channel may change from one kind to the other
    while the message waits.
    """

    subject: str
    text: str
    html: str | None = None
    short: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Pointer:
    """
    What a message in the outbox keeps of one hit: its indicator, and the words that matched.

    ``level`` is how the indicator stood when it was decided, if that was known.
    """

    indicator: str
    words: tuple[str, ...] = ()
    level: str = ""


Kind = Literal["alert", "digest", "summary", "trouble", "story", "level"]
"""
A story told at once; a digest; several alerts in one; what the service says of itself; what a
person did with a story, which is told to nobody; a level that rose, or a silence.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A message decided on, not yet in the outbox.

    ``key`` says what it is and where it goes: a second draft of the same key
    is no second message. ``span_end`` is where a digest's span ends.
    ``held`` says why it waits, if it does, and ``until`` when that ends.
    ``state`` is given where the decision ends here: merged into a message
    that the channel has, routed nowhere, or a person's own. ``replaces`` are messages
    that need not go out when this one does. ``to`` are mail addresses that
    stand in for the channel's own.
    """

    key: str
    kind: Kind
    subject: str
    route: str
    channel: str
    reason: str
    message: Message
    held: str = ""
    span_end: datetime | None = None
    until: datetime | None = None
    hits: tuple[Pointer, ...] = ()
    state: Literal["", "merged", "nowhere", "hand"] = ""
    to: tuple[str, ...] = ()
    merged_into: str | None = None
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """
    The first alert on a story that a channel got, or will get.

    With ``waits`` it may never: it is held until more publishers tell the story.
    """

    key: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    A message in the outbox.

    ``interrupted`` says that an earlier try may have got through; ``left`` are
    the recipients that did not take it yet, where others did. ``until`` is
    when what holds it ends, ``merged_into`` the key of the message that tells
    it instead, ``answer`` what the channel answered.
    """

    id: int
    key: str
    kind: str
    subject: str
    route: str
    channel: str
    reason: str
    message: Message
    state: str
    note: str
    attempts: int
    created: datetime
    next_try: datetime
    interrupted: bool = False
    left: tuple[str, ...] = ()
    sent: datetime | None = None
    until: datetime | None = None
    merged_into: str | None = None
    hits: tuple[Pointer, ...] = ()
    to: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message in the outbox as its queue knows it: without its text."""

    id: int
    key: str
    channel: str
    kind: str = "alert"
    subject: str = ""
    state: str = "pending"
    note: str = ""
    until: datetime | None = None
    created: datetime = NEVER
    attempts: int = 0
    interrupted: bool = False
    hits: tuple[Pointer, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """
    What a channel was told of a story that nobody has said to have seen.

    ``at`` is when it had it last, ``repeats`` how often it was told again.
    """

    subject: str
    channel: str
    route: str
    at: datetime
    repeats: int = 0
    hits: tuple[Pointer, ...] = ()


@dataclass(frozen=True, slots=True)
class Mute:
    """
    Alerts of an indicator, or on a term, that somebody does not want for a while.

    With both ``indicator`` and ``term`` both must fit; with neither it is
    quiet: all alerts are held. ``ended`` is when somebody lifted it before its
    time.
    """

    until: datetime
    indicator: str | None = None
    term: str | None = None
    reason: str = ""
    by: str = ""
    created: datetime | None = None
    ended: datetime | None = None
    id: int = 0

    @property
    def what(self) -> str:
        """What is muted, in words."""
        if self.is_quiet:
            return "everything"
        about = f'"{self.term}"' if self.term else ""
        return " in ".join(part for part in (about, self.indicator or "") if part)

    @property
    def is_quiet(self) -> bool:
        """Whether it is about all alerts."""
        return self.indicator is None and self.term is None

    def is_in_force(self, now: datetime) -> bool:
        """Whether it holds at that instant."""
        return now < self.until and (self.ended is None or now < self.ended)


@dataclass(frozen=True, slots=True)
class Seen:
    """That somebody has seen the alerts on a story: when, and who says so, if they say."""

    subject: str
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """
    How a channel stands: the failures in a row, and until when it is left alone.

    ``asked_until`` is until when it asked to be left alone itself.
    """

    channel: str
    failures: int = 0
    failing_since: datetime | None = None
    rests_until: datetime | None = None
    error: str = ""
    asked_until: datetime | None = None


LEDGER_STATES = ("sent", "waiting", "failed", "held", "merged", "parked", "nowhere", "hand")
"""How a line of the ledger can stand."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """
    One decision: what it was about, why, where it went, and how it stands.

    ``state`` is one of ``LEDGER_STATES``: waiting is not tried yet or being sent,
    failed was tried and will be again at ``until``, nowhere that no route took
    it, hand that a person split or merged a story. ``note`` says what holds
    it or what went wrong, ``until`` when that ends, ``answer`` what the channel
    said when it took it.
    """

    id: int
    at: datetime
    kind: str
    subject: str
    title: str
    reason: str
    route: str
    channel: str
    state: str
    note: str
    until: datetime | None
    sent: datetime | None
    attempts: int
    merged_into: str | None
    answer: str
    may_be_repeat: bool
    seen: Seen | None = None
