"""The feeds of a watch list: those in the file itself, and those of the OPML files it names."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from monitor.config.addresses import wrong_address
from monitor.config.build import feed
from monitor.config.document import MAX_BYTES, Document, Path, Plain
from monitor.config.editing import Entry
from monitor.config.opml import Outline, read_opml
from monitor.config.schema import FeedSection, OpmlSection, WatchSection
from monitor.config.values import ID
from monitor.errors import Problem
from monitor.feeds.addresses import comparable, feed_id
from monitor.feeds.guard import without_secrets
from monitor.feeds.search import heard, search_feeds
from monitor.model import Feed, WatchList

MOST = 20_000
"""Feeds that one OPML file may bring."""


@dataclass(frozen=True, slots=True)
class FeedList:
    """
    All feeds, in the order of the file, and what is wrong with those from OPML files.

    ``files`` are the OPML files as they were read, by the names that the list gives them.
    """

    feeds: tuple[Feed, ...]
    problems: tuple[Problem, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def read_feeds(
    section: WatchSection,
    document: Document,
    folder: FilePath,
    kept: Mapping[str, bytes] | None = None,
) -> FeedList:
    """
    The feeds that the file writes out and those that its OPML files list.

    What an OPML file says of a feed goes before the defaults beside ``opml:``.
    A feed there that cannot be used is left out with a warning, since a whole
    list should not fail for one line of it; so is one whose address another
    feed has already. A file that cannot be read is an error. It
    is looked for in ``folder``, unless it is among the ``kept`` ones.
    """
    own = [one for one in section.feeds if isinstance(one, FeedSection)]
    taken = {str(one.id) for one in own}
    known = {comparable(str(one.url)): str(one.id) for one in own}
    feeds: list[Feed] = []
    problems: list[Problem] = []
    files = dict(kept or {})
    for number, one in enumerate(section.feeds):
        if isinstance(one, FeedSection):
            feeds.append(feed(one))
        else:
            path = ("feeds", number, "opml")
            reading = _Reading(one, document, path, folder, taken, known, files)
            feeds += reading.feeds()
            problems += reading.problems
    return FeedList(tuple(feeds), tuple(problems), files)


def with_searches(watch: WatchList, document: Document) -> tuple[WatchList, list[Problem]]:
    """A list with the feeds that its indicators' searches are, and what cannot be searched."""
    made = search_feeds(watch, [one.id for one in watch.feeds])
    problems = [
        document.problem(("indicators", number, "search_feeds"), lack, key=True, severity="warning")
        for number, one in enumerate(watch.indicators)
        for lack in (made[one.id].lacks if one.id in made else ())
    ]
    feeds = [feed for searches in made.values() for feed in searches.feeds]
    indicators = [heard(one, made[one.id]) if one.id in made else one for one in watch.indicators]
    return replace(watch, feeds=(*watch.feeds, *feeds), indicators=tuple(indicators)), problems


