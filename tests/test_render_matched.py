"""Which words a story names as those that did the matching, and what they stand for."""

from __future__ import annotations

import pytest

from monitor.digest.build import Report, Story, lists_named
from monitor.digest.matched import glosses, matched, matched_words
from monitor.model import Hit, Mark, Rule
from tests.make import NOON, a_feed, an_item


def a_report(lang: str | None, *words: str) -> Report:
    """``list=word`` for each mark; without a list the rule names the word itself."""
    marks = []
    for word in words:
        name, _, text = word.rpartition("=")
        marks.append(Mark("title", 0, len(text), text, text, name or None))
    item = an_item(lang=lang)
    return Report(item, a_feed(lang=lang), NOON, (Hit(item.key, "one", (), tuple(marks)),))


def a_story(*words: str, lang: str | None = "en") -> Story:
    return Story("x", (a_report(lang, *words),))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["su30=Sukhoi", "delay=late"], "Sukhoi = su30, late = delay", id="each list"),
        pytest.param(["a=one", "a=two"], "one = a, +1 more", id="a list once"),
        pytest.param(["a=one", "a=One"], "one = a", id="a word once"),
        pytest.param(["a=one", "b=one"], "one = a", id="a word of two lists once"),
        pytest.param(["port", "strike"], "port, strike", id="words without a list"),
        pytest.param(["su30=Su-30"], "Su-30", id="the list's own name"),
        pytest.param(["iran-tech=drone"], "drone = iran tech", id="hyphens to spaces"),
        pytest.param([f"l{at}=w{at}" for at in range(11)],
                     "w0 = l0, w1 = l1, w2 = l2, w3 = l3, w4 = l4, +6 more", id="five at most"),
        pytest.param([], "", id="none"),
    ],
)  # fmt: skip
def test_an_alert_names_a_few_distinct_words(words, told):
    assert matched_words(a_story(*words)) == told


def test_words_of_the_scope_come_last():
    story = a_story("places=Caracas", "delay=late", "venezuela=Venezuelan")
    assert matched_words(story, {"places", "venezuela"}) == (
        "late = delay, Caracas = places, Venezuelan = venezuela"
    )


def test_what_is_left_out_is_counted():
    words, more = matched(a_story("a=one", "b=two", "c=three"), 2)
    assert ([word.text for word in words], more) == (["one", "two"], 1)


@pytest.mark.parametrize(
    ("lang", "words", "told"),
    [
        pytest.param("es", ["overhaul=repuesto"], ["repuesto = overhaul"], id="another language"),
        pytest.param("zh-CN", ["life-extension=大修"], ["大修 = life extension"], id="a script"),
        pytest.param("en", ["overhaul=repairs"], [], id="English needs none"),
        pytest.param("en-GB", ["overhaul=repairs"], [], id="nor does British English"),
        pytest.param(None, ["overhaul=repairs"], [], id="unknown language"),
        pytest.param("es", ["su30=Su-30"], [], id="the list's own name"),
        pytest.param("es", ["repuesto"], [], id="no list"),
        pytest.param("ru", ["a=один", "a=два"], ["один = a"], id="a list once"),
    ],
)
def test_a_foreign_story_says_what_its_words_stand_for(lang, words, told):
    assert [str(word) for word in glosses(a_report(lang, *words))] == told


def test_at_most_six_lists_are_explained():
    assert len(glosses(a_report("ru", *(f"l{at}=w{at}" for at in range(9))))) == 6


def test_the_lists_that_a_rule_names_are_found_within_lists_too():
    terms = {"a": ("x", "$b-c"), "b-c": ("$a",), "d": ("y",), "e": ("z",)}
    assert lists_named(Rule(match="$a OR group:x"), terms) == {"a", "b-c"}
    assert lists_named(Rule(any=("$d",), all=("$e",)), terms) == {"d", "e"}
    assert lists_named(None, terms) == frozenset()
