"""Trying feeds: what an address gives now, and where the feed of a page is; nothing is stored."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.errors import FeedError, FetchError, ParseError
from monitor.feeds.discovery import Candidate, feeds_in, usual_places
from monitor.feeds.guard import without_secrets
from monitor.model import Document, Feed, ParsedFeed
from monitor.pipeline.edges import Clock, Fetch, Parse

OLD = timedelta(days=30)
"""Without a newer item than this a feed is probably left by its makers."""

AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Trial:
    """
    What one feed gave when it was tried.

    ``error`` is one plain sentence, or nothing; ``advice`` what to do, if
    there is something. ``url`` is where the document came from at last, and
    ``moved_to`` where the server says for good that the feed is now.
    """

    feed: Feed
    url: str
    items: int = 0
    newest: datetime | None = None
    title: str = ""
    lang: str | None = None
    moved_to: str | None = None
    error: str | None = None
    advice: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether a feed came that could be read."""
        return self.error is None


@dataclass(frozen=True, slots=True)
class Found:
    """The feed of an address, what it gave, and others that the page names."""

    trial: Trial
    others: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Tester:
    """The network as trying needs it."""

    fetch: Fetch
    parse: Parse
    clock: Clock

    async def try_all(
        self, feeds: Sequence[Feed], each: Callable[[Trial], None] = lambda _trial: None
    ) -> list[Trial]:
        """Try feeds side by side, whatever their next time is; the answers in their order."""
        places = asyncio.Semaphore(AT_ONCE)

        async def one(feed: Feed) -> Trial:
            async with places:
                trial = await self.try_feed(feed)
            each(trial)
            return trial

        return list(await asyncio.gather(*(one(feed) for feed in feeds)))

    async def try_feed(self, feed: Feed) -> Trial:
        """Ask a feed once, and say what came and what to do about it."""
        began = time.perf_counter()
        document: Document | None = None
        try:
            document = await self._ask(feed.url)
            parsed = await self.parse(document.body, feed, document)
            trial = self._answered(feed, document, parsed)
        except FeedError as error:
            trial = Trial(feed, feed.url, error=str(error), advice=_advice(error, document))
        return replace(trial, seconds=round(time.perf_counter() - began, 3))

    async def find(
        self, url: str, each: Callable[[str], None] = lambda _address: None
    ) -> Found | FeedError:
        """
        The feed of an address: what stands there, else what the page there names.

        Where the page names none, the usual places of the site are tried. If
        there is no feed at all, the error of the address itself is the answer.
        """
        probe = Feed("new", url)
        try:
            document = await self._ask(url)
        except FeedError as error:
            return error
        try:
            parsed = await self.parse(document.body, probe, document)
            return Found(self._answered(probe, document, parsed))
        except ParseError as error:
            failed = error
        named = feeds_in(document.body, document.url, document.content_type)
        for candidates in (named, usual_places(document.url)):
            found = await self._first(candidates, each)
            if found is not None:
                others = tuple(one for one in named if one.url != found.feed.url)
                return Found(found, others)
        return failed

    async def _first(
        self, candidates: Iterable[Candidate], each: Callable[[str], None]
    ) -> Trial | None:
        """The first of some addresses that is a feed; an empty one only if no other is."""
        empty: Trial | None = None
        for candidate in candidates:
            each(candidate.url)
            trial = await self.try_feed(Feed("new", candidate.url))
            if trial.ok and trial.items:
                return replace(trial, title=trial.title or candidate.title)
            empty = empty or (trial if trial.ok else None)
        return empty

    async def _ask(self, url: str) -> Document:
        return await self.fetch(url, etag=None, last_modified=None, now=self.clock())

    def _answered(self, feed: Feed, document: Document, parsed: ParsedFeed) -> Trial:
        newest = max((one.published for one in parsed.items if one.published), default=None)
        trial = Trial(
            feed=feed,
            url=document.url,
            items=len(parsed.items),
            newest=newest,
            title=parsed.title,
            lang=parsed.lang,
            moved_to=document.moved_to,
        )
        return replace(trial, advice=self._remark(trial))

    def _remark(self, trial: Trial) -> str:
        if trial.moved_to:
            return f"it has moved for good: write url: {trial.moved_to}"
        if not trial.items:
            return "it is empty now; if it stays so, look for another feed of the site"
        if trial.newest is not None and self.clock() - trial.newest > OLD:
            return (
                f"nothing new since {trial.newest:%Y-%m-%d}: it is probably no longer kept; "
                "look for another feed of the site"
            )
        return ""


def _advice(error: FeedError, document: Document | None) -> str:
    """What to do about a feed that gave nothing."""
    if document is not None:
        named = feeds_in(document.body, document.url, document.content_type)
        if named:
            return f"the page names this feed: {without_secrets(named[0].url)}"
        return "open the address in a browser, and look for the feed's new one"
    status = error.status if isinstance(error, FetchError) else None
    if status == 410:
        return "take it out with monitor feeds remove, or give it its new address"
    if status in (404, 301, 302, 308):
        return "look for the feed's new address: monitor feeds add with the site's front page"
    if status == 401:
        return "write the user name and password into the address: https://user:password@..."
    if status in (403, 451):
        return "the site does not serve us; try its feed through a news search (search_feeds)"
    if status in (429, 503):
        return "nothing to do now; if it stays so, give it a longer every:"
    if status is None and "Not asked" in str(error):
        return ""
    return "see whether the address opens in a browser; if so, try again later"
