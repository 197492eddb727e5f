"""Numbers, days and times in words, and the sentences that pages, mail and chat share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from monitor.digest.build import Beat, Coverage, Digest, Gap, Lull, Story, local_day
from monitor.digest.plain import plain_line, shorten
from monitor.stories.ties import BOTH_HIT

NBSP = "\u00a0"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
GRADE_WORDS = {
    "A": "reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}
CREDIBILITY_WORDS = {
    1: "confirmed",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
    5: "improbable",
    6: "cannot be judged",
}
"""What each credibility says, after the scale by which intelligence services rate reports."""
SHORT = {"us": "US", "un": "UN", "eu": "EU", "uk": "UK", "nato": "NATO"}
"""What is written in capitals, where an id has to stand for words."""
SUBJECT_LENGTH = 200
GAPS_NAMED = 6


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 story``, ``1,204 items``."""
    return f"{number:,}{NBSP}{one if number == 1 else many or one + 's'}"


def stories(number: int) -> str:
    """``1 story``, ``3 stories``."""
    return count(number, "story", "stories")


def told_by(story: Story) -> str:
    """By how many reports a story is told, and how many publishers tell it independently."""
    return f"{len(story.reports):,} reports, {story.independent:,} independent"


def credible(story: Story) -> str:
    """
    How credible a story is, from 1 to 6, in words; empty where it cannot be judged and nobody did.

    What a person judged stands beside what follows from its publishers.
    """
    if story.judged:
        return f"credibility judged {story.judged}, computed {story.corroborated}"
    return (
        f"credibility {story.corroborated}" if story.corroborated < max(CREDIBILITY_WORDS) else ""
    )


def why_there(reason: str, titles: Mapping[str, str]) -> str:
    """Why a report is in its story, the indicators by their ``titles``, which their ids lead to."""
    shared, both_hit, ids = reason.partition(BOTH_HIT)
    if not both_hit:
        return reason or "began the story"
    return f"{shared}; both hit {series([titles.get(one, one) for one in ids.split(', ')])}"


