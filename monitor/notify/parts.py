"""A text that is longer than a service takes goes there in parts, none cut within a letter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from monitor.digest.plain import whole_end

Size = Callable[[str], int]
"""How long a text is, as a service counts."""

LONG = 10_000
"""Limits beyond it are limits of a whole request, and so of bytes."""
NTFY = 3_900
"""What ntfy shows as a message; it makes a file of what is longer, and Apprise does the same."""
NUMBERED = 12
"""Room for the number of a part."""


def size_of(service: str, limit: int) -> tuple[Size, int]:
    """
    How a service counts, and how much it takes at once; ``limit`` is what Apprise knows of it.

    Counted in UTF-16, as most do, an emoji is two; bytes where only the
    request as a whole is limited; what JSON makes of it where that is.
    """
    if service.startswith("ntfy"):
        return _written, min(limit, NTFY)
    return (_bytes if limit > LONG else _units), limit


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _written(text: str) -> int:
    return len(json.dumps(text))


def split(text: str, limit: int, size: Size) -> list[str]:
    """
    The text in parts that each fit, numbered if there are several.

    A part ends between two lines, an address staying with the line above it;
    a line that does not fit by itself ends between words, or between letters.
    """
    if size(text) <= limit:
        return [text]
    room = limit - NUMBERED
    parts: list[str] = []
    for block in _blocks(text):
        if parts and size(f"{parts[-1]}\n{block}") <= room:
            parts[-1] += f"\n{block}"
        else:
            parts += _cut(block, room, size)
    return [f"({number}/{len(parts)}) {part}" for number, part in enumerate(parts, 1)]


def _blocks(text: str) -> Iterator[str]:
    """The lines, each with the addresses that stand below it."""
    block: list[str] = []
    for line in text.split("\n"):
        if block and not line.startswith(("http://", "https://")):
            yield "\n".join(block)
            block = []
        block.append(line)
    yield "\n".join(block)


def _cut(block: str, room: int, size: Size) -> Iterator[str]:
    while size(block) > room:
        end = _fitting(block, room, size)
        space = max(block.rfind(" ", 0, end + 1), block.rfind("\n", 0, end + 1))
        at = space if space > end // 2 else end
        yield block[:at].rstrip()
        block = block[at:].lstrip()
    if block:
        yield block


def _fitting(block: str, room: int, size: Size) -> int:
    """How many characters fit, at least one letter with all that belongs to it."""
    low, high = 0, len(block)
    while low < high:
        middle = (low + high + 1) // 2
        if size(block[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    end = whole_end(block, low)
    if end:
        return end
    # One letter with so many accents that it does not fit: nobody reads that, it may be cut.
    return max(low, 1)
