"""HTTPS: what is trusted is read, what is not is refused before anything is asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from bench.hostile import FEED, ok, say
from monitor.errors import FetchError
from monitor.feeds.answer import Limits
from monitor.feeds.fetch import Client
from monitor.model import Document

NOON = datetime(2025, 11, 6, 12, tzinfo=UTC)
LIMITS = Limits(gap=0.0)
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CA = trustme.CA()
STRANGER = trustme.CA()


@dataclass
class Site:
    """A server with a certificate: where it stands, and what it was asked."""

    port: int = 0
    scheme: str = "https"
    heads: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/feed"

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(certificate: trustme.LeafCert | None, answer: bytes) -> AsyncIterator[Site]:
    """Serve one answer over TLS, or, without a certificate, in the clear."""
    site = Site(scheme="https" if certificate else "http")
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            site.heads.append((await reader.read(65_536)).decode("latin-1"))
            writer.write(answer)
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        await server.wait_closed()


def trusting(*authorities: trustme.CA) -> ssl.SSLContext:
    """What a client trusts whose system knows these authorities."""
    context = ssl.create_default_context()
    for one in authorities:
        one.configure_trust(context)
    return context


async def fetch(site: Site, url: str = "") -> Document:
    async with Client(allow=["127.0.0.0/8"], limits=LIMITS, tls=trusting(CA)) as client:
        return await client.fetch(url or site.url, now=NOON)


async def test_a_feed_behind_a_trusted_certificate_is_read() -> None:
    async with serving(CA.issue_cert("127.0.0.1"), ok(FEED)) as site:
        document = await fetch(site)
    assert document.body == FEED.encode()
    assert document.url == site.url


@pytest.mark.parametrize(
    ("certificate", "says"),
    [
        pytest.param(STRANGER.issue_cert("127.0.0.1"), "certificate", id="of a stranger"),
        pytest.param(CA.issue_cert("10.9.8.7"), "IP address mismatch", id="for another address"),
        pytest.param(CA.issue_cert("feed.example"), "IP address mismatch", id="for a name"),
        pytest.param(
            CA.issue_cert("127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO + DAY),
            "expired",
            id="of long ago",
        ),
    ],
)  # fmt: skip
async def test_what_is_not_trusted_is_refused_before_it_is_asked(
    certificate: trustme.LeafCert, says: str
) -> None:
    async with serving(certificate, ok(FEED)) as site:
        with pytest.raises(FetchError, match=f"certificate was not accepted .*{says}"):
            await fetch(site, url=f"https://desk:s3cret@{site.place}/feed")
    assert site.heads == []


async def test_without_being_told_otherwise_only_the_system_is_trusted() -> None:
    async with (
        serving(CA.issue_cert("127.0.0.1"), ok(FEED)) as site,
        Client(allow=["127.0.0.0/8"], limits=LIMITS) as client,
    ):
        with pytest.raises(FetchError, match="certificate was not accepted"):
            await client.fetch(site.url, now=NOON)
    assert site.heads == []


@contextmanager
def authorities_of_the_system(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with CA.cert_pem.tempfile() as path:
        monkeypatch.setenv("SSL_CERT_FILE", path)
        yield


async def test_an_authority_of_ones_own_is_named_by_ssl_cert_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(CA.issue_cert("127.0.0.1"), ok(FEED)) as site:
        with authorities_of_the_system(monkeypatch):
            async with Client(allow=["127.0.0.0/8"], limits=LIMITS) as client:
                assert (await client.fetch(site.url, now=NOON)).body == FEED.encode()


async def test_a_server_in_the_clear_is_no_server_of_https() -> None:
    async with serving(None, ok(FEED)) as site:
        with pytest.raises(FetchError, match="does not speak TLS"):
            await fetch(site, url=f"https://{site.place}/feed")


async def test_a_server_of_https_asked_in_the_clear_is_an_error_in_words() -> None:
    async with serving(CA.issue_cert("127.0.0.1"), ok(FEED)) as site:
        with pytest.raises(FetchError, match=r"broke off|proper HTTP"):
            await fetch(site, url=f"http://{site.place}/feed")


async def test_a_permanent_move_up_to_https_is_remembered_and_one_down_is_not() -> None:
    async with (
        serving(CA.issue_cert("127.0.0.1"), ok(FEED)) as safe,
        serving(None, ok(FEED)) as plain,
        serving(None, say(301, f"Location: {safe.url}")) as up,
        serving(CA.issue_cert("127.0.0.1"), say(301, f"Location: {plain.url}")) as down,
    ):
        assert (await fetch(up)).moved_to == safe.url
        assert (await fetch(down)).moved_to is None
