"""Why an item is a hit, or why it is not: the tree with true or false at every clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.errors import MonitorError
from monitor.matching.match import evidence_of, judge_all, marks_of
from monitor.matching.matcher import CompiledIndicator, Matcher
from monitor.matching.nearness import Near, NotNear, Sentence, words_between
from monitor.matching.reading import APART, Reading
from monitor.matching.scales import Scales, scales_of
from monitor.matching.tree import AllOf, AnyOf, AtLeast, Fact, HitOf, Node, Words
from monitor.matching.weighing import Weighed, Weight
from monitor.model import Feed, Item, Mark

LONGEST = 100
MOST_WEIGHTS = 8
"""So many of the points are told; they are the heaviest."""
_HIT_OF = re.compile(r"hit:\S+$")


@dataclass(frozen=True, slots=True)
class Clause:
    """
    One clause of an indicator, and how it stands for an item.

    ``label`` is what it asks, as the file writes it; ``marks`` are the words
    found for it, ``note`` what an analyst should know ("nearest 31"), and
    ``role`` what it does for the clause above: must hold, must not, or the
    scope, or a signal of this name.
    """

    label: str
    holds: bool
    marks: tuple[Mark, ...] = ()
    note: str = ""
    role: str = ""
    parts: tuple[Clause, ...] = ()
    scales: Scales | None = None
    """What the points beside a rule come to; its first part is then the rule itself."""

    def lines(self, depth: int = 0) -> Iterator[str]:
        """
        The clause and those in it, one a line, indented.

        Of another indicator that does not hit only the reason is told; its
        tree is its own.
        """
        sign = "yes" if self.holds else "no "
        role = f"{self.role}: " if self.role else ""
        is_apart = _HIT_OF.match(self.label) is not None and not self.holds
        parts = () if is_apart else self.parts
        words = ", ".join(_shown(mark) for mark in self.marks) if not self.parts else ""
        why = _reason(self) if is_apart else self.note
        told = "; ".join(text for text in (words, why) if text)
        yield f"{'  ' * depth}{sign} {role}{shortened(self.label)}{' - ' + told if told else ''}"
        for part in parts:
            yield from part.lines(depth + 1)


def _reason(hit: Clause) -> str:
    """Why another indicator does not hit, in so many words as fit a line."""
    return hit.note or shortened(first_failure(hit.parts[0]))


def _shown(mark: Mark) -> str:
    return f"{mark.text}: ${mark.list}" if mark.list else mark.text


def shortened(label: str) -> str:
    """A label for one line: the middle of a long one is left out."""
    return label if len(label) <= LONGEST else f"{label[: LONGEST // 2]} … {label[-20:]}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    Whether an indicator hits an item, and why.

    ``failed`` says, for a miss, which clause failed first and by how much;
    ``clause`` is the whole tree; ``marks`` are the words of a hit.
    """

    indicator: str
    hit: bool
    clause: Clause
    failed: str = ""
    signals: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def scales(self) -> Scales | None:
        """What the points beside the indicator's own rule come to, where it has some."""
        return self.clause.parts[0].scales if self.clause.parts else None

    def __str__(self) -> str:
        head = f"{self.indicator}: {'hit' if self.hit else 'no hit: ' + self.failed}"
        return "\n".join((head, *self.clause.lines(1)))


def explain(
    item: Item, matcher: Matcher, indicator_id: str, feed: Feed | None = None
) -> Explanation:
    """
    Say why an item is, or is not, a hit on one indicator.

    Raises MonitorError if the matcher has no such indicator.
    """
    one = matcher.indicator(indicator_id)
    if one is None:
        raise MonitorError(f"there is no indicator {indicator_id}, or it has an error")
    return _explanation(one, _Clauses(_judged(item, matcher, feed)))


def explain_all(item: Item, matcher: Matcher, feed: Feed | None = None) -> dict[str, Explanation]:
    """Say of every indicator, by its id, why an item is a hit on it or is not; it is read once."""
    clauses = _Clauses(_judged(item, matcher, feed))
    return {one.indicator.id: _explanation(one, clauses) for one in matcher.indicators}


def _judged(item: Item, matcher: Matcher, feed: Feed | None) -> Reading:
    reading = Reading(item, feed or matcher.feeds.get(item.feed), matcher.scanner)
    judge_all(matcher, reading)
    return reading


def _explanation(one: CompiledIndicator, clauses: _Clauses) -> Explanation:
    reading = clauses.reading
    refused = _refusal(one, reading)
    parts = [clauses.of(one.rule)]
    if one.scope is not None:
        parts.append(clauses.of(one.scope, "scope"))
    hit = not refused and all(part.holds for part in parts)
    signals = [(name, clauses.of(node, f"signal {name}")) for name, node in one.signals]
    missing = next((part for part in parts if not part.holds), None)
    return Explanation(
        indicator=one.indicator.id,
        hit=hit,
        clause=Clause(
            one.indicator.title,
            hit,
            note=refused,
            parts=(*parts, *(clause for _, clause in signals)),
        ),
        failed="" if hit else refused or (first_failure(missing) if missing else ""),
        signals=tuple(name for name, clause in signals if hit and clause.holds),
        marks=marks_of(evidence_of(one, reading), reading) if hit else (),
    )


def _refusal(one: CompiledIndicator, reading: Reading) -> str:
    if one.indicator.paused:
        return "the indicator is paused"
    if not one.listens_to(reading.item.feed, reading.feed):
        return f"the indicator does not listen to the feed {reading.item.feed}"
    return ""


