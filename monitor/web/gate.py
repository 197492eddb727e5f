"""Who is let in: with a password set, nobody without a session but to what is open to all."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import secrets
import time
from datetime import timedelta
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.app import App
from monitor.digest.wording import sentence
from monitor.errors import MonitorError, StoreAwayError
from monitor.web.changes import Form, read_form
from monitor.web.guard import SESSION_COOKIE, session_of
from monitor.web.machine import Trouble
from monitor.web.password import Guesses, fits
from monitor.web.show import Shows
from monitor.web.standstill import HIDDEN
from monitor.web.tokens import is_ours, token_for

log = logging.getLogger("monitor.web")

LASTS = timedelta(days=7)
OPEN = ("/login", "/healthz")
OPEN_BELOW = ("/static/", "/seen/")
"""What needs no session: the style, and the links in mails, which are signed."""
MACHINES = ("/api/", "/metrics", "/readyz")
FOR_MACHINES = (".atom", ".json", ".csv")
"""What programs read, who may give the password with each request; they only read."""
_NEEDED = Trouble(error="the password is needed")


class Doorkeeper:
    """Knows who is in, and lets in who knows the password."""

    def __init__(self, app: App, *, is_local: bool) -> None:
        self._app = app
        self._is_local = is_local
        self._guesses = Guesses()
        self._salt = secrets.token_bytes(16)
        self._known: tuple[str, bytes] | None = None

    def admits(self, session: str, authorization: str, address: str) -> bool | int:
        """
        Whether a request may go on, by its cookie or by the password it brings.

        Without a password all may where the pages are served on this machine
        alone; served elsewhere, nobody may, and ``MonitorError`` is raised. A
        number is the seconds until the next guess.
        """
        access = self._app.store.access
        hashed = access.password()
        if hashed is None:
            if not self._is_local:
                raise MonitorError("No password is set; set one with: monitor web password")
            return True
        if session and access.is_in(mark_of(session), self._app.clock()):
            return True
        given = _password_in(authorization)
        return self._fits(given, hashed, address) if given is not None else False

    def _fits(self, given: str, hashed: str, address: str) -> bool | int:
        """As ``fits``, but what was right before need not be worked out again."""
        mark = hashlib.blake2b(given.encode("utf-8", "replace"), key=self._salt).digest()
        known = self._known
        if known is not None and known[0] == hashed and hmac.compare_digest(known[1], mark):
            return True
        wait = self._guesses.wait(address, time.monotonic())
        if wait:
            return wait
        if not fits(given, hashed):
            return False
        self._known = (hashed, mark)
        return True

    def log_in(self, password: str, address: str) -> str | int | None:
        """A new session for who knows the password; else nothing, or how long to wait."""
        access = self._app.store.access
        hashed = access.password()
        wait = self._guesses.wait(address, time.monotonic())
        if wait or hashed is None:
            return wait or None
        if not fits(password, hashed):
            log.warning("a wrong password was given at the login page")
            return None
        self._guesses.forgive(address)
        session, now = secrets.token_urlsafe(32), self._app.clock()
        return session if access.begin(mark_of(session), hashed, now, now + LASTS) else None

    def told(self, error: StoreAwayError) -> str:
        """What may be said of a database that does not answer: who asks cannot be known."""
        return f"{sentence(str(error)) if self._is_local else HIDDEN}\n"

    def is_needed(self) -> bool:
        """Whether a password is set."""
        return self._app.store.access.password() is not None


class Gate:
    """
    Stands before every route, those that will be added too.

    What is not named as open wants a session: a page leads to the login page,
    all else is refused.
    """

    def __init__(self, app: ASGIApp, keeper: Doorkeeper) -> None:
        self._app = app
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "http" and not is_open(scope["path"]):
            refusal = await self._refusal(scope)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        path, headers = scope["path"], Headers(scope=scope)
        reads = scope["method"] in ("GET", "HEAD")
        for_machine = path.startswith(MACHINES) or path.endswith(FOR_MACHINES)
        basic = headers.get("authorization", "") if reads and for_machine else ""
        try:
            admitted = await run_in_threadpool(
                self._keeper.admits, session_of(headers), basic, address_of(scope)
            )
        except StoreAwayError as error:
            return PlainTextResponse(self._keeper.told(error), 503)
        except MonitorError as error:
            log.error("nobody is let in: %s", error)
            return PlainTextResponse("The pages cannot be shown now; the log says why.", 503)
        except Exception:
            # The outermost guard: who cannot be known is not let in.
            log.exception("it could not be told whether a request may go on")
            return PlainTextResponse("Error 500", 500)
        if admitted is True:
            return None
        if admitted is not False:
            return PlainTextResponse("Too many guesses.", 429, {"Retry-After": str(int(admitted))})
        if for_machine:
            realm = {"WWW-Authenticate": 'Basic realm="monitor", charset="UTF-8"'}
            sign = realm if reads else None
            if path.startswith("/api/"):
                return JSONResponse(_NEEDED.model_dump(mode="json"), 401, sign)
            return PlainTextResponse("The password is needed.", 401, sign)
        if not reads:
            return PlainTextResponse("Log in first.", 401)
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = quote(path) + (f"?{query}" if query else "")
        return RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303)


class Login:
    """The login page, and the way out."""

    def __init__(self, app: App, keeper: Doorkeeper) -> None:
        self._app = app
        self._keeper = keeper

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/login", self.ask, methods=["GET"]),
            Route("/login", self.answer, methods=["POST"]),
            Route("/logout", self.ask_to_leave, methods=["GET"]),
            Route("/logout", self.leave, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """The form; nothing to ask for where no password is set."""
        if not await run_in_threadpool(self._keeper.is_needed):
            return RedirectResponse("/", 303)
        return await self._page(request, safe_path(request.query_params.get("next", "")))

    async def answer(self, request: Request) -> Response:
        """Let in who knows the password."""
        form = await self._form(request)
        wanted = safe_path(form.get("next", ""))
        let = await run_in_threadpool(
            self._keeper.log_in, form.get("password", ""), address_of(request.scope)
        )
        if isinstance(let, int):
            return await self._page(request, wanted, f"Too many guesses; wait {let} seconds.", 429)
        if let is None:
            return await self._page(request, wanted, "This is not the password.", 401)
        answer = RedirectResponse(wanted, 303)
        answer.set_cookie(
            SESSION_COOKIE,
            let,
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=request.state.is_secure,
        )
        return answer

    async def ask_to_leave(self, request: Request) -> Response:
        """A form with one button."""
        token = token_for(request, self._app)

        def make() -> str:
            frame = Shows(self._app, self._app.clock()).frame()
            return self._app.renderer.page("logout.html", frame, token=token)

        html = await run_in_threadpool(make)
        return HTMLResponse(html, headers={"Referrer-Policy": "same-origin"})

    async def leave(self, request: Request) -> Response:
        """End the session, here and on the server."""
        await self._form(request)
        session = session_of(request.headers)
        if session:
            await run_in_threadpool(self._app.store.access.end, mark_of(session))
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(
            SESSION_COOKIE, httponly=True, samesite="lax", secure=request.state.is_secure
        )
        return answer

    async def _form(self, request: Request) -> Form:
        form = await read_form(request)
        if not is_ours(request, form, self._app):
            raise HTTPException(403)
        return form

    async def _page(
        self, request: Request, wanted: str, trouble: str = "", status: int = 200
    ) -> Response:
        view = {"next": wanted, "trouble": trouble}
        token = token_for(request, self._app)
        html = self._app.renderer.bare("login.html", view=view, token=token)
        return HTMLResponse(html, status, {"Referrer-Policy": "same-origin"})


def is_open(path: str) -> bool:
    """Whether a path needs no session."""
    return path in OPEN or path.startswith(OPEN_BELOW)


def safe_path(wanted: str) -> str:
    """
    Where to go after the login: a path of our own, else the first page.

    A browser reads two slashes, or a slash and a backslash, as another host.
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    if not is_ours or not plain or parts.scheme or parts.netloc or parts.path == "/login":
        return "/"
    return wanted


def mark_of(session: str) -> str:
    """By what a session is known again; its cookie is not kept."""
    return hashlib.sha256(session.encode()).hexdigest()


def address_of(scope: Scope) -> str:
    """Where a request comes from; what a proxy says of it is not believed."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _password_in(authorization: str) -> str | None:
    """The password of a Basic authorization, whatever the name with it."""
    kind, _, told = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(told, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
