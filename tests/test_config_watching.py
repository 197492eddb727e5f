"""Hot reload with real files: good edits are taken up at once, bad ones never."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config.load import LoadedWatch
from monitor.config.watching import Refusal, WatchFile
from monitor.errors import ConfigError, Problem

IN_TIME = 2.0
"""The promise: an edit is taken up, or refused, within two seconds of the save."""
NOON = datetime(2025, 11, 6, 12, tzinfo=UTC)


def text(title: str, brief: str = "") -> str:
    return f"title: {title}\nindicators:\n  - {{id: one, title: One, match: x{brief}}}\n"


BAD = text("bad").replace("title: One", "titel: One")


class Desk:
    """What the service would be told, and a way to wait for it."""

    def __init__(self) -> None:
        self.accepted: list[LoadedWatch] = []
        self.refused: list[tuple[Sequence[Problem], datetime]] = []
        self._news = asyncio.Event()

    def accept(self, loaded: LoadedWatch) -> None:
        self.accepted.append(loaded)
        self._news.set()

    def refuse(self, problems: Sequence[Problem], at: datetime) -> None:
        self.refused.append((problems, at))
        self._news.set()

    async def news(self) -> None:
        await asyncio.wait_for(self._news.wait(), IN_TIME)
        self._news.clear()

    @property
    def titles(self) -> list[str]:
        return [one.watch.title for one in self.accepted]


def a_file(folder: Path) -> Path:
    path = folder / "indicators.yaml"
    path.write_text(text("first"))
    return path


def a_watch_file(path: Path, env: dict[str, str] | None = None) -> WatchFile:
    return WatchFile(path, env or {}, clock=lambda: NOON)


def is_refused(watch_file: WatchFile) -> bool:
    return watch_file.refused is not None


@asynccontextmanager
async def following(watch_file: WatchFile) -> AsyncIterator[Desk]:
    desk, stop = Desk(), asyncio.Event()
    watch_file.subscribe(desk.accept, desk.refuse)
    task = asyncio.create_task(watch_file.follow(stop))
    try:
        yield desk
    finally:
        stop.set()
        await asyncio.wait_for(task, 5)


def in_place(path: Path, content: str) -> None:
    path.write_text(content)


def atomically(path: Path, content: str) -> None:
    beside = path.with_name(".indicators.yaml.swp")
    beside.write_text(content)
    beside.replace(path)


def by_way_of_a_backup(path: Path, content: str) -> None:
    path.rename(path.with_name("indicators.yaml~"))
    path.write_text(content)


def deleted_first(path: Path, content: str) -> None:
    path.unlink()
    path.write_text(content)


def same_time_and_size(path: Path, content: str) -> None:
    told = path.stat()
    path.write_text(content)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


Save = Callable[[Path, str], None]


@pytest.mark.parametrize(
    "save", [in_place, atomically, by_way_of_a_backup, deleted_first, same_time_and_size]
)
async def test_every_save_is_taken_up(tmp_path: Path, save: Save) -> None:
    watch_file = a_watch_file(a_file(tmp_path))
    watch_file.load()
    async with following(watch_file) as desk:
        for title in ("again", "third"):
            save(watch_file.path, text(title))
            await desk.news()
            assert desk.titles[-1] == title
            assert watch_file.current is desk.accepted[-1]


async def test_without_events_of_the_file_system_saves_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(*_: object, **__: object) -> AsyncIterator[None]:
        raise OSError("no events here")

    monkeypatch.setattr("watchfiles.awatch", deaf)
    watch_file = a_watch_file(a_file(tmp_path))
    watch_file.load()
    async with following(watch_file) as desk:
        in_place(watch_file.path, text("second"))
        await desk.news()
        assert desk.titles == ["second"]


async def test_a_linked_file_is_followed(tmp_path: Path) -> None:
    """As a mounted configuration does it: the file links through a folder that is swapped."""
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "indicators.yaml").write_text(text(f"version {version}"))
    (tmp_path / "..data").symlink_to("1")
    (tmp_path / "indicators.yaml").symlink_to("..data/indicators.yaml")
    watch_file = a_watch_file(tmp_path / "indicators.yaml")
    assert watch_file.load().watch.title == "version 1"
    async with following(watch_file) as desk:
        (tmp_path / "..new").symlink_to("2")
        (tmp_path / "..new").replace(tmp_path / "..data")
        await desk.news()
        assert desk.titles == ["version 2"]


async def test_a_bad_edit_keeps_the_last_good_list(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch_file = a_watch_file(a_file(tmp_path))
    good = watch_file.load()
    with caplog.at_level(logging.INFO, "monitor.config"):
        async with following(watch_file) as desk:
            in_place(watch_file.path, BAD)
            await desk.news()
            assert watch_file.current is good
            problems, at = desk.refused[0]
            assert watch_file.refused == Refusal(tuple(problems), NOON)
            assert at == NOON
            assert "indicators.yaml:3:15: error:" in str(problems[1])
            assert "indicators.yaml:3:15: error:" in caplog.text
            in_place(watch_file.path, text("repaired"))
            await desk.news()
            assert desk.titles == ["repaired"]
            assert not is_refused(watch_file)
    assert f"revision {desk.accepted[0].watch.revision} is in force" in caplog.text


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(
            lambda path: path.unlink(),
            "{}: the file cannot be read: no such file or directory",
            id="deleted: no line and column to look at",
        ),
        pytest.param(
            lambda path: path.write_text(text("[x]")),
            "{}:1:8: error: text is expected here, not a list (a value that begins with [ "
            "needs quotes)",
            id="a mistake: with its place",
        ),
    ],
)
async def test_the_log_says_what_is_wrong_and_what_is_in_force(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None], says: str
) -> None:
    watch_file = a_watch_file(a_file(tmp_path))
    watch_file.load()
    spoil(watch_file.path)
    assert await watch_file.look() is False
    assert [record.getMessage() for record in caplog.records] == [
        f"{watch_file.path}: not taken up; the list before it stays in force",
        says.format(watch_file.path),
    ]
    assert watch_file.refused is not None
    assert watch_file.refused.problems[0].line == 1


def test_a_list_that_is_bad_at_the_start_is_told_by_whoever_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "indicators.yaml"
    path.write_text(BAD)
    with pytest.raises(ConfigError):
        a_watch_file(path).load()
    assert caplog.text == ""


async def test_going_back_to_the_list_in_force_ends_the_refusal(tmp_path: Path) -> None:
    watch_file = a_watch_file(a_file(tmp_path))
    watch_file.load()
    async with following(watch_file) as desk:
        in_place(watch_file.path, BAD)
        await desk.news()
        in_place(watch_file.path, text("first"))
        await desk.news()
        assert desk.titles == ["first"]
        assert watch_file.refused is None


def emptied(path: Path) -> None:
    path.write_text("")


def deleted(path: Path) -> None:
    path.unlink()


def replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def made_huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)


def filled_with_zeros(path: Path) -> None:
    path.write_bytes(b"\0" * 4096)


@pytest.mark.parametrize(
    "spoil", [emptied, deleted, replaced_by_a_folder, made_huge, filled_with_zeros]
)
async def test_a_spoilt_file_leaves_the_list_in_force(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    watch_file = a_watch_file(a_file(tmp_path))
    good = watch_file.load()
    async with following(watch_file) as desk:
        spoil(watch_file.path)
        await desk.news()
        assert len(desk.refused) == 1
        assert watch_file.current is good
        if watch_file.path.is_dir():
            watch_file.path.rmdir()
        in_place(watch_file.path, text("back"))
        await desk.news()
        assert desk.titles == ["back"]


@pytest.mark.skipif(os.geteuid() == 0, reason="everything may be read by root")
async def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    watch_file = a_watch_file(a_file(tmp_path))
    watch_file.load()
    async with following(watch_file) as desk:
        watch_file.path.chmod(0)
        await desk.news()
        watch_file.path.chmod(0o600)
        await desk.news()
        assert desk.titles == ["first"]


async def test_a_channel_is_set_up_by_an_edit_of_dotenv(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    path.write_text(text("x") + "alerts: {channels: {desk: '${DESK}', own: '${OWN}'}}\n")
    (tmp_path / ".env").write_text("DESK=json://old\n")
    watch_file = a_watch_file(path, {"DESK": "json://old", "OWN": "json://own"})
    watch_file.load()
    async with following(watch_file) as desk:
        (tmp_path / ".env").write_text("DESK=json://new\nOWN=json://other\n")
        await desk.news()
        urls = [one.url for one in desk.accepted[0].watch.channels]
        assert urls == ["json://new", "json://own"]


async def test_a_brief_that_loses_its_heading_is_noticed(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    path.write_text(text("x", ", brief: 'seed.md#a'"))
    (tmp_path / "seed.md").write_text("# A\n")
    watch_file = a_watch_file(path)
    watch_file.load()
    async with following(watch_file) as desk:
        (tmp_path / "seed.md").write_text("# B\n")
        await desk.news()
        assert "no heading #a" in desk.refused[0][0][0].message


async def test_what_changes_nothing_is_not_told(tmp_path: Path) -> None:
    watch_file = a_watch_file(a_file(tmp_path))
    watch_file.load()
    desk = Desk()
    watch_file.subscribe(desk.accept, desk.refuse)
    watch_file.path.touch()
    (tmp_path / "monitor.db").write_text("x")
    (tmp_path / ".env").write_text("UNUSED=1\n")
    assert await watch_file.look() is False
    assert (desk.accepted, desk.refused) == ([], [])


async def test_a_file_that_is_bad_from_the_start_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "indicators.yaml"
    path.write_text(BAD)
    watch_file = a_watch_file(path)
    with pytest.raises(ConfigError):
        watch_file.load()
    async with following(watch_file) as desk:
        assert len(desk.refused) == 1
        in_place(path, text("good"))
        while not desk.accepted:
            await desk.news()
        assert watch_file.current is desk.accepted[0]


async def test_a_subscriber_that_fails_does_not_end_the_watch(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch_file = a_watch_file(a_file(tmp_path))
    watch_file.load()
    desk = Desk()

    def fail_once(loaded: LoadedWatch) -> None:
        desk.accept(loaded)
        if len(desk.accepted) == 1:
            raise RuntimeError("no room")

    watch_file.subscribe(fail_once)
    async with following(watch_file):
        in_place(watch_file.path, text("second"))
        await desk.news()
        in_place(watch_file.path, text("third"))
        await desk.news()
    assert desk.titles == ["second", "third"]
    assert "no room" in caplog.text
