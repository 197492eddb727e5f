"""What stays is not looked at by the garbage collector, and what went can be given back."""

from __future__ import annotations

import ctypes
import gc
import subprocess
import sys

import pytest

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


BODIES = """
import ctypes, sys
from pathlib import Path
from monitor.memory import use_sparingly

if "sparing" in sys.argv:
    assert use_sparingly()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

libc.free(libc.malloc(4_000_000))  # from here on such blocks come from a heap, if that is let
before, bodies = resident(), []
for _ in range(20):
    bodies.append(libc.malloc(3_000_000))
    ctypes.memset(bodies[-1], 1, 3_000_000)
    libc.malloc(100_000)  # stays, and keeps what is below from being cut off
for body in bodies:
    libc.free(body)
print((resident() - before) // 1_000_000)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library")
def test_large_bodies_leave_nothing_behind():
    command = [sys.executable, "-c", BODIES, "sparing"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 10
