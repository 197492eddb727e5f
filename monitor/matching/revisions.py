"""What decides an indicator's hits, as a short hash and in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import Protocol

from monitor.errors import ExpressionError
from monitor.matching import syntax
from monitor.matching.parser import read_entry, read_expression
from monitor.matching.syntax import Expression
from monitor.model import Indicator, Rule, WatchList


class Reader(Protocol):
    """Reads an expression, as ``read_expression`` does, perhaps from memory."""

    def __call__(self, text: str, *, quoted: bool) -> Expression:
        """The expression of a text; raises ExpressionError if it is refused."""


LANGUAGE = 1
"""Counted up when the same text comes to mean something else, so that the past is filled anew."""


def describe(rule: Rule) -> str:
    """A rule in one line, as an analyst would read it out."""
    if rule.match is not None:
        return " ".join(rule.match.split())
    lists = {"any": rule.any, "all": rule.all, "none": rule.none}
    return "; ".join(f"{key}: {', '.join(entries)}" for key, entries in lists.items() if entries)


def lists_used(watch: WatchList, indicator: Indicator) -> tuple[str, ...]:
    """The names of the lists that an indicator's rule and scope use, those within lists too."""
    used = _Used(watch, read_expression)
    for rule in (indicator.rule, scope_of(indicator, watch)):
        if rule is not None:
            used.add(rule)
    return tuple(used.lists)


def hits_used(watch: WatchList, indicators: Sequence[Indicator]) -> set[str]:
    """The ids of these indicators and of all whose hits they ask for, however far away."""
    known = {one.id: one for one in watch.indicators}
    waiting, found = [one.id for one in indicators], set()
    while waiting:
        name = waiting.pop()
        if name in found or name not in known:
            continue
        found.add(name)
        used = _Used(watch, read_expression)
        one = known[name]
        for rule in (one.rule, scope_of(one, watch), *(signal.rule for signal in one.signals)):
            if rule is not None:
                used.add(rule)
        waiting += used.hits
    return found


def scope_of(indicator: Indicator, watch: WatchList) -> Rule | None:
    """The rule that narrows an indicator: its own, else the watch's, unless it wants none."""
    return None if indicator.unscoped else indicator.scope or watch.scope


def revisions_of(watch: WatchList, indicators: Sequence[Indicator], read: Reader) -> dict[str, str]:
    """
    A short hash, for each indicator, of all that decides its hits.

    Titles, notes, priorities and pausing are no part of it.
    """
    revising = _Revising(watch, read)
    return {indicator.id: revising.revision(indicator) for indicator in indicators}


class _Used:
    """The lists and indicators that some rules name, in order of first appearance."""

    def __init__(self, watch: WatchList, read: Reader) -> None:
        self.watch = watch
        self.read = read
        self.lists: dict[str, None] = {}
        self.hits: dict[str, None] = {}

    def add(self, rule: Rule) -> None:
        for part in self.parts_of(rule):
            if isinstance(part, syntax.ListName):
                self.add_list(part.name)
            elif isinstance(part, syntax.HitOf):
                self.hits[part.indicator] = None

    def add_list(self, name: str) -> None:
        if name in self.lists or name not in self.watch.terms:
            return
        self.lists[name] = None
        for text in self.watch.terms[name]:
            if text.lstrip().startswith("$"):
                self.add_list(text.strip()[1:])

    def parts_of(self, rule: Rule) -> Iterator[Expression]:
        try:
            if rule.match is not None:
                yield from _parts(self.read(rule.match, quoted=rule.quoted))
            for text in (*rule.any, *rule.all, *rule.none):
                yield read_entry(text)
        except ExpressionError:
            return


class _Revising:
    """Makes revisions, each list and each indicator digested once."""

    def __init__(self, watch: WatchList, read: Reader) -> None:
        self.watch = watch
        self.read = read
        self.indicators = {one.id: one for one in watch.indicators}
        self.known: dict[str, str] = {}
        self.lists: dict[str, str] = {}

    def revision(self, indicator: Indicator) -> str:
        if indicator.id not in self.known:
            self.known[indicator.id] = self.revise(indicator)
        return self.known[indicator.id]

    def revise(self, indicator: Indicator) -> str:
        scope = scope_of(indicator, self.watch)
        used = _Used(self.watch, self.read)
        for rule in (indicator.rule, scope, *(signal.rule for signal in indicator.signals)):
            if rule is not None:
                used.add(rule)
        weighing = indicator.weighing
        for names, _ in weighing.points if weighing else ():
            for name in names:
                used.add_list(name)
        asked = [self.indicators[name] for name in used.hits if name in self.indicators]
        return _digest(
            [
                LANGUAGE,
                _plain(indicator.rule),
                scope and _plain(scope),
                [[signal.id, _plain(signal.rule)] for signal in indicator.signals],
                sorted(indicator.feeds),
                sorted(indicator.groups),
                [[name, self.list_digest(name)] for name in sorted(used.lists)],
                [self.revision(one) for one in asked if one is not indicator],
                *([astuple(weighing)] if weighing else ()),
            ]
        )

    def list_digest(self, name: str) -> str:
        if name not in self.lists:
            self.lists[name] = _digest(list(self.watch.terms[name]))
        return self.lists[name]


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]


def _plain(rule: Rule) -> list[object]:
    return [rule.match, rule.quoted, list(rule.any), list(rule.all), list(rule.none)]


def inside(part: Expression) -> tuple[Expression, ...]:
    """The parts that an expression is made of; none for a word, a list or a condition."""
    match part:
        case syntax.Near():
            return (part.left, part.right)
        case syntax.InTitle() | syntax.AtLeast():
            return (part.part,)
        case syntax.Sentence() | syntax.AnyOf():
            return part.parts
        case syntax.AllOf():
            return (*part.parts, *part.without)
    return ()


def _parts(part: Expression) -> Iterator[Expression]:
    """A part of an expression and everything in it."""
    yield part
    for one in inside(part):
        yield from _parts(one)
