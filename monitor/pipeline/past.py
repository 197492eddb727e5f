"""What an indicator's last days were, for the pictures in mails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from monitor.digest.charts import SHOWN, WEEK
from monitor.digest.pictures import NO_PAST, Month, Past
from monitor.pipeline.edges import Books

SPAN = SHOWN + WEEK - 1
"""Days to be counted: those that are drawn, and the six before them that the first week needs."""


def past_of(indicators: Iterable[str], last: date, books: Books, levels: Mapping[str, str]) -> Past:
    """
    What some indicators brought a day, up to a local day and with it, and what was usual.

    ``levels`` say in a word how they stand.
    """
    if books.tally is None:
        return NO_PAST
    days = [last - timedelta(days=back) for back in range(SPAN - 1, -1, -1)]
    wanted = list(indicators)
    counts = books.tally.days(days[0], wanted)
    usual = books.usual(last)
    return {
        one: Month(
            [(day, counts.get(one, {}).get(day, 0)) for day in days],
            usual.get(one, ()),
            levels.get(one, ""),
        )
        for one in wanted
    }
