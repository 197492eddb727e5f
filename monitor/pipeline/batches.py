"""Work that many tasks hand in singly and that is done together, in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

MOST = 64
"""So many jobs at once: enough to share a commit, few enough to keep nobody waiting."""


class Batches(Generic[Job, Result]):
    """
    Does jobs in the order in which they come: all that wait, up to ``MOST``, at once.

    Nobody waits for a batch to fill. A job that comes while none is being done
    is done alone; those that come meanwhile are the next batch. If a batch
    fails, its jobs are done again one by one, so that a job fails only by
    itself. A job that was handed in is done even if its task is cancelled.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Job, asyncio.Future[Result]]] = []
        self._running: asyncio.Task[None] | None = None

    async def do(self, job: Job, work: Callable[[Sequence[Job]], Sequence[Result]]) -> Result:
        """
        Have a job done and wait for it; raises what it raised.

        ``work`` does a batch and is the same for all jobs.
        """
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run(work))
        return await done

    async def settle(self) -> None:
        """Wait until nothing is left to do."""
        if self._running is not None:
            await asyncio.wait({self._running})

    async def _run(self, work: Callable[[Sequence[Job]], Sequence[Result]]) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            results = await asyncio.to_thread(_results, [job for job, _ in batch], work)
            for (_, done), result in zip(batch, results, strict=True):
                if done.done():
                    continue
                if isinstance(result, Exception):
                    done.set_exception(result)
                else:
                    done.set_result(result)


def _results(
    jobs: Sequence[Job], work: Callable[[Sequence[Job]], Sequence[Result]]
) -> Sequence[Result | Exception]:
    with suppress(Exception):
        return work(jobs)
    return [_alone(job, work) for job in jobs]


def _alone(job: Job, work: Callable[[Sequence[Job]], Sequence[Result]]) -> Result | Exception:
    try:
        return work([job])[0]
    except Exception as error:  # told to whoever handed the job in
        return error
