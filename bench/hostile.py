"""
Hostile and odd feeds, each with what it must end as: a number of items, or an error in words.

As a program it serves them, and good feeds beside them, until its input ends.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import sys
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]
Answer = bytes | Script


@dataclass(frozen=True)
class Odd:
    """
    One feed: what it answers, or with ``by_poll`` a function of the poll's number.

    ``ends`` is the number of items that are stored in the end, or a part of
    the error that is shown. ``url`` stands for an address of its own; in all
    texts CANARY stands for the address of a server that must not be asked.
    ``slow`` ones end by a limit of time.
    """

    name: str
    answer: bytes | Script | Callable[[int], bytes]
    ends: int | str
    url: str = ""
    slow: bool = False
    by_poll: bool = False


# --- ways to say it --------------------------------------------------------------


def say(status: int, *headers: str, body: bytes = b"") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status} Some Words", "Connection: close", *headers, "", ""])
    return head.encode("latin-1" if max(map(ord, head)) < 256 else "utf-8") + body


def ok(body: bytes | str, *headers: str, length: int | None = None) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    size = len(data) if length is None else length
    return say(200, *headers, f"Content-Length: {size}", body=data)


def item(number: int | str = 1, **parts: str) -> str:
    texts = {"guid": f"g{number}", "title": f"Port closed {number}", **parts}
    return f"<item>{''.join(f'<{name}>{text}</{name}>' for name, text in texts.items())}</item>"


def rss(*items: str, before: str = "", channel: str = "") -> str:
    return f"{before}<rss version='2.0'><channel>{channel}{''.join(items)}</channel></rss>"


def atom(inner: str) -> str:
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id>"
        f"<updated>2025-11-01T10:00:00Z</updated>{inner}</entry></feed>"
    )


FEED = rss(item())


# --- scripts that break HTTP ---------------------------------------------------------


def repeat(head: bytes, piece: bytes, pause: float = 0.0) -> Script:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


def reset_after(data: bytes) -> Script:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        writer.transport.abort()

    return script


def http_cases() -> Iterator[Odd]:
    """Answers that are broken as HTTP, or never come to an end."""
    chunked = "Transfer-Encoding: chunked"
    broken = "broke off|proper HTTP|malformed"
    yield Odd("an endless body", repeat(say(200), b"<item>" * 20_000), "more than 10 MB")
    yield Odd(
        "endless chunks", repeat(say(200, chunked), b"2710\r\n" + b"x" * 10_000 + b"\r\n"), "10 MB"
    )
    yield Odd("a long length, a drip", repeat(say(200, "Content-Length: 9999999"), b"x", 0.1),
              "within", slow=True)  # fmt: skip
    yield Odd(
        "a drip of chunks", repeat(say(200, chunked), b"1\r\nx\r\n", 0.1), "within", slow=True
    )
    yield Odd("a drip of headers", repeat(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.1),
              "within|proper HTTP", slow=True)  # fmt: skip
    yield Odd("a drip of one header", repeat(b"HTTP/1.1 200 OK\r\nX-A: ", b"b", 0.1), "within",
              slow=True)  # fmt: skip
    yield Odd("a drip of the status", repeat(b"HTTP/1.1 200 ", b"O", 0.1), "within", slow=True)
    yield Odd("silence", silence, "within", slow=True)
    yield Odd("silence after the headers", repeat(say(200), b"", 60), "within", slow=True)
    yield Odd("silence in the middle", repeat(say(200, "Content-Length: 9999") + b"<rss>", b"", 60),
              "within", slow=True)  # fmt: skip
    yield Odd(
        "endless 100 Continue", repeat(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01), "", slow=True
    )
    yield Odd(
        "endless early hints", repeat(b"", b"HTTP/1.1 103 Hints\r\n\r\n", 0.01), "", slow=True
    )
    yield Odd("endless headers", repeat(b"HTTP/1.1 200 OK\r\n", b"X-A: bbbbbbbbbb\r\n" * 500),
              "proper HTTP|headers")  # fmt: skip
    yield Odd(
        "one endless header", repeat(b"HTTP/1.1 200 OK\r\nX-A: ", b"b" * 9_000), "proper HTTP"
    )
    yield Odd("an endless status", repeat(b"HTTP/1.1 200 ", b"O" * 9_000), "proper HTTP")
    yield Odd("a reset at once", reset_after(b""), "broke off")
    yield Odd("a reset in the headers", reset_after(b"HTTP/1.1 200 OK\r\nX-A"), "broke off")
    yield Odd("a reset in the body", reset_after(ok(FEED[:20], length=900)), "broke off")
    yield Odd("an empty answer", b"", "broke off")
    yield Odd("shorter than it says", ok(FEED, length=len(FEED) + 9), "broke off")
    yield Odd("longer than it says", ok(FEED, length=len(FEED)) + b"<more>" * 1000, "proper HTTP")
    yield Odd("cut by its own length", ok(FEED, length=len(FEED) - 9), "proper HTTP")
    yield Odd("a negative length", ok(FEED, length=-1), broken)
    yield Odd("a length beyond numbers", say(200, "Content-Length: " + "9" * 400), broken)
    yield Odd("two lengths", say(200, "Content-Length: 5", "Content-Length: 9", body=b"x"), broken)
    yield Odd("a length of words", say(200, "Content-Length: many", body=b"x"), broken)
    yield Odd("chunks of no size", say(200, chunked, body=b"zz\r\nx"), "127.0.0.1 ")
    yield Odd("chunks that end early", say(200, chunked, body=b"99\r\nshort"), "broke off")
    yield Odd("a chunk of 2**64", say(200, chunked, body=b"ffffffffffffffff\r\nx"), "127.0.0.1 ")
    yield Odd("a negative chunk", say(200, chunked, body=b"-5\r\nxxxxx"), "127.0.0.1 ")
    yield Odd("length and chunks", say(200, chunked, "Content-Length: 5", body=b"0\r\n\r\n"), "")
    yield Odd("another transfer coding", say(200, "Transfer-Encoding: gzip", body=b"x"), "")
    yield Odd("no headers", b"HTTP/1.1 200 OK\r\n\r\n" + FEED.encode(), 1)
    yield Odd("HTTP/1.0", b"HTTP/1.0 200 OK\r\n\r\n" + FEED.encode(), 1)
    yield Odd("HTTP/0.9", FEED.encode(), "proper HTTP")
    yield Odd("HTTP/9.9", b"HTTP/9.9 200 OK\r\n\r\n" + FEED.encode(), "proper HTTP")
    yield Odd("SSH", b"SSH-2.0-OpenSSH_9.2\r\n", "proper HTTP")
    yield Odd("mail", b"220 mail.example ESMTP\r\n", "proper HTTP")
    yield Odd("TLS", b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\0" * 120, "proper HTTP")
    yield Odd("noise", bytes(range(256)) * 40, "proper HTTP")
    yield Odd("a huge header", say(200, "X-Big: " + "x" * 20_000), "proper HTTP")
    yield Odd("90 KB of headers", say(200, *[f"X-{n}: {'x' * 900}" for n in range(100)]), "headers")
    yield Odd("5,000 headers", say(200, *[f"X-{n}: y" for n in range(5000)]), "proper HTTP")
    yield Odd("a header of no name", say(200, ": x", body=FEED.encode()), "proper HTTP")
    yield Odd("a header with a NUL", say(200, "X-A: a\0b", body=FEED.encode()), "proper HTTP")
    yield Odd("cookies", ok(FEED, *[f"Set-Cookie: a{n}={'b' * 900}" for n in range(40)]), 1)
    yield Odd("hostile headers", ok(FEED, 'ETag: "' + "x" * 5000 + '"', "Last-Modified: \xff"), 1)
    yield Odd("switching protocols", say(101), "127.0.0.1 ")


def status_cases() -> Iterator[Odd]:
    """Statuses that are no document, each with a good feed below, which must not be read."""
    told = {
        204: "204", 205: "205", 206: "206", 300: "300", 301: "301", 302: "302", 304: "nothing",
        305: "305", 306: "306", 400: "400", 401: "user name", 402: "402", 403: "refuses",
        404: "no feed", 405: "405", 406: "406", 408: "408", 409: "409", 410: "gone for good",
        418: "418", 421: "421", 426: "426", 429: "too often", 451: "legal", 500: "trouble",
        501: "trouble", 502: "trouble", 503: "not available", 504: "trouble", 507: "trouble",
        511: "trouble", 520: "trouble", 599: "trouble", 600: "600", 799: "799", 999: "999",
    }  # fmt: skip
    for status, words in told.items():
        body = b"" if status in (204, 304) else FEED.encode()
        yield Odd(f"status {status}", say(status, f"Content-Length: {len(body)}", body=body), words)
    yield Odd("too often, for ever", say(429, "Retry-After: " + "9" * 30), "too often")
    yield Odd("too often, oddly", say(503, "Retry-After: -1, Mon"), "not available")


def packed_cases() -> Iterator[Odd]:
    """Bombs and odd encodings."""
    zeros = b"\0" * 30_000_000
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    bare = packer.compress(zeros) + packer.flush()
    bomb = gzip.compress(zeros)
    zstd = b"\x28\xb5\x2f\xfd" + b"\xa4\xff\xff\xff\x7f" + b"\x03" * 4000
    gz, twice = "Content-Encoding: gzip", "more than once"
    yield Odd("a gzip bomb", ok(bomb, gz), "unpacks")
    yield Odd("a gzip bomb unsaid", ok(bomb), "unpacks")
    yield Odd("a deflate bomb", ok(zlib.compress(zeros), "Content-Encoding: deflate"), "unpacks")
    yield Odd("a bare deflate bomb", ok(bare, "Content-Encoding: deflate"), "unpacks")
    yield Odd("many small bombs", ok(gzip.compress(zeros[:3_000_000]) * 20, gz), "unpack|10 MB")
    yield Odd("a zstd bomb", ok(zstd, "Content-Encoding: zstd"), "'zstd'")
    yield Odd("a zstd bomb unsaid", ok(zstd), "not a feed")
    yield Odd("brotli", ok(b"\x8b\x02\x80" * 99, "Content-Encoding: br"), "'br'")
    yield Odd("compress", ok(b"\x1f\x9d\x90", "Content-Encoding: compress"), "'compress'")
    yield Odd("a coding of no name", ok(FEED, "Content-Encoding: \x7f"), "")
    yield Odd("gzip twice", ok(gzip.compress(bomb), "Content-Encoding: gzip, gzip"), twice)
    yield Odd("stacked in two headers", ok(bomb, gz, "Content-Encoding: deflate"), twice)
    yield Odd("a hundred codings", ok(bomb, "Content-Encoding: " + "gzip, " * 100), twice)
    yield Odd("gzip within gzip", ok(gzip.compress(gzip.compress(FEED.encode())), gz), "not a feed")
    yield Odd("gzip cut off", ok(gzip.compress(FEED.encode())[:-9], gz), "before the end")
    yield Odd("gzip damaged", ok(gzip.compress(FEED.encode())[:20] + b"x" * 40, gz), "damaged|end")
    yield Odd("gzip that is none", ok(FEED, gz), "damaged")
    yield Odd("gzip padded", ok(gzip.compress(FEED.encode()) + b"\0" * 999, gz), 1)
    yield Odd("ten megabytes of spaces", ok(b" " * 9_900_000), "empty")


INSIDE = (
    "http://CANARY/", "//CANARY/", "http://localhost:PORT/", "http://LOCALHOST.:PORT/",
    "http://2130706433:PORT/", "http://0x7f000001:PORT/", "http://0x7f.1:PORT/",
    "http://017700000001:PORT/", "http://0177.0.0.1:PORT/", "http://127.1:PORT/",
    "http://127.0.0.1.:PORT/", "http://0:PORT/", "http://0.0.0.0:PORT/", "http://[::1]:PORT/",
    "http://[::]:PORT/", "http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/",
    "http://[::127.0.0.1]:PORT/", "http://[64:ff9b::7f00:1]:PORT/", "http://[2002:7f00:1::]:PORT/",
    "http://①②⑦.⓪.⓪.①:PORT/", "http://good.example@CANARY/", "http://CANARY\\@good.example/",
    "http:\\\\CANARY\\", "http://CANARY/\tx", "https://CANARY/", "http://169.254.169.254/latest/",
    "http://10.0.0.1/", "http://192.168.0.1/", "http://172.16.0.1/", "http://100.64.0.1/",
    "http://[fe80::1]/", "http://[fd00::1]/", "http://[::ffff:169.254.169.254]/",
    "http://1.1.1.1:25/", "file:///etc/passwd", "file:/etc/passwd", "gopher://CANARY/_x",
    "ftp://CANARY/", "data:text/xml,<rss/>", "javascript:alert(1)", "jar:http://CANARY/!/",
    "dict://CANARY/", "http://", "http://[::1", "http://x:99999999/", "ws://CANARY/",
)  # fmt: skip


def redirect_cases() -> Iterator[Odd]:
    """Ways to the inside, as a redirect and as the feed's own address, and ways round and round."""
    for target in INSIDE:
        yield Odd(
            f"a redirect to {target}",
            say(302, f"Location: {target}"),
            "Not asked|redirects|localhost. was not found",
        )
    for target in INSIDE[:12] + INSIDE[26:38]:
        yield Odd(f"the address {target}", b"", "Not asked|localhost. was not found", url=target)
    yield Odd("a redirect to itself", say(301, "Location: ?"), "more than 5 times")
    yield Odd("a redirect to everywhere", say(308, "Location: x"), "more than 5 times")
    yield Odd("a redirect of 9,000 letters", say(302, "Location: /" + "x" * 8_000), "redirects")
    yield Odd("a redirect in Latin", say(302, "Location: http://\xe9\xff/"), "")
    yield Odd("a refresh", ok(FEED, "Refresh: 0; url=http://CANARY/", "Link: <http://CANARY/>"), 1)


