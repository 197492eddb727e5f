"""What many tests share: a real store in a file of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from monitor.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    made.upgrade()
    yield made
    made.close()


# A library for dates, which the article reader brings, switches all loggers off that it finds
# when it is loaded and nobody listens to the log yet. In the service it is loaded elsewhere.
logging.getLogger().addHandler(logging.NullHandler())

# How fast a machine is says nothing about whether the program is right.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
