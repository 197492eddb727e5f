"""
kill -9 at random while items flow: nothing lost, nothing told twice but with the same id.

Half of the kills over each kind of database.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Callable

from sqlalchemy import text

from monitor.demo import Sample
from monitor.notify.chat import MAY_BE_REPEAT
from monitor.store import Store
from tests.mother import Mother, a_mother
from tests.test_whole_service import ITEMS, LATE, World, small_world, start, wait_until

__all__ = ["small_world"]

KILLS = int(os.environ.get("MONITOR_KILLS", "50")) // 2
"""How many kills over one database; the full run has 500, of 1,000 in all."""
PATIENCE = 120 + 4 * KILLS
"""Seconds for all that the kills left unsaid: chat answers slowly, and one after the other."""
RAISED = ("Elevated: ", "High: ")
"""How the message of a level begins that was raised when a full hour went by."""
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
        longest = 2.0
    else:
        wait_until(lambda: world.chats.begun > begun, 60, every=0.01)
        longest = 1.2 * world.chats.delay
    time.sleep(chance.uniform(0, longest))
    os.kill(pid, signal.SIGKILL)
    assert mother.bury(pid) == signal.SIGKILL


def asking(store: Store) -> Callable[[str], list[tuple[object, ...]]]:
    """What answers a question put to a database."""

    def rows(query: str) -> list[tuple[object, ...]]:
        with store.database.reading() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    return rows


def test_kills_at_random_lose_nothing_and_repeat_only_with_the_same_id(
    small_world, new_database, database_kind, monkeypatch
):
    world, url = small_world, new_database()
    monkeypatch.setenv("MONITOR_DATABASE", url)
    monkeypatch.setenv("MONITOR_LEASE", "3")  # after it, what a killed worker polled is due again
    world.write_small_list(
        polling={"allow": [world.feeds.address], "every": "1s", "at_least": "1s"}
    )
    world.once()
    # A slow answer widens the gap between hand-over and record, so that kills fall into it.
    world.chats.delay = 0.5
    chance = random.Random(7)
    samples: list[Sample] = []
    began = time.monotonic()
    with a_mother() as mother:
        for number in range(KILLS):
            samples.append(sample(number))
            world.publish(*samples)
            live_and_die(world, mother, chance)
    took = (time.monotonic() - began) / KILLS
    early = len(world.mails.mails) + len(world.chats.messages)
    tokens = {one.title.rpartition(" ")[2] for one in samples}
    running = start(world)
    try:
        wait_until(lambda: told_by_mail(world).keys() >= tokens, PATIENCE)
        wait_until(lambda: told_by_chat(world).keys() >= tokens, PATIENCE)
    finally:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(30)
    store = Store(url)
    assert_all_is_stored_once(asking(store))
    store.database.condition.check(whole=True)
    assert store.database.condition.broken is None
    store.close()
    # Repeats: at most one a kill in all, each with the id of the first and marked as one.
    mails, chats = told_by_mail(world), told_by_chat(world)
    assert mails.keys() == chats.keys() == tokens
    assert all(len(set(ids)) == 1 for ids in mails.values())
    repeats = sum(len(told) - 1 for told in (*mails.values(), *chats.values()))
    said = f"{KILLS} kills of {took:.1f} s, {early} messages between them, {repeats} repeats"
    print(f"{database_kind}: {said}")
    assert repeats <= KILLS
    for told in chats.values():
        assert all(text.startswith(MAY_BE_REPEAT) for text in told[1:])


def assert_all_is_stored_once(rows: Callable[[str], list[tuple[object, ...]]]) -> None:
    # Every item is stored once, every decision has one line for each channel, and all went out.
    many = len(ITEMS) + KILLS
    assert rows("select count(*), count(distinct link || title) from item") == [(many, many)]
    decisions = (
        "select reason, channel, state, count(*) from delivery where reason <> 'level raised' "
        "group by 1, 2, 3 order by 2"
    )
    assert rows(decisions) == [
        ("new", "desk-chat", "sent", KILLS),
        ("new", "desk-mail", "sent", KILLS),
    ]
    # No hit is without a story, and a story is what its items say.
    unplaced = "select count(*) from hit where item_id not in (select item_id from placement)"
    assert rows(unplaced) == [(0,)]
    told = "select story, count(*) from placement group by story order by story"
    assert rows(told) == rows("select id, items from story order by id")


def told_by_mail(world: World) -> dict[str, list[str]]:
    """The Message-IDs with which each token came."""
    found: dict[str, list[str]] = defaultdict(list)
    for mail in list(world.mails.mails):
        if "TOKEN-" not in str(mail["Subject"]):
            continue  # a full hour went by, and the level was raised
        found[token_in(str(mail["Subject"]))].append(str(mail["Message-ID"]))
    return found


def told_by_chat(world: World) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for message in list(world.chats.messages):
        told = str(message["message"]).removeprefix(MAY_BE_REPEAT)
        if "TOKEN-" not in told or told.startswith(RAISED):
            continue  # it names the newest stories, none of which it tells again
        found[token_in(told)].append(str(message["message"]))
    return found


def token_in(text: str) -> str:
    at = text.index("TOKEN-")
    return text[at : at + 9]
