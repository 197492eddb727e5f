"""Whether a channel's address is of a service that Apprise knows; never shows the address."""

from __future__ import annotations

import re
from typing import Any

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://\S")
_USUAL = re.compile(
    r"discord|forms?|gotifys?|jsons?|mailtos?|matrixs?|mattermost|mmosts?|msteams"
    r"|mqtts?|ntfys?|rockets?|slack|tgram|xmls?"
)
"""Known without loading Apprise, which takes more than a second."""


def unknown_scheme(address: str) -> str | None:
    """What is wrong with a channel's address as far as its scheme says; ``None`` if nothing is."""
    found = _SCHEME.match(address.strip())
    if found is None:
        return "this is no channel address, which begins with the service, as in mailtos://"
    scheme = found[1].lower()
    if _USUAL.fullmatch(scheme) or _apprise_knows(scheme, address.strip()):
        return None
    return f'there is no kind of channel that begins with "{scheme}://"'


def _apprise_knows(scheme: str, address: str) -> bool:
    from apprise.manager_plugins import NotificationManager

    manager: Any = NotificationManager  # it has no types
    known = manager()
    if scheme in ("http", "https"):
        # Some services may be named by the address that they themselves hand out.
        return any(plugin.parse_native_url(address) for plugin in known.plugins())
    return scheme in known
