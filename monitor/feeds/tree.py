"""
From a document's text to a tree of lxml's that brings nothing in from elsewhere.

A document type is taken away before lxml sees the document, and one that
declares anything is not shown to it at all; entities, DTDs, the network and
huge trees are off besides.
"""

from __future__ import annotations

import re
from html.entities import name2codepoint
from typing import Any

from lxml import etree

# A tree takes some hundred bytes a tag; documents of more are for the reader without one.
MAX_MARKS = 600_000

PROLOG = re.compile(r"(?:\s++|(?><!--.*?-->)|(?><\?.*?\?>))*+", re.DOTALL)
DOCTYPE = re.compile(r"<!DOCTYPE\s[^\[<>]*>")
# CDATA is passed over; an ampersand that begins no reference is one that was not escaped.
SLIP = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:([A-Za-z][A-Za-z0-9]*);|(?!#[0-9xX]))", re.DOTALL
)
OWN_ENTITIES = ("amp", "lt", "gt", "quot", "apos")


def tree_of(text: str) -> Any:
    """
    A document's root, or ``None`` where it has none that we would read.

    The usual slips are mended where they keep it from being well-formed:
    HTML's entities and bare ampersands.
    """
    text = _undeclared(text)
    if not text.startswith("<") or text.count("<") > MAX_MARKS:
        return None
    return _parsed(text)


def _undeclared(text: str) -> str:
    """The document without its document type; nothing where that declares something."""
    if "<!DOCTYPE" not in text:
        return text
    rest = _after(PROLOG, text)
    rest = _after(PROLOG, _after(DOCTYPE, rest))
    # What stands here now is the root, within which XML allows no declaration.
    return "" if rest.startswith("<!") else rest


def _after(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.match(text)
    return text[found.end() :] if found else text


def _parsed(text: str) -> Any:
    root = _well_formed(text)
    if root is None and (mended := SLIP.sub(_right, text)) != text:
        root = _well_formed(mended)
    return root


def _well_formed(text: str) -> Any:
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser=_parser())
    except etree.XMLSyntaxError:
        return None


def _parser() -> Any:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _right(found: re.Match[str]) -> str:
    name = found[1]
    if name in OWN_ENTITIES or found[0].startswith("<"):
        return found[0]
    if name in name2codepoint:
        return chr(name2codepoint[name])
    return "&amp;" + found[0][1:]
