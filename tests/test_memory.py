"""What stays is not looked at by the garbage collector, and what went can be given back."""

from __future__ import annotations

import gc
import subprocess
import sys

from monitor.memory import made_to_stay, may_go


def test_what_is_made_to_stay_is_not_collected_and_collecting_goes_on():
    before = gc.get_freeze_count()
    try:
        with made_to_stay():
            kept = [[number] for number in range(1_000)]
            assert not gc.isenabled()
        assert gc.isenabled()
        assert gc.get_freeze_count() - before > len(kept)
    finally:
        may_go()
    assert gc.get_freeze_count() == 0


def test_a_round_loads_neither_the_pages_nor_what_changes_schemas():
    code = "import sys, monitor.cli.rounds; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "aiohttp" in loaded
    assert not loaded & {"alembic", "uvicorn", "starlette", "fastapi", "feedparser", "apprise"}
