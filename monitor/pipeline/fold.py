"""Several alerts that waited together become one message, and the ledger says so of each."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence

from monitor.messages import Draft, Waiting
from monitor.model import WatchList
from monitor.pipeline.edges import Edges

log = logging.getLogger("monitor.deliver")

FOLD_FROM = 2
"""So many alerts that waited together are told in one message."""


def to_fold(waiting: Iterable[Waiting]) -> list[Waiting]:
    """
    The alerts that can be told in one message; none if they are too few.

    One that may have got through already is repeated by itself, under its own
    id, so that whoever has it can tell.
    """
    found = [one for one in waiting if one.kind == "alert" and not one.interrupted]
    return found if len(found) >= FOLD_FROM else []


def fold_released(released: Sequence[Waiting], watch: WatchList, edges: Edges) -> None:
    """Let go what was held for one channel: several alerts as one message, all else by itself."""
    alerts = to_fold(released)
    notes = dict.fromkeys(one.note for one in alerts)
    if not fold(alerts, f"held: {'; '.join(notes)}", watch, edges):
        alerts = []
    folded = {one.id for one in alerts}
    edges.outbox.release([one.id for one in released if one.id not in folded], edges.clock())


def fold(alerts: Sequence[Waiting], why: str, watch: WatchList, edges: Edges) -> bool:
    """
    Put one summary in the place of alerts that wait for the same channel.

    ``why`` says what kept them. It is false, and they stay as they are, if
    there are none, if a story is not stored, or if one is being sent meanwhile.
    """
    feeds = {feed.id: feed for feed in watch.feeds}
    subjects = dict.fromkeys(one.subject for one in alerts)
    stories = [edges.reading.story(feeds, subject) for subject in subjects]
    # What a person merged since is one story by now.
    known = list({story.id: story for story in stories if story is not None}.values())
    if not alerts or None in stories:
        return False
    names = "|".join(sorted(one.key for one in alerts))
    draft = Draft(
        key=f"summary|{alerts[0].channel}|{hashlib.sha256(names.encode()).hexdigest()[:24]}",
        kind="summary",
        subject=f"{len(known)} stories",
        route="",
        channel=alerts[0].channel,
        reason="summary",
        message=edges.writer.summary_message(known, why, watch),
        hits=tuple(dict.fromkeys(hit for one in alerts for hit in one.hits)),
    )
    done = edges.outbox.put_merging(draft, [one.id for one in alerts], edges.clock())
    if done:
        log.info("%d alerts for %s go out as one message (%s)", len(alerts), draft.channel, why)
    return done
