"""The running service: what it does next, over the network and the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence, Set
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from monitor.alerts.links import Signer
from monitor.alerts.trouble import Standing
from monitor.config.age import last_edit
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.config.signing import signing_key
from monitor.desk import Desk, open_store, utc_now
from monitor.errors import FetchError, MonitorError, Problem, StoreBrokenError, StoreError
from monitor.feeds.articles import ArticleReader
from monitor.feeds.fetch import Client
from monitor.feeds.workers import ParserPool
from monitor.footing import CHECK_SECONDS, Footing
from monitor.housekeeping import daily_backup, let_go
from monitor.lives import fault_at, is_dead, owner_name
from monitor.memory import give_back, may_go
from monitor.model import Feed, WatchList
from monitor.notify import Sender
from monitor.pipeline.articles import read_articles
from monitor.pipeline.deliver import DeliveryReport, deliver, deliver_queue, open_queues
from monitor.pipeline.edges import Clock, Edges
from monitor.pipeline.judging import full_hour
from monitor.pipeline.placing import Placer
from monitor.pipeline.poll import PollReport, PollResult, due_feeds, poll, poll_feed
from monitor.pipeline.probing import probe
from monitor.pipeline.publish import close_days, queue_digests
from monitor.pipeline.rebuilding import rebuild_stories
from monitor.pipeline.repeats import queue_repeats
from monitor.pipeline.troubles import tell_at_once, tell_troubles
from monitor.store import Store

log = logging.getLogger("monitor.app")

AT_ONCE = 256
"""How many feeds are polled side by side."""

SLOW = 5.0
"""Seconds beyond which a poll that failed was slow: its server drips or hangs."""

SLOW_AT_ONCE = 64
"""How many feeds that were slow to fail are polled side by side, so that the others have room."""

FIRST_ROUND = timedelta(minutes=1)
"""How long a digest that is due at the start waits for the feeds to be read."""

CYCLE = frozenset({"poll", "publish", "deliver"})
"""The steps that make a whole cycle."""

BEAT_EVERY = timedelta(minutes=1)
"""How often the heartbeat is called at most."""

AFTER_A_FAULT = 60
"""Seconds until a feed is asked again whose poll could not even be noted."""

FINISH_SECONDS = 35
"""How long messages that are being sent may take when the service ends."""


class App(Desk):
    """The service without its ways in: a desk, the network, and the steps over both."""

    def __init__(
        self,
        settings: Settings,
        loaded: LoadedWatch,
        store: Store,
        client: Client,
        parsers: ParserPool,
        reader: ArticleReader,
        clock: Clock = utc_now,
        *,
        read_only: bool = False,
    ) -> None:
        super().__init__(settings, loaded, store, clock, Signer(signing_key(settings)))
        self.read_only = read_only
        self.owner = owner_name()
        self._client = client
        self._sender = Sender(loaded.watch.title)
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._not_before: dict[str, float] = {}
        self._opened = clock()
        self._waits_for_feeds = True
        self._asked: dict[str, float] = {}
        self._slow: set[str] = set()
        self._line: list[Feed] = []
        self._done: set[str] = set()
        self._beat: datetime | None = None
        self._ending = False
        self._assessed: datetime | None = None
        self._absent: set[str] = set()
        self._noted: str | None = None
        self._told_damage = False
        self.footing = Footing(self)
        self.is_checked = True
        self.edges = Edges(
            records=store.records,
            outbox=store.outbox,
            mutes=store.mutes,
            reading=store.reading,
            archive=store.archive,
            writer=self.renderer,
            clock=clock,
            made=self.books.made,
            turn=self.books.turn,
            restored=self.books.restored,
            board=store.levels.board,
            tally=store.tally,
            usual=store.usual.until,
            fetch=client.fetch,
            parse=parsers.parse,
            send=self._sender,
            articles=store.articles,
            read_article=reader.read,
            placer=Placer(store.stories, self.meaning),
            checkpoint=fault_at(settings.fault),
        )
        client.allow = loaded.watch.polling.allow
        if not read_only:
            self._note_at_start(loaded.watch)

    def _note_at_start(self, watch: WatchList) -> None:
        try:
            self.note(watch, last_edit(self.settings.file, watch.opml))
            self._noted = watch.revision
        except StoreBrokenError as error:
            log.debug("the list is not noted: %s", error)
        except StoreError as error:
            log.error("the list could not be noted, which is tried again: %s", error)

    def take_up(self, loaded: LoadedWatch) -> None:
        """Put another watch list in force, for the network too; the store is told in a thread."""
        before = {channel.name: channel.url for channel in self.watch.channels}
        self.put_in_force(loaded)
        may_go()
        for channel in loaded.watch.channels:
            if before.get(channel.name, channel.url) != channel.url:
                # Whoever puts an address right wants it tried now.
                wake = asyncio.to_thread(self.store.queues.wake, channel.name, self.clock())
                self._start(f"wake {channel.name}", wake)
        self.reach_by(loaded.watch)
        self._start(f"note {loaded.watch.revision}", self._note_and_read(loaded.watch))

    def reach_by(self, watch: WatchList) -> None:
        """Go by another list on the network."""
        self._sender.title = watch.title
        self._client.allow = watch.polling.allow

    def share_refusal(self, _problems: Sequence[Problem], at: datetime) -> None:
        """Tell those who do not see the file that an edit of it is refused."""
        self._start("refuse", asyncio.to_thread(self.store.in_force.refuse, at))

    async def _note_and_read(self, watch: WatchList) -> None:
        await asyncio.to_thread(self.note, watch)
        self._noted = watch.revision
        await asyncio.to_thread(self.read_the_past, self._mind_the_end)

    def see_to_the_list(self) -> None:
        """Note the list in force, where the store has not taken it yet."""
        if self._noted != self.watch.revision:
            self._start(f"note {self.watch.revision}", self._note_and_read(self.watch))

    def begin(self) -> None:
        """Start what a service does once, beside its rounds."""
        if self.footing.is_lost:
            return
        if not self.is_checked:
            self._start("check", asyncio.to_thread(self.footing.check))
        self._start("grouping", self.group_the_past())
        self._start("past", asyncio.to_thread(self.read_the_past, self._mind_the_end))

    async def group_the_past(self) -> None:
        """Group what was stored before there were stories, or was left so; nobody is alerted."""
        if not await asyncio.to_thread(self.store.stories.is_to_be_grouped):
            return
        log.info("what is stored and not grouped yet is being grouped")
        built = await asyncio.to_thread(
            rebuild_stories,
            self.watch,
            self.store.stories,
            self.books.turn,
            self._mind_the_end,
            self.meaning,
        )
        log.info("%d items are %d stories", built.items, built.stories)

    def _mind_the_end(self) -> None:
        """Break off what goes on in a thread when the service ends."""
        if self._ending:
            raise MonitorError("the service ends; it goes on at the next start")

    async def once(self, each: Callable[[PollResult], None]) -> tuple[PollReport, DeliveryReport]:
        """Poll every feed now, close days, write digests, deliver what is due."""
        await asyncio.to_thread(self.reclaim)
        await self.group_the_past()
        await asyncio.to_thread(self.read_the_past)
        report = await poll(self.watch.feeds, self.current, self.edges, at_once=AT_ONCE, each=each)
        if len(report.failed) < len(report.results):
            self.did("poll")
        await read_articles(self.current, self.edges)
        await asyncio.to_thread(self.assess)
        await self.publish()
        await asyncio.to_thread(self._tell_troubles)
        delivered = await deliver(self.watch, self.edges, self.owner)
        self.did("deliver")
        await self.mind()
        await asyncio.to_thread(self._let_go)
        return report, delivered

    async def publish_when_read(self) -> None:
        """Publish, but after a start only when the feeds were read, or have had their time."""
        if self._waits_for_feeds:
            due = await asyncio.to_thread(due_feeds, self.watch, self.edges, self.clock())
            waiting = {feed.id for feed in due} | self._polling()
            if waiting - self._asked.keys() and self.clock() - self._opened < FIRST_ROUND:
                return
            self._waits_for_feeds = False
            await self.assess_due()
        await self.publish()

    async def publish(self) -> None:
        """Close the days that are over, and put due digests in the outbox."""
        now = self.clock()
        await asyncio.to_thread(close_days, self.watch, self.edges, now)
        await asyncio.to_thread(queue_digests, self.watch, self.edges, now)
        await asyncio.to_thread(queue_repeats, self.watch, self.edges, now)
        self.did("publish")

    async def mind(self) -> None:
        """
        Tell the contact of troubles, and call the heartbeat after a whole cycle.

        A cycle is whole when, since the last one, a feed answered and was
        stored (or none was due), and digests and the outbox were worked off
        without a fault. Whoever waits for the heartbeat hears nothing while
        the service is in trouble: a trouble may be that mail does not go out.
        """
        self.store.database.condition.look_for_files()
        if self.footing.is_lost or self.footing.is_long_away:
            await self._tell_damage()
            return
        self.see_to_the_list()
        standing = await asyncio.to_thread(self._tell_troubles)
        if not await asyncio.to_thread(self.has_done, CYCLE):
            return
        if self._beat is not None and timedelta(0) <= standing.now - self._beat < BEAT_EVERY:
            return
        await asyncio.to_thread(self.store.troubles.note_cycle, standing.now)
        self._done.clear()
        self._beat = standing.now
        if self.watch.heartbeat and standing.is_well:
            await self._call_heartbeat(self.watch.heartbeat)

    def did(self, step: str) -> None:
        """Note that a step was done without a fault."""
        self._done.add(step)

    def has_done(self, steps: Set[str]) -> bool:
        """Whether all of these steps were done since the last whole cycle."""
        return steps <= self._done

    def _tell_troubles(self) -> Standing:
        standing = self.standing()
        tell_troubles(standing, self.watch, self.store.troubles)
        self._told_damage = False
        return standing

    async def _tell_damage(self) -> None:
        """Say once that the database cannot be used; no outbox can be relied on for that."""
        if self._told_damage:
            return
        standing = await asyncio.to_thread(self.standing)
        if not standing.broken and not standing.away:
            return  # it answers again
        self._told_damage = True
        log.error("%s", standing.broken or standing.away)
        self._start("send the contact", tell_at_once(standing, self.watch, self._sender))

    async def _call_heartbeat(self, url: str) -> None:
        """Call it by the guarded client; an address inside must be in ``polling.allow``."""
        try:
            await self._client.fetch(url, now=self.clock())
        except FetchError as error:
            if error.status is None or not 200 <= error.status < 300:
                # Its path is a secret, so not even the host's words are shown whole.
                log.warning("the heartbeat was not taken (%s)", error.status or "no answer")

    async def assess_due(self) -> None:
        """Assess every indicator, once an hour; what rose is sent at once."""
        hour = full_hour(self.clock())
        # Before they were read again, feeds only look as if they were down.
        if self._assessed == hour or self._waits_for_feeds:
            return
        await asyncio.to_thread(self.assess)
        self._assessed = hour
        await self._deliver()
        await self.ready_pages()

    async def ready_pages(self) -> None:
        """Work out what pages show by the hour, so that the hour's first reader need not wait."""
        await asyncio.to_thread(self.matrix)

    async def poll_due(self) -> None:
        """
        Start a poll of each feed that is due and not being polled; waits for none of them.

        Where there are more than places, those go first that were asked longest
        ago, and each poll that ends makes room for the next in line.
        """
        if not await asyncio.to_thread(self.footing.bears):
            return
        now = asyncio.get_running_loop().time()
        due = await asyncio.to_thread(due_feeds, self.watch, self.edges, self.clock())
        polling = self._polling()
        if not due:
            self.did("poll")
        waiting = [
            feed
            for feed in due
            if feed.id not in polling
            and self._not_before.get(feed.id, now) <= now
            # Not one whose poll ended while we looked.
            and self._asked.get(feed.id, 0.0) <= now
        ]
        self._line = sorted(waiting, key=lambda feed: self._asked.get(feed.id, 0.0))
        self._poll_next()

    def _poll_next(self) -> None:
        """Start polls from the line, as many as there are places."""
        chosen = in_turn(self._line, self._slow, self._polling())
        started = {feed.id for feed in chosen}
        self._line = [feed for feed in self._line if feed.id not in started]
        for feed in chosen:
            self._start(f"poll {feed.id}", self._poll_and_deliver(feed))

    async def read_due(self) -> None:
        """Start fetching the articles that are due, if that is not under way; waits for none."""
        if not await asyncio.to_thread(self.footing.bears):
            return
        self._start("articles", self._read_and_deliver())

    async def deliver_due(self) -> None:
        """Work off the outbox; a channel that hangs is left to itself and holds no other."""
        await asyncio.to_thread(self.reclaim)
        await self._deliver()
        self.did("deliver")

    async def index(self) -> None:
        """Make what was stored since the last time findable by search."""
        while await asyncio.to_thread(self.store.search.fill):
            pass

    async def check(self) -> None:
        """Look through the database for damage, as is done at the start."""
        await asyncio.to_thread(self.footing.check)

    async def probe(self) -> None:
        """Ask channels that failed whether they are there again, and send what waited for them."""
        is_there = self._sender.is_there
        if await probe(self.watch, self.store.queues, is_there, self._absent, self.clock()):
            await self._deliver()

    async def tidy(self) -> None:
        """Give memory back that large feeds have left free."""
        await asyncio.to_thread(give_back)

    async def keep_house(self) -> None:
        """Once a day, when the feeds were read: make a backup, and let go of what is old."""
        if not self._waits_for_feeds:
            for work, task in (("the backup", self._back_up), ("letting go", self._let_go)):
                try:
                    await asyncio.to_thread(task)
                except MonitorError as error:
                    log.error("%s: %s; it is tried again in a while", work, error)

    def _back_up(self) -> None:
        keep, now = self.watch.keeping.backups, self.clock()
        made = daily_backup(self.store, self.settings, keep, now, self._mind_the_end)
        if made is not None:
            log.info("backed up to %s (%.1f MB)", made.path, made.bytes / 1e6)

    def _let_go(self) -> None:
        done = let_go(self.store, self.watch.keeping, self.clock(), self._mind_the_end)
        if done is not None:
            pruned, given_back = done
            log.info("%d items were let go, %.1f MB given back", pruned.items, given_back / 1e6)

    def reclaim(self) -> None:
        """Take back what processes of this host had claimed and did not live to send."""
        owners = set(self.store.outbox.owners()) - {self.owner}
        dead = [owner for owner in owners if is_dead(owner)]
        if dead:
            count = self.store.outbox.reclaim(dead, self.clock())
            log.warning("%d messages were being sent when a monitor ended; they go out now", count)

    async def finish(self) -> None:
        """Break off polls, which lose nothing, and wait for messages that are being sent."""
        tasks = list(self._running.values())
        self.store.database.condition.break_off()
        self._line = []
        self._ending = True
        for task in tasks:
            if task.get_name().startswith(("poll ", "articles")):
                task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=FINISH_SECONDS)
        await self.edges.polls.settle()

    async def _poll_and_deliver(self, feed: Feed) -> None:
        result = await poll_feed(feed, self.current, self.edges)
        self._asked[feed.id] = asyncio.get_running_loop().time()
        # One that answers is never put among those that hang, however busy this machine was.
        is_slow = not result.ok and result.seconds > SLOW
        (self._slow.add if is_slow else self._slow.discard)(feed.id)
        if result.ok and result.kept:
            self.did("poll")
        if not result.kept and not self.footing.is_refused:
            # The store did not take it, so the feed has no next time: it gets one here. Where
            # nothing at all can be written, one writing is tried before any feed is asked.
            loop = asyncio.get_running_loop()
            self._not_before[feed.id] = loop.time() + AFTER_A_FAULT
        if result.hits_new:
            await self._deliver()

    async def _read_and_deliver(self) -> None:
        report = await read_articles(self.current, self.edges)
        if report.hits_new:
            await self._deliver()

    def _polling(self) -> set[str]:
        """The feeds that are being polled at this moment."""
        return {name.removeprefix("poll ") for name in self._running if name.startswith("poll ")}

    async def _deliver(self) -> None:
        queues = await asyncio.to_thread(open_queues, self.watch, self.edges)
        for channel, queue in queues.items():
            self._start(
                f"send {channel.name}",
                deliver_queue(queue, channel, self.watch, self.edges, self.owner),
            )

    def _start(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        if name in self._running:
            work.close()
            return
        task = asyncio.create_task(work, name=name)
        self._running[name] = task
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.pop(task.get_name(), None)
        if self._line and not task.cancelled():
            self._poll_next()
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, StoreError):
            log.error("%s failed: %s", task.get_name(), error)
        else:
            log.error("%s failed", task.get_name(), exc_info=error)


