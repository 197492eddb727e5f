"""
Made-up news and made-up watch lists, the same ones for every run.

Items look like agency news: short words often, long ones seldom, people named
by given and family name, figures, possessives, and in every fifth item
accents. Indicators look like those of a real list: some names of people, and
with them one of several topics, at times without another. Such queries are
what every contender can say exactly; for the same reason no name or topic has
a digit in it, and no phrase could run from the title into the summary.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.model import Indicator, Item, Polling, Rule, WatchList

SEED = 20261121
Kind = Literal["specific", "popular"]
KINDS: tuple[Kind, ...] = ("specific", "popular")

PEOPLE = 60_000
MOST_NAMED = 300
TITLE_WORDS = 10
_SYLLABLES = [
    onset + vowel
    for onset in ("b", "c", "ch", "d", "f", "g", "h", "j", "l", "m", "n", "p", "r", "s", "st", "t")
    for vowel in "aeiou"
]
_FAMILY_ENDINGS = ("ez", "ov", "son", "sky", "ard", "enko")
_FIGURES = ("12", "35", "100", "1,200", "2026", "3.5", "2025", "G20", "5G")
_ACCENTS = str.maketrans("aeiou", "áéíóú")


@dataclass(frozen=True)
class Query:
    """
    One indicator in the form that all contenders know: one word or phrase of each group, and none
    of ``without``. Words and phrases are in small letters, without accents.
    """

    groups: tuple[tuple[str, ...], ...]
    without: tuple[str, ...] = ()

    @property
    def expression(self) -> str:
        """The query in our own language."""
        groups = (" OR ".join(_quoted(term) for term in group) for group in self.groups)
        asked = " AND ".join(f"({group})" for group in groups)
        return asked + "".join(f" NOT {_quoted(term)}" for term in self.without)

    def terms(self) -> Iterator[str]:
        """Every word and phrase in it."""
        for group in self.groups:
            yield from group
        yield from self.without


def _quoted(term: str) -> str:
    return f'"{term}"' if " " in term else term


class World:
    """The words, the people and how often they are in the news."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        lengths = [1] * 100 + [2] * 1_500 + [3] * 12_000 + [4] * 12_000
        self.words = list(dict.fromkeys(_word(rng, length) for length in lengths))
        self.word_weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))
        self.topics = [word for word in self.words[150:1_500] if len(word) > 3]
        given = [_word(rng, 2) + rng.choice(("n", "l", "")) for _ in range(2_000)]
        family = dict.fromkeys(
            _word(rng, rng.choice((3, 4))) + rng.choice(_FAMILY_ENDINGS) for _ in range(PEOPLE)
        )
        self.people = [(rng.choice(given), name) for name in family]
        self.people_weights = list(accumulate(1 / (rank + 10) for rank in range(len(self.people))))


def _word(rng: random.Random, syllables: int) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(syllables))


@cache
def _world() -> World:
    return World(SEED)


def items(count: int, words: int) -> list[Item]:
    """So many items of so many words, title and summary together."""
    rng = random.Random(f"{SEED} items {words}")
    return [
        Item(
            key=f"item-{number}",
            feed="wire",
            title=_text(rng, TITLE_WORDS - 1, accents=number % 5 == 0) + " " + _plain(rng),
            summary=_text(rng, words - TITLE_WORDS, accents=number % 5 == 0) + ".",
        )
        for number in range(count)
    ]


def _plain(rng: random.Random) -> str:
    """The last word of a title, which begins no name."""
    return rng.choice(_world().words[:100])


def _text(rng: random.Random, words: int, *, accents: bool) -> str:
    pieces: list[str] = []
    while len(pieces) < words:
        chance = rng.random()
        if chance < 0.06:
            pieces.extend(_person(rng))
        elif chance < 0.08:
            pieces.append(rng.choice(_FIGURES))
        else:
            word = rng.choices(_world().words, cum_weights=_world().word_weights)[0]
            pieces.append(word.translate(_ACCENTS) if accents and rng.random() < 0.1 else word)
        if rng.random() < 0.1:
            pieces[-1] += rng.choice((",", ".", ",", " -"))
    text = " ".join(pieces[:words])
    return text[:1].upper() + text[1:]


def _person(rng: random.Random) -> list[str]:
    people = _world()
    given, family = rng.choices(people.people, cum_weights=people.people_weights)[0]
    named = family.capitalize() + ("'s" if rng.random() < 0.1 else "")
    return [given.capitalize(), named] if rng.random() < 0.6 else [named]


def queries(count: int, kind: Kind) -> list[Query]:
    """
    So many indicators.

    Popular ones name the few hundred people who are always in the news,
    specific ones all the others.
    """
    rng = random.Random(f"{SEED} {kind} {count}")
    people = _world().people
    pool = people[:MOST_NAMED] if kind == "popular" else people[MOST_NAMED:]
    return [_query(rng, pool) for _ in range(count)]


def _query(rng: random.Random, pool: list[tuple[str, str]]) -> Query:
    chosen = rng.sample(pool, rng.randint(1, 4))
    names = tuple(f"{given} {family}" if rng.random() < 0.6 else family for given, family in chosen)
    other, *topics = rng.sample(_world().topics, rng.randint(3, 9))
    return Query(
        groups=(names, tuple(topics)) if rng.random() < 0.8 else (names,),
        without=(other,) if rng.random() < 0.3 else (),
    )


def watch_list(queries: list[Query]) -> WatchList:
    """The queries as a watch list of ours; indicator ``i7`` is query 7."""
    return WatchList(
        title="Bench",
        zone=ZoneInfo("UTC"),
        feeds=(),
        indicators=tuple(
            Indicator(
                f"i{number}",
                f"Indicator {number}",
                Rule(match=query.expression, path=("indicators", number)),
            )
            for number, query in enumerate(queries)
        ),
        terms={},
        scope=None,
        hypotheses=(),
        polling=Polling(),
        channels=(),
        routes=(),
    )
