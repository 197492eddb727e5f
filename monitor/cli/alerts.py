"""``alerts``: what was decided and sent, where a story would go, mutes, and a try of a channel."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.options import DatabaseUrl, File, Json

app = typer.Typer(
    help="What was sent and held, and where alerts go.",
    no_args_is_help=True,
)

Who = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")]


@app.callback()
def _alerts() -> None:
    """What was sent and held, and where alerts go."""


@app.command("log")
def log(
    file: File = None,
    database: DatabaseUrl = None,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many lines.")] = 50,
    state: Annotated[
        str | None,
        typer.Option(
            metavar="STATE",
            help="Only lines that stand so: sent, waiting, failed, held, merged, parked, "
            '"routed nowhere" (or nowhere), "by hand" (or hand).',
        ),
    ] = None,
    channel: Annotated[
        str | None, typer.Option(metavar="CHANNEL", help="Only lines of this channel.")
    ] = None,
    json: Json = False,
    csv: Annotated[
        bool, typer.Option("--csv", help="Answer with CSV: all lines, whatever --limit says.")
    ] = False,
) -> None:
    """
    Show the ledger: one line for each decision, newest first.

    Each says what it was about, why, where it went and how it stands.
    """
    from monitor.cli import alerting

    alerting.log(file, database, limit, state, channel, json, csv)


@app.command("route")
def route(
    item: Annotated[
        str, typer.Option("--item", metavar="ID", help="A stored item's id, or how it begins.")
    ],
    file: File = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """
    Say where an alert on a stored item would go now, and why.

    Every route is told with what it lacks. Exit 1 if it goes nowhere.
    """
    from monitor.cli import alerting

    alerting.route(file, database, item, json)


@app.command("test")
def try_channel(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel's name.")],
    file: File = None,
) -> None:
    """
    Send a sample to a channel, and say what the server answered.

    Nothing is stored. Exit 1 if the channel did not take it.
    """
    from monitor.cli import alerting

    alerting.test(file, channel)


@app.command("mute")
def mute(
    indicator: Annotated[
        str | None, typer.Argument(metavar="[INDICATOR]", help="Whose alerts to hold.")
    ] = None,
    term: Annotated[
        str | None,
        typer.Option(
            metavar="TERM",
            help="Hold alerts in which this entry, word or $list did the matching.",
        ),
    ] = None,
    lasts: Annotated[
        str, typer.Option("--for", metavar="TIME", help="How long: 30m, 8h, 3d.")
    ] = "24h",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    by: Who = "",
    end: Annotated[
        int | None, typer.Option("--end", metavar="N", help="Lift the mute of this number.")
    ] = None,
    show: Annotated[bool, typer.Option("--list", help="Show the mutes in force.")] = False,
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Hold the alerts of an indicator or on a term for a while.

    They stay on the pages and in the digest.
    """
    from monitor.cli import alerting

    alerting.mute(file, database, indicator, term, lasts, reason, by, end, show)


@app.command("quiet")
def quiet(
    lasts: Annotated[
        str | None, typer.Option("--for", metavar="TIME", help="How long: 30m, 8h, 3d.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Until when, in the file's zone: 07:00, or 2025-11-07 07:00.",
        ),
    ] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    by: Who = "",
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Hold all alerts for a while, a week at most; digests come all the same.

    It is among the mutes: alerts mute --list shows it, --end lifts it.
    """
    from monitor.cli import alerting

    alerting.quiet(file, database, lasts, until, reason, by)


@app.command("release")
def release(
    numbers: Annotated[
        list[int] | None,
        typer.Argument(metavar="[N ...]", help="Which, by number.", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help="Do not send them: they were told before.")
    ] = False,
    file: File = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """
    Show what is held since a backup was restored, and send it or not.

    Nobody can know which of it was sent before. Without numbers it is only shown.
    """
    from monitor.cli import releasing

    releasing.release(file, database, numbers or [], every, drop, json)


@app.command("ack")
def ack(
    item: Annotated[str, typer.Argument(metavar="ID", help="An item's id, or how it begins.")],
    by: Who = "",
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """Say that the alerts on an item were seen. Exit 1 if there is no alert on it."""
    from monitor.cli import alerting

    alerting.ack(file, database, item, by)
