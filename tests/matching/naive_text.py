"""
A text read naively: character by character, with no regular expression and no table.

It shares no code with the real reading but the list of traditional characters,
and is meant to be slow and plain. The property tests hold the two together.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from monitor.matching.variants import simplified

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
    return is_in(char, DECORATING) and unicodedata.category(char)[0] == "M"


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


@lru_cache(maxsize=2000)
def read(text: str) -> tuple[Token, ...]:
    """The tokens of a text, in order."""
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
    return tuple(tokens)


def writing_of(raw: str) -> str:
    """A token as it is written, for ``=``."""
    seen = "".join(c for c in raw if decorates(c) or not is_unseen(c))
    return unicodedata.normalize("NFKC", seen)
