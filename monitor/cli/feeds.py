"""``feeds``: the feeds of the list and how they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from monitor.cli.options import (
    DatabaseUrl,
    File,
    Json,
    loaded_of,
    print_json,
    settings_of,
    start_log,
)
from monitor.feeds.guard import without_secrets
from monitor.feeds.polling import health
from monitor.model import Feed, FeedState, WatchList

app = typer.Typer(help="The feeds of the list and how they stand.", no_args_is_help=True)


@app.callback()
def _feeds() -> None:
    """The feeds of the list and how they stand."""


@app.command("list")
def list_feeds(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """List the feeds with their state, last answer and error."""
    from monitor.app import open_store, utc_now

    start_log()
    settings = settings_of(file, database)
    watch = loaded_of(settings).watch
    store = open_store(settings)
    try:
        states = store.records.states()
    finally:
        store.close()
    rows = [_row(feed, states.get(feed.id), watch, utc_now()) for feed in watch.feeds]
    if json:
        print_json({"feeds": rows})
        return
    table = Table("Feed", "State", "Grade", "Group", "Last answer", "Note", box=None)
    for row in rows:
        answer = row["last_answer"]
        table.add_row(
            row["id"],
            row["state"],
            row["grade"],
            row["group"] or "",
            answer[:16].replace("T", " ") if answer else "never",
            row["error"] or "",
        )
    Console(highlight=False, markup=False).print(table)


def _row(feed: Feed, state: FeedState | None, watch: WatchList, now: datetime) -> dict[str, Any]:
    if state is None or state.url != feed.url:
        state = FeedState(feed.id, feed.url)
    return {
        "id": feed.id,
        "url": without_secrets(feed.url),
        "lang": feed.lang,
        "publisher": feed.publisher,
        "grade": feed.grade,
        "group": feed.group,
        "state": health(state, watch.polling, now),
        "last_answer": state.last_answer.isoformat() if state.last_answer else None,
        "last_new": state.last_new.isoformat() if state.last_new else None,
        "next_poll": state.next_poll.isoformat() if state.next_poll else None,
        "failing_since": state.failing_since.isoformat() if state.failing_since else None,
        "error": state.error,
    }
