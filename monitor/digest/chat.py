"""The short form for chat: a line on what was seen, then headlines with source and link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
COUNT_LENGTH = 15


def digest_short(digest: Digest, since: Digest | None, links: Links) -> str:
    """
    A digest for chat, at most ``CHAT_LENGTH`` characters.

    As many headlines as fit, most important first, those of the closed day
    before those that came since midnight; the rest is counted.
    """
    head = [f"{for_chat(digest.title)}, {span_words(digest)}", shorten(_said(digest), 500)]
    page = chat_link(links.day(digest.day)) if digest.day else chat_link(links.board)
    tail = [page] if page else []
    later = since.stories if since is not None else ()
    heading = [f"Since midnight: {stories(len(later))}"] if later else []
    room = CHAT_LENGTH - _length([*head, *heading, *tail]) - 2 * COUNT_LENGTH
    told = _told(digest.stories, HEADLINES, room)
    then = _told(later, HEADLINES - len(digest.stories[:HEADLINES]), room - _length(told))
    return "\n".join([*head, *told, *heading, *then, *tail])


def _told(some: Sequence[Story], most: int, room: int) -> list[str]:
    """Headlines of as many stories as there is room for, and how many are left out."""
    lines: list[str] = []
    for story in some[: max(most, 0)]:
        line = headline(story)
        if _length([*lines, line]) > room:
            break
        lines.append(line)
    left = len(some) - len(lines)
    return [*lines, f"and {left} more"] if left and lines else lines


def _said(digest: Digest) -> str:
    """The account, its feed-made parts made safe."""
    return for_chat(account(digest))


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
