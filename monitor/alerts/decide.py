"""Is it worth sending? A pure decision, with its reason, from what is new and what was known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.model import Hit, Item


class Reason(StrEnum):
    """Why an alert is sent, or why none is."""

    NEW = "new"
    """The item was not known before, and it hits an indicator."""
    PAST = "past"
    """The feed is polled for the first time: it fills the past, and alerts nothing."""
    EDITED = "edited"
    """The item was known, and only its text changed: it does not alert twice."""
    NO_HIT = "no hit"
    """No indicator hit the item."""

    @property
    def is_sent(self) -> bool:
        """Whether this reason makes an alert."""
        return self is Reason.NEW


@dataclass(frozen=True, slots=True)
class Alert:
    """One item that a desk should hear of now, with all its hits and the reason."""

    item: Item
    hits: tuple[Hit, ...]
    reason: Reason


def decide(item: Item, hits: Iterable[Hit], *, known: bool, first_poll: bool) -> Alert:
    """
    Say whether an item's hits are worth an alert, and why.

    ``known`` means that the item was stored before, ``first_poll`` that its
    feed never answered before. The answer is always an ``Alert``; its reason
    says whether it is to be sent.
    """
    found = tuple(hits)
    if not found:
        return Alert(item, found, Reason.NO_HIT)
    if first_poll:
        return Alert(item, found, Reason.PAST)
    return Alert(item, found, Reason.EDITED if known else Reason.NEW)