# --- documents ---------------------------------------------------------------------


def document_cases() -> Iterator[Odd]:
    """What is no feed, and feeds in odd clothes."""
    no = "not a feed"
    yield Odd("nothing", ok(b""), "empty")
    yield Odd("white space", ok(b" \r\n\t"), "empty")
    yield Odd("zeros", ok(b"\0" * 5000), "empty")
    yield Odd("HTML", ok("<!DOCTYPE html><html><body><p>Log in</p></body></html>"), "web page")
    yield Odd("HTML as a feed", ok("<html/>", "Content-Type: application/rss+xml"), "web page")
    yield Odd("XHTML", ok('<?xml version="1.0"?><html xmlns="x"><body/></html>'), "web page")
    yield Odd("a page that waits", ok("<script>location=1</script><div>wait"), "web page")
    yield Odd("words", ok("Service restarting"), no)
    yield Odd("a sitemap", ok('<?xml version="1.0"?><urlset><url/></urlset>'), no)
    yield Odd("a picture", ok(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9), no)
    yield Odd("a PDF", ok(b"%PDF-1.7\n%\xe2\xe3"), no)
    yield Odd("an archive", ok(b"PK\x03\x04" + b"\0" * 99), no)
    yield Odd("SVG", ok("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"), no)
    yield Odd("other JSON", ok('{"error": "no"}'), "JSON")
    yield Odd("JSON cut off", ok('{"items": [{"id": 1,'), "JSON")
    yield Odd("JSON nested", ok("[" * 200_000), "JSON")
    yield Odd("JSON of wrong kinds", ok(json.dumps({"items": [1, None, [], {"id": {}}]})), 0)
    yield Odd("JSON numbers", ok('{"items": [{"id": 1e400, "title": 7, "url": -0}]}'), 1)
    yield Odd("pickle", ok(b"\x80\x04\x95cos\nsystem\n(S'id'\ntR."), no)
    yield Odd("YAML", ok("!!python/object/apply:os.system ['id']"), no)
    yield Odd("an empty feed", ok(rss()), 0)
    yield Odd("cut off in an entry", ok(rss(item(1), item(2))[:-40]), 2)
    yield Odd("no closing tags", ok("<rss><channel>" + item(1)[:-7] + item(2)[:-7]), 2)
    yield Odd("two roots", ok(rss(item(1)) + rss(item(2))), 2)
    yield Odd("in capitals", ok(rss(item()).upper()), 1)
    yield Odd("garbage before", ok("<!-- x --><?php echo 1 ?>" + FEED), 1)
    yield Odd("a warning before", ok("Warning: mysql_connect() in x.php\n" + FEED), 1)
    yield Odd("not well-formed", ok(rss(item(1, description="<b>a & b < c"), item(2))), 2)
    yield Odd("a bad entry among good ones", ok(rss(item(1), "<item/>", item(2))), 2)
    yield Odd("coordinates of words", ok(rss(item(1, **{"georss:point": "north"}), item(2))), 2)


