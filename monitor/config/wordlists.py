"""
Lists of plain words, and numbers by plain names, lifted out of a YAML text before it is parsed.

A watch list is mostly such lists and points, and YAML's own scanner needs
several times as long for them as for all the rest. Only what no reading of
YAML could take for anything else is lifted; whoever parses the text must see
that each list or mapping that was lifted really is one, and read the whole
text otherwise.
"""

from __future__ import annotations

import re

Spans = list[tuple[int, int]]
"""Where the words of a list begin and end; of a mapping, each name and then its number."""

# A word may hold anything but the signs that mean something to YAML in a flow list.
_LETTER = r"[^?:,\[\]{}#\s\x85\u2028\u2029\ufeff]"
_WORDS = rf"[^-.?:,\[\]{{}}#&*!|>'\"%@`\s\x85\u2028\u2029\ufeff]{_LETTER}*+(?:[ ]++{_LETTER}++)*+"
_GAP = r"(?:[ ]|\r?\n|(?<=[ \n])\#[^\r\n]*+)*+"
_LIST = re.compile(
    rf"^[ ]*+[\w-]++:[ ]++\[(?P<inside>{_GAP}(?:{_WORDS}{_GAP},{_GAP})*+(?:{_WORDS}{_GAP})?+)\]"
    r"(?=[ ]*+(?:[ ]\#[^\r\n]*+)?(?:\r?\n|\Z))",
    re.MULTILINE,
)
_NAME = r"[a-z][\w+-]{0,99}+"
_NUMBER = r"-?[0-9]{1,9}+(?:\.[0-9]{1,9}+)?+"
_SPACE = r"(?:[ ]|\r?\n)*+"
_PAIR = rf"{_NAME}:[ ]{_NUMBER}{_SPACE}"
_NUMBERS = re.compile(
    rf"^[ ]*+[\w-]++:[ ]++\{{(?P<inside>{_SPACE}(?:{_PAIR},{_SPACE})*+(?:{_PAIR})?+)\}}"
    r"(?=[ ]*+(?:[ ]\#[^\r\n]*+)?(?:\r?\n|\Z))",
    re.MULTILINE | re.ASCII,
)
_NAME_OR_NUMBER = re.compile(r"[\w+.-]+", re.ASCII)
_WORD_OR_COMMENT = re.compile(rf"(?<=[ \n])\#[^\r\n]*+|(?P<words>{_WORDS})")
_VISIBLE = re.compile(r"[^\r\n]")


def lift_lists(text: str) -> tuple[str, dict[int, Spans]]:
    """
    The text with the lists of plain words empty, every other character in its place.

    Mappings of plain names to numbers are emptied as well. Beside it stand
    the words of each list, by the offset of its bracket or brace.
    """
    lists: dict[int, Spans] = {}

    def emptied(found: re.Match[str]) -> str:
        start, end = found.span("inside")
        lists[start - 1] = [
            word.span() for word in _WORD_OR_COMMENT.finditer(text, start, end) if word["words"]
        ]
        return _blanked(found)

    def unnumbered(found: re.Match[str]) -> str:
        start, end = found.span("inside")
        # The places are those of the whole text: emptying moves nothing.
        lists[start - 1] = [one.span() for one in _NAME_OR_NUMBER.finditer(text, start, end)]
        return _blanked(found)

    return _NUMBERS.sub(unnumbered, _LIST.sub(emptied, text)), lists


def _blanked(found: re.Match[str]) -> str:
    """What was found, with blanks for all that stands inside of its brackets."""
    head, tail = found[0][: found.start("inside") - found.start()], found[0][-1]
    return head + _VISIBLE.sub(" ", found["inside"]) + tail
