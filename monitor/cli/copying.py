"""``db copy``: from one database to another, as when a desk outgrows its file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import File, Json, count, print_json, progress, settings_of, start_log
from monitor.config.settings import database_url
from monitor.errors import MonitorError
from monitor.masking import remember, secrets_of_database

From = Annotated[
    str, typer.Argument(metavar="FROM", help="The database that is copied, e.g. monitor.db.")
]
To = Annotated[
    str,
    typer.Argument(
        metavar="TO",
        help="The one to copy to, which holds nothing, e.g. postgresql+psycopg://host/name.",
    ),
]


def copy(source: From, target: To, file: File = None, json: Json = False) -> None:
    """
    Copy all that one database holds to another, SQLite or PostgreSQL.

    Stop the service before. All of it is copied in one transaction and
    compared table by table, or nothing is kept.
    """
    from monitor.store import Store
    from monitor.store.copying import copy as copy_all
    from monitor.store.copying import size

    start_log()
    folder = settings_of(file, None).folder
    stores = []
    try:
        urls = [database_url(address, folder) for address in (source, target)]
        remember(secret for url in urls for secret in secrets_of_database(url))
        if urls[0].startswith("sqlite") and not _path_of(urls[0]).is_file():
            raise MonitorError(f"there is no database {_path_of(urls[0])}")
        stores += [Store(url) for url in urls]
        here, there = (one.database for one in stores)
        if here.revision() is None:
            raise MonitorError(f"there is nothing to copy: {source} is none of our databases")
        here.upgrade()
        with progress("Copying", size(here)) as advance:
            copied = copy_all(here, there, advance)
    finally:
        for store in stores:
            store.close()
    if json:
        print_json([asdict(one) for one in copied])
        return
    for one in copied:
        print(f"{one.table:<16} {one.rows:>10}  {one.checksum}")
    rows = count(sum(one.rows for one in copied), "row")
    print(f"Copied {rows}; both databases hold the same. The words for search are indexed anew.")


def _path_of(url: str) -> Path:
    return Path(url.partition(":///")[2].partition("?")[0])
