"""What the language refuses: where, in which words, and with what hint."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.matching import RuleProblem, compile_watch, match
from monitor.model import Feed, Indicator, Item, Rule, Signal, WatchList

MATCH = ("indicators", 0, "match")


@pytest.mark.parametrize(
    ("expression", "position", "message", "hint"),
    [
        pytest.param("", 0, "nothing to look for", "", id="nothing"),
        pytest.param("spare parts", 6, "side by side", '"spare parts"', id="two bare words"),
        pytest.param("$su30 $overhaul", 6, "missing before", "AND, OR", id="two lists"),
        pytest.param("a and b", 2, "read as a word", "capitals: AND", id="small and"),
        pytest.param("a or b", 2, "read as a word", "capitals: OR", id="small or"),
        pytest.param("$su30 not b", 6, "read as a word", "capitals: NOT", id="small not"),
        pytest.param("a OR b AND c", 7, "OR and AND are mixed", "(a OR b) AND c", id="or, and"),
        pytest.param("a AND b OR c", 8, "AND and OR are mixed", "belong together", id="and, or"),
        pytest.param("a NOT b OR c", 8, "NOT and OR are mixed", "", id="not, or"),
        pytest.param("a OR NOT b", 5, "OR and NOT are mixed", "", id="or not"),
        pytest.param("NOT a", 0, "nothing before it", "a NOT b", id="not first"),
        pytest.param("a AND (NOT b)", 7, "nothing before it", "", id="not first in brackets"),
        pytest.param("a NEAR/5 NOT b", 9, "nothing before it", "", id="not after near"),
        pytest.param("(a OR b", 0, "never closed", "", id="bracket open"),
        pytest.param("a AND (b OR (c", 12, "never closed", "", id="inner bracket open"),
        pytest.param("a)", 1, "closes nothing", "", id="bracket closed"),
        pytest.param("a AND ()", 7, "are empty", "", id="empty brackets"),
        pytest.param('a AND "spare parts', 6, "never closed", "", id="quote open"),
        pytest.param('a AND ""', 6, "nothing between", "", id="empty quotes"),
        pytest.param("a AND", 5, "ends after AND", "", id="ends with and"),
        pytest.param("AND a", 0, "expected before AND", "", id="starts with and"),
        pytest.param("a AND OR b", 6, "expected before OR", "", id="two operators"),
        pytest.param("a, b", 1, "comma", "OR or AND", id="a comma"),
        pytest.param("a AND (b, c)", 8, "comma", "", id="a comma in brackets"),
        pytest.param("a AND *", 6, "could match everything", "", id="a star alone"),
        pytest.param("re*", 0, "too short", "more letters", id="two letters"),
        pytest.param('"spare re*"', 7, "too short", "", id="two letters in a phrase"),
        pytest.param("3*", 0, "too short", "", id="a digit"),
        pytest.param("re*air", 2, "only end a word", "", id="a star within"),
        pytest.param("*pair", 0, "only end a word", "", id="a star in front"),
        pytest.param("wom?n", 3, "single letter", "", id="a question mark"),
        pytest.param("a AND &&", 6, "&& is no operator", "AND", id="signs"),
        pytest.param("a AND ---", 6, "no letter or digit", "", id="dashes"),
        pytest.param("$nope", 0, "no list $nope", "under terms", id="unknown list"),
        pytest.param("a AND $venezula", 6, "no list", "did you mean $venezuela", id="a slip"),
        pytest.param("a AND $", 6, "name is missing", "", id="a dollar"),
        pytest.param("titel:a", 0, "no field titel", "did you mean title", id="field, a slip"),
        pytest.param("b OR source:a", 5, "no field source", "quotes", id="unknown field"),
        pytest.param("title: OR b", 7, "expected before OR", "", id="field without value"),
        pytest.param("lang:(es OR pt)", 5, "one value", "(lang:a OR lang:b)", id="field, group"),
        pytest.param("grade:X", 6, "no grade", "A (best) to F", id="unknown grade"),
        pytest.param("title:(a AND lang:es)", 13, "in a title", "outside", id="field in title"),
        pytest.param("grade:F", 0, "could match everything", "", id="everything has a grade"),
        pytest.param("a NEAR b", 2, "needs a number", "NEAR/10", id="near without number"),
        pytest.param("a W/5 b", 2, "no operator W/5", "NEAR/5", id="Lexis near"),
        pytest.param("a pre/3 b", 2, "no operator", "ONEAR/3", id="Lexis before"),
        pytest.param("a near/5 b", 2, "no operator near/5", "NEAR/5", id="small near"),
        pytest.param("a adj4 b", 2, "no operator adj4", "NEAR/4", id="Factiva adj"),
        pytest.param("a /s b", 2, "no operator /s", "SENTENCE", id="Lexis sentence"),
        pytest.param("a XNEAR/5 b", 2, "no operator XNEAR/5", "", id="unknown operator"),
        pytest.param('"a b"~5', 5, "another search language", "NEAR/5", id="Lucene slop"),
        pytest.param("a^2", 0, "another search language", "", id="Lucene boost"),
        pytest.param("a AND -b", 6, "means nothing", "NOT b", id="a minus"),
        pytest.param("+a", 0, "means nothing", "AND a", id="a plus"),
        pytest.param("[a]", 0, "cannot stand", "round brackets", id="square brackets"),
        pytest.param("a NOT NEAR/5 b", 2, "no operator", "NOTNEAR/5", id="not near"),
        pytest.param('="Iron Dome"', 0, "before nothing", '"=Iron =Dome"', id="exact phrase"),
        pytest.param('a AND "$su30"', 7, "is no list", "leave the quotes", id="list in quotes"),
        pytest.param("a NEAR/5 (b AND c)", 10, "places of words", "OR", id="and in near"),
        pytest.param("a NEAR/5 lang:es", 9, "places of words", "", id="field in near"),
        pytest.param("a NEAR/5 title:b", 9, "title:", "title:(a NEAR/5 b)", id="title in near"),
        pytest.param("a NEAR/99999 b", 2, "too far", "AND", id="very far"),
        pytest.param("SENTENCE(a)", 0, "two things", "", id="a sentence of one"),
        pytest.param("SENTENCE(a AND b)", 9, "places", "commas", id="and in a sentence"),
        pytest.param("SENTENCE a", 9, "needs a bracket", "SENTENCE(a, b)", id="no bracket"),
        pytest.param("ATLEAST/0(a)", 0, "could match everything", "", id="at least none"),
        pytest.param("ATLEAST(a)", 0, "needs a number", "ATLEAST/10", id="at least what"),
        pytest.param("/.*/", 0, "could match everything", "", id="regex of everything"),
        pytest.param("/./", 0, "could match everything", "", id="regex of any sign"),
        pytest.param("a OR /x?/", 5, "could match everything", "", id="regex of nothing"),
        pytest.param("/Su(/", 0, "wrong: missing )", "", id="regex that is wrong"),
        pytest.param("/a(?=b)/", 0, "wrong", "looking ahead", id="regex that looks ahead"),
        pytest.param("a AND /Su", 6, "never closed", "", id="regex open"),
        pytest.param("hit:nobody", 0, "no indicator nobody", "", id="unknown indicator"),
        pytest.param("hit:one AND a", 0, "one -> one", "", id="its own hit"),
        pytest.param("(" * 80 + "a" + ")" * 80, 60, "too deep", "", id="too many brackets"),
    ],
)
def test_an_expression_is_refused(
    problems: Callable[..., list[RuleProblem]],
    expression: str,
    position: int,
    message: str,
    hint: str,
) -> None:
    (problem,) = problems(expression)
    assert problem.severity == "error"
    assert problem.path == MATCH
    assert message in problem.message
    assert hint in problem.hint
    assert problem.position == position


def test_a_quoted_scalar_of_bare_words_is_that_phrase(
    watch: Callable[..., WatchList], looking: Callable[..., Indicator], item: Callable[..., Item]
) -> None:
    matcher, problems = compile_watch(watch(looking("spare and =Parts", quoted=True)))
    assert problems == []
    assert match(item("Spare and Parts"), matcher)
    assert not match(item("spare parts"), matcher)
    assert not match(item("spare and parts"), matcher)


def test_a_quoted_scalar_with_an_operator_is_an_expression(
    watch: Callable[..., WatchList], looking: Callable[..., Indicator], item: Callable[..., Item]
) -> None:
    matcher, problems = compile_watch(watch(looking("parts AND $su30", quoted=True)))
    assert problems == []
    assert match(item("Parts for a Flanker"), matcher)


def places(problems: list[RuleProblem]) -> list[tuple[tuple[str | int, ...], int]]:
    return [(problem.path, problem.position) for problem in problems]


@pytest.mark.parametrize(
    ("terms", "expected", "message"),
    [
        pytest.param({"a": ()}, [(("terms", "a"), 0)], "empty", id="an empty list"),
        pytest.param({"a": ("x", "")}, [(("terms", "a", 1), 0)], "empty", id="an empty entry"),
        pytest.param({"a": ("$b",)}, [(("terms", "a", 0), 0)], "no list $b", id="unknown list"),
        pytest.param({"a": ("$a",)}, [(("terms", "a", 0), 0)], "$a -> $a", id="itself"),
        pytest.param(
            {"a": ("x", "$b"), "b": ("y", "z", "$a")},
            [(("terms", "b", 2), 0)],
            "$a -> $b -> $a",
            id="a circle",
        ),
        pytest.param({"a": ("x $b",)}, [(("terms", "a", 0), 2)], "alone", id="list and word"),
        pytest.param(
            {"a": ("ab*", "x", "spare y*")},
            [(("terms", "a", 0), 0), (("terms", "a", 2), 6)],
            "too short",
            id="every problem is told",
        ),
    ],
)
def test_a_list_is_refused(
    watch: Callable[..., WatchList],
    terms: dict[str, tuple[str, ...]],
    expected: list[tuple[tuple[str | int, ...], int]],
    message: str,
) -> None:
    _, problems = compile_watch(watch(terms=terms))
    assert places(problems) == expected
    assert message in problems[0].message


def test_every_problem_of_a_file_is_told_at_its_place(watch: Callable[..., WatchList]) -> None:
    rules = [
        Rule(match="$one AND $two NOT $su30", path=("indicators", 0)),
        Rule(any=("fine", "re*"), all=("$three",), path=("indicators", 1)),
        Rule(none=("a",), path=("indicators", 2)),
        Rule(path=("indicators", 3)),
        Rule(match="fine", path=("indicators", 4)),
    ]
    made = [Indicator(f"i{n}", "x", rule, unscoped=n == 2) for n, rule in enumerate(rules)]
    signal = Signal("s", Rule(match="a b", path=("indicators", 5, "signals", "s")))
    own = Rule(match="x AND", path=("indicators", 5, "scope"))
    made.append(
        Indicator("i5", "x", Rule(match="a", path=("indicators", 5)), signals=(signal,), scope=own)
    )
    matcher, problems = compile_watch(watch(*made))
    assert places(problems) == [
        (("indicators", 0, "match"), 0),
        (("indicators", 0, "match"), 9),
        (("indicators", 1, "any", 1), 0),
        (("indicators", 1, "all", 0), 0),
        (("indicators", 2, "none"), 0),
        (("indicators", 3), 0),
        (("indicators", 5, "scope"), 5),
        (("indicators", 5, "signals", "s", "match"), 2),
    ]
    assert [one.indicator.id for one in matcher.indicators] == ["i4"]


def test_a_refused_scope_is_told_once_and_leaves_out_those_under_it(
    watch: Callable[..., WatchList],
) -> None:
    made = [
        Indicator(f"i{n}", "x", Rule(match="a", path=("indicators", n)), unscoped=n == 1)
        for n in range(3)
    ]
    matcher, problems = compile_watch(watch(*made, scope="$nope"))
    assert places(problems) == [(("scope",), 0)]
    assert list(matcher.revisions) == ["i1"]


def test_only_what_to_leave_out_is_enough_within_a_scope(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    one = Indicator("one", "x", Rule(none=("football",), path=("indicators", 0)))
    matcher, problems = compile_watch(watch(one, scope="$venezuela"))
    assert problems == []
    assert match(item("Caracas news"), matcher)
    assert not match(item("Caracas football"), matcher)


def test_a_circle_of_hits_is_refused(watch: Callable[..., WatchList]) -> None:
    made = [
        Indicator(name, "x", Rule(match=f"a AND hit:{other}", path=("indicators", n)))
        for n, (name, other) in enumerate((("one", "two"), ("two", "three"), ("three", "one")))
    ]
    matcher, problems = compile_watch(watch(*made))
    assert places(problems) == [(("indicators", 2, "match"), 6)]
    assert "one -> two -> three -> one" in problems[0].message
    assert matcher.indicators == ()


def test_a_scope_that_asks_for_what_stands_in_it_is_refused(
    watch: Callable[..., WatchList],
) -> None:
    made = Indicator("one", "x", Rule(match="a", path=("indicators", 0)))
    _, problems = compile_watch(watch(made, scope="b OR hit:one"))
    assert places(problems) == [(("scope",), 5)]
    assert "itself stands in this scope" in problems[0].message
    assert "scope: none" in problems[0].hint


@pytest.mark.parametrize(
    ("expression", "position", "hint"),
    [
        pytest.param("a AND feed:tass-es", 6, "did you mean feed:tass-en", id="unknown feed"),
        pytest.param("a NOT group:moskow", 6, "did you mean group:moscow", id="unknown group"),
    ],
)
def test_an_unknown_feed_is_only_a_warning(
    watch: Callable[..., WatchList],
    looking: Callable[..., Indicator],
    expression: str,
    position: int,
    hint: str,
) -> None:
    feed = Feed("tass-en", "https://example.org/", group="moscow")
    matcher, (problem,) = compile_watch(watch(looking(expression), feeds=[feed]))
    assert (problem.severity, problem.path, problem.position) == ("warning", MATCH, position)
    assert hint in problem.hint
    assert matcher.indicators


def test_the_hit_of_a_paused_indicator_is_a_warning(watch: Callable[..., WatchList]) -> None:
    paused = Indicator("two", "x", Rule(match="a", path=("indicators", 1)), paused=True)
    one = Indicator("one", "x", Rule(match="a AND hit:two", path=("indicators", 0)))
    _, (problem,) = compile_watch(watch(one, paused))
    assert (problem.severity, problem.position) == ("warning", 6)


def test_an_entry_that_reads_like_an_expression_is_a_warning(
    watch: Callable[..., WatchList],
) -> None:
    doubtful = ("Russia AND Venezuela", "jets NEAR/5 engines", "title:jets", "/Su-?30/")
    terms = {"a": (*doubtful, "DO NOT TRAVEL", "AND Caracas", "24/7", "Maduro: no")}
    _, problems = compile_watch(watch(terms=terms))
    assert places(problems) == [
        (("terms", "a", 0), 7), (("terms", "a", 1), 5), (("terms", "a", 2), 0),
        (("terms", "a", 3), 0),
    ]  # fmt: skip
    assert {problem.severity for problem in problems} == {"warning"}


@pytest.mark.parametrize(
    ("expression", "position"),
    [
        pytest.param("a OR b NEAR/5 c", 7, id="near after or"),
        pytest.param("a NEAR/5 b OR c", 2, id="near before or"),
        pytest.param("a OR (b NEAR/5 c)", None, id="brackets make it clear"),
        pytest.param("a NEAR/5 b OR c NEAR/5 d", None, id="nothing but near"),
        pytest.param("a AND b NEAR/5 c", None, id="and cannot be meant otherwise"),
    ],
)
def test_or_beside_near_is_a_warning(
    problems: Callable[..., list[RuleProblem]], expression: str, position: int | None
) -> None:
    found = problems(expression)
    assert [(one.severity, one.position) for one in found] == (
        [] if position is None else [("warning", position)]
    )
