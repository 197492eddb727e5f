"""The text of an article, found in its page by a process of its own."""

from __future__ import annotations

import json
import re
from types import TracebackType

from monitor.errors import ParseError
from monitor.feeds import wire
from monitor.feeds.guard import without_secrets
from monitor.feeds.workers import ParserPool
from monitor.model import Document

_HTML = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)


class ArticleReader:
    """
    Reads articles one at a time, in a worker process with limits on time and memory.

    The process is started with the first article: who asks for none pays
    nothing for it. It is another than those that read feeds, so that no feed
    waits for an article.
    """

    def __init__(self, *, cpu_seconds: int = 10, memory: int = 256 * 1024 * 1024) -> None:
        self._pool = ParserPool(
            1,
            cpu_seconds=cpu_seconds,
            memory=memory,
            most_slow=1,
            jobs=200,
            program="monitor.feeds.articleworker",
            reads="article",
        )
        self._open = False

    async def __aenter__(self) -> ArticleReader:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._open:
            await self._pool.close()

    async def read(self, document: Document) -> str:
        """
        The plain text of the article in a page.

        Raises :class:`ParseError` if it is no page, or holds no article that
        can be told from the rest of the page.
        """
        shown = without_secrets(document.url)
        if document.content_type and not _HTML.match(document.content_type):
            kind = document.content_type.partition(";")[0]
            raise ParseError(shown, f"The link leads to {kind}, not to a page.")
        if not self._open:
            self._open = True
            await self._pool.__aenter__()
        meta = json.dumps({"content_type": document.content_type}).encode()
        head = wire.REQUEST.pack(len(meta), len(document.body))
        texts = await self._pool.ask(head + meta + document.body, shown, _texts)
        return texts[0]


async def _texts(answer: bytes) -> list[str] | str:
    """A worker's answer, checked: the text in a list, or the sentence that says why not."""
    whole = json.loads(answer)
    if isinstance(whole, dict) and isinstance(whole.get("error"), str):
        return str(whole["error"])
    if not isinstance(whole, dict) or not isinstance(whole.get("text"), str):
        raise ValueError("no text")
    return [whole["text"]]
