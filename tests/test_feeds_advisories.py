"""One test for each advisory of another reader or monitor that fetching or parsing could repeat."""

import gzip
import logging
import re
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from types import SimpleNamespace
from typing import Any

import pytest

from monitor.errors import FetchError, ParseError
from monitor.feeds import wire
from monitor.feeds.answer import AnswerError, Limits, read_body
from monitor.feeds.fetch import Client, same_server
from monitor.feeds.guard import AddressError, Guard, check_url, is_public
from monitor.feeds.parse import parse_feed
from monitor.feeds.polling import conditions
from monitor.feeds.worker import answer_to
from monitor.feeds.workers import ParserPool
from monitor.model import Document, Feed, FeedState, Item, ParsedFeed
from monitor.pipeline.poll import _state_of
from tests.make import read_watch

NOON = datetime(2025, 11, 6, 12, tzinfo=UTC)


def one(body: str) -> Item:
    (item,) = parse_feed(body.encode(), feed_id="f", url="https://a.example/").items
    return item


def rss(inner: str) -> str:
    return f"<rss version='2.0'><channel><item><guid>1</guid>{inner}</item></channel></rss>"


async def in_chunks(body: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def refusal(url: str) -> str:
    async with Client() as client:
        with pytest.raises(FetchError) as caught:
            await client.fetch(url, now=NOON)
    return str(caught.value)


@pytest.mark.parametrize(
    "url", ["source:file:///etc/passwd", "file:/etc/passwd", "file:///etc/passwd", "FILE:etc"]
)
async def test_changedetection_cve_2024_51483_51998_56509_local_files(url: str) -> None:
    assert "only http and https" in await refusal(url)


async def test_changedetection_cve_2026_27696_a_private_address_is_never_asked() -> None:
    assert "not a public address" in await refusal("http://127.0.0.1/")


async def test_changedetection_ghsa_rph4_96w6_q594_two_parsers_of_one_address() -> None:
    for url in ("http://good.example\\@127.0.0.1/", "http://good.example\t@127.0.0.1/"):
        with pytest.raises(AddressError):
            check_url(url)
    assert "127.0.0.1 is not a public address" in await refusal("http://good.example@127.0.0.1/")


def test_changedetection_ghsa_gwph_fp79_379w_carrier_nat_is_not_public() -> None:
    assert not is_public(ip_address("100.64.0.1"))
    assert not is_public(ip_address("::ffff:100.64.0.1"))


async def test_freshrss_cve_2025_46341_our_own_pages_are_not_asked() -> None:
    for place in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000", "0.0.0.0:8000"):
        assert "Not asked" in await refusal(f"http://{place}/indicators")


async def test_miniflux_cve_2023_27592_an_error_repeats_nothing_of_the_path() -> None:
    told = await refusal("http://127.0.0.1/<script>alert(1)</script>")
    assert "script" not in told


def test_miniflux_cve_2026_21885_every_way_to_the_inside_is_one_guard() -> None:
    guard = Guard()
    for text in ("127.0.0.1", "::1", "::ffff:7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::"):
        assert not guard.permits(ip_address(text), 80)


def test_ntfy_cve_2026_39087_hosts_are_compared_not_searched_for() -> None:
    guard = Guard(["intranet.example:80"])
    assert guard.names("intranet.example", 80)
    for host in ("evil-intranet.example", "intranet.example.evil", "x.intranet.example"):
        assert not guard.names(host, 80)


def test_ttrss_cve_2020_25787_scheme_host_and_port_are_all_checked() -> None:
    with pytest.raises(AddressError):
        check_url("gopher://1.1.1.1/")
    assert not Guard().permits(ip_address("1.1.1.1"), 6379)
    assert not Guard().permits(ip_address("10.0.0.1"), 80)


async def test_ttrss_cve_2020_25788_an_error_is_made_of_our_words_and_no_markup() -> None:
    for path in ("<img src=x onerror=alert(1)>", "?feed=<script>alert(1)</script>", "%3Cscript%3E"):
        told = await refusal(f"http://10.0.0.1/{path.replace(' ', '+')}")
        assert not set("<>") & set(told)


def test_ttrss_cve_2020_25789_a_vector_image_is_neither_kept_nor_run() -> None:
    trick = "&lt;svg onload=alert(1)&gt;&lt;script&gt;alert(2)&lt;/script&gt;&lt;/svg&gt;seen"
    assert one(rss(f"<title>x</title><description>{trick}</description>")).summary == "seen"


async def test_miniflux_cve_2026_108735_no_proxy_leads_around_the_guard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither the environment nor a feed's entry in the file can name one."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://1.1.1.1:8080")
    assert "10.0.0.1 is not a public address" in await refusal("http://10.0.0.1/")
    text = 'feeds:\n  - {id: a, url: "https://a.example/", proxy: "http://10.0.0.1:3128"}\n'
    _, problems = read_watch(text)
    assert any("proxy" in problem.message for problem in problems)


def test_freshrss_cve_2025_46339_what_was_kept_of_one_address_is_not_sent_to_another() -> None:
    state = FeedState("f", "https://a.example/", etag='"of a"', last_poll=NOON, last_new=NOON)
    edges: Any = SimpleNamespace(records=SimpleNamespace(state=lambda feed: state))
    same, other = Feed("f", "https://a.example/"), Feed("f", "https://b.example/")
    assert conditions(_state_of(same, edges), NOON) == ('"of a"', None)
    assert conditions(_state_of(other, edges), NOON) == (None, None)


async def test_freshrss_cve_2023_22481_no_log_at_any_level_holds_a_feeds_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    url = "http://desk:pa55word@127.0.0.1:9/feed?token=t0psecret"
    async with Client(allow=["127.0.0.0/8"], limits=Limits(gap=0)) as client:
        with pytest.raises(FetchError) as caught:
            await client.fetch(url, now=NOON)
    logging.getLogger("monitor.poll").info("feed %s: %s", "f", caught.value)
    assert "127.0.0.1" in caplog.text
    assert "pa55word" not in caplog.text
    assert "t0psecret" not in caplog.text


async def test_urllib3_cve_2025_66418_a_chain_of_encodings_is_not_unpacked() -> None:
    body = gzip.compress(zlib.compress(b"x"))
    with pytest.raises(AnswerError, match="more than once"):
        await read_body(in_chunks(body), ["deflate, gzip"], Limits())


async def test_urllib3_cve_2025_66418_a_bomb_is_stopped_while_it_unpacks() -> None:
    with pytest.raises(AnswerError, match="unpack"):
        await read_body(in_chunks(gzip.compress(b"\0" * 50_000_000)), ["gzip"], Limits())


def test_credentials_stay_behind_when_the_host_changes() -> None:
    assert not same_server(check_url("https://a.example/"), check_url("https://b.example/"))


def test_feedparser_cve_2009_5065_and_2011_1157_script_in_cdata_and_comments() -> None:
    for trick in (
        "<![CDATA[<!]]><![CDATA[[CDATA[<script>alert(1)</script>]]>",
        "<![CDATA[<!--><script>alert(1)</script>-->]]>",
        "&lt;!--&gt;&lt;script&gt;alert(1)&lt;/script&gt;--&gt;",
    ):
        item = one(rss(f"<title>x</title><description>{trick}</description>"))
        assert "<script" not in item.summary


def test_feedparser_cve_2011_1158_a_link_runs_no_script() -> None:
    for link in ("javascript:alert(1)", "feed:javascript:alert(1)", "ja&#9;vascript:alert(1)"):
        assert one(rss(f"<title>x</title><link>{link}</link>")).link is None


def test_feedparser_cve_2011_1156_an_odd_doctype_does_no_harm() -> None:
    for doctype in ("<!DOCTYPE", "<!DOCTYPE [", "<!DOCTYPE a [<!ENTITY", "<!DOCTYPE x [<![x["):
        for text in (doctype, doctype + ">" + rss("<title>x</title>")):
            with suppress(ParseError):
                parse_feed(text.encode(), feed_id="f", url="https://a.example/")


def test_feedparser_cve_2012_2921_and_lxml_cve_2026_41066_entities_bring_nothing() -> None:
    laughs = "".join(f"<!ENTITY e{n + 1} '{f'&e{n};' * 20}'>" for n in range(8))
    body = f"<!DOCTYPE rss [<!ENTITY e0 'ha'>{laughs}]>" + rss("<title>x &e8;</title>")
    assert len(one(body).title) < 100
    body = '<!DOCTYPE rss [<!ENTITY x SYSTEM "/etc/passwd">]>' + rss("<title>y &x;</title>")
    assert "root" not in one(body).title


def test_freshrss_cve_2025_32015_and_31136_no_frame_survives() -> None:
    trick = '&lt;iframe srcdoc="&lt;script&gt;x&lt;/script&gt;"&gt;&lt;/iframe&gt;seen'
    assert one(rss(f"<title>x</title><description>{trick}</description>")).summary == "seen"


def test_lxml_html_clean_cve_2026_28350_a_base_bends_no_link() -> None:
    for base in (
        "&lt;base href='https://evil.example/'&gt;",
        "<base href='https://evil.example/'/>",
    ):
        item = one(rss(f"<title>x</title><link>/story</link><description>{base}y</description>"))
        assert item.link == "https://a.example/story"
        assert "evil" not in item.summary


def test_changedetection_cve_2024_32651_a_template_in_a_feed_is_text() -> None:
    trick = "{{ ''.__class__ }} {% include '/etc/passwd' %} ${7*7} #{7*7}"
    assert one(rss(f"<title>{trick}</title>")).title == trick


@pytest.mark.parametrize(
    "trick",
    [
        pytest.param("&lt;img src=x onerror=alert(1)&gt;", id="an image"),
        pytest.param("&lt;a href='javascript:alert(1)'&gt;x&lt;/a&gt;", id="a link"),
        pytest.param("&lt;svg/onload=alert(1)&gt;", id="a vector image"),
    ],
)
def test_changedetection_cve_2025_52558_and_62780_no_markup_is_left_to_show(trick: str) -> None:
    item = one(rss(f"<title>x {trick}</title><description>{trick}</description>"))
    assert not re.search(r"<\w|javascript:|onerror|onload", item.title + item.summary)


def test_html_sanitizer_cve_2024_34078_wide_brackets_stay_wide() -> None:
    assert one(rss("<title>＜script＞x＜/script＞</title>")).title == "＜script＞x＜/script＞"


async def in_a_worker(body: bytes, says: str = "", **limits: int) -> ParsedFeed | None:
    """What a worker of the pool makes of a document, and that it makes something of the next."""
    feed, document = Feed("f", "https://a.example/"), Document("https://a.example/", 200)
    found = None
    async with ParserPool(1, **limits) as pool:  # type: ignore[arg-type]
        if says:
            with pytest.raises(ParseError, match=says):
                await pool.parse(body, feed, document)
        else:
            found = await pool.parse(body, feed, document)
        good = await pool.parse(rss("<title>Port closed</title>").encode(), feed, document)
        assert [item.title for item in good.items] == ["Port closed"]
    return found


async def test_libexpat_cve_2023_52425_a_huge_token_costs_its_own_feed_only() -> None:
    body = rss(f"<title>x</title><description a='{'y' * 8_000_000}'>z</description>").encode()
    found = await in_a_worker(body)
    assert found is not None
    assert [item.title for item in found.items] == ["x"]


async def test_libexpat_cve_2025_59375_a_document_that_takes_memory_is_stopped() -> None:
    body = rss("<title>" + "x" * 9_000_000 + "</title>").encode()
    await in_a_worker(body, r"memory|broke down", memory=16 * 1024 * 1024)


def test_libexpat_cve_2024_8176_deep_nesting_ends_as_an_answer() -> None:
    body = ("<rss><channel><item><title>x</title>" + "<a>" * 5_000).encode()
    meta: dict[str, str | None] = {
        "feed_id": "f", "url": "https://a.example/", "content_type": None, "lang": None,
    }  # fmt: skip
    answer, _ = answer_to(body, meta)
    assert answer.startswith(b"{")


def test_huginn_and_rsshub_what_a_worker_sends_is_data_only() -> None:
    for answer in (b"\x80\x04\x95", b"__import__('os')", b"!!python/object/apply:os.system [x]"):
        with pytest.raises(ValueError):
            wire.unpack(answer, "f")
