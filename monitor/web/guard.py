"""What stands before every page: our own names only, safe headers, no change from elsewhere."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
OWN_NAMES = {"localhost", "localhost.localdomain", "testserver"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
COOKIE = "monitor_visitor"
SESSION_COOKIE = "monitor_session"
SESSION_LENGTH = 43


class Guarded:
    """
    Puts the safe headers on every answer, and answers only to our own names.

    A page elsewhere may make a browser ask 127.0.0.1 under a name of its own
    (DNS rebinding): whatever is neither a local name, nor a loopback address,
    nor the name in ``site_url``, nor the very address that was asked, is
    refused. So is every request that would change something and does not say
    that it comes from a page of ours.
    """

    def __init__(self, app: ASGIApp, site_url: Callable[[], str | None]) -> None:
        self._app = app
        self._site_url = site_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        visitor = visitor_of(headers)
        state = scope.setdefault("state", {})
        state["visitor"] = visitor or secrets.token_hex(16)
        state["is_secure"] = is_secure(scope, headers, self._site_url())

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                put_headers(scope, MutableHeaders(scope=message), known=bool(visitor))
            await send(message)

        refusal = self._refusal(scope, headers)
        await (refusal or self._app)(scope, receive, with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        is_ours = host.lower() == origin_of(self._site_url())[1]
        if not (is_ours or is_own_name(host) or is_own_address(host, scope)):
            return PlainTextResponse("This address is not served here.", status_code=421)
        if scope["method"] not in SAFE_METHODS and not is_from_here(headers, self._site_url()):
            return PlainTextResponse("This did not come from a page of ours.", status_code=403)
        return None


def put_headers(scope: Scope, headers: MutableHeaders, *, known: bool) -> None:
    """The safe headers, and for a page with a form the cookie that its token goes with."""
    for name, value in SAFE_HEADERS.items():
        headers[name] = value
    headers.setdefault("Referrer-Policy", "no-referrer")
    if not scope["path"].startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
    if scope["state"].get("has_form") and not known:
        # Lax, not Strict: a link in a mail leads to a form, too.
        visitor = scope["state"]["visitor"]
        secure = "; Secure" if scope["state"]["is_secure"] else ""
        headers.append("Set-Cookie", f"{COOKIE}={visitor}; Path=/; HttpOnly; SameSite=Lax{secure}")


def visitor_of(headers: Headers) -> str:
    """
    Whom a form is made for: the session that a cookie names, else the visitor; or nothing.

    Who logs in or out is another visitor from then on.
    """
    if session := session_of(headers):
        return hashlib.sha256(f"visitor|{session}".encode()).hexdigest()[:32]
    return _cookie(headers, COOKIE, 32)


def session_of(headers: Headers) -> str:
    """The session that the browser's cookie names, or nothing."""
    return _cookie(headers, SESSION_COOKIE, SESSION_LENGTH)


def _cookie(headers: Headers, name: str, length: int) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found is not None and len(found.value) == length else ""


def is_secure(scope: Scope, headers: Headers, site_url: str | None) -> bool:
    """Whether the browser came by https: to us, or to a proxy that has the site's name."""
    scheme, name = origin_of(site_url)
    is_site = headers.get("host", "").lower() == name
    return scope.get("scheme") == "https" or (scheme == "https" and is_site)


def is_own_name(host: str) -> bool:
    """Whether a Host header names this machine by a local name or by a loopback address."""
    name = _without_port(host)
    if name in OWN_NAMES:
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def is_own_address(host: str, scope: Scope) -> bool:
    """
    Whether a Host header is the very address that the request came in at.

    No name that somebody else gives out can be one.
    """
    server = scope.get("server")
    try:
        return server is not None and ip_address(_without_port(host)) == ip_address(server[0])
    except ValueError:
        return False


def _without_port(host: str) -> str:
    name = host.rsplit(":", 1)[0] if host.count(":") == 1 or host.startswith("[") else host
    return name.strip("[]").lower()


def is_from_here(headers: Headers, site_url: str | None) -> bool:
    """
    Whether a request that would change something was sent by a page of ours.

    A browser says so by ``Sec-Fetch-Site``, an older one by ``Origin`` alone.
    What says neither is no browser with one of our pages, and is refused.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    ours = origin_of(origin)[1] in (headers.get("host", "").lower(), origin_of(site_url)[1])
    if site is not None:
        return site == "same-origin" and (origin in (None, "null") or ours)
    return bool(origin) and origin != "null" and ours


def base_of(request: Request, site_url: str | None) -> str:
    """What stands before our paths for a reader elsewhere: ``site_url``, else as we were asked."""
    if site_url:
        return site_url.rstrip("/")
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def origin_of(url: str | None) -> tuple[str, str]:
    """Scheme and host with port of an address; empty where there is none."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return "", ""
    netloc = parts.netloc.rpartition("@")[2].lower()
    # An address without a host must not equal a request without one.
    return parts.scheme.lower(), netloc or "\0"
