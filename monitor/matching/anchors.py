"""Which patterns must be found before an indicator is worth judging."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from monitor.matching.nearness import Near, NotNear, Sentence
from monitor.matching.tree import AllOf, AnyOf, AtLeast, Fact, HitOf, Node, Words
from monitor.matching.weighing import Weighed

FEW = 4
"""So few candidates are judged at once."""
Choice = tuple[Words, ...]
"""Words of which one at least must be found if a clause is to hold."""


@dataclass(frozen=True)
class Anchors:
    """
    From patterns to the indicators that they could make hit.

    A list is one step between, so that a list shared by ten thousand
    indicators is kept once. ``always`` holds those without any anchor;
    ``others``, by indicator, the patterns of a second choice, of which one
    must be found too, or nothing for an indicator that has only one.
    """

    by_pattern: Mapping[int, tuple[int, ...]]
    by_words: Sequence[tuple[int, ...]]
    always: tuple[int, ...]
    others: Sequence[Set[int] | None]

    @classmethod
    def of(cls, wholes: Sequence[Sequence[Choice]], active: Sequence[bool]) -> Anchors:
        """Choose, for each indicator, the two choices that the fewest indicators share."""
        uses = Counter(words for choices in wholes for words in {w for c in choices for w in c})
        numbers: dict[Words, int] = {}
        owners: list[list[int]] = []
        always: list[int] = []
        others: list[Set[int] | None] = []
        for index, choices in enumerate(wholes):
            others.append(None)
            if not active[index]:
                continue
            if not choices:
                always.append(index)
                continue
            best, *more = heapq.nsmallest(2, choices, key=lambda choice: _cost(choice, uses))
            if more:
                others[index] = _patterns_of(more[0])
            for words in best:
                number = numbers.setdefault(words, len(numbers))
                if number == len(owners):
                    owners.append([])
                owners[number].append(index)
        patterns: dict[int, list[int]] = {}
        for words, number in numbers.items():
            for pattern in words.leaves:
                patterns.setdefault(pattern, []).append(number)
        return cls(
            {pattern: tuple(numbers) for pattern, numbers in patterns.items()},
            [tuple(indexes) for indexes in owners],
            tuple(always),
            others,
        )

    def candidates(self, found: Mapping[int, object]) -> set[int]:
        """The indicators worth judging on an item with these patterns."""
        chosen = set(self.always)
        seen: set[int] = set()
        for pattern in found:
            for words in self.by_pattern.get(pattern, ()):
                if words not in seen:
                    seen.add(words)
                    chosen.update(self.by_words[words])
        if len(chosen) < FEW:
            return chosen
        others, patterns = self.others, set(found)
        return {
            index
            for index in chosen
            if (other := others[index]) is None or not other.isdisjoint(patterns)
        }


def _patterns_of(choice: Choice) -> Set[int]:
    if len(choice) == 1:
        return choice[0].leaves.keys()
    return frozenset(pattern for words in choice for pattern in words.leaves)


def _cost(choice: Choice, uses: Counter[Words]) -> tuple[int, int]:
    return max(uses[words] for words in choice), sum(len(words.leaves) for words in choice)


def choices_of(whole: Node) -> list[Choice]:
    """All choices that a clause allows; if none of a choice's words is found, it does not hold."""
    return list(_choices(whole))


def _choices(node: Node) -> Iterator[Choice]:
    match node:
        case Words():
            yield (node,)
        case AnyOf():
            each = [min(_choices(part), key=_size, default=None) for part in node.parts]
            known = [choice for choice in each if choice is not None]
            if len(known) == len(each):
                yield tuple(dict.fromkeys(words for choice in known for words in choice))
        case AllOf() | Sentence():
            for part in node.parts:
                yield from _choices(part)
        case Near():
            yield from _choices(node.left)
            yield from _choices(node.right)
        case NotNear():
            yield from _choices(node.left)
        case AtLeast():
            yield from _choices(node.part)
        case HitOf():
            yield from _choices(node.rule)
        case Weighed():
            best = min(_choices(node.rule), key=_size, default=None)
            if best is not None:
                yield tuple(dict.fromkeys((*best, *node.favourable)))


def _size(choice: Choice) -> int:
    return sum(len(words.leaves) for words in choice)


def is_bounded(node: Node) -> bool:
    """Whether something must be there for the clause to hold; else it could match everything."""
    match node:
        case AnyOf():
            return all(is_bounded(part) for part in node.parts)
        case AllOf():
            return any(is_bounded(part) for part in node.parts)
        case Fact():
            return node.label.upper() != "GRADE:F"
        case Weighed():
            return is_bounded(node.rule)
    return True
