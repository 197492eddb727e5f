"""Asking real servers on loopback, most of them odd or hostile."""

import asyncio
import gzip
import socket
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.errors import FetchError
from monitor.feeds import parse
from monitor.feeds.answer import Limits
from monitor.feeds.fetch import Client, same_server, user_agent
from monitor.feeds.guard import check_url
from monitor.feeds.names import Resolver
from monitor.feeds.turns import Turns
from monitor.feeds.workers import ParserPool
from monitor.model import Document

NOON = datetime(2025, 11, 6, 12, tzinfo=UTC)
FEED = b"<rss><channel><item><title>Port closed</title></item></channel></rss>"
QUICK = Limits(connect=10.0, total=20.0, gap=0.0)
HASTY = 0.5

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]
Answer = bytes | Script


def ok(body: bytes = FEED, *headers: str, length: int | None = None) -> bytes:
    """A 200 with its right length, unless another one is given."""
    size = len(body) if length is None else length
    return say(200, *headers, f"Content-Length: {size}", body=body)


def say(status: int, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status} Some Words", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


@dataclass
class Site:
    """A server of ours: its port and the requests that came to it."""

    port: int = 0
    heads: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/feed"

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(*answers: Answer) -> AsyncIterator[Site]:
    """Serve the answers in turn, the last one for ever."""
    site = Site()
    writers: set[asyncio.StreamWriter] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            site.heads.append(head.decode("latin-1"))
            answer = answers[min(len(site.heads), len(answers)) - 1]
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()


async def fetch_from(site: Site, limits: Limits = QUICK, **more: str) -> Document:
    async with Client(allow=[site.place], limits=limits) as client:
        return await client.fetch(site.url, now=NOON, **more)


# --- what arrives --------------------------------------------------------------


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def chunked(body: bytes) -> bytes:
    return f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"


async def in_bytes(writer: asyncio.StreamWriter) -> None:
    for byte in ok(gzip.compress(FEED), "Content-Encoding: gzip"):
        writer.write(bytes([byte]))
        await writer.drain()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(ok(), id="plain"),
        pytest.param(ok(gzip.compress(FEED), "Content-Encoding: gzip"), id="gzip"),
        pytest.param(ok(gzip.compress(FEED), "Content-Encoding: x-gzip"), id="x-gzip"),
        pytest.param(ok(gzip.compress(FEED), "Content-Encoding: GZIP"), id="in capitals"),
        pytest.param(ok(zlib.compress(FEED), "Content-Encoding: deflate"), id="deflate, zlib"),
        pytest.param(ok(raw_deflate(FEED), "Content-Encoding: deflate"), id="deflate, bare"),
        pytest.param(ok(FEED, "Content-Encoding: identity"), id="identity"),
        pytest.param(ok(FEED, "Content-Encoding: "), id="an empty encoding"),
        pytest.param(ok(gzip.compress(FEED)), id="gzip that does not say so"),
        pytest.param(
            ok(gzip.compress(FEED[:9]) + gzip.compress(FEED[9:]), "Content-Encoding: gzip"),
            id="gzip of two members",
        ),
        pytest.param(
            ok(gzip.compress(FEED) + b"\0" * 512, "Content-Encoding: gzip"), id="gzip, padded"
        ),
        pytest.param(
            say(200, "Transfer-Encoding: chunked", body=chunked(FEED)), id="in chunks"
        ),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n" + FEED, id="HTTP/1.0 without a length"),
        pytest.param(ok(FEED, "Content-Type: text/html"), id="a wrong content type"),
        pytest.param(ok(FEED, "Set-Cookie: a=b", "X-Odd: \xe9"), id="odd headers"),
        pytest.param(in_bytes, id="byte by byte, packed"),
    ],
)  # fmt: skip
async def test_a_document_arrives_unpacked_and_whole(answer: Answer) -> None:
    async with serving(answer) as site:
        document = await fetch_from(site)
    assert document.body == FEED
    assert (document.status, document.unchanged, document.moved_to) == (200, False, None)


async def test_what_the_server_says_of_its_document_is_kept() -> None:
    answer = ok(
        FEED,
        'ETag: W/"x1"',
        "Last-Modified: Thu, 06 Nov 2025 10:00:00 GMT",
        "Content-Type: application/rss+xml; charset=utf-8",
        "Cache-Control: public, max-age=600",
        "Age: 60",
    )
    async with serving(answer) as site:
        document = await fetch_from(site)
    assert document.etag == 'W/"x1"'
    assert document.last_modified == "Thu, 06 Nov 2025 10:00:00 GMT"
    assert document.content_type == "application/rss+xml; charset=utf-8"
    assert document.max_age == timedelta(minutes=9)
    assert document.url == site.url


