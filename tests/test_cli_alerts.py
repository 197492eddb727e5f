"""The ``alerts`` commands: the ledger, where a story would go, mutes, seen, and a try."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.cli.alerting import read_until
from monitor.digest.ledger import state_named, state_words
from monitor.messages import LEDGER_STATES, Message
from monitor.store import Store
from tests.make import CARACAS, NOON, a_draft, a_watch, an_indicator, an_item
from tests.sinks import chat_sink, mail_sink
from tests.test_cli import monitor
from tests.test_story_page import KEY, keep

LIST = """\
title: Port watch
timezone: America/Caracas
indicators:
  - {id: ports, title: Ports, match: port*, priority: high, examples: {match: [Ports closed]}}
  - {id: rails, title: Rails, match: rail*, group: sea}
alerts:
  channels:
    chat: CHAT
    mail: MAIL
    unset: ${NOT_SET_HERE}
  routes:
    - {to: chat, when: {priority: high}}
    - {to: unset, when: {indicator: ports}}
    - {to: mail, when: {group: sea}}
    - {to: mail, digest: "07:00"}
"""
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def folder(tmp_path):
    text = LIST.replace("CHAT", "json://127.0.0.1:9/").replace("MAIL", "json://127.0.0.1:9/")
    (tmp_path / "indicators.yaml").write_text(text, encoding="utf-8")
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    store.upgrade()
    keep(
        store,
        an_item(KEY, "Ports closed"),
        a_watch(indicators=[an_indicator("ports", "port*")]),
        NOW,
    )
    keep(store, an_item("f" * 32, "Nothing at all"), a_watch(), NOW)
    store.outbox.put(
        [
            a_draft("k1", "chat", subject=KEY, message=Message("Ports closed", "")),
            a_draft("k2", "", subject="x", message=Message("Lost", ""), state="nowhere"),
        ],
        NOW,
    )
    store.close()
    return tmp_path


def test_the_log_has_a_line_for_each_decision(folder):
    shown = monitor(folder, "alerts", "log")
    assert shown.returncode == 0, shown.stderr
    assert "Ports closed" in shown.stdout
    assert "routed nowhere" in shown.stdout
    told = json.loads(monitor(folder, "alerts", "log", "--json", "--state", "nowhere").stdout)
    assert [line["state"] for line in told["lines"]] == ["routed nowhere"]
    assert told["lines"][0]["decided"] == NOW.isoformat()
    rows = list(csv.DictReader(io.StringIO(monitor(folder, "alerts", "log", "--csv").stdout)))
    assert [row["title"] for row in rows] == ["Lost", "Ports closed"]
    assert monitor(folder, "alerts", "log", "--state", "lost").returncode == 2


@pytest.mark.parametrize("name", LEDGER_STATES)
def test_a_state_may_be_named_as_it_is_shown(name):
    assert state_named(state_words(name)) == state_named(name) == name
    shown = " ".join(CliRunner().invoke(app, ["alerts", "log", "--help"]).output.split())
    assert state_words(name) in shown


def test_the_log_takes_the_states_it_shows(folder):
    told = monitor(folder, "alerts", "log", "--json", "--state", "Routed nowhere")
    assert [line["title"] for line in json.loads(told.stdout)["lines"]] == ["Lost"]
    refused = monitor(folder, "alerts", "log", "--state", "lost")
    assert "routed nowhere, by hand" in refused.stderr


def test_the_route_of_a_stored_item_is_explained(folder):
    shown = monitor(folder, "alerts", "route", "--item", KEY[:8])
    assert shown.returncode == 0, shown.stderr
    assert "It hits ports." in shown.stdout
    assert "it asks for group sea (it is none)" in shown.stdout
    assert "chat: at once" in shown.stdout
    assert "unset: held: not set up" in shown.stdout
    assert "in its digest at 07:00" in shown.stdout
    told = json.loads(monitor(folder, "alerts", "route", "--item", KEY, "--json").stdout)
    assert [one["applies"] for one in told["routes"]] == [True, True, False, True]
    assert told["channels"] == [
        {"channel": "chat", "held": None, "until": None},
        {"channel": "unset", "held": "not set up", "until": None},
    ]


def test_the_route_says_how_many_publishers_it_waits_for(folder):
    path = folder / "indicators.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "{to: chat, when: {priority: high}}",
            "{to: chat, when: {priority: high}, min_sources: 2}",
        ),
        encoding="utf-8",
    )
    told = json.loads(monitor(folder, "alerts", "route", "--item", KEY, "--json").stdout)
    held = {one["channel"]: one["held"] for one in told["channels"]}
    assert "1 of 2 independent publishers" in held["chat"]


def test_what_goes_nowhere_is_a_no(folder):
    shown = monitor(folder, "alerts", "route", "--item", "f" * 8)
    assert shown.returncode == 1
    assert "It hits no indicator" in shown.stdout
    assert monitor(folder, "alerts", "route", "--item", "e").returncode == 2


def test_a_mute_is_added_shown_and_lifted(folder):
    made = monitor(
        folder, "alerts", "mute", "ports", "--for", "8h", "--reason", "drill", "--by", "Ana"
    )
    assert made.returncode == 0, made.stderr
    assert "1: ports is muted until" in made.stdout
    assert " Caracas (UTC−4) by Ana: drill" in made.stdout
    route = monitor(folder, "alerts", "route", "--item", KEY)
    assert "muted: ports (drill)" in route.stdout
    assert "drill" in monitor(folder, "alerts", "mute", "--list").stdout
    assert "lifted" in monitor(folder, "alerts", "mute", "--end", "1").stdout
    assert monitor(folder, "alerts", "mute", "--end", "1").returncode == 2
    assert monitor(folder, "alerts", "mute", "--list").stdout == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "say what to mute", id="nothing"),
        pytest.param(["nope"], "no indicator nope", id="an unknown indicator"),
        pytest.param(["ports", "--for", "soon"], "no length of time", id="no time"),
        pytest.param(["ports", "--for", "9000d"], "within a year", id="for ever"),
    ],
)
def test_a_mute_that_makes_no_sense_says_why(folder, words, said):
    done = monitor(folder, "alerts", "mute", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_seen_is_kept_and_the_first_word_stands(folder):
    seen = monitor(folder, "alerts", "ack", KEY[:8], "--by", "Ana").stdout
    assert "seen by Ana at " in seen
    assert seen.endswith(" Caracas (UTC−4).\n")
    assert "seen by Ana" in monitor(folder, "alerts", "ack", KEY[:8], "--by", "Bob").stdout
    (line,) = [
        one
        for one in json.loads(monitor(folder, "alerts", "log", "--json").stdout)["lines"]
        if one["seen"]
    ]
    assert line["seen_by"] == "Ana"


def test_what_nobody_was_alerted_on_cannot_be_seen(folder):
    done = monitor(folder, "alerts", "ack", "f" * 8)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Nothing at all: there is no alert on it" in done.stderr
    told = json.loads(monitor(folder, "alerts", "log", "--json").stdout)["lines"]
    assert not any(line["seen"] for line in told)


def test_a_sample_is_sent_and_the_answer_told(tmp_path):
    with mail_sink() as mails, chat_sink() as chats:
        mails.answer = "250 queued as 4F2A"
        text = LIST.replace("CHAT", chats.url).replace("MAIL", mails.url)
        (tmp_path / "indicators.yaml").write_text(text, encoding="utf-8")
        done = monitor(tmp_path, "alerts", "test", "mail")
        assert (done.returncode, done.stdout) == (0, "mail took it: queued as 4F2A\n")
        assert mails.mails[0]["Subject"].startswith("Test: ")
        assert "Ports closed" in mails.mails[0].get_body(("plain",)).get_content()
        done = monitor(tmp_path, "alerts", "test", "chat")
        assert done.returncode == 0, done.stderr
        assert chats.messages[0]["message"].startswith("Test of chat.")
        mails.answer = "554 no thanks"
        done = monitor(tmp_path, "alerts", "test", "mail")
        assert done.returncode == 1
        assert "554: no thanks" in done.stderr
        chats.status = 503
        assert monitor(tmp_path, "alerts", "test", "chat").returncode == 1
        done = monitor(tmp_path, "alerts", "test", "unset")
        assert (done.returncode, "NOT_SET_HERE is not set" in done.stderr) == (1, True)
        done = monitor(tmp_path, "alerts", "test", "chta")
        assert (done.returncode, "did you mean chat?" in done.stderr) == (2, True)
        assert not (tmp_path / "monitor.db").exists()


def test_all_alerts_are_held_and_let_go(folder):
    made = monitor(folder, "alerts", "quiet", "--for", "8h", "--reason", "drill", "--by", "Ana")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("1: all alerts are held until ")
    assert made.stdout.endswith(" Caracas (UTC−4) by Ana: drill\n")
    route = monitor(folder, "alerts", "route", "--item", KEY)
    assert "quiet (drill)" in route.stdout
    assert "drill" in monitor(folder, "alerts", "mute", "--list").stdout
    assert "lifted" in monitor(folder, "alerts", "mute", "--end", "1").stdout
    assert "until" in monitor(folder, "alerts", "quiet", "--until", "07:00").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "either --for", id="no time"),
        pytest.param(["--for", "8h", "--until", "07:00"], "either --for", id="two times"),
        pytest.param(["--for", "soon"], "no length of time", id="no length"),
        pytest.param(["--for", "30d"], "for a week at most", id="a month"),
        pytest.param(["--until", "noon"], "this is no time", id="no clock"),
        pytest.param(["--until", "2025-02-30 07:00"], "this is no time", id="no such day"),
        pytest.param(["--until", "2020-01-01 07:00"], "a time to come", id="past"),
    ],
)
def test_a_quiet_that_makes_no_sense_says_why(folder, words, said):
    done = monitor(folder, "alerts", "quiet", *words)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        pytest.param("13:00", "2025-11-06T17:00", id="later today, in Caracas"),
        pytest.param("07:00", "2025-11-07T11:00", id="tomorrow, since it has passed today"),
        pytest.param("2025-11-09 7:30", "2025-11-09T11:30", id="a day"),
        pytest.param("2025-11-01 07:00", "2025-11-01T11:00", id="a past day stays what it is"),
    ],
)
def test_until_when_is_read_by_the_clock_of_the_watch(text, instant):
    assert read_until(text, CARACAS, NOON) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param(["stories", "merge"], "{STORY} {STORY}", id="merge takes stories"),
        pytest.param(["backtest"], "--days N", id="days are a number"),
    ],
)
def test_help_names_what_an_option_takes(words, shown):
    told = CliRunner().invoke(app, [*words, "--help"]).output
    assert shown in " ".join(told.split())
