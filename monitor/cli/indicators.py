"""``indicators``: how each stands and why, which want a look, and an analyst's own level."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.options import DatabaseUrl, File, Json

app = typer.Typer(
    help="How each indicator stands and why, and which want a look.", no_args_is_help=True
)
Id = Annotated[str, typer.Argument(help="The indicator's id.", metavar="INDICATOR")]


@app.callback()
def _indicators() -> None:
    """How each indicator stands and why, and which want a look."""


@app.command("list")
def listing(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """
    Show every indicator with its level and the reason, what asks for a look first.

    The hypotheses and what speaks for and against them come after.
    """
    from monitor.cli import standing

    standing.listing(file, database, json)


@app.command("show")
def show(
    indicator: Id, file: File = None, database: DatabaseUrl = None, json: Json = False
) -> None:
    """Show one indicator: its rule, level, history, edits and newest stories."""
    from monitor.cli import standing

    standing.show(indicator, file, database, json)


@app.command("review")
def review(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """
    Say which indicators want a look, and what could be done.

    Past their date, never hit, always firing, half deaf in a language, or with signals that
    no story ever had.
    """
    from monitor.cli import standing

    standing.review(file, database, json)


@app.command("override")
def override(
    indicator: Id,
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="LEVEL", help="normal, elevated or high."),
    ] = None,
    lasts: Annotated[
        str, typer.Option("--for", metavar="TIME", help="How long, such as 12h or 3d.")
    ] = "1d",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")] = "",
    end: Annotated[bool, typer.Option("--end", help="Let the computed level stand again.")] = False,
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Set an indicator's level by hand for a while; the computed one stands beside it.

    Exit 1 if there is nothing to end.
    """
    from monitor.cli import standing

    standing.override(indicator, level, lasts, reason, by, end, file, database)
