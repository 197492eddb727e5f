"""Whether two items tell the same event, how sure that is, and why."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache

from monitor.stories.copies import SAME_TEXT, likeness
from monitor.stories.features import Features
from monitor.stories.names import are_one
from monitor.stories.rarity import Rarity

ALIKE = 0.25
"""From this likeness on two texts say the same but for what differs; what differs then decides."""
ROUNDING = 1.15
"""Counts that differ by no more than this factor may be one, rounded."""
DAY = 86_400
CERTAIN = 8.0
"""The score of a copy: more than any other tie can make sure of."""


class Kind(StrEnum):
    """By what two items are tied; the first that holds is named."""

    TEXT = "same text"
    NAMED = "same names, numbers or places"
    WATCHED = "same by what the watch list and the lexicon know"


@dataclass(frozen=True, slots=True)
class Tie:
    """
    How two items stand to each other.

    ``score`` is above 0 where they are more likely one event than two (about
    the logarithm of the odds). ``differs`` says what keeps two like texts
    apart, and is empty where nothing does. ``is_titled`` says that the title of
    one has a name that the other tells.
    """

    kind: Kind
    score: float
    reason: str = ""
    differs: str = ""
    is_titled: bool = False


@dataclass(frozen=True)
class Weighed:
    """An item's features with the weights that held when it came."""

    features: Features
    ideas: Mapping[str, float]
    lists: Mapping[str, float]
    hits: Mapping[str, float]
    names: Mapping[str, float]
    numbers: Mapping[str, float]

    @classmethod
    def of(cls, features: Features, rarity: Rarity) -> Weighed:
        """Weigh an item by what is known of rarity now."""
        return cls(
            features,
            rarity.weights(features.ideas),
            rarity.weights(features.lists),
            rarity.weights(features.hits),
            rarity.weights(features.names | features.designators),
            rarity.weights(features.numbers),
        )

    @cached_property
    def title(self) -> dict[str, float]:
        """The weights of the title's ideas."""
        return {idea: self.ideas[idea] for idea in self.features.title_ideas}

    @cached_property
    def squares(self) -> dict[str, float]:
        """The squares of the weights of ideas, lists and hits."""
        weights = {**self.ideas, **self.lists, **self.hits}
        return {thing: weight * weight for thing, weight in weights.items()}

    @cached_property
    def lengths(self) -> tuple[float, float, float, float]:
        """The lengths of the vectors of ideas, the title's ideas, lists and hits."""
        return (
            _length(self.ideas),
            _length(self.title),
            _length(self.lists),
            _length(self.hits),
        )

    @cached_property
    def named(self) -> frozenset[str]:
        """Names and designators that are surely such."""
        return self.features.proper | self.features.designators

    @cached_property
    def called(self) -> frozenset[str]:
        """All that may be names, and designators."""
        return self.features.names | self.features.designators

    @cached_property
    def places(self) -> frozenset[str]:
        """The ideas that are places."""
        return frozenset(idea for idea in self.ideas if idea.startswith("place:"))

    @cached_property
    def signals(self) -> dict[str, frozenset[str]]:
        """The signals of each indicator that hit."""
        found: dict[str, set[str]] = {}
        for hit in self.hits:
            indicator, slash, signal = hit.partition("/")
            if slash:
                found.setdefault(indicator, set()).add(signal)
        return {indicator: frozenset(signals) for indicator, signals in found.items()}


def tie(new: Weighed, old: Weighed) -> Tie:
    """
    Weigh what two items share against what differs.

    A copy is a tie by itself. Two texts that are nearly alike and differ in a
    number, a date, a place or a name tell two events by one form, whatever
    else they share.
    """
    by_text = tie_by_text(new, old)
    if by_text is not None:
        return by_text
    named = _shared_names(new, old)
    titled = _title_names(new, old)
    score = _BASE + _for(new, old, named, titled) - _against(new, old, named, titled)
    is_named = bool(named) or any(map(_is_big, new.features.numbers & old.features.numbers))
    kind = Kind.NAMED if is_named else Kind.WATCHED
    return Tie(kind, score, is_titled=bool(titled))


def tie_by_text(new: Weighed, old: Weighed) -> Tie | None:
    """How two items stand to each other by their texts alone; ``None`` if these do not tell."""
    alike = likeness(new.features.signature, old.features.signature)
    if alike >= ALIKE:
        differs = difference(new, old)
        if differs:
            return Tie(Kind.TEXT, -math.inf, differs=differs)
    if alike >= SAME_TEXT:
        return Tie(Kind.TEXT, CERTAIN + alike, f"same text {alike:.2f}")
    return None


Meaning = Callable[[str, str], float]
"""How near two texts are in meaning: a cosine."""
DOUBTFUL = (-4.0, 3.0)
"""Between these scores it is asked what the texts mean."""
NEAR = 0.86
"""From this cosine on two texts may tell one event; below it a doubtful tie loses ``FAR`` by it."""
FAR = 15.0


