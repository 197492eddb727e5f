"""What is done for the data itself, beside the watch: backups, and what is kept how long."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor import __version__
from monitor.config.document import MAX_BYTES
from monitor.config.load import decode
from monitor.config.redact import secrets_written_in
from monitor.config.settings import Settings
from monitor.config.values import SHORTEST_KEEPING
from monitor.errors import ConfigError, StoreError
from monitor.model import Keeping
from monitor.store import Store
from monitor.store.backup import Backup, Papers, Shelf, make_backup
from monitor.store.bundle import DATABASE, LIST, Bundle, Manifest, open_bundle
from monitor.store.compacting import give_back
from monitor.store.owning import beside, file_of, owning
from monitor.store.restoring import discard, put_in_place, replace_file, unpack_database
from monitor.store.retention import Pruned

BACKUP_EVERY = timedelta(hours=23, minutes=30)
"""The pause between two backups, so that the last is never older than a day."""
BY_HAND = (
    "a database on a server is not backed up by itself; let pg_dump or monitor db backup do it "
    "every day (docs/postgresql.md)"
)
PRUNE_EVERY = timedelta(hours=24)
_WITH_PASSWORD = re.compile(rb"://[^\s\"'<>/@]+:[^\s\"'<>/@]+@")


def shelf_of(settings: Settings) -> Shelf:
    """The daily backups: in ``MONITOR_BACKUPS``, or in ``backups`` beside the database."""
    file = file_of(settings.database_url)
    beside = (file.parent if file else settings.folder) / "backups"
    return Shelf(settings.backups or beside, file.stem if file else "monitor")


def back_up(
    store: Store,
    settings: Settings,
    target: Path,
    now: datetime,
    each: Callable[[], None] = lambda: None,
) -> Backup:
    """Back up the database with the watch list and its OPML files, while they are in use."""
    papers = papers_of(settings, store.archive.last_opml())
    return make_backup(store.database, target, papers, __version__, now, each)


def papers_of(settings: Settings, kept: Mapping[str, bytes]) -> Papers:
    """
    The watch list as it stands on the disk, with the OPML files of the list in force.

    An OPML file that is no longer there comes from the database, which keeps it.
    """
    left_out = []
    try:
        text = _content(settings.file)
    except StoreError as error:
        text = None
        left_out.append(f"{settings.file.name}: {error}; the database has the last good one")
    opml = {}
    for name, content in kept.items():
        try:
            opml[name] = _content(settings.folder / name)
        except StoreError:
            opml[name] = content
    return Papers(settings.file.name, text, opml, _secrets(text, opml), left_out)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise StoreError("it is too large")
        return path.read_bytes()
    except OSError as error:
        raise StoreError((error.strerror or "it cannot be read").lower()) from error


def _secrets(text: bytes | None, opml: Mapping[str, bytes]) -> list[str]:
    """Where the watch list and its OPML files write secrets out."""
    said = []
    if text is not None:
        try:
            said += secrets_written_in(decode(text, "indicators.yaml"), "indicators.yaml")
        except ConfigError:
            said.append("all of the watch list: it cannot be read, so what it holds is not known")
    said += [name for name, content in opml.items() if _WITH_PASSWORD.search(content)]
    return [f"the address in {place}" for place in said]


def backup_is_due(shelf: Shelf, now: datetime) -> bool:
    """Whether the last daily backup was made so long ago that another is."""
    last = shelf.last(now)
    return last is None or now - last >= BACKUP_EVERY


def daily_backup(
    store: Store,
    settings: Settings,
    keep: int,
    now: datetime,
    each: Callable[[], None] = lambda: None,
) -> Backup | None:
    """
    Make a backup if one is due, and delete all but the newest so many; 0 makes none.

    Of a database on a server none is made by itself: which machine would keep it? ``BY_HAND`` says
    what to do there.
    """
    shelf = shelf_of(settings)
    if keep < 1 or file_of(settings.database_url) is None or not backup_is_due(shelf, now):
        return None
    made = back_up(store, settings, shelf.target(now), now, each)
    shelf.thin(keep, now)
    return made


def let_go(
    store: Store, keeping: Keeping, now: datetime, each: Callable[[], None] = lambda: None
) -> tuple[Pruned, int] | None:
    """
    Once a day let go of what is kept no longer; what went, and how many bytes were given back.

    ``each`` is called now and then; what it raises breaks it off, and the next time goes on.
    """
    if now - store.database.made() < SHORTEST_KEEPING:
        return None  # nothing can be so old
    last = store.retention.last()
    if last is not None and timedelta(0) <= now - last < PRUNE_EVERY:
        return None
    before = now - keeping.unmatched if keeping.unmatched is not None else None
    pruned = store.retention.prune(before, now, each)
    return pruned, give_back(store.database, each)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore: the backup, what was moved where, and what is held or left out."""

    manifest: Manifest
    held: int
    moved: tuple[tuple[Path, Path], ...]
    left: tuple[str, ...]


def restore(
    settings: Settings, source: Path, now: datetime, *, database_only: bool = False
) -> Restored:
    """
    Bring the database and the watch list of a backup back; what they replace is kept beside them.

    Nothing is changed unless all of the backup is sound. Raises ``StoreError``
    for one that is not, and while a service works on the database.
    """
    file = file_of(settings.database_url)
    if file is None:
        raise StoreError(
            "a backup is restored into an SQLite file, and a server's database is made from that: "
            f"monitor db restore {source} --database watch.db, and then, into an empty database, "
            "monitor db copy watch.db postgresql+psycopg://..."
        )
    with owning(settings.database_url, "monitor db restore", now), open_bundle(source) as bundle:
        bundle.check()
        new = beside(file, ".restoring")
        discard(new)
        held = unpack_database(bundle, new, now)
        try:
            aside = put_in_place(new, file, now)
        finally:
            discard(new)
        moved = [(file, aside)] if aside else []
        left: list[str] = []
        if not database_only:
            for target, content in _papers_back(bundle, settings, left):
                before = replace_file(target, content, now)
                moved += [(target, before)] if before else []
        return Restored(bundle.manifest, held, tuple(moved), tuple(left))


def _papers_back(
    bundle: Bundle, settings: Settings, left: list[str]
) -> Iterator[tuple[Path, bytes]]:
    """Where the watch list and its OPML files go; those that may not go there are named."""
    files = bundle.manifest.files
    if LIST not in files:
        left.append("the watch list, which could not be read when the backup was made")
        return
    text = bundle.text(LIST)
    for name, kept in sorted(files.items()):
        if name in (LIST, DATABASE):
            continue
        if why := _wrong_place(kept.path, settings.folder, text):
            left.append(f"{kept.path}, {why}")
        else:
            yield settings.folder / kept.path, bundle.text(name)
    yield settings.file, text


def _wrong_place(name: str, folder: Path, text: bytes) -> str:
    """Why an OPML file is not written where the backup says, or nothing."""
    path = Path(name)
    inside = (folder / path).resolve().is_relative_to(folder.resolve())
    if path.is_absolute() or ".." in path.parts or not inside or "\0" in name:
        return "which is outside of the watch list's folder"
    if path.suffix.lower() not in (".opml", ".xml") or any(
        part.startswith(".") for part in path.parts
    ):
        return "which is no name of an OPML file"
    return "" if name.encode() in text else "which the watch list does not name"
