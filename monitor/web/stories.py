"""A story whole: its texts as we saw them, and how every indicator stands to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from monitor.digest.build import Report, Story, lists_named
from monitor.digest.passages import Passage, Piece, language_of, passage
from monitor.feeds.search import voice_of
from monitor.matching import Clause, Explanation, Matcher, explain, explain_all
from monitor.matching.explain import shortened
from monitor.messages import Seen
from monitor.model import FieldName, Hit, Item, Mark, Version, WatchList
from monitor.web.evidence import came_near, lacking_words, lacks, tree
from monitor.web.points import points_of
from monitor.web.storyviews import Judgement, SeenText, StoryPage, TextPage, WhyPage
from monitor.web.views import DeliveryLine

TREES_SHOWN = 12
"""How many misses of a tried text show their whole tree; the others say only what they lack."""

HITS_UNFOLDED = 6
"""How many hits of a story show their whole tree; those of others and of misses are asked for."""

TEXT_SHOWN = 60_000
"""How many characters of a field are shown at most; what is stored may be longer."""
TEXT_TOLD, EARLIER_TOLD = 8_000, 1_000
"""How many of them a story's page shows of its text now, and of what it was before."""
EDITIONS_TOLD = 8
"""How many texts a story's page shows; all of them have an address."""


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
    near = [one for one in misses if one.has_tree]
    near.sort(key=lambda one: (not one.holds, len(one.lacks)))
    hits[HITS_UNFOLDED:] = [replace(one, tree=()) for one in hits[HITS_UNFOLDED:]]
    texts = _texts(report, versions.get(key, ()), first, _marks(report, told[key]))
    return StoryPage(
        story=story,
        fetched=first,
        backfill=backfill,
        texts=tuple(islice(texts, EDITIONS_TOLD)),
        editions=1 + len(versions.get(key, ())),
        hits=tuple(hits),
        near=tuple(near),
        far=tuple(one for one in misses if not one.has_tree),
        deliveries=deliveries,
        scope_lists=lists_named(watch.scope, watch.terms),
        seen=seen,
    )


def why_page(
    story: Story, indicator: str, versions: Sequence[Version], watch: WatchList, matcher: Matcher
) -> WhyPage | None:
    """
    How one indicator stands to a story, with its whole tree; nothing where it cannot be judged.

    It is judged by the report that it hit, else by the one that leads the story.
    ``versions`` are the earlier texts of that report.
    """
    known = watch.indicator(indicator)
    if known is None or matcher.indicator(indicator) is None:
        return None
    report = reports_judged(story).get(indicator, story.lead)
    hit = next((one for one in report.hits if one.indicator == indicator), None)
    one = explain(report.item, matcher, indicator, voice_of(report.item, watch))
    judged = Judgement(
        indicator,
        known,
        hit,
        one.hit,
        _standing(hit, one, matcher, versions),
        tuple(map(lack_of, lacks(one))),
        tree(one),
        report,
        points=points_of(one.scales),
    )
    return WhyPage(story, judged, language_of(report))


def text_page(
    story: Story,
    number: int,
    versions: Sequence[Version],
    fetched: datetime,
    watch: WatchList,
    matcher: Matcher,
) -> TextPage | None:
    """One text of a story whole, counted back from the newest, 0; nothing where there is none."""
    report = story.lead
    told = explain_all(report.item, matcher, voice_of(report.item, watch)) if not number else {}
    texts = _texts(report, versions, fetched, _marks(report, told), TEXT_SHOWN)
    text = next(islice(texts, number, None), None)
    return TextPage(story, text, number, 1 + len(versions)) if text else None


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
                tree=tree(one, beside if report is lead else ()) if hit else (),
                has_tree=bool(hit) or one.hit or came_near(one),
                points=points_of(one.scales),
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
    report: Report,
    versions: Sequence[Version],
    fetched: datetime,
    marks: Iterable[Mark],
    most: int | None = None,
) -> Iterator[SeenText]:
    """Each text with its time, the one in force first, each cut to what a story's page shows."""
    starts = [*(version.replaced for version in versions), fetched]
    yield _text(
        report, report.item, list(marks), (starts[0], None), TEXT_TOLD if most is None else most
    )
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
        span = starts[place + 1], version.replaced
        yield _text(report, item, earlier, span, EARLIER_TOLD if most is None else most)


def text_of(report: Report, marks: list[Mark]) -> SeenText:
    """A report's text as a page shows it, of which no other edition is known."""
    return _text(report, report.item, marks, (report.seen, None), TEXT_SHOWN)


def _text(
    report: Report,
    item: Item,
    marks: list[Mark],
    span: tuple[datetime, datetime | None],
    most: int,
) -> SeenText:
    title = next(_paragraphs(report, item, "title", marks, most), None)
    return SeenText(
        since=span[0],
        until=span[1],
        hash=item.hash,
        title=title or Passage((Piece("Untitled"),), "en"),
        summary=tuple(_paragraphs(report, item, "summary", marks, most)),
        content=tuple(_paragraphs(report, item, "content", marks, most)),
        length=len(item.content),
        is_article=item.article,
        is_cut=max(len(item.summary), len(item.content)) > most,
    )


def _paragraphs(
    report: Report, item: Item, field: FieldName, marks: Iterable[Mark], most: int
) -> Iterator[Passage]:
    """A field's paragraphs, each with the marks that stand in it."""
    own = [mark for mark in marks if mark.field == field]
    text = item.text(field)[:most]
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
    if len(item.text(field)) > most:
        yield Passage((Piece(f"… {len(item.text(field)) - most:,} characters more"),), "en")


def _holding(item: Item, field: FieldName, text: str) -> Item:
    if field == "title":
        return replace(item, title=text)
    return replace(item, summary=text) if field == "summary" else replace(item, content=text)
