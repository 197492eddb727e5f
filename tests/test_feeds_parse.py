"""From documents to items: formats, charsets, dates, and what hostile feeds try."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ParseError
from monitor.feeds import wire
from monitor.feeds.parse import MAX_ENTRIES, parse_feed, safe_link, short_lang
from monitor.feeds.plain import cut, from_either, from_html
from monitor.model import Item, ParsedFeed

REAL_FEEDS = Path(__file__).resolve().parents[1].parent / "shared" / "real-feeds"
URL = "https://feed.example/news/rss.xml"
PUBLISHED = datetime(2025, 11, 6, 10, 30, tzinfo=UTC)


def read(body: str | bytes, content_type: str | None = None, lang: str | None = None) -> ParsedFeed:
    data = body if isinstance(body, bytes) else body.encode()
    return parse_feed(data, feed_id="tass-en", url=URL, content_type=content_type, lang=lang)


def rss(*items: str, channel: str = "") -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>T</title>{channel}{inner}</channel></rss>'


def atom(*entries: str) -> str:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es-VE">{inner}</feed>'


def only(body: str | bytes, content_type: str | None = None) -> Item:
    parsed = read(body, content_type)
    assert len(parsed.items) == 1
    return parsed.items[0]


# --- formats -------------------------------------------------------------------

RSS20 = rss(
    "<title>Port closed</title><link>https://a.example/1</link><guid>1</guid>"
    "<description>No ships.</description><pubDate>Thu, 06 Nov 2025 10:30:00 GMT</pubDate>"
    "<author>desk@a.example (The Desk)</author><category>ports</category>",
    channel="<language>en-us</language>",
)
RSS091 = RSS20.replace('"2.0"', '"0.91"').replace("<guid>1</guid>", "")
RSS091_DTD = (
    '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
    '"http://my.netscape.com/publish/formats/rss-0.91.dtd">' + RSS091
)
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>T</title><dc:language>en</dc:language></channel>
<item rdf:about="https://a.example/1"><title>Port closed</title><link>https://a.example/1</link>
<description>No ships.</description><dc:date>2025-11-06T11:30:00+01:00</dc:date>
<dc:creator>The Desk</dc:creator><dc:subject>ports</dc:subject></item></rdf:RDF>"""
ATOM10 = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>T</title>
<entry><id>1</id><title>Port closed</title><link href="https://a.example/1"/>
<summary>No ships.</summary><published>2025-11-06T10:30:00Z</published>
<updated>2025-11-07T00:00:00Z</updated><author><name>The Desk</name></author>
<category term="ports"/></entry></feed>"""
ATOM03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en"><title>T</title>
<entry><id>1</id><title>Port closed</title><link rel="alternate" href="https://a.example/1"/>
<summary>No ships.</summary><issued>2025-11-06T10:30:00Z</issued>
<author><name>The Desk</name></author><dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/"
>ports</dc:subject></entry></feed>"""
JSONFEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "language": "en",
        "items": [
            {
                "id": 1,
                "url": "https://a.example/1",
                "title": "Port closed",
                "summary": "No ships.",
                "content_html": "<p>No <b>ships</b>.</p>",
                "date_published": "2025-11-06T12:30:00+02:00",
                "authors": [{"name": "The Desk"}],
                "tags": ["ports", 7],
            }
        ],
    }
)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(RSS20, id="RSS 2.0"),
        pytest.param(RSS091, id="RSS 0.91"),
        pytest.param(RSS091_DTD, id="RSS 0.91 with its DTD"),
        pytest.param(RDF, id="RDF, RSS 1.0"),
        pytest.param(ATOM10, id="Atom 1.0"),
        pytest.param(ATOM03, id="Atom 0.3"),
        pytest.param(JSONFEED, id="JSON Feed"),
        pytest.param("\ufeff" + RSS20, id="a byte order mark"),
        pytest.param("\n\n  " + RSS20, id="space before the start"),
        pytest.param(RSS20[: RSS20.index("</channel>")], id="cut off at the end"),
        pytest.param(RSS20.replace("<guid>", "<guid><b>"), id="not well-formed"),
    ],
)
def test_every_format_gives_the_same_item(document: str) -> None:
    item = only(document)
    assert (item.title, item.summary, item.content) == ("Port closed", "No ships.", "")
    assert (item.link, item.published, item.lang) == ("https://a.example/1", PUBLISHED, "en")
    assert (item.author, item.tags, item.feed) == ("The Desk", ("ports",), "tass-en")
    assert len(item.key) == len(item.hash) == 32


