"""kill -9 at random while items flow: nothing lost, nothing told twice but with the same id."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import time
from collections import defaultdict
from pathlib import Path

import pytest

from monitor.demo import Sample
from tests.mother import Mother, a_mother
from tests.test_whole_service import ITEMS, LATE, World, small_world, start, wait_until

__all__ = ["small_world"]

KILLS = int(os.environ.get("MONITOR_KILLS", "50"))
"""How many kills; the full run has 1,000."""
SHOWN = 100
"""So many of the newest items the feed shows, each for as many lives."""
AT_START, AT_POLL = 0.2, 0.4
"""The shares of kills that fall into the start and soon after the first poll; the others, sends."""


def sample(number: int) -> Sample:
    return Sample(
        f"late-{number}",
        "wire-en",
        f"{LATE.title}, TOKEN-{number:03}",
        LATE.summary,
        LATE.published,
    )


def live_and_die(world: World, mother: Mother, chance: random.Random) -> None:
    """One service that is killed after a while, whatever it is doing then."""
    asked, begun = len(world.feeds.asked), world.chats.begun
    pid = mother.start(world.file)
    moment = chance.random()
    if moment < AT_START:
        longest = 0.5
    elif moment < AT_START + AT_POLL:
        wait_until(lambda: len(world.feeds.asked) > asked, 60, every=0.01)
        longest = 1.0
    else:
        wait_until(lambda: world.chats.begun > begun, 60, every=0.01)
        longest = 1.2 * world.chats.delay
    time.sleep(chance.uniform(0, longest))
    os.kill(pid, signal.SIGKILL)
    assert mother.bury(pid) == signal.SIGKILL


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database) as connection:
        return list(connection.execute(query))


@pytest.mark.parametrize("seed", [7])
def test_kills_at_random_lose_nothing_and_repeat_only_with_the_same_id(small_world, seed):
    world = small_world
    world.write_small_list(
        polling={"allow": [world.feeds.address], "every": "1s", "at_least": "1s"}
    )
    world.once()
    # A slow answer widens the gap between hand-over and record, so that kills fall into it.
    world.chats.delay = 0.5
    chance = random.Random(seed)
    samples: list[Sample] = []
    began = time.monotonic()
    with a_mother() as mother:
        for number in range(KILLS):
            samples.append(sample(number))
            world.publish(*samples[-SHOWN:])
            live_and_die(world, mother, chance)
    took = (time.monotonic() - began) / KILLS
    early = len(world.mails.mails) + len(world.chats.messages)
    tokens = {one.title.rpartition(" ")[2] for one in samples}
    running = start(world)
    try:
        wait_until(lambda: told_by_mail(world).keys() >= tokens, 60 + KILLS)
        wait_until(lambda: told_by_chat(world).keys() >= tokens, 60 + KILLS)
    finally:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(30)
    database = world.folder / "monitor.db"
    # Every item is stored once, every decision has one line for each channel, and all went out.
    assert rows(database, "select count(*) from item") == [(len(ITEMS) + KILLS,)]
    assert rows(database, "select count(*), count(distinct link || title) from item") == [
        (len(ITEMS) + KILLS, len(ITEMS) + KILLS)
    ]
    decisions = "select reason, channel, state, count(*) from delivery group by 1, 2, 3 order by 2"
    assert rows(database, decisions) == [
        ("new", "desk-chat", "sent", KILLS),
        ("new", "desk-mail", "sent", KILLS),
    ]
    # No hit is without a story, and a story is what its items say.
    unplaced = "select count(*) from hit where item_id not in (select item_id from placement)"
    assert rows(database, unplaced) == [(0,)]
    told = "select story, count(*) from placement group by story order by story"
    assert rows(database, told) == rows(database, "select id, items from story order by id")
    assert rows(database, "pragma integrity_check") == [("ok",)]
    # Repeats: at most one a kill in all, each with the id of the first and marked as one.
    mails, chats = told_by_mail(world), told_by_chat(world)
    assert mails.keys() == chats.keys() == tokens
    assert all(len(set(ids)) == 1 for ids in mails.values())
    repeats = sum(len(told) - 1 for told in (*mails.values(), *chats.values()))
    print(f"{KILLS} kills of {took:.1f} s, {early} messages between them, {repeats} repeats")
    assert repeats <= KILLS
    for told in chats.values():
        assert all("may be a repeat" in text for text in told[1:])


def told_by_mail(world: World) -> dict[str, list[str]]:
    """The Message-IDs with which each token came."""
    found: dict[str, list[str]] = defaultdict(list)
    for mail in list(world.mails.mails):
        found[token_in(str(mail["Subject"]))].append(str(mail["Message-ID"]))
    return found


def told_by_chat(world: World) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for message in list(world.chats.messages):
        found[token_in(json.dumps(message))].append(str(message["message"]))
    return found


def token_in(text: str) -> str:
    at = text.index("TOKEN-")
    return text[at : at + 9]
