"""
The token that every form of ours carries, written otherwise on each page.

Pages are packed on their way. What a packed page weighs tells a little of what
it repeats, and with it who can make a browser ask again and again could guess
at a token that is the same each time.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping

from starlette.requests import Request

from monitor.app import App


def token_for(request: Request, app: App) -> str | None:
    """The token of the forms on a page; with it goes a cookie, if there is none yet."""
    if app.signer is None:
        return None
    request.scope["state"]["has_form"] = True
    return masked(app.signer.form_token(request.state.visitor))


def is_ours(request: Request, form: Mapping[str, str], app: App) -> bool:
    """Whether a form that was sent is one of ours, made for this visitor."""
    token = unmasked(form.get("token", ""))
    return app.signer is not None and app.signer.is_form_token(request.state.visitor, token)


def masked(token: str) -> str:
    """A token under a mask that no other page has."""
    plain = token.encode()
    mask = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(mask + _under(mask, plain)).decode()


def unmasked(text: str) -> str:
    """The token under its mask; nothing for what is no masked token."""
    try:
        whole = base64.b64decode(text.encode(), b"-_", validate=True)
        half = len(whole) // 2
        return _under(whole[:half], whole[half:]).decode() if len(whole) == 2 * half else ""
    except (binascii.Error, ValueError):
        return ""


def _under(mask: bytes, text: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(mask, text, strict=True))