@pytest.mark.parametrize(
    ("document", "says"),
    [
        pytest.param("", "empty", id="nothing"),
        pytest.param(" \n ", "empty", id="white space"),
        pytest.param("<!DOCTYPE html><html><body>Hi</body></html>", "web page", id="HTML"),
        pytest.param("<!-- x --><HTML><p>Hi", "web page", id="HTML behind a comment"),
        pytest.param("<div>Just a moment...</div>", "web page", id="a piece of HTML"),
        pytest.param('<?xml version="1.0"?><html xmlns="x"><body/></html>', "web page", id="XHTML"),
        pytest.param("Not found", "not a feed", id="words"),
        pytest.param('<?xml version="1.0"?><urlset/>', "not a feed", id="a sitemap"),
        pytest.param('{"error": "no"}', "not a JSON Feed", id="other JSON"),
        pytest.param('{"items": [', "not a JSON Feed", id="broken JSON"),
        pytest.param("[" * 100_000, "not a JSON Feed", id="JSON nested without end"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a feed", id="a picture"),
        pytest.param(b"%PDF-1.7\n", "not a feed", id="a PDF"),
        pytest.param(b"\0" * 1000, "empty", id="zeros"),
    ],
)
def test_what_is_no_feed_is_told_in_a_sentence(document: str | bytes, says: str) -> None:
    with pytest.raises(ParseError, match=says) as caught:
        read(document)
    assert str(caught.value).endswith(".")


def test_a_feed_without_entries_is_a_feed() -> None:
    assert read(rss()).items == ()
    assert read(atom()).items == ()
    assert read('{"items": []}').items == ()


def test_a_string_that_looks_like_a_path_or_an_address_is_never_opened() -> None:
    for text in (__file__, "file:///etc/passwd", "http://127.0.0.1:9/"):
        with pytest.raises(ParseError):
            read(text)


# --- text ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("a &amp; b &lt;c&gt;", "a & b <c>", id="entities"),
        pytest.param("<p>one</p><p>two</p>", "one\ntwo", id="paragraphs"),
        pytest.param("one<br>two<br/>three", "one\ntwo\nthree", id="line breaks"),
        pytest.param("<ul><li>a<li>b</ul>c", "a\nb\nc", id="a list"),
        pytest.param("<td>a</td><td>b</td>", "ab", id="cells outside a table are no cells"),
        pytest.param("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb", id="cells"),
        pytest.param("<b>S</b>u-30 <i>flew</i>", "Su-30 flew", id="words stay whole"),
        pytest.param("a\n\n  b\t c\xa0d", "a\nb c d", id="white space"),
        pytest.param("a<script>alert(1)</script>b", "ab", id="scripts"),
        pytest.param("a<style>p{x:y}</style>b", "ab", id="styles"),
        pytest.param("a<svg onload=x><text>t</text></svg>b", "ab", id="pictures of vectors"),
        pytest.param("<iframe srcdoc='<script>x</script>'>f</iframe>b", "b", id="frames"),
        pytest.param("a<!-- hidden -->b", "ab", id="comments"),
        pytest.param("<img src=x onerror=alert(1)>seen", "seen", id="event handlers"),
        pytest.param("<p>open <b>never closed", "open never closed", id="open tags"),
        pytest.param("می‌خواهم", "می‌خواهم", id="a Persian joiner stays"),
        pytest.param("&#x1F600;&#128512;", "😀😀", id="emoji by number"),
        pytest.param("&lt;script&gt;x&lt;/script&gt;", "<script>x</script>", id="escaped is text"),
    ],
)
def test_html_becomes_what_a_reader_sees(source: str, text: str) -> None:
    assert from_html(source) == text