def charset_cases() -> Iterator[Odd]:
    """Bytes that are not what they are said to be."""
    spanish = rss(item(1, title="Ñandú en el puerto"))
    russian = rss(item(1, title="Порт закрыт"))
    for name, data in {
        "UTF-16 said to be UTF-8": '<?xml version="1.0" encoding="utf-8"?>' + spanish,
        "UTF-16 with no word": spanish,
    }.items():
        yield Odd(name, ok(data.encode("utf-16")), 1)
    for said in ("utf-16", "utf-32", "ucs-4", "ebcdic-cp-us", "nonsense", "zip", "idna", "utf-7"):
        declared = f'<?xml version="1.0" encoding="{said}"?>' + spanish
        yield Odd(f"UTF-8 said to be {said}", ok(declared.encode()), 1)
        yield Odd(f"the header says {said}", ok(spanish, f"Content-Type: x; charset={said}"), 1)
    yield Odd("KOI8-R unsaid", ok(russian.encode("koi8-r")), 1)
    yield Odd("UTF-32 with a mark", ok(spanish.encode("utf-32")), 1)
    yield Odd("half of a character", ok(spanish.encode().replace(b"\xc3\xb1", b"\xc3")), 1)
    yield Odd("overlong UTF-8", ok(rss(item(1)).encode().replace(b"Port", b"\xc0\xafP")), 1)
    yield Odd("surrogates in UTF-8", ok(FEED.encode().replace(b"Port", b"\xed\xa0\xbdP")), 1)
    yield Odd("surrogates by number", ok(rss(item(1, title="a&#55357;b&#xDC00;c"))), 1)
    yield Odd("NUL in every word", ok(FEED.replace("Port", "P\0o\0r\0t")), 1)
    yield Odd("controls by number", ok(rss(item(1, title="a&#0;b&#1;c&#x1f;d&#65535;"))), 1)
    yield Odd("numbers beyond Unicode", ok(rss(item(1, title="a&#x110000;&#99999999999999;"))), 1)
    yield Odd("directions turned", ok(rss(item(1, title="a\u202eb\u2066c\u200f" * 99))), 1)
    yield Odd("marks piled up", ok(rss(item(1, title="e" + "\u0301" * 5000))), 1)


