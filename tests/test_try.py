"""A text tried on a page: what would hit and why not, by the guarded client; nothing is kept."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from monitor.alerts.links import Signer
from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.errors import ParseError
from monitor.feeds.fetch import Client
from monitor.matching import compile_watch
from monitor.model import Document
from monitor.pipeline.page import title_of
from monitor.web.pages import create_pages
from tests.make import NOON, a_feed, a_watch, an_indicator

# Pages ask of the store what other tests ask of each kind.
pytestmark = pytest.mark.on_sqlite

WATCH = a_watch(
    feeds=[a_feed(), a_feed("gaceta", lang="es", group="south")],
    indicators=[
        an_indicator("ports", "$port AND clos*"),
        an_indicator("rails", "rail* AND (strike OR walkout)"),
        an_indicator("south", "port NOT ferry", groups=("south",)),
        an_indicator("moon", "moon"),
    ],
    terms={"port": ("port", "puerto", "港口")},
)
OURS = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
PAGE = (
    b'<!doctype html><html lang="es-VE"><head><title>Sitio - Puerto</title>'
    b'<meta property="og:title" content="El puerto closed &amp; shut"></head><body></body></html>'
)


class FakeEdges(SimpleNamespace):
    """The network as trying needs it: one page, and what is asked of it."""

    def clock(self):
        return NOON

    async def read_article(self, document):
        if document.content_type == "application/pdf":
            raise ParseError(document.url, "The link leads to application/pdf, not to a page.")
        return "Rail walkout\nA strike too."


@pytest.fixture
def desk(store, tmp_path):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    loaded = LoadedWatch(WATCH, compile_watch(WATCH)[0])
    return Desk(settings, loaded, store, lambda: NOON, Signer(b"k" * 32))


@pytest.fixture
def client(desk):
    return TestClient(create_pages(cast(App, desk)), base_url="http://127.0.0.1")


def tried(client, **form):
    token = re.search(r'name="token" value="([^"]+)"', client.get("/try").text)
    assert token
    return client.post("/try", data={"token": token[1], **form}, headers=OURS)


def parts(page):
    html = LexborHTMLParser(page.text)
    sections = {
        one.css_first("h2").text().replace("\xa0", " "): one for one in html.css(".body > section")
    }
    return {
        name: [node.attributes["id"] for node in one.css("[id^=why-]")]
        for name, one in sections.items()
    }


def test_a_text_is_told_what_hits_it_and_what_does_not(client):
    page = tried(client, text="Port closed\nNo rail today")
    assert page.status_code == 200
    assert parts(page) == {
        "Would hit 1 indicator": ["why-ports"],
        "Why not the others": ["why-south", "why-rails", "why-moon"],
    }
    html = LexborHTMLParser(page.text)
    assert [one.text() for one in html.css(".rail .quote mark")] == ["Port", "closed"]
    assert "does not listen to the feed" in html.css_first("#why-south").text()
    assert "strike" in html.css_first("#why-rails .lacks").text()
    assert html.css_first("#why-ports details").attributes.get("open", "no") is None


def test_a_text_is_tried_as_if_a_feed_had_brought_it(client):
    page = tried(client, text="The port", feed="gaceta")
    assert parts(page)["Would hit 1 indicator"] == ["why-south"]
    assert 'lang="es"' in page.text


def test_the_first_line_is_the_title_and_a_long_one_is_not(client, desk):
    titled = LoadedWatch(
        titled_watch := replace(WATCH, indicators=(an_indicator("t", "title:port"),)),
        compile_watch(titled_watch)[0],
    )
    desk.put_in_force(titled)
    assert "Would hit 1 indicator" in parts(tried(client, text="The port\nmore"))
    assert "Would hit 1 indicator" not in parts(tried(client, text="more\nThe port"))
    assert "Would hit 1 indicator" not in parts(tried(client, text="The port " + "x " * 600))


def test_an_address_is_read_as_an_article_is(client, desk):
    asked = []

    async def fetch(url, **more):
        asked.append(url)
        return Document("https://a.example/one", 200, PAGE, "text/html")

    desk.edges = FakeEdges(fetch=fetch)
    page = tried(client, url=" https://a.example/one?x=1 ")
    assert asked == ["https://a.example/one?x=1"]
    assert parts(page)["Would hit 2 indicators"] == ["why-ports", "why-rails"]
    assert 'href="https://a.example/one"' in page.text
    assert "El puerto closed & shut" in LexborHTMLParser(page.text).css_first(".rail").text()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:8000/ledger", id="ourselves"),
        pytest.param("http://169.254.169.254/latest", id="a machine's own secrets"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("http://localhost\\@a.example/", id="an address read two ways"),
    ],
)
async def test_an_address_inside_is_refused_by_the_guard(client, desk, url):
    async with Client() as guarded:
        desk.edges = FakeEdges(fetch=guarded.fetch)
        page = tried(client, url=url)
    assert page.status_code == 400
    assert LexborHTMLParser(page.text).css_first(".slips") is not None
    assert "Would hit" not in page.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        pytest.param({}, "either a text or an address", id="nothing"),
        pytest.param({"text": "a", "url": "https://a.example/"}, "either", id="both"),
        pytest.param({"text": "a" * 60_001}, "60,000 characters", id="too long"),
    ],
)
def test_what_cannot_be_tried_is_told(client, form, said):
    page = tried(client, **form)
    assert (page.status_code, said in page.text) == (400, True)


def test_what_is_no_page_is_told(client, desk):
    async def fetch(url, **more):
        return Document(url, 200, b"%PDF", "application/pdf")

    desk.edges = FakeEdges(fetch=fetch)
    page = tried(client, url="https://a.example/one.pdf")
    assert (page.status_code, "not to a page" in page.text) == (400, True)


def test_markup_in_a_text_is_text(client):
    page = tried(client, text="<script>alert(1)</script> port closed\n<img src=x onerror=alert(1)>")
    html = LexborHTMLParser(page.text)
    assert html.css("main script, main img") == []
    assert "<script>alert(1)</script>" in html.css_first(".rail .quote").text()


def test_a_form_from_elsewhere_is_refused(client):
    token = re.search(r'name="token" value="([^"]+)"', client.get("/try").text)
    assert token
    form = {"token": token[1], "text": "port"}
    assert (
        client.post("/try", data=form, headers={"Origin": "http://evil.example"}).status_code == 403
    )
    assert client.post("/try", data={"text": "port"}, headers=OURS).status_code == 403


def test_an_address_from_elsewhere_on_the_pages_fills_the_form_and_asks_nobody(client):
    html = LexborHTMLParser(client.get("/try", params={"url": "https://a.example/"}).text)
    assert html.css_first("#url").attributes["value"] == "https://a.example/"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(PAGE, ("El puerto closed & shut", "es-VE"), id="as it is shared"),
        pytest.param(b"<title> A\n b </title>", ("A b", None), id="its title alone"),
        pytest.param(b'<html lang="<x>"><p>no title', ("", None), id="nothing"),
        pytest.param(b"\xff\xfe\x00", ("", None), id="no page at all"),
    ],
)
def test_what_a_page_calls_itself(body, told):
    assert title_of(body, "text/html") == told
