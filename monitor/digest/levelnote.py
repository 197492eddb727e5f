"""What is sent of a level that rose, and of a silence: short, with the reason and where to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.digest.build import Story
from monitor.digest.chat import headline
from monitor.digest.links import Links
from monitor.digest.passages import tell
from monitor.digest.plain import chat_link, for_chat, plain_line, shorten
from monitor.levels.level import Level
from monitor.levels.override import Shown
from monitor.model import Indicator

STORIES = 5
"""So many of the newest stories are named; the rest is on the page."""

SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class LevelNote:
    """
    How an indicator stands and why, with its newest stories; of a silence the last there were.

    Mail and chat tell the same of it.
    """

    shown: Shown
    indicator: Indicator
    stories: Sequence[Story]
    links: Links

    @property
    def word(self) -> str:
        """The level as a heading."""
        return str(self.shown.level).capitalize()

    @property
    def title(self) -> str:
        """The indicator's title in one line."""
        return plain_line(self.indicator.title)

    @property
    def named(self) -> Sequence[Story]:
        """The stories that are named."""
        return self.stories[:STORIES]

    @property
    def heading(self) -> str:
        """What stands over the stories."""
        return "The last stories" if self.shown.level is Level.SILENT else "Its newest stories"

    @property
    def page(self) -> str | None:
        """The indicator's page, if there is an address of it."""
        return self.links.indicator(self.indicator.id)

    @property
    def why(self) -> str:
        """Why this is sent."""
        if self.shown.level is Level.SILENT:
            told = "its silence was asked for, and routine reporting has stopped"
        else:
            told = f"its level rose to {self.shown.level}"
        return f"Sent because {told}. The reason is counted on the hour."

    @property
    def subject(self) -> str:
        """The subject of a mail."""
        return shorten(f"{self.word}: {self.title}, {self.shown.why}", SUBJECT_LENGTH)

    @property
    def letter(self) -> str:
        """A mail as plain text."""
        lines = [f"{self.title}: {self.shown.reason}", ""]
        if self.named:
            told = (line for story in self.named for line in _lines(story))
            lines += [f"{self.heading}:", *told, ""]
        lines += [self.page] if self.page else []
        return "\n".join([*lines, self.why])

    @property
    def short(self) -> str:
        """A chat message."""
        lines = [f"{self.word}: {for_chat(self.title)}", for_chat(self.shown.why)]
        lines += map(headline, self.named)
        return "\n".join([*lines, *(link for link in (chat_link(self.page),) if link)])


def _lines(story: Story) -> list[str]:
    told = tell(story.lead).title.plain
    lines = [f"- {plain_line(told)} ({story.lead.feed.publisher}, {story.grade})"]
    return [*lines, f"  {story.lead.item.link}"] if story.lead.item.link else lines
