"""``digest``: a day as text, or days as static pages for any web space."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import DatabaseUrl, File, loaded_of, progress, settings_of, start_log
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.web.export import Export


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("digest")(digest)


def digest(
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="The day, 2025-11-06. Default: today."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="A folder to write the pages into; made if missing."),
    ] = None,
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Show a day's digest as text, or write pages as static files with --out.

    With --out and no --date, every day that has a page is written.
    """
    from monitor.app import utc_now
    from monitor.web.export import open_export

    start_log()
    settings = settings_of(file, database)
    loaded = loaded_of(settings)
    wanted = day.date() if day else None
    with open_export(settings, loaded, utc_now()) as export:
        if out is None:
            print(export.text(_known(export, wanted or export.today)))
            return
        days = [_known(export, wanted)] if wanted else export.days()
        with progress("Writing pages", len(days)) as advance:
            for path in export.write(days, out):
                advance()
                last = path
        print(f"{len(days)} page{'s' if len(days) != 1 else ''} in {out}; start at {last}")


def _known(export: Export, day: date) -> date:
    if day not in export.days():
        first, last = export.days()[0], export.days()[-1]
        raise MonitorError(f"there is no page for {day}; there are pages from {first} to {last}")
    return day
