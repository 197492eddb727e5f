"""What an item tells that can tie it to another: read once, compared often."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from monitor.matching.reading import Reading
from monitor.matching.text import BREAK
from monitor.model import Feed, Hit, Item
from monitor.stories.copies import signature
from monitor.stories.dates import dates_in
from monitor.stories.ideas import Ideas, is_common
from monitor.stories.names import acronyms, likely_names, proper_names, sound
from monitor.stories.numbers import Number, numbers_in
from monitor.stories.origins import origins_in

LEAD = 800
"""So many characters of a field are read; what comes later in a long text is background."""
GIST = 300
"""So many characters say what a text means; reading more takes longer and tells no more."""
LATE = timedelta(hours=48)
"""So much later than an item says may we see it first."""
REACH = 30
"""How far after a number, in characters of the row, stands what it counts."""

_DESIGNATOR = re.compile(
    r"(?<![^\W_])([^\W\d_]{1,4})[-‐‑–](\d{1,4})(?!\d)|(?<![^\W_])([A-ZА-Я]{1,4})(\d{1,4})(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Features:
    """
    What one item tells.

    ``at`` is when it was told. Everything that is weighed by its rarity is a
    text with its kind before it: ``act:seize``, ``list:su30``,
    ``name:nkt``, ``number:24``, ``hit:su30-overhauls``. ``shown`` holds how the
    item itself writes names and numbers, for reasons. ``title_likely`` are the title's
    words that another item may show to be names. ``counts`` says how many there
    are of what. ``gist`` is the
    beginning of its text, for what reads meanings.
    """

    item: str
    at: datetime
    publisher: str
    ideas: frozenset[str]
    title_ideas: frozenset[str]
    lists: frozenset[str]
    hits: frozenset[str]
    names: frozenset[str]
    proper: frozenset[str]
    title_names: frozenset[str]
    title_likely: frozenset[str]
    numbers: frozenset[str]
    designators: frozenset[str]
    dates: frozenset[date]
    counts: Mapping[str, frozenset[float]]
    signature: tuple[int, ...]
    origins: frozenset[str] = frozenset()
    shown: Mapping[str, str] = field(default_factory=dict)
    gist: str = ""

    def weighed(self) -> Iterator[str]:
        """All that rarity counts, each once."""
        yield from self.ideas
        yield from self.lists
        yield from self.hits
        yield from self.names
        yield from self.numbers
        yield from self.designators


def told_at(published: datetime | None, seen: datetime) -> datetime:
    """
    When an item was told: as it says itself, where that can be.

    A date after we saw it, or long before, is a feed's mistake or an old text
    brought up again, which tells today's readers something today.
    """
    if published is None or not timedelta(0) <= seen - published <= LATE:
        return seen
    return published


def read_features(
    item: Item, hits: Iterable[Hit], feed: Feed, at: datetime, ideas: Ideas
) -> Features:
    """
    Read an item for what could tie it to others.

    ``at`` is when it was told; ``feed`` says who told it. Of a long text only
    the lead is read: what it goes on to recall ties it to everything.
    """
    item = _lead_of(item)
    reading = ideas.read(item)
    found = ideas.of(reading)
    title_end = _title_end(reading)
    text = "\n".join(filter(None, (item.title, item.summary, item.content)))
    designators = dict(_designators(text))
    numbers = [
        one for one in numbers_in(reading.tokens) if not _in(one, reading.tokens, designators)
    ]
    rest = f"{item.summary}\n{item.content}"
    title_names = proper_names(item.title, is_common)
    title_likely = likely_names(item.title, is_common)
    proper = {**title_names, **proper_names(rest, is_common)}
    likely = {
        **likely_names(rest, is_common),
        **title_likely,
        **proper,
        **{one: one for one in acronyms(text)},
    }
    return Features(
        item=item.key,
        at=at,
        publisher=feed.publisher or feed.id,
        ideas=frozenset(found),
        title_ideas=frozenset(name for name, offsets in found.items() if min(offsets) < title_end),
        lists=ideas.lists_of(reading),
        hits=frozenset(_hits(hits)),
        names=_keyed("name", likely),
        proper=_keyed("name", proper),
        title_names=_keyed("name", title_names),
        title_likely=_keyed("name", title_likely),
        numbers=frozenset(f"number:{one.value:g}" for one in numbers),
        designators=_keyed("designator", designators),
        dates=frozenset(dates_in(reading.tokens, at.date())),
        counts=_counts(numbers, found, reading),
        signature=signature(reading.tokens),
        origins=origins_in(text),
        shown={
            **{f"name:{key}": word for key, word in likely.items()},
            **{f"designator:{key}": word for key, word in designators.items()},
        },
        gist=text[:GIST],
    )


def _lead_of(item: Item) -> Item:
    """The beginning of each field, without half characters, which no engine takes."""
    whole = item.title, item.summary, item.content
    title, summary, content = (text[:LEAD].encode("utf-8", "replace").decode() for text in whole)
    if (title, summary, content) == whole:
        return item
    return replace(item, title=title, summary=summary, content=content)


def _title_end(reading: Reading) -> int:
    """The offset in the row at which the title ends."""
    end = reading.joined.find(BREAK)
    if reading.fields[:1] != ["title"]:
        return 0
    return end if end >= 0 else len(reading.joined)


def _keyed(kind: str, keys: Collection[str]) -> frozenset[str]:
    return frozenset(f"{kind}:{key}" for key in keys)


def _hits(hits: Iterable[Hit]) -> Iterator[str]:
    for hit in hits:
        yield f"hit:{hit.indicator}"
        yield from (f"hit:{hit.indicator}/{signal}" for signal in hit.signals)


def _designators(text: str) -> Iterator[tuple[str, str]]:
    """Type names of letters and figures, by the sound of the letters: Ил-76 and Il-76 are one."""
    for found in _DESIGNATOR.finditer(text):
        letters, figures = found[1] or found[3], found[2] or found[4]
        yield f"{sound(letters) or letters.lower()} {figures}", found[0]


def _in(number: Number, tokens: list[str], designators: Mapping[str, str]) -> bool:
    """Whether a number is only the figures of a designator."""
    before = tokens[number.first - 1 : number.first] if number.first else []
    return any(f"{sound(token) or token} {tokens[number.first]}" in designators for token in before)


def _counts(
    numbers: Iterable[Number], found: Mapping[str, list[int]], reading: Reading
) -> dict[str, frozenset[float]]:
    """How many there are of what: a number, and the people or things named next after it."""
    numbers = list(numbers)
    if not numbers:
        return {}
    starts = _token_starts(reading)
    places = sorted(
        (offset, name)
        for name, offsets in found.items()
        if name.startswith(("people:", "thing:"))
        for offset in offsets
    )
    counts: dict[str, set[float]] = {}
    for number in numbers:
        after = starts[number.end] - 1 if number.end < len(starts) else len(reading.joined)
        near = [place for place in places if after <= place[0] <= after + REACH]
        for offset, name in near:
            if offset == near[0][0]:
                counts.setdefault(name, set()).add(number.value)
    return {name: frozenset(values) for name, values in counts.items()}


def _token_starts(reading: Reading) -> list[int]:
    """The offset in the row at which each token begins."""
    starts, at = [], 1
    for token in reading.tokens:
        starts.append(at)
        at += len(token) + 1
    return starts
