"""A small polling run with faults in rotation: nothing grows, no good feed waits for a bad one."""

from __future__ import annotations

import pytest

from bench import polling as bench
from bench.polling import Plan, Report, Sample

SMALL = Plan(polls=320, speed=200.0, good=60, drips=20, odd=12)


async def test_faults_in_rotation_leave_the_service_as_it_was():
    told = []
    report = await bench.run(SMALL, told.append)
    assert tuple(told) == report.samples
    first, last = report.samples[1], report.samples[-1]
    assert last.polls >= SMALL.polls
    assert last.failed >= 20
    assert report.good_failed == 0
    assert report.canary_visits == 0
    # The slow ones take 30 seconds each: whoever waited for one would be as late.
    assert max(report.late) < 30
    assert last.memory - first.memory < 50e6
    for one in report.samples:
        assert one.files < 60 + SMALL.drips + SMALL.odd
        assert one.threads < 40
        assert 1 <= one.workers <= 8
        assert one.workers_memory < 500e6


def a_sample(polls, memory, late=()):
    return Sample(polls, polls / 50, memory * 1_000_000, 40, 10, 2, 60_000_000, late, 0)


@pytest.mark.parametrize(
    ("memory", "slope"),
    [
        pytest.param([100, 100, 100, 100], 0.0, id="level"),
        pytest.param([50, 100, 110, 120], 20.0, id="growing, the beginning left out"),
        pytest.param([50, 100], 0.0, id="too short to say"),
    ],
)
def test_the_slope_is_that_of_the_steady_part(memory, slope):
    samples = [a_sample(5_000 * n, size) for n, size in enumerate(memory)]
    assert Report(tuple(samples), 0, 0, ()).slope == pytest.approx(slope)


def test_a_line_and_a_summary_tell_the_figures():
    one = a_sample(20_000, 107, tuple(float(n) for n in range(1, 101)))
    assert bench.line(one) == (
        "| 20,000 | 400 | 0 | 107 | 40 | 10 | 2 | 60 | 50.5 / 100.0 / 100.0 |"
    )
    told = bench.summary(Report((one, one, one), 3, 1, one.late))
    assert "files 40 to 40; threads 10 to 10; workers 2 to 2" in told
    assert "3 of their polls failed; 1 visits" in told
