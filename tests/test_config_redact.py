"""Channel addresses do not get into the watch list that is kept in the database."""

from __future__ import annotations

import pytest

from monitor.config.redact import with_addresses
from tests.make import read_watch

LIST = """\
title: Ports
indicators: [{id: ports, title: Ports, match: port}]
# - {to: old, url: mailto://ana:planted-1@old.example}
alerts:
  channels:
    plain: json://127.0.0.1/planted-2
    quoted: 'mailto://ana:planted-3@mail.example/?to=a@b.example'
    partly: ntfy://ana:planted-4@ntfy.example/${TOPIC}
    braces: "tgram://planted-5/1"
    block: |
      json://127.0.0.1/planted-6
    clean: ${CLEAN}
  heartbeat: https://ping.example/planted-7
  routes:
    - {to: [plain, clean]}
"""
ENV = {"TOPIC": "t", "CLEAN": "json://127.0.0.1/clean"}


def read(text, env=ENV):
    watch, problems = read_watch(text, env=env)
    assert watch is not None, problems
    return watch


def test_no_address_is_kept_and_the_kept_list_still_reads():
    watch = read(LIST)
    assert "planted" not in watch.kept
    assert watch.source == LIST
    again = read(watch.kept)
    assert [one.id for one in again.indicators] == ["ports"]
    assert {one.name: one.url for one in again.channels} == {
        "plain": None,
        "quoted": None,
        "partly": None,
        "braces": None,
        "block": None,
        "clean": "json://127.0.0.1/clean",
    }
    assert again.heartbeat is None


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(LIST.replace("match: port", "match: port AND"), id="a rule that is refused"),
        pytest.param(LIST.replace("title: Ports\n", "titel: Ports\n", 1), id="an unknown key"),
    ],
)
def test_a_restart_takes_the_addresses_from_the_refused_file(spoilt):
    watch = read(LIST)
    again = read(with_addresses(watch.kept, spoilt, "w.yaml"))
    assert again.channels == watch.channels
    assert again.heartbeat == watch.heartbeat


def test_of_a_file_that_is_no_yaml_the_channels_are_not_set_up():
    kept = read(LIST).kept
    assert with_addresses(kept, "alerts: [\n  : {", "w.yaml") == kept


def test_a_list_without_addresses_is_kept_as_it_is():
    clean = "".join(line for line in LIST.splitlines(True) if "planted" not in line)
    clean = clean.replace("    block: |\n", "").replace("[plain, clean]", "clean")
    assert read(clean).kept == clean


WITH_LOGIN = """\
title: Ports
feeds:
  - {id: login, url: "https://ana:planted-8@wire.example/feed"}
  - {id: token, url: https://wire.example/feed?page=2&token=planted-9}
  - id: plain
    url: https://other.example/feed?page=2
indicators: [{id: ports, title: Ports, match: port}]
"""


def test_of_a_feeds_address_its_credentials_are_not_kept():
    watch = read(WITH_LOGIN)
    assert "planted" not in watch.kept
    assert [one.url for one in read(watch.kept).feeds] == [
        "https://wire.example/feed",
        "https://wire.example/feed?page=2&token=***",
        "https://other.example/feed?page=2",
    ]


def test_a_restart_takes_the_credentials_of_feeds_from_the_refused_file():
    watch = read(WITH_LOGIN)
    whole = with_addresses(watch.kept, WITH_LOGIN.replace("match: port", "match: port AND"), "w")
    assert [one.url for one in read(whole).feeds] == [one.url for one in watch.feeds]
    # Another feed's address is another matter: the kept list goes on with its own.
    other = WITH_LOGIN.replace("planted-8@wire", "planted-8@elsewhere")
    again = read(with_addresses(watch.kept, other, "w"))
    assert again.feeds[0].url == "https://wire.example/feed"
