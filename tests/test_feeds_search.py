"""Searches made from an indicator's words: what is asked, in which language, how long."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.feeds.langwords import Vocabulary, fits
from monitor.feeds.search import ENGINES, MOST_FEEDS, is_search, search_feeds, speaking
from monitor.feeds.workers import ParserPool
from monitor.matching.asked import queries_of, scope_of
from monitor.model import Arrival, Document, FeedState, Hit, PollRecord, Rule, Search
from tests.make import NOON, a_feed, a_watch, an_indicator, read_watch

ROOT = Path(__file__).resolve().parents[1]
LANGS = ("en", "es", "ru", "zh", "fa", "pt")
TERMS = {
    "su30": ("Su-30", "Sukhoi*", "Су-30", "苏-30", "سوخو"),
    "overhaul": ("overhaul*", "life extension", "mantenimiento", "ремонт*", "大修",
                 "تعمیر", "manutenção"),
    "both": ("$su30", "$overhaul"),
}  # fmt: skip
SCOPE = Rule(match="Venezuela OR Venezuelan* OR Венесуэл* OR 委内瑞拉 OR ونزوئلا OR Caracas")


def ways(match: str | None = None, **rule):
    indicator = replace(an_indicator(), rule=Rule(match=match, **rule))
    return queries_of(indicator, a_watch(indicators=[indicator], terms=TERMS))


@pytest.mark.parametrize(
    ("match", "found"),
    [
        pytest.param("port", [(("port",),)], id="a word"),
        pytest.param('"spare parts"', [(("spare parts",),)], id="a phrase"),
        pytest.param("port OR dock", [(("port", "dock"),)], id="or is one group"),
        pytest.param("port AND dock", [(("port",), ("dock",))], id="and is two"),
        pytest.param("port NEAR/5 (shut OR closed)", [(("port",), ("shut", "closed"))], id="near"),
        pytest.param("port NOTNEAR/5 air", [(("port",),)], id="not near"),
        pytest.param("port NOT air", [(("port",),)], id="not"),
        pytest.param("SENTENCE(port, shut)", [(("port",), ("shut",))], id="sentence"),
        pytest.param("ATLEAST/2(port)", [(("port",),)], id="at least"),
        pytest.param("title:(port OR dock)", [(("port", "dock"),)], id="title"),
        pytest.param("port AND lang:es", [(("port",),)], id="a condition asks for no word"),
        pytest.param(
            "(port AND shut) OR (dock AND closed)",
            [(("port",), ("shut",)), (("dock",), ("closed",))],
            id="two ways",
        ),
        pytest.param("$su30", [(TERMS["su30"],)], id="a list"),
        pytest.param("$both", [((*TERMS["su30"], *TERMS["overhaul"]),)], id="lists in a list"),
        pytest.param("/po.t/", [], id="a regular expression"),
        pytest.param("hit:other", [], id="another's hit"),
        pytest.param("port AND", [], id="a broken rule"),
    ],
)
def test_what_a_rule_asks_for(match, found):
    assert ways(match) == found


def test_what_lists_of_entries_ask_for():
    assert ways(any=("port", "dock"), all=("shut", "$su30"), none=("air",)) == [
        (("shut",), TERMS["su30"], ("port", "dock"))
    ]
    assert ways(none=("air",)) == []


def test_the_words_of_a_scope_are_those_that_do_by_themselves():
    watch = a_watch(scope=Rule(match="Caracas OR Maduro OR (oil AND Orinoco)"))
    assert scope_of(watch.indicators[0], watch) == ("Caracas", "Maduro")
    unscoped = replace(watch.indicators[0], unscoped=True)
    assert scope_of(unscoped, watch) == ()


@pytest.mark.parametrize(
    ("entry", "langs"),
    [
        ("Su-30", {"en", "es", "pt"}),
        ("Maduro", {"en", "es", "pt"}),
        ("Падрино", {"ru"}),
        ("委内瑞拉", {"zh"}),
        ("ونزوئلا", {"fa"}),
        ("overhaul", {"en", "es", "pt"}),
        ("delays", {"en"}),
        ("spare parts", {"en"}),
        ("mantenimiento", {"es", "pt"}),
        ("avión", {"es", "pt"}),
        ("año", {"es"}),
        ("manutenção", {"pt"}),
        ("embargo", {"en", "es", "pt"}),
        ("repuestos", {"es", "pt"}),
    ],
)
def test_which_language_a_word_may_be_of(entry, langs):
    assert {lang for lang in LANGS if fits(entry, lang)} == langs


@pytest.mark.parametrize(
    ("entry", "lang", "written"),
    [
        pytest.param("=US", "en", "US", id="the sign goes"),
        pytest.param("retras*", "es", "retrasan", id="as the list writes it elsewhere"),
        pytest.param("repair*", "en", "repair", id="an English beginning is a word"),
        pytest.param("Sukhoi*", "ru", "Sukhoi", id="so is a name"),
        pytest.param("капитальн*", "ru", None, id="a Russian one is not"),
        pytest.param("大*", "zh", "大", id="Chinese needs no end"),
        pytest.param("spare part*", "en", "spare part", id="in a phrase"),
        pytest.param("капитальн* ремонт*", "ru", None, id="a phrase needs all its words"),
        pytest.param("ремонт*", "ru", "ремонт", id="the commonest form"),
    ],
)
def test_a_word_with_a_star_is_written_in_full(entry, lang, written):
    own = ["Retrasan el envío", "ремонт ремонт ремонта"]
    assert Vocabulary(own).written(entry, lang) == written


def made(engine="google-news", langs=LANGS, match="$su30 NEAR/25 $overhaul", **more):
    indicator = replace(
        an_indicator("su30", examples_match=("Retrasan el ремонт", "Венесуэла и ремонт")),
        rule=Rule(match=match),
        search=Search(langs, engine),
        **more,
    )
    watch = a_watch(indicators=[indicator], terms=TERMS, scope=SCOPE)
    return search_feeds(watch)["su30"]


def asked(feed, name="q"):
    return parse_qs(urlsplit(feed.url).query)[name][0]


def test_all_six_languages_are_searched_with_their_own_words():
    searches = made()
    assert searches.lacks == ()
    assert {feed.id: asked(feed) for feed in searches.feeds} == {
        "search-su30-en-1": '(Venezuela OR Caracas) ("Su-30" OR Sukhoi) '
        '(overhaul OR "life extension") when:1d',
        "search-su30-es-1": '(Venezuela OR Caracas) ("Su-30" OR Sukhoi) '
        '("life extension" OR mantenimiento) when:1d',
        "search-su30-ru-1": 'Венесуэла "Су-30" ремонт when:1d',
        "search-su30-zh-1": '委内瑞拉 "苏-30" 大修 when:1d',
        "search-su30-fa-1": "ونزوئلا سوخو تعمیر when:1d",
        "search-su30-pt-1": '(Venezuela OR Caracas) ("Su-30" OR Sukhoi) '
        '("life extension" OR mantenimiento OR manutenção) when:1d',
    }


def test_a_search_is_a_plain_feed_of_unknown_publisher():
    feed = made().feeds[2]
    assert (feed.lang, feed.publisher, feed.grade, feed.group) == ("ru", "unknown", "F", None)
    assert feed.origin == "search_feeds of su30"
    assert is_search(feed)
    assert not is_search(a_feed())
    assert urlsplit(feed.url).hostname == "news.google.com"
    assert feed.url.endswith("&hl=ru&gl=RU&ceid=RU:ru")


@pytest.mark.parametrize(
    ("source", "publisher", "grade"),
    [
        pytest.param("Reuters", "Reuters", "F", id="a source that the list does not have"),
        pytest.param("tass", "TASS", "C", id="one that it has"),
        pytest.param(None, "unknown", "F", id="none"),
    ],
)
def test_an_item_of_a_search_counts_as_its_sources(source, publisher, grade):
    feeds = [a_feed("tass", publisher="TASS", grade="C"), a_feed("wire")]
    voice = speaking(made().feeds[0], source, feeds)
    assert (voice.publisher, voice.grade) == (publisher, grade)
    assert speaking(feeds[1], source, feeds) == feeds[1]


async def test_a_searchs_item_is_stored_with_its_source(store):
    rss = (
        b"<rss version='2.0'><channel><item><title>Port closed - Reuters</title><guid>1</guid>"
        b"<source url='https://www.reuters.com'>Reuters</source></item></channel></rss>"
    )
    feed = replace(made().feeds[0], id="search-a-en-1")
    async with ParserPool(1) as parsers:
        parsed = await parsers.parse(rss, feed, Document(feed.url, 200, rss))
    [item] = parsed.items
    assert item.source == "Reuters"
    state = FeedState(feed.id, feed.url)
    arrival = Arrival(item, NOON, NOON.date(), (Hit(item.key, "ports"),))
    store.records.save(PollRecord(state, NOON, NOON.date(), answered=True, arrivals=(arrival,)))
    story = store.reading.story({feed.id: feed}, item.key)
    assert story is not None
    assert story.lead.feed.publisher == "Reuters"


def test_bing_is_asked_in_the_language():
    feed = made("bing", ("es",)).feeds[0]
    assert asked(feed).startswith('(Venezuela OR Caracas) ("Su-30" OR Sukhoi)')
    assert (asked(feed, "format"), asked(feed, "setlang")) == ("rss", "es")


def test_gdelt_has_all_news_in_english_and_is_asked_so():
    feed = made("gdelt", ("ru",)).feeds[0]
    assert asked(feed, "query") == (
        '(Venezuela OR Caracas) ("Su-30" OR Sukhoi) (overhaul OR "life extension") '
        "sourcelang:russian"
    )
    assert (asked(feed, "mode"), asked(feed, "format")) == ("ArtList", "rss")


def test_a_language_without_words_is_told():
    searches = made(langs=("en", "zh"), match="spare AND parts")
    assert [feed.id for feed in searches.feeds] == ["search-su30-en-1"]
    assert searches.lacks == (
        (
            "nothing can be searched in zh: some of what the rule asks for has no word in zh that "
            "can be written in full"
        ),
    )


def test_a_rule_without_words_is_told():
    assert made(langs=("en",), match="/po.t/").lacks == (
        "nothing can be searched in en: the rule hangs on no word",
    )


def test_what_is_too_long_becomes_several_searches_that_lose_no_word():
    words = [f"Name{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(70)]
    searches = made(langs=("en",), match=" OR ".join(words))
    assert 1 < len(searches.feeds) <= MOST_FEEDS
    text = " ".join(asked(feed) for feed in searches.feeds)
    assert [word for word in words if word not in text] == []
    assert all("(Venezuela OR Caracas)" in asked(feed) for feed in searches.feeds)


def test_more_searches_than_are_polite_are_left_out_and_told():
    words = [f"Name{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(300)]
    searches = made(langs=("en",), match=" OR ".join(words))
    assert len(searches.feeds) == MOST_FEEDS
    assert "are left out; 5 are made" in searches.lacks[0]


def test_a_search_that_another_one_covers_is_not_made():
    feeds = made(langs=("en",), match="Sukhoi OR Flanker OR (Flanker AND overhaul)").feeds
    assert [asked(feed) for feed in feeds] == ["(Venezuela OR Caracas) (Sukhoi OR Flanker) when:1d"]


@pytest.mark.parametrize("engine", list(ENGINES))
def test_the_shipped_indicators_stay_within_every_engines_limits(engine, shipped_list):
    watch = shipped_list.watch
    asking = [replace(one, search=Search(LANGS, engine)) for one in watch.indicators]
    made_of = search_feeds(replace(watch, indicators=tuple(asking)))
    feeds = [feed for searches in made_of.values() for feed in searches.feeds]
    limits = ENGINES[engine]
    assert len(feeds) > 60
    assert len({feed.id for feed in feeds}) == len({feed.url for feed in feeds}) == len(feeds)
    for feed in feeds:
        text = asked(feed, "query" if engine == "gdelt" else "q")
        said = text.replace(" when:1d", "").partition(" sourcelang:")[0]
        assert len(said) <= limits.length
        assert len(feed.url) <= limits.address
        assert len(said.replace(" OR ", " ").split()) <= limits.words
        assert "*" not in text
        assert "$" not in text


def test_paused_indicators_are_not_searched():
    indicator = replace(an_indicator(), search=Search(("en",)), paused=True)
    assert search_feeds(a_watch(indicators=[indicator])) == {}


LIST = """\
indicators:
  - id: ports
    title: Ports
    match: port AND closed
    search_feeds: {langs: LANGS}
