"""The bench of stories runs, tells each way to group, and ours is the best of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import stories as bench
from monitor.resources import shipped

STORIES = Path(__file__).parent / "stories"


STORIES = Path(__file__).parent / "stories"


@pytest.fixture(scope="module")
def items(shipped_list):
    return bench.read(shipped("sample") / "items.jsonl", shipped_list)


def test_the_sample_is_grouped_better_than_by_either_baseline(items):
    pairs = list(bench.near(items))
    told = {name: bench.score(pairs, grouper(items)) for name, grouper in bench.GROUPERS.items()}
    best = told.pop("monitor stories")
    assert best.f1 >= 0.89
    assert best.precision >= 0.92
    service = told.pop("as they come")
    assert service.f1 >= 0.89
    assert service.precision >= 0.92
    assert all(one.f1 < best.f1 / 2 for one in told.values())


def test_each_half_is_good_by_itself(items):
    pairs, half, story = list(bench.near(items)), bench.half_of(items), bench.ours(items)
    for side in (0, 1):
        own = [pair for pair in pairs if half[pair[0].story] == side]
        assert bench.score(own, story).f1 >= 0.8


def test_updates_are_told_apart_on_either_half(items):
    told, half = bench.updates(items, bench.labelled(items)), bench.half_of(items)
    for side in (0, 1):
        own = [one for one in items if half[one.story] == side]
        right = [one for one in own if one.is_update and one.key in told]
        assert len(right) == sum(one.is_update for one in own)
        assert len([one for one in own if one.key in told]) <= len(right) + 1


def test_what_another_writer_wrote_is_grouped_too(shipped_list):
    """60 items of 20 events, none of which the grouping was tuned on; 0.78 when first read."""
    items = bench.read(STORIES / "unseen.jsonl", shipped_list)
    told = bench.score(bench.near(items), bench.ours(items))
    assert told.f1 >= 0.88
    assert told.precision >= 0.95
    updates = bench.updates(items, bench.labelled(items))
    assert sum(one.key in updates for one in items if one.is_update) >= 5
    assert all(one.is_update for one in items if one.key in updates)


def test_terse_follow_ups_find_their_stories_and_no_others(shipped_list):
    """73 items of 20 events, a third of them follow-ups that name little, and 16 of their own."""
    items = bench.read(STORIES / "terse.jsonl", shipped_list)
    told = bench.score(bench.near(items), bench.ours(items))
    assert told.f1 >= 0.68
    assert told.precision >= 0.97


def test_a_run_prints_the_figures_and_the_pairs_got_wrong(capsys, tmp_path: Path):
    few = tmp_path / "few.jsonl"
    lines = (shipped("sample") / "items.jsonl").read_text(encoding="utf-8").splitlines()
    few.write_text("\n".join(lines[:120]), encoding="utf-8")
    assert bench.main(["--items", str(few), "--other", str(few), "--count", "50"]) == 0
    said = capsys.readouterr().out
    for name in bench.GROUPERS:
        assert f"| {name} | " in said
    assert "| as grouped | " in said
    assert "50 items, mostly copies: " in said
