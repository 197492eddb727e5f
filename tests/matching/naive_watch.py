"""A watch list judged naively: which indicators hit an item, with which signals and which marks."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import FIELDS, Indicator, Mark, Rule, Signal
from tests.matching.naive_item import Part, Text
from tests.matching.naive_language import All, Any, Expression, List, Word


@dataclass(frozen=True)
class Lists:
    """A rule of ``any:``, ``all:`` and ``none:``; its entries are phrases or lists."""

    any: tuple[Word | List, ...] = ()
    all: tuple[Word | List, ...] = ()
    none: tuple[Word | List, ...] = ()

    def expression(self) -> Expression:
        """The same as an expression."""
        first = (Any(self.any),) if len(self.any) > 1 else self.any
        return All((*first, *self.all), self.none)


@dataclass(frozen=True)
class Watched:
    """
    One indicator, with the scope that it stands under.

    ``owns_scope`` says that the scope, or that there is none, is the
    indicator's own and not the list's.
    """

    id: str
    rule: Expression | Lists
    scope: Expression | None = None
    owns_scope: bool = False
    signals: tuple[tuple[str, Expression | Lists], ...] = ()
    feeds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    paused: bool = False

    @property
    def whole(self) -> Expression:
        rule = as_expression(self.rule)
        return rule if self.scope is None else All((rule, self.scope))

    def listens(self, text: Text) -> bool:
        if not self.feeds and not self.groups:
            return True
        group = text.feed.group if text.feed else None
        return text.item.feed in self.feeds or (group is not None and group in self.groups)

    def hits(self, text: Text) -> bool:
        return not self.paused and self.listens(text) and self.whole.holds(text)

    def signals_of(self, text: Text) -> tuple[str, ...]:
        return tuple(n for n, rule in self.signals if as_expression(rule).holds(text))

    def marks(self, text: Text) -> tuple[Mark, ...]:
        evidence = set(self.whole.evidence(text))
        for _, rule in self.signals:
            if as_expression(rule).holds(text):
                evidence |= as_expression(rule).evidence(text)
        return marks_of(evidence, text)

    def indicator(self, number: int) -> Indicator:
        """What the file would hold for it."""
        path = ("indicators", number)
        own = self.scope if self.owns_scope else None
        return Indicator(
            self.id,
            self.id,
            rule_of(self.rule, path),
            signals=tuple(
                Signal(name, rule_of(rule, (*path, "signals", name))) for name, rule in self.signals
            ),
            scope=Rule(match=str(own), path=(*path, "scope")) if own else None,
            unscoped=self.owns_scope and own is None,
            feeds=self.feeds,
            groups=self.groups,
            paused=self.paused,
        )


def as_expression(rule: Expression | Lists) -> Expression:
    return rule.expression() if isinstance(rule, Lists) else rule


def rule_of(rule: Expression | Lists, path: tuple[str | int, ...]) -> Rule:
    if not isinstance(rule, Lists):
        text = str(rule)
        # The outermost brackets may be left out.
        return Rule(match=text[1:-1] if isinstance(rule, (Any, All)) else text, path=path)

    def entries(words: tuple[Word | List, ...]) -> tuple[str, ...]:
        return tuple(word.text if isinstance(word, Word) else str(word) for word in words)

    return Rule(any=entries(rule.any), all=entries(rule.all), none=entries(rule.none), path=path)


def marks_of(evidence: set[Part], text: Text) -> tuple[Mark, ...]:
    """The marks of these words: no repeats of the summary, for each term none upon another."""

    def order(part: Part) -> tuple[object, ...]:
        return (FIELDS.index(part.field), part.first, part.last, part.term, part.list or "")

    kept: list[Part] = []
    for part in sorted(evidence, key=order):
        repeats = text.is_repeat(part.field, part.first, part.last)
        if repeats and text.twin(part) in evidence:
            continue
        alike = [one for one in kept if (one.term, one.list) == (part.term, part.list)]
        if not any(one.field == part.field and one.last >= part.first for one in alike):
            kept.append(part)
    return tuple(mark_of(part, text) for part in kept)


def mark_of(part: Part, text: Text) -> Mark:
    tokens = text.tokens[part.field]
    start, end = tokens[part.first].start, tokens[part.last].end
    written = text.item.text(part.field)[start:end]
    return Mark(part.field, start, end, written, part.term, part.list)
