"""What a YAML error most likely means to the person who made it: a place, a sentence, a hint."""

from __future__ import annotations

import re

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.tokens import ScalarToken

WHOLE_IN_QUOTES = (
    "put the whole expression in single quotes, match: '\"spare parts\" AND x', "
    "or on its own line below match: |"
)
_KEY_LINE = re.compile(r"\s*(?:- +)*[\w-]+:(?:\s|$)")
_AFTER_QUOTE = re.compile(r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')[ \t]*$""")
_COMMENT = re.compile(r"(?<=[ \t])#.*$")
_FOUND = re.compile(r"(?:found|got) \(?'(.+?)',?\)?$")

Slip = tuple[int, str, str]
"""Offset, message and hint."""


def goes_on_outdented(text: str, start: int, end: int, parent: int) -> bool:
    """
    Whether a quoted text goes on in a line that is not indented below its parent.

    YAML forbids it, and the scanner overlooks it: then a quote that somebody
    forgot to close swallows keys up to the next quote, far below.
    """
    newline = text.find("\n", start, end)
    if newline < 0:
        return False
    return any(
        line.strip() and len(line) - len(line.lstrip(" ")) <= parent
        for line in text[newline + 1 : end].splitlines()
    )


def explain(error: MarkedYAMLError, text: str) -> Slip:
    """Say where to look, what is wrong there, and what to write instead."""
    problem = error.problem or "something is wrong here"
    mark, context = error.problem_mark, error.context_mark
    at = mark.index if mark is not None else 0
    opened = context.index if context is not None else at
    unclosed = _unclosed(text, problem, opened)
    if unclosed is not None:
        return unclosed
    if "that cannot start any token" in problem:
        return _bad_start(text, at)
    if "scanning a" in (error.context or ""):
        slip = _inside_scalar(error.context or "", problem, text, at, opened)
        if slip is not None:
            return slip
    if "mapping values are not allowed" in problem:
        return _second_colon(text, at)
    if "entries are not allowed" in problem or "keys are not allowed" in problem:
        hint = "begin it in a line of its own, indented; or put the value in quotes"
        return at, f"a value cannot begin with {text[at]} here", hint
    if "while parsing a flow" in (error.context or ""):
        return _inside_brackets(problem, text, at, opened)
    return _outside_brackets(problem, text, at)


def _unclosed(text: str, problem: str, opened: int) -> Slip | None:
    """The first quoted text that swallowed lines which look like keys, if there is one."""
    if "end of stream" in problem or "document separator" in problem:
        start: int | None = opened
    else:
        start = _swallower(text)
    if start is None or text[start : start + 1] not in ("'", '"'):
        return None
    quote = text[start]
    hint = f"close it with {quote}"
    if quote == "'":
        hint += "; an apostrophe inside single quotes is written twice, ''"
    return start, "this quote is not closed", hint


def _swallower(text: str) -> int | None:
    try:
        for token in YAML(typ="safe", pure=True).scan(text):
            if isinstance(token, ScalarToken) and token.style in ("'", '"'):
                first, last = token.start_mark.index, token.end_mark.index
                lines = text[first:last].splitlines()[1:]
                if any(_KEY_LINE.match(line) for line in lines):
                    return int(first)
    except YAMLError:
        return None
    return None


def _bad_start(text: str, at: int) -> Slip:
    sign = text[at]
    if sign == "\t":
        return at, "a tab stands here, and YAML wants spaces", "put spaces in the tab's place"
    hint = "put the value in quotes"
    return at, f"a value cannot begin with {sign}", hint


def _inside_scalar(context: str, problem: str, text: str, at: int, opened: int) -> Slip | None:
    if "alias" in context or "anchor" in context:
        sign = text[opened]
        hint = "put the value in quotes; in a phrase the * stands at the end of a word"
        return opened, f"a value cannot begin with {sign}", hint
    if "tag" in context:
        return opened, "a value cannot begin with !", "put the value in quotes"
    if "block scalar" in context:
        hint = f"the text begins in the next line, indented, after {text[opened]}"
        return at, f"nothing but a line break can follow {text[opened]}", hint
    if "double-quoted" in context:
        hint = "write \\\\ for a backslash, or use single quotes, where it is one"
        return text.rfind("\\", opened, at + 1), "this is no escape that YAML knows", hint
    if "simple key" in context:
        line = text[opened : _line_end(text, opened)]
        hint = "a key ends with a colon and a space"
        if re.match(r"[\w-]+:\S", line):
            hint = "a space must follow the colon of a key"
        return opened, "this line is neither a key nor the rest of a value", hint
    return None


def _second_colon(text: str, at: int) -> Slip:
    before = text[_line_start(text, at) : at]
    if _AFTER_QUOTE.search(before):
        return at, "a colon follows a quoted text here", WHOLE_IN_QUOTES
    hint = "put the value in quotes"
    if _line_start(text, at) and not re.match(r"\s*(?:- +)*[\w-]+:\s", before):
        hint = "check the line above, or its indentation; a value that goes on needs quotes"
    return at, "a colon with a space after it makes a key of the words before it", hint


def _inside_brackets(problem: str, text: str, at: int, opened: int) -> Slip:
    sign = text[opened : opened + 1]
    found = _found(problem)
    if "flow node" in problem or "node content" in problem:
        return at, f"nothing stands before this {text[at : at + 1]}", "delete it, or fill the gap"
    ended = found == "<stream end>"
    if ended or ("\n" in text[opened:at] and _KEY_LINE.match(_line(text, at))):
        closing = "}" if sign == "{" else "]"
        return opened, f"this {sign} is not closed", f"close it with {closing}"
    if _AFTER_QUOTE.search(text[_line_start(text, at) : at]):
        return at, "the value goes on after its closing quote", WHOLE_IN_QUOTES
    hint = "put the value in quotes: a comma, colon, bracket or brace has a meaning of its own here"
    where = "{ }" if sign == "{" else "[ ]"
    return at, f"this does not fit inside {where}", hint


def _outside_brackets(problem: str, text: str, at: int) -> Slip:
    found = _found(problem)
    before = text[_line_start(text, at) : at]
    if _AFTER_QUOTE.search(before):
        return at, "the value goes on after its closing quote", WHOLE_IN_QUOTES
    if found in ("]", "}"):
        return at, f"this {found} closes nothing", "delete it, or put the value in quotes"
    above = text[: _line_start(text, at)].rstrip().rpartition("\n")[2]
    comment = _COMMENT.search(above)
    if found == "<scalar>" and comment and above[: comment.start()].strip():
        offset = text.rfind(above, 0, _line_start(text, at)) + comment.start()
        hint = "a value that holds # after a space needs quotes"
        return offset, "a comment begins here and ends the value, which goes on below", hint
    if found is not None:
        hint = "lines of one mapping or list begin in the same column"
        return at, "this line's indentation does not fit the lines above it", hint
    return at, f"this is no valid YAML: {problem}", ""


def _found(problem: str) -> str | None:
    found = _FOUND.search(problem)
    return found[1] if found else None


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _line(text: str, at: int) -> str:
    return text[_line_start(text, at) : _line_end(text, at)]
