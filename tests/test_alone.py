"""A round by hand beside workers: no feed is asked by two at once, whoever comes or dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing

import pytest
from procrastinate.jobs import Status

from monitor.jobs import alone
from monitor.jobs.alone import WAITS, asking_alone
from monitor.jobs.queue import POLLS, STEPS
from monitor.jobs.steps import EVERY
from monitor.store import Store, jobtables
from monitor.store.jobtables import LINING_UP
from tests.commands import run
from tests.sinks import eventually, feed_sink
from tests.test_jobs import LIST, ask, hands, queues, url

__all__ = ["hands", "queues", "url"]

DOING = "select task_name from jobs.procrastinate_jobs where status = 'doing' order by 1"


def unheard(words: str) -> None:
    """For what need not be heard."""


async def begin_round(hand, held: asyncio.Event, say: Callable[[str], None] = unheard):
    """A round by hand that goes on until it is cancelled."""
    async with asking_alone(hand, say):
        held.set()
        await asyncio.Event().wait()


async def begin_and_end(hand, held: asyncio.Event) -> None:
    async with asking_alone(hand, unheard):
        held.set()


async def next_job(queue, kind: str, task: str, **words: object):
    """The next job of a worker, when such a one waits."""
    await queue.defer(task, kind, **words)
    return await queue._jobs.fetch_job([kind], queue.lease.ids[0])


async def end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_no_worker_lines_up_while_a_round_goes_on_and_each_does_after_it(hands, queues, url):
    assert set(LINING_UP) < set(EVERY)
    held = asyncio.Event()
    rounding = asyncio.create_task(begin_round(hands[0], held))
    await asyncio.wait_for(held.wait(), 10)
    for step in LINING_UP:
        assert await next_job(queues[1], STEPS, step) is None
    assert (await next_job(queues[1], STEPS, "deliver")).task_name == "deliver"
    await end(rounding)
    job = await queues[1]._jobs.fetch_job([STEPS], queues[1].lease.ids[0])
    assert job.task_name in LINING_UP


async def test_a_round_waits_for_polls_under_way_and_lets_go_of_those_that_wait(
    hands, queues, url, monkeypatch
):
    monkeypatch.setattr(alone, "PATIENCE", 0.3)
    polls = {one: {"lane": 1, "feeds": []} for one in ("lane 1", "lane 2")}
    await queues[1].defer_all("poll", POLLS, polls)
    polling = await queues[1]._jobs.fetch_job([POLLS], queues[1].lease.ids[0])
    held, said = asyncio.Event(), list[str]()
    rounding = asyncio.create_task(begin_round(hands[0], held, said.append))
    await eventually(lambda: WAITS in said)
    assert not held.is_set()
    assert ask(url, DOING) == [("articles",), ("line up",), ("poll",)]
    assert ask(url, "select 1 from jobs.procrastinate_jobs where status = 'todo'") == []
    await queues[1]._jobs.finish_job(polling, Status.SUCCEEDED, True)
    await asyncio.wait_for(held.wait(), 10)
    await end(rounding)


async def test_a_second_round_waits_for_the_first_and_workers_for_none_that_died(
    hands, queues, url
):
    held, second = asyncio.Event(), asyncio.Event()
    hands[0].owner = "another-machine:1:first"
    rounding = asyncio.create_task(begin_round(hands[0], held))
    await asyncio.wait_for(held.wait(), 10)
    ((worker,),) = ask(url, "select max(id) from jobs.procrastinate_workers")
    other = asyncio.create_task(begin_round(hands[1], second))
    await eventually(lambda: len(ask(url, "select 1 from jobs.procrastinate_workers")) == 4)
    assert not second.is_set()
    # As where the first stands still: it is silent, and leaves all as it is.
    silent = f"last_heartbeat = '2020-01-01' where id = {worker}"
    ask(url, f"update jobs.procrastinate_workers set {silent}")
    await asyncio.wait_for(second.wait(), 10)
    await end(rounding)
    assert ask(url, DOING) == [("articles",), ("line up",)]
    await end(other)
    assert ask(url, DOING) == []


async def test_a_round_that_was_killed_on_this_machine_is_not_waited_for(hands, url):
    held, owner = asyncio.Event(), hands[0].owner
    # A number of a process that no longer lives, or never did.
    hands[1].owner = f"{owner.partition(':')[0]}:{2**22 + 1}:dead"
    with closing(Store(url)) as store, store.database.writing() as connection:
        assert jobtables.hold_polls(connection, 2, hands[1].owner)
    await asyncio.wait_for(begin_and_end(hands[0], held), 10)
    assert held.is_set()
    assert ask(url, DOING) == []


@pytest.mark.parametrize("workers", [0, 1], ids=["without workers", "beside one that stands"])
async def test_once_polls_each_feed_once_and_leaves_nothing_behind(tmp_path, url, workers):
    if workers:
        ask(url, "insert into jobs.procrastinate_workers default values")
    with feed_sink() as sink:
        sink.documents["rss"] = b"<rss><channel><title>Wire</title></channel></rss>"
        text = LIST.replace("https://wire.example/rss", sink.url("rss"))
        text = text.partition("alerts:")[0] + f"polling: {{allow: ['{sink.address}']}}\n"
        (tmp_path / "indicators.yaml").write_text(text)
        file = tmp_path / "indicators.yaml"
        code = await asyncio.to_thread(run, "once", "--file", file, "--database", url)
        assert code == 0
        assert len(sink.asked) == 1
    assert ask(url, "select count(*) from jobs.procrastinate_jobs") == [(0,)]
    assert ask(url, "select count(*) from jobs.procrastinate_workers") == [(workers,)]
