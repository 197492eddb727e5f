"""Parsing in processes that can be killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import feedparser
import pytest

import monitor
from monitor.errors import ParseError
from monitor.feeds import wire
from monitor.feeds.parse import parse_feed
from monitor.feeds.workers import ParserPool, Worker, WorkerDiedError, pack_request
from monitor.model import Document, Feed, ParsedFeed

FEED = Feed("tass-en", "https://feed.example/rss", lang="en")
DOCUMENT = Document("https://feed.example/rss", 200)
GOOD = b"<rss><channel><title>T</title><item><title>Port closed</title></item></channel></rss>"
# What feedparser itself chews on for a minute.
ENDLESS = b"<rss><channel><item " + b" ".join(b"a%d='x'" % n for n in range(200_000)) + b"/>"


async def titles(pool: ParserPool, body: bytes) -> list[str]:
    return [item.title for item in (await pool.parse(body, FEED, DOCUMENT)).items]


async def test_a_worker_reads_what_we_would_read_ourselves() -> None:
    body = (
        "<rss><channel><title>T</title><language>es</language><item><guid>1</guid>"
        "<title>Ñandú 😀</title><link>/1</link><description>a\nb</description>"
        "<category>x</category><pubDate>2025-11-06T10:30:00Z</pubDate></item><item/></channel></rss>"
    ).encode()
    async with ParserPool(1) as pool:
        found = await pool.parse(body, FEED, DOCUMENT)
    assert found == parse_feed(body, feed_id=FEED.id, url=DOCUMENT.url, lang=FEED.lang)
    assert found.skipped == 1
    assert found.items[0].lang == "en"


async def test_many_documents_share_few_workers() -> None:
    async with ParserPool(2, jobs=5) as pool:
        results = await asyncio.gather(*(titles(pool, GOOD) for _ in range(40)))
        assert len(pool._alive) <= 4
    assert results == [["Port closed"]] * 40


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"<html></html>", "web page", id="HTML"),
        pytest.param(b'{"a": 1}', "JSON", id="JSON"),
    ],
)
async def test_what_is_no_feed_is_told_and_the_worker_lives_on(body: bytes, says: str) -> None:
    async with ParserPool(1) as pool:
        with pytest.raises(ParseError, match=says):
            await titles(pool, body)
        (worker,) = pool._alive
        assert await titles(pool, GOOD) == ["Port closed"]
        assert pool._alive == {worker}


async def test_a_document_that_eats_cpu_is_stopped_and_the_others_do_not_wait() -> None:
    async with ParserPool(1, cpu_seconds=1, patience=0.2) as pool:
        bad = asyncio.ensure_future(titles(pool, ENDLESS))
        await asyncio.sleep(0)
        assert await titles(pool, GOOD) == ["Port closed"]
        assert not bad.done()
        with pytest.raises(ParseError, match="1 s of computing time"):
            await bad
        assert await titles(pool, GOOD) == ["Port closed"]


async def test_a_document_that_takes_too_long_is_stopped() -> None:
    async with ParserPool(1, wall_seconds=2) as pool:
        assert await titles(pool, GOOD) == ["Port closed"]
        with pytest.raises(ParseError, match=r"more than 2 s"):
            await titles(pool, ENDLESS)
        pool.wall_seconds = 10
        assert await titles(pool, GOOD) == ["Port closed"]


async def test_a_document_that_eats_memory_is_refused() -> None:
    async with ParserPool(1, memory=16 * 1024 * 1024) as pool:
        with pytest.raises(ParseError, match=r"memory|broke down"):
            await titles(pool, b"<rss><channel><item><title>" + b"x" * 9_000_000)
        assert await titles(pool, GOOD) == ["Port closed"]


async def test_a_worker_that_dies_costs_one_document_only() -> None:
    async with ParserPool(1, patience=5) as pool:
        assert await titles(pool, GOOD) == ["Port closed"]
        (worker,) = pool._alive
        asking = asyncio.ensure_future(titles(pool, ENDLESS))
        while worker.jobs < 2:
            await asyncio.sleep(0)
        os.kill(worker.process.pid, signal.SIGKILL)
        with pytest.raises(ParseError, match="broke down"):
            await asking
        assert await titles(pool, GOOD) == ["Port closed"]


async def test_a_worker_that_died_idle_is_replaced_unnoticed() -> None:
    async with ParserPool(1) as pool:
        assert await titles(pool, GOOD) == ["Port closed"]
        (worker,) = pool._alive
        worker.process.kill()
        await worker.process.wait()
        assert await titles(pool, GOOD) == ["Port closed"]


async def test_a_cancelled_question_leaves_a_usable_pool() -> None:
    async with ParserPool(1) as pool:
        for _ in range(3):
            asking = asyncio.ensure_future(titles(pool, ENDLESS))
            await asyncio.sleep(0.01)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
        async with asyncio.timeout(5):
            assert await titles(pool, GOOD) == ["Port closed"]


async def test_a_worker_is_started_only_when_all_others_are_busy() -> None:
    async with ParserPool(2) as pool:
        assert pool._alive == set()
        for _ in range(3):
            await titles(pool, GOOD)
        assert len(pool._alive) == 1
        await asyncio.gather(*(titles(pool, GOOD) for _ in range(4)))
        assert len(pool._alive) == 2


async def test_closing_ends_a_worker_that_is_just_being_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[Worker] = []
    start = Worker.start

    async def slowly(*given: object) -> Worker:
        await asyncio.sleep(0.05)
        started.append(await start(*given))  # type: ignore[arg-type]
        return started[-1]

    monkeypatch.setattr(Worker, "start", slowly)
    async with ParserPool(1) as pool:
        asking = asyncio.ensure_future(titles(pool, GOOD))
        await asyncio.sleep(0.01)
        assert started == []
    assert len(started) == 1
    assert not started[0].alive
    # Whether it could still answer is a matter of chance; it must not be left behind.
    answer = (await asyncio.gather(asking, return_exceptions=True))[0]
    assert isinstance(answer, ParseError) or answer == ["Port closed"]


async def test_closing_leaves_no_process_behind() -> None:
    async with ParserPool(2) as pool:
        await titles(pool, GOOD)
        asking = asyncio.ensure_future(titles(pool, ENDLESS))
        waiting = [asyncio.ensure_future(titles(pool, ENDLESS)) for _ in range(4)]
        async with asyncio.timeout(20):
            while len(pool._alive) < 2:
                await asyncio.sleep(0.01)
        workers = list(pool._alive)
    assert not any(worker.alive for worker in workers)
    results = await asyncio.gather(asking, *waiting, return_exceptions=True)
    assert all(isinstance(result, ParseError) for result in results)
    assert pool._alive == set()


# --- the process itself --------------------------------------------------------

PROBE = """
import os, socket, sys
from monitor.feeds.worker import confine, warm_up
warm_up()
confine(64 * 1024 * 1024)
tries = {
    "file": lambda: open("/etc/hostname"),
    "socket": lambda: socket.socket(),
    "pipe": lambda: os.pipe(),
    "memory": lambda: bytearray(512 * 1024 * 1024),
}
for name, attempt in tries.items():
    try:
        attempt()
    except (OSError, MemoryError):
        continue
    print(name)
