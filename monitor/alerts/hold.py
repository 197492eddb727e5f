"""Should it wait? What holds a message that is due, and until when: a pure decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.route import NO_LEVELS, reaches
from monitor.digest.build import day_bounds, local_day
from monitor.messages import Mute, Pointer, Waiting
from monitor.model import Hit, QuietHours, WatchList

NOT_SET_UP = "not set up"
NOT_IN_FILE = "no longer in the file"
QUIET = "quiet hours"
SOURCES = "too few sources"
BUDGET = "budget"
MUTED = "muted"
TOO_OLD = "too old to send now"
RESTORED = "restored from a backup"
MAY_BE_SENT = f"{RESTORED}: it may have been sent before"

HELD_FOR = timedelta(hours=24)
"""How long what was held is worth sending: nobody wants a week of alerts at once."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a message waits, and until when, where that is known."""

    note: str
    until: datetime | None = None


def hold_of(
    waiting: Waiting, watch: WatchList, mutes: Iterable[Mute], now: datetime
) -> Hold | None:
    """
    What holds a message at this moment, or nothing.

    A story that too few publishers tell waits for another to tell it, which makes
    a message of its own; what a backup brought back waits for a person. Of the
    rest a channel that cannot be reached at all comes first, then mutes, then the
    budget that held it when it was decided, then quiet hours. Digests have
    times of their own, and what the service says of itself is never noise:
    only alerts are held by the last three.
    """
    if waiting.note.startswith((SOURCES, RESTORED)):
        return Hold(waiting.note, waiting.until)
    if note := channel_note(watch, waiting.channel):
        return Hold(note)
    if waiting.kind not in ("alert", "summary", "level"):
        return None
    if held := muted(waiting.hits, mutes, now):
        return held
    if waiting.note.startswith(BUDGET) and waiting.until is not None and waiting.until > now:
        return Hold(waiting.note, waiting.until)
    if passes_quiet(waiting.hits, watch.quiet):
        return None
    until = quiet_until(watch.quiet, watch.zone, now)
    return Hold(QUIET, until) if until else None


def passes_quiet(hits: Iterable[Pointer], quiet: QuietHours | None) -> bool:
    """Whether an indicator stood so high when it was decided that quiet hours do not hold it."""
    if quiet is None or quiet.but is None:
        return False
    return any(reaches(hit.level or None, quiet.but) for hit in hits)


def channel_note(watch: WatchList, name: str) -> str:
    """Why nothing can be sent to a channel, or nothing."""
    channel = next((one for one in watch.channels if one.name == name), None)
    if channel is None:
        return NOT_IN_FILE
    return NOT_SET_UP if channel.url is None else ""


# --- sources


def too_few(independent: int, needed: int) -> Hold | None:
    """The hold of a story that fewer publishers tell independently than are asked for."""
    if independent >= needed:
        return None
    return Hold(f"{SOURCES}: {independent} of {needed} independent publishers")


# --- mutes


def pointers(hits: Iterable[Hit], levels: Mapping[str, str] = NO_LEVELS) -> tuple[Pointer, ...]:
    """What holds need to know of hits: the indicators, how they stand, the words that matched."""
    return tuple(
        Pointer(
            hit.indicator,
            tuple(
                dict.fromkeys(
                    word
                    for mark in hit.marks
                    for word in (mark.term, mark.text, f"${mark.list}" if mark.list else "")
                    if word
                )
            ),
            levels.get(hit.indicator, ""),
        )
        for hit in hits
    )


def muted(hits: Sequence[Pointer], mutes: Iterable[Mute], now: datetime) -> Hold | None:
    """
    The mutes that together cover every hit of a message, or nothing.

    A message that also hits an indicator which nobody muted goes out. It waits
    until the first of the mutes that hold it ends.
    """
    in_force = [one for one in mutes if one.is_in_force(now)]
    covering = [next((one for one in in_force if covers(one, hit)), None) for hit in hits]
    found = [one for one in covering if one is not None]
    if not found or len(found) < len(covering):
        return None
    first = min(found, key=lambda one: one.until)
    said = "quiet" if first.is_quiet else f"{MUTED}: {first.what}"
    return Hold(f"{said}{f' ({first.reason})' if first.reason else ''}", first.until)


def covers(mute: Mute, hit: Pointer) -> bool:
    """
    Whether a mute is about a hit.

    One of an indicator is about all its hits; one of a term about hits in
    which that entry, that word of the text, or that ``$list`` did the matching.
    """
    if mute.indicator is not None and mute.indicator != hit.indicator:
        return False
    if mute.term is None:
        return True
    wanted = mute.term.casefold().strip()
    return any(word.casefold() == wanted for word in hit.words)


# --- budgets


def over_budget(
    hits: Sequence[Pointer], told: Mapping[str, int], watch: WatchList, now: datetime
) -> Hold | None:
    """
    The hold of a story past the budgets of all the indicators that it hits, or nothing.

    ``told`` counts the stories that each indicator alerted today. What is past
    the budget waits for the end of the local day and then comes as one summary.
    """
    budgets = []
    for hit in hits:
        indicator = watch.indicator(hit.indicator)
        budget = indicator.budget if indicator else None
        if indicator is None or budget is None or told.get(hit.indicator, 0) < budget:
            return None
        budgets.append(f"{budget} a day of {indicator.id}")
    if not budgets:
        return None
    _, midnight = day_bounds(local_day(now, watch.zone), watch.zone)
    return Hold(f"{BUDGET}: {', '.join(budgets)}", midnight)


# --- quiet hours


def quiet_until(quiet: QuietHours | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """
    When the quiet hours that hold now will end; nothing outside of them.

    They begin and end by the wall clock of the watch's zone, over midnight
    too. Where the clocks pass the end twice, the quiet lasts to the second.
    """
    if quiet is None:
        return None
    ends = (end for begin, end in _quiet_spans(quiet, zone, now) if begin <= now < end)
    return max(ends, default=None)


def _quiet_spans(
    quiet: QuietHours, zone: ZoneInfo, now: datetime
) -> Iterator[tuple[datetime, datetime]]:
    today = local_day(now, zone)
    for ahead in (-1, 0, 1):
        day = today + timedelta(days=ahead)
        last = day + timedelta(days=1) if quiet.end <= quiet.begin else day
        yield instants(day, quiet.begin, zone)[0], instants(last, quiet.end, zone)[1]


def instants(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """
    The first and the last instant that a wall clock's time can mean, in UTC.

    They are two where the clocks pass it twice, and where they skip it: it is
    then read by the offset before the change and by that after it.
    """
    local = datetime.combine(day, at, tzinfo=zone)
    both = [local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(both), max(both)
