"""
Lists of plain words, lifted out of a YAML text before it is parsed.

A watch list is mostly such lists, and YAML's own scanner needs several times
as long for them as for all the rest. Only what no reading of YAML could take
for anything else is lifted; whoever parses the text must see that each list
that was lifted really is one, and read the whole text otherwise.
"""

from __future__ import annotations

import re

Spans = list[tuple[int, int]]
"""Where the words of a list begin and end."""

# A word may hold anything but the signs that mean something to YAML in a flow list.
_LETTER = r"[^?:,\[\]{}#\s\x85\u2028\u2029\ufeff]"
_WORDS = rf"[^-.?:,\[\]{{}}#&*!|>'\"%@`\s\x85\u2028\u2029\ufeff]{_LETTER}*+(?:[ ]++{_LETTER}++)*+"
_GAP = r"(?:[ ]|\r?\n|(?<=[ \n])\#[^\r\n]*+)*+"
_LIST = re.compile(
    rf"^[ ]*+[\w-]++:[ ]++\[(?P<inside>{_GAP}(?:{_WORDS}{_GAP},{_GAP})*+(?:{_WORDS}{_GAP})?+)\]"
    r"(?=[ ]*+(?:[ ]\#[^\r\n]*+)?(?:\r?\n|\Z))",
    re.MULTILINE,
)
_WORD_OR_COMMENT = re.compile(rf"(?<=[ \n])\#[^\r\n]*+|(?P<words>{_WORDS})")
_VISIBLE = re.compile(r"[^\r\n]")


def lift_lists(text: str) -> tuple[str, dict[int, Spans]]:
    """
    The text with the lists of plain words empty, every other character in its place.

    Beside it stand the words of each list, by the offset of its bracket.
    """
    lists: dict[int, Spans] = {}

    def emptied(found: re.Match[str]) -> str:
        start, end = found.span("inside")
        lists[start - 1] = [
            word.span() for word in _WORD_OR_COMMENT.finditer(text, start, end) if word["words"]
        ]
        head = found[0][: start - found.start()]
        return head + _VISIBLE.sub(" ", found["inside"]) + "]"

    return _LIST.sub(emptied, text), lists
