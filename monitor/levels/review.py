"""Which indicators of a list want a look: those out of date, dead, always firing or half deaf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from monitor.matching.revisions import lists_used
from monitor.model import Indicator, WatchList

NEVER_DAYS = 90
"""An indicator without a story in so many days is looked at again."""

ALWAYS = 0.9
"""One with a story on so many of its days tells no days apart."""

ALWAYS_DAYS = 28
"""Fewer days than this prove neither."""


@dataclass(frozen=True, slots=True)
class Past:
    """
    What a review knows of one indicator.

    ``seen_days`` is how long the watch has looked, at most 90 days;
    ``story_days`` on how many of them it had a story, ``stories`` how many in
    all, and ``signals`` those that any of them carried.
    """

    seen_days: int
    story_days: int
    stories: int
    signals: AbstractSet[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at, and what could be done about it."""

    indicator: str
    kind: str
    words: str
    action: str


def review(
    watch: WatchList,
    past: Mapping[str, Past],
    lacking: Mapping[str, str],
    today: date,
) -> list[Finding]:
    """
    All that wants a look, by indicator in the file's order.

    ``lacking`` says of a list, by its name, which language of the feeds it has
    no word in.
    """
    return [
        finding
        for one in watch.indicators
        if not one.paused
        for finding in _findings(one, past.get(one.id), _of_its_lists(one, watch, lacking), today)
    ]


def _of_its_lists(one: Indicator, watch: WatchList, lacking: Mapping[str, str]) -> dict[str, str]:
    named = lists_used(watch, one)
    return {name: words for name, words in lacking.items() if name in named}


def _findings(
    one: Indicator, past: Past | None, lacking: Mapping[str, str], today: date
) -> Iterator[Finding]:
    if one.review_by is not None and one.review_by < today:
        yield Finding(
            one.id,
            "past review",
            f"it was to be looked at by {one.review_by.isoformat()}",
            "read its last stories, then give it a later review_by, or pause it",
        )
    if past is not None:
        yield from _of_its_past(one, past)
    for name, words in lacking.items():
        yield Finding(
            one.id,
            "language",
            words,
            f"add words to terms.{name}, or narrow the indicator by feeds: or groups:",
        )


def _of_its_past(one: Indicator, past: Past) -> Iterator[Finding]:
    if not past.stories and past.seen_days >= NEVER_DAYS:
        yield Finding(
            one.id,
            "never hit",
            f"no story in {past.seen_days} days",
            f"try it wider with monitor backtest, or ask why: monitor explain {one.id} --item ID",
        )
        return
    if past.seen_days >= ALWAYS_DAYS and past.story_days >= ALWAYS * past.seen_days:
        yield Finding(
            one.id,
            "always firing",
            f"a story on {past.story_days} of {past.seen_days} days",
            "narrow it (NEAR, NOT, scope:), split it in two, or give it a budget:",
        )
    unseen = [signal.id for signal in one.signals if signal.id not in past.signals]
    if unseen and past.stories >= 10:
        yield Finding(
            one.id,
            "signal never seen",
            f"{', '.join(unseen)}: in none of {past.stories} stories",
            "try its words on stories that should have it: monitor explain shows the signals",
        )
