"""What single elements of a feed's tree say: their texts, attributes and addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from feedparser.mixin import _FeedParserMixin
from feedparser.urls import _urljoin

XHTML = "application/xhtml+xml"

# The names that feedparser knows namespaces by, whatever prefix a document gives them.
PREFIXES = {uri.lower(): prefix for uri, prefix in _FeedParserMixin.namespaces.items()}
MEANINGS = {"html": "text/html", "xhtml": XHTML, "text": "text/plain", "plain": "text/plain"}
# An address that joining would leave as it is.
WHOLE = re.compile(r"https?://[^\s?#;/\[\]]+(?:/[^\s?#;]*)?(?:\?[^\s?#;]+)?(?:#[^\s#;]+)?")
AMPERSAND = re.compile(r"&([A-Za-z0-9_]+);")

NOTHING: Mapping[str, str] = MappingProxyType({})


class UnsureError(Exception):
    """The document has something that is better left to feedparser."""


def attributes(element: Any) -> Mapping[str, str]:
    """An element's attributes, their names in small letters and with known prefixes."""
    given = element.items()
    if not given:
        return NOTHING
    return {
        (attribute_name(name) if name[0] == "{" else name.lower()): value for name, value in given
    }


def attribute_name(tag: str) -> str:
    """The name of an attribute that stands in a namespace."""
    space, _, local = tag[1:].partition("}")
    prefix = PREFIXES.get(space.lower())
    return f"{prefix}:{local.lower()}" if prefix else local.lower()


def plain_text(element: Any, *, recode: bool = True, parts: bool = False) -> str:
    """The text of an element that has nothing but text in it, or of which only that counts."""
    text = (element.text or "").strip()
    if len(element):
        if not parts:
            raise UnsureError
        text = "".join([text, *(child.tail or "" for child in element)]).strip()
    return text if not recode or text.isascii() else recoded(text)


def recoded(text: str) -> str:
    """The text as it was before somebody read its UTF-8 as Latin-1, where that is plain to see."""
    if text.isascii():
        return text
    try:
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


def joined(base: str, address: str) -> str:
    """An address made whole; it stays as it is where it is whole already."""
    if not address or WHOLE.fullmatch(address):
        return address
    return str(_urljoin(base, address))


def unescaped(address: str) -> str:
    """An address whose ampersands were escaped once too often, as they were meant."""
    return AMPERSAND.sub(r"&\1", address.replace("&amp;", "&")) if "&" in address else address


def sure_of(kind: str) -> None:
    """Raise :class:`UnsureError` for a type that may mean coded bytes."""
    if not (kind.startswith("text/") or kind.endswith(("+xml", "/xml"))):
        raise UnsureError


def markup(element: Any, kind: str, name: Callable[[Any], str]) -> tuple[str, str]:
    """
    What is in an element with elements in it, as HTML without attributes, and its type.

    A ``div`` may stand around text of any type; every other tag makes it XHTML.
    """
    pieces: list[str] = []
    for token, is_tag in _tokens(element, name):
        if is_tag and not kind.endswith("xml"):
            if token in ("<div>", "</div>"):
                continue
            kind = XHTML
        if is_tag:
            pieces.append(token if kind == XHTML else "")
        else:
            pieces.append(escape(token) if kind == XHTML else token)
    return "".join(pieces).strip(), kind


def _tokens(element: Any, name: Callable[[Any], str]) -> Iterator[tuple[str, bool]]:
    """Texts and tags in turn, and which of the two each is."""
    yield element.text or "", False
    for child in element:
        tag = name(child).rpartition(":")[2]
        yield f"<{tag}>", True
        yield from _tokens(child, name)
        yield f"</{tag}>", True
        yield child.tail or "", False
