"""What is the same item at the next poll, and what is another one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.identity import Marks, keys, normal_link, plain_hash, text_hash, twin_key
from monitor.feeds.parse import parse_feed
from monitor.feeds.plain import from_html
from monitor.model import Item


def rss(*items: str) -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel>{inner}</channel></rss>'.encode()


def read(*items: str, feed: str = "tass-en") -> tuple[Item, ...]:
    return parse_feed(rss(*items), feed_id=feed, url="https://feed.example/").items


def entry(guid: str = "", link: str = "", title: str = "", text: str = "", date: str = "") -> str:
    return (
        f"<guid isPermaLink='false'>{guid}</guid><link>{link}</link><title>{title}</title>"
        f"<description>{text}</description><pubDate>{date}</pubDate>"
    )


@pytest.mark.parametrize(
    ("before", "after", "same_item", "same_text"),
    [
        pytest.param(
            entry("1", "https://a.example/1", "Port closed", "No ships."),
            entry("1", "https://a.example/1", "Port closed", "No ships."),
            True,
            True,
            id="unchanged",
        ),
        pytest.param(
            entry("1", title="Port closed", date="Thu, 06 Nov 2025 10:00:00 GMT"),
            entry("1", title="Port closed", date="Fri, 07 Nov 2025 10:00:00 GMT"),
            True,
            True,
            id="dated anew",
        ),
        pytest.param(
            entry("1", title="Port closed", text="No ships."),
            entry("1", title="Port closed", text="No\n  ships."),
            True,
            True,
            id="spaced anew",
        ),
        pytest.param(
            entry("1", title="Port closed"), entry("1", title="Port open"), True, False, id="edited"
        ),
        pytest.param(
            entry("1", "https://a.example/1", "Port"),
            entry("1", "https://b.example/1", "Port"),
            True,
            True,
            id="same guid, moved",
        ),
        pytest.param(
            entry(link="https://a.example/1?utm_source=rss&amp;id=7", title="Port"),
            entry(link="http://A.example:80/1?id=7&amp;fbclid=xyz#top", title="Port"),
            True,
            True,
            id="no guid, link with tracking",
        ),
        pytest.param(
            entry(link="https://a.example/1?id=7", title="Port"),
            entry(link="https://a.example/1?id=8", title="Port"),
            False,
            True,
            id="no guid, another page",
        ),
        pytest.param(
            entry(title="Port", text="No ships."),
            entry(title="Port", text="Ships."),
            False,
            False,
            id="nothing but text",
        ),
        pytest.param(
            entry("1", title="Port"), entry("2", title="Port"), False, True, id="another guid"
        ),
    ],
)
def test_an_item_is_known_again(before: str, after: str, same_item: bool, same_text: bool) -> None:
    (old,), (new,) = read(before), read(after)
    assert (old.key == new.key) is same_item
    assert (old.hash == new.hash) is same_text


def test_the_same_entry_in_two_feeds_is_two_items() -> None:
    one = entry("1", title="Port")
    assert read(one)[0].key != read(one, feed="other")[0].key


@pytest.mark.parametrize(
    ("entries", "count"),
    [
        pytest.param(
            [entry("same", f"https://a.example/{n}", f"Title {n}") for n in range(5)],
            5,
            id="one guid for all, own links",
        ),
        pytest.param(
            [entry("same", "https://a.example/", f"Title {n}") for n in range(5)],
            5,
            id="one guid and link for all",
        ),
        pytest.param(
            [entry("same", "https://a.example/", "Title", f"Text {n}") for n in range(5)],
            5,
            id="only the text differs",
        ),
        pytest.param(
            [entry(link="https://a.example/", title=f"Title {n}") for n in range(5)],
            5,
            id="no guids, one link",
        ),
        pytest.param([entry(title=f"Title {n}") for n in range(5)], 5, id="no guids, no links"),
        pytest.param([entry("1", "https://a.example/1", "Title")] * 5, 1, id="one entry often"),
        pytest.param(
            [entry("1", title="Title"), entry("1", title="Title"), entry("1", title="Other")],
            2,
            id="a repeat and another",
        ),
    ],
)  # fmt: skip
def test_distinct_entries_stay_distinct_and_repeats_do_not(entries: list[str], count: int) -> None:
    items = read(*entries)
    assert len(items) == count
    assert len({item.key for item in items}) == count


def test_the_keys_of_a_feed_of_one_guid_do_not_depend_on_what_else_it_holds() -> None:
    entries = [entry("same", f"https://a.example/{n}", f"Title {n}") for n in range(6)]
    first = {item.title: item.key for item in read(*entries[:4])}
    later = {item.title: item.key for item in read(*entries[2:])}
    assert {title: later[title] for title in ("Title 2", "Title 3")} == {
        title: first[title] for title in ("Title 2", "Title 3")
    }


def test_a_twin_survives_a_changed_guid_and_a_new_date() -> None:
    (old,) = read(entry("1a2b", "https://a.example/1?utm_medium=x", "Port  Closed"))
    (new,) = read(entry("3c4d", "https://a.example/1", "Port closed"))
    (other,) = read(entry("3c4d", "https://a.example/2", "Port closed"))
    assert old.key != new.key
    assert twin_key(old) == twin_key(new) != twin_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("https://a.example", "https://a.example/", id="no path"),
        pytest.param("http://a.example/x", "https://a.example/x", id="scheme"),
        pytest.param("https://A.EXAMPLE./x", "https://a.example/x", id="host"),
        pytest.param("https://a.example:443/x", "https://a.example/x", id="port"),
        pytest.param("https://a.example/x?gclid=1", "https://a.example/x", id="tracking alone"),
        pytest.param("https://a.example/x?a=&utm_id=1", "https://a.example/x?a=", id="empty value"),
    ],
)
def test_two_ways_to_one_page_are_one_link(one: str, other: str) -> None:
    assert normal_link(one) == normal_link(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("https://a.example/x", "https://a.example/X", id="case of a path"),
        pytest.param("https://a.example/x", "https://a.example/x/", id="a final slash"),
        pytest.param("https://a.example/?a=1", "https://a.example/?a=2", id="a parameter"),
        pytest.param("https://a.example/?source=1", "https://a.example/", id="a plain word"),
        pytest.param("https://a.example:8443/", "https://a.example/", id="another port"),
    ],
)
def test_two_pages_are_two_links(one: str, other: str) -> None:
    assert normal_link(one) != normal_link(other)


@given(st.text(max_size=60))
def test_no_link_is_too_odd_to_be_compared(text: str) -> None:
    assert isinstance(normal_link("https://" + text), str)


texts = st.sampled_from(["", "a", "b"])
marks = st.lists(st.builds(Marks, texts, texts, texts, texts), max_size=8)


@given(marks)
def test_keys_part_exactly_what_differs_where_marks_are_shared(entries: list[Marks]) -> None:
    made = keys("feed", entries)
    for one, key in zip(entries, made, strict=True):
        for other, other_key in zip(entries, made, strict=True):
            assert (key == other_key) is (one == other)


def test_hashes_do_not_confuse_fields() -> None:
    assert text_hash("a", "b", "") != text_hash("a", "", "b")
    assert text_hash("ab", "", "") != text_hash("a", "b", "")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("<p>One  two</p>\n<p>three</p>", id="two paragraphs"),
        pytest.param("  a\u00a0b \t c\r\n d ", id="white space of all kinds"),
        pytest.param("", id="nothing"),
    ],
)
def test_plain_text_has_the_same_hash_by_both_ways(source):
    text = from_html(source)
    assert plain_hash("t", text, "") == text_hash("t", text, "")


@pytest.mark.parametrize(
    ("link", "normal"),
    [
        pytest.param("http://News.Example/A/b", "https://news.example/A/b", id="only a path"),
        pytest.param("http://news.example", "https://news.example/", id="no path"),
        pytest.param("https://news.example./a", "https://news.example/a", id="a dot at the end"),
        pytest.param("http://news.example:80/a", "https://news.example/a", id="the usual port"),
        pytest.param("http://news.example/a#b", "https://news.example/a", id="a fragment"),
        pytest.param("http://news.example/a;b?utm_source=x", "https://news.example/a;b", id="utm"),
    ],
)
def test_ways_to_one_page_are_written_alike(link, normal):
    assert normal_link(link) == normal
