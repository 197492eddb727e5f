"""A text or an address tried: which indicators would hit it and why, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from monitor.app import App
from monitor.digest.build import Report, lists_named
from monitor.errors import MonitorError
from monitor.feeds import plain
from monitor.matching import explain_all
from monitor.model import Feed, Hit, Item
from monitor.pipeline.page import KEY, LONGEST_TITLE, item_at
from monitor.web.changes import read_form
from monitor.web.evidence import came_near, lacks, tree
from monitor.web.points import points_of
from monitor.web.show import Shows
from monitor.web.stories import TREES_SHOWN, lack_of, text_of
from monitor.web.storyviews import Judgement, SeenText
from monitor.web.tokens import is_ours, token_for

LARGEST = 256 * 1024
LONGEST = 60_000
"""How many characters a text may have that is tried."""
NOWHERE = Feed(id="", url="", publisher="tried here")


@dataclass(frozen=True, slots=True)
class Trial:
    """
    What came of a text that was tried; ``hits`` would hit it, ``near`` and ``far`` would not.

    ``given`` is the form as it was sent, ``trouble`` why there is no result.
    """

    given: dict[str, str]
    feeds: tuple[tuple[str, str], ...]
    text: SeenText | None = None
    report: Report | None = None
    hits: tuple[Judgement, ...] = ()
    near: tuple[Judgement, ...] = ()
    far: tuple[Judgement, ...] = ()
    scope_lists: frozenset[str] = frozenset()
    trouble: str = ""


class Trying:
    """One page: a form, and under it what it came to. Nothing is stored."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/try", self.form, methods=["GET"]),
            Route("/try", self.answer, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        """The form, perhaps with an address or a text in it from elsewhere on the pages."""
        asked = request.query_params
        given = {name: asked.get(name, "")[:LONGEST] for name in ("text", "url", "feed", "lang")}
        return await self._page(request, Trial(given, self._feeds()))

    async def answer(self, request: Request) -> Response:
        """What a text or an address comes to."""
        form = await read_form(request, LARGEST)
        if not is_ours(request, form, self._app):
            raise HTTPException(403)
        blank = Trial({name: text for name, text in form.items() if name != "token"}, self._feeds())
        try:
            item = await self._item(form)
        except MonitorError as error:
            return await self._page(request, replace(blank, trouble=str(error)), 400)
        trial = await run_in_threadpool(self._tried, blank, item, form.get("feed", ""))
        return await self._page(request, trial)

    async def _item(self, form: dict[str, str]) -> Item:
        text, url = form.get("text", "").strip(), form.get("url", "").strip()
        if bool(text) == bool(url):
            raise MonitorError("Give either a text or an address.")
        if url:
            return await item_at(url, self._app.edges)
        if len(text) > LONGEST:
            raise MonitorError(f"A text of {LONGEST:,} characters at most can be tried.")
        first, _, rest = plain.from_text(text).strip().partition("\n")
        long = len(first) > LONGEST_TITLE
        return Item(
            key=KEY,
            feed="",
            title="" if long else first,
            summary=f"{first}\n{rest}".strip() if long else rest.strip(),
            lang=form.get("lang", "").strip()[:20] or None,
        )

    def _tried(self, blank: Trial, item: Item, feed_id: str) -> Trial:
        current = self._app.current
        watch, matcher = current.watch, current.matcher
        feed = watch.feed(feed_id)
        if feed is not None:
            item = replace(item, feed=feed.id, lang=item.lang or feed.lang)
        told = explain_all(item, matcher, feed or NOWHERE)
        judged = [
            Judgement(
                name,
                watch.indicator(name),
                Hit(KEY, name, one.signals, one.marks) if one.hit else None,
                holds=one.hit,
                standing=f"Not judged: {one.clause.note}." if one.clause.note else "",
                lacks=tuple(map(lack_of, lacks(one))),
                tree=tree(one, told) if one.hit or came_near(one) else (),
                points=points_of(one.scales),
            )
            for name, one in told.items()
        ]
        near = sorted((one for one in judged if not one.holds and one.tree), key=_shortfall)
        near[TREES_SHOWN:] = [replace(one, tree=()) for one in near[TREES_SHOWN:]]
        hits = tuple(one.hit for one in judged if one.hit)
        report = Report(item, feed or NOWHERE, self._app.clock(), hits)
        return replace(
            blank,
            text=text_of(report, [mark for hit in hits for mark in hit.marks]),
            report=report,
            hits=tuple(one for one in judged if one.holds),
            near=tuple(near),
            far=tuple(one for one in judged if not one.holds and not one.tree and one not in near),
            scope_lists=lists_named(watch.scope, watch.terms),
        )

    def _feeds(self) -> tuple[tuple[str, str], ...]:
        return tuple((feed.id, feed.publisher or feed.id) for feed in self._app.watch.feeds)

    async def _page(self, request: Request, trial: Trial, status: int = 200) -> Response:
        token = token_for(request, self._app)

        def make() -> str:
            frame = Shows(self._app, self._app.clock()).frame()
            return self._app.renderer.page("try.html", frame, view=trial, token=token)

        html = await run_in_threadpool(make)
        return HTMLResponse(html, status, {"Referrer-Policy": "same-origin"})


def _shortfall(one: Judgement) -> int:
    return len(one.lacks)
