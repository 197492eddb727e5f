"""Is it worth sending? A pure decision, with its reason, from what is new and what was known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Hit, Item

FRESH = timedelta(hours=72)
"""How long after it was first seen an edit of an item may still be news."""


class Reason(StrEnum):
    """Why an alert is sent, or why none is."""

    NEW = "new"
    """It hits an indicator and nothing hit it before: the item is new, or only now edited so."""
    UPDATE = "update"
    """It was told, and an edit makes it hit an indicator that it did not hit before."""
    REPEAT = "repeat"
    """It was told, and nobody has said that they saw it: it is told again."""
    TROUBLE = "trouble"
    """The feeds, the outbox, the disk or the watch list are in trouble: the contact is told."""
    RAISED = "level raised"
    """An indicator stands higher than it did: more comes than usual."""
    SILENCE = "silence"
    """What was routinely reported no longer is, although the feeds go on."""
    PAST = "past"
    """The feed is polled for the first time: it fills the past, and alerts nothing."""
    EDITED = "edited"
    """The item was known, and told if it hit anything: an edit does not alert it twice."""
    NO_HIT = "no hit"
    """No indicator hit the item."""

    @property
    def is_sent(self) -> bool:
        """Whether this reason makes an alert."""
        return self in _SENT


_SENT = {
    Reason.NEW,
    Reason.UPDATE,
    Reason.REPEAT,
    Reason.TROUBLE,
    Reason.RAISED,
    Reason.SILENCE,
}


@dataclass(frozen=True, slots=True)
class Alert:
    """
    One item that a desk should hear of now, with all its hits and the reason.

    ``levels`` are how indicators stand, where that is known. What is told of
    an indicator itself has an item without text, named after it. With ``may_be_told``
    it may have been told before a backup was brought back, which does not know it.
    """

    item: Item
    hits: tuple[Hit, ...]
    reason: Reason
    levels: Mapping[str, str] = field(default_factory=dict)
    may_be_told: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of an item before: how long ago it was seen, and the indicators it hit."""

    age: timedelta
    hit: frozenset[str] = frozenset()


def may_be_told(item: Item, last_answer: datetime | None, restored: datetime | None) -> bool:
    """
    Whether what comes as new may have come, and been told, before a backup was brought back.

    The backup knows of its feed no more than what came until ``last_answer``. Only
    what was published since the restore is new for sure.
    """
    if restored is None or (last_answer is not None and last_answer >= restored):
        return False
    return item.published is None or item.published < restored


def decide(item: Item, hits: Iterable[Hit], *, known: Known | None, first_poll: bool) -> Alert:
    """
    Say whether an item's hits are worth an alert, and why.

    ``known`` is what was stored of the item before, nothing for a new one;
    ``first_poll`` says that it belongs to the past that a feed's first poll
    fills. The answer is always an ``Alert``; its reason says whether it is to
    be sent. An edit of a fresh item is news for the indicators that it did
    not hit before, and then the alert holds the hits on those alone.
    """
    found = tuple(hits)
    if not found:
        return Alert(item, found, Reason.NO_HIT)
    if known is None:
        return Alert(item, found, Reason.PAST if first_poll else Reason.NEW)
    fresh = tuple(hit for hit in found if hit.indicator not in known.hit)
    if not fresh or known.age > FRESH:
        return Alert(item, found, Reason.EDITED)
    return Alert(item, fresh, Reason.UPDATE if known.hit else Reason.NEW)
