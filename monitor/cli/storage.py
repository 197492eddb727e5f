"""``db``: the database behind the service."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.copying import copy
from monitor.cli.options import (
    DatabaseUrl,
    Exit,
    File,
    Json,
    count,
    settings_of,
    start_log,
)
from monitor.errors import MonitorError, StoreBrokenError

if TYPE_CHECKING:
    from monitor.store import Store

app = typer.Typer(help="The database behind the service.", no_args_is_help=True)


@app.callback()
def _db() -> None:
    """The database behind the service."""


@app.command("upgrade")
def upgrade(
    file: File = None,
    database: DatabaseUrl = None,
    dry_run: bool = typer.Option(
        False, "--dry-run", help="Try it on a copy, say what came of it, and change nothing."
    ),
) -> None:
    """
    Bring the database's schema up to date.

    The service does it at its start, too. An SQLite file is copied first to
    one beside it.
    """
    from monitor.store import Store

    start_log()
    store = Store(settings_of(file, database).database_url)
    if dry_run:
        _rehearse(store)
        return
    try:
        before, after = store.upgrade()
    finally:
        store.close()
    if store.database.kept is not None:
        print(f"Before it the database was copied to {store.database.kept}.")
    if before == after:
        print(f"The schema is up to date ({after}).")
    else:
        print(f"The schema went from {before or 'nothing'} to {after}.")


def _rehearse(store: Store) -> None:
    """Say what an upgrade would do."""
    from monitor.store.keeping import rehearse

    path = store.database.condition.file
    if path is None or not path.is_file():
        raise MonitorError("only an SQLite file that is there can be tried on a copy")
    done = rehearse(path)
    if done.before == done.after:
        print(f"The schema is up to date ({done.after}).")
        return
    print(
        f"The schema would go from {done.before or 'nothing'} to {done.after}: "
        f"{count(done.rows, 'row')}, {done.seconds:.1f} s on a copy, which is removed again."
    )
    if done.fewer:
        print(f"Fewer rows than before would be in: {', '.join(done.fewer)}", file=sys.stderr)
        raise typer.Exit(Exit.NO)


@app.command("check")
def check(
    file: File = None,
    database: DatabaseUrl = None,
    quick: bool = typer.Option(
        False, "--quick", help="Of an SQLite file pages and rows alone, as at a service's start."
    ),
) -> None:
    """
    Look through the database for damage, and change nothing.

    The service may run meanwhile. Exit 1 if there is damage.
    """
    from monitor.store import Store
    from monitor.store.soundness import look_through

    start_log()
    store = Store(settings_of(file, database).database_url)
    condition, said = store.database.condition, ""
    try:
        with suppress(StoreBrokenError):
            said = look_through(store.database, quick=quick)
    finally:
        store.close()
    if condition.broken is not None:
        print(f"monitor: {condition.broken}", file=sys.stderr)
        raise typer.Exit(Exit.NO)
    print("no damage was found" + (f": {said}" if said else ""))


@app.command("backup")
def backup(
    target: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="Where to, a new file; left out, among the backups that the service makes.",
            show_default=False,
        ),
    ] = None,
    file: File = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """
    Back up the database and the watch list, also while the service runs.

    The file is checked after it was written: SQLite's own check, the rows of
    every table, and the checksum of every file in it.
    """
    from monitor.cli import keeping

    keeping.backup(file, database, target, json)


@app.command("restore")
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    database_only: Annotated[
        bool, typer.Option("--database-only", help="Leave the watch list as it is.")
    ] = False,
    file: File = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """
    Bring a backup back; what it replaces is kept beside it.

    The service must not be running. What waited to be sent when the backup
    was made is held: monitor alerts release lets it go.
    """
    from monitor.cli import keeping

    keeping.restore(file, database, source, database_only, json)


@app.command("compact")
def compact(file: File = None, database: DatabaseUrl = None) -> None:
    """
    Give the room back that deleted rows left in an SQLite file; the service must not be running.

    A new database does it by itself; an older one does from then on.
    """
    from monitor.cli import keeping

    keeping.compact(file, database)


@app.command("stats")
def stats(
    file: File = None,
    database: DatabaseUrl = None,
    tables: Annotated[
        bool, typer.Option("--tables", help="The rows and bytes of each table, too.")
    ] = False,
    json: Json = False,
) -> None:
    """
    Say how much is stored, how it grows, what will go, and when it was backed up.

    Whether it is sound, monitor db check says.
    """
    from monitor.cli import statistics

    statistics.stats(file, database, tables, json)


app.command("copy")(copy)
