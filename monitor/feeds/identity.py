"""What makes an entry the same one at the next poll, and what makes it a changed one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.model import Item

# Only names that no site uses to tell its pages apart.
TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|igshid|igsh"
    r"|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|oly_(anon|enc)_id|vero_id|wickedid|ocid|cmpid|xtor"
    r"|at_(campaign|medium|custom[0-9]|ptr_name|link_.*)|ns_(campaign|mchannel|source|linkname|fee)"
    r"|_ga|_gl|ref_src|__twitter_impression)$",
    re.IGNORECASE,
)
# A link that has nothing but a host and a path.
SIMPLE = re.compile(r"https?://([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(/[!\"$-:<->@-\[\]-~]*)?")


@dataclass(frozen=True, slots=True)
class Marks:
    """What an entry offers to be known by."""

    guid: str
    link: str
    title: str
    text: str


def keys(feed_id: str, entries: Sequence[Marks]) -> list[str]:
    """
    The identity of each entry of one document: its guid, else its link, else its text.

    Some feeds give one guid (or one link) to several entries. Where different
    entries of a document share their mark, link, title and text are added
    until they part, so that nothing distinct is merged. Entries that are the
    same in everything keep the same key. Dates take no part: some feeds date
    everything anew at every poll.
    """
    parts = [_first_mark(entry) for entry in entries]
    if len(set(parts)) == len(parts):
        return [digest(feed_id, *part) for part in parts]
    for extra in ("link", "title", "text"):
        seen = Counter(parts)
        kinds: dict[tuple[str, ...], set[Marks]] = {}
        for part, entry in zip(parts, entries, strict=True):
            if seen[part] > 1:
                kinds.setdefault(part, set()).add(entry)
        parts = [
            (*part, getattr(entry, extra)) if len(kinds.get(part, ())) > 1 else part
            for part, entry in zip(parts, entries, strict=True)
        ]
    return [digest(feed_id, *part) for part in parts]


def _first_mark(entry: Marks) -> tuple[str, ...]:
    if entry.guid:
        return ("guid", entry.guid)
    if entry.link:
        return ("link", entry.link)
    return ("text", entry.title, entry.text)


def text_hash(title: str, summary: str, content: str) -> str:
    """A hash that changes when the words do; white space alone does not count."""
    return digest(*[" ".join(text.split()) for text in (title, summary, content)])


def plain_hash(*texts: str) -> str:
    """The same hash of texts whose white space is in order, as ``plain`` leaves it."""
    return digest(*map(flat, texts))


def flat(text: str) -> str:
    """A text in one line."""
    return text.replace("\n", " ")


def twin_key(item: Item) -> str:
    """
    A second identity: the feed, the link without tracking parameters, and the title.

    It lets the store see that an item whose guid is new is an old one whose
    feed changes its guids at every poll. It is a hint, no proof: two items of
    one document may share it, and so may the weather of two days. Ask also
    that the text is the same and that the old guid is gone.
    """
    return item.twin or twin_of(item.feed, normal_link(item.link), item.title)


def twin_of(feed_id: str, link: str, title: str) -> str:
    """The second identity of an item by its parts; the link is without tracking parameters."""
    return digest("twin", feed_id, link, " ".join(title.casefold().split()))


def normal_link(link: str | None) -> str:
    """A link without what differs between two ways to the same page; empty for none."""
    if not link:
        return ""
    if found := SIMPLE.fullmatch(link):
        return f"https://{found[1].lower()}{found[2] or '/'}"
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return link
    if port and port != {"http": 80, "https": 443}.get(parts.scheme):
        host = f"{host}:{port}"
    query = parts.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        query = urlencode([pair for pair in pairs if not TRACKING.match(pair[0])])
    return urlunsplit(("https", host, parts.path or "/", query, ""))


def digest(*parts: str) -> str:
    """A short name for some texts, the same everywhere and for ever."""
    body = "\0".join(parts).encode("utf-8", "replace")
    return blake2b(body, digest_size=16).hexdigest()
