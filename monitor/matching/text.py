"""
Canonical text: what is compared when a word is looked for in a text.

A text becomes tokens parted by one space: small letters, no accents, one form
for each width and script variant, a break between letters and digits, each
Chinese or Japanese character a token of its own. ``canonical`` makes that
string and nothing else, since it runs on every item; ``spans`` says where in
the original each token stands, and runs only where a word was found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from monitor.matching.variants import simplified

APOSTROPHES = "'’‘＇´`"
HYPHENS = "-‐‑‒–−﹣－"
ZWNJ = "\u200c"
BREAK = "\0"
"""Stands between the texts of a row; it is a token of its own and occurs in no text."""

# Letters that an accent does not merely decorate: й is no и, ñ no n.
_OWN_LETTERS = {"й": "й", "Й": "й", "ñ": "ñ", "Ñ": "ñ"}
_COMPOSED = (("и\u0306", "й"), ("И\u0306", "Й"), ("n\u0303", "ñ"), ("N\u0303", "Ñ"))
_SIMPLIFIED = simplified()
_SPECIAL = {
    "ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ð": "d", "ı": "i",
    "æ": "ae", "œ": "oe", "þ": "th",
    "ي": "ی", "ى": "ی", "ك": "ک", "ە": "ه",
}  # fmt: skip
# Marks that decorate a letter; those of other scripts are vowels and stay.
_DECORATION = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x08CA, 0x08FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
)  # fmt: skip
_RUNNING = (
    (0x3005, 0x3007), (0x3021, 0x3029), (0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA),
    (0x30FC, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def is_running(char: str) -> bool:
    """Whether the script of that character writes no spaces, so that it is a token by itself."""
    return char > "\u3000" and _within(ord(char), _RUNNING)


def is_mark(char: str) -> bool:
    """Whether the character only decorates the letter before it, as an accent does."""
    if char <= "\u02ff" or not _within(ord(char), _DECORATION):
        return False
    return (
        unicodedata.category(char)[0] == "M"
    )  # among them stands a hyphen, and what is not yet used


def fold_char(char: str) -> str:
    """
    The canonical form of one character.

    Nothing for what readers do not see or what only decorates, a space for
    what parts words, and the character with a space on either side where it is
    a token by itself. Ligatures and fractions become several characters.
    """
    category = unicodedata.category(char)
    if is_mark(char) or char == "\u0640" or (category == "Cf" and char != ZWNJ):
        return ""
    if category[0] == "M":
        return char
    if not char.isalnum():
        return BREAK if char == BREAK else " "
    if char in _OWN_LETTERS:
        return _OWN_LETTERS[char]
    decimal = unicodedata.decimal(char, None)
    if decimal is not None:
        return str(decimal)
    if 0xAC00 <= ord(char) <= 0xD7A3:  # a Korean syllable would fall apart
        return char
    composed = unicodedata.normalize("NFKC", char)
    if is_running(composed[0]):
        return "".join(f" {_SIMPLIFIED.get(one, one)} " for one in composed)
    return _fold_letters(char)


def _fold_letters(char: str) -> str:
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(
        _SPECIAL.get(one, one) if one.isalnum() or unicodedata.category(one)[0] == "M" else " "
        for one in spread
        if not is_mark(one) and one != "\u0640"
    )


class _FoldTable(dict[int, str]):
    """The canonical form of every code point seen so far; at most all of Unicode."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = fold_char(chr(code))
        return folded


FOLD = _FoldTable()


def _is_single(folded: str) -> bool:
    """Whether a Latin-1 character stays one character of Latin-1, so that a table of bytes does."""
    return len(folded) == 1 and folded <= "\xff"


_FOLDED = [fold_char(chr(code)) for code in range(256)]
_LATIN = bytes(ord(folded) if _is_single(folded) else 32 for folded in _FOLDED)
_NOT_SINGLE = bytes(code for code in range(256) if not _is_single(_FOLDED[code]))
# What kind of sign a folded byte is: a letter, a digit, or neither.
_KINDS = bytes(
    ord("0" if chr(code) in "0123456789" else "a" if chr(code).isalnum() else " ")
    for code in range(256)
)
WORDS_ALONE = bytes(32 if 48 <= byte <= 57 or not byte else byte for byte in _LATIN)
"""Folds ``glance``'s bytes so that only words of letters are left, parted by spaces."""
FIGURES_ALONE = bytes(byte if 48 <= byte <= 57 else 32 for byte in _LATIN)
"""The same for figures."""
# Common in Latin texts and outside of Latin-1; all of them part words.
_TYPOGRAPHIC = "’“”‘–—…"


