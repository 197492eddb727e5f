"""The headings of a Markdown file, as addresses within it name them."""

from __future__ import annotations

import re
from pathlib import Path

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def headings_of(file: Path) -> list[str] | None:
    """
    The slugs of a file's headings, in order; ``None`` if it cannot be read.

    A slug is the heading in small letters, with hyphens for spaces and without
    punctuation; a second heading of the same text ends in ``-1``.
    """
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    seen: dict[str, int] = {}
    slugs: list[str] = []
    for heading in _headings(text):
        plain = slug(heading)
        count = seen.get(plain, 0)
        seen[plain] = count + 1
        slugs.append(f"{plain}-{count}" if count else plain)
    return slugs


def slug(heading: str) -> str:
    """One heading as an address names it: ``What to watch?`` is ``what-to-watch``."""
    plain = _LINK.sub(r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def _headings(text: str) -> list[str]:
    found: list[str] = []
    fence: str | None = None
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark:
            fence = None if fence == mark[1] else fence or mark[1]
        elif fence is None and (heading := _HEADING.match(line)):
            found.append(heading[1])
    return found


def read_brief(folder: Path, brief: str) -> str:
    """
    The text under the heading that a brief names, up to the next heading; empty if there is none.

    ``brief`` is a path relative to ``folder``, with the heading's slug after a
    ``#``; without one the text before the first heading below the title is
    meant.
    """
    name, _, wanted = brief.partition("#")
    file = folder / name
    slugs = headings_of(file)
    if slugs is None:
        return ""
    position = slugs.index(wanted) if wanted in slugs else (None if wanted else 0)
    if position is None:
        return ""
    text = file.read_text(encoding="utf-8", errors="replace")
    return _sections(text)[position]


def _sections(text: str) -> list[str]:
    """The text under each heading, in order."""
    sections: list[list[str]] = []
    fence: str | None = None
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark:
            fence = None if fence == mark[1] else fence or mark[1]
        if fence is None and not mark and _HEADING.match(line):
            sections.append([])
        elif sections:
            sections[-1].append(line)
    return ["\n".join(lines).strip() for lines in sections]
