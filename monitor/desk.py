"""One watch list in force over one store: all that pages, exports and commands need."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from socket import gethostname

from monitor.alerts.links import Signer
from monitor.alerts.trouble import Standing, reserve_of
from monitor.config.briefs import read_brief
from monitor.config.load import LoadedWatch
from monitor.config.redact import secrets_written_in
from monitor.config.settings import Settings
from monitor.config.signing import fingerprint
from monitor.digest.build import local_day
from monitor.digest.links import Links
from monitor.digest.render import Renderer
from monitor.errors import Problem, StoreAwayError
from monitor.levels.band import Band
from monitor.levels.hypotheses import Matrix
from monitor.levels.override import Shown
from monitor.masking import remember, secrets_of
from monitor.model import WatchList
from monitor.pipeline.edges import Books, Clock, Current
from monitor.pipeline.judging import assess_board, full_hour
from monitor.pipeline.levelbooks import Judging
from monitor.pipeline.rebuilding import rebuild_stories
from monitor.pipeline.rematching import Rematched, rematch
from monitor.pipeline.reviewing import hypotheses_of, meanings_of
from monitor.resources import shipped, style_names
from monitor.semantic import meaning_for
from monitor.store import Change, InForce, Store
from monitor.store.inforce import mark_of
from monitor.store.restoring import restored_at

log = logging.getLogger("monitor.desk")

Bands = dict[str, tuple[Band | None, ...]]

FAILS_FROM = 2
"""So many failures in a row make a feed one that fails: one may be chance."""


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Refused:
    """An edit of indicators.yaml that was not taken up: what is wrong with it, and since when."""

    problems: tuple[Problem, ...]
    at: datetime


class Desk:
    """
    One watch list in force and one store: all that pages and exports need.

    Without a ``signer`` pages have no forms, and mails no link to answer by.
    ``put_in_force`` swaps the list whole; steps that run meanwhile finish with
    the one that they began with. Pages of a ``read_only``
    one change nothing: another process may be working on the database. Where the
    list is not that of the file here, ``elsewhere`` says whose it is.
    """

    def __init__(
        self,
        settings: Settings,
        loaded: LoadedWatch,
        store: Store,
        clock: Clock = utc_now,
        signer: Signer | None = None,
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.signer = signer
        self.renderer = Renderer(shipped("templates"), Links(style=style_names()), signer)
        self.current = Current(loaded.watch, loaded.matcher)
        remember(secrets_of(loaded.watch, settings.env))
        self.meaning = meaning_for(settings.env)
        self.refused: Refused | None = None
        self.read_only = False
        self.elsewhere = ""
        self._matrix: tuple[tuple[str, datetime], Matrix] | None = None
        self._bands: tuple[tuple[str, datetime], Bands] | None = None
        self.books = Books(
            records=store.records,
            outbox=store.outbox,
            mutes=store.mutes,
            reading=store.reading,
            archive=store.archive,
            writer=self.renderer,
            clock=clock,
            made=store.database.made(),
            board=store.levels.board,
            tally=store.tally,
            usual=store.usual.until,
            turn=store.database.turn,
            restored=restored_at(store.database),
        )

    @property
    def site_url(self) -> str | None:
        """The address of the pages as readers reach them, if the file gives one."""
        return self.watch.site_url

    def standing(self) -> Standing:
        """How the service stands now: feeds, outbox, disk, list, database."""
        broken, away = self.store.database.condition.broken, ""
        if broken is None:
            try:
                return self._known_standing()
            except StoreAwayError as error:
                away = str(error)
        free, total = self.room()
        return Standing(
            self.clock(),
            len(self.watch.feeds),
            0,
            None,
            free,
            reserve=reserve_of(total),
            broken=str(broken or ""),
            away=away,
        )

    def _known_standing(self) -> Standing:
        free, total = self.room()
        states = self.store.records.states()
        mine = [state for feed in self.watch.feeds if (state := states.get(feed.id)) is not None]
        return Standing(
            now=self.clock(),
            feeds=len(self.watch.feeds),
            failing=sum(state.failures >= FAILS_FROM for state in mine),
            oldest_waiting=self.store.outbox.oldest_waiting(),
            free_bytes=free,
            reserve=reserve_of(total),
            refused_at=self.refused.at if self.refused else None,
            last_cycle=self.store.troubles.last_cycle(),
        )

    def room(self) -> tuple[int, int]:
        """Bytes free and in all where the database is, or where the list is if it has no file."""
        usage = shutil.disk_usage(self.settings.folder)
        return self.store.database.condition.room() or (usage.free, usage.total)

    @property
    def watch(self) -> WatchList:
        """The watch list in force."""
        return self.current.watch

    def put_in_force(self, loaded: LoadedWatch) -> None:
        """Put another watch list in force."""
        self.current = Current(loaded.watch, loaded.matcher)
        remember(secrets_of(loaded.watch, self.settings.env))
        self.refused = None

    def note(self, watch: WatchList, edited: datetime | None = None) -> None:
        """Keep a list's text as the last good one, and count days by its zone; edited just now."""
        self.store.archive.keep_revision(watch.revision, watch.kept, self.clock())
        self.store.archive.keep_opml(watch.opml)
        if not self.store.database.is_sqlite:  # there no other process works by it
            self.store.in_force.put(self.offer(watch, edited or self.clock()))
        meant = meanings_of(self.current)
        # What is new is noted when its past was read, so that nothing breaks that off for good.
        new = self.store.edits.unread(meant)
        known = {name: one for name, one in meant.items() if name not in new}
        self.store.edits.note(known, self.clock())
        if self.store.tally.settle(watch.zone):
            log.info("the zone is now %s: stories were counted by its days anew", watch.zone)

    def offer(self, watch: WatchList, edited: datetime | None) -> InForce:
        """What other processes have to know of a list besides its text."""
        source, file = watch.source, str(self.settings.file)
        return InForce(
            mark_of(watch.revision, watch.opml),
            watch.revision,
            tuple(one.name for one in watch.channels if one.url is not None),
            tuple(secrets_written_in(source, file)) if source else (),
            fingerprint(self.settings),
            f"{gethostname()}:{self.settings.file.resolve()}",
            edited,
        )

    def rematch(
        self, each: Callable[[], None] = lambda: None, only: Set[str] | None = None
    ) -> Rematched:
        """
        Apply the list in force to the stored past, and count and group it anew; nobody is alerted.

        ``only`` are the indicators that it is about, else all.
        """
        store, now, current = self.store, self.clock(), self.current
        done = rematch(
            current,
            store.items.batches(),
            store.items.hits,
            lambda found: self._apply([Change(*one) for one in found], now),
            each,
            only,
        )
        if done.gained or done.lost or store.stories.is_to_be_grouped():
            rebuild_stories(self.watch, store.stories, self.books.turn, each, self.meaning)
            store.counts.recount_hits()
        meant = meanings_of(current).items()
        store.edits.read({name: one for name, (one, _) in meant if only is None or name in only})
        self.assess(tells=False)
        return done

    def _apply(self, changes: Sequence[Change], now: datetime) -> None:
        with self.books.turn:
            self.store.rematching.apply(changes, now)

    def matrix(self) -> Matrix | None:
        """What speaks for and against each hypothesis, worked out once an hour."""
        if not self.watch.hypotheses:
            return None
        now = self.clock()
        key = self.watch.revision, full_hour(now)
        if self._matrix is None or self._matrix[0] != key:
            self._matrix = key, hypotheses_of(self.watch, self.store.levels, now)
        return self._matrix[1]

    def read_the_past(self, each: Callable[[], None] = lambda: None) -> None:
        """Find the hits of indicators that are new in what was stored before them."""
        meant = meanings_of(self.current)
        new = self.store.edits.unread(meant)
        if new:
            done = self.rematch(each, new)
            log.info("%s: %d hits in what was stored before", ", ".join(sorted(new)), done.gained)
        self.store.edits.note(meant, self.clock())

    def assess(self, *, tells: bool = True) -> list[Shown]:
        """
        Assess every indicator at the last full hour; run twice it changes nothing.

        The first time after a restore nobody is told: what rose may have been told before.
        """
        self._matrix = self._bands = None
        tells = tells and not self._knows_less_than_was_told()
        return assess_board(self.watch, self._judging(), self.clock(), tells=tells)

    def _knows_less_than_was_told(self) -> bool:
        """Whether nothing was assessed yet since a backup was brought back."""
        restored = self.books.restored
        if restored is None:
            return False
        last = max((one.at for one in self.store.levels.last().values()), default=restored)
        return last < full_hour(restored)

    def bands(self) -> Bands:
        """What was usual of each indicator day by day over 90 days, as it was last assessed."""
        now = self.clock()
        key = self.watch.revision, full_hour(now)
        if self._bands is None or self._bands[0] != key:
            self._bands = key, self.store.usual.until(local_day(now, self.watch.zone))
        return self._bands[1]

    def _judging(self) -> Judging:
        return Judging(
            books=self.books,
            counting=self.store.counts,
            levels=self.store.levels,
            usual=self.store.usual,
            items=self.store.items,
            states=self.store.records.states,
            edited=self.store.edits.unread_since,
        )

    def refuse(self, problems: Sequence[Problem], at: datetime) -> None:
        """Remember that an edit was refused; the list in force stays."""
        self.refused = Refused(tuple(problems), at)

    def brief_text(self, brief: str | None) -> str:
        """The text under the heading of ``seeds/`` that a ``brief:`` names, or nothing."""
        return read_brief(self.settings.folder, brief) if brief else ""


@contextmanager
def open_desk(settings: Settings, loaded: LoadedWatch, clock: Clock = utc_now) -> Iterator[Desk]:
    """Open the store alone, for what reads it."""
    store = open_store(settings)
    try:
        yield Desk(settings, loaded, store, clock)
    finally:
        store.close()


def open_store(settings: Settings) -> Store:
    """The store, its schema brought up to date."""
    store = Store(settings.database_url)
    store.upgrade()
    return store
