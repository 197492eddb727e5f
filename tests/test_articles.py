"""Full text: which articles are fetched, what becomes of them, and what does not hold up what."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from monitor.app import open_app
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.digest.passages import tell
from monitor.errors import FetchError, ParseError
from monitor.feeds.articles import ArticleReader
from monitor.feeds.articleworker import article_in
from monitor.matching import compile_watch, in_scope
from monitor.messages import Message
from monitor.model import Document, ParsedFeed, Route, Rule
from monitor.pipeline.articles import PAUSES, next_try, read_articles
from monitor.pipeline.edges import Current, Edges
from monitor.pipeline.poll import poll_feed
from tests.make import DAY, HOUR, NOON, a_feed, a_watch, an_indicator, an_item

FEED = a_feed("wire", fulltext=True)
WATCH = a_watch(
    feeds=[FEED],
    indicators=[an_indicator("overhaul", "fighter* AND overhaul*", signals=())],
    scope=Rule(match="Venezuela* OR Caracas"),
    routes=[Route("all", to=("desk",))],
)
PARAGRAPHS = (
    "The fighters have stood in the open since March, and the spare parts are still in port.",
    "A mechanic who asked not to be named said that the overhaul was put off for a third time.",
    "Pilots fly eight hours a month, less than half of what they flew two years ago, he said.",
    "The ministry did not answer questions; the maker said that it honours its contracts.",
)
TEXT = "\n".join(PARAGRAPHS)
PAGE = (
    "<html><head><title>Air force news</title></head><body><nav><a href='/'>Home</a>"
    "<a href='/sport'>Football results</a></nav><article><h1>Fighters wait</h1>"
    + "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    + "</article><footer>Imprint, cookies and terms</footer></body></html>"
)


class Web:
    """Hands over a feed's items and the articles behind them; counts what was asked."""

    def __init__(self):
        self.items = []
        self.error = None
        self.articles = {}
        self.asked = []
        self.body = 0

    async def fetch(self, url, *, etag, last_modified, now):
        if url.endswith("feed.xml"):
            self.body += 1
            return Document(url, 200, str(self.body).encode())
        self.asked.append(url)
        if self.error:
            raise self.error
        return Document(url, 200, b"page", content_type="text/html")

    async def parse(self, body, feed, document):
        return ParsedFeed(tuple(self.items))

    async def read(self, document):
        found = self.articles.get(document.url, TEXT)
        if isinstance(found, Exception):
            raise found
        return found


class Writer:
    def alert_message(self, story, alert, watch, past):
        return Message(story.lead.item.title, story.id)


class Clock:
    now = NOON

    def __call__(self):
        return self.now


class Desk:
    """A store with its edges, and the two steps over them."""

    def __init__(self, store, watch=WATCH):
        self.store, self.web, self.clock = store, Web(), Clock()
        self.watch(watch)
        self.edges = Edges(
            records=store.records,
            outbox=store.outbox,
            mutes=store.mutes,
            reading=store.reading,
            archive=store.archive,
            writer=Writer(),
            clock=self.clock,
            made=NOON - 9 * DAY,
            fetch=self.web.fetch,
            parse=self.web.parse,
            send=None,
            articles=store.articles,
            read_article=self.web.read,
        )

    def watch(self, watch):
        matcher, problems = compile_watch(watch)
        assert problems == []
        self.current = Current(watch, matcher)

    async def poll(self, *items, feed=FEED):
        self.clock.now += HOUR
        self.web.items = items
        return await poll_feed(feed, self.current, self.edges)

    async def read(self):
        return await read_articles(self.current, self.edges)

    def story(self, key="one"):
        return self.store.reading.story({"wire": FEED}, key)

    def sent(self):
        return [line.message.subject for line in self.store.outbox.latest(50)]


@pytest.fixture
def desk(store):
    return Desk(store)