TAGS = ["p", "b", "div", "i", "li", "h2", "span", "a", "blockquote", "BR/", "img src='x>y'", "hr"]
MARKUP = st.recursive(
    st.sampled_from(["Su-30", " ", "a &amp; b", "&lt;c&gt;", "\n\n", "é&nbsp;", ""]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.tuples(st.sampled_from(TAGS), inner).map(
            lambda pair: (
                f"<{pair[0]}>{pair[1]}"
                + (f"</{pair[0]}>" if pair[0] in TAGS[:9] else "")
            )
        ),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(MARKUP)
def test_easy_tags_read_as_they_do_in_a_tree(source: str) -> None:
    with_a_tree = from_html(source + "<script></script>")
    assert from_html(source) == with_a_tree


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("Prices < 5 and > 3", "Prices < 5 and > 3", id="signs are no tags"),
        pytest.param("x <y> z", "x <y> z", id="an unknown tag is text"),
        pytest.param("It&#8217;s <b>so</b>", "It’s so", id="a known tag"),
        pytest.param("Tom &amp; Ana", "Tom & Ana", id="escaped twice"),
        pytest.param("a<br>b", "a\nb", id="a break"),
    ],
)
def test_text_that_may_be_html_is_told_by_its_tags(source: str, text: str) -> None:
    assert from_either(source) == text


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param("<title>a &lt;b&gt;c&lt;/b&gt;</title>", "a <b>c</b>", id="text by default"),
        pytest.param('<title type="text">a &amp;amp; b</title>', "a &amp; b", id="text"),
        pytest.param('<title type="html">a &lt;b&gt;c&lt;/b&gt;</title>', "a c", id="html"),
        pytest.param(
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>c</b></div>'
            "</title>",
            "a c",
            id="xhtml",
        ),
        pytest.param("<title>one\n two</title>", "one two", id="on one line"),
    ],
)  # fmt: skip
def test_atom_texts_are_what_their_type_says(title: str, text: str) -> None:
    assert only(atom(f"<id>1</id>{title}")).title == text


def test_escaped_html_in_rss_becomes_text() -> None:
    item = only(
        rss(
            "<title>&lt;b&gt;Port&lt;/b&gt; closed</title>"
            "<description><![CDATA[<p>No ships.</p><p>None.</p>]]></description>"
            "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
            "<![CDATA[<p>No ships. None.</p><p>Really.</p>]]></content:encoded>"
        )
    )
    assert item.title == "Port closed"
    assert item.summary == "No ships.\nNone."
    assert item.content == "No ships. None.\nReally."


def test_a_content_that_repeats_the_summary_is_dropped() -> None:
    item = only(
        atom(
            "<id>1</id><title>x</title><summary>No  ships.</summary>"
            '<content type="html">&lt;p&gt;No ships.&lt;/p&gt;</content>'
        )
    )
    assert (item.summary, item.content) == ("No ships.", "")


@given(st.text(max_size=200), st.integers(0, 50))
def test_cutting_keeps_characters_whole(text: str, limit: int) -> None:
    text = text.encode("utf-8", "ignore").decode()
    short = cut(text, limit)
    assert len(short.encode()) <= limit
    assert text.startswith(short)


# --- characters ----------------------------------------------------------------

WORDS = "Мадуро — «¿qué?»"


