"""Pages as static files: the same content as the service shows, for any web space."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from monitor.desk import Desk
from monitor.digest.links import week_name
from monitor.digest.render import Renderer
from monitor.pipeline.publish import close_days, digest_of_day
from monitor.web.lists import archive_page, week_page
from monitor.web.show import Shows
from monitor.web.style import STATIC


class Export:
    """Writes days as they stand at ``now``; days that are over are closed first."""

    def __init__(self, desk: Desk, now: datetime) -> None:
        self._desk = desk
        self._shows = Shows(desk, now)
        self._now = now
        close_days(desk.watch, desk.books, now)

    @property
    def today(self) -> date:
        """The local day of ``now``."""
        return self._shows.today

    def days(self) -> list[date]:
        """The days that have a page, oldest first."""
        return self._shows.days()

    def text(self, day: date) -> str:
        """A day's digest as plain text."""
        kept = self._desk.store.archive.closed_day(day)
        if kept is not None:
            return kept.text
        digest = digest_of_day(self._desk.watch, self._desk.books, day, self._now)
        return self._desk.renderer.digest_text(digest)

    def write(self, days: Sequence[date], out: Path) -> Iterator[Path]:
        """Write the pages of some days, and an index that leads to the last; yields each path."""
        out.mkdir(parents=True, exist_ok=True)
        shutil.copytree(STATIC, out / "static", dirs_exist_ok=True)
        renderer = self._desk.renderer.for_files(days)
        for day in days:
            view = self._shows.digest(day)
            if view is None:
                continue
            page = renderer.page("digest.html", self._shows.frame(), view=view)
            path = out / f"{day.isoformat()}.html"
            path.write_text(page, encoding="utf-8")
            if day == days[-1]:
                (out / "index.html").write_text(page, encoding="utf-8")
            yield path
        self._write_lists(days, renderer, out)

    def _write_lists(self, days: Sequence[date], renderer: Renderer, out: Path) -> None:
        """The weeks that the days are in, and the archive that leads to all of them."""
        for name in dict.fromkeys(map(week_name, days)):
            week = week_page(self._shows, name)
            if week is not None:
                page = renderer.page("week.html", self._shows.frame(), view=week)
                (out / f"{name}.html").write_text(page, encoding="utf-8")
        page = renderer.page("archive.html", self._shows.frame(), view=archive_page(self._shows))
        (out / "archive.html").write_text(page, encoding="utf-8")
