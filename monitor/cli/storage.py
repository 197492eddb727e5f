"""``db``: the database behind the service."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from monitor.cli.copying import copy
from monitor.cli.options import (
    DatabaseUrl,
    Exit,
    File,
    Json,
    count,
    print_json,
    settings_of,
    start_log,
)
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.store import Store

app = typer.Typer(help="The database behind the service.", no_args_is_help=True)

NAMES = {"feed": "feeds", "item": "items", "item_version": "edited versions", "hit": "hits"}
"""What is counted, in words; the keys of the JSON form stay as they are."""


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
        False, "--quick", help="Pages and rows alone, as the service does it at its start."
    ),
) -> None:
    """
    Look through the database for damage, and change nothing.

    The service may run meanwhile. Exit 1 if there is damage.
    """
    from monitor.store import Store

    start_log()
    store = Store(settings_of(file, database).database_url)
    try:
        store.database.condition.check(whole=not quick)
        broken = store.database.condition.broken
    finally:
        store.close()
    if broken is not None:
        print(f"monitor: {broken}", file=sys.stderr)
        raise typer.Exit(Exit.NO)
    print("no damage was found")


@app.command("stats")
def stats(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """Say how much is stored."""
    from monitor.desk import open_store

    start_log()
    store = open_store(settings_of(file, database))
    try:
        counts: dict[str, int | dict[str, int]] = {
            **store.records.counts(),
            "articles": store.articles.counts(),
            "digests": len(store.archive.closed_days()),
            "deliveries": store.outbox.counts(),
            "bytes": store.database.size(),
        }
    finally:
        store.close()
    if json:
        print_json(counts)
        return
    for name, number in counts.items():
        print("{:<17}{}".format(*_in_words(name, number)))


app.command("copy")(copy)


def _in_words(name: str, number: int | dict[str, int]) -> tuple[str, str]:
    if isinstance(number, dict):
        return name, ", ".join(f"{count} {state}" for state, count in number.items()) or "none"
    if name == "bytes":
        return "size", f"{number / 1_000_000:.1f} MB"
    return NAMES.get(name, name), f"{number}"
