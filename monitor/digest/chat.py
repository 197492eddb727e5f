"""The short form for chat: a line on what was seen, then headlines with source and link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.digest.build import Digest, Story
from monitor.digest.links import Links
from monitor.digest.passages import tell
from monitor.digest.plain import chat_link, for_chat, shorten
from monitor.digest.wording import account, matched_words, span_words, stories
from monitor.model import Indicator

CHAT_LENGTH = 1500
HEADLINES = 8
HEADLINE_LENGTH = 140
TEXT_LENGTH = 360


def digest_short(digest: Digest, since: Digest | None, links: Links) -> str:
    """
    A digest for chat, at most ``CHAT_LENGTH`` characters.

    As many headlines as fit, most important first; the rest is counted.
    """
    head = [f"{for_chat(digest.title)}, {span_words(digest)}", shorten(_said(digest), 500)]
    more = since.stories if since is not None else ()
    tail = [f"Since midnight: {stories(len(more))}"] if more else []
    page = chat_link(links.day(digest.day)) if digest.day else chat_link(links.board)
    if page:
        tail.append(page)
    lines = list(_headlines(digest, CHAT_LENGTH - _length([*head, *tail]) - 30))
    left = len(digest.stories) - len(lines)
    rest = [f"and {left} more"] if left and lines else []
    return "\n".join([*head, *lines, *rest, *tail])


def _said(digest: Digest) -> str:
    """The account, its feed-made parts made safe."""
    return for_chat(account(digest))


def _headlines(digest: Digest, room: int) -> Iterator[str]:
    for story in digest.stories[:HEADLINES]:
        line = headline(story)
        room -= len(line) + 1
        if room < 0:
            return
        yield line


def headline(story: Story) -> str:
    """A story in two lines: title, publisher and grade; then the article."""
    title = shorten(for_chat(tell(story.lead).title.plain), HEADLINE_LENGTH)
    link = chat_link(story.lead.item.link)
    return f"• {title} ({_source(story)})" + (f"\n{link}" if link else "")


def _source(story: Story) -> str:
    more = len(story.publishers) - 1
    others = f" and {more} more" if more else ""
    return f"{for_chat(story.publishers[0])}{others}, {story.grade}"


def alert_short(story: Story, indicators: Iterable[Indicator], links: Links) -> str:
    """One story for chat: what, under which indicators, which words, where to read it."""
    found = list(indicators)
    told = tell(story.lead)
    names = ", ".join(for_chat(one.title) for one in found) or "Alert"
    points = f" · points to {for_chat(', '.join(story.signals))}" if story.signals else ""
    lines = [
        shorten(f"{names}{points}", 200),
        f"{shorten(for_chat(told.title.plain), 240)} ({_source(story)})",
    ]
    shown = told.quote or told.text
    if shown is not None:
        lines.append(shorten(for_chat(shown.plain), TEXT_LENGTH))
    words = matched_words(story)
    if words:
        lines.append(shorten(f"Matched: {', '.join(for_chat(word) for word in words)}", 240))
    pages = [links.indicator(one.id) for one in found[:1]]
    lines += [link for link in (chat_link(url) for url in (story.lead.item.link, *pages)) if link]
    return "\n".join(lines)


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)
