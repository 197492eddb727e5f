"""Which lists are said to lack a language, and which are left in peace."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.matching import languages_lacking
from monitor.matching.languages import SCRIPTS, script_of
from monitor.model import Feed, Indicator, Rule, Signal, WatchList
from tests.make import read_watch

FEEDS = (
    Feed("wire", "https://w.example/", lang="en", group="wires"),
    Feed("daily", "https://d.example/", lang="es", group="caracas", grade="D"),
    Feed("agency", "https://a.example/", lang="ru", publisher="Agency"),
    Feed("xin", "https://x.example/", lang="zh-cn"),
    Feed("ren", "https://r.example/", lang="zh", tags=("state",)),
)
OTHER = {"all": ("ship", "суд*", "船", "کشتی")}


def said(
    watch: Callable[..., WatchList],
    expression: str,
    *,
    feeds: tuple[Feed, ...] = FEEDS,
    scope: str | None = None,
    **terms: tuple[str, ...],
) -> list[str]:
    one = Indicator("one", "x", Rule(match=expression, path=("indicators", 0)))
    found = languages_lacking(watch(one, terms={**OTHER, **terms}, feeds=feeds, scope=scope))
    return [f"{problem.path[1]}: {problem.message}" for problem in found]


@pytest.mark.parametrize(
    ("words", "lacks"),
    [
        pytest.param(("delay*", "задерж*", "推迟"), "", id="all scripts are there"),
        pytest.param(("delay*", "retras*"), "", id="one script, on purpose or not"),
        pytest.param(("推迟",), "", id="one script that is not Latin"),
        pytest.param(("30", "007"), "", id="figures alone"),
        pytest.param(("delay*", "задерж*"), "Chinese characters (2 feeds in zh)", id="no Chinese"),
        pytest.param(("delay*", "推迟"), "Cyrillic letters (1 feed in ru)", id="no Russian"),
        pytest.param(
            ("задерж*", "推迟"), "Latin letters (1 feed in en, 1 feed in es)", id="no Latin"
        ),
        pytest.param(
            ("delay*", "تأخیر"),
            "Cyrillic letters (1 feed in ru) or Chinese characters (2 feeds in zh)",
            id="two are missing, told at once",
        ),
        pytest.param(("Су-30", "Su-30", "$inner"), "", id="a list in it brings the rest"),
    ],
)
def test_a_list_in_several_scripts_lacks_those_of_other_feeds(
    watch: Callable[..., WatchList], words: tuple[str, ...], lacks: str
) -> None:
    found = said(watch, "$delay AND $all", delay=words, inner=("苏-30",))
    assert found == ([f"delay: the list delay has no word in {lacks}"] if lacks else [])


@pytest.mark.parametrize(
    ("expression", "warned"),
    [
        pytest.param("$all AND $few", True, id="beside another list"),
        pytest.param("$all NOT $few", True, id="what is left out counts too"),
        pytest.param("title:($few NEAR/3 $all)", True, id="deep in an expression"),
        pytest.param("$all AND ATLEAST/2($few)", True, id="counted"),
        pytest.param("lang:ru AND $few", False, id="below its language"),
        pytest.param("(lang:ru OR lang:en) AND ($all OR $few)", False, id="below two"),
        pytest.param("(lang:ru AND $few) OR $all", False, id="in one branch"),
        pytest.param("(lang:ru AND $few) OR ($all NOT $few)", True, id="in another branch too"),
        pytest.param("lang:zh AND $few", True, id="below the language it lacks"),
        pytest.param("$few NOT lang:zh", False, id="not where it lacks"),
        pytest.param("$few NOT (lang:zh AND $all)", True, id="only partly not there"),
        pytest.param("group:caracas AND $few", False, id="below a group that speaks it"),
        pytest.param("feed:xin AND $few", True, id="below a feed that does not"),
        pytest.param("publisher:Agency AND $few", False, id="below a publisher"),
        pytest.param("grade:D AND $few", False, id="below a grade"),
        pytest.param("tag:x AND $few", True, id="items have tags of their own"),
        pytest.param("$few NOT tag:state", True, id="and one more feed is in it"),
        pytest.param("$all", False, id="not used"),
    ],
)
def test_only_feeds_that_reach_a_list_ask_for_its_languages(
    watch: Callable[..., WatchList], expression: str, warned: bool
) -> None:
    assert bool(said(watch, expression, few=("delay*", "задерж*"))) is warned


def test_a_scope_keeps_feeds_away_and_is_reached_itself(watch: Callable[..., WatchList]) -> None:
    few = ("delay*", "задерж*")
    assert said(watch, "$few", scope="lang:ru AND $all", few=few) == []
    assert len(said(watch, "$all", scope="$few", few=few)) == 1


def test_what_an_indicator_listens_to_and_its_signals_count(
    watch: Callable[..., WatchList],
) -> None:
    terms = {**OTHER, "few": ("delay*", "задерж*")}
    signal = Signal("late", Rule(match="$few", path=("indicators", 0, "signals", "late")))

    def warnings(**more: object) -> int:
        rule = Rule(match="$all", path=("indicators", 0))
        one = Indicator("one", "x", rule, signals=(signal,), **more)  # type: ignore[arg-type]
        return len(list(languages_lacking(watch(one, terms=terms, feeds=FEEDS))))

    assert warnings() == 1
    assert warnings(feeds=("agency",)) == 0
    assert warnings(groups=("caracas", "wires")) == 0
    assert warnings(paused=True) == 0


@pytest.mark.parametrize(
    ("name", "warned"),
    [
        pytest.param("slang-en-ru", False, id="for two languages"),
        pytest.param("slang-zh", True, id="for the one that it lacks"),
        pytest.param("ru-slang", True, id="a code in front says nothing"),
        pytest.param("slang-fr-ru-x", True, id="nor before another word"),
    ],
)
def test_the_end_of_a_name_says_what_a_list_is_for(
    watch: Callable[..., WatchList], name: str, warned: bool
) -> None:
    assert bool(said(watch, f"${name}", **{name: ("delay*", "задерж*")})) is warned  # type: ignore[arg-type]


def test_what_lacks_within_a_list_is_not_told_again_above(
    watch: Callable[..., WatchList],
) -> None:
    found = said(watch, "$inner AND $outer", outer=("wait", "$inner"), inner=("delay*", "задерж*"))
    assert [line.partition(":")[0] for line in found] == ["inner"]


def test_lists_in_a_circle_do_not_hang(watch: Callable[..., WatchList]) -> None:
    assert said(watch, "$a", a=("wait", "$b"), b=("ждут", "$a")) != []


def test_a_rule_of_entries_is_read_as_well(watch: Callable[..., WatchList]) -> None:
    one = Indicator("one", "x", Rule(any=("$few",), none=("$all",), path=("indicators", 0)))
    terms = {**OTHER, "few": ("delay*", "задерж*")}
    assert len(list(languages_lacking(watch(one, terms=terms, feeds=FEEDS)))) == 1


def test_a_script_that_no_list_has_is_one_warning_at_its_first_feed(
    watch: Callable[..., WatchList],
) -> None:
    more = tuple(Feed(f"f{n}", f"https://f{n}.example/", lang="he") for n in range(7))
    lists = {f"l{n}": ("delay*", "задерж*", "推迟") for n in range(9)}
    one = Indicator("one", "x", Rule(any=tuple(f"${name}" for name in lists)))
    (problem,) = languages_lacking(watch(one, terms=lists, feeds=FEEDS + more))
    assert problem.message == "no list has a word in Hebrew letters (7 feeds in he)"
    assert problem.path == ("feeds", len(FEEDS), "lang")


def test_words_in_a_rule_are_words_too(watch: Callable[..., WatchList]) -> None:
    feeds = (Feed("he", "https://he.example/", lang="he"),)
    assert len(said(watch, "$all", feeds=feeds)) == 1
    assert said(watch, "$all OR אוניה", feeds=feeds) == []


def test_without_lists_or_languages_nothing_is_said(watch: Callable[..., WatchList]) -> None:
    one = Indicator("one", "x", Rule(match="port*", path=("indicators", 0)))
    assert list(languages_lacking(watch(one, terms={}, feeds=FEEDS))) == []
    plain = (Feed("plain", "https://p.example/"),)
    assert said(watch, "$few", feeds=plain, few=("delay*", "задерж*")) == []


@pytest.mark.parametrize(
    ("lang", "script"),
    [
        ("pt", "Latin letters"),
        ("uk", "Cyrillic letters"),
        ("zh-hant", "Chinese characters"),
        ("fa", "Arabic letters"),
        ("xx", "Latin letters"),
    ],
)
def test_a_language_has_a_script(lang: str, script: str) -> None:
    assert script_of(lang).name == script


def test_no_language_has_two_scripts() -> None:
    codes = [code for script in SCRIPTS for code in script.languages]
    assert len(codes) == len(set(codes))


FILE = """\
feeds:
  - {id: a, url: "https://a.example/", lang: en}
  - {id: b, url: "https://b.example/", lang: ru}
  - {id: c, url: "https://c.example/", lang: zh}
terms:
  ship: [ship, судн*, 船]
  delay: [delay*, задерж*]
indicators:
  - {id: one, title: One, match: $ship AND $delay}
"""


def test_the_warning_names_the_place_and_leaves_the_list_in_force() -> None:
    watch, problems = read_watch(FILE, "indicators.yaml")
    assert watch is not None
    (problem,) = problems
    assert str(problem) == (
        "indicators.yaml:7:10: warning: the list delay has no word in Chinese characters "
        "(1 feed in zh) (add some, or say at the end of its name which languages it is for, "
        "as in slang-en-es)"
    )


def test_a_refused_rule_and_a_missing_list_are_told_elsewhere() -> None:
    text = FILE.replace("$ship AND $delay", "$ship AND ($delay OR $nope OR")
    watch, problems = read_watch(text)
    assert watch is None
    assert [problem.severity for problem in problems] == ["error"]
