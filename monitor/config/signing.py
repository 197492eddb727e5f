"""The key that links in mails and forms on pages are signed with."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets

from monitor.config.settings import Settings

log = logging.getLogger("monitor.config")

KEY_FILE = "monitor.key"
KEY_VARIABLE = "MONITOR_KEY"


def signing_key(settings: Settings) -> bytes:
    """
    The key: that of ``MONITOR_KEY``, else that of the file ``monitor.key`` beside the watch list.

    The file is made at the first call, readable by its owner alone. Where it
    cannot be made, the key lasts as long as the process: links in mails that
    were sent before a restart then no longer work.
    """
    if given := settings.env.get(KEY_VARIABLE):
        return hashlib.sha256(given.encode()).digest()
    path = settings.folder / KEY_FILE
    fresh = secrets.token_hex(32)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="ascii", errors="replace").strip()
        if len(kept) >= 32:
            return hashlib.sha256(kept.encode()).digest()
        log.error("%s holds no key; delete it, and a new one is made", path)
    except OSError as error:
        log.warning("%s cannot be made: %s", path, error.strerror)
    else:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(fresh + "\n")
    return hashlib.sha256(fresh.encode()).digest()


def fingerprint(settings: Settings) -> str:
    """What tells one key from another and gives none away; nothing where there is none yet."""
    path = settings.folder / KEY_FILE
    if not settings.env.get(KEY_VARIABLE) and not path.exists():
        return ""
    return hashlib.sha256(b"fingerprint" + signing_key(settings)).hexdigest()[:16]
