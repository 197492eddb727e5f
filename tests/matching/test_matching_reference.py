"""
The matcher held against a naive one, over generated expressions and texts in all scripts.

The naive matcher shares no code with the real one: it walks a text character
by character, tries every phrase at every token and every pair of places, and
knows nothing of automata or candidates. MATCHING_EXAMPLES sets how many cases
are tried.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.matching import compile_watch, explain, match
from monitor.matching.text import canonical, spans
from monitor.matching.variants import simplified
from monitor.model import FIELDS, Indicator, Item, Mark, Rule, WatchList

EXAMPLES = int(os.environ.get("MATCHING_EXAMPLES", "150"))
CASES = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck)
)  # fmt: skip

# --- the naive reading of a text ------------------------------------------------

SIMPLIFIED = simplified()
APOSTROPHES = "'’‘＇´`ʼʻʹ"
DASHES = "-‐‑‒–−﹣－"
DECORATING = [
    (0x300, 0x36F), (0x483, 0x489), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670),
    (0x6D6, 0x6ED), (0x8CA, 0x8FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
]  # fmt: skip
RUNNING = [
    (0x3005, 0x3007), (0x3021, 0x3029), (0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA),
    (0x30FC, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
]  # fmt: skip


@dataclass(frozen=True)
class Token:
    text: str
    start: int
    end: int
    raw: str
    running: bool = False


def is_in(char: str, ranges: list[tuple[int, int]]) -> bool:
    return any(low <= ord(char) <= high for low, high in ranges)


def decorates(char: str) -> bool:
    return is_in(char, DECORATING)


def is_unseen(char: str) -> bool:
    return char == "ـ" or (unicodedata.category(char) == "Cf" and char != "\u200c")


def is_word(char: str) -> bool:
    return (
        (char.isalnum() and char not in APOSTROPHES)
        or char == "_"
        or unicodedata.category(char)[0] == "M"
        or is_unseen(char)
    )


def is_cased(char: str) -> bool:
    code = ord(char)
    return char not in "×÷" and (
        (char.isascii() and char.isalpha())
        or 0xC0 <= code <= 0x24F or (0x391 <= code <= 0x3C9 and code != 0x3A2)
        or 0x400 <= code <= 0x4FF or 0xFF21 <= code <= 0xFF3A or 0xFF41 <= code <= 0xFF5A
    )  # fmt: skip


def ends_abbreviation(text: str, at: int) -> int | None:
    """Where an abbreviation whose last letter stands before ``at`` ends."""
    dot = text[at : at + 1] == "."
    if dot and not (at + 1 < len(text) and is_word(text[at + 1])):
        return at + 1
    if at < len(text) and (is_word(text[at]) or dot):
        return None
    return at


def abbreviation_at(text: str, at: int) -> int | None:
    if at and (is_word(text[at - 1]) or text[at - 1] == "."):
        return None
    end = at
    while end < len(text) and is_cased(text[end]) and text[end + 1 : end + 2] == ".":
        end += 2
    if end > at:
        if end < len(text) and is_cased(text[end]):
            done = ends_abbreviation(text, end + 1)
            if done is not None:
                return done
        elif end - at > 2:
            done = ends_abbreviation(text, end - 1)
            if done is not None:
                return done
    for gap in ("", " ", "\u00a0"):
        first, second = text[at : at + 2], text[at + 3 + len(gap) : at + 5 + len(gap)]
        pair = first + second
        if (
            len(pair) == 4 and pair.isascii() and pair.isalpha()
            and first[0] == first[1] and second[0] == second[1]
            and text[at + 2 : at + 3 + len(gap)] == "." + gap and (not gap or pair.isupper())
        ):  # fmt: skip
            done = ends_abbreviation(text, at + 5 + len(gap))
            if done is not None:
                return done
    return None


def is_possessive(text: str, at: int) -> bool:
    return (
        text[at] in APOSTROPHES
        and at > 0
        and (is_word(text[at - 1]) or text[at - 1] == ".")
        and text[at + 1 : at + 2] in ("s", "S", "ｓ", "Ｓ")
        and not (at + 2 < len(text) and is_word(text[at + 2]))
    )


def fold_cluster(cluster: str) -> str:
    """One visible character with its marks, as the language compares it."""
    base = cluster[0]
    if unicodedata.category(base)[0] == "M":
        return base
    if not base.isalnum():
        return " "
    if unicodedata.decimal(base, None) is not None:
        return str(unicodedata.decimal(base))
    lowered = base.lower()
    if lowered in ("й", "ñ"):
        return lowered
    if lowered == "и" and "\u0306" in cluster[1:2]:
        return "й"
    if lowered == "n" and "\u0303" in cluster[1:2]:
        return "ñ"
    whole = unicodedata.normalize("NFKC", base)
    if is_in(whole[0], RUNNING):
        return " " + " ".join(SIMPLIFIED.get(one, one) for one in whole) + " "
    if "가" <= base <= "힣":
        return base
    spread = unicodedata.normalize("NFKD", base).casefold()
    spread = unicodedata.normalize("NFKD", spread)
    kept = "".join(c for c in spread if not decorates(c) and c != "ـ")
    kept = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in kept)
    for one, other in zip("øđłħŧðıيىكە", ["o", "d", "l", "h", "t", "d", "i", "ی", "ی", "ک", "ه"],
                          strict=True):  # fmt: skip
        kept = kept.replace(one, other)
    return kept.replace("æ", "ae").replace("œ", "oe").replace("þ", "th")


def read(text: str) -> list[Token]:
    tokens: list[Token] = []
    kind = ""
    at = 0
    while at < len(text):
        end = abbreviation_at(text, at)
        if end is not None:
            raw = "".join(c for c in text[at:end] if c not in ". \u00a0")
            tokens.append(Token("".join(fold_cluster(c) for c in raw), at, end, raw))
            at, kind = end, ""
            if at < len(text) and is_word(text[at]):
                raise AssertionError(text)
            continue
        if is_possessive(text, at):
            at, kind = at + 2, ""
            continue
        if decorates(text[at]) or is_unseen(text[at]):
            at += 1
            continue
        end = at + 1
        mark_end = end
        while end < len(text) and (decorates(text[end]) or is_unseen(text[end])):
            end += 1
            if decorates(text[end - 1]):
                mark_end = end
        folded = fold_cluster(text[at:end]) if text[at] not in APOSTROPHES else " "
        for number, char in enumerate(folded):
            now = "" if char == " " else "digit" if char in "0123456789" else "letter"
            upto = mark_end if not folded[number + 1 :].strip() else at + 1
            if now and now == kind:
                last = tokens.pop()
                tokens.append(Token(last.text + char, last.start, upto, text[last.start : upto]))
            elif now:
                tokens.append(Token(char, at, upto, text[at:upto], is_in(char, RUNNING)))
            kind = now
        at = end
    return tokens


ALPHABET = (
    "aAbsSuUnN\u0303eé3٣3０ .,-–'’_/委内ーАиИ\u0306йёсСياكي\u200c\u200d\u00adـ\u064b½ßﬁﻼ가\nʼЌ²"
)
texts = st.one_of(
    st.text(st.sampled_from(ALPHABET), max_size=25), st.text(max_size=25),
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


@settings(CASES)
@given(texts)
def test_reading_canonical_text_again_changes_nothing(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once


# --- the naive matcher ----------------------------------------------------------

LOOK_ALIKES = dict(zip("авекмнорстухіјѕ", "abekmhopctyxijs", strict=True))


def skeleton(text: str) -> str:
    return "".join(LOOK_ALIKES.get(char, char) for char in text)


@dataclass(frozen=True)
class Place:
    field: str
    first: int
    last: int
    parts: frozenset[tuple[int, int]]


class Text:
    """An item, read naively: tokens, words and sentences by field."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.tokens = {str(name): read(item.text(name)) for name in FIELDS}

    def between(self, field: str, left: int, right: int) -> str:
        tokens = self.tokens[field]
        text: str = getattr(self.item, field)
        return text[tokens[left].end : tokens[right].start]

    def same_word(self, field: str, left: int) -> bool:
        one, other = self.tokens[field][left], self.tokens[field][left + 1]
        gap = self.between(field, left, left + 1)
        if one.text.isdigit() and other.text.isdigit():
            return gap in (".", ",")
        if one.running or other.running or one.text.isdigit() == other.text.isdigit():
            return False
        return gap == "" or (len(gap) == 1 and gap in DASHES)

    def words_between(self, field: str, left: int, right: int) -> int:
        starts = sum(not self.same_word(field, index) for index in range(left, right))
        return max(starts - 1, 0)

    def same_sentence(self, field: str, left: int, right: int) -> bool:
        return not any(self.ends_sentence(field, index) for index in range(left, right))

    def ends_sentence(self, field: str, left: int) -> bool:
        """Only for the gaps of ``SEPARATORS``, which are chosen not to be doubtful."""
        gap = self.between(field, left, left + 1)
        small = self.tokens[field][left + 1].raw[0].islower()
        return "。" in gap or (("! " in gap or "\n" in gap) and not small)


