"""Addresses of feeds as people tell them apart: which are the same one, and what to call it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit

from monitor.feeds.identity import normal_link

LONGEST_ID = 40

_PART = re.compile(r"\s[-|–—·»/]+\s|\s*(?::+|[|»(,])\s*")
_SAYS_NOTHING = frozenset(
    "rss feed feeds news home latest latest-news all index blog posts articles xml atom".split()  # noqa: SIM905
)
_FRONT = re.compile(r"^(?:www|feeds?|rss|news|blog|m)\d?\.(?=.+\..)")
_BACK = re.compile(r"(?:\.(?:com?|org|net|gob|gov|edu|ac))?\.[a-z0-9-]{2,}$")


def comparable(url: str) -> str:
    """
    An address without what differs between two ways to write the same feed.

    http or https, ``www.``, the usual port, capitals of the host, a slash at
    the end, what stands after ``#``, the order of parameters and those that
    only follow readers about: none of it makes another feed.
    """
    try:
        parts = urlsplit(normal_link(url.strip()))
    except ValueError:
        return url
    host = parts.netloc.lower().removeprefix("www.")
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return f"{host}{parts.path.rstrip('/')}{'?' if query else ''}{query}"


def feed_id(title: str, url: str, taken: Container[str] = ()) -> str:
    """
    A short name for a feed: from its title up to the first dash or colon, else from its host.

    A name that is taken gets a few letters that follow from the address, so
    that it stays the same wherever the feed stands among others.
    """
    name = slug(_PART.split(title.strip(), maxsplit=1)[0])
    if len(name) < 2 or name in _SAYS_NOTHING:
        name = slug(_site(url)) or "feed"
    if name not in taken:
        return name
    mark = blake2b(comparable(url).encode(), digest_size=16).hexdigest()
    for length in range(4, len(mark)):
        longer = f"{name}-{mark[:length]}"
        if longer not in taken:
            return longer
    return f"{name}-{mark}"


def slug(text: str) -> str:
    """A text as an id may be written: letters without accents, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if len(name) <= LONGEST_ID:
        return name
    return name[: LONGEST_ID + 1].rpartition("-")[0] or name[:LONGEST_ID]


def _site(url: str) -> str:
    """The part of the host that a reader would call the site by."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    if host.replace(".", "").isdigit() or ":" in host:
        return host
    return _BACK.sub("", _FRONT.sub("", host)) or host
