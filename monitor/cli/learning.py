"""``learn``: points for the lists of each indicator, worked out from labelled items."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.matching import feeds_of, opened, progress_over
from monitor.cli.options import Exit, File, count, loaded_of, settings_of, start_log
from monitor.config.rewriting import rewrite
from monitor.config.weighing import with_weighings
from monitor.errors import MonitorError
from monitor.evaluation import Score
from monitor.itemlines import Line, read_lines
from monitor.learning import EXAMPLE, FEWEST_LABELS, Lesson, learn, lesson, tried
from monitor.matching import Matcher, compile_watch
from monitor.model import Item, WatchList

Labelled = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Labelled items as JSON lines.")
]
Aside = Annotated[
    Path | None,
    typer.Option(
        "--try",
        metavar="FILE",
        help="Labelled items to try the points on, which nothing was made from.",
        show_default=False,
    ),
]
Write = Annotated[bool, typer.Option("--write", help="Write the points into the watch list.")]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("learn")(learn_points)


def learn_points(
    labelled: Labelled, aside: Aside = None, write: Write = False, file: File = None
) -> None:
    """
    Learn from labelled items what each list speaks for.

    With --try it tells how good the rules are alone, and how good with the points, on
    items that neither was made from. Exit 1 if the points do not help there.
    """
    start_log()
    settings = settings_of(file, None)
    loaded = loaded_of(settings)
    matcher = _rules_alone(loaded.watch)
    feeds = feeds_of(loaded)
    lessons = [taught for path in labelled for taught in _lessons(path, feeds, matcher)]
    indicators = [one.id for one in loaded.watch.indicators]
    weighings = learn([*lessons, *_examples(loaded.watch, matcher)], indicators)
    few = [name for name in indicators if name not in weighings]
    if few:
        print(f"no points, fewer than {FEWEST_LABELS} labelled items: {', '.join(few)}")
    if aside is not None:
        rules, weighed = tried(_lessons(aside, feeds, matcher), indicators, weighings)
        print(f"rules alone        {_figures(rules)}")
        print(f"rules and points   {_figures(weighed)}")
        if weighed.f1 <= rules.f1:
            print("the points do not help; nothing was changed", file=sys.stderr)
            raise typer.Exit(Exit.NO)
    if not write:
        print("nothing was changed; --write puts the points into the watch list")
        return

    def meant(before: WatchList, after: WatchList) -> bool:
        return _plain(before) == _plain(after) and all(
            one.weighing == weighings.get(one.id) for one in after.indicators
        )

    rewrite(settings, lambda text: with_weighings(text, weighings), meant)
    print(f"{settings.file}: points for {count(len(weighings), 'indicator')} written")


def _plain(watch: WatchList) -> list[object]:
    """What the points have nothing to do with."""
    return [watch.feeds, watch.terms, [one.id for one in watch.indicators]]


def _figures(score: Score) -> str:
    return f"precision {score.precision:.3f}, recall {score.recall:.3f}, F1 {score.f1:.3f}"


def _rules_alone(watch: WatchList) -> Matcher:
    """The matcher of the list without the points that it has."""
    rules = tuple(replace(one, weighing=None) for one in watch.indicators)
    return compile_watch(replace(watch, indicators=rules))[0]


def _lessons(path: Path, feeds: dict[str, Any], matcher: Matcher) -> list[Lesson]:
    with opened(path) as (stream, name):
        lines = progress_over(read_lines(stream, name, feeds), stream)
        found = [
            replace(lesson(line.item, line.feed, line.labels, matcher), times=_times(line))
            for line in lines
        ]
    if not any(one.labels for one in found):
        raise MonitorError(
            f'{path}: no item has a label; write "labels": ["an-indicator"] to its line'
        )
    return found


def _times(line: Line) -> float:
    times = line.values.get("times", 1)
    if isinstance(times, bool) or not isinstance(times, (int, float)) or not 0 < times <= 1000:
        raise MonitorError(f'item {line.id}: its "times" is no number above 0, 1000 at most')
    return float(times)


def _examples(watch: WatchList, matcher: Matcher) -> list[Lesson]:
    """Each example, known for its own indicator only."""
    found = []
    for one in watch.indicators:
        for texts, labels in (
            (one.examples_match, frozenset({one.id})),
            (one.examples_no_match, frozenset[str]()),
        ):
            for text in texts:
                item = Item(key=text, feed="", title=text)
                taught = lesson(item, None, labels, matcher)
                found.append(replace(taught, only=frozenset({one.id}), times=EXAMPLE))
    return found
