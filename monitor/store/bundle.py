"""
The file that a backup is: a zip archive with a manifest, read as if an enemy had written it.

An archive that comes from elsewhere may name files outside of where it is
unpacked, hold links, unpack to more than any disk takes, or be damaged. So it
is asked for nothing but the few names that a backup has, each a plain file of
the size and checksum that its manifest states, and nothing is unpacked by the
name that it has in the archive.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from monitor.errors import StoreError

MANIFEST = "manifest.json"
DATABASE = "monitor.sqlite"
LIST = "indicators.yaml"
OPML = "opml/{:04}.opml"
_NAMES = re.compile(r"manifest\.json|monitor\.sqlite|indicators\.yaml|opml/[0-9]{4}\.opml")
LARGEST_MANIFEST = 1024 * 1024
LARGEST_TEXT = 8 * 1024 * 1024
"""As much as the watch list or an OPML file may have anywhere else."""
MOST_FILES = 1_003
LARGEST_RATIO = 200
"""So many times its size in the archive a file may have; a database shrinks to a quarter."""
HARMLESS = 64 * 1024 * 1024
"""What is no larger may shrink as it likes: a new database is nearly empty."""
CHUNK = 1024 * 1024
LEVEL = 1
"""How hard to press: a little more would take several times as long."""


class Kept(BaseModel):
    """One file of a backup: how long it is, its SHA-256, and where it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    path: str = ""
    """For the watch list and OPML files: their path from the watch list's folder."""


