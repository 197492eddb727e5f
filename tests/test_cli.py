"""The commands: what they print, what their exit codes say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer.main

from monitor.cli import app
from monitor.model import Arrival, FeedState, PollRecord
from monitor.store import Store
from tests.make import CARACAS, a_hit, an_item

ROOT = Path(__file__).resolve().parents[1]
GOOD = """\
title: Port watch
feeds:
  - {id: wire, url: "https://wire.example/feed.xml", publisher: Wire, grade: B, group: sea}
terms:
  port: [port, ports, puerto*]
indicators:
  - id: port-closure
    title: Port closure
    match: $port NEAR/5 clos*
    signals:
      storm: {match: storm*}
    examples:
      match: [Port closed after storm]
      no_match: [Airport closed by fog]
"""
NOW = datetime.now(UTC)
ITEM = {"id": "1", "title": "Port closed after storm", "feed": "wire", "lang": "en"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "indicators.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def monitor(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def summaries():
    """What ``--help`` shows of each command."""
    for name, command in typer.main.get_command(app).commands.items():
        yield name, command.get_short_help_str(limit=70)


def test_check_says_yes(folder):
    done = monitor(folder, "check")
    assert (done.returncode, done.stdout) == (0, "")
    assert "in order: 1 indicator, 1 list, 1 feed; 2 examples hold" in done.stderr


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        pytest.param("[Airport closed by fog]", "[]", "1 example holds", id="one"),
        pytest.param(
            "    examples:\n      match: [Port closed after storm]\n"
            "      no_match: [Airport closed by fog]\n",
            "",
            "no indicator has examples yet; add some to prove the rules",
            id="none",
        ),
    ],
)
def test_check_counts_examples(folder, before, after, says):
    (folder / "indicators.yaml").write_text(GOOD.replace(before, after), encoding="utf-8")
    assert says in monitor(folder, "check").stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["check"], True, id="check"),
        pytest.param(["match", "items.jsonl"], False, id="match"),
        pytest.param(["eval", "items.jsonl"], False, id="eval"),
        pytest.param(["feeds", "list"], False, id="feeds list"),
    ],
)
def test_only_check_and_the_service_tell_of_channels(folder, words, told):
    channels = "alerts: {channels: {desk: '${DESK_CHANNEL_UNSET}'}}\n"
    (folder / "indicators.yaml").write_text(GOOD + channels, encoding="utf-8")
    (folder / "items.jsonl").write_text(json.dumps(ITEM), encoding="utf-8")
    done = monitor(folder, *words)
    assert done.returncode == 0
    assert ("is not set up" in done.stdout + done.stderr) is told


def test_check_names_every_problem_with_its_place(folder):
    broken = GOOD.replace("clos*", "$clossing").replace("grade: B", "grade: Z")
    (folder / "indicators.yaml").write_text(broken, encoding="utf-8")
    done = monitor(folder, "check")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("indicators.yaml:3:")
    assert lines[1].startswith("indicators.yaml:9:25: error: ")
    assert len(lines) == 2


def test_check_reports_an_example_that_does_not_hold(folder):
    broken = GOOD.replace("Airport closed by fog", "The port is closed")
    (folder / "indicators.yaml").write_text(broken, encoding="utf-8")
    done = monitor(folder, "check", "--json")
    assert done.returncode == 1
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["line"], problem["severity"]) == (14, "error")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["check"], id="check"),
        pytest.param(["match", "--file", "none-such.yaml"], id="match"),
        pytest.param(["once", "--file", "none-such.yaml"], id="once"),
    ],
)
def test_a_file_that_is_not_there_is_wrong_use(tmp_path, words):
    done = monitor(tmp_path, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert ".yaml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["check", "--file", "sub"], id="the watch list"),
        pytest.param(["db", "upgrade", "--database", "sub"], id="the database"),
    ],
)
def test_a_folder_in_a_files_place_is_told_as_one(folder, words):
    (folder / "sub").mkdir()
    done = monitor(folder, *words)
    assert done.returncode == 2
    assert "is a folder; name the" in done.stderr


@pytest.mark.parametrize("words", [["nonsense"], ["once", "--nonsense"], ["eval"]])
def test_wrong_use_is_exit_2(folder, words):
    assert monitor(folder, *words).returncode == 2


def test_match_answers_a_line_for_each_line(folder):
    items = [ITEM, {"id": "2", "title": "Fog"}]
    done = monitor(folder, "match", stdin="\n".join(json.dumps(item) for item in items))
    assert done.returncode == 0
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert second == {"id": "2", "hits": []}
    (hit,) = first["hits"]
    assert (first["id"], hit["indicator"], hit["signals"]) == ("1", "port-closure", ["storm"])
    mark = hit["matched"][0]
    assert ITEM["title"][mark["start"] : mark["end"]] == mark["text"] == "Port"
    assert (mark["field"], mark["term"], mark["list"]) == ("title", "port", "port")


def test_match_reads_a_file_and_stores_nothing(folder):
    (folder / "items.jsonl").write_text(json.dumps(ITEM), encoding="utf-8")
    done = monitor(folder, "match", "items.jsonl")
    assert json.loads(done.stdout)["hits"]
    assert sorted(path.name for path in folder.iterdir()) == ["indicators.yaml", "items.jsonl"]


def test_match_names_the_line_that_is_no_item(folder):
    done = monitor(folder, "match", stdin=json.dumps(ITEM) + "\nnot json\n")
    assert done.returncode == 2
    assert "standard input:2: not an item" in done.stderr
    assert json.loads(done.stdout)["id"] == "1"


def test_explain_says_why_and_why_not(folder):
    done = monitor(folder, "explain", "port-closure", "--text", "Port closed after storm")
    assert done.returncode == 0
    assert "port-closure: hit" in done.stdout
    missed = monitor(folder, "explain", "port-closure", "--text", "Fog", "--json")
    assert missed.returncode == 1
    told = json.loads(missed.stdout)
    assert told["hit"] is False
    assert told["failed"]
    assert told["tree"]["parts"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["port-closure"], "either --text", id="nothing to explain"),
        pytest.param(["port-closure", "--text", "x", "--item", "y"], "either --text", id="both"),
        pytest.param(["ports", "--text", "x"], "there are port-closure", id="unknown indicator"),
        pytest.param(["port-closure", "--item", "abc"], "no stored item", id="unknown item"),
    ],
)
def test_explain_asks_for_what_it_needs(folder, words, says):
    done = monitor(folder, "explain", *words)
    assert done.returncode == 2
    assert says in done.stderr


def test_eval_measures_and_can_say_no(folder):
    lines = [
        {**ITEM, "labels": ["port-closure"], "signals": {"port-closure": "storm"}},
        {"id": "2", "title": "All quays shut", "lang": "en", "labels": ["port-closure"]},
    ]
    (folder / "labelled.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = monitor(folder, "eval", "labelled.jsonl", "--json", "--at-least", "0.6")
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert result["micro"]["f1"] == pytest.approx(0.6667, abs=1e-4)
    assert result["indicators"]["port-closure"]["missed"] == 1
    assert result["signals"]["port-closure"]["f1"] == 1
    assert [one["id"] for one in result["mistakes"]] == ["2"]
    strict = monitor(folder, "eval", "labelled.jsonl", "--at-least", "0.9")
    assert strict.returncode == 1
    assert "0.667" in strict.stdout


def test_eval_without_labels_does_not_shine(folder):
    lines = [ITEM, {"id": "2", "title": "Fog", "labels": ["tides"]}]
    (folder / "labelled.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = monitor(folder, "eval", "labelled.jsonl", "--at-least", "0")
    assert done.returncode == 1
    assert re.search(r"^micro +– +– +– +0 +1 +0", done.stdout, re.MULTILINE)
    assert "no labelled items for port-closure" in done.stdout
    told = json.loads(monitor(folder, "eval", "labelled.jsonl", "--json").stdout)
    assert told["unlabelled"] == ["port-closure"]
    assert told["micro"] == {
        "precision": None, "recall": None, "f1": None, "right": 0, "wrong": 1, "missed": 0
    }  # fmt: skip


def test_stories_groups_all_items_whether_or_not_they_hit(folder):
    same = {**ITEM, "id": 2, "feed": "other", "published": "2025-11-06T10:00:00Z"}
    dated = {**ITEM, "published": "2025-11-06T09:00:00Z"}
    other = {"id": "3", "title": "Rain expected in the Andes", "published": "2025-11-06"}
    lines = "\n".join(json.dumps(line) for line in (same, dated, other))
    done = monitor(folder, "stories", stdin=lines)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": 2, "story": "1"},
        {"id": "1", "story": "1"},
        {"id": "3", "story": "3"},
    ]
    assert done.returncode == 0


def test_stories_answers_a_line_for_each_line_even_of_one_id(folder):
    lines = "\n".join(json.dumps(line) for line in (ITEM, {**ITEM, "title": "Snow in Minsk"}))
    done = monitor(folder, "stories", stdin=lines)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "1"]
    assert monitor(folder, "stories", stdin="nonsense").returncode == 2


def test_feeds_list_before_any_poll(folder):
    (feed,) = json.loads(monitor(folder, "feeds", "list", "--json").stdout)["feeds"]
    assert (feed["id"], feed["state"], feed["last_answer"]) == ("wire", "never polled", None)
    assert "never polled" in monitor(folder, "feeds", "list").stdout


def test_db_upgrade_and_stats(folder):
    assert re.search(r"from nothing to \d{4}", monitor(folder, "db", "upgrade").stdout)
    assert "up to date" in monitor(folder, "db", "upgrade").stdout
    assert (folder / "monitor.db").exists()
    stats = json.loads(monitor(folder, "db", "stats", "--json").stdout)
    assert (stats["item"], stats["hit"]) == (0, 0)
    assert stats["bytes"] > 0
    text = monitor(folder, "db", "stats").stdout
    assert re.search(r"^edited versions +0$", text, re.MULTILINE)
    assert re.search(r"^size +\d+\.\d MB$", text, re.MULTILINE)


def test_a_database_of_another_kind_is_refused_in_words(folder):
    done = monitor(folder, "db", "stats", "--database", "mysql://desk:s3cret@h/x")
    assert done.returncode == 2
    assert "write sqlite:///monitor.db" in done.stderr
    assert "s3cret" not in done.stderr


def test_the_database_may_stand_elsewhere(folder):
    monitor(folder, "db", "upgrade", "--database", "sqlite:///data.db")
    assert (folder / "data.db").exists()


def test_digest_as_text_and_as_files(folder):
    text = monitor(folder, "digest")
    assert text.returncode == 0
    assert "0 stories" in text.stdout
    done = monitor(folder, "digest", "--out", "site")
    assert done.returncode == 0, done.stderr
    page = (folder / "site" / "index.html").read_text(encoding="utf-8")
    assert "Port watch" in page
    assert (folder / "site" / "static" / "site.css").exists()


def test_digest_of_a_day_without_a_page(folder):
    done = monitor(folder, "digest", "--date", "1999-01-01")
    assert done.returncode == 2
    assert "no page for 1999-01-01" in done.stderr


@pytest.mark.parametrize("day", ["tomorrow", "2025-13-01", "20251106", "2025-1-1"])
def test_a_day_that_cannot_be_read_is_told_how_to_write(folder, day):
    done = monitor(folder, "digest", "--date", day)
    assert done.returncode == 2
    assert "write the day as 2025-11-06" in done.stderr


def kept(folder: Path, seen: datetime) -> None:
    """Put one hit in the folder's database, as if the first poll of its feed had brought it."""
    store = Store(f"sqlite:///{folder / 'monitor.db'}")
    store.upgrade()
    item = an_item(title="Port closed after storm")
    state = FeedState("wire", "https://wire.example/feed.xml", last_poll=NOW, last_answer=NOW)
    arrival = Arrival(item, seen, seen.date(), (a_hit(),), backfill=True)
    store.records.save(PollRecord(state, NOW, NOW.date(), True, (arrival,)))
    store.close()


