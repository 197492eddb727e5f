"""Feeds, tables and the API: what programs are told is whole, valid and as described."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import cast

import feedparser
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from lxml import etree
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from monitor.alerts.links import Signer
from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.digest.build import Report, Story
from monitor.levels.assess import UTC, Assessment
from monitor.levels.level import Level, Standing, Tier
from monitor.levels.override import Override, shown
from monitor.levels.trend import Trend
from monitor.levels.usual import Window
from monitor.matching import compile_watch
from monitor.model import Hit, Mark, Rule, Signal
from monitor.store import Store
from monitor.web.api import PATHS
from monitor.web.pages import create_pages
from monitor.web.syndication import records_of
from tests.make import HOUR, NOON, a_feed, a_watch, an_indicator, an_item
from tests.test_story_page import keep

WATCH = a_watch(
    feeds=[a_feed(), a_feed("gaceta", lang="es")],
    indicators=[
        an_indicator("ports", "port*", signals=(Signal("shut", Rule(match="clos*")),)),
        an_indicator("rails", "rail*"),
        an_indicator("quiet", "nothing"),
    ],
)
BAD = "=cmd()<script>alert(1)</script> port \x0b\ufffe &amp; ]]>"
KEYS = [f"{n:032x}" for n in range(30)]


def a_client(store, folder):
    settings = Settings(folder / "indicators.yaml", folder, "", {})
    desk = Desk(
        settings,
        LoadedWatch(WATCH, compile_watch(WATCH)[0]),
        store,
        lambda: NOON + 40 * HOUR,
        Signer(b"k" * 32),
    )
    for n, key in enumerate(KEYS):
        more = {"link": f"https://a.example/{n}"} if n % 2 else {"link": "javascript:alert(1)"}
        title = BAD if n == 3 else f"Port {n} closed" if n % 3 else f"Rail and port {n}"
        keep(store, an_item(key, title, summary=f"Summary {n}", **more), WATCH, NOON + n * HOUR)
    return TestClient(create_pages(cast(App, desk)), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("api")
    store = Store(f"sqlite:///{folder / 'monitor.db'}")
    store.upgrade()
    yield a_client(store, folder)
    store.close()


# --- feeds


@pytest.mark.parametrize(
    ("path", "entries"),
    [("/stories.atom", 30), ("/indicators/rails.atom", 9), ("/indicators/quiet.atom", 0)],
)
def test_a_feed_reader_reads_our_atom_newest_first(client, path, entries):
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(answer.content)
    assert (read.bozo, read.version, len(read.entries)) == (False, "atom10", entries)
    assert len({one.id for one in read.entries}) == entries
    dates = [one.updated_parsed for one in read.entries]
    assert dates == sorted(dates, reverse=True)
    for one in read.entries:
        assert one.link.startswith(("https://a.example/", "http://127.0.0.1/stories/"))


def test_what_a_feed_says_is_text_in_ours(client):
    tree = etree.fromstring(client.get("/stories.atom").content)
    titles = tree.findall(".//{http://www.w3.org/2005/Atom}title")
    assert any("<script>alert(1)</script>" in (one.text or "") for one in titles)
    assert not tree.findall(".//{*}script")


def test_a_json_feed_says_the_same(client):
    told = client.get("/indicators/rails.json").json()
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == "http://127.0.0.1/indicators/rails.json"
    atom = feedparser.parse(client.get("/indicators/rails.atom").content)
    assert [one["id"] for one in told["items"]] == [one.id for one in atom.entries]
    assert "Matched: " in told["items"][0]["content_text"]


def test_a_json_feed_leads_to_the_page_here_and_the_article_elsewhere(client):
    told = {one["id"]: one for one in client.get("/stories.json").json()["items"]}
    page = f"http://127.0.0.1/stories/{KEYS[1]}"
    assert (told[page]["url"], told[page]["external_url"]) == (page, "https://a.example/1")
    assert "external_url" not in told[f"http://127.0.0.1/stories/{KEYS[2]}"]


def test_an_unchanged_feed_is_not_sent_again(client):
    tag = client.get("/stories.atom").headers["etag"]
    again = client.get("/stories.atom", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/indicators/none.atom", "/indicators/none.json"])
def test_an_indicator_that_is_not_there_has_no_feed(client, path):
    assert client.get(path).status_code == 404


def test_pages_name_their_feeds(client):
    page = client.get("/").text
    assert 'type="application/atom+xml"' in page
    assert 'href="/stories.atom"' in page
    assert 'href="/indicators/rails.atom"' in client.get("/indicators/rails").text


# --- tables


def test_hits_are_a_table_for_a_spreadsheet_without_formulas(client):
    answer = client.get("/hits.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 30 + 9
    assert rows[0]["item"] == KEYS[-1]
    assert {row["indicator"] for row in rows} == {"ports", "rails"}
    bad = next(row for row in rows if row["item"] == KEYS[3] and row["indicator"] == "ports")
    assert bad["title"].startswith("'=cmd()")
    assert bad["url"] == "https://a.example/3"
    assert next(row for row in rows if row["item"] == KEYS[2])["url"] == ""


def test_the_words_of_a_hit_stand_once_however_they_are_capitalised():
    texts = ("Port", "closed", "port", "PORT")
    hit = Hit("a", "ports", (), tuple(Mark("title", 0, 4, text, "port*") for text in texts))
    item = an_item("a", "Port closed")
    report = Report(item, a_feed(), NOON, (hit,))
    (record,) = records_of(Story("a", (report,)), None)
    assert record["words"] == ["Port", "closed"]


def test_hits_are_a_json_list_too_and_can_be_narrowed(client):
    told = json.loads(client.get("/hits.json", params={"indicator": "rails"}).text)
    assert [one["indicator"] for one in told] == ["rails"] * 9
    day = client.get("/hits.json", params={"since": "2025-11-07", "until": "2025-11-07"}).json()
    assert 0 < len(day) < 39
    assert client.get("/hits.json", params={"since": "2030-01-01"}).json() == []
    assert client.get("/hits.csv", params={"since": "x"}).status_code == 400
    assert client.get("/hits.csv", params={"indicator": "x"}).status_code == 404


def test_very_many_hits_come_part_by_part(client, monkeypatch):
    monkeypatch.setattr("monitor.store.listing.PART", 7)
    assert len(list(csv.reader(io.StringIO(client.get("/hits.csv").text)))) == 1 + 39


# --- the API


def test_stories_are_read_to_their_end_by_next(client):
    path, seen = "/api/stories?limit=7", []
    while path:
        told = client.get(path).json()
        seen += [one["id"] for one in told["stories"]]
        path = told["next"]
    assert seen == KEYS[::-1]


def test_a_story_has_its_items_hits_and_words(client):
    told = client.get(f"/api/stories/{KEYS[1]}").json()
    (item,) = told["items"]
    assert told["page"] == f"http://127.0.0.1/stories/{KEYS[1]}"
    assert (told["independent"], told["publishers"]) == (1, ["Wire"])
    assert (item["title"], item["url"]) == ("Port 1 closed", "https://a.example/1")
    (hit,) = item["hits"]
    assert (hit["indicator"], hit["signals"]) == ("ports", ["shut"])
    assert {word["text"] for word in hit["words"]} == {"Port", "closed"}
    assert client.get("/api/stories/none").status_code == 404


def test_indicators_and_feeds_are_counted_as_on_the_pages(client):
    told = {one["id"]: one for one in client.get("/api/indicators").json()["indicators"]}
    assert (told["ports"]["stories_7_days"], told["quiet"]["stories_7_days"]) == (30, 0)
    assert told["ports"] == client.get("/api/indicators/ports").json()
    assert client.get("/api/indicators/none").status_code == 404
    feeds = client.get("/api/feeds").json()["feeds"]
    assert [one["id"] for one in feeds] == ["wire", "gaceta"]
    assert not any("https://" in str(value) for one in feeds for value in one.values())


def test_search_answers_programs_as_it_does_readers(client):
    told = client.get("/api/search", params={"q": "rail* AND port"}).json()
    assert [one["id"] for one in told["items"]] == [
        KEYS[n] for n in (27, 24, 21, 18, 15, 12, 9, 6, 0)
    ]
    assert {hit["indicator"] for hit in told["items"][0]["hits"]} == {"ports", "rails"}
    wrong = client.get("/api/search", params={"q": "spare parts"})
    assert wrong.status_code == 400
    assert wrong.json()["at"] == 6


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=x", "limit=999", "since=x", "after=x", "after=2025-01-01T00:00:00~a",
     "after=2025-01-01T00:00:00Z~", "until=0001-01-01", "limit=١"],
)  # fmt: skip
def test_a_part_that_means_nothing_is_named(client, query):
    answer = client.get(f"/api/stories?{query}")
    assert answer.status_code == 400
    assert answer.json()["part"] == query.partition("=")[0]


@pytest.mark.parametrize(
    "path",
    ["/api/stories", "/api/search", "/api/indicators", "/api/indicators/ports", "/api/feeds",
     f"/api/stories/{KEYS[1]}", "/api/pulse", "/api/openapi.json"],
)  # fmt: skip
def test_a_part_that_no_address_takes_is_refused_by_its_name(client, path):
    assert client.get(path).status_code == 200
    answer = client.get(path, params={"indicater": "ports", "x": ""})
    assert (answer.status_code, answer.json()["part"]) == (400, "indicater")
    assert "'indicater', 'x'" in answer.json()["error"]


def test_an_address_that_is_not_there_is_told_as_json(client):
    answer = client.get("/api/nothing/here")
    assert (answer.status_code, "openapi.json" in answer.json()["error"]) == (404, True)


def test_an_indicator_is_told_with_its_level(store, tmp_path):
    client = a_client(store, tmp_path)
    rose = NOON + 30 * HOUR
    high = Assessment(
        "ports",
        NOON + 40 * HOUR,
        Level.HIGH,
        "high: 31 stories in 14 d, 17 expected (p = 0.0001)",
        Trend.UP,
        Window(336, 31, 17.0, 9.0, 1e-4),
        Standing(Tier(rose), Tier(rose)),
    )
    usual = Assessment("rails", NOON + 40 * HOUR, Level.NORMAL, "normal: 1 story in 24 h")
    by_hand = Override("rails", Level.ELEVATED, "a hunch", NOON + 50 * HOUR, rose, "Ada")
    store.levels.override(by_hand)
    store.levels.keep([shown(one, None, NOON, UTC) for one in (high, usual)], [], {}, [], NOON)
    told = {one["id"]: one for one in client.get("/api/indicators").json()["indicators"]}
    ports, rails, quiet = (told[name] for name in ("ports", "rails", "quiet"))
    assert (ports["level"], ports["reason"], ports["trend"]) == ("high", high.reason, "up")
    assert (ports["p"], ports["expected"]) == (1e-4, 17.0)
    assert (ports["window_hours"], ports["window_stories"]) == (336, 31)
    assert datetime.fromisoformat(ports["since"]) == datetime.fromisoformat(rails["since"]) == rose
    assert (ports["computed"], ports["until"]) == (None, None)
    assert (rails["level"], rails["computed"]) == ("elevated", "normal")
    assert datetime.fromisoformat(rails["until"]) == by_hand.until
    assert [quiet[name] for name in ("level", "reason", "since", "p", "assessed")] == [None] * 5


@pytest.mark.parametrize("path", PATHS)
def test_the_api_does_as_it_says_and_never_breaks(client, path):
    described = schemathesis.openapi.from_asgi("/api/openapi.json", client.app)

    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(described[path]["GET"].as_strategy())
    def calls(case):
        # No schema says what is a question of our language, so any text may be refused as one.
        response = case.call(headers={"Host": "127.0.0.1"})
        case.validate_response(response, excluded_checks=[positive_data_acceptance])
        assert response.status_code < 500

    calls()
