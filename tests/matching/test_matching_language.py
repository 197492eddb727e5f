"""Every form of the language, on texts that it finds and texts that it leaves alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.matching import compile_watch, match
from monitor.model import Feed, Indicator, Item, Rule, Signal, WatchList

FOUND, NOT = True, False


def words(found: object) -> list[str]:
    assert isinstance(found, list)
    return [mark.text for mark in found]


@pytest.mark.parametrize(
    ("expression", "title", "expected"),
    [
        pytest.param("port", "Port closed after storm", FOUND, id="a word, whatever its case"),
        pytest.param("port", "Airport closed by fog", NOT, id="half a word is no match"),
        pytest.param('"spare parts"', "Spare  parts arrive", FOUND, id="a phrase over spaces"),
        pytest.param('"spare parts"', "spare-parts arrive", FOUND, id="a phrase over a hyphen"),
        pytest.param('"spare parts"', "parts to spare", NOT, id="a phrase keeps its order"),
        pytest.param('"spare parts"', "spare new parts", NOT, id="a phrase has no word between"),
        pytest.param("“spare parts”", "spare parts", FOUND, id="quotes of a word processor"),
        pytest.param("repair*", "Repairing the fleet", FOUND, id="a beginning"),
        pytest.param("repair*", "irreparable", NOT, id="a beginning is not a middle"),
        pytest.param('"капитальн* ремонт*"', "о капитальном ремонте", FOUND, id="in a phrase"),
        pytest.param('"капитальн* ремонт*"', "капитальный план ремонта", NOT, id="phrase broken"),
        pytest.param("=US", "The US says", FOUND, id="exactly this case"),
        pytest.param("=US", "they told us", NOT, id="another case"),
        pytest.param("=US", "the U.S. says", FOUND, id="an abbreviation"),
        pytest.param("=Perú", "Peru votes", NOT, id="exactly these accents"),
        pytest.param("=Perú", "Peru\u0301 vota", FOUND, id="accents written apart"),
        pytest.param("=Madur*", "Maduros", FOUND, id="exact beginning"),
        pytest.param("=Madur*", "maduros", NOT, id="exact beginning, other case"),
        pytest.param("$venezuela", "Nicolás Maduro's visit", FOUND, id="a list"),
        pytest.param("$aircraft", "Flankers parked", FOUND, id="a list in a list"),
        pytest.param("a AND b", "b, then a", FOUND, id="and"),
        pytest.param("a AND b", "only a", NOT, id="and, one missing"),
        pytest.param("a OR b", "only b", FOUND, id="or"),
        pytest.param("a OR b", "only c", NOT, id="or, neither"),
        pytest.param("a NOT b", "a alone", FOUND, id="not"),
        pytest.param("a NOT b", "a with b", NOT, id="not, with it"),
        pytest.param("a AND NOT b", "a with b", NOT, id="and not"),
        pytest.param("a AND b NOT c", "a b", FOUND, id="and, then not"),
        pytest.param("a AND b NOT c", "a b c", NOT, id="and, then not, with it"),
        pytest.param("a NOT b AND c", "a c", FOUND, id="not, then and"),
        pytest.param("a AND (b OR c)", "a c", FOUND, id="brackets"),
        pytest.param("a AND （b OR c）", "a c", FOUND, id="brackets of full width"),
        pytest.param('"$100 million"', "worth $100 million", FOUND, id="a sum of money"),
        pytest.param("(a OR b) NOT (c OR d)", "b d", NOT, id="not a group"),
        pytest.param("a NEAR/2 b", "b one two a", FOUND, id="near, in either order"),
        pytest.param("a NEAR/2 b", "a one two three b", NOT, id="too far"),
        pytest.param("a NEAR/0 b", "a b", FOUND, id="side by side"),
        pytest.param("a NEAR/0 b", "a, so b", NOT, id="not side by side"),
        pytest.param("word NEAR/5 wor*", "a word", NOT, id="a word is not near itself"),
        pytest.param("word NEAR/5 word", "a word is a word", FOUND, id="the word twice"),
        pytest.param("a NEAR/1 b", "a Su-30MK2 b", FOUND, id="a designator is one word"),
        pytest.param("a NEAR/1 b", "a 1,000 b", FOUND, id="a number is one word"),
        pytest.param("大 NEAR/2 修", "大一二修", FOUND, id="characters are words"),
        pytest.param("大 NEAR/2 修", "大一二三修", NOT, id="characters are words, too many"),
        pytest.param("(a OR b) NEAR/1 (c OR d)", "a x y c b d", FOUND, id="groups are near"),
        pytest.param("a OR b NEAR/0 c", "a", FOUND, id="near binds tightest"),
        pytest.param("a NEAR/1 b NEAR/1 c", "a b x x c", NOT, id="a chain of near"),
        pytest.param("a NEAR/1 b NEAR/1 c", "c b a", FOUND, id="a chain in any order"),
        pytest.param("a ONEAR/2 b", "a x b", FOUND, id="in this order"),
        pytest.param("a ONEAR/2 b", "b x a", NOT, id="in the other order"),
        pytest.param("a NOTNEAR/1 b", "a b x x x a", FOUND, id="one place without"),
        pytest.param("a NOTNEAR/1 b", "a b x a", NOT, id="no place without"),
        pytest.param("a NOTNEAR/1 b", "a x x b", FOUND, id="far enough"),
        pytest.param('boat* NOTNEAR/3 "fishing boats"', "fishing boats", NOT, id="part of it"),
        pytest.param("SENTENCE(a, b)", "Then b saw a. End.", FOUND, id="one sentence"),
        pytest.param("SENTENCE(a, b)", "First a. Then b.", NOT, id="two sentences"),
        pytest.param("SENTENCE(a, b, c)", "A c b! Yes.", FOUND, id="three in one"),
        pytest.param("SENTENCE(a, b OR c)", "A no. a c", FOUND, id="a group in a sentence"),
        pytest.param("SENTENCE(jets, b)", "Jets of Mr. B left", FOUND, id="a title ends nothing"),
        pytest.param("SENTENCE(大, 修)", "大了。修了。", NOT, id="Chinese full stop"),
        pytest.param("SENTENCE(大, 修)", "大的修了。", FOUND, id="Chinese sentence"),
        pytest.param("ATLEAST/2(a)", "a b a", FOUND, id="twice"),
        pytest.param("ATLEAST/2(a)", "a b", NOT, id="once is not twice"),
        pytest.param("ATLEAST/2($su30)", "Sukhoi and Flanker", FOUND, id="two of a list"),
        pytest.param('ATLEAST/2(a OR "a b")', "a b", NOT, id="overlapping places count once"),
        pytest.param(r"/Su-?3\d/", "the Su35 flies", FOUND, id="a regular expression"),
        pytest.param(r"/Su-?3\d/", "the SU-35 flies", NOT, id="on the original text"),
        pytest.param(r"/km\/h/", "at 900 km/h", FOUND, id="a slash in it"),
        pytest.param(r"/Su-?3\d/ NEAR/3 engine*", "engines for Su-34s", FOUND, id="and near"),
        pytest.param("/(a|aa)+$/", "a" * 5000 + "!", NOT, id="linear whatever the pattern"),
    ],
)
def test_an_expression_finds(
    marks: Callable[..., object], expression: str, title: str, expected: bool
) -> None:
    assert (marks(expression, title) is not None) is expected


@pytest.mark.parametrize(
    ("expression", "title", "expected"),
    [
        pytest.param("Su-30", "Su-30MK2", FOUND, id="its longer names"),
        pytest.param("Su-30", "Su30 lands", FOUND, id="nothing between"),
        pytest.param("Su30", "Su-30 lands", FOUND, id="written joined"),
        pytest.param("Su-30", "Su–30 lands", FOUND, id="another dash"),
        pytest.param("Su-30", "SU 30 lands", FOUND, id="a space beside capitals"),
        pytest.param("Su-30", "Su 30 lands", FOUND, id="a space after a capital"),
        pytest.param("Su-30", "en su 30 aniversario", NOT, id="a space after small letters"),
        pytest.param("Su-30", "su-30 lands", FOUND, id="small letters with a hyphen"),
        pytest.param("Su-30", "Su-300 lands", NOT, id="another number"),
        pytest.param("Su-30", "ASu-30 lands", NOT, id="other letters"),
        pytest.param("Su-30", "Su, 30 of them", NOT, id="a comma between"),
        pytest.param("Su-30", "Су-30МК2", NOT, id="other letters in Cyrillic"),
        pytest.param("Су-30", "Су-30МК2", FOUND, id="Cyrillic, if listed"),
        pytest.param("C-300", "С-300 система", FOUND, id="look-alikes: Cyrillic text"),
        pytest.param("С-300", "a C-300 system", FOUND, id="look-alikes: Latin text"),
        pytest.param("AL-31F", "AL-31 F engines", FOUND, id="every gap of it"),
        pytest.param("苏-30", "苏30战机", FOUND, id="Chinese, nothing between"),
        pytest.param("苏-30", "苏 30战机", FOUND, id="Chinese, a space"),
        pytest.param("سوخو-30", "سوخو ۳۰", FOUND, id="Persian, a space, its own digits"),
        pytest.param("F-16*", "F-16C", FOUND, id="a star after digits"),
        pytest.param('"Su-30 engine*"', "SU 30 engines", FOUND, id="in a phrase"),
    ],
)
def test_a_designator_finds(
    marks: Callable[..., object], expression: str, title: str, expected: bool
) -> None:
    assert (marks(expression, title) is not None) is expected


@pytest.mark.parametrize(
    ("expression", "title", "expected"),
    [
        pytest.param("Maduro", "Maduro's plan", ["Maduro"], id="an apostrophe"),
        pytest.param("Maduro", "Maduro’s plan", ["Maduro"], id="a round apostrophe"),
        pytest.param("us", "The U.S. said", ["U.S."], id="an abbreviation"),
        pytest.param("eeuu", "con EE.UU. y", ["EE.UU."], id="a doubled abbreviation"),
        pytest.param("eeuu", "con EE. UU. y", ["EE. UU."], id="with a space"),
        pytest.param("EE.UU.", "con EEUU y", ["EEUU"], id="listed with dots"),
        pytest.param("elka", "Ёлка", None, id="scripts stay apart"),
        pytest.param("елка", "Ёлка", ["Ёлка"], id="ё is е"),
        pytest.param("мои", "мой", None, id="й is not и"),
        pytest.param("мой", "мои\u0306", ["мои\u0306"], id="й in two pieces"),
        pytest.param("ano", "año", None, id="ñ is not n"),
        pytest.param("año", "AN\u0303O", ["AN\u0303O"], id="ñ in two pieces"),
        pytest.param("mas", "Más", ["Más"], id="an accent"),
        pytest.param("strasse", "STRAßE", ["STRAßE"], id="one letter that becomes two"),
        pytest.param("fin", "ﬁn de mes", ["ﬁn"], id="a ligature"),
        pytest.param("su30", "Ｓｕ－３０", ["Ｓｕ－３０"], id="full width"),
        pytest.param("委内瑞拉", "在委内瑞拉的", ["委内瑞拉"], id="Chinese"),
        pytest.param("马杜罗", "馬杜羅在", ["馬杜羅"], id="traditional characters"),
        pytest.param("委內瑞拉", "委内瑞拉", ["委内瑞拉"], id="listed in traditional characters"),
        pytest.param("=马杜罗", "馬杜羅", None, id="traditional characters, exactly"),
        pytest.param("中国", "集中。国家", None, id="Chinese, a full stop between"),
        pytest.param("委*", "委内瑞拉", ["委"], id="Chinese prefix of one"),
        pytest.param("یک", "يك", ["يك"], id="Arabic letters in a Persian word"),
        pytest.param('"می رود"', "می\u200cرود", ["می\u200cرود"], id="ZWNJ is a gap"),
        pytest.param("مادورو", "مـادورو", ["مـادورو"], id="a stretched letter"),
        pytest.param("کتاب", "كِتَاب", ["كِتَاب"], id="vowel marks"),
        pytest.param("ونزوئلا", "ﻭﻧﺰﻭﺋﻼ", ["ﻭﻧﺰﻭﺋﻼ"], id="presentation forms"),
        pytest.param("1234", "۱۲۳۴", ["۱۲۳۴"], id="digits"),
        pytest.param("soft", "so\u00adft", ["so\u00adft"], id="a soft hyphen"),
    ],
)
def test_a_text_is_folded_and_marked_in_the_original(
    marks: Callable[..., object], expression: str, title: str, expected: list[str] | None
) -> None:
    found = marks(expression, title)
    assert (None if found is None else words(found)) == expected


TASS = Feed("tass-en", "https://example.org/", "en", "TASS", "C", "moscow", ("state",))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("title:jets", FOUND, id="a word of the title"),
        pytest.param("title:engines", NOT, id="a word of the summary"),
        pytest.param("title:(jets AND land)", FOUND, id="a group in the title"),
        pytest.param("title:(jets NOT land)", NOT, id="not within the title"),
        pytest.param('title:"jets land"', FOUND, id="a phrase in the title"),
        pytest.param("title:(jets AND engines)", NOT, id="a group, half of it elsewhere"),
        pytest.param("jets NEAR/50 engines", NOT, id="near stays in a field"),
        pytest.param('"land new"', NOT, id="a phrase stays in a field"),
        pytest.param("SENTENCE(jets, engines)", NOT, id="a sentence stays in a field"),
        pytest.param("lang:en AND jets", FOUND, id="the feed's language"),
        pytest.param("lang:es AND jets", NOT, id="another language"),
        pytest.param("feed:tass-en AND jets", FOUND, id="the feed"),
        pytest.param("jets NOT feed:tass-en", NOT, id="all but the feed"),
        pytest.param("group:moscow AND jets", FOUND, id="the feed's group"),
        pytest.param("publisher:tass AND jets", FOUND, id="the publisher, whatever the case"),
        pytest.param("grade:C AND jets", FOUND, id="the very grade"),
        pytest.param("grade:D AND jets", FOUND, id="a better grade"),
        pytest.param("grade:B AND jets", NOT, id="a worse grade"),
        pytest.param("tag:state AND jets", FOUND, id="a tag of the feed"),
        pytest.param('tag:"Air Force" AND jets', FOUND, id="a tag of the item"),
        pytest.param("author:petrov AND jets", FOUND, id="the author"),
        pytest.param("author:petr AND jets", NOT, id="half the author"),
        pytest.param("lang:en", FOUND, id="a condition alone"),
    ],
)
def test_a_field_is_asked(
    marks: Callable[..., object], item: Callable[..., Item], expression: str, expected: bool
) -> None:
    one = item(
        "Jets land", "New engines", author="Ivan Petrov", tags=("air force",), feed="tass-en"
    )
    assert (marks(expression, one, TASS) is not None) is expected


def test_a_condition_on_a_feed_that_nobody_knows_does_not_hold(
    marks: Callable[..., object], item: Callable[..., Item]
) -> None:
    one = item("Jets land", feed="elsewhere")
    assert marks("jets AND grade:E", one) is None
    assert marks("jets AND group:moscow", one) is None
    assert marks("jets AND feed:elsewhere", one) is not None


def test_marks_name_field_place_entry_and_list(
    marks: Callable[..., list[object]], item: Callable[..., Item]
) -> None:
    found = marks("$aircraft AND 大修", item("X Flankers", "苏30战机大修推迟"))
    assert [(m.field, m.start, m.end, m.text, m.term, m.list) for m in found] == [  # type: ignore[attr-defined]
        ("title", 2, 10, "Flankers", "Flanker*", "su30"),
        ("summary", 0, 3, "苏30", "苏-30", "su30"),
        ("summary", 5, 7, "大修", "大修", None),
    ]


@pytest.mark.parametrize(
    ("expression", "title", "expected"),
    [
        pytest.param("a NEAR/1 b", "a x x x a b", ["a", "b"], id="only what is near"),
        pytest.param("a OR b", "a c", ["a"], id="only what is there"),
        pytest.param("a NOT b", "a c", ["a"], id="never what is not"),
        pytest.param('"a a"', "a a a", ["a a"], id="no overlap within a term"),
        pytest.param("a NOTNEAR/1 b", "a b x x a", ["a"], id="the place without"),
        pytest.param("SENTENCE(a, b)", "A no. A b.", ["A", "b"], id="the sentence"),
        pytest.param("ATLEAST/1(k NEAR/0 (a NEAR/9 a))", "a a a a k a a", list("aaaakaa"),
                     id="a pair is one, whichever stands first"),
    ],
)  # fmt: skip
def test_marks_are_the_words_that_made_it_true(
    marks: Callable[..., object], expression: str, title: str, expected: list[str]
) -> None:
    assert words(marks(expression, title)) == expected


@pytest.mark.parametrize(
    ("summary", "content", "times"),
    [
        pytest.param("Jets wait", "Jets wait", 1, id="the same"),
        pytest.param("Jets wait", "jets wait.", 1, id="the same but for its signs"),
        pytest.param("Jets wait", "Jets wait, and jets fly", 2, id="the beginning"),
        pytest.param("Jets wait for eng…", "Jets wait for engines", 1, id="cut in a word"),
        pytest.param("Five old jets wait here", "Now: Five old jets wait here", 1, id="within"),
        pytest.param("Jets wait and jets fly", "Jets wait", 2, id="only a part of it"),
        pytest.param("Jets wait", "New jets come", 2, id="another text"),
    ],
)
def test_content_that_repeats_the_summary_is_read_once(
    marks: Callable[..., object],
    item: Callable[..., Item],
    summary: str,
    content: str,
    times: int,
) -> None:
    one = item("", summary, content)
    assert (marks("ATLEAST/2(jets)", one) is not None) is (times == 2)
    assert len(words(marks("jets", one))) == times


# --- lists of entries, scopes, signals, feeds ----------------------------------


def an_indicator(name: str = "one", **more: object) -> Indicator:
    rule = {key: more.pop(key) for key in ("match", "any", "all", "none") if key in more}
    made = Rule(path=("indicators", 0), **rule)  # type: ignore[arg-type]
    return Indicator(name, name, made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lists", "title", "expected"),
    [
        pytest.param({"any": ("a", "b")}, "b", FOUND, id="any"),
        pytest.param({"any": ("a", "b")}, "c", NOT, id="any, none there"),
        pytest.param({"all": ("a", "b c")}, "b c a", FOUND, id="all, one a phrase"),
        pytest.param({"all": ("a", "b c")}, "c b a", NOT, id="all, phrase broken"),
        pytest.param({"any": ("$su30",), "none": ("India",)}, "Su-30 here", FOUND, id="none"),
        pytest.param({"any": ("$su30",), "none": ("India",)}, "India: Su-30", NOT, id="none hit"),
        pytest.param({"any": ("=US",), "all": ("b",)}, "US b", FOUND, id="any and all"),
        pytest.param({"any": ("a",), "all": ("b",)}, "b", NOT, id="any and all, half"),
    ],
)
def test_lists_of_entries(
    watch: Callable[..., WatchList],
    item: Callable[..., Item],
    lists: dict[str, tuple[str, ...]],
    title: str,
    expected: bool,
) -> None:
    matcher, problems = compile_watch(watch(an_indicator(**lists)))  # type: ignore[arg-type]
    assert problems == []
    assert bool(match(item(title), matcher)) is expected


def test_a_scope_narrows_all_but_those_with_their_own(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    matcher, problems = compile_watch(
        watch(
            an_indicator("scoped", match="jets"),
            an_indicator("own", match="jets", scope=Rule("India", path=("indicators", 1, "scope"))),
            an_indicator("free", match="jets", unscoped=True),
            scope="$venezuela",
        )
    )
    assert problems == []
    found = {
        title: [hit.indicator for hit in match(item(title), matcher)]
        for title in ("Jets in Caracas", "Jets in India", "Jets elsewhere", "Caracas")
    }
    assert found == {
        "Jets in Caracas": ["scoped", "free"],
        "Jets in India": ["own", "free"],
        "Jets elsewhere": ["free"],
        "Caracas": [],
    }


def test_a_regular_expression_may_stand_at_no_word_of_the_title(
    marks: Callable[..., object], item: Callable[..., Item]
) -> None:
    assert marks(r"title:/\?$/", item("Jets?")) == []
    assert marks(r"title:/\?$/", item("Jets", "Really?")) is None


def test_a_scope_may_ask_for_the_hit_of_an_indicator_outside_it(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    matcher, problems = compile_watch(
        watch(
            an_indicator("in", match="jets"),
            an_indicator("out", match="Caracas", unscoped=True),
            scope="hit:out",
        )
    )
    assert problems == []
    assert {hit.indicator for hit in match(item("Jets in Caracas"), matcher)} == {"in", "out"}
    assert not match(item("Jets in Delhi"), matcher)


def test_the_words_of_the_scope_are_marked_too(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    matcher, _ = compile_watch(watch(an_indicator(match="jets"), scope="$venezuela"))
    (hit,) = match(item("Jets in Caracas"), matcher)
    assert [mark.text for mark in hit.marks] == ["Jets", "Caracas"]


def test_signals_are_judged_on_hits_only(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    signals = (
        Signal("stalled", Rule("$delay", path=("indicators", 0, "signals", "stalled"))),
        Signal("calm", Rule(none=("war",), path=("indicators", 0, "signals", "calm"))),
    )
    matcher, problems = compile_watch(watch(an_indicator(match="$su30", signals=signals)))
    assert problems == []
    (hit,) = match(item("Flankers wait"), matcher)
    assert hit.signals == ("stalled", "calm")
    assert [mark.text for mark in hit.marks] == ["Flankers", "wait"]
    assert match(item("War delayed"), matcher) == []
    assert match(item("Flankers at war"), matcher)[0].signals == ()


def test_indicators_listen_to_their_feeds_and_groups(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    matcher, _ = compile_watch(
        watch(
            an_indicator("by-feed", match="jets", feeds=("tass-en",)),
            an_indicator("by-group", match="jets", groups=("moscow",)),
            an_indicator("paused", match="jets", paused=True),
            an_indicator("all", match="jets"),
            feeds=[TASS],
        )
    )
    assert [hit.indicator for hit in match(item("Jets", feed="tass-en"), matcher)] == [
        "by-feed", "by-group", "all",
    ]  # fmt: skip
    assert [hit.indicator for hit in match(item("Jets"), matcher)] == ["all"]


def test_an_indicator_may_ask_for_the_hit_of_another_below_it(
    watch: Callable[..., WatchList], item: Callable[..., Item]
) -> None:
    matcher, problems = compile_watch(
        watch(
            an_indicator("reaction", match="condemn* AND hit:strikes"),
            an_indicator("strikes", match="strike* NEAR/3 boat*"),
        )
    )
    assert problems == []
    hits = match(item("Caracas condemns strikes on boats"), matcher)
    assert [hit.indicator for hit in hits] == ["reaction", "strikes"]
    assert [mark.text for mark in hits[0].marks] == ["condemns", "strikes", "boats"]
    assert match(item("Caracas condemns strikes"), matcher) == []


def test_a_revision_changes_with_what_decides_the_hits(watch: Callable[..., WatchList]) -> None:
    def revision(indicator: Indicator, **more: object) -> str:
        return compile_watch(watch(indicator, **more))[0].revisions["one"]

    base = revision(an_indicator(match="$aircraft"))
    assert len(base) == 12
    assert revision(an_indicator(match="$aircraft", notes="x", paused=True)) == base
    assert revision(an_indicator(match="$su30")) != base
    assert revision(an_indicator(match="$aircraft"), scope="$venezuela") != base
    assert revision(an_indicator(match="$aircraft", groups=("x",))) != base
    terms = {"aircraft": ("$su30",), "su30": ("Su-30",)}
    other = {"aircraft": ("$su30",), "su30": ("Su-30", "Su-27")}
    assert revision(an_indicator(match="$aircraft"), terms=terms) != revision(
        an_indicator(match="$aircraft"), terms=other
    )
