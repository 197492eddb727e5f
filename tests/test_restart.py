"""A restart while a file is broken: the last good list goes on, with its OPML files."""

from __future__ import annotations

import pytest

from monitor.cli.running import _loaded_or_last_good
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.config.watching import WatchFile
from monitor.desk import open_desk, open_store
from monitor.errors import ConfigError

LIST = """\
title: Ports
feeds:
  - {opml: more.opml}
  - {id: wire, url: 'https://wire.example/rss'}
indicators: [{id: ports, title: Ports, match: port}]
"""
OPML = b"<opml><body><outline text='Sea' xmlUrl='https://sea.example/rss'/></body></opml>"


@pytest.fixture
def settings(tmp_path):
    """A list with an OPML file that has been in force."""
    (tmp_path / "indicators.yaml").write_text(LIST)
    (tmp_path / "more.opml").write_bytes(OPML)
    settings = read_settings(tmp_path / "indicators.yaml", None, {})
    with open_desk(settings, load(settings.file, settings.env)) as desk:
        desk.note(desk.watch)
    return settings


def restarted(settings):
    return _loaded_or_last_good(settings, WatchFile(settings.file, settings.env))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("more.opml", b"<opml><body><outline", "more.opml:1:", id="the OPML is broken"),
        pytest.param("more.opml", None, "there is no file more.opml", id="the OPML is gone"),
        pytest.param("indicators.yaml", b"title: [", "indicators.yaml:", id="the list is broken"),
    ],
)
def test_a_restart_goes_on_with_the_last_good_list(settings, capsys, name, content, said):
    path = settings.folder / name
    path.unlink() if content is None else path.write_bytes(content)
    loaded = restarted(settings)
    assert [feed.url for feed in loaded.watch.feeds] == [
        "https://sea.example/rss",
        "https://wire.example/rss",
    ]
    told = capsys.readouterr().err
    assert said in told
    assert "stays in force" in told


def test_a_later_opml_file_is_the_one_that_is_kept(settings):
    (settings.folder / "more.opml").write_bytes(OPML.replace(b"sea.example", b"bay.example"))
    with open_desk(settings, load(settings.file, settings.env)) as desk:
        desk.note(desk.watch)
    (settings.folder / "more.opml").unlink()
    assert restarted(settings).watch.feeds[0].url == "https://bay.example/rss"


def test_without_a_list_before_it_a_broken_file_ends_the_start(tmp_path):
    (tmp_path / "indicators.yaml").write_text(LIST)
    settings = read_settings(tmp_path / "indicators.yaml", None, {})
    open_store(settings).close()
    with pytest.raises(ConfigError, match=r"there is no file more\.opml"):
        restarted(settings)