@dataclass(frozen=True)
class Word:
    """A phrase, as written."""

    text: str

    def __str__(self) -> str:
        return f'"{self.text}"' if " " in self.text else self.text

    def places(self, text: Text) -> set[Place]:
        wanted = read_phrase(self.text)
        return {
            Place(field, at, at + len(wanted) - 1, frozenset({(at, at + len(wanted) - 1)}))
            for field, tokens in text.tokens.items()
            for at in range(len(tokens) - len(wanted) + 1)
            if stands_at(wanted, text, field, at)
        }


@dataclass(frozen=True)
class Wanted:
    text: str
    open: bool
    exact: str
    running: bool
    gap: str
    """How it is written after the one before: any, run or joined."""


@lru_cache(maxsize=1000)
def read_phrase(written: str) -> tuple[Wanted, ...]:
    wanted: list[Wanted] = []
    for word in written.split():
        body = word.removeprefix("=").removesuffix("*")
        tokens = read(body)
        for index, token in enumerate(tokens):
            gap = "any"
            if index:
                last = tokens[index - 1]
                between = body[last.end : token.start]
                if last.running and token.running and not between:
                    gap = "run"
                elif last.text.isdigit() != token.text.isdigit() and (
                    not between or (len(between) == 1 and between in DASHES)
                ):
                    gap = "joined"
            is_open = word.endswith("*") and index == len(tokens) - 1 and not token.running
            writing = writing_of(token.raw) if word.startswith("=") else ""
            wanted.append(Wanted(token.text, is_open, writing, token.running, gap))
    return tuple(wanted)


