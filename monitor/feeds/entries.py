"""
What a reader of one format hands over: the entries of a document, still in its own words.

There are many of them, so texts and entries are tuples with names, which are made several
times faster than frozen dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Text(NamedTuple):
    """
    A piece of text and what the document says it is.

    ``kind`` is ``text``, ``html``, or ``either`` for formats that leave the
    reader to guess.
    """

    value: str = ""
    kind: str = "either"


class Entry(NamedTuple):
    """One entry as its format gives it, before our rules for text, links and identity."""

    guid: str = ""
    link: str = ""
    title: Text = Text()
    summary: Text = Text()
    content: Text = Text()
    author: str = ""
    source: str = ""
    lang: str = ""
    tags: tuple[str, ...] = ()
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries of a document in its order; ``skipped`` counts those that could not be read."""

    entries: tuple[Entry, ...]
    title: str = ""
    lang: str = ""
    skipped: int = 0
