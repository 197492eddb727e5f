"""Troubles of the service itself are told to its contact, each once until it ends."""

from __future__ import annotations

import logging
from datetime import datetime

from monitor.alerts.decide import Reason
from monitor.alerts.trouble import Standing, Trouble
from monitor.digest.wording import sentence
from monitor.errors import DeliveryError
from monitor.messages import Delivery, Draft, Message
from monitor.model import WatchList
from monitor.pipeline.edges import Send, Troubles, channel_of

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


async def tell_at_once(standing: Standing, watch: WatchList, send: Send) -> int:
    """
    Send the contact each trouble without the outbox, which is what is in trouble.

    It is tried once; what comes of it is in the log alone. Says how many went out.
    """
    sent = 0
    for trouble in standing.troubles:
        draft = draft_of(trouble, watch, standing.now)
        channel = channel_of(watch, draft.channel)
        if channel is None or channel.url is None:
            continue
        try:
            await send(_unkept(draft, standing.now), channel)
            sent += 1
        except DeliveryError as error:
            log.error("the contact could not be told: %s", error)
    return sent


def _unkept(draft: Draft, now: datetime) -> Delivery:
    """A message that no outbox holds."""
    return Delivery(
        id=0,
        key=draft.key,
        kind=draft.kind,
        subject=draft.subject,
        route=draft.route,
        channel=draft.channel,
        reason=draft.reason,
        message=draft.message,
        state="sending",
        note="",
        attempts=1,
        created=now,
        next_try=now,
        to=draft.to,
    )


def draft_of(trouble: Trouble, watch: WatchList, now: datetime) -> Draft:
    """
    What the contact is told: by mail, through the first mail channel that is set up.

    Without a ``contact`` it goes to those whom the channel itself names.
    Without such a channel nobody is told, and the ledger says so.
    """
    channel = next((one.name for one in watch.channels if one.is_mail), "")
    said = sentence(trouble.words)
    lines = [said, "", trouble.advice]
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
        message=Message(f"{watch.title}: {trouble.words}", "\n".join(lines), None, said),
        state="" if channel else "nowhere",
        to=(watch.contact,) if watch.contact else (),
    )
