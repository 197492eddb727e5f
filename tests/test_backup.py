"""Backups: made while the database is in use, checked, and read as if an enemy wrote them."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
import threading
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app import open_app
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.errors import StoreError
from monitor.housekeeping import back_up, daily_backup, restore, shelf_of
from monitor.store import Store, restoring
from monitor.store import backup as backup_module
from monitor.store.bundle import DATABASE, LIST, MANIFEST, open_bundle
from monitor.store.owning import OwnedError, owning
from monitor.store.restoring import restored_at
from tests.commands import run
from tests.make import HOUR, NOON, a_draft

LIST_TEXT = """\
feeds:
  - {opml: more.opml}
  - {id: wire, url: 'https://ana:secret@wire.example/rss'}
indicators: [{id: ports, title: Ports, match: port}]
alerts: {channels: {desk: 'json://ana:secret@desk.example/', chat: '${CHAT}'}}
"""
OPML_TEXT = "<opml><body><outline xmlUrl='https://bob:pass@sea.example/rss'/></body></opml>"


@pytest.fixture(autouse=True)
def room(monkeypatch):
    """A small disk will do."""
    monkeypatch.setattr(backup_module, "RESERVE", 0)
    monkeypatch.setattr("monitor.store.restoring.RESERVE", 0)


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "indicators.yaml").write_text(LIST_TEXT)
    (tmp_path / "more.opml").write_text(OPML_TEXT)
    return read_settings(tmp_path / "indicators.yaml", None, {})


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A database with a message, a session and an OPML file in force, closed."""
    path = tmp_path_factory.mktemp("template") / "monitor.db"
    store = Store(f"sqlite:///{path}")
    store.upgrade()
    store.outbox.put([a_draft()], NOON)
    store.archive.keep_opml({"more.opml": OPML_TEXT.encode()})
    store.access.set_password("hash")
    store.access.begin("mark", "hash", NOON, NOON + HOUR)
    store.close()
    return path


@pytest.fixture
def stored(settings, template):
    """The store that the settings name, with what is in the template."""
    shutil.copy(template, settings.folder / "monitor.db")
    store = Store(settings.database_url)
    yield store
    store.close()


@pytest.fixture
def made(stored, settings, tmp_path):
    return back_up(stored, settings, tmp_path / "kept.zip", NOON)


def states(url):
    store = Store(url)
    try:
        return [(one.key, one.state, one.note) for one in store.outbox.latest(9)]
    finally:
        store.close()


# --- making one


def test_a_backup_holds_the_database_the_list_and_its_opml_files(made):
    with open_bundle(made.path) as bundle:
        bundle.check()
        said = bundle.manifest
        assert bundle.text(LIST).decode() == LIST_TEXT
        assert bundle.text("opml/0001.opml").decode() == OPML_TEXT
    assert said.made == NOON
    assert said.rows["delivery"] == 1
    assert said.files["opml/0001.opml"].path == "more.opml"
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [one.name for one in made.path.parent.glob(".*")] == []


def test_a_backup_names_what_is_secret_in_it_and_never_what_it_is(made):
    said = "\n".join(made.manifest.secrets)
    assert "the address in alerts.channels.desk" in said
    assert "alerts.channels.chat" not in said
    assert "the address in feeds[1].url" in said
    assert "the address in more.opml" in said
    assert "the hash of the pages' password" in said
    assert "secret" not in said.replace("secrets", "")
    assert any(".env" in one for one in made.manifest.left_out)


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(stored, settings, tmp_path):
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            stored.outbox.put([a_draft(f"alert|{number}|{half}") for half in "ab"], NOON)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            made = back_up(stored, settings, tmp_path / f"{number}.zip", NOON)
            with open_bundle(made.path) as bundle:
                bundle.unpack(DATABASE, tmp_path / "out.sqlite")
            with closing(sqlite3.connect(tmp_path / "out.sqlite")) as copy:
                ((rows,),) = copy.execute("SELECT count(*) FROM delivery")
            assert rows == made.manifest.rows["delivery"]
            assert rows % 2 == 1
    finally:
        stop.set()
        writer.join()