@pytest.mark.parametrize(
    ("body", "content_type", "title"),
    [
        pytest.param("Ñandú".encode(), None, "Ñandú", id="UTF-8, undeclared"),
        pytest.param("Ñandú".encode(), "text/xml", "Ñandú", id="text/xml means no ASCII"),
        pytest.param(
            "Ñandú".encode(), "text/xml; charset=iso-8859-1", "Ñandú", id="a wrong header"
        ),
        pytest.param("Ñandú".encode("cp1252"), None, "Ñandú", id="Latin, undeclared"),
        pytest.param("“Ñ”".encode("cp1252"), "x; charset=iso-8859-1", "“Ñ”", id="Windows quotes"),
        pytest.param("Мадуро".encode("koi8-r"), "x; charset=koi8-r", "Мадуро", id="KOI8-R"),
        pytest.param("Мадуро".encode("cp1251"), 'x; charset="cp1251"', "Мадуро", id="Windows 1251"),
        pytest.param("委内瑞拉".encode("gb18030"), "x;charset=GB2312", "委内瑞拉", id="Chinese"),
        pytest.param("委內瑞拉".encode("big5"), "x;charset=big5", "委內瑞拉", id="Big5"),
        pytest.param("ベネ".encode("shift_jis"), "x;charset=Shift_JIS", "ベネ", id="Shift JIS"),
        pytest.param("ベネズ".encode("iso2022_jp"), "x;charset=iso-2022-jp", "ベネズ", id="JIS"),
        pytest.param(b"ok", "x; charset=nonsense", "ok", id="an unknown charset"),
        pytest.param(b"ok", "x; charset=zip", "ok", id="a codec that is no charset"),
        pytest.param(b"ok", "x; charset=idna", "ok", id="another one"),
        pytest.param("Ñ".encode() + b"\xff ok", None, "Ñ\ufffd ok", id="one bad byte"),
        pytest.param(b"a\0b\x01c\x7f", None, "abc", id="NUL and controls"),
        pytest.param(b"a&#0;b&#1;c&#x1F;", None, "abc", id="controls by number"),
        pytest.param(b"a&#55357;b", None, "a\ufffdb", id="half a surrogate pair"),
        pytest.param(b"a&#xD83D;b", None, "a\ufffdb", id="half a pair in hex"),
        pytest.param(b"&#55357;&#56832;", None, "😀", id="a pair in two halves"),
        pytest.param(b"&#xd83d;&#xDE00;", None, "😀", id="a pair in hex"),
        pytest.param(b"a&amp;#55357;b", None, "a\ufffdb", id="half a pair, escaped twice"),
        pytest.param(b"a&#x110000;b", None, "a\ufffdb", id="beyond Unicode"),
        pytest.param(b"a&#99999999999;b", None, "a\ufffdb", id="far beyond"),
        pytest.param(b"a&#" + b"9" * 9000 + b";b", None, "a\ufffdb", id="beyond all measure"),
        pytest.param(b"a&#55357 b", None, "a\ufffd b", id="half a pair without its semicolon"),
        pytest.param(b"a\xed\xa0\xbdb", None, "a", id="half a pair in bytes"),
        pytest.param(b"it&#146;s", None, "it’s", id="a Windows quote by number"),
        pytest.param("a\uffffb\ufffec".encode(), None, "abc", id="characters that are none"),
        pytest.param("a\u202eb".encode(), None, "a\u202eb", id="a direction mark is left alone"),
    ],
)  # fmt: skip
def test_bytes_become_the_text_that_was_meant(
    body: bytes, content_type: str | None, title: str
) -> None:
    item = only(rss("<title>@@</title>").encode().replace(b"@@", body), content_type)
    assert item.title.startswith(title)
    assert item.title.isprintable() or "\u202e" in item.title


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_any_width_is_read(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?>' + rss(f"<title>{WORDS}</title>")
    assert only(body.encode(encoding)).title == WORDS


def test_the_documents_own_charset_is_read_and_a_wrong_one_survived() -> None:
    own = '<?xml version="1.0" encoding="windows-1251"?>' + rss("<title>Мадуро</title>")
    assert only(own.encode("cp1251"), "text/xml; charset=koi8-r").title == "Мадуро"
    assert only(own.encode("utf-8")).title == "Мадуро"


# --- links, dates, languages ---------------------------------------------------


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        pytest.param("https://a.example/x?y=1#z", "https://a.example/x?y=1#z", id="plain"),
        pytest.param("/story/1", "https://feed.example/story/1", id="relative"),
        pytest.param("1.html", "https://feed.example/news/1.html", id="relative to the feed"),
        pytest.param("//b.example/1", "https://b.example/1", id="without a scheme"),
        pytest.param(" https://a.example/\n1 ", "https://a.example/1", id="with a line break"),
        pytest.param("https://a.example/a b", "https://a.example/a%20b", id="with a space"),
        pytest.param("https://a.example/ñ", "https://a.example/ñ", id="not ASCII"),
        pytest.param("javascript:alert(1)", None, id="javascript"),
        pytest.param("JaVa\tScRiPt:alert(1)", None, id="javascript in disguise"),
        pytest.param("data:text/html,<script>x</script>", None, id="data"),
        pytest.param("vbscript:x", None, id="vbscript"),
        pytest.param("file:///etc/passwd", None, id="file"),
        pytest.param("mailto:a@b.example", None, id="mail"),
        pytest.param("https://", None, id="no host"),
        pytest.param("https://[::1", None, id="an open bracket"),
        pytest.param("https://good.example\\@evil.example", None, id="a backslash"),
        pytest.param("https://a.example/\x01", None, id="a control"),
        pytest.param("https://a.example/" + "x" * 3000, None, id="too long"),
        pytest.param("", None, id="none"),
    ],
)
def test_links_lead_to_the_web_or_nowhere(link: str, kept: str | None) -> None:
    assert safe_link(link, URL) == kept


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param("<link>javascript:alert(1)</link>", id="a link"),
        pytest.param("<guid>javascript:alert(1)</guid>", id="a guid that serves as one"),
        pytest.param("<link>data:text/html,x</link>", id="data"),
    ],
)
def test_no_item_carries_a_script_for_a_link(entry: str) -> None:
    assert only(rss(f"<title>x</title>{entry}")).link is None