"""


def test_the_searches_are_feeds_of_the_list():
    watch, problems = read_watch(LIST.replace("LANGS", "[en], every: 1h"))
    assert problems == []
    assert watch is not None
    [feed] = watch.feeds
    assert (feed.id, feed.every.total_seconds()) == ("search-ports-en-1", 3600)


def test_an_indicator_that_listens_to_some_feeds_hears_its_own_searches():
    text = LIST.replace("LANGS", "[en]") + (
        "    feeds: [wire]\nfeeds:\n  - {id: wire, url: 'https://w.example/'}\n"
    )
    watch, problems = read_watch(text)
    assert problems == []
    assert watch is not None
    assert watch.indicators[0].feeds == ("wire", "search-ports-en-1")


@pytest.mark.parametrize(
    ("langs", "severity", "place", "says"),
    [
        ("[en, zh]", "warning", (5, 5), "nothing can be searched in zh"),
        ("[xx]", "error", (5, 28), 'google-news is not searched in "xx"'),
        ("[]", "error", (5, 19), "no language is named"),
        ("[en], engine: yahoo", "error", (5, 41), "google-news, bing, gdelt"),
    ],
)
def test_what_cannot_be_searched_is_told_with_its_place(langs, severity, place, says):
    _, problems = read_watch(LIST.replace("LANGS", langs))
    [problem] = problems
    assert problem.severity == severity
    assert says in problem.message
    assert (problem.line, problem.column) == place
