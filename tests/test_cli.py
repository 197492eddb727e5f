"""The commands: what they print, what their exit codes say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_check_says_yes(folder):
    done = monitor(folder, "check")
    assert (done.returncode, done.stdout) == (0, "")
    assert "in order: 1 indicator, 1 list, 1 feed; 2 examples hold" in done.stderr


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


def test_feeds_list_before_any_poll(folder):
    (feed,) = json.loads(monitor(folder, "feeds", "list", "--json").stdout)["feeds"]
    assert (feed["id"], feed["state"], feed["last_answer"]) == ("wire", "never polled", None)
    assert "never polled" in monitor(folder, "feeds", "list").stdout


def test_db_upgrade_and_stats(folder):
    assert "nothing to 0001" in monitor(folder, "db", "upgrade").stdout
    assert "up to date" in monitor(folder, "db", "upgrade").stdout
    assert (folder / "monitor.db").exists()
    stats = json.loads(monitor(folder, "db", "stats", "--json").stdout)
    assert (stats["item"], stats["hit"]) == (0, 0)
    assert stats["bytes"] > 0


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


def test_pages_are_not_served_to_others_without_a_password(folder):
    done = monitor(folder, "run", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "127.0.0.1" in done.stderr


def test_version(folder):
    assert monitor(folder, "--version").stdout.startswith("what-to-watch 0.")