def in_words(number: int) -> str:
    """Small numbers in words, as within a sentence: ``three``, ``27``."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else f"{number:,}"


def series(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def day_words(day: date) -> str:
    """``5 November``."""
    return f"{day.day}{NBSP}{MONTHS[day.month - 1]}"


def short_day(day: date) -> str:
    """``5 Nov``."""
    return f"{day.day}{NBSP}{MONTHS[day.month - 1][:3]}"


def long_day(day: date) -> str:
    """``5 November 2025``."""
    return f"{day_words(day)}{NBSP}{day.year}"


def full_day(day: date) -> str:
    """``Wednesday 5 November 2025``."""
    return f"{WEEKDAYS[day.weekday()]} {long_day(day)}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """``09:10``, as a wall clock in the zone shows it."""
    return f"{instant.astimezone(zone):%H:%M}"


def duration(span: timedelta) -> str:
    """A length of time as one says it: ``8 min``, ``5 h 20 min``, ``3 days``."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes}{NBSP}min"
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours}{NBSP}h" + (f"{NBSP}{rest}{NBSP}min" if rest else "")
    return count(minutes // (24 * 60), "day")


def ago(span: timedelta) -> str:
    """A length of time that ends now: ``8 min``, or ``just now`` within a minute."""
    return duration(span) if span >= timedelta(minutes=1) else "just now"


class When:
    """
    Writes instants for one zone, as ``<time>`` with the instant in UTC.

    ``day`` is the page's own local day: what lies on it needs no date.
    """

    def __init__(self, zone: ZoneInfo, day: date | None) -> None:
        self.zone = zone
        self.day = day

    def clock(self, instant: datetime) -> Markup:
        """The time of day alone."""
        return _time(instant, clock(instant, self.zone))

    def moment(self, instant: datetime) -> Markup:
        """The time of day, with its date where that is not the page's."""
        return _time(instant, self.moment_words(instant))

    def moment_words(self, instant: datetime) -> str:
        """As ``moment``, as plain text."""
        day = local_day(instant, self.zone)
        time = clock(instant, self.zone)
        if day == self.day:
            return time
        date_words = short_day(day)
        if self.day is not None and abs((day - self.day).days) > 300:
            date_words += f"{NBSP}{day.year}"
        return f"{date_words}{NBSP}{time}"

    def brief(self, instant: datetime) -> Markup:
        """The time of day on the page's own day, else the date: for narrow columns."""
        day = local_day(instant, self.zone)
        return self.clock(instant) if day == self.day else self.on(instant)

    def on(self, instant: datetime) -> Markup:
        """The date alone."""
        return _time(instant, short_day(local_day(instant, self.zone)))


def utc(instant: datetime) -> str:
    """The instant in UTC, as machines write it: ``2025-11-05T13:10:00Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(instant: datetime, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(utc(instant), words)


def span_words(digest: Digest) -> str:
    """What a digest covers: ``5 November``, or ``3 to 5 November``, or hours of one day."""
    if digest.day is not None:
        return day_words(digest.day)
    first = local_day(digest.start, digest.zone)
    last = local_day(digest.end - timedelta(microseconds=1), digest.zone)
    if first == last:
        start, end = clock(digest.start, digest.zone), clock(digest.end, digest.zone)
        return f"{day_words(first)}, {start} to {end}"
    if first.month == last.month:
        return f"{first.day} to {day_words(last)}"
    return f"{day_words(first)} to {day_words(last)}"


def clause(sentence: str, limit: int = 80) -> str:
    """An error's sentence as part of one of ours: no capital before it, no full stop after it."""
    line = shorten(plain_line(sentence).rstrip(". "), limit)
    return line[:1].lower() + line[1:] if re.match(r"[A-Z][a-z]*\s", line) else line


def gap_words(gap: Gap, zone: ZoneInfo, day: date | None) -> str:
    """A feed that was not covered, since when and why."""
    why = f": {clause(gap.error)}" if gap.error else ""
    since = f" since {When(zone, day).moment_words(gap.since)}" if gap.since else ""
    return f"{plain_line(gap.feed.publisher)}{since}{why}"


def rate_words(rate: float) -> str:
    """How much a feed brings: ``40 a day``, ``3 a week``, ``2 a month``; never ``0``."""
    for days, name in ((1, "day"), (7, "week"), (30, "month")):
        number = rate * days
        if number >= 0.95:
            return f"{round(number):,} a{NBSP}{name}"
    return f"under 1 a{NBSP}month"


def lull_words(lull: Lull, zone: ZoneInfo, day: date | None) -> str:
    """A feed that is oddly silent, since when, and what is usual for it."""
    name = plain_line(lull.feed.publisher)
    if lull.since is None:
        return f"{name} (never held an item)"
    usual = f" (usually {rate_words(lull.usual)})" if lull.usual else ""
    return f"{name} since {When(zone, day).moment_words(lull.since)}{usual}"


def lulls(coverage: Coverage, zone: ZoneInfo, day: date | None) -> str:
    """The feeds that answer but are oddly silent, named; nothing if none is."""
    return _listed([lull_words(lull, zone, day) for lull in coverage.lulls])


def leaks(coverage: Coverage) -> str:
    """The feeds of which items may have been missed, named; nothing if there is none."""
    return _listed([plain_line(feed.publisher) for feed in coverage.leaks])


def _listed(names: Sequence[str]) -> str:
    more = len(names) - GAPS_NAMED
    return "; ".join(names[:GAPS_NAMED]) + (f"; and {more} more" if more > 0 else "")


def not_covered(coverage: Coverage, zone: ZoneInfo, day: date | None) -> str:
    """The feeds that were not covered, named; those that wait to be asked are but counted."""
    failed = [gap_words(gap, zone, day) for gap in coverage.gaps if gap.asked]
    waiting = len(coverage.gaps) - len(failed)
    rest = [f"{count(waiting, 'feed')} not polled yet"] if waiting else []
    return "; ".join([*([_listed(failed)] if failed else []), *rest])


def feeds_answered(coverage: Coverage) -> str:
    """``34 of 36 feeds answered``."""
    return f"{coverage.answered} of {count(coverage.feeds, 'feed')} answered"


def account(digest: Digest) -> str:
    """
    What was seen and what could not be: the same sentence on page, mail and chat.

    ``0 stories; 34 of 36 feeds answered; not covered: Tehran agency: no answer; ...``
    For a time before the watch began ``coverage_words`` says what that means.
    """
    if not digest.coverage.watched:
        return stories(len(digest.stories))
    parts = [stories(len(digest.stories)), feeds_answered(digest.coverage)]
    missing = not_covered(digest.coverage, digest.zone, digest.day)
    if missing:
        parts.append(f"not covered: {missing}")
    if silent := lulls(digest.coverage, digest.zone, digest.day):
        parts.append(f"unusually silent: {silent}")
    if leaking := leaks(digest.coverage):
        parts.append(f"items may have been missed: {leaking}")
    return "; ".join(parts)


def is_dark(coverage: Coverage) -> bool:
    """Whether no feed at all could be read, of so many that naming them says nothing."""
    down = sum(gap.asked for gap in coverage.gaps)
    return coverage.watched and not coverage.answered and GAPS_NAMED < down == coverage.feeds


def nothing_new(digest: Digest) -> str:
    """The account of a time without a story, as it stands where the page's lead would."""
    if is_dark(digest.coverage):
        feeds = count(digest.coverage.feeds, "feed")
        return f"No new story, and none of {feeds} answered: this silence is ours."
    rest = account(digest).removeprefix(stories(0)).lstrip("; ")
    return f"No new story. {sentence(rest)}" if rest else "No new story."


def coverage_words(digest: Digest) -> str:
    """
    The coverage in sentences, for the head of a page or mail.

    What could not be seen is left to the account where there is no story.
    """
    coverage = digest.coverage
    if not coverage.watched:
        return before_words(digest)
    text = f"{feeds_answered(coverage)}; {count(coverage.items, 'item')} read."
    if not digest.stories:
        return text
    if coverage.gaps:
        text += f" Not covered: {not_covered(coverage, digest.zone, digest.day)}."
    if coverage.lulls:
        text += f" Unusually silent: {lulls(coverage, digest.zone, digest.day)}."
    if coverage.leaks:
        text += f" Items may have been missed: {leaks(coverage)}."
    return text


def before_words(digest: Digest) -> str:
    """What a digest of a time before the watch can hold, and what its silence is worth."""
    began = digest.coverage.began
    if began is None:
        first = "The watch had not begun yet."
    else:
        day = local_day(began, digest.zone)
        name = day_words(day) if day.year == local_day(digest.start, digest.zone).year else None
        first = f"The watch began on {name or long_day(day)} at {clock(began, digest.zone)}."
    span = "this day" if digest.day else "this time"
    return (
        f"{first} For {span} there is only what feeds still offered: "
        "no story does not mean that nothing happened."
    )


def whole_account(digest: Digest) -> str:
    """The account by itself, where nothing else speaks of the coverage."""
    if digest.coverage.watched:
        return account(digest)
    return f"{account(digest)}. {before_words(digest)}"


def down_words(since: Digest) -> str:
    """Which feeds are down since midnight; nothing if none is."""
    coverage = since.coverage
    if not coverage.gaps:
        return ""
    named = [plain_line(gap.feed.publisher) for gap in coverage.gaps[:GAPS_NAMED]]
    more = len(coverage.gaps) - len(named)
    names = ", ".join(named) + (f" and {more} more" if more > 0 else "")
    return f"{feeds_answered(coverage)}; down: {names}"


def still_heading(digest: Digest) -> str:
    """What stands over the indicators without a story in a mail: ``No story on 5 November``."""
    return f"No story on {day_words(digest.day)}" if digest.day else "No story in that time"


def still_words(beat: Beat, since: Digest | None) -> str:
    """How an indicator without a story stands: its seven days, and what came since midnight."""
    later = sum(beat.indicator.id in story.indicators for story in since.stories) if since else 0
    stands = beat.stands.reason if beat.stands is not None else f"{beat.week} in seven days"
    return stands + (f", {later} since midnight" if later else "")


def came(story: Story) -> str:
    """What its time says: ``first seen``, or ``published`` for the past that a first poll fills."""
    return "published" if story.lead.backfill else "first seen"


def spaced(signals: Iterable[str]) -> list[str]:
    """Ids in words: ``US action`` for ``us-action``."""
    return [
        " ".join(SHORT.get(word, word) for word in re.split(r"[-_]+", plain_line(signal)))
        for signal in signals
    ]


def as_title(key: str) -> str:
    """An id as the heading of what has no title of its own: ``Aid capped`` for ``aid-capped``."""
    (words,) = spaced([key])
    return words[:1].upper() + words[1:]


def sentence(clause_of_ours: str) -> str:
    """A clause set as a sentence: with a capital before it and a full stop after it."""
    text = clause_of_ours.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def subject(digest: Digest, since: Digest | None) -> str:
    """The mail's subject: the day, how many stories and where, the feeds."""
    parts = [stories(len(digest.stories))]
    parts += [
        f"{shorten(plain_line(beat.indicator.title), 40)} {len(beat.stories)}"
        for beat in digest.beats[:3]
    ]
    said = [f"{span_words(digest)}: {', '.join(parts)}"]
    if since is not None and since.stories:
        said.append(f"{len(since.stories)} since midnight")
    coverage = digest.coverage
    if coverage.watched:
        said.append(f"{coverage.answered} of {count(coverage.feeds, 'feed')}")
    if since is not None and since.coverage.gaps:
        down, feeds = len(since.coverage.gaps), count(since.coverage.feeds, "feed")
        said.append(f"{down} down now" if coverage.watched else f"{down} of {feeds} down")
    text = "; ".join(said)
    return shorten(plain_line(text), SUBJECT_LENGTH)