def test_a_guid_that_is_an_address_is_the_link() -> None:
    assert only(rss("<title>x</title><guid>https://a.example/7</guid>")).link == (
        "https://a.example/7"
    )


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        pytest.param("Thu, 06 Nov 2025 12:30:00 +0200", PUBLISHED, id="with a zone"),
        pytest.param("Thu, 06 Nov 2025 10:30 GMT", PUBLISHED, id="without seconds"),
        pytest.param("2025-11-06T10:30:00Z", PUBLISHED, id="ISO in RSS"),
        pytest.param("Thu, 06 Nov 2025 05:30:00 EST", PUBLISHED, id="a named zone"),
        pytest.param("Thu, 06 Nov 0001 10:30:00 GMT", None, id="year 1"),
        pytest.param("0001-01-01T00:00:00Z", None, id="year 1, ISO"),
        pytest.param("9999-12-31T23:59:59Z", None, id="year 9999"),
        pytest.param("9999-12-31T23:59:59-12:00", None, id="beyond year 9999"),
        pytest.param("1970-01-01T00:00:00Z", None, id="the epoch"),
        pytest.param("99999-01-01T00:00:00Z", None, id="five digits"),
        pytest.param("yesterday", None, id="a word"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_dates_are_in_utc_or_absent(date: str, expected: datetime | None) -> None:
    assert only(rss(f"<title>x</title><pubDate>{date}</pubDate>")).published == expected


def test_an_entry_without_published_is_dated_by_its_update() -> None:
    item = only(atom("<id>1</id><title>x</title><updated>2025-11-06T10:30:00Z</updated>"))
    assert item.published == PUBLISHED


def test_items_come_newest_first_and_undated_ones_last_in_their_order() -> None:
    dates = ["", "2025-11-04", "", "2025-11-06", "2025-11-05"]
    items = [
        f"<guid>{number}</guid><title>{number}</title><pubDate>{date}</pubDate>"
        for number, date in enumerate(dates)
    ]
    assert [item.title for item in read(rss(*items)).items] == ["3", "4", "1", "0", "2"]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("es-VE", "es"), ("EN", "en"), ("zh_Hans_CN", "zh"), ("spa", "es"), ("fas", "fa"),
        ("", None), ("neutral", None), ("x", None), ("english", None), ("12", None),
    ],
)  # fmt: skip
def test_languages_are_two_letters(text: str, short: str | None) -> None:
    assert short_lang(text) == short