def large_cases() -> Iterator[Odd]:
    """Documents that cost time or memory."""
    hard = "computing time|memory|broke down|upset|took more"
    yield Odd("a title of 1 MB", ok(rss(item(1, title="x" * 1_000_000))), 1)
    yield Odd("a summary of 9 MB", ok(rss(item(1, description="word " * 1_800_000))), 1)
    yield Odd("a link of 1 MB", ok(rss(item(1, link="http://a.example/" + "x" * 1_000_000))), 1)
    yield Odd("a guid of 1 MB", ok(rss(item("x" * 1_000_000, title="t"))), 1)
    yield Odd("100,000 entries",
              ok("<rss><channel>" + "".join(f"<item><title>{n}</title></item>"
                                           for n in range(100_000))), 5_000)  # fmt: skip
    yield Odd("100,000 empty entries", ok(rss("<item/>" * 100_000)), 0)
    yield Odd("30,000 entries as JSON",
              ok(json.dumps({"items": [{"id": n, "title": "t"} for n in range(30_000)]})),
              5_000)  # fmt: skip
    yield Odd("tags nested deeply", ok("<rss><channel>" + "<a>" * 200_000), "")
    yield Odd("entries nested deeply", ok("<rss><channel>" + "<item><title>x" * 3_000), "")
    yield Odd("HTML nested deeply", ok(rss(item(1, description="&lt;b&gt;" * 50_000 + "x"))), 1)
    many = " ".join(f"a{n}='x'" for n in range(150_000))
    yield Odd("an element of many attributes", ok(f"<rss><channel><item {many}/>"), hard)
    yield Odd("an attribute of 5 MB", ok(f"<rss><channel><item a='{'x' * 5_000_000}'/>"), "")
    yield Odd("a name of 5 MB", ok(f"<rss><channel><{'x' * 5_000_000}/>" + item()), "")
    spaces = "".join(f"<x{n}:a xmlns:x{n}='http://n{n}.example/'/>" for n in range(20_000))
    yield Odd("20,000 namespaces", ok(rss(item(1) + spaces)), "")
    words = "<category>c</category>" * 20_000
    yield Odd("20,000 categories", ok(rss(item(1).replace("</item>", f"{words}</item>"))), "")
    sounds = "<enclosure url='x'/>" * 10_000
    yield Odd("10,000 enclosures", ok(rss(item(1).replace("</item>", f"{sounds}</item>"))), "")
    yield Odd("a million references", ok(rss(item(1, title="&amp;" * 1_000_000))), 1)
    yield Odd(
        "CDATA without an end", ok("<rss><channel><item><title><![CDATA[" + "x]]" * 500_000), ""
    )
    yield Odd(
        "a comment without an end", ok("<rss><channel>" + item() + "<!--" + "-" * 2_000_000), ""
    )
    yield Odd("comments in rows", ok(rss(item(1) + "<!-- -->" * 200_000)), "")
    yield Odd(
        "an instruction without an end", ok("<rss><channel>" + item() + "<?x " + "y" * 10**6), ""
    )
    yield Odd("a declaration without an end", ok("<!DOCTYPE rss [" + "<!--x-->" * 100_000), "")
    yield Odd("open brackets", ok("<" * 3_000_000), no_feed())
    yield Odd("ampersands", ok(rss(item(1, title="&" * 500_000))), "")


