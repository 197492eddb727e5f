"""What is sent of a level that rose, and of a silence: short, with the reason and where to look."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.digest.build import Story
from monitor.digest.chat import headline
from monitor.digest.links import Links
from monitor.digest.passages import tell
from monitor.digest.plain import chat_link, for_chat, plain_line, shorten
from monitor.levels.level import Level
from monitor.levels.override import Shown
from monitor.messages import Message
from monitor.model import Indicator, WatchList

STORIES = 5
"""So many of the newest stories are named; the rest is on the page."""

SUBJECT_LENGTH = 200


def level_note(
    one: Shown, indicator: Indicator, stories: Sequence[Story], watch: WatchList
) -> Message:
    """
    A message for mail and for chat.

    It says which indicator, how it stands and why, and names the newest
    stories; of a silence the last ones there were.
    """
    word = str(one.level).capitalize()
    title = plain_line(indicator.title)
    links = Links((watch.site_url or "").rstrip("/") or None)
    page = links.indicator(indicator.id)
    heading = "The last stories:" if one.level is Level.SILENT else "Its newest stories:"
    shown = stories[:STORIES]
    lines = [f"{title}: {one.reason}", ""]
    if shown:
        lines += [heading, *(line for story in shown for line in _lines(story)), ""]
    lines += [page] if page else []
    lines += [f"Sent because {_why(one.level)}. The reason is counted on the hour."]
    short = [f"{word}: {for_chat(title)}", for_chat(one.why), *map(headline, shown)]
    short += [link for link in (chat_link(page),) if link]
    return Message(
        subject=shorten(f"{word}: {title}, {one.why}", SUBJECT_LENGTH),
        text="\n".join(lines),
        short="\n".join(short),
    )


def _lines(story: Story) -> list[str]:
    told = tell(story.lead).title.plain
    lines = [f"- {plain_line(told)} ({story.lead.feed.publisher}, {story.grade})"]
    return [*lines, f"  {story.lead.item.link}"] if story.lead.item.link else lines


def _why(level: Level) -> str:
    if level is Level.SILENT:
        return "its silence was asked for, and routine reporting has stopped"
    return f"its level rose to {level}"
