"""A sample alert, to try a channel with: made of the watch list's own first example."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.alerts.decide import Alert, Reason
from monitor.digest.build import Report, Story
from monitor.digest.pictures import Month
from monitor.matching import Matcher, match
from monitor.messages import Delivery
from monitor.model import Channel, Feed, Item, WatchList
from monitor.pipeline.edges import Writer

SOURCE = Feed(id="sample", url="", publisher="Sample")


def sample_delivery(
    watch: WatchList, matcher: Matcher, channel: Channel, writer: Writer, now: datetime
) -> Delivery:
    """A message as an alert looks, marked as a test; each has an id of its own."""
    key = f"test|{channel.name}|{uuid.uuid4().hex}"
    texts = [text for one in watch.indicators for text in one.examples_match]
    item = Item(key=key, feed=SOURCE.id, title=texts[0] if texts else "A sample story")
    hits = tuple(match(item, matcher, SOURCE))
    past = {hit.indicator: Month(_sample_past(now)) for hit in hits}
    story = Story(key, (Report(item, SOURCE, now, hits),))
    message = writer.alert_message(story, Alert(item, hits, Reason.NEW), watch, past)
    message = replace(
        message,
        subject=f"Test: {message.subject}",
        text=f"This is a test of the channel {channel.name}.\n\n{message.text}",
        short=f"Test of {channel.name}. {message.short}",
    )
    return Delivery(
        id=0,
        key=key,
        kind="alert",
        subject=key,
        route="",
        channel=channel.name,
        reason="test",
        message=message,
        state="sending",
        note="",
        attempts=1,
        created=now,
        next_try=now,
    )


def _sample_past(now: datetime) -> list[tuple[date, int]]:
    """Made up, so that a test shows how pictures arrive; the mail says that it is one."""
    return [(now.date() - timedelta(days=back), int(back % 5 == 0)) for back in range(35, -1, -1)]
