"""The web application itself: headers on every answer, only our own names, no stack traces."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from monitor.web.guard import POLICY, is_own_name
from monitor.web.pages import create_pages


class BrokenApp:
    """An app of which everything that a page asks for fails."""

    site_url = None

    def clock(self):
        raise RuntimeError("secret detail")

    @property
    def store(self):
        raise RuntimeError("secret detail")

    @property
    def watch(self):
        raise RuntimeError("secret detail")


@pytest.fixture
def client():
    return TestClient(
        create_pages(BrokenApp()), base_url="http://127.0.0.1", raise_server_exceptions=False
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 500),
        ("/healthz", 500),
        ("/none-such", 500),
        ("/static/site.css", 200),
        ("/static/../pages.py", 500),
        ("/static/%2e%2e/pages.py", 404),
    ],
)
def test_every_answer_carries_the_safe_headers_and_no_detail(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_pages_only_read(store, method):
    broken = BrokenApp()
    client = TestClient(
        create_pages(SimpleNamespace(site_url=None, store=store, clock=broken.clock)),
        base_url="http://127.0.0.1",
    )
    ours = {"Origin": "http://127.0.0.1"}
    assert client.request(method, "/", headers=ours).status_code == 405
    assert client.request(method, "/").status_code == 403


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1:8000", True),
        ("localhost:8000", True),
        ("[::1]:8000", True),
        ("127.9.9.9", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:80", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_only_our_own_names_are_answered(client, host, own):
    assert is_own_name(host) is own
    answer = client.get("/static/site.css", headers={"Host": host})
    assert (answer.status_code == 421) is not own
    assert answer.headers["content-security-policy"] == POLICY