class _Reading:
    """One OPML file, read with the defaults that stand beside its name."""

    def __init__(
        self,
        section: OpmlSection,
        document: Document,
        path: Path,
        folder: FilePath,
        taken: set[str],
        known: dict[str, str],
        files: dict[str, bytes],
    ) -> None:
        self.section = section
        self.document = document
        self.path = path
        self.target = folder / str(section.opml)
        self.name = str(FilePath(document.file).parent / str(section.opml))
        self.taken = taken
        self.known = known
        self.files = files
        self.problems: list[Problem] = []

    def feeds(self) -> Iterator[Feed]:
        content = self.files.get(str(self.section.opml)) or self.content()
        if content is None:
            return
        self.files[str(self.section.opml)] = content
        outlines, wrong = read_opml(content, self.name)
        self.problems += wrong
        if not outlines and not wrong:
            self.warn(1, "no feed stands in it", "a feed is an outline with an xmlUrl")
        if len(outlines) > MOST:
            self.warn(outlines[MOST].line, f"feeds beyond the first {MOST:,} are left out")
        for outline in outlines[:MOST]:
            made = self.feed(outline)
            if made is not None:
                yield made

    def content(self) -> bytes | None:
        if "://" in str(self.section.opml):
            hint = "save it beside this file, and write its name"
            self.refuse("an OPML file is read from the disk, not from an address", hint)
            return None
        try:
            if self.target.is_file() and self.target.stat().st_size > MAX_BYTES:
                self.refuse(f"{self.section.opml} is larger than {MAX_BYTES // 1024 // 1024} MB")
                return None
            return self.target.read_bytes()
        except FileNotFoundError:
            self.refuse(f"there is no file {self.section.opml} beside this one")
        except OSError as error:
            reason = (error.strerror or "it cannot be opened").lower()
            self.refuse(f"{self.section.opml} cannot be read: {reason}")
        return None

    def feed(self, outline: Outline) -> Feed | None:
        wrong = wrong_address(outline.url)
        if wrong:
            self.warn(outline.line, f"{_named(outline)} is left out: {wrong}")
            return None
        twin = self.known.get(comparable(outline.url))
        if twin is not None:
            message = f"{_named(outline)} is left out: the feed {twin} has this address already"
            self.warn(outline.line, message)
            return None
        entry = entry_of(outline, self.taken)
        try:
            section = FeedSection.model_validate(_as_written(entry))
        except ValidationError as error:
            key = error.errors(include_url=False)[0]["loc"][0]
            self.warn(outline.line, f"{_named(outline)} is left out: its {key} does not fit")
            return None
        made = feed(section, origin=f"{self.section.opml}:{outline.line}")
        self.taken.add(made.id)
        self.known[comparable(outline.url)] = made.id
        return replace(made, **self.defaults(entry))

    def defaults(self, entry: Entry) -> dict[str, Any]:
        """What stands beside ``opml:`` and is not said of the feed itself."""
        given = self.section.model_fields_set - {"opml"} - set(entry)
        values = {key: getattr(self.section, key) for key in given}
        if "lang" in values:
            values["lang"] = str(values["lang"]).lower()
        if "tags" in values:
            values["tags"] = tuple(map(str, values["tags"]))
        return {key: str(one) if isinstance(one, str) else one for key, one in values.items()}

    def refuse(self, message: str, hint: str = "") -> None:
        self.problems.append(self.document.problem(self.path, message, hint))

    def warn(self, line: int, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.name, line, 1, message, hint, "warning"))


def entry_of(outline: Outline, taken: Container[str]) -> dict[str, str | list[str] | bool]:
    """
    A feed's keys as indicators.yaml would have them, in their usual order.

    Its id is its own, if it has one that is free, else one made from its name.
    """
    own = outline.own
    name = own.get("id", "")
    if not ID.fullmatch(name) or name in taken:
        name = feed_id(name or outline.title, outline.url, taken)
    lang = re.split("[-_]", outline.lang.lower())[0] if outline.lang else ""
    entry: dict[str, str | list[str] | bool | None] = {
        "id": name,
        "url": outline.url,
        "lang": lang if re.fullmatch("[a-z]{2,3}", lang) else None,
        "publisher": own.get("publisher"),
        "grade": own.get("grade"),
        "group": outline.group,
        "tags": [tag.strip() for tag in own.get("tags", "").split(",") if tag.strip()],
        "every": own.get("every"),
        "fulltext": own.get("fulltext") == "true",
    }
    return {key: value for key, value in entry.items() if value}


def outline_of(feed: Feed, url: str) -> Outline:
    """A feed as OPML has it; ``url`` is the address to write, perhaps without its secret."""
    own = {
        "id": feed.id,
        "publisher": feed.publisher if feed.publisher != feed.id else "",
        "grade": feed.grade if feed.grade != "F" else "",
        "tags": ", ".join(feed.tags),
        "every": _length(feed.every) if feed.every else "",
        "fulltext": "true" if feed.fulltext else "",
    }
    said = {key: value for key, value in own.items() if value}
    return Outline(0, url, feed.id, feed.lang, feed.group, said)


def _length(pause: timedelta) -> str:
    """A length of time as the file writes it."""
    seconds = int(pause.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _as_written(entry: Entry) -> dict[str, Any]:
    return {key: Plain("true") if one is True else one for key, one in entry.items()}


def _named(outline: Outline) -> str:
    return f'"{outline.title}"' if outline.title else without_secrets(outline.url)
