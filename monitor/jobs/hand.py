"""One worker's view of the service: the same steps, with what they remember in the database."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from datetime import timedelta
from typing import Any

from monitor.alerts.trouble import Standing
from monitor.app import AT_ONCE, BEAT_EVERY, App
from monitor.config.load import LoadedWatch
from monitor.errors import StaleError
from monitor.feeds.guard import Guard, host_of, is_kept_as
from monitor.jobs.lanes import Lanes, led_of
from monitor.jobs.lists import Listed, list_in_force
from monitor.jobs.queue import POLLS, JobQueue
from monitor.lives import owner_name
from monitor.messages import Delivery
from monitor.model import Channel, Feed, WatchList
from monitor.pipeline.articles import due_articles, read_articles
from monitor.pipeline.deliver import deliver_queue, open_queues
from monitor.pipeline.edges import Send, channel_of
from monitor.pipeline.judging import full_hour
from monitor.pipeline.poll import PollResult, due_feeds, poll
from monitor.store import Database

log = logging.getLogger("monitor.jobs")

DONE = "done: "
DONE_EVERY = 20.0
"""Seconds for which a step that was done is not noted again by the same worker."""
LOOK_AGAIN = 1.0
"""Seconds for which a worker believes that the list it goes by is the one in force."""
LOOKED = 10_000
"""So many feeds are looked up with one question."""
ABSENT = "absent channels"


class Hand(App):
    """
    A worker: an ``App`` whose steps are done now here, now on another machine.

    What one of them has to remember until the next time is in the database; the list
    in force is the one that a service on any machine took up last.
    """

    queue: JobQueue

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._said: dict[str, float] = {}
        self._listed: tuple[WatchList, str] = (self.watch, "")
        self._loading = asyncio.Lock()
        self._looked = -LOOK_AGAIN
        self._feeds: dict[str, Feed] = {}
        self._guard = Guard()
        self._strange: set[str] = set()
        self._strange_of: WatchList | None = None
        self._lined: set[str] = set()
        self.edges = replace(
            self.edges, agree=self._agree, send=LeasedSend(self.edges.send, self.store.database)
        )

    def begin_with(
        self,
        listed: Listed,
        queue: JobQueue,
        at_hand: Callable[[], LoadedWatch | None] = lambda: None,
    ) -> None:
        """Go by a list, and work for a queue; ``at_hand`` is a list that was read here already."""
        self.queue, self._at_hand = queue, at_hand
        self._go_by(listed)

    def sign(self) -> None:
        """Let messages that are claimed name the worker, so that others see when it is gone."""
        ids = "+".join(map(str, self.queue.lease.ids))
        self.owner = f"{owner_name()}:{ids}"

    # --- the list in force ---------------------------------------------------------------

    def _note_at_start(self, watch: WatchList) -> None:
        """Only a service that has the file says which list is in force."""

    def see_to_the_list(self) -> None:
        """The same."""

    async def _note_and_read(self, watch: WatchList) -> None:
        """The same."""

    def _go_by(self, listed: Listed) -> None:
        watch = listed.loaded.watch
        self._listed = watch, listed.mark
        self._feeds = {feed.id: feed for feed in watch.feeds}
        self._guard = Guard(watch.polling.allow)

    def _agree(self, watch: WatchList) -> None:
        ours, mark = self._listed
        if watch is not ours:
            raise StaleError("another watch list is in force since")
        self.store.in_force.agree(mark)

    async def refresh(self, *, at_once: bool = True) -> None:
        """
        Go by the list that is in force now, if it is another; raises what ``list_in_force`` does.

        Unless ``at_once``, it is not looked again within ``LOOK_AGAIN``: what is stored
        by an older list is refused anyway.
        """
        if not at_once and time.monotonic() - self._looked < LOOK_AGAIN:
            return
        async with self._loading:
            self._looked = time.monotonic()
            said = await asyncio.to_thread(self.store.in_force.now)
            if said is None or said.mark == self._listed[1]:
                return
            here = self._at_hand()
            listed = await asyncio.to_thread(list_in_force, self.settings, self.store, here)
            self.take_up(listed.loaded)
            self._go_by(listed)
            log.info("revision %s is in force", listed.mark)

    # --- polling -------------------------------------------------------------------------

    async def line_up(self) -> None:
        """Have the feeds polled that are due, each host by one worker at a time."""
        if not await asyncio.to_thread(self.footing.bears):
            return
        lanes = await asyncio.to_thread(self._due_by_lane)
        if not lanes:
            self.did("poll")
            return
        jobs = {_lane(one): {"lane": one, "feeds": feeds} for one, feeds in lanes.items()}
        await self.queue.defer_all("poll", POLLS, jobs)

    def _due_by_lane(self) -> dict[int, list[str]]:
        """
        The feeds that look due, by lane; who polls them looks again.

        Of a million feeds a few thousand are due: all are looked through only for
        a list that is new here, to find those that were never asked at their address.
        """
        feeds, watch = self._feeds, self.watch
        if self._strange_of is not watch:
            kept = dict(self.store.due.addresses())
            strange = (one for one in watch.feeds if not is_kept_as(one.url, kept.get(one.id, "")))
            self._strange, self._lined = {one.id for one in strange}, set()
            self._strange_of = watch
        now = self.clock()
        looked = [feeds[name] for name in self._lined & self._strange if name in feeds][:LOOKED]
        still = {one.id for one in due_feeds(watch, self.edges, now, looked)} if looked else set()
        self._strange -= {one.id for one in looked} - still
        awake = [name for name in self.store.due.awake(now, watch.polling.at_most) if name in feeds]
        names = dict.fromkeys([*awake, *self._strange])
        lanes = self._lanes().batches(feeds[name] for name in names if name in feeds)
        self._lined = {name for batch in lanes.values() for name in batch}
        return lanes

    def _lanes(self) -> Lanes:
        """The lanes of all hosts, as far as it is known where feeds lead."""
        return Lanes(self._guard, led_of(self._feeds, self.store.due.led_to()))

    async def poll_batch(self, feeds: Sequence[str]) -> None:
        """Poll those of some feeds that are still due; those that a new list concerns once more."""
        left = [feed for name in feeds if (feed := self._feeds.get(name)) is not None]
        left = await asyncio.to_thread(due_feeds, self.watch, self.edges, self.clock(), left)
        results = await self._polled(left)
        unkept = {one.feed for one in results if not one.kept}
        mark = self._listed[1]
        if unkept:
            await self.refresh()
        if mark != self._listed[1]:
            again = [feed for name in unkept if (feed := self._feeds.get(name)) is not None]
            results = (*results, *await self._polled(again))
        if any(one.ok and one.kept for one in results):
            self.did("poll")
        if any(one.hits_new for one in results):
            await self._deliver()

    async def _polled(self, feeds: Sequence[Feed]) -> tuple[PollResult, ...]:
        report = await poll(feeds, self.current, self.edges, at_once=AT_ONCE)
        return report.results

    async def line_up_articles(self) -> None:
        """Have the articles fetched that are due, in the lanes of their hosts."""
        if not await asyncio.to_thread(self.footing.bears):
            return
        due = await asyncio.to_thread(due_articles, self.current, self.edges)
        if not due:
            return
        found = await asyncio.to_thread(self._lanes)
        lanes = {found.of_host(host_of(one.link)) for one in due}
        await self.queue.defer_all("read", POLLS, {_lane(one): {"lane": one} for one in lanes})

    async def read_lane(self, lane: int) -> None:
        """Fetch the articles of a lane's hosts."""
        lanes = await asyncio.to_thread(self._lanes)
        report = await read_articles(
            self.current, self.edges, wanted=lambda host: lanes.of_host(host) == lane
        )
        if report.hits_new:
            await self._deliver()

    # --- what follows --------------------------------------------------------------------

    async def assess_due(self) -> None:
        """Assess every indicator, once an hour, unless another worker has."""
        hour = full_hour(self.clock())
        if self._assessed != hour:
            last = await asyncio.to_thread(self.store.levels.last)
            if any(one.at >= hour for one in last.values()):
                self._assessed = hour
        await super().assess_due()

    async def ready_pages(self) -> None:
        """A worker has no pages."""

    async def deliver_due(self) -> None:
        """Have each channel's queue worked off by one worker."""
        await self._reclaim_of_the_gone()
        queues = await asyncio.to_thread(open_queues, self.watch, self.edges)
        for channel in queues:
            await self.queue.defer("send", lock=f"send {channel.name}", channel=channel.name)
        self.did("deliver")

    async def send_queue(self, name: str) -> None:
        """Work off one channel's queue."""
        channel = channel_of(self.watch, name)
        if channel is None or channel.url is None:
            return
        due = await asyncio.to_thread(self.edges.outbox.due, self.clock())
        mine = [one for one in due if one.channel == name]
        await deliver_queue(mine, channel, self.watch, self.edges, self.owner)

    async def _deliver(self) -> None:
        await self.queue.defer("deliver")

    async def _reclaim_of_the_gone(self) -> None:
        """Take back what workers had claimed that are gone, on whichever machine they were."""
        owners = await asyncio.to_thread(self.store.outbox.owners)
        workers = {one: ids for one in owners if (ids := _workers(one))}
        if workers:
            living = await self.queue.living()
            gone = [one for one, ids in workers.items() if not ids <= living]
            if gone:
                await asyncio.to_thread(self.store.outbox.reclaim, gone, self.clock())
        if owners:
            await asyncio.to_thread(self.reclaim)

    async def probe(self) -> None:
        """Ask channels that failed whether they are there again, as any worker saw them last."""
        seen = await asyncio.to_thread(self.store.facts.text, ABSENT)
        self._absent = set(filter(None, seen.split("\n")))
        await super().probe()
        now = "\n".join(sorted(self._absent))
        if now != seen:
            await asyncio.to_thread(self.store.facts.note, ABSENT, now)

    # --- how the service stands ----------------------------------------------------------

    def did(self, step: str) -> None:
        """Note for all workers that a step was done without a fault."""
        if time.monotonic() - self._said.get(step, -DONE_EVERY) < DONE_EVERY:
            return
        self._said[step] = time.monotonic()
        note = asyncio.to_thread(self.store.facts.note, DONE + step, self.clock().isoformat())
        self._start(f"note {step}", note)

    def has_done(self, steps: Set[str]) -> bool:
        """Whether any workers did all of these steps since the last whole cycle."""
        last = self.store.troubles.last_cycle()
        if last is not None and timedelta(0) <= self.clock() - last < BEAT_EVERY:
            return False
        done = self.store.facts.instants([DONE + step for step in steps])
        return len(done) == len(steps) and all(last is None or at > last for at in done.values())

    def standing(self) -> Standing:
        """How the service stands; whether an edit is refused is known where the file is."""
        return replace(super().standing(), refused_at=self.store.in_force.refused())

    def room(self) -> tuple[int, int]:
        """Room enough: the disk of a database on a server is not seen from here."""
        _, total = super().room()
        return total, total


class LeasedSend:
    """Sends while the lease lasts: what was claimed by a worker that then stood still stays."""

    def __init__(self, send: Send, database: Database) -> None:
        self._send = send
        self._database = database

    async def __call__(self, delivery: Delivery, channel: Channel) -> str:
        """Hand a message to a channel; raises ``StaleError`` without doing so if it ended."""
        await asyncio.to_thread(self._look)
        return await self._send(delivery, channel)

    def _look(self) -> None:
        with self._database.writing():
            pass


def _lane(number: int) -> str:
    return f"lane {number}"


def _workers(owner: str) -> set[int]:
    """The workers that the signature of a claimed message names."""
    ids = owner.split(":")[3:]
    return {int(one) for one in ids[0].split("+") if one.isdigit()} if ids else set()
