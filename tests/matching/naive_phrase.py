"""Phrases, naively: what is wanted of each token, and whether it stands at a place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from monitor.model import FieldName
from tests.matching.naive_item import Text
from tests.matching.naive_text import DASHES, is_unseen, read, writing_of

LOOK_ALIKES = dict(zip("авекмнорстухіјѕ", "abekmhopctyxijs", strict=True))


def skeleton(text: str) -> str:
    return "".join(LOOK_ALIKES.get(char, char) for char in text)


@dataclass(frozen=True)
class Wanted:
    text: str
    open: bool
    exact: str
    gap: str
    """How it is written after the one before: any, run or joined."""


@lru_cache(maxsize=1000)
def read_phrase(written: str) -> tuple[Wanted, ...]:
    words = list(re.finditer(r"\S+", written))
    plain = re.sub(r"(?<!\S)=|\*(?!\S)", " ", written)
    tokens = read(plain)
    wanted: list[Wanted] = []
    for index, token in enumerate(tokens):
        word = next(one for one in words if one.start() <= token.start < one.end())
        is_last = index + 1 == len(tokens) or tokens[index + 1].start >= word.end()
        gap = "any"
        if index:
            last = tokens[index - 1]
            between = plain[last.end : token.start]
            if last.running and token.running and not between:
                gap = "run"
            elif last.text.isdigit() != token.text.isdigit() and (
                not between or (len(between) == 1 and between in DASHES)
            ):
                gap = "joined"
        is_open = word[0].endswith("*") and is_last and not token.running
        exact = writing_of(token.raw) if word[0].startswith("=") else ""
        wanted.append(Wanted(token.text, is_open, exact, gap))
    return tuple(wanted)


def stands_at(wanted: tuple[Wanted, ...], text: Text, field: FieldName, at: int) -> bool:
    tokens = text.tokens[field]
    for index, one in enumerate(wanted):
        token = tokens[at + index]
        beside = (one, *wanted[index + 1 : index + 2])
        have, want = token.text, one.text
        if any(other.gap == "joined" for other in beside):
            have, want = skeleton(have), skeleton(want)
        if not (have.startswith(want) if one.open else have == want):
            return False
        writing = writing_of(token.raw)
        if one.exact and not (writing.startswith(one.exact) if one.open else writing == one.exact):
            return False
        if index and not gap_fits(one.gap, text, field, at + index - 1):
            return False
    return True


def gap_fits(gap: str, text: Text, field: FieldName, left: int) -> bool:
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
