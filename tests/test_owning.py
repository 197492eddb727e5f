"""One database, many processes: one service at a time, and the others say which it is."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import Store
from monitor.store import owning as module
from monitor.store.owning import FileTurn, OwnedError, file_of, lock_file, owning, refuse_owned
from tests.make import NOON

ROOT = Path(__file__).resolve().parents[1]
LIST = "indicators: [{id: ports, title: Ports, match: port}]\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "indicators.yaml"
    path.write_text(LIST)
    return path


def command(file: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", *words, "--file", str(file)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def runs(process: subprocess.Popen[str]) -> bool:
    """Whether a service came up; false when it has ended instead."""
    assert process.stderr is not None
    return any("The pages are at" in line for line in process.stderr)


def said(file: Path, *words: str) -> tuple[int, str]:
    process = command(file, *words)
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


def test_of_five_services_started_at_once_one_runs_and_a_kill_leaves_nothing_to_clean_up(file):
    begun = [command(file, "run", "--port", "0") for _ in range(5)]
    try:
        # Those that are refused end by themselves; who runs goes on until it is killed.
        ended = threading.Event()
        codes: list[int] = []

        def wait(process):
            codes.append(process.wait())
            if len(codes) == 4:
                ended.set()

        for process in begun:
            threading.Thread(target=wait, args=[process], daemon=True).start()
        assert ended.wait(60)
        (leader,) = [process for process in begun if process.poll() is None]
        assert codes == [2, 2, 2, 2]
        for process in begun:
            if process is not leader:
                told = process.stderr.read()
                assert f"in use by monitor run, process {leader.pid} on " in told
                assert "its pages are at http://127.0.0.1:" in told
        assert runs(leader)

        # Beside it nothing else polls.
        code, told = said(file, "once")
        assert (code, f"process {leader.pid}" in told) == (2, True)

        # Pages that only read may stand beside it.
        begun.append(command(file, "run", "--read-only", "--port", "0"))
        assert begun[-1].stderr is not None
        address = next(
            found[0] for line in begun[-1].stderr if (found := re.search(r"http://\S+/", line))
        )
        page = urllib.request.urlopen(f"{address}indicators/ports").read().decode()
        kept_by = f"the watch is kept by monitor run, process {leader.pid} on "
        assert f"These pages only read: {kept_by}" in page
        assert "<form" not in page.replace('<form class="search', "")
        with pytest.raises(urllib.error.HTTPError) as refused:
            form = urllib.request.Request(f"{address}quiet", b"hours=8")
            form.add_header("Origin", address.rstrip("/"))
            urllib.request.urlopen(form)
        assert refused.value.code == 403
        assert kept_by in refused.value.read().decode()

        # One that is stopped is no free place: it would go on where it was. A port that is
        # taken is not what the second complains of.
        leader.send_signal(signal.SIGSTOP)
        port = re.search(r"127\.0\.0\.1:(\d+)", told)[1]
        code, told = said(file, "run", "--port", port)
        assert (code, "in use by monitor run" in told) == (2, True)

        leader.kill()
        leader.wait(10)
        begun.append(command(file, "run", "--port", "0"))
        assert runs(begun[-1])
    finally:
        for process in begun:
            process.kill()
            process.wait(10)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'monitor.db'}"


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.05)


def test_the_second_is_told_what_the_first_does_and_where_its_pages_are(url):
    with owning(url, "monitor run", NOON) as held:
        held.tell_pages("http://127.0.0.1:8000/")
        with pytest.raises(OwnedError) as refused, owning(url, "monitor once", NOON):
            pass
    told = str(refused.value)
    assert "monitor.db is in use by monitor run" in told
    assert f"process {os.getpid()}" in told
    assert "since 2025-11-06 12:00 UTC; its pages are at http://127.0.0.1:8000/" in told


def test_what_ends_is_free_at_once(url):
    for _ in range(2):
        with owning(url, "monitor run", NOON):
            pass


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("link.db", id="by a link"),
        pytest.param("sub/../monitor.db", id="by a way round"),
    ],
)
def test_the_same_file_by_another_name_is_the_same_database(tmp_path, url, other):
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.db").symlink_to("monitor.db")
    (tmp_path / "monitor.db").touch()
    with (
        owning(url, "monitor run", NOON),
        pytest.raises(OwnedError),
        owning(f"sqlite:///{tmp_path / other}", "monitor run", NOON),
    ):
        pass


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "postgresql+psycopg://desk@db/watch", "no address"]
)
def test_what_is_no_file_is_not_locked_by_one(url):
    assert file_of(url) is None
    with owning(url, "monitor run", NOON), owning(url, "monitor run", NOON), FileTurn(url):
        refuse_owned(url)


def test_a_lock_whose_file_somebody_deleted_is_made_again(url):
    with owning(url, "monitor run", NOON) as held:
        lock_file(file_of(url)).unlink()
        held.keep()
        with pytest.raises(OwnedError), owning(url, "monitor once", NOON):
            pass


def test_who_finds_another_in_its_place_learns_of_it(url):
    with owning(url, "monitor run", NOON) as held:
        lock_file(file_of(url)).unlink()
        with owning(url, "monitor once", NOON), pytest.raises(OwnedError):
            held.keep()


def test_a_folder_that_takes_no_file_is_named():
    with (
        pytest.raises(StoreError, match=r"/nowhere/monitor\.db\.lock .*database's folder has"),
        owning("sqlite:////nowhere/monitor.db", "monitor run", NOON),
    ):
        pass


def test_one_has_the_turn_and_the_next_waits_for_it(url):
    mine, other = FileTurn(url), FileTurn(url)
    had = []

    def second():
        with other:
            had.append("second")

    with mine:
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.1)
        had.append("first")
    thread.join(10)
    assert had == ["first", "second"]


def test_a_turn_that_never_comes_is_told(url, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_TURN", 0.05)
    with FileTurn(url), pytest.raises(StoreError, match="was stopped"), FileTurn(url):
        pass
        # Whoever waited in vain can still wait again.
    with FileTurn(url):
        pass


def test_no_command_changes_the_schema_under_a_service(url):
    store = Store(url)
    holds = f"""
import sys
from datetime import UTC, datetime
from monitor.store.owning import owning
with owning({url!r}, "monitor run", datetime.now(UTC)):
    print("ready", flush=True)
    sys.stdin.read()
"""
    owner = subprocess.Popen(
        [sys.executable, "-c", holds],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert owner.stdout.readline() == "ready\n"
        with pytest.raises(StoreError, match=f"process {owner.pid} .* whose version is another"):
            store.upgrade()
    finally:
        owner.communicate("", timeout=20)
    store.upgrade()
    store.close()