def no_feed() -> str:
    return "not a feed|computing time|web page"


def entity_cases() -> Iterator[Odd]:
    """Entities, includes and style sheets: nothing comes in from elsewhere."""
    laughs = "".join(f"<!ENTITY e{n + 1} '{f'&e{n};' * 20}'>" for n in range(9))
    body = item(1, title="a &x; b")

    def doctype(inner: str, body: str = body) -> bytes:
        return ok(rss(body, before=f"<!DOCTYPE rss [{inner}]>"))

    yield Odd("a billion laughs", doctype(f"<!ENTITY e0 'ha'>{laughs}", item(1, title="&e9;")), "")
    big = f"<!ENTITY x '{'A' * 100_000}'>"
    yield Odd("quadratic entities", doctype(big, item(1, title="&x;" * 10_000)), 1)
    yield Odd("a file", doctype("<!ENTITY x SYSTEM 'file:///etc/passwd'>"), 1)
    yield Odd("a host within", doctype("<!ENTITY x SYSTEM 'http://CANARY/'>"), 1)
    yield Odd("by PUBLIC", doctype("<!ENTITY x PUBLIC 'a' 'http://CANARY/'>"), 1)
    yield Odd("parameters", doctype("<!ENTITY % p SYSTEM 'http://CANARY/'>%p;"), 1)
    yield Odd("an entity of itself", doctype("<!ENTITY x '&x;'>"), 1)
    yield Odd("two of each other", doctype("<!ENTITY x '&y;'><!ENTITY y '&x;'>"), 1)
    yield Odd("a DTD", ok(rss(body, before="<!DOCTYPE rss SYSTEM 'http://CANARY/x.dtd'>")), 1)
    yield Odd("a style sheet", ok(rss(body, before="<?xml-stylesheet href='http://CANARY/'?>")), 1)
    include = "<x:include xmlns:x='http://www.w3.org/2001/XInclude' href='http://CANARY/'/>"
    yield Odd("an include", ok(rss(item(1, description=include))), 1)
    schema = (
        "xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:schemaLocation='a http://CANARY/'"
    )
    yield Odd("a schema", ok(FEED.replace("<rss", f"<rss {schema}")), 1)
    yield Odd("a base", ok(atom("<title xml:base='http://CANARY/'>x</title><link href='y'/>")), 1)
    pushed = "<atom:link rel='hub' href='http://CANARY/'/><docs>http://CANARY/</docs>"
    yield Odd("addresses to follow", ok(rss(item(), channel=pushed)), 1)
    cloud = "<cloud domain='CANARY' path='/'/><image><url>http://CANARY/</url></image>"
    yield Odd("pictures to fetch", ok(rss(item(), channel=cloud)), 1)
    media = "<enclosure url='http://CANARY/x.mp3' length='-1' type='x'/>"
    yield Odd("sounds to fetch", ok(rss(item().replace("</item>", media + "</item>"))), 1)


