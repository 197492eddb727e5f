"""``db``: the database behind the service."""

from __future__ import annotations

import typer

from monitor.cli.options import DatabaseUrl, File, Json, print_json, settings_of, start_log

app = typer.Typer(help="The database behind the service.", no_args_is_help=True)


@app.callback()
def _db() -> None:
    """The database behind the service."""


@app.command("upgrade")
def upgrade(file: File = None, database: DatabaseUrl = None) -> None:
    """Bring the database's schema up to date; the service does it at its start, too."""
    from monitor.store import Store

    start_log()
    store = Store(settings_of(file, database).database_url)
    try:
        before, after = store.upgrade()
    finally:
        store.close()
    if before == after:
        print(f"The schema is up to date ({after}).")
    else:
        print(f"The schema went from {before or 'nothing'} to {after}.")


@app.command("stats")
def stats(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """Say how much is stored."""
    from monitor.app import open_store

    start_log()
    store = open_store(settings_of(file, database))
    try:
        counts = {
            **store.records.counts(),
            "digests": len(store.archive.closed_days()),
            "deliveries": store.outbox.counts(),
            "bytes": store.database.size(),
        }
    finally:
        store.close()
    if json:
        print_json(counts)
        return
    for name, count in counts.items():
        if isinstance(count, dict):
            count = ", ".join(f"{number} {state}" for state, number in count.items()) or "none"
        print(f"{name:<14}{count}")
