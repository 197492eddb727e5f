"""Copies of one text: MinHash signatures, how alike two are, and the bands that find them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import eq

from rensa import RMinHash

PERMUTATIONS = 64
ROWS = 4
"""So many values of a signature make a band: texts alike by 0.5 share one of sixteen by 0.64,
by 0.7 by 0.99."""
SAME_TEXT = 0.55
"""From here on two texts are copies or light rewrites of one."""
MOST_TOKENS = 400
_SEED = 8


def signature(tokens: Sequence[str]) -> tuple[int, ...]:
    """
    The MinHash signature of a text's pairs of neighbouring tokens.

    Broder, "On the resemblance and containment of documents" (1997). Pairs
    keep some order and so tell more than words, and bear a changed word
    better than longer stretches. Only the beginning of a long text counts.
    """
    tokens = tokens[:MOST_TOKENS]
    pairs = [f"{one} {two}" for one, two in pairwise(tokens)] or list(tokens)
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update(pairs)
    return tuple(minhash.digest())


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of pairs of tokens that two texts have in common, as estimated, from 0 to 1."""
    same: int = sum(map(eq, one, other))
    return same / PERMUTATIONS


def bands(values: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Keys of which two like texts share at least one."""
    for start in range(0, PERMUTATIONS, ROWS):
        yield (start, *values[start : start + ROWS])
