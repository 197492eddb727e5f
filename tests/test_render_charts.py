"""Charts: what they draw can be counted, and what they say is true."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from monitor.digest import charts, strokes

FIRST = date(2025, 10, 8)


def days(*counts: int | None) -> list[Any]:
    return [(FIRST + timedelta(days=at), each) for at, each in enumerate(counts)]


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg.replace("\u00a0", " "))


def blocks(svg: ET.Element) -> int:
    """How many blocks are seen: the pieces into which dashes part the columns."""
    return sum(
        1 if not dash else round((float(height) + dash[1]) / sum(dash))
        for path in svg.iter("path")
        if path.get("class") == "bk"
        for dash in [[float(one) for one in path.get("stroke-dasharray", "").split()]]
        for height in re.findall(r"v-?([\d.]+)", path.get("d", ""))
    )


def title(svg: ET.Element) -> str:
    return svg.findtext("title") or ""


def test_a_spark_has_a_block_for_each_story_and_says_so():
    svg = drawn(charts.spark(days(*[0] * 27, 2, 0, 3), "Ports & roads"))
    assert blocks(svg) == 5
    assert title(svg) == (
        "Ports & roads, stories a day, 30 days to 6 Nov: 5 in the last seven; most on one day 3"
    )
    assert svg.get("role") == "img"


def test_the_line_begins_where_seven_days_are_known():
    line = next(p for p in drawn(charts.spark(days(*[1] * 30), "x")).iter("path"))
    assert line.get("d").startswith("M52 ")  # the middle of the seventh day
    longer = next(p for p in drawn(charts.spark(days(*[1] * 40), "x")).iter("path"))
    assert longer.get("d").startswith("M4 ")


def test_a_phone_gets_the_last_thirty_days_at_their_own_size():
    svg = drawn(charts.history_narrow(days(*[1] * 60, *[0] * 30), "x", "c"))
    assert svg.get("viewBox").startswith("0 0 328 ")
    assert blocks(svg) == 0
    assert "7 Dec 2025 to 5 Jan 2026".replace(" 2025", "") in title(svg)
    line = next(p for p in svg.iter("path") if p.get("class") == "ln")
    # The days before are known: it begins at once, in the middle of the first day.
    assert line.get("d").startswith(f"M{charts.number(26 + 302 / 60)} ")
    labels = [text.text for text in svg.iter("text")]
    assert labels[:3] == ["0", "2", "4"]
    assert labels[-1] == "5 Jan"


def test_a_phones_chart_of_a_young_watch_has_what_there_is():
    svg = drawn(charts.history_narrow(days(0, 2, 0), "x", "c"))
    assert blocks(svg) == 2


def test_a_crowded_day_does_not_leave_its_chart():
    for crowd in range(1, 16):
        svg = drawn(charts.spark(days(*[0] * 29, crowd), "x"))
        top, height = map(float, re.findall(r"M[\d.]+ ([\d.]+)v([\d.]+)", _path(svg, "bk"))[0])
        assert top + height < 62
        assert blocks(svg) == crowd
    for crowd in (16, 17, 80, 4_000):
        svg = drawn(charts.spark(days(*[0] * 27, 1, crowd, crowd), "x"))
        assert _path(svg, "b") == "M0 42v0h216v1h8v17h16V42z"


def test_a_line_leads_where_its_points_are():
    points = [(0.0, 9.0), (8.0, 3.26), (16.0, 3.26), (24.0, 3.26), (32.0, 0.0), (40.0, 0.4)]
    assert strokes.through(points) == "M0 9l8-5.7 16 0 8-3.3 8 .4"


def test_a_hundred_busy_charts_stay_light():
    counts = [5 + at * 7 % 31 for at in range(90)]
    usual = [(at // 9, 20 + at // 9) for at in range(90)]
    told = [("stalled", 400, "for"), ("progressing", 300, "against")]
    row = charts.spark(days(*counts), "Overhauls", usual, "high") + charts.lean(told)
    assert len(row) < 1_700


def test_a_chart_carries_the_values_of_its_days_for_a_mouse():
    svg = drawn(charts.spark(days(*[1] * 8, *[0] * 29, 2), "x", [None] * 8 + [(0, 2)] * 30))
    assert svg.get("data-first") == (FIRST + timedelta(days=8)).isoformat()
    assert svg.get("data-n") == "0" * 29 + "2"
    assert svg.get("data-before") == "111111"  # for the sum of the first seven days
    assert svg.get("data-usual") == "0-2x30"
    assert not svg.findall(".//g")
    large = drawn(charts.history(days(*[0] * 90), "x", "h"))
    assert (large.get("data-left"), len(large.get("data-n"))) == ("44", 90)
    assert drawn(charts.bars(days(3, None, 35), "Wire")).get("data-n") == "3-z"
    assert drawn(charts.bars(days(3, None, 36), "Wire")).get("data-n") == "3 - 36 "


def test_history_tells_its_peak_and_now():
    svg = drawn(charts.history(days(*[0] * 40, 4, *[0] * 48, 1), "Ports", "h"))
    assert svg.find("desc").text == (
        "5 stories in 90 days. The most in seven days were 4, on 17 Nov; now 1."
    )
    labels = [text.text for text in svg.iter("text")]
    assert labels[:5] == ["0", "1", "2", "3", "4"]
    assert labels[5] == "8 Oct"
    assert labels[-1] == "5 Jan"
    assert "1 Dec" in labels


@pytest.mark.parametrize(
    ("top", "ticks"),
    [(3, [0, 1, 2, 3]), (7, [0, 2, 4, 6, 8]), (11, [0, 5, 10, 15]), (400, [0, 100, 200, 300, 400])],
)
def test_scales_are_round(top, ticks):
    assert charts.scale(top) == ticks


def test_scales_reach_their_top_in_few_steps():
    for top in range(1, 500):
        ticks = charts.scale(top)
        assert ticks[-1] >= top
        assert 2 <= len(ticks) <= 5


def sides(svg: ET.Element) -> list[tuple[str, float, float, int]]:
    """Each signal's stroke: its class, where it begins and ends, how many blocks it shows."""
    found = []
    for path in svg.iter("path"):
        if path.get("class") != "axis":
            begin, length = map(
                float, re.findall(r"M([\d.]+) 4.5h(-?[\d.]+)", path.get("d", ""))[0]
            )
            dash = [float(one) for one in path.get("stroke-dasharray", "0 0").split()]
            parts = round((abs(length) + dash[1]) / sum(dash)) if sum(dash) else 1
            found.append((path.get("class", ""), begin, round(begin + length, 1), parts))
    return found


