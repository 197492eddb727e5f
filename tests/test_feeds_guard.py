"""Which addresses may be asked, and what of an address may be shown."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.guard import (
    AddressError,
    Guard,
    check_url,
    has_secrets,
    is_kept_as,
    is_public,
    kept_address,
    without_secrets,
)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        pytest.param("93.184.216.34", True, id="an ordinary host"),
        pytest.param("1.1.1.1", True, id="a public resolver"),
        pytest.param("127.0.0.1", False, id="ourselves"),
        pytest.param("127.255.255.254", False, id="ourselves by another number"),
        pytest.param("0.0.0.0", False, id="this host"),
        pytest.param("10.1.2.3", False, id="private ten"),
        pytest.param("172.16.0.1", False, id="private 172"),
        pytest.param("172.32.0.1", True, id="just beyond private 172"),
        pytest.param("192.168.1.1", False, id="a home router"),
        pytest.param("169.254.169.254", False, id="cloud metadata"),
        pytest.param("100.64.0.1", False, id="carrier NAT, first"),
        pytest.param("100.127.255.255", False, id="carrier NAT, last"),
        pytest.param("100.128.0.1", True, id="just beyond carrier NAT"),
        pytest.param("192.0.0.170", False, id="protocol assignments"),
        pytest.param("192.0.2.1", False, id="documentation"),
        pytest.param("192.88.99.1", False, id="6to4 relay"),
        pytest.param("198.19.0.1", False, id="benchmarking"),
        pytest.param("224.0.0.1", False, id="multicast"),
        pytest.param("240.0.0.1", False, id="reserved"),
        pytest.param("255.255.255.255", False, id="broadcast"),
        pytest.param("2606:4700:4700::1111", True, id="an ordinary v6 host"),
        pytest.param("::1", False, id="ourselves in v6"),
        pytest.param("::", False, id="this host in v6"),
        pytest.param("fe80::1", False, id="link-local v6"),
        pytest.param("fec0::1", False, id="site-local v6"),
        pytest.param("fc00::1", False, id="private v6"),
        pytest.param("ff02::1", False, id="multicast v6"),
        pytest.param("2001:db8::1", False, id="documentation v6"),
        pytest.param("3fff::1", False, id="newer documentation v6"),
        pytest.param("::ffff:127.0.0.1", False, id="v4-mapped, ourselves"),
        pytest.param("::ffff:169.254.169.254", False, id="v4-mapped, metadata"),
        pytest.param("::ffff:1.1.1.1", True, id="v4-mapped, public"),
        pytest.param("::127.0.0.1", False, id="v4-compatible"),
        pytest.param("64:ff9b::7f00:1", False, id="NAT64 of ourselves"),
        pytest.param("64:ff9b::a00:1", False, id="NAT64 of a private address"),
        pytest.param("64:ff9b::101:101", True, id="NAT64 of a public address"),
        pytest.param("64:ff9b:1::101:101", False, id="local NAT64"),
        pytest.param("2002:7f00:1::1", False, id="6to4 of ourselves"),
        pytest.param("2002:c0a8:101::1", False, id="6to4 of a home router"),
        pytest.param("2001:0:4136:e378:8000:63bf:3fff:fdd2", False, id="Teredo to a private host"),
        pytest.param("5f00::1", False, id="segment routing"),
    ],
)
def test_public_addresses_are_told_from_the_rest(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@given(st.ip_addresses(v=4, network="10.0.0.0/8"))
def test_wrapping_a_private_address_never_makes_it_public(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    mapped = ip_address((0xFFFF << 32) | number)
    nat64 = ip_address((0x64FF9B << 96) | number)
    six_to_four = ip_address((0x2002 << 112) | (number << 80) | 1)
    assert not any(is_public(one) for one in (mapped, nat64, six_to_four))


@pytest.mark.parametrize(
    ("allow", "address", "port", "permitted"),
    [
        pytest.param("127.0.0.1:8001", "127.0.0.1", 8001, True, id="the very host and port"),
        pytest.param("127.0.0.1:8001", "127.0.0.1", 8002, False, id="another port"),
        pytest.param("127.0.0.1:8001", "127.0.0.2", 8001, False, id="another host"),
        pytest.param("[::1]:8001", "::1", 8001, True, id="v6 with a port"),
        pytest.param("10.0.0.0/8", "10.9.9.9", 3000, True, id="a network, any port"),
        pytest.param("10.0.0.0/8", "11.0.0.1", 3000, False, id="outside the network"),
        pytest.param("10.0.0.7/8", "10.9.9.9", 80, True, id="a network written by a host of it"),
        pytest.param("127.0.0.1", "127.0.0.1", 8001, True, id="a plain address, any port"),
        pytest.param("fd00::/8", "fd12::1", 80, True, id="a v6 network"),
        pytest.param("127.0.0.0/8", "::ffff:127.0.0.1", 80, True, id="v4-mapped in the network"),
        pytest.param("10.0.0.0/8", "::ffff:127.0.0.1", 80, False, id="v4-mapped outside"),
        pytest.param("not an entry", "127.0.0.1", 80, False, id="nonsense allows nothing"),
        pytest.param("", "127.0.0.1", 80, False, id="an empty entry allows nothing"),
        pytest.param("10.0.0.1:80", "1.1.1.1", 443, True, id="public hosts need no entry"),
        pytest.param("10.0.0.1:80", "1.1.1.1", 22, False, id="public hosts, unusual port"),
    ],
)
def test_allow_opens_what_it_names(allow: str, address: str, port: int, permitted: bool) -> None:
    assert Guard([allow]).permits(ip_address(address), port) is permitted


@pytest.mark.parametrize(
    ("allow", "host", "port", "named", "free"),
    [
        pytest.param("intranet:8000", "intranet", 8000, True, True, id="a name with a port"),
        pytest.param("Intranet:8000", "INTRANET", 8000, True, True, id="case does not matter"),
        pytest.param("intranet:8000", "intranet", 80, False, False, id="another port"),
        pytest.param("intranet", "intranet", 80, True, True, id="a bare name, usual port"),
        pytest.param("intranet", "intranet", 22, False, False, id="a bare name, unusual port"),
        pytest.param("127.0.0.0/8", "127.0.0.1", 5, False, True, id="an address in a network"),
        pytest.param("127.0.0.0/8", "localhost", 5, False, True, id="localhost"),
        pytest.param("10.0.0.0/8", "evil-10.0.0.1", 80, False, False, id="a name like an address"),
    ],
)
def test_own_hosts_are_asked_freely(
    allow: str, host: str, port: int, named: bool, free: bool
) -> None:
    guard = Guard([allow])
    assert guard.names(host, port) is named
    assert guard.frees(host, port) is free


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("file:/etc/passwd", id="file with one slash"),
        pytest.param("source:file:///etc/passwd", id="a scheme before file"),
        pytest.param("gopher://127.0.0.1:6379/_FLUSHALL", id="gopher"),
        pytest.param("ftp://example.org/feed", id="ftp"),
        pytest.param("data:text/xml,<rss/>", id="data"),
        pytest.param("javascript:alert(1)", id="javascript"),
        pytest.param("//evil.example/feed", id="no scheme"),
        pytest.param("/feed.xml", id="a path"),
        pytest.param("", id="nothing"),
        pytest.param("http://", id="no host"),
        pytest.param("http:///feed", id="no host but a path"),
        pytest.param("http://good.example\\@127.0.0.1/", id="a backslash"),
        pytest.param("http://good.example/\r\nHost: evil", id="a line break"),
        pytest.param("http://good.example/\x00", id="a NUL"),
        pytest.param("http://good.example/\x85", id="a C1 control"),
        pytest.param("http://good example/", id="a space"),
        pytest.param("http://good.example:99999/", id="no such port"),
        pytest.param("http://[::1/", id="an open bracket"),
        pytest.param("http://good.example/" + "a" * 5000, id="very long"),
    ],
)
def test_addresses_that_are_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(AddressError):
        check_url(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://a.example/feed?page=2", None, id="nothing to hide"),
        pytest.param("https://me:pw@a.example/feed", "https://a.example/feed", id="credentials"),
        pytest.param("https://tok3n@a.example/feed", "https://a.example/feed", id="user alone"),
        pytest.param("http://a.nl/?token=x&q=y", "http://a.nl/?token=***&q=y", id="token"),
        pytest.param("http://a.nl/?api_key=x", "http://a.nl/?api_key=***", id="api key"),
        pytest.param("http://a.nl/?My-TOKEN=x", "http://a.nl/?My-TOKEN=***", id="capitals"),
        pytest.param("http://a.nl/?sid=x", "http://a.nl/?sid=***", id="session id"),
        pytest.param("http://a.nl/?passwd=x", "http://a.nl/?passwd=***", id="password"),
    ],
)
def test_secrets_are_masked_before_an_address_is_shown(url: str, shown: str | None) -> None:
    assert without_secrets(url) == (shown or url)
    assert has_secrets(url) is (shown is not None)


@given(st.text(max_size=60))
def test_showing_an_address_never_fails(text: str) -> None:
    assert isinstance(without_secrets("http://" + text), str)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        pytest.param("https://a.example/feed?page=2#x", True, id="nothing to hide: as it is"),
        pytest.param("https://me:pw@a.example/feed", False, id="a login"),
        pytest.param("https://a.example/feed?token=pw", False, id="a token"),
    ],
)
def test_an_address_is_stored_without_its_secret_and_known_again(url: str, kept: bool) -> None:
    stored = kept_address(url)
    assert (stored == url) is kept
    assert kept or "pw" not in stored.partition("#")[0]
    assert is_kept_as(url, stored)
    assert is_kept_as(url, url)
    assert not is_kept_as(url, kept_address(url.replace("a.example", "b.example")))
    assert not is_kept_as(url, "")


def test_another_password_makes_another_address() -> None:
    words = [kept_address(f"https://me:{word}@a.example/feed") for word in ("one", "two", "three")]
    assert len(set(words)) == 3
