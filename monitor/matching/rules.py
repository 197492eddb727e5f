"""Rule -> tree: expressions and lists of entries, with what they name looked up."""

from __future__ import annotations

from collections.abc import Callable

import re2

from monitor.errors import ExpressionError
from monitor.matching import syntax
from monitor.matching.lists import Leaves, Numbering, WordLists
from monitor.matching.nearness import Near, NotNear, Sentence
from monitor.matching.parser import read_entry, read_expression
from monitor.matching.phrase import Pattern
from monitor.matching.problems import AlreadyToldError, Path, Problems, did_you_mean
from monitor.matching.scanner import compile_regex
from monitor.matching.syntax import Expression
from monitor.matching.text import canonical, spans
from monitor.matching.tree import AllOf, AnyOf, AtLeast, HitOf, Leaf, Node, Words, fact
from monitor.model import Rule, WatchList

# A regular expression that finds each of these finds everything.
_ORDINARY = ("e", "о", "的", "ا")


class RuleReader:
    """
    Makes the trees of a watch list's rules.

    Equal words and lists become one node, so that the matcher sees which
    indicators share them. ``hit`` finds the tree of another indicator.
    """

    def __init__(
        self, watch: WatchList, problems: Problems, hit: Callable[[syntax.HitOf, Path], HitOf]
    ) -> None:
        self.problems = problems
        self.hit = hit
        self.numbering = Numbering()
        self.lists = WordLists(watch.terms, self.numbering, problems)
        self.expressions: dict[tuple[str, bool], Expression] = {}
        self.regexes: dict[str, int] = {}
        self.words: dict[object, Words] = {}
        self.feed_ids = {feed.id for feed in watch.feeds}
        self.groups = {feed.group for feed in watch.feeds if feed.group}

    def tree(self, rule: Rule) -> Node | None:
        """The tree of a rule; ``None`` if something in it is refused, which is then noted."""
        if rule.match is None:
            return self._tree_of_entries(rule)
        path = rule.path if rule.path[-1:] == ("scope",) else (*rule.path, "match")
        try:
            expression = self.read(rule.match, quoted=rule.quoted)
        except ExpressionError as error:
            self.problems.refuse(path, error)
            return None
        return _Growth(self, path).grow(expression)

    def read(self, text: str, *, quoted: bool) -> Expression:
        """The expression of a text, read once; raises ExpressionError as often as asked."""
        known = self.expressions.get((text, quoted))
        if known is None:
            known = self.expressions[text, quoted] = read_expression(text, quoted=quoted)
        return known

    def _tree_of_entries(self, rule: Rule) -> Node | None:
        groups = {
            key: [self._entry(text, (*rule.path, key, index)) for index, text in enumerate(texts)]
            for key, texts in (("any", rule.any), ("all", rule.all), ("none", rule.none))
        }
        nodes = [node for group in groups.values() for node in group]
        if not nodes:
            error = ExpressionError("there is nothing to look for", 0, "write match: or any:")
            self.problems.refuse(rule.path, error)
        good = {key: tuple(node for node in group if node) for key, group in groups.items()}
        if not nodes or None in nodes:
            return None
        any_ = good["any"]
        first = (AnyOf(any_),) if len(any_) > 1 else any_
        return AllOf((*first, *good["all"]), good["none"])

    def _entry(self, text: str, path: Path) -> Node | None:
        self.problems.warn_of_operators(path, text)
        try:
            entry = read_entry(text)
        except ExpressionError as error:
            self.problems.refuse(path, error)
            return None
        return _Growth(self, path).grow(entry)

    def list_node(self, name: str, at: int = 0, *, title: bool = False) -> Words:
        """The node of a whole list; raises what ``WordLists.leaves`` raises."""
        wanted = syntax.ListName(at, name)
        return self.one_node(
            ("list", name, title), lambda: self.lists.leaves(wanted), title, f"${name}"
        )

    def one_node(self, key: object, leaves: Callable[[], Leaves], title: bool, label: str) -> Words:
        """The node for these words, the same one each time."""
        if key not in self.words:
            self.words[key] = Words(leaves(), title, label)
        return self.words[key]


