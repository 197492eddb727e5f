"""
How well stories are grouped on labelled items, beside two baselines, and how fast.

    python -m bench.stories [--items FILE] [--file indicators.yaml] [--count 100000] [--other FILE]

Every pair of items counts: right if both are put in one story and belong to
one. The stories are parted in halves by a seed, and each half is told by itself, so that
what was tuned on one can be read on the other. All that is got wrong is named at the end.

The time is taken twice. The labelled items, over and over, are a stream in which most items
copy one of the last days, as wire texts do. ``--other`` has so many that no two of a window are
copies: the hardest there is, since all of them speak of what is watched.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path

from monitor.cli.stories import features_of
from monitor.config.load import LoadedWatch, load
from monitor.evaluation import Score
from monitor.itemlines import Line, read_lines
from monitor.matching.text import canonical
from monitor.memory import made_to_stay
from monitor.pipeline.placing import LOOK_BACK
from monitor.resources import shipped
from monitor.semantic import meaning_for
from monitor.stories import Features, Grouping, Ideas, Rarity, Shelf, Told, account, group
from monitor.stories.copies import likeness, signature
from monitor.stories.grouping import WINDOW
from monitor.stories.ties import Meaning

HALVES_SEED = 1
A_DAY = 1_000
"""So many items come a day where the time is taken."""
TIDY_EVERY = A_DAY // 24
"""So many items pass until what is too old to join anything is let go: an hour's, as in service."""
Grouper = Callable[[Sequence["Labelled"]], dict[str, str]]


@dataclass(frozen=True)
class Labelled:
    """One item with the story that it belongs to."""

    line: Line
    features: Features

    @property
    def key(self) -> str:
        return self.features.item

    @property
    def story(self) -> str:
        return str(self.line.values.get("story") or f"alone {self.key}")

    @property
    def is_update(self) -> bool:
        """Whether it brings a new fact to its story."""
        return bool(self.line.values.get("update_of"))

    @property
    def lang(self) -> str:
        return self.line.item.lang or "?"

    @property
    def title(self) -> frozenset[str]:
        return frozenset(canonical(self.line.item.title).split())


def read(path: Path, loaded: LoadedWatch) -> list[Labelled]:
    """The labelled items of a file, in the order of time."""
    feeds = {feed.id: feed for feed in loaded.watch.feeds}
    with path.open(encoding="utf-8") as stream:
        lines = list(read_lines(stream, str(path), feeds))
    ideas = Ideas(loaded.watch.terms)
    items = [Labelled(line, features_of(line, loaded, ideas)) for line in lines]
    return sorted(items, key=lambda one: (one.features.at, one.key))


def ours(items: Sequence[Labelled]) -> dict[str, str]:
    """The stories as the monitor groups them."""
    return {one.item: one.story for one in group(item.features for item in items)}


def with_meaning(items: Sequence[Labelled]) -> dict[str, str]:
    """The stories as grouped with the optional package, or as without where it is missing."""
    placed = group((item.features for item in items), meaning=meaning_for({}))
    return {one.item: one.story for one in placed}


def as_they_come_with_meaning(items: Sequence[Labelled]) -> dict[str, str]:
    """The same as they come."""
    return as_they_come(items, meaning_for({}))


def as_they_come(items: Sequence[Labelled], meaning: Meaning | None = None) -> dict[str, str]:
    """The stories as the service groups them, which knows only what came before an item."""
    shelf = Shelf(meaning=meaning)
    return {one.key: shelf.place_next(Told(one.features), one.features.at).story for one in items}


def by_minhash(items: Sequence[Labelled], least: float = 0.05) -> dict[str, str]:
    """Chains of items whose texts are alike by MinHash, at the likeness that does best here."""
    signatures = {
        one.key: signature(canonical(f"{one.line.item.title} {one.line.item.summary}").split())
        for one in items
    }
    return _chained(items, lambda a, b: likeness(signatures[a.key], signatures[b.key]) >= least)


def by_title(items: Sequence[Labelled], least: float = 0.1) -> dict[str, str]:
    """Chains of items whose titles share words, at the share that does best here."""

    def alike(a: Labelled, b: Labelled) -> bool:
        return len(a.title & b.title) >= least * max(len(a.title | b.title), 1)

    return _chained(items, alike)


GROUPERS: dict[str, Grouper] = {
    "monitor stories": ours,
    "as they come": as_they_come,
    "MinHash": by_minhash,
    "title similarity": by_title,
}
SEMANTIC: dict[str, Grouper] = {
    "with meaning": with_meaning,
    "with meaning, as they come": as_they_come_with_meaning,
}


def _chained(
    items: Sequence[Labelled], alike: Callable[[Labelled, Labelled], bool]
) -> dict[str, str]:
    story = {one.key: one.key for one in items}
    for a, b in near(items):
        if alike(a, b) and story[a.key] != story[b.key]:
            old, new = story[b.key], story[a.key]
            story = {key: new if one == old else one for key, one in story.items()}
    return story


def near(items: Sequence[Labelled]) -> Iterator[tuple[Labelled, Labelled]]:
    """All pairs of items within one window."""
    return (
        (a, b) for a, b in combinations(items, 2) if abs(a.features.at - b.features.at) <= WINDOW
    )


def score(pairs: Iterable[tuple[Labelled, Labelled]], story: dict[str, str]) -> Score:
    """Pairs put together rightly, wrongly, and missed."""
    told = Score()
    for a, b in pairs:
        told += _pair_score(a.story == b.story, story[a.key] == story[b.key])
    return told


def _pair_score(belongs: bool, found: bool) -> Score:
    return Score(belongs and found, found and not belongs, belongs and not found)


