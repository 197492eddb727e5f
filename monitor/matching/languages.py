"""Lists that lack a language which the feeds carry, judged by the letters of their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from monitor.errors import ExpressionError
from monitor.matching import syntax
from monitor.matching.parser import read_entry, read_expression
from monitor.matching.problems import RuleProblem
from monitor.matching.reading import Reading
from monitor.matching.revisions import inside, scope_of
from monitor.matching.scanner import Scanner
from monitor.matching.syntax import Expression
from monitor.matching.tree import fact
from monitor.model import Feed, Indicator, Item, Rule, WatchList


@dataclass(frozen=True, slots=True)
class Script:
    """Letters, and the languages that are written in them."""

    name: str
    letters: re.Pattern[str]
    languages: frozenset[str] = frozenset()


def _script(name: str, letters: str, languages: str = "") -> Script:
    return Script(name, re.compile(f"[{letters}]"), frozenset(languages.split()))


LATIN = _script("Latin letters", r"A-Za-z\u00c0-\u024f\u1e00-\u1eff")
"""Also what a language counts as whose letters are not in the table."""
SCRIPTS = (
    LATIN,
    _script("Cyrillic letters", r"\u0400-\u052f", "ru uk be bg mk kk ky mn tg"),
    _script("Chinese characters", r"\u3400-\u9fff\uf900-\ufaff", "zh yue ja"),
    _script("Arabic letters", r"\u0600-\u077f\ufb50-\ufdff\ufe70-\ufeff", "fa ar ur ps ckb"),
    _script("Korean letters", r"\u1100-\u11ff\uac00-\ud7af", "ko"),
    _script("Hebrew letters", r"\u0590-\u05ff", "he yi"),
    _script("Greek letters", r"\u0370-\u03ff", "el"),
    _script("Devanagari letters", r"\u0900-\u097f", "hi mr ne"),
    _script("Armenian letters", r"\u0530-\u058f", "hy"),
    _script("Georgian letters", r"\u10a0-\u10ff", "ka"),
    _script("Thai letters", r"\u0e00-\u0e7f", "th"),
)


def script_of(lang: str) -> Script:
    """What a language is written in; ``lang`` is a code such as ``zh-cn``."""
    code = lang.partition("-")[0]
    return next((one for one in SCRIPTS if code in one.languages), LATIN)


def scripts_in(texts: Iterable[str]) -> set[Script]:
    """The scripts that some words are written in."""
    joined = " ".join(texts)
    return {one for one in SCRIPTS if one.letters.search(joined)}


def languages_lacking(watch: WatchList) -> Iterator[RuleProblem]:
    """
    A warning for each list that lacks the letters of a language which it is meant for.

    A list in one script is taken to be that on purpose: names, or words of one
    neighbourhood. One in two or more is meant for every feed whose items reach
    it through a rule, so a list that stands below ``lang:zh`` alone needs no
    Russian. Lists count with all that is in them. Codes at the end of a name,
    as in ``slang-en-ru``, say which languages a list is for.

    Languages that share their letters cannot be told apart: Spanish that is
    missing beside English is not seen. A script that no list has at all is one
    warning, at the first feed that brings it.
    """
    if not watch.terms or not any(feed.lang for feed in watch.feeds):
        return
    reach = _Reach(watch)
    known = scripts_in(text for name in watch.terms for text in _words_of(watch, name))
    told: set[str] = set()
    for name in _innermost_first(watch):
        lacking = _lacking(watch, name, reach.lists.get(name, frozenset()), known)
        if lacking and not told.intersection(_within(watch, name)):
            told.add(name)
            yield _about_list(name, lacking)
    yield from _uncovered(watch.feeds, known | scripts_in(reach.phrases))


Lack = tuple[Script, Counter[str]]
"""Letters that are missing, with the feeds counted by their languages."""
Feeds = frozenset[int]
"""Some feeds, by their places in the watch list."""


def _lacking(watch: WatchList, name: str, feeds: Feeds, known: set[Script]) -> list[Lack]:
    there = scripts_in(text for one in _within(watch, name) for text in _words_of(watch, one))
    if len(there) < 2:
        return []
    wanted = _meant_for(name, {_code(feed) for feed in watch.feeds})
    lacks: dict[Script, Counter[str]] = {}
    for number in feeds:
        code = _code(watch.feeds[number])
        script = script_of(code)
        if code and script in known - there and (not wanted or code in wanted):
            lacks.setdefault(script, Counter())[code] += 1
    return sorted(lacks.items(), key=lambda lack: SCRIPTS.index(lack[0]))


def _about_list(name: str, lacking: list[Lack]) -> RuleProblem:
    scripts = " or ".join(f"{script.name} ({_feeds(codes)})" for script, codes in lacking)
    message = f"the list {name} has no word in {scripts}"
    hint = "add some, or say at the end of its name which languages it is for, as in slang-en-es"
    return RuleProblem(("terms", name), 0, message, hint, "warning")


def _uncovered(feeds: tuple[Feed, ...], known: set[Script]) -> Iterator[RuleProblem]:
    missing: dict[Script, list[int]] = {}
    for number, feed in enumerate(feeds):
        if feed.lang and script_of(feed.lang) not in known:
            missing.setdefault(script_of(feed.lang), []).append(number)
    for script, numbers in missing.items():
        count = _feeds(Counter(_code(feeds[number]) for number in numbers))
        message = f"no list has a word in {script.name} ({count})"
        hint = "these feeds can hardly hit anything; add words to the lists"
        yield RuleProblem(("feeds", numbers[0], "lang"), 0, message, hint, "warning")


def _feeds(codes: Counter[str]) -> str:
    """``3 feeds in ru, 1 feed in uk``."""
    each = sorted(codes.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{n} {'feed' if n == 1 else 'feeds'} in {code}" for code, n in each)


def _code(feed: Feed) -> str:
    return (feed.lang or "").partition("-")[0]


def _meant_for(name: str, codes: set[str]) -> set[str]:
    """The languages that the end of a list's name gives; none if it gives none."""
    given: set[str] = set()
    for part in reversed(name.split("-")[1:]):
        if part not in codes:
            break
        given.add(part)
    return given