def in_turn(waiting: Sequence[Feed], slow: Set[str], polling: Set[str]) -> list[Feed]:
    """
    Which of the waiting feeds are polled now, beside those that are being polled.

    Feeds that were slow have few places: hundreds of servers that hang would
    else hold them all, and every other feed would wait for their time to end.
    """
    places = AT_ONCE - len(polling)
    slow_places = SLOW_AT_ONCE - len(polling & slow)
    chosen: list[Feed] = []
    for feed in waiting:
        if len(chosen) >= places:
            break
        if feed.id in slow:
            if slow_places <= 0:
                continue
            slow_places -= 1
        chosen.append(feed)
    return chosen


AnyApp = TypeVar("AnyApp", bound=App)


def open_app(
    settings: Settings,
    loaded: LoadedWatch,
    clock: Clock = utc_now,
    *,
    checked: bool = False,
    read_only: bool = False,
) -> AbstractAsyncContextManager[App]:
    """
    Open the store, the HTTP client and the parser processes, and close them in the end.

    With ``checked`` it is looked through for damage first; what a few seconds
    do not suffice for is done beside the work. With ``read_only`` another process
    may be working on the database: nothing is noted in it. Raises ``StoreError``
    if the database cannot be used.
    """
    return opened(App, settings, loaded, clock, checked=checked, read_only=read_only)


@asynccontextmanager
async def opened(
    kind: type[AnyApp],
    settings: Settings,
    loaded: LoadedWatch,
    clock: Clock = utc_now,
    *,
    checked: bool = False,
    read_only: bool = False,
) -> AsyncIterator[AnyApp]:
    """All that ``open_app`` opens, for an app of some kind."""
    store = open_store(settings)
    try:
        condition = store.database.condition
        done = not checked or await asyncio.to_thread(condition.check, CHECK_SECONDS)
        async with (
            Client(allow=loaded.watch.polling.allow, site_url=loaded.watch.site_url) as client,
            ParserPool() as parsers,
            ArticleReader() as reader,
        ):
            app = kind(settings, loaded, store, client, parsers, reader, clock, read_only=read_only)
            app.is_checked = done
            try:
                yield app
            finally:
                await app.finish()
    finally:
        store.close()
