"""What the pages of a story show, as values that the templates only have to write down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.digest.build import Report, Story
from monitor.digest.passages import Passage
from monitor.messages import LedgerLine, Seen
from monitor.model import Hit, Indicator
from monitor.web.evidence import Branch
from monitor.web.points import Points
from monitor.web.views import DeliveryLine

REPORTS_SHOWN = 25
"""So many reports of a story stand on a page."""


@dataclass(frozen=True, slots=True)
class SeenText:
    """
    A story's text as we saw it from ``since`` on, up to ``until`` if it was edited then.

    ``summary`` and ``content`` are paragraphs, with the words marked that did the matching.
    """

    since: datetime
    until: datetime | None
    hash: str
    title: Passage
    summary: tuple[Passage, ...]
    content: tuple[Passage, ...]
    length: int
    """How many characters ``content`` has."""
    is_article: bool = False
    """Whether ``content`` was read from the page that the item links to."""
    is_cut: bool = False
    """Whether there is more of it than is shown."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    How one indicator stands to a story.

    ``hit`` is the hit that is stored, if there is one; ``holds`` says whether
    the list in force would hit it today, and ``standing`` tells a difference
    between the two in a sentence. ``lacks`` names what a miss lacks, each with
    how it stands. ``tree`` is empty where there is nothing to show; where there
    is, but not on this page, ``has_tree`` says so.
    """

    id: str
    indicator: Indicator | None
    hit: Hit | None
    holds: bool = False
    standing: str = ""
    lacks: tuple[tuple[str, str], ...] = ()
    tree: tuple[Branch, ...] = ()
    report: Report | None = None
    """The report of the story that it was judged by."""
    has_tree: bool = False
    points: Points | None = None
    """What the points beside its rule say, where it has some."""


@dataclass(frozen=True, slots=True)
class StoryPage:
    """
    One story whole: its texts (newest first), the indicators it hit, and why not the others.

    ``near`` are the misses of which some words were found, nearest first;
    ``far`` those of which none was. ``backfill`` says that the first poll of
    its feed brought it as the past, ``no_article`` why there is no article
    where one was wanted.
    """

    story: Story
    fetched: datetime
    backfill: bool
    texts: tuple[SeenText, ...]
    hits: tuple[Judgement, ...]
    near: tuple[Judgement, ...]
    far: tuple[Judgement, ...]
    deliveries: tuple[DeliveryLine, ...]
    scope_lists: frozenset[str] = frozenset()
    no_article: str = ""
    seen: Seen | None = None
    """That somebody has seen the alerts on it."""
    editions: int = 1
    """How many texts there are in all, of which ``texts`` are the newest."""
    page: int = 1
    """Which part of the reports is shown."""
    judged: LedgerLine | None = None
    """When somebody last said how credible it is, who, and why."""

    @property
    def titles(self) -> dict[str, str]:
        """The titles of the indicators that it hit and that are in the list, by their ids."""
        return {one.id: one.indicator.title for one in self.hits if one.indicator}

    @property
    def told(self) -> tuple[Report, ...]:
        """The reports of this page, oldest first."""
        return self.story.reports[(self.page - 1) * REPORTS_SHOWN : self.page * REPORTS_SHOWN]

    @property
    def pages(self) -> int:
        """How many pages the reports fill."""
        return max(1, -(-len(self.story.reports) // REPORTS_SHOWN))

    def page_of(self, report: Report) -> int:
        """Which page a report of the story stands on."""
        keys = [one.item.key for one in self.story.reports]
        return keys.index(report.item.key) // REPORTS_SHOWN + 1


@dataclass(frozen=True, slots=True)
class WhyPage:
    """How one indicator stands to a story, its whole tree, and the text that it was judged by."""

    story: Story
    judged: Judgement
    lang: str | None


@dataclass(frozen=True, slots=True)
class TextPage:
    """One text of a story as it was seen, whole; ``number`` counts back from the newest, 0."""

    story: Story
    text: SeenText
    number: int
    editions: int
