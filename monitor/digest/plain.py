"""Feed text and feed links made harmless: as one clean line, for chat, and as an address."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

JOINER = "\u2060"
"""A word joiner: nobody sees it, and no chat reads ``@`` with it as a mention."""

LINK_LENGTH = 2000
_CHAT_LINK_LENGTH = 300
_FLAG = ("\U0001f1e6", "\U0001f1ff")

_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
# Marks of direction, and what is not seen at all; ZWNJ and ZWJ stay, Persian needs them.
_UNSEEN = (
    r"\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    r"\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)
_INVISIBLE = re.compile(f"[{_CONTROLS}{_UNSEEN}]")
_SPACES = re.compile(r"[\s\u2028\u2029\x1c-\x1f]+")
# Look-alikes for what chat services read as markup.
_MARKUP = str.maketrans(
    {
        "<": "‹",
        ">": "›",
        "*": "∗",
        "_": "\uff3f",
        "~": "∼",
        "`": "’",
        "|": "ǀ",
        "\\": "＼",
    }
)
_EMOJI = re.compile(r":(?=[A-Za-z][\w+-]*:)")
_CHAT_URL = {"@": "%40", "*": "%2A", "(": "%28", ")": "%29", "[": "%5B", "]": "%5D", "~": "%7E"}


def visible(text: str) -> str:
    """The text without controls, marks of direction and other unseen characters."""
    return _INVISIBLE.sub("", text)


def plain_line(text: str) -> str:
    """The text as one clean line: fit for a subject, a headline, a line of a mail."""
    return _SPACES.sub(" ", visible(_SPACES.sub(" ", text))).strip()


def for_chat(text: str) -> str:
    """
    One clean line that no chat service reads as anything but text.

    Mentions (``@everyone``), Slack's ``<!channel>`` and ``<address|words>``,
    Markdown's emphasis and links lose their force and keep their looks; an
    address within the text is no link, and ``:name:`` no picture, since a feed
    may write what it likes.
    """
    line = plain_line(text).translate(_MARKUP)
    line = re.sub("[@＠﹫]", lambda found: found[0] + JOINER, line)
    line = line.replace("](", "] (").replace("][", "] [").replace("]:", "] :")
    line = _EMOJI.sub(f":{JOINER}", line)
    line = line.replace("://", f":{JOINER}//")
    return re.sub(r"^([#>\-+=]|\d+[.)])", lambda found: JOINER + found[0], line)


def shorten(text: str, limit: int) -> str:
    """
    The text in at most ``limit`` characters, cut between words where it can be.

    A cut is shown by an ellipsis, and never parts a letter from its accents.
    """
    if len(text) <= limit:
        return text
    end = whole_end(text, limit - 1)
    space = text.rfind(" ", 0, end + 1)
    if space > limit // 2:
        end = space
    return text[:end].rstrip(" ,;:–—-(") + "…"


def whole_end(text: str, end: int) -> int:
    """The last place up to ``end`` that parts no accent, joiner or flag from what it is set on."""
    while 0 < end < len(text) and (
        _leans(text[end]) or text[end - 1] == "\u200d" or _parts_a_flag(text, end)
    ):
        end -= 1
    return end


def _parts_a_flag(text: str, end: int) -> bool:
    """Whether a place is between the two letters that make a flag."""
    start = end
    while start > 0 and _FLAG[0] <= text[start - 1] <= _FLAG[1]:
        start -= 1
    return (end - start) % 2 == 1 and _FLAG[0] <= text[end] <= _FLAG[1]


def _leans(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Mn", "Me", "Mc"}
        or character in "\u200c\u200d\ufe0e\ufe0f"
        or "\u1160" <= character <= "\u11ff"  # the rest of a Korean syllable
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def web_link(url: str | None) -> str | None:
    """
    The address if a reader may be led there, written in plain ASCII, else ``None``.

    Only http and https; none with a name and password before its host, since
    those serve to disguise it.
    """
    if not url or len(url) > LINK_LENGTH or _INVISIBLE.search(url.strip()):
        return None
    parts = _split(url.strip())
    if parts is None:
        return None
    return urlunsplit(
        (
            parts.scheme.lower(),
            parts.netloc,
            _ascii(parts.path),
            _ascii(parts.query),
            _ascii(parts.fragment),
        )
    )


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or "@" in parts.netloc:
        return None
    if not re.fullmatch(r"[a-z0-9._\-]+|[0-9a-f:.]+", host, re.IGNORECASE):
        return None
    host = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=host if port is None else f"{host}:{port}")


def _ascii(part: str) -> str:
    return quote(part, safe="/%:@!$&'()*+,;=~?[]-._")


def chat_link(url: str | None) -> str | None:
    """The address as a chat may show it, unless it is long: no markup or mention is in it."""
    link = web_link(url)
    if link is None or len(link) > _CHAT_LINK_LENGTH:
        return None
    return re.sub(r"[@*()\[\]~]", lambda found: _CHAT_URL[found[0]], link)
