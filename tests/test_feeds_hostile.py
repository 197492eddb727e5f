"""All hostile and odd feeds at once, over real sockets, beside good ones, three times."""

from __future__ import annotations

import asyncio
import gc
import re
import resource
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.hostile import CASES, Zoo, serving
from monitor.digest.render import Renderer
from monitor.feeds.answer import Limits
from monitor.feeds.fetch import Client
from monitor.feeds.workers import ParserPool
from monitor.matching import compile_watch
from monitor.memory import give_back
from monitor.model import Feed, Route
from monitor.notify import Sender
from monitor.pipeline.edges import Current, Edges
from monitor.pipeline.poll import PollResult, poll
from monitor.resources import shipped
from monitor.store import Store
from monitor.store.database import table_of
from monitor.store.tables import DeliveryRow, ItemRow
from tests.make import DAY, a_watch

GOOD = 20
# Less than in the field, so that the run is short; every limit has a test of its own besides.
LIMITS = Limits(gap=0.0)
# In the first round the slow ones are ended when the good ones have been polled, however fast
# the machine is; in the others, by a limit of time.
TOTALS = (300.0, 3.0, 3.0)
FLAWS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Run:
    """What three rounds came to, feed by feed, in the order in which they ended."""

    rounds: list[list[PollResult]] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    peak: int = 0


