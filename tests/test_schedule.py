"""The schedule: late jobs run, and a clock that is moved holds up nothing."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from monitor import schedule
from monitor.schedule import build_schedule, mind_the_clock


class CountingApp:
    """Stands for the app: counts how often each step was called."""

    def __init__(self):
        self.calls = []

    async def poll_due(self):
        self.calls.append("poll")

    async def publish_when_read(self):
        self.calls.append("publish")

    async def deliver_due(self):
        self.calls.append("deliver")

    async def tidy(self):
        self.calls.append("tidy")


@pytest.fixture
async def scheduler():
    made = build_schedule(CountingApp())
    made.start()
    yield made
    made.shutdown(wait=False)


async def until(check):
    async with asyncio.timeout(10):
        while not check():
            await asyncio.sleep(0.02)


async def test_every_step_is_run_and_late_runs_are_not_dropped(scheduler):
    app = scheduler.get_job("poll").func.__self__
    await until(lambda: {"poll", "publish", "deliver", "tidy"} <= set(app.calls))
    for job in scheduler.get_jobs():
        assert job.misfire_grace_time is None
        assert job.coalesce
        assert job.max_instances == 1


async def test_a_clock_set_back_by_an_hour_stops_nothing(scheduler, monkeypatch):
    app = scheduler.get_job("poll").func.__self__
    await until(lambda: "poll" in app.calls)
    # As after the clock was set back: every next run lies an hour ahead.
    real = time.time
    minding = asyncio.create_task(mind_the_clock(scheduler))
    await asyncio.sleep(0)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
    app.calls.clear()
    monkeypatch.setattr(schedule.time, "time", lambda: real() - 3600)
    await until(lambda: {"poll", "publish", "deliver", "tidy"} <= set(app.calls))
    minding.cancel()
