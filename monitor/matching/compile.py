"""The watch list -> a Matcher, with every problem found on the way."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress

from monitor.errors import ExpressionError
from monitor.matching import syntax
from monitor.matching.anchors import Anchors, choices_of, is_bounded
from monitor.matching.matcher import CompiledIndicator, Matcher
from monitor.matching.problems import AlreadyToldError, Path, Problems, RuleProblem, did_you_mean
from monitor.matching.revisions import revisions_of
from monitor.matching.rules import RuleReader
from monitor.matching.scanner import Scanner
from monitor.matching.sieve import Sieve
from monitor.matching.tree import AllOf, HitOf, Node, Words
from monitor.matching.weighing import Presence, Weighed, Weight
from monitor.model import Indicator, Rule, WatchList, Weighing

__all__ = ["Matcher", "RuleProblem", "compile_watch"]


def compile_watch(watch: WatchList) -> tuple[Matcher, list[RuleProblem]]:
    """
    Make the matcher of a watch list, and tell all that is wrong in its rules and lists.

    Indicators with an error are left out of the matcher, and with them those
    that ask for their hits. Paused ones are in it, but never hit.
    """
    with _nothing_collected():
        compiler = _Compiler(watch)
        return compiler.matcher(), list(compiler.problems.found)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """
    Keeps the garbage collector out of a compile.

    All that is made there stays, and is looked through again and again: a
    third of the time of ten thousand indicators.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class _Trees:
    """What an indicator's rule and scope compile to."""

    rule: Node
    scope: Node | None

    @property
    def whole(self) -> Node:
        return self.rule if self.scope is None else AllOf((self.rule, self.scope))


class _Compiler:
    """Compiles indicators, those first whose hits others ask for."""

    def __init__(self, watch: WatchList) -> None:
        self.watch = watch
        self.problems = Problems()
        self.rules = RuleReader(watch, self.problems, self.hit_of)
        self.known = {one.id: one for one in watch.indicators}
        self.trees: dict[str, _Trees | None] = {}
        self.asking: list[str] = []
        self.asked = False
        self.weighed_lists: dict[Words, None] = {}
        self.presence = Presence(self.weighed_lists.keys())
        self.scope: Node | None = None
        self.in_scope = True  # while the scope of all is read, nothing stands in it yet
        if watch.scope:
            self.scope = self.rules.tree(watch.scope)
        self.in_scope = False

    def matcher(self) -> Matcher:
        """Everything that could be compiled."""
        ready = []
        for one in self.watch.indicators:
            trees = self.trees_of(one)
            signals = [(signal.id, self.rules.tree(signal.rule)) for signal in one.signals]
            good = tuple((name, node) for name, node in signals if node is not None)
            if trees and len(good) == len(signals):
                ready.append((one, trees, good))
        revisions = revisions_of(self.watch, [one for one, *_ in ready], self.rules.read)
        indicators = tuple(
            CompiledIndicator(one, trees.scope, trees.rule, trees.whole, signals, revisions[one.id])
            for one, trees, signals in ready
        )
        patterns = list(self.rules.numbering.patterns)
        choices = [choices_of(one.whole) for one in indicators]
        active = [not one.indicator.paused for one in indicators]
        return Matcher(
            indicators=indicators,
            turns=self.turns(indicators),
            scanner=Scanner(patterns, list(self.rules.regexes)),
            anchors=Anchors.of(choices, active),
            sieve=Sieve.of(list(compress(choices, active)), patterns),
            feeds={feed.id: feed for feed in self.watch.feeds},
            revisions=revisions,
            lists=self.rules.lists.spread,
        )

    def turns(self, indicators: tuple[CompiledIndicator, ...]) -> tuple[int, ...]:
        if not self.asked:
            return ()
        order = {name: turn for turn, name in enumerate(self.trees)}
        return tuple(order[one.indicator.id] for one in indicators)

    def trees_of(self, indicator: Indicator) -> _Trees | None:
        """The rule and the scope of an indicator; ``None`` if either is refused."""
        if indicator.id in self.trees:
            return self.trees[indicator.id]
        self.asking.append(indicator.id)
        rule, scope = self.rules.tree(indicator.rule), self.scope
        wanted = None if indicator.unscoped else indicator.scope or self.watch.scope
        if wanted is not self.watch.scope:
            scope = self.rules.tree(wanted) if wanted else None
        self.asking.pop()
        trees = None
        if rule is not None and indicator.weighing is not None:
            rule = self.weighed(rule, indicator.weighing)
        if rule is not None and (wanted is None) == (scope is None):
            trees = _Trees(rule, scope)
            if not is_bounded(trees.whole):
                self.refuse_unbounded(indicator.rule)
                trees = None
        self.trees[indicator.id] = trees
        return trees

    def weighed(self, rule: Node, weighing: Weighing) -> Node | None:
        """The rule with its points; ``None`` if a list of them has problems of its own."""
        weights = []
        for names, points in weighing.points:
            try:
                parts = tuple(self.rules.list_node(name) for name in names)
            except (ExpressionError, AlreadyToldError):
                return None
            weights.append(Weight(points, parts))
            self.weighed_lists.update(dict.fromkeys(parts))
        return Weighed(
            rule, weighing.base, weighing.hit, weighing.keep, tuple(weights), self.presence
        )

    def refuse_unbounded(self, rule: Rule) -> None:
        key = "match" if rule.match is not None else "none" if rule.none else "any"
        error = ExpressionError(
            "this could match everything", 0, "say what to look for, not only what to leave out"
        )
        self.problems.refuse((*rule.path, key), error)

    def hit_of(self, part: syntax.HitOf, path: Path) -> HitOf:
        """The node of ``hit:ID``; refuses unknown indicators and circles."""
        target = self.known.get(part.indicator)
        if target is None:
            hint = did_you_mean(part.indicator, self.known, "hit:", "write an indicator's id")
            raise ExpressionError(f"there is no indicator {part.indicator}", part.at, hint)
        if part.indicator in self.asking:
            circle = [*self.asking[self.asking.index(part.indicator) :], part.indicator]
            raise ExpressionError(
                f"indicators ask for each other's hits in a circle: {' -> '.join(circle)}",
                part.at,
                "take one of the hit: out",
            )
        if self.in_scope and not target.unscoped and not target.scope:
            raise ExpressionError(
                f"the scope asks for the hits of {target.id}, which itself stands in this scope",
                part.at,
                f"give {target.id} a scope of its own, or scope: none",
            )
        if target.paused:
            message = f"{target.id} is paused, so hit:{target.id} never holds"
            self.problems.warn(path, part.at, message)
        trees = self.trees_of(target)
        if trees is None:
            raise AlreadyToldError(target.id)
        self.asked = True
        return HitOf(target.id, trees.whole)
