"""Expressions of every form of the language, and watch lists of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from hypothesis import strategies as st

from tests.matching.generated_texts import Theme, usual
from tests.matching.naive_language import (
    QUOTES,
    All,
    Any,
    AtLeast,
    Expression,
    Field,
    HitOf,
    InTitle,
    List,
    Near,
    Regex,
    Sentence,
    Word,
)
from tests.matching.naive_regex import CLASSES, Class, Often, OneOf, Pattern, Plain
from tests.matching.naive_watch import Lists, Watched

MOST_INDICATORS = 4
FIELD_VALUES = {
    "lang": ("es", "ES", "es-ve", "ru", "zh", "en"),
    "feed": ("tass-en", "el-pais", "wire"),
    "group": ("moscow", "caracas", "beijing", "Moscow"),
    "publisher": ("TASS", "tass", "El Pais", "ТАСС", "新华社", "xinhua 新華社"),
    "grade": ("A", "b", "C", "D", "E"),
    "tag": ("defence", "DEFENCE", "politica", "oil gas", "油", "oil"),
    "author": ("Petrova", "petrov*", "Anna Petrova", "=Petrov*", "елкина", "Anna"),
}
OPERATORS = st.sampled_from(("NEAR", "ONEAR", "NOTNEAR", "NEAR"))


def several(
    inner: st.SearchStrategy[Expression], least: int, most: int
) -> st.SearchStrategy[tuple[Expression, ...]]:
    return st.lists(inner, min_size=least, max_size=most).map(tuple)


def lists_of(about: Theme) -> list[List]:
    """The theme's lists, each with all its entries."""
    terms = about.terms()

    def entries(name: str) -> Iterator[Word]:
        for entry in terms[name]:
            if entry.startswith("$"):
                yield from entries(entry[1:])
            else:
                yield Word(entry, name)

    return [List(name, tuple(entries(name))) for name in terms]


def words_of(about: Theme) -> st.SearchStrategy[Expression]:
    return st.builds(Word, usual(about.entries, 5), quotes=st.sampled_from((QUOTES[0], *QUOTES)))


def regexes_of(about: Theme) -> st.SearchStrategy[Expression]:
    """Patterns that hold a letter or a digit for certain, as the language asks."""
    sure = [word for word in (*about.spellings, "a/b", "и/или") if any(map(str.isalnum, word))]
    plain = st.builds(Plain, usual(tuple(sure), 10))
    part = plain.map(lambda whole: Plain(whole.text[:2] if whole.text[:2].isalnum() else "x"))
    sign = st.builds(Class, st.sampled_from(sorted(CLASSES)))
    often = st.builds(
        Often,
        st.one_of(
            st.builds(Plain, st.sampled_from("-/ .аs3委")),
            sign.filter(lambda one: one.sign != r"\b"),
        ),
        st.sampled_from(("?", "*", "+", "{1,3}", "*?", "{2}")),
    )
    some = st.lists(st.one_of(sign, often, part), max_size=2).map(tuple)
    beside = st.one_of(st.just(()), st.just(()), some)
    anchor = st.one_of(
        plain, part, st.lists(part, min_size=2, max_size=3).map(lambda p: OneOf(tuple(p)))
    )
    rare = st.sampled_from((False, False, False, True))
    return st.builds(
        lambda left, sure, right, caseless, start, end: Regex(
            Pattern((*left, sure, *right), caseless, start, end)
        ),
        beside, anchor, beside, st.booleans(), rare, rare,
    )  # fmt: skip


@cache
def placed_of(about: Theme) -> st.SearchStrategy[Expression]:
    """What NEAR can join: words, lists, regular expressions, several of them, what is near."""
    word = words_of(about)
    leaf = st.one_of(word, word, st.sampled_from(lists_of(about)), regexes_of(about))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            several(inner, 2, 3).map(Any),
            st.builds(
                Near, OPERATORS, st.sampled_from((0, 1, 2, 3, 4, 9)), inner, inner, st.booleans()
            ),
        ),
        max_leaves=4,
    )  # fmt: skip


