"""What can be changed from a page: mutes, quiet, alerts seen, stories; all else only reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from monitor.alerts.links import LinkError, mark_of
from monitor.app import App
from monitor.digest.build import Story
from monitor.errors import MonitorError
from monitor.messages import Mute
from monitor.pipeline import regrouping, saying
from monitor.pipeline.crediting import CREDIBILITY, judge
from monitor.web.show import Shows, only_reads
from monitor.web.tokens import is_ours, token_for

LARGEST_FORM = 16 * 1024
HOURS = (1, 8, 24, 72, 168)
"""For how long a mute can last that is made on a page."""

Form = Mapping[str, str]


class Changes:
    """One method for each change; every one wants a form of ours with its token."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """The addresses that take something in."""
        return [
            Route("/stories/{story}/seen", self._checked(self.seen), methods=["POST"]),
            Route("/stories/{story}/split", self._checked(self.split), methods=["POST"]),
            Route("/stories/{story}/merge", self._checked(self.merge), methods=["POST"]),
            Route("/stories/{story}/judge", self._checked(self.judge), methods=["POST"]),
            Route("/indicators/{indicator}/mute", self._checked(self.mute), methods=["POST"]),
            Route("/mutes", self._checked(self.mute), methods=["POST"]),
            Route("/quiet", self._checked(self.quiet), methods=["POST"]),
            Route("/mutes/{number:int}/end", self._checked(self.end_mute), methods=["POST"]),
            Route("/seen/{link}", self.ask, methods=["GET"]),
            Route("/seen/{link}", self._checked(self.answer), methods=["POST"]),
        ]

    def _checked(
        self, handler: Callable[[Request, Form], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def checked(request: Request) -> Response:
            if self._app.read_only:
                return await self._say(request, "Not done", only_reads(self._app), status=403)
            form = await read_form(request)
            if not is_ours(request, form, self._app):
                raise HTTPException(403)
            try:
                return await handler(request, form)
            except MonitorError as error:
                return await self._say(request, "Not done", str(error), status=400)

        return checked

    async def seen(self, request: Request, form: Form) -> Response:
        """Somebody has seen the alerts on a story."""
        story: str = request.path_params["story"]
        await self._see(story, form)
        return RedirectResponse(request.url.path.removesuffix("/seen"), 303)

    async def split(self, request: Request, form: Form) -> Response:
        """Part an item from its story, and go on with the item's own."""
        item = form.get("item", "")
        story = await self._story_of(request.path_params["story"])
        if item not in {report.item.key for report in story.reports}:
            raise MonitorError("this item is not in the story; it may have been moved meanwhile")
        await self._regroup(regrouping.split, form, item)
        return RedirectResponse(f"/stories/{item}", 303)

    async def merge(self, request: Request, form: Form) -> Response:
        """Make one story of this one and another, and go on with both."""
        named = form.get("other", "").strip().rstrip("/").rpartition("/")[2]
        if not named:
            raise MonitorError("say which story: the address of its page, or its id")
        story = await self._story_of(request.path_params["story"])
        other = await self._story_of(named)
        merged = await self._regroup(
            regrouping.merge, form, story.lead.item.key, other.lead.item.key
        )
        return RedirectResponse(f"/stories/{merged}", 303)

    async def judge(self, request: Request, form: Form) -> Response:
        """Set the analyst's own credibility of a story, or take it back."""
        wanted = form.get("credibility", "")
        if wanted not in {"", *map(str, CREDIBILITY)}:
            raise MonitorError("say how credible it is, by the list")
        story = await self._story_of(request.path_params["story"])
        await run_in_threadpool(
            judge,
            story.lead.item.key,
            int(wanted) if wanted else None,
            self._app.store.stories,
            self._app.clock(),
            reason=form.get("reason", ""),
            by=form.get("by", "")[:60],
            turn=self._app.books.turn,
        )
        return RedirectResponse(f"/stories/{story.id}", 303)

    async def _story_of(self, name: str) -> Story:
        feeds = {feed.id: feed for feed in self._app.watch.feeds}
        story = await run_in_threadpool(self._app.store.reading.story, feeds, name)
        if story is None:
            raise MonitorError(
                f"there is no story {name[:60]}: give the address of its page, or its whole id"
            )
        return story

    async def _regroup(self, act: Callable[..., str], form: Form, *items: str) -> str:
        app = self._app
        return await run_in_threadpool(
            act,
            *items,
            app.watch,
            app.store.stories,
            app.clock(),
            reason=form.get("reason", ""),
            by=form.get("by", "")[:60],
            turn=app.books.turn,
        )

    async def mute(self, request: Request, form: Form) -> Response:
        """Hold the alerts of an indicator or on a term."""
        indicator = request.path_params.get("indicator") or form.get("indicator") or None
        await self._mute(indicator, form)
        return RedirectResponse("/ledger#mutes", 303)

    async def quiet(self, request: Request, form: Form) -> Response:
        """Hold all alerts."""
        wanted = Mute(self._until(form), reason=form.get("reason", ""), by=form.get("by", ""))
        await run_in_threadpool(saying.quiet, wanted, self._app.books)
        return RedirectResponse("/ledger#mutes", 303)

    async def end_mute(self, request: Request, form: Form) -> Response:
        """Lift a mute."""
        number: int = request.path_params["number"]
        now = self._app.clock()
        if not await run_in_threadpool(self._app.store.mutes.end, number, now):
            raise MonitorError("this mute has ended already")
        return RedirectResponse("/ledger#mutes", 303)

    # --- the link in a mail

    async def ask(self, request: Request) -> Response:
        """
        What the link in a mail shows: what can be said, and nothing is said yet.

        Mail programs and filters fetch links to look at them.
        """
        link: str = request.path_params["link"]
        story, _ = self._read(link)
        used = await run_in_threadpool(self._app.store.mutes.is_used, mark_of(link))
        if used:
            return await self._say(request, "Used", "This link was used; it works once.")
        titles = {one.id: one.title for one in self._app.watch.indicators}
        view = {"story": story, "hours": HOURS, "titles": titles}
        return await self._page(request, "seen.html", view)

    async def answer(self, request: Request, form: Form) -> Response:
        """Do what the reader of a mail asked for, once."""
        link: str = request.path_params["link"]
        story, subject = self._read(link)
        mutes = form.get("indicator", "")
        if mutes and mutes not in story.indicators:
            raise HTTPException(400)
        if not await run_in_threadpool(self._app.store.mutes.use, mark_of(link), self._app.clock()):
            return await self._say(request, "Used", "This link was used; it works once.", 410)
        if mutes:
            made = await self._mute(mutes, form)
            until = made.until.astimezone(self._app.watch.zone)
            told = f"Alerts of {mutes} are held until {until:%Y-%m-%d %H:%M}."
            return await self._say(request, "Muted", told)
        await self._see(subject, form)
        return await self._say(request, "Seen", "It is noted that this alert was seen.")

    def _read(self, link: str) -> tuple[Story, str]:
        if self._app.signer is None:
            raise HTTPException(404)
        try:
            subject = self._app.signer.read_link(link, self._app.clock())
        except LinkError:
            raise HTTPException(404) from None
        feeds = {feed.id: feed for feed in self._app.watch.feeds}
        story = self._app.store.reading.story(feeds, subject)
        if story is None:
            raise HTTPException(404)
        return story, subject

    # --- shared by pages and links

    async def _see(self, subject: str, form: Form) -> None:
        await run_in_threadpool(
            saying.see, subject, form.get("by", ""), self._app.watch, self._app.books
        )

    def _until(self, form: Form) -> datetime:
        hours = form.get("hours", "")
        if hours not in {str(one) for one in HOURS}:
            raise MonitorError("say for how long, by the list")
        return self._app.clock() + timedelta(hours=int(hours))

    async def _mute(self, indicator: str | None, form: Form) -> Mute:
        wanted = Mute(
            until=self._until(form),
            indicator=indicator,
            term=form.get("term") or None,
            reason=form.get("reason", ""),
            by=form.get("by", ""),
        )
        return await run_in_threadpool(saying.mute, wanted, self._app.watch, self._app.books)

    async def _say(self, request: Request, title: str, words: str, status: int = 200) -> Response:
        view = {"title": title, "words": words}
        return await self._page(request, "said.html", view, status)

    async def _page(self, request: Request, name: str, view: object, status: int = 200) -> Response:
        token = None if self._app.read_only else token_for(request, self._app)

        def make() -> str:
            frame = Shows(self._app, self._app.clock()).frame()
            return self._app.renderer.page(name, frame, view=view, token=token)

        html = await run_in_threadpool(make)
        return HTMLResponse(html, status, {"Referrer-Policy": "same-origin"})


async def read_form(request: Request, largest: int = LARGEST_FORM) -> dict[str, str]:
    """The fields of a form, each once; raises a 4xx for what is none or too large."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != (
        "application/x-www-form-urlencoded"
    ):
        raise HTTPException(415)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > largest:
            raise HTTPException(413)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise HTTPException(400) from None
    return {name: values[0] for name, values in fields.items()}
