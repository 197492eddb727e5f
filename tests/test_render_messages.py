"""Digests and alerts as mail and as chat."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from monitor.alerts.decide import Alert, Reason
from monitor.digest.build import Digest, Report, Story, build
from monitor.digest.chat import CHAT_LENGTH
from monitor.digest.render import Renderer
from monitor.messages import Message
from monitor.model import Hit, Item, Mark
from tests.make import NOON, a_feed, an_indicator
from tests.sample_pages import (
    COVERAGE,
    DAY,
    END,
    LATER,
    NOW,
    SLOT,
    START,
    STORIES,
    WATCH,
    a_digest,
    since_midnight,
)

RENDERER = Renderer(Path(__file__).resolve().parents[1] / "templates")
SITE = "https://watch.example"


def joining(years: int = 0) -> Story:
    """A story of before as an alert tells it that the last of its reports caused."""
    words = {
        "old": ("Colonels held in Caracas", "Colonels", "army"),
        "new": ("Port shut by officers", "Port", "port-closure"),
    }
    reports = []
    for key, (title, word, indicator) in words.items():
        mark = Mark("title", 0, len(word), word, word.lower())
        item = Item(key, key, title, f"Told by {key}.", link=f"https://{key}.example/1")
        seen = NOON - timedelta(days=1 + 365 * years) if key == "old" else NOON
        hits = (Hit(key, indicator, (), (mark,)),)
        reports.append(Report(item, a_feed(key, publisher=f"The {key}"), seen, hits))
    return Story("old", tuple(reversed(reports)), first=reports[0].seen)


JOINING = replace(
    WATCH, indicators=(an_indicator("army"), an_indicator("port-closure", title="Port closure"))
)


@pytest.mark.parametrize("reason", [Reason.NEW, Reason.UPDATE])
def test_an_alert_that_joins_a_story_leads_with_its_item_and_names_the_story_beside_it(reason):
    story = joining()
    message = RENDERER.alert_message(
        story, Alert(story.lead.item, story.lead.hits, reason), JOINING
    )
    assert message.subject == "Port closure: Port shut by officers"
    joins = "It joins a story first seen 5 Nov 08:00, told by The old; with it 2 reports"
    for form in (message.text, message.short, words_of(message)):
        said = plain(" ".join(form.split()))
        assert joins in said
        assert said.index("Port shut by officers") < said.index(joins)
        assert "Matched: Colonels" not in said
    assert "Matched: Port\n" in message.text
    assert message.text.index("https://new.example/1") < message.text.index("https://old.example/1")
    assert message.short.splitlines()[-1] == "https://new.example/1"
    links = [a.attributes["href"] for a in HTMLParser(message.html).css("a")]
    assert links == ["https://new.example/1", "https://old.example/1"]


def test_a_story_of_another_year_is_dated_with_it():
    story = joining(years=2)
    message = RENDERER.alert_message(story, Alert(story.lead.item, (), Reason.NEW), JOINING)
    assert "Nov 2023 08:00, told by" in plain(" ".join(message.text.split()))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def sent(digest: Digest, since: Digest | None = None) -> Message:
    return RENDERER.digest_message(digest, since, "desk-mail", SLOT)


def alerted(story: Story, watch=WATCH) -> Message:
    return RENDERER.alert_message(story, Alert(story.lead.item, story.lead.hits, Reason.NEW), watch)


def words_of(message: Message) -> str:
    tree = HTMLParser(message.html or "")
    assert tree.body is not None
    return re.sub(r" ([,.:;])", r"\1", plain(" ".join(tree.body.text(separator=" ").split())))


def test_a_digest_mail_tells_every_story_in_both_parts():
    message = sent(a_digest(), since_midnight())
    for story in (*STORIES, *LATER):
        title = story.lead.item.title
        assert title in " ".join(message.text.split())
        # Where a word is marked its neighbours stand in other nodes: compare without spaces.
        assert "".join(title.split()) in "".join(words_of(message).split())
        assert f'href="{story.lead.item.link}"' in message.html


def test_each_story_is_told_once():
    message = sent(a_digest())
    for story in STORIES:
        assert message.text.count(f"* {story.lead.item.title.split()[0]}") == 1
        assert message.text.count(f"{story.lead.item.link}\n") == 1


def test_the_text_part_is_narrow_and_its_links_stand_alone():
    for line in sent(a_digest(), since_midnight()).text.splitlines():
        assert len(line) <= 76 or line.strip().startswith("https://")
        assert "https://" not in line or line.strip().startswith("https://")


def test_the_mail_says_whose_digest_it_is_and_not_when_it_was_sent():
    message = sent(a_digest())
    for form in (" ".join(message.text.split()), words_of(message)):
        assert "Your 07:00 digest to desk-mail, from your own monitor" in form
        assert "on the machine that runs the monitor" in form
        assert "Sent to" not in form


def test_a_mail_with_a_site_does_not_say_where_else_its_pages_are():
    message = sent(replace(a_digest(), site_url=SITE))
    assert "on the machine" not in message.text + (message.html or "")


def test_an_empty_digest_says_the_same_everywhere():
    digest = a_digest(())
    message = sent(digest)
    covered = "8 of 9 feeds answered; not covered: Tehran agency since 22:40"
    for form in (message.text, message.short, words_of(message)):
        assert f"0 stories; {covered}" in plain(" ".join(form.split()))
    page = HTMLParser(RENDERER.digest_content(digest)).body.text(separator=" ")
    said = plain(" ".join(page.split()))
    assert "0 stories" in said
    assert f"No new story. {covered}" in said
    assert message.subject == "5 November: 0 stories; 8 of 9 feeds"


def test_the_style_is_written_into_the_mail_and_only_the_media_rules_stay():
    html = sent(a_digest()).html or ""
    tree = HTMLParser(html)
    assert len(tree.css("style")) == 1
    assert "prefers-color-scheme: dark" in tree.css_first("style").text()
    assert "font" in tree.css_first("h1").attributes["style"]
    assert not tree.css("link, script, img, iframe, form")
    assert "url(" not in html


def test_a_mail_without_a_site_leads_to_articles_only():
    links = {a.attributes["href"] for a in HTMLParser(sent(a_digest()).html).css("a")}
    assert links == {report.item.link for story in STORIES for report in story.reports}


def test_a_mail_with_a_site_leads_to_its_pages():
    digest = replace(a_digest(), site_url=f"{SITE}/")
    message = sent(digest)
    links = {a.attributes["href"] for a in HTMLParser(message.html).css("a")}
    assert {f"{SITE}/digests/2025-11-05", f"{SITE}/", f"{SITE}/indicators/su30-overhauls"} <= links
    assert f"\n{SITE}/digests/2025-11-05\n" in message.text
    assert message.short.endswith(f"\n{SITE}/digests/2025-11-05")


@pytest.mark.parametrize("site", ["javascript:alert(1)", "ftp://x.example", "nonsense"])
def test_a_site_that_is_no_web_address_is_no_link(site):
    message = sent(replace(a_digest(), site_url=site))
    assert site not in (message.html or "") + message.text + message.short


def test_a_large_digest_stays_a_mail_that_programs_show_whole():
    stories = [
        replace(
            STORIES[0],
            id=str(at),
            reports=(
                replace(
                    STORIES[0].lead,
                    item=replace(STORIES[0].lead.item, key=str(at), summary="word " * 3000),
                ),
            ),
        )
        for at in range(500)
    ]
    message = sent(a_digest(stories))
    assert len((message.html or "").encode()) < 102_000  # where one large program clips
    assert "And 410 stories more" in words_of(message)
    assert "And 380 stories more" in plain(message.text)
    assert len(message.short) <= CHAT_LENGTH


def test_chat_is_short_and_names_the_first_stories():
    message = sent(a_digest(), since_midnight())
    lines = message.short.splitlines()
    assert len(message.short) <= CHAT_LENGTH
    assert plain(lines[0]) == "Moscow–Caracas watch, 5 November"
    assert lines[2] == "Spare-parts shipments: 2"
    assert lines[3].startswith("• Russian transport makes second trip")
    assert lines[3].endswith("(Wire and 3 more, B; 4 reports, 3 independent)")
    assert lines[4] == "https://wire-en.example/b141"


def test_chat_puts_each_story_under_all_of_its_indicators_once():
    short = sent(a_digest()).short
    assert "\nUS military pressure, Regional reactions: 1\n• Senado brasileiro" in short
    assert short.count("•") == len(STORIES)


def test_chat_says_which_feeds_are_down_since_midnight():
    short = plain(sent(a_digest(STORIES[:1]), since_midnight()).short)
    assert (
        "Since midnight: 1 story; 8 of 9 feeds answered; down: Tehran agency, Treasury press\n"
        "US–Iran friction: 1\n"
        "• Tehran warns against American"
    ) in short


@pytest.mark.parametrize(
    ("gaps", "line"),
    [
        pytest.param(COVERAGE.gaps, "Since midnight: 0 stories; 8 of 9 feeds answered", id="down"),
        pytest.param((), "", id="all answer"),
    ],
)
def test_chat_speaks_of_a_morning_without_a_story_only_where_a_feed_is_down(gaps, line):
    since = replace(since_midnight(()), coverage=replace(COVERAGE, gaps=gaps))
    short = plain(sent(a_digest(()), since).short)
    assert line in short
    assert ("Since midnight" in short) is bool(line)


UNWATCHED = replace(COVERAGE, gaps=(), watched=False, began=NOW)
BEGAN = (
    "The watch began on 6 November at 07:00. For this day there is only what feeds still "
    "offered: no story does not mean that nothing happened."
)


def test_a_day_before_the_watch_says_so_once_in_every_form():
    digest = a_digest((), coverage=UNWATCHED)
    message = sent(digest)
    page = HTMLParser(RENDERER.digest_content(digest)).body.text(separator=" ")
    for form in (message.text, message.short, words_of(message), page):
        assert plain(" ".join(form.split())).count(BEGAN) == 1
        assert "had not begun" not in form


def test_what_is_new_since_midnight_is_under_its_indicator_and_counted_below():
    digest = a_digest(STORIES[:1])
    message = sent(digest, since_midnight())
    assert "\n\nUS–Iran friction: 1\n\n* Tehran warns" in message.text
    for form in (message.text, words_of(message)):
        assert "No new story" not in form
        assert "No story on 5 November" in plain(form)
        assert re.search(r"US–Iran friction:? 0 in seven days, 1 since midnight", form)


def test_a_story_of_the_past_says_when_it_was_published():
    past = replace(STORIES[2], reports=(replace(STORIES[2].lead, backfill=True),))
    message = sent(a_digest([past]))
    assert "published 12:15" in message.text
    assert "first seen" not in message.text
    assert "Blog · published 12:15" in words_of(message)


def test_words_of_another_language_are_explained_in_one_line_below_them():
    message = sent(a_digest(STORIES[3:4]))
    line = "Matched: борт = airlift, имуществом = supplies, комплектующих = spare parts"
    assert words_of(message).count(line) == 1
    assert line in " ".join(message.text.split())
    assert STORIES[3].lead.item.summary in " ".join(words_of(message).split())


def test_chat_counts_what_it_does_not_name():
    stories = [
        replace(STORIES[2], id=f"s{at}", reports=(_renamed(STORIES[2].lead, "Long title " * 20),))
        for at in range(30)
    ]
    short = sent(a_digest(stories)).short
    named = short.count("•")
    assert 3 <= named <= 8
    assert "\nNo longer in the list: 30\n•" in short
    assert f"and {30 - named} more" in short
    assert len(short) <= CHAT_LENGTH


def _renamed(report: Report, title: str) -> Report:
    return replace(report, item=replace(report.item, title=title), hits=())


def test_an_alert_says_what_and_why():
    message = alerted(STORIES[2])
    assert message.subject == "Su-30 overhauls: No slot for foreign Sukhois at Irkutsk until 2027"
    for form in (" ".join(message.text.split()), words_of(message)):
        assert "Sukhois = su30, repair = overhaul, lost their place = delay, +1 more" in form
        assert "Sent because it is new and hits Su-30 overhauls." in form
        assert "not usually reliable" in form
    assert "points to stalled" in message.short
    assert "Matched: Sukhois = su30, repair = overhaul" in message.short
    assert "https://blog-en.example/b120" in message.short


def test_an_alert_writes_signals_in_words():
    report = replace(STORIES[2].lead, hits=(Hit("x", "su30-overhauls", ("us-action",)),))
    message = alerted(Story("x", (report,)))
    for form in (message.short, message.text, words_of(message)):
        assert "points to US action" in form


def test_an_alert_names_the_indicator_of_high_priority_first():
    report = replace(STORIES[2].lead, hits=(Hit("x", "us-pressure"), Hit("x", "su30-overhauls")))
    message = alerted(Story("x", (report,)))
    assert message.subject.startswith("Su-30 overhauls, US military pressure: ")


def test_an_alert_leads_to_the_indicators_page_where_there_is_a_site():
    message = alerted(STORIES[2], replace(WATCH, site_url=SITE))
    address = f"{SITE}/indicators/su30-overhauls"
    assert address in message.text
    assert message.short.endswith(address)
    assert f'href="{address}"' in message.html


PAYLOADS = [
    pytest.param("<script>alert(1)</script>", id="script"),
    pytest.param('"><img src=x onerror=alert(1)>', id="attribute"),
    pytest.param("' onmouseover='alert(1)", id="single quotes"),
    pytest.param("</title></style><svg onload=alert(1)>", id="closing tags"),
    pytest.param("{{ 7 * 7 }}{% raw %}", id="template"),
    pytest.param("@everyone <!channel> <@U1> <https://evil.example|bank>", id="mentions"),
    pytest.param("[bank](https://evil.example) **b** __i__ ||s||", id="markdown"),
    pytest.param("x\r\nBcc: all@evil.example\r\n\r\nbody", id="header"),
    pytest.param("\u202egnp.exe\u2066\ud800\x00", id="unseen"),
    pytest.param("javascript:alert(1)", id="scheme"),
]


def hostile(text: str) -> Digest:
    """A digest whose every field that a feed or a list can write is the payload."""
    item = Item(
        key=text,
        feed="wire",
        title=f"T {text}",
        summary=f"S {text}",
        content=f"C {text}",
        link=text,
        lang=text,
        author=text,
        tags=(text,),
    )
    marks = tuple(
        Mark(field, 2, 2 + len(text), text, text, text) for field in ("title", "summary", "content")
    )
    feed = a_feed(publisher=f"P {text}", lang=text)
    hits = (Hit(text, "port-closure", (text,), marks),)
    reports = (Report(item, feed, START, hits), Report(item, feed, START, hits))
    watch = replace(
        WATCH,
        title=f"W {text}",
        indicators=(an_indicator(title=f"I {text}", question=f"Q {text}"), an_indicator("other")),
        feeds=(feed,),
    )
    gaps = tuple(replace(gap, feed=feed, error=f"E {text}") for gap in COVERAGE.gaps)
    story = Story(text, reports, NOON)
    coverage = replace(COVERAGE, gaps=gaps)
    return build(watch, [story], coverage, START, END, NOON, day=DAY)


def unsafe(html: str) -> list[str]:
    """What an HTML text of ours must not hold, as far as a parser can see it."""
    tree = HTMLParser(html)
    found = [str(node.tag) for node in tree.css("script, iframe, object, embed, img, form, base")]
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            if name.startswith("on") or (name in {"src", "srcdoc"}):
                found.append(f"{node.tag} {name}")
            if name == "href" and not re.match(r"https?://|#|/|static/", value or ""):
                found.append(f"{node.tag} {name}={value}")
    return found


@pytest.mark.parametrize("text", PAYLOADS)
def test_no_feed_can_write_into_a_digest_message(text):
    digest = hostile(text)
    message = sent(digest, digest)
    check(message)


@pytest.mark.parametrize("text", PAYLOADS)
def test_no_feed_can_write_into_an_alert(text):
    digest = hostile(text)
    watch = replace(WATCH, title=digest.title, indicators=(digest.beats[0].indicator,))
    check(alerted(digest.stories[0], watch))


def check(message: Message) -> None:
    assert unsafe(message.html or "") == []
    assert "49" not in re.sub(
        r"style=\"[^\"]*\"|<style.*?</style>", "", message.html or "", flags=re.S
    )
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u202e]", message.subject)
    assert len(message.subject) <= 200
    for form in (message.subject, message.text, message.html or "", message.short):
        form.encode("utf-8")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00]", form)
    assert not re.search(r"[<>*|`]|__|@(?!\u2060)|\]\(", message.short)
    assert not re.search(r"(?<!\u2060)//evil", message.short)
    assert len(message.short) <= CHAT_LENGTH


@pytest.mark.parametrize("text", PAYLOADS)
def test_no_feed_can_write_into_a_days_content(text):
    html = RENDERER.digest_content(hostile(text))
    assert unsafe(html) == []
    assert not HTMLParser(html).css("[style], style")
    html.encode("utf-8")
