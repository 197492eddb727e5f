"""The bench of levels runs, small, and ours is no worse than the rules beside it."""

from __future__ import annotations

import random

from bench import assessing
from bench import levels as bench
from bench.boards import DAYS, MIXED, STEADY, World, board
from bench.seen import Seen, with_error
from bench.simplerules import SIMPLE, calibrated, rises
from monitor.levels.assess import Board


def test_a_small_run_prints_every_figure(capsys):
    assert bench.main(["--boards", "1", "--size", "4", "--only", "mixed"]) == 0
    told = capsys.readouterr().out
    assert "mixed board: 42 weeks" in told
    for event in ("x4", "x2", "spike of 5"):
        assert f"| {event} |" in told


def test_silences_are_counted_on_each_kind_of_board(capsys):
    assert bench.main(["--boards", "1", "--size", "2", "--only", "silence"]) == 0
    told = capsys.readouterr().out
    for name in ("steady, no outages", "steady, outages", "mixed, outages"):
        assert f"| {name} |" in told


def test_figures_are_told_with_their_errors():
    assert with_error([1.0, 2.0, 3.0]) == "2.00 ± 0.58"
    assert with_error([1.0]) == "1.00"
    seen = Seen([24.0 * day for day in range(1, 101)])
    assert (seen.half, seen.error) == (50.5, 5.0)


def test_what_is_made_up_is_as_it_is_said_to_be():
    made = board(random.Random(1), STEADY, 3, World.at_rest())
    days = sum(made[-1].stories) / DAYS
    assert 5 < days < 11
    later = made[-1].with_more(random.Random(2), 4, 200 * 24, 214 * 24)
    assert sum(later.stories[200 * 24 : 214 * 24]) > 2.5 * sum(
        made[-1].stories[200 * 24 : 214 * 24]
    )
    assert later.stories[: 200 * 24] == made[-1].stories[: 200 * 24]
    assert sum(made[-1].without(300 * 24).stories[300 * 24 :]) == 0
    assert sum(World.of(random.Random(3)).looked) < sum(
        World.of(random.Random(3), outages=False).looked
    )


def test_clusters_are_as_many_stories_as_single_ones():
    single, clustered = (
        sum(sum(one.stories) for one in board(random.Random(4), (shape,), 6, World.at_rest()))
        for shape in (MIXED[0], MIXED[-1])
    )
    assert 0.75 < clustered / single < 1.3


def test_a_simple_rule_is_held_to_equal_alarms():
    found = [bench.nulls(board(random.Random(5), STEADY, 2), Board.of(100))[-1]]
    for name, rule in SIMPLE.items():
        peaks = [one.peaks[name] for one in found]
        cut = calibrated(peaks, 3)
        assert cut > rule.usual
        assert len(rises(peaks[0], cut)) <= 3 < len(rises(peaks[0], rule.usual))


def test_rematch_and_assess_are_timed_over_what_they_found(capsys):
    assert assessing.main(["--items", "1000", "--indicators", "5"]) == 0
    told = capsys.readouterr().out
    assert "1,000 items, 5 indicators, " in told
    assert ", 0 stories under them" not in told
    for step in ("rematch, all indicators new", "assess on the hour", "bands read"):
        assert f"| {step}" in told