@pytest.mark.parametrize(
    ("header", "max_age"),
    [
        pytest.param("Cache-Control: no-cache", None, id="none"),
        pytest.param("Cache-Control: s-maxage=60", None, id="for shared caches only"),
        pytest.param("Cache-Control: max-age=0", timedelta(0), id="zero"),
        pytest.param('Cache-Control: max-age="90"', timedelta(seconds=90), id="in quotes"),
        pytest.param("Cache-Control: max-age=-5", None, id="negative"),
        pytest.param("Cache-Control: max-age=999999999", timedelta(days=7), id="for ever"),
        pytest.param("Cache-Control: max-age=99999999999999999999", timedelta(days=7), id="huge"),
    ],
)
async def test_freshness_is_read_with_care(header: str, max_age: timedelta | None) -> None:
    async with serving(ok(FEED, header)) as site:
        document = await fetch_from(site)
    assert document.max_age == max_age


async def test_conditions_are_sent_and_nothing_new_is_told() -> None:
    async with serving(say(304, 'ETag: "v2"')) as site:
        document = await fetch_from(site, etag='"v1"', last_modified="yesterday")
    assert document.unchanged
    assert (document.etag, document.last_modified, document.body) == ('"v2"', "yesterday", b"")
    assert 'If-None-Match: "v1"\r\n' in site.heads[0]
    assert "If-Modified-Since: yesterday\r\n" in site.heads[0]


async def test_we_present_ourselves_honestly_and_keep_no_cookies() -> None:
    async with (
        serving(ok(FEED, "Set-Cookie: spy=1")) as site,
        Client(allow=[site.place], site_url="https://desk.example", limits=QUICK) as client,
    ):
        await client.fetch(site.url, now=NOON)
        await client.fetch(site.url, now=NOON)
    assert "User-Agent: what-to-watch/" in site.heads[0]
    assert "(+https://desk.example)" in site.heads[0]
    assert "Accept-Encoding: gzip, deflate\r\n" in site.heads[0]
    assert "cookie" not in site.heads[1].lower()


@pytest.mark.parametrize(
    "site_url",
    [None, "https://me:pw@desk.example", "https://desk.example/?token=x", "x\r\nEvil: yes"],
)
def test_a_user_agent_tells_no_secret_and_breaks_no_header(site_url: str | None) -> None:
    assert user_agent(site_url).startswith("what-to-watch/")
    assert "+" not in user_agent(site_url)


async def test_an_etag_that_would_break_a_header_is_not_sent() -> None:
    async with serving(ok()) as site:
        await fetch_from(site, etag='"x"\r\nEvil: yes')
    assert "Evil" not in site.heads[0]


# --- what does not -------------------------------------------------------------


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(say(200))
    while True:
        writer.write(b"<item>" * 10_000)
        await writer.drain()


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(say(200, "Content-Length: 1000000"))
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def slow_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Slow: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.write(ok(FEED[:10], length=1000))
    await writer.drain()
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


