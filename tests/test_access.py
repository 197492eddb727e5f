"""Who may see the pages: nobody without a session where a password is set, by every route."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route
from starlette.testclient import TestClient

from monitor.alerts.links import Signer
from monitor.app import App
from monitor.cli import main
from monitor.config.load import LoadedWatch
from monitor.config.settings import Settings
from monitor.desk import Desk
from monitor.errors import MonitorError
from monitor.matching import compile_watch
from monitor.service import is_loopback
from monitor.store import Store
from monitor.web import password
from monitor.web.gate import LASTS, is_open, safe_path
from monitor.web.guard import POLICY, SESSION_COOKIE, is_own_address
from monitor.web.pages import create_pages
from monitor.web.password import GUESSES, Guesses, fits, hash_of
from tests.make import HOUR, NOON, a_watch, an_indicator, an_item
from tests.test_story_page import KEY, keep

# Pages ask of the store what other tests ask of each kind.
pytestmark = pytest.mark.on_sqlite

WATCH = a_watch(indicators=[an_indicator("ports", "port*")], site_url="https://watch.example")
SIGNER = Signer(b"k" * 32)
WORDS = "four words are better"
OURS = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


class Clock:
    """A clock that tests set."""

    now = NOON + HOUR

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch):
    hasher = password.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(password, "_HASHER", hasher)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(store, tmp_path, clock):
    settings = Settings(tmp_path / "indicators.yaml", tmp_path, "", {})
    loaded = LoadedWatch(WATCH, compile_watch(WATCH)[0])
    made = Desk(settings, loaded, store, clock, SIGNER)
    keep(store, an_item(KEY, "Ports closed"), WATCH)
    store.access.set_password(hash_of(WORDS))
    return made


def client_of(desk, **more):
    return TestClient(
        create_pages(cast(App, desk), **more),
        base_url="http://127.0.0.1",
        follow_redirects=False,
        raise_server_exceptions=False,
    )


@pytest.fixture
def client(desk):
    return client_of(desk)


def token_on(client, path="/login", **more):
    found = re.search(r'name="token" value="([^"]+)"', client.get(path, **more).text)
    assert found
    return found[1]


def log_in(client, given=WORDS, wanted="/"):
    form = {"token": token_on(client), "password": given, "next": wanted}
    return client.post("/login", data=form, headers=OURS)


def basic(given):
    return {"Authorization": "Basic " + base64.b64encode(f"any:{given}".encode()).decode()}


def addresses(desk):
    """Every address that the site has, with something in each place that may vary."""
    filled = {"day": "2025-11-06", "indicator": "ports", "story": KEY, "number:int": "0",
              "name": "site.css"}  # fmt: skip
    for one in create_pages(cast(App, desk))._app._app.app.routes:
        if isinstance(one, Route):
            yield re.sub(r"\{([^}]+)\}", lambda found: filled.get(found[1], "x"), one.path)


# --- the walk


def test_without_a_session_every_route_is_refused_but_those_named_here(client, desk):
    walked = list(addresses(desk))
    assert {"/", "/search", "/try", f"/stories/{KEY}", "/ledger.csv", "/metrics"} <= set(walked)
    open_ones = {path for path in walked if is_open(path)}
    assert open_ones == {"/login", "/healthz", "/static/site.css", "/seen/x"}
    for path in [*walked, "/none-such", "/a/b/c", "//", "/login/", "/LOGIN", "/staticx", "/seen"]:
        if path in open_ones:
            continue
        for method in METHODS:
            answer = client.request(method, path, headers=OURS)
            where = answer.headers.get("location", "")
            refused = answer.status_code == 401 or (
                answer.status_code == 303 and where.startswith("/login?next=%2F")
            )
            assert refused, (method, path, answer.status_code, where)
            assert answer.headers["content-security-policy"] == POLICY
            assert "Port watch" not in answer.text


def test_what_is_open_tells_nothing_of_the_watch(client):
    assert client.get("/static/site.css").status_code == 200
    assert set(client.get("/healthz").json()) == {"status", "version", "outbox"}
    page = client.get("/login")
    assert page.status_code == 200
    assert "Port watch" not in page.text
    assert client.get(f"/seen/{SIGNER.link(KEY, NOON)}").status_code == 200


def test_with_a_session_every_page_is_shown(client, desk):
    assert log_in(client).status_code == 303
    for path in addresses(desk):
        if path not in ("/login", "/seen/x", "/api/x"):
            assert client.get(path).status_code in (200, 303, 405, 503), path
    assert client.get("/").status_code == 200


def test_without_a_password_pages_are_open_on_this_machine_and_shut_elsewhere(desk):
    desk.store.access.set_password(None)
    assert client_of(desk).get("/").status_code == 200
    assert client_of(desk).get("/login").headers["location"] == "/"
    away = client_of(desk, is_local=False)
    for path in ("/", "/api/openapi.json", "/ledger.csv", "/none"):
        assert away.get(path).status_code == 503
        assert away.post(path, headers=OURS).status_code == 503


def test_where_the_store_fails_nobody_is_let_in(client, desk, monkeypatch):
    log_in(client)

    def fail():
        raise RuntimeError("secret detail")

    monkeypatch.setattr(desk.store.access, "password", fail)
    answer = client.get("/")
    assert (answer.status_code, "secret" in answer.text) == (500, False)
    assert answer.headers["content-security-policy"] == POLICY


# --- sessions


def test_a_session_is_kept_by_its_mark_and_its_cookie_is_guarded(client, desk):
    answer = log_in(client)
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=604800"))
    assert "Secure" not in cookie
    session = client.cookies[SESSION_COOKIE]
    path = str(desk.store.database.engine.url.database)
    desk.store.close()
    kept = b"".join(one.read_bytes() for one in Path(path).parent.glob("monitor.db*"))
    assert session.encode() not in kept
    assert WORDS.encode() not in kept


def test_logging_out_ends_the_session_on_the_server(client, desk):
    log_in(client)
    cookie = {"Cookie": f"{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}"}
    assert "Log out" in client.get("/").text
    answer = client.post("/logout", data={"token": token_on(client, "/logout")}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert SESSION_COOKIE not in client.cookies
    assert client.get("/", headers=cookie).status_code == 303


def test_a_session_is_over_in_its_time_and_another_password_ends_them_all(client, desk, clock):
    log_in(client)
    assert client.get("/").status_code == 200
    clock.now = NOON + HOUR + LASTS
    assert client.get("/").status_code == 303
    clock.now = NOON + HOUR
    assert client.get("/").status_code == 200
    assert desk.store.access.set_password(hash_of("another few words")) == 1
    assert client.get("/").status_code == 303
    assert log_in(client).status_code == 401
    assert log_in(client, "another few words").status_code == 303


def test_a_password_that_changes_while_it_is_checked_lets_nobody_in(desk):
    old = desk.store.access.password()
    desk.store.access.set_password(hash_of("another few words"))
    assert not desk.store.access.begin("m", old, NOON, NOON + HOUR)
    assert not desk.store.access.is_in("m", NOON)


@pytest.mark.parametrize(
    "cookie", ["", "x", "A" * 43, "A" * 10_000, "\x00" * 43, '";' * 20], ids=repr
)
def test_a_made_up_cookie_is_no_session(client, cookie):
    headers = {"Cookie": f"{SESSION_COOKIE}={cookie}"}
    assert client.get("/", headers=headers).status_code == 303


def test_behind_a_proxy_with_https_cookies_are_for_https_alone(client):
    host = {"Host": "watch.example"}
    page = client.get("/login", headers=host)
    assert "; Secure" in page.headers["set-cookie"]
    visitor = page.headers["set-cookie"].partition(";")[0]
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token
    headers = {**host, "Cookie": visitor, "Origin": "https://watch.example"}
    answer = client.post("/login", data={"token": token[1], "password": WORDS}, headers=headers)
    assert "Secure" in answer.headers["set-cookie"]


def test_a_token_from_before_the_login_is_worth_nothing_after_it(client):
    before = token_on(client)
    log_in(client)
    form = {"token": before, "hours": "8", "term": "port"}
    assert client.post("/mutes", data=form, headers=OURS).status_code == 403
    form["token"] = token_on(client, "/ledger")
    assert client.post("/mutes", data=form, headers=OURS).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": "http://evil.example"}, id="a page elsewhere"),
        pytest.param({"Origin": "null"}, id="a page without an origin"),
        pytest.param({}, id="no page at all"),
        pytest.param({**OURS, "Sec-Fetch-Site": "cross-site"}, id="as the browser says"),
    ],
)
def test_a_login_from_elsewhere_is_refused(client, headers):
    form = {"token": token_on(client), "password": WORDS}
    assert client.post("/login", data=form, headers=headers).status_code == 403
    assert client.post("/login", data={"password": WORDS}, headers=OURS).status_code == 403


# --- guesses


def test_a_wrong_password_is_told_and_many_must_wait(client):
    for _ in range(GUESSES):
        assert log_in(client, "not these words").status_code == 401
    answer = log_in(client)
    assert answer.status_code == 429
    assert "wait" in answer.text
    assert client.get("/ledger.csv", headers=basic(WORDS)).status_code == 429


def test_guesses_are_counted_by_network_and_in_all():
    guesses = Guesses()
    assert [guesses.wait("10.0.0.1", 0.0) for _ in range(11)] == [0] * 10 + [60]
    assert guesses.wait("::ffff:10.0.0.1", 1.0) == 59
    assert guesses.wait("10.0.0.2", 1.0) == 0
    assert guesses.wait("10.0.0.1", 60.5) == 0
    spread = Guesses()
    hosts = [f"2001:db8:1:2::{n:x}" for n in range(20)]
    assert sum(spread.wait(host, 0.0) == 0 for host in hosts) == 10
    many = [f"10.1.{n}.1" for n in range(200)]
    assert sum(spread.wait(host, 1.0) == 0 for host in many) == 50


def test_who_knew_the_password_may_err_again():
    guesses = Guesses()
    for _ in range(10):
        guesses.wait("10.0.0.1", 0.0)
    guesses.forgive("10.0.0.1")
    assert guesses.wait("10.0.0.1", 1.0) == 0


def test_very_many_addresses_are_not_remembered_for_ever(monkeypatch):
    monkeypatch.setattr(password, "ADDRESSES", 5)
    guesses = Guesses()
    for n in range(40):
        guesses.wait(f"10.0.0.{n}", n * 60.0)
    assert len(guesses._by_address) <= 6


# --- programs


@pytest.mark.parametrize("path", ["/ledger.csv", "/metrics", "/readyz"])
def test_programs_give_the_password_with_each_request(client, path):
    refused = client.get(path)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic ")
    assert client.get(path, headers=basic("not these words")).status_code == 401
    for _ in range(2):
        assert client.get(path, headers=basic(WORDS)).status_code in (200, 503)


def test_the_api_asks_for_the_password_in_json(client):
    refused = client.get("/api/stories")
    assert (refused.status_code, refused.json()["error"]) == (401, "the password is needed")
    assert refused.headers["www-authenticate"].startswith("Basic ")


def test_a_password_with_each_request_opens_no_page_and_changes_nothing(client):
    assert client.get("/", headers=basic(WORDS)).status_code == 303
    assert client.post("/api/x", headers={**OURS, **basic(WORDS)}).status_code == 401
    assert client.post("/mutes", headers={**OURS, **basic(WORDS)}).status_code == 401


def test_a_password_that_was_right_is_not_for_ever(client, desk):
    assert client.get("/ledger.csv", headers=basic(WORDS)).status_code == 200
    desk.store.access.set_password(hash_of("another few words"))
    assert client.get("/ledger.csv", headers=basic(WORDS)).status_code == 401


@pytest.mark.parametrize("told", ["Basic", "Basic %%%", "Basic YQ", "Bearer x", "Basic //8=", ""])
def test_an_authorization_that_says_nothing_is_none(client, told):
    assert client.get("/ledger.csv", headers={"Authorization": told}).status_code == 401


# --- where to go


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/", "/"),
        ("/ledger?state=held#mutes", "/ledger?state=held#mutes"),
        ("/search?q=a%20b", "/search?q=a%20b"),
        ("", "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("https://evil.example", "/"),
        ("evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        (" //evil.example", "/"),
        ("/login?next=/", "/"),
        ("http://[", "/"),
    ],
)
def test_after_the_login_only_a_path_of_ours_is_gone_to(client, wanted, path):
    assert safe_path(wanted) == path
    assert log_in(client, wanted=wanted).headers["location"] == path


@given(st.text("/\\:evil.@#?%\t\n\r 0"))
def test_no_text_leads_elsewhere(wanted):
    path = safe_path(wanted)
    assert path[0] == "/"
    assert path[1:2] not in ("/", "\\")
    assert not set(path) & set("\\\t\r\n")


def test_the_page_that_was_wanted_is_shown_after_the_login(client):
    where = client.get("/search?q=a+b&since=2025-11-01").headers["location"]
    page = client.get(where)
    wanted = re.search(r'name="next" value="([^"]+)"', page.text)
    assert wanted
    assert wanted[1] == "/search?q=a+b&amp;since=2025-11-01"


# --- the password itself


@pytest.mark.parametrize(
    ("given", "why"),
    [("short", "12 characters"), ("a" * 20, "nearly the same"), ("ab cd" * 999, "at most")],
)
def test_a_password_that_is_easily_guessed_is_refused(given, why):
    with pytest.raises(MonitorError, match=why):
        hash_of(given)


def test_a_password_is_hashed_with_salt_and_fits_however_it_is_composed():
    one, other = hash_of("contrasen\u0303a larga"), hash_of("contraseña larga")
    assert one != other
    assert one.startswith("$argon2id$")
    assert fits("contrasen\u0303a larga", other)
    assert not fits("contrasena larga", other)
    assert not fits("contrasena larga", "no hash")


def test_the_command_sets_and_removes_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "indicators.yaml").write_text("", encoding="utf-8")
    args = ["--file", str(tmp_path / "indicators.yaml")]

    def run(*words, given=""):
        monkeypatch.setattr(sys, "argv", ["monitor", *words, *args])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, capsys.readouterr()

    assert run("web", "password", given=f"{WORDS}\n")[0] == 0
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    assert fits(WORDS, store.access.password() or "")
    code, said = run("web", "password", given="short\n")
    assert (code, "12 characters" in said.err) == (2, True)
    assert run("web", "password", given="")[0] == 2
    assert fits(WORDS, store.access.password() or "")
    assert run("web", "password", "--remove")[0] == 0
    assert store.access.password() is None
    code, said = run("web", "password", "--remove")
    assert (code, said.out, said.err) == (1, "", "There is no password to remove.\n")
    store.close()


def test_another_address_is_refused_without_a_password(tmp_path):
    (tmp_path / "indicators.yaml").write_text("title: x\n", encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "monitor", "run", "--host", "0.0.0.0", "--port", "0"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 2
    assert "monitor web password" in told.stderr


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("192.0.2.1", False), ("host.example", False)],
)  # fmt: skip
def test_which_addresses_are_this_machine_alone(host, local):
    assert is_loopback(host) is local


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("192.0.2.7:8000", True),
        ("192.0.2.7", True),
        ("192.0.2.8:8000", False),
        ("evil.example", False),
        ("", False),
    ],
)
def test_the_address_that_was_asked_is_one_of_our_names(host, own):
    assert is_own_address(host, {"server": ("192.0.2.7", 8000)}) is own
    assert is_own_address("[2001:db8::7]:80", {"server": ("2001:db8::7", 80)})
    assert not is_own_address(host, {"server": None})
