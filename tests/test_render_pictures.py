"""The pictures in mails: what is drawn, and that the same is drawn again to the byte."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from monitor.alerts.decide import Alert, Reason
from monitor.digest.pictures import DRAWN, Gallery, Month, Past, picture_of
from monitor.model import WatchList
from tests.make import an_indicator
from tests.sample_pages import DAY, SLOT, STORIES, WATCH, a_digest, since_midnight
from tests.test_render_messages import RENDERER, SITE

BUSY = [(DAY - timedelta(days=back), int(back % 4 == 1)) for back in range(35, -1, -1)]
EMPTY = [(day, 0) for day, _ in BUSY]


def past(days=BUSY, watch: WatchList = WATCH) -> Past:
    return {one.id: Month(days) for one in watch.indicators}


def sent(days=BUSY, digest=None):
    found = past(days)
    return RENDERER.digest_message(digest or a_digest(), since_midnight(), "desk-mail", SLOT, found)


def images(message):
    return HTMLParser(message.html).css("img")


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG with eight bits a colour and an alpha channel, all of it there."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    data, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + size] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    assert len(zlib.decompress(data)) == height * (4 * width + 1)
    return width, height


def test_a_digest_mail_draws_the_indicators_with_a_story_first():
    digest = a_digest()
    message = sent(digest=digest)
    titles = [beat.indicator.title for beat in (*digest.beats, *digest.still)][:DRAWN]
    words = [one.attributes["alt"] for one in images(message)]
    assert [one.partition(", stories a day")[0] for one in words] == titles
    assert all("in the last seven; most on one day 1" in one for one in words)


def test_each_picture_is_in_the_mail_once_under_the_name_that_its_html_gives():
    message = sent()
    sources = {one.attributes["src"] for one in images(message)}
    # All indicators have the same past here, so they share one picture.
    assert sources == {f"cid:{one.name}" for one in message.pictures}
    assert len(message.pictures) == 1


def test_a_picture_is_the_same_to_the_byte_whenever_it_is_made():
    assert sent().pictures == sent().pictures
    assert sent().pictures != sent(EMPTY).pictures


def test_a_picture_is_a_png_as_wide_as_asked():
    picture = picture_of(
        '<svg viewBox="0 0 240 62"><rect class="b" width="9" height="9"/></svg>', 400
    )
    assert picture.png.startswith(b"\x89PNG\r\n\x1a\n")
    assert size_of(picture.png) == (400, 104)


def test_an_indicator_without_a_story_in_the_month_is_told_in_words_only():
    digest = a_digest()
    words = {one.attributes["alt"].partition(",")[0] for one in images(sent(EMPTY, digest))}
    assert words == {beat.indicator.title for beat in digest.beats}


def test_a_mail_without_a_past_has_no_picture():
    message = RENDERER.digest_message(a_digest(), None, "desk-mail", SLOT, {})
    assert images(message) == []
    assert message.pictures == ()


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        pytest.param(BUSY, 1, id="a month with stories is drawn"),
        pytest.param(EMPTY, 0, id="an empty one is not"),
    ],
)
def test_an_alert_draws_the_month_of_its_first_indicator(days, shown):
    alert = Alert(STORIES[2].lead.item, STORIES[2].lead.hits, Reason.NEW)
    watch = replace(WATCH, site_url=SITE)
    message = RENDERER.alert_message(STORIES[2], alert, watch, past(days))
    assert len(images(message)) == len(message.pictures) == shown
    assert ("the 30 days before" in (message.html or "")) is bool(shown)


def test_what_is_usual_is_drawn_and_told_and_what_is_outside_has_the_levels_colour():
    one = an_indicator("ports")
    drawn = [
        Gallery({"ports": month})
        for month in (Month(BUSY), Month(BUSY, [(3, 9)] * 30), Month(BUSY, [(3, 9)] * 30, "high"))
    ]
    told = [each.spark(one) for each in drawn]
    assert len({each.source for each in told}) == 3
    assert [each.usual for each in told] == [None, (3, 9), (3, 9)]
    assert "usual 3 to 9" in told[1].words
    assert [each.has_bands for each in drawn] == [False, True, True]


def test_a_digest_mail_says_what_the_tint_is_where_there_is_one():
    usual = {one.id: Month(BUSY, [(3, 9)] * 30) for one in WATCH.indicators}
    digest = a_digest()
    for found, says in ((past(), False), (usual, True)):
        message = RENDERER.digest_message(digest, None, "desk-mail", SLOT, found)
        assert ("tint: what is usual" in (message.html or "")) is says


def test_a_title_that_no_drawing_could_hold_is_no_matter():
    strange = an_indicator("odd", title='Odd \ufffe <b> ]]> & "')
    shown = Gallery({"odd": Month(BUSY)}).spark(strange)
    assert shown.source.startswith("cid:")
    assert shown.total == sum(each for _, each in BUSY[-30:])
