"""Which items are one story: copies, retellings across languages, look-alikes, order, replay."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Hit
from monitor.stories import Grouping, Rarity, group, told_at
from monitor.stories.account import Told, account, credibility
from monitor.stories.grouping import WINDOW
from tests.stories.conftest import MONDAY, told

COLONELS = (
    "Three Venezuelan colonels held after contacts with US embassy in Bogota",
    (
        "Military counter-intelligence arrested three army officers accused of passing unit "
        "rosters to American diplomats, two relatives and a lawyer said on Saturday."
    ),
)
SEIZURE = {
    "en": (
        "US seizes drone engines in Curacao headed from Bandar Abbas to Venezuela",
        "Customs officers acting on an American tip took 24 engines from a container.",
    ),
    "es": (
        "Decomisan en Curazao 24 motores de dron que venían a Venezuela",
        "Viajaban en un contenedor desde Bandar Abás. La aduana actuó por un aviso de EE.UU.",
    ),
    "ru": (
        "На Кюрасао изъяли 24 двигателя для беспилотников, шедших в Венесуэлу",
        "Таможня вскрыла контейнер из Бендер-Аббаса по наводке американцев.",
    ),
    "zh": (
        "库拉索查获24台运往委内瑞拉的无人机发动机",
        "海关根据美方情报扣押了一个来自阿巴斯港的集装箱。",
    ),
}
ORDINARY = (
    "Rain expected in the Andes until Wednesday",
    "Lions win the opening game of the season",
    "Central bank holds its rate for the third month",
    "Museum of Lima reopens with a show of textiles",
    "Bus fares rise in the capital",
    "Marathon record falls in Chicago",
)


def stories(items):
    found = defaultdict(set)
    for one in group(items):
        found[one.story].add(one.item)
    return {frozenset(items) for items in found.values()}


def ordinary():
    return [told(f"o{n}", title, hours=n) for n, title in enumerate(ORDINARY)]


def test_twenty_copies_are_one_story_with_one_independent_publisher():
    copies = [told(f"c{n:02}", *COLONELS, hours=n / 2) for n in range(20)]
    assert stories([*copies, *ordinary()]) >= {frozenset(one.item for one in copies)}
    whole = account([Told(one, COLONELS[0], "B") for one in copies])
    assert (whole.independent, whole.credibility, len(whole.publishers)) == (1, 6, 20)


def test_a_copy_says_how_alike_it_is():
    placed = group([told("a", *COLONELS), told("b", *COLONELS, hours=1)])
    assert placed[1].reason == "same text 1.00"


def test_one_event_in_four_languages_is_one_story():
    retold = [told(lang, *text, hours=n) for n, (lang, text) in enumerate(SEIZURE.items())]
    assert frozenset(SEIZURE) in stories([*retold, *ordinary()])


def test_a_retelling_says_what_it_shares():
    retold = [told(lang, *text) for lang, text in SEIZURE.items()]
    reasons = {one.item: one.reason for one in group([*retold, *ordinary()])}
    assert {"24", "Bandar"} <= set(reasons["es"].removeprefix("same: ").split(", "))


def test_what_is_shared_is_told_rarest_first_and_acts_last():
    flight = "Il-76 lands at La Guaira with crates for the air force on 26 October"
    again = "A Russian Il-76 has landed at La Guaira: crates, unloaded 26 October"
    placed = group([told("a", flight), told("b", again, hours=5), *ordinary()])
    (reason,) = (one.reason for one in placed if one.item == "b")
    assert reason.startswith("same: Il-76, Guaira, ")
    assert reason.endswith(", 26 October")


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        pytest.param(
            ("Five Venezuelan colonels held after contacts with US embassy in Bogota", "army"),
            "number",
            id="another number",
        ),
        pytest.param(
            ("Three Venezuelan colonels held after contacts with US embassy in Panama", "army"),
            "place",
            id="another place",
        ),
    ],
)
def test_a_look_alike_with_another_fact_stays_apart(other, differs):
    title, who = other
    summary = COLONELS[1].replace("three", title.split()[0].lower()).replace("army", who)
    look_alike = told("b", title, summary, hours=20)
    assert len(stories([told("a", *COLONELS), look_alike])) == 2, differs


@given(
    st.sampled_from(["Tuapse", "Syzran", "Gibara", "Novorossiysk"]),
    st.sampled_from(["Tuapse", "Syzran", "Gibara", "Novorossiysk"]),
    st.sampled_from(["two", "four", "nine", "24"]),
    st.sampled_from(["two", "four", "nine", "24"]),
    st.sampled_from(["Monday", "Friday", "Sunday"]),
    st.sampled_from(["Monday", "Friday", "Sunday"]),
)
@settings(deadline=None, max_examples=60)
def test_one_form_with_other_facts_tells_another_event(place, city, first, second, day, date):
    form = (
        "Drones struck the refinery at {} on {}, and {} tankers burned at its berths while "
        "crews fought the fire until the morning, the governor of the region said"
    )
    one = told("a", "Refinery burns after raid", form.format(place, day, first))
    other = told("b", "Refinery burns after raid", form.format(city, date, second), hours=9)
    same = (place, first, day) == (city, second, date)
    assert (len(stories([one, other])) == 1) is same


def test_what_points_the_other_way_is_another_story():
    hit = Hit("a", "us-china-friction", ("us-action",))
    answer = Hit("b", "us-china-friction", ("reaction",))
    act = told("a", "Commerce lists Chinese radar maker over sales to Venezuela", hits=[hit])
    said = told("b", "Beijing protests listing of radar maker supplying Caracas", hits=[answer])
    assert len(stories([act, said, *ordinary()])) == 8


MANY = [
    *(told(lang, *text, hours=n) for n, (lang, text) in enumerate(SEIZURE.items())),
    *(told(f"c{n}", *COLONELS, hours=n) for n in range(4)),
    *ordinary(),
]
GROUPED = group(MANY)


@given(st.permutations(MANY))
@settings(deadline=None, max_examples=20)
def test_the_order_of_arrival_does_not_matter(items):
    assert group(items) == GROUPED


@given(st.integers(1, 20), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=20)
def test_copies_in_whatever_order_are_one_story_of_one_voice(count, dice):
    copies = [told(f"c{n:02}", *COLONELS, hours=n * 3) for n in range(count)]
    dice.shuffle(copies)
    assert stories(copies) == {frozenset(one.item for one in copies)}
    assert account(map(Told, copies)).independent == 1


@given(st.lists(st.integers(0, 200), min_size=2, max_size=12))
@settings(deadline=None, max_examples=40)
def test_no_story_is_longer_than_its_window(hours):
    items = [told(f"i{n:02}", *COLONELS, hours=hour) for n, hour in enumerate(hours)]
    at = {one.item: one.at for one in items}
    for story in stories(items):
        times = [at[item] for item in story]
        assert max(times) - min(times) <= WINDOW


def test_a_replay_gives_the_same_stories():
    items = [
        *(told(lang, *text, hours=n) for n, (lang, text) in enumerate(SEIZURE.items())),
        *ordinary(),
    ]
    rarity = Rarity.of(items)
    first = Grouping(rarity)
    placed = [first.place(one) for one in items]
    again = Grouping(rarity)
    for one, place in zip(items[:3], placed[:3], strict=True):
        again.put(one, place.story)
    assert [again.place(one) for one in items[3:]] == placed[3:]


def test_what_a_person_parted_or_joined_stays_so_whenever_it_is_replayed():
    copies = [told(f"c{n}", *COLONELS, hours=n) for n in range(3)]
    rain = told("o0", ORDINARY[0], hours=4)
    by_hand = {"c1": "c1", "o0": "c0"}
    for _ in range(2):
        placed = {one.item: one for one in group([*copies, rain], by_hand)}
        assert {item: one.story for item, one in placed.items()} == {
            "c0": "c0",
            "c1": "c1",
            "c2": placed["c2"].story,
            "o0": "c0",
        }
        assert placed["c1"].reason == placed["o0"].reason == "by hand"


def test_the_order_within_a_poll_does_not_matter():
    first = [*(told(f"c{n}", *COLONELS, hours=n) for n in range(3)), *ordinary()]
    second = [told(lang, *text, hours=8) for lang, text in SEIZURE.items()]
    rarity, expected = Rarity.of([*first, *second]), None
    for seed in range(4):
        grouping = Grouping(rarity)
        for poll in (first, second):
            random.Random(seed).shuffle(poll)
        placed = [*grouping.place_all(first), *grouping.place_all(second)]
        expected = expected or placed
        assert placed == expected


def test_an_item_is_told_when_it_says_so_if_that_can_be():
    hour = timedelta(hours=1)
    assert told_at(None, MONDAY) == MONDAY
    assert told_at(MONDAY - hour, MONDAY) == MONDAY - hour
    assert told_at(MONDAY + hour, MONDAY) == MONDAY
    assert told_at(MONDAY - 90 * hour, MONDAY) == MONDAY


@pytest.mark.parametrize(
    ("publishers", "texts", "independent"),
    [
        pytest.param(("TASS", "TASS"), ("one", "two"), 1, id="one publisher with two feeds"),
        pytest.param(("A", "B"), ("he told Reuters", "Reuters said"), 1, id="one agency"),
        pytest.param(("Reuters", "B"), ("a ship sank", "Reuters said"), 1, id="and the agency"),
        pytest.param(("A", "B", "C"), ("a ship sank", "it sank", "gone"), 3, id="three"),
    ],
)
def test_publishers_are_independent_if_nothing_joins_them(publishers, texts, independent):
    items = [
        told(f"i{n}", text, publisher=publisher)
        for n, (publisher, text) in enumerate(zip(publishers, texts, strict=True))
    ]
    assert account(map(Told, items)).independent == independent


@pytest.mark.parametrize(
    ("independent", "grade", "expected"),
    [(1, "A", 6), (2, "C", 2), (2, "F", 3), (3, "B", 1), (5, "D", 2)],
)
def test_credibility_follows_from_corroboration(independent, grade, expected):
    assert credibility(independent, grade) == expected


def test_the_analyst_stands_above_corroboration():
    assert account([Told(told("a", "x"), "x")], judged=2).credibility == 2


def test_an_account_of_a_story():
    first, later = told("a", *COLONELS), told("b", "Treason charges", "Three colonels", hours=30)
    whole = account([Told(later, "Treason charges", "C"), Told(first, COLONELS[0], "B")])
    assert whole.headline == COLONELS[0]
    assert (whole.first, whole.last) == (first.at, later.at)
    assert whole.grade == "B"


def test_a_story_without_items_is_none():
    with pytest.raises(ValueError, match="at least one"):
        account([])


@pytest.mark.parametrize(
    ("title", "hours", "publisher", "is_update"),
    [
        pytest.param("Colonels sent to Ramo Verde prison", 30, "b", True, id="what follows"),
        pytest.param("Army confirms the arrests", 30, "b", True, id="a confirmation"),
        pytest.param("Embassy in Bogota denies contacts", 30, "b", True, id="a denial"),
        pytest.param("A second thought on colonels", 30, "b", False, id="another desk, as late"),
        pytest.param("Wives wait at Fort Tiuna", 30, "a", True, id="a desk that comes back"),
        pytest.param("Colonels wait: 14 other officers named", 30, "a", True, id="a new number"),
        pytest.param("Three colonels", 30, "a", False, id="a desk with nothing new"),
        pytest.param("Colonels sent to Ramo Verde prison", 3, "a", False, id="too early"),
        pytest.param(COLONELS[0], 30, "a", False, id="a copy"),
    ],
)
def test_a_later_item_with_new_facts_is_an_update(title, hours, publisher, is_update):
    text = COLONELS[1] if title == COLONELS[0] else ""
    first = told("a", *COLONELS, publisher="a")
    later = told("b", title, text, hours=hours, publisher=publisher)
    assert (account([Told(first), Told(later)]).updates == {"b"}) is is_update