def news(key="one", title="Venezuela counts its fighters", **more):
    values = {"feed": "wire", "link": f"https://wire.example/{key}", **more}
    return an_item(key, title, **values)


async def test_the_words_of_an_article_make_a_hit_and_an_alert(desk):
    await desk.poll(an_item("old", feed="wire"))
    result = await desk.poll(news())
    assert (result.items_new, result.hits_new, desk.sent()) == (1, 0, [])
    report = await desk.read()
    assert (report.read, report.hits_new, report.stories_new) == (1, 1, 1)
    item = desk.story().lead.item
    assert (item.content, item.article) == (TEXT, True)
    [hit] = desk.story().lead.hits
    assert {(mark.field, mark.text) for mark in hit.marks} == {
        ("title", "Venezuela"), ("title", "fighters"), ("content", "fighters"),
        ("content", "overhaul"),
    }  # fmt: skip
    assert desk.sent() == ["Venezuela counts its fighters"]
    assert desk.web.asked == ["https://wire.example/one"]


async def test_the_text_that_the_feed_gave_is_kept_as_a_version(desk):
    await desk.poll(news(content="As the feed gave it."))
    await desk.read()
    [version] = desk.store.reading.versions("one")
    assert (version.content, version.replaced) == ("As the feed gave it.", desk.clock.now)


async def test_each_article_is_fetched_once_whatever_the_feed_does(desk):
    for _ in range(3):
        await desk.poll(news())
        await desk.read()
    await desk.poll(news(title="Venezuela counts its fighters again"))
    await desk.read()
    assert len(desk.web.asked) == 1


async def test_the_same_entry_again_is_no_edit(desk):
    await desk.poll(news())
    await desk.read()
    await desk.poll(news())
    assert len(desk.store.reading.versions("one")) == 1
    assert desk.story().lead.item.article


async def test_an_edit_by_the_feed_keeps_the_article(desk):
    await desk.poll(news())
    await desk.read()
    await desk.poll(news(title="Venezuela recounts its fighters"))
    item = desk.story().lead.item
    assert (item.title, item.content, item.article) == (
        "Venezuela recounts its fighters", TEXT, True
    )  # fmt: skip
    assert len(desk.store.reading.versions("one")) == 2
    await desk.poll(news(title="Venezuela recounts its fighters"))
    assert len(desk.store.reading.versions("one")) == 2
    assert [hit.indicator for hit in desk.story().lead.hits] == ["overhaul"]


async def test_what_hit_before_is_not_alerted_again(desk):
    await desk.poll(an_item("old", feed="wire"))
    await desk.poll(news(title="Venezuela: fighters wait for overhaul"))
    assert len(desk.sent()) == 1
    await desk.read()
    assert len(desk.sent()) == 1


async def test_the_past_of_a_feed_is_read_and_alerts_nothing(desk):
    await desk.poll(news("new", published=NOON - HOUR), news("older", published=NOON - 5 * DAY))
    await desk.read()
    assert desk.web.asked == ["https://wire.example/new"]
    assert [hit.indicator for hit in desk.story("new").lead.hits] == ["overhaul"]
    assert desk.sent() == []


@pytest.mark.parametrize(
    ("item", "asked"),
    [
        pytest.param(news(), True, id="in scope"),
        pytest.param(news(title="France counts its fighters"), False, id="out of scope"),
        pytest.param(news(link=None), False, id="without a link"),
        pytest.param(news(content="long " * 700), False, id="the feed gives it whole"),
        pytest.param(news(content="short " * 50), True, id="the feed gives a part"),
    ],
)
async def test_which_articles_are_fetched(desk, item, asked):
    await desk.poll(item)
    await desk.read()
    assert bool(desk.web.asked) is asked


async def test_without_fulltext_nothing_is_fetched(desk):
    await desk.poll(news(), feed=replace(FEED, fulltext=False))
    await desk.read()
    assert desk.web.asked == []