def doubted(tied: Tie, new: Features, old: Features, meaning: Meaning) -> Tie:
    """
    A tie, weaker where it is doubtful and the texts mean other things.

    Near meanings do not make it stronger: two events of a kind mean the same.
    """
    if tied.differs or not DOUBTFUL[0] <= tied.score <= DOUBTFUL[1]:
        return tied
    far = NEAR - meaning(new.gist, old.gist)
    return replace(tied, score=tied.score - FAR * far) if far > 0 else tied


def is_copy(new: Features, old: Features) -> bool:
    """Whether two items have one text, so that one of them stands for both."""
    return likeness(new.signature, old.signature) >= SAME_TEXT


# What ties and what keeps apart, in units of the score. Fitted by logistic
# regression on the sample's pairs, rounded, and held the same over both halves.
_BASE = -5.7
_IDEAS_SUM, _IDEAS_COSINE, _TITLE, _HITS, _LISTS = 0.22, 1.0, 1.0, 2.2, 0.5
_NAMES, _TITLE_NAMES, _NUMBERS, _DATE = 0.2, 0.75, 0.28, 1.0
_OTHER_PLACE, _OTHER_NAMES, _OTHER_TITLE_NAMES, _OTHER_DESIGNATOR = 0.24, 0.2, 1.5, 1.2
_OTHER_COUNT, _OTHER_SIGNAL, _OTHER_HITS, _ONE_HITS = 3.0, 2.5, 1.0, 0.5
_SAME_PUBLISHER, _A_DAY_APART = 0.6, 0.5
_MOST_IDEAS, _MOST_NAMES, _MOST_NUMBERS, _MOST_PLACE = 30.0, 12.0, 10.0, 5.0


def _for(new: Weighed, old: Weighed, named: Set[str], titled: Set[str]) -> float:
    names = _weight_of(named, new, old)
    # What follows from an event shares little with its first reports but whom or what it is about.
    titles = _weight_of(titled, new, old)
    one, two = new.features, old.features
    shared = one.ideas & two.ideas
    mine, theirs = shared & one.title_ideas, shared & two.title_ideas
    lengths, other = new.lengths, old.lengths
    return (
        _IDEAS_SUM * min(math.fsum(map(new.ideas.__getitem__, shared)), _MOST_IDEAS)
        + _IDEAS_COSINE * _over(new, shared, lengths[0] * other[0])
        + _TITLE * _over(new, mine & theirs, lengths[1] * other[1])
        + _TITLE * 0.5 * _over(new, mine, lengths[1] * other[0])
        + _TITLE * 0.5 * _over(new, theirs, other[1] * lengths[0])
        + _HITS * _over(new, one.hits & two.hits, lengths[3] * other[3])
        + _LISTS * _over(new, one.lists & two.lists, lengths[2] * other[2])
        + _NAMES * min(names, _MOST_NAMES)
        + _TITLE_NAMES * min(titles, _MOST_NAMES)
        + _NUMBERS * min(_numbers_shared(new, old), _MOST_NUMBERS)
        + _DATE * (not one.dates.isdisjoint(two.dates))
    )


def _against(new: Weighed, old: Weighed, named: Set[str], titled: Set[str]) -> float:
    one, other = new.features, old.features
    titles_differ = bool(one.title_names and other.title_names) and not _are_one(
        one.title_names & other.title_names, new, old
    )
    types_differ = bool(one.designators and other.designators) and one.designators.isdisjoint(
        other.designators
    )
    return (
        _OTHER_PLACE * min(_places_apart(new, old), _MOST_PLACE)
        + _OTHER_NAMES * (0.0 if named else _names_apart(new, old))
        + _OTHER_TITLE_NAMES * titles_differ
        + _OTHER_DESIGNATOR * types_differ
        + _OTHER_COUNT * bool(other_counts(one, other))
        + _OTHER_SIGNAL * _signals_apart(new, old)
        + _OTHER_HITS * bool(one.hits and other.hits and one.hits.isdisjoint(other.hits))
        + _ONE_HITS * (bool(one.hits) != bool(other.hits))
        + (0.0 if titled else _apart(one, other))
    )


def _apart(one: Features, other: Features) -> float:
    """
    What publisher and time count against two items that share no name in a title.

    A desk does not tell an event twice, nor two desks days apart; but both
    follow up on whom or what they named.
    """
    days = abs((one.at - other.at).total_seconds()) / DAY
    return _SAME_PUBLISHER * (one.publisher == other.publisher) + _A_DAY_APART * days


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(math.fsum(weight * weight for weight in weights.values()))


def _over(new: Weighed, shared: Set[str], lengths: float) -> float:
    """The cosine of two vectors that share some things, given the product of their lengths."""
    return math.fsum(map(new.squares.__getitem__, shared)) / lengths if shared else 0.0


def _shared_names(new: Weighed, old: Weighed) -> frozenset[str]:
    """Names that both tell, and that at least one of them surely writes as a name."""
    return _are_one((new.named & old.called) | (old.named & new.called), new, old)


def _title_names(new: Weighed, old: Weighed) -> frozenset[str]:
    """Names that the title of one tells and the other somewhere, once surely as a name."""
    one, other = new.features, old.features
    return _are_one(
        (one.title_names & other.names)
        | (other.title_names & one.names)
        | (one.title_likely & other.proper)
        | (other.title_likely & one.proper),
        new,
        old,
    )


