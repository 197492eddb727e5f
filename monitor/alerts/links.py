"""Signed links out of a mail: who has one may say one thing about one story, once."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

GOOD_FOR = timedelta(days=30)
_SIZE = 24


class LinkError(ValueError):
    """A link that is none of ours, or too old; its text says which."""


class Signer:
    """Signs with a key of at least 16 bytes, which never leaves the service."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("a signing key has 16 bytes or more")
        self._key = key

    def link(self, subject: str, now: datetime) -> str:
        """The part of an address that speaks for a story, for ``GOOD_FOR`` from now on."""
        until = int((now + GOOD_FOR).timestamp())
        told = _text(f"{until}:{subject}".encode())
        return f"{told}.{self._sign('link', told)}"

    def read_link(self, link: str, now: datetime) -> str:
        """The story that a link speaks for. Raises ``LinkError``."""
        told, _, signature = link.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("link", told).encode()):
            raise LinkError("this link is not one of this service")
        try:
            until, _, subject = base64.urlsafe_b64decode(told + "==").decode().partition(":")
            expires = datetime.fromtimestamp(int(until), UTC)
        except (ValueError, binascii.Error, OverflowError) as error:
            raise LinkError("this link is not one of this service") from error
        if now > expires:
            raise LinkError("this link is too old")
        return subject

    def form_token(self, visitor: str) -> str:
        """What a form of ours carries, so that a page elsewhere cannot send it."""
        return self._sign("form", visitor)

    def is_form_token(self, visitor: str, token: str) -> bool:
        """Whether a form was one of ours, made for this visitor."""
        return bool(visitor) and hmac.compare_digest(
            token.encode(), self.form_token(visitor).encode()
        )

    def _sign(self, what: str, text: str) -> str:
        signature = hmac.new(self._key, f"{what}|{text}".encode(), hashlib.sha256).digest()
        return _text(signature[:_SIZE])


def mark_of(link: str) -> str:
    """By what a used link is known again; the link itself is not kept."""
    return hashlib.sha256(link.encode()).hexdigest()[:32]


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
