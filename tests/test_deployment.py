"""The files of deployment: unit and container are as the docs say, as far as can be tried."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from typer.main import get_command

from monitor.cli import app
from tests.test_whole_service import Running, drain, small_world, wait_until

__all__ = ["small_world"]

ROOT = Path(__file__).resolve().parents[1]
UNITS = sorted((ROOT / "deploy").glob("*.service"))
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
WORST = 20
"""The exposure in tenths that ``systemd-analyze security`` may find; without hardening it is 96."""


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_systemd_takes_the_unit_and_finds_it_hardened(tmp_path, file):
    unit = tmp_path / file.name
    text = file.read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/what-to-watch/bin/monitor", sys.executable))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True
    )
    if "bad unit file setting" not in done.stderr and "Failed to" in done.stderr:
        pytest.skip("systemd cannot look at units here")
    assert done.stderr == ""
    security = ["systemd-analyze", "security", "--offline=yes", f"--threshold={WORST}", unit]
    done = subprocess.run([*security, "--no-pager"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("file", UNITS, ids=lambda file: file.stem)
def test_the_unit_calls_a_command_that_there_is(file):
    (line,) = re.findall(r"(?m)^ExecStart=\S+/monitor (.*)$", file.read_text(encoding="utf-8"))
    done = CliRunner().invoke(get_command(app), [*line.split(), "--help"])
    assert done.exit_code == 0


def test_the_container_is_no_root_names_no_registry_and_copies_what_is_there():
    assert re.findall(r"(?m)^USER (.*)$", CONTAINER) == ["10001"]
    assert "--require-hashes" in CONTAINER
    assert not re.search(r"https?://(?!127\.0\.0\.1)|--index-url|FROM \S+\.\S+/", CONTAINER)
    copied = re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", CONTAINER)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
        assert name not in IGNORED
    assert {".env", "*.db", "monitor.key"} <= set(IGNORED)


HELD = """
set -e
mount --bind "$DATA" /mnt
if [ "$HIDDEN" ]; then
  mkdir -p /run/kept && mount -t tmpfs tmpfs /run/kept && mkdir /run/kept/x
  mount --bind "$BASE" /run/kept/x
  mount -t tmpfs -o mode=755 tmpfs "$HIDDEN"
  mkdir -p "$BASE" && mount --bind /run/kept/x "$BASE"
fi
mount -o remount,ro,bind /
cd /mnt
exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --inh-caps=-all \\
  --bounding-set=-all "$PYTHON" -m monitor run --port 0 --file /mnt/indicators.yaml
"""


def test_the_service_runs_as_nobody_on_a_root_that_it_cannot_write_to(small_world):
    world = small_world
    base = Path(sys.base_prefix)
    hidden = next((one for one in (*base.parents, base) if not one.stat().st_mode & 1), "")
    for one in (world.folder, world.file):
        if os.getuid() == 0:
            os.chown(one, 65534, 65534)
    process = subprocess.Popen(
        ["unshare", "-m", "--propagation", "private", "sh", "-c", HELD],
        cwd=ROOT,
        env={
            "DATA": str(world.folder),
            "BASE": str(base),
            "HIDDEN": str(hidden),
            "PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT),
            "PATH": os.environ["PATH"],
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    running = Running(process, "")
    for line in process.stderr:
        running.lines.append(line)
        if found := re.search(r"The pages are at (http://\S+/)", line):
            running.address = found[1]
            break
    if not running.address:
        process.wait(30)
        if os.environ.get("CI") and os.getuid() == 0 and "monitor" in running.said():
            pytest.fail(running.said())
        pytest.skip(f"no such place can be made here: {running.said()[-200:]}")
    drain(running)
    try:
        wait_until(lambda: '"item"} 0' not in running.get("/metrics")[1], 60)
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert re.search(r"(?m)^Uid:\s+65534", status)
        assert re.search(r"(?m)^CapBnd:\s+0{16}$", status)
        assert running.get("/")[0] == 200
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert "Traceback" not in running.said()
    assert "Read-only" not in running.said()
    assert (world.folder / "monitor.db").stat().st_uid == 65534
