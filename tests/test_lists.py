"""The lists: stories, indicators, the archive with its weeks, on the service and as files."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import cast
from urllib.parse import urldefrag

import pytest
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.digest.links import week_name
from monitor.matching import compile_watch
from monitor.pipeline.publish import close_days
from monitor.web.export import Export
from monitor.web.lists import STORIES_SHOWN
from monitor.web.pages import create_pages
from tests.make import DAY, HIGH, HOUR, NOON, a_watch, an_indicator, an_item
from tests.test_story_page import keep

WATCH = a_watch(
    indicators=[
        an_indicator("ports", "port*", group="harbours"),
        an_indicator("rails", "rail*"),
        an_indicator("piers", "pier*", group="harbours", priority=HIGH),
    ]
)
NOW = NOON + 9 * DAY


@pytest.fixture
def desk(store, tmp_path):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    loaded = LoadedWatch(WATCH, compile_watch(WATCH)[0])
    return Desk(settings, loaded, store, lambda: NOW)


def fill(store, count=3):
    for n in range(count):
        title = f"Port {n} closed" if n % 2 else f"Rail {n} cut"
        keep(store, an_item(f"{n:032x}", title), WATCH, NOON + n * 3 * HOUR)


@pytest.fixture
def client(desk):
    return TestClient(create_pages(cast(App, desk)), base_url="http://127.0.0.1")


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return LexborHTMLParser(answer.text)


# --- stories


def test_stories_stand_under_their_days_newest_first(client, store):
    fill(store, 7)
    html = page(client, "/stories")
    assert [_plain(one) for one in html.css(".dayrow h2")] == [
        "Friday 7 November 2025",
        "Thursday 6 November 2025",
    ]
    titles = [_plain(one) for one in html.css(".told h3")]
    assert titles == [f"Port {n} closed" if n % 2 else f"Rail {n} cut" for n in range(6, -1, -1)]


def test_the_list_goes_on_where_it_ended_with_its_filters(client, store):
    fill(store, 2 * STORIES_SHOWN + 5)
    path, seen = "/stories?indicator=rails&since=2025-11-06", []
    while path:
        html = page(client, path)
        seen += [_plain(one) for one in html.css(".told h3")]
        link = html.css_first("a[rel=next]")
        path = link.attributes["href"] if link else None
    assert seen == [f"Rail {n} cut" for n in range(2 * STORIES_SHOWN + 4, -1, -2)]


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("since=x", 400, "write a day"),
        ("indicator=none", 400, "no indicator of that id"),
        ("after=x", 400, "no place to go on"),
        ("days=zz", 400, "there is no such part"),
        ("since=2030-01-01", 200, "No story in this part"),
        ("", 200, "No story yet"),
    ],
)
def test_an_empty_list_says_why(client, query, status, said):
    answer = client.get(f"/stories?{query}")
    assert (answer.status_code, said in answer.text) == (status, True)


# --- indicators


def test_indicators_stand_in_their_groups_high_priority_first(client, store):
    fill(store)
    html = page(client, "/indicators")
    assert [one.text() for one in html.css(".sec h2")] == ["Harbours", "Others"]
    assert [one.attributes["id"] for one in html.css("article.gauge")] == [
        "piers",
        "ports",
        "rails",
    ]


# --- the archive and its weeks


def test_the_archive_leads_to_every_day_and_week_that_has_a_page(client, desk, store):
    fill(store)
    close_days(desk.watch, desk.books, NOW)
    html = page(client, "/archive")
    links = {one.attributes["href"] for one in html.css(".cal a")}
    assert {"/digests/2025-11-06", "/digests/2025-W45"} <= links
    for link in links:
        page(client, link)
    day = html.css_first('.cal a[href="/digests/2025-11-06"]')
    assert "3\xa0stories" in day.text()


def test_a_week_holds_the_stories_of_its_days(client, desk, store):
    fill(store, 9)
    close_days(desk.watch, desk.books, NOW)
    html = page(client, "/digests/2025-W45")
    assert "3 to 9 November" in _plain(html.css_first(".masthead"))
    told = html.css_first("main").text()
    assert all(f"{kind} {n}" in told for n, kind in ((0, "Rail"), (8, "Rail"), (7, "Port")))
    assert {one.attributes["href"] for one in html.css(".weekdays a")} >= {"/digests/2025-11-06"}


@pytest.mark.parametrize(
    "name", ["2025-W99", "2025-W00", "2025-W4", "W", "2024-W01", "9999-W52", "0000-W01", "2025-w45"]
)
def test_a_week_without_a_day_is_not_found(client, name):
    assert client.get(f"/digests/{name}").status_code == 404


@pytest.mark.parametrize(
    ("day", "name"),
    [("2025-11-09", "2025-W45"), ("2024-12-30", "2025-W01"), ("2027-01-03", "2026-W53")],
)
def test_weeks_begin_on_monday_and_belong_to_the_year_of_their_thursday(day, name):
    assert week_name(date.fromisoformat(day)) == name


# --- as files


def test_files_lead_only_to_files_that_are_there(desk, store, tmp_path):
    fill(store, 9)
    export = Export(desk, NOW)
    out = tmp_path / "out"
    written = list(export.write(export.days(), out))
    names = {one.name for one in out.iterdir()}
    assert {"index.html", "archive.html", "2025-W45.html", "2025-11-06.html"} <= names
    assert len(written) == len(export.days())
    for file in out.glob("*.html"):
        for node in LexborHTMLParser(file.read_text(encoding="utf-8")).css("[href], [src]"):
            target = node.attributes.get("href") or node.attributes.get("src") or ""
            path, fragment = urldefrag(target)
            assert "://" in path or not path or (out / path).exists(), (file.name, target)
            assert not path.startswith("/"), (file.name, target)
            assert path or fragment


def test_files_say_what_the_service_says(client, desk, store, tmp_path):
    fill(store, 9)
    export = Export(desk, NOW)
    list(export.write(export.days(), tmp_path / "out"))
    for name, path in (("2025-11-06", "/digests/2025-11-06"), ("2025-W45", "/digests/2025-W45")):
        written = LexborHTMLParser((tmp_path / "out" / f"{name}.html").read_text("utf-8"))
        served = page(client, path)
        for css in (".masthead", ".front", ".beat"):
            assert [_plain(one) for one in written.css(css)] == [
                _plain(one) for one in served.css(css)
            ]


def test_one_day_alone_is_a_folder_that_hangs_together(desk, store, tmp_path):
    fill(store, 9)
    export = Export(desk, NOW)
    list(export.write([date(2025, 11, 6)], Path(tmp_path / "one")))
    archive = (tmp_path / "one" / "archive.html").read_text(encoding="utf-8")
    assert set(re.findall(r'href="([\w-]+\.html)"', archive)) <= {
        "index.html", "archive.html", "2025-11-06.html", "2025-W45.html",
    }  # fmt: skip


def _plain(node):
    return " ".join(node.text().split())