class Manifest(BaseModel):
    """What a backup holds, of when, by which version; what in it is secret, and what is not in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    product: Literal["what-to-watch"] = "what-to-watch"
    version: str
    made: AwareDatetime
    schema_revision: str = Field(pattern="^[0-9]{4}$")
    rows: Mapping[str, int]
    files: Mapping[str, Kept]
    secrets: Sequence[str] = ()
    left_out: Sequence[str] = ()


class _AnyFormat(BaseModel):
    """As much of a manifest as every version of the format has."""

    format: int
    version: str = "of a later format"


class BundleError(StoreError):
    """A file that is no sound backup; says what is wrong with it."""


def write_bundle(
    target: Path,
    manifest: Manifest,
    database: Path,
    texts: Mapping[str, bytes],
    each: Callable[[], None] = lambda: None,
) -> Manifest:
    """
    Write a backup and say what its manifest is; the checksums are made on the way.

    The file is whole or not there: it gets its name when it was written, read
    back and found to be as its manifest says.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with _created(part) as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
                files = {DATABASE: _put_file(archive, database, each)}
                for name, content in texts.items():
                    _put(archive, name, content, manifest.made)
                    before = manifest.files[name]
                    files[name] = before.model_copy(update=_measured(content))
                manifest = manifest.model_copy(update={"files": files})
                said = manifest.model_dump_json(indent=2).encode()
                _put(archive, MANIFEST, said, manifest.made)
            out.flush()
            os.fsync(out.fileno())
        with open_bundle(part) as bundle:
            bundle.check(each)
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _measured(content: bytes) -> dict[str, object]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _created(path: Path) -> IO[bytes]:
    """A new file that only its owner can read."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")


def _entry(name: str, made: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, made.timetuple()[:6])
    entry.external_attr = (stat.S_IFREG | 0o600) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _put(archive: zipfile.ZipFile, name: str, content: bytes, made: datetime) -> None:
    archive.writestr(_entry(name, made), content, compresslevel=LEVEL)


def _put_file(archive: zipfile.ZipFile, path: Path, each: Callable[[], None]) -> Kept:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(DATABASE, "w", force_zip64=True) as out:
        while part := source.read(CHUNK):
            digest.update(part)
            size += len(part)
            out.write(part)
            each()
    return Kept(bytes=size, sha256=digest.hexdigest())


def sync_folder(folder: Path) -> None:
    """See to it that the names in a folder outlive a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Bundle:
    """A backup that was opened: its manifest, and its files, each checked as it is read."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    def check(self, each: Callable[[], None] = lambda: None) -> None:
        """Read everything; raises ``BundleError`` where a file is not what the manifest says."""
        for name in self.manifest.files:
            for _ in self._parts(name):
                each()

    def text(self, name: str) -> bytes:
        """A small file whole."""
        return b"".join(self._parts(name))

    def unpack(self, name: str, target: Path) -> None:
        """Write one file out to a path of our own choice."""
        with _created(target) as out:
            for part in self._parts(name):
                out.write(part)
            out.flush()
            os.fsync(out.fileno())

    def _parts(self, name: str) -> Iterator[bytes]:
        kept = self.manifest.files[name]
        digest, size = hashlib.sha256(), 0
        with _told(name), self._archive.open(name) as source:
            while part := source.read(CHUNK):
                size += len(part)
                if size > kept.bytes:
                    raise BundleError(f"{name} is longer than its manifest says")
                digest.update(part)
                yield part
        if (size, digest.hexdigest()) != (kept.bytes, kept.sha256):
            raise BundleError(f"{name} is damaged: its checksum is another than the manifest says")


@contextmanager
def open_bundle(path: Path) -> Iterator[Bundle]:
    """
    Open a backup, its structure and its manifest checked; its files are checked as they are read.

    Raises ``BundleError`` for what is none of ours, and says why.
    """
    try:
        with path.open("rb") as source, _told(path.name), zipfile.ZipFile(source) as archive:
            _check_entries(archive.infolist())
            manifest = _manifest_of(archive)
            _check_sizes(archive, manifest)
            yield Bundle(archive, manifest)
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"{path} cannot be read: {error.strerror or error}") from error


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What the readers of archives raise, in a sentence."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BundleError(f"{name} is no backup, or is damaged: {error}") from error


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise BundleError(f"it holds {len(entries)} files; no backup has so many")
    seen: set[str] = set()
    for entry in entries:
        shown = repr(entry.orig_filename[:80])
        if why := _wrong_entry(entry):
            raise BundleError(f"it holds {shown}, {why}; nothing was unpacked")
        if entry.filename in seen:
            raise BundleError(f"it holds {shown} twice; nothing was unpacked")
        seen.add(entry.filename)


def _wrong_entry(entry: zipfile.ZipInfo) -> str:
    """What keeps an entry from being unpacked, or nothing."""
    name = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
        return "which leads out of the folder"
    if kind == stat.S_IFLNK:
        return "which is a link"
    if kind not in (0, stat.S_IFREG) or entry.is_dir():
        return "which is no plain file"
    if entry.filename != name or not _NAMES.fullmatch(name):
        return "which no backup has"
    if entry.flag_bits & 0x1 or entry.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ):
        return "which is packed in a way that no backup is"
    if name != DATABASE and entry.file_size > LARGEST_TEXT:
        return f"of {entry.file_size} bytes, which is too large"
    if entry.file_size > max(LARGEST_RATIO * entry.compress_size, HARMLESS):
        return "which would unpack to far more than it is: a bomb"
    return ""


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    found = next((one for one in archive.infolist() if one.filename == MANIFEST), None)
    if found is None or found.file_size > LARGEST_MANIFEST:
        raise BundleError("it has no manifest, so it is no backup of ours")
    said = archive.read(found)
    try:
        any_format = _AnyFormat.model_validate_json(said)
        if any_format.format > 1:
            raise BundleError(
                f"it was made by a newer version ({any_format.version}); update what-to-watch"
            )
        return Manifest.model_validate_json(said)
    except (ValidationError, RecursionError) as error:
        problems = error.errors() if isinstance(error, ValidationError) else []
        first = problems[0] if problems else {"loc": (), "msg": "it is nested too deep"}
        where = ".".join(map(str, first["loc"]))
        raise BundleError(f"its manifest is not in order: {where}: {first['msg']}") from error


def _check_sizes(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    held = {one.filename: one.file_size for one in archive.infolist() if one.filename != MANIFEST}
    said = {name: kept.bytes for name, kept in manifest.files.items()}
    if held != said or DATABASE not in held:
        wrong = sorted(held.items() ^ said.items()) or [(DATABASE, 0)]
        raise BundleError(f"{wrong[0][0]} is not what its manifest says: it is damaged, or altered")
