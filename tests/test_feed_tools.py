"""Finding, trying, adding and removing feeds: against servers on loopback and real files."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.config.rewriting import replace_text
from monitor.errors import MonitorError
from monitor.feeds.discovery import feeds_in, usual_places
from monitor.model import FeedState, PollRecord
from monitor.store import Store
from tests.make import NOON

RSS = b"""<rss version="2.0"><channel><title>Port News - all</title><language>en-us</language>
<item><title>Port closed</title><link>/1</link><guid>1</guid>
<pubDate>Sat, 01 Nov 2025 10:00:00 GMT</pubDate></item></channel></rss>"""
PAGE = b"""<html><head><link rel="alternate" type="application/rss+xml" title="Comments"
href="/comments/feed/"><link rel="alternate" type="application/atom+xml" href="/news.xml"
title="News"><link rel="stylesheet" href="/rss.css"></head><body><a href="/sport/rss">Sport</a>
<a href="https://elsewhere.example/rss">x</a></body></html>"""
EMPTY = b"<rss version='2.0'><channel><title>Nothing</title></channel></rss>"


PAGES = {
    "/": PAGE,
    "/news.xml": RSS,
    "/other.xml": RSS,
    "/bare/": b"<html><body>no feed here</body></html>",
    "/bare/feed/": RSS,
    "/empty.xml": EMPTY,
}
MOVES = {"/moved": (301, "/news.xml"), "/lent": (302, "/other.xml")}


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path in MOVES:
            status, to = MOVES[self.path]
            self.send_response(status)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = PAGES.get(self.path)
        status = 410 if self.path == "/gone" else 403 if self.path == "/shut" else 404
        self.send_response(200 if body else status)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_words):
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def path(tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "indicators.yaml"
    path.write_text(
        f"# mine\npolling: {{allow: ['{site}']}}  # here\n\nindicators:\n"
        "  - {id: ports, title: Ports, match: port*, examples: {match: [Port closed]}}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    for name in ("MONITOR_FILE", "MONITOR_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    return path


def feeds(*words: str):
    return CliRunner().invoke(app, ["feeds", *words])


def test_the_feed_of_a_page_is_added_and_nothing_else_changes(path, site):
    before = path.read_text()
    path.chmod(0o640)
    done = feeds("add", f"http://{site}/", "--grade", "b", "--group", "sea", "--lang", "en")
    assert done.exit_code == 0, done.output
    line = f'  - {{id: port-news, url: "http://{site}/news.xml", lang: en, grade: B, group: sea}}'
    assert path.read_text() == f"{before}feeds:\n{line}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert "1 item, the newest of 2025-11-01 10:00; language en" in done.output
    assert "/sport/rss" in done.output
    assert [one.name for one in path.parent.iterdir()] == ["indicators.yaml"]


@pytest.mark.parametrize(
    ("address", "written"),
    [
        pytest.param("/bare/", "/bare/feed/", id="a usual place"),
        pytest.param("/moved", "/news.xml", id="moved for good"),
        pytest.param("/lent", "/lent", id="moved for now"),
        pytest.param("/empty.xml", "/empty.xml", id="an empty feed"),
    ],
)
def test_what_is_written_for_an_address(path, site, address, written):
    assert feeds("add", f"http://{site}{address}").exit_code == 0
    assert f'"http://{site}{written}"' in path.read_text()


def test_an_address_may_be_typed_without_its_scheme(path, site):
    assert feeds("add", f"{site}/news.xml").exit_code == 0
    assert f'"http://{site}/news.xml"' in path.read_text()


@pytest.mark.parametrize("address", ["/news.xml", "/news.xml/", "/news.xml#x", "/moved", "/"])
def test_a_feed_that_the_list_has_is_refused(path, site, address):
    assert feeds("add", f"http://{site}/news.xml").exit_code == 0
    before = path.read_text()
    again = feeds("add", f"http://{site}{address}")
    assert again.exit_code == 1
    assert "already: port-news" in again.output
    assert path.read_text() == before


def test_a_feed_that_the_lists_own_has_moved_to_is_refused(path, site):
    assert feeds("add", f"http://{site}/lent", "--id", "old").exit_code == 0
    store = Store(f"sqlite:///{path.parent / 'monitor.db'}")
    store.upgrade()
    state = FeedState("old", f"http://{site}/lent", moved_to=f"http://{site}/other.xml")
    store.records.save(PollRecord(state, NOON, NOON.date(), answered=True))
    store.close()
    again = feeds("add", f"http://{site}/other.xml")
    assert (again.exit_code, "already: old" in again.output) == (1, True)


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        pytest.param("/none", 1, "no feed at this address (404)", id="not there"),
        pytest.param("/gone", 1, "gone for good", id="gone"),
    ],
)
def test_where_there_is_no_feed_nothing_is_written(path, site, address, code, says):
    before = path.read_text()
    done = feeds("add", f"http://{site}{address}")
    assert (done.exit_code, path.read_text()) == (code, before)
    assert says in done.output


def test_an_address_that_is_not_allowed_is_not_asked(path):
    done = feeds("add", "http://127.0.0.1:9/rss")
    assert done.exit_code == 1
    assert "not a public address" in done.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(
            ["add", "http://SITE/news.xml", "--grade", "Q"], "--grade Q: one of A to F", id="grade"
        ),
        pytest.param(
            ["add", "http://SITE/news.xml", "--id", "A b"], "--id A b: this is no id", id="id"
        ),
        pytest.param(
            ["add", "http://SITE/news.xml", "--lang", "?"],
            "--lang ?: this is no language",
            id="lang",
        ),
        pytest.param(["add", "ftp://x.example/"], "no http or https", id="scheme"),
        pytest.param(["remove", "port-nws"], "did you mean port-news?", id="unknown"),
    ],
)
def test_wrong_use_is_told_and_changes_nothing(path, site, words, says):
    assert feeds("add", f"http://{site}/other.xml", "--id", "port-news").exit_code == 0
    before = path.read_text()
    done = feeds(*[word.replace("SITE", site) for word in words])
    assert isinstance(done.exception, MonitorError)
    assert says in str(done.exception)
    assert path.read_text() == before


@pytest.mark.parametrize(
    "words", [("--grade", "Z"), ("--grade", "AB"), ("--id", "A b"), ("--lang", "?")]
)
def test_options_are_checked_before_anybody_is_asked(path, monkeypatch, words):
    monkeypatch.setattr("monitor.cli.tending.tester_for", lambda *_: pytest.fail("was asked"))
    done = feeds("add", "http://127.0.0.1:9/rss", *words)
    assert isinstance(done.exception, MonitorError)
    assert str(done.exception).startswith(" ".join(words))
    (path.parent / "mine.opml").write_text("<opml/>", encoding="utf-8")
    if words[0] != "--id":
        imported = feeds("import", "mine.opml", *words)
        assert str(imported.exception).startswith(" ".join(words))


def test_a_list_with_a_failing_example_is_not_edited(path, site):
    path.write_text(path.read_text().replace("[Port closed]", "[Airport closed]"))
    before = path.read_text()
    done = feeds("add", f"http://{site}/news.xml")
    assert "is not in order, so nothing was changed" in str(done.exception)
    assert "indicators.yaml:5:" in str(done.exception)
    assert path.read_text() == before


def test_removing_is_the_reverse_of_adding(path, site):
    path.write_text(
        path.read_text() + "# feeds\nfeeds:\n  # first\n  - {id: a, url: 'http://a/'}\n"
    )
    before = path.read_text()
    assert feeds("add", f"http://{site}/news.xml").exit_code == 0
    assert feeds("remove", "port-news").exit_code == 0
    assert path.read_text() == before


def test_a_feed_that_an_indicator_listens_to_is_not_removed(path, site):
    text = path.read_text().replace("match: port*,", "match: port*, feeds: [a],")
    path.write_text(text + "feeds:\n  - {id: a, url: 'http://a/'}\n")
    done = feeds("remove", "a")
    assert 'no feed has the id "a"' in str(done.exception)
    assert "{id: a," in path.read_text()


def test_feeds_go_out_as_opml_and_come_in_again(path, site):
    extra = (
        "feeds:\n  - {id: a, url: 'http://a.example/?x=1&y=<2>', lang: ru, publisher: 'A & B',"
        " grade: C, group: sea, tags: [x, z], every: 1h, fulltext: true}\n"
        "  - {id: b, url: 'https://me:hush@b.example/rss'}\n"
    )
    before = path.read_text()
    path.write_text(before + extra)
    out = feeds("export", "out.opml")
    assert out.exit_code == 0
    assert "password or key of b" in out.output
    text = (path.parent / "out.opml").read_text()
    assert "hush" not in text
    assert feeds("export").stdout == text
    path.write_text(before)
    done = feeds("import", "out.opml")
    assert done.exit_code == 0, done.output
    assert "2 feeds added, 0 left out" in done.output
    assert path.read_text() == (
        f"{before}feeds:\n"
        '  - {id: a, url: "http://a.example/?x=1&y=<2>", lang: ru, publisher: "A & B", grade: C, '
        "group: sea, tags: [x, z], every: 1h, fulltext: true}\n"
        '  - {id: b, url: "https://b.example/rss"}\n'
    )
    again = feeds("import", "out.opml", "--grade", "E")
    assert "0 feeds added, 2 left out" in again.output
    assert "out.opml:6: a is left out: the list has it already: a" in again.output


def test_the_options_of_import_are_for_what_the_file_does_not_say(path):
    (path.parent / "in.opml").write_text(
        '<opml><body><outline text="sea"><outline text="A" xmlUrl="https://a.example/"/></outline>'
        '<outline text="B" xmlUrl="https://b.example/" language="ru"/></body></opml>'
    )
    done = feeds("import", "in.opml", "--group", "new", "--lang", "es", "--grade", "C")
    assert done.exit_code == 0
    assert '{id: a, url: "https://a.example/", lang: es, grade: C, group: sea}' in path.read_text()
    assert '{id: b, url: "https://b.example/", lang: ru, grade: C, group: new}' in path.read_text()


def test_check_says_of_each_feed_what_it_gave_and_what_to_do(path, site):
    lines = "".join(
        f"  - {{id: {name}, url: 'http://{site}{place}'}}\n"
        for name, place in [
            ("old", "/news.xml"),
            ("page", "/"),
            ("gone", "/gone"),
            ("shut", "/shut"),
            ("moved", "/moved"),
            ("empty", "/empty.xml"),
        ]
    )
    path.write_text(f"{path.read_text()}feeds:\n{lines}")
    done = feeds("check", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["feeds"], answer["ok"]) == (6, 3)
    told = {one["feed"]: one for one in answer["results"]}
    assert (told["old"]["items"], told["old"]["newest"]) == (1, "2025-11-01T10:00:00+00:00")
    assert "nothing new since 2025-11-01" in told["old"]["advice"]
    assert told["page"]["advice"] == f"the page names this feed: http://{site}/news.xml"
    assert "feeds remove" in told["gone"]["advice"]
    assert "does not serve us" in told["shut"]["advice"]
    assert told["moved"]["advice"] == f"it has moved for good: write url: http://{site}/news.xml"
    assert "empty" in told["empty"]["advice"]
    assert [one.name for one in path.parent.iterdir()] == ["indicators.yaml"]
    plain = feeds("check")
    assert "3 of 6 feeds answered; 6 to look at." in plain.output


def test_check_is_a_no_when_no_feed_answers(path, site):
    path.write_text(f"{path.read_text()}feeds:\n  - {{id: gone, url: 'http://{site}/gone'}}\n")
    assert feeds("check").exit_code == 1


def test_the_best_feed_of_a_page_comes_first():
    found = feeds_in(PAGE, "https://site.example/")
    assert [(one.url, one.title) for one in found] == [
        ("https://site.example/news.xml", "News"),
        ("https://site.example/sport/rss", "Sport"),
        ("https://site.example/comments/feed/", "Comments"),
    ]


@pytest.mark.parametrize(
    "page",
    [b"", b"\xff\xfe\x00", b"<link rel=alternate type=application/rss+xml href='javascript:x'>"],
)
def test_a_page_without_feeds_names_none(page):
    assert feeds_in(page, "https://site.example/") == []


def test_a_sections_own_feed_is_tried_before_the_sites():
    assert usual_places("https://site.example/world/")[0].url == "https://site.example/world/feed/"


def test_a_file_that_somebody_else_changed_is_not_overwritten(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("theirs")
    with pytest.raises(MonitorError, match="changed by somebody else"):
        replace_text(path, "mine", expected="read before")
    assert path.read_text() == "theirs"
    assert [one.name for one in tmp_path.iterdir()] == ["a.yaml"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.yaml").write_text("a")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    replace_text(tmp_path / "link.yaml", "b")
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text() == "b"