def test_the_declared_language_wins_over_the_entrys_and_that_over_the_feeds() -> None:
    document = atom('<id>1</id><title xml:lang="pt-BR">x</title>', "<id>2</id><title>y</title>")
    assert [item.lang for item in read(document).items] == ["pt", "es"]
    assert {item.lang for item in read(document, lang="ru").items} == {"ru"}
    assert read(document).lang == "es"


# --- too much ------------------------------------------------------------------


def test_a_huge_title_is_cut_and_the_others_are_untouched() -> None:
    parsed = read(rss("<title>" + "ñ " * 500_000 + "</title>", "<title>good</title>"))
    assert [len(item.title.encode()) <= 1024 for item in parsed.items] == [True, True]
    assert parsed.items[1].title == "good"


def test_fields_are_capped() -> None:
    word = "слово "
    item = only(
        atom(
            f"<id>1</id><title>x</title><summary>{word * 20_000}</summary>"
            f"<content>{word * 60_000}</content><author><name>{'n' * 5000}</name></author>"
            + "".join(f'<category term="{n} {"t" * 500}"/>' for n in range(50))
        )
    )
    assert 60_000 < len(item.summary.encode()) <= 64 * 1024
    assert 250_000 < len(item.content.encode()) <= 256 * 1024
    assert len(item.author or "") == 200
    assert len(item.tags) == 20
    assert max(len(tag) for tag in item.tags) == 100


def numbered(count: int, start: int = 0) -> list[str]:
    return [f"<guid>{n}</guid><title>{n}</title>" for n in range(start, start + count)]


def test_of_too_many_entries_the_first_are_kept_and_the_rest_counted() -> None:
    parsed = read(rss(*numbered(MAX_ENTRIES + 1000)))
    assert len(parsed.items) == MAX_ENTRIES
    assert parsed.skipped == 1000
    assert parsed.items[0].title == "0"


def test_of_too_many_entries_in_rising_order_the_last_are_kept() -> None:
    first = "<guid>old</guid><title>old</title><pubDate>Sat, 01 Nov 2025 00:00:00 GMT</pubDate>"
    last = "<guid>new</guid><title>new</title><pubDate>Sun, 02 Nov 2025 00:00:00 GMT</pubDate>"
    parsed = read(rss(first, *numbered(MAX_ENTRIES + 10), last))
    titles = {item.title for item in parsed.items}
    assert len(titles) == MAX_ENTRIES
    assert "new" in titles
    assert "old" not in titles


def test_a_hundred_thousand_entries_of_json_leave_the_newest() -> None:
    items = [
        {"id": n, "title": str(n), "date_published": f"2025-11-06T{n % 24:02}:00:00Z"}
        for n in range(100_000)
    ]
    parsed = read(json.dumps({"items": items}))
    assert len(parsed.items) == MAX_ENTRIES
    assert parsed.skipped == 95_000
    assert {item.published.hour for item in parsed.items if item.published} >= {23}
    assert min(item.published.hour for item in parsed.items if item.published) == 22


def test_an_entry_that_says_nothing_is_skipped_and_counted() -> None:
    parsed = read(rss("", "<title>good</title>", "<title> </title>"))
    assert [item.title for item in parsed.items] == ["good"]
    assert parsed.skipped == 2


