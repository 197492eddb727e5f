"""OPML: what is read from it, what is refused, and how its feeds join those of the file."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from monitor.config.load import load
from monitor.config.opml import Outline, read_opml, write_opml
from monitor.config.watching import WatchFile
from monitor.errors import ConfigError
from monitor.feeds.addresses import comparable, feed_id

OPML = b"""<?xml version="1.0"?>
<opml version="1.0"><head><title>x</title></head><body>
<outline text="Agencies">
  <outline type="rss" text="TASS - world" xmlUrl="https://tass.example/rss" language="en-us"/>
  <outline type="rss" title="Agencia &amp; Co" xmlURL="https://agencia.example/rss"/>
</outline>
<outline text="Ports" xmlUrl="https://ports.example/feed"/>
</body></opml>"""
LIST = """\
feeds:
  - {id: wire, url: "https://wire.example/rss"}
  - {opml: more.opml, lang: es, grade: C, publisher: Desk}
indicators:
  - {id: a, title: A, match: port, groups: [Agencies], feeds: [ports]}
"""


def test_feeds_are_read_with_folder_language_and_line():
    outlines, problems = read_opml(OPML, "x.opml")
    assert problems == []
    assert outlines == [
        Outline(4, "https://tass.example/rss", "TASS - world", "en-us", "Agencies"),
        Outline(5, "https://agencia.example/rss", "Agencia & Co", None, "Agencies"),
        Outline(7, "https://ports.example/feed", "Ports", None, None),
    ]


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        pytest.param(b"<opml>\n<body>\n<outline text=a/></body></opml>", 3, "no OPML", id="broken"),
        pytest.param(b"", 1, "no element", id="empty"),
        pytest.param(b"<rss/>", 1, "begins with <rss>", id="a feed"),
        pytest.param(b"<html><body/></html>", 1, "begins with <html>", id="a page"),
        pytest.param(
            b'<!DOCTYPE opml [<!ENTITY a "aaaa">]>\n<opml>&a;</opml>', 1, "entities", id="laughs"
        ),
        pytest.param(
            b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml>&a;</opml>',
            1,
            "entities",
            id="a file of the machine",
        ),
        pytest.param(
            b'<!DOCTYPE opml [<!ENTITY % a SYSTEM "http://127.0.0.1/">%a;]><opml/>',
            1,
            "entities",
            id="a parameter entity",
        ),
        pytest.param(
            b"<opml>" + b"<outline text='a'>" * 99 + b"</outline>" * 99 + b"</opml>",
            1,
            "nested deeper",
            id="deep",
        ),
        pytest.param(b"<opml>" + b" " * 9_000_000 + b"</opml>", 1, "larger than", id="huge"),
        pytest.param(
            b'<?xml version="1.0" encoding="x-none"?><opml/>', 1, "encoding", id="charset"
        ),
    ],
)
def test_what_is_refused_and_where(content, line, says):
    outlines, problems = read_opml(content, "x.opml")
    assert outlines == []
    assert [problem.line for problem in problems] == [line]
    assert says in problems[0].message


def test_what_is_written_is_read_back():
    own = {"id": "a-b", "publisher": 'The "A" & Co', "grade": "B", "tags": "x, y"}
    outlines = [
        Outline(0, "https://a.example/?a=1&b=<2>", "Ä <b>", "es", "sea & sky", own),
        Outline(0, "https://b.example/", "B"),
    ]
    read, problems = read_opml(write_opml("Watch & <see>", outlines).encode(), "x")
    assert problems == []
    assert [(one.url, one.title, one.lang, one.group, one.own) for one in read] == [
        (one.url, one.title, one.lang, one.group, one.own) for one in outlines
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "indicators.yaml").write_text(LIST, encoding="utf-8")
    (tmp_path / "more.opml").write_bytes(OPML)
    return tmp_path


def test_feeds_of_an_opml_file_join_the_list(folder):
    watch = load(folder / "indicators.yaml", {}).watch
    assert [
        (one.id, one.lang, one.grade, one.publisher, one.group, one.origin) for one in watch.feeds
    ] == [
        ("wire", None, "F", "wire", None, ""),
        ("tass", "en", "C", "Desk", "Agencies", "more.opml:4"),
        ("agencia-co", "es", "C", "Desk", "Agencies", "more.opml:5"),
        ("ports", "es", "C", "Desk", None, "more.opml:7"),
    ]


@pytest.mark.parametrize(
    ("outline", "says"),
    [
        pytest.param('xmlUrl="ftp://x.example/"', "no http or https address", id="scheme"),
        pytest.param('xmlUrl="https://WIRE.example/rss/"', "the feed wire has this", id="twin"),
        pytest.param(
            'xmlUrl="https://y.example/" w:grade="Q" xmlns:w="urn:what-to-watch:feed"',
            "its grade does not fit",
            id="grade",
        ),
    ],
)
def test_one_bad_feed_is_left_out_with_a_warning(folder, outline, says):
    other = f'<opml><body>\n<outline text="x" {outline}/></body></opml>'
    (folder / "other.opml").write_text(other)
    text = LIST.replace("indicators:", "  - {opml: other.opml}\nindicators:")
    (folder / "indicators.yaml").write_text(text)
    loaded = load(folder / "indicators.yaml", {})
    assert len(loaded.watch.feeds) == 4
    [problem] = loaded.problems
    assert (problem.file, problem.line) == (str(folder / "other.opml"), 2)
    assert problem.severity == "warning"
    assert says in problem.message


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none.opml", "there is no file none.opml"),
        ("https://x.example/a.opml", "read from the disk"),
        (".", "cannot be read"),
    ],
)
def test_a_file_that_is_not_there_is_an_error_in_the_list(folder, name, says):
    (folder / "indicators.yaml").write_text(LIST.replace("opml: more.opml", f'opml: "{name}"'))
    with pytest.raises(ConfigError) as caught:
        load(folder / "indicators.yaml", {})
    problem = caught.value.problems[0]
    assert (problem.line, problem.column) == (3, 12)
    assert says in problem.message


def test_a_broken_file_is_an_error_with_its_own_line(folder):
    (folder / "more.opml").write_bytes(OPML.replace(b"</outline>", b"", 1))
    with pytest.raises(ConfigError) as caught:
        load(folder / "indicators.yaml", {})
    assert any(one.file.endswith("more.opml") and one.line == 8 for one in caught.value.problems), (
        caught.value.problems
    )


async def test_a_changed_opml_file_is_taken_up(folder):
    watch_file = WatchFile(folder / "indicators.yaml", {})
    watch_file.load()
    taken = []
    watch_file.subscribe(taken.append)
    stop = asyncio.Event()
    following = asyncio.create_task(watch_file.follow(stop))
    (folder / "new").write_bytes(OPML.replace(b"ports.example", b"docks.example"))
    (folder / "new").replace(folder / "more.opml")
    try:
        async with asyncio.timeout(10):
            while not taken:
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await following
    assert taken[0].watch.feeds[-1].url == "https://docks.example/feed"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.x.example/rss/", "https://x.example/rss", True),
        ("https://X.example:443/rss#top", "https://x.example/rss", True),
        ("https://x.example/?b=2&a=1", "https://x.example/?a=1&b=2&utm_source=z", True),
        ("https://x.example/rss", "https://x.example/rss2", False),
        ("https://x.example/?id=1", "https://x.example/?id=2", False),
        ("https://x.example:8443/rss", "https://x.example/rss", False),
        ("https://es.x.example/rss", "https://x.example/rss", False),
    ],
)
def test_trivially_different_addresses_are_the_same(one, other, same):
    assert (comparable(one) == comparable(other)) is same


@pytest.mark.parametrize(
    ("title", "url", "name"),
    [
        ("TASS :: latest", "https://tass.com/rss", "tass"),
        ("BBC News Mundo - Última hora", "https://feeds.bbci.co.uk/x", "bbc-news-mundo"),
        ("", "https://www.elnacional.com/feed/", "elnacional"),
        ("РИА Новости", "https://ria.ru/rss", "ria"),
        ("RSS", "https://feeds.ministry.gob.ve/a", "ministry"),
        ("", "http://10.1.2.3/rss", "10-1-2-3"),
    ],
)
def test_a_feed_gets_a_readable_name(title, url, name):
    assert feed_id(title, url) == name


def test_a_name_that_is_taken_gets_letters_that_stay():
    first = feed_id("TASS", "https://tass.com/a", {"tass"})
    assert first == feed_id("TASS", "https://www.tass.com/a/", {"tass", "other"})
    assert first.startswith("tass-")
    assert first != feed_id("TASS", "https://tass.com/b", {"tass"})
