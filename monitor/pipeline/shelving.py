"""Between matching and storing: what came finds its stories, and then its alerts."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from monitor.model import Arrival, Feed, PollRecord, WatchList
from monitor.pipeline.alerting import drafts_of_all
from monitor.pipeline.edges import Edges
from monitor.pipeline.meeting import Polled
from monitor.stories import Shelved

log = logging.getLogger("monitor.stories")


@contextmanager
def placed(
    came: Sequence[tuple[Arrival, Feed]], watch: WatchList, at: datetime, edges: Edges
) -> Iterator[Shelved]:
    """
    The stories of what came; what was decided on them is forgotten if storing it fails.

    Should placing itself fail, each item is a story of its own: a fault there loses no hit.
    """
    placer = edges.placer
    if placer is None:
        yield Shelved()
        return
    try:
        shelved = placer.place(came, watch, at)
    except Exception:
        log.exception("what came could not be placed; each item is a story of its own")
        placer.forget()
        shelved = Shelved()
    try:
        yield shelved
    except BaseException:
        placer.forget()
        raise


def with_drafts(polls: Sequence[Polled], shelved: Shelved, edges: Edges) -> list[PollRecord]:
    """The records of the polls with the alerts on what they brought."""
    if not polls:
        return []
    coming = [[(arrival, alert, one.feed) for arrival, alert in one.alerts] for one in polls]
    drafts = drafts_of_all(coming, polls[-1].watch, edges, shelved)
    return [
        replace(one.record, drafts=tuple(found)) if found else one.record
        for one, found in zip(polls, drafts, strict=True)
    ]
