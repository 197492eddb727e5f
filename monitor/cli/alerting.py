"""What the ``alerts`` commands do; loaded only by them."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from monitor.alerts.decide import Alert, Reason
from monitor.alerts.hold import Hold, instants, pointers, too_few
from monitor.alerts.route import Target, Verdict, explain_routes
from monitor.cli.options import Exit, loaded_of, print_json, settings_of, start_log
from monitor.cli.stored import item_key
from monitor.config.shape import did_you_mean
from monitor.config.values import UnfitError, read_duration
from monitor.desk import Desk, open_desk, utc_now
from monitor.digest.build import Story
from monitor.digest.ledger import STATES_SHOWN, csv_of, record_of, state_named, state_words
from monitor.digest.plain import plain_line, shorten
from monitor.digest.render import Renderer
from monitor.digest.zones import stamp, zone_words, zoned
from monitor.errors import DeliveryError, MonitorError
from monitor.messages import LedgerLine, Mute
from monitor.model import Hit
from monitor.notify import Sender
from monitor.pipeline import saying
from monitor.pipeline.alerting import hold_at, recall, sources_needed
from monitor.pipeline.sample import sample_delivery
from monitor.resources import shipped


@contextmanager
def _desk(file: Path | None, database: str | None) -> Iterator[Desk]:
    start_log()
    settings = settings_of(file, database)
    with open_desk(settings, loaded_of(settings)) as desk:
        yield desk


# --- log


def log(
    file: Path | None,
    database: str | None,
    limit: int,
    state: str | None,
    channel: str | None,
    json: bool,
    csv: bool,
) -> None:
    """The ledger, newest first."""
    wanted = None if state is None else state_named(state)
    if state is not None and wanted is None:
        raise MonitorError(f"no line stands so: {state}; one of {', '.join(STATES_SHOWN)}")
    with _desk(file, database) as desk:
        if csv:
            sys.stdout.writelines(csv_of(desk.store.ledger.all(state=wanted, channel=channel)))
            return
        lines = desk.store.ledger.lines(limit, state=wanted, channel=channel)
        if json:
            print_json({"lines": [record_of(line) for line in lines]})
            return
        _print_log(lines, desk)


def _print_log(lines: Iterable[LedgerLine], desk: Desk) -> None:
    zone = desk.watch.zone
    when = f"Decided, {zone_words(zone, desk.clock())}"
    table = Table(when, "What", "Why", "Channel", "State", box=None, pad_edge=False)
    for line in lines:
        stands = state_words(line.state)
        if line.until is not None:
            stands += f" until {_moment(line.until, desk)}"
        if line.note:
            stands += f": {plain_line(line.note)}"
        if line.seen is not None:
            stands += f"; seen{f' by {line.seen.by}' if line.seen.by else ''}"
        what = shorten(plain_line(line.title or line.subject), 70)
        table.add_row(_moment(line.at, desk), what, line.reason, line.channel or "–", stands)
    Console(soft_wrap=False, highlight=False, markup=False).print(table)


def _moment(instant: datetime, desk: Desk) -> str:
    return stamp(instant, desk.watch.zone)


# --- route


def route(file: Path | None, database: str | None, wanted: str, json: bool) -> None:
    """Where an alert on a stored item would go now, and why."""
    with _desk(file, database) as desk:
        story = _alone(desk, wanted)
        hits = story.lead.hits
        alert = Alert(story.lead.item, hits, Reason.NEW if hits else Reason.NO_HIT)
        verdicts = list(explain_routes(alert, desk.watch)) if hits else []
        memory = recall(desk.watch, desk.books)
        targets = [
            Target(one.branch.key, channel, one.branch.min_sources)
            for one in verdicts
            for channel in one.sends
        ]
        goes = {
            one.channel: too_few(story.independent, sources_needed(one, hits, desk.watch))
            or hold_at(one, pointers(hits), None, desk.watch, memory)
            for one in targets
        }
        if json:
            print_json(_route_record(story, hits, verdicts, goes))
        else:
            _print_route(story, verdicts, goes, desk)
    if not goes:
        raise typer.Exit(Exit.NO)


def _route_record(
    story: Story,
    hits: Iterable[Hit],
    verdicts: Iterable[Verdict],
    goes: dict[str, Hold | None],
) -> dict[str, Any]:
    return {
        "item": story.id,
        "indicators": [hit.indicator for hit in hits],
        "routes": [
            {
                "route": one.branch.key,
                "depth": one.branch.depth,
                "applies": one.applies,
                "lacks": list(one.lacks),
                "digest": [f"{at:%H:%M}" for at in one.branch.digest],
                "to": list(one.branch.to),
                "sends": list(one.sends),
            }
            for one in verdicts
        ],
        "channels": [
            {
                "channel": name,
                "held": hold.note if hold else None,
                "until": hold.until.isoformat() if hold and hold.until else None,
            }
            for name, hold in goes.items()
        ],
    }


def _print_route(
    story: Story, verdicts: Iterable[Verdict], goes: dict[str, Hold | None], desk: Desk
) -> None:
    print(plain_line(story.lead.item.title))
    if not story.indicators:
        print("It hits no indicator, so nobody is told.")
        return
    print(f"It hits {', '.join(story.indicators)}.")
    if story.lead.backfill:
        print("The first poll of its feed brought it as the past, which alerts nobody. If it did:")
    for one in verdicts:
        print(f"{'  ' * one.branch.depth}- {_verdict(one)}")
    for name, hold in goes.items():
        until = f" until {zoned(hold.until, desk.watch.zone)}" if hold and hold.until else ""
        print(f"{name}: {f'held{until}: {hold.note}' if hold else 'at once'}")
    if not goes:
        print("No route takes it: nobody is told at once.")


def _verdict(one: Verdict) -> str:
    name = f"{one.branch.key} ({', '.join(one.branch.to) or 'nobody'})"
    if not one.applies:
        return f"{name}: no, it asks for {'; '.join(one.lacks)}"
    if one.branch.digest:
        return f"{name}: in its digest at {', '.join(f'{at:%H:%M}' for at in one.branch.digest)}"
    said = [f"to {', '.join(one.sends)}"] if one.sends else []
    said += [f"{name} has it by a route before" for name in one.told]
    return f"{name}: yes, {'; '.join(said)}"


def _alone(desk: Desk, wanted: str) -> Story:
    """A stored item, as a story of it alone."""
    story, key = _story(desk, wanted), item_key(desk.store, wanted)
    report = next(one for one in story.reports if one.item.key == key)
    return replace(story, id=key, reports=(report,), first=None)


def _story(desk: Desk, wanted: str) -> Story:
    feeds = {feed.id: feed for feed in desk.watch.feeds}
    story = desk.store.reading.story(feeds, item_key(desk.store, wanted))
    if story is None:
        raise MonitorError(f"the item {wanted} is no longer stored")
    return story


# --- test


def test(file: Path | None, name: str) -> None:
    """Send a sample to a channel, and say what the server answered."""
    start_log()
    loaded = loaded_of(settings_of(file, None))
    names = {channel.name: channel for channel in loaded.watch.channels}
    if name not in names:
        raise MonitorError(
            f"there is no channel {name}; {did_you_mean(name, names) or 'see check'}"
        )
    channel = names[name]
    if channel.url is None:
        print(f"{name} is not set up: {channel.missing} is not set", file=sys.stderr)
        raise typer.Exit(Exit.NO)
    writer = Renderer(shipped("templates"))
    delivery = sample_delivery(loaded.watch, loaded.matcher, channel, writer, utc_now())
    try:
        answer = asyncio.run(Sender(loaded.watch.title)(delivery, channel))
    except DeliveryError as error:
        print(f"{name} did not take it: {error}", file=sys.stderr)
        raise typer.Exit(Exit.NO) from None
    print(f"{name} took it: {answer}")


# --- mute and ack


def mute(
    file: Path | None,
    database: str | None,
    indicator: str | None,
    term: str | None,
    lasts: str,
    reason: str,
    by: str,
    end: int | None,
    show: bool,
) -> None:
    """Add a mute, lift one, or show those in force."""
    with _desk(file, database) as desk:
        now = desk.clock()
        if show:
            for one in desk.store.mutes.in_force(now):
                print(_mute_words(one, desk))
        elif end is not None:
            if not desk.store.mutes.end(end, now):
                raise MonitorError(f"no mute of the number {end} is in force; see --list")
            print(f"Mute {end} is lifted.")
        else:
            try:
                until = now + read_duration(lasts)
            except UnfitError as error:
                raise MonitorError(f"--for {lasts}: {error}; {error.hint}") from None
            wanted = Mute(until, indicator, term, reason, by)
            print(_mute_words(saying.mute(wanted, desk.watch, desk.books), desk))


def quiet(
    file: Path | None,
    database: str | None,
    lasts: str | None,
    until: str | None,
    reason: str,
    by: str,
) -> None:
    """Hold all alerts for a while."""
    if (lasts is None) == (until is None):
        raise MonitorError("say either --for how long, or --until when")
    with _desk(file, database) as desk:
        now = desk.clock()
        try:
            end = read_until(until, desk.watch.zone, now) if until else now + read_duration(lasts)
        except UnfitError as error:
            raise MonitorError(f"{until or lasts}: {error}; {error.hint}") from None
        print(_mute_words(saying.quiet(Mute(end, reason=reason, by=by), desk.books), desk))


def read_until(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """
    The instant that somebody means by ``07:00``, the next one, or by ``2025-11-07 07:00``.

    Where the clocks pass it twice, the later one. Raises ``UnfitError``.
    """
    found = re.fullmatch(r"(?:(\d{4}-\d\d-\d\d)[ T])?([01]?\d|2[0-3]):([0-5]\d)", text.strip())
    try:
        day = date.fromisoformat(found[1]) if found and found[1] else now.astimezone(zone).date()
    except ValueError:
        found = None
    if found is None:
        raise UnfitError("this is no time", "write 07:00, or 2025-11-07 07:00")
    at = time(int(found[2]), int(found[3]))
    end = instants(day, at, zone)[1]
    return end if found[1] or end > now else instants(day + timedelta(days=1), at, zone)[1]


def _mute_words(one: Mute, desk: Desk) -> str:
    what = "all alerts are held" if one.is_quiet else f"{one.what} is muted"
    said = f"{one.id}: {what} until {zoned(one.until, desk.watch.zone)}"
    said += f" by {one.by}" if one.by else ""
    return f"{said}: {one.reason}" if one.reason else said


def ack(file: Path | None, database: str | None, wanted: str, by: str) -> None:
    """Keep that the alerts on an item were seen; exit 1 where there is none."""
    with _desk(file, database) as desk:
        story = _story(desk, wanted)
        if not desk.books.outbox.told_of({story.id, *(one.item.key for one in story.reports)}):
            title = plain_line(story.lead.item.title)
            print(f"{title}: there is no alert on it.", file=sys.stderr)
            raise typer.Exit(Exit.NO)
        seen = saying.see(story.id, by, desk.watch, desk.books)
        who = f" by {seen.by}" if seen.by else ""
        print(
            f"{plain_line(story.lead.item.title)}: seen{who} at {zoned(seen.at, desk.watch.zone)}."
        )
