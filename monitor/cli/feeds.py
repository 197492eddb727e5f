"""``feeds``: the feeds of the list and how they stand."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
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
from monitor.digest.plain import plain_line
from monitor.digest.wording import duration, rate_words, zone_words
from monitor.feeds.guard import without_secrets
from monitor.feeds.habit import patience, usual_rate
from monitor.feeds.polling import health
from monitor.model import Feed, FeedState, WatchList

PIPE_WIDTH = 400

app = typer.Typer(help="The feeds of the list and how they stand.", no_args_is_help=True)


@app.callback()
def _feeds() -> None:
    """The feeds of the list and how they stand."""


@app.command("list")
def list_feeds(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """
    List the feeds with their state.

    With it go when each was last read, when its last item came and when it is asked next, in
    the watch's zone, how much it usually brings, and the error of one that fails.
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
        print_json({"feeds": [_row(feed, state, now) for feed, state in known]})
        return
    table = Table(box=None)
    for name in ("Feed", "State", "Grade", "Group", f"Last read, {zone_words(watch.zone, now)}"):
        table.add_column(name, no_wrap=True)
    for name in ("Last item", "Next poll", "Usually", "Note"):
        table.add_column(name)
    for feed, state in known:
        table.add_row(*_cells(feed, state, watch, now))
    # A pipe is no eighty columns wide.
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(highlight=False, markup=False, width=width).print(table)


def _state_of(feed: Feed, states: Mapping[str, FeedState]) -> FeedState:
    """What is remembered of a feed; what was of another address says nothing of this one."""
    state = states.get(feed.id)
    return FeedState(feed.id, feed.url) if state is None or state.url != feed.url else state


def _moment(at: datetime | None, watch: WatchList) -> str:
    return f"{at.astimezone(watch.zone):%Y-%m-%d %H:%M}" if at else "never"


def _cells(feed: Feed, state: FeedState, watch: WatchList, now: datetime) -> Iterator[str]:
    rate = usual_rate(state)
    yield from (feed.id, health(state, now), feed.grade, feed.group or "")
    yield _moment(state.last_answer, watch)
    yield f"{plain_line(duration(now - state.last_new))} ago" if state.last_new else "none"
    yield _ahead(state, now)
    yield "" if rate is None else plain_line(rate_words(rate))
    yield _note(state, watch)


def _ahead(state: FeedState, now: datetime) -> str:
    if state.gone:
        return "never"
    if state.next_poll is None or state.next_poll <= now:
        return "now"
    return f"in {plain_line(duration(state.next_poll - now))}"


def _note(state: FeedState, watch: WatchList) -> str:
    parts = [state.error.rstrip(".") if state.error else ""]
    if state.error and state.failing_since:
        parts[0] += f" (since {_moment(state.failing_since, watch)})"
    if state.last_loss:
        parts.append(f"items may have been missed, last {_moment(state.last_loss, watch)}")
    if state.skipped:
        parts.append(f"{state.skipped} of its entries left out")
    return "; ".join(filter(None, parts))


def _row(feed: Feed, state: FeedState, now: datetime) -> dict[str, Any]:
    rate = usual_rate(state)
    return {
        "id": feed.id,
        "url": without_secrets(feed.url),
        "lang": feed.lang,
        "publisher": feed.publisher,
        "grade": feed.grade,
        "group": feed.group,
        "state": health(state, now),
        "last_poll": _iso(state.last_poll),
        "last_answer": _iso(state.last_answer),
        "last_new": _iso(state.last_new),
        "next_poll": _iso(state.next_poll),
        "usual_per_day": None if rate is None else round(rate, 3),
        "stale_after_hours": round(patience(state) / timedelta(hours=1), 1),
        "failures": state.failures,
        "failing_since": _iso(state.failing_since),
        "error": state.error,
        "skipped": state.skipped,
        "losses": state.losses,
        "last_loss": _iso(state.last_loss),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
