"""
The program that reads articles: pages in on one pipe, plain texts out on another.

It is started and confined as ``worker`` is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

import trafilatura

from monitor.feeds import plain, wire, worker
from monitor.feeds.charset import CHARSET, decode
from monitor.feeds.parse import MAX_CONTENT

SHORTEST = 200
"""Characters below which a text is no article but a notice, such as one about cookies."""

PARAGRAPH = "<p>The port was closed for the night after the storm, the harbour master said.</p>"
SAMPLE = (
    "<html><head><title>t</title></head><body><nav>Home</nav><article><h1>Port closed</h1>"
    + PARAGRAPH * 6
    + "<ul><li>a</li></ul><table><tr><td>b</td></tr></table></article></body></html>"
).encode()


def main() -> None:
    """Serve articles."""
    logging.disable(logging.CRITICAL)
    worker.run(warm_up, answer_to)


def warm_up() -> None:
    """Read an article and a page without one, so that all modules are loaded."""
    for sample in (SAMPLE, b"<html><body><p>x</p></body></html>"):
        answer_to(sample, {"content_type": "text/html"})


def article_in(body: bytes, content_type: str | None) -> str:
    """
    The plain text of the article in a page, without its menus and comments; or nothing.

    Raises nothing of its own; a page may make the reader fail in any way.
    """
    if not CHARSET.search(content_type or ""):
        said = CHARSET.search(body[:4096].decode("latin-1"))
        content_type = f"text/html; charset={said[1]}" if said else content_type
    found = trafilatura.extract(decode(body, content_type), include_comments=False)
    text = plain.cut(plain.from_text(found or ""), MAX_CONTENT)
    return text if len(text) >= SHORTEST else ""


def answer_to(body: bytes, meta: Mapping[str, str | None]) -> tuple[bytes, bool]:
    """The answer to one page, and whether this process is fit for another."""
    try:
        text = article_in(body, meta.get("content_type"))
    except MemoryError:
        return wire.pack_error("The article takes too much memory to read."), False
    except Exception as error:  # the outermost loop of this process
        what = f"{type(error).__name__}: {error}"[:200]
        return wire.pack_error(f"The article could not be read ({what})."), False
    if not text:
        return wire.pack_error("The page holds no article that can be told from the rest."), True
    return json.dumps({"text": text}, ensure_ascii=False).encode("utf-8", "replace"), True


if __name__ == "__main__":
    main()
