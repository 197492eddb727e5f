"""Reading a server's answer: its status, its headers, and its body as it comes in."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from multidict import CIMultiDictProxy

MAX_HEADER = 1024
LONGEST_WAIT = timedelta(days=7)
GZIP_MAGIC = b"\x1f\x8b"
STEP = 256 * 1024


class AnswerError(Exception):
    """An answer that we do not take; its text continues "HOST ...", as in "sends too much"."""


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What one fetch may cost us. Times in seconds, sizes in bytes.

    ``total`` runs over all redirects of a fetch, but not while it waits for
    its turn. ``ratio`` is how much larger than on the wire a body may get,
    and counts from ``ratio_from`` inflated bytes on: small texts pack well.
    Bodies beyond ``large`` take turns, ``large_at_once`` of them, from then on
    until they are stored or dropped: this bounds what all feeds together hold.
    They wait for it for ``large_patience`` at most, which ``total`` leaves out.
    """

    connect: float = 5.0
    total: float = 30.0
    body: int = 10_000_000
    ratio: int = 100
    ratio_from: int = 1_000_000
    large: int = 512 * 1024
    large_at_once: int = 12
    large_patience: float = 30.0
    headers: int = 64 * 1024
    redirects: int = 5
    at_once: int = 500
    per_host: int = 2
    gap: float = 1.0


# --- the body ------------------------------------------------------------------


async def read_body(
    chunks: AsyncIterator[bytes],
    encodings: list[str],
    limits: Limits,
    grow: Callable[[], Awaitable[None]] | None = None,
) -> bytes:
    """
    Take a body in, inflated, counting as it grows.

    Once it is larger than ``limits.large``, ``grow`` is waited for before more is read.

    At most one encoding is undone: a chain of them turns a few bytes into
    terabytes. A body that is gzip without saying so (``feed.xml.gz``) counts
    as that one.

    Raises :class:`AnswerError`.
    """
    coding = _coding(encodings)
    inflater: Inflater | None = None
    body = bytearray()
    wire = 0
    async for chunk in _well_begun(chunks):
        first = wire == 0
        wire += len(chunk)
        if wire > limits.body:
            raise AnswerError(f"sends more than {limits.body / 1e6:g} MB")
        if first and (coding or chunk.startswith(GZIP_MAGIC)):
            inflater = Inflater(coding or "gzip", chunk)
        for piece in inflater.pieces(chunk) if inflater else (chunk,):
            body += piece
            if len(body) > limits.body:
                raise AnswerError(f"sends more than {limits.body / 1e6:g} MB once unpacked")
            if len(body) > limits.ratio_from and len(body) > wire * limits.ratio:
                raise AnswerError(f"sends data that unpacks to over {limits.ratio} times its size")
            if grow is not None and len(body) > limits.large:
                await grow()
                grow = None
    if inflater is not None and not inflater.finished:
        raise AnswerError("broke off its packed answer before the end")
    return bytes(body)


async def _well_begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes, but the first chunk is long enough to tell an encoding by."""
    held = b""
    async for chunk in chunks:
        held += chunk
        if len(held) >= 2:
            yield held
            held = b""
            break
    async for chunk in chunks:
        yield chunk
    if held:
        yield held


def _coding(encodings: list[str]) -> str | None:
    """The one encoding to undo, if any; ``encodings`` are the header's values."""
    names = [name.strip().lower() for value in encodings for name in value.split(",")]
    names = [name for name in names if name and name != "identity"]
    if not names:
        return None
    if len(names) > 1:
        raise AnswerError("packs its answer more than once, which we do not unpack")
    name = names[0].removeprefix("x-")
    if name not in ("gzip", "deflate"):
        raise AnswerError(f"packs its answer as {name[:20]!r}, which we did not ask for")
    return name


class Inflater:
    """Undoes gzip or deflate piece by piece, never more than ``STEP`` bytes at once."""

    def __init__(self, coding: str, start: bytes) -> None:
        # Half of the servers mean the bare stream by "deflate", half the zlib one.
        zlib_start = start[:1] and start[0] & 0x0F == 8 and int.from_bytes(start[:2]) % 31 == 0
        bare = coding == "deflate" and not zlib_start and not start.startswith(GZIP_MAGIC)
        self._bits = -zlib.MAX_WBITS if bare else zlib.MAX_WBITS | 32
        self._stream = zlib.decompressobj(self._bits)
        self.finished = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What the next bytes from the wire unpack to, in small pieces."""
        while chunk:
            if self.finished:
                # A gzip file may have several members; anything else is padding.
                if not chunk.startswith(GZIP_MAGIC):
                    return
                self._stream, self.finished = zlib.decompressobj(self._bits), False
            try:
                piece = self._stream.decompress(chunk, STEP)
            except zlib.error as error:
                raise AnswerError("sends packed data that is damaged") from error
            if piece:
                yield piece
            self.finished = self._stream.eof
            chunk = self._stream.unused_data if self.finished else self._stream.unconsumed_tail


# --- the headers ---------------------------------------------------------------


def clean_header(value: str | None) -> str | None:
    """A header's value that can be kept and sent back; long or odd ones count as absent."""
    if not value or len(value) > MAX_HEADER:
        return None
    return value if all(0x20 <= ord(char) < 0x7F for char in value) else None


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """When a Retry-After asks us back: seconds from ``now``, or a date; at most a week ahead."""
    if not value:
        return None
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,12}", value):
        return now + min(timedelta(seconds=int(value)), LONGEST_WAIT)
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return min(when, now + LONGEST_WAIT) if when > now else None


def freshness(headers: Mapping[str, str]) -> timedelta | None:
    """How long the server holds its answer for fresh, less the time it stood in caches."""
    found = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?([0-9]{1,9})", headers.get("Cache-Control", ""))
    if found is None:
        return None
    age = headers.get("Age", "0").strip()
    spent = int(age) if re.fullmatch(r"[0-9]{1,9}", age) else 0
    return min(timedelta(seconds=max(int(found[1]) - spent, 0)), LONGEST_WAIT)


def weigh_headers(headers: CIMultiDictProxy[str], limit: int) -> None:
    """Refuse an answer whose headers are too large together."""
    if sum(len(name) + len(value) + 4 for name, value in headers.items()) > limit:
        raise AnswerError(f"sends more than {limit // 1024} KB of headers")


# --- in words ------------------------------------------------------------------

SENTENCES = {
    401: "asks for a user name and password (401)",
    403: "refuses to give us the feed (403)",
    404: "has no feed at this address (404)",
    410: "says that the feed is gone for good (410)",
    429: "says that we ask too often (429)",
    451: "withholds the feed for legal reasons (451)",
    503: "is not available just now (503)",
}


def status_sentence(status: int) -> str:
    """What a status other than 200 and 304 means; continues "HOST ..."."""
    if status in SENTENCES:
        return SENTENCES[status]
    try:
        phrase = f"{status}, {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    if status >= 500:
        return f"has trouble of its own ({phrase})"
    return f"did not hand over the feed ({phrase})"