def bomb(size: int, pack: Callable[[bytes], bytes] = gzip.compress) -> bytes:
    return pack(b"\0" * size)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(endless, "more than 1 MB", id="an endless body"),
        pytest.param(drip, "within 0.5 s", id="a drip"),
        pytest.param(slow_headers, "within 0.5 s", id="slow headers"),
        pytest.param(silence, "within 0.5 s", id="no answer at all"),
        pytest.param(reset, "broke off", id="a reset in the middle"),
        pytest.param(b"", "broke off", id="an empty answer"),
        pytest.param(ok(FEED, length=len(FEED) + 9), "broke off", id="shorter than it says"),
        pytest.param(
            say(200, "Transfer-Encoding: chunked", body=b"99\r\nshort"),
            "broke off",
            id="chunks that end early",
        ),
        pytest.param(
            say(200, "Transfer-Encoding: chunked", body=b"zz\r\n" + FEED),
            "127.0.0.1 ",
            id="chunks of no size",
        ),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", "proper HTTP", id="another protocol"),
        pytest.param(b"\0\1\2\3" * 100 + b"\r\n\r\n", "proper HTTP", id="no protocol"),
        pytest.param(say(200, "X-Big: " + "x" * 20_000), "proper HTTP", id="a huge header"),
        pytest.param(
            say(200, *[f"X-{n}: {'x' * 900}" for n in range(100)]), "headers", id="90 KB of headers"
        ),
        pytest.param(
            say(200, *[f"X-{n}: y" for n in range(5000)]), "proper HTTP", id="5,000 headers"
        ),
        pytest.param(
            ok(bomb(30_000_000), "Content-Encoding: gzip"), "unpack", id="a gzip bomb"
        ),
        pytest.param(
            ok(bomb(30_000_000, zlib.compress), "Content-Encoding: deflate"),
            "unpack",
            id="a deflate bomb",
        ),
        pytest.param(ok(bomb(30_000_000)), "unpack", id="a gzip bomb that does not say so"),
        pytest.param(
            ok(bomb(500_000) * 10, "Content-Encoding: gzip"), "unpack", id="many small bombs"
        ),
        pytest.param(
            ok(gzip.compress(bomb(9_000_000)), "Content-Encoding: gzip, gzip"),
            "more than once",
            id="stacked encodings",
        ),
        pytest.param(
            ok(gzip.compress(FEED), "Content-Encoding: gzip", "Content-Encoding: deflate"),
            "more than once",
            id="stacked in two headers",
        ),
        pytest.param(ok(FEED, "Content-Encoding: br"), "'br'", id="brotli"),
        pytest.param(ok(FEED, "Content-Encoding: zstd"), "'zstd'", id="zstd"),
        pytest.param(ok(FEED, "Content-Encoding: gzip"), "damaged", id="gzip that is none"),
        pytest.param(
            ok(gzip.compress(FEED)[:-12], "Content-Encoding: gzip"), "before the end", id="half"
        ),
        pytest.param(say(304), "nothing changed", id="304 unasked"),
        pytest.param(say(204), "204", id="no content"),
        pytest.param(say(206, body=FEED), "206", id="a part"),
        pytest.param(say(302), "302", id="a redirect to nowhere"),
        pytest.param(say(401), "user name", id="401"),
        pytest.param(say(404), "no feed", id="404"),
        pytest.param(say(418), "418", id="418"),
        pytest.param(say(500, body=FEED), "trouble", id="a good feed with status 500"),
        pytest.param(say(799), "799", id="a status that nobody knows"),
    ],
)  # fmt: skip
async def test_what_is_no_document_ends_as_one_plain_sentence(answer: Answer, says: str) -> None:
    total = HASTY if says.startswith("within") else QUICK.total
    limits = replace(QUICK, total=total, body=1_000_000, ratio_from=100_000)
    async with serving(answer) as site:
        with pytest.raises(FetchError, match=says) as caught:
            await fetch_from(site, limits)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert "Exception" not in text


async def test_a_large_honest_packed_feed_is_no_bomb() -> None:
    body = b"".join(b"<item>%d</item>" % (n * n * 7919) for n in range(100_000))
    async with serving(ok(gzip.compress(body), "Content-Encoding: gzip")) as site:
        document = await fetch_from(site, replace(QUICK, total=5))
    assert document.body == body


@pytest.mark.parametrize(
    ("status", "header", "retry_at"),
    [
        pytest.param(429, "Retry-After: 120", NOON + timedelta(minutes=2), id="seconds"),
        pytest.param(
            503,
            "Retry-After: Thu, 06 Nov 2025 13:00:00 GMT",
            NOON + timedelta(hours=1),
            id="a date",
        ),
        pytest.param(503, "Retry-After: 99999999999", NOON + timedelta(days=7), id="for ever"),
        pytest.param(503, "Retry-After: Thu, 06 Nov 1997 13:00:00 GMT", None, id="long ago"),
        pytest.param(429, "Retry-After: soon", None, id="words"),
        pytest.param(429, "Retry-After: -5", None, id="negative"),
        pytest.param(429, "X-Other: 1", None, id="not said"),
        pytest.param(404, "Retry-After: 120", None, id="of no meaning with 404"),
        pytest.param(410, "X-Other: 1", None, id="gone"),
    ],
)
async def test_a_refusal_carries_its_status_and_when_to_ask_again(
    status: int, header: str, retry_at: datetime | None
) -> None:
    async with serving(say(status, header)) as site:
        with pytest.raises(FetchError) as caught:
            await fetch_from(site)
    assert caught.value.status == status
    assert caught.value.retry_at == retry_at


