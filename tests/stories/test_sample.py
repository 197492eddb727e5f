"""The sample's own hard cases: pairs that must be one story, and look-alikes that must not."""

from __future__ import annotations

import pytest

from bench import stories as bench
from monitor.resources import shipped


@pytest.fixture(scope="module")
def story(shipped_list):
    items = bench.read(shipped("sample") / "items.jsonl", shipped_list)
    return bench.ours(items)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("b329", "b443", id="a spokesman's words in English and Persian"),
        pytest.param("b184", "b397", id="a carrier's passage in English and Chinese"),
        pytest.param("b353", "b454", id="sanctions in English and Russian"),
        pytest.param("b217", "b411", id="deserters, and what became of them"),
        pytest.param("b306", "b434", id="a sober report and a blogger's paraphrase"),
    ],
)
def test_one_event_is_one_story(story, one, other):
    assert story[one] == story[other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("b088", "b374", id="a like flight that landed in another country"),
        pytest.param("b217", "b409", id="other deserters at another border"),
        pytest.param("b264", "b426", id="other officers arrested elsewhere"),
        pytest.param("b329", "b440", id="another ship"),
        pytest.param("b054", "b056", id="a listing and the protest against it"),
        pytest.param("b353", "b358", id="sanctions and the answer to them"),
    ],
)
def test_a_look_alike_is_another_story(story, one, other):
    assert story[one] != story[other]