def test_a_bad_entry_never_costs_the_others() -> None:
    items = [1, None, "x", {"id": [], "title": {}, "tags": 5}, {"id": "a", "title": "good"}]
    parsed = read(json.dumps({"items": items}))
    assert [item.title for item in parsed.items] == ["good"]
    assert parsed.skipped == 4


def test_an_entry_that_upsets_feedparser_never_costs_the_others() -> None:
    upsetting = (
        "<title>bad</title><psc:chapters xmlns:psc='http://podlove.org/simple-chapters'>"
        "<psc:chapter/></psc:chapters>"
    )
    document = rss(*numbered(2), upsetting, *numbered(2, 2), channel="<language>es</language>")
    with pytest.raises(TypeError):
        feedparser.parse(io.BytesIO(document.encode()))
    parsed = read(document)
    assert [item.title for item in parsed.items] == ["0", "1", "2", "3"]
    assert (parsed.skipped, parsed.lang) == (1, "es")


LAUGHS = (
    "<!DOCTYPE rss [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    ("document", "never"),
    [
        pytest.param(LAUGHS + rss("<title>x &j; y</title>"), "haha", id="a billion laughs"),
        pytest.param(
            "<!DOCTYPE rss [<!ENTITY a '" + "A" * 50_000 + "'>]>"
            + rss(f"<title>x {'&a;' * 5000}</title>"),
            "A" * 60_000,
            id="quadratic blow-up",
        ),
        pytest.param(
            '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            + rss("<title>x &x; y</title>"),
            "root:",
            id="a file as an entity",
        ),
        pytest.param(
            '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'
            + rss("<title>x</title>"),
            "dtd",
            id="a DTD from elsewhere",
        ),
        pytest.param(
            '<?xml-stylesheet href="http://127.0.0.1:9/"?>'
            + rss("<title>x</title>").replace(
                "<item>",
                '<item><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
                'parse="text" href="file:///etc/passwd"/>',
            ),
            "root:",
            id="an include",
        ),
    ],
)  # fmt: skip
def test_entities_bring_nothing_in(document: str, never: str) -> None:
    item = only(document)
    assert item.title.startswith("x")
    assert never not in repr(item)
    assert len(repr(item)) < 10_000


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='&lt;script&gt;x&lt;/script&gt;'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<math><mtext><style><img onerror=x>",
    "]]><script>alert(1)</script>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("field", ["title", "description", "author", "category"])
def test_markup_never_survives_in_an_rss_field(field: str, payload: str) -> None:
    escaped = payload.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    item = only(rss(f"<guid>1</guid><link>https://a.example/1</link><{field}>{escaped}</{field}>"))
    fields = [item.title, item.summary, item.content, item.author or "", *item.tags]
    for tag in ("<script", "<img", "<svg", "<iframe", "<a ", "<math", "onerror=alert"):
        assert not any(tag in text for text in fields)


def test_many_tags_in_one_field_are_stripped_without_a_tree() -> None:
    deep = "&lt;div&gt;" * 20_000 + "text &amp;amp; more"
    assert only(rss(f"<title>x</title><description>{deep}</description>")).summary == "text & more"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_items_or_a_parse_error(data: bytes) -> None:
    for body in (data, b"<rss><channel><item><title>" + data + b"</title></item></channel></rss>"):
        try:
            parsed = read(body)
        except ParseError:
            continue
        assert wire.unpack(wire.pack(parsed), "tass-en") == parsed


# --- real documents ------------------------------------------------------------


@pytest.mark.skipif(not REAL_FEEDS.is_dir(), reason="the real feeds are not at hand")
def test_real_feeds_give_as_many_entries_as_feedparser_finds() -> None:
    documents = sorted(REAL_FEEDS.glob("*.xml"))
    assert len(documents) == 40
    for path in documents:
        body = path.read_bytes()
        expected = feedparser.parse(io.BytesIO(body)).entries
        items = read(body).items
        assert len(items) == len(expected), path.name
        assert sum(bool(item.title or item.text("summary")) for item in items) > 0
        assert all(item.link is None or item.link.startswith("http") for item in items)