def half_of(items: Sequence[Labelled], seed: int = HALVES_SEED) -> dict[str, int]:
    """In which half, 0 or 1, each story is."""
    stories = sorted({one.story for one in items})
    random.Random(seed).shuffle(stories)
    return {story: place % 2 for place, story in enumerate(stories)}


def report(items: Sequence[Labelled]) -> None:
    """Print the figures of every way to group, by half, and ours by pair of languages."""
    pairs, half = list(near(items)), half_of(items)
    print("| | all: P | R | F1 | one half | other half |")
    print("|---|---|---|---|---|---|")
    extra = SEMANTIC if meaning_for({}) else {}
    for name, grouper in (GROUPERS | extra).items():
        story = grouper(items)
        whole = score(pairs, story)
        halves = [score((p for p in pairs if half[p[0].story] == n), story) for n in (0, 1)]
        print(
            f"| {name} | {whole.precision:.3f} | {whole.recall:.3f} | {whole.f1:.3f} "
            f"| {halves[0].f1:.3f} | {halves[1].f1:.3f} |"
        )
    print("\n| languages | P | R | F1 | pairs |\n|---|---|---|---|---|")
    story = ours(items)
    by_languages: dict[str, list[tuple[Labelled, Labelled]]] = defaultdict(list)
    for a, b in pairs:
        by_languages["-".join(sorted((a.lang, b.lang)))].append((a, b))
    for languages, own in sorted(by_languages.items()):
        told = score(own, story)
        if told.is_measured or told.wrong:
            print(
                f"| {languages} | {told.precision:.3f} | {told.recall:.3f} | {told.f1:.3f} "
                f"| {told.right + told.missed} |"
            )


def updates(items: Sequence[Labelled], story: dict[str, str]) -> frozenset[str]:
    """The items that are told as updates, where the stories are so."""
    members: dict[str, list[Told]] = defaultdict(list)
    for one in items:
        members[story[one.key]].append(Told(one.features, one.line.item.title))
    return frozenset(item for told in members.values() for item in account(told).updates)


def report_updates(items: Sequence[Labelled]) -> None:
    """Print how well updates are told apart, in the stories as labelled and as grouped, by half."""
    half = half_of(items)
    print("\n| updates | right | wrongly | missed | one half | other half |")
    print("|---|---|---|---|---|---|")
    for name, story in (("stories as labelled", labelled(items)), ("as grouped", ours(items))):
        told = updates(items, story)
        whole, *halves = (
            sum(
                (
                    _pair_score(one.is_update, one.key in told)
                    for one in items
                    if side is None or half[one.story] == side
                ),
                Score(),
            )
            for side in (None, 0, 1)
        )
        sides = " | ".join(f"{one.right}, {one.wrong}, {one.missed}" for one in halves)
        print(f"| {name} | {whole.right} | {whole.wrong} | {whole.missed} | {sides} |")


def labelled(items: Sequence[Labelled]) -> dict[str, str]:
    """The stories as people gave them."""
    return {one.key: one.story for one in items}


def wrong_updates(items: Sequence[Labelled]) -> Iterator[str]:
    """Every update got wrong where the stories are right, a line each."""
    told = updates(items, labelled(items))
    for one in items:
        if one.is_update != (one.key in told):
            what = "no update told of" if one.is_update else "wrongly an update"
            yield f"{what} {one.key} | {one.line.item.title}"


def wrong(items: Sequence[Labelled]) -> Iterator[str]:
    """Every pair got wrong, a line each."""
    story = ours(items)
    for a, b in near(items):
        if (story[a.key] == story[b.key]) != (a.story == b.story):
            what = "missed" if a.story == b.story else "wrongly"
            yield f"{what} {a.key} {b.key} | {a.line.item.title} | {b.line.item.title}"


def time_of(items: Sequence[Labelled], count: int, loaded: LoadedWatch) -> tuple[float, float]:
    """
    Seconds of one core to read and to group so many items.

    They repeat the labelled ones, ``A_DAY`` a day, as from a watch of many feeds, and what is too
    old is let go, as the service does. Finding hits is not stories' own and not counted.
    """
    ideas = Ideas(loaded.watch.terms)
    start = time.process_time()
    grouping = Grouping(Rarity.of(one.features for one in items))
    reading = 0.0
    step = timedelta(days=1) / A_DAY
    for number in range(count):
        one = items[number % len(items)]
        now = time.process_time()
        fresh = features_of(one.line, loaded, ideas, hits=())
        reading += time.process_time() - now
        told = replace(
            fresh,
            item=f"{fresh.item} {number}",
            at=items[0].features.at + number * step,
            hits=one.features.hits,
        )
        grouping.place(told)
        if number % TIDY_EVERY == 0:
            grouping.forget(told.at - LOOK_BACK)
    return reading, time.process_time() - start - reading


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(prog="bench.stories")
    parser.add_argument("--items", type=Path, default=shipped("sample") / "items.jsonl")
    parser.add_argument("--file", type=Path, default=shipped("indicators.yaml"))
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--other", type=Path, default=Path("labelled/items.jsonl"))
    asked = parser.parse_args(arguments)
    with made_to_stay():  # as in the service, which reads the list once
        loaded = load(asked.file, {})
        items = read(asked.items, loaded)
        others = read(asked.other, loaded) if asked.count else []
    report(items)
    report_updates(items)
    print()
    for what, timed in (("mostly copies", items), ("no copies", others)) if asked.count else ():
        reading, grouping = time_of(timed, asked.count, loaded)
        print(
            f"{asked.count:,} items, {what}: {reading:.1f} s to read, {grouping:.1f} s to group, "
            f"{(reading + grouping) / asked.count * 1e6:.0f} us an item"
        )
    print()
    for line in (*wrong(items), *wrong_updates(items)):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
