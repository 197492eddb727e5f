"""What is known of the items of several polls, asked of the store at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from monitor.feeds.identity import twin_key
from monitor.pipeline.meeting import Ready, meet
from monitor.store.known import Known
from tests.make import NOON, an_item


def stored(row, item, key=None):
    return Known(row, key or item.key, twin_key(item), item.hash, NOON, article=False)


@dataclass
class Shelf:
    """Knows some items, and counts what it was asked."""

    items: list[Known] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def known(self, keys, twins=()):
        keys, twins = set(keys), set(twins)
        self.asked.append(f"{len(keys)} keys, {len(twins)} twins")
        return [one for one in self.items if one.key in keys or one.twin in twins]

    def indicators_hit(self, rows):
        rows = list(rows)
        self.asked.append(f"hits of {rows}")
        return {row: {"ports"} for row in rows}


def ready(*items):
    return Ready(items, lambda _met: None)


ONE, TWO, THREE = (an_item(key, f"Title {key}") for key in ("one", "two", "three"))
EDITED = replace(ONE, hash="other")


@pytest.mark.parametrize(
    ("known", "polls", "asked"),
    [
        pytest.param([], [ready(), ready()], [], id="nothing came"),
        pytest.param(
            [stored(1, ONE), stored(2, TWO)],
            [ready(ONE), ready(TWO)],
            ["2 keys, 0 twins"],
            id="all is known",
        ),
        pytest.param(
            [stored(1, ONE)],
            [ready(ONE, TWO), ready(THREE)],
            ["3 keys, 0 twins", "0 keys, 2 twins"],
            id="two are new",
        ),
        pytest.param(
            [stored(1, ONE), stored(2, TWO)],
            [ready(EDITED, TWO)],
            ["2 keys, 0 twins", "hits of [1]"],
            id="one was edited",
        ),
    ],
)
def test_the_store_is_asked_once_for_all_polls(known, polls, asked):
    shelf = Shelf(known)
    meet(polls, shelf)
    assert shelf.asked == asked


def test_an_item_is_met_by_its_key_or_as_the_twin_of_one_that_is_gone():
    gone = stored(7, TWO, key="two's old key")
    met = meet([ready(ONE, TWO, THREE)], Shelf([stored(1, ONE), gone]))
    assert met.known(ONE).row == 1
    assert met.known(TWO).row == 7
    assert met.known(THREE) is None
    assert met.twin_of(THREE) == twin_key(THREE)


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param([TWO, replace(TWO, key="two's old key")], id="the old key is still shown"),
        pytest.param([replace(TWO, hash="other")], id="the text is another"),
    ],
)
def test_what_only_looks_alike_is_no_twin(shown):
    met = meet([ready(*shown)], Shelf([stored(7, TWO, key="two's old key")]))
    assert met.known(shown[0]) is None


def test_what_an_edited_item_hit_before_is_told():
    met = meet([ready(EDITED)], Shelf([stored(1, ONE)]))
    assert met.hit == {1: {"ports"}}
