"""Keys swapped in the text of a watch list: all else stays as it was written."""

from __future__ import annotations

import pytest

from monitor.config.editing import EditError
from monitor.config.recasting import title_of, with_keys, without_keys

TEXT = """\
# Ours.
title: Watch  # the name

feeds:
  - {id: a, url: "https://a.example/"}

  - id: b   # with a comment
    url: https://b.example/
# Below.
indicators:
  - id: x
    feeds: [a,
      b]
    match: >-
      Su-30
      AND overhaul*

    brief: seeds/x.md
  - {id: y, match: z, feeds: [a]}
"""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param({"title": "Other"}, TEXT.replace("Watch  # the name", "Other"), id="a word"),
        pytest.param(
            {"feeds": "\n  - {id: c}"},
            TEXT[: TEXT.index("feeds:")] + "feeds:\n  - {id: c}\n" + TEXT[TEXT.index("# Below.") :],
            id="a block",
        ),
        pytest.param({"zone": "UTC"}, TEXT + "zone: UTC\n", id="a key that is not there yet"),
    ],
)
def test_a_key_is_written_anew(written: dict[str, str], expected: str) -> None:
    assert with_keys(TEXT, written) == expected


def test_a_text_without_a_last_line_break_gets_one_before_a_new_key() -> None:
    assert with_keys("title: W", {"zone": "UTC"}) == "title: W\nzone: UTC\n"


def test_keys_of_entries_are_taken_out_and_entries_in_braces_stay() -> None:
    expected = TEXT.replace("    feeds: [a,\n      b]\n", "").replace("    brief: seeds/x.md\n", "")
    assert without_keys(TEXT, "indicators", ("feeds", "brief")) == expected


def test_the_first_key_of_an_entry_stays() -> None:
    assert without_keys(TEXT, "indicators", ("id",)) == TEXT


def test_keys_of_a_mapping_of_entries_are_taken_out() -> None:
    text = "hypotheses:\n  cap:\n    title: Capped\n    brief: a.md\n"
    assert without_keys(text, "hypotheses", ("brief",)) == text.replace("    brief: a.md\n", "")


def test_the_title_is_told() -> None:
    assert (title_of(TEXT), title_of("feeds: []\n")) == ("Watch", "")


@pytest.mark.parametrize("text", ["title: [\n", "- a\n", "{title: a}\n"])
def test_what_is_no_block_of_keys_is_refused(text: str) -> None:
    with pytest.raises(EditError):
        with_keys(text, {"title": "b"})
