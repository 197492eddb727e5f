"""``stories``: what happened, once; of the items that are given, and of the stored past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import typer

from monitor.app import open_store
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
from monitor.config.load import LoadedWatch
from monitor.itemlines import Line, read_lines
from monitor.matching import match
from monitor.model import Hit
from monitor.pipeline.rebuilding import rebuild_stories
from monitor.stories import Features, Ideas, group, read_features

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""When an item was told that does not say: such items are held against each other only."""


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("stories")(stories)
    app.command("rebuild-stories")(rebuild)


def stories(items: Items = None, file: File = None) -> None:
    """
    Group items that tell one event: JSON lines in and out.

    All items are grouped, whether or not an indicator hits them, and nothing is stored.
    """
    start_log()
    loaded = loaded_of(settings_of(file, None))
    with opened(items) as (stream, name):
        lines = list(progress_over(read_lines(stream, name, feeds_of(loaded)), stream))
    for line, story in zip(lines, stories_of(lines, loaded), strict=True):
        print_json({"id": line.id, "story": story})


def rebuild(file: File = None, database: DatabaseUrl = None, json: Json = False) -> None:
    """
    Group the stored past again, by today's watch list.

    Nobody is alerted. What was split or merged by hand stays so, and closed days
    stay as they were written.
    """
    start_log()
    settings = settings_of(file, database)
    watch = loaded_of(settings).watch
    store = open_store(settings)
    try:
        with progress("Placing items", store.stories.standing().last) as advance:
            built = rebuild_stories(watch, store.stories, each=advance)
    finally:
        store.close()
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


def stories_of(lines: Iterable[Line], loaded: LoadedWatch) -> list[Any]:
    """The story of each line, named by the id of the story's first item as its line has it."""
    told = _with_own_keys(lines)
    ideas = Ideas(loaded.watch.terms)
    placed = group(features_of(line, loaded, ideas) for line in told)
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
