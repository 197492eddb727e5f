"""Jobs of many tasks are done together, and each fails by itself."""

import asyncio
import threading

import pytest

from monitor.pipeline.batches import MOST, Batches


class Press:
    """Doubles numbers, remembers its batches, and breaks over what is negative."""

    def __init__(self):
        self.batches = []
        self.go_on = threading.Event()
        self.go_on.set()

    def work(self, jobs):
        self.batches.append(list(jobs))
        assert self.go_on.wait(10)
        if any(job < 0 for job in jobs):
            raise ValueError(f"{min(jobs)} is negative")
        return [job * 2 for job in jobs]


async def begun(press, count):
    """Wait until the press has begun so many batches."""
    while len(press.batches) < count:
        await asyncio.sleep(0)


async def test_a_job_alone_is_done_at_once():
    press = Press()
    assert await Batches().do(4, press.work) == 8
    assert press.batches == [[4]]


async def test_jobs_that_come_meanwhile_are_the_next_batch_in_their_order():
    press, batches = Press(), Batches()
    press.go_on.clear()
    first = asyncio.create_task(batches.do(0, press.work))
    await begun(press, 1)
    rest = [asyncio.create_task(batches.do(number, press.work)) for number in range(1, MOST + 3)]
    await asyncio.sleep(0)
    press.go_on.set()
    assert await asyncio.gather(first, *rest) == [number * 2 for number in range(MOST + 3)]
    assert press.batches == [[0], list(range(1, MOST + 1)), [MOST + 1, MOST + 2]]


async def test_a_job_that_fails_costs_the_others_nothing():
    press, batches = Press(), Batches()
    press.go_on.clear()
    jobs = [asyncio.create_task(batches.do(number, press.work)) for number in (0, 1, -2, 3)]
    await begun(press, 1)
    press.go_on.set()
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert [results[0], results[1], results[3]] == [0, 2, 6]
    assert str(results[2]) == "-2 is negative"


async def test_a_job_whose_task_is_cancelled_is_done_all_the_same():
    press, batches = Press(), Batches()
    press.go_on.clear()
    jobs = [asyncio.create_task(batches.do(number, press.work)) for number in (1, 2)]
    await begun(press, 1)
    for job in jobs:
        job.cancel()
    press.go_on.set()
    await batches.settle()
    assert sorted(job for batch in press.batches for job in batch) == [1, 2]
    with pytest.raises(asyncio.CancelledError):
        await jobs[0]


async def test_settling_with_nothing_to_do_is_no_wait():
    await Batches().settle()
