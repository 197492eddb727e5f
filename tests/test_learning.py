"""Points: learnt from labelled items, written into the watch list, refused where wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.config.editing import EditError
from monitor.config.load import load_text
from monitor.config.weighing import with_weighings
from monitor.errors import ConfigError
from monitor.learning import Lesson, learn, tried
from monitor.matching.weighing import Points
from monitor.model import Weighing

LISTED = """\
terms:
  jets: [fighters]
  waiting: [wait]
  abroad: [India]

indicators:
  # the one that counts
  - id: overhauls
    title: Overhauls
    match: $jets AND overhaul
    examples:
      match: [fighters in overhaul]

  - id: other
    title: Other
    match: other
"""
POINTS = Weighing(-3.5, -0.41, -2.2, ((("jets",), 1.25), (("jets", "waiting"), 2.0)))
WRITTEN = """\
    weigh:
      base: -3.5
      hit: -0.41
      keep: -2.2
      points: {
        jets: 1.25, jets+waiting: 2
      }
"""


def lessons(times: int = 20) -> list[Lesson]:
    """Items of which those are evidence that name jets that wait, but not of India."""
    kinds = [
        ({"jets", "waiting"}, True),
        ({"jets"}, False),
        ({"waiting"}, False),
        ({"jets", "waiting", "abroad"}, False),
        (set(), False),
    ]
    return [
        Lesson(
            f"{number}-{turn}",
            "en",
            frozenset(named),
            frozenset({"overhauls"} if label else ()),
            within=frozenset({"overhauls"}),
        )
        for number, (named, label) in enumerate(kinds)
        for turn in range(times)
    ]


def test_what_is_learnt_tells_evidence_from_the_rest() -> None:
    (weighing,) = learn(lessons(), ["overhauls"]).values()
    points = Points(weighing.base, weighing.points)
    assert points.of({"jets", "waiting"}) >= weighing.hit
    for named in ({"jets"}, {"waiting"}, {"jets", "waiting", "abroad"}, set[str]()):
        assert points.of(named) < weighing.hit
    assert weighing.base < weighing.hit
    assert learn(lessons(), ["overhauls"]) == {"overhauls": weighing}


def test_too_few_labels_teach_nothing() -> None:
    assert learn(lessons(times=11), ["overhauls", "other"]) == {}


def test_points_are_tried_within_the_scope_only() -> None:
    weighings = learn(lessons(), ["overhauls"])
    aside = lessons(times=1)
    rules, weighed = tried(aside, ["overhauls"], weighings)
    assert (rules.f1, weighed.f1) == (0.0, 1.0)
    outside = [Lesson(one.id, one.lang, one.named, one.labels) for one in aside]
    assert tried(outside, ["overhauls"], weighings)[1].f1 == 0.0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LISTED, id="lines"),
        pytest.param(LISTED.replace("\n", "\r\n"), id="lines ended as Windows does"),
        pytest.param(LISTED.rstrip("\n"), id="no break at the end"),
    ],
)
def test_points_are_written_below_their_indicator_and_taken_out_again(text: str) -> None:
    written = with_weighings(text, {"overhauls": POINTS, "other": POINTS})
    loaded = load_text(written, Path("indicators.yaml"), {})
    assert [one.weighing for one in loaded.watch.indicators] == [POINTS, POINTS]
    assert with_weighings(written, {"overhauls": POINTS, "other": POINTS}) == written
    again = with_weighings(written, {})
    assert again.rstrip("\r\n") == text.rstrip("\r\n")


def test_the_block_reads_as_the_manual_shows_it() -> None:
    written = with_weighings(LISTED, {"overhauls": POINTS})
    assert written == LISTED.replace(
        "[fighters in overhaul]\n", f"[fighters in overhaul]\n{WRITTEN}"
    )


def test_many_points_are_wrapped_within_the_width() -> None:
    points = tuple(((f"list-of-words-{number}",), 1.5) for number in range(40))
    written = with_weighings(LISTED, {"overhauls": Weighing(-3, 0, -2, points)})
    assert max(map(len, written.splitlines())) <= 100


def test_indicators_in_braces_are_left_alone() -> None:
    with pytest.raises(EditError, match="block of keys"):
        with_weighings("indicators:\n  - {id: a, title: A, match: a}\n", {"a": POINTS})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param("base: -3.5", "base: 0", "base is not less than hit", id="all would hit"),
        pytest.param("keep: -2.2", "keep: 1", "keep is more than hit", id="no rule would count"),
        pytest.param("jets: 1.25", "jetz: 1.25", 'there is no list "jetz"', id="unknown list"),
        pytest.param(
            "jets+waiting: 2", "jets+waiting+abroad: 2", "more than two", id="three lists"
        ),
        pytest.param("jets: 1.25", "jets: much", "no number of points", id="no number"),
        pytest.param("      base: -3.5\n", "", "base", id="without a base"),
    ],
)
def test_wrong_points_are_refused_with_their_place(old: str, new: str, told: str) -> None:
    written = with_weighings(LISTED, {"overhauls": POINTS})
    assert old in written
    with pytest.raises(ConfigError) as refused:
        load_text(written.replace(old, new), Path("indicators.yaml"), {})
    (problem,) = [one for one in refused.value.problems if one.severity == "error"]
    assert told in problem.message
    assert problem.line >= written[: written.index("weigh:")].count("\n") + 1


def labelled(folder: Path, name: str) -> Path:
    titles = [
        ("fighters wait", ["overhauls"]),
        ("fighters fly", []),
        ("they wait", []),
        ("India's fighters wait", []),
        ("nothing", []),
    ]
    lines = [
        json.dumps({"id": f"{name}-{turn}-{number}", "title": title, "labels": labels})
        for turn in range(20)
        for number, (title, labels) in enumerate(titles)
    ]
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    file = folder / "indicators.yaml"
    if not file.exists():
        file.write_text(LISTED, encoding="utf-8")
    done = CliRunner().invoke(app, ["learn", *arguments, "--file", str(file)])
    return done.exit_code, f"{done.output}{done.exception or ''}"


def test_the_command_tries_the_points_and_writes_them(tmp_path: Path) -> None:
    tune, aside = labelled(tmp_path, "tune.jsonl"), labelled(tmp_path, "aside.jsonl")
    code, told = run(tmp_path, str(tune), "--try", str(aside))
    assert code == 0
    assert "rules and points   precision 1.000, recall 1.000, F1 1.000" in told
    assert "no points, fewer than 12 labelled items: other" in told
    assert "weigh:" not in (tmp_path / "indicators.yaml").read_text(encoding="utf-8")
    code, told = run(tmp_path, str(tune), "--write")
    assert code == 0, told
    assert "weigh:" in (tmp_path / "indicators.yaml").read_text(encoding="utf-8")


def test_points_that_do_not_help_are_not_written(tmp_path: Path) -> None:
    tune = labelled(tmp_path, "tune.jsonl")
    aside = tmp_path / "aside.jsonl"
    line = {"id": "1", "title": "fighters in overhaul", "labels": ["overhauls"]}
    aside.write_text(json.dumps(line), encoding="utf-8")
    code, told = run(tmp_path, str(tune), "--try", str(aside), "--write")
    assert code == 1
    assert "the points do not help; nothing was changed" in told
    assert "weigh:" not in (tmp_path / "indicators.yaml").read_text(encoding="utf-8")


def test_items_without_labels_are_refused(tmp_path: Path) -> None:
    bare = tmp_path / "bare.jsonl"
    bare.write_text('{"id": "1", "title": "fighters"}\n', encoding="utf-8")
    code, told = run(tmp_path, str(bare))
    assert code != 0
    assert "no item has a label" in told
