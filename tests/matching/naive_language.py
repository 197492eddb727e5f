"""
The matching language, naively: each form says by trying everything whether it holds, and where.

``str()`` of an expression is what a person writes. Every form knows three
things of a text: whether it ``holds``, at which ``places`` (only what NEAR may
join has them), and, where it holds, the words that are its ``evidence``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import reject

from monitor.matching.nearness import MOST_PARTNERS
from monitor.model import FieldName, Item
from tests.matching.naive_item import Part, Place, Text
from tests.matching.naive_phrase import read_phrase, stands_at
from tests.matching.naive_regex import Pattern
from tests.matching.naive_text import read

QUOTES = ('""', "“”", "«»", "„“")


class Placed:
    """What stands at places of the text, and holds if there is one."""

    def places(self, text: Text) -> set[Place]:
        raise NotImplementedError

    def holds(self, text: Text) -> bool:
        return bool(places(self, text))

    def evidence(self, text: Text) -> set[Part]:
        return {part for place in places(self, text) for part in place.parts}

    def inside(self, text: Text) -> list[tuple[Expression, str]]:
        """The clauses in it, each with what it does for this one."""
        return []


# --- words and lists


@dataclass(frozen=True)
class Word(Placed):
    """A word or a phrase, as written; ``list`` is the list that it is an entry of."""

    text: str
    list: str | None = None
    quotes: str = '""'

    def __str__(self) -> str:
        is_plain = all(char.isalnum() or char in "=*-.'’" for char in self.text)
        if is_plain and self.quotes == '""':
            return self.text
        return self.quotes[0] + self.text + self.quotes[1]

    def places(self, text: Text) -> set[Place]:
        wanted = read_phrase(self.text)
        return {
            place_of(field, at, at + len(wanted) - 1, self.text, self.list)
            for field, tokens in text.tokens.items()
            for at in range(len(tokens) - len(wanted) + 1)
            if stands_at(wanted, text, field, at)
        }


def place_of(field: FieldName, first: int, last: int, term: str, name: str | None) -> Place:
    return Place(field, first, last, frozenset({Part(field, first, last, term, name)}))


@dataclass(frozen=True)
class List(Placed):
    """A ``$list`` with all its entries, those of lists within it too."""

    name: str
    entries: tuple[Word, ...]

    def __str__(self) -> str:
        return f"${self.name}"

    def places(self, text: Text) -> set[Place]:
        return {place for entry in self.entries for place in places(entry, text)}


@dataclass(frozen=True)
class Regex(Placed):
    """``/pattern/``, on the original text; its place are the tokens that it touches."""

    pattern: Pattern

    def __str__(self) -> str:
        return f"/{self.pattern.ours()}/"

    def holds(self, text: Text) -> bool:
        return any(self.pattern.found(text.item.text(field)) for field in text.written())

    def places(self, text: Text) -> set[Place]:
        places = set()
        for field in text.written():
            for start, end in self.pattern.found(text.item.text(field)):
                touched = [
                    number
                    for number, token in enumerate(text.tokens[field])
                    if token.start < end and start < token.end
                ]
                if touched:
                    places.add(place_of(field, touched[0], touched[-1], str(self), None))
        return places


# --- and, or, not


@dataclass(frozen=True)
class Any(Placed):
    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return "(" + " OR ".join(map(str, self.parts)) + ")"

    def holds(self, text: Text) -> bool:
        return any(part.holds(text) for part in self.parts)

    def places(self, text: Text) -> set[Place]:
        return {place for part in self.parts for place in places(part, text)}

    def evidence(self, text: Text) -> set[Part]:
        return together(part.evidence(text) for part in self.parts if part.holds(text))

    def inside(self, text: Text) -> list[tuple[Expression, str]]:
        return [(part, "") for part in self.parts]


def together(sets: Iterable[set[Part]]) -> set[Part]:
    return {part for one in sets for part in one}


@dataclass(frozen=True)
class All:
    parts: tuple[Expression, ...]
    without: tuple[Expression, ...] = ()

    def __str__(self) -> str:
        # AND and NOT may follow each other in any order, once there is something to leave out from.
        first, *more = self.parts
        signs = [f"AND {part}" for part in more]
        for number, part in enumerate(self.without):
            signs.insert(number * 2, f"{'AND ' * (number % 2)}NOT {part}")
        return "(" + " ".join([str(first), *signs]) + ")"

    def holds(self, text: Text) -> bool:
        return all(part.holds(text) for part in self.parts) and not any(
            part.holds(text) for part in self.without
        )

    def evidence(self, text: Text) -> set[Part]:
        return together(part.evidence(text) for part in self.parts)

    def inside(self, text: Text) -> list[tuple[Expression, str]]:
        return [(part, "") for part in self.parts] + [(part, "not") for part in self.without]


# --- near each other


@dataclass(frozen=True)
class Near(Placed):
    kind: str
    words: int
    left: Expression
    right: Expression
    bracketed: bool = True

    def __str__(self) -> str:
        right = str(self.right)
        if isinstance(self.right, Near) and not self.right.bracketed:
            right = f"({right})"
        row = f"{self.left} {self.kind}/{self.words} {right}"
        return f"({row})" if self.bracketed else row

    def pairs(self, text: Text) -> list[tuple[Place, Place]]:
        """All of them; a text so crowded that the matcher picks some is not compared."""
        pairs = [
            (a, b)
            for a in places(self.left, text)
            for b in places(self.right, text)
            if a.field == b.field
            and not any(x.first <= y.last and y.first <= x.last for x in a.parts for y in b.parts)
            and not (self.kind == "ONEAR" and a.last >= b.first)
            and distance(a, b, text) <= self.words
        ]
        if max(Counter(a for a, _ in pairs).values(), default=0) > MOST_PARTNERS:
            reject()
        return pairs

    def places(self, text: Text) -> set[Place]:
        if self.kind == "NOTNEAR":
            right = places(self.right, text)
            return {a for a in places(self.left, text) if not self.is_near_any(a, right, text)}
        return {
            Place(a.field, min(a.first, b.first), max(a.last, b.last), a.parts | b.parts)
            for a, b in self.pairs(text)
        }

    def is_near_any(self, a: Place, others: set[Place], text: Text) -> bool:
        return any(a.field == b.field and distance(a, b, text) <= self.words for b in others)

    def inside(self, text: Text) -> list[tuple[Expression, str]]:
        return [(self.left, ""), (self.right, "")]

    def nearest(self, text: Text) -> int | None:
        """The fewest words between two places, in order if that is asked."""
        return min(
            (
                distance(a, b, text)
                for a in places(self.left, text)
                for b in places(self.right, text)
                if a.field == b.field
                and (a.last < b.first or (b.last < a.first and self.kind != "ONEAR"))
            ),
            default=None,
        )


def distance(a: Place, b: Place, text: Text) -> int:
    if a.last < b.first:
        return text.words_between(a.field, a.last, b.first)
    if b.last < a.first:
        return text.words_between(b.field, b.last, a.first)
    return 0


@dataclass(frozen=True)
class Sentence:
    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return "SENTENCE(" + ", ".join(map(str, self.parts)) + ")"

    def sentences(self, part: Expression, text: Text) -> set[tuple[FieldName, int]]:
        """The sentences that wholly hold a part."""
        return {(p.field, text.sentences[p.field][p.first]) for p in self.within(part, text)}

    def within(self, part: Expression, text: Text) -> list[Place]:
        return [p for p in places(part, text) if text.same_sentence(p.field, p.first, p.last)]

    def shared(self, text: Text) -> set[tuple[FieldName, int]]:
        return set.intersection(*(self.sentences(part, text) for part in self.parts))

    def holds(self, text: Text) -> bool:
        return bool(self.shared(text))

    def evidence(self, text: Text) -> set[Part]:
        shared = self.shared(text)
        return together(
            set(place.parts)
            for part in self.parts
            for place in self.within(part, text)
            if (place.field, text.sentences[place.field][place.first]) in shared
        )

    def inside(self, text: Text) -> list[tuple[Expression, str]]:
        return [(part, "") for part in self.parts]


@dataclass(frozen=True)
class AtLeast:
    times: int
    part: Expression

    def __str__(self) -> str:
        return f"ATLEAST/{self.times}({self.part})"

    def count(self, text: Text) -> int:
        """How many places stand apart, without those that only repeat the summary."""
        total = 0
        for field, tokens in text.tokens.items():
            ends = [
                (p.first, p.last)
                for p in places(self.part, text)
                if p.field == field and not text.is_repeat(field, p.first, p.last)
            ]
            # The most that fit before each token: either nothing ends there, or one of them does.
            most = [0] * (len(tokens) + 1)
            for end in range(len(tokens)):
                fitting = [most[first] + 1 for first, last in ends if last == end]
                most[end + 1] = max(most[end], *fitting, 0)
            total += most[-1]
        return total

    def holds(self, text: Text) -> bool:
        return self.count(text) >= self.times

    def evidence(self, text: Text) -> set[Part]:
        return together(set(place.parts) for place in places(self.part, text))

    def inside(self, text: Text) -> list[tuple[Expression, str]]:
        return [(self.part, "")]


# --- fields and other indicators


@dataclass(frozen=True)
class InTitle:
    part: Expression

    def __str__(self) -> str:
        if isinstance(self.part, (Word, List, Any)):
            return f"title:{self.part}"
        return f"title:({self.part})"

    def holds(self, text: Text) -> bool:
        return self.part.holds(text.title_only)

    def evidence(self, text: Text) -> set[Part]:
        return self.part.evidence(text.title_only)

    def inside(self, text: Text) -> list[tuple[Expression, str]]:
        return self.part.inside(text.title_only)


@dataclass(frozen=True)
class Field:
    """``lang:``, ``feed:``, ``group:``, ``publisher:``, ``grade:``, ``tag:`` and ``author:``."""

    name: str
    value: str

    def __str__(self) -> str:
        is_plain = self.value.isalnum() or re.fullmatch(r"[\w-]+\*?", self.value)
        return f"{self.name}:{self.value}" if is_plain else f'{self.name}:"{self.value}"'

    def holds(self, text: Text) -> bool:
        item, feed = text.item, text.feed
        match self.name:
            case "feed":
                return item.feed == self.value
            case "group":
                return feed is not None and feed.group == self.value
            case "publisher":
                return feed is not None and alike(feed.publisher, self.value)
            case "grade":
                return feed is not None and "ABCDEF".index(feed.grade) <= "ABCDEF".index(
                    self.value.upper()
                )
            case "tag":
                return any(
                    alike(tag, self.value) for tag in item.tags + (feed.tags if feed else ())
                )
            case "author":
                name = Text(Item("item", "feed", item.author or ""))
                return Word(self.value).holds(name)
        spoken = item.lang or (feed and feed.lang) or ""
        wanted = self.value.lower().replace("_", "-").split("-")
        return spoken.lower().replace("_", "-").split("-")[: len(wanted)] == wanted

    def evidence(self, text: Text) -> set[Part]:
        return set()

    def inside(self, text: Text) -> list[tuple[Expression, str]]:
        return []


def alike(one: str, other: str) -> bool:
    return [token.text for token in read(one)] == [token.text for token in read(other)]


@dataclass(frozen=True)
class HitOf:
    """``hit:ID``."""

    indicator: str

    def __str__(self) -> str:
        return f"hit:{self.indicator}"

    def holds(self, text: Text) -> bool:
        return text.watched[self.indicator].hits(text)

    def evidence(self, text: Text) -> set[Part]:
        return text.watched[self.indicator].whole.evidence(text)

    def inside(self, text: Text) -> list[tuple[Expression, str]]:
        return [(text.watched[self.indicator].whole, "")]


Expression = Word | List | Regex | Any | All | Near | Sentence | AtLeast | InTitle | Field | HitOf


def places(part: object, text: Text) -> set[Place]:
    """The places of what can be joined by NEAR."""
    assert isinstance(part, Placed)
    if id(part) not in text.known:
        text.known[id(part)] = (part, part.places(text))
    return text.known[id(part)][1]
