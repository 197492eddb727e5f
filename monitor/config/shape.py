"""Plain data to a checked ``WatchSection``, every error of shape in its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from typing import Any

from pydantic import ValidationError

from monitor.config.document import Document, Path, Plain
from monitor.config.schema import WatchSection
from monitor.errors import Problem

MOST = 200
"""Errors of shape that are told one by one; a file with more of them is another file."""

_KINDS = {
    "list_type": "a list is expected here",
    "dict_type": "keys and values are expected here",
    "model_type": "keys and values are expected here",
    "model_attributes_type": "keys and values are expected here",
    "string_type": "text is expected here",
    "greater_than_equal": "the number is too small, it starts at 1",
}
_STAND_INS = {"id": "unnamed-{}", "url": "https://unnamed.invalid/{}", "title": "untitled"}


def read_shape(document: Document) -> tuple[WatchSection | None, list[Problem], set[Path]]:
    """
    The file's sections, the errors of shape in them, and the paths that are broken.

    Where something is wrong a stand-in takes its place, so that the rest can
    be checked as well: a person sees all problems at once. Nothing with a
    stand-in may be put in force.
    """
    data = document.data()
    if not isinstance(data, dict):
        return None, [_no_mapping(document, data)], set()
    section, errors = _validate(data)
    problems = [_problem(document, error) for error in errors[:MOST]]
    if len(errors) > MOST:
        message = f"and {len(errors) - MOST} more errors of this kind in the file"
        problems.append(document.problem(_path(errors[MOST]), message))
    broken = {_path(error) for error in errors}
    for _ in range(3):
        if section is not None:
            break
        for error in errors:
            _mend(data, _path(error), error["type"])
        section, errors = _validate(data)
    return section, problems, broken


def _validate(data: dict[str, Any]) -> tuple[WatchSection | None, list[Any]]:
    try:
        return WatchSection.model_validate(data), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _path(error: Any) -> Path:
    """An error's place in the file: without the kind of feed, which the validator puts in."""
    path: Path = tuple(error["loc"])
    return (*path[:2], *path[3:]) if path[0] == "feeds" and len(path) > 2 else path


def _no_mapping(document: Document, data: Any) -> Problem:
    hint = "write title:, feeds: and indicators:, each with its values below it"
    if data is None or (isinstance(data, Plain) and data.is_nothing):
        return document.problem((), "the file is empty", hint)
    if isinstance(data, str) and ":" in data:
        hint = "a space must follow the colon of a key"
    return document.problem((), "keys and values are expected at the top of the file", hint)


def _problem(document: Document, error: Any) -> Problem:
    path, kind = _path(error), error["type"]
    if kind == "extra_forbidden":
        message, hint = _unknown_key(document, path)
        return document.problem(path, message, hint, key=True)
    if kind == "missing":
        return document.problem(path[:-1], f'the key "{path[-1]}" is missing here')
    if kind == "value_error":
        cause = error["ctx"]["error"]
        return document.problem(path, str(cause), getattr(cause, "hint", ""))
    if kind in ("literal_error", "enum"):
        words = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        message = f"this should be one of {', '.join(words)}" if words[1:] else f"only {words[0]}"
        return document.problem(path, message, did_you_mean(str(error["input"]), words))
    return document.problem(path, *_wrong_kind(path, kind, error["input"]))


def _wrong_kind(path: Path, kind: str, given: Any) -> tuple[str, str]:
    message = _KINDS.get(kind, "this value does not fit here")
    if kind == "string_type" and isinstance(given, dict):
        hint = "a colon with a space after it made a key of the words before; put all in quotes"
        return "text is expected here, not keys and values", hint
    if kind == "string_type" and isinstance(given, list):
        hint = "a value that begins with [ needs quotes"
        if path[-1] in ("match", "scope", "control"):
            hint = "for a list of entries write any:, all: or none:"
        return "text is expected here, not a list", hint
    if kind == "list_type" and isinstance(given, dict):
        return message, "begin each with a dash and a space"
    if kind == "list_type" and isinstance(given, str):
        return message, "write it in brackets, [a, b], or one a line with a dash before it"
    return message, ""


def _unknown_key(document: Document, path: Path) -> tuple[str, str]:
    name = str(path[-1])
    scalar = document.scalar(path)
    if scalar is not None and not scalar.written.value and document.in_braces(path):
        hint = "a comma inside { } begins a new key; put a value that holds one in quotes"
        return f'the key "{name}" is not known here', hint
    return f'the key "{name}" is not known here', did_you_mean(name, known_keys(path[:-1]))


def known_keys(path: Path) -> list[str]:
    """The keys that the mapping at that path may have."""
    node = schema = _schema()
    for step in path:
        node = _below(_resolved(node, schema, step), step)
    return list(_resolved(node, schema, None).get("properties", {}))


@cache
def _schema() -> dict[str, Any]:
    return WatchSection.model_json_schema()


def _below(node: dict[str, Any], step: str | int) -> dict[str, Any]:
    inner: Any
    if isinstance(step, int):
        inner = node.get("items", {})
    else:
        inner = node.get("properties", {}).get(step) or node.get("additionalProperties", {})
    return inner if isinstance(inner, dict) else {}


def _resolved(node: dict[str, Any], schema: dict[str, Any], step: str | int | None) -> Any:
    """A reference followed, and of alternatives the first that is a section."""
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    for choice in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        inner = _resolved(choice, schema, step) if isinstance(choice, dict) else {}
        if "properties" in inner:
            return inner
    return node


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint with the known word nearest to one that is not; empty if none is near."""
    spelt = {one.lower(): one for one in known}
    near = difflib.get_close_matches(word.lower(), list(spelt), n=1, cutoff=0.6)
    return f"did you mean {spelt[near[0]]}?" if near else ""


def _mend(data: Any, path: Path, kind: str) -> None:
    """Put a stand-in where an error is, or leave the key out."""
    holder, last = _holder(data, path), path[-1]
    if isinstance(holder, list) and isinstance(last, int):
        stand_in = _stand_in_item(path)
        if stand_in is None:
            _mend(data, path[:-1], kind)
        else:
            holder[last] = stand_in
    elif not isinstance(holder, dict):
        if path[:-1]:
            _mend(data, path[:-1], kind)
    elif kind == "missing" and last in _STAND_INS:
        number = next((step for step in path if isinstance(step, int)), 0)
        holder[last] = _STAND_INS[str(last)].format(number)
    elif kind == "missing":
        _mend(data, path[:-1], "")
    elif path[0] == "terms" and len(path) == 2:
        holder[last] = ["unreadable"]
    else:
        holder.pop(last, None)


def _holder(data: Any, path: Path) -> Any:
    """What holds the last step of a path; ``None`` if the path breaks off before."""
    for step in path[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _stand_in_item(path: Path) -> Any:
    """What stands in for one item of a list; ``None`` if the whole list is to go."""
    if path[-2] in ("feeds", "indicators", "routes"):
        return {}
    if path[0] == "terms" or path[-2] in ("any", "all", "none", "match", "no_match"):
        return "unreadable"
    return None
