"""From bytes to text that an XML parser can take, whatever the server says the bytes are."""

from __future__ import annotations

import codecs
import re
import sys

# Only encodings that turn bytes into text and nothing else, in linear time:
# Python also lists "zip", "idna" and "unicode_escape" among its codecs.
# fmt: off
_ENCODINGS = """
    ascii utf_8 utf_16 utf_16_le utf_16_be utf_32 utf_32_le utf_32_be
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258
    cp437 cp850 cp852 cp866 cp874 cp932 cp936 cp949 cp950
    latin_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9
    iso8859_10 iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16
    koi8_r koi8_u koi8_t ptcp154 mac_roman mac_cyrillic
    gb2312 gbk gb18030 hz big5 big5hkscs euc_jp euc_kr shift_jis iso2022_jp iso2022_kr johab
    tis_620 viscii
""".split()  # noqa: SIM905
# fmt: on


def _known() -> dict[str, str]:
    """The names of the codecs we use, by themselves; looked up once, while files may be read."""
    known = {}
    for name in _ENCODINGS:
        try:
            known[codecs.lookup(name).name] = name
        except LookupError:
            continue
    return known


KNOWN = _known()
# The web means the Windows code page where it says these, for its quotes and dashes.
MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,400}?\?>\s*")

REFERENCE = re.compile(r"&#(?:0*([0-9]+)|[xX]0*([0-9a-fA-F]+));?")
PAIR = re.compile(
    r"&#(?:(5[56][0-9]{3})|[xX]([dD][89abAB][0-9a-fA-F]{2}));?"
    r"&#(?:(5[67][0-9]{3})|[xX]([dD][c-fC-F][0-9a-fA-F]{2}));?"
)
# What XML 1.0 forbids; the C1 controls are allowed there but are nearly always
# Windows quotes and dashes in disguise.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def decode(body: bytes, content_type: str | None) -> str:
    """
    Read a document's bytes as text, without a declaration that would contradict it.

    A mark at the start decides, then the bytes: what is valid UTF-8 and not
    plain ASCII is UTF-8, whatever the headers say. Only then the declared
    encodings are tried, the document's own before the server's, and Windows
    Latin last. Bytes that fit nothing become U+FFFD; this never raises.

    What no text should hold is still in it; see ``clean``.
    """
    return DECLARATION.sub("", _decode(body, content_type), count=1)


def _decode(body: bytes, content_type: str | None) -> str:
    for mark, encoding in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(_after_mark(mark, encoding), "replace")
    if body[:4] in (b"<\x00?\x00", b"<\x00r\x00", b"<\x00f\x00"):
        return body.decode("utf-16-le", "replace")
    if body[:4] in (b"\x00<\x00?", b"\x00<\x00r", b"\x00<\x00f"):
        return body.decode("utf-16-be", "replace")
    declared = _declared(body, content_type)
    shifting = any(name in ("hz", "iso2022_jp", "iso2022_kr") for name in declared)
    for encoding in [*(() if shifting else ("utf-8",)), *declared]:
        try:
            return body.decode(encoding)
        except UnicodeError:
            continue
    # A few bad bytes in a good document: keep the rest of it readable.
    fallback = declared[0] if declared and declared[0] != "cp1252" else "utf-8"
    text = body.decode(fallback, "replace")
    if text.count("\ufffd") * 50 > sum(byte > 0x7F for byte in body[:100_000]) + 50:
        return body.decode("cp1252", "replace")
    return text


def _after_mark(mark: bytes, encoding: str) -> str:
    if encoding == "utf-8":
        return encoding
    return f"{encoding}-le" if mark.startswith(codecs.BOM_UTF16_LE) else f"{encoding}-be"


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The encodings that the document and its server name, as codecs that we use."""
    names = []
    if own := DECLARED.search(body[:1024]):
        names.append(own[1].decode("ascii"))
    if theirs := CHARSET.search(content_type or ""):
        names.append(theirs[1])
    found = []
    for name in names:
        try:
            codec = codecs.lookup(name).name
        except (LookupError, ValueError, OSError, ImportError):
            continue
        if codec in KNOWN and not codec.startswith(("utf-16", "utf-32")):
            found.append(MEANT.get(codec, KNOWN[codec]))
    return found


def clean(text: str) -> str:
    """
    The gate for characters: what can be neither stored nor parsed leaves here.

    NUL, controls and lone surrogates go, also when written as references: one
    ``&#55357;`` makes feedparser lose the whole document. Two references that
    together make one character (an emoji in two halves) become it.
    """
    if "&#" in text:
        text = PAIR.sub(_join, text)
        text = REFERENCE.sub(_checked, text)
    # What is forbidden is not printable, and neither is a line's end.
    if (text.replace("\n", "") if "\n" in text else text).isprintable():
        return text
    return FORBIDDEN.sub(_replaced, text)


def _number(decimal: str | None, hexadecimal: str | None) -> int:
    return int(decimal) if decimal else int(hexadecimal or "0", 16)


def _join(found: re.Match[str]) -> str:
    high, low = _number(found[1], found[2]), _number(found[3], found[4])
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)
    return found[0]


def _checked(found: re.Match[str]) -> str:
    # Eight digits are beyond Unicode in either base.
    digits = found[1] or found[2]
    number = _number(found[1], found[2]) if len(digits) < 8 else sys.maxunicode + 1
    if number > sys.maxunicode:
        return "\ufffd"
    char = chr(number)
    return _replaced_char(char) if FORBIDDEN.match(char) else found[0]


def _replaced(found: re.Match[str]) -> str:
    return _replaced_char(found[0])


def _replaced_char(char: str) -> str:
    """What stands for a forbidden character: the letter that was meant, U+FFFD, or nothing."""
    if "\x80" <= char <= "\x9f":
        return bytes([ord(char)]).decode("cp1252", "ignore")
    return "\ufffd" if "\ud800" <= char <= "\udfff" else ""
