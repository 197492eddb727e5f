"""An edited list, tried on the stored past: what it gains and loses."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.matching import compile_watch
from monitor.model import Arrival, FeedState, Hit, PollRecord
from monitor.pipeline.backtest import Known, backtest, by_list, unchanged
from monitor.pipeline.edges import Current
from monitor.store import Store
from tests.make import DAY, HOUR, NOON, a_watch, an_indicator, an_item

PORTS = an_indicator("ports", match="port AND clos*")
RAILS = an_indicator("rails", match="rail*")


def current(*indicators, **more):
    watch = a_watch(indicators=indicators, **more)
    return Current(watch, compile_watch(watch)[0])


def seen(*titles):
    return [
        (
            an_item(f"item-{place}", title, summary=f"{title}. It is report {place}."),
            NOON + place * DAY,
        )
        for place, title in enumerate(titles)
    ]


TITLES = ("Port closed after storm", "Harbour closed by ice", "Rail strike", "Port opened again")


def tried(before, after, items=None):
    same = unchanged(before, after)
    known = by_list(items or seen(*TITLES), before, same)
    told = backtest(before.watch, after, known, lambda: None, same)
    return told, {one.id: one for one in told.indicators}


def test_what_is_gained_and_lost_is_counted_and_named():
    wider = an_indicator("ports", match='(port OR harbour) AND clos* NOT "after storm"')
    told, by = tried(current(PORTS, RAILS), current(wider, RAILS))
    ports = by["ports"]
    assert (told.items, told.days) == (4, 3.0)
    assert (ports.hits_before, ports.hits_after, ports.gained, ports.lost) == (1, 1, 1, 1)
    assert [one.item.title for one in ports.examples_gained] == ["Harbour closed by ice"]
    assert ports.examples_gained[0].words == ("Harbour", "closed")
    assert [one.item.title for one in ports.examples_lost] == ["Port closed after storm"]
    assert by["rails"].is_same
    assert by["rails"].hits_after == 1


def test_an_added_and_a_removed_indicator_are_told():
    _, by = tried(current(PORTS), current(RAILS))
    assert (by["rails"].before, by["rails"].gained) == (None, 1)
    assert (by["ports"].after, by["ports"].lost) == (None, 1)


def test_copies_of_one_report_are_one_story():
    text = "The port of La Guaira was closed on Monday after the storm, the harbour master said."
    items = [
        (
            an_item(f"copy-{n}", "Port closed after storm", summary=text, feed=f"f{n}"),
            NOON + n * HOUR,
        )
        for n in range(4)
    ]
    _, by = tried(current(RAILS), current(RAILS, PORTS), items)
    assert (by["ports"].gained, by["ports"].stories_gained) == (4, 1)


@pytest.mark.parametrize(
    ("edit", "same"),
    [
        pytest.param(current(PORTS, RAILS), {"ports", "rails"}, id="nothing"),
        pytest.param(
            current(an_indicator("ports", match="port AND clos*", title="Ports"), RAILS),
            {"ports", "rails"},
            id="a title",
        ),
        pytest.param(current(PORTS, an_indicator("rails", match="rails")), {"ports"}, id="a rule"),
        pytest.param(current(PORTS, RAILS, feeds=()), set(), id="the feeds"),
        pytest.param(
            current(an_indicator("ports", match="port AND clos*", paused=True), RAILS),
            {"rails"},
            id="a pause",
        ),
    ],
)
def test_what_an_edit_leaves_the_same_is_not_matched_twice(edit, same):
    assert unchanged(current(PORTS, RAILS), edit) == same


def test_an_indicator_that_asks_for_another_is_tried_with_it():
    asks = an_indicator("asks", match="hit:ports AND storm")
    changed = an_indicator("asks", match="hit:ports AND ice")
    _, by = tried(current(PORTS, asks), current(PORTS, changed))
    assert (by["asks"].hits_before, by["asks"].hits_after) == (1, 0)


def test_days_over_the_budget_are_counted():
    items = [
        (an_item(f"i{n}", f"Port {name} closed", summary=f"{name} {n}"), NOON + n * HOUR)
        for n, name in enumerate(("Odesa", "Tartus", "Callao"))
    ]
    _, by = tried(current(RAILS), current(an_indicator("ports", match="clos*", budget=2)), items)
    assert by["ports"].stories_after == 3
    assert by["ports"].days_over == 1


def test_stored_hits_can_be_what_is_compared_with():
    (item, at), *_ = seen(*TITLES)
    old = Known(item, at, {"ports": Hit(item.key, "ports"), "gone": Hit(item.key, "gone")})
    told = backtest(a_watch(indicators=[PORTS]), current(PORTS), [old], lambda: None)
    assert told.indicators[0].is_same


WATCH = """\
feeds:
  - {id: wire, url: "https://wire.example/feed.xml"}
indicators:
  - {id: ports, title: Ports, match: port AND clos*}
  - {id: rails, title: Rails, match: rail*}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    from monitor import desk

    monkeypatch.setattr(desk, "utc_now", lambda: NOON + 5 * DAY)
    (tmp_path / "indicators.yaml").write_text(WATCH)
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    store.upgrade()
    arrivals = tuple(Arrival(item, at, at.date()) for item, at in seen(*TITLES))
    state = FeedState("wire", "https://wire.example/feed.xml")
    store.records.save(PollRecord(state, NOON, NOON.date(), True, arrivals))
    store.close()
    return tmp_path


def run(folder, *words):
    result = CliRunner().invoke(app, [*words, "--file", str(folder / "indicators.yaml")])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_tells_gains_with_examples(folder):
    edited = folder / "edited.yaml"
    edited.write_text(WATCH.replace("port AND clos*", "(port OR harbour) AND clos*"))
    told = run(folder, "backtest", "--against", str(edited))
    assert "Tried on 4 items of 3 days." in told
    assert "ports: hits 1 -> 2 (+1 -0), stories 1 -> 2 (+1 -0), 0.67 stories a day" in told
    assert "+ 2025-11-07 wire: Harbour closed by ice  [Harbour, closed]" in told
    assert "1 indicator hits the same items as before." in told


def test_without_an_edit_the_list_is_held_against_what_is_stored(folder):
    told = json.loads(run(folder, "backtest", "--json"))
    ports = told["indicators"][0]
    assert ports["hits"] == {"before": 0, "after": 1, "gained": 1, "lost": 0}
    assert ports["examples"]["gained"][0]["matched"] == ["Port", "closed"]


def test_days_limit_the_past(folder):
    assert json.loads(run(folder, "backtest", "--json", "--days", "4"))["items"] == 3


def test_without_items_it_says_so(folder):
    (folder / "monitor.db").unlink()
    assert "no stored items" in run(folder, "backtest")
