"""A story whole: its texts as we saw them, and how every indicator stands to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.digest.build import Report, Story, lists_named
from monitor.digest.passages import Passage, Piece, passage
from monitor.feeds.search import voice_of
from monitor.matching import Clause, Explanation, Matcher, explain_all
from monitor.matching.explain import shortened
from monitor.messages import Seen
from monitor.model import FieldName, Hit, Item, Mark, Version, WatchList
from monitor.web.evidence import came_near, lacking_words, lacks, tree
from monitor.web.views import DeliveryLine, Judgement, SeenText, StoryPage

TREES_SHOWN = 12
"""How many misses show their whole tree; the others say only what they lack."""

TEXT_SHOWN = 60_000
"""How many characters of a field are shown; what is stored may be longer."""


def reports_judged(story: Story) -> dict[str, Report]:
    """By indicator, the report that shows why it hit: the earliest that it hit."""
    return {hit.indicator: one for one in reversed(story.reports) for hit in one.hits}


def story_page(
    story: Story,
    versions: Mapping[str, Sequence[Version]],
    fetched: tuple[datetime, bool],
    watch: WatchList,
    matcher: Matcher,
    deliveries: tuple[DeliveryLine, ...],
    seen: Seen | None = None,
) -> StoryPage:
    """
    Judge a story by the list in force, and put beside it what was stored when it came.

    The text is that of its earliest report, and what missed is judged by it; what hit is
    judged by the earliest report that it hit. ``versions`` are earlier texts, by item.
    """
    first, backfill = fetched
    report, key = story.lead, story.lead.item.key
    hitting = reports_judged(story)
    told = {
        one.item.key: explain_all(one.item, matcher, voice_of(one.item, watch))
        for one in story.reports
        if one is report or one in hitting.values()
    }
    hits, misses = _judgements(report, hitting, versions, watch, matcher, told)
    near = [one for one in misses if one.tree]
    near.sort(key=lambda one: (not one.holds, len(one.lacks)))
    near[TREES_SHOWN:] = [replace(one, tree=()) for one in near[TREES_SHOWN:]]
    return StoryPage(
        story=story,
        fetched=first,
        backfill=backfill,
        texts=tuple(
            _texts(report, versions.get(key, ()), first, _marks(report, told[key])),
        ),
        hits=tuple(hits),
        near=tuple(near),
        far=tuple(one for one in misses if not one.tree),
        deliveries=deliveries,
        scope_lists=lists_named(watch.scope, watch.terms),
        seen=seen,
    )


def _judgements(
    lead: Report,
    hitting: Mapping[str, Report],
    versions: Mapping[str, Sequence[Version]],
    watch: WatchList,
    matcher: Matcher,
    told: Mapping[str, dict[str, Explanation]],
) -> tuple[list[Judgement], list[Judgement]]:
    stored = {
        name: next(hit for hit in one.hits if hit.indicator == name)
        for name, one in hitting.items()
    }
    # A tree does not repeat what another one on the page says of the same text.
    beside = [name for name in told[lead.item.key] if hitting.get(name, lead) is lead]
    hits: list[Judgement] = []
    misses: list[Judgement] = []
    for indicator in watch.indicators:
        report = hitting.get(indicator.id, lead)
        key, every = report.item.key, told[report.item.key]
        hit, one = stored.pop(indicator.id, None), every.get(indicator.id)
        standing = _standing(hit, one, matcher, versions.get(key, ()))
        judged = Judgement(indicator.id, indicator, hit, standing=standing, report=report)
        if one is not None:
            judged = replace(
                judged,
                holds=one.hit,
                lacks=tuple(map(lack_of, lacks(one))),
                tree=tree(one, beside if report is lead else ())
                if hit or one.hit or came_near(one)
                else (),
            )
        (hits if hit else misses).append(judged)
    gone = "It is no longer in the list; what it hit is kept."
    hits += [
        Judgement(name, None, hit, standing=gone, report=hitting[name])
        for name, hit in stored.items()
    ]
    return hits, misses


def lack_of(clause: Clause) -> tuple[str, str]:
    """What a miss lacks, cut to a line, and how that stands."""
    return shortened(clause.label), lacking_words(clause)


def _standing(
    hit: Hit | None, told: Explanation | None, matcher: Matcher, versions: Sequence[Version]
) -> str:
    """How the judgement of today differs from the one that was stored; nothing if it does not."""
    if told is None:
        return "It cannot be judged: its rule has an error."
    if hit is None:
        if told.hit:
            return "With today’s list it would hit; when it came it did not, and it is not counted."
        return f"Not judged: {told.clause.note}." if told.clause.note else ""
    revised = hit.revision != matcher.revisions.get(hit.indicator)
    if told.hit:
        return _agreement(hit, told) if revised else ""
    if told.clause.note:
        return f"It hit when it came; today {told.clause.note}."
    # An edit takes the marks off the hits that the new text no longer gives.
    edited = bool(versions) and not hit.marks
    if edited and revised:
        return "It hit an earlier text, with an earlier edition of the list; today it would not."
    if edited:
        return "It hit an earlier text; the text as it stands now would not."
    if revised:
        return "It hit with an earlier edition of the list; with today’s it would not."
    return "It hit when it came; with the feeds as the list has them today it would not."


def _agreement(hit: Hit, told: Explanation) -> str:
    both = "It hit with an earlier edition of the list, and does with today’s"
    if set(hit.signals) == set(told.signals):
        return f"{both}."
    return f"{both}, which points to {', '.join(told.signals) or 'nothing'}."


def _marks(report: Report, told: dict[str, Explanation]) -> list[Mark]:
    """The words that did the matching: as stored, and as today's list finds them."""
    stored = [mark for hit in report.hits for mark in hit.marks]
    names = {hit.indicator for hit in report.hits}
    return stored + [mark for name in told if name in names for mark in told[name].marks]


