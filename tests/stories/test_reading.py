"""What is read from an item: names whatever the script, numbers, dates, agencies, counts."""

from __future__ import annotations

from datetime import UTC, date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching.text import canonical
from monitor.model import Feed, Item
from monitor.stories import group, read_features
from monitor.stories.copies import SAME_TEXT, bands, likeness, signature
from monitor.stories.dates import dates_in
from monitor.stories.ideas import Ideas, is_common
from monitor.stories.lexicon import ACTS, COMMON, PEOPLE, PLACES, THINGS
from monitor.stories.lexicon.reading import ideas
from monitor.stories.names import acronyms, are_one, likely_names, proper_names, sound
from monitor.stories.numbers import numbers_in
from monitor.stories.origins import origins_in
from tests.stories.conftest import IDEAS, told


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("Anegada", "Анегада", "آنگادا", "阿内加达"), id="a strait"),
        pytest.param(("Tuapse", "Туапсе", "图阿普谢"), id="a port"),
        pytest.param(("Maracay", "Маракая", "马拉凯", "ماراکای"), id="a town, bent in Russian"),
        pytest.param(("Zhuravlev", "Zhuravliov", "Журавлёв"), id="a deputy, spelled two ways"),
        pytest.param(("Makarevich", "Makarévitch", "Макаревича"), id="a general"),
    ],
)
def test_a_name_sounds_alike_in_every_script(names):
    assert len({sound(name) for name in names}) == 1


def test_names_of_other_sounds_are_told_apart():
    assert len({sound(name) for name in ("Tuapse", "Novorossiysk", "Syzran", "Maracay")}) == 4


@pytest.mark.parametrize(
    ("one", "other", "can_be"),
    [
        pytest.param("Galway", "Guayaquil", False, id="two ports"),
        pytest.param("Moreno", "Marino", False, id="two surnames"),
        pytest.param("Мурино", "Мирном", False, id="two towns in Cyrillic"),
        pytest.param("J-20", "Z-20", False, id="two types of aircraft"),
        pytest.param("Abbas", "Abás", True, id="a doubled letter"),
        pytest.param("Moscow", "Moscú", True, id="two languages of one alphabet"),
        pytest.param("Сызрань", "Сызрани", True, id="a case in Russian"),
        pytest.param("Tuapse", "Туапсе", True, id="two alphabets, where the sound decides"),
    ],
)
def test_names_that_sound_alike_are_one_if_their_spelling_allows_it(one, other, can_be):
    assert are_one(one, other) is can_be


def test_what_is_said_to_be_common_is_in_the_lexicon():
    known = {"act": ACTS, "people": PEOPLE, "place": PLACES, "thing": THINGS}
    assert all(idea.partition(":")[2] in known[idea.partition(":")[0]] for idea in COMMON)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("The tanker left for Gibara on", {"Gibara"}, id="inside a sentence"),
        pytest.param("Tankers sail. Gunboats follow", set(), id="first words of sentences"),
        pytest.param("Big Ships Leave Gibara Tonight", set(), id="a title all in capitals"),
        pytest.param("Deal Made With Gibara Bank", set(), id="and with a small word in it"),
        pytest.param(
            "Renuncia la ministra Ponce", {"Ponce"}, id="a short title that ends in names"
        ),
        pytest.param("it came from Russia on Sunday", set(), id="what the lexicon knows"),
        pytest.param("судно стоит в Гибаре", {"Гибаре"}, id="Cyrillic"),
    ],
)
def test_proper_names_are_written_as_such(text, found):
    assert set(proper_names(text, is_common).values()) == found


def test_likely_names_of_scripts_without_capitals():
    assert "阿内加达" in "".join(likely_names("通过阿内加达海峡", is_common).values())
    assert sound("آنگادا") in likely_names("از گذرگاه آنگادا گذشتند", is_common)


def test_acronyms_stand_in_any_script():
    assert list(acronyms("总部位于马拉凯的EANSA公司")) == ["EANSA"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("5,000 men and 84 jets", [5000, 84], id="figures with a comma"),
        pytest.param("5.000 hombres", [5000], id="figures with a point"),
        pytest.param("cinco mil soldados", [5000], id="Spanish words"),
        pytest.param("$40 million", [40e6], id="a scale after figures"),
        pytest.param("4.000 millones", [4e9], id="thousands of millions"),
        pytest.param("трое полковников, двадцать лет", [3, 20], id="Russian words"),
        pytest.param("约三十名技术人员，二十多艘，十个", [30, 20, 10], id="Chinese words"),
        pytest.param("40万吨", [400_000], id="ten thousands"),
        pytest.param("۱۲ ناو و دوازده کشتی", [12, 12], id="Persian figures and words"),
        pytest.param("one man in 2027", [], id="an article and a year"),
        pytest.param("26 de octubre, 16日, 9月, November 16", [], id="days of dates"),
    ],
)
def test_numbers_by_their_value(text, values):
    assert [one.value for one in numbers_in(canonical(text).split())] == values


