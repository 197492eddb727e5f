"""Articles: fetch the page behind an item in scope, read it, match the item anew with its text."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts.decide import Known, decide, may_be_told
from monitor.digest.build import local_day
from monitor.errors import FeedError, FetchError, MonitorError, StaleError
from monitor.feeds.guard import host_of
from monitor.feeds.search import speaking
from monitor.matching import match
from monitor.model import Arrival, ArticleRecord, Errand, Feed, Saved
from monitor.pipeline.alerting import drafts_of
from monitor.pipeline.arrivals import RECENT, with_article
from monitor.pipeline.edges import Articles, Current, Edges, ReadArticle, StoredText
from monitor.pipeline.shelving import placed

log = logging.getLogger("monitor.articles")

HOSTS_AT_ONCE = 8
MOST_AT_ONCE = 100
"""Articles of one round; the next round goes on with the rest."""

PAUSES = (timedelta(minutes=10), timedelta(hours=1))
"""How long to wait after each failure that may pass; after the last there is no more."""

FOR_GOOD = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 451})


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """What a round of articles came to."""

    read: int = 0
    failed: int = 0
    hits_new: int = 0
    stories_new: int = 0


def due_articles(current: Current, edges: Edges, most: int = MOST_AT_ONCE) -> Sequence[Errand]:
    """The articles that are due, the longest waiting first."""
    feeds = [feed.id for feed in current.watch.feeds if feed.fulltext]
    if edges.articles is None or edges.read_article is None or not feeds:
        return ()
    return edges.articles.due(feeds, edges.clock(), most)


async def read_articles(
    current: Current, edges: Edges, wanted: Callable[[str], bool] = lambda _host: True
) -> ArticleReport:
    """
    Fetch the articles that are due, of the hosts that are wanted, and store each with its hits.

    Each host is asked for one article after the other, so that a feed on the
    same host waits for one at most. An article is kept in one transaction
    with its hits, the alerts on them and the note that it was read: a round
    that is broken off is simply gone on with.
    """
    articles, read = edges.articles, edges.read_article
    feeds = {feed.id: feed for feed in current.watch.feeds if feed.fulltext}
    if articles is None or read is None or not feeds:
        return ArticleReport()
    due = await asyncio.to_thread(due_articles, current, edges)
    hosts: dict[str, list[Errand]] = defaultdict(list)
    for errand in due:
        if wanted(host := host_of(errand.link)):
            hosts[host].append(errand)
    places = asyncio.Semaphore(HOSTS_AT_ONCE)
    step = _Step(current, edges, articles, read, feeds)

    async def ask(errands: Sequence[Errand]) -> list[tuple[bool, Saved]]:
        async with places:
            return [await step.one(errand) for errand in errands]

    done = [one for part in await asyncio.gather(*map(ask, hosts.values())) for one in part]
    return ArticleReport(
        read=sum(came for came, _ in done),
        failed=sum(not came for came, _ in done),
        hits_new=sum(saved.hits for _, saved in done),
        stories_new=sum(saved.stories for _, saved in done),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """One article at a time, with all that it needs."""

    current: Current
    edges: Edges
    articles: Articles
    read: ReadArticle
    feeds: dict[str, Feed]

    async def one(self, errand: Errand) -> tuple[bool, Saved]:
        """Fetch, read and store one article; its trouble is noted and holds up no other."""
        try:
            text = await self.text_of(errand)
            self.edges.checkpoint("after_article")
            saved = await asyncio.to_thread(self.keep, errand, text)
            self.edges.checkpoint("after_article_store")
            return True, saved
        except StaleError as error:
            log.info("article of feed %s: not stored: %s", errand.feed, error)
            return False, Saved()
        except FeedError as error:
            log.info("article of feed %s: %s", errand.feed, error)
            return False, await asyncio.to_thread(self.note, errand, error)
        except Exception as error:
            # The outermost guard of one article: whatever it did, the others go on.
            log.exception("article of feed %s: reading it failed", errand.feed)
            fault = MonitorError(f"reading it failed: {type(error).__name__}: {error}")
            return False, await asyncio.to_thread(self.note, errand, fault)

    async def text_of(self, errand: Errand) -> str:
        now = self.edges.clock()
        if now - errand.seen > RECENT:
            raise FetchError(errand.link, "It was not fetched within two days.", status=410)
        try:
            document = await self.edges.fetch(errand.link, etag=None, last_modified=None, now=now)
        except FetchError as error:
            raise _of_an_article(error) from error
        return await self.read(document)

    def keep(self, errand: Errand, text: str) -> Saved:
        """Match and store, in one turn with saying that it was seen now."""
        with self.edges.turn.shared():
            self.edges.agree(self.current.watch)
            now = self.edges.clock()
            stored = self.edges.records.item(errand.row)
            if stored is None:
                return self.articles.save(ArticleRecord(errand, now, error="the item is gone"))
            return self.keep_text(errand, stored, text, now)

    def keep_text(self, errand: Errand, stored: StoredText, text: str, now: datetime) -> Saved:
        feed = speaking(self.feeds[errand.feed], stored.item.source, self.current.watch.feeds)
        item = with_article(stored.item, text)
        hits = tuple(match(item, self.current.matcher, feed))
        known = None if stored.backfill else Known(now - errand.seen, stored.hit)
        alert = decide(item, hits, known=known, first_poll=stored.backfill)
        if self._came_with_a_restore(errand, now):
            alert = replace(alert, may_be_told=may_be_told(item, None, self.edges.restored))
        seen = errand.seen if stored.backfill else now
        arrival = Arrival(
            item=item,
            seen=seen,
            day=local_day(seen, self.current.watch.zone),
            hits=hits,
            twin=stored.twin,
            row=errand.row,
            backfill=stored.backfill,
            feed_hash=stored.given,
        )
        watch = self.current.watch
        with placed([(arrival, feed)], watch, now, self.edges) as shelved:
            drafts = drafts_of([(arrival, alert)], feed, watch, self.edges, shelved)
            return self.articles.save(ArticleRecord(errand, now, arrival, tuple(drafts)), shelved)

    def _came_with_a_restore(self, errand: Errand, now: datetime) -> bool:
        """Whether an item was seen so soon after a restore that it may have been told before."""
        restored = self.edges.restored
        return restored is not None and now - restored < RECENT and errand.seen >= restored

    def note(self, errand: Errand, error: MonitorError) -> Saved:
        """Keep why there is no article, and when it is worth another try."""
        now = self.edges.clock()
        again = next_try(errand, error, now)
        return self.articles.save(ArticleRecord(errand, now, error=str(error), next_try=again))


def _of_an_article(error: FetchError) -> FetchError:
    """A fetch's error in words of articles; the client speaks of feeds."""
    said = re.sub(r"\bfeed\b", "article", str(error))
    return FetchError(error.url, said, error.retry_at, error.status)


def next_try(errand: Errand, error: MonitorError, now: datetime) -> datetime | None:
    """
    When to ask for an article again, ``None`` for never.

    What a server says for good, and a page that cannot be read, is not asked
    for again; other troubles are, twice, or when the server says.
    """
    passing = isinstance(error, FetchError) and error.status not in FOR_GOOD
    if not passing or "Not asked" in str(error) or errand.tries >= len(PAUSES):
        return None
    retry_at = error.retry_at if isinstance(error, FetchError) else None
    return max(now + PAUSES[errand.tries], retry_at or now)
