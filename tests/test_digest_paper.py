"""The page of a day as a paper: levels with reasons, charts, and what speaks of hypotheses."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from monitor.digest.build import Digest, build
from monitor.digest.pictures import Month
from monitor.digest.render import Renderer
from monitor.digest.weighing import weighed
from monitor.levels.assess import Assessment
from monitor.levels.level import Level
from monitor.levels.override import Shown
from monitor.levels.usual import Window
from monitor.model import Hypothesis
from tests.sample_pages import COVERAGE, DAY, END, NOW, START, STORIES, WATCH, WEEK

RENDERER = Renderer(Path(__file__).resolve().parents[1] / "templates")
CAPPED = Hypothesis("aid-capped", "Aid stays capped by the war.")
FLOOR = Hypothesis("treaty-is-floor", "The treaty is a floor.")
WEIGHING = replace(WATCH, hypotheses=(CAPPED, FLOOR))
DAYS = tuple((DAY - timedelta(days=back), back % 2) for back in range(35, -1, -1))


def _stands(level: Level, reason: str, p: float) -> Shown:
    computed = Assessment("x", NOW, level, reason, window=Window(24, 3, 0.3, 1.0, p))
    return Shown(level, reason, computed)


STANDS = {
    "signature-weapons": _stands(Level.ELEVATED, "elevated: 3 stories in 24 h, 0.3 expected", 0.01),
    "spare-parts-shipments": _stands(Level.NORMAL, "normal: 2 stories in 7 days, 1.8 expected", 1),
    "finance": _stands(Level.QUIET, "quiet: no stories in 7 days, 0.8 expected", 1),
    "officers": _stands(Level.SILENT, "silent: not reported since 1 November", 1),
}


def the_day(stands: dict[str, Shown] | None = None) -> Digest:
    return build(WEIGHING, STORIES, COVERAGE, START, END, NOW, day=DAY, week=WEEK, stands=stands)


def paper(digest: Digest, **more: object) -> HTMLParser:
    return HTMLParser(RENDERER.digest_content(digest, **more))  # type: ignore[arg-type]


def said(tree: HTMLParser, css: str) -> list[str]:
    return [
        re.sub(r"\s+", " ", one.text(separator=" ").replace("\u00a0", " ")).strip()
        for one in tree.css(css)
    ]


def test_a_story_of_an_indicator_that_stands_above_normal_leads():
    plain, raised = paper(the_day()), paper(the_day(STANDS))
    assert "second trip" in said(plain, ".leadstory h3")[0]
    assert "Oreshnik" in said(raised, ".leadstory h3")[0]
    assert said(raised, ".leadstory .kick .level") == ["elevated"]
    assert raised.css_first(".leadstory .kick .level svg use").attributes["href"] == "#m-elevated"


def test_the_head_counts_the_levels_what_asks_for_a_look_first():
    assert said(paper(the_day(STANDS)), ".roll li") == [
        "1 elevated",
        "1 silent",
        "1 normal",
        "1 quiet",
        "counted 6 Nov 07:00",
    ]
    assert said(paper(the_day()), ".roll") == []


def test_a_level_is_told_with_its_reason_though_its_only_story_leads():
    tree = paper(the_day(STANDS))
    assert said(tree, "#b-signature-weapons .level") == ["elevated"]
    assert said(tree, "#b-signature-weapons .why") == ["3 stories in 24 h, 0.3 expected."]
    assert said(tree, "#b-signature-weapons .others")[0].startswith("Leads this page:")
    alone = build(WEIGHING, STORIES[1:2], COVERAGE, START, END, NOW, day=DAY, week=WEEK)
    assert not paper(alone).css("#b-signature-weapons")


def test_indicators_without_a_story_stand_in_the_order_of_their_levels():
    rows = said(paper(the_day(STANDS)), "#still tbody tr")
    assert rows[:2] == [
        "silent Officer compliance not reported since 1 November",
        "quiet Coercive finance no stories in 7 days, 0.8 expected",
    ]


def test_a_chart_ends_with_the_day_and_has_its_band_where_that_is_known():
    tree = paper(the_day(STANDS), past={"spare-parts-shipments": Month(DAYS, usual=((0, 9),) * 30)})
    (chart,) = tree.css(".beat svg.spark")
    assert "30 days to 5 Nov" in said(tree, "svg.spark title")[0].replace("\u00a0", " ")
    assert chart.css_first(".band") is not None
    assert said(tree, ".beat .spans") == ["7 Oct 5 Nov"]
    plain = paper(the_day(STANDS), past={"spare-parts-shipments": Month(DAYS)})
    assert plain.css_first("svg.spark .band") is None


def test_the_day_ends_with_what_its_stories_say_of_each_hypothesis():
    tree = paper(the_day())
    assert said(tree, ".beat h2")[-1] == "Hypotheses"
    assert said(tree, ".hyp h3") == ["Aid capped"]
    assert said(tree, ".hyp .weigh") == ["1 for 3 against"]
    assert said(tree, ".hyp .voices div") == [
        "Spare-parts shipments 2 against",
        "Su-30 overhauls 1 for 1 against",
    ]
    assert "Nothing on Treaty is floor." in said(tree, "#hypotheses header")[0]


@pytest.mark.parametrize(
    "digest",
    [
        pytest.param(replace(the_day(), hypotheses=()), id="no hypothesis in the list"),
        pytest.param(replace(the_day(), hypotheses=(FLOOR,)), id="none that a signal speaks of"),
    ],
)
def test_where_nothing_speaks_of_a_hypothesis_the_day_is_silent_on_them(digest):
    assert weighed(digest) is None
    assert not paper(digest).css("#hypotheses")


@pytest.mark.parametrize(
    ("coverage", "told"),
    [
        pytest.param(COVERAGE, "No new story. 8 of 9 feeds answered; not covered: ", id="a gap"),
        pytest.param(replace(COVERAGE, watched=False), "No new story.", id="before the watch"),
    ],
)
def test_a_day_without_a_story_says_so_where_its_lead_would_stand(coverage, told):
    tree = paper(build(WEIGHING, (), coverage, START, END, NOW, day=DAY, week=WEEK))
    (line,) = said(tree, ".nothing")
    assert line.startswith(told)
    assert line.endswith(".")


def test_a_priority_in_a_levels_place_is_named_as_one():
    tree = paper(build(WEIGHING, (), COVERAGE, START, END, NOW, day=DAY, week=WEEK))
    told = said(tree, "#still td.prio")
    assert "normal priority" in told
    assert "normal" not in told


def test_a_story_shows_its_sources_letter_and_its_own_figure_with_their_words():
    story = replace(STORIES[0], corroborated=2)
    digest = build(WEIGHING, [story], COVERAGE, START, END, NOW, day=DAY, week=WEEK)
    (grade,) = paper(digest).css(".leadstory .meta .grade")
    assert grade.text() == "B2"
    assert grade.attributes["title"] == "Source usually reliable; probably true"
