"""What ``run`` and ``demo`` do; loaded only by them, since it loads nearly everything."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import typer

from monitor.app import App
from monitor.cli.awaiting import stand_by
from monitor.cli.firstround import say_first_round
from monitor.cli.options import (
    Exit,
    count,
    settings_of,
    start_log,
)
from monitor.config.kept import filled
from monitor.config.load import LoadedWatch, load_text
from monitor.config.settings import Settings
from monitor.config.watching import WatchFile
from monitor.demo import Newsstand, read_sample, write_watch
from monitor.desk import open_store
from monitor.errors import ConfigError, StoreBrokenError
from monitor.memory import made_to_stay, use_sparingly
from monitor.resources import shipped
from monitor.service import is_loopback, serve, serve_pages, stand_still
from monitor.store.postgresql import is_postgresql


def run(
    file: Path | None, database: str | None, host: str, port: int, *, read_only: bool = False
) -> None:
    """Run the service, or its pages alone, until a signal ends it."""
    use_sparingly()
    settings = settings_of(file, database)
    start_log(logging.INFO)
    try:
        if is_postgresql(settings.database_url) and not asyncio.run(
            stand_by(settings, host=host, port=port, ready=_say_standing_still)
        ):
            return
        _check_host(host, settings)
        print(f"Reading {settings.file.name} takes some seconds.", file=sys.stderr, flush=True)
        watch_file = WatchFile(settings.file, settings.env)
        with made_to_stay():
            loaded = _loaded_or_last_good(settings, watch_file)
        told: list[asyncio.Task[None]] = []

        def begun(app: App, address: str) -> None:
            _say_ready(app, address)
            told.append(asyncio.get_running_loop().create_task(say_first_round(app, address)))

        ways, ready = (serve_pages, _say_ready) if read_only else (serve, begun)
        asyncio.run(ways(settings, watch_file, loaded, host=host, port=port, ready=ready))
    except StoreBrokenError as error:
        print(f"monitor: {error}", file=sys.stderr, flush=True)
        asyncio.run(stand_still(error, host=host, port=port, ready=_say_standing_still))


def _check_host(host: str, settings: Settings) -> None:
    """Refuse to serve pages without a password where others could reach them."""
    if is_loopback(host):
        return
    store = open_store(settings)
    try:
        if store.access.password() is not None:
            return
    finally:
        store.close()
    print(
        f"monitor: the pages have no password, so they are served on this machine alone "
        f"(127.0.0.1), not on {host}; set one with: monitor web password",
        file=sys.stderr,
    )
    raise typer.Exit(Exit.WRONG_USE)


def _say_ready(app: App, address: str) -> None:
    watch = app.watch
    print(
        f"{watch.title}: {count(len(watch.indicators), 'indicator')}, "
        f"{count(len(watch.feeds), 'feed')}. "
        f"The pages are at {address}",
        file=sys.stderr,
        flush=True,
    )


def _say_standing_still(address: str) -> None:
    print(f"The pages are at {address} and say so.", file=sys.stderr, flush=True)


def _loaded_or_last_good(settings: Settings, watch_file: WatchFile) -> LoadedWatch:
    """
    The list in the file, or, if that is refused, the last good one that was in force.

    A service that is restarted while somebody edits must go on watching. OPML
    files are part of the list: it takes those that were in force with it.
    """
    try:
        return watch_file.load()
    except ConfigError as error:
        store = open_store(settings)
        try:
            kept, opml = store.archive.last_revision(), store.archive.last_opml()
        finally:
            store.close()
        if kept is None:
            raise
        source, taken_up = kept
        print(error, file=sys.stderr)
        print(
            f"monitor: {settings.file} is not taken up; the list of {taken_up:%Y-%m-%d %H:%M} UTC "
            "stays in force until it is put right",
            file=sys.stderr,
        )
        return load_text(filled(source, settings), settings.file, settings.env, opml)


def demo(port: int) -> None:
    """The service on the bundled sample, in a folder that is removed afterwards."""
    start_log()
    with tempfile.TemporaryDirectory(prefix="what-to-watch-demo-") as folder:
        asyncio.run(_demo(Path(folder), port))


async def _demo(folder: Path, port: int) -> None:
    stand = Newsstand(_print_chat)
    await stand.start()
    try:
        path = write_watch(folder, stand.address)
        settings = settings_of(path, f"sqlite:///{folder / 'demo.db'}")
        watch_file = WatchFile(settings.file, settings.env)
        loaded = watch_file.load()
        watched = [indicator.id for indicator in loaded.watch.indicators]
        stand.show(read_sample(shipped("sample") / "items.jsonl", datetime.now(UTC), watched))
        await serve(
            settings, watch_file, loaded, host="127.0.0.1", port=port, ready=_say_demo_ready
        )
    finally:
        await stand.stop()


def _say_demo_ready(app: App, address: str) -> None:
    _say_ready(app, address)
    print(
        "The sample news is invented in part. Half a minute from now items begin to come in live,\n"
        "about each indicator in turn; the board shows them by itself. It alerts all of them,\n"
        "and prints here what a desk's chat would receive. Ctrl-C ends the demo.",
        file=sys.stderr,
        flush=True,
    )


def _print_chat(text: str) -> None:
    when = datetime.now(UTC).astimezone()
    print(f"\n--- chat, {when:%H:%M:%S} ---\n{text}", file=sys.stderr, flush=True)
