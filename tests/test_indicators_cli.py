"""The indicators commands: how each stands, which want a look, a level by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.cli.options import loaded_of, settings_of
from monitor.desk import open_desk, utc_now
from monitor.digest.chat import digest_short
from monitor.digest.links import Links
from monitor.digest.standing import standing_words
from monitor.errors import MonitorError
from monitor.model import Arrival, FeedState, Hit, PollRecord
from monitor.pipeline.judging import assess_board
from monitor.pipeline.levelbooks import Judging
from monitor.pipeline.publish import digest_of_day
from monitor.web.show import Shows
from tests.make import CARACAS, DAY, HOUR, an_item

NOW = utc_now()
MADE = (NOW - 30 * DAY).date()

WATCH = f"""\
timezone: America/Caracas
hypotheses:
  capped: {{statement: Aid stays capped., as_of: {MADE}}}
  grows: {{statement: Aid grows.}}
terms:
  ship: [ship*, судн*]
feeds:
  - {{id: wire, url: "https://wire.example/feed.xml", lang: en}}
indicators:
  - id: ports
    title: Ports
    match: $ship AND clos*
    review_by: 2025-11-01
    signals:
      shut: {{match: shut, for: capped, against: grows}}
  - {{id: rails, title: Rails, match: rail*}}