@cache
def expressions_of(about: Theme, rank: int) -> st.SearchStrategy[Expression]:
    """Any expression of an indicator that may ask for the hits of those of lower rank."""
    placed = placed_of(about)
    textual = st.one_of(
        placed,
        placed,
        st.builds(Sentence, several(placed, 2, 3)),
        st.builds(AtLeast, st.integers(1, 4), placed),
    )
    titled = st.one_of(
        textual,
        several(textual, 2, 2).map(Any),
        st.builds(All, several(textual, 1, 2), several(textual, 1, 1)),
    ).filter(lambda part: not has_regex(part))
    field = st.sampled_from(
        [Field(name, value) for name, values in FIELD_VALUES.items() for value in values]
    )
    leaves = [textual, textual, titled.map(InTitle), field]
    if rank:
        leaves.append(st.builds(HitOf, st.sampled_from([f"i{n}" for n in range(rank)])))
    return st.recursive(
        st.one_of(leaves),
        lambda inner: st.one_of(
            several(inner, 2, 3).map(Any),
            several(inner, 2, 3).map(All),
            st.builds(All, several(inner, 1, 3), several(inner, 1, 2)),
            inner.map(lambda part: All((part, Field("grade", "F")))),
        ),
        max_leaves=4,
    )


def has_regex(part: Expression) -> bool:
    """Whether a part holds a regular expression."""
    match part:
        case Regex():
            return True
        case Any() | Sentence():
            return any(map(has_regex, part.parts))
        case All():
            return any(map(has_regex, (*part.parts, *part.without)))
        case Near():
            return has_regex(part.left) or has_regex(part.right)
        case AtLeast():
            return has_regex(part.part)
    return False


@cache
def entry_lists_of(about: Theme) -> st.SearchStrategy[Lists]:
    """Rules of ``any:``, ``all:`` and ``none:``, the last never alone."""
    entry = st.one_of(st.sampled_from(about.entries).map(Word), st.sampled_from(lists_of(about)))
    some = st.lists(entry, max_size=3).map(tuple)
    return st.builds(Lists, some, some, some).filter(lambda rule: rule.any or rule.all)


@st.composite
def watched_of(draw: st.DrawFn, about: Theme, rank: int, shared: Expression | None) -> Watched:
    """One indicator; ``shared`` is the scope of the whole list."""
    expression = expressions_of(about, rank)
    rule = st.one_of(expression, expression, expression, entry_lists_of(about))
    scope, owns_scope = shared, False
    if draw(st.integers(0, 3)) == 0:
        scope, owns_scope = draw(st.none() | expression), True
    wanted = draw(rule)
    if scope is not None and draw(st.integers(0, 7)) == 0:
        wanted = Lists(none=draw(entry_lists_of(about)).any or (Word(about.entries[0]),))
    listens = draw(st.integers(0, 3)) == 0
    return Watched(
        f"i{rank}",
        wanted,
        scope,
        owns_scope,
        tuple((f"s{n}", one) for n, one in enumerate(draw(st.lists(rule, max_size=2)))),
        draw(st.sampled_from(((), ("tass-en",), ("wire", "el-pais")))) if listens else (),
        draw(st.sampled_from((("moscow",), ("beijing", "caracas"), ()))) if listens else (),
        paused=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def watches(draw: st.DrawFn, about: Theme) -> tuple[Expression | None, list[Watched]]:
    """
    The scope of a list, and its indicators in the order of the file.

    Those that are asked for their hits stand before or after those that ask.
    """
    shared = draw(st.one_of(st.none(), st.none(), st.none(), expressions_of(about, 0)))
    many = draw(st.integers(1, MOST_INDICATORS))
    watched = [draw(watched_of(about, rank, shared)) for rank in range(many)]
    return shared, draw(st.permutations(watched))
