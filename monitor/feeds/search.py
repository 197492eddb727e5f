"""News searches made from an indicator's own words, so that coverage goes beyond the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from urllib.parse import quote

from monitor.feeds.langwords import Vocabulary, fits, is_name
from monitor.matching.asked import Group, Query, queries_of, scope_of
from monitor.model import Feed, Indicator, Item, Search, WatchList

UNKNOWN = "unknown"
"""Publisher of what a search brings, unless the item says more."""

EVERY = timedelta(minutes=30)
"""How often a search is asked; engines shut out who asks much."""

MOST_FEEDS = 5
"""Searches for one indicator in one language."""

SCOPE_NAMES = 6
"""Words of the scope that go into each search, names first."""

ORIGIN = "search_feeds of "

Groups = Sequence[Sequence[str]]
Sets = Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Engine:
    """
    A place to search news in, and how much it takes in one search.

    ``words`` counts those of all phrases together, ``length`` the characters
    of the search and ``address`` those of its whole address. An engine that
    has all news translated is asked in English, whatever the language.
    """

    address_of: Callable[[str, str], str]
    words: int
    length: int
    langs: Mapping[str, str]
    shortest: int = 1
    in_english: bool = False
    address: int = 2000


Written = Callable[[Engine, str, Group], tuple[str, ...]]
"""The words of a group that are of a language, as an engine takes them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an indicator asks for: the words of its scope, and the ways to hit its rule."""

    scope: Group
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Searches:
    """The feeds that an indicator's searches are, and what could not be searched, in words."""

    feeds: tuple[Feed, ...] = ()
    lacks: tuple[str, ...] = ()


def is_search(feed: Feed) -> bool:
    """Whether a feed was made from an indicator's ``search_feeds``."""
    return feed.origin.startswith(ORIGIN)


def speaking(feed: Feed, source: str | None, feeds: Iterable[Feed]) -> Feed:
    """
    The feed that an item counts as: its own, with the item's source for its publisher.

    A search passes on what others published. Where the item says who, and the
    list has feeds of that publisher, their grade is its grade.
    """
    if not is_search(feed) or not source:
        return feed
    known = (one for one in feeds if one.publisher.casefold() == source.casefold())
    twin = next(known, None)
    if twin is None:
        return replace(feed, publisher=source)
    return replace(feed, publisher=twin.publisher, grade=twin.grade)


def voice_of(item: Item, watch: WatchList) -> Feed | None:
    """The feed of the list that an item counts as; nothing if its feed has left the list."""
    feed = watch.feed(item.feed)
    return None if feed is None else speaking(feed, item.source, watch.feeds)


def search_feeds(watch: WatchList, taken: Iterable[str] = ()) -> dict[str, Searches]:
    """
    The searches of every indicator that asks for them, by its id.

    Ids are ``search-INDICATOR-LANG-N`` and follow from the list alone. What
    a search brings is matched like any feed's items, so a search may be wider
    than the rule, and is never narrower than one of its ways to hit.
    """
    # The same lists stand in many ways to hit; each is written once.
    written = cache(partial(_written, Vocabulary(_texts(watch))))
    used = set(taken)
    return {
        one.id: _searches(one, one.search, watch, written, used)
        for one in watch.indicators
        if one.search is not None and not one.paused
    }


def _texts(watch: WatchList) -> Iterable[str]:
    for one in watch.indicators:
        yield from (one.title, one.question, *one.examples_match)
    for entries in watch.terms.values():
        yield from (entry for entry in entries if "*" not in entry and "$" not in entry)
    yield from (one.statement for one in watch.hypotheses)


