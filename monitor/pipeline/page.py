"""A page of the web as an item to be tried: fetched and read as articles are, stored nowhere."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from monitor.errors import FeedError, MonitorError
from monitor.feeds import plain
from monitor.feeds.charset import decode
from monitor.feeds.guard import without_secrets
from monitor.model import Item
from monitor.pipeline.edges import Edges

KEY = "tried"
MOST_BYTES = 200_000
"""How much of a page is looked through for its title, which stands at its top."""
LONGEST_TITLE = 1_000
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


async def item_at(url: str, edges: Edges) -> Item:
    """
    The item that the page at an address would be, with its title and its article.

    The address is asked as feeds are: public hosts alone, unless the list
    allows another, with the limits on time and size. Raises ``MonitorError``,
    in a sentence that can be shown, if it does not answer or holds no article.
    """
    if edges.read_article is None:
        raise MonitorError("addresses cannot be read here; paste the text")
    try:
        document = await edges.fetch(url, etag=None, last_modified=None, now=edges.clock())
        text = await edges.read_article(document)
    except FeedError as error:
        raise MonitorError(str(error)) from error
    title, lang = title_of(document.body, document.content_type)
    first, _, rest = text.partition("\n")
    return Item(
        key=KEY,
        feed="",
        title=title or first,
        content=text if title else rest,
        link=without_secrets(document.url),
        lang=lang,
        article=True,
    )


def title_of(body: bytes, content_type: str | None) -> tuple[str, str | None]:
    """What a page calls itself, best as it says to those who share it, and its language."""
    tree = LexborHTMLParser(decode(body[:MOST_BYTES], content_type))
    shared = tree.css_first('meta[property="og:title"]')
    named = tree.css_first("title")
    title = (shared.attributes.get("content") if shared else "") or (named.text() if named else "")
    root = tree.css_first("html")
    lang = (root.attributes.get("lang") if root else None) or ""
    return (
        plain.cut(" ".join(plain.from_text(title or "").split()), LONGEST_TITLE),
        lang if _LANG.fullmatch(lang) else None,
    )
