"""The fast reader means what feedparser means: on real, odd and made-up feeds."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from monitor.feeds import treefeed, xmlfeed
from monitor.feeds.charset import clean, decode
from monitor.feeds.entries import Entry, Reading
from monitor.feeds.parse import MAX_ENTRIES, parse_feed

REAL_FEEDS = Path(__file__).resolve().parents[1].parent / "shared" / "real-feeds"
URL = "https://feed.example/news/rss.xml"
SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "content": "http://purl.org/rss/1.0/modules/content/",
        "media": "http://search.yahoo.com/mrss/",
        "m2": "http://search.yahoo.com/mrss",
        "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "atom": "http://www.w3.org/2005/Atom",
        "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
        "x": "https://x.example/of/nobody#",
        "h": "http://www.w3.org/1999/xhtml",
    }.items()
)


def rss(*items: str, channel: str = "", root: str = "") -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<rss version="2.0" {SPACES} {root}><channel><title>T</title>{channel}{inner}'
        "</channel></rss>"
    )


def atom(*entries: str, feed: str = "", root: str = "") -> str:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES} {root}><title>T</title>{feed}'
        f"{inner}</feed>"
    )


def rdf(*items: str, root: str = "") -> str:
    inner = "".join(
        f'<item rdf:about="https://a.example/{n}">{i}</item>' for n, i in enumerate(items)
    )
    return (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {SPACES} {root}>'
        f"<channel><title>T</title></channel>{inner}</rdf:RDF>"
    )


def fast(text: str) -> Reading | None:
    return treefeed.read(text, URL, MAX_ENTRIES)


def slow(text: str) -> Reading:
    found = xmlfeed.read(text, URL, MAX_ENTRIES)
    assert found is not None
    return found


def differences(one: Reading, other: Reading) -> list[str]:
    """Where two readings of a document differ, in words."""
    names = Entry._fields
    told = [
        f"feed {name}: {getattr(one, name)!r} / {getattr(other, name)!r}"
        for name in ("title", "lang", "skipped")
        if getattr(one, name) != getattr(other, name)
    ]
    if len(one.entries) != len(other.entries):
        told.append(f"{len(one.entries)} / {len(other.entries)} entries")
    for number, (ours, theirs) in enumerate(zip(one.entries, other.entries, strict=False)):
        told += [
            f"{number} {name}: {getattr(ours, name)!r} / {getattr(theirs, name)!r}"
            for name in names
            if getattr(ours, name) != getattr(theirs, name)
        ]
    return told


# --- real documents ------------------------------------------------------------


@pytest.mark.skipif(not REAL_FEEDS.is_dir(), reason="the real feeds are not at hand")
def test_every_real_feed_is_read_fast_and_as_feedparser_reads_it() -> None:
    documents = sorted(REAL_FEEDS.glob("*.xml"))
    assert len(documents) == 40
    told = {}
    for path in documents:
        text = clean(decode(path.read_bytes(), None)).lstrip()
        reading = fast(text)
        told[path.name] = (
            ["left to feedparser"] if reading is None else differences(reading, slow(text))
        )
    assert {name: lines for name, lines in told.items() if lines} == {}


@pytest.mark.skipif(not REAL_FEEDS.is_dir(), reason="the real feeds are not at hand")
def test_every_real_feed_gives_the_same_items_by_either_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    documents = [path.read_bytes() for path in sorted(REAL_FEEDS.glob("*.xml"))]
    ours = [parse_feed(body, feed_id="x", url=URL) for body in documents]
    monkeypatch.setattr(treefeed, "read", lambda *_: None)
    assert [parse_feed(body, feed_id="x", url=URL) for body in documents] == ours


# --- each format, each element -------------------------------------------------

ITEM = "<title>Port closed</title><link>https://a.example/1</link><guid>g1</guid>"
ENTRY = "<id>urn:1</id><title>Port closed</title><link href='https://a.example/1'/>"
MEDIA = "<media:title>Photo</media:title><media:description>Ships</media:description>"

ALIKE = {
    "RSS 2.0": rss(
        ITEM + "<description>&lt;p&gt;No ships.&lt;/p&gt;</description>"
        "<pubDate>Thu, 06 Nov 2025 10:30:00 +0200</pubDate>"
        "<author>desk@a.example (The Desk)</author><category domain='d'>ports</category>",
        channel="<language>en-us</language><description>d</description>",
    ),
    "RSS without a version": rss(ITEM).replace('version="2.0"', ""),
    "a document type as a text": rss(
        "<guid>1</guid><title><![CDATA[<!DOCTYPE x [<!ENTITY]]></title>"
    ),
    "RSS 0.91 with its document type": '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" '
    f'"http://my.netscape.com/publish/formats/rss-0.91.dtd">{rss(ITEM)}',
    "RSS in capitals": rss(ITEM).replace("title>", "TITLE>").replace("item>", "Item>"),
    "RSS in a namespace": rss(ITEM).replace(
        "<rss ", '<rss xmlns="http://backend.userland.com/rss2" '
    ),
    "RDF": rdf("<title>a</title><link>https://a.example/1</link><dc:date>2025-11-06</dc:date>"),
    "RDF that knows Atom": rdf("<title>a &lt;b&gt;</title><atom:link href='/2'/>"),
    "Atom 1.0": atom(
        ENTRY + "<summary>s</summary><published>2025-11-06T10:30:00.5Z</published>"
        "<updated>2025-11-07T00:00:00+01:00</updated><category term='t' label='L'/>"
        "<author><name>A</name><email>a@a.example</email></author><author><name>B</name></author>",
        root='xml:lang="es-VE"',
    ),
    "Atom 0.3": atom(
        ENTRY + "<issued>2025-11-06T10:30:00Z</issued>"
        "<content type='text/html' mode='escaped'>&lt;p&gt;x&lt;/p&gt;</content>"
    ).replace("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"),
    "Atom with a prefix": atom(ENTRY)
    .replace('xmlns="', 'xmlns:a="')
    .replace("<", "<a:")
    .replace("<a:/", "</a:"),
    "Atom's elements in RSS": rss(
        ITEM + "<atom:link rel='self' href='/self'/><atom:link href='/alt'/>"
        "<atom:updated>2025-11-06T10:30:00Z</atom:updated><atom:author><atom:name>N</atom:name>"
        "</atom:author>"
    ),
    # titles
    "an empty title and one of a picture": rss(f"<guid>1</guid><title/>{MEDIA}"),
    "a picture's title first": rss(f"<guid>1</guid>{MEDIA}<title>Real</title>"),
    "a picture's title last": rss(f"{ITEM}{MEDIA}"),
    "a picture's title in a group": rss(f"<media:group>{MEDIA}</media:group>{ITEM}"),
    "a picture's title in its content": rss(
        f"{ITEM}<media:content url='u'>{MEDIA}</media:content>"
    ),
    "two titles": rss(f"{ITEM}<title>Second</title><dc:title>Third</dc:title>"),
    "a title that is HTML": atom(f"{ENTRY}<title type='html'>a &lt;b&gt;c&lt;/b&gt;</title>"),
    "a title that looks like HTML": rss(
        "<guid>1</guid><title>&lt;b&gt;x&lt;/b&gt; &amp;amp;</title>"
    ),
    "a title with signs": rss("<guid>1</guid><title>a &lt; b &amp; c &lt;y&gt;</title>"),
    "a title in CDATA": rss("<guid>1</guid><title> <![CDATA[<b>x</b> &amp; &nbsp;]]> y</title>"),
    "a title read as Latin": rss("<guid>1</guid><title>Ã±andÃº</title>"),
    "a title with a comment": rss("<guid>1</guid><title>a<!-- b -->c<?d e?>f</title>"),
    # summaries and content
    "a second description is content": rss(
        f"{ITEM}<description>a</description><itunes:summary>b</itunes:summary>"
    ),
    "a summary behind the content": rss(
        f"{ITEM}<content:encoded>&lt;p&gt;c&lt;/p&gt;</content:encoded>"
        "<description>a</description><itunes:summary>b</itunes:summary>"
    ),
    "a body": rss(f"{ITEM}<h:body><h:p>a</h:p> b</h:body><description>c</description>"),
    "content by address": atom(f"{ENTRY}<content type='image/png' src='/x.png'/>"),
    "content of many kinds": atom(
        f"{ENTRY}<content type='text'>a</content><content type='html'>&lt;p&gt;bb</content>"
        "<content type='application/xml'><q>c</q></content>"
        "<content type='text/markdown'>d</content>"
    ),
    "elements of HTML that have the names of a feed's": atom(
        f"{ENTRY}<content type='xhtml'><h:details><h:summary>a</h:summary>b</h:details>c</content>"
    ),
    "tags in a text": atom(f"{ENTRY}<summary>a <b>c</b> &lt;d&gt;</summary>"),
    "a div in a text": atom(f"{ENTRY}<summary><div>a &lt; <p>c</p> &lt;</div></summary>"),
    "an abstract": rss(f"{ITEM}<abstract>a</abstract>"),
    "a description of plain text": rss(
        f"{ITEM}<media:description type='plain'>a</media:description>"
    ),
    # links and ids
    "a guid that is an address": rss("<title>x</title><guid>https://a.example/7</guid>"),
    "a guid that is a path": rss("<title>x</title><guid>/7</guid><link>8</link>"),
    "a guid that is no link": rss("<guid isPermaLink='false'>7</guid><title>x</title>"),
    "a guid that is nearly no link": rss("<guid isPermaLink='False'>7</guid><title>x</title>"),
    "an empty link": rss("<guid>7</guid><title>x</title><link/>"),
    "two links": rss(f"{ITEM}<link>/2</link>"),
    "links of several kinds": atom(
        "<id>1</id><link rel='enclosure' href='/e'/>"
        "<link rel='alternate' type='text/html' href='/h'/>"
        "<link rel='alternate' type='application/json' href='/j'/><link rel='Self' href='/s'/>"
    ),
    "a link with too many ampersands": rss("<title>x</title><link>/?a=1&amp;amp;b=2&amp;c;</link>"),
    "a link that joining would change": rss("<title>x</title><link>https://a.example/x?#</link>"),
    "a link with dots": rss("<title>x</title><link>https://a.example/a/../b;p</link>"),
    "a link with spaces": rss("<title>x</title><link> https://a.example/a\n b </link>"),
    "a link with four slashes": rss("<title>x</title><link>https:////a.example/a</link>"),
    "a link that is none": rss("<title>x</title><link>https://[::1</link><guid>1</guid>"),
    "the first of two addresses": rss(
        f"{ITEM}<feedburner:origLink>https://b.example/</feedburner:origLink>"
    ),
    "a base": atom(ENTRY.replace("https://a.example", "a"), root='xml:base="https://b.example/c/"'),
    "a base on the entry's link": atom("<id>1</id><link xml:base='/z/' href='y'/>"),
    "a base that is a script": atom("<id>1</id><link href='y'/>", root='xml:base="javascript:x"'),
    # the rest
    "tags": rss(
        f"{ITEM}<category>a</category><category>a</category><category/><dc:subject>b</dc:subject>"
        "<media:keywords>c, d,,</media:keywords><itunes:keywords>e</itunes:keywords>"
        "<media:category>f</media:category><itunes:category text='g'/><tags>h,i</tags>"
        "<category domain='z'>a</category>"
    ),
    "authors": rss(
        f"{ITEM}<dc:creator>A</dc:creator><dc:creator>B</dc:creator><author>c@a.example</author>"
        "<itunes:author>D (d@a.example)</itunes:author><dc:creator/>"
    ),
    "a nested author": atom(f"{ENTRY}<author><name>N</name></author><author>M</author>"),
    "a contributor is no author": rss(
        f"{ITEM}<atom:contributor><atom:name>C</atom:name></atom:contributor>"
    ),
    "languages": rss(
        f"{ITEM}<dc:language>pt</dc:language>",
        "<title xml:lang='fr-FR'>x</title><guid>2</guid>",
        "<guid>3</guid><description lang='de'>x</description>",
        "<guid>4</guid><title xml:lang=''>x</title>",
        root='xml:lang="es_VE"',
    ),
    "a source with a title of its own": atom(
        "<source><id>s</id><title>Source</title><updated>2020-01-01</updated></source>" + ENTRY
    ),
    "elements of nobody": rss(f"<x:title>no</x:title><x:a><x:b/></x:a>{ITEM}<x:link>/no</x:link>"),
    "an unknown element around known ones": rss(f"<x:a><description>a</description></x:a>{ITEM}"),
    "later dates": rss(
        f"{ITEM}<pubDate>no date</pubDate><dc:date>2025-11-06</dc:date>"
        "<dcterms:created>2025-11-05</dcterms:created><lastBuildDate>2024</lastBuildDate>"
    ),
    "items beside the channel": f"<rss version='2.0'><channel/><item>{ITEM}</item></rss>",
    "two channels": f"<rss><channel><item>{ITEM}</item></channel><channel>"
    f"<title>U</title><item>{ITEM}</item></channel></rss>",
    "a title of the feed in HTML": atom(ENTRY, feed="<title type='html'>&lt;b&gt;x</title>"),
}


@pytest.mark.parametrize("name", ALIKE)
def test_both_readers_mean_the_same(name: str) -> None:
    reading = fast(ALIKE[name])
    assert reading is not None
    assert differences(reading, slow(ALIKE[name])) == []


# Where the fast reader means something else than feedparser, what each says, and why ours stays.
DIFFERENT = {
    "the div around XHTML": (
        atom(
            f"{ENTRY}<content type='xhtml'><h:div><h:p>a &lt; b</h:p>"
            "<h:ul><h:li>c</h:li></h:ul><br/>d</h:div></content>"
        ),
        "content",
        (
            "<div><p>a &lt; b</p><ul><li>c</li></ul><br></br>d</div>",
            "<p>a &lt; b</p><ul><li>c</li></ul><br></br>d",
        ),
        "it says nothing: the plain text is the same",
    ),
    "attributes in XHTML": (
        atom(f"{ENTRY}<content type='xhtml'><h:p class='x'>a</h:p></content>"),
        "content",
        ("<p>a</p>", '<p class="x">a</p>'),
        "they say nothing: the plain text is the same",
    ),
    "the owner of a podcast": (
        rss(f"{ITEM}<itunes:owner><itunes:name>O</itunes:name></itunes:owner>"),
        "author",
        ("", "O"),
        "who owns the channel did not write the item",
    ),
    "an author by name behind one in plain text": (
        atom(f"{ENTRY}<author>M</author><author><name>N</name></author>"),
        "author",
        ("M, N", "N"),
        "feedparser writes the second over the first",
    ),
    "the language of a text with a div in it": (
        rss("<guid>1</guid><media:title xml:lang='fr'><div>d</div></media:title><title>x</title>"),
        "lang",
        ("", "fr"),
        "feedparser never leaves the language of such a text again",
    ),
    "a second author who has no name": (
        atom(
            f"{ENTRY}<author><name>N</name><email>n@a.example</email></author>"
            "<author><uri>/u</uri></author>"
        ),
        "author",
        ("N", "N, N (ple"),
        "feedparser makes a name of what is left of the first",
    ),
    "a picture's title after the entry's": (
        rss(f"{ITEM}<image><title>Logo</title><url>/l.png</url></image>"),
        "title",
        ("Port closed", "Logo"),
        "the title of a picture is not the entry's",
    ),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_where_the_readers_differ_ours_has_a_reason(name: str) -> None:
    document, field, (ours, theirs), why = DIFFERENT[name]
    reading = fast(document)
    assert reading is not None
    assert why

    def said(entry: Entry) -> object:
        value = getattr(entry, field)
        return getattr(value, "value", value)

    (entry,), (other,) = reading.entries, slow(document).entries
    assert (said(entry), said(other)) == (ours, theirs)


# What the fast reader leaves to feedparser.
LEFT = {
    "nothing": "",
    "words": "Not found",
    "a web page": "<html><body><p>x</p></body></html>",
    "another kind of XML": "<urlset><url/></urlset>",
    "no entries": rss(),
    "an end that is missing": rss(ITEM)[:-20],
    "tags that cross": rss("<title><b>x</title></b><guid>1</guid>"),
    "an attribute without quotes": rss("<title type=text>x</title><guid>1</guid>"),
    "a prefix without a namespace": rss("<nobody:x/><guid>1</guid>"),
    "declared entities": "<!DOCTYPE rss [<!ENTITY a 'x'>]>"
    + rss("<title>&a;</title><guid>1</guid>"),
    "entities declared behind a long comment": f"<!--{'<a> -' * 9000}-->"
    "<?x y?><!DOCTYPE rss [<!ENTITY a 'x'>]>" + rss("<title>&a;</title><guid>1</guid>"),
    "a second document type": "<!DOCTYPE rss><!-- x --><!DOCTYPE rss [<!ENTITY a 'x'>]>"
    + rss("<title x='&a;'>&a;</title><guid>1</guid>"),
    "an entry with neither link nor id": rss(ITEM, "<title>x</title>"),
    "an entry in an entry": rss(f"{ITEM}<item>{ITEM}</item>"),
    "a title in code": rss("<guid>1</guid><title mode='base64'>eA==</title>"),
    "a title of an odd type": rss("<guid>1</guid><title type='x'>eA==</title>"),
    "elements in a guid": rss("<guid><b>1</b></guid><title>x</title>"),
    "a channel definition of 1997": "<channel><item href='/1'><title>x</title></item></channel>",
    "RSS 1.0 and Atom at once": atom(ENTRY, root='xmlns:r="http://purl.org/rss/1.0/"'),
    "more entries than we keep": rss(*[ITEM] * (MAX_ENTRIES + 1)),
    "elements without end": rss("<a>" * 300 + "</a>" * 300 + ITEM),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_not_plain_is_left_to_feedparser(name: str) -> None:
    assert fast(LEFT[name]) is None


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        pytest.param("a&nbsp;b &eacute;", "a\xa0b é", id="HTML's entities"),
        pytest.param("AT&T & more &", "AT&T & more &", id="a bare ampersand"),
        pytest.param("a &nonsense; b", "a &nonsense; b", id="an entity of nobody"),
        pytest.param("&amp; &#233; <![CDATA[&nbsp;&]]>", "& é &nbsp;&", id="what is right stays"),
    ],
)
def test_usual_slips_are_mended(slip: str, meant: str) -> None:
    reading = fast(rss(f"<guid>1</guid><title>{slip} & x</title>"))
    assert reading is not None
    assert reading.entries[0].title.value == f"{meant} & x"


# --- made-up oddities ----------------------------------------------------------

WORDS = st.sampled_from(
    [
        "",
        " ",
        "Port closed",
        "a &lt; b",
        "&lt;p&gt;x &lt;b&gt;y&lt;/b&gt;&lt;/p&gt;",
        "Ã©tÃ©",
        "été",
        "<![CDATA[<p>x & y</p>]]>",
        "&amp;amp; &#8217;",
        "委内瑞拉",
        "a\n b",
        "<!-- c -->z",
        "x@a.example (N)",
        "me@a.example",
        "A, B,",
    ]
)
ADDRESSES = st.sampled_from(
    [
        "",
        "https://a.example/1",
        "/2",
        "3.html",
        "http://b.example/?a=1&amp;b=2",
        "mailto:x",
        "//c.example",
        "https://a.example/#",
        "javascript:x",
        "?q",
        "https://ñ.example/ñ",
        "tag:a,2025:1",
        "HTTP://A.example/x",
    ]
)
DATES = st.sampled_from(
    [
        "",
        "Thu, 06 Nov 2025 10:30:00 GMT",
        "Thu, 6 Nov 2025 10:30:00 -0330",
        "2025-11-06T10:30:00Z",
        "2025-11-06T10:30:00.123+05:45",
        "2025-11-06",
        "Nov 6, 2025",
        "Sat, 31 Feb 2025 00:00:00 GMT",
        "Thu, 06 Nov 2025 24:00:00 GMT",
        "Thu, 06 Xxx 2025 10:30:00 EST",
        "0001-01-01T00:00:00Z",
        "Thu Nov 6 10:30:00 2025",
        "1762425000",
        "20251106",
        "Thu, 06 Nov 2025 10:30:60 GMT",
    ]
)
TYPES = st.sampled_from(
    [
        "",
        " type='html'",
        " type='text'",
        " type='text/plain'",
        " xml:lang='fr'",
        " type='HTML' xml:base='/b/'",
    ]
)
MARKS = st.sampled_from(["", "", "<b>in</b>", "<h:p>x &lt; y</h:p>"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    name = draw(
        st.sampled_from(
            [
                "title",
                "dc:title",
                "media:title",
                "description",
                "summary",
                "itunes:summary",
                "content:encoded",
                "atom:content",
                "media:description",
                "abstract",
                "rights",
            ]
        )
    )
    return f"<{name}{draw(TYPES)}>{draw(WORDS)}{draw(MARKS)}</{name}>"


@st.composite
def plains(draw: st.DrawFn) -> str:
    name = draw(
        st.sampled_from(
            [
                "category",
                "dc:subject",
                "author",
                "dc:creator",
                "itunes:author",
                "dc:language",
                "media:keywords",
                "tags",
                "feedburner:origLink",
                "x:a",
                "comments",
                "media:category",
            ]
        )
    )
    return f"<{name}>{draw(WORDS)}</{name}>"


@st.composite
def links(draw: st.DrawFn) -> str:
    address = draw(ADDRESSES)
    return draw(
        st.sampled_from(
            [
                f"<link>{address}</link>",
                f"<link href='{address}'/>",
                f"<guid>{address}</guid>",
                f"<atom:link rel='self' href='{address}'/>",
                f"<atom:id>{address}</atom:id>",
                f"<guid isPermaLink='false'>{address}</guid>",
                f"<link xml:base='/c/' href='{address}'/>",
            ]
        )
    )


@st.composite
def dated(draw: st.DrawFn) -> str:
    name = draw(
        st.sampled_from(["pubDate", "atom:updated", "dc:date", "dcterms:created", "issued"])
    )
    return f"<{name}>{draw(DATES)}</{name}>"


GROUPS = texts().map(lambda text: f"<media:group>{text}</media:group>")


def entries() -> SearchStrategy[str]:
    parts = st.one_of(texts(), plains(), links(), dated(), GROUPS)
    return st.lists(parts, max_size=9).map("".join)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([rss, atom, rdf]),
    st.lists(entries(), min_size=1, max_size=3),
    st.sampled_from(["", 'xml:lang="es"', 'xml:base="https://z.example/d/"']),
)
def test_made_up_feeds_are_read_alike(make, items: list[str], root: str) -> None:
    document = make(*items, root=root)
    reading = fast(document)
    if reading is not None:
        assert differences(reading, slow(document)) == []
