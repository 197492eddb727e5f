"""Which part of a report is shown, and that the marks fall on the words that matched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digest.build import Report
from monitor.digest.passages import Passage, extract, merged, passage, tell
from monitor.model import FieldName, Hit, Item, Mark
from tests.make import NOON, a_feed, an_item
from tests.sample_pages import STORIES


def a_mark(start: int, end: int, name: str | None = "list", field: FieldName = "summary") -> Mark:
    return Mark(field, start, end, "", "entry", name)


def a_report(item: Item, *marks: Mark) -> Report:
    return Report(item, a_feed(lang=item.lang), NOON, (Hit(item.key, "one", (), marks),))


def marked(shown: Passage | None) -> list[str]:
    assert shown is not None
    return [piece.text for piece in shown.pieces if piece.lists]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.lead.item.lang)
def test_marks_fall_on_the_words_in_every_script(story):
    for report in story.reports:
        told = tell(report)
        passages = [one for one in (told.title, told.text, told.quote) if one]
        shown = [piece.text for one in passages for piece in one.pieces if piece.lists]
        words = [mark.text for hit in report.hits for mark in hit.marks]
        assert sorted(shown) == sorted(set(words))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([(0, 4), (2, 6)], [(0, 6)], id="overlapping ones are one"),
        pytest.param([(0, 9), (2, 4)], [(0, 9)], id="one within another"),
        pytest.param([(0, 4), (4, 6)], [(0, 4), (4, 6)], id="side by side stay two"),
        pytest.param([(5, 9), (0, 2)], [(0, 2), (5, 9)], id="in the order of the text"),
        pytest.param([(8, 99), (-3, 2)], [(0, 2), (8, 10)], id="cut at the ends of the text"),
        pytest.param([(3, 3), (20, 30)], [], id="empty or beyond the text"),
    ],
)
def test_overlapping_marks_are_merged(spans, expected):
    found = merged([a_mark(*span) for span in spans], 10)
    assert [(span.start, span.end) for span in found] == expected


def test_a_merged_mark_names_every_list():
    (span,) = merged([a_mark(0, 4, "su30"), a_mark(2, 6, "jets"), a_mark(3, 5, None)], 10)
    assert span.lists == "$su30, $jets, entry"


LONG = "The first sentence says little. " * 20
TARGET = "At last the engines are named here. "


def test_a_long_text_is_cut_to_the_part_with_the_first_mark():
    text = LONG + TARGET + LONG
    start = text.index("engines")
    shown = passage(a_report(an_item(summary=text)), "summary", [a_mark(start, start + 7)], 400)
    assert marked(shown) == ["engines"]
    assert shown is not None
    assert shown.plain.startswith("… At last the engines")
    assert shown.plain.endswith("little. …")
    assert len(shown.plain) < 420


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("слово " * 300, id="no sentence ends"),
        pytest.param("委方希望提前接收一批侦察设备" * 60, id="no spaces"),
        pytest.param("a" * 3000, id="one endless word"),
    ],
)
def test_a_text_without_sentences_is_cut_all_the_same(text):
    start, end = extract(text, [], 400)
    assert start == 0
    assert 200 <= end <= 400


@given(
    text=st.text(alphabet="ab. 大\u0301\n", min_size=1, max_size=1500),
    spans=st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 40)), max_size=6),
)
def test_an_extract_never_loses_its_first_mark_nor_parts_any(text, spans):
    found = merged([a_mark(at, at + size) for at, size in spans], len(text))
    start, end = extract(text, found, 100)
    assert 0 <= start <= end <= len(text)
    assert end - start <= 240
    if found and found[0].end - found[0].start <= 40:
        assert start <= found[0].start
    for span in found[1:]:
        assert not span.start < start < span.end


def test_a_word_found_only_in_the_full_text_is_quoted_with_its_sentence():
    filler = "Nothing of note was said about it in the hall that day. " * 8
    content = f"{filler}The overhaul slips again. {filler}"
    at = content.index("overhaul")
    item = an_item(title="Su-30 news", summary="A short text.", content=content)
    told = tell(a_report(item, a_mark(0, 5, "su30", "title"), a_mark(at, at + 8, "w", "content")))
    assert marked(told.quote) == ["overhaul"]
    assert told.quote is not None
    assert "The overhaul slips again." in told.quote.plain


def test_a_word_that_the_title_shows_is_not_quoted_again():
    item = an_item(title="overhaul", summary="A short text.", content="the overhaul")
    told = tell(a_report(item, a_mark(0, 8, "w", "title"), a_mark(4, 12, "w", "content")))
    assert told.quote is None


def test_what_cannot_be_seen_is_left_out_and_marks_stay_right():
    item = an_item(title="\u202eoil\u0000 spill\ud800")
    told = tell(a_report(item, a_mark(6, 11, "w", "title")))
    assert told.title.plain == "oil spill"
    assert marked(told.title) == ["spill"]


@pytest.mark.parametrize("lang", ['en" onload="x', "x" * 40, "", "12"])
def test_what_is_no_language_is_not_said_to_be_one(lang):
    told = tell(Report(an_item(lang=lang), a_feed(lang=None), NOON, ()))
    assert told.title.lang is None


def test_an_item_without_a_title_is_called_so():
    assert tell(a_report(an_item(title=" \u200b "))).title.plain == "Untitled"
