"""How the lexicon is written: an idea's name, a colon, its words; further lines are set in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def ideas(text: str) -> Mapping[str, tuple[str, ...]]:
    """The words of each idea, written as entries of ``terms`` are and parted by commas."""
    written: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line and not line.startswith(" "):
            name, _, line = line.partition(":")
        if name:
            written[name] = f"{written.get(name, '')} {line.strip()}"
    return MappingProxyType(
        {
            name: tuple(word.strip() for word in words.split(",") if word.strip())
            for name, words in written.items()
        }
    )
