"""``backtest``: an edited list tried on the stored past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import (
    DatabaseUrl,
    File,
    Json,
    count,
    loaded_of,
    print_json,
    progress,
    settings_of,
    start_log,
)
from monitor.config.load import load
from monitor.model import Item
from monitor.pipeline.backtest import Backtest, Example, Known, Tried, by_list, unchanged
from monitor.pipeline.backtest import backtest as try_it
from monitor.pipeline.edges import Current

if TYPE_CHECKING:
    from monitor.store import Store


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("backtest")(backtest)
    app.command("rematch")(rematch)


def backtest(
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="FILE",
            help="The edited list, to compare with the one in force. Left out, the one in force "
            "is compared with the hits that are stored.",
            show_default=False,
        ),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", metavar="N", min=1, help="Try it on the items of so many days.")
    ] = 90,
    file: File = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """
    Try an edited list on the stored items: gains and losses.

    Nothing is stored, and nobody is told.
    """
    from monitor.desk import open_store, utc_now

    start_log()
    settings = settings_of(file, database)
    listed = loaded_of(settings)
    edited = load(against, settings.env) if against is not None else listed
    before, after = (Current(one.watch, one.matcher) for one in (listed, edited))
    same = unchanged(before, after) if against is not None else frozenset()
    store = open_store(settings)
    try:
        since = utc_now() - timedelta(days=days)
        with progress("Trying items", store.items.count(since)) as advance:
            known = (
                _as_stored(store, since)
                if against is None
                else by_list(_seen(store, since), before, same)
            )
            told = try_it(listed.watch, after, known, advance, same)
    finally:
        store.close()
    if json:
        print_json(_document(told))
    else:
        _tell(told)


def rematch(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """
    Apply the list in force to all stored items.

    New hits are stored, those of an old rule are taken back.

    Nobody is alerted, and closed days stay as they were written.
    """
    from monitor.desk import open_desk

    start_log()
    settings = settings_of(file, database)
    with (
        open_desk(settings, loaded_of(settings)) as desk,
        progress("Matching items", desk.store.items.count()) as advance,
    ):
        done = desk.rematch(advance)
    if json:
        print_json({"items": done.items, "gained": done.gained, "lost": done.lost})
        return
    print(f"{count(done.items, 'item')}: {count(done.gained, 'hit')} more, {done.lost} taken back.")


def _as_stored(store: Store, since: datetime) -> Iterator[Known]:
    """Stored items with their stored hits."""
    for batch in store.items.batches(since):
        hits = store.items.hits([one.row for one in batch])
        yield from (Known(one.item, one.seen, hits.get(one.row, {})) for one in batch)


def _seen(store: Store, since: datetime) -> Iterator[tuple[Item, datetime]]:
    return ((one.item, one.seen) for batch in store.items.batches(since) for one in batch)


def _tell(told: Backtest) -> None:
    if not told.items:
        print("There are no stored items of that time to try it on.")
        return
    print(f"Tried on {count(told.items, 'item')} of {told.days:.0f} days.")
    changed = [one for one in told.indicators if not one.is_same]
    for one in changed:
        print(_line(one, told.days))
        for sign, examples, all_of in (
            ("+", one.examples_gained, one.gained),
            ("-", one.examples_lost, one.lost),
        ):
            for example in examples:
                print(f"  {sign} {_shown(example)}")
            if all_of > len(examples):
                print(f"  {sign} and {all_of - len(examples)} more")
    same = len(told.indicators) - len(changed)
    print(f"{count(same, 'indicator')} {'hits' if same == 1 else 'hit'} the same items as before.")
    for one in told.indicators:
        if one.days_over:
            print(
                f"{one.id}: more stories than its budget of {one.budget} a day "
                f"on {count(one.days_over, 'day')}"
            )


def _line(one: Tried, days: float) -> str:
    state = " (new)" if one.before is None else " (no longer in the list)" if not one.after else ""
    budget = f", budget {one.budget}" if one.budget else ""
    return (
        f"{one.id}{state}: hits {one.hits_before} -> {one.hits_after} "
        f"(+{one.gained} -{one.lost}), stories {one.stories_before} -> {one.stories_after} "
        f"(+{one.stories_gained} -{one.stories_lost}), "
        f"{one.stories_after / days:.2g} stories a day{budget}"
    )


def _shown(example: Example) -> str:
    words = f"  [{', '.join(example.words[:4])}]" if example.words else ""
    return f"{example.seen:%Y-%m-%d} {example.item.feed}: {example.item.title}{words}"


def _document(told: Backtest) -> dict[str, Any]:
    return {
        "items": told.items,
        "days": round(told.days, 1),
        "indicators": [_as_json(one, told.days) for one in told.indicators],
    }


def _as_json(one: Tried, days: float) -> dict[str, Any]:
    return {
        "indicator": one.id,
        "hits": {
            "before": one.hits_before,
            "after": one.hits_after,
            "gained": one.gained,
            "lost": one.lost,
        },
        "stories": {
            "before": one.stories_before,
            "after": one.stories_after,
            "gained": one.stories_gained,
            "lost": one.stories_lost,
            "a_day": round(one.stories_after / days, 3),
        },
        "budget": one.budget,
        "days_over_budget": one.days_over,
        "examples": {
            "gained": [_example(example) for example in one.examples_gained],
            "lost": [_example(example) for example in one.examples_lost],
        },
    }


def _example(example: Example) -> dict[str, Any]:
    return {
        "id": example.item.key,
        "seen": example.seen.isoformat(),
        "feed": example.item.feed,
        "title": example.item.title,
        "matched": list(example.words),
    }
