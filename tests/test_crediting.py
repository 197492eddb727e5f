"""An analyst's own credibility: apart from grades, above what is computed, and it sticks."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from monitor.app import App
from monitor.cli import app
from monitor.digest.wording import credible
from monitor.errors import MonitorError
from monitor.pipeline.crediting import judge
from monitor.pipeline.rebuilding import rebuild_stories
from monitor.pipeline.regrouping import merge, split
from monitor.store import Store
from monitor.web.pages import create_pages
from tests import test_changes
from tests.make import NOON, a_story, a_watch, an_indicator, an_item
from tests.sample_pages import STORIES, a_digest
from tests.test_changes import OURS, token_on
from tests.test_placing import COPY, RETOLD, SEIZURE, Desk
from tests.test_render_messages import sent
from tests.test_story_page import KEY, keep

web_desk = test_changes.desk


@pytest.fixture
async def desk(store):
    desk = Desk(store)
    await desk.all()
    await desk.one("wire", "a1", COPY)
    await desk.one("daily", "a2", RETOLD)
    return desk


def said(desk, item, credibility, **more):
    return judge(item, credibility, desk.store.stories, desk.now, **more)


def stands(desk):
    return {one.id: (one.credibility, one.judged, one.corroborated) for one in desk.stories()}


async def test_it_stands_above_what_is_computed_until_it_is_taken_back(desk):
    assert stands(desk) == {"a1": (2, None, 2)}
    said(desk, "a2", 5)
    assert stands(desk) == {"a1": (5, 5, 2)}
    said(desk, "a1", None)
    assert stands(desk) == {"a1": (2, None, 2)}


async def test_a_story_that_nobody_judged_or_corroborates_cannot_be_judged(desk):
    await desk.one("post", "b1", SEIZURE)
    assert stands(desk)["b1"] == (6, None, 6)


async def test_the_ledger_says_who_judged_it_and_why(desk):
    said(desk, "a1", 1, reason="seen\nby our own", by="Ana")
    line = desk.store.ledger.of_story("judged", ["a2", "a1"])
    assert (line.kind, line.subject, line.state) == ("story", "a1", "hand")
    assert line.note == "Ana: credibility 1, computed 2: seen by our own"
    said(desk, "a1", None, by="Bo")
    assert desk.store.ledger.lines(1)[0].note == "Bo: credibility as computed, 2, not 1"
    assert desk.store.outbox.counts() == {"pending": 1, "merged": 1, "hand": 2}


async def test_it_sticks_over_rebuilds_and_whatever_comes_later(desk):
    said(desk, "a1", 4)
    before = desk.dump()
    rebuild_stories(desk.watch, desk.store.stories)
    assert desk.dump() == before
    await desk.one("radio", "a3", COPY)
    assert stands(desk)["a1"][:2] == (4, 4)


@pytest.mark.parametrize(
    ("act", "left"),
    [
        pytest.param(lambda d: split("a2", *d), {"a1": 3, "a2": None, "b1": 5}, id="a later item"),
        pytest.param(lambda d: split("a1", *d), {"a1": None, "a2": 3, "b1": 5}, id="the first one"),
        pytest.param(lambda d: merge("a1", "b1", *d), {"a1": 3}, id="the older one's stands"),
    ],
)
async def test_it_stays_with_what_is_left_of_the_story(desk, act, left):
    await desk.one("post", "b1", SEIZURE)
    said(desk, "a1", 3)
    said(desk, "b1", 5)
    act((desk.watch, desk.store.stories, desk.now))
    assert {one.id: one.judged for one in desk.stories()} == left
    rebuild_stories(desk.watch, desk.store.stories)
    assert {one.id: one.judged for one in desk.stories()} == left


async def test_a_merge_takes_over_the_only_judgement(desk):
    await desk.one("post", "b1", SEIZURE)
    said(desk, "b1", 5)
    merge("a1", "b1", desk.watch, desk.store.stories, desk.now)
    assert stands(desk)["a1"][1] == 5


@pytest.mark.parametrize(
    ("item", "credibility", "told"),
    [
        pytest.param("nobody", 2, "in no story", id="an item without a story"),
        pytest.param("a1", 0, "1 (confirmed) to 6", id="below the scale"),
        pytest.param("a1", 7, "1 (confirmed) to 6", id="above the scale"),
        pytest.param("a1", None, "was not judged", id="nothing to take back"),
    ],
)
async def test_what_cannot_be_judged_is_said(desk, item, credibility, told):
    with pytest.raises(MonitorError, match=told.replace("(", r"\(").replace(")", r"\)")):
        said(desk, item, credibility)
    assert stands(desk) == {"a1": (2, None, 2)}


@pytest.mark.parametrize(
    ("computed", "judged", "words"),
    [
        pytest.param(6, None, "", id="nothing is said of what cannot be judged"),
        pytest.param(3, None, "credibility 3", id="what publishers give is"),
        pytest.param(6, 2, "credibility judged 2, computed 6", id="a judgement is always told"),
        pytest.param(2, 6, "credibility judged 6, computed 2", id="that it cannot be judged too"),
    ],
)
def test_how_credible_it_is_in_words(computed, judged, words):
    assert credible(replace(a_story(), corroborated=computed, judged=judged)) == words


@pytest.mark.parametrize("shape", ["mail", "letter", "chat"])
def test_digests_and_alerts_tell_it_too(shape):
    story = replace(STORIES[0], judged=2)
    message = sent(a_digest([story]))
    told = {"mail": message.html, "letter": message.text, "chat": message.short}[shape]
    assert "credibility judged 2, computed 6" in " ".join((told or "").split())


def test_it_is_judged_on_its_page_and_told_there_and_to_programs(web_desk):
    client = TestClient(
        create_pages(cast(App, web_desk)), base_url="http://127.0.0.1", follow_redirects=False
    )
    path = f"/stories/{KEY}"
    form = {"token": token_on(client, path), "reason": "two crews told us", "by": "Ana"}
    done = client.post(f"{path}/judge", data=form | {"credibility": "2"}, headers=OURS)
    assert (done.status_code, done.headers["location"]) == (303, path)
    page = client.get(path).text
    assert "Ana: credibility 2, computed 6: two crews told us" in page
    assert '<option value="2" selected>2 probably true</option>' in page
    assert "credibility judged 2, computed 6" in client.get("/stories").text
    told = client.get(f"/api/stories/{KEY}").json()
    assert (told["credibility"], told["judged"], told["corroborated"]) == (2, 2, 6)
    cleared = client.post(f"{path}/judge", data=form | {"credibility": ""}, headers=OURS)
    assert cleared.status_code == 303
    assert client.get(f"/api/stories/{KEY}").json()["judged"] is None
    for wrong in ("7", "x", "-1"):
        bad = client.post(f"{path}/judge", data=form | {"credibility": wrong}, headers=OURS)
        assert (bad.status_code, "by the list" in bad.text) == (400, True)
    assert client.post(f"{path}/judge", data={"credibility": "2"}, headers=OURS).status_code == 403


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "indicators.yaml").write_text(
        "title: Ports\nindicators: [{id: ports, title: Ports, match: port*}]\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    store.upgrade()
    watch = a_watch(indicators=[an_indicator("ports", "port*")])
    keep(store, an_item(KEY, "Ports closed"), watch, NOON)
    store.close()
    return tmp_path


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        pytest.param(["2", "--by", "Ana"], 0, "is 2 now, judged; computed 6", id="set"),
        pytest.param(["7"], 2, "1 (confirmed) to 6", id="off the scale"),
        pytest.param(["two"], 2, "1 (confirmed) to 6", id="no number"),
        pytest.param(["unset"], 2, "was not judged", id="nothing to take back"),
    ],
)
def test_it_is_judged_from_the_command_line(folder, given, code, told):
    done = CliRunner().invoke(app, ["stories", "judge", KEY[:8], *given])
    words = done.output + (str(done.exception) if done.exception else "")
    assert told in " ".join(words.replace("│", " ").split())
    assert (done.exit_code != 0) == (code != 0)
