"""Changes from pages: only by our own forms, and by a mail's link once; the ledger shows them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
from starlette.routing import Route as WebRoute
from starlette.testclient import TestClient

from monitor.alerts.links import GOOD_FOR, LinkError, Signer
from monitor.app import App
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.config.signing import signing_key
from monitor.desk import Desk
from monitor.matching import compile_watch
from monitor.messages import Message
from monitor.model import Route
from monitor.web.changes import Changes
from monitor.web.pages import create_pages
from tests.make import HOUR, NOON, a_draft, a_watch, an_indicator, an_item
from tests.test_story_page import KEY, keep

# Pages ask of the store what other tests ask of each kind.
pytestmark = pytest.mark.on_sqlite

WATCH = a_watch(
    indicators=[an_indicator("ports", "port*"), an_indicator("rails", "rail*")],
    routes=[Route("all", to=("desk",))],
    site_url="https://watch.example",
)
SIGNER = Signer(b"k" * 32)
OURS = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def desk(store, tmp_path):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    loaded = LoadedWatch(WATCH, compile_watch(WATCH)[0])
    made = Desk(settings, loaded, store, lambda: NOON + HOUR, SIGNER)
    keep(store, an_item(KEY, "Ports closed"), WATCH)
    store.outbox.put([a_draft(subject=KEY, key="alert|new")], NOON)
    return made


@pytest.fixture
def client(desk):
    return TestClient(
        create_pages(cast(App, desk)), base_url="http://127.0.0.1", follow_redirects=False
    )


def token_on(client, path):
    page = client.get(path)
    assert page.status_code == 200
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def test_an_alert_is_marked_as_seen_from_its_page(client, desk):
    path = f"/stories/{KEY}"
    token = token_on(client, path)
    answer = client.post(f"{path}/seen", data={"token": token, "by": " Ana "}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert desk.store.mutes.seen([KEY])[KEY].by == "Ana"
    assert "Seen by Ana" in client.get(path).text
    assert "seen by Ana" in client.get("/ledger").text


def test_an_indicator_is_muted_and_the_mute_is_lifted(client, desk):
    token = token_on(client, "/indicators/ports")
    form = {"token": token, "hours": "8", "reason": "drill", "by": "Ana", "term": ""}
    assert client.post("/indicators/ports/mute", data=form, headers=OURS).status_code == 303
    (mute,) = desk.store.mutes.in_force(NOON + HOUR)
    assert (mute.indicator, mute.term, mute.reason, mute.until) == (
        "ports",
        None,
        "drill",
        NOON + 9 * HOUR,
    )
    assert "drill" in client.get("/indicators/ports").text
    path = f"/mutes/{mute.id}/end"
    assert client.post(path, data={"token": token}, headers=OURS).status_code == 303
    assert desk.store.mutes.in_force(NOON + HOUR) == []
    assert client.post(path, data={"token": token}, headers=OURS).status_code == 400


@pytest.mark.parametrize(
    ("form", "words"),
    [
        pytest.param({"hours": "8"}, "say what to mute", id="nothing"),
        pytest.param({"hours": "9999", "term": "x"}, "for how long", id="a time of one's own"),
        pytest.param({"term": "x"}, "for how long", id="no time"),
        pytest.param({"hours": "8", "indicator": "nope"}, "no indicator nope", id="unknown"),
    ],
)
def test_a_mute_that_makes_no_sense_says_why(client, desk, form, words):
    token = token_on(client, "/ledger")
    answer = client.post("/mutes", data={"token": token, **form}, headers=OURS)
    assert answer.status_code == 400
    assert words in answer.text
    assert desk.store.mutes.in_force(NOON) == []


def changing_paths():
    routes = [one for one in Changes(cast(App, None)).routes() if "POST" in (one.methods or ())]
    values = {"story": KEY, "indicator": "ports", "number:int": "1", "link": "x.y"}
    for one in routes:
        yield re.sub(r"\{([^}]+)\}", lambda found: values[found[1]], one.path)


@pytest.mark.parametrize("path", list(changing_paths()))
@pytest.mark.parametrize(
    ("headers", "with_token", "status"),
    [
        pytest.param({}, True, 403, id="neither Origin nor Sec-Fetch-Site"),
        pytest.param({"Origin": "http://evil.example"}, True, 403, id="another origin"),
        pytest.param({"Origin": "null"}, True, 403, id="no origin"),
        pytest.param({"Origin": "https://127.0.0.1.evil.example"}, True, 403, id="a like origin"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, True, 403, id="sent from elsewhere"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, True, 403, id="sent from a sister site"),
        pytest.param(
            {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
            True,
            403,
            id="two that contradict each other",
        ),
        pytest.param(OURS, False, 403, id="without a token"),
        pytest.param({**OURS, "Host": "evil.example"}, True, 421, id="another host"),
    ],
)
def test_every_change_from_elsewhere_is_refused(client, desk, path, headers, with_token, status):
    token = token_on(client, "/ledger") if with_token else "forged"
    form = {"token": token, "hours": "8", "term": "port", "by": "Mallory"}
    assert client.post(path, data=form, headers=headers).status_code == status
    assert desk.store.mutes.in_force(NOON) == []
    assert desk.store.mutes.seen([KEY]) == {}


def test_the_token_of_one_visitor_is_none_for_another(client, desk):
    token = token_on(client, "/ledger")
    client.cookies.clear()
    other = token_on(client, "/ledger")
    assert other != token
    form = {"token": token, "hours": "8", "term": "port"}
    assert client.post("/mutes", data=form, headers=OURS).status_code == 403


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        pytest.param("application/json", b"{}", 415, id="no form"),
        pytest.param("application/x-www-form-urlencoded", b"a=" + b"x" * 20_000, 413, id="large"),
        pytest.param("application/x-www-form-urlencoded", b"\xff=\xfe", 400, id="no text"),
        pytest.param("application/x-www-form-urlencoded", b"a=1&" * 50, 400, id="many fields"),
    ],
)
def test_what_is_no_form_of_ours_is_refused(client, kind, body, status):
    answer = client.post("/mutes", content=body, headers={**OURS, "Content-Type": kind})
    assert answer.status_code == status


def test_pages_change_nothing_but_by_the_routes_named_here(client, desk):
    """No address that reads takes a POST, and none that changes takes a GET, the link apart."""
    site = create_pages(cast(App, desk))._app._app.app
    for one in site.routes:
        if isinstance(one, WebRoute):
            reads = "GET" in (one.methods or ())
            assert reads is ("POST" not in (one.methods or ())), one.path


# --- the link in a mail


def the_link(desk, **more):
    return f"/seen/{SIGNER.link(KEY, NOON)}"


def test_a_look_at_a_mails_link_changes_nothing_and_its_button_works_once(client, desk):
    path = the_link(desk)
    for _ in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert desk.store.mutes.seen([KEY]) == {}
    token = token_on(client, path)
    form = {"token": token, "by": "Ana"}
    assert client.post(path, data=form, headers=OURS).status_code == 200
    assert desk.store.mutes.seen([KEY])[KEY].by == "Ana"
    again = client.post(path, data={**form, "by": "Bob"}, headers=OURS)
    assert again.status_code == 410
    assert desk.store.mutes.seen([KEY])[KEY].by == "Ana"
    assert "works once" in client.get(path).text


def test_a_mails_link_can_mute_what_its_story_hits_and_nothing_else(client, desk):
    path = the_link(desk)
    token = token_on(client, path)
    form = {"token": token, "indicator": "rails", "hours": "24"}
    assert client.post(path, data=form, headers=OURS).status_code == 400
    form["indicator"] = "ports"
    assert "are held until" in client.post(path, data=form, headers=OURS).text
    (mute,) = desk.store.mutes.in_force(NOON + HOUR)
    assert mute.indicator == "ports"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/seen/nonsense", id="nonsense"),
        pytest.param(f"/seen/{Signer(b'x' * 32).link(KEY, NOON)}", id="another key"),
        pytest.param(f"/seen/{SIGNER.link(KEY, NOON - GOOD_FOR - HOUR)}", id="too old"),
        pytest.param(f"/seen/{SIGNER.link('no-such-story', NOON)}", id="no such story"),
        pytest.param(f"/seen/{SIGNER.link(KEY, NOON)[:-2]}AA", id="an altered signature"),
    ],
)
def test_a_link_that_is_none_of_ours_leads_nowhere(client, path):
    assert client.get(path).status_code == 404


def test_a_form_token_is_no_link_and_a_link_no_token():
    link = SIGNER.link(KEY, NOON)
    assert not SIGNER.is_form_token("v", link.partition(".")[2])
    with pytest.raises(LinkError):
        SIGNER.read_link(f"v.{SIGNER.form_token('v')}", NOON)
    assert not SIGNER.is_form_token("", SIGNER.form_token(""))


def test_an_alert_mail_carries_the_link_only_where_pages_can_be_reached(desk):
    from monitor.alerts.decide import Alert, Reason
    from tests.make import a_story

    story = a_story(KEY)
    alert = Alert(story.lead.item, (), Reason.NEW)
    message = desk.renderer.alert_message(story, alert, WATCH)
    found = re.search(r"https://watch\.example/seen/(\S+)", message.text)
    assert found
    assert SIGNER.read_link(found[1], NOON) == KEY
    assert found[0] in (message.html or "")
    # A repeat of the same alert carries the same link.
    assert desk.renderer.alert_message(story, alert, WATCH) == message
    assert (
        "/seen/"
        not in desk.renderer.alert_message(story, alert, replace(WATCH, site_url=None)).text
    )


def test_the_site_behind_a_proxy_is_one_of_our_names(client, desk):
    host = {"Host": "watch.example"}
    page = client.get("/ledger", headers=host)
    assert page.status_code == 200
    token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
    form = {"token": token, "hours": "8", "term": "port"}
    cookie = {"Cookie": page.headers["set-cookie"].partition(";")[0]}
    headers = {**host, **cookie, "Origin": "https://watch.example"}
    assert client.post("/mutes", data=form, headers=headers).status_code == 303


# --- the key


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    key = signing_key(settings)
    path = tmp_path / "monitor.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert signing_key(settings) == key
    given = replace(settings, env={"MONITOR_KEY": "given"})
    assert signing_key(given) != key
    path.write_text("short")
    assert signing_key(settings) != signing_key(settings)


def test_without_a_place_for_the_key_it_lasts_for_the_process(tmp_path):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path / "none", "", {})
    assert len(signing_key(settings)) == 32


# --- the ledger's page and file


def test_the_ledger_shows_each_line_and_can_be_narrowed(client, desk):
    drafts = [
        a_draft("k1", subject="a", message=Message("Sent one", "")),
        a_draft("k2", subject="b", message=Message("Held one", ""), held="quiet hours", until=NOON),
        a_draft("k3", "", subject="c", message=Message("Lost one", ""), state="nowhere"),
    ]
    desk.store.outbox.put(drafts, NOON)
    page = client.get("/ledger").text
    assert all(word in page for word in ("Sent one", "Held one", "quiet hours", "routed nowhere"))
    held = client.get("/ledger?state=held").text
    assert "Held one" in held
    assert "Sent one" not in held
    lost = client.get("/ledger?state=routed+nowhere").text
    assert "Lost one" in lost
    assert "Sent one" not in lost


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/ledger?state=nonsense", "state: write one of sent, waiting, failed, held, merged"),
        ("/ledger?before=x", "before: write a number"),
        ("/ledger?stat=held", "stat: there is no such part; this address takes state, channel"),
        ("/ledger.csv?state=held", "state: there is no such part; this address takes none"),
        ("/feeds?state=down", "state: write one of failing, gone, stale, empty, never-polled, ok"),
        ("/feeds?group=none", "group: write one of "),
        ("/feeds?page=0", "page: write a number"),
        ("/feeds?pages=2", "pages: there is no such part"),
        ("/ledger?<script>=1", "there is no such part"),
    ],
)
def test_what_an_address_cannot_ask_for_is_told_with_what_it_can(client, path, told):
    answer = client.get(path)
    assert answer.status_code == 400
    assert told in answer.text
    assert "<script>=" not in answer.text


def test_the_ledger_is_read_part_by_part(client, desk):
    desk.store.outbox.put(
        [a_draft(f"n{number}", message=Message(f"Line {number}!", "")) for number in range(150)],
        NOON,
    )
    page = client.get("/ledger").text
    assert "Line 149!" in page
    assert "Line 20!" not in page
    older = re.search(r'href="(\?before=\d+)"', page)[1]
    assert "Line 20!" in client.get("/ledger" + older).text


def test_a_title_of_a_feed_is_no_formula_in_a_spreadsheet(client, desk):
    title = '=HYPERLINK("https://evil.example","x")'
    desk.store.outbox.put([a_draft("k1", message=Message(title, ""))], NOON)
    answer = client.get("/ledger.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows[0]["title"] == f"'{title}"
    assert {row["state"] for row in rows} == {"waiting"}


def test_hostile_words_stay_words(client, desk):
    bad = "<script>alert(1)</script>"
    token = token_on(client, "/ledger")
    form = {"token": token, "hours": "8", "term": bad, "reason": bad, "by": bad}
    assert client.post("/mutes", data=form, headers=OURS).status_code == 303
    assert bad not in client.get("/ledger").text
    assert timedelta(0) < desk.store.mutes.in_force(NOON)[0].until - NOON


def test_it_is_made_quiet_from_the_ledger_and_the_quiet_is_lifted(client, desk):
    form = {"token": token_on(client, "/ledger"), "hours": "8", "reason": "drill", "by": "Ana"}
    assert client.post("/quiet", data=form, headers=OURS).status_code == 303
    (quiet,) = desk.store.mutes.in_force(NOON + HOUR)
    assert (quiet.is_quiet, quiet.reason, quiet.by) == (True, "drill", "Ana")
    assert "everything until" in client.get("/ledger").text
    path = f"/mutes/{quiet.id}/end"
    assert client.post(path, data={"token": form["token"]}, headers=OURS).status_code == 303
    assert desk.store.mutes.in_force(NOON + HOUR) == []


def test_quiet_needs_a_form_of_ours_and_a_time_of_the_list(client, desk):
    token = token_on(client, "/ledger")
    assert client.post("/quiet", data={"hours": "8"}, headers=OURS).status_code == 403
    answer = client.post("/quiet", data={"token": token, "hours": "999"}, headers=OURS)
    assert (answer.status_code, "by the list" in answer.text) == (400, True)
    assert desk.store.mutes.in_force(NOON) == []


OTHER = "fedcba9876543210" * 2


def test_two_stories_are_merged_and_an_item_split_off_from_a_page(client, desk):
    keep(desk.store, an_item(OTHER, "Railway reopens"), WATCH)
    path = f"/stories/{KEY}"
    form = {"token": token_on(client, path), "reason": "one event", "by": "Ana"}
    merged = client.post(
        f"{path}/merge",
        data=form | {"other": f"https://watch.example/stories/{OTHER}"},
        headers=OURS,
    )
    assert merged.status_code == 303, merged.text
    page = client.get(merged.headers["location"]).text
    assert "merged (one event)" in page
    assert "Split off" in page
    apart = client.post(f"{path}/split", data=form | {"item": OTHER}, headers=OURS)
    assert (apart.status_code, apart.headers["location"]) == (303, f"/stories/{OTHER}")
    assert "Ports closed" not in client.get(f"/stories/{OTHER}").text
    assert "one event" in client.get("/ledger").text


@pytest.mark.parametrize(
    ("act", "field", "told"),
    [
        pytest.param("merge", {"other": ""}, "say which story", id="none named"),
        pytest.param("merge", {"other": "nonsense"}, "no story nonsense", id="not known"),
        pytest.param("merge", {"other": KEY}, "one story already", id="with itself"),
        pytest.param("split", {"item": KEY}, "alone in its story", id="alone"),
        pytest.param("split", {"item": "other"}, "not in the story", id="of another story"),
    ],
)
def test_what_cannot_be_regrouped_is_said(client, act, field, told):
    path = f"/stories/{KEY}"
    answer = client.post(
        f"{path}/{act}", data=field | {"token": token_on(client, path)}, headers=OURS
    )
    assert answer.status_code == 400
    assert told in answer.text


@pytest.mark.parametrize("act", ["split", "merge"])
def test_stories_are_not_regrouped_without_the_token(client, act):
    form = {"other": KEY, "item": KEY}
    assert client.post(f"/stories/{KEY}/{act}", data=form, headers=OURS).status_code == 403