def _texts(
    report: Report, versions: Sequence[Version], fetched: datetime, marks: Iterable[Mark]
) -> Iterator[SeenText]:
    """Each text with its time, the one in force first."""
    starts = [*(version.replaced for version in versions), fetched]
    yield _text(report, report.item, list(marks), starts[0], None)
    for place, version in enumerate(versions):
        item = replace(
            report.item,
            title=version.title,
            summary=version.summary,
            content=version.content,
            hash=version.hash,
            article=False,
        )
        earlier = [mark for hit in version.hits for mark in hit.marks]
        yield _text(report, item, earlier, starts[place + 1], version.replaced)


def text_of(report: Report, marks: list[Mark]) -> SeenText:
    """A report's text as a page shows it, of which no other edition is known."""
    return _text(report, report.item, marks, report.seen, None)


def _text(
    report: Report, item: Item, marks: list[Mark], since: datetime, until: datetime | None
) -> SeenText:
    title = next(_paragraphs(report, item, "title", marks), None)
    return SeenText(
        since=since,
        until=until,
        hash=item.hash,
        title=title or Passage((Piece("Untitled"),), "en"),
        summary=tuple(_paragraphs(report, item, "summary", marks)),
        content=tuple(_paragraphs(report, item, "content", marks)),
        length=len(item.content),
        is_article=item.article,
    )


def _paragraphs(
    report: Report, item: Item, field: FieldName, marks: Iterable[Mark]
) -> Iterator[Passage]:
    """A field's paragraphs, each with the marks that stand in it."""
    own = [mark for mark in marks if mark.field == field]
    text = item.text(field)[:TEXT_SHOWN]
    lines = [text] if field == "title" else text.split("\n")
    start = 0
    for line in lines:
        here = [
            replace(mark, start=max(mark.start - start, 0), end=mark.end - start)
            for mark in own
            if mark.start < start + len(line) and mark.end > start
        ]
        told = passage(replace(report, item=_holding(item, field, line)), field, here, len(line))
        if told is not None:
            yield told
        start += len(line) + 1
    if len(item.text(field)) > TEXT_SHOWN:
        yield Passage((Piece(f"… {len(item.text(field)) - TEXT_SHOWN:,} characters more"),), "en")


def _holding(item: Item, field: FieldName, text: str) -> Item:
    if field == "title":
        return replace(item, title=text)
    return replace(item, summary=text) if field == "summary" else replace(item, content=text)
