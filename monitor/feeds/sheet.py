"""What is known of an entry while its elements are read one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitor.feeds import authors
from monitor.feeds.charset import clean
from monitor.feeds.entries import Entry, Text

NO_TEXT = Text()


@dataclass(slots=True)
class Scope:
    """What an element takes over from those around it."""

    depth: int
    base: str
    lang: str


@dataclass(slots=True)
class Sheet:
    """What is known of an entry so far; ``depths`` says how deep down a value was found."""

    guid: str = ""
    link: str | None = None
    first_link: str = ""
    title: Text = NO_TEXT
    title_lang: str = ""
    title_depth: int = -1
    summary: Text | None = None
    summary_lang: str = ""
    has_summary: bool = False
    has_content: bool = False
    contents: list[Text] = field(default_factory=list)
    author: str = ""
    authors: list[str] = field(default_factory=list)
    source: str = ""
    lang: str = ""
    tags: list[list[str | None]] = field(default_factory=list)
    dates: dict[str, datetime | None] = field(default_factory=dict)
    depths: dict[str, int] = field(default_factory=dict)

    def prefers(self, what: str, depth: int) -> bool:
        """Whether a value from this depth stands: one from further up is not replaced."""
        known = self.depths.get(what)
        if known is not None and depth > known:
            return False
        self.depths[what] = depth
        return True

    def tag(self, term: str | None, scheme: str | None = None, label: str | None = None) -> None:
        """Add a tag, unless it is there already or says nothing."""
        if (term or scheme or label) and [term, scheme, label] not in self.tags:
            self.tags.append([term, scheme, label])

    def entry(self) -> Entry:
        """The entry as all readers hand it over."""
        dates = (self.dates.get(name) for name in ("published", "updated", "created"))
        return Entry(
            guid=sound(self.guid),
            link=sound(self.first_link or self.link or ""),
            title=self.title,
            summary=self.summary or NO_TEXT,
            content=max(self.contents, key=lambda text: len(text.value), default=NO_TEXT),
            author=authors.written_by(self.author, self.authors),
            source=sound(self.source),
            lang=self.lang or self.title_lang or self.summary_lang,
            tags=tuple(label or term or "" for term, _, label in self.tags),
            published=next((when for when in dates if when is not None), None),
        )


def sound(text: str) -> str:
    """The text without what no text should hold; see ``charset.clean``."""
    return text if text.isprintable() else clean(text)
