"""OPML, the format in which feed readers hand each other lists of feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.config.document import MAX_BYTES
from monitor.errors import Problem

OURS = "urn:what-to-watch:feed"
"""The namespace of what a feed has in our file and OPML has no word for."""

DEEPEST = 50
OUR_KEYS = ("id", "publisher", "grade", "tags", "every", "fulltext")

_HINT = "export it from the feed reader anew, or see whether it is the right file"


@dataclass(frozen=True, slots=True)
class Outline:
    """
    One feed of an OPML file, as it stands there, and its line.

    ``group`` is the folder that it lies in; ``own`` holds what only our own
    exports say, by key of indicators.yaml.
    """

    line: int
    url: str
    title: str = ""
    lang: str | None = None
    group: str | None = None
    own: Mapping[str, str] = field(default_factory=dict)


class _RefusedError(Exception):
    """Reading cannot go on."""


class _Reader:
    """Collects the outlines that have an address."""

    def __init__(self) -> None:
        self.outlines: list[Outline] = []
        self.folders: list[str | None] = []
        self.root = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.EntityDeclHandler = self.refuse_entity

    def refuse_entity(self, *_what: Any) -> None:
        raise _RefusedError("it declares entities, which a list of feeds does not need")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2].lower()
        self.root = self.root or name
        if self.root != "opml":
            raise _RefusedError(f"it begins with <{name}>, not with <opml>")
        if len(self.folders) >= DEEPEST:
            raise _RefusedError(f"it is nested deeper than {DEEPEST} levels")
        folder = None
        if name == "outline":
            folder = self.outline(attributes)
        self.folders.append(folder)

    def end(self, _name: str) -> None:
        self.folders.pop()

    def outline(self, attributes: dict[str, str]) -> str | None:
        """Note a feed; of anything else the name, since it is a folder."""
        plain = {name.lower(): value.strip() for name, value in attributes.items()}
        title = plain.get("text") or plain.get("title") or ""
        url = plain.get("xmlurl", "")
        if not url:
            return title or None
        own = {key: plain[f"{OURS} {key}"] for key in OUR_KEYS if plain.get(f"{OURS} {key}")}
        above = [folder for folder in self.folders if folder]
        lang = plain.get("language")
        lang = None if not lang or lang.lower() == "unknown" else lang
        self.outlines.append(
            Outline(
                line=self.parser.CurrentLineNumber,
                url=url,
                title=title,
                lang=lang,
                group=above[-1] if above else None,
                own=own,
            )
        )
        return None


def read_opml(content: bytes, file: str) -> tuple[list[Outline], list[Problem]]:
    """
    The feeds of an OPML document, in its order, or the problem that keeps it from being read.

    Nothing is fetched for it and no entity is taken from it: a document that
    declares one is refused.
    """
    if len(content) > MAX_BYTES:
        return [], [Problem(file, 1, 1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")]
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"this is no OPML that can be read: {expat.ErrorString(error.code)}"
        return [], [Problem(file, error.lineno, error.offset + 1, message, _HINT)]
    except (_RefusedError, ValueError, LookupError) as error:
        line, column = reader.parser.CurrentLineNumber, reader.parser.CurrentColumnNumber + 1
        message = f"this is no OPML that can be read: {error}"
        return [], [Problem(file, line, column, message, _HINT)]
    return reader.outlines, []


def write_opml(title: str, outlines: Iterable[Outline]) -> str:
    """An OPML document of some feeds, those of one group in a folder of its name."""
    folders: dict[str, list[Outline]] = {}
    for one in outlines:
        folders.setdefault(one.group or "", []).append(one)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:watch="{OURS}">',
        f"  <head><title>{_text(title)}</title></head>",
        "  <body>",
    ]
    for group, inside in folders.items():
        indent = "    "
        if group:
            lines.append(f"    <outline text={quoteattr(group)}>")
            indent = "      "
        lines += [f"{indent}{_outline(one)}" for one in inside]
        if group:
            lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _outline(one: Outline) -> str:
    attributes = {"type": "rss", "text": one.title, "xmlUrl": one.url}
    if one.lang:
        attributes["language"] = one.lang
    attributes |= {f"watch:{key}": value for key, value in one.own.items()}
    pairs = (f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<outline {' '.join(pairs)}/>"


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
