"""Troubles of the service itself are told to its contact, each once until it ends."""

from __future__ import annotations

import logging
from datetime import datetime

from monitor.alerts.decide import Reason
from monitor.alerts.trouble import Standing, Trouble
from monitor.messages import Draft, Message
from monitor.model import WatchList
from monitor.pipeline.edges import Troubles

log = logging.getLogger("monitor.troubles")


def tell_troubles(standing: Standing, watch: WatchList, kept: Troubles) -> int:
    """Put a message for each trouble that is new in the outbox, and forget those that ended."""
    now, known = standing.now, kept.open()
    troubles = {str(one.kind): one for one in standing.troubles}
    for kind in known.keys() - troubles.keys():
        kept.end(kind)
        log.warning("the trouble with the %s is over", kind)
    begun = 0
    for kind, trouble in troubles.items():
        if kind not in known and kept.begin(kind, [draft_of(trouble, watch, now)], now):
            log.error("%s: %s", watch.title, trouble.words)
            begun += 1
    return begun


def draft_of(trouble: Trouble, watch: WatchList, now: datetime) -> Draft:
    """
    What the contact is told: by mail, through the first mail channel that is set up.

    Without a ``contact`` it goes to those whom the channel itself names.
    Without such a channel nobody is told, and the ledger says so.
    """
    channel = next((one.name for one in watch.channels if one.is_mail), "")
    sentence = f"{trouble.words[0].upper()}{trouble.words[1:]}."
    lines = [sentence, "", trouble.advice]
    if watch.site_url:
        lines += ["", watch.site_url]
    lines += ["", "You are told of it once, until it is over."]
    return Draft(
        key=f"trouble|{trouble.kind}|{now.isoformat()}",
        kind="trouble",
        subject=str(trouble.kind),
        route="",
        channel=channel,
        reason=str(Reason.TROUBLE),
        message=Message(f"{watch.title}: {trouble.words}", "\n".join(lines), None, sentence),
        state="" if channel else "nowhere",
        to=(watch.contact,) if watch.contact else (),
    )