class _Growth:
    """The growing of one scalar's tree: notes every problem and goes on to the next."""

    def __init__(self, rules: RuleReader, path: Path) -> None:
        self.rules = rules
        self.path = path
        self.refused = False

    def grow(self, expression: Expression) -> Node | None:
        """The whole tree, or ``None`` if any part of it was refused."""
        tree = self.node(expression, title=False)
        return None if self.refused else tree

    def node(self, part: Expression, *, title: bool) -> Node:
        try:
            return self.leaf(part, title) or self.branch(part, title)
        except ExpressionError as error:
            self.rules.problems.refuse(self.path, error)
        except AlreadyToldError:
            pass
        self.refused = True
        return AnyOf(())

    def leaf(self, part: Expression, title: bool) -> Node | None:
        match part:
            case syntax.Phrase():
                return self.phrase(part, title)
            case syntax.ListName():
                return self.rules.list_node(part.name, part.at, title=title)
            case syntax.Regex():
                return self.regex(part, title)
            case syntax.Condition() | syntax.HitOf() if title:
                raise ExpressionError(
                    "only words can stand in a title", part.at, "write it outside of title:( )"
                )
            case syntax.Condition():
                return self.condition(part)
            case syntax.HitOf():
                return self.rules.hit(part, self.path)
        return None

    def branch(self, part: Expression, title: bool) -> Node:
        def each(parts: tuple[Expression, ...]) -> tuple[Node, ...]:
            return tuple(self.node(one, title=title) for one in parts)

        match part:
            case syntax.InTitle():
                return self.node(part.part, title=True)
            case syntax.Near():
                left, right = each((part.left, part.right))
                if part.kind == "NOTNEAR":
                    return NotNear(part.words, left, right)
                return Near(part.words, left, right, ordered=part.kind == "ONEAR")
            case syntax.Sentence():
                return Sentence(each(part.parts))
            case syntax.AtLeast():
                return AtLeast(part.times, self.node(part.part, title=title))
            case syntax.AnyOf():
                self.warn_of_near(part)
                return AnyOf(each(part.parts))
            case syntax.AllOf():
                return AllOf(each(part.parts), each(part.without))
        raise TypeError(part)

    def warn_of_near(self, part: syntax.AnyOf) -> None:
        """Doubt ``a OR b NEAR/5 c``, which many write for ``(a OR b) NEAR/5 c``."""
        bare = [p for p in part.parts if isinstance(p, syntax.Near) and not p.bracketed]
        if not bare or len(bare) == len(part.parts):
            return
        message = f"{bare[0].kind}/{bare[0].words} binds tighter than OR"
        hint = "say which is meant: (a OR b) NEAR/5 c, or a OR (b NEAR/5 c)"
        self.rules.problems.warn(self.path, bare[0].at, message, hint)

    def phrase(self, part: syntax.Phrase, title: bool) -> Words:
        def leaves() -> Leaves:
            return {self.rules.numbering.number(part.pattern): (Leaf(part.text, None),)}

        key = ("phrase", part.text, title)
        return self.rules.one_node(key, leaves, title, part.text)

    def regex(self, part: syntax.Regex, title: bool) -> Words:
        source = part.source.replace(r"\/", "/")
        label = f"/{part.source}/"
        if source not in self.rules.regexes:
            _check_regex(source, part.at)
        number = self.rules.regexes.setdefault(source, len(self.rules.regexes))
        leaves: Leaves = {-1 - number: (Leaf(label, None),)}
        return self.rules.one_node(("regex", source, title), lambda: leaves, title, label)

    def condition(self, part: syntax.Condition) -> Node:
        known = {"feed": self.rules.feed_ids, "group": self.rules.groups}.get(part.name)
        if known is not None and part.value not in known:
            hint = did_you_mean(part.value, known, f"{part.name}:", "")
            message = f"no feed of the list is {part.name}:{part.value}"
            self.rules.problems.warn(self.path, part.at, message, hint)
        pattern = part.pattern
        if pattern is None:
            return fact(part.name, part.value)
        return fact(part.name, part.value, lambda author: _stands_in(pattern, author))


def _check_regex(source: str, at: int) -> None:
    try:
        compiled = compile_regex(source)
    except re2.error as error:
        said = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        hint = "looking ahead or behind and back references are not part of it"
        raise ExpressionError(f"the regular expression is wrong: {said}", at, hint) from error
    if compiled.search("") or all(compiled.search(letter) for letter in _ORDINARY):
        raise ExpressionError(
            f"/{source}/ could match everything", at, "write at least one letter that must be there"
        )


def _stands_in(pattern: Pattern, text: str) -> bool:
    tokens, places = canonical(text).split(), spans(text)
    return any(pattern.fits(text, tokens, places, at) for at in range(len(tokens)))
