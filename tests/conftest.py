"""What many tests share: a real store in a file of its own."""

from __future__ import annotations

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


# How fast a machine is says nothing about whether the program is right.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