async def test_a_feed_that_left_the_list_is_not_read_on(desk):
    await desk.poll(news())
    desk.watch(replace(WATCH, feeds=(a_feed("other", fulltext=True),)))
    await desk.read()
    assert desk.web.asked == []


@pytest.mark.parametrize(
    ("more", "within"),
    [
        pytest.param({}, True, id="the scope of the list"),
        pytest.param({"unscoped": True}, True, id="no scope takes all"),
        pytest.param({"scope": Rule(match="Bolivia")}, False, id="a scope of its own"),
        pytest.param({"paused": True}, False, id="a paused indicator"),
        pytest.param({"feeds": ("other",)}, False, id="it listens to another feed"),
        pytest.param({"scope": Rule(match="group:sea")}, True, id="a scope of feeds"),
    ],
)
def test_what_is_in_scope(more, within):
    watch = replace(WATCH, indicators=(an_indicator(match="overhaul*", **more),))
    matcher, _ = compile_watch(watch)
    assert in_scope(news(), matcher, replace(FEED, group="sea")) is within


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        pytest.param(FetchError("u", "not there", status=404), 1, id="not there"),
        pytest.param(FetchError("u", "not for us", status=403), 1, id="not for us"),
        pytest.param(FetchError("u", "Not asked: a private address."), 1, id="not asked"),
        pytest.param(FetchError("u", "trouble", status=500), 3, id="trouble"),
        pytest.param(FetchError("u", "no connection"), 3, id="no connection"),
    ],
)
async def test_failures_are_noted_and_not_retried_for_ever(desk, error, tries):
    await desk.poll(news())
    desk.web.error = error
    for _ in range(9):
        await desk.read()
        desk.clock.now += timedelta(hours=2)
    assert len(desk.web.asked) == tries
    with desk.store.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT state, tries, error FROM article").all()
    assert rows == [("failed", tries, str(error))]


async def test_why_there_is_no_article_can_be_asked(desk):
    await desk.poll(news())
    articles = desk.store.articles
    assert articles.trouble("one") == "Its article is still to be read."
    desk.web.error = FetchError("u", "wire.example has trouble giving us the feed.", status=500)
    await desk.read()
    assert articles.trouble("one").endswith("wire.example has trouble giving us the article.")
    desk.clock.now += HOUR
    desk.web.error = None
    await desk.read()
    assert (articles.trouble("one"), articles.counts()) == ("", {"read": 1})
    await desk.poll(news("two"))
    desk.web.error = FetchError("u", "not there", status=404)
    await desk.read()
    assert articles.trouble("two") == "Its article was not read: not there"
    assert articles.trouble("none") == ""


async def test_a_page_without_an_article_is_not_asked_again(desk):
    await desk.poll(news())
    desk.web.articles["https://wire.example/one"] = ParseError("u", "no article")
    for _ in range(3):
        await desk.read()
        desk.clock.now += DAY / 4
    assert len(desk.web.asked) == 1
    assert not desk.story().lead.item.article


def test_a_server_that_names_a_time_is_asked_then():
    errand = replace_errand()
    late = NOON + 5 * HOUR
    assert next_try(errand, FetchError("u", "busy", late, status=503), NOON) == late
    assert next_try(errand, FetchError("u", "busy", status=503), NOON) == NOON + PAUSES[0]


def replace_errand():
    from monitor.model import Errand

    return Errand(1, "wire", "https://wire.example/one", NOON)


async def test_what_waited_for_two_days_is_given_up(desk):
    await desk.poll(news())
    desk.clock.now += 3 * DAY
    await desk.read()
    desk.clock.now += DAY
    await desk.read()
    assert desk.web.asked == []


async def test_one_bad_article_holds_up_no_other(desk):
    desk.web.articles["https://wire.example/a"] = RuntimeError("a fault of ours")
    await desk.poll(news("a"), news("b"))
    report = await desk.read()
    assert (report.read, report.failed) == (1, 1)