def _are_one(sounding: frozenset[str], new: Weighed, old: Weighed) -> frozenset[str]:
    """Of the names that sound alike in two items those that can be one."""
    if not sounding:
        return sounding
    one, other = new.features.shown, old.features.shown
    return frozenset(name for name in sounding if are_one(one.get(name, ""), other.get(name, "")))


def _weight_of(names: Set[str], new: Weighed, old: Weighed) -> float:
    # The exact sum is the same in whatever order a set hands its members out.
    return math.fsum([new.names.get(name) or old.names[name] for name in names]) if names else 0.0


def _numbers_shared(new: Weighed, old: Weighed) -> float:
    """How rare the numbers are that both tell; small ones, of which there are many, count less."""
    shared = new.features.numbers & old.features.numbers
    if not shared:
        return 0.0
    return math.fsum([new.numbers[number] * (1.0 if _is_big(number) else 0.6) for number in shared])


def _names_apart(new: Weighed, old: Weighed) -> float:
    """How rare the names are of two items that name nobody in common."""
    one, other = new.features.proper, old.features.proper
    if not one or not other:
        return 0.0
    return min(max(new.names[name] for name in one), max(old.names[name] for name in other))


def _places_apart(new: Weighed, old: Weighed) -> float:
    """How rare the places are that each names and the other does not."""
    one, other = new.places - old.places, old.places - new.places
    if not one or not other:
        return 0.0
    return min(max(new.ideas[place] for place in one), max(old.ideas[place] for place in other))


def _signals_apart(new: Weighed, old: Weighed) -> bool:
    """Whether both hit an indicator and point different ways: an act, and what is said of it."""
    return any(
        signals.isdisjoint(old.signals[indicator])
        for indicator, signals in new.signals.items()
        if indicator in old.signals
    )


def other_counts(one: Features, other: Features) -> str:
    """What both count differently beyond rounding, or nothing."""
    for idea in sorted(one.counts.keys() & other.counts):
        if not any(
            max(a, b) <= ROUNDING * min(a, b) for a in one.counts[idea] for b in other.counts[idea]
        ):
            return idea.partition(":")[2]
    return ""


def difference(new: Weighed, old: Weighed) -> str:
    """In what two like texts differ, each having what the other lacks; empty if in nothing."""
    one, other = new.features, old.features
    counted = other_counts(one, other)
    if counted:
        return f"another number: {counted}"
    for what, mine, theirs in (
        ("number", one.numbers, other.numbers),
        ("date", one.dates, other.dates),
        ("place", new.places, old.places),
        ("type", one.designators, other.designators),
    ):
        if _each_lacks(mine, theirs):
            return f"another {what}"
    told = _are_one(one.names & other.names, new, old)
    return "another name" if one.proper - told and other.proper - told else ""


def _each_lacks(one: Collection[object], other: Collection[object]) -> bool:
    return bool(set(one) - set(other)) and bool(set(other) - set(one))


@lru_cache(maxsize=65536)
def _is_big(number: str) -> bool:
    """Whether a number is beyond a dozen, so that two reports hardly tell it by chance."""
    return float(number.partition(":")[2]) > 12


def reason_of(new: Weighed, old: Weighed) -> str:
    """What two items share in words: who, what, where and how many, the rarest first, then acts."""
    alike = likeness(new.features.signature, old.features.signature)
    if alike >= SAME_TEXT:
        return f"same text {alike:.2f}"
    weights = {
        **{name: new.names.get(name) or old.names[name] for name in _shared_names(new, old)},
        **{one: new.numbers[one] for one in new.numbers.keys() & old.numbers},
        **{one: new.ideas[one] for one in new.ideas.keys() & old.ideas},
    }
    shared = sorted(weights, key=lambda thing: (_is_act(thing), -weights[thing], thing))
    days = sorted(new.features.dates & old.features.dates)
    told: Sequence[str] = [
        *dict.fromkeys(_shown(thing, new, old) for thing in shared[:MOST_REASONS]),
        *(f"{day.day} {day:%B}" for day in days[:1]),
    ]
    hits = sorted(hit.removeprefix("hit:") for hit in new.hits.keys() & old.hits if "/" not in hit)
    return f"same: {', '.join(told)}" + (f"{BOTH_HIT}{', '.join(hits)}" if hits else "")


MOST_REASONS = 5
BOTH_HIT = "; hit "
"""What parts the things that two items share from the ids of the indicators that both hit."""
_CAPITALS = frozenset(("us", "nato", "oas", "alba", "opec", "icc", "un", "eu", "uk"))


def _is_act(thing: str) -> bool:
    return thing.startswith("act:")


def _shown(thing: str, new: Weighed, old: Weighed) -> str:
    kind, _, name = thing.partition(":")
    if kind == "number":
        return f"{float(name):,.0f}" if float(name).is_integer() else name
    if kind == "place":
        return " ".join(
            word.upper() if word in _CAPITALS else word.capitalize() for word in name.split()
        )
    return new.features.shown.get(thing) or old.features.shown.get(thing) or name
