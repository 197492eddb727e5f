"""Commands run within the test's own process: nothing is loaded again."""

from __future__ import annotations

import sys
from unittest.mock import patch

import pytest

from monitor.cli import main


def run(*words: object) -> int:
    """Run a command, and say its exit code."""
    with patch.object(sys, "argv", ["monitor", *map(str, words)]), pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0)
