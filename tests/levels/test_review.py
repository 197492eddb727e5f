"""Which indicators want a look, and what could be done."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.levels.review import Past, review
from monitor.model import Rule, Signal
from tests.make import a_watch, an_indicator

TODAY = date(2026, 3, 2)
SIGNALS = tuple(Signal(name, Rule(match=name)) for name in ("stalled", "moving"))
USUAL = Past(90, 20, 25, {"stalled", "moving"})


def kinds(past: Past, *, lacking=None, **more) -> list[str]:
    watch = a_watch(
        indicators=[an_indicator("one", match="$ships AND clos*", signals=SIGNALS, **more)],
        terms={"ships": ("ship", "vessel")},
    )
    return [one.kind for one in review(watch, {"one": past}, lacking or {}, TODAY)]


@pytest.mark.parametrize(
    ("past", "more", "found"),
    [
        pytest.param(USUAL, {}, [], id="nothing"),
        pytest.param(USUAL, {"review_by": date(2026, 3, 1)}, ["past review"], id="out of date"),
        pytest.param(USUAL, {"review_by": TODAY}, [], id="due today"),
        pytest.param(Past(90, 0, 0, set()), {}, ["never hit"], id="dead"),
        pytest.param(Past(40, 0, 0, set()), {}, [], id="not watched long enough"),
        pytest.param(
            Past(90, 85, 300, {"stalled", "moving"}), {}, ["always firing"], id="always firing"
        ),
        pytest.param(Past(90, 20, 25, {"stalled"}), {}, ["signal never seen"], id="half deaf"),
        pytest.param(Past(90, 3, 4, set()), {}, [], id="too few stories to miss a signal"),
        pytest.param(
            USUAL, {"lacking": {"ships": "no word in Cyrillic"}}, ["language"], id="a language"
        ),
        pytest.param(
            USUAL, {"lacking": {"planes": "no word in Cyrillic"}}, [], id="another's list"
        ),
        pytest.param(Past(90, 0, 0, set()), {"paused": True}, [], id="paused"),
    ],
)
def test_what_wants_a_look(past, more, found):
    assert kinds(past, **more) == found


def test_each_finding_proposes_what_to_do():
    watch = a_watch(indicators=[an_indicator("one", review_by=date(2025, 1, 1))])
    for finding in review(watch, {"one": Past(90, 0, 0, set())}, {}, TODAY):
        assert finding.words
        assert len(finding.action) > 20
