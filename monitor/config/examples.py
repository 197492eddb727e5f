"""The file's own examples, tried on its own rules."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.config.document import read_document
from monitor.config.load import LoadedWatch
from monitor.errors import Problem
from monitor.matching import Matcher, match
from monitor.model import Feed, Hit, Indicator, Item, WatchList


def run_examples(loaded: LoadedWatch) -> list[Problem]:
    """
    The examples that do not behave as the file says, each with its place.

    An example is read as a title, and if that is no hit as a summary. It comes
    from no feed, or, for an indicator that listens to some feeds only, from
    the first of these. Paused indicators are not tried: they match nothing.
    """
    failing = [
        (("indicators", number, "examples", *path), message, hint)
        for number, indicator in enumerate(loaded.watch.indicators)
        if not indicator.paused
        for path, message, hint in _failing(indicator, loaded.watch, loaded.matcher)
    ]
    if not failing:
        return []
    document = read_document(loaded.watch.source, loaded.file)
    return [document.problem(path, message, hint) for path, message, hint in failing]


Failure = tuple[tuple[str | int, ...], str, str]


def _failing(indicator: Indicator, watch: WatchList, matcher: Matcher) -> Iterator[Failure]:
    feed = _heard_feed(indicator, watch)
    for number, text in enumerate(indicator.examples_match):
        if _hit(text, indicator, matcher, feed) is None:
            message = f"the example is not hit by {indicator.id}"
            hint = f"monitor explain {indicator.id} --text says which clause failed"
            yield ("match", number), message, hint
    for number, text in enumerate(indicator.examples_no_match):
        hit = _hit(text, indicator, matcher, feed)
        if hit is not None:
            words = ", ".join(dict.fromkeys(f'"{mark.text}"' for mark in hit.marks))
            message = f"the example is hit by {indicator.id}"
            yield ("no_match", number), message, f"by {words}" if words else ""


def _heard_feed(indicator: Indicator, watch: WatchList) -> Feed | None:
    """A feed that the indicator listens to, if it does not listen to all."""
    if not indicator.feeds and not indicator.groups:
        return None
    return next(
        (
            feed
            for feed in watch.feeds
            if feed.id in indicator.feeds or feed.group in indicator.groups
        ),
        None,
    )


def _hit(text: str, indicator: Indicator, matcher: Matcher, feed: Feed | None) -> Hit | None:
    name = feed.id if feed else ""
    for item in (Item("example", name, text), Item("example", name, "", summary=text)):
        for hit in match(item, matcher, feed):
            if hit.indicator == indicator.id:
                return hit
    return None
