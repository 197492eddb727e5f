"""A watch list as the database keeps it, read again: after a bad edit, or on other machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from monitor.config.load import LoadedWatch, read_text, read_watch
from monitor.config.redact import secrets_written_in, with_addresses
from monitor.config.settings import Settings
from monitor.errors import ConfigError
from monitor.matching import compile_watch


def read_kept(source: str, settings: Settings, opml: Mapping[str, bytes]) -> LoadedWatch:
    """The list of a text that was in force before; raises ``ConfigError`` if it no longer reads."""
    watch, problems = read_watch(
        source, file=str(settings.file), env=settings.env, folder=settings.folder, kept=opml
    )
    if watch is None:
        raise ConfigError(problems)
    matcher, _ = compile_watch(watch)
    return LoadedWatch(watch, matcher, tuple(problems), str(settings.file))


def filled(kept: str, settings: Settings) -> str:
    """The kept list, with the addresses that were left out as far as the file here has them."""
    try:
        return with_addresses(kept, read_text(settings.file), str(settings.file))
    except ConfigError:
        return kept


def still_missing(text: str, left_out: Sequence[str], settings: Settings) -> Set[str]:
    """The places of addresses that were left out of a kept list and are not in it again."""
    if not left_out:
        return set()
    return set(left_out) - set(secrets_written_in(text, str(settings.file)))
