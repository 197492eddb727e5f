"""
Adding and removing feeds in the text of indicators.yaml, with every other character kept.

The file is a person's own: it is never written anew from what was read. Lines
are put in or taken out at the places that the parser tells, in the style of
their neighbours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Pairs
from collections.abc import Sequence as Many

from monitor.config.compose import Mapping, Node, Scalar, Sequence
from monitor.config.document import Plain, read_document
from monitor.errors import MonitorError

Entry = Pairs[str, str | Many[str] | bool]
"""The keys of a feed with their values, in the order in which they are written."""

_PLAIN = re.compile(r"[^\W\d_][\w.-]*(?: [\w.-]+)*|[1-9][0-9]*[smhd]")
_WORDS_OF_YAML = frozenset("null true false yes no on off y n nan inf".split())  # noqa: SIM905
_BREAK = re.compile(r"\r\n|\n|\r")


class EditError(MonitorError):
    """The text is written in a way that no line can safely be put in or taken out of."""


def with_feeds(text: str, entries: Many[Entry]) -> str:
    """
    The text with feeds added below those that it has.

    They are written like the last feed there: in braces, or a key a line.
    Raises ``EditError`` where the list of feeds cannot be found or is no list.
    """
    bom, text = _split(text)
    key, node = _feeds(text)
    if not entries:
        return bom + text
    if isinstance(node, Sequence) and node.items:
        add = _in_brackets if node.flow else _after_block
        return bom + add(text, node, entries)
    if key is None or node is None:
        return bom + _inserted(text, len(text), ["feeds:", *_lines(entries, "  ")])
    return bom + _below_key(text, key, node, entries)


def without_feed(text: str, feed_id: str) -> str:
    """
    The text without the lines of one feed; comments above it stay.

    Raises ``EditError`` where no feed of that id is written in the list.
    """
    bom, text = _split(text)
    _, node = _feeds(text)
    items = node.items if isinstance(node, Sequence) else []
    found = next((item for item in items if _id_of(item) == feed_id), None)
    if found is None or not isinstance(node, Sequence):
        raise EditError(f"no feed with the id {feed_id} is written in the file")
    if node.flow:
        return bom + _cut_from_brackets(text, found)
    start = line_start(text, _dash_before(text, found.start))
    return bom + text[:start] + text[line_end(text, end_of(found, text)) :]


def _split(text: str) -> tuple[str, str]:
    """The byte order mark of a text, if it has one, and the rest."""
    rest = text.removeprefix("\ufeff")
    return text[: len(text) - len(rest)], rest


def keys_of(text: str) -> Pairs[str, tuple[Scalar, Node]]:
    """
    The keys of the file itself with their values; none of an empty one.

    Raises ``EditError`` where the text is no valid YAML, or no block of keys.
    """
    document = read_document(text, "")
    if document.problems:
        raise EditError("the file is no valid YAML; monitor check says where")
    if document.root is None:
        return {}
    if not isinstance(document.root, Mapping) or document.root.flow:
        raise EditError("the file is no block of keys, so nothing can be put in by itself")
    return document.root.entries


def _feeds(text: str) -> tuple[Scalar | None, Node | None]:
    """The key ``feeds`` and its value."""
    return keys_of(text).get("feeds", (None, None))


def _id_of(item: Node) -> str | None:
    if not isinstance(item, Mapping) or "id" not in item.entries:
        return None
    value = item.entries["id"][1]
    return value.written.value if isinstance(value, Scalar) else None


# --- adding ----------------------------------------------------------------------


def _after_block(text: str, node: Sequence, entries: Many[Entry]) -> str:
    last = node.items[-1]
    dash = _dash_before(text, last.start)
    indent = text[line_start(text, dash) : dash]
    braces = not isinstance(last, Mapping) or last.flow
    gap = 1 if braces else max(last.start - dash - 1, 1)
    at = line_end(text, end_of(last, text))
    return _inserted(text, at, _lines(entries, indent, braces=braces, gap=gap))


def _in_brackets(text: str, node: Sequence, entries: Many[Entry]) -> str:
    last = node.items[-1]
    end = end_of(last, text)
    comma = re.compile(r"\s*,").match(text, end)
    lead = text[line_start(text, last.start) : last.start]
    ended = line_end(text, end)
    if lead.strip() or node.closed <= ended:
        added = "".join(", " + in_braces(entry) for entry in entries)
        return text[:end] + added + text[end:]
    # Each stands on a line of its own, perhaps with a comment behind it.
    before = text[:ended] if comma else f"{text[:end]},{text[end:ended]}"
    lines = [f"{lead}{in_braces(entry)}," for entry in entries]
    return before + "".join(line + break_of(text) for line in lines) + text[ended:]


def _below_key(text: str, key: Scalar, value: Node, entries: Many[Entry]) -> str:
    """Below a key whose value is none, or an empty list, which makes place."""
    if not _is_empty(value):
        raise EditError("feeds: is no list, so no feed can be put in")
    colon = text.index(":", key.written.end) + 1
    end = max(end_of(value, text), colon)
    rest = text[:colon] + text[end:]
    return _inserted(rest, line_end(rest, colon), _lines(entries, "  "))


def _inserted(text: str, at: int, lines: Many[str]) -> str:
    end, before = break_of(text), text[:at]
    if before and not before.endswith(("\n", "\r")):
        before += end
    return before + "".join(line + end for line in lines) + text[at:]


def _lines(entries: Many[Entry], indent: str, *, braces: bool = True, gap: int = 1) -> list[str]:
    lines = []
    for entry in entries:
        if braces:
            lines.append(f"{indent}- {in_braces(entry)}")
            continue
        for number, (key, value) in enumerate(entry.items()):
            lead = f"-{' ' * gap}" if number == 0 else " " * (gap + 1)
            lines.append(f"{indent}{lead}{key}: {_value(value)}")
    return lines


def in_braces(entry: Entry) -> str:
    """An entry on one line, as YAML writes a mapping in braces."""
    return "{" + ", ".join(f"{key}: {_value(value)}" for key, value in entry.items()) + "}"


def _value(value: str | Many[str] | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return scalar(value)
    return "[" + ", ".join(scalar(one) for one in value) + "]"


def scalar(text: str) -> str:
    """A text as YAML writes it: bare where nothing can be mistaken, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    return json.dumps(text, ensure_ascii=False)


