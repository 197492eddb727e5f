"""Why a hit, why not: the clause that failed, and by how much."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.errors import MonitorError
from monitor.matching import compile_watch, describe, explain, lists_used
from monitor.model import Feed, Indicator, Item, Rule, Signal, WatchList


@pytest.mark.parametrize(
    ("expression", "title", "failed"),
    [
        pytest.param(
            "$su30 NEAR/2 $overhaul",
            "Flankers of the air force wait for engines",
            "$su30 NEAR/2 $overhaul: NEAR/2 needed, nearest 6",
            id="too far, and by how much",
        ),
        pytest.param("$su30 NEAR/2 $overhaul", "engines", "$su30: not found", id="one missing"),
        pytest.param("a ONEAR/2 b", "b a", "a ONEAR/2 b: ONEAR/2 needed, never in this order",
                     id="the other order"),
        pytest.param("a NOT b", "a b", "b: it is there, and must not be", id="not wanted"),
        pytest.param("a AND b AND c", "a c", "b: not found", id="the first that failed"),
        pytest.param("a OR $su30", "x", "a OR $su30: none of these was found", id="none of them"),
        pytest.param("(a NEAR/0 b) OR c", "a x b", "a NEAR/0 b: NEAR/0 needed, nearest 1",
                     id="of several ways the near one"),
        pytest.param("ATLEAST/3(a)", "a a", "ATLEAST/3(a): 3 needed, 2 found", id="too few"),
        pytest.param("SENTENCE(a, b)", "An a. The b.",
                     "SENTENCE(a, b): they stand in different sentences",
                     id="two sentences"),
        pytest.param("a NOTNEAR/1 b", "a b",
                     "a NOTNEAR/1 b: it never stands without the other near it", id="never apart"),
        pytest.param("a AND lang:es", "a", "lang:es: not found", id="a condition"),
    ],
)  # fmt: skip
def test_a_miss_names_the_clause_that_failed(
    watch: Callable[..., WatchList],
    looking: Callable[..., Indicator],
    item: Callable[..., Item],
    expression: str,
    title: str,
    failed: str,
) -> None:
    matcher, _ = compile_watch(watch(looking(expression)))
    told = explain(item(title), matcher, "one")
    assert not told.hit
    assert told.failed == failed
    assert failed in str(told).splitlines()[0]


def test_a_miss_across_fields_says_so(
    watch: Callable[..., WatchList], looking: Callable[..., Indicator], item: Callable[..., Item]
) -> None:
    matcher, _ = compile_watch(watch(looking("a NEAR/5 b")))
    told = explain(item("a", "b"), matcher, "one")
    assert told.failed == "a NEAR/5 b: NEAR/5 needed, but they stand in different fields"


def test_a_hit_shows_its_words_with_their_lists(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    signal = Signal("stalled", Rule(match="$delay", path=("indicators", 0, "signals", "stalled")))
    rule = Rule(match="$su30 NEAR/25 $overhaul NOT India", path=("indicators", 0))
    one = Indicator("one", "Su-30 overhauls", rule, signals=(signal,))
    matcher, _ = compile_watch(watch(one, scope="$venezuela"))
    told = explain(item("委内瑞拉苏30战机大修推迟"), matcher, "one")
    assert told.hit
    assert told.signals == ("stalled",)
    assert str(told).splitlines() == [
        "one: hit",
        "  yes Su-30 overhauls",
        "    yes ($su30 NEAR/25 $overhaul) NOT India",
        "      yes $su30 NEAR/25 $overhaul",
        "        yes $su30 - 苏30: $su30",
        "        yes $overhaul - 大修: $overhaul",
        "      no  not: India",
        "    yes scope: $venezuela - 委内瑞拉: $venezuela",
        "    yes signal stalled: $delay - 推迟: $delay",
    ]
    assert [mark.text for mark in told.marks] == ["委内瑞拉", "苏30", "大修", "推迟"]


def test_scope_feed_and_pause_are_reasons_too(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    def made(name: str, **more: object) -> Indicator:
        return Indicator(name, "x", Rule(match="jets", path=("indicators", 0)), **more)  # type: ignore[arg-type]

    asking = Indicator("asking", "x", Rule(match="hit:paused", path=("indicators", 3)))
    watched = watch(
        made("scoped"), made("deaf", feeds=("tass-en",)), made("paused", paused=True), asking,
        scope="$venezuela", feeds=[Feed("tass-en", "https://example.org/")],
    )  # fmt: skip
    matcher, _ = compile_watch(watched)
    jets, both = item("Jets"), item("Jets over Caracas")
    assert explain(jets, matcher, "scoped").failed == "scope: $venezuela: not found"
    assert "does not listen to the feed wire" in explain(both, matcher, "deaf").failed
    assert explain(both, matcher, "paused").failed == "the indicator is paused"
    assert "paused or does not listen" in explain(both, matcher, "asking").failed


def test_an_unknown_indicator_is_an_error(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    matcher, _ = compile_watch(watch())
    with pytest.raises(MonitorError, match="no indicator nobody"):
        explain(item("x"), matcher, "nobody")


def test_a_rule_is_described_in_one_line() -> None:
    assert describe(Rule(match="a\n  AND b")) == "a AND b"
    assert describe(Rule(any=("a", "b c"), none=("$d",))) == "any: a, b c; none: $d"


def test_the_lists_that_an_indicator_uses(
    watch: Callable[..., WatchList], looking: Callable[..., Indicator]
) -> None:
    one = looking("title:($aircraft NEAR/5 x) NOT $delay")
    assert lists_used(watch(one, scope="$venezuela"), one) == (
        "aircraft", "su30", "delay", "venezuela",
    )  # fmt: skip
    assert lists_used(watch(one), looking("a AND (")) == ()


def test_the_tree_of_another_indicator_that_misses_is_one_line(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    strikes = Indicator("strikes", "Strikes", Rule(match="boats AND struck"))
    calm = Indicator("calm", "Calm", Rule(match="port NOT hit:strikes"))
    matcher, _ = compile_watch(watch(strikes, calm))
    told = str(explain(item("Port and boats"), matcher, "calm"))
    assert "hit:strikes - struck: not found" in told
    assert "boats AND struck" not in told