@pytest.mark.parametrize(
    ("text", "days"),
    [
        pytest.param("on Sunday", {date(2025, 11, 16)}, id="the last Sunday"),
        pytest.param("el domingo", {date(2025, 11, 16)}, id="Spanish"),
        pytest.param("в воскресенье", {date(2025, 11, 16)}, id="Russian"),
        pytest.param("16日通过", {date(2025, 11, 16)}, id="Chinese, the day alone"),
        pytest.param("10月26日", {date(2025, 10, 26)}, id="Chinese, with the month"),
        pytest.param("26 October", {date(2025, 10, 26)}, id="day and month"),
        pytest.param("October 26", {date(2025, 10, 26)}, id="month and day"),
        pytest.param("26 de octubre", {date(2025, 10, 26)}, id="with de"),
        pytest.param("a quinta vez, quinta-feira", {date(2025, 11, 13)}, id="Portuguese fair"),
        pytest.param("30 February", set(), id="no such day"),
    ],
)
def test_days_as_dates(text, days):
    assert dates_in(canonical(text).split(), date(2025, 11, 17)) == days


@pytest.mark.parametrize(
    ("text", "agencies"),
    [
        pytest.param("he told Reuters on Monday", {"Reuters"}, id="named"),
        pytest.param("сообщило Рейтер", {"Reuters"}, id="in Cyrillic"),
        pytest.param("据路透社报道", {"Reuters"}, id="in Chinese"),
        pytest.param("CARACAS (EFE) -", {"EFE"}, id="in a dateline"),
        pytest.param("MAPS and EFECTO", set(), id="inside other words"),
    ],
)
def test_agencies_that_a_text_names(text, agencies):
    assert origins_in(text) == agencies


def test_a_text_resembles_itself_and_its_light_rewrite():
    text = canonical(
        "Three colonels were held on Saturday after contacts with the embassy in Bogota, two "
        "relatives and a lawyer said, and their families have not been able to see them since"
    ).split()
    rewritten = [*text[:20], "some", *text[21:]]
    other = canonical("Rain is expected in the Andes until Wednesday, the met office said").split()
    assert likeness(signature(text), signature(text)) == 1
    assert likeness(signature(text), signature(rewritten)) >= SAME_TEXT
    assert likeness(signature(text), signature(other)) < 0.1
    assert set(bands(signature(text))) & set(bands(signature(rewritten)))


def test_an_item_counts_people_and_things():
    one = told("a", "Three colonels held", "Police took 24 engines from a container.")
    assert one.counts["people:colonel"] == {3}
    assert one.counts["thing:engine"] == {24}


def test_a_type_name_is_one_in_both_alphabets_and_no_number():
    latin, cyrillic = told("a", "An Il-76 lands"), told("b", "Ил-76 снова приземлился")
    assert latin.designators == cyrillic.designators != frozenset()
    assert not latin.numbers
    assert not cyrillic.numbers


def test_the_same_ideas_in_six_languages():
    titles = (
        "US seizes tanker off Venezuela",
        "EE.UU. incauta un petrolero frente a Venezuela",
        "EUA apreendem petroleiro perto da Venezuela",
        "США захватили танкер у берегов Венесуэлы",
        "美国在委内瑞拉附近扣押油轮",
        "آمریکا نفتکش ونزوئلا را توقیف کرد",
    )
    wanted = {"place:us", "place:venezuela", "act:seize", "thing:tanker"}
    for title in titles:
        assert wanted <= told("a", title).ideas, title


@given(
    st.lists(st.text(max_size=60), min_size=2, max_size=6),
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(timezones=st.just(UTC)),
)
@settings(deadline=None, max_examples=150)
def test_no_text_and_no_time_is_too_odd(texts, first, second):
    items = [
        read_features(
            Item(key=str(n), feed="f", title=text, summary=f"9{text}9 of 26 October, Sunday"),
            (),
            Feed(id="f", url=""),
            at,
            IDEAS,
        )
        for n, (text, at) in enumerate(zip(texts, [first, second] * 3, strict=False))
    ]
    assert sorted(one.item for one in group(items)) == [str(n) for n in range(len(texts))]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("9" * 5_000, id="endless figures"),
        pytest.param("million " * 400, id="nothing but scales"),
        pytest.param("9 million billion million billion " * 100, id="scales upon scales"),
        pytest.param("一二三四五六七八九十百千" * 300, id="endless Chinese figures"),
        pytest.param("26 October " * 500, id="the same day again"),
        pytest.param("\udce9 ² ٣ ⑦ ㊉", id="half a character, figures of other kinds"),
        pytest.param("Aa-1" * 2_000, id="type names without end"),
    ],
)
def test_hostile_texts_are_read(text):
    assert told("a", text, text).item == "a"


def test_lists_of_the_watch_are_found_beside_the_lexicon():
    assert told("a", "Four Sukhois fly again").lists == {"list:su30"}


def test_a_list_with_an_error_is_passed_over():
    broken = Ideas({"empty": (), "su30": ("Su-30",)})
    assert broken.read is not None


def test_the_lexicon_is_in_order():
    whole = {**PLACES, **PEOPLE, **THINGS, **ACTS}
    assert len(whole) == len(PLACES) + len(PEOPLE) + len(THINGS) + len(ACTS)
    assert all(words for words in whole.values())
    assert ideas("one: a, b,\n    c\ntwo: d\n") == {"one": ("a", "b", "c"), "two": ("d",)}


def test_every_word_of_the_lexicon_can_be_read():
    from monitor.matching.lists import Numbering, WordLists
    from monitor.matching.problems import Problems

    problems = Problems()
    for kind in (PLACES, PEOPLE, THINGS, ACTS):
        assert not WordLists(kind, Numbering(), problems).broken
    assert not [one for one in problems.found if one.severity == "error"]
