"""
A process that has loaded the service, and forks one whenever it is told to.

Nearly all of a start is loading modules. Forked, the service is as real, is
its own process, and starts in a fifth of the time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Mother:
    """Starts services over watch lists, each a process of its own, and buries them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, file: Path, database: str | None = None) -> int:
        """Start a service on a free port; its process id."""
        return self._ask(f"start\t{file}\t{database or ''}")

    def bury(self, pid: int) -> int:
        """Wait for the end of a service; the signal that ended it, or nothing."""
        return self._ask(f"bury\t{pid}")

    def _ask(self, line: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(line, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


@contextmanager
def a_mother() -> Iterator[Mother]:
    """A mother, until the end of the block."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.mother"], cwd=ROOT, stdin=pipe, stdout=pipe, text=True
    )
    try:
        yield Mother(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


def main() -> None:
    """Do as the lines of standard input say."""
    # What a service loads only when it needs it is loaded here.
    import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401

    import monitor.digest.charts
    import monitor.notify.mail
    import monitor.store.upgrading  # noqa: F401
    from monitor.cli.running import run

    for line in sys.stdin:
        word, *told = line.rstrip("\n").split("\t")
        if word == "bury":
            print(os.waitpid(int(told[0]), 0)[1] & 0x7F, flush=True)
            continue
        pid = os.fork()
        if pid:
            print(pid, flush=True)
            continue
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        try:
            run(Path(told[0]), told[1] or None, "127.0.0.1", 0)
        finally:
            os._exit(0)


if __name__ == "__main__":
    main()
