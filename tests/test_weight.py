"""What pages weigh: packed on their way, their style kept by browsers, and each under a limit."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import timedelta
from typing import cast
from urllib.parse import parse_qsl

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from starlette.testclient import TestClient

from monitor.alerts.links import Signer
from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.digest.build import Report, Story
from monitor.digest.layout import lay_out
from monitor.digest.render import Renderer
from monitor.matching import compile_watch, match
from monitor.model import Version
from monitor.resources import shipped
from monitor.web.feedlist import narrowed
from monitor.web.pages import create_pages
from monitor.web.stories import story_page
from monitor.web.style import STATIC
from monitor.web.tokens import masked, unmasked
from monitor.web.views import FeedsPage, IndicatorsPage
from tests.make import HOUR, NOON, a_feed, a_watch, an_indicator, an_item
from tests.sample_pages import (
    COVERAGE,
    NOW,
    STORIES,
    a_board,
    a_digest,
    a_feeds_page,
    a_frame,
    a_gauge,
)
from tests.sample_pages import INDICATORS as INDICATORS_SHOWN
from tests.test_story_page import KEY, keep

WATCH = a_watch(indicators=[an_indicator("ports", "port*")])
PACKED = {"Accept-Encoding": "gzip"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def client(store, tmp_path):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    loaded = LoadedWatch(WATCH, compile_watch(WATCH)[0])
    desk = Desk(settings, loaded, store, lambda: NOON + HOUR, Signer(b"k" * 32))
    keep(store, an_item(KEY, "Ports closed"), WATCH)
    return TestClient(create_pages(cast(App, desk)), base_url="http://127.0.0.1")


# --- the style


def test_pages_name_their_style_by_what_it_holds_and_browsers_keep_it(client):
    page = client.get("/").text
    named = re.findall(r'"(/static/[^"]+)"', page)
    assert len(named) == len(list(STATIC.iterdir()))
    for address in named:
        assert re.fullmatch(r"/static/\w+\.[0-9a-f]{12}\.\w+", address)
        answer = client.get(address, headers=PLAIN)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        own = re.sub(r"\.[0-9a-f]{12}\.", ".", address).removeprefix("/static/")
        assert answer.content == (STATIC / own).read_bytes()


@pytest.mark.parametrize("name", ["site.css", "site.000000000000.css"])
def test_by_another_name_the_style_is_asked_for_each_time(client, name):
    answer = client.get(f"/static/{name}")
    assert answer.headers["cache-control"] == "public, no-cache"
    assert "text/css" in answer.headers["content-type"]
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"/static/{name}", headers=known).status_code == 304


@pytest.mark.parametrize("name", ["none.css", "site", ".css", "%2e%2e", "%2e%2e%2fpages.py"])
def test_there_is_no_other_file(client, name):
    assert client.get(f"/static/{name}").status_code == 404


def test_all_of_the_style_is_small(client):
    sizes = [len(gzip.compress(file.read_bytes())) for file in STATIC.iterdir()]
    assert sum(sizes) < 20_000
    assert sum(file.stat().st_size for file in STATIC.iterdir()) < 70_000


# --- packing


@pytest.mark.parametrize(
    "path", ["/", "/digests", f"/stories/{KEY}", "/feeds", "/hits.json", "/static/site.css"]
)
def test_what_is_long_is_packed_for_whoever_can_unpack_it(client, path):
    packed, plain = client.get(path, headers=PACKED), client.get(path, headers=PLAIN)
    assert packed.headers["vary"] == "Accept-Encoding"
    assert packed.headers.get("content-encoding") == "gzip"
    assert "content-encoding" not in plain.headers
    # A form's token is written otherwise on each page.
    bare = [re.sub(r'name="token" value="[^"]+"', "", one.text) for one in (packed, plain)]
    assert bare[0] == bare[1]
    assert "content-security-policy" in packed.headers


def test_a_token_is_another_one_on_each_page_and_always_fits(client):
    seen = set()
    for _ in range(3):
        page = client.get("/ledger").text
        found = re.search(r'name="token" value="([^"]+)"', page)
        assert found
        seen.add(found[1])
        answer = client.post(
            "/mutes",
            data={"token": found[1], "term": "port", "hours": "8"},
            headers={"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"},
            follow_redirects=False,
        )
        assert answer.status_code == 303
    assert len(seen) == 3


@pytest.mark.parametrize("text", ["", "x", "é", "abc=", "a" * 63, "====", "AAAA"])
def test_what_is_no_masked_token_is_none(text):
    assert unmasked(text) in ("", "\0") or unmasked(text) != text


def test_a_masked_token_is_the_token():
    assert unmasked(masked("token-of-a-visitor")) == "token-of-a-visitor"


# --- each page under a limit

RENDERER = Renderer(shipped("templates"))
LIMIT = 200_000
FEEDS, INDICATORS = 300, 100


def a_day(back, count):
    return (NOW.date() - timedelta(days=back), count)


def many_feeds():
    (line, *_) = a_feeds_page().lines
    days = tuple(a_day(29 - at, at * 7 % 23 or None) for at in range(30))
    states = ["failing"] * 20 + ["stale"] * 20 + ["ok"] * (FEEDS - 40)
    return tuple(
        replace(
            line,
            feed=replace(line.feed, id=f"feed-{number}", group=f"group-{number % 12}"),
            status=replace(line.status, error="x" * 140 if state == "failing" else None),
            state=state,
            days=days,
        )
        for number, state in enumerate(states)
    )


def page(name, view):
    return RENDERER.page(name, a_frame(), view=view)


def test_a_page_of_feeds_is_light_and_every_feed_is_on_one():
    lines = many_feeds()
    whole = FeedsPage(lines, COVERAGE)
    ids = []
    for number in range(1, whole.pages + 1):
        html = page("feeds.html", narrowed(whole, {"page": str(number)}))
        assert len(html.encode()) < LIMIT
        ids += re.findall(r'<tr id="([^"]+)"', html)
    assert ids == [line.feed.id for line in lines]


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({}, FEEDS),
        ({"state": "failing"}, 20),
        ({"group": "group-3"}, 25),
        ({"state": "stale", "group": "Group-3"}, 2),
        ({"state": "never-polled"}, 0),
        ({"page": "9"}, FEEDS),
    ],
)
def test_feeds_are_narrowed_by_an_address_that_the_page_itself_writes(given, count):
    view = narrowed(FeedsPage(many_feeds(), COVERAGE), given)
    assert len(view.lines) == count
    html = page("feeds.html", view)
    assert "20 are down now" in HTMLParser(html).text()
    for address in re.findall(r'href="\?([^"]+)"', html):
        asked = dict(parse_qsl(address.replace("&amp;", "&")))
        assert narrowed(FeedsPage(many_feeds(), COVERAGE), asked)


@pytest.mark.parametrize("path", ["/hits.csv", "/hits.json"])
@pytest.mark.parametrize("name", ["indicators", "from", "limit", "after"])
def test_an_export_refuses_a_part_that_it_does_not_know(client, path, name):
    answer = client.get(f"{path}?{name}=ports")
    assert answer.status_code == 400
    assert answer.json()["part"] == name
    assert "this address takes indicator, since, until" in answer.json()["error"]


def busy_board():
    days = tuple(a_day(29 - at, 5 + at * 7 % 31) for at in range(30))
    gauges = []
    for number in range(INDICATORS):
        one = a_gauge(INDICATORS_SHOWN[number % len(INDICATORS_SHOWN)], 1.0)
        gauges.append(
            replace(
                one,
                indicator=replace(one.indicator, id=f"i{number}"),
                days=days,
                today=days[-1][1],
                week=140,
                bands=tuple((at // 9, 20 + at // 9) for at in range(90)),
                signals=tuple((signal.id, 40 + number) for signal in one.indicator.signals),
            )
        )
    return a_board(gauges=tuple(gauges))


def test_a_board_of_a_hundred_busy_indicators_is_light_and_tells_of_all():
    html = page("board.html", busy_board())
    tree = HTMLParser(html)
    assert len(tree.css("article.gauge[id]")) == INDICATORS
    assert len(tree.css("article.gauge .spark")) == 60
    assert "The last 40 are told without their charts" in tree.text()
    assert len(html.encode()) < LIMIT


def test_a_list_of_a_hundred_busy_indicators_is_light_and_has_each_group_alone():
    gauges = busy_board().gauges
    groups = tuple((f"group {n}", gauges[n * 25 : n * 25 + 25]) for n in range(4))
    html = page("indicators.html", IndicatorsPage(groups))
    assert len(HTMLParser(html).css("article.gauge[id]")) == INDICATORS
    assert re.search(r'href="\?group=group(\+|%20)3"', html)
    assert len(html.encode()) < LIMIT
    alone = page("indicators.html", IndicatorsPage(groups[3:], "group 3"))
    assert len(HTMLParser(alone).css("article.gauge .spark")) == 25


def a_full_day(count):
    """So many stories, each of three items, under all indicators of the sample."""
    some = []
    for number in range(count):
        one = STORIES[number % len(STORIES)]
        reports = tuple(
            replace(report, item=replace(report.item, key=f"{number}-{place}"))
            for place, report in enumerate((one.reports * 3)[:3])
        )
        some.append(replace(one, id=f"story-{number}", reports=reports))
    return a_digest(tuple(some))


def test_a_day_of_very_many_stories_is_light_and_says_how_many_there_are():
    digest = a_full_day(900)
    html = RENDERER.digest_content(digest)
    told = re.sub(r"\s+", " ", HTMLParser(html).text())
    assert len(html.encode()) < LIMIT
    assert "900 stories from 2,700 items" in told
    sections = lay_out(digest, told=40, named=100).sections
    assert sum(section.left_out for section in sections) > 0
    for section in sections:
        assert re.search(
            rf"\b{section.left_out} stories (more )?that this page has no room for", told
        )


def test_a_day_of_few_stories_tells_all_of_them():
    html = RENDERER.digest_content(a_full_day(40))
    assert "no room" not in html
    assert len(HTMLParser(html).css("article.story")) == 40


def a_large_story(count):
    """A story of so many reports with long texts and quotes, judged by a hundred indicators."""
    words = [f"word{number}" for number in range(INDICATORS)]
    lists = {f"list-{n}": tuple(f"{word}x{m}" for m in range(60)) for n, word in enumerate(words)}
    rules = [f"$port AND ($list-{n} OR word{n} NEAR/3 word{n + 1})" for n in range(INDICATORS)]
    indicators = [an_indicator(f"i{n}", rule) for n, rule in enumerate(rules)]
    watch = a_watch(indicators=indicators, terms={"port": ("port*",), **lists})
    matcher, _ = compile_watch(watch)
    text = f"The port is closed, {' '.join(words[:24])}."
    seen = []
    for number in range(count):
        item = replace(
            an_item(f"{number:032x}", f"Port closed {number}", summary=text),
            content=f"{text}\n" * 40,
        )
        seen.append(Report(item, a_feed(), NOON + HOUR * number, tuple(match(item, matcher))))
    versions = [
        Version(f"Port {n}", text, f"{text}\n" * 40, "c" * 64, NOON + HOUR * (50 - n), ())
        for n in range(30)
    ]
    story = Story(seen[0].item.key, tuple(seen), independent=count)
    return story_page(story, {story.id: versions}, (NOON, False), watch, matcher, ())


def test_a_story_of_very_many_reports_is_light_and_every_report_is_on_a_page():
    view = a_large_story(90)
    assert (view.pages, len(view.hits), len(view.near)) == (4, 23, 77)
    ids = []
    for number in range(1, view.pages + 1):
        html = RENDERER.page(
            "story.html", a_frame(), view=replace(view, page=number), token="t" * 64
        )
        assert len(html.encode()) < LIMIT
        ids += re.findall(r'<article id="i-([^"]+)"', html)
    assert ids == [one.item.key for one in view.story.reports]
    assert "23 earlier texts" in HTMLParser(html).text().replace("\xa0", " ")
