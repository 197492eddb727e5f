"""The short form for chat: a line on what was seen, then headlines with source and link."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from monitor.digest.build import Digest, Story
from monitor.digest.joining import Joined
from monitor.digest.layout import grouped
from monitor.digest.links import Links
from monitor.digest.matched import matched_words
from monitor.digest.passages import tell
from monitor.digest.plain import chat_link, for_chat, shorten
from monitor.digest.standing import standing_words
from monitor.digest.wording import (
    credible,
    down_words,
    spaced,
    span_words,
    stories,
    told_by,
    whole_account,
)
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
    head = [
        f"{for_chat(digest.title)}, {span_words(digest)}",
        shorten(for_chat(whole_account(digest)), 500),
    ]
    if stands := standing_words(digest):
        head.append(shorten(for_chat(stands), 300))
    page = chat_link(links.day(digest.day)) if digest.day else chat_link(links.board)
    tail = [page] if page else []
    heading = _since(since) if since is not None else []
    room = CHAT_LENGTH - _length([*head, *heading, *tail]) - 2 * COUNT_LENGTH
    told = _told(digest, HEADLINES, room)
    left = HEADLINES - len(digest.stories[:HEADLINES])
    then = _told(since, left, room - _length(told)) if since is not None else []
    return "\n".join([*head, *told, *heading, *then, *tail])


def _since(since: Digest) -> list[str]:
    """How many came since midnight, and which feeds are down; nothing where there is neither."""
    down = down_words(since)
    if not since.stories and not down:
        return []
    said = f"Since midnight: {stories(len(since.stories))}"
    return [shorten(for_chat(f"{said}; {down}" if down else said), 300)]


def _told(digest: Digest, most: int, room: int) -> list[str]:
    """Headlines under their indicators, as many as there is room for, and how many are left out."""
    lines: list[str] = []
    named = 0
    for group in grouped(digest, max(most, 0)):
        told = [f"{shorten(for_chat(group.names), 120)}: {group.count}"]
        for story in group.stories:
            line = headline(story)
            if _length([*lines, *told, line]) > room:
                break
            told.append(line)
        if len(told) > 1:
            lines += told
            named += len(told) - 1
    left = len(digest.stories) - named
    return [*lines, f"and {left} more"] if left and lines else lines


def headline(story: Story) -> str:
    """A story in two lines: title, publisher and grade; then the article."""
    title = shorten(for_chat(tell(story.lead).title.plain), HEADLINE_LENGTH)
    link = chat_link(story.lead.item.link)
    return f"• {title} ({_source(story)})" + (f"\n{link}" if link else "")


def _source(story: Story) -> str:
    rest = len(story.publishers) - 1
    others = f" and {rest} more" if rest else ""
    many = told_by(story) if len(story.reports) > 1 else ""
    more = "".join(f"; {one}" for one in (many, credible(story)) if one)
    return f"{for_chat(story.publishers[0])}{others}, {story.grade}{more}"


def alert_short(
    story: Story,
    indicators: Iterable[Indicator],
    links: Links,
    scope: Collection[str] = (),
    joined: Joined | None = None,
) -> str:
    """One story for chat: what, under which indicators, which words, where to read it."""
    found = list(indicators)
    told = tell(story.lead)
    names = ", ".join(for_chat(one.title) for one in found) or "Alert"
    signals = ", ".join(spaced(story.signals))
    points = f" · points to {for_chat(signals)}" if signals else ""
    lines = [
        shorten(f"{names}{points}", 200),
        f"{shorten(for_chat(told.title.plain), 240)} ({_source(story)})",
    ]
    shown = told.quote or told.text
    if shown is not None:
        lines.append(shorten(for_chat(shown.plain), TEXT_LENGTH))
    if words := matched_words(story, scope):
        lines.append(shorten(f"Matched: {for_chat(words)}", 240))
    if joined is not None:
        lines.append(shorten(for_chat(joined.words), 240))
    pages = [links.indicator(one.id) for one in found[:1]]
    lines += [link for link in (chat_link(url) for url in (story.lead.item.link, *pages)) if link]
    return "\n".join(lines)


def summary_short(stories_: Sequence[Story], title: str, why: str, links: Links) -> str:
    """
    Several stories for chat that would have been alerts of their own: every one with its link.

    Nothing is left out, since this is the only time that the channel hears of
    them; what is too long for a service goes there in parts.
    """
    head = f"{for_chat(title)}: {stories(len(stories_))} in one message ({for_chat(why)})"
    tail = [link for link in (chat_link(links.board),) if link]
    return "\n".join([head, *(headline(story) for story in stories_), *tail])


def _length(lines: Iterable[str]) -> int:
    return sum(len(line) + 1 for line in lines)
