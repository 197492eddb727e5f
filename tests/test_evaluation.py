"""How a watch list is measured, and how items are read from lines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.evaluation import Labelled, Score, evaluate
from monitor.itemlines import LineError, published, read_lines
from tests.make import a_feed


def labelled(key, labels, found, lang="en", **more):
    return Labelled(key, lang, frozenset(labels), frozenset(found), **more)


def test_scores_are_counted_by_indicator_language_and_over_all():
    result = evaluate(
        [
            labelled("1", ["ports"], ["ports"]),
            labelled("2", ["ports"], [], lang="es"),
            labelled("3", [], ["rails"], lang="es"),
            labelled("4", [], []),
        ],
        ["ports", "rails"],
    )
    assert result.items == 4
    assert result.indicators["ports"] == Score(1, 0, 1)
    assert result.indicators["rails"] == Score(0, 1, 0)
    assert result.languages["es"] == Score(0, 1, 1)
    assert result.overall == Score(1, 1, 1)
    assert result.overall.f1 == pytest.approx(0.5)
    assert [(one.id, one.missed, one.wrong) for one in result.mistakes] == [
        ("2", ("ports",), ()),
        ("3", (), ("rails",)),
    ]


def test_labels_of_indicators_that_the_list_does_not_have_do_not_count():
    result = evaluate([labelled("1", ["ports", "tides"], ["ports"])], ["ports"])
    assert result.overall == Score(1, 0, 0)


def test_what_nobody_labelled_cannot_be_judged():
    result = evaluate(
        [labelled("1", ["ports"], ["ports", "rails"]), labelled("2", ["tides"], ["rails"])],
        ["ports", "rails"],
    )
    assert result.unlabelled == ("rails",)
    assert result.overall.reaches(0.5)
    nothing = evaluate([labelled("1", ["tides"], [])], ["ports", "rails"])
    assert nothing.unlabelled == ("ports", "rails")
    assert not nothing.overall.reaches(0)


def test_signals_are_scored_over_true_hits_only():
    hits = {"ports": ("closing", "opening")}
    result = evaluate(
        [
            labelled("1", ["ports"], ["ports"], signals={"ports": "closing"}, found_signals=hits),
            labelled("2", ["ports"], [], signals={"ports": "closing"}),
            labelled("3", [], ["ports"], found_signals=hits),
        ],
        ["ports"],
    )
    assert result.signals["ports"] == Score(1, 1, 0)


@pytest.mark.parametrize(
    ("score", "precision", "recall", "f1"),
    [
        pytest.param(Score(), 1, 1, 1, id="nothing there, nothing found"),
        pytest.param(Score(0, 3, 0), 0, 1, 0, id="all wrong"),
        pytest.param(Score(3, 1, 1), 0.75, 0.75, 0.75, id="three of four"),
    ],
)
def test_figures(score, precision, recall, f1):
    assert (score.precision, score.recall, score.f1) == (precision, recall, f1)


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        pytest.param("2025-11-06T08:15:00Z", datetime(2025, 11, 6, 8, 15, tzinfo=UTC), id="Z"),
        pytest.param(
            "2025-11-06T08:15:00-04:00", datetime(2025, 11, 6, 12, 15, tzinfo=UTC), id="with a zone"
        ),
        pytest.param("2025-11-06", datetime(2025, 11, 6, tzinfo=UTC), id="a day"),
        pytest.param("2025-11", datetime(2025, 11, 1, tzinfo=UTC), id="a month"),
        pytest.param("2025", datetime(2025, 1, 1, tzinfo=UTC), id="a year"),
        pytest.param(2025, datetime(2025, 1, 1, tzinfo=UTC), id="a year as a number"),
        pytest.param(None, None, id="null"),
        pytest.param("yesterday", None, id="unreadable"),
        pytest.param("2025-13-45", None, id="no such day"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before the first year"),
        pytest.param(True, None, id="no date at all"),
        pytest.param({"a": 1}, None, id="an object"),
    ],
)
def test_when_an_item_was_published(value, instant):
    assert published(value) == instant


def test_a_line_may_carry_what_its_feed_is():
    line = '{"id": 7, "title": "T", "feed": "x", "group": "sea", "publisher": "P", "grade": "b"}'
    (read,) = read_lines([line, "", "  \n"], "items", {})
    assert (read.id, read.feed.group, read.feed.publisher, read.feed.grade) == (
        7,
        "sea",
        "P",
        "B",
    )


def test_an_item_without_text_is_an_item_and_what_matching_needs_not_is_not_read():
    line = '{"id": 1, "title": "", "labels": 5, "signals": ["a"], "tags": 3}'
    (read,) = read_lines([line], "x", {})
    assert (read.item.title, read.item.tags) == ("", ())
    with pytest.raises(LineError, match="labels"):
        _ = read.labels
    with pytest.raises(LineError, match="signals"):
        _ = read.signals


def test_a_feed_of_the_list_counts_as_the_list_has_it():
    (read,) = read_lines(['{"id": "1", "title": "T", "feed": "wire"}'], "x", {"wire": a_feed()})
    assert read.feed == a_feed()


def test_markup_is_removed_and_plain_text_stays_as_it_is():
    plain = '{"id": "1", "title": "A & B  < C", "summary": "<p>One</p><p>Two</p>"}'
    (read,) = read_lines([plain], "x", {})
    assert read.item.title == "A & B  < C"
    assert read.item.summary.split() == ["One", "Two"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("{", "items:2: not an item: this is not JSON", id="half an object"),
        pytest.param("[" * 100_000, "not JSON", id="brackets without end"),
        pytest.param("[1]", "one JSON object", id="a list"),
        pytest.param('{"title": "x"}', 'no "id"', id="no id"),
        pytest.param('{"id": "1"}', 'neither "title"', id="no text"),
        pytest.param('{"id": "1", "title": 5}', "not a text", id="a number for a text"),
    ],
)
def test_a_line_that_is_no_item_is_named(line, says):
    with pytest.raises(LineError, match=says):
        list(read_lines(['{"id": "0", "title": "fine"}', line], "items", {}))
