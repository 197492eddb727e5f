"""``run``, ``once`` and ``demo``: the service, one round of it, and the offline tour."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.options import DatabaseUrl, File, Json

Host = Annotated[str, typer.Option(help="The address to serve the pages on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("run")(run)
    app.command("once")(once)
    app.command("demo")(demo)


def run(
    file: File = None, database: DatabaseUrl = None, host: Host = "127.0.0.1", port: Port = 8000
) -> None:
    """Run the service: poll feeds, match, alert, and serve the pages, until Ctrl-C."""
    from monitor.cli import running

    running.run(file, database, host, port)


def once(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """Poll every feed now, match, store, deliver what is due, and say what came of it."""
    from monitor.cli import running

    running.once(file, database, json)


def demo(port: Port = 8000) -> None:
    """The whole service on the bundled sample news, offline; nothing is kept afterwards."""
    from monitor.cli import running

    running.demo(port)
