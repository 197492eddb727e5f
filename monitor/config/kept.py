"""What a watch list as the database keeps it lacks: addresses that its file writes out."""

from __future__ import annotations

from collections.abc import Sequence, Set

from monitor.config.load import read_text
from monitor.config.redact import secrets_written_in, with_addresses
from monitor.config.settings import Settings
from monitor.errors import ConfigError


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