async def test_a_host_is_asked_for_one_article_after_the_other(desk):
    under_way, most = 0, 0
    fetch = desk.web.fetch

    async def slowly(url, **more):
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        under_way -= 1
        return await fetch(url, **more)

    await desk.poll(*[news(str(n)) for n in range(5)])
    desk.edges = replace(desk.edges, fetch=slowly)
    assert (await desk.read()).read == 5
    assert most == 1


async def test_an_article_stored_twice_changes_nothing(desk):
    await desk.poll(news())
    [errand] = desk.store.articles.due(["wire"], desk.clock.now, 9)
    await desk.read()
    desk.web.articles["https://wire.example/one"] = "another text " * 30
    assert await desk.read() == await desk.read()
    from monitor.model import ArticleRecord

    assert desk.store.articles.save(ArticleRecord(errand, NOON, error="late")).hits == 0
    assert desk.story().lead.item.content == TEXT


async def test_a_quote_says_that_it_is_from_the_article(desk):
    await desk.poll(news())
    await desk.read()
    told = tell(desk.story().lead)
    assert told.quote.plain.startswith("From the article: ")
    assert "overhaul" in told.quote.plain


def test_an_article_is_read_without_its_page():
    text = article_in(PAGE.encode(), "text/html")
    assert TEXT in text
    assert "Football" not in text
    assert "cookies" not in text


def test_the_charset_of_a_page_is_its_own():
    text = "Истребители ждут капитального ремонта уже третий год, сообщил источник. " * 2
    more = "Министерство обороны не ответило на вопросы, завод назвал сроки прежними. " * 2
    page = f"<html><head><meta charset='windows-1251'></head><body><article><p>{text}</p><p>{more}"
    assert "капитального ремонта" in article_in(page.encode("cp1251"), "text/html")


async def test_the_worker_reads_pages_and_refuses_what_is_none():
    async with ArticleReader() as reader:
        good = Document("http://x/", 200, PAGE.encode(), content_type="text/html; charset=utf-8")
        assert TEXT in await reader.read(good)
        for body, kind, says in [
            (b"%PDF", "application/pdf", "leads to application/pdf"),
            (b"<html><body>x</body></html>", "text/html", "holds no article"),
            (b"\0\xff" * 9999, None, "holds no article"),
            (b"<div>" * 99_999, "text/html", "holds no article"),
        ]:
            with pytest.raises(ParseError, match=says):
                await reader.read(Document("http://x/", 200, body, content_type=kind))
        assert TEXT in await reader.read(good)


async def test_a_reader_that_is_asked_nothing_starts_nothing():
    async with ArticleReader() as reader:
        assert reader._pool._alive == set()


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        port = self.server.server_address[1]
        rss = (
            "<rss version='2.0'><channel><item><title>Venezuela counts its fighters</title>"
            f"<link>http://127.0.0.1:{port}/story</link><guid>1</guid></item></channel></rss>"
        )
        body = (rss if self.path == "/rss" else PAGE).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml" if self.path == "/rss" else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words):
        pass


async def test_one_round_of_everything_over_real_http(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    place = f"127.0.0.1:{server.server_port}"
    (tmp_path / "indicators.yaml").write_text(
        f"polling: {{allow: ['{place}']}}\nscope: Venezuela*\n"
        f"feeds:\n  - {{id: wire, url: 'http://{place}/rss', fulltext: true}}\n"
        "indicators:\n  - {id: overhaul, title: Overhaul, match: overhaul*}\n"
    )
    settings = read_settings(tmp_path / "indicators.yaml", None, {})
    loaded = load(settings.file, {})
    assert loaded.problems == ()
    try:
        async with open_app(settings, loaded) as app:
            report, _ = await app.once(lambda _result: None)
            assert report.results[0].items_new == 1
            [story] = app.store.reading.stories_of({}, "overhaul", 5)
            assert story.lead.item.article
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