def memory_now() -> int:
    """Bytes of real memory that this process has; its peak where nobody tells."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return int(statm.read_text().split()[1]) * resource.getpagesize()


def memory_at_rest() -> int:
    """As ``memory_now``, once what is free was given back, as the service does each minute."""
    gc.collect()
    give_back()
    return memory_now()


async def watch_memory(run: Run) -> None:
    while True:
        run.peak = max(run.peak, memory_now())
        await asyncio.sleep(0.02)


async def three_rounds(store: Store, zoo: Zoo) -> Run:
    feeds = [
        *(Feed(f"odd-{number}", zoo.url(number), publisher="Odd") for number in range(len(CASES))),
        *(
            Feed(f"good-{n}", f"http://{zoo.place}/good{n}/feed", publisher="G")
            for n in range(GOOD)
        ),
    ]
    watch = a_watch(feeds=feeds, routes=[Route("all", to=("desk",))])
    matcher, problems = compile_watch(watch)
    assert problems == []
    now = datetime.now(UTC)
    async with (
        Client(allow=[zoo.place], limits=LIMITS) as client,
        ParserPool(cpu_seconds=1, wall_seconds=20) as parsers,
    ):
        edges = Edges(
            records=store.records,
            outbox=store.outbox,
            mutes=store.mutes,
            reading=store.reading,
            archive=store.archive,
            writer=Renderer(shipped("templates")),
            clock=lambda: now,
            made=now - DAY,
            fetch=client.fetch,
            parse=parsers.parse,
            send=Sender(watch.title),
        )
        run = Run()
        await poll(feeds[-GOOD:], Current(watch, matcher), edges)
        run.memory.append(memory_at_rest())
        sampling = asyncio.create_task(watch_memory(run))
        for total in TOTALS:
            client.limits = replace(LIMITS, total=total)
            now += timedelta(hours=1)
            ended: list[PollResult] = []
            await poll(feeds, Current(watch, matcher), edges, at_once=512, each=noted(ended, zoo))
            run.rounds.append(ended)
            run.memory.append(memory_at_rest())
        sampling.cancel()
    return run


def noted(ended: list[PollResult], zoo: Zoo) -> Callable[[PollResult], None]:
    """Notes the results of a round, and in the first hangs up on the slow ones after the good."""
    first, zoo.patient = not zoo.polls.get("0", 0), True

    def note(result: PollResult) -> None:
        ended.append(result)
        if first and sum(one.feed.startswith("good") for one in ended) == GOOD:
            zoo.hang_up()

    return note


def deliveries(store: Store) -> list[str]:
    with store.database.reading() as connection:
        return list(connection.scalars(select(table_of(DeliveryRow).c.subject)))


def stored(store: Store) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    with store.database.reading() as connection:
        for row in connection.execute(select(table_of(ItemRow))):
            found.setdefault(row.feed, []).append(row)
    return found


def shortcomings(store: Store, run: Run) -> list[str]:
    """Every case that did not end as it must, in words."""
    kept = stored(store)
    rounds = [{result.feed: result for result in ended} for ended in run.rounds]
    wrong = []
    for number, case in enumerate(CASES):
        result, count = rounds[case.slow][f"odd-{number}"], len(kept.get(f"odd-{number}", []))
        if isinstance(case.ends, int):
            fine = result.ok and count == case.ends
        elif case.ends == "":
            fine = (count > 0 or result.ok) if result.error is None else bool(result.error)
        else:
            fine = result.error is not None and re.search(case.ends, result.error) is not None
        if not fine:
            wrong.append(f"{case.name}: {count} items, {result.error}; expected {case.ends}")
    return wrong


def test_there_are_enough_of_them_and_none_twice() -> None:
    assert len(CASES) >= 300
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.on_sqlite
async def test_hostile_feeds_harm_nobody(store: Store) -> None:
    async with serving() as zoo:
        run = await three_rounds(store, zoo)
    wrong = shortcomings(store, run)
    assert wrong == [], "\n".join(wrong)
    assert zoo.visits == []
    for ended in run.rounds:
        assert len(ended) == len(CASES) + GOOD
        check_errors(ended)
    check_that_good_feeds_are_not_late(run.rounds[0])
    check_items(store)
    kept = stored(store)
    assert all(len(kept[f"good-{n}"]) == 10 + len(TOTALS) + 1 for n in range(GOOD))
    check_alerts(store)
    assert max(run.memory) - run.memory[0] < 50e6, run.memory
    assert run.peak - run.memory[0] < 400e6, run.peak


def check_errors(ended: list[PollResult]) -> None:
    """Each error is one plain sentence."""
    for result in ended:
        if result.error is not None:
            assert result.error.endswith("."), result.error
            assert not re.search(r"[\n\x00-\x1f]|[a-z](Error|Exception)\b|<script", result.error)
            assert len(result.error) < 500


def check_that_good_feeds_are_not_late(ended: list[PollResult]) -> None:
    """All good feeds, though asked last, have ended while every slow one was still at it."""
    order = [result.feed for result in ended]
    slow = {f"odd-{number}" for number, case in enumerate(CASES) if case.slow}
    first_slow = min(order.index(feed) for feed in slow)
    good = [place for place, feed in enumerate(order) if feed.startswith("good")]
    assert all(result.ok for result in ended if result.feed.startswith("good"))
    assert max(good) < first_slow, ended[first_slow]


def check_alerts(store: Store) -> None:
    """
    Told is what came after a feed's first poll, each item once, and nothing else.

    Not what was dated, named, ordered or edited anew.
    """
    feed_of = {row.key: row.feed for rows in stored(store).values() for row in rows}
    told = Counter(feed_of[key] for key in deliveries(store))
    for number, case in enumerate(CASES):
        new = 40 if case.name == "another feed each time" else 0
        assert told[f"odd-{number}"] == new, case.name
    assert all(told[f"good-{n}"] == len(TOTALS) for n in range(GOOD))


def check_items(store: Store) -> None:
    """What was stored keeps to the caps, and holds nothing that cannot be shown or sent."""
    for feed, rows in stored(store).items():
        assert len(rows) <= 5_000, feed
        for row in rows:
            texts = [row.title, row.summary, row.content, row.author or "", *row.tags]
            assert not any(FLAWS.search(text) for text in texts), (feed, texts)
            sizes = [len(text.encode()) for text in texts[:3]]
            assert sizes[0] <= 1024
            assert sizes[1] <= 64 * 1024
            assert sizes[2] <= 256 * 1024
            assert row.link is None or re.match(r"https?://[^\\\s]+$", row.link), row.link
            assert row.published is None or 1990 <= row.published.year < 9999
