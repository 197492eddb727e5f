"""Phrases: what a person wrote to be found, as a pattern of tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache

from monitor.errors import ExpressionError
from monitor.matching.text import (
    FOLD,
    HYPHENS,
    ZWNJ,
    bare,
    canonical,
    exact,
    is_running,
    spans,
)

PREFIX_MINIMUM = 3
_WORD = re.compile(r"\S+")
_DOTS = "·•・‧∙"
# Cyrillic letters whose capitals cannot be told from Latin ones on paper.
_LOOK_ALIKES = str.maketrans("авекмнорстухіјѕԛԝ", "abekmhopctyxijsqw")


class Gap(IntEnum):
    """What may stand between two tokens of a phrase."""

    ANY = 0
    """Whatever parts words."""
    JOINED = 1
    """Inside a designator: a hyphen, nothing, or a space beside capitals."""
    RUN = 2
    """Inside a Chinese word: nothing that ends a clause."""


@dataclass(frozen=True)
class Pattern:
    """
    Tokens in a row, with what each may look like.

    ``open`` tells the tokens that may go on (``repair*``), ``exact`` holds the
    writing that is asked for (``=US``), or nothing; ``gaps`` stand between.
    """

    tokens: tuple[str, ...]
    open: tuple[bool, ...]
    exact: tuple[str, ...]
    gaps: tuple[Gap, ...]

    @cached_property
    def is_designator(self) -> bool:
        """Whether letters and digits are joined in it, so that look-alikes count as one."""
        return Gap.JOINED in self.gaps

    @cached_property
    def literal(self) -> str:
        """
        The stretch of canonical text that must occur wherever the pattern does.

        It ends in a space where its last token does not go on, and is folded
        by ``skeleton`` if the pattern is a designator.
        """
        length = self.open.index(True) + 1 if True in self.open else len(self.tokens)
        text = " " + " ".join(self.tokens[:length]) + ("" if True in self.open else " ")
        return skeleton(text) if self.is_designator else text

    @cached_property
    def is_guarded(self) -> bool:
        """Whether finding the literal is not enough, and the place must be looked at."""
        return any(self.exact) or any(self.gaps) or True in self.open[:-1]

    def fits(self, text: str, tokens: list[str], places: list[tuple[int, int]], at: int) -> bool:
        """Whether the pattern really stands at token ``at`` of a field."""
        return self.follows(tokens, at) and (
            not self.is_written or self.is_written_at(text, tokens, places, at)
        )

    def follows(self, tokens: list[str], at: int) -> bool:
        """Whether the tokens from ``at`` on are the pattern's, however they are written."""
        if at + len(self.tokens) > len(tokens):
            return False
        for wanted, is_open, is_joined in self._wanted:
            token = skeleton(tokens[at]) if is_joined else tokens[at]
            if token != wanted and not (is_open and token.startswith(wanted)):
                return False
            at += 1
        return True

    @cached_property
    def is_written(self) -> bool:
        """Whether the writing counts too: capitals, or what stands between the tokens."""
        return any(self.exact) or any(self.gaps)

    def is_written_at(
        self, text: str, tokens: list[str], places: list[tuple[int, int]], at: int
    ) -> bool:
        """Whether tokens that follow each other are written as the pattern asks."""
        return all(
            _is_exact(writing, text[slice(*places[at + index])], is_open=self.open[index])
            for index, writing in enumerate(self.exact)
            if writing
        ) and all(
            gap is Gap.ANY or _gap_fits(gap, text, tokens, places, at + index)
            for index, gap in enumerate(self.gaps)
        )

    @cached_property
    def _wanted(self) -> tuple[tuple[str, bool, bool], ...]:
        """Each token as it is compared, whether it may go on, and whether look-alikes are one."""
        joined = [self._is_joined(index) for index in range(len(self.tokens))]
        return tuple(
            (skeleton(token) if is_joined else token, is_open, is_joined)
            for token, is_open, is_joined in zip(self.tokens, self.open, joined, strict=True)
        )

    def _is_joined(self, index: int) -> bool:
        return Gap.JOINED in self.gaps[max(index - 1, 0) : index + 1]


def _is_exact(writing: str, text: str, *, is_open: bool) -> bool:
    written = exact(text)
    return written.startswith(writing) if is_open else written == writing


def skeleton(token: str) -> str:
    """A canonical text with Cyrillic look-alikes written in Latin: С-300 and C-300 are one."""
    return token if token.isascii() else token.translate(_LOOK_ALIKES)


