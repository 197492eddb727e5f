"""``check``, ``match``, ``explain`` and ``eval``: the list itself, tried; nothing is stored."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console
from rich.table import Table

from monitor.cli.options import (
    DatabaseUrl,
    Exit,
    File,
    Json,
    count,
    loaded_of,
    print_json,
    progress,
    settings_of,
    start_log,
)
from monitor.config.examples import run_examples
from monitor.config.load import LoadedWatch, load, place_of
from monitor.config.settings import Settings
from monitor.errors import ConfigError, MonitorError, Problem
from monitor.evaluation import Evaluation, Labelled, Score, evaluate
from monitor.feeds.search import voice_of
from monitor.itemlines import Line, read_lines
from monitor.matching import Explanation
from monitor.matching import explain as explain_item
from monitor.matching import match as match_item
from monitor.model import Hit, Item


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("check")(check)
    app.command("match")(match)
    app.command("explain")(explain)
    app.command("eval")(evaluate_list)


def check(file: File = None, json: Json = False) -> None:
    """
    Check the watch list and try its examples.

    Each problem is told with file, line and column. Exit 1 if there is an error.
    """
    start_log()
    settings = settings_of(file, None)
    if settings.file.is_dir():
        raise MonitorError(f"{settings.file} is a folder; name the watch list in it")
    if not settings.file.is_file():
        raise MonitorError(f"{settings.file}: there is no such file")
    loaded: LoadedWatch | None = None
    try:
        loaded = load(settings.file, settings.env)
        problems = [*loaded.problems, *run_examples(loaded)]
    except ConfigError as error:
        problems = error.problems
    problems.sort(key=lambda one: place_of(one, str(settings.file)))
    errors = sum(problem.severity == "error" for problem in problems)
    if json:
        print_json({"ok": not errors, "problems": [asdict(problem) for problem in problems]})
    else:
        for problem in problems:
            print(problem)
        print(_verdict(settings.file, loaded, problems, errors), file=sys.stderr)
    if errors:
        raise typer.Exit(Exit.NO)


def _verdict(file: Path, loaded: LoadedWatch | None, problems: list[Problem], errors: int) -> str:
    warnings = len(problems) - errors
    if errors or loaded is None:
        return f"{file.name}: {count(errors, 'error')}, {count(warnings, 'warning')}"
    watch = loaded.watch
    examples = sum(len(one.examples_match) + len(one.examples_no_match) for one in watch.indicators)
    return (
        f"{file.name} is in order: {count(len(watch.indicators), 'indicator')}, "
        f"{count(len(watch.terms), 'list')}, {count(len(watch.feeds), 'feed')}; "
        f"{_held(examples)}" + (f"; {count(warnings, 'warning')}" if warnings else "")
    )


def _held(examples: int) -> str:
    if not examples:
        return "no indicator has examples yet; add some to prove the rules"
    return f"{count(examples, 'example')} {'holds' if examples == 1 else 'hold'}"


Items = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help="Items as JSON lines; standard input if left out.",
        show_default=False,
    ),
]


def match(items: Items = None, file: File = None) -> None:
    """
    Match items against the list: JSON lines in and out.

    Nothing is stored.
    """
    start_log()
    loaded = loaded_of(settings_of(file, None))
    with opened(items) as (stream, name):
        for line in progress_over(read_lines(stream, name, feeds_of(loaded)), stream):
            hits = match_item(line.item, loaded.matcher, line.feed)
            print_json({"id": line.id, "hits": [_hit(hit) for hit in hits]})


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "indicator": hit.indicator,
        "signals": list(hit.signals),
        "matched": [asdict(mark) for mark in hit.marks],
    }


def feeds_of(loaded: LoadedWatch) -> dict[str, Any]:
    """The watch list's feeds by id, for items that name one."""
    return {feed.id: feed for feed in loaded.watch.feeds}


@contextmanager
def opened(path: Path | None) -> Iterator[tuple[TextIO, str]]:
    """A file of items, or standard input, and what to call it in a message."""
    if path is None or str(path) == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdin, "standard input"
        return
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            yield stream, str(path)
    except OSError as error:
        raise MonitorError(f"{path} cannot be read: {error.strerror}") from error


def progress_over(lines: Iterable[Line], stream: TextIO) -> Iterator[Line]:
    """The lines, with a bar that moves on by each where one can be seen."""
    # Standard output on a terminal shows the lines themselves; a bar would run through them.
    if sys.stdout.isatty() or stream is sys.stdin:
        yield from lines
        return
    with progress("Matching items", None) as advance:
        for line in lines:
            yield line
            advance()


IndicatorId = Annotated[str, typer.Argument(help="The indicator's id.", metavar="INDICATOR")]
Text = Annotated[
    str | None,
    typer.Option(
        "--text", metavar="TEXT", help="A text to try, read as a title.", show_default=False
    ),
]
StoredItem = Annotated[
    str | None,
    typer.Option("--item", metavar="ID", help="A stored item, by its id or the beginning of it."),
]


def explain(
    indicator: IndicatorId,
    text: Text = None,
    item: StoredItem = None,
    lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="CODE", help="The text's language, such as es."),
    ] = None,
    file: File = None,
    database: DatabaseUrl = None,
    json: Json = False,
) -> None:
    """
    Say why an indicator hits a text, or why not.

    The text is given, or that of a stored item. Exit 1 if it is no hit.
    """
    start_log()
    if (text is None) == (item is None):
        raise MonitorError("say what to explain: either --text TEXT or --item ID")
    settings = settings_of(file, database)
    loaded = loaded_of(settings)
    if loaded.watch.indicator(indicator) is None:
        known = ", ".join(one.id for one in loaded.watch.indicators)
        raise MonitorError(f"there is no indicator {indicator}; there are {known}")
    tried = (
        Item(key="text", feed="", title=text, lang=lang)
        if text is not None
        else _stored(settings, item or "")
    )
    told = explain_item(tried, loaded.matcher, indicator, voice_of(tried, loaded.watch))
    print_json(_explanation(told)) if json else print(told)
    if not told.hit:
        raise typer.Exit(Exit.NO)