def payload_cases() -> Iterator[Odd]:
    """Scripts in every field."""
    payload = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=http://CANARY/ onerror=alert(1)&gt;"
    for name in ("title", "description", "content:encoded", "author", "dc:creator", "category",
                 "link", "guid", "pubDate", "comments", "source", "dc:language"):  # fmt: skip
        yield Odd(f"a script as {name}", ok(rss(item(1, **{name: payload}))), 1)
        yield Odd(
            f"a raw script as {name}", ok(rss(item(1, **{name: f"<![CDATA[{payload}]]>"}))), 1
        )
    for name in ("title", "language", "description", "generator"):
        said = f"<{name}>{payload}</{name}>"
        yield Odd(f"a script as the feed's {name}", ok(rss(item(), channel=said)), 1)
    for kind in ("text", "html", "xhtml", "image/svg+xml", "application/xml"):
        text = f"<title>t</title><content type='{kind}'>{payload}</content>"
        yield Odd(f"a script as {kind}", ok(atom(text)), 1)
    for link in ("javascript:alert(1)", "JaVa&#9;ScRiPt:alert(1)", "data:text/html,x", "vbscript:x",
                 "file:///etc/passwd", "//CANARY/", "http://a\\@CANARY/", "feed:javascript:x",
                 "http://a.example/&quot;onmouseover=x"):  # fmt: skip
        yield Odd(f"a link to {link}", ok(rss(item(1, link=link))), 1)
    yield Odd("templates", ok(rss(item(1, title="{{7*7}}{% include '/etc/passwd' %}${{x}}"))), 1)
    yield Odd("mentions", ok(rss(item(1, title="@everyone &lt;!channel&gt; &lt;@U123&gt;"))), 1)
    yield Odd("mail headers", ok(rss(item(1, title="x\r\nBcc: all@example.org\r\n\r\nhi"))), 1)
    yield Odd("shell and SQL", ok(rss(item(1, title="'; drop table item; -- $(id) `id`"))), 1)
    yield Odd("formulas", ok(rss(item(1, title="=HYPERLINK(&quot;http://CANARY/&quot;)"))), 1)


