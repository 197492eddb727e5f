"""``feeds``: the feeds of the list, how they stand, and adding and removing them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

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
from monitor.digest.wording import duration, rate_words
from monitor.digest.zones import zone_words
from monitor.feeds.guard import is_kept_as, without_secrets
from monitor.feeds.habit import patience, usual_rate
from monitor.feeds.polling import health
from monitor.model import Feed, FeedState, WatchList

PIPE_WIDTH = 400

app = typer.Typer(help="The feeds of the list: how they stand, more, fewer.", no_args_is_help=True)

Url = Annotated[str, typer.Argument(metavar="URL", help="A feed, or a page of the site.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The feed's id, as feeds list shows it.")]
Name = Annotated[
    str | None,
    typer.Option("--id", metavar="ID", help="Its short name; made from its title if left out."),
]
Lang = Annotated[str | None, typer.Option(metavar="CODE", help="Its language, such as es.")]
Publisher = Annotated[str | None, typer.Option(metavar="NAME", help="Who stands behind it.")]
Grade = Annotated[str | None, typer.Option(metavar="A-F", help="How far it is trusted.")]
Group = Annotated[str | None, typer.Option(metavar="NAME", help="A group for it.")]
Source = Annotated[
    Path,
    typer.Argument(metavar="FILE.opml", help="What a feed reader exported.", show_default=False),
]
Target = Annotated[
    Path | None,
    typer.Argument(metavar="FILE.opml", help="Standard output if left out.", show_default=False),
]


@app.callback()
def _feeds() -> None:
    """The feeds of the list: how they stand, more, fewer."""


@app.command("add")
def add_feed(
    url: Url,
    id: Name = None,
    lang: Lang = None,
    publisher: Publisher = None,
    grade: Grade = None,
    group: Group = None,
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Add a feed to the list; of a page, the feed that it names.

    It is tried first, and refused if the list has it already. Exit 1 if there is no feed.
    """
    from monitor.cli import tending

    given = {"lang": lang, "publisher": publisher, "grade": grade, "group": group}
    tending.add(settings_of(file, database), url, id, given)


@app.command("remove")
def remove_feed(id: Id, file: File = None) -> None:
    """
    Take a feed out of the list.

    What it brought stays stored.
    """
    from monitor.cli import tending

    tending.remove(settings_of(file, None), id)


@app.command("import")
def import_feeds(
    source: Source,
    lang: Lang = None,
    publisher: Publisher = None,
    grade: Grade = None,
    group: Group = None,
    file: File = None,
) -> None:
    """
    Add the feeds of an OPML file to the list.

    Those that the list has are passed over. The options are for feeds of which the file says
    nothing else. Nothing is fetched.
    """
    from monitor.cli import tending

    given = {"lang": lang, "publisher": publisher, "grade": grade, "group": group}
    tending.import_opml(settings_of(file, None), source, given)


@app.command("export")
def export_feeds(target: Target = None, file: File = None) -> None:
    """
    Write the feeds of the list as OPML, for a feed reader.

    Passwords and keys in addresses are left out.
    """
    from monitor.cli import tending

    tending.export_opml(settings_of(file, None), target)


@app.command("check")
def check_feeds(file: File = None, json: Json = False) -> None:
    """
    Try every feed now, and say what each gave and what to do.

    Nothing is stored. Exit 1 if no feed answered.
    """
    from monitor.cli import trying

    start_log()
    trying.check(settings_of(file, None), json)


@app.command("list")
def list_feeds(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """
    List the feeds with their state.

    With it go when each was last read, when its last item came and when it is asked next, in
    the watch's zone, how much it usually brings, and the error of one that fails.
    """
    from monitor.desk import open_store, utc_now

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
    table = Table(id_column(feed.id for feed in watch.feeds), box=None)
    for name in ("State", "Grade", "Group", f"Last read, {zone_words(watch.zone, now)}"):
        table.add_column(name, no_wrap=True)
    for name in ("Last item", "Next poll", "Usually", "Note"):
        table.add_column(name)
    for feed, state in known:
        table.add_row(*_cells(feed, state, watch, now))
    # A pipe is no eighty columns wide.
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    Console(highlight=False, markup=False, width=width).print(table)


def id_column(ids: Iterable[str]) -> Column:
    """A column of ids, wide enough for them: a person copies them into other commands."""
    return Column("Feed", min_width=max(map(len, ids), default=4), no_wrap=True)


def _state_of(feed: Feed, states: Mapping[str, FeedState]) -> FeedState:
    """What is remembered of a feed; what was of another address says nothing of this one."""
    state = states.get(feed.id)
    known = state is not None and is_kept_as(feed.url, state.url)
    return state if state is not None and known else FeedState(feed.id, feed.url)


def _moment(at: datetime | None, watch: WatchList) -> str:
    return f"{at.astimezone(watch.zone):%Y-%m-%d %H:%M}" if at else "never"


def _cells(feed: Feed, state: FeedState, watch: WatchList, now: datetime) -> Iterator[str]:
    rate = usual_rate(state)
    yield from (feed.id, health(state, now), feed.grade, feed.group or "")
    yield _moment(state.last_answer, watch)
    yield f"{plain_line(duration(now - state.last_new))} ago" if state.last_new else "none"
    yield _ahead(state, now)
    yield "" if rate is None else plain_line(rate_words(rate))
    yield _note(state, watch) or (f"from {feed.origin}" if feed.origin else "")


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
        "from": feed.origin or None,
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
