"""The first look at an item: it spares those that cannot hit, and never one that would."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.matching import compile_watch, match
from monitor.matching.compile import Matcher
from monitor.matching.match import judge_all, read
from monitor.matching.reading import Reading
from monitor.model import Indicator, Item, Rule, WatchList

EXAMPLES = int(os.environ.get("MATCHING_EXAMPLES", "150"))
WatchOf = Callable[..., WatchList]


def matcher_of(watch: WatchOf, *expressions: str, **terms: tuple[str, ...]) -> Matcher:
    indicators = [
        Indicator(f"i{n}", "x", Rule(match=one, path=("indicators", n)))
        for n, one in enumerate(expressions)
    ]
    matcher, problems = compile_watch(watch(*indicators, terms=terms))
    assert not [one for one in problems if one.severity == "error"]
    return matcher


@pytest.mark.parametrize(
    ("expression", "title", "passes"),
    [
        pytest.param("port", "Port closed", True, id="a word"),
        pytest.param("port", "Porter closed", False, id="half a word"),
        pytest.param("port*", "Porter closed", True, id="the beginning of a word"),
        pytest.param("port", "A5port2", True, id="a word between digits"),
        pytest.param('"oil tankers"', "Tankers arrive", True, id="the longest word of a phrase"),
        pytest.param('"oil tankers"', "Oil arrives", False, id="only another word of it"),
        pytest.param('"Su-30"', "Su-30MK2 seen", True, id="the letters of a designator"),
        pytest.param("30", "Su-30MK2 seen", True, id="a figure"),
        pytest.param("30", "Su-300 seen", False, id="half a figure"),
        pytest.param("año", "el AÑO nuevo", True, id="a letter of its own"),
        pytest.param("mas", "hay más", True, id="an accent"),
        pytest.param('"С-300"', "C-300 seen", True, id="Cyrillic for Latin letters"),
        pytest.param("=US", "The U.S. strikes", True, id="an abbreviation, looked at in full"),
        pytest.param("jet", "Истребитель", True, id="another script, looked at in full"),
        pytest.param("俄罗斯", "Russia", False, id="no such letters in the text"),
        pytest.param("warships AND moon", "The moon", False, id="the shorter word of two"),
        pytest.param("warships AND moon", "Warships", True, id="the longer word of two"),
        pytest.param("/Su-?3\\d/ AND moon", "The moon", True, id="beside a regular expression"),
        pytest.param("/Su-?3\\d/ AND moon", "Su-35", False, id="not its word"),
    ],
)
def test_what_passes_the_first_look(
    watch: WatchOf, expression: str, title: str, passes: bool
) -> None:
    matcher = matcher_of(watch, expression, "sunflowers AND moon")
    item = Item("item", "feed", title)
    assert (read(item, matcher) is not None) is passes


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param(r"/Su-?3\d/", id="a regular expression"),
        pytest.param("lang:es", id="a condition"),
    ],
)
def test_what_hangs_on_no_word_is_looked_at_in_full(watch: WatchOf, expression: str) -> None:
    matcher = matcher_of(watch, "jet", expression)
    assert matcher.sieve is None
    assert match(Item("item", "feed", "Su-35", lang="es"), matcher)


VOCABULARY = (
    "jet", "Jets'", "Su-30", "su30MK2", "C300", "más", "AÑO", "Maduro's", "U.S.", "EE. UU.", "30",
    "1,000", "²", "½", "nº", "ß", "Æ", "ø", "“US”", "a.b", "\xad", "\xa0", "\0", "x", "Su", "s",
)  # fmt: skip
ENTRIES = (
    "jet", "jets", "jet*", "=Jets", "Su-30", "Su-30M*", "С-300", "mas", "=más", "año", "maduro",
    "maduro s", "us", "=US", "eeuu", "30", "1,000", "2", "12", "no 30", "ss", "aes", "o", "ab",
    "a b", "su 30 mk 2", "x s", "委", "s", "jet s",
)  # fmt: skip
latin = st.lists(
    st.tuples(st.sampled_from(VOCABULARY), st.sampled_from(["", " ", "-", ".", "’", "\n"])),
    max_size=6,
).map(lambda pairs: "".join(one + gap for one, gap in pairs))


@settings(max_examples=EXAMPLES * 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    entries=st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=3),
    title=latin | st.text(st.characters(max_codepoint=0x180), max_size=8),
    summary=latin,
)
def test_what_would_hit_always_passes(
    watch: WatchOf, entries: list[str], title: str, summary: str
) -> None:
    matcher = matcher_of(watch, *(f'"{entry}"' for entry in entries))
    assert matcher.sieve is not None
    item = Item("item", "feed", title, summary)
    if judge_all(matcher, Reading(item, None, matcher.scanner)):
        assert matcher.sieve.passes(item)
