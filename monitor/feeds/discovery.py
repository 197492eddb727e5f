"""Where the feeds of a page are: what the page itself says, and where sites usually put them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from monitor.feeds.addresses import comparable
from monitor.feeds.charset import decode
from monitor.feeds.parse import safe_link

MOST = 10
"""Feeds of one page that are worth trying."""

MOST_BYTES = 1_000_000
"""How much of a page is looked through; what it declares stands at its top."""

USUAL = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/all.rss")
"""Where sites put their feed, the most usual first."""

_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|text/xml|application/xml")
_LIKE_A_FEED = re.compile(
    r"(?:^|[/._=-])(?:rss|atom|feed)s?(?:[/._=?-]|\d|$)|\.(?:rss|atom|rdf)$", re.I
)
_COMMENTS = re.compile(r"comment|coment|коммент|/feed/\?p=", re.I)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed, and what the page calls it."""

    url: str
    title: str = ""


def feeds_in(page: bytes, url: str, content_type: str | None = None) -> list[Candidate]:
    """
    The feeds that a page names, best first: those it declares, then links that look like one.

    Feeds of comments come last: they are seldom what is meant.
    """
    tree = LexborHTMLParser(decode(page[:MOST_BYTES], content_type))
    base = _base(tree, url)
    found: dict[str, Candidate] = {}
    for candidate in (*_declared(tree, base), *_linked(tree, base)):
        if comparable(candidate.url) != comparable(url):
            found.setdefault(comparable(candidate.url), candidate)
    ordered = sorted(found.values(), key=_is_of_comments)
    return ordered[:MOST]


def usual_places(url: str) -> list[Candidate]:
    """Where a site's feed often is, below the page's own folder last."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    places = [root + path for path in USUAL]
    if parts.path.strip("/"):
        places.insert(0, f"{root}{parts.path.rstrip('/')}/feed/")
    return [Candidate(place) for place in places]


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    href = node.attributes.get("href") if node is not None else None
    return (safe_link(href, url) or url) if href else url


def _declared(tree: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for node in tree.css("link[rel][href]"):
        names = (node.attributes.get("rel") or "").lower().split()
        kind = (node.attributes.get("type") or "").lower().strip()
        is_feed = "feed" in names or ("alternate" in names and _FEED_TYPE.fullmatch(kind))
        address = safe_link(node.attributes.get("href") or "", base)
        if is_feed and address:
            yield Candidate(address, (node.attributes.get("title") or "").strip())


def _linked(tree: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    host = urlsplit(base).hostname or ""
    for node in tree.css("a[href]"):
        address = safe_link(urljoin(base, node.attributes.get("href") or ""), base)
        if address is None:
            continue
        parts = urlsplit(address)
        near = _site(parts.hostname or "") == _site(host)
        if near and _LIKE_A_FEED.search(f"{parts.path}?{parts.query}"):
            yield Candidate(address, " ".join(node.text(deep=True).split())[:100])


def _site(host: str) -> str:
    return ".".join(host.removeprefix("www.").split(".")[-2:])


def _is_of_comments(one: Candidate) -> bool:
    return _COMMENTS.search(f"{one.url} {one.title}") is not None
