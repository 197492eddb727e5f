"""Swapping whole keys in the text of indicators.yaml, with every other character kept."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Pairs

from monitor.config.compose import Mapping, Node, Scalar, Sequence
from monitor.config.editing import break_of, end_of, keys_of, line_end, line_start


def with_keys(text: str, written: Pairs[str, str]) -> str:
    """
    The text with the values of keys of the file itself written as given.

    A key that is not there yet is put at the end. A value begins behind the
    colon: a word, brackets, or a line break and an indented block. Raises
    ``EditError`` where the file is no block of keys.
    """
    keys = keys_of(text)
    known = [name for name in written if name in keys]
    # From the end, so that what stands before keeps its place.
    for name in sorted(known, key=lambda name: keys[name][0].start, reverse=True):
        start, end = _lines_of(text, *keys[name])
        text = f"{text[:start]}{_entry(text, name, written[name])}{text[end:]}"
    for name in written:
        if name not in keys:
            text = text if text.endswith(("\n", "\r")) else text + break_of(text)
            text += _entry(text, name, written[name])
    return text


def without_keys(text: str, inside: str, names: Collection[str]) -> str:
    """
    The text without some keys of each entry of a list or mapping, which a key of the file holds.

    An entry whose first line would go, or that stands in braces, stays as it
    is. Raises ``EditError`` where the file is no block of keys.
    """
    _, holder = keys_of(text).get(inside, (None, None))
    entries: list[Node] = []
    if isinstance(holder, Sequence):
        entries = holder.items
    elif isinstance(holder, Mapping):
        entries = [value for _, value in holder.entries.values()]
    spans = [
        _lines_of(text, key, value)
        for entry in entries
        if isinstance(entry, Mapping) and not entry.flow
        for name, (key, value) in entry.entries.items()
        if name in names and key.start != entry.start
    ]
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text


def title_of(text: str) -> str:
    """The title of the watch, or nothing where the file has none."""
    _, value = keys_of(text).get("title", (None, None))
    return value.written.value if isinstance(value, Scalar) else ""


def _lines_of(text: str, key: Scalar, value: Node) -> tuple[int, int]:
    """From the line of a key to the end of its value's last."""
    end = max(end_of(value, text), key.written.end)
    return line_start(text, key.start), line_end(text, end)


def _entry(text: str, name: str, value: str) -> str:
    line = f"{name}:{value}" if value.startswith(("\n", "\r")) else f"{name}: {value}"
    return line if line.endswith(("\n", "\r")) else line + break_of(text)
