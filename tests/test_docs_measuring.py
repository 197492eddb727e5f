"""The page on measuring: its list, its items and its script are real, and print what it shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "measuring.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)(?: (\d))?\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
FILES = {"yaml": "indicators.yaml", "jsonl": "labelled.jsonl", "python": "split.py"}
PROGRAMS = {"monitor": [sys.executable, "-m", "monitor"], "python": [sys.executable]}


def run(folder: Path, command: str) -> tuple[str, int]:
    """What a command of the page prints there, and its exit code."""
    name, *words = shlex.split(command)
    done = subprocess.run(
        [*PROGRAMS[name], *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return f"{done.stdout}{done.stderr}", done.returncode


def shown(lines: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a block, each with the lines that follow it."""
    for part in re.split(r"^\$ ", lines, flags=re.MULTILINE)[1:]:
        command, *output = part.splitlines()
        yield command, output


def tidy(lines: list[str]) -> list[str]:
    stripped = [line.rstrip() for line in lines]
    while stripped and not stripped[-1]:
        stripped.pop()
    return stripped


def test_every_step_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    ran = 0
    for kind, code, body in BLOCK.findall(PAGE):
        if kind in FILES:
            (tmp_path / FILES[kind]).write_text(body + "\n", encoding="utf-8")
            continue
        assert kind == "console"
        for command, expected in shown(body):
            printed, exit_code = run(tmp_path, command)
            lines = tidy(printed.splitlines())
            ran += 1
            assert exit_code == int(code or 0), (command, printed)
            if expected[:1] == ["..."]:
                wanted = tidy(expected[1:])
                assert lines[len(lines) - len(wanted) :] == wanted, command
            else:
                assert lines == tidy(expected), command
    assert ran == PAGE.count("\n$ ") >= 9
