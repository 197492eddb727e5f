"""
The program that a parser worker is: documents in on one pipe, items out on another.

It is started by ``workers`` with an empty environment. Once it has warmed up
it can open no file and no connection, and it ends when its parent does: its
input ends then.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import BinaryIO

from monitor.errors import ParseError
from monitor.feeds import wire
from monitor.feeds.parse import parse_feed

RSS = b"""<rss version="2.0"><channel><title>t</title><item><title>a &amp; b</title>
<description>&lt;p&gt;c&lt;/p&gt;</description><link>/x</link>
<pubDate>Sat, 01 Nov 2025 10:00:00 GMT</pubDate></item></channel></rss>"""
BROKEN = b"<rss><channel><item><title>a &nbsp; b</title><pubDate>2025-11-01</pubDate>"
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">x</title>
<updated>2025-11-01T10:00:00Z</updated></entry></feed>"""
JSON = b'{"items": [{"id": 1, "content_html": "<p>x</p>", "date_published": "2025-11-01"}]}'


Reply = Callable[[bytes, Mapping[str, str | None]], tuple[bytes, bool]]
"""Gives the answer to one document, and says whether this process is fit for another."""


def main() -> None:
    """Serve feeds."""
    run(warm_up, answer_to)


def run(prepare: Callable[[], None], reply: Reply) -> None:
    """Serve documents until the input ends. Arguments: CPU seconds a document, bytes of memory."""
    cpu, memory = int(sys.argv[1]), int(sys.argv[2])
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not get between the answers.
    os.dup2(2, 1)
    prepare()
    confine(memory)
    serve(sys.stdin.buffer, answers, cpu, reply)


def warm_up() -> None:
    """Read a sample of each kind, so that all modules are loaded while files can be opened."""
    for sample in (RSS, BROKEN, ATOM, JSON):
        parse_feed(sample, feed_id="sample", url="http://feed.invalid/")


class NoMoreModules(MetaPathFinder):
    """
    Says of every module that is not loaded yet that there is none.

    feedparser asks for an optional one with each document. Where a folder on
    the path has changed since, the ordinary search would list it anew, which
    this process can no longer do, and a good feed would fail for it.
    """

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Nothing is found."""
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def confine(memory: int) -> None:
    """Give up what parsing does not need: modules, files, connections, children, endless memory."""
    sys.meta_path[:] = [NoMoreModules()]
    size = _size_now() + memory
    for what, most in (
        (resource.RLIMIT_AS, size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        # One above the highest number in use (0, 1, 2 and the answers): nothing new fits.
        (resource.RLIMIT_NOFILE, 3),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _size_now() -> int:
    """How much address space the process has now, in bytes; a guess where nobody tells."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 512 * 1024 * 1024
    return int(statm.read_text().split()[0]) * resource.getpagesize()


def serve(requests: BinaryIO, answers: BinaryIO, cpu: int, reply: Reply) -> None:
    """Answer each document in turn. What goes beyond its share of CPU is ended by the system."""
    while head := requests.read(wire.REQUEST.size):
        meta_size, body_size = wire.REQUEST.unpack(head)
        meta = json.loads(requests.read(meta_size))
        body = requests.read(body_size)
        if len(body) < body_size:
            return
        allow_cpu(cpu)
        answer, usable = reply(body, meta)
        answers.write(wire.ANSWER.pack(usable, len(answer)) + answer)
        answers.flush()
        if not usable:
            return


def allow_cpu(seconds: int) -> None:
    """Let the process use so many CPU seconds more; the system kills it beyond."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def answer_to(body: bytes, meta: Mapping[str, str | None]) -> tuple[bytes, bool]:
    """The answer to one document, and whether this process is fit for another."""
    try:
        parsed = parse_feed(
            body,
            feed_id=str(meta["feed_id"]),
            url=str(meta["url"]),
            content_type=meta["content_type"],
            lang=meta["lang"],
        )
        return wire.pack(parsed), True
    except ParseError as error:
        return wire.pack_error(str(error)), True
    except MemoryError:
        return wire.pack_error("The feed takes too much memory to read."), False
    except Exception as error:  # the outermost loop of this process
        what = f"{type(error).__name__}: {error}"[:200]
        return wire.pack_error(f"The feed could not be read: the parser gave up ({what})."), False


if __name__ == "__main__":
    main()
