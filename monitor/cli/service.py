"""``run``, ``worker``, ``once`` and ``demo``: the service, a part of it, a round, the tour."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.options import DatabaseUrl, File, Json
from monitor.memory import made_to_stay

Host = Annotated[str, typer.Option(metavar="ADDRESS", help="The address to serve the pages on.")]
Port = Annotated[
    int,
    typer.Option(metavar="PORT", min=0, max=65535, help="The port; 0 takes a free one."),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("run")(run)
    app.command("worker")(worker)
    app.command("once")(once)
    app.command("demo")(demo)


def run(
    file: File = None,
    database: DatabaseUrl = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    read_only: Annotated[
        bool,
        typer.Option(
            "--read-only", help="Serve pages that only read, beside the service or without one."
        ),
    ] = False,
) -> None:
    """
    Run the service until Ctrl-C.

    It polls feeds as they become due, matches, alerts, sends digests and serves the pages.
    """
    with made_to_stay():
        from monitor.cli import running

    running.run(file, database, host, port, read_only=read_only)


def worker(file: File = None, database: DatabaseUrl = None) -> None:
    """
    Share the work of a service that runs on PostgreSQL.

    Polling, matching, alerting, sending and digests, on this machine or another, until Ctrl-C.
    Any number may run. The watch list comes from the database.
    """
    with made_to_stay():
        from monitor.cli import working

    working.worker(file, database)


def once(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """
    Poll every feed now, and say what came of it.

    What came is matched and stored, and what is due is delivered. Exit 1 if no feed answered.
    """
    with made_to_stay():
        from monitor.cli import rounds

    rounds.once(file, database, json)


def demo(port: Port = 8000) -> None:
    """
    Run the service on bundled sample news, offline.

    Nothing is kept afterwards.
    """
    from monitor.cli import running

    running.demo(port)