def writing_of(raw: str) -> str:
    seen = "".join(c for c in raw if decorates(c) or not is_unseen(c))
    return unicodedata.normalize("NFKC", seen)


def stands_at(wanted: tuple[Wanted, ...], text: Text, field: str, at: int) -> bool:
    tokens = text.tokens[field]
    for index, one in enumerate(wanted):
        token = tokens[at + index]
        beside = (one, *wanted[index + 1 : index + 2])
        joined = any(other.gap == "joined" for other in beside)
        have, want = (
            (skeleton(token.text), skeleton(one.text)) if joined else (token.text, one.text)
        )
        if not (have.startswith(want) if one.open else have == want):
            return False
        if one.exact:
            writing = writing_of(token.raw)
            if not (writing.startswith(one.exact) if one.open else writing == one.exact):
                return False
        if index and not gap_fits(one.gap, text, field, at + index - 1):
            return False
    return True


def gap_fits(gap: str, text: Text, field: str, left: int) -> bool:
    written = text.between(field, left, left + 1)
    between = "".join(c for c in written if not is_unseen(c) and c != "\u200c")
    if gap == "any":
        return True
    if gap == "run":
        return all(c.isspace() or c in "·•・‧∙" for c in between)
    if between == "" or (len(between) == 1 and between in DASHES):
        return True
    one, other = text.tokens[field][left], text.tokens[field][left + 1]
    letters = other if one.text.isdigit() else one
    return between.isspace() and letters.raw[0] == letters.raw[0].upper()


@dataclass(frozen=True)
class Any:
    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return "(" + " OR ".join(map(str, self.parts)) + ")"

    def holds(self, text: Text) -> bool:
        return any(holds(part, text) for part in self.parts)

    def places(self, text: Text) -> set[Place]:
        return {place for part in self.parts for place in places(part, text)}


@dataclass(frozen=True)
class List(Any):
    """A ``$list``; its entries are the parts."""

    name: str = ""

    def __str__(self) -> str:
        return f"${self.name}"