def identity_cases() -> Iterator[Odd]:
    """No ids, same ids, changing ids, and dates that nobody meant."""

    def news(number: int, **parts: str) -> str:
        return item(number, link=f"http://a.example/{number}", description=f"D{number}", **parts)

    no_guid = "".join(news(n).replace(f"<guid>g{n}</guid>", "") for n in range(20))
    yield Odd("no ids", ok(rss(no_guid)), 20)
    bare = "".join(f"<item><title>Only a title {n}</title></item>" for n in range(20))
    yield Odd("no ids, no links", ok(rss(bare)), 20)
    yield Odd("one id for all", ok(rss(*(news(n, guid="same") for n in range(20)))), 20)
    yield Odd("one entry twenty times", ok(rss(*([news(1)] * 20))), 1)
    yield Odd("ids of spaces", ok(rss(*(news(n, guid=" ") for n in range(20)))), 20)
    yield Odd("ids that change", lambda poll: ok(
        rss(*(news(n, guid=f"{poll}-{n}") for n in range(20)))), 20, by_poll=True)  # fmt: skip
    yield Odd("links that follow", lambda poll: ok(
        rss(no_guid.replace("</link>", f"?utm_source=p{poll}&amp;fbclid={poll}</link>"))),
        20, by_poll=True)  # fmt: skip
    yield Odd("dated anew at each poll", lambda poll: ok(
        rss(*(news(n, pubDate=f"Thu, {5 + poll:02} Nov 2025 10:00:00 GMT") for n in range(20)))),
        20, by_poll=True)  # fmt: skip
    yield Odd("in another order each time", lambda poll: ok(
        rss(*(news((n + poll * 7) % 20) for n in range(20)))), 20, by_poll=True)  # fmt: skip
    yield Odd("empty, then full", lambda poll: ok(
        rss(*(news(n) for n in range(20 * (poll % 2))))), 20, by_poll=True)  # fmt: skip
    yield Odd("edited at each poll", lambda poll: ok(
        rss(*(news(n, title=f"Port closed, take {poll}") for n in range(20)))),
        20, by_poll=True)  # fmt: skip
    yield Odd("another feed each time", lambda poll: ok(
        rss(*(news(n + 20 * poll) for n in range(20)))), 60, by_poll=True)  # fmt: skip
    yield Odd("good, broken, good", lambda poll: ok(
        FEED if poll % 2 else "<html>down</html>"), 1, by_poll=True)  # fmt: skip
    for name, date in {
        "the year 1": "0001-01-01T00:00:00Z", "the year 9999": "9999-12-31T23:59:59-12:00",
        "the year 99999": "99999-01-01T00:00:00Z", "the year 0": "0000-00-00T00:00:00Z",
        "the epoch": "Thu, 01 Jan 1970 00:00:00 GMT", "tomorrow's year": "2199-01-01T00:00:00Z",
        "no date": "yesterday", "a leap second": "2016-12-31T23:59:60Z",
        "a zone of a week": "Thu, 06 Nov 2025 10:00:00 +9999", "digits": "9" * 5000,
    }.items():  # fmt: skip
        yield Odd(f"dated {name}", ok(rss(news(1, pubDate=date))), 1)
        yield Odd(
            f"Atom dated {name}",
            ok(atom("<title>t</title>").replace("2025-11-01T10:00:00Z", date)),
            1,
        )


