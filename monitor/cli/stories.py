"""``stories``: what happened, once; of the items that are given, and of the stored past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from monitor.cli.matching import Items, feeds_of, opened, progress_over
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
from monitor.cli.stored import item_key
from monitor.config.load import LoadedWatch
from monitor.desk import open_store, utc_now
from monitor.itemlines import Line, read_lines
from monitor.matching import match
from monitor.model import Hit, WatchList
from monitor.pipeline.crediting import CREDIBILITY, judge
from monitor.pipeline.rebuilding import rebuild_stories
from monitor.pipeline.regrouping import merge, split
from monitor.semantic import meaning_for
from monitor.store import Store
from monitor.stories import Features, Ideas, group, read_features
from monitor.stories.ties import Meaning

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""When an item was told that does not say: such items are held against each other only."""


class StoriesGroup(TyperGroup):
    """``stories`` by itself groups items; its other uses have a word of their own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take what is no word of ours for the file to group."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [GROUP, *args]
        return super().parse_args(ctx, args)


GROUP = "group"
UNSET = "unset"
app = typer.Typer(cls=StoriesGroup, help="What happened, once: group items that tell one event.")
ItemId = Annotated[str, typer.Argument(metavar="ITEM", help="An item's id, or its beginning.")]
StoryId = Annotated[
    str, typer.Argument(metavar="STORY", help="A story, by the id of any of its items.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the ledger.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")]


def register(parent: typer.Typer) -> None:
    """Add the commands to the command line."""
    parent.add_typer(app, name="stories")
    parent.command("rebuild-stories")(rebuild)


@app.command(GROUP)
def stories(items: Items = None, file: File = None) -> None:
    """
    Group items that tell one event: JSON lines in and out.

    All items are grouped, whether or not an indicator hits them, and nothing is stored.
    The word "group" may be left out.
    """
    start_log()
    settings = settings_of(file, None)
    loaded = loaded_of(settings)
    with opened(items) as (stream, name):
        lines = list(progress_over(read_lines(stream, name, feeds_of(loaded)), stream))
    found = stories_of(lines, loaded, meaning_for(settings.env))
    for line, story in zip(lines, found, strict=True):
        print_json({"id": line.id, "story": story})


@app.command("split")
def split_off(
    item: ItemId,
    reason: Reason = "",
    by: By = "",
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Part a stored item from its story: it tells another event.

    It sticks, also when stories are rebuilt; nobody is alerted.
    """
    with _stored(file, database) as (watch, store):
        key = item_key(store, item)
        left = split(
            key, watch, store.stories, utc_now(), reason=reason, by=by, turn=store.database.turn
        )
    print(f"{key} is a story of its own; the others are {left}.")


@app.command("merge")
def put_together(
    story: StoryId,
    other: StoryId,
    reason: Reason = "",
    by: By = "",
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Make one story of two, each named by any of its items.

    It sticks, also when stories are rebuilt; nobody is alerted.
    """
    with _stored(file, database) as (watch, store):
        keys = item_key(store, story), item_key(store, other)
        merged = merge(
            *keys, watch, store.stories, utc_now(), reason=reason, by=by, turn=store.database.turn
        )
    print(f"Both are {merged} now.")


@app.command("judge")
def judge_story(
    story: StoryId,
    credibility: Annotated[
        str,
        typer.Argument(
            metavar="1-6|unset", help="From 1, confirmed, to 6, which cannot be judged."
        ),
    ],
    reason: Reason = "",
    by: By = "",
    file: File = None,
    database: DatabaseUrl = None,
) -> None:
    """
    Say how credible a stored story is, apart from grades and publishers.

    It stands above what is computed, until "unset"; nobody is alerted.
    """
    wanted = None if credibility == UNSET else _credibility(credibility)
    with _stored(file, database) as (_, store):
        key = item_key(store, story)
        before = judge(key, wanted, store.stories, utc_now(), reason=reason, by=by)
    stands = f"as computed, {before.computed}" if wanted is None else f"{wanted} now, judged"
    beside = "" if wanted is None else f"; computed {before.computed}"
    print(f"The credibility of {before.story} is {stands}{beside}.")


def _credibility(text: str) -> int:
    if text.isdecimal() and int(text) in CREDIBILITY:
        return int(text)
    raise typer.BadParameter(
        f'give 1 (confirmed) to 6 (cannot be judged), or "{UNSET}": not {text[:20]!r}'
    )


@contextmanager
def _stored(file: Path | None, database: str | None) -> Iterator[tuple[WatchList, Store]]:
    start_log()
    settings = settings_of(file, database)
    watch = loaded_of(settings).watch
    store = open_store(settings)
    try:
        yield watch, store
    finally:
        store.close()


def rebuild(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """
    Group the stored past again, by today's watch list.

    Nobody is alerted. What was split or merged by hand stays so, and closed days
    stay as they were written.
    """
    with (
        _stored(file, database) as (watch, store),
        progress("Placing items", store.stories.standing().last) as advance,
    ):
        meaning = meaning_for(settings_of(file, database).env)
        built = rebuild_stories(watch, store.stories, store.database.turn, advance, meaning=meaning)
    if json:
        print_json(
            {
                "items": built.items,
                "stories_before": built.stories_before,
                "stories": built.stories,
                "moved": [
                    {"item": item, "from": before, "to": after}
                    for item, before, after in built.moved
                ],
            }
        )
        return
    print(
        f"{count(built.items, 'item')}: {built.stories} stories, where there were "
        f"{built.stories_before}; {count(len(built.moved), 'item')} moved."
    )


def stories_of(
    lines: Iterable[Line], loaded: LoadedWatch, meaning: Meaning | None = None
) -> list[Any]:
    """The story of each line, named by the id of the story's first item as its line has it."""
    told = _with_own_keys(lines)
    ideas = Ideas(loaded.watch.terms)
    placed = group((features_of(line, loaded, ideas) for line in told), meaning=meaning)
    story_of = {one.item: one.story for one in placed}
    ids = {line.item.key: line.id for line in told}
    return [ids[story_of[line.item.key]] for line in told]


def _with_own_keys(lines: Iterable[Line]) -> list[Line]:
    """The lines, with a key of its own for a line that repeats another's id."""
    seen: Counter[str] = Counter()
    told = []
    for line in lines:
        key = line.item.key
        seen[key] += 1
        if seen[key] > 1:
            line = replace(line, item=replace(line.item, key=f"{key} ({seen[key]})"))
        told.append(line)
    return told


def features_of(
    line: Line, loaded: LoadedWatch, ideas: Ideas, hits: Iterable[Hit] | None = None
) -> Features:
    """What a line tells; it has no stored hits, so it is matched, unless they are given."""
    if hits is None:
        hits = match(line.item, loaded.matcher, line.feed)
    return read_features(line.item, hits, line.feed, line.item.published or NO_DATE, ideas)
