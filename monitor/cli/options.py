"""What the commands share: options, exit codes, the settings, the log, progress."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from monitor.config.load import LoadedWatch, load
from monitor.config.settings import Settings, read_settings
from monitor.masking import MaskingFormatter, remember, secrets_of, secrets_of_database

File = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help="The watch list; MONITOR_FILE says it too. Default: indicators.yaml here.",
        show_default=False,
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="Where to keep what is seen: sqlite:///monitor.db (relative to the watch list's "
        "folder) or postgresql+psycopg://user@host/name; MONITOR_DATABASE says it too.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]


class Exit(IntEnum):
    """What a command's exit code says."""

    DONE = 0
    NO = 1
    WRONG_USE = 2


def settings_of(file: Path | None, database: str | None) -> Settings:
    """The settings, from the options, the environment and ``.env``."""
    settings = read_settings(file, database, os.environ)
    remember(secrets_of_database(settings.database_url))
    return settings


def loaded_of(settings: Settings, *, warnings: bool = False) -> LoadedWatch:
    """
    The checked watch list. Raises ``ConfigError``.

    With ``warnings`` they go to standard error; most commands are not
    concerned by a channel that is not set up.
    """
    loaded = load(settings.file, settings.env)
    remember(secrets_of(loaded.watch, settings.env))
    for problem in loaded.problems if warnings else ():
        print(problem, file=sys.stderr)
    return loaded


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 hit``, ``3 hits``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def start_log(level: int = logging.WARNING) -> None:
    """Write the log to standard error, one line an event."""
    logging.basicConfig(
        level=level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
        force=True,
    )
    for handler in logging.getLogger().handlers:
        formatter = handler.formatter or logging.Formatter()
        handler.setFormatter(MaskingFormatter(formatter._fmt, formatter.datefmt))
    for chatty in ("alembic", "apscheduler", "uvicorn", "watchfiles"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
    # Whoever uses these says in a sentence what went wrong, and they would tell it by the page.
    for silent in ("apprise", "procrastinate", "psycopg"):
        logging.getLogger(silent).setLevel(logging.CRITICAL)
    # The schedule says itself what became of its jobs.
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def print_json(document: Any) -> None:
    """Write one JSON document on one line; what is no text at all is written as an escape."""
    line = json.dumps(document, ensure_ascii=False)
    print(line.encode("utf-8", "backslashreplace").decode("utf-8"))


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Any]:
    """A progress bar on standard error, if that is a terminal; yields what moves it on by one."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(title, total=total)
        yield lambda *_: bar.advance(task)
