"""
The one way out: every request that the program makes to the network.

A feed's server, or whoever took it over, may answer with anything and send us
anywhere. So each connection is checked at the moment its socket is made, on
every redirect anew, and what comes back is counted as it comes.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

import monitor
from monitor.errors import FetchError
from monitor.feeds.answer import (
    AnswerError,
    Limits,
    clean_header,
    freshness,
    read_body,
    retry_after,
    status_sentence,
    weigh_headers,
)
from monitor.feeds.errand import Errand, Hop, Redirect, in_words, refusal
from monitor.feeds.guard import (
    AddressError,
    Guard,
    check_url,
    has_secrets,
    literal,
    without_secrets,
)
from monitor.feeds.names import Resolver
from monitor.feeds.turns import LargeBodies, Portion, Turns
from monitor.model import Document

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
PERMANENT = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class RefusedError(OSError):
    """The socket about to be made leads where we do not go."""


# Which hop a socket is for. A connection is made in the task that asked for it
# or in tasks started from there, so what is set here is seen where it is read.
_hop: ContextVar[Hop] = ContextVar("hop")


class Client:
    """
    Fetches documents for the whole program, each within ``limits``.

    One instance serves any number of fetches at once, on one event loop. It
    holds no cookies, takes no proxy from the environment and keeps no
    connection open, so that a changed ``allow`` holds from the next request on.
    Certificates are held against the system's authorities, or those of ``tls``.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        site_url: str | None = None,
        limits: Limits | None = None,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.allow = tuple(allow)
        self.agent = user_agent(site_url)
        self._resolver = resolver
        self._tls = tls or ssl.create_default_context()
        self._session: aiohttp.ClientSession | None = None
        self._turns = Turns(self.limits.per_host, self.limits.gap)
        self._open = asyncio.Semaphore(self.limits.at_once)
        self._large = LargeBodies(self.limits.large_at_once)

    @property
    def allow(self) -> tuple[str, ...]:
        """The hosts and networks that may be reached although not public; may be set anew."""
        return self._allow

    @allow.setter
    def allow(self, entries: Iterable[str]) -> None:
        self._allow = tuple(entries)
        self._guard = Guard(self._allow)

    async def __aenter__(self) -> Client:
        self._session = self._new_session()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the session; fetches under way end with an error."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _new_session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            socket_factory=self._open_socket,
            resolver=self._resolver or Resolver(),
            ssl=self._tls,
            force_close=True,
            limit=0,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=self.limits.connect),
            read_bufsize=64 * 1024,
        )

    def _open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        """
        Make the socket for one address, if we go there.

        This is the check that counts: literal addresses, odd spellings of them
        and names that resolve to something else each time all end here, with
        the very address that is connected to.
        """
        hop = _hop.get()
        family, kind, protocol, _, place = info
        address = literal(str(place[0]))
        if address is None or not (hop.named or self._guard.permits(address, int(place[1]))):
            hop.refusal = refusal(hop, address)
            raise RefusedError(hop.refusal)
        return socket.socket(family, kind, protocol)

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        now: datetime,
    ) -> Document:
        """
        Ask for a document, following a few redirects.

        ``etag`` and ``last_modified`` are those of the last document that was
        read whole; with them the server may answer that nothing changed. ``now``
        is what a Retry-After counts from. ``moved_to`` is set only when every
        redirect was permanent and the address holds no secret.

        Raises :class:`FetchError` for all that is not a document: a refused
        address, a status other than 200 and 304, a broken or oversized answer.
        Its text is a sentence that can be shown, with no secret in it.
        """
        errand = self._begin(url, etag, last_modified, now)
        target = errand.asked
        for _ in range(self.limits.redirects + 1):
            hop = Hop(target, self._guard.names(target.host or "", target.port or 0))
            errand.places.append(hop.place)
            async with self._turn(hop):
                answer = await self._ask(errand, hop)
            if isinstance(answer, Document):
                return answer
            errand.moves.append(answer.permanent)
            target = self._follow(errand, hop, answer.location)
        raise errand.error(f"{hop.host} redirects more than {self.limits.redirects} times.")

    def _begin(
        self, url: str, etag: str | None, last_modified: str | None, now: datetime
    ) -> Errand:
        try:
            asked = check_url(url)
        except AddressError as error:
            raise FetchError(without_secrets(url), f"Not asked: {error}.") from error
        return Errand(
            url, asked, clean_header(etag), clean_header(last_modified), now, self.limits.total
        )

    @asynccontextmanager
    async def _turn(self, hop: Hop) -> AsyncIterator[None]:
        """Wait until it is polite to ask the host; what the file allows is asked freely."""
        if self._guard.frees(hop.host, hop.url.port or 0):
            async with self._open:
                yield
        else:
            async with self._turns.take(hop.host), self._open:
                yield

    async def _ask(self, errand: Errand, hop: Hop) -> Document | Redirect:
        """Make one request and read its answer, every foreign error put into our words."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        mark = _hop.set(hop)
        portion = Portion(self._large, self.limits.large_patience)
        try:
            async with asyncio.timeout(max(errand.left, 0)) as portion.limit:
                return await self._request(errand, hop, portion)
        except AnswerError as error:
            raise errand.error(f"{hop.host} {error}.") from error
        except aiohttp.ConnectionTimeoutError as error:
            message = f"No connection to {hop.host} within {self.limits.connect:g} s."
            raise errand.error(message) from error
        except TimeoutError as error:
            message = f"{hop.host} did not finish its answer within {self.limits.total:g} s."
            if portion.waits:
                message = (
                    f"The answer of {hop.host} is large, and too many large ones came at once."
                )
            raise errand.error(message) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise errand.error(in_words(error, hop)) from error
        finally:
            portion.drop()
            _hop.reset(mark)
            errand.left -= loop.time() - started - portion.waited

    async def _request(self, errand: Errand, hop: Hop, portion: Portion) -> Document | Redirect:
        if self._session is None:
            raise RuntimeError("the client is used outside of its 'async with' block")
        bare = hop.url.with_user(None).with_fragment(None)
        headers = self._headers(errand, hop)
        async with self._session.get(bare, headers=headers, allow_redirects=False) as answer:
            weigh_headers(answer.headers, self.limits.headers)
            if answer.status in REDIRECTS and "Location" in answer.headers:
                return Redirect(answer.headers["Location"], answer.status in PERMANENT)
            unchanged = answer.status == 304 and errand.conditional
            if answer.status != 200 and not unchanged:
                raise self._refused(errand, hop, answer)
            body = b""
            if not unchanged:
                encodings = answer.headers.getall("Content-Encoding", [])
                chunks = answer.content.iter_any()
                body = await read_body(chunks, encodings, self.limits, portion.grow)
            document = self._document(errand, hop, answer, body)
            portion.pass_to(document)
            return document

    def _headers(self, errand: Errand, hop: Hop) -> dict[str, str]:
        headers = {
            "User-Agent": self.agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        }
        if errand.etag:
            headers["If-None-Match"] = errand.etag
        if errand.last_modified:
            headers["If-Modified-Since"] = errand.last_modified
        asked = errand.asked
        if (asked.user or asked.password) and same_server(asked, hop.url):
            headers["Authorization"] = aiohttp.encode_basic_auth(
                asked.user or "", asked.password or "", encoding="utf-8"
            )
        return headers

    def _refused(self, errand: Errand, hop: Hop, answer: aiohttp.ClientResponse) -> FetchError:
        status = answer.status
        if status == 304:
            return errand.error(
                f"{hop.host} says that nothing changed, though we asked for the whole feed (304).",
                status=status,
            )
        back = None
        if status in (429, 503):
            back = retry_after(answer.headers.get("Retry-After"), errand.now)
        return errand.error(f"{hop.host} {status_sentence(status)}.", status=status, retry_at=back)

    def _document(
        self, errand: Errand, hop: Hop, answer: aiohttp.ClientResponse, body: bytes
    ) -> Document:
        unchanged = answer.status == 304
        etag = clean_header(answer.headers.get("ETag"))
        last_modified = clean_header(answer.headers.get("Last-Modified"))
        final = str(hop.url.with_user(None).with_fragment(None))
        moved = bool(errand.moves) and all(errand.moves)
        secret = has_secrets(errand.url) or has_secrets(final)
        downgraded = errand.asked.scheme == "https" and hop.url.scheme == "http"
        return Document(
            url=final,
            status=answer.status,
            body=body,
            content_type=clean_header(answer.headers.get("Content-Type")),
            etag=etag or (errand.etag if unchanged else None),
            last_modified=last_modified or (errand.last_modified if unchanged else None),
            unchanged=unchanged,
            moved_to=final if moved and not secret and not downgraded else None,
            max_age=freshness(answer.headers),
            places=tuple(errand.places),
        )

    def _follow(self, errand: Errand, hop: Hop, location: str) -> URL:
        """Where a redirect leads, held to the same rules as an address in the file."""
        try:
            # Many servers forget to encode spaces; nothing else is put right.
            text = location.strip(" ").replace(" ", "%20")
            if "\\" in text or any(ord(char) < 0x20 or ord(char) == 0x7F for char in text):
                raise AddressError("its address holds a backslash or a control character")
            return check_url(str(hop.url.join(URL(text)).with_fragment(None))).with_user(None)
        except AddressError as error:
            raise errand.error(f"{hop.host} redirects, but {error}.") from error
        except ValueError as error:
            raise errand.error(f"{hop.host} redirects to no readable address.") from error


def user_agent(site_url: str | None) -> str:
    """How we present ourselves: name, version, and where to find out who asks."""
    agent = f"what-to-watch/{monitor.__version__}"
    site = clean_header(site_url)
    return f"{agent} (+{site})" if site and not has_secrets(site) else agent


def same_server(asked: URL, target: URL) -> bool:
    """
    Whether credentials for one address may go to the other.

    Only to the same host and port, or from http up to https on the usual ports.
    """
    if asked.host != target.host:
        return False
    if (asked.scheme, asked.port) == (target.scheme, target.port):
        return True
    return (asked.scheme, asked.port, target.scheme, target.port) == ("http", 80, "https", 443)
