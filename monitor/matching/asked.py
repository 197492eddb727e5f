"""What an indicator asks for, as sets of words each of which must give one: what to search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice, product

from monitor.errors import ExpressionError
from monitor.matching import syntax
from monitor.matching.parser import read_entry, read_expression
from monitor.matching.syntax import Expression
from monitor.model import Indicator, Rule, WatchList

Group = tuple[str, ...]
"""Entries as the file writes them, any one of which will do."""

Query = tuple[Group, ...]
"""Groups all of which must be found."""

# Lists stand in many rules, and are read for each.
_entry = lru_cache(65_536)(read_entry)

MOST = 64
"""Ways to hit one indicator that are worked out; a rule with more of them asks too many things."""


def queries_of(indicator: Indicator, watch: WatchList) -> list[Query]:
    """
    The ways to hit an indicator's rule, its scope apart, as words that a search engine could take.

    A search may find too much, since what it finds is matched again: what must
    not stand there, how near words are and conditions on feeds are left out.
    What hangs on no word at all (a regular expression, another indicator's
    hit) cannot be searched, and a way that has nothing else is left out.
    """
    return _Asked(watch).rule(indicator.rule)


def scope_of(indicator: Indicator, watch: WatchList) -> Group:
    """The words of an indicator's scope; those that do by themselves, if there are such."""
    scope = None if indicator.unscoped else indicator.scope or watch.scope
    queries = _Asked(watch).rule(scope) if scope is not None else []
    alone = [query[0] for query in queries if len(query) == 1]
    words = chain.from_iterable(alone or (query[0] for query in queries if query))
    return tuple(dict.fromkeys(words))


class _Asked:
    """Turns rules into queries, with one watch list's word lists."""

    def __init__(self, watch: WatchList) -> None:
        self.watch = watch

    def rule(self, rule: Rule) -> list[Query]:
        try:
            if rule.match is not None:
                return _distinct(self.of(read_expression(rule.match, quoted=rule.quoted)))
            wanted = [list(self.entries((text,), ())) for text in rule.all]
            if rule.any:
                wanted.append(list(self.entries(rule.any, ())))
        except ExpressionError:
            return []
        groups = tuple(tuple(dict.fromkeys(words)) for words in wanted if words)
        return [groups] if groups else []

    def of(self, part: Expression) -> list[Query]:
        """The ways in which a clause can hold; one empty way where it asks for no word."""
        if isinstance(part, syntax.Phrase):
            return [((part.text,),)]
        if isinstance(part, syntax.ListName):
            words = tuple(dict.fromkeys(self.entries((f"${part.name}",), ())))
            return [(words,)] if words else [()]
        if isinstance(part, syntax.AnyOf):
            return self.any_of([self.of(one) for one in part.parts])
        if isinstance(part, syntax.AllOf | syntax.Sentence):
            return _joined([self.of(one) for one in part.parts])
        if isinstance(part, syntax.Near):
            both = part.kind != "NOTNEAR"
            return _joined([self.of(part.left), *([self.of(part.right)] if both else [])])
        if isinstance(part, syntax.InTitle | syntax.AtLeast):
            return self.of(part.part)
        return [()]

    def any_of(self, parts: list[list[Query]]) -> list[Query]:
        """Single words and lists become one group; what asks for more stays a way of its own."""
        simple = [ways[0][0] for ways in parts if len(ways) == 1 and len(ways[0]) == 1]
        merged = tuple(dict.fromkeys(chain.from_iterable(simple)))
        others = [
            way
            for ways in parts
            if not (len(ways) == 1 and len(ways[0]) == 1)
            for way in ways
            if way
        ]
        ways: list[Query] = [(merged,)] if merged else []
        return [*ways, *others][:MOST] or [()]

    def entries(self, texts: Iterable[str], above: tuple[str, ...]) -> Iterator[str]:
        """The phrases of entries, those of the lists among them in their place."""
        for text in texts:
            entry = _entry(text)
            if isinstance(entry, syntax.Phrase):
                yield entry.text
            elif entry.name in self.watch.terms and entry.name not in above:
                yield from self.entries(self.watch.terms[entry.name], (*above, entry.name))


def _joined(parts: list[list[Query]]) -> list[Query]:
    """All clauses together: each way of one with each way of the others."""
    return [
        tuple(dict.fromkeys(chain.from_iterable(ways))) for ways in islice(product(*parts), MOST)
    ]


def _distinct(ways: list[Query]) -> list[Query]:
    return [way for way in dict.fromkeys(ways) if way]
