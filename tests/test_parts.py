"""A text that is too long for a service: its parts fit, lose nothing, and cut no letter."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.notify.parts import size_of, split

UNITS, _ = size_of("discord", 2000)
LINES = "\n".join(
    f"• Headline {at} of some length (Wire, B)\nhttps://x.example/{at}" for at in range(80)
)


def body(part: str) -> str:
    return re.sub(r"^\(\d+/\d+\) ", "", part)


def test_what_fits_goes_as_it_is():
    assert split("Port closed\nhttps://x.example", 2000, UNITS) == [
        "Port closed\nhttps://x.example"
    ]


def test_parts_are_numbered_end_with_a_line_and_keep_an_address_with_its_headline():
    parts = split(LINES, 1000, UNITS)
    assert [part.partition(" ")[0] for part in parts] == [
        f"({number}/{len(parts)})" for number in range(1, len(parts) + 1)
    ]
    assert all(UNITS(part) <= 1000 for part in parts)
    assert all(body(part).startswith("• ") for part in parts)
    assert "\n".join(map(body, parts)) == LINES


@pytest.mark.parametrize(
    "letter",
    [
        pytest.param("e\u0301\u0323", id="accents"),
        pytest.param("🏳️‍🌈", id="joined emoji"),
        pytest.param("👩🏽‍🚒", id="skin and profession"),
        pytest.param("🇻🇪", id="flag"),
        pytest.param("क्षि", id="Devanagari"),
        pytest.param("\u1112\u1161\u11ab", id="Korean in pieces"),
    ],
)
def test_no_letter_is_cut(letter):
    text = letter * 400
    parts = split(text, 100, UNITS)
    assert len(parts) > 1
    assert all(UNITS(part) <= 100 for part in parts)
    assert all(len(body(part)) % len(letter) == 0 for part in parts)
    assert "".join(map(body, parts)) == text


@given(st.text(max_size=600), st.integers(min_value=40, max_value=200))
def test_whatever_the_text_the_parts_fit_and_nothing_but_spaces_is_lost(text, limit):
    for service, most in (("discord", limit), ("ntfy", limit), ("matrix", 20_000)):
        size, room = size_of(service, most)
        parts = split(text, room, size)
        assert all(size(part) <= room for part in parts)
        joined = "".join(parts if len(parts) == 1 else map(body, parts))
        assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("service", "text", "size"),
    [
        pytest.param("discord", "🛩大", 3, id="an emoji is two where UTF-16 is counted"),
        pytest.param("slack", "大", 1, id="Slack counts letters"),
        pytest.param("ntfy", "大", 8, id="ntfy: what JSON makes of it, with its quotes"),
    ],
)
def test_a_text_is_measured_as_its_service_does(service, text, size):
    assert size_of(service, 4000)[0](text) == size


def test_accents_without_end_do_not_keep_a_text_from_being_sent():
    text = "a" + "\u0301" * 500
    parts = split(text, 50, UNITS)
    assert "".join(map(body, parts)) == unicodedata.normalize("NFD", text)
