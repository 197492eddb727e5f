"""What the first round of polls came to, said once in the terminal of a service that is new."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress

from monitor.app import App
from monitor.errors import StoreError
from monitor.model import Feed, FeedState

LOOK_SECONDS = 2.0
LONGEST_SECONDS = 120.0


async def say_first_round(app: App, address: str) -> None:
    """
    Wait until every feed was asked once, two minutes at most, and say how many answered.

    Nothing is said where all of them were asked before: the pages tell how they stand. Nor
    where the database fails meanwhile, of which the log tells.
    """
    with suppress(StoreError):
        await _say_when_asked(app, address)


async def _say_when_asked(app: App, address: str) -> None:
    waited, asked = 0.0, await _asked(app)
    if len(asked) == len(app.watch.feeds):
        return
    while len(asked) < len(app.watch.feeds) and waited < LONGEST_SECONDS:
        await asyncio.sleep(LOOK_SECONDS)
        waited += LOOK_SECONDS
        asked = await _asked(app)
    print(first_round_words(asked.values(), len(app.watch.feeds), address), file=sys.stderr)


async def _asked(app: App) -> Mapping[str, FeedState]:
    states = await asyncio.to_thread(app.store.records.states)
    return {feed.id: states[feed.id] for feed in app.watch.feeds if _was_asked(feed, states)}


def _was_asked(feed: Feed, states: Mapping[str, FeedState]) -> bool:
    return feed.id in states and states[feed.id].last_poll is not None


def first_round_words(asked: Collection[FeedState], feeds: int, address: str) -> str:
    """How many feeds answered, and where to look or what to do about the others."""
    answered = sum(state.last_answer is not None for state in asked)
    if not answered:
        return (
            f"No feed has answered ({len(asked)} of {feeds} asked). "
            "Is this machine on the network? They are asked again by themselves;\n"
            f"{address}feeds says of each why it failed. "
            "What it looks like with news: monitor demo --port 0"
        )
    if answered == feeds:
        return f"All {feeds} feeds have answered." if feeds > 1 else "The feed has answered."
    return (
        f"{answered} of {feeds} feeds have answered; {address}feeds says why the others have not."
    )