def _searches(
    indicator: Indicator, search: Search, watch: WatchList, written: Written, used: set[str]
) -> Searches:
    engine = ENGINES[search.engine]
    wanted = Wanted(scope_of(indicator, watch), tuple(queries_of(indicator, watch)))
    feeds: list[Feed] = []
    lacks: list[str] = []
    for lang in search.langs:
        texts = _in_language(wanted, engine, lang, written)
        if not texts:
            lacks.append(f"nothing can be searched in {lang}: {_why_not(wanted, lang)}")
        if len(texts) > MOST_FEEDS:
            left = len(texts) - MOST_FEEDS
            lacks.append(f"of the searches in {lang}, {left} are left out; {MOST_FEEDS} are made")
        for number, text in enumerate(texts[:MOST_FEEDS], 1):
            url = engine.address_of(text, lang)
            name = f"search-{indicator.id}-{lang}-{number}"
            if name in used:
                lacks.append(f"a feed of the list has the id {name} already")
                continue
            if url in used and not (indicator.feeds or indicator.groups):
                continue  # another indicator's search brings the same
            used |= {name, url}
            feeds.append(
                Feed(
                    id=name,
                    url=url,
                    lang=lang,
                    publisher=UNKNOWN,
                    every=search.every or EVERY,
                    origin=f"{ORIGIN}{indicator.id}",
                )
            )
    return Searches(tuple(feeds), tuple(lacks))


def _why_not(wanted: Wanted, lang: str) -> str:
    if not wanted.queries:
        return "the rule hangs on no word"
    return f"some of what the rule asks for has no word in {lang} that can be written in full"


def _in_language(wanted: Wanted, engine: Engine, lang: str, written: Written) -> list[str]:
    """The texts of the searches in one language, each within the engine's limits."""
    spoken = "en" if engine.in_english else lang
    scope, in_scope = wanted.scope, set(wanted.scope)
    names = _first_names(
        written(engine, spoken, tuple(sorted(scope, key=lambda word: not is_name(word))))
    )
    found: list[Groups] = []
    for query in wanted.queries:
        groups = [written(engine, spoken, group) for group in query if set(group) != in_scope]
        if not all(groups) or (scope and not names):
            continue
        found += _cut_to_fit(names, groups, engine, lang)
    return list(dict.fromkeys(_text(one) for one in _widest(found)))


def _first_names(words: Iterable[str]) -> tuple[str, ...]:
    """The first words of a scope, without those that only go on from one before them."""
    kept: tuple[str, ...] = ()
    for word in words:
        if not word.startswith(kept):
            kept += (word,)
        if len(kept) == SCOPE_NAMES:
            break
    return kept


def _widest(searches: Iterable[Groups]) -> list[Groups]:
    """The searches that no other one covers."""
    found = [(one, [frozenset(group) for group in one]) for one in searches]
    every = list({frozenset(sets): sets for _, sets in found}.values())
    return [one for one, sets in found if not any(_covers(other, sets) for other in every)]


def _covers(wider: Sets, sets: Sets) -> bool:
    """Whether a search finds all that another one does, and more."""
    return all(any(group <= other for group in sets) for other in wider) and not all(
        any(other <= group for other in wider) for group in sets
    )


def _written(vocabulary: Vocabulary, engine: Engine, lang: str, words: Group) -> tuple[str, ...]:
    """The words of a group that are of a language, as an engine takes them."""
    whole = (vocabulary.written(word, lang) for word in words if fits(word, lang))
    kept: dict[str, str] = {}
    for word in whole:
        if word and len(word) >= engine.shortest:
            kept.setdefault(word.casefold(), word.replace('"', ""))
    # Whoever searches for "jet" finds every "fighter jet".
    return tuple(
        word
        for folded, word in kept.items()
        if not any(part in kept for part in folded.split() if part != folded)
    )


def _cut_to_fit(names: Sequence[str], groups: Groups, engine: Engine, lang: str) -> list[Groups]:
    """
    One search if it fits, the smallest groups first; else several, each with a part of one group.

    A group that does not fit beside the others is left out: the search is
    wider for it, and the matcher narrows it.
    """
    scope = [names] if names else []
    chosen: list[Sequence[str]] = []
    for group in sorted(groups, key=len):
        if _fits([*scope, *chosen, group], engine, lang):
            chosen.append(group)
    if chosen or not groups:
        return [[*scope, *chosen]] if chosen or scope else []
    parts: list[list[str]] = [[]]
    for word in min(groups, key=len):
        if not _fits([*scope, [*parts[-1], word]], engine, lang) and parts[-1]:
            parts.append([])
        parts[-1].append(word)
    return [whole for part in parts if _fits(whole := [*scope, part], engine, lang)]