def _gap_fits(
    gap: Gap, text: str, tokens: list[str], places: list[tuple[int, int]], left: int
) -> bool:
    between = "".join(c for c in text[places[left][1] : places[left + 1][0]] if _is_seen(c))
    if gap is Gap.RUN:
        return all(char.isspace() or char in _DOTS for char in between)
    if not between or (len(between) == 1 and between in HYPHENS):
        return True
    letters = left + 1 if tokens[left].isdigit() else left
    return between.isspace() and _is_capital(text[places[letters][0]])


def _is_seen(char: str) -> bool:
    return char != ZWNJ and FOLD[ord(char)] != ""


def _is_capital(char: str) -> bool:
    """Whether the letter is a capital, or of a script that has none."""
    return char.isupper() or char.istitle() or char.lower() == char.upper()


def read_phrase(text: str, offset: int = 0) -> Pattern:
    """
    The pattern of a phrase: words, each of which may end in ``*`` or start with ``=``.

    Raises ExpressionError, its position counted from ``offset``, for what
    would match everything or nothing, and for stars where none can stand.
    """
    try:
        return _pattern(text)
    except ExpressionError as error:
        raise ExpressionError(error.message, offset + error.position, error.hint) from None


# A watch list says the same words again and again.
@lru_cache(maxsize=65536)
def _pattern(text: str) -> Pattern:
    stem = text.removesuffix("*")
    is_open = len(stem) < len(text)
    if stem.isascii() and stem.isalpha() and (len(stem) >= PREFIX_MINIMUM or not is_open):
        return Pattern((stem.lower(),), (is_open,), ("",), ())
    words = [(found.start(), found[0]) for found in _WORD.finditer(text)]
    marked = list(text)
    for start, word in words:
        _check_word(word, start)
        if word.startswith("="):
            marked[start] = " "
        if word.endswith("*"):
            marked[start + len(word) - 1] = " "
    plain = "".join(marked)
    tokens, places = canonical(plain).split(), spans(plain)
    if not tokens:
        raise ExpressionError("there is no letter or digit in it to look for")
    open_ = [False] * len(tokens)
    writing = [""] * len(tokens)
    for start, word in words:
        inside = [i for i, place in enumerate(places) if start <= place[0] < start + len(word)]
        if word.endswith("*"):
            _check_prefix(word, [tokens[i] for i in inside], start)
            open_[inside[-1]] = not is_running(tokens[inside[-1]])
        if word.startswith("="):
            for i in inside:
                writing[i] = exact(bare(plain[places[i][0] : places[i][1]]))
    gaps = tuple(_gap_of(plain, tokens, places, left) for left in range(len(tokens) - 1))
    return Pattern(tuple(tokens), tuple(open_), tuple(writing), gaps)


def _gap_of(text: str, tokens: list[str], places: list[tuple[int, int]], left: int) -> Gap:
    between = text[places[left][1] : places[left + 1][0]]
    one, other = tokens[left], tokens[left + 1]
    if not between and is_running(one) and is_running(other):
        return Gap.RUN
    joined = not between or (len(between) == 1 and between in HYPHENS)
    return Gap.JOINED if joined and one.isdigit() != other.isdigit() else Gap.ANY


def _check_word(word: str, at: int) -> None:
    body = word.removesuffix("*")
    if not body.strip("*=?"):
        raise ExpressionError(
            f"{word} could match everything", at, "write the beginning of a word: repair*"
        )
    if "*" in body:
        raise ExpressionError(
            f"a star can only end a word, in {word}",
            at + body.index("*"),
            "write the words out, or a regular expression: /re\\w+air/",
        )
    inner = re.search(r"\w\?\w", body)
    if inner:
        raise ExpressionError(
            f"there is no sign for a single letter, in {word}",
            at + inner.start() + 1,
            "write both words: (woman OR women)",
        )


def _check_prefix(word: str, tokens: list[str], at: int) -> None:
    if not tokens:
        raise ExpressionError(
            f"{word} could match everything", at, "write the beginning of a word: repair*"
        )
    letters = sum(len(token) for token in tokens)
    if letters < PREFIX_MINIMUM and not any(is_running(token[0]) for token in tokens):
        raise ExpressionError(
            f"the beginning {word} is too short; three letters are the least",
            at,
            "write more letters of it, or the whole words in a list",
        )