"""


@pytest.fixture
def folder(tmp_path):
    """Ten weeks of items, one story in four days for ports with a signal, and a burst today."""
    (tmp_path / "indicators.yaml").write_text(WATCH)
    settings = settings_of(tmp_path / "indicators.yaml", None)
    with open_desk(settings, loaded_of(settings)) as desk:
        desk.note(desk.watch)
        desk.read_the_past()
        _live(desk)
        judging = Judging(
            desk.books,
            desk.store.counts,
            desk.store.levels,
            desk.store.usual,
            desk.store.items,
            _all_well,
        )
        assess_board(desk.watch, judging, NOW)
    return tmp_path


def _all_well():
    well = FeedState("wire", "", last_poll=NOW, last_answer=NOW, last_new=NOW)
    return {"wire": well}


def _live(desk):
    arrivals = []

    def bring(at, *hits):
        key = f"item-{len(arrivals)}"
        item = an_item(key, f"Ship {key} closed", feed="wire")
        found = tuple(Hit(key, name, signals) for name, signals in hits)
        arrivals.append(Arrival(item, at, at.date(), found))

    for hour in range(0, 95 * 24, 3):
        bring(NOW - hour * HOUR - timedelta(minutes=5))
    for days in range(2, 95, 4):
        bring(NOW - days * DAY, ("ports", ("shut",)))
    for hour in range(6):
        bring(NOW - hour * HOUR - timedelta(minutes=9), ("ports", ("shut",)))
    state = FeedState("wire", "https://wire.example/feed.xml")
    desk.store.records.save(PollRecord(state, NOW, NOW.date(), True, tuple(arrivals)))


def run(folder, *words, code=0):
    result = CliRunner().invoke(app, [*words, "--file", str(folder / "indicators.yaml")])
    assert result.exit_code == code, result.output
    return result.stdout


def test_the_list_begins_with_what_asks_for_a_look(folder):
    told = run(folder, "indicators", "list")
    lines = told.splitlines()
    assert lines[1].startswith("ports")
    assert "high" in lines[1]
    assert "stories in 24 h" in lines[1]
    assert "rails" in told
    assert "quiet" in told
    assert f"capped (as of {MADE}): Aid stays capped." in told


def test_the_list_as_json_has_levels_and_hypotheses(folder):
    told = json.loads(run(folder, "indicators", "list", "--json"))
    ports = told["indicators"][0]
    assert (ports["indicator"], ports["level"], ports["hours"]) == ("ports", "high", 24)
    assert ports["p"] < 0.001
    capped, grows = told["hypotheses"]
    assert capped["whole"]["for"] == grows["whole"]["against"] > 20
    assert capped["since_as_of"]["for"] < capped["whole"]["for"]
    assert sum(week["for"] for week in capped["weeks"]) == capped["whole"]["for"]


def test_one_indicator_is_shown_whole(folder):
    told = run(folder, "indicators", "show", "ports")
    for words in ("$ship AND clos*", "Levels of 30 days", "Edits", "Newest stories", "high: "):
        assert words in told
    kept = json.loads(run(folder, "indicators", "show", "ports", "--json"))
    # People read the watch's zone, which is named; machines read UTC.
    rose = datetime.fromisoformat(kept["history"][0]["at"])
    assert rose.utcoffset() == timedelta(0)
    assert "Levels of 30 days, Caracas (UTC−4):" in told
    assert f"{rose.astimezone(CARACAS):%Y-%m-%d %H:%M}  high: " in told
    seen = datetime.fromisoformat(kept["recent_stories"][0]["seen"])
    assert f"{seen.astimezone(CARACAS):%Y-%m-%d %H:%M}  Ship" in told
    assert kept["edits"][0]["rule"] == "$ship AND clos*"
    assert kept["history"][0]["level"] == "high"
    assert len(kept["recent_stories"]) == 10


def test_shown_and_listed_an_indicator_has_the_same_figures(folder):
    listed = json.loads(run(folder, "indicators", "list", "--json"))["indicators"]
    for one in listed:
        shown = json.loads(run(folder, "indicators", "show", one["indicator"], "--json"))
        assert shown | one == shown


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["show", "nope"], id="to show"),
        pytest.param(["override", "nope", "--end"], id="to end its level by hand"),
        pytest.param(
            ["override", "nope", "--level", "high", "--reason", "x"], id="to set its level"
        ),
    ],
)
def test_an_unknown_indicator_is_a_sentence_with_those_there_are(folder, words):
    result = CliRunner().invoke(
        app, ["indicators", *words, "--file", str(folder / "indicators.yaml")]
    )
    assert isinstance(result.exception, MonitorError)  # which the command ends with as 2
    assert str(result.exception) == "there is no indicator nope; there are ports, rails"


def test_review_names_what_wants_a_look_and_what_to_do(folder):
    found = json.loads(run(folder, "indicators", "review", "--json"))["review"]
    assert [(one["indicator"], one["kind"]) for one in found] == [
        ("ports", "past review"),
        ("rails", "never hit"),
    ]
    assert "-> read its last stories" in run(folder, "indicators", "review")


def test_a_level_is_set_by_hand_and_ends(folder):
    set_it = ("indicators", "override", "ports", "--level", "normal", "--for", "3d")
    until = datetime.now(UTC) + 3 * DAY
    told = run(folder, *set_it, "--reason", "an exercise", "--by", "Ada")
    assert f"until {until.astimezone(CARACAS):%Y-%m-%d}" in told
    assert "Caracas (UTC−4)." in told
    listed = " ".join(run(folder, "indicators", "list").split())
    assert "set by Ada until" in listed
    assert "normal, set" not in listed
    one = json.loads(run(folder, "indicators", "list", "--json"))["indicators"]
    ports = next(each for each in one if each["indicator"] == "ports")
    assert (ports["level"], ports["computed"]) == ("normal", "high")
    assert ports["override"]["by"] == "Ada"
    run(folder, "indicators", "override", "ports", "--end")
    run(folder, "indicators", "override", "ports", "--end", code=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["ports", "--level", "blind", "--reason", "x"], "no level blind", id="a fact"),
        pytest.param(["ports", "--level", "high"], "say why", id="no reason"),
        pytest.param(["nope", "--level", "high", "--reason", "x"], "no indicator nope", id="none"),
        pytest.param(["ports"], "say either", id="nothing to do"),
        pytest.param(
            ["ports", "--level", "high", "--reason", "x", "--for", "ever"], "--for ever", id="time"
        ),
        pytest.param(
            ["ports", "--level", "high", "--reason", "x", "--for", "900d"],
            "within a year",
            id="long",
        ),
    ],
)
def test_what_cannot_be_set_is_a_sentence(folder, words, said):
    result = CliRunner().invoke(
        app, ["indicators", "override", *words, "--file", str(folder / "indicators.yaml")]
    )
    assert said in str(result.exception)


def test_levels_stand_on_the_board_the_page_the_digest_and_in_messages(folder):
    settings = settings_of(folder / "indicators.yaml", None)
    with open_desk(settings, loaded_of(settings)) as desk:
        shows = Shows(desk, NOW)
        board = shows.board()
        assert [gauge.indicator.id for gauge in board.gauges if gauge.asks] == ["ports"]
        html = desk.renderer.page("board.html", shows.frame(), view=board)
        assert "Out of the ordinary" in html
        assert "stories in 24 h" in html
        assert 'href="#m-high"' in html
        assert "Hypotheses" in html
        assert desk.matrix() is board.matrix
        (ports, _) = desk.watch.indicators
        page = desk.renderer.page(
            "indicator.html", shows.frame(), view=shows.indicator(ports), token=None
        )
        assert "Edits and levels by hand" in page
        assert "$ship AND clos*" in page
        digest = digest_of_day(desk.watch, desk.books, shows.today, NOW)
        assert digest.beats[0].stands.level == "high"
        for words in (
            desk.renderer.digest_content(digest),
            desk.renderer.digest_text(digest),
        ):
            assert "stories in 24 h" in words
        assert standing_words(digest) == "High: Ports."
        assert "High: Ports." in digest_short(digest, None, Links(None))


def test_the_digest_of_a_day_long_over_says_nothing_of_today(folder):
    settings = settings_of(folder / "indicators.yaml", None)
    with open_desk(settings, loaded_of(settings)) as desk:
        day = (NOW - 4 * DAY).date()
        digest = digest_of_day(desk.watch, desk.books, day, NOW)
        assert all(beat.stands is None for beat in (*digest.beats, *digest.still))