def first_failure(clause: Clause) -> str:
    """The first clause that kept the whole from holding, and by how much."""
    missing = [part for part in clause.parts if part.holds == (part.role == "not")]
    if clause.role == "not" or clause.note or not missing:
        found = f"{clause.label}: {clause.note or 'not found'}"
    else:
        # Of several ways, the one that came near is the one to tell.
        found = first_failure(next((part for part in missing if part.note), missing[0]))
        if clause.label.startswith("hit:"):
            found = f"{clause.label}: {found}"
    return f"scope: {found}" if clause.role == "scope" else found


class _Clauses:
    """
    The clauses of one reading, each made once.

    Indicators ask for each other by ``hit:``, so one rule stands in many
    others: made anew at each place, a list of sixteen comes to a million.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._made: dict[tuple[int, str], Clause] = {}

    def of(self, node: Node, role: str = "") -> Clause:
        """The clause of a node; a node is known by its identity, as the matcher keeps it."""
        key = id(node), role
        if key not in self._made:
            self._made[key] = self._make(node, role)
        return self._made[key]

    def _make(self, node: Node, role: str) -> Clause:
        holds = node.holds(self.reading)
        inside = _weighed_parts(node, self.reading) if isinstance(node, Weighed) else _inside(node)
        parts = tuple(self.of(part, role) for part, role in inside)
        note = _note(node, self.reading, holds, parts)
        if role == "not" and holds:
            note = "it is there, and must not be"
        standing = node.evidence(self.reading) if holds else ()
        marks = marks_of(standing, self.reading)
        scales = scales_of(node, self.reading) if isinstance(node, Weighed) else None
        return Clause(label_of(node), holds, marks, note, role, parts, scales)


def _inside(node: Node) -> Iterator[tuple[Node, str]]:
    match node:
        case AnyOf() | Sentence():
            yield from ((part, "") for part in node.parts)
        case AllOf():
            yield from ((part, "") for part in node.parts)
            yield from ((part, "not") for part in node.without)
        case Near() | NotNear():
            yield from ((node.left, ""), (node.right, ""))
        case AtLeast():
            yield (node.part, "")
        case HitOf():
            yield (node.rule, "")


def _weighed_parts(node: Weighed, reading: Reading) -> Iterator[tuple[Node, str]]:
    """The rule, and of the points those that count for the item."""
    yield node.rule, "rule"
    for one in node.speaking(reading)[:MOST_WEIGHTS]:
        yield one, f"{one.points:+.2f}"


def label_of(node: Node) -> str:
    """What a clause asks, in the words of the language."""
    match node:
        case Words():
            return f"title:{node.label}" if node.title else node.label
        case AnyOf():
            return " OR ".join(map(_bracketed, node.parts))
        case AllOf():
            wanted = " AND ".join(map(_bracketed, node.parts))
            return " NOT ".join((wanted, *map(_bracketed, node.without))).strip()
        case Near():
            operator = f"{'ONEAR' if node.ordered else 'NEAR'}/{node.words}"
            return f"{_bracketed(node.left)} {operator} {_bracketed(node.right)}"
        case NotNear():
            return f"{_bracketed(node.left)} NOTNEAR/{node.words} {_bracketed(node.right)}"
        case Sentence():
            return f"SENTENCE({', '.join(map(label_of, node.parts))})"
        case AtLeast():
            return f"ATLEAST/{node.times}({label_of(node.part)})"
        case Fact():
            return node.label
        case HitOf():
            return f"hit:{node.indicator}"
        case Weight():
            return " with ".join(map(label_of, node.parts))
        case Weighed():
            return "the rule, weighed"
    raise TypeError(node)


def _bracketed(node: Node) -> str:
    label = label_of(node)
    if isinstance(node, Words) and " " in label and label[-1] not in "/":
        return f'"{label}"'
    return f"({label})" if isinstance(node, (AnyOf, AllOf, Near, NotNear)) else label


def _note(node: Node, reading: Reading, holds: bool, parts: tuple[Clause, ...]) -> str:
    """By how much a clause missed, where words of it are there."""
    if isinstance(node, Weighed):
        return _points_note(node, reading, holds)
    if holds:
        return ""
    match node:
        case AnyOf() if not any(part.note for part in parts):
            return "none of these was found"
        case Near() if node.left.holds(reading) and node.right.holds(reading):
            return _distance_note(node, reading)
        case NotNear() if node.left.holds(reading):
            return "it never stands without the other near it"
        case AtLeast() if node.part.holds(reading):
            return f"{node.times} needed, {node.count(reading)} found"
        case HitOf() if node.rule.holds(reading):
            return "its rule holds, but it is paused or does not listen to this feed"
        case Sentence() if all(part.holds(reading) for part in node.parts):
            return "they stand in different sentences"
    return ""


def _points_note(node: Weighed, reading: Reading, holds: bool) -> str:
    """What the points say; nothing where the rule missed and they never came near."""
    points = node.points(reading)
    if points >= node.hit:
        return f"{points:+.2f} points, and {node.hit:+.2f} are a hit"
    if not node.rule.holds(reading):
        return ""
    so = "are enough to keep it" if holds else "are needed to keep it"
    return f"the rule holds; {points:+.2f} points, {node.keep:+.2f} {so}"


def _distance_note(node: Near, reading: Reading) -> str:
    asked = f"{'ONEAR' if node.ordered else 'NEAR'}/{node.words}"
    distances = [
        words_between(a, b, reading)
        for a in node.left.places(reading)[:200]
        for b in node.right.places(reading)[:200]
        if (a.last < b.first or b.last < a.first) and (not node.ordered or a.last < b.first)
    ]
    nearest = min(distances, default=APART)
    if nearest < APART // 2:
        return f"{asked} needed, nearest {nearest}"
    if node.ordered:
        return f"{asked} needed, never in this order"
    return f"{asked} needed, but they stand in different fields"
