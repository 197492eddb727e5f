"""Where sentences begin, in the six languages of the watch."""

from __future__ import annotations

import pytest

from monitor.matching.sentences import sentence_starts
from monitor.matching.text import spans


def sentences(text: str) -> list[str]:
    places = spans(text)
    starts = sorted({0, *sentence_starts(text, places)})
    ends = [*starts[1:], len(places)]
    return [text[places[a][0] : places[b - 1][1]] for a, b in zip(starts, ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Jets land. They wait.", ["Jets land", "They wait"], id="two"),
        pytest.param("Really? Yes! So...", ["Really", "Yes", "So"], id="other signs"),
        pytest.param("“Go.” He went.", ["Go", "He went"], id="a quote's end"),
        pytest.param("The U.S. Senate met.", ["The U.S. Senate met"], id="an abbreviation"),
        pytest.param("Mr. Lavrov and Gen. Padrino", ["Mr. Lavrov and Gen. Padrino"], id="titles"),
        pytest.param("N. Maduro spoke.", ["N. Maduro spoke"], id="an initial"),
        pytest.param("Hull No. 5 sank.", ["Hull No. 5 sank"], id="a number"),
        pytest.param("He said no. They left.", ["He said no", "They left"], id="no number"),
        pytest.param("Boeing Co. said so.", ["Boeing Co. said so"], id="a small letter follows"),
        pytest.param("It cost 3.5 million.", ["It cost 3.5 million"], id="a point in a number"),
        pytest.param("Jets\nEngines", ["Jets", "Engines"], id="a line of its own"),
        pytest.param("Jets wait\nfor engines", ["Jets wait\nfor engines"], id="a broken line"),
        pytest.param("El Sr. Gil viajó. ¿Y luego?", ["El Sr. Gil viajó", "Y luego"], id="Spanish"),
        pytest.param("В г. Москве тихо. Всё.", ["В г. Москве тихо", "Всё"], id="Russian"),
        pytest.param("大修推迟。引擎未到！", ["大修推迟", "引擎未到"], id="Chinese"),
        pytest.param("او رفت؟ نه. بله", ["او رفت", "نه", "بله"], id="Persian"),
    ],
)
def test_a_text_falls_into_its_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected
