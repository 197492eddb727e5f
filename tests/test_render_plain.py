"""Feed text as one harmless line, and the links that a reader may be led by."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digest.plain import chat_link, for_chat, plain_line, shorten, web_link
from monitor.digest.render import inline

ANYTHING = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("<>@*_~`|[](): \r\n\u202e\u200b\u2066\ud800!#")
    )
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("Port\r\nBcc: all@x", "Port Bcc: all@x", id="no line breaks"),
        pytest.param("a\u2028b\u2029c\x85d", "a b c d", id="nor those of Unicode"),
        pytest.param("\u202egnp.exe\u202c", "gnp.exe", id="no turned direction"),
        pytest.param("a\u200bb\ufeffc\u2060d", "abcd", id="nothing unseen"),
        pytest.param("نمی‌ماند", "نمی‌ماند", id="the joiner that Persian needs stays"),
        pytest.param("👩‍🚀", "👩‍🚀", id="and that of emoji"),
        pytest.param("x\x00\x1b[31m\ud800y", "x[31my", id="no controls or half characters"),
        pytest.param("  two\t words ", "two words", id="spaces are one"),
    ],
)
def test_a_plain_line_is_clean(text, line):
    assert plain_line(text) == line


@given(ANYTHING)
def test_nothing_makes_a_plain_line_unclean(text):
    line = plain_line(text)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", line)
    line.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "@everyone",
        "mail @here now",
        "＠channel",
        "<!channel>",
        "<@U123>",
        "<https://evil.example|bank>",
        "[bank](https://evil.example)",
        "[bank][1]",
        "[1]: https://evil.example",
        "**bold** __under__ ~~gone~~ ||hid|| `code`",
        "# heading",
        "> quote",
        "- list",
        "1. list",
    ],
)
def test_chat_markup_loses_its_force(text):
    line = for_chat(text)
    assert not re.search(r"[<>*_~`|]|[@＠](?!\u2060)|\]\(|\]\[|\]:|://", line)
    assert not re.match(r"#|-|>|\d+\.", line)


@given(ANYTHING)
def test_no_text_is_markup_in_chat(text):
    line = for_chat(text)
    assert not re.search(r"[<>*_~`|\n\r]|@(?!\u2060)|\]\(|://", line)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        pytest.param("https://a.example/x?y=1#z", "https://a.example/x?y=1#z", id="plain"),
        pytest.param(" http://a.example ", "http://a.example", id="spaces around"),
        pytest.param("HTTPS://A.example/", "https://a.example/", id="capitals"),
        pytest.param("https://a.example:8443/", "https://a.example:8443/", id="port"),
        pytest.param("https://[2001:db8::1]/", "https://[2001:db8::1]/", id="address"),
        pytest.param("https://a.example/%41 b", "https://a.example/%41%20b", id="space within"),
        pytest.param('https://a.example/"><x', "https://a.example/%22%3E%3Cx", id="quotes"),
        pytest.param("https://пример.example/я", "https://xn--e1afmkfd.example/%D1%8F", id="IDN"),
        pytest.param("javascript:alert(1)", None, id="script"),
        pytest.param("java\nscript:alert(1)", None, id="script in two lines"),
        pytest.param("data:text/html,x", None, id="data"),
        pytest.param("//evil.example/", None, id="no scheme"),
        pytest.param("/path", None, id="a path"),
        pytest.param("https://bank.example@evil.example/", None, id="disguised host"),
        pytest.param("https://a.example\\@evil.example/", None, id="backslash"),
        pytest.param("https://a.example/\u202egnp", None, id="turned direction"),
        pytest.param("https://a.example:99999/", None, id="no such port"),
        pytest.param("https://[::1", None, id="broken address"),
        pytest.param("https://a b.example/", None, id="space in the host"),
        pytest.param("https://a.example/" + "x" * 3000, None, id="endless"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="none"),
    ],
)
def test_only_sound_web_addresses_are_links(url, link):
    assert web_link(url) == link


@given(st.one_of(ANYTHING, ANYTHING.map(lambda text: f"https://a.example/{text}")))
def test_no_address_leaves_its_attribute(url):
    link = web_link(url)
    assert link is None or re.fullmatch(r"https?://[!-~]+", link)
    assert link is None or not re.search(r"[\"'<>`\s]", link.replace("'", ""))


def test_an_address_in_chat_holds_no_mention_and_no_markup():
    link = chat_link("https://a.example/@everyone/*b*/(c)?d=[e]~")
    assert link == "https://a.example/%40everyone/%2Ab%2A/%28c%29?d=%5Be%5D%7E"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        pytest.param("short", 10, "short", id="fits"),
        pytest.param("one two three four", 12, "one two…", id="between words"),
        pytest.param("委内瑞拉向中方提出", 5, "委内瑞拉…", id="without spaces"),
        pytest.param("nine nine, nine", 12, "nine nine…", id="no comma before the cut"),
        pytest.param("abcde\u0301fgh", 6, "abcd…", id="an accent stays with its letter"),
    ],
)
def test_text_is_shortened_between_words(text, limit, short):
    assert shorten(text, limit) == short


@given(ANYTHING, st.integers(5, 60))
def test_shortened_text_fits(text, limit):
    assert len(shorten(text, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("2 * 3 * 4 < 5", "2 * 3 * 4 &lt; 5", id="nothing marked"),
        pytest.param("it is *for* that", "it is <em>for</em> that", id="stress"),
        pytest.param("- **Words** do it", "- <em>Words</em> do it", id="strong stress"),
        pytest.param("see `a<b`", "see <code>a&lt;b</code>", id="code"),
        pytest.param("see [Air](x.md#air), [B](#b)", "see Air, B", id="links are words"),
        pytest.param("[<b>](javascript:x)", "&lt;b&gt;", id="also hostile ones"),
        pytest.param("a [note] (aside)", "a [note] (aside)", id="brackets alone"),
    ],
)
def test_a_brief_keeps_its_stress_and_code_and_loses_its_links(text, shown):
    assert inline(text) == shown
