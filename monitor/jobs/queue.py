"""The queue: jobs in PostgreSQL, which worker has which, and whose workers are gone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg import AsyncConnection
from psycopg_pool import PoolTimeout

from monitor.errors import StoreError
from monitor.store.jobtables import NAMESPACE
from monitor.store.lease import Lease
from monitor.store.postgresql import CONNECT, STOPPED_SECONDS

log = logging.getLogger("monitor.jobs")

POLLS, STEPS = "polls", "steps"
"""The queues: polls have places of their own, so that all else need not wait for feeds."""
CONNECTIONS = 4
BEATS = 5
"""A worker says so many times within its lease that it lives; it may miss some of them."""

_FINISH = """
    SELECT procrastinate_finish_job_v1(mine.id, %(status)s::procrastinate_job_status, true)
    FROM (
        SELECT id FROM procrastinate_jobs
        WHERE id = %(job)s AND status = 'doing' AND attempts = %(attempts)s
          AND worker_id = ANY(%(workers)s::bigint[])
        FOR UPDATE
    ) mine
"""
_SILENT = """
    DELETE FROM procrastinate_workers
    WHERE id IN (
        SELECT id FROM procrastinate_workers
        WHERE last_heartbeat < now() - make_interval(secs => %(seconds)s)
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id
"""
_LET_GO = """
    DELETE FROM procrastinate_jobs
    WHERE id IN (
        SELECT id FROM procrastinate_jobs
        WHERE status = 'doing' AND worker_id IS NULL
        FOR UPDATE SKIP LOCKED
    )
    RETURNING task_name
"""
_UNDER_WAY = """
    SELECT DISTINCT task_name, lock FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND task_name = %(task)s
"""
_LIVING = "SELECT id FROM procrastinate_workers"


class OwnJobs(JobManager):
    """
    The library's keeper of jobs, which knows what this process holds.

    The library lets whoever did a job end it, also one that another worker has
    by now; here it must be ours still. Workers that are silent are removed one by one,
    not those that are just storing something.
    """

    def __init__(self, connector: procrastinate.PsycopgConnector, lease: Lease) -> None:
        super().__init__(connector)
        self._lease = lease

    async def register_worker(self) -> int:
        """Say that a worker begins; its row is a part of the lease."""
        worker = int(await super().register_worker())
        self._lease.add(worker)
        return worker

    async def unregister_worker(self, worker_id: int) -> None:
        """Not yet: the lease is one for both sides, and lasts until all is stored."""

    async def leave(self) -> None:
        """Give the lease up."""
        for worker in self._lease.ids:
            await super().unregister_worker(worker)

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """End a job that is still ours, and delete it: what came of it is in our tables."""
        await self.connector.execute_query_async(
            _FINISH,
            job=job.id,
            attempts=job.attempts,
            status=status.value,
            workers=self._lease.ids,
        )

    async def prune_stalled_workers(self, seconds_since_heartbeat: float) -> list[int]:
        """Remove the workers that were silent for so long, and say which."""
        rows = await self.connector.execute_query_all_async(
            _SILENT, seconds=seconds_since_heartbeat
        )
        return [int(row["id"]) for row in rows]


class JobQueue:
    """
    The queue as one process uses it.

    ``polls`` and ``steps`` are the two workers' sides of it: tasks are made known to them.
    """

    def __init__(self, url: str, lease: Lease) -> None:
        self.lease = lease
        self._connector = procrastinate.PsycopgConnector(
            conninfo=url.replace("postgresql+psycopg://", "postgresql://", 1),
            min_size=1,
            max_size=CONNECTIONS,
            timeout=10.0,
            kwargs=dict(CONNECT),
            configure=_make_ready,
        )
        self._jobs = OwnJobs(self._connector, lease)
        self.polls, self.steps = self._side(), self._side()

    def _side(self) -> procrastinate.App:
        side = procrastinate.App(connector=self._connector)
        side.job_manager = self._jobs
        return side

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Connect for as long as the block runs; raises ``StoreError`` where that fails."""
        with told():
            await self._connector.open_async()
        try:
            yield
        finally:
            await self._connector.close_async()

    async def run(self, side: procrastinate.App, queue: str, places: int, patience: float) -> None:
        """Do the jobs of a queue, so many at once, until cancelled; then so long for those left."""
        with told():
            await side.run_worker_async(
                queues=[queue],
                name=queue,
                concurrency=places,
                install_signal_handlers=False,
                delete_jobs="always",
                shutdown_graceful_timeout=patience,
                update_heartbeat_interval=self.beat,
                stalled_worker_timeout=self.silence,
                fetch_job_polling_interval=2.0,
            )

    silence = 25.0
    """Seconds without a word after which a worker counts as gone."""

    @property
    def beat(self) -> float:
        """Seconds between two words of a worker."""
        return self.silence / BEATS

    async def defer(self, task: str, queue: str = STEPS, *, lock: str = "", **words: Any) -> None:
        """Have a job done soon, unless it waits already; none with the same lock runs beside it."""
        job = _job(task, queue, lock or task, words)
        with told():
            try:
                await self._jobs.defer_job_async(job)
            except AlreadyEnqueued:
                log.debug("%s waits already", lock or task)

    async def defer_all(self, task: str, queue: str, words: Mapping[str, Mapping[str, Any]]) -> int:
        """Have a job done for each lock that has none under way; how many that were."""
        busy = await self.under_way(task)
        jobs = [_job(task, queue, lock, one) for lock, one in words.items() if lock not in busy]
        if jobs:
            with told():
                await self._jobs.batch_defer_jobs_async(jobs)
        return len(jobs)

    async def under_way(self, task: str) -> set[str]:
        """The locks of the jobs of a task that wait or are being done."""
        rows = await self._rows(_UNDER_WAY, task=task)
        return {str(row["lock"]) for row in rows}

    async def enter(self) -> int:
        """Be a worker that takes no job by itself while it gives signs of life; its number."""
        with told():
            return await self._jobs.register_worker()

    async def leave(self) -> None:
        """Say that this process is gone, so that nobody has to wait until it is found out."""
        with told():
            await self._jobs.leave()

    async def say_alive(self) -> None:
        """
        Give a sign of life for both sides until cancelled.

        Their own signs end as soon as they are told to, and what is being sent then may take
        longer than the lease.
        """
        while True:
            await asyncio.sleep(self.beat)
            with suppress(ConnectorException, PoolTimeout):
                for worker in self.lease.ids:
                    await self._jobs.update_heartbeat(worker)

    async def living(self) -> set[int]:
        """The workers that were not found gone."""
        return {int(row["id"]) for row in await self._rows(_LIVING)}

    async def take_over(self) -> list[str]:
        """
        Remove the workers that were silent for too long, and let go of the jobs they had.

        A worker loses its lease first, and only then its jobs: so none is done
        by two. What was not done is still due by our own tables, and is lined up
        again within seconds. Says which jobs went.
        """
        with told():
            gone = await self._jobs.prune_stalled_workers(self.silence)
        taken = [str(row["task_name"]) for row in await self._rows(_LET_GO)]
        if gone or taken:
            log.warning(
                "%d workers were silent for %g s: what they had under way (%d jobs) is done anew",
                len(gone),
                self.silence,
                len(taken),
            )
        return taken

    async def _rows(self, query: str, **words: Any) -> Sequence[Mapping[str, Any]]:
        with told():
            rows: Iterable[Mapping[str, Any]] = await self._connector.execute_query_all_async(
                query, **words
            )
        return list(rows)


def _job(task: str, queue: str, lock: str, words: Mapping[str, Any]) -> Job:
    return Job(
        id=None,
        queue=queue,
        lock=lock,
        queueing_lock=f"{task} {lock}",
        task_name=task,
        task_kwargs=dict(words),
    )


async def _make_ready(connection: AsyncConnection[Any]) -> None:
    """Lead a connection to the queue's own tables, each statement a transaction of its own."""
    await connection.set_autocommit(True)
    await connection.execute(f"SET search_path TO {NAMESPACE}, pg_catalog".encode())
    await connection.execute(
        f"SET idle_in_transaction_session_timeout = '{STOPPED_SECONDS}s'".encode()
    )


@contextmanager
def told() -> Any:
    """Let the errors of the library and of the driver out as ``StoreError``."""
    try:
        yield
    except (ConnectorException, PoolTimeout, UniqueViolation) as error:
        cause = error.__cause__ or error
        said = " ".join(str(cause).split()) or type(cause).__name__
        raise StoreError(f"the queue of jobs cannot be used: {said}") from error
