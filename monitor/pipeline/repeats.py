"""Repeat: tell once more what nobody has said that they saw, where a route asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from monitor.alerts.decide import Alert, Reason
from monitor.alerts.repeat import longest_repeat, repeats_due
from monitor.digest.build import local_day
from monitor.messages import Draft, Told
from monitor.model import WatchList
from monitor.pipeline.edges import Books
from monitor.pipeline.past import past_of


def queue_repeats(watch: WatchList, books: Books, now: datetime) -> int:
    """Put the repeats that are due in the outbox, each once, and say how many were new."""
    back = longest_repeat(watch)
    if back is None:
        return 0
    return books.outbox.put(list(_drafts(watch, books, now, now - back)), now)


def _since_restore(told: Told, restored: datetime | None) -> Told:
    """What was told, with the pause until its repeat begun anew by a restore."""
    return told if restored is None else replace(told, at=max(told.at, restored))


def _drafts(watch: WatchList, books: Books, now: datetime, since: datetime) -> Iterator[Draft]:
    feeds = {feed.id: feed for feed in watch.feeds}
    unseen = (_since_restore(one, books.restored) for one in books.outbox.unseen(since))
    for told in repeats_due(unseen, watch, now):
        story = books.reading.story(feeds, told.subject)
        if story is None:
            continue
        hits = tuple(hit for report in story.reports for hit in report.hits)
        today = local_day(now, watch.zone)
        past = past_of(story.indicators[:1], today, books, books.levels(now))
        alert = Alert(story.lead.item, hits, Reason.REPEAT)
        yield Draft(
            key=f"alert|{Reason.REPEAT}|{told.subject}+{told.repeats + 1}|{told.channel}",
            kind="alert",
            subject=told.subject,
            route=told.route,
            channel=told.channel,
            reason=str(Reason.REPEAT),
            message=books.writer.alert_message(story, alert, watch, past),
            hits=told.hits,
        )
