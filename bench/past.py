"""
A made-up past for the bench of pages: two years of stories under a hundred indicators.

Feeds, texts, signals and sizes of stories are as unlike each other as real ones:
most stories are of one item, some of four, one of forty; a fifth of the items hit
two indicators; the feeds that twelve indicators hang on have been down for three days.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

from monitor.digest.build import local_day
from monitor.model import Feed, Hypothesis, Indicator, Polling, Priority, Rule, Signal, WatchList
from monitor.store import Store
from monitor.store.database import table_of, upsert
from monitor.store.storytables import PlacementRow, StoryIndicatorRow, StoryRow
from monitor.store.tables import (
    DeliveryRow,
    FactRow,
    FeedDayRow,
    FeedRow,
    HitRow,
    ItemRow,
)
from monitor.store.tally import ZONE, rebuild

BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=730)
BATCH = 20_000
FEEDS, INDICATORS, BLIND = 300, 100, 12
DAYS_KEPT = 60
DARK = timedelta(days=3)
SIZES = (1, 1, 1, 1, 2, 4)
"""How many items stories have, in turn."""
LARGE = 40
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def a_watch() -> WatchList:
    """A watch list of 300 feeds and 100 indicators, the last twelve on feeds that are down."""
    dice = random.Random(2)
    lists = {f"list-{n}": tuple(_words(dice, 15)) for n in range(40)}
    return WatchList(
        title="Bench",
        zone=ZoneInfo("America/Caracas"),
        feeds=tuple(_feed(n) for n in range(FEEDS)),
        indicators=tuple(_indicator(n) for n in range(INDICATORS)),
        terms={"venezuela": ("Venezuel*", "Maduro*", "Caracas"), **lists},
        scope=Rule(match="$venezuela"),
        hypotheses=tuple(
            Hypothesis(f"statement-{n}", f"What the desk holds to be so, number {n}.")
            for n in range(4)
        ),
        polling=Polling(),
        channels=(),
        routes=(),
        revision="bench",
    )


def _feed(number: int) -> Feed:
    group = "down" if number >= FEEDS - BLIND else f"group-{number % 10}"
    return Feed(
        f"feed-{number}",
        f"https://f{number}.example/news.xml",
        ("en", "es", "ru")[number % 3],
        f"Publisher {number % 150}",
        "ABCDEF"[number % 6],
        group,
    )


def _indicator(number: int) -> Indicator:
    one, other, third = (f"list-{(number * step) % 40}" for step in (1, 7, 11))
    toward, away = f"statement-{number % 4}", f"statement-{(number + 1) % 4}"
    return Indicator(
        f"i{number}",
        f"Overhauls and deliveries of kind {number}",
        Rule(match=f"($venezuela NEAR/25 ${one}) AND (${other} OR ${third})"),
        question=f"Are the overhauls of kind {number} under way, or left to wait?",
        signals=(
            Signal("stalled", Rule(match=f"${one}"), (toward,)),
            Signal("progressing", Rule(match=f"${other}"), (), (away,)),
        ),
        priority=(Priority.HIGH, Priority.NORMAL, Priority.NORMAL, Priority.LOW)[number % 4],
        group=f"kind-{number % 8}",
        groups=("down",) if number >= INDICATORS - BLIND else (),
    )


@dataclass(slots=True)
class Rows:
    """What is stored at once, by table."""

    items: list[dict[str, Any]]
    hits: list[dict[str, Any]]
    stories: list[dict[str, Any]]
    placed: list[dict[str, Any]]
    spoken: list[dict[str, Any]]


class Past:
    """Makes the rows, by fixed seeds."""

    def __init__(self, watch: WatchList, hits: int) -> None:
        self._watch = watch
        self._dice = random.Random(3)
        self.items = max(round(hits / 1.2), LARGE * 2)
        self.step = SPAN / self.items
        self.now = (BEGAN + SPAN).replace(minute=20, second=0, microsecond=0) + timedelta(hours=15)
        self._texts = list(_texts(watch, 4_000))

    def batches(self) -> Iterator[Rows]:
        """All rows, in the order in which things were seen."""
        rows, made, sizes = Rows([], [], [], [], []), 0, cycle(SIZES)
        while made < self.items - LARGE:
            made += self._story(rows, made, min(next(sizes), self.items - LARGE - made))
            if len(rows.items) >= BATCH:
                yield rows
                rows = Rows([], [], [], [], [])
        self._story(rows, made, LARGE)
        yield rows

    def _story(self, rows: Rows, begin: int, size: int) -> int:
        """A story of so many items, all on one indicator, a fifth of them on another, too."""
        base = self._dice.randrange(INDICATORS)
        story, on = f"{begin:032x}", set[int]()
        seen = first = self.now - self.step * (self.items - begin)
        is_dark = base >= INDICATORS - BLIND
        if is_dark and self.now - first < DARK:
            base, is_dark = base - BLIND, False
        for number in range(begin, begin + size):
            seen = self.now - self.step * (self.items - number)
            title, summary = self._texts[number % len(self._texts)]
            feed = FEEDS - 1 - number % BLIND if is_dark else number % (FEEDS - BLIND)
            rows.items.append(
                {
                    "id": number + 1, "key": f"{number:032x}", "feed": f"feed-{feed}",
                    "title": f"{title} {number}", "summary": summary, "twin": "",
                    "content": "\n".join([summary] * 6) if size == LARGE else "", "hash": "0" * 64,
                    "lang": "en", "tags": [], "published": seen, "fetched": seen, "seen": seen,
                    "backfill": False, "article": False, "feed_hash": "",
                    "link": f"https://f{feed}.example/news/{number}",
                }
            )  # fmt: skip
            mark = {"field": "title", "start": 0, "end": 9, "text": "Venezuela",
                    "term": "Venezuel*", "list": "venezuela"}  # fmt: skip
            for name in (base, (base + 17) % 88)[: 2 if number % 5 == 0 else 1]:
                on.add(name)
                rows.hits.append(
                    {
                        "item_id": number + 1, "indicator": f"i{name}", "marks": [mark],
                        "signals": ["stalled"] if number % 4 else [], "revision": "r",
                        "seen": seen, "found": seen,
                    }
                )  # fmt: skip
            rows.placed.append(
                {"item_id": number + 1, "story": story, "told": seen, "at": seen,
                 "reason": "" if number == begin else "the same names and numbers",
                 "is_update": number % 7 == 6}
            )  # fmt: skip
        rows.stories.append(
            {"id": story, "first": first, "last": seen, "headline": "", "items": size,
             "publishers": size, "independent": size, "grade": "B", "credibility": 3}
        )  # fmt: skip
        rows.spoken += [
            {"story": story, "indicator": f"i{name}", "first": first, "last": seen,
             "signals": ["stalled"] if begin % 3 else ["progressing"], "items": size}
            for name in sorted(on)
        ]  # fmt: skip
        return size


def _words(dice: random.Random, count: int) -> list[str]:
    return ["".join(dice.choices(LETTERS, k=dice.randint(5, 10))) for _ in range(count)]


def _texts(watch: WatchList, count: int) -> Iterator[tuple[str, str]]:
    """Titles of nine words and summaries of forty, with words of three lists among them."""
    dice = random.Random(1)
    plain, lists = _words(dice, 3_000), list(watch.terms)
    for _ in range(count):
        wanted = [dice.choice(watch.terms[dice.choice(lists)]).strip("*") for _ in range(3)]
        words = dice.choices(plain, k=37)
        for word in wanted:
            words.insert(dice.randrange(len(words)), word)
        yield f"Venezuela {' '.join(dice.choices(plain, k=8))}", f"{' '.join(words)}."


def fill(store: Store, watch: WatchList, hits: int) -> datetime:
    """Store a past of so many hits; the present instant."""
    past = Past(watch, hits)
    for rows in past.batches():
        with store.database.writing() as connection:
            for row, values in (
                (ItemRow, rows.items),
                (HitRow, rows.hits),
                (StoryRow, rows.stories),
                (PlacementRow, rows.placed),
                (StoryIndicatorRow, rows.spoken),
            ):
                connection.execute(table_of(row).insert(), values)
    with store.database.writing() as connection:
        made = past.now - timedelta(days=DAYS_KEPT)
        upsert(connection, FactRow, {"name": "made", "value": made.isoformat()})
        upsert(connection, FactRow, {"name": ZONE, "value": watch.zone.key})
        rebuild(connection, watch.zone)
        connection.execute(table_of(FeedRow).insert(), list(_states(watch, past.now)))
        today = local_day(past.now, watch.zone)
        connection.execute(table_of(FeedDayRow).insert(), list(_feed_days(watch, today)))
        connection.execute(table_of(DeliveryRow).insert(), list(_deliveries(past)))
    store.counts.rebuild()
    return past.now


def _is_down(feed: Feed) -> bool:
    return feed.group == "down"


def _states(watch: WatchList, now: datetime) -> Iterator[dict[str, Any]]:
    for feed in watch.feeds:
        down = _is_down(feed)
        answered = now - (DARK if down else timedelta(minutes=4))
        yield {
            "id": feed.id, "url": feed.url, "first_poll": BEGAN, "last_poll": now,
            "last_answer": answered, "last_new": answered, "next_poll": now + timedelta(minutes=9),
            "failures": 40 if down else 0, "failing_since": answered if down else None,
            "error": "the name is not known" if down else None,
            "heard_items": 400.0, "heard_days": 100.0, "longest_silence": timedelta(hours=9),
        }  # fmt: skip


def _feed_days(watch: WatchList, today: date) -> Iterator[dict[str, Any]]:
    dice = random.Random(4)
    for back in range(DAYS_KEPT):
        for feed in watch.feeds:
            down = _is_down(feed) and back < DARK.days
            yield {
                "feed": feed.id, "day": today - timedelta(days=back), "polls": 90,
                "answered": 0 if down else 90, "items": 0 if down else dice.randrange(12),
                "failing_since": datetime.now(UTC) if down else None,
                "error": "the name is not known" if down else None,
            }  # fmt: skip


def _deliveries(past: Past) -> Iterator[dict[str, Any]]:
    """The last 500 alerts, each on an item of the last days."""
    for number in range(past.items, max(past.items - 500, 0), -1):
        at = past.now - past.step * (past.items - number)
        yield {
            "key": f"alert-{number}", "kind": "alert", "subject": f"{number - 1:032x}",
            "route": "desk", "channel": "desk-mail", "reason": "new", "state": "sent",
            "title": f"Overhauls and deliveries of kind {number % 100}: Venezuela {number}",
            "text": "", "created": at, "next_try": at, "sent": at,
        }  # fmt: skip