@dataclass(frozen=True)
class All:
    parts: tuple[Expression, ...]
    without: tuple[Expression, ...]

    def __str__(self) -> str:
        return "(" + " AND ".join(map(str, self.parts)) + "".join(
            f" NOT {one}" for one in self.without
        ) + ")"  # fmt: skip

    def holds(self, text: Text) -> bool:
        return all(holds(part, text) for part in self.parts) and not any(
            holds(one, text) for one in self.without
        )


@dataclass(frozen=True)
class Near:
    kind: str
    words: int
    left: Expression
    right: Expression

    def __str__(self) -> str:
        return f"({self.left} {self.kind}/{self.words} {self.right})"

    def places(self, text: Text) -> set[Place]:
        if self.kind == "NOTNEAR":
            return {
                a for a in places(self.left, text)
                if not any(
                    a.field == b.field and distance(a, b, text) <= self.words
                    for b in places(self.right, text)
                )
            }  # fmt: skip
        return {
            Place(a.field, min(a.first, b.first), max(a.last, b.last), a.parts | b.parts)
            for a in places(self.left, text)
            for b in places(self.right, text)
            if a.field == b.field
            and not any(x[0] <= y[1] and y[0] <= x[1] for x in a.parts for y in b.parts)
            and not (self.kind == "ONEAR" and a.last >= b.first)
            and distance(a, b, text) <= self.words
        }


def distance(a: Place, b: Place, text: Text) -> int:
    if a.last < b.first:
        return text.words_between(a.field, a.last, b.first)
    if b.last < a.first:
        return text.words_between(a.field, b.last, a.first)
    return 0


@dataclass(frozen=True)
class Sentence:
    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return "SENTENCE(" + ", ".join(map(str, self.parts)) + ")"

    def holds(self, text: Text) -> bool:
        each = [
            [p for p in places(part, text) if text.same_sentence(p.field, p.first, p.last)]
            for part in self.parts
        ]
        return any(
            all(
                any(
                    p.field == first.field
                    and text.same_sentence(
                        p.field, min(p.first, first.first), max(p.last, first.last)
                    )
                    for p in others
                )
                for others in each
            )
            for first in each[0]
        )


@dataclass(frozen=True)
class AtLeast:
    times: int
    part: Expression

    def __str__(self) -> str:
        return f"ATLEAST/{self.times}({self.part})"

    def holds(self, text: Text) -> bool:
        standing = sorted((p.field, p.first, p.last) for p in places(self.part, text))
        return self.fits(standing, self.times)

    def fits(self, standing: list[tuple[str, int, int]], times: int) -> bool:
        """Whether so many of them stand apart: try with and without the first."""
        if times <= 0:
            return True
        if len(standing) < times:
            return False
        field, _, last = standing[0]
        apart = [one for one in standing[1:] if one[0] != field or one[1] > last]
        return self.fits(apart, times - 1) or self.fits(standing[1:], times)


@dataclass(frozen=True)
class InTitle:
    part: Expression

    def __str__(self) -> str:
        return f"title:({self.part})"

    def holds(self, text: Text) -> bool:
        return holds(self.part, Text(Item("item", "feed", text.item.title)))


Expression = Word | Any | List | All | Near | Sentence | AtLeast | InTitle


def places(part: Expression, text: Text) -> set[Place]:
    assert isinstance(part, (Word, Any, Near))
    return part.places(text)


def holds(part: Expression, text: Text) -> bool:
    return bool(part.places(text)) if isinstance(part, (Word, Near)) else part.holds(text)


# --- expressions and texts -------------------------------------------------------

VOCABULARY = [
    "jet", "Jets", "repair", "repairs", "Repaired", "Su-30", "su30", "Su 30", "su 30", "Su-30MK2",
    "Су-30", "С-300", "C-300", "C300", "с 300", "委内瑞拉", "委", "内瑞", "大修", "苏-30", "苏30",
    "ونزوئلا", "می\u200cرود", "رود", "يك", "یک", "۳۰", "30", "300", "año", "ano", "an\u0303o",
    "мой", "мои", "Ёлка", "елка", "US", "us", "U.S.", "EE.UU.", "Maduro", "Maduro's", "Más", "mas",
    "1,000", "spare", "parts", "委內瑞拉", "Su", "su", "苏", "C", "с", "M", "MK2",
]  # fmt: skip
ENTRIES = [
    "jet", "jets", "repair*", "=Jets", "=Repai*", "spare parts", "spare par*", "Su-30", "su30",
    "Su-30M*", "Су-30", "С-300", "C-300", "委内瑞拉", "委*", "内瑞", "大修", "苏-30", "瑞拉 Su-30",
    "ونزوئلا", "می رود", "یک", "30", "۳۰", "año", "ano", "мой", "елка", "US", "=US", "=us", "eeuu",
    "Maduro", "maduro*", "más", "=Más", "jets repair*", "repair* Su-30", "=Su-30", "1,000",
]  # fmt: skip
SEPARATORS = [
    " ",
    " \0 ",
    " ",
    " ",
    ", ",
    "-",
    "",
    "\n",
    "。",
    "! ",
    " x ",
    " y z ",
    "\u200c",
    " – ",
]