async def test_a_closed_port_is_told_as_such() -> None:
    async with serving(ok()) as site:
        pass
    with pytest.raises(FetchError, match=f"No connection to 127.0.0.1:{site.port}: .*refused"):
        await fetch_from(site)


async def test_a_name_that_nobody_knows_is_told_as_such() -> None:
    async with Client(limits=QUICK, resolver=Names()) as client:
        with pytest.raises(FetchError, match=r"The name nowhere\.example was not found\."):
            await client.fetch("http://nowhere.example/", now=NOON)


async def test_the_systems_resolver_is_asked_for_real_names_and_survives_odd_ones() -> None:
    resolver = Resolver()
    found = await resolver.resolve("localhost", 80)
    assert {one["host"] for one in found} <= {"127.0.0.1", "::1"}
    assert found
    for name in ("a" * 70 + ".example", "a..b", "\udcff.example"):
        with pytest.raises(OSError):
            await resolver.resolve(name, 80)


# --- redirects -----------------------------------------------------------------


async def test_a_permanent_move_is_reported_and_a_passing_one_is_not() -> None:
    async with serving(ok()) as there:
        for status, moved in ((301, True), (308, True), (302, False), (303, False), (307, False)):
            async with (
                serving(say(status, f"Location: {there.url}")) as here,
                Client(allow=[here.place, there.place], limits=QUICK) as client,
            ):
                document = await client.fetch(here.url, now=NOON)
            assert document.body == FEED
            assert document.url == there.url
            assert (document.moved_to == there.url) is moved


async def test_one_passing_hop_makes_the_whole_move_a_passing_one() -> None:
    async with serving(
        say(301, "Location: /a"), say(302, "Location: b"), say(308, "Location: ?c"), ok()
    ) as site:
        document = await fetch_from(site)
    assert document.moved_to is None
    assert document.url == f"http://{site.place}/b?c"
    assert [head.split()[1] for head in site.heads] == ["/feed", "/a", "/b", "/b?c"]


async def test_a_move_of_an_address_with_a_secret_is_not_remembered() -> None:
    async with (
        serving(say(301, "Location: /new?token=abc"), ok()) as site,
        Client(allow=[site.place], limits=QUICK) as client,
    ):
        document = await client.fetch(f"http://{site.place}/old?token=abc", now=NOON)
    assert document.moved_to is None
    assert document.body == FEED


async def test_a_redirect_loop_ends() -> None:
    async with serving(say(301, "Location: /feed")) as site:
        with pytest.raises(FetchError, match="more than 5 times"):
            await fetch_from(site)
    assert len(site.heads) == 6


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("http://127.0.0.1:{port}/", id="literal"),
        pytest.param("//127.0.0.1:{port}/", id="without a scheme"),
        pytest.param("http://localhost:{port}/", id="a name"),
        pytest.param("http://LOCALHOST.:{port}/", id="a name with a dot, in capitals"),
        pytest.param("http://2130706433:{port}/", id="decimal"),
        pytest.param("http://0x7f000001:{port}/", id="hex"),
        pytest.param("http://0x7f.1:{port}/", id="hex and short"),
        pytest.param("http://0177.0.0.1:{port}/", id="octal"),
        pytest.param("http://127.1:{port}/", id="short"),
        pytest.param("http://127.0.0.1.:{port}/", id="with a dot"),
        pytest.param("http://0:{port}/", id="zero"),
        pytest.param("http://0.0.0.0:{port}/", id="all zeros"),
        pytest.param("http://[::1]:{port}/", id="v6"),
        pytest.param("http://[::]:{port}/", id="v6 zeros"),
        pytest.param("http://[::ffff:127.0.0.1]:{port}/", id="v4-mapped"),
        pytest.param("http://[::ffff:7f00:1]:{port}/", id="v4-mapped in hex"),
        pytest.param("http://[64:ff9b::7f00:1]:{port}/", id="NAT64"),
        pytest.param("http://[2002:7f00:1::]:{port}/", id="6to4"),
        pytest.param("http://①②⑦.⓪.⓪.①:{port}/", id="circled digits"),
        pytest.param("http://good.example@127.0.0.1:{port}/", id="behind a user name"),
        pytest.param("http://127.0.0.1:{port}\\@good.example/", id="a backslash"),
        pytest.param("http:\\\\127.0.0.1:{port}\\", id="backslashes only"),
        pytest.param("http://127.0.0.1:{port}/\tx", id="a tab"),
        pytest.param("https://127.0.0.1:{port}/", id="https"),
        pytest.param("http://169.254.169.254/latest/meta-data/", id="metadata"),
        pytest.param("http://10.0.0.1/", id="private"),
        pytest.param("http://100.64.0.1/", id="carrier NAT"),
        pytest.param("http://224.0.0.1/", id="multicast"),
        pytest.param("http://[fe80::1]/", id="link-local"),
        pytest.param("http://[fd00::1]/", id="private v6"),
        pytest.param("http://1.1.1.1:22/", id="a public host on port 22"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("gopher://127.0.0.1:{port}/_x", id="gopher"),
        pytest.param("ftp://127.0.0.1:{port}/", id="ftp"),
        pytest.param("data:text/xml,<rss/>", id="data"),
        pytest.param("javascript:alert(1)", id="javascript"),
        pytest.param("http://", id="no host"),
        pytest.param("http://[::1", id="an open bracket"),
        pytest.param("http://x:99999999/", id="no such port"),
    ],
)
async def test_no_redirect_reaches_what_is_not_public(location: str) -> None:
    async with serving(ok()) as canary:
        target = location.format(port=canary.port)
        answer = say(302).replace(b"\r\n\r\n", b"\r\nLocation: " + target.encode() + b"\r\n\r\n")
        async with serving(answer) as site:
            with pytest.raises(FetchError) as caught:
                await fetch_from(site)
        assert canary.heads == []
    assert str(caught.value).endswith(".")


