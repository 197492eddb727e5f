"""The first minutes of a new service: what terminal, board and digest say before there is news."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from monitor.cli.firstround import first_round_words, say_first_round
from monitor.digest.build import Coverage, Gap
from monitor.digest.wording import is_dark, not_covered
from monitor.errors import StoreAwayError
from monitor.model import FeedState
from tests.make import CARACAS, NOON, a_feed

ADDRESS = "http://127.0.0.1:8000/"
FAILED = FeedState("b", "https://b.example/", last_poll=NOON)
ANSWERED = FeedState("a", "https://a.example/", last_poll=NOON, last_answer=NOON)


@pytest.mark.parametrize(
    ("asked", "feeds", "said"),
    [
        pytest.param([ANSWERED] * 3, 3, "All 3 feeds have answered.", id="all"),
        pytest.param(
            [ANSWERED, FAILED],
            3,
            "1 of 3 feeds have answered; http://127.0.0.1:8000/feeds says why the others have not.",
            id="some",
        ),
        pytest.param([FAILED] * 2, 3, "No feed has answered (2 of 3 asked).", id="none"),
    ],
)
def test_the_terminal_says_what_the_first_round_came_to(asked, feeds, said):
    assert first_round_words(asked, feeds, ADDRESS).startswith(said)


async def test_a_database_that_fails_meanwhile_is_left_to_the_log(capsys):
    def away():
        raise StoreAwayError("the database does not answer")

    app = SimpleNamespace(store=SimpleNamespace(records=SimpleNamespace(states=away)))
    await say_first_round(app, ADDRESS)
    assert capsys.readouterr().err == ""


def gaps(feeds: int, *, asked: bool) -> tuple[Gap, ...]:
    why = "the name was not found" if asked else "not polled yet"
    return tuple(
        Gap(a_feed(f"{why[:3]}-{n}", publisher=f"{why[:3]}{n}"), None, why, asked=asked)
        for n in range(feeds)
    )


@pytest.mark.parametrize(
    ("coverage", "dark"),
    [
        pytest.param(Coverage(9, 0, 0, gaps(9, asked=True)), True, id="all failed"),
        pytest.param(Coverage(9, 0, 0, gaps(9, asked=False)), False, id="none was asked"),
        pytest.param(Coverage(9, 1, 0, gaps(8, asked=True)), False, id="one answered"),
        pytest.param(Coverage(2, 0, 0, gaps(2, asked=True)), False, id="few, which are named"),
    ],
)
def test_the_watch_is_dark_where_very_many_feeds_failed_and_none_answered(coverage, dark):
    assert is_dark(coverage) is dark


def test_feeds_that_wait_for_their_first_poll_are_counted_after_those_that_fail():
    coverage = Coverage(5, 0, 0, (*gaps(3, asked=False), *gaps(2, asked=True)))
    assert not_covered(coverage, CARACAS, None).replace("\xa0", " ") == (
        "the0: the name was not found; the1: the name was not found; 3 feeds not polled yet"
    )
    one = Coverage(1, 0, 0, gaps(1, asked=False))
    assert not_covered(one, CARACAS, None).replace("\xa0", " ") == "1 feed not polled yet"
