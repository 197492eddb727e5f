"""A question put to what is stored: one expression of the language, with nothing around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.matching.anchors import Choice, choices_of
from monitor.matching.compile import compile_watch
from monitor.matching.match import match
from monitor.matching.matcher import Matcher
from monitor.matching.phrase import Pattern, skeleton
from monitor.matching.problems import RuleProblem
from monitor.matching.text import BREAK, canonical_row
from monitor.model import FIELDS, Feed, Hit, Indicator, Item, Rule, WatchList

NAME = "?"
"""What the question is called among indicators; no indicator of a file can be called so."""
PATH = ("q",)
_HIT = re.compile(r"hit:([\w-]+)")
_LIST = re.compile(r"\$([\w-]+)")

Phrase = tuple[tuple[str, ...], bool]
"""Tokens in a row as ``words_of`` writes them, and whether the last of them may go on."""


@dataclass(frozen=True, eq=False)
class Question:
    """
    An expression made ready to be held against items.

    ``needs`` narrows what is worth looking at: of each group one phrase must
    be in ``words_of`` an item that answers. What has them all need not answer;
    what lacks a group never does. Empty where the expression hangs on no word.
    """

    text: str
    matcher: Matcher
    needs: tuple[tuple[Phrase, ...], ...]
    warnings: tuple[RuleProblem, ...] = ()

    def answer(self, item: Item, feed: Feed | None) -> Hit | None:
        """The words by which an item answers, or nothing if it does not."""
        hits = match(item, self.matcher, feed)
        return next((hit for hit in hits if hit.indicator == NAME), None)


def ask(text: str, watch: WatchList) -> Question | list[RuleProblem]:
    """
    The question that a text is, with the lists, indicators and feeds of a watch list.

    It is read as an expression of the file is, and holds without the list's
    scope. What is wrong with it comes back instead, each with its place.
    """
    asked = Indicator(NAME, text, Rule(match=text, path=PATH), unscoped=True)
    found = compile_watch(_narrowed(watch, asked))
    if any(one.severity == "error" for one in found[1]):
        # What the list has besides makes the better hint.
        found = compile_watch(replace(watch, indicators=(*watch.indicators, asked)))
    matcher, problems = found
    mine = [one for one in problems if one.path[:1] == PATH]
    errors = [one for one in mine if one.severity == "error"]
    compiled = matcher.indicator(NAME)
    if errors or compiled is None:
        return errors or [RuleProblem(PATH, 0, "it asks for an indicator whose rule has an error")]
    needs = tuple(_needs(choices_of(compiled.whole), matcher.scanner.patterns))
    return Question(text, matcher, needs, tuple(mine))


def words_of(item: Item) -> str:
    """All that an item says as one row of tokens, in which ``Question.needs`` are looked for."""
    row, _ = canonical_row([item.text(name) for name in FIELDS if item.text(name)])
    return skeleton(row.replace(BREAK, "."))


def _needs(choices: Iterable[Choice], patterns: Sequence[Pattern]) -> Iterator[tuple[Phrase, ...]]:
    for choice in choices:
        numbers = {number for words in choice for number in words.leaves}
        # What a regular expression finds has no token of its own.
        if min(numbers, default=-1) >= 0:
            yield tuple(sorted({_phrase(patterns[number]) for number in numbers}))


def _phrase(pattern: Pattern) -> Phrase:
    """The first tokens of a pattern, up to one that may go on: nothing can follow that."""
    is_open = True in pattern.open
    length = pattern.open.index(True) + 1 if is_open else len(pattern.tokens)
    return tuple(map(skeleton, pattern.tokens[:length])), is_open


def _narrowed(watch: WatchList, asked: Indicator) -> WatchList:
    """The watch list with no more indicators and lists than the question draws in."""
    known = {one.id: one for one in (*watch.indicators, asked)}
    above = tuple(_texts(watch.scope))

    def in_indicator(name: str) -> Iterator[str]:
        one = known.get(name)
        rules = (one.rule, one.scope, *(signal.rule for signal in one.signals)) if one else ()
        return (text for rule in rules for text in _texts(rule))

    names = _drawn({NAME, *_named(_HIT, above)}, lambda name: _named(_HIT, in_indicator(name)))
    used = _named(_LIST, (*above, *(text for name in names for text in in_indicator(name))))
    lists = _drawn(used, lambda name: _named(_LIST, watch.terms.get(name, ())))
    return replace(
        watch,
        indicators=tuple(one for name, one in known.items() if name in names),
        terms={name: entries for name, entries in watch.terms.items() if name in lists},
    )


def _texts(rule: Rule | None) -> Iterator[str]:
    if rule is not None:
        yield from (rule.match or "", *rule.any, *rule.all, *rule.none)


def _named(pattern: re.Pattern[str], texts: Iterable[str]) -> set[str]:
    return {name for text in texts for name in pattern.findall(text)}


def _drawn(first: set[str], inside: Callable[[str], set[str]]) -> set[str]:
    """The names given, those inside them, those inside these, and so on."""
    drawn: set[str] = set()
    fresh = first
    while fresh:
        drawn |= fresh
        fresh = {inner for name in fresh for inner in inside(name)} - drawn
    return drawn
