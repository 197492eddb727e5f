"""What the ``indicators`` commands do; loaded only by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from monitor.cli.options import Exit, count, loaded_of, print_json, settings_of, start_log
from monitor.config.values import UnfitError, read_duration
from monitor.desk import Desk, open_desk
from monitor.digest.build import Story
from monitor.digest.plain import plain_line, shorten
from monitor.digest.zones import stamp, zone_words, zoned
from monitor.errors import MonitorError
from monitor.levels.assess import Assessment
from monitor.levels.hypotheses import Cell, Matrix
from monitor.levels.level import Level
from monitor.levels.override import Override, Shown
from monitor.levels.trend import Trend
from monitor.matching.revisions import describe
from monitor.model import Indicator
from monitor.pipeline.reviewing import hypotheses_of, level_named, review_list
from monitor.pipeline.reviewing import override as set_level
from monitor.store import Edit

ARROWS = {Trend.UP: "up", Trend.SAME: "", Trend.DOWN: "down"}
HISTORY = timedelta(days=30)
STORIES = 10


@contextmanager
def _desk(file: Path | None, database: str | None) -> Iterator[Desk]:
    start_log()
    settings = settings_of(file, database)
    with open_desk(settings, loaded_of(settings)) as desk:
        yield desk


# --- list


def listing(file: Path | None, database: str | None, json: bool) -> None:
    """Every indicator with its level, what asks for a look first."""
    with _desk(file, database) as desk:
        now = desk.clock()
        board = board_of(desk, now)
        told = hypotheses_of(desk.watch, desk.store.levels, now)
    if json:
        print_json(
            {
                "indicators": [_as_json(name, one) for name, one in board],
                "hypotheses": _matrix(told),
            }
        )
        return
    _print(board)
    _print_hypotheses(told)


def board_of(desk: Desk, now: datetime) -> list[tuple[str, Shown | None]]:
    """The indicators of the list as they were last assessed, what asks for a look first."""
    stands = desk.store.levels.board(now, desk.watch.zone)
    board = [(one.id, stands.get(one.id)) for one in desk.watch.indicators]
    return sorted(board, key=lambda each: each[1].order if each[1] else (len(Level), False, 1.0))


def _print(board: list[tuple[str, Shown | None]]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("indicator", "level", "trend", "why"):
        table.add_column(name, overflow="fold")
    for name, one in board:
        if one is None:
            table.add_row(name, "-", "", "not assessed yet: the service does it on the hour")
            continue
        table.add_row(name, str(one.level), ARROWS[one.computed.trend], one.why)
    Console().print(table)


def _print_hypotheses(told: Matrix) -> None:
    for column in told.columns:
        made = f" (as of {column.hypothesis.as_of})" if column.hypothesis.as_of else ""
        print(f"\n{column.hypothesis.id}{made}: {plain_line(column.hypothesis.statement)}")
        print(f"  90 days: {_cell(column.whole)}")
        if column.hypothesis.as_of and not column.since.is_empty:
            print(f"  since then: {_cell(column.since)}")
    for line in told.lines:
        if line.tells_nothing:
            print(
                f"\n{line.indicator.id}: its signals point the same way for every hypothesis, "
                "so it tells nothing"
            )


def _cell(cell: Cell) -> str:
    if cell.is_empty:
        return "no story speaks of it"
    return (
        f"{cell.stories_for} for (weight {cell.weight_for:.1f}), "
        f"{cell.stories_against} against (weight {cell.weight_against:.1f})"
    )


def _as_json(name: str, one: Shown | None) -> dict[str, Any]:
    if one is None:
        return {"indicator": name, "level": None}
    computed, window = one.computed, one.computed.window
    return {
        "indicator": name,
        "level": str(one.level),
        "reason": one.reason,
        "trend": str(computed.trend),
        "at": computed.at.isoformat(),
        "computed": str(computed.level),
        "stories": window.stories if window else None,
        "hours": window.hours if window else None,
        "expected": round(window.expected, 3) if window else None,
        "p": window.p if window else None,
        "override": _override(one.override),
    }


def _override(one: Override | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "level": str(one.level),
        "reason": one.reason,
        "by": one.by,
        "made": one.made.isoformat(),
        "until": one.until.isoformat(),
    }


def _matrix(told: Matrix) -> list[dict[str, Any]]:
    return [
        {
            "hypothesis": column.hypothesis.id,
            "as_of": column.hypothesis.as_of.isoformat() if column.hypothesis.as_of else None,
            "whole": _counts(column.whole),
            "since_as_of": _counts(column.since),
            "weeks": [{"until": end.isoformat(), **_counts(cell)} for end, cell in column.weeks],
            "indicators": {
                line.indicator.id: _counts(line.cells[column.hypothesis.id]) for line in told.lines
            },
        }
        for column in told.columns
    ]


def _counts(cell: Cell) -> dict[str, Any]:
    return {
        "for": cell.stories_for,
        "against": cell.stories_against,
        "weight_for": round(cell.weight_for, 3),
        "weight_against": round(cell.weight_against, 3),
    }


# --- show


@dataclass(frozen=True, slots=True)
class Whole:
    """All that is shown of one indicator; instants are told in the ``zone``."""

    indicator: Indicator
    stands: Shown | None
    changes: Sequence[Assessment]
    edits: Sequence[Edit]
    overrides: Sequence[Override]
    stories: Sequence[Story]
    zone: ZoneInfo
    now: datetime


def show(indicator: str, file: Path | None, database: str | None, json: bool) -> None:
    """One indicator, whole."""
    with _desk(file, database) as desk:
        whole = _whole(_named(indicator, desk), desk)
    if json:
        print_json(_whole_as_json(whole))
    else:
        _print_whole(whole)


def _whole(one: Indicator, desk: Desk) -> Whole:
    now = desk.clock()
    feeds = {feed.id: feed for feed in desk.watch.feeds}
    past = desk.store.levels.history(one.id, now - HISTORY)
    return Whole(
        indicator=one,
        stands=desk.store.levels.board(now, desk.watch.zone).get(one.id),
        changes=[
            new
            for old, new in zip([None, *past], past, strict=False)
            if not old or old.level != new.level
        ],
        edits=desk.store.edits.of(one.id),
        overrides=desk.store.levels.overrides_of(one.id, now - HISTORY),
        stories=desk.store.reading.stories_of(feeds, one.id, STORIES),
        zone=desk.watch.zone,
        now=now,
    )


def _whole_as_json(whole: Whole) -> dict[str, Any]:
    return {
        **_as_json(whole.indicator.id, whole.stands),
        "title": whole.indicator.title,
        "rule": describe(whole.indicator.rule),
        "history": [
            {"at": each.at.isoformat(), "level": str(each.level), "reason": each.reason}
            for each in whole.changes
        ],
        "edits": [
            {"at": each.at.isoformat(), "revision": each.revision, "rule": each.rule}
            for each in whole.edits
        ],
        "overrides": [_override(each) for each in whole.overrides],
        "recent_stories": [
            {"id": each.id, "seen": each.seen.isoformat(), "title": each.lead.item.title}
            for each in whole.stories
        ],
    }


def _print_whole(whole: Whole) -> None:
    one, zone = whole.indicator, whole.zone
    times = zone_words(zone, whole.now)
    print(f"{one.id}: {plain_line(one.title)}")
    for words in filter(None, (one.question, describe(one.rule))):
        print(f"  {plain_line(words)}")
    print(f"\n{whole.stands.reason if whole.stands else 'not assessed yet'}")
    sections = {
        "Levels of 30 days": [(each.at, each.reason) for each in whole.changes],
        "Edits": [(each.at, shorten(each.rule, 160)) for each in whole.edits],
        "Set by hand": [(each.made, f"{each.level}: {each.reason}") for each in whole.overrides],
        "Newest stories": [(each.seen, _told(each)) for each in whole.stories],
    }
    for title, lines in sections.items():
        _section(f"{title}, {times}", [f"{stamp(at, zone)}  {words}" for at, words in lines])


def _told(story: Story) -> str:
    title = shorten(plain_line(story.lead.item.title), 120)
    return f"{title} ({plain_line(story.lead.feed.publisher)}, {story.grade})"


def _named(indicator: str, desk: Desk) -> Indicator:
    """The indicator of that id; raises ``MonitorError`` with those there are if there is none."""
    one = desk.watch.indicator(indicator)
    if one is None:
        known = ", ".join(each.id for each in desk.watch.indicators)
        raise MonitorError(f"there is no indicator {indicator}; there are {known}")
    return one


def _section(title: str, lines: list[str]) -> None:
    if lines:
        print(f"\n{title}:")
        for line in lines:
            print(f"  {line}")


# --- review


def review(file: Path | None, database: str | None, json: bool) -> None:
    """What wants a look, and what could be done."""
    with _desk(file, database) as desk:
        began = desk.store.items.first_seen()
        found = review_list(desk.watch, desk.store.tally, desk.store.levels, began, desk.clock())
    if json:
        print_json(
            {
                "review": [
                    {
                        "indicator": one.indicator,
                        "kind": one.kind,
                        "words": one.words,
                        "action": one.action,
                    }
                    for one in found
                ]
            }
        )
        return
    for one in found:
        print(f"{one.indicator}: {one.kind}: {one.words}\n  -> {one.action}")
    print(f"{count(len(found), 'finding')}." if found else "No indicator wants a look.")


# --- override


def override(
    indicator: str,
    level: str | None,
    lasts: str,
    reason: str,
    by: str,
    end: bool,
    file: Path | None,
    database: str | None,
) -> None:
    """Set a level, or let the computed one stand again."""
    if (level is None) == (not end):
        raise MonitorError("say either --level LEVEL, or --end")
    with _desk(file, database) as desk:
        _named(indicator, desk)
        now, zone = desk.clock(), desk.watch.zone
        if level is None:
            if not desk.store.levels.end_override(indicator, now):
                print(f"No level of {indicator} is set by hand.")
                raise typer.Exit(Exit.NO)
            print(f"The computed level of {indicator} stands again.")
            return
        try:
            until = now + read_duration(lasts)
        except UnfitError as error:
            raise MonitorError(f"--for {lasts}: {error} ({error.hint})") from error
        wanted = Override(indicator, level_named(level), reason, until, now, by)
        kept = set_level(wanted, desk.watch, desk.store.levels)
    print(f"{indicator} stands at {kept.level} until {zoned(kept.until, zone)}.")