def _stored(settings: Settings, wanted: str) -> Item:
    from monitor.desk import open_store

    store = open_store(settings)
    try:
        found = store.records.items_named(wanted)
    finally:
        store.close()
    if len(found) != 1:
        raise MonitorError(
            f"no stored item has an id that begins with {wanted}"
            if not found
            else f"several items have ids that begin with {wanted}; give more of it"
        )
    return found[0]


def _explanation(told: Explanation) -> dict[str, Any]:
    return {
        "indicator": told.indicator,
        "hit": told.hit,
        "failed": told.failed,
        "signals": list(told.signals),
        "matched": [asdict(mark) for mark in told.marks],
        "tree": asdict(told.clause),
    }


LabelledFile = Annotated[Path, typer.Argument(metavar="FILE", help="Labelled items as JSON lines.")]
AtLeast = Annotated[
    float | None,
    typer.Option(
        "--at-least",
        metavar="F1",
        min=0,
        max=1,
        help="Exit 1 if the micro F1 is lower than this, or cannot be told.",
    ),
]


def evaluate_list(
    labelled: LabelledFile, file: File = None, json: Json = False, at_least: AtLeast = None
) -> None:
    """
    Measure the list on labelled items.

    Precision, recall and F1 of each indicator and language, and the items that it got wrong.
    """
    start_log()
    loaded = loaded_of(settings_of(file, None))
    indicators = [one.id for one in loaded.watch.indicators]
    with opened(labelled) as (stream, name):
        lines = list(progress_over(read_lines(stream, name, feeds_of(loaded)), stream))
    result = evaluate((_labelled(line, loaded) for line in lines), indicators)
    titles = {str(line.id): line.item.title or line.item.summary for line in lines}
    if json:
        print_json(_evaluation(result, titles))
    else:
        _print_evaluation(result, titles)
    if at_least is not None and not result.overall.reaches(at_least):
        f1 = _three(result.overall)[2]
        print(f"micro F1 {f1} is not {at_least} or more", file=sys.stderr)
        raise typer.Exit(Exit.NO)


def _labelled(line: Line, loaded: LoadedWatch) -> Labelled:
    hits = match_item(line.item, loaded.matcher, line.feed)
    return Labelled(
        id=str(line.id),
        lang=line.item.lang or "none given",
        labels=line.labels,
        found=frozenset(hit.indicator for hit in hits),
        signals=line.signals,
        found_signals={hit.indicator: hit.signals for hit in hits},
    )


def _figures(score: Score) -> dict[str, float | None]:
    return {
        "precision": round(score.precision, 4) if score.is_measured else None,
        "recall": round(score.recall, 4) if score.is_measured else None,
        "f1": round(score.f1, 4) if score.is_measured else None,
        "right": score.right,
        "wrong": score.wrong,
        "missed": score.missed,
    }


def _evaluation(result: Evaluation, titles: dict[str, str]) -> dict[str, Any]:
    def all_of(scores: Any) -> dict[str, Any]:
        return {name: _figures(score) for name, score in scores.items()}

    return {
        "items": result.items,
        "micro": _figures(result.overall),
        "indicators": all_of(result.indicators),
        "languages": all_of(result.languages),
        "signals": all_of(result.signals),
        "unlabelled": list(result.unlabelled),
        "mistakes": [
            {
                "id": one.id,
                "title": titles.get(one.id, ""),
                "missed": list(one.missed),
                "wrong": list(one.wrong),
            }
            for one in result.mistakes
        ],
    }


def _three(score: Score) -> tuple[str, str, str]:
    """Precision, recall and F1; dashes where there was nothing to find."""
    if not score.is_measured:
        return "–", "–", "–"
    return f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}"


def _print_evaluation(result: Evaluation, titles: dict[str, str]) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    signals = {f"{name}, signals": score for name, score in result.signals.items()}
    for heading, scores in (
        ("Indicator", result.indicators),
        ("Language", result.languages),
        ("Signals over true hits", signals),
        ("Overall", {"micro": result.overall}),
    ):
        if not scores:
            continue
        table = Table(
            heading,
            "Precision",
            "Recall",
            "F1",
            "Right",
            "Wrong",
            "Missed",
            box=None,
            pad_edge=False,
        )
        for column in table.columns[1:]:
            column.justify = "right"
        for name, score in scores.items():
            table.add_row(
                name,
                *_three(score),
                str(score.right),
                str(score.wrong),
                str(score.missed),
            )
        console.print(table)
        console.print()
    if result.unlabelled:
        console.print(f"There are no labelled items for {', '.join(result.unlabelled)}.")
    if not result.mistakes:
        if result.overall.is_measured:
            console.print(f"Nothing wrong in {count(result.items, 'item')}.")
        return
    console.print(f"{len(result.mistakes)} of {count(result.items, 'item')} got wrong:")
    for one in result.mistakes:
        parts = [
            f"{word} {', '.join(ids)}"
            for word, ids in (("missed", one.missed), ("wrongly", one.wrong))
            if ids
        ]
        console.print(f"  {one.id}  {'; '.join(parts)}  | {titles.get(one.id, '')}")