def test_a_damaged_database_is_not_backed_up_over_good_backups(stored, settings, tmp_path):
    stored.close()
    with closing(sqlite3.connect(tmp_path / "monitor.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(truncate)")
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name='delivery'")
    with (tmp_path / "monitor.db").open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\x0d" + b"\xff" * 500)
    with pytest.raises(StoreError):
        back_up(stored, settings, tmp_path / "kept.zip", NOON)
    assert not list(tmp_path.glob("*kept.zip*"))


def test_a_disk_without_room_is_told_before_anything_is_written(stored, settings, monkeypatch):
    monkeypatch.setattr(backup_module, "RESERVE", 2**62)
    with pytest.raises(StoreError, match=r"a backup needs \d+ MB .* are free"):
        back_up(stored, settings, settings.folder / "kept.zip", NOON)


def test_a_list_that_cannot_be_read_is_named_as_left_out(stored, settings):
    settings.file.unlink()
    made = back_up(stored, settings, settings.folder / "kept.zip", NOON)
    assert LIST not in made.manifest.files
    assert any("indicators.yaml: no such file" in one for one in made.manifest.left_out)


def test_a_database_on_a_server_is_backed_up_into_the_same_kind_of_file(
    postgres, settings, tmp_path
):
    source = Store(postgres.upgraded())
    try:
        source.outbox.put([a_draft()], NOON)
        made = back_up(source, settings, tmp_path / "kept.zip", NOON)
    finally:
        source.close()
    restore(settings, made.path, NOON)
    assert [key for key, _, _ in states(settings.database_url)] == ["alert|new|one|desk"]


def test_daily_backups_are_made_once_a_day_and_thinned(stored, settings):
    shelf = shelf_of(settings)
    for hours in range(0, 24 * 4, 6):
        daily_backup(stored, settings, 2, NOON + hours * HOUR)
    days = [made - NOON for made, _ in shelf.backups()]
    assert days == [timedelta(days=2), timedelta(days=3)]
    assert shelf.last(NOON + timedelta(days=9)) == NOON + timedelta(days=3)
    assert daily_backup(stored, settings, 0, NOON + timedelta(days=9)) is None


async def test_the_service_backs_up_when_the_feeds_were_read(stored, settings):
    settings.file.write_text("indicators: [{id: ports, title: Ports, match: port}]\n")
    (settings.folder / "more.opml").touch()
    async with open_app(settings, load(settings.file, settings.env)) as app:
        await app.keep_house()
        assert shelf_of(settings).backups() == []
        await app.publish_when_read()
        for _ in range(2):
            await app.keep_house()
    ((_, path),) = shelf_of(settings).backups()
    with open_bundle(path) as bundle:
        assert bundle.text(LIST) == settings.file.read_bytes()


def test_other_files_among_the_backups_are_left_alone(stored, settings):
    shelf = shelf_of(settings)
    folder = shelf.target(NOON).parent
    folder.mkdir()
    for name in ("monitor-of-old.zip", "notes.txt"):
        (folder / name).touch()
    shelf.thin(1, NOON)
    assert len(list(folder.iterdir())) == 2


# --- bringing one back


def test_a_restore_brings_all_back_keeps_what_it_replaces_and_holds_what_waited(
    made, stored, settings, tmp_path
):
    stored.outbox.put([a_draft("alert|new|two|desk")], NOON)
    stored.close()
    settings.file.write_text("title: another\n")
    (tmp_path / "more.opml").unlink()
    done = restore(settings, made.path, NOON + HOUR)
    assert states(settings.database_url) == [
        ("alert|new|one|desk", "held", "restored from a backup: it may have been sent before")
    ]
    assert done.held == 1
    assert settings.file.read_text() == LIST_TEXT
    assert (tmp_path / "more.opml").read_text() == OPML_TEXT
    kept = dict(done.moved)
    assert len(states(f"sqlite:///{kept[tmp_path / 'monitor.db']}")) == 2
    assert kept[settings.file].read_text() == "title: another\n"
    back = Store(settings.database_url)
    assert restored_at(back.database) == NOON + HOUR
    assert not back.access.is_in("mark", NOON)
    assert back.access.password() == "hash"
    back.close()


def test_a_restore_twice_in_a_second_keeps_both(made, stored, settings, tmp_path):
    stored.close()
    for _ in range(3):
        restore(settings, made.path, NOON)
    assert len(list(tmp_path.glob("monitor.db.before-restore-*"))) == 3


def test_a_restore_goes_to_an_empty_place_too(made, stored, settings, tmp_path):
    stored.close()
    other = read_settings(tmp_path / "new" / "indicators.yaml", None, {})
    (tmp_path / "new").mkdir()
    assert restore(other, made.path, NOON).moved == ()
    assert len(states(other.database_url)) == 1
    assert (tmp_path / "new" / "more.opml").read_text() == OPML_TEXT


def test_a_damaged_database_is_replaced_and_kept_with_all_that_belongs_to_it(
    made, stored, settings, tmp_path
):
    stored.close()
    database = tmp_path / "monitor.db"
    database.write_bytes(b"no database at all")
    (tmp_path / "monitor.db-wal").write_bytes(b"nor a log")
    aside = dict(restore(settings, made.path, NOON).moved)[database]
    assert aside.read_bytes() == b"no database at all"
    assert aside.with_name(aside.name + "-wal").read_bytes() == b"nor a log"
    assert len(states(settings.database_url)) == 1


@pytest.mark.parametrize("moment", ["_like", "_keep_also_as", "sync_folder"])
def test_a_restore_that_is_cut_off_leaves_a_whole_database_in_place(
    made, stored, settings, monkeypatch, moment
):
    """Wherever the process ends, what is there is the one before or the one that was kept."""
    stored.outbox.put([a_draft("alert|new|two|desk")], NOON)
    stored.close()

    def cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(restoring, moment, cut)
        with pytest.raises(KeyboardInterrupt):
            restore(settings, made.path, NOON)
    assert len(states(settings.database_url)) == (1 if moment == "sync_folder" else 2)
    restore(settings, made.path, NOON + HOUR)
    assert len(states(settings.database_url)) == 1


def test_the_database_alone_can_be_brought_back(made, stored, settings):
    stored.close()
    settings.file.write_text("title: another\n")
    restore(settings, made.path, NOON, database_only=True)
    assert settings.file.read_text() == "title: another\n"


def test_nothing_is_restored_under_a_service_or_an_open_command(
    made, stored, settings, monkeypatch
):
    monkeypatch.setattr("monitor.store.restoring.OPEN_SECONDS", 0.05)
    monkeypatch.setattr("monitor.store.owning.PATIENCE", 0.05)
    with owning(settings.database_url, "monitor run", NOON), pytest.raises(OwnedError):
        restore(settings, made.path, NOON)
    with (
        stored.database.reading() as connection,
        pytest.raises(StoreError, match="open in another command"),
    ):
        connection.exec_driver_sql("SELECT * FROM feed")
        restore(settings, made.path, NOON)
    assert states(settings.database_url)[0][1] == "pending"


def test_of_an_older_schema_a_backup_is_upgraded(made, stored, settings, tmp_path):
    stored.close()

    def older(name, content):
        if name == MANIFEST:
            said = json.loads(content)
            said["rows"] = {}
            said["schema_revision"] = "0001"
            said["files"][DATABASE] = measured(old)
            return json.dumps(said).encode()
        return old if name == DATABASE else content

    old = an_old_database(tmp_path / "old.sqlite")
    restore(settings, rewritten(made.path, older), NOON)
    assert states(settings.database_url) == []


def an_old_database(path: Path) -> bytes:
    """A database of the first schema."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    from monitor.store.database import MIGRATIONS

    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    return path.read_bytes()


# --- hostile ones


def measured(content: bytes) -> dict[str, object]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "path": ""}


def rewritten(path: Path, change, *extra) -> Path:
    """An archive with its files changed one by one (nothing leaves one out), and more added."""
    other = path.with_name("hostile.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                out.writestr(name, content)
        for entry, content in extra:
            out.writestr(entry, content)
    return other


def same(_name, content):
    return content


def manifest_with(**changes):
    def change(name, content):
        if name != MANIFEST:
            return content
        return json.dumps({**json.loads(content), **changes}).encode()

    return change


def database_with(*statements):
    """The database changed by somebody who put the manifest right."""

    def alter(content: bytes) -> bytes:
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(content)
            for statement in statements:
                copy.execute(statement)
            copy.commit()
            return copy.serialize()

    changed: dict[str, bytes] = {}

    def change(name, content):
        if name == DATABASE:
            changed[name] = alter(content)
            return changed[name]
        if name == MANIFEST:
            said = json.loads(content)
            said["files"][DATABASE] = measured(changed[DATABASE])
            return json.dumps(said).encode()
        return content

    return change


def entry(name, mode=stat.S_IFREG | 0o600):
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    made.compress_type = zipfile.ZIP_DEFLATED
    return made


def named(name):
    """An entry of just that name, which the class itself would cut at the NUL."""
    made = entry("x")
    made.filename = name
    return made


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("change", "extra", "told"),
    [
        pytest.param(same, [("../../evil", b"")], "leads out of the folder", id="traversal"),
        pytest.param(same, [("opml/../../evil", b"")], "leads out of the folder", id="hidden in"),
        pytest.param(same, [("/etc/evil", b"")], "leads out of the folder", id="whole path"),
        pytest.param(same, [("..\\evil", b"")], "leads out of the folder", id="of Windows"),
        pytest.param(same, [("C:evil", b"")], "leads out of the folder", id="of a drive"),
        pytest.param(same, [(".env", b"A=1")], "which no backup has", id="unknown name"),
        pytest.param(
            same, [(named("opml/0002.opml\0.png"), b"")], "no backup has", id="NUL in a name"
        ),
        pytest.param(
            same,
            [(entry("opml/0002.opml", stat.S_IFLNK | 0o777), b"/etc/passwd")],
            "which is a link",
            id="symbolic link",
        ),
        pytest.param(
            same,
            [(entry("opml/0002.opml", stat.S_IFIFO | 0o600), b"")],
            "no plain file",
            id="pipe",
        ),
        pytest.param(same, [("opml/", b"")], "no plain file", id="folder"),
        pytest.param(same, [(LIST, b"title: two\n")], "twice", id="the same name twice"),
        pytest.param(
            same, [(entry("opml/0002.opml"), b"\0" * 9_000_000)], "too large", id="large text"
        ),
        pytest.param(
            lambda name, content: b"\0" * 70_000_000 if name == DATABASE else content,
            [],
            "a bomb",
            id="bomb",
        ),
        pytest.param(
            same,
            [(f"opml/{number:04}.opml", b"") for number in range(2, 1_100)],
            "no backup has so many",
            id="too many files",
        ),
        pytest.param(
            lambda name, content: None if name == MANIFEST else content,
            [],
            "no manifest",
            id="without a manifest",
        ),
        pytest.param(
            lambda name, content: None if name == DATABASE else content,
            [],
            "is not what its manifest says",
            id="without a database",
        ),
        pytest.param(
            lambda name, content: content[::-1] if name == LIST else content,
            [],
            "indicators.yaml is damaged",
            id="wrong checksum",
        ),
        pytest.param(
            lambda name, content: content + b"#" if name == LIST else content,
            [],
            "indicators.yaml is not what its manifest says",
            id="wrong size",
        ),
        pytest.param(
            lambda name, content: b"{" * 100_000 if name == MANIFEST else content,
            [],
            "manifest is not in order",
            id="nested manifest",
        ),
        pytest.param(manifest_with(extra="what"), [], "manifest is not in order", id="unknown key"),
        pytest.param(manifest_with(format=2), [], "by a newer version", id="newer format"),
        pytest.param(
            manifest_with(schema_revision="9999"),
            [],
            "by a newer version (0.1.0, schema 9999)",
            id="newer schema",
        ),
        pytest.param(
            manifest_with(schema_revision="0001"),
            [],
            "another schema than its manifest",
            id="another schema",
        ),
        pytest.param(
            manifest_with(rows={"delivery": 2}),
            [],
            "1 rows of delivery where 2 should be",
            id="rows are missing",
        ),
        pytest.param(
            manifest_with(rows={"sqlite_master": 1}), [], "none of ours", id="counts another table"
        ),
        pytest.param(
            database_with(
                "CREATE TRIGGER evil AFTER INSERT ON item BEGIN DELETE FROM delivery; END"
            ),
            [],
            "has a trigger",
            id="a trigger",
        ),
        pytest.param(database_with("CREATE VIEW evil AS SELECT 1"), [], "has a view", id="a view"),
        pytest.param(
            database_with("CREATE TABLE evil (a)"), [], "none of ours", id="a table of its own"
        ),
        pytest.param(
            database_with("DROP TABLE mute", "CREATE VIRTUAL TABLE mute USING fts5(a)"),
            [],
            "none of ours",
            id="a table that is not what it seems",
        ),
    ],
)
def test_a_hostile_archive_changes_nothing(made, stored, settings, tmp_path, change, extra, told):
    stored.close()
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    hostile = rewritten(made.path, change, *extra)
    with pytest.raises(StoreError) as refused:
        restore(settings, hostile, NOON)
    assert told in str(refused.value)
    hostile.unlink()
    left = {path: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".lock"}
    assert left == before


@pytest.mark.parametrize("cut", [0, 10, 1000, -1])
def test_a_file_that_is_cut_short_is_no_backup(made, stored, settings, tmp_path, cut):
    stored.close()
    (tmp_path / "cut.zip").write_bytes(made.path.read_bytes()[:cut])
    with pytest.raises(StoreError, match="no backup, or is damaged"):
        restore(settings, tmp_path / "cut.zip", NOON)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("../evil.opml", "outside", id="traversal"),
        pytest.param("/tmp/evil.opml", "outside", id="whole path"),
        pytest.param("out/evil.opml", "outside", id="through a link"),
        pytest.param(".env", "no name of an OPML file", id="secrets"),
        pytest.param(".git/evil.xml", "no name of an OPML file", id="hidden folder"),
        pytest.param("run.py", "no name of an OPML file", id="a program"),
        pytest.param("other.opml", "does not name", id="not in the list"),
    ],
)
def test_an_opml_file_goes_nowhere_but_where_the_list_names_it(
    made, stored, settings, tmp_path, path, told
):
    stored.close()
    (tmp_path / "out").symlink_to(tmp_path.parent)

    def change(name, content):
        if name != MANIFEST:
            return content
        said = json.loads(content)
        said["files"]["opml/0001.opml"]["path"] = path
        return json.dumps(said).encode()

    done = restore(settings, rewritten(made.path, change), NOON)
    (left,) = done.left
    assert told in left
    assert not (tmp_path.parent / "evil.opml").exists()
    assert not (tmp_path / "other.opml").exists()


# --- by command


def test_backup_and_restore_by_command(stored, settings, tmp_path, capsys):
    words = ["--file", str(settings.file)]
    stored.close()
    target = tmp_path / "one.zip"
    assert run("db", "backup", str(target), *words) == 0
    told = capsys.readouterr().out
    assert "checked." in told
    assert "It holds: texts of items" in told
    assert run("db", "backup", str(target), *words) == 2
    assert "exists already" in capsys.readouterr().err
    assert run("db", "restore", str(target), *words, "--json") == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["held"], done["rows"]["delivery"]) == (1, 1)
    assert run("db", "restore", str(settings.file), *words) == 2
    assert "indicators.yaml was not restored: " in capsys.readouterr().err
    assert run("alerts", "release", *words) == 0
    assert "Port closed" in capsys.readouterr().out
    assert run("alerts", "release", "77", *words) == 2
    assert run("alerts", "release", "--all", *words) == 0
    assert "1 message will be sent" in capsys.readouterr().out
    assert states(settings.database_url) == [("alert|new|one|desk", "pending", "")]


def test_what_was_told_before_can_be_dropped(made, stored, settings, capsys):
    stored.close()
    restore(settings, made.path, NOON)
    assert run("alerts", "release", "--drop", "--all", "--file", str(settings.file)) == 0
    assert "will not be sent" in capsys.readouterr().out
    ((_, state, note),) = states(settings.database_url)
    assert (state, note) == ("parked", "not sent: somebody said that it was told before")
