"""From a feed's HTML to the plain text that is matched, stored and shown."""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser

from monitor.feeds.charset import clean

# Beyond so many tags in one field a tree costs seconds; such a field is not prose.
MAX_TAGS = 5_000

UNREAD = ["script", "style", "template", "iframe", "object", "svg", "math", "noscript", "head"]
BLOCKS = """
    address article aside blockquote br caption center dd details div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section
    summary table tbody td tfoot th thead tr ul video audio img
""".split()  # noqa: SIM905
_BLOCKS = ", ".join(BLOCKS)

_INLINE = """
    a abbr acronym b bdi bdo big cite code del dfn em embed font i ins kbd label mark q s samp
    small span strike strong sub sup time tt u var wbr
""".split()  # noqa: SIM905
_NAMES = "|".join([*BLOCKS, *_INLINE, *UNREAD, "html", "body", "input", "button", "source"])
TAG = re.compile(rf"</?(?:{_NAMES})(?=[\s/>])[^<>]*>|<!--", re.IGNORECASE)
# Tags that mean the same wherever they stand, so that no tree is needed to read around them.
# What begins with "<" and is no such tag (an odd quote in it suffices) does need one.
_REST = r"""(?:[\s/](?:[^<>"']++|"[^<>"]*+"|'[^<>']*+')*+)?>"""
EASY_INLINE = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small"
    rf"|span|strike|strong|sub|sup|time|tt|u|var|wbr){_REST}|<iframe{_REST}\s*</iframe>",
    re.IGNORECASE,
)
EASY_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|center|div|figcaption|figure|footer|h[1-6]|header"
    rf"|hr|img|li|main|nav|ol|p|pre|section|ul){_REST}",
    re.IGNORECASE,
)
ANY_TAG = re.compile(r"<(?:!--.*?--|[/!?]?[A-Za-z][^<>]*)>", re.DOTALL)


def from_html(source: str) -> str:
    """
    What a reader would see of some HTML.

    Words stay whole across inline tags (``<b>S</b>u-30``), blocks stand on
    lines of their own, so that no phrase is found across two paragraphs.
    Scripts and styles say nothing to a reader and go.
    """
    if "<" in source:
        easy = EASY_BLOCK.sub("\n", EASY_INLINE.sub("", source))
        source = source if "<" in easy else easy
    if "<" not in source:
        return collapse(clean(html.unescape(source)))
    if source.count("<") > MAX_TAGS:
        return collapse(clean(html.unescape(ANY_TAG.sub("\n", source))))
    tree = LexborHTMLParser(source)
    root = tree.body
    if root is None:
        return ""
    for node in root.css(", ".join(UNREAD)):
        node.decompose()
    for node in root.css(_BLOCKS):
        node.insert_before("\n")
        node.insert_after("\n")
    return collapse(clean(root.text(deep=True)))


def from_text(source: str) -> str:
    """Text that is text: only its white space is put in order."""
    return collapse(clean(source))


def from_either(source: str) -> str:
    """Text of a format that does not say whether it is HTML: it is, when it has a known tag."""
    if TAG.search(source):
        return from_html(source)
    return collapse(clean(html.unescape(source)))


def collapse(text: str) -> str:
    """Runs of white space become one space, or one line break where they held one."""
    if "\n" not in text:
        return " ".join(text.split())
    return "\n".join([" ".join(words) for line in text.split("\n") if (words := line.split())])


def cut(text: str, limit: int) -> str:
    """The text's beginning in at most ``limit`` bytes of UTF-8, cut between characters."""
    if len(text) * 4 <= limit:
        return text
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= limit:
        return text
    return encoded[:limit].decode("utf-8", "ignore").rstrip()