word = st.sampled_from(ENTRIES).map(Word)
TERMS = {
    "aircraft": ("Su-30", "Су-30", "苏-30", "jet"),
    "work": ("repair*", "大修", "=Jets", "$aircraft"),
}
LISTS = {
    "aircraft": List(tuple(map(Word, TERMS["aircraft"])), "aircraft"),
    "work": List((*map(Word, TERMS["work"][:3]), *map(Word, TERMS["aircraft"])), "work"),
}
OPERATORS = st.sampled_from(["NEAR", "ONEAR", "NOTNEAR"])
placed: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(word, word, st.sampled_from(list(LISTS.values()))),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Any(tuple(parts))),
        st.builds(Near, OPERATORS, st.integers(0, 4), inner, inner),
    ),
    max_leaves=4,
)  # fmt: skip
worded: st.SearchStrategy[Expression] = st.one_of(
    placed,
    st.lists(placed, min_size=2, max_size=3).map(lambda parts: Sentence(tuple(parts))),
    st.builds(AtLeast, st.integers(1, 3), placed),
)
expressions: st.SearchStrategy[Expression] = st.recursive(
    st.one_of(worded, worded, worded.map(InTitle)),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Any(tuple(parts))),
        st.builds(
            lambda parts, without: All(tuple(parts), tuple(without)),
            st.lists(inner, min_size=1, max_size=3),
            st.lists(inner, min_size=1, max_size=2),
        ),
    ),
    max_leaves=4,
)
written = st.lists(
    st.tuples(st.sampled_from(VOCABULARY), st.sampled_from(SEPARATORS)), max_size=9
).map(lambda pairs: "".join(one + gap for one, gap in pairs))


@settings(CASES, max_examples=EXAMPLES * 2)
@given(
    wanted=st.lists(expressions, min_size=1, max_size=4),
    title=written | st.just("..."),
    summary=written | st.just("..."),
)
def test_the_matcher_finds_what_the_naive_matcher_finds(
    watch: Callable[..., WatchList], wanted: list[Expression], title: str, summary: str
) -> None:
    indicators = [
        Indicator(f"i{n}", "x", Rule(match=str(one), path=("indicators", n)))
        for n, one in enumerate(wanted)
    ]
    matcher, problems = compile_watch(watch(*indicators, terms=TERMS))
    assert problems == []
    item = Item("item", "feed", title, summary)
    expected = [f"i{n}" for n, one in enumerate(wanted) if holds(one, Text(item))]
    hits = match(item, matcher)
    assert [hit.indicator for hit in hits] == expected
    for hit in hits:
        check_marks(hit.marks, item)
    for one in indicators:
        told = explain(item, matcher, one.id)
        assert told.hit is (one.id in expected)
        assert bool(told.failed) is not told.hit


def check_marks(marks: tuple[Mark, ...], item: Item) -> None:
    """Each mark is a place where the naive matcher finds that very term, in order."""
    order = [(("title", "summary", "content").index(m.field), m.start, m.end) for m in marks]
    assert order == sorted(order)
    text = Text(item)
    for mark in marks:
        assert item.text(mark.field)[mark.start : mark.end] == mark.text
        assert mark.list is None or mark.term in TERMS[mark.list]
        tokens = text.tokens[mark.field]
        assert (mark.field, mark.start, mark.end) in {
            (p.field, text.tokens[p.field][p.first].start, text.tokens[p.field][p.last].end)
            for p in Word(mark.term).places(text)
        }, (mark, tokens)