def _words_of(watch: WatchList, name: str) -> Iterator[str]:
    return (text for text in watch.terms[name] if not text.lstrip().startswith("$"))


def _within(watch: WatchList, name: str) -> list[str]:
    """A list and those in it, whatever circles they go in; what stands deepest comes first."""
    found: list[str] = []
    _go_down(watch, name, set(), found)
    return found


def _go_down(watch: WatchList, name: str, seen: set[str], found: list[str]) -> None:
    if name in seen or name not in watch.terms:
        return
    seen.add(name)
    for text in watch.terms[name]:
        if text.lstrip().startswith("$"):
            _go_down(watch, text.strip()[1:], seen, found)
    found.append(name)


def _innermost_first(watch: WatchList) -> list[str]:
    """All lists, so ordered that what is amiss within a list is told there and not again above."""
    seen: set[str] = set()
    found: list[str] = []
    for name in watch.terms:
        _go_down(watch, name, seen, found)
    return found


@dataclass
class _Reach:
    """From which feeds items come to each list that a rule names; and the rules' own words."""

    watch: WatchList
    lists: dict[str, Feeds] = field(default_factory=dict)
    phrases: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        feeds, nothing = self.watch.feeds, Scanner([], [])
        self._readings = [
            Reading(Item("", feed.id, "", lang=feed.lang), feed, nothing) for feed in feeds
        ]
        self._holds: dict[tuple[str, str], Feeds] = {}
        self.all: Feeds = frozenset(range(len(feeds)))
        self.mute: Feeds = frozenset(n for n in self.all if not feeds[n].lang)
        for one in self.watch.indicators:
            if not one.paused:
                self._add(one)

    def _add(self, one: Indicator) -> None:
        heard = frozenset(
            number
            for number, feed in enumerate(self.watch.feeds)
            if not (one.feeds or one.groups) or feed.id in one.feeds or feed.group in one.groups
        )
        rules = [rule for rule in (one.rule, scope_of(one, self.watch)) if rule is not None]
        parts = [part for part in map(expression_of, rules) if part is not None]
        whole = syntax.AllOf(0, tuple(parts))
        self._walk(whole, heard)
        for signal in one.signals:
            rule = expression_of(signal.rule)
            if rule is not None:
                self._walk(rule, heard & self._may(whole))

    def _walk(self, part: Expression, feeds: Feeds) -> None:
        match part:
            case syntax.ListName():
                self.lists[part.name] = self.lists.get(part.name, frozenset()) | feeds
            case syntax.Phrase():
                self.phrases.append(part.text)
            case syntax.AllOf():
                feeds &= self._may(part)
        for one in inside(part):
            self._walk(one, feeds)

    def _may(self, part: Expression) -> Feeds:
        """The feeds whose items can fulfil a part."""
        match part:
            case syntax.Condition():
                return self._holding(part, unsure=self.all)
            case syntax.AnyOf():
                return frozenset().union(*map(self._may, part.parts))
            case syntax.AllOf():
                never = map(self._must, part.without)
                return self.all.intersection(*map(self._may, part.parts)).difference(*never)
        return self.all

    def _must(self, part: Expression) -> Feeds:
        """The feeds all of whose items fulfil a part, whatever they say."""
        match part:
            case syntax.Condition():
                return self._holding(part, unsure=frozenset())
            case syntax.AnyOf():
                return frozenset().union(*map(self._must, part.parts))
            case syntax.AllOf():
                ever = map(self._may, part.without)
                return self.all.intersection(*map(self._must, part.parts)).difference(*ever)
        return frozenset()

    def _holding(self, part: syntax.Condition, unsure: Feeds) -> Feeds:
        """The feeds that fulfil a condition; those that leave it to the item are ``unsure``."""
        key = (part.name, part.value)
        if key not in self._holds:
            test = fact(part.name, part.value).test
            self._holds[key] = frozenset(n for n in self.all if test(self._readings[n]))
        by_item = {"tag": self.all, "author": self.all, "lang": self.mute}
        return self._holds[key] | (unsure & by_item.get(part.name, frozenset()))


def expression_of(rule: Rule) -> Expression | None:
    """A rule as one expression; ``None`` if any of it is refused, which is told elsewhere."""
    try:
        if rule.match is not None:
            return read_expression(rule.match, quoted=rule.quoted)
        groups = [tuple(map(read_entry, texts)) for texts in (rule.any, rule.all, rule.none)]
    except ExpressionError:
        return None
    some = (syntax.AnyOf(0, groups[0]),) if groups[0] else ()
    return syntax.AllOf(0, (*some, *groups[1]), groups[2])
