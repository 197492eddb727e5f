"""A list applied to the stored past: hits come and go, nobody hears of it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.cli.options import loaded_of, settings_of
from monitor.desk import open_desk, utc_now
from monitor.model import Arrival, FeedState, Hit, PollRecord
from tests.make import DAY, HOUR, an_item

NOW = utc_now()
FEEDS = 'feeds:\n  - {id: wire, url: "https://wire.example/feed.xml"}\n'
PORTS = "  - {id: ports, title: Ports, match: port AND clos*}\n"
RAILS = "  - {id: rails, title: Rails, match: rail*}\n"
TITLES = ("Port closed after storm", "Rail strike in the north", "Sunny weekend ahead")


@pytest.fixture
def folder(tmp_path):
    """Three items of last week; an old rule of ports had hit the last one."""
    write(tmp_path, PORTS)
    with desk_of(tmp_path) as desk:
        arrivals = []
        for place, title in enumerate(TITLES):
            at = NOW - 3 * DAY - place * HOUR
            hits = (Hit(f"item-{place}", "ports", revision="old"),) if "Sunny" in title else ()
            item = an_item(f"item-{place}", title, feed="wire")
            arrivals.append(Arrival(item, at, at.date(), hits))
        state = FeedState("wire", "https://wire.example/feed.xml")
        desk.store.records.save(PollRecord(state, NOW, NOW.date(), True, tuple(arrivals)))
        desk.note(desk.watch)
    return tmp_path


def write(folder, *indicators):
    (folder / "indicators.yaml").write_text(f"{FEEDS}indicators:\n{''.join(indicators)}")


def desk_of(folder):
    settings = settings_of(folder / "indicators.yaml", None)
    return open_desk(settings, loaded_of(settings))


def hit(desk):
    feeds = {feed.id: feed for feed in desk.watch.feeds}
    stories = desk.store.reading.stories(feeds, NOW - 9 * DAY, NOW)
    return {story.lead.item.title: story.indicators for story in stories}


def test_new_hits_are_stored_and_those_of_an_old_rule_taken_back(folder):
    with desk_of(folder) as desk:
        done = desk.rematch()
        assert (done.items, done.gained, done.lost) == (3, 1, 1)
        assert hit(desk) == {"Port closed after storm": ("ports",)}
        again = desk.rematch()
        assert (again.gained, again.lost) == (0, 0)
        assert desk.store.outbox.counts() == {}


def test_counts_and_levels_know_of_it(folder):
    with desk_of(folder) as desk:
        desk.rematch()
        assert desk.store.tally.total("ports") == 1
        assert set(desk.store.levels.words(NOW)) == {"ports"}


def test_a_new_indicator_is_read_over_the_past_at_once(folder):
    write(folder, PORTS, RAILS)
    with desk_of(folder) as desk:
        desk.note(desk.watch)
        desk.read_the_past()
        assert hit(desk)["Rail strike in the north"] == ("rails",)
        assert "Port closed after storm" not in hit(desk)
        assert [one.rule for one in desk.store.edits.of("rails")] == ["rail*"]
        assert desk.store.edits.unread(["ports", "rails"]) == set()


def test_an_edit_is_kept_with_its_date_and_the_past_stays(folder):
    write(folder, PORTS.replace("clos*", "shut*"))
    with desk_of(folder) as desk:
        desk.note(desk.watch)
        desk.read_the_past()
        rules = [one.rule for one in desk.store.edits.of("ports")]
        assert rules == ["port AND clos*", "port AND shut*"]
        assert hit(desk) == {"Sunny weekend ahead": ("ports",)}


def test_an_edit_is_known_until_the_past_is_matched_by_it(folder):
    long_ago = NOW - 99 * DAY
    with desk_of(folder) as desk:
        assert desk.store.edits.unread_since(long_ago) == {}
    write(folder, PORTS.replace("clos*", "shut*"), RAILS)
    with desk_of(folder) as desk:
        desk.note(desk.watch)
        desk.read_the_past()
        unread = desk.store.edits.unread_since(long_ago)
        assert list(unread) == ["ports"]
        assert desk.store.edits.unread_since(unread["ports"] + HOUR) == {}
        desk.rematch()
        assert desk.store.edits.unread_since(long_ago) == {}


def test_the_command_says_what_it_did(folder):
    words = ["rematch", "--json", "--file", str(folder / "indicators.yaml")]
    result = CliRunner().invoke(app, words)
    assert json.loads(result.stdout) == {"items": 3, "gained": 1, "lost": 1}


def test_what_is_found_is_grouped_at_the_end_and_at_the_next_try_if_that_was_not_reached(folder):
    write(folder, "  - {id: rails, title: Rails, match: rail* OR port}\n")
    with desk_of(folder) as desk:
        for place in (7, 8):
            twin = an_item(f"item-{place}", "Port closed after storm", feed="wire")
            arrival = Arrival(twin, NOW - 3 * DAY, (NOW - 3 * DAY).date(), ())
            state = FeedState("wire", "https://wire.example/feed.xml")
            desk.store.records.save(PollRecord(state, NOW, NOW.date(), True, (arrival,)))
        calls = iter(range(99))

        def breaks():
            if next(calls) == 5:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            desk.rematch(breaks)
        assert desk.store.stories.is_to_be_grouped()
        assert len(set(desk.store.stories.story_ids().values())) > 2
        again = desk.rematch()
        assert (again.gained, again.lost) == (0, 0)
        assert not desk.store.stories.is_to_be_grouped()
        ids = desk.store.stories.story_ids()
        assert ids["item-0"] == ids["item-7"] == ids["item-8"]