class Names(AbstractResolver):
    """A resolver that gives each name the addresses it was told."""

    def __init__(self, **names: list[str]) -> None:
        self.names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = self.names.get(host.partition(".")[0])
        if found is None:
            raise OSError("no such name")
        kind = {True: socket.AF_INET6, False: socket.AF_INET}
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=kind[":" in one], proto=0, flags=0
            )
            for one in found
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "::1"])
async def test_a_name_that_resolves_to_us_is_not_asked(address: str) -> None:
    async with serving(ok()) as canary:
        async with Client(limits=QUICK, resolver=Names(feed=[address])) as client:
            with pytest.raises(FetchError, match="not a public address") as caught:
                await client.fetch("http://feed.example:8080/", now=NOON)
        assert canary.heads == []
    assert 'add "feed.example:8080" to "allow" under "polling"' in str(caught.value)


class Rebinding(Names):
    """A resolver whose answer is another one each time."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.names = {host.partition(".")[0]: [self.answers.pop(0)]}
        return await super().resolve(host, port, family)


async def test_a_name_that_changes_its_address_is_checked_at_each_connection() -> None:
    """The first answer is a server that may be asked, the next one is not."""
    async with serving(ok()) as site:
        resolver = Rebinding("127.0.0.1", "::1")
        async with Client(allow=[site.place], limits=QUICK, resolver=resolver) as client:
            url = f"http://feed.example:{site.port}/"
            assert (await client.fetch(url, now=NOON)).body == FEED
            assert client._session is not None
            assert isinstance(client._session.connector, aiohttp.TCPConnector)
            # As ten seconds later.
            client._session.connector.clear_dns_cache()
            with pytest.raises(FetchError, match="leads to ::1, which is not a public address"):
                await client.fetch(url, now=NOON)
    assert resolver.answers == []
    assert len(site.heads) == 1


async def test_a_host_that_the_file_names_may_stand_anywhere() -> None:
    async with serving(ok()) as site:
        place = f"intranet.example:{site.port}"
        resolver = Names(intranet=["127.0.0.1"], other=["127.0.0.1"])
        async with Client(allow=[place], limits=QUICK, resolver=resolver) as client:
            assert (await client.fetch(f"http://{place}/", now=NOON)).body == FEED
            with pytest.raises(FetchError, match="not a public address"):
                await client.fetch(f"http://other.example:{site.port}/", now=NOON)


async def test_allow_may_be_set_anew_while_the_client_is_in_use() -> None:
    async with serving(ok()) as site, Client(limits=QUICK) as client:
        with pytest.raises(FetchError, match="allow"):
            await client.fetch(site.url, now=NOON)
        client.allow = ("127.0.0.0/8",)
        assert (await client.fetch(site.url, now=NOON)).body == FEED
        client.allow = ()
        with pytest.raises(FetchError, match="allow"):
            await client.fetch(site.url, now=NOON)
    assert len(site.heads) == 1


async def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(ok(b"from the proxy")) as proxy, serving(ok()) as site:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert (await fetch_from(site)).body == FEED
        assert proxy.heads == []


# --- secrets -------------------------------------------------------------------


async def test_credentials_go_to_their_own_server_only() -> None:
    async with (
        serving(ok()) as there,
        serving(say(302, "Location: /next"), say(302, f"Location: {there.url}")) as here,
        Client(allow=[here.place, there.place], limits=QUICK) as client,
    ):
        url = f"http://desk:s3cret@{here.place}/feed"
        document = await client.fetch(url, now=NOON)
    assert all("Authorization: Basic ZGVzazpzM2NyZXQ=\r\n" in head for head in here.heads)
    assert "authorization" not in there.heads[0].lower()
    assert "s3cret" not in document.url


@pytest.mark.parametrize(
    ("target", "same"),
    [
        pytest.param("https://a.example/other", True, id="the same server"),
        pytest.param("https://b.example/", False, id="another host"),
        pytest.param("https://sub.a.example/", False, id="a host below"),
        pytest.param("http://a.example/", False, id="down to http"),
        pytest.param("https://a.example:8443/", False, id="another port"),
    ],
)
def test_same_server_means_host_scheme_and_port(target: str, same: bool) -> None:
    assert same_server(check_url("https://a.example/"), check_url(target)) is same
    assert same_server(check_url("http://a.example/"), check_url("https://a.example/"))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(say(404), id="not found"),
        pytest.param(b"nonsense\r\n\r\n", id="no HTTP"),
        pytest.param(say(302, "Location: file:///etc/passwd"), id="a bad redirect"),
        pytest.param(say(302, "Location: /feed?token=t0psecret"), id="a loop"),
        pytest.param(silence, id="silence"),
    ],
)
async def test_no_error_tells_a_secret(answer: Answer) -> None:
    limits = replace(QUICK, total=HASTY) if answer is silence else QUICK
    async with serving(answer) as site, Client(allow=[site.place], limits=limits) as client:
        with pytest.raises(FetchError) as caught:
            url = f"http://u5er:pa55word@{site.place}/feed?token=t0psecret&key=k3y"
            await client.fetch(url, now=NOON)
    told = f"{caught.value} {caught.value.url} {caught.value!r}"
    assert not any(secret in told for secret in ("u5er", "pa55word", "t0psecret", "k3y"))


# --- politeness ----------------------------------------------------------------


async def test_requests_to_one_host_start_apart_and_at_most_two_run() -> None:
    turns = Turns(at_once=2, gap=0.05)
    starts: list[float] = []
    running = most = 0

    async def ask() -> None:
        nonlocal running, most
        async with turns.take("a.example"):
            starts.append(time.monotonic())
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.12)
            running -= 1

    await asyncio.gather(*(ask() for _ in range(5)))
    assert most == 2
    assert all(later - sooner >= 0.045 for sooner, later in pairwise(starts))


async def test_hosts_do_not_wait_for_each_other() -> None:
    turns = Turns(at_once=1, gap=30)
    async with asyncio.timeout(1), turns.take("a.example"), turns.take("b.example"):
        pass


async def test_a_turn_is_given_back_when_its_holder_fails_or_is_cancelled() -> None:
    turns = Turns(at_once=1, gap=0)
    with pytest.raises(ZeroDivisionError):
        async with turns.take("a.example"):
            raise ZeroDivisionError
    async with turns.take("a.example"):
        waiting = asyncio.ensure_future(turns.take("a.example").__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
    async with asyncio.timeout(1), turns.take("a.example"):
        pass


async def test_slow_hosts_hold_up_no_other() -> None:
    async with (
        serving(drip) as slow,
        serving(ok()) as good,
        Client(allow=[slow.place, good.place], limits=replace(QUICK, total=2.0)) as client,
    ):
        drips = [asyncio.ensure_future(client.fetch(slow.url, now=NOON)) for _ in range(50)]
        await asyncio.sleep(0)
        await client.fetch(good.url, now=NOON)
        assert not any(task.done() for task in drips)
        results = await asyncio.gather(*drips, return_exceptions=True)
    assert len(slow.heads) == 50
    assert all(isinstance(result, FetchError) for result in results)


# --- the limits of time ----------------------------------------------------------


class Nowhere(Names):
    """A resolver that never answers."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        await asyncio.sleep(3600)
        return []