# --- places ----------------------------------------------------------------------


def end_of(node: Node, text: str) -> int:
    """
    The offset behind the last character of a node.

    What an alias stands for is written elsewhere and does not count.
    """
    if isinstance(node, Scalar):
        return len(text[: node.written.end].rstrip()) if node.written.style else node.written.end
    if node.flow:
        return node.closed
    inner: list[Node] = list(node.items) if isinstance(node, Sequence) else []
    if isinstance(node, Mapping):
        inner = [one for pair in node.entries.values() for one in pair]
    return max((end_of(one, text) for one in inner if one.start >= node.start), default=node.start)


def _is_empty(value: Node) -> bool:
    if isinstance(value, Scalar):
        return not value.written.style and Plain(value.written.value).is_nothing
    return isinstance(value, Sequence) and not value.items


def _dash_before(text: str, at: int) -> int:
    return text.rfind("-", 0, at)


def line_start(text: str, at: int) -> int:
    """The first offset of the line that an offset stands in."""
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def line_end(text: str, at: int) -> int:
    """Behind the line break that ends the line of an offset."""
    found = _BREAK.search(text, at)
    return found.end() if found else len(text)


def break_of(text: str) -> str:
    """How the text ends its lines."""
    found = _BREAK.search(text)
    return found.group() if found else "\n"


def _cut_from_brackets(text: str, item: Node) -> str:
    start, end = item.start, end_of(item, text)
    comma = re.compile(r"[ \t]*,[ \t]*").match(text, end)
    line, ended = line_start(text, start), line_end(text, end)
    if not text[line:start].strip() and re.fullmatch(r"\s*,?\s*(#.*)?\s*", text[end:ended]):
        return text[:line] + text[ended:]
    if comma:
        return text[:start] + text[comma.end() :]
    return text[:start].rstrip(" \t").removesuffix(",") + text[end:]
