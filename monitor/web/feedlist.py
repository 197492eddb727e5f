"""Feeds by the hundred: narrowed by an address to a state or a group, and a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from monitor.web.asked import choice_of, number_of, only
from monitor.web.views import FEED_STATES, FeedsPage

MOST_PAGES = 1_000


def narrowed(view: FeedsPage, given: Mapping[str, str]) -> FeedsPage:
    """
    The feeds that an address asks for, of all of them.

    Raises ``AskedError`` for what no feed could be, and for parts that mean nothing here.
    """
    only(given, "state", "group", "page")
    states = {address: state for state in FEED_STATES for address in (state.replace(" ", "-"),)}
    state = choice_of(given, "state", {name: name for name in states})
    group = choice_of(given, "group", {name.lower(): name for name in view.groups})
    lines = tuple(
        line
        for line in view.lines
        if (state is None or line.state == states[state])
        and (group is None or (line.feed.group or "other") == group)
    )
    page = number_of(given, "page", 1, MOST_PAGES)
    return replace(view, lines=lines, every=view.lines, state=state, group=group, page=page)
