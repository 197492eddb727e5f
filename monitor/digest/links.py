"""Where links lead: on the service, among files, or from a mail; nowhere is no dead link."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from urllib.parse import quote

from monitor.digest.plain import web_link


@dataclass(frozen=True, slots=True)
class Links:
    """
    The addresses of our own pages.

    ``base`` stands before each: nothing on the service, the site's address in
    a mail. Without one (``None``) there are no pages to lead to. Every method
    answers ``None`` where there is no such page.
    """

    base: str | None = ""
    style: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What files of the style are called, where that is not their own name."""

    @property
    def board(self) -> str | None:
        """The first page."""
        return self._at("/")

    @property
    def feeds(self) -> str | None:
        """How every feed stands."""
        return self._at("/feeds")

    @property
    def ledger(self) -> str | None:
        """What was sent and held."""
        return self._at("/ledger")

    @property
    def search(self) -> str | None:
        """Search over all that is stored."""
        return self._at("/search")

    @property
    def trying(self) -> str | None:
        """Where a text can be tried."""
        return self._at("/try")

    @property
    def indicators(self) -> str | None:
        """All indicators."""
        return self._at("/indicators")

    @property
    def stories(self) -> str | None:
        """All stories, newest first."""
        return self._at("/stories")

    @property
    def hypotheses(self) -> str | None:
        """All that speaks of each hypothesis."""
        return self._at("/hypotheses")

    @property
    def archive(self) -> str | None:
        """Every day that has a page."""
        return self._at("/archive")

    def week(self, day: date) -> str | None:
        """The digest of the week that a day is in."""
        return self._at(f"/digests/{week_name(day)}")

    def feed(self, kind: str, indicator: str | None = None) -> str | None:
        """The newest stories as a feed, ``atom`` or ``json``, of one indicator or of all."""
        return self._at(f"/indicators/{indicator}.{kind}" if indicator else f"/stories.{kind}")

    @property
    def leave(self) -> str | None:
        """Where one logs out."""
        return self._at("/logout")

    def said(self, link: str) -> str | None:
        """Where the reader of a mail can say that they have seen it."""
        return self._at(f"/seen/{link}")

    @property
    def newest(self) -> str | None:
        """The newest digest."""
        return self._at("/digests")

    def day(self, day: date) -> str | None:
        """The digest of a day."""
        return self._at(f"/digests/{day.isoformat()}")

    def indicator(self, indicator: str) -> str | None:
        """One indicator's page; ids are made of letters, digits and hyphens."""
        return self._at(f"/indicators/{indicator}")

    def story(self, story: str) -> str | None:
        """One story's page: why it hit, and what was seen of it."""
        return self._at(f"/stories/{quote(story, safe='')}")

    def why(self, story: str, indicator: str) -> str | None:
        """Why a story hit an indicator or did not, as a page of its own."""
        return self._at(f"/stories/{quote(story, safe='')}/why/{indicator}")

    def text(self, story: str, number: int) -> str | None:
        """One text of a story whole; ``number`` counts back from the newest, 0."""
        return self._at(f"/stories/{quote(story, safe='')}/text/{number}")

    def static(self, name: str) -> str:
        """A file of the style."""
        return f"{self.base or ''}/static/{self.style.get(name, name)}"

    def _at(self, path: str) -> str | None:
        return None if self.base is None else f"{self.base}{path}"


@dataclass(frozen=True, slots=True)
class FileLinks(Links):
    """Links among files of one folder: the digests of ``days``, and nothing else."""

    days: Collection[date] = ()

    @property
    def board(self) -> str | None:
        """There is none among files."""
        return None

    @property
    def feeds(self) -> str | None:
        """There is none among files."""
        return None

    @property
    def ledger(self) -> str | None:
        """There is none among files."""
        return None

    @property
    def search(self) -> str | None:
        """There is none among files."""
        return None

    @property
    def trying(self) -> str | None:
        """Files take nothing in."""
        return None

    @property
    def indicators(self) -> str | None:
        """There is none among files."""
        return None

    @property
    def stories(self) -> str | None:
        """There is none among files."""
        return None

    @property
    def hypotheses(self) -> str | None:
        """There is none among files."""
        return None

    @property
    def archive(self) -> str | None:
        """Every day that is written."""
        return "archive.html"

    def week(self, day: date) -> str | None:
        """The file of a week, which is written if any day of it is."""
        weeks = {week_name(one) for one in self.days}
        return f"{week_name(day)}.html" if week_name(day) in weeks else None

    def feed(self, kind: str, indicator: str | None = None) -> str | None:
        """There is none among files."""
        return None

    @property
    def leave(self) -> str | None:
        """Files are open to whoever has them."""
        return None

    def said(self, link: str) -> str | None:
        """Files take nothing in."""
        return None

    @property
    def newest(self) -> str | None:
        """The index shows the last day."""
        return "index.html"

    def day(self, day: date) -> str | None:
        """A day's file, if it is written."""
        return f"{day.isoformat()}.html" if day in self.days else None

    def indicator(self, indicator: str) -> str | None:
        """There is none among files."""
        return None

    def story(self, story: str) -> str | None:
        """There is none among files."""
        return None

    def why(self, story: str, indicator: str) -> str | None:
        """There is none among files."""
        return None

    def text(self, story: str, number: int) -> str | None:
        """There is none among files."""
        return None

    def static(self, name: str) -> str:
        """A file of the style, beside the pages."""
        return f"static/{name}"


def week_name(day: date) -> str:
    """The week of a day as addresses name it: ``2025-W45``, from Monday on."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def mail_links(site_url: str | None) -> Links:
    """Links for a mail or chat: to the site if there is one and its address is sound."""
    base = web_link(site_url)
    return Links(base.rstrip("/") if base else None)