CASES = tuple(
    case
    for cases in (
        http_cases, status_cases, packed_cases, redirect_cases, document_cases, charset_cases,
        large_cases, entity_cases, payload_cases, identity_cases,
    )
    for case in cases()
)  # fmt: skip


# --- serving them ------------------------------------------------------------------


@dataclass
class Zoo:
    """A server of all cases, by number, and of good feeds; the canary counts who comes."""

    port: int = 0
    canary: int = 0
    visits: list[str] = field(default_factory=list)
    polls: dict[str, int] = field(default_factory=dict)
    patient: bool = True
    slow: set[asyncio.StreamWriter] = field(default_factory=set)

    def hang_up(self) -> None:
        """End what the slow cases are at, and what they would begin until ``patient`` again."""
        self.patient = False
        for writer in list(self.slow):
            writer.transport.abort()

    def is_slow(self, head: str) -> bool:
        """Whether a request is for a case that never ends by itself."""
        name = head.split()[1].split("/")[1]
        return name.isdecimal() and CASES[int(name)].slow

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def filled(self, text: str) -> str:
        return text.replace("CANARY", f"127.0.0.1:{self.canary}").replace("PORT", str(self.canary))

    def url(self, number: int) -> str:
        return self.filled(CASES[number].url) or f"http://{self.place}/{number}/feed"

    def answer(self, head: str) -> Answer:
        """
        What stands at a path.

        ``/NUMBER/`` is a case, ``/oddN/`` another one at each poll, ``/dripN/``
        never ends, ``/newsN/`` has something new at every third poll and says
        so, and what else there is has a new item at each.
        """
        name = head.split()[1].split("/")[1]
        poll = self.polls[name] = self.polls.get(name, 0) + 1
        if name.isdecimal():
            return self._case(CASES[int(name)], poll)
        if name.startswith("odd"):
            return self._case(CASES[(int(name[3:]) * 7 + poll) % len(CASES)], poll)
        if name.startswith("drip"):
            return repeat(say(200, "Content-Length: 9999999"), b"<", 1.0)
        if name.startswith("news"):
            return self._news(name, poll // 3, head)
        return ok(rss(*(item(f"{name}-{n}") for n in range(10 + poll))))

    def _news(self, name: str, edition: int, head: str) -> bytes:
        mark = f'"{name}-{edition}"'
        if f"If-None-Match: {mark}" in head:
            return say(304, f"ETag: {mark}")
        texts = (
            item(f"{name}-{n}", description=f"Ships wait, {n}")
            for n in range(edition, edition + 10)
        )
        return ok(rss(*texts), f"ETag: {mark}")

    def _case(self, case: Odd, poll: int) -> Answer:
        answer = case.answer(poll) if case.by_poll else case.answer  # type: ignore[operator,arg-type]
        if not isinstance(answer, bytes):
            return answer  # type: ignore[return-value]
        here = f"127.0.0.1:{self.canary}".encode()
        if b"CANARY" in answer or b"PORT" in answer[:300]:
            first, _, body = answer.partition(b"\r\n\r\n")
            body = body.replace(b"CANARY", here)
            first = first.replace(b"CANARY", here).replace(b":PORT", f":{self.canary}".encode())
            lines = [one for one in first.split(b"\r\n") if not one.startswith(b"Content-Length")]
            lines.append(f"Content-Length: {len(body)}".encode())
            return b"\r\n".join(lines) + b"\r\n\r\n" + body
        return answer


@asynccontextmanager
async def serving(given: Zoo | None = None) -> AsyncIterator[Zoo]:
    """Serve all cases and the canary on loopback."""
    zoo = given or Zoo()
    writers: set[asyncio.StreamWriter] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            if zoo.is_slow(head):
                zoo.slow.add(writer)
                if not zoo.patient:
                    return
            answer = zoo.answer(head)
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writers.discard(writer)
            zoo.slow.discard(writer)
            writer.close()

    async def sing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        zoo.visits.append(str(writer.get_extra_info("peername")))
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=1000)
    canary = await asyncio.start_server(sing, "127.0.0.1", 0)
    zoo.port = server.sockets[0].getsockname()[1]
    zoo.canary = canary.sockets[0].getsockname()[1]
    try:
        yield zoo
    finally:
        for one in (server, canary):
            one.close()
        for writer in writers:
            writer.transport.abort()


async def main() -> None:
    async with serving() as zoo:
        print(zoo.port, zoo.canary, flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(len(zoo.visits), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
