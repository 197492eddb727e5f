"""``digest``: a day as text, or days as static pages for any web space."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import DatabaseUrl, File, loaded_of, progress, settings_of, start_log
from monitor.digest.build import local_day
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.desk import Desk
    from monitor.web.export import Export


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("digest")(digest)


def _day(text: str) -> date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise typer.BadParameter("write the day as 2025-11-06")


def digest(
    day: Annotated[
        date | None,
        typer.Option(
            "--date", parser=_day, metavar="DAY", help="The day, as 2025-11-06. Default: today."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="A folder to write the pages into; made if missing."
        ),
    ] = None,
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Show a day's digest, or write pages as files.

    With --out pages are written, of all days that have one, or of one --date. Without it any
    day from the oldest hit on can be shown.
    """
    from monitor.desk import open_desk, utc_now
    from monitor.web.export import Export

    start_log()
    settings = settings_of(file, database)
    with open_desk(settings, loaded_of(settings)) as desk:
        export = Export(desk, utc_now())
        if out is None:
            print(export.text(_known(day or export.today, _from_oldest_hit(desk, export))))
            return
        days = [_known(day, export.days())] if day else export.days()
        with progress("Writing pages", len(days)) as advance:
            for path in export.write(days, out):
                advance()
                last = path
        print(f"{len(days)} page{'s' if len(days) != 1 else ''} in {out}; start at {last}")


def _from_oldest_hit(desk: Desk, export: Export) -> list[date]:
    """
    The days that have something to show, oldest first.

    Those before the watch began have no page until every feed was asked, while
    what the feeds held of them is stored and may have been sent already.
    """
    days = export.days()
    oldest = desk.store.reading.first_seen()
    if oldest is None:
        return days
    first = local_day(oldest, desk.watch.zone)
    before = [first + timedelta(days=ahead) for ahead in range((days[0] - first).days)]
    return [*before, *days]


def _known(day: date, days: list[date]) -> date:
    if day not in days:
        raise MonitorError(
            f"there is no page for {day}; there are pages from {days[0]} to {days[-1]}"
        )
    return day
