"""
Addresses with secrets in them, kept out of what is stored.

The last good watch list is kept in the database, so that a restart during a
bad edit goes on watching. Channel addresses that the file itself writes out,
instead of naming a variable, are not part of it: a database is copied and
backed up by people who need not know them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.config.compose import Mapping, Scalar, Sequence
from monitor.config.document import Document, Path, read_document
from monitor.config.scalars import start_of
from monitor.feeds.guard import has_secrets, without_secrets

VARIABLE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_IN_COMMENTS = re.compile(r"(?m)^([ \t]*#)(.*)$")
_SERVICE = re.compile(r"(?!https?:)[A-Za-z][\w+.-]*://[^\s\"',}]+")
LEFT_OUT = "ADDRESS_LEFT_OUT"
"""The variable that stands for an address that was left out; it is set by nobody."""


def variables(address: str) -> list[str]:
    """The environment variables that a channel's address names, in order."""
    return [found[1] for found in VARIABLE.finditer(address) if found[1]]


def without_addresses(document: Document) -> str:
    """
    The file's text with ``${ADDRESS_LEFT_OUT}`` for every address that it writes out.

    Only one that is a variable and nothing else stays. Of a feed's address only
    its credentials go. Addresses of services
    in comment lines go as well: a channel that was switched off is one.
    """
    text = document.text
    literal = {one.start: (one, f"${{{LEFT_OUT}}}") for one in _literal(document)}
    for path in _feed_paths(document):
        scalar = document.scalar(path)
        if scalar is not None and has_secrets(scalar.written.value.strip()):
            literal[scalar.start] = (scalar, without_secrets(scalar.written.value.strip()))
    for _, (scalar, instead) in sorted(literal.items(), reverse=True):
        text = _put(text, scalar, instead)
    return _IN_COMMENTS.sub(lambda found: found[1] + _SERVICE.sub(LEFT_OUT, found[2]), text)


def secrets_written_in(text: str, file: str) -> list[str]:
    """
    Where a watch list writes secrets out, instead of naming a variable; never what they are.

    Raises ``ConfigError`` for a text that cannot be read at all.
    """
    document = read_document(text, file)
    places = [
        ".".join(map(str, path)) for path in _paths(document) if _is_literal(document.scalar(path))
    ]
    for path in _feed_paths(document):
        scalar = document.scalar(path)
        if scalar is not None and has_secrets(scalar.written.value.strip()):
            places.append(f"feeds[{path[1]}].url")
    return places


def _put(text: str, scalar: Scalar, value: str) -> str:
    """The text with another value, in double quotes, in the place of a scalar."""
    written = scalar.written
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    after = "\n" if written.style in ("|", ">") else ""
    return f'{text[: start_of(written, text)]}"{escaped}"{after}{text[written.end :]}'


def with_addresses(kept: str, text: str, file: str) -> str:
    """
    A kept list with the addresses that were left out, as far as the file has them now.

    The file is one that was refused; most are refused for what they say, and
    can still be read. A channel that is not found stays without its address:
    it is not set up, and its messages are held.
    """
    document, now = read_document(kept, file), read_document(text, file)
    back: dict[int, tuple[Scalar, str]] = {}
    for path in (*_paths(document), *_feed_paths(document)):
        scalar, other = document.scalar(path), now.scalar(path)
        if scalar is None or other is None:
            continue
        was, value = scalar.written.value.strip(), other.written.value.strip()
        if LEFT_OUT in was or (was != value and was == without_secrets(value)):
            back[scalar.start] = (scalar, value)
    for _, (scalar, value) in sorted(back.items(), reverse=True):
        kept = _put(kept, scalar, value)
    return kept


def _literal(document: Document) -> Iterator[Scalar]:
    for path in _paths(document):
        scalar = document.scalar(path)
        if scalar is not None and _is_literal(scalar):
            yield scalar


def _is_literal(scalar: Scalar | None) -> bool:
    """Whether an address is written out, so that not all of it is a variable."""
    value = scalar.written.value.strip() if scalar is not None else ""
    return bool(value) and not VARIABLE.fullmatch(value)


def _feed_paths(document: Document) -> Iterator[Path]:
    """Where addresses of feeds stand, which may hold a user and password."""
    feeds = document.root.entries.get("feeds") if isinstance(document.root, Mapping) else None
    if feeds is not None and isinstance(feeds[1], Sequence):
        for number in range(len(feeds[1].items)):
            yield ("feeds", number, "url")


def _paths(document: Document) -> Iterator[Path]:
    """Where addresses with secrets stand: the channels, and the heartbeat."""
    alerts = document.root.entries.get("alerts") if isinstance(document.root, Mapping) else None
    if alerts is None or not isinstance(alerts[1], Mapping):
        return
    channels = alerts[1].entries.get("channels")
    if channels is not None and isinstance(channels[1], Mapping):
        for name in channels[1].entries:
            yield ("alerts", "channels", name)
    yield ("alerts", "heartbeat")
