"""The command line: read the request, call one step, show the answer."""

from __future__ import annotations

import os
import sys

import typer

from monitor import __version__
from monitor.cli import (
    alerts,
    feeds,
    indicators,
    learning,
    matching,
    pages,
    past,
    service,
    storage,
    stories,
    web,
)
from monitor.cli.options import Exit
from monitor.errors import ConfigError, MonitorError

app = typer.Typer(
    name="monitor",
    help="Keeps a list of things to watch for alive: polls feeds, matches items, alerts, and "
    "publishes a page a day.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
service.register(app)
matching.register(app)
learning.register(app)
stories.register(app)
past.register(app)
pages.register(app)
app.add_typer(alerts.app, name="alerts")
app.add_typer(feeds.app, name="feeds")
app.add_typer(indicators.app, name="indicators")
app.add_typer(storage.app, name="db")
app.add_typer(web.app, name="web")


@app.callback(invoke_without_command=True)
def _main(
    version: bool = typer.Option(False, "--version", help="Say which version this is."),
) -> None:
    if version:
        typer.echo(f"what-to-watch {__version__}")
        raise typer.Exit


def main() -> None:
    """
    Run one command.

    Exit codes: 0 done; 1 the answer is no; 2 wrong use or an unreadable file.
    """
    try:
        app()
    except ConfigError as error:
        print(error, file=sys.stderr)
        sys.exit(Exit.WRONG_USE)
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)
        sys.exit(Exit.WRONG_USE)
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.DONE)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"monitor: {where}{error.strerror or error}", file=sys.stderr)
        sys.exit(Exit.WRONG_USE)