def test_a_day_before_the_watch_that_is_still_open_can_be_shown(folder):
    """A digest may have told of it while one feed is still to be asked."""
    unasked = '  - {id: other, url: "https://other.example/feed.xml"}\n'
    (folder / "indicators.yaml").write_text(GOOD.replace("terms:", unasked + "terms:"))
    day = NOW - timedelta(days=3)
    kept(folder, day)
    shown = monitor(folder, "digest", "--date", f"{day:%Y-%m-%d}")
    assert shown.returncode == 0, shown.stderr
    assert "Port closed after storm" in shown.stdout
    between = monitor(folder, "digest", "--date", f"{day + timedelta(days=1):%Y-%m-%d}")
    assert "0 stories" in between.stdout.replace("\xa0", " ")
    before = monitor(folder, "digest", "--date", f"{day - timedelta(days=1):%Y-%m-%d}")
    assert before.returncode == 2
    assert f"there are pages from {day:%Y-%m-%d} to" in before.stderr


def test_feeds_list_tells_how_a_feed_stands_and_what_is_usual_for_it(folder):
    store = Store(f"sqlite:///{folder / 'monitor.db'}")
    store.upgrade()
    state = FeedState(
        "wire",
        "https://wire.example/feed.xml",
        last_poll=NOW,
        last_answer=NOW - timedelta(hours=2),
        last_new=NOW - timedelta(hours=3),
        next_poll=NOW + timedelta(days=2),
        failures=4,
        failing_since=NOW - timedelta(hours=1),
        error="wire.example is not available just now (503).",
        skipped=2,
        losses=3,
        last_loss=NOW - timedelta(hours=5),
        heard_items=400.0,
        heard_days=10.0,
        longest_silence=timedelta(hours=20),
    )
    store.records.save(PollRecord(state, NOW, NOW.date(), answered=False))
    store.close()
    (feed,) = json.loads(monitor(folder, "feeds", "list", "--json").stdout)["feeds"]
    told = {
        "state": "failing",
        "usual_per_day": 40.0,
        "stale_after_hours": 40.0,
        "failures": 4,
        "failing_since": (NOW - timedelta(hours=1)).isoformat(),
        "last_new": (NOW - timedelta(hours=3)).isoformat(),
        "skipped": 2,
        "losses": 3,
    }
    assert told.items() <= feed.items()
    line = monitor(folder, "feeds", "list").stdout.splitlines()[1]
    assert re.search(r"^ wire +failing .* 3 h.* ago +in 1 day +40 a day +wire.example is", line)
    assert "items may have been missed" in line
    assert "2 of its entries left out" in line


def test_feeds_list_names_its_zone_and_what_was_never_read(folder):
    caracas = 'timezone: America/Caracas\nfeeds:\n  - {id: b, url: "https://b.example/"}'
    (folder / "indicators.yaml").write_text(GOOD.replace("feeds:", caracas))
    kept(folder, NOW)
    done = monitor(folder, "feeds", "list")
    read, never = f"{NOW.astimezone(CARACAS):%Y-%m-%d %H:%M}", r"b +never polled .* never"
    assert re.search(rf"wire .*{read}", done.stdout)
    assert re.search(never, done.stdout)
    assert "Last read" in done.stdout
    assert "Caracas (UTC−4)" in done.stdout


@pytest.mark.parametrize(("command", "shown"), list(summaries()))
def test_a_summary_is_short_enough_to_be_read_whole(command, shown):
    assert 10 < len(shown) < 60, command
    assert not shown.endswith("...")


def test_pages_are_not_served_to_others_without_a_password(folder):
    done = monitor(folder, "run", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "127.0.0.1" in done.stderr


def test_version(folder):
    assert monitor(folder, "--version").stdout.startswith("what-to-watch 0.")