def _marks_class() -> str:
    """All marks and invisible characters, as the inside of a regular expression's class."""
    codes = (0xAD, *range(0x300, 0x3100), *range(0xA000, 0xAC00), *range(0xFB00, 0x10000),
             *range(0x10000, 0x1F000), *range(0xE0000, 0xE01F0))  # fmt: skip
    kinds = {code: unicodedata.category(chr(code)) for code in codes}
    inside = [c for c, kind in kinds.items() if kind[0] == "M" or (kind == "Cf" and c != ord(ZWNJ))]
    return "".join(re.escape(chr(code)) for code in inside)


_CASED = "A-Za-zÀ-ÖØ-öø-ɏΑ-ΡΣ-ωА-яЁёЀ-ӿＡ-Ｚａ-ｚ"
# Letters that become one letter each and are no token by themselves.
_PLAIN = "A-Za-zÀ-ÖØ-öø-ľŁ-ɏЀ-ҁҊ-ӿء-ؿف-يٱ-ۓ"
_DIGITS = re.compile("[0-9]+")
_DIGIT_BYTES = re.compile(b"[0-9]+")
_TOKEN_BYTES = re.compile(rb"[^\0 0-9]+|[0-9]+")


class _Signs:
    """
    The regular expressions that know abbreviations and the possessive 's.

    There is one set for ASCII and one for everything; the small classes of the
    first are several times faster.
    """

    def __init__(self, cased: str, plain: str, marks: str, apostrophes: str, s: str) -> None:
        self.apostrophes = apostrophes
        word = rf"[\w{marks}]"
        possessive = rf"[{apostrophes}][{s}](?!{word})(?<=[\w.{marks}][{apostrophes}][{s}])"
        abbreviation = (
            rf"(?<![\w.{marks}])(?:(?:[{cased}]\.)+[{cased}]"
            r"|(?P<a>[A-Za-z])(?P=a)\.(?P<b>[A-Za-z])(?P=b)"
            r"|(?P<c>[A-Z])(?P=c)\.[ \u00a0](?P<d>[A-Z])(?P=d))"
            rf"(?:\.(?!{word})|(?!{word}|\.{word}))"
        )
        self.possessive = re.compile(possessive)
        self.tidy = re.compile(rf"{abbreviation}|{possessive}")
        # Wherever there is an abbreviation, this finds something, and faster.
        self.dotted = re.compile(rf"\.[ \u00a0]?([{cased}])\1?(?!{word})")
        # A run that nothing special follows is one token; most are.
        self.scan = re.compile(
            rf"((?:[{plain}]+|[0-9]+)(?![\w.{marks}{apostrophes}]))"
            rf"|(?P<abbr>{abbreviation})|{possessive}|(?P<run>{word}+)"
        )

    def tidied(self, text: str) -> str:
        """
        The text without the dots of abbreviations and the possessive 's.

        Without an abbreviation nothing moves.
        """
        if self.dotted.search(text):
            return self.tidy.sub(_tidied, text)
        for apostrophe in self.apostrophes:
            if apostrophe in text:
                return self.possessive.sub("  ", text)
        return text


_ASCII_SIGNS = _Signs("A-Za-z", "A-Za-z", "", "'`", "sS")


@cache
def _signs() -> _Signs:
    """The set for everything; made when it is first asked for, since that takes a while."""
    return _Signs(_CASED, _PLAIN, _marks_class(), APOSTROPHES, "sSｓＳ")


def _tidied(found: re.Match[str]) -> str:
    return "" if found[0][0] in APOSTROPHES else bare(found[0])


def bare(abbreviation: str) -> str:
    """``U.S.`` as ``US``, ``EE. UU.`` as ``EEUU``."""
    return abbreviation.replace(".", "").replace(" ", "").replace("\u00a0", "")


def _level(text: str) -> str:
    """The text with the letters that are apostrophes written as such, nothing moved."""
    if text.isascii():
        return text
    return text.replace("ʼ", "'").replace("ʻ", "'").replace("ʹ", "'")


