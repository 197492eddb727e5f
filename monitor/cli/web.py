"""``web``: who may see the pages."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from monitor.cli.options import DatabaseUrl, Exit, File, count, settings_of, start_log
from monitor.errors import MonitorError

app = typer.Typer(help="Who may see the pages.", no_args_is_help=True)


@app.callback()
def _web() -> None:
    """Who may see the pages."""


@app.command("password")
def password(
    remove: Annotated[
        bool, typer.Option("--remove", help="Take the password away; then none is asked for.")
    ] = False,
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Set the password of the pages.

    It is asked for twice, or read from standard input where that is no terminal. Everybody who
    is logged in is logged out. Exit 1 if there is none to remove.
    """
    from monitor.desk import open_store
    from monitor.web.password import hash_of

    start_log()
    settings = settings_of(file, database)
    hashed = None if remove else hash_of(_asked())
    store = open_store(settings)
    try:
        if remove and store.access.password() is None:
            print("There is no password to remove.", file=sys.stderr)
            raise typer.Exit(Exit.NO)
        ended = store.access.set_password(hashed)
    finally:
        store.close()
    told = "The password is removed" if remove else "The password is set"
    print(f"{told}; {count(ended, 'session')} ended.")


def _asked() -> str:
    if sys.stdin.isatty():
        given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return given
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise MonitorError("standard input holds no password; write it on the first line")
    return line
