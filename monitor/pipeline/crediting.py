"""What a person says of a story's credibility, apart from grade and what corroborates it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from monitor.errors import MonitorError
from monitor.messages import Draft, Message
from monitor.pipeline.edges import OwnTurn, Turn
from monitor.pipeline.regrouping import on_a_line

CREDIBILITY = range(1, 7)
"""From 1, confirmed, to 6, which cannot be judged."""
JUDGED = "judged"
"""The reason of the ledger's lines that tell who judged a story, how, and why."""


class Belief(Protocol):
    """How credible a story is: by itself, and as a person judged it."""

    @property
    def story(self) -> str: ...
    @property
    def headline(self) -> str: ...
    @property
    def computed(self) -> int: ...
    @property
    def judged(self) -> int | None: ...


class Beliefs(Protocol):
    """Knows how credible stories are, and takes what a person judges."""

    def belief(self, item: str) -> Belief | None: ...
    def judge(self, story: str, credibility: int | None, line: Draft, now: datetime) -> None: ...


def judge(
    item: str,
    credibility: int | None,
    stories: Beliefs,
    now: datetime,
    *,
    reason: str = "",
    by: str = "",
    turn: Turn | None = None,
) -> Belief:
    """
    Say how credible the story of an item is, from 1 to 6, or take that back with ``None``.

    It stands above what follows from its publishers, whatever comes later, and sticks
    over rebuilds; what it said before is answered. Nobody is alerted. Raises
    ``MonitorError`` for an item in no story, another number, or nothing to take back.
    """
    if credibility is not None and credibility not in CREDIBILITY:
        raise MonitorError(
            f"credibility runs from 1 (confirmed) to 6 (cannot be judged): not {credibility}"
        )
    with turn or OwnTurn():
        before = stories.belief(item)
        if before is None:
            raise MonitorError(f"{item} is in no story: no indicator hit it, or it is not stored")
        if credibility is None and before.judged is None:
            raise MonitorError(f"{before.headline or before.story} was not judged by hand")
        line = _line(before, credibility, now, on_a_line(reason), on_a_line(by))
        stories.judge(before.story, credibility, line, now)
        return before


def _line(before: Belief, credibility: int | None, now: datetime, reason: str, by: str) -> Draft:
    told = (
        f"credibility {credibility}, computed {before.computed}"
        if credibility is not None
        else f"credibility as computed, {before.computed}, not {before.judged}"
    )
    return Draft(
        key=f"story|{JUDGED}|{before.story}|{credibility}|{now.isoformat()}",
        kind="story",
        subject=before.story,
        route="",
        channel="",
        reason=JUDGED,
        message=Message(before.headline, ""),
        held=": ".join(filter(None, (by, told, reason))),
        state="hand",
    )
