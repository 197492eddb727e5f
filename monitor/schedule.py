"""When the steps run. No logic of its own: every job is one step of ``App``."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    JobEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.app import App
from monitor.errors import StoreAwayError, StoreBrokenError, StoreError
from monitor.repeats import Repeats

log = logging.getLogger("monitor.schedule")

POLL_SECONDS = 2
DELIVER_SECONDS = 5
ARTICLE_SECONDS = 5
PUBLISH_SECONDS = 5
INDEX_SECONDS = 20
PROBE_SECONDS = 60
TIDY_SECONDS = 60
MIND_SECONDS = 15
ASSESS_SECONDS = 20
CHECK_SECONDS = 24 * 60 * 60
HOUSE_SECONDS = 300
CLOCK_STEP = 1.0


def build_schedule(app: App) -> AsyncIOScheduler:
    """
    A scheduler, not yet started, that runs the steps.

    A late job is run however late it is, and many missed runs are run once:
    the steps look at what is due, not at how often they were called.
    """
    scheduler = AsyncIOScheduler(
        timezone=UTC,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    scheduler.add_listener(Reports(), EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    for name, job, seconds in (
        ("poll", app.poll_due, POLL_SECONDS),
        ("articles", app.read_due, ARTICLE_SECONDS),
        ("publish", app.publish_when_read, PUBLISH_SECONDS),
        ("assess", app.assess_due, ASSESS_SECONDS),
        ("deliver", app.deliver_due, DELIVER_SECONDS),
        ("index", app.index, INDEX_SECONDS),
        ("probe", app.probe, PROBE_SECONDS),
        ("tidy", app.tidy, TIDY_SECONDS),
        ("check", app.check, CHECK_SECONDS),
        ("mind", app.mind, MIND_SECONDS),
        ("house", app.keep_house, HOUSE_SECONDS),
    ):
        soon = seconds if job == app.check else 0.1  # it was checked at the start
        scheduler.add_job(
            job,
            IntervalTrigger(seconds=seconds, timezone=UTC),
            id=name,
            next_run_time=datetime.now(UTC) + timedelta(seconds=soon),
        )
    return scheduler


async def mind_the_clock(scheduler: AsyncIOScheduler) -> None:
    """
    Run every job at once when the clock was set or the machine slept, until cancelled.

    The scheduler goes by the wall clock: were it set back by an hour, it would
    wait for an hour.
    """
    offset = time.time() - time.monotonic()
    while True:
        await asyncio.sleep(1)
        moved = time.time() - time.monotonic() - offset
        if abs(moved) > CLOCK_STEP:
            log.warning("the clock was moved by %.0f seconds", moved)
            offset += moved
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))


class Reports:
    """Logs what became of jobs; a database's trouble in one line, and the same not each time."""

    def __init__(self) -> None:
        self._repeats = Repeats()

    def __call__(self, event: JobEvent) -> None:
        """Log one event."""
        error = getattr(event, "exception", None)
        if isinstance(error, StoreBrokenError | StoreAwayError):
            log.debug("%s is left out: %s", event.job_id, error)  # the footing tells of it once
        elif isinstance(error, asyncio.CancelledError):
            log.debug("%s was broken off, since the service ends", event.job_id)
        elif isinstance(error, StoreError):
            self._say(event.job_id, str(error))
        elif error is not None:
            log.error("%s failed; it runs again at its next time", event.job_id, exc_info=error)
        else:
            log.debug("%s was still running at its next time", event.job_id)

    def _say(self, job: str, words: str) -> None:
        if self._repeats.is_news(job, words):
            log.error("%s failed; it runs again at its next time: %s", job, words)
