"""A soak of seconds, with many faults once: nothing is lost or told twice, as its table tells."""

from __future__ import annotations

import time

import pytest

from bench import soak as bench
from bench.soak import Plan, Run, Sample

SMALL = Plan(
    minutes=0.1, turn=0.8, every=2, news=3, calm=3, odd=2, drips=1, pace=0.5, drain=60.0
)  # fmt: skip


async def test_a_short_soak_loses_nothing(tmp_path, monkeypatch):
    # What rests after a fault is asked again after a minute, so those faults are left to long runs.
    monkeypatch.setattr(bench, "TURNS", ("", "500", "cut", "edit", "bad edit", "kill"))
    monkeypatch.setattr(bench, "KILLS", 1)
    monkeypatch.setattr(bench, "KILL_UNTIL", 1.0)
    turns = []
    _, found, lines = await bench.soak_in(tmp_path, SMALL, lambda turn, _sample: turns.append(turn))
    assert {"500", "cut", "edit", "bad edit", "kill"} <= set(turns)
    assert found.published >= 3
    assert (found.items_lost, found.items_twice, found.told_lost, found.told_twice) == (0, 0, 0, 0)
    text = "\n".join(lines)
    assert f"| items published, lost, twice | {found.published}, 0, 0 |" in text
    assert "| tracebacks in the log; exit code | 0; 0 |" in text


@pytest.mark.parametrize(
    ("messages", "twice", "repeats"),
    [
        pytest.param([("a", False)], 0, 0, id="once"),
        pytest.param([("a", False), ("a", True)], 0, 1, id="repeated, and marked as that"),
        pytest.param([("a", False), ("a", False)], 1, 1, id="repeated without a mark"),
        pytest.param([("a", False), ("b", False)], 1, 0, id="told by two messages"),
        pytest.param([("a", True)], 0, 0, id="marked, and the first never came"),
    ],
)
def test_what_is_twice_and_what_is_a_repeat(messages, twice, repeats):
    assert bench.told_again({"TOKEN-00001": messages}) == (twice, repeats)


def test_the_slope_is_that_of_the_life_without_its_beginning():
    memory = [50, 100, 110, 120, 130, 140, 150, 160]
    life = [Sample(60.0 * n, 100 * n, mb * 1_000_000, 1, 1, 1, 1) for n, mb in enumerate(memory)]
    assert bench.slope(life) == (pytest.approx(600.0), pytest.approx(1000.0))
    assert bench.slope(life[:1]) == (0.0, 0.0)
    assert bench.least(life) == "50, 110, 130, 150 MB"


def test_a_restart_makes_no_feed_late():
    press = bench.Press()
    now = time.monotonic()
    press.asked["calm0"] = [now, now + 20, now + 41, now + 70]
    press.asked["news0"] = [now, now + 500]
    late = bench.lateness(press, Run(deaths=[now + 50]), 20)
    assert late == [0.0, pytest.approx(1.0)]
