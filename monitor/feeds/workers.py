"""
Parsing in processes of our own that can be limited, killed and replaced.

A hostile document can hold a parser for minutes, and a thread cannot be
killed. Each worker is a fresh interpreter (not a fork: it has none of our
secrets in its memory or environment) with limits on CPU time and memory,
connected by pipes. What it answers is read as JSON and checked.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import monitor
from monitor.errors import ParseError
from monitor.feeds import wire
from monitor.feeds.guard import without_secrets
from monitor.model import Document, Feed, ParsedFeed

MAX_ANSWER = 64 * 1024 * 1024
# Larger answers are decoded in a thread, so that the loop goes on.
LARGE = 256 * 1024

Found = TypeVar("Found")
"""What a worker finds in a document."""


class WorkerDiedError(Exception):
    """The worker ended in the middle of a document; ``status`` is that of its process."""

    def __init__(self, status: int | None) -> None:
        super().__init__(f"worker ended with status {status}")
        self.status = status


PARSER = "monitor.feeds.worker"
"""The program that reads feeds."""


class Worker:
    """One parser process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.jobs = 0
        self.goes_on = True

    @classmethod
    async def start(cls, cpu_seconds: int, memory: int, program: str = PARSER) -> Worker:
        """Start a process; it loads its modules while we are busy elsewhere."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", program, str(cpu_seconds), str(memory)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PYTHONPATH": module_path(), "LC_ALL": "C.UTF-8"},
            # A Ctrl-C at the terminal is for us, not for the workers.
            start_new_session=True,
            limit=1024 * 1024,
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        """Whether the process is still there, and means to stay."""
        return self.process.returncode is None and self.goes_on

    async def ask(self, request: bytes) -> bytes:
        """Hand over one document and wait for the answer."""
        stdin, stdout = self.process.stdin, self.process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("a worker without pipes")
        self.jobs += 1
        try:
            stdin.write(request)
            await stdin.drain()
            self.goes_on, size = wire.ANSWER.unpack(await stdout.readexactly(wire.ANSWER.size))
            if size > MAX_ANSWER:
                raise WorkerDiedError(None)
            return await stdout.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise WorkerDiedError(await self.process.wait()) from error

    def step_back(self) -> None:
        """Let the process have only the time that nobody else wants."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, 15)

    async def stop(self, patience: float = 0.0) -> None:
        """End the process: by itself within ``patience`` seconds, else killed."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        if patience:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.process.wait(), patience)
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        await self.process.wait()


class ParserPool:
    """
    A few workers that any number of feeds share.

    A document has ``cpu_seconds`` of computing time, ``wall_seconds`` in all
    and ``memory`` bytes; beyond, its worker is killed and only its own feed
    gets an error. One that takes longer than ``patience`` gives up its place
    to a fresh worker (at most ``most_slow`` at a time), so that the others
    do not wait for it. A worker is started when all that are there are busy,
    and replaced after ``jobs`` documents. It runs
    ``program``, and ``reads`` is what its documents are called in errors.
    """

    def __init__(
        self,
        workers: int = 2,
        *,
        cpu_seconds: int = 10,
        wall_seconds: float = 30.0,
        memory: int = 256 * 1024 * 1024,
        patience: float = 1.0,
        most_slow: int = 6,
        jobs: int = 500,
        program: str = PARSER,
        reads: str = "feed",
    ) -> None:
        self.workers = workers
        self.cpu_seconds = cpu_seconds
        self.wall_seconds = wall_seconds
        self.memory = memory
        self.patience = patience
        self.most_slow = most_slow
        self.jobs = jobs
        self.program = program
        self.reads = reads
        self._places: asyncio.Queue[asyncio.Task[Worker] | None] = asyncio.Queue()
        self._alive: set[Worker] = set()
        self._starting: set[asyncio.Task[Worker]] = set()
        self._ends: set[asyncio.Task[None]] = set()
        self._unstarted = workers
        self._slow = 0
        self._waiting = 0
        self._open = False

    async def __aenter__(self) -> ParserPool:
        self._open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End all workers; documents under way or waiting end with an error."""
        self._open = False
        while not self._places.empty():
            place = self._places.get_nowait()
            if place is not None:
                with contextlib.suppress(OSError):
                    await place
        for _ in range(self._waiting):
            self._places.put_nowait(None)
        # One that is being started now would outlive us unseen.
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(worker.stop(0.5) for worker in self._alive), *self._ends)
        self._alive.clear()

    async def parse(self, body: bytes, feed: Feed, document: Document) -> ParsedFeed:
        """
        The items of a document.

        Raises :class:`ParseError` with a plain sentence when the document is no
        feed, or is one that cannot be read within the limits.
        """
        shown = without_secrets(document.url)
        request = pack_request(body, feed, document)
        return await self.ask(request, shown, lambda answer: read_answer(answer, feed.id))

    async def ask(
        self, request: bytes, shown: str, read: Callable[[bytes], Awaitable[Found | str]]
    ) -> Found:
        """
        Hand a request to a worker and read its answer; one that is a text is an error.

        Raises :class:`ParseError` as ``parse`` does.
        """
        worker = await self._next_worker(shown)
        try:
            answer = await self._ask(worker, request)
            found = await read(answer)
        except WorkerDiedError as error:
            raise ParseError(shown, self._why(error.status)) from error
        except TimeoutError as error:
            seconds = f"{self.wall_seconds:g}"
            message = f"Reading the {self.reads} took more than {seconds} s."
            raise ParseError(shown, message) from error
        except (ValueError, RecursionError) as error:
            message = f"The {self.reads} upset its parser; it was stopped."
            raise ParseError(shown, message) from error
        if isinstance(found, str):
            raise ParseError(shown, found)
        return found

    async def _next_worker(self, shown: str) -> Worker:
        """Wait for a place to be free, and take its worker."""
        if self._unstarted and self._places.empty():
            self._unstarted -= 1
            self._fill()
        self._waiting += 1
        try:
            place = await self._places.get() if self._open else None
        finally:
            self._waiting -= 1
        if place is None:
            raise ParseError(shown, "Not read: the program is ending.")
        try:
            return await self._at(place)
        except OSError as error:
            self._fill()
            raise ParseError(shown, "No parser could be started; the system refused.") from error
        except asyncio.CancelledError:
            self._places.put_nowait(place)
            raise

    def _fill(self) -> None:
        """Put a fresh worker in a free place."""
        if self._open:
            self._places.put_nowait(self._fresh())

    def _fresh(self) -> asyncio.Task[Worker]:
        starting = asyncio.create_task(self._start())
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        return starting

    async def _start(self) -> Worker:
        worker = await Worker.start(self.cpu_seconds, self.memory, self.program)
        self._alive.add(worker)
        return worker

    async def _at(self, place: asyncio.Task[Worker]) -> Worker:
        """The worker of a place, or a new one where it has died in the meantime."""
        worker = await asyncio.shield(place)
        if worker.alive:
            return worker
        self._alive.discard(worker)
        return await asyncio.shield(self._fresh())

    async def _ask(self, worker: Worker, request: bytes) -> bytes:
        """One question to one worker, whose place is filled again whatever happens."""
        slow = False
        sound = False
        asking = asyncio.create_task(worker.ask(request))
        try:
            async with asyncio.timeout(self.wall_seconds):
                done, _ = await asyncio.wait({asking}, timeout=self.patience)
                if not done and self._slow < self.most_slow:
                    slow = True
                    self._slow += 1
                    self._fill()
                    worker.step_back()
                answer = await asking
            sound = True
            return answer
        finally:
            asking.cancel()
            self._slow -= slow
            keep = self._open and sound and not slow and worker.alive and worker.jobs < self.jobs
            self._give_back(worker, keep=keep, fill=not slow)

    def _give_back(self, worker: Worker, *, keep: bool, fill: bool) -> None:
        if keep:
            self._places.put_nowait(_ready(worker))
            return
        self._alive.discard(worker)
        ending = asyncio.create_task(worker.stop())
        self._ends.add(ending)
        ending.add_done_callback(self._ends.discard)
        if fill:
            self._fill()

    def _why(self, status: int | None) -> str:
        if status == -signal.SIGXCPU:
            return (
                f"Reading the {self.reads} took more than {self.cpu_seconds} s of computing time."
            )
        return f"The {self.reads}'s parser broke down over it."


def _ready(worker: Worker) -> asyncio.Task[Worker]:
    async def itself() -> Worker:
        return worker

    return asyncio.create_task(itself())


def module_path() -> str:
    """Where a worker finds its modules: where we found ours."""
    ours = str(Path(monitor.__file__).resolve().parents[1])
    return os.pathsep.join(dict.fromkeys([ours, *filter(None, sys.path)]))


def pack_request(body: bytes, feed: Feed, document: Document) -> bytes:
    """A document and what its parser must know of it, as bytes for the pipe."""
    meta = {
        "feed_id": feed.id,
        "url": document.url,
        "content_type": document.content_type,
        "lang": feed.lang,
    }
    packed = json.dumps(meta).encode()
    return wire.REQUEST.pack(len(packed), len(body)) + packed + body


async def read_answer(answer: bytes, feed_id: str) -> ParsedFeed | str:
    """A worker's answer, checked."""
    if len(answer) < LARGE:
        return wire.unpack(answer, feed_id)
    return await asyncio.to_thread(wire.unpack, answer, feed_id)