async def test_connecting_has_its_own_limit_the_look_up_of_the_name_included() -> None:
    limits = replace(QUICK, connect=0.1)
    async with Client(limits=limits, resolver=Nowhere()) as client:
        with pytest.raises(FetchError, match=r"No connection to slow\.example within 0\.1 s\."):
            await client.fetch("http://slow.example/", now=NOON)


async def test_redirects_share_one_time() -> None:
    async def later(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(HASTY * 0.6)
        writer.write(say(302, "Location: /feed"))
        await writer.drain()

    async with serving(later) as site:
        with pytest.raises(FetchError, match=r"did not finish its answer within 0\.5 s"):
            await fetch_from(site, replace(QUICK, total=HASTY))
    assert len(site.heads) == 2


def test_the_limits_are_those_we_promise() -> None:
    limits, pool = Limits(), ParserPool()
    assert (limits.connect, limits.total) == (5.0, 30.0)
    assert (limits.body, limits.ratio, limits.headers) == (10_000_000, 100, 64 * 1024)
    assert (limits.redirects, limits.per_host, limits.gap) == (5, 2, 1.0)
    assert (pool.cpu_seconds, pool.memory, pool.wall_seconds) == (10, 256 * 2**20, 30.0)
    assert (parse.MAX_ENTRIES, parse.MAX_TITLE, parse.MAX_SUMMARY) == (5_000, 1024, 64 * 1024)


# --- large bodies --------------------------------------------------------------

LARGE = b"<item/>" * 2_000
ONE_LARGE = replace(QUICK, large=10_000, large_at_once=1)


async def test_large_bodies_take_turns_until_they_are_dropped() -> None:
    async with (
        serving(ok(LARGE)) as site,
        serving(ok(FEED)) as small,
        Client(allow=[site.place, small.place], limits=ONE_LARGE) as client,
    ):
        first: Document | None = await client.fetch(site.url, now=NOON)
        second = asyncio.ensure_future(client.fetch(site.url, now=NOON))
        # A small body needs no turn, and gives the second time to come.
        assert (await client.fetch(small.url, now=NOON)).body == FEED
        while len(site.heads) < 2:
            await asyncio.sleep(0)
        assert first is not None
        assert first.body == LARGE
        assert not second.done()
        first = None
        async with asyncio.timeout(5):
            assert (await second).body == LARGE


async def test_a_large_body_that_gets_no_turn_is_told_as_such() -> None:
    limits = replace(ONE_LARGE, large_patience=0.05)
    async with (
        serving(ok(LARGE)) as site,
        Client(allow=[site.place], limits=limits) as client,
    ):
        held = await client.fetch(site.url, now=NOON)
        with pytest.raises(FetchError, match="too many large ones"):
            await client.fetch(site.url, now=NOON)
        assert held.body == LARGE


async def test_waiting_for_a_turn_is_not_held_against_the_server() -> None:
    limits = replace(ONE_LARGE, total=HASTY)
    async with (
        serving(ok(LARGE)) as site,
        Client(allow=[site.place], limits=limits) as client,
    ):
        held: list[Document] = [await client.fetch(site.url, now=NOON)]
        second = asyncio.ensure_future(client.fetch(site.url, now=NOON))
        asyncio.get_running_loop().call_later(HASTY * 2, held.clear)
        assert (await second).body == LARGE


async def test_a_large_body_that_fails_gives_its_turn_back() -> None:
    async with (
        serving(ok(LARGE, length=len(LARGE) + 9), ok(LARGE)) as site,
        Client(allow=[site.place], limits=ONE_LARGE) as client,
    ):
        with pytest.raises(FetchError, match="broke off"):
            await client.fetch(site.url, now=NOON)
        async with asyncio.timeout(5):
            assert (await client.fetch(site.url, now=NOON)).body == LARGE


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0", "127.0.0.1."])
async def test_a_number_that_other_programs_take_for_an_address_is_no_host(host: str) -> None:
    async with Client(limits=QUICK) as client:
        with pytest.raises(FetchError, match=r"Not asked: .* is no host name\."):
            await client.fetch(f"http://{host}:8080/", now=NOON)
