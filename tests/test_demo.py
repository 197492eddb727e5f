"""The offline tour: what comes in when, and that each link of it leads somewhere."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from asyncio import to_thread
from datetime import UTC, datetime, timedelta

import pytest

from monitor.config.examples import run_examples
from monitor.config.load import LoadedWatch, load
from monitor.demo import (
    FIRST_LIVE,
    LIVE_EVERY,
    LIVE_ITEMS,
    SOURCES,
    Newsstand,
    Sample,
    read_sample,
    write_item,
    write_watch,
)
from monitor.feeds.parse import parse_feed
from monitor.matching import match
from monitor.model import Item
from monitor.resources import shipped

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ITEMS = shipped("sample") / "items.jsonl"
ROWS = {row["id"]: row for row in map(json.loads, ITEMS.read_text(encoding="utf-8").splitlines())}
HOSTILE = Sample("x<1", "wire-en", "<script>alert(1)</script> & co", '"><img src=x>', NOW)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> LoadedWatch:
    return load(write_watch(tmp_path_factory.mktemp("demo"), "127.0.0.1:9"), {})


@pytest.fixture(scope="module")
def samples(loaded) -> list[Sample]:
    return read_sample(ITEMS, NOW, [one.id for one in loaded.watch.indicators])


def live(samples: list[Sample]) -> list[Sample]:
    return [one for one in samples if one.published > NOW]


def test_the_list_of_the_demo_has_no_problems_at_all(loaded):
    assert loaded.problems == ()
    assert run_examples(loaded) == []


def test_the_list_of_the_demo_is_the_shipped_one_over_other_feeds(loaded, shipped_list):
    real = shipped_list.watch
    assert [one.id for one in loaded.watch.indicators] == [one.id for one in real.indicators]
    assert [one.brief for one in loaded.watch.indicators] == [one.brief for one in real.indicators]
    assert loaded.watch.terms == real.terms
    assert [one.id for one in loaded.watch.feeds] == list(SOURCES)


def test_everything_comes_once_the_past_in_order_and_the_rest_one_by_one(samples):
    assert sorted(one.id for one in samples) == sorted(ROWS)
    moments = [one.published for one in samples]
    assert moments == sorted(moments)
    assert [one.published - NOW for one in live(samples)] == [
        FIRST_LIVE + place * LIVE_EVERY for place in range(LIVE_ITEMS)
    ]


def test_the_past_keeps_its_distances(samples):
    past = [one for one in samples if one.published <= NOW]
    shifts = {one.published - datetime.fromisoformat(ROWS[one.id]["published"]) for one in past}
    assert len(shifts) == 1
    assert NOW - past[-1].published < timedelta(minutes=5)


def test_live_items_spread_over_the_indicators_and_are_found(loaded, samples):
    feeds = {feed.id: feed for feed in loaded.watch.feeds}
    found = [
        [
            hit.indicator
            for hit in match(
                Item(one.id, one.feed, one.title, one.summary), loaded.matcher, feeds[one.feed]
            )
        ]
        for one in live(samples)
    ]
    assert all(found)
    turns = [one.id for one in loaded.watch.indicators]
    assert all(indicator in hits for indicator, hits in zip(turns, found, strict=False))


def test_no_live_item_tells_again_what_the_past_tells(samples):
    assert not any("story" in ROWS[one.id] for one in live(samples))


def test_a_list_that_watches_little_has_few_live_items():
    few = read_sample(ITEMS, NOW, ["su30-overhauls", "none-such"])
    assert len(live(few)) == LIVE_ITEMS
    assert live(read_sample(ITEMS, NOW, ["none-such"])) == []


def test_an_item_page_shows_its_text_and_runs_nothing():
    page = write_item(HOSTILE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page
    assert "<script" not in page
    assert "<img" not in page
    assert "Wire, 2026-03-01 12:00 UTC" in page


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        pytest.param("tehran-agency-fa", 'lang="fa" dir="rtl"', id="from right to left"),
        pytest.param("beijing-agency-zh", 'lang="zh" dir="ltr"', id="from left to right"),
    ],
)
def test_an_item_page_names_its_language(feed, says):
    assert f"<html {says}>" in write_item(Sample("1", feed, "T", "S", NOW))


def get(address: str) -> tuple[int, str, str]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers["Content-Security-Policy"]
    except urllib.error.HTTPError as error:
        return error.code, "", ""


async def test_the_newsstand_serves_what_is_out_and_each_link_leads_to_its_text():
    told: list[str] = []
    stand = Newsstand(told.append)
    await stand.start()
    try:
        now = datetime.now(UTC)
        out = Sample("b1", "wire-en", "Ports & piers shut", "After the storm.", now)
        later = Sample("b2", "wire-en", "Ports open", "At last.", now + timedelta(hours=1))
        stand.show([out, later])
        url = f"http://{stand.address}/wire-en.xml"
        _, body, _ = await to_thread(get, url)
        (item,) = parse_feed(body.encode(), feed_id="wire-en", url=url).items
        assert (item.title, item.summary) == (out.title, out.summary)
        assert item.link == f"http://{stand.address}/item/b1"
        status, page, policy = await to_thread(get, item.link)
        assert (status, policy) == (200, "default-src 'none'")
        assert "<h1>Ports &amp; piers shut</h1>" in page
        assert "After the storm." in page
        for path in ("item/b2", "item/none-such", "none-such.xml"):
            assert (await to_thread(get, f"http://{stand.address}/{path}"))[0] == 404
    finally:
        await stand.stop()