def canonical(text: str) -> str:
    """
    The tokens of a text, parted by one space.

    ``canonical("Maduro's Su-30MK2")`` is ``"maduro su 30 mk 2"``.
    """
    return _canonical(text.replace(BREAK, " "))[0]


def canonical_row(texts: Iterable[str]) -> tuple[str, bool]:
    """The tokens of several texts, ``BREAK`` between them, and whether there are digits."""
    return _canonical(f" {BREAK} ".join([text.replace(BREAK, " ") for text in texts]))


def _canonical(text: str) -> tuple[str, bool]:
    text = _level(text)
    if "\u0306" in text or "\u0303" in text:
        for apart, together in _COMPOSED:
            text = text.replace(apart, together)
    text = _signs_of(text).tidied(text)
    latin = _latin(text)
    if latin is not None:
        return _folded_bytes(latin)
    flat, numbers = _DIGITS.subn(r" \g<0> ", text.translate(FOLD))
    return " ".join(flat.split()), numbers > 0


def _signs_of(text: str) -> _Signs:
    return _ASCII_SIGNS if text.isascii() else _signs()


def _latin(text: str) -> bytes | None:
    """A text as bytes that a table can fold one by one, if it is of the kind that allows it."""
    if text.isascii():
        return text.encode()
    for sign in _TYPOGRAPHIC:
        text = text.replace(sign, " ")
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    return raw if len(raw.translate(None, _NOT_SINGLE)) == len(raw) else None


def glance(text: str) -> bytes | None:
    """
    A text as bytes, each of which is one canonical character.

    Folded by ``WORDS_ALONE`` and ``FIGURES_ALONE``, words and figures are then
    the very tokens of ``canonical``, and perhaps a possessive s more. ``None``
    for a text that needs a closer look: with letters beyond Latin-1, or with
    an abbreviation.
    """
    return None if _signs_of(text).dotted.search(text) else _latin(text)


def _folded_bytes(raw: bytes) -> tuple[str, bool]:
    """The canonical form of a Latin text, several times faster than by ``FOLD``."""
    flat = raw.translate(_LATIN)
    has_digits = len(flat.translate(None, b"0123456789")) < len(flat)
    if has_digits:
        kinds = flat.translate(_KINDS)
        if b"a0" in kinds or b"0a" in kinds:
            flat = _DIGIT_BYTES.sub(rb" \g<0> ", flat)
    return b" ".join(flat.split()).decode("latin-1"), has_digits


def spans(text: str) -> list[tuple[int, int]]:
    """Where each token of ``canonical(text)`` stands in ``text``: start and end, in code points."""
    text = _level(text)
    signs = _signs_of(text)
    if not signs.dotted.search(text):
        latin = _latin(signs.tidied(text))
        if latin is not None:
            return [token.span() for token in _TOKEN_BYTES.finditer(latin.translate(_LATIN))]
    found: list[tuple[int, int]] = []
    for match in signs.scan.finditer(text):
        kind = match.lastgroup
        if kind == "run":
            found.extend(_run_spans(match["run"], match.start()))
        elif kind == "abbr" or match[1] is not None:
            found.append(match.span())
    return found


def _run_spans(raw: str, offset: int) -> list[tuple[int, int]]:
    """The tokens of a stretch without gaps: broken at digits, at running scripts, at ligatures."""
    found: list[tuple[int, int]] = []
    kind = ""
    bears_marks = False
    for index, char in enumerate(raw, offset):
        folded = FOLD[ord(char)]
        if not folded and bears_marks and is_mark(char):
            found[-1] = (found[-1][0], index + 1)
        for one in folded:
            now = "" if one == " " else "digit" if one in "0123456789" else "letter"
            if now and now == kind:
                found[-1] = (found[-1][0], index + 1)
            elif now:
                found.append((index, index + 1))
            kind = now
        bears_marks = bool(folded.strip()) if folded else bears_marks
    return found


@lru_cache(maxsize=65536)
def exact(raw: str) -> str:
    """A token as the text writes it, for ``=``: case and accents kept, width folded."""
    kept = "".join(char for char in bare(raw) if FOLD[ord(char)] or is_mark(char))
    return unicodedata.normalize("NFKC", kept)
