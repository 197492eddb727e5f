"""Two services on one database, each with a file of its own: one list is in force, the newest."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from monitor.app import opened
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.errors import MonitorError
from monitor.jobs.follower import Follower
from monitor.store import InForce
from monitor.web.show import Shows
from tests.sinks import eventually

LIST = """\
title: Ports
feeds: [{id: wire, url: 'https://wire.example/rss'}]
indicators: [{id: ports, title: Ports, match: port}]
"""
OTHER = LIST.replace("match: port", "match: harbour")
THIRD = LIST.replace("match: port", "match: quay")
EARLY = datetime(2026, 1, 2, 12, tzinfo=UTC)
LATE = EARLY + timedelta(hours=1)


def a_list(mark: str, home: str, edited: datetime | None) -> InForce:
    return InForce(mark, mark, home=home, edited=edited)


@pytest.mark.parametrize(
    ("in_force", "offered", "stays"),
    [
        pytest.param(("a", "east", LATE), ("b", "west", EARLY), True, id="an older file"),
        pytest.param(("a", "east", EARLY), ("b", "west", LATE), False, id="a newer file"),
        pytest.param(("a", "east", LATE), ("b", "west", None), True, id="of unknown age"),
        pytest.param(("a", "east", LATE), ("b", "east", EARLY), False, id="its own older text"),
        pytest.param(("a", "east", LATE), ("a", "west", EARLY), False, id="the same list"),
        pytest.param(("a", "", None), ("b", "west", EARLY), False, id="noted by an older version"),
    ],
)
def test_the_newest_edit_wins_whoever_starts_last(in_force, offered, stays):
    assert a_list(*in_force).stays(a_list(*offered)) is stays


@pytest.fixture
async def start(tmp_path, postgres):
    """Starts the app of a service with a file of its own on one database."""
    url = postgres.upgraded()
    async with AsyncExitStack() as stack:

        async def started(name: str, text: str, edited: datetime, channels: str = "") -> Follower:
            file = tmp_path / name / "indicators.yaml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
            os.utime(file, (edited.timestamp(), edited.timestamp()))
            settings = read_settings(file, url, {"MONITOR_KEY": "one key"})
            loaded = load(file, settings.env)
            app: Follower = await stack.enter_async_context(opened(Follower, settings, loaded))
            return app

        yield started
    postgres.drop(url)


async def edit(service: Follower, text: str) -> None:
    """Edit a service's file while it runs."""
    service.settings.file.write_text(text)
    service.take_up(load(service.settings.file, service.settings.env))
    await eventually(lambda: not service._running)


def rule(service: Follower) -> object:
    return service.watch.revision, service.watch.indicators


def in_force(service: Follower) -> InForce:
    said = service.store.in_force.now()
    assert said is not None
    return said


async def test_a_second_service_with_an_older_file_goes_by_the_list_in_force_and_says_so(start):
    first = await start("east", LIST, LATE)
    second = await start("west", OTHER, EARLY)
    assert rule(second) == rule(first)
    assert in_force(second).home.endswith("east/indicators.yaml")
    for said in (second.elsewhere, Shows(second, second.clock()).frame().elsewhere):
        assert "east/indicators.yaml, edited 2026-01-02 13:00 UTC" in said
        assert "west/indicators.yaml here was edited before that" in said
    assert first.elsewhere == ""
    # What is tried again and again by both changes nothing.
    before = in_force(first)
    for service in (first, second, first):
        service.see_to_the_list()
        await service.follow()
        await eventually(lambda service=service: not service._running)
    assert in_force(first) == before


async def test_the_newer_of_two_files_is_in_force_and_the_first_service_follows(start):
    first = await start("east", LIST, EARLY)
    second = await start("west", OTHER, LATE)
    assert rule(first) != rule(second)
    await first.follow()
    assert rule(first) == rule(second)
    assert "west/indicators.yaml" in first.elsewhere
    assert second.elsewhere == ""


async def test_an_edit_on_either_machine_holds_for_both_and_each_restart_keeps_it(start):
    first = await start("east", LIST, EARLY)
    second = await start("west", OTHER, EARLY - timedelta(hours=1))
    await edit(second, THIRD)
    await first.follow()
    assert rule(first) == rule(second)
    assert (bool(first.elsewhere), second.elsewhere) == (True, "")
    again = await start("east", LIST, EARLY)
    assert rule(again) == rule(second)
    await edit(again, OTHER)
    for service in (first, second):
        await service.follow()
        assert rule(service) == rule(again)
    assert again.elsewhere == ""
    assert in_force(again).home.endswith("east/indicators.yaml")


async def test_one_file_on_two_machines_is_one_list(start):
    first = await start("east", LIST, LATE)
    second = await start("west", LIST, EARLY)
    assert (first.elsewhere, second.elsewhere) == ("", "")
    assert in_force(second).edited == LATE
    # Whose list it is may go back to an older text of its own.
    again = await start("east", OTHER, EARLY)
    assert rule(again) != rule(first)
    assert in_force(again).revision == again.watch.revision


async def test_a_service_that_lacks_what_the_newer_list_needs_says_what(start):
    await start("east", LIST + "alerts: {channels: {desk: 'json://127.0.0.1/room'}}\n", LATE)
    with pytest.raises(MonitorError, match=r"alerts\.channels\.desk"):
        await start("west", OTHER, EARLY)