print("secret" if "SECRET" in os.environ else "")
"""


def test_a_confined_process_opens_nothing() -> None:
    root = str(Path(monitor.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROBE],
        env={"PYTHONPATH": root},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []


async def test_a_worker_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_MAIL_URL", "mailto://user:secret@host")
    worker = await Worker.start(1, 2**28)
    environment = environment_of(worker.process.pid)
    assert b"secret" not in environment
    await worker.stop(1)
    assert worker.process.returncode == 0


def environment_of(pid: int) -> bytes:
    path = Path(f"/proc/{pid}/environ")
    return path.read_bytes() if path.exists() else b""


PARENT = """
import asyncio, sys
from monitor.feeds.workers import ParserPool
from monitor.model import Document, Feed
async def main():
    async with ParserPool(2) as pool:
        body = b"<rss><channel><item><title>x</title></item></channel></rss>"
        document = Document("http://a.example/", 200)
        await asyncio.gather(*(pool.parse(body, Feed("a", "b"), document) for _ in range(4)))
        print(*(worker.process.pid for worker in pool._alive), flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_workers_die_with_their_parent_even_when_it_is_killed() -> None:
    root = str(Path(monitor.__file__).parents[1])
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", PARENT),
        env={"PYTHONPATH": root},
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in (await parent.stdout.readline()).split()]
    assert len(pids) == 2
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(3):
        while any(is_running(pid) for pid in pids):
            await asyncio.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether a process is there and no mere entry waiting to be collected."""
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat")
        return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")
    except (ProcessLookupError, FileNotFoundError):
        return False


# --- the wire ------------------------------------------------------------------


def item(**changes: object) -> dict[str, object]:
    raw: dict[str, object] = {
        "key": "k", "title": "t", "summary": "", "content": "", "hash": "h", "twin": "w",
        "link": None, "lang": None, "author": None, "tags": [], "published": None,
    }  # fmt: skip
    return raw | changes


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="no mapping"),
        pytest.param({}, id="nothing in it"),
        pytest.param({"items": 1, "skipped": 0, "title": ""}, id="items of another kind"),
        pytest.param({"items": [7], "skipped": 0, "title": ""}, id="an item of another kind"),
        *(
            pytest.param({"items": [item(**{name: value})], "skipped": 0, "title": ""}, id=name)
            for name, value in {
                "title": 7,
                "key": None,
                "link": "javascript:alert(1)",
                "lang": [],
                "tags": [1],
                "published": 10**30,
            }.items()
        ),
    ],
)
def test_an_answer_that_no_parser_of_ours_gives_is_not_believed(answer: object) -> None:
    with pytest.raises(ValueError):
        wire.unpack(json.dumps(answer).encode(), "tass-en")


def test_a_worker_cannot_speak_for_another_feed() -> None:
    answer = {"items": [item(feed="other")], "skipped": 0, "title": "", "lang": None}
    found = wire.unpack(json.dumps(answer).encode(), "tass-en")
    assert isinstance(found, ParsedFeed)
    assert found.items[0].feed == "tass-en"


async def test_an_answer_without_end_is_not_taken() -> None:
    worker = await Worker.start(1, 2**28)
    assert worker.process.stdout is not None
    request = pack_request(GOOD, FEED, DOCUMENT)
    worker.process.stdout.feed_data(wire.ANSWER.pack(True, 2**32 - 1))
    with pytest.raises(WorkerDiedError):
        await worker.ask(request)
    await worker.stop()


async def test_a_module_that_is_not_there_is_not_searched_for_in_changed_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With each document an optional module is asked for; a changed folder must not matter."""
    monkeypatch.chdir(tmp_path)
    async with ParserPool(1) as pool:
        for number in range(3):
            assert await titles(pool, GOOD) == ["Port closed"]
            (tmp_path / f"new-{number}.py").write_text("")
            folder = Path(feedparser.__file__).parent.parent
            os.utime(folder)
