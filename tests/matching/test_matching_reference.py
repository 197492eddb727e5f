"""
The matcher held against a naive one, over generated watch lists and items in all scripts.

The naive matcher shares no code with the real one: it walks a text character
by character, tries every phrase at every token and every pair of places, and
knows nothing of automata or candidates. MATCHING_EXAMPLES sets how many cases
are tried: 150, the profile of CI, take half a minute on one core; 3000 are the
deep profile, to be run by hand after a change to the engine, and take ten.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.matching import Clause, Explanation, compile_watch, explain, match
from monitor.matching.sentences import sentence_starts
from monitor.matching.text import canonical, spans
from monitor.model import Feed, Item, WatchList
from tests.matching.generated_rules import FIELD_VALUES, lists_of, placed_of, watches
from tests.matching.generated_texts import (
    FEEDS,
    STRAY,
    THEMES,
    Theme,
    items,
    repeating_items,
    short,
)
from tests.matching.naive_item import Text
from tests.matching.naive_language import Any, AtLeast, Expression, Field, HitOf, InTitle, Near
from tests.matching.naive_text import read
from tests.matching.naive_watch import Watched, as_expression, marks_of

EXAMPLES = int(os.environ.get("MATCHING_EXAMPLES", "150"))
CASES = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck)
)  # fmt: skip

# --- texts ----------------------------------------------------------------------

ALPHABET = (
    "aAbsSuUnN\u0303eé3٣3０ .,-–'’_/委内ーАиИ\u0306йёсСياكي\u200c\u200d\u00adـ\u064b½ßﬁﻼ가\nʼЌ²"
    "\ud800\x00\x85\u2028"
)
ANY = st.characters()
texts = st.one_of(
    st.text(st.sampled_from(ALPHABET), max_size=25), st.text(ANY, max_size=25),
    st.lists(st.sampled_from(["U.S.", "EE.UU.", "EE. UU.", "'s", "a.b", ".c", "x", " ", "s", "."]),
             max_size=7).map("".join),
)  # fmt: skip


@settings(CASES, max_examples=EXAMPLES * 4)
@given(texts)
@example("Maduro's U.S. EE. UU. Су-30МК2 委内瑞拉 می‌رود")
def test_tokens_and_their_places_are_those_of_the_naive_reading(text: str) -> None:
    naive = read(text)
    assert canonical(text).split() == [token.text for token in naive]
    assert spans(text) == [(token.start, token.end) for token in naive]


def test_every_character_has_as_many_places_as_tokens() -> None:
    """All code points that have a name or could get one, but for the Chinese of later planes."""
    codes = (*range(0x80, 0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200))
    wrong = [
        text
        for char in map(chr, codes)
        for text in (f"a{char}b", f"{char} b", f"á{char}я")
        if len(canonical(text).split()) != len(spans(text))
    ]
    assert wrong == []


@settings(CASES)
@given(texts)
def test_reading_canonical_text_again_changes_nothing(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once


@settings(CASES, max_examples=EXAMPLES * 2)
@given(data=st.data())
def test_sentences_end_where_the_naive_reading_ends_them(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(THEMES).flatmap(short), "text")
    naive = Text(Item("item", "feed", text))
    places = spans(text)
    ends = {left + 1 for left in range(len(places) - 1) if naive.ends_sentence("title", left)}
    assert sentence_starts(text, places) == ends


# --- watch lists ----------------------------------------------------------------


@pytest.mark.parametrize("about", [pytest.param(one, id=one.name) for one in THEMES])
@settings(CASES, max_examples=EXAMPLES * 2 // 3)
@given(data=st.data())
def test_the_matcher_finds_what_the_naive_matcher_finds(
    watch: Callable[..., WatchList], about: Theme, data: st.DataObject
) -> None:
    scope, watched = data.draw(watches(about), "watch list")
    item = data.draw(items(about), "item")
    is_stray = item.feed == STRAY.id and data.draw(st.booleans(), "feed is known")
    found = watch(
        *(one.indicator(number) for number, one in enumerate(watched)),
        terms=about.terms(), scope=scope and str(scope), feeds=FEEDS,
    )  # fmt: skip
    compare(found, watched, item, STRAY if is_stray else None)


@settings(CASES, max_examples=EXAMPLES * 2)
@given(data=st.data())
def test_content_that_repeats_the_summary_is_counted_and_marked_once(
    watch: Callable[..., WatchList], data: st.DataObject
) -> None:
    about = data.draw(st.sampled_from(THEMES), "theme")
    part = data.draw(st.sampled_from(lists_of(about)) | placed_of(about), "part")
    item = data.draw(repeating_items(about), "item")
    watched = [Watched(f"i{times}", AtLeast(times, part)) for times in range(1, 6)]
    indicators = [one.indicator(number) for number, one in enumerate(watched)]
    compare(watch(*indicators, terms=about.terms(), feeds=FEEDS), watched, item)


@settings(CASES)
@given(data=st.data())
def test_fields_and_chains_of_hits_hold_as_in_the_naive_matcher(
    watch: Callable[..., WatchList], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(FIELD_VALUES)), "field")
    fields = st.builds(Field, st.just(name), st.sampled_from(FIELD_VALUES[name]))
    watched = [Watched("i0", data.draw(fields))]
    for rank in range(1, 5):
        asked = st.sampled_from([HitOf(one.id) for one in watched])
        rules = fields | asked | st.tuples(asked, fields).map(Any)
        is_paused = data.draw(st.integers(0, 5)) == 5
        watched.append(Watched(f"i{rank}", data.draw(rules), paused=is_paused))
    ordered = data.draw(st.permutations(watched), "order")
    item = replace(data.draw(items(THEMES[0]), "item"), title="Jets")
    compare(watch(*(one.indicator(n) for n, one in enumerate(ordered)), feeds=FEEDS), ordered, item)


def compare(
    watch: WatchList, watched: list[Watched], item: Item, stray: Feed | None = None
) -> None:
    """The hits of an item, their signals and marks, and what is told of them, are the same."""
    matcher, problems = compile_watch(watch)
    assert [one for one in problems if one.severity == "error"] == []
    text = Text(item, stray or watch.feed(item.feed), {one.id: one for one in watched})
    hits = match(item, matcher, stray)
    assert [hit.indicator for hit in hits] == [one.id for one in watched if one.hits(text)]
    for hit in hits:
        one = text.watched[hit.indicator]
        assert hit.signals == one.signals_of(text)
        assert hit.marks == one.marks(text)
    for one in watched:
        check_explanation(explain(item, matcher, one.id, stray), one, text)


def check_explanation(told: Explanation, one: Watched, text: Text) -> None:
    """What is told of an indicator, down to the last clause, is what the naive matcher finds."""
    assert told.hit is one.hits(text)
    assert told.signals == (one.signals_of(text) if told.hit else ())
    assert told.marks == (one.marks(text) if told.hit else ())
    wanted = [as_expression(one.rule)]
    wanted += [one.scope] if one.scope else []
    wanted += [as_expression(rule) for _, rule in one.signals]
    clauses = list(told.clause.parts)
    judged = [
        pair
        for clause, part in zip(clauses, wanted, strict=True)
        for pair in pairs(clause, part, text)
    ]
    for clause, holds in judged:
        assert clause.holds is holds, clause.label
    check_reason(
        told, one, text, [clause for clause, holds in judged if holds is (clause.role == "not")]
    )


def pairs(clause: Clause, part: Expression, text: Text) -> Iterator[tuple[Clause, bool]]:
    """Each clause that is told, with what the naive matcher says of it."""
    holds = part.holds(text)
    yield clause, holds
    assert clause.marks == (marks_of(part.evidence(text), text) if holds else ()), clause.label
    if isinstance(part, InTitle):
        part, text = part.part, text.title_only
    check_note(clause, part, text)
    for inner, (one, role) in zip(clause.parts, part.inside(text), strict=True):
        assert inner.role == role
        yield from pairs(inner, one, text)


def check_note(clause: Clause, part: Expression, text: Text) -> None:
    """How near a clause came to holding."""
    needed = re.fullmatch(r"\S+ needed, nearest (\d+)", clause.note)
    if needed:
        assert isinstance(part, Near)
        assert int(needed[1]) == part.nearest(text)
    counted = re.fullmatch(r"(\d+) needed, (\d+) found", clause.note)
    if counted:
        assert isinstance(part, AtLeast)
        assert (int(counted[1]), int(counted[2])) == (part.times, part.count(text))


def check_reason(told: Explanation, one: Watched, text: Text, failing: list[Clause]) -> None:
    """The reason for a miss is one that the naive matcher knows too."""
    if told.hit:
        assert told.failed == ""
    elif one.paused:
        assert told.failed == "the indicator is paused"
    elif not one.listens(text):
        assert told.failed.endswith(f"does not listen to the feed {text.item.feed}")
    else:
        # "scope: " and "hit:ID: " may stand before the clause itself.
        before = re.match(r"(scope: |hit:\w+: )*", told.failed)
        ways = [0, *(sign.end() for sign in re.finditer(": ", before[0]))] if before else [0]
        assert any(
            told.failed[at:].startswith(f"{clause.label}: ") for clause in failing for at in ways
        ), told.failed
