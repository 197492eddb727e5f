"""Texts made to hurt: they are matched like any other, in time, and nothing breaks."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from monitor.matching import compile_watch, explain, match
from monitor.matching.match import MOST_MARKS
from monitor.model import Indicator, Item, Rule, WatchList

EXPRESSIONS = [
    "(a NEAR/25 b) NEAR/25 (c OR a)", "ATLEAST/5($su30)", "SENTENCE(a, b, c)",
    "Su-30 NEAR/10 =US", "/(a+)+b/ NEAR/5 c", "a NOTNEAR/5 b", "委内瑞拉 NEAR/5 大修",
    r"/\W\W/ AND a", "title:(a NEAR/5 b)",
]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("...", id="signs only"),
        pytest.param("\0", id="a null"),
        pytest.param("a\0b " * 500, id="nulls"),
        pytest.param("a\ud800b c " * 500, id="half characters"),
        pytest.param("a" + "\u0301" * 5000, id="a tower of accents"),
        pytest.param("a." * 5000, id="a long abbreviation"),
        pytest.param("x's " * 2000, id="apostrophes"),
        pytest.param("a b " * 2000, id="near everywhere"),
        pytest.param("Su-30 US " * 1000, id="designators everywhere"),
        pytest.param("a" * 20_000, id="one long word"),
        pytest.param("委内瑞拉大修" * 1000, id="no space at all"),
        pytest.param("\u202ea \u200fb\u200b c", id="turned writing"),
        pytest.param("﷽ ½ ﷺ ㈱ 🇻🇪 👨‍👩‍👧 a b c", id="signs that are many letters"),
    ],
)
def test_no_text_breaks_the_matcher(
    watch: Callable[..., WatchList], item: Callable[..., Item], text: str
) -> None:
    made = [
        Indicator(f"i{n}", "x", Rule(match=one, path=("indicators", n)))
        for n, one in enumerate(EXPRESSIONS)
    ]
    matcher, problems = compile_watch(watch(*made))
    assert problems == []
    one = item(text, text, text + " more")
    began = time.process_time()
    hits = match(one, matcher)
    assert time.process_time() - began < 5
    for hit in hits:
        assert len(hit.marks) <= MOST_MARKS
        assert all(one.text(m.field)[m.start : m.end] == m.text for m in hit.marks)
        assert explain(one, matcher, hit.indicator).hit
