"""A service beside others: its own file's list is in force, or a newer edit from elsewhere is."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from monitor.app import App
from monitor.config.age import last_edit
from monitor.config.load import LoadedWatch
from monitor.errors import MonitorError
from monitor.jobs.lists import Listed, list_in_force
from monitor.model import WatchList
from monitor.store import InForce
from monitor.store.inforce import mark_of

log = logging.getLogger("monitor.jobs")


class Follower(App):
    """
    The app of a service whose database others may share, each with a file of its own.

    One list is in force for all of them, that of the newest edit. A service whose
    file is older goes by what is in force, says so, and puts its own in force as
    soon as somebody edits it; it never answers an edit elsewhere with its own list.
    """

    _followed: str | None = None

    def _note_at_start(self, watch: WatchList) -> None:
        said = self.store.in_force.now()
        edited = last_edit(self.settings.file, watch.opml)
        if said is not None and said.stays(self.offer(watch, edited)):
            self._say_elsewhere(said)
            self._go_by(list_in_force(self.settings, self.store), said)
        else:
            super()._note_at_start(watch)

    def take_up(self, loaded: LoadedWatch) -> None:
        """Put an edit of our own file in force, for all."""
        if self._followed is not None:
            log.info("%s is in force now, for all", self.settings.file)
        self._followed, self.elsewhere = None, ""
        super().take_up(loaded)

    async def follow(self) -> None:
        """Go by the list in force, where an edit was taken up elsewhere since ours."""
        ours = self.watch
        if self._noted != ours.revision:
            return  # ours is just being put in force
        said = await asyncio.to_thread(self.store.in_force.now)
        if said is None or said.mark in (self._followed, mark_of(ours.revision, ours.opml)):
            return
        # What this machine lacks for it the worker beside us says, and ends the service.
        with suppress(MonitorError):
            listed = await asyncio.to_thread(list_in_force, self.settings, self.store)
            if self.watch is ours and listed.mark == said.mark:
                self._say_elsewhere(said)
                self._go_by(listed, said)

    def _go_by(self, listed: Listed, said: InForce) -> None:
        """Use a list that is in force without saying that it is: that was said where it is kept."""
        watch = listed.loaded.watch
        self._noted, self._followed = watch.revision, said.mark
        self.put_in_force(listed.loaded)
        self.reach_by(watch)

    def _say_elsewhere(self, said: InForce) -> None:
        self.elsewhere = (
            f"The watch list in force is that of {said.home or 'another machine'}"
            + (f", edited {said.edited:%Y-%m-%d %H:%M} UTC" if said.edited else "")
            + f"; {self.settings.file} here was edited before that and is not in force. "
            "Edit it again to put it in force, or give all machines one file."
        )
        log.warning("%s", self.elsewhere)