def test_signals_lean_to_their_side_of_the_middle():
    svg = drawn(charts.lean([("arriving", 3, "against"), ("late", 2, "for"), ("odd", 1, "")]))
    assert sides(svg) == [("f", 71, 85.5, 2), ("b", 87, 93.5, 1), ("a", 65, 42.5, 3)]
    assert title(svg) == "Signals in 30 days: arriving 3, late 2, odd 1"


def test_many_signals_stay_within_the_chart():
    for many in (9, 25, 31, 90, 4_000):
        svg = drawn(charts.lean([("a", many, "against"), ("b", many - 1, "for"), ("c", 1, "")]))
        ends = [x for _, begin, end, _ in sides(svg) for x in (begin, end)]
        assert min(ends) >= 0
        assert max(ends) <= 136


def test_days_without_an_answer_are_hatched():
    svg = drawn(charts.bars(days(3, None, 0, 5), "Wire"))
    assert _path(svg, "off-air") == "M6 0H12V29H6z"
    assert _path(svg, "bk").count("M") == 2
    assert title(svg) == "Wire: new items a day over 4 days, at most 5; no answer on 1 day"


@pytest.mark.parametrize(("share", "width"), [(0.5, "52"), (0, "0"), (7, "104"), (-1, "0")])
def test_a_meter_stays_within_its_bar(share, width):
    svg = drawn(charts.meter(share, "half"))
    assert [rect.get("width") for rect in svg.iter("rect")] == ["104", width]
    assert svg.get("aria-label") == "half"


def test_a_day_without_stories_has_no_bar():
    assert "M0 9h24V9" in charts.day_bar(0, 10)
    assert "M0 0.5h24V9" in charts.day_bar(10, 10)


HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    "svg",
    [
        charts.spark(days(*[1] * 30), HOSTILE),
        charts.history(days(*[1] * 90), HOSTILE, HOSTILE),
        charts.lean([(HOSTILE, 1, "for")]),
        charts.bars(days(1, None), HOSTILE),
        charts.meter(0.5, HOSTILE),
    ],
    ids=["spark", "history", "lean", "bars", "meter"],
)
def test_names_are_escaped_and_nothing_is_styled_inline(svg):
    root = drawn(svg)
    names = {element.tag for element in root.iter()}
    assert names <= {"svg", "title", "desc", "path", "circle", "rect", "g", "text"}
    assert not [e for e in root.iter() if "style" in e.attrib]
    assert not re.search(r"\d\.\d\d", svg)


def _path(svg: ET.Element, css: str) -> str:
    return next((p.get("d", "") for p in svg.iter("path") if p.get("class") == css), "")


def test_what_is_usual_is_a_tint_and_only_what_is_outside_it_is_coloured():
    counts = [*[0] * 25, 1, 0, 0, 2, 3]
    svg = drawn(charts.spark(days(*counts), "x", [None] * 10 + [(0, 2)] * 20, "high"))
    assert svg.get("class") == "spark high"
    assert _path(svg, "band").count("M") == 1
    assert _path(svg, "band").startswith("M80 ")
    assert re.fullmatch(r"M[\d.]+ [\d.]+l8[ -][\d.]+ 8[ -][\d.]+", _path(svg, "ln out"))
    assert title(svg).endswith("6 in the last seven, usual 0 to 2; most on one day 3")


def test_without_what_is_usual_there_is_no_tint():
    svg = drawn(charts.spark(days(*[1] * 30), "x", [None] * 30))
    assert _path(svg, "band") == _path(svg, "ln out") == ""


def test_edits_are_numbered_flags_on_their_days():
    past = charts.Past(
        flags=[
            (FIRST + timedelta(days=3), "the rule was <edited>"),
            (FIRST - timedelta(days=9), "old"),
        ]
    )
    svg = drawn(charts.history(days(*[1] * 30), "x", "c", past))
    assert [text.text for text in svg.iter("text") if text.get("class") == "flagnum"] == ["1"]
    assert "1: 11 Oct, the rule was <edited>" in [
        group.findtext("title") for group in svg.iter("g")
    ]


@pytest.mark.parametrize(
    ("weights", "widths"),
    [
        pytest.param((4.0, 2.0), ["-32", "64"], id="both ways"),
        pytest.param((0.5, 0.0), ["0", "32"], id="little is not drawn as much"),
    ],
)
def test_a_hypothesis_is_weighed_both_ways_on_one_scale(weights, widths):
    svg = drawn(charts.balance(*weights, "aid-capped"))
    assert [_path(svg, css).partition("h")[2] for css in ("a", "f")] == widths
