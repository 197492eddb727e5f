"""The plain-text part of a mail, made to be read by itself."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator, Sequence

from monitor.digest.build import Digest, Story
from monitor.digest.joining import Joined
from monitor.digest.layout import Section, grouped, lay_out
from monitor.digest.links import Links
from monitor.digest.matched import matched_words
from monitor.digest.passages import tell
from monitor.digest.plain import plain_line, web_link
from monitor.digest.wording import (
    GRADE_WORDS,
    NBSP,
    When,
    account,
    came,
    credible,
    full_day,
    series,
    spaced,
    span_words,
    still_heading,
    still_words,
    stories,
    told_by,
    whole_account,
)
from monitor.digest.zones import zone_name
from monitor.model import Indicator

WIDTH = 76
TOLD = 40
NAMED = 120


def digest_letter(digest: Digest, since: Digest | None, links: Links, closing: str) -> str:
    """A digest as plain text of ``WIDTH`` columns; ``closing`` is its last line."""
    when = When(digest.zone, digest.day)
    layout = lay_out(digest, front=0, told=TOLD, named=NAMED)
    span = full_day(digest.day) if digest.day else span_words(digest)
    lines = [*_heading(digest.title, "="), span, "", *_wrap(whole_account(digest))]
    for section in layout.sections:
        lines += ["", "", *_section(section, when, digest.scope)]
    if layout.orphans:
        lines += ["", "", *_heading("Of indicators no longer in the list", "-")]
        lines += _stories(layout.orphans, when, digest.scope)
    if digest.updated:
        lines += ["", "", *_heading("Updates to earlier stories", "-")]
        lines += _stories(digest.updated[:TOLD], when, digest.scope)
    if layout.left_out:
        lines += ["", f"And {stories(layout.left_out)} more, on the page of the day."]
    if since is not None:
        lines += ["", "", *_since(since)]
    if digest.still:
        lines += ["", "", *_heading(still_heading(digest), "-")]
        for beat in digest.still:
            lines += _wrap(f"{beat.indicator.title}: {still_words(beat, since)}", then="  ")
    lines += ["", "", *_pages(links, digest), *_wrap(closing)]
    return _join(lines)


def _since(since: Digest) -> Iterator[str]:
    yield from _heading("Since midnight", "-")
    yield from _wrap(account(since))
    for group in grouped(since, TOLD):
        yield ""
        yield from _wrap(f"{group.names}: {group.count}")
        yield from _stories(group.stories, When(since.zone, None), since.scope)
    if since.updated:
        yield from ["", "Updates to earlier stories:"]
        yield from _stories(since.updated[:TOLD], When(since.zone, None), since.scope)


def _pages(links: Links, digest: Digest) -> Iterator[str]:
    page = links.day(digest.day) if digest.day else links.board
    if page:
        yield page
        yield ""


def _section(section: Section, when: When, scope: Collection[str]) -> Iterator[str]:
    beat = section.beat
    yield from _heading(plain_line(beat.indicator.title), "-")
    yield from _wrap(
        f"{beat.indicator.priority} priority; {stories(len(beat.stories))}, "
        f"{beat.week} in seven days"
    )
    if beat.stands is not None:
        yield from _wrap(plain_line(beat.stands.reason))
    yield from _stories(section.told, when, scope)
    for story in section.briefly:
        yield ""
        yield from _named(story)
    for other in section.elsewhere:
        where = plain_line(other.beat.indicator.title) if other.beat else "above"
        yield ""
        yield from _wrap(f"Told under {where}: {tell(other.story.lead).title.plain}")


def _stories(some: Sequence[Story], when: When, scope: Collection[str]) -> Iterator[str]:
    for story in some:
        yield ""
        yield from story_lines(story, when, scope)


def _named(story: Story) -> Iterator[str]:
    yield from _wrap(f"* {tell(story.lead).title.plain} ({_source(story)})", then="  ")
    if link := web_link(story.lead.item.link):
        yield f"  {link}"


def story_lines(story: Story, when: When, scope: Collection[str] = ()) -> Iterator[str]:
    """A story: its title, its text, where it comes from, the words that matched, the article."""
    told = tell(story.lead)
    yield from _wrap(f"* {told.title.plain}", then="  ")
    for passage in (told.text, told.quote):
        if passage is not None:
            yield from _wrap(passage.plain, first="  ", then="  ")
    facts = [_source(story), f"{came(story)} {when.moment_words(story.seen)}"]
    if story.signals:
        facts.append(f"points to {series(spaced(story.signals))}")
    if story.alerted:
        facts.append(f"alerted {when.moment_words(story.alerted)}")
    yield from _wrap("; ".join(facts), first="  ", then="  ")
    if words := matched_words(story, scope):
        yield from _wrap(f"Matched: {words}", first="  ", then="  ")
    for report in story.reports:
        if link := web_link(report.item.link):
            yield f"  {link}"


def _source(story: Story) -> str:
    names = series([plain_line(name) for name in story.publishers])
    many = told_by(story) if len(story.reports) > 1 else ""
    more = "".join(f"; {one}" for one in (many, credible(story)) if one)
    return f"{names}, grade {story.grade}{more}"


def alert_letter(
    story: Story,
    indicators: Iterable[Indicator],
    when: When,
    links: Links,
    reason: str,
    scope: Collection[str] = (),
    said: str | None = None,
    joined: Joined | None = None,
) -> str:
    """One story as plain text: what it is, why it is sent, where to read it and to answer."""
    found = list(indicators)
    lines: list[str] = []
    for one in found:
        lines += _heading(plain_line(one.title), "=")
        lines += _wrap(one.question)
    lines += ["", *story_lines(story, when, scope), ""]
    if joined is not None:
        lines += [*_joined(joined), ""]
    lines += _wrap(
        f"Grade {story.grade}: the source is {GRADE_WORDS.get(story.grade, 'not graded')}. {reason}"
    )
    pages = [page for one in found if (page := links.indicator(one.id))]
    answer = ["", "Seen it, or enough of it for now? Say so:", said] if said else []
    return _join([*lines, *([""] if pages else []), *pages, *answer])


def _joined(joined: Joined) -> Iterator[str]:
    yield from _wrap(joined.words)
    for report in joined.story.reports:
        source = f"{report.feed.publisher}, grade {report.feed.grade}"
        yield from _wrap(f"* {tell(report).title.plain} ({source})", then="  ")
        if link := web_link(report.item.link):
            yield f"  {link}"


def summary_letter(
    some: Sequence[Story], title: str, why: str, when: When, links: Links, scope: Collection[str]
) -> str:
    """Several stories as plain text that would have been alerts of their own; none is left out."""
    lines = _heading(title, "=")
    lines += _wrap(f"{stories(len(some))} in one message: {plain_line(why)}.")
    lines += [*_stories(some, when, scope), ""]
    return _join([*lines, *([links.board] if links.board else [])])


def sent_line(channel: str, at: str, digest: Digest, links: Links) -> str:
    """
    Which digest this is, for whom, and why it matters that it comes.

    It does not say when it was sent: one that was late says so by its own date.
    """
    pages = "" if links.board else " Its pages are on the machine that runs the monitor."
    return (
        f"Your {at} digest to {channel}, from your own monitor; times are "
        f"{zone_name(digest.zone)}.{pages} It comes every time, even when nothing happened; "
        "if it does not come, something is wrong."
    )


def _heading(words: str, line: str) -> list[str]:
    heading = plain_line(words)
    return [heading, line * min(len(heading), WIDTH)]


def _wrap(text: str, *, first: str = "", then: str = "") -> list[str]:
    return textwrap.wrap(
        plain_line(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _join(lines: Iterable[str]) -> str:
    return "\n".join(line.replace(NBSP, " ").rstrip() for line in lines).strip() + "\n"
