"""Where sentences begin, for SENTENCE(a, b): by punctuation, never by language models."""

from __future__ import annotations

import re

# After these a full stop ends no sentence; small letters. What is usual only within a
# sentence is missing, since the small letter after it already says so ("Boeing Co. said").
ABBREVIATIONS = frozenset(
    re.findall(
        r"\w+",
        """
        mr mrs ms dr prof gen lt maj capt cmdr adm sgt sen rep gov pres st vs
        sr sra srta dra ing lic gral cnel tte ud uds г ул им проф ген акад тов
        """,
    )
)
# After these it ends none if a number follows: "No. 5", "Mar. 3".
BEFORE_NUMBERS = frozenset(
    re.findall(
        r"\w+",
        """
        no nos vol art cap pag num approx
        jan feb mar apr jun jul aug sep sept oct nov dec
        """,
    )
)
_ALWAYS = frozenset("\n。！？｡؟۔।")
_STRONG = re.compile("[。！？｡؟۔।]")
_WEAK = re.compile(r"[.!?…]+[\"'”’»)\]]*\s")


def sentence_starts(text: str, places: list[tuple[int, int]]) -> set[int]:
    """
    The numbers of the tokens, of those at ``places``, that begin a new sentence.

    A full stop, question or exclamation mark ends a sentence if space follows
    and then no small letter; not after an initial or a usual abbreviation. A
    new line does too, but for the small letter: some feeds break their lines
    anywhere. The marks of Chinese, Arabic script and Hindi always end one.
    """
    starts = set()
    for index in range(1, len(places)):
        before, after = places[index - 1], places[index]
        between = text[before[1] : after[0]]
        if len(between) < 2 and between not in _ALWAYS:
            continue
        ends = "\n" in between or _is_weak_end(text, before, after)
        if _STRONG.search(between) or (ends and not text[after[0]].islower()):
            starts.add(index)
    return starts


def _is_weak_end(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether a full stop, or its like, stands between two tokens and is one."""
    found = _WEAK.search(text, before[1], after[0])
    if found is None:
        # The dot of an abbreviation belongs to its token: "in the U.S. They".
        return False
    if found[0][0] != "." or found.start() > before[1]:
        return True
    word = text[before[0] : before[1]]
    if len(word) == 1 and word.isupper():  # an initial
        return False
    word = word.lower()
    return word not in ABBREVIATIONS and not (word in BEFORE_NUMBERS and text[after[0]].isdigit())
