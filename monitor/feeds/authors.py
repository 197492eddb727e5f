"""Who wrote an entry, from the ways in which feeds say so."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from feedparser import FeedParserDict
from feedparser.mixin import _FeedParserMixin

# RSS has an address here, with the name behind it.
MAILBOX = re.compile(r"\s*[^\s@]+@[^\s@]+\s*\((.+)\)\s*$")


def written_by(signature: str, names: Iterable[str]) -> str:
    """The names of an entry's authors: that of a mailbox, else all that are given, each once."""
    if found := MAILBOX.match(signature):
        return found[1]
    return ", ".join(dict.fromkeys(name for name in names if name)) or signature


class _Signature:
    """As much of feedparser's parser as its reading of a signature asks for."""

    def __init__(self, text: str) -> None:
        self.found: dict[str, Any] = {"author": text, "authors": [FeedParserDict()]}

    def _get_context(self) -> dict[str, Any]:
        return self.found


def name_in(text: str) -> str:
    """The name in a signature that may hold an address of mail besides, as feedparser tells it."""
    if "@" not in text:
        return text
    signature = _Signature(text)
    _FeedParserMixin._sync_author_detail(signature)
    return str(signature.found["authors"][-1].get("name", ""))
