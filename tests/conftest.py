"""What many tests share: a real store, in a file of its own or on a PostgreSQL server."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from monitor.config.load import LoadedWatch, load
from monitor.resources import shipped
from monitor.store import Store
from tests.postgres import Postgres, started

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of these tests' own."""
    with started() as server:
        yield server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what takes a store on each kind of database in turn."""
    if "database_kind" in metafunc.fixturenames:
        is_on_one = metafunc.definition.get_closest_marker("on_sqlite") is not None
        metafunc.parametrize("database_kind", KINDS[:1] if is_on_one else KINDS)


@pytest.fixture(scope="session")
def shipped_list() -> LoadedWatch:
    """The shipped list, read once: it is seconds of work, and nothing can change it."""
    return load(shipped("indicators.yaml"), {})


@pytest.fixture(scope="session")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file whose schema is up to date, to copy from."""
    path = tmp_path_factory.mktemp("upgraded") / "monitor.db"
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    store.close()
    return path


@pytest.fixture
def new_database(
    database_kind: str, tmp_path: Path, upgraded_file: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], str]]:
    """Makes databases whose schema is up to date, and says their addresses."""
    made: list[str] = []

    def make() -> str:
        if database_kind == "sqlite":
            name = f"monitor-{len(made)}.db" if made else "monitor.db"
            made.append(f"sqlite:///{shutil.copy(upgraded_file, tmp_path / name)}")
        else:
            made.append(request.getfixturevalue("postgres").upgraded())
        return made[-1]

    yield make
    for url in made if database_kind == "postgresql" else ():
        request.getfixturevalue("postgres").drop(url)


@pytest.fixture
def store(new_database: Callable[[], str]) -> Iterator[Store]:
    """A store of each kind, with nothing in it."""
    made = Store(new_database())
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _all_is_logged() -> None:
    """
    Somebody listens to the log, and no logger of the program is switched off.

    A library for dates, which the article reader brings, switches all loggers off that it
    finds when it is loaded and nobody listens. In the service it is loaded elsewhere.
    """
    root = logging.getLogger()
    if not any(isinstance(one, logging.NullHandler) for one in root.handlers):
        root.addHandler(logging.NullHandler())
    for name, logger in list(root.manager.loggerDict.items()):
        if name.startswith("monitor") and isinstance(logger, logging.Logger):
            logger.disabled = False


# How fast a machine is says nothing about whether the program is right.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
