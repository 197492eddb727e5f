"""The bench runs, and whatever it times finds the same hits; times themselves are never checked."""

from __future__ import annotations

import pytest

from bench import match as bench
from bench.contenders import Judging, Monitor, ReLoop, installed
from bench.watchlists import KINDS, items, queries
from monitor.model import Item


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("words", [60, 600])
@pytest.mark.parametrize("make", installed(), ids=lambda one: one.name)
def test_every_engine_there_is_finds_what_ours_finds(make, words, kind):
    news, asked = items(25, words), queries(60, kind)
    assert make(asked).hits(news) == Monitor(asked).hits(news)


def test_popular_names_are_hit_often_and_specific_ones_seldom():
    news = items(25, 600)
    specific, popular = (
        sum(map(len, Monitor(queries(300, kind)).hits(news))) for kind in ("specific", "popular")
    )
    assert popular > 10 * max(specific, 1)


def test_items_and_queries_are_the_same_in_every_run():
    assert items(3, 60) == items(3, 60)
    assert queries(5, "popular") == queries(5, "popular")
    assert any(not (item.title + item.summary).isascii() for item in items(10, 60))


def test_a_quick_run_prints_a_line_for_every_cell(capsys):
    assert bench.main(["--quick"]) == 0
    told = capsys.readouterr().out
    for kind in KINDS:
        for count in bench.QUICK.counts:
            for words, _ in bench.QUICK.items:
                assert f"| {count:,} {kind} | {words} |" in told
                assert f"{count:,} {kind}, {words} words: " in told


def test_the_profile_names_every_step(capsys):
    assert bench.main(["--profile", "--quick", "--indicators", "10"]) == 0
    told = capsys.readouterr().out
    assert "| folding | scanning | reading | candidates | trees | hits | all |" in told
    assert told.count("| 10 ") == 4


def test_nothing_is_compared_where_hits_differ(capsys, monkeypatch):
    def blind(self: ReLoop, news: list[Item]) -> list[list[int]]:
        return [[0] for _ in news]

    monkeypatch.setattr(ReLoop, "hits", blind)
    monkeypatch.setattr(bench, "installed", lambda: [Monitor, Judging, ReLoop])
    assert bench.main(["--quick"]) == 1
    said = capsys.readouterr()
    assert "the hits differ: re loop on item-0" in said.err
    assert "|" not in said.out
