"""Writing ``weigh:`` into the text of indicators.yaml, with every other character kept."""

from __future__ import annotations

from collections.abc import Mapping as Pairs

from monitor.config.compose import Mapping, Sequence
from monitor.config.editing import EditError, break_of, end_of, keys_of, line_end, line_start
from monitor.model import Weighing

WIDTH = 100


def with_weighings(text: str, weighings: Pairs[str, Weighing]) -> str:
    """
    The text with these points, in place of those that any indicator has.

    Raises ``EditError`` where the indicators are not written as a block of keys.
    """
    _, listed = keys_of(text).get("indicators", (None, None))
    if not isinstance(listed, Sequence) or listed.flow:
        raise EditError("indicators: is no block of entries, so no points can be put in")
    # From the end, so that what stands before keeps its place.
    for one in reversed(listed.items):
        if not isinstance(one, Mapping) or one.flow or "id" not in one.entries:
            raise EditError("an indicator is not written as a block of keys, a line for each")
        text = _with_weighing(text, one, weighings)
    return text


def _with_weighing(text: str, one: Mapping, weighings: Pairs[str, Weighing]) -> str:
    key, value = one.entries["id"]
    column = key.start - line_start(text, key.start)
    weighing = weighings.get(text[value.start : end_of(value, text)].strip("\"'"))
    known = one.entries.get("weigh")
    if known is not None:
        start = line_start(text, known[0].start)
        end = line_end(text, end_of(known[1], text))
    else:
        start = end = line_end(text, end_of(one, text))
    added = "".join(
        " " * column + line + break_of(text) for line in (_lines(weighing) if weighing else ())
    )
    before = text[:start]
    if added and not before.endswith(("\n", "\r")):
        before += break_of(text)
    return before + added + text[end:]


def _lines(weighing: Weighing) -> list[str]:
    """The block of one indicator, not yet indented."""
    lines = [
        "weigh:",
        f"  base: {weighing.base:g}",
        f"  hit: {weighing.hit:g}",
        f"  keep: {weighing.keep:g}",
    ]
    if not weighing.points:
        return lines
    lines.append("  points: {")
    row = "   "
    for names, points in weighing.points:
        entry = f" {'+'.join(names)}: {points:g},"
        if len(row) + len(entry) > WIDTH - 8 and row.strip():
            lines.append(row)
            row = "   "
        row += entry
    return [*lines, row.rstrip(","), "  }"]
