"""The ledger as people and spreadsheets read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from monitor.digest.plain import plain_line
from monitor.messages import LEDGER_STATES, LedgerLine

STATE_WORDS = {"nowhere": "routed nowhere", "hand": "by hand"}
COLUMNS = (
    "decided",
    "kind",
    "reason",
    "subject",
    "title",
    "route",
    "channel",
    "state",
    "until",
    "note",
    "sent",
    "attempts",
    "answer",
    "merged_into",
    "may_be_repeat",
    "seen",
    "seen_by",
)
STATES_SHOWN = tuple(STATE_WORDS.get(state, state) for state in LEDGER_STATES)
"""The states as people read them, in the order of ``LEDGER_STATES``."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def state_words(state: str) -> str:
    """A state as people read it."""
    return STATE_WORDS.get(state, state)


def state_named(words: str) -> str | None:
    """The state that somebody means by its name or by the words it is shown with."""
    wanted = " ".join(words.lower().split())
    meant = {shown: state for state, shown in zip(LEDGER_STATES, STATES_SHOWN, strict=True)}
    return wanted if wanted in LEDGER_STATES else meant.get(wanted)


def record_of(line: LedgerLine) -> dict[str, Any]:
    """One line as plain values by column, its instants in UTC."""
    values = (
        _instant(line.at),
        line.kind,
        line.reason,
        line.subject,
        plain_line(line.title),
        line.route or None,
        line.channel or None,
        state_words(line.state),
        _instant(line.until),
        plain_line(line.note) or None,
        _instant(line.sent),
        line.attempts,
        plain_line(line.answer) or None,
        line.merged_into,
        line.may_be_repeat,
        _instant(line.seen.at) if line.seen else None,
        line.seen.by or None if line.seen else None,
    )
    return dict(zip(COLUMNS, values, strict=True))


def csv_of(lines: Iterable[LedgerLine]) -> Iterator[str]:
    """
    The lines as CSV with a heading, a part at a time.

    A spreadsheet would take a text that begins like a formula for one, and a
    feed's title is anything: such a text gets an apostrophe before it.
    """
    yield csv_line(COLUMNS)
    for line in lines:
        yield csv_line(record_of(line).values())


def csv_line(cells: Iterable[object]) -> str:
    """One line of CSV; no cell of it is a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([_cell(one) for one in cells])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _instant(value: datetime | None) -> str | None:
    return value.isoformat(timespec="seconds") if value else None