def _fits(groups: Groups, engine: Engine, lang: str) -> bool:
    if sum(len(word.split()) for group in groups for word in group) > engine.words:
        return False
    text = _text(groups)
    if len(text) > engine.length:
        return False
    # Each byte becomes three signs at most, so that a short one need not be written out.
    at_most = 3 * len(text.encode()) + len(engine.address_of("", lang))
    return at_most <= engine.address or len(engine.address_of(text, lang)) <= engine.address


def _text(groups: Groups) -> str:
    """A search as all three engines read it: OR within brackets, all brackets needed."""
    return " ".join(
        _quoted(group[0]) if len(group) == 1 else f"({' OR '.join(map(_quoted, group))})"
        for group in groups
    )


def _quoted(word: str) -> str:
    return word if word.isalpha() else f'"{word}"'


# --- engines -----------------------------------------------------------------------

_EDITIONS = {
    "en": "hl=en-US&gl=US&ceid=US:en",
    "es": "hl=es-419&gl=US&ceid=US:es-419",
    "pt": "hl=pt-BR&gl=BR&ceid=BR:pt-419",
    "ru": "hl=ru&gl=RU&ceid=RU:ru",
    "zh": "hl=zh-CN&gl=CN&ceid=CN:zh-Hans",
    # There is no Persian edition; Persian words find Persian pages in any.
    "fa": "hl=en-US&gl=US&ceid=US:en",
    "ar": "hl=ar&gl=EG&ceid=EG:ar",
    "de": "hl=de&gl=DE&ceid=DE:de",
    "fr": "hl=fr&gl=FR&ceid=FR:fr",
    "it": "hl=it&gl=IT&ceid=IT:it",
    "ja": "hl=ja&gl=JP&ceid=JP:ja",
    "ko": "hl=ko&gl=KR&ceid=KR:ko",
    "tr": "hl=tr&gl=TR&ceid=TR:tr",
    "uk": "hl=uk&gl=UA&ceid=UA:uk",
}
_NAMES = {
    "en": "english", "es": "spanish", "pt": "portuguese", "ru": "russian", "zh": "chinese",
    "fa": "persian", "ar": "arabic", "de": "german", "fr": "french", "it": "italian",
    "ja": "japanese", "ko": "korean", "tr": "turkish", "uk": "ukrainian",
}  # fmt: skip


def _google(text: str, lang: str) -> str:
    return f"https://news.google.com/rss/search?q={quote(f'{text} when:1d')}&{_EDITIONS[lang]}"


def _bing(text: str, lang: str) -> str:
    return f"https://www.bing.com/news/search?q={quote(text)}&format=rss&setlang={lang}"


def _gdelt(text: str, lang: str) -> str:
    words = quote(f"{text} sourcelang:{_NAMES[lang]}")
    return (
        f"https://api.gdeltproject.org/api/v2/doc/doc?query={words}"
        "&mode=ArtList&format=rss&maxrecords=100&timespan=24h&sort=DateDesc"
    )


ENGINES: Mapping[str, Engine] = {
    "google-news": Engine(_google, words=30, length=1000, langs=_EDITIONS),
    "bing": Engine(_bing, words=30, length=400, langs=_NAMES),
    "gdelt": Engine(_gdelt, words=30, length=250, langs=_NAMES, shortest=5, in_english=True),
}


def heard(indicator: Indicator, searches: Searches) -> Indicator:
    """An indicator that listens to some feeds only hears its own searches besides."""
    if not (indicator.feeds or indicator.groups):
        return indicator
    return replace(indicator, feeds=(*indicator.feeds, *(feed.id for feed in searches.feeds)))
