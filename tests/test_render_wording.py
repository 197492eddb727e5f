"""Days, times and the sentences that page, mail and chat share."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.digest import wording
from monitor.digest.build import Coverage, Gap, Lull, build
from monitor.digest.wording import When
from monitor.digest.zones import zone_words
from tests.make import CARACAS, a_feed
from tests.sample_pages import DAY, FEEDS, NOW, START, WATCH, a_digest, since_midnight


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        pytest.param("America/Caracas", "Caracas (UTC−4)", id="behind"),
        pytest.param("Asia/Kolkata", "Kolkata (UTC+5:30)", id="half hours"),
        pytest.param("America/Argentina/Buenos_Aires", "Buenos Aires (UTC−3)", id="long name"),
        pytest.param("UTC", "UTC", id="UTC itself"),
        pytest.param("Europe/London", "London (UTC)", id="UTC in winter"),
    ],
)
def test_a_zone_is_named_with_its_distance(zone, words):
    assert plain(zone_words(ZoneInfo(zone), NOW)) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=8), "8 min"),
        (timedelta(minutes=-1), "0 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=8, minutes=20), "8 h 20 min"),
        (timedelta(hours=30), "1 day"),
        (timedelta(days=9), "9 days"),
    ],
)
def test_durations_are_said_as_one_says_them(span, words):
    assert plain(wording.duration(span)) == words


def test_days_are_written_in_words():
    assert plain(wording.full_day(date(2025, 11, 6))) == "Thursday 6 November 2025"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        pytest.param(datetime(2025, 11, 6, 1, 0, tzinfo=UTC), "21:00", id="the page's day"),
        pytest.param(datetime(2025, 11, 6, 5, 0, tzinfo=UTC), "6 Nov 01:00", id="another day"),
        pytest.param(datetime(2024, 1, 1, 5, 0, tzinfo=UTC), "1 Jan 2024 01:00", id="long ago"),
    ],
)
def test_an_instant_gets_a_date_only_where_it_needs_one(instant, words):
    assert plain(When(CARACAS, DAY).moment_words(instant)) == words


def test_a_time_says_its_instant_in_utc():
    html = When(CARACAS, DAY).clock(datetime(2025, 11, 5, 21, 40, tzinfo=UTC))
    assert html == '<time datetime="2025-11-05T21:40:00Z">17:40</time>'


def a_span(start: datetime, end: datetime) -> str:
    return plain(wording.span_words(build(WATCH, (), Coverage(0, 0, 0), start, end, NOW)))


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        pytest.param((3, 14), "5 November, 03:00 to 14:00", id="part of a day"),
        pytest.param((0, 24), "5 November, 00:00 to 00:00", id="to midnight"),
        pytest.param((-48, 24), "3 to 5 November", id="days of one month"),
        pytest.param((-24 * 10, 24), "26 October to 5 November", id="over a month's end"),
    ],
)
def test_a_span_is_named_by_its_days(hours, words):
    first, last = (START + timedelta(hours=each) for each in hours)
    assert a_span(first, last) == words


def test_a_digest_says_what_it_could_not_see():
    assert plain(wording.account(a_digest(()))) == (
        "0 stories; 8 of 9 feeds answered; not covered: Tehran agency since 22:40: the server "
        "answered 503 Service Unavailable; Treasury press: no answer within 20 seconds"
    )


def test_a_digest_with_all_feeds_names_none():
    coverage = Coverage(36, 36, 100)
    assert plain(wording.account(a_digest((), coverage=coverage))) == (
        "0 stories; 36 of 36 feeds answered"
    )


def test_the_account_names_feeds_that_are_silent_and_those_that_may_have_lost_items():
    coverage = Coverage(
        9,
        9,
        100,
        lulls=(
            Lull(FEEDS["caracas-es"], datetime(2025, 10, 28, 9, tzinfo=UTC), 4.2),
            Lull(FEEDS["blog-en"], None),
            Lull(FEEDS["moscow-ru"], datetime(2025, 11, 5, 9, tzinfo=UTC), None),
        ),
        leaks=(FEEDS["wire-en"], FEEDS["world-en"]),
    )
    told = (
        "nusually silent: Caracas daily since 28 Oct 05:00 (usually 4 a day); "
        "Blog (never held an item); Moscow agency since 05:00"
    )
    assert plain(wording.account(a_digest((), coverage=coverage))) == (
        f"0 stories; 9 of 9 feeds answered; u{told}; items may have been missed: Wire; World"
    )
    assert plain(wording.coverage_words(a_digest(coverage=coverage))) == (
        f"9 of 9 feeds answered; 100 items read. U{told}. Items may have been missed: Wire; World."
    )


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (1234.5, "1,234 a day"),
        (40.4, "40 a day"),
        (0.96, "1 a day"),
        (0.94, "7 a week"),
        (0.43, "3 a week"),
        (0.1, "3 a month"),
        (0.01, "under 1 a month"),
        (0.0, "under 1 a month"),
    ],
)
def test_a_rate_is_told_as_one_says_it(rate, said):
    assert plain(wording.rate_words(rate)) == said


def test_many_feeds_without_an_answer_are_counted():
    gaps = tuple(Gap(a_feed(f"feed-{at}"), None, "") for at in range(40))
    words = wording.not_covered(Coverage(40, 0, 0, gaps), CARACAS, DAY)
    assert words.endswith("Feed-5; and 34 more")


def test_an_error_text_stays_one_short_line():
    gap = Gap(FEEDS["wire-en"], None, "bad\r\nBcc: all@x " + "x" * 500)
    words = wording.gap_words(gap, CARACAS, DAY)
    assert "\n" not in words
    assert len(words) < 100


def test_the_subject_says_day_stories_and_feeds():
    assert plain(wording.subject(a_digest(), since_midnight())) == (
        "5 November: 8 stories, Spare-parts shipments 2, Su-30 overhauls 2, "
        "US military pressure 2; 1 since midnight; 8 of 9 feeds; 2 down now"
    )


def test_the_subject_of_a_day_before_the_watch_says_which_feeds_are_down_now():
    digest = a_digest((), coverage=Coverage(9, 0, 0, (), watched=False))
    assert plain(wording.subject(digest, since_midnight())) == (
        "5 November: 0 stories; 1 since midnight; 2 of 9 feeds down"
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param("The answer is a web page.", "the answer is a web page", id="a sentence"),
        pytest.param("127.0.0.1 has trouble (500, Internal Server Error).",
                     "127.0.0.1 has trouble (500, Internal Server Error)", id="an address"),
        pytest.param("HTTP 503", "HTTP 503", id="capitals stay"),
        pytest.param("A redirect leads nowhere..", "a redirect leads nowhere", id="one letter"),
        pytest.param("", "", id="nothing"),
    ],
)  # fmt: skip
def test_an_error_becomes_a_part_of_a_sentence(error, told):
    assert wording.clause(error) == told


@pytest.mark.parametrize(
    ("began", "words"),
    [
        pytest.param(NOW, "The watch began on 6 November at 07:00. ", id="the same year"),
        pytest.param(NOW + timedelta(days=90), "The watch began on 4 February 2026 at 07:00. ",
                     id="another year"),
        pytest.param(None, "The watch had not begun yet. ", id="not known when"),
    ],
)  # fmt: skip
def test_a_time_before_the_watch_says_when_it_began(began, words):
    coverage = Coverage(9, 0, 0, (), watched=False, began=began)
    told = plain(wording.before_words(a_digest((), coverage=coverage)))
    assert told.startswith(f"{words}For this day there is only what feeds still offered")


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, "just now"), (59, "just now"), (60, "1 min"), (7200, "2 h")]
)
def test_what_is_less_than_a_minute_ago_is_just_now(seconds, words):
    assert plain(wording.ago(timedelta(seconds=seconds))) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no"), (1, "one"), (12, "twelve"), (13, "13"), (1200, "1,200")]
)
def test_small_numbers_are_words(number, words):
    assert wording.in_words(number) == words
