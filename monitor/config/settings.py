"""Where the file and the database are; the only reader of the environment."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from monitor.errors import MonitorError

log = logging.getLogger("monitor.config")

IN_FILE = "_FILE"
LEASE, SHORTEST_LEASE = 25.0, 3.0
DEFAULT_FILE = "indicators.yaml"
DEFAULT_DATABASE = "sqlite:///monitor.db"
POSTGRESQL = ("postgresql+psycopg", "postgresql", "postgres")
"""How addresses of PostgreSQL begin; the first is what they all become."""


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What a command is to work on.

    ``backups`` is the folder of the daily backups, if one is named. ``env`` is
    the environment over the ``.env`` beside the file, and holds secrets. ``lease`` is after
    how many seconds of silence a worker's work is taken over by others. ``fault`` names a
    point at which to break off, for tests.
    """

    file: Path
    folder: Path
    database_url: str
    env: Mapping[str, str] = field(repr=False)
    fault: str | None = None
    backups: Path | None = None
    lease: float = LEASE


def read_settings(
    file: Path | str | None = None,
    database: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """
    The settings: what is given, else the environment, else ``.env``, else the defaults.

    ``MONITOR_FILE`` and ``MONITOR_DATABASE`` name the two; paths of databases
    are relative to the file's folder, and so is ``MONITOR_BACKUPS``, where backups
    go. ``MONITOR_LEASE`` is in seconds. ``MONITOR_FAULT`` is read from the
    environment alone. Raises ``MonitorError`` for a database that is none of ours.
    """
    environ = os.environ if environ is None else environ
    path = Path(file or environ.get("MONITOR_FILE") or DEFAULT_FILE).expanduser()
    folder = Path(os.path.abspath(path)).parent  # noqa: PTH100 - links stay as they are
    env = WithFiles({**read_dotenv(folder), **environ}, folder)
    address = database or env.get("MONITOR_DATABASE") or DEFAULT_DATABASE
    fault = environ.get("MONITOR_FAULT") or None
    named = env.get("MONITOR_BACKUPS")
    backups = folder / Path(named).expanduser() if named else None
    url, lease = database_url(address, folder), lease_of(env.get("MONITOR_LEASE") or "")
    return Settings(path, folder, url, env, fault, backups, lease)


def lease_of(said: str) -> float:
    """Seconds of silence after which a worker counts as gone; raises ``MonitorError``."""
    try:
        seconds = float(said or LEASE)
    except ValueError:
        seconds = 0.0
    if not SHORTEST_LEASE <= seconds <= 3600:
        raise MonitorError(
            f"MONITOR_LEASE is a number of seconds from {SHORTEST_LEASE:g} to 3600, not {said!r}"
        )
    return seconds


class WithFiles(Mapping[str, str]):
    """
    Variables, of which each may be given as the name of a file that holds its value.

    Where ``NAME`` is not set and ``NAME_FILE`` is, the value is what that file
    says, without the line break at its end: the way in which containers hand
    secrets over. A file is read when its variable is asked for, and only then.
    """

    def __init__(self, plain: Mapping[str, str], folder: Path) -> None:
        self._plain = plain
        self._folder = folder

    def __getitem__(self, name: str) -> str:
        file = self._plain.get(f"{name}{IN_FILE}")
        if self._plain.get(name) or not file or name == "MONITOR":
            return self._plain[name]
        try:
            return (self._folder / file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            log.warning("%s%s: %s cannot be read: %s", name, IN_FILE, file, why)
            raise KeyError(name) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._plain)

    def __len__(self) -> int:
        return len(self._plain)


def read_dotenv(folder: Path) -> dict[str, str]:
    """
    The variables that the ``.env`` in a folder sets.

    Values are taken as they stand: a ``$`` in a password is a ``$``. A
    ``.env`` that cannot be read counts as none.
    """
    try:
        written = dotenv_values(folder / ".env", interpolate=False, encoding="utf-8-sig")
    except (OSError, ValueError):
        return {}
    return {name: value for name, value in written.items() if value is not None}


def database_url(address: str, folder: Path) -> str:
    """
    A database's address, with the path of an SQLite file made absolute.

    A bare path is taken for an SQLite file; SQLite in memory stays as it is. A
    PostgreSQL address gets the driver that we speak to it with.
    Raises ``MonitorError`` for another kind of database, and shows no more of
    its address than how it begins: it may hold a password.
    """
    if "://" not in address:
        address = f"sqlite:///{address}"
    scheme, _, rest = address.partition("://")
    if scheme in POSTGRESQL:
        return f"{POSTGRESQL[0]}://{rest}"
    if address != "sqlite://" and not address.startswith("sqlite:///"):
        raise MonitorError(
            f"the database cannot be at an address that begins with {address.partition('://')[0]}"
            "://; write sqlite:///monitor.db for a file beside the watch list, "
            "sqlite:////srv/monitor.db with four slashes for a whole path, "
            "or postgresql+psycopg://user@host/name"
        )
    scheme, _, rest = address.partition(":///")
    if not rest or rest.startswith((":memory:", "file:")):
        return address
    name, mark, query = rest.partition("?")
    return f"{scheme}:///{folder / Path(name).expanduser()}{mark}{query}"
