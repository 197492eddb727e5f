"""Item -> Hits: which indicators an item is evidence for, and by which words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.matching.matcher import CompiledIndicator, Matcher
from monitor.matching.reading import Reading
from monitor.matching.tree import Node, Part
from monitor.model import Feed, Hit, Item, Mark

MOST_MARKS = 500


def match(item: Item, matcher: Matcher, feed: Feed | None = None) -> list[Hit]:
    """
    The hits of an item, in the order of the indicators in the file.

    ``feed`` is where the item came from, for conditions on feeds; left out, it
    is the watch list's own feed of that name, if there is one.
    """
    reading = read(item, matcher, feed)
    return [_hit(one, reading) for one in judge_all(matcher, reading)] if reading else []


def read(item: Item, matcher: Matcher, feed: Feed | None = None) -> Reading | None:
    """An item made ready to be judged; ``None`` if a first look shows that nothing can hit."""
    if matcher.sieve is not None and not matcher.sieve.passes(item):
        return None
    return Reading(item, feed or matcher.feeds.get(item.feed), matcher.scanner)


def in_scope(item: Item, matcher: Matcher, feed: Feed | None = None) -> bool:
    """
    Whether an item is within the scope of any indicator that listens to its feed.

    An indicator without a scope has every item in it; a paused one has none.
    """
    reading = Reading(item, feed or matcher.feeds.get(item.feed), matcher.scanner)
    return any(
        one.scope is None or _in_scope(one.scope, reading)
        for one in matcher.indicators
        if not one.indicator.paused and one.listens_to(item.feed, reading.feed)
    )


def judge_all(matcher: Matcher, reading: Reading) -> list[CompiledIndicator]:
    """The indicators that hit, in the order of the file."""
    candidates = matcher.anchors.candidates(reading.found)
    if not candidates:
        return []
    order = sorted(candidates, key=matcher.turns.__getitem__ if matcher.turns else None)
    hitting = [index for index in order if _judge(matcher.indicators[index], reading)]
    return [matcher.indicators[index] for index in sorted(hitting)]


def _judge(one: CompiledIndicator, reading: Reading) -> bool:
    if one.is_choosy and not one.listens_to(reading.item.feed, reading.feed):
        return False
    if not one.rule.holds(reading) or not (one.scope is None or _in_scope(one.scope, reading)):
        return False
    reading.hits.add(one.indicator.id)
    return True


def _in_scope(scope: Node, reading: Reading) -> bool:
    """Whether a scope holds; it is shared by many indicators, so it is judged once an item."""
    known = reading.scopes.get(id(scope))
    if known is None:
        known = reading.scopes[id(scope)] = scope.holds(reading)
    return known


def _hit(one: CompiledIndicator, reading: Reading) -> Hit:
    return Hit(
        item=reading.item.key,
        indicator=one.indicator.id,
        signals=tuple(name for name, node in one.signals if node.holds(reading)),
        marks=marks_of(evidence_of(one, reading), reading),
        revision=one.revision,
    )


def evidence_of(one: CompiledIndicator, reading: Reading) -> Iterator[Part]:
    """The words of a hit: of the rule, the scope and the signals that hold."""
    yield from one.whole.evidence(reading)
    for _, node in one.signals:
        if node.holds(reading):
            yield from node.evidence(reading)


def _reading_order(part: Part) -> tuple[object, ...]:
    return (part.first, part.last, part.leaf.term, part.leaf.list or "")


def marks_of(evidence: Iterable[Part], reading: Reading) -> tuple[Mark, ...]:
    """
    The words that did it, in order of field and place; for each term without overlap.

    What the content only repeats of the summary is marked in the summary. The
    first ``MOST_MARKS`` are enough to defend a hit.
    """
    parts = set(evidence)
    marks: list[Mark] = []
    ends: dict[object, int] = {}
    for part in sorted(parts, key=_reading_order):
        back = reading.is_repeat(part.first, part.last)
        if back and Part(part.first - back, part.last - back, part.leaf) in parts:
            continue
        if part.first <= ends.get(part.leaf, -1):
            continue
        if len(marks) == MOST_MARKS:
            break
        ends[part.leaf] = part.last
        mark = reading.marks.get(part)
        if mark is None:
            mark = reading.marks[part] = _mark(part, reading)
        marks.append(mark)
    return tuple(marks)


def _mark(part: Part, reading: Reading) -> Mark:
    name = reading.fields[reading.field_at(part.first)]
    start, end = reading.places[part.first][0], reading.places[part.last][1]
    text = reading.item.text(name)[start:end]
    return Mark(name, start, end, text, part.leaf.term, part.leaf.list)
