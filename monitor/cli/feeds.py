"""``feeds``: the feeds of the list and how they stand."""

from __future__ import annotations

from collections.abc import Mapping
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
from monitor.digest.wording import zone_words
from monitor.feeds.guard import without_secrets
from monitor.feeds.polling import health
from monitor.model import Feed, FeedState, WatchList

app = typer.Typer(help="The feeds of the list and how they stand.", no_args_is_help=True)


@app.callback()
def _feeds() -> None:
    """The feeds of the list and how they stand."""


@app.command("list")
def list_feeds(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """
    List the feeds with their state.

    With it go when each was last read, in the watch's zone, and the error of one that fails.
    """
    from monitor.app import open_store, utc_now

    start_log()
    settings = settings_of(file, database)
    watch = loaded_of(settings).watch
    store = open_store(settings)
    try:
        states = store.records.states()
    finally:
        store.close()
    now = utc_now()
    known = [(feed, _state_of(feed, states)) for feed in watch.feeds]
    if json:
        print_json({"feeds": [_row(feed, state, watch, now) for feed, state in known]})
        return
    last_read = f"Last read, {zone_words(watch.zone, now)}"
    table = Table("Feed", "State", "Grade", "Group", last_read, "Note", box=None)
    for feed, state in known:
        table.add_row(
            feed.id,
            health(state, watch.polling, now),
            feed.grade,
            feed.group or "",
            _moment(state.last_answer, watch),
            state.error or "",
        )
    Console(highlight=False, markup=False).print(table)


def _state_of(feed: Feed, states: Mapping[str, FeedState]) -> FeedState:
    """What is remembered of a feed; what was of another address says nothing of this one."""
    state = states.get(feed.id)
    return FeedState(feed.id, feed.url) if state is None or state.url != feed.url else state


def _moment(at: datetime | None, watch: WatchList) -> str:
    return f"{at.astimezone(watch.zone):%Y-%m-%d %H:%M}" if at else "never"


def _row(feed: Feed, state: FeedState, watch: WatchList, now: datetime) -> dict[str, Any]:
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
