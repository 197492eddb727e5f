"""Meanings, where the optional package is there: they keep doubtful pairs apart, and no more."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from monitor.semantic import PACKAGE, SETTING, Meanings, meaning_for
from monitor.stories import group
from monitor.stories.ties import DOUBTFUL, FAR, NEAR, Kind, Tie, doubted
from tests.stories.conftest import told

VECTORS = {"ship": (1.0, 0.0), "vessel": (0.96, 0.28), "bank": (0.0, 1.0)}
ONE, OTHER, FOREIGN = (told(word, word) for word in VECTORS)


def a_meaning():
    asked = []

    def embed(text):
        asked.append(text)
        return VECTORS[text]

    return Meanings(embed), asked


@pytest.mark.parametrize(
    ("score", "other", "left"),
    [
        pytest.param(1.0, OTHER, 1.0, id="near in meaning: as it was"),
        pytest.param(1.0, FOREIGN, 1.0 - FAR * NEAR, id="far: weaker"),
        pytest.param(DOUBTFUL[1] + 1, FOREIGN, DOUBTFUL[1] + 1, id="sure: not asked"),
        pytest.param(DOUBTFUL[0] - 1, OTHER, DOUBTFUL[0] - 1, id="hopeless: not asked"),
    ],
)
def test_only_a_doubtful_tie_loses_by_what_texts_mean(score, other, left):
    meaning, asked = a_meaning()
    assert doubted(Tie(Kind.WATCHED, score), ONE, other, meaning).score == pytest.approx(left)
    assert bool(asked) is (DOUBTFUL[0] <= score <= DOUBTFUL[1])


def test_a_text_is_read_once():
    meaning, asked = a_meaning()
    assert meaning("ship", "vessel") == pytest.approx(0.96)
    assert meaning("vessel", "ship") == pytest.approx(0.96)
    assert asked == ["ship", "vessel"]


def test_copies_are_one_story_whatever_is_said_of_their_meaning():
    text = "Three Venezuelan colonels held after contacts with US embassy in Bogota"
    copies = [told(f"c{n}", text, hours=n) for n in range(3)]
    assert {one.story for one in group(copies, meaning=lambda *_: -1.0)} == {"c0"}


@pytest.mark.parametrize("word", ["off", "No", " 0 "])
def test_it_can_be_set_off(word):
    assert meaning_for({SETTING: word}) is None


def test_without_the_package_there_are_no_meanings(monkeypatch):
    monkeypatch.setattr("monitor.semantic.find_spec", lambda name: None)
    assert meaning_for({}) is None


@pytest.mark.skipif(find_spec(PACKAGE) is None, reason="what-to-watch[semantic] is not installed")
def test_the_real_model_knows_one_event_in_two_languages():
    meaning = meaning_for({})
    assert meaning is not None
    english = "Coast guard boards a tanker north of Grenada"
    same = meaning(english, "Guardacostas aborda un petrolero al norte de Granada")
    assert same > NEAR > meaning(english, "Бразильский центробанк снизил ставку")
