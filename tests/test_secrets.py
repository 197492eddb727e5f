"""Twenty secrets, every fault, logs at DEBUG: none of them is found in anything that is left."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitor.app import App, open_app
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.config.signing import signing_key
from monitor.desk import utc_now
from monitor.errors import ConfigError
from monitor.masking import MASK, MaskingFormatter, mask, remember
from monitor.web.pages import create_pages
from tests.sinks import chat_sink, feed_sink, mail_sink, open_sink
from tests.test_cli import monitor

FEED = """<rss version="2.0"><channel><title>x</title>{items}</channel></rss>"""
ITEM = (
    "<item><title>Port closed, {0}</title><guid>{0}</guid><link>https://x.example/{0}</link></item>"
)

FEEDS = ["feed_user", "feed_word", "feed_token"]
HOOKS = ["hook_path", "hook_word", "hook_header", "hook_field", "from_file", "written_out"]
CHATS = ["slack_one", "slack_two", "slack_three", "discord", "tgram", "ntfy_word", "gotify"]
OTHERS = ["mail_word", "mqtt_word", "matrix_word", "beat_path", "beat_query", "key"]
NAMES = [*FEEDS, *HOOKS, *CHATS, *OTHERS]

LIST = """
title: Port watch
site_url: http://testserver
feeds:
  - {{id: login, url: "http://{feed_user}:{feed_word}@{feeds}/login.xml"}}
  - {{id: token, url: "http://{feeds}/token.xml?access_token={feed_token}"}}
  - {{id: broken, url: "http://{feed_user}:{feed_word}@127.0.0.1:9/broken.xml"}}
  - {{id: refused, url: "http://{feed_user}:{feed_word}@{feeds}/refused.xml"}}
polling:
  allow: ["{feeds}", "127.0.0.1:9"]
indicators:
  - {{id: ports, title: Ports, match: port*}}
alerts:
  heartbeat: http://{feeds}/{beat_path}?token={beat_query}
  channels:
{channels}
    written: json://{chats}/{written_out}
  routes:
    - to: [{names}, written]
"""


@pytest.fixture
def planted():
    """The secrets by what they are; letters and digits, as the services want their tokens."""
    return {name: f"Q{secrets.token_hex(11)}" for name in NAMES}


def channels(planted, *, chats, mails, opened):
    """Name and address of each channel, with its secrets in it."""
    one = planted
    return {
        "mail": f"mailto://ana:{one['mail_word']}@127.0.0.1:{mails}/?from=w@d.example&to=a@d.example",
        "nomail": f"mailto://ana:{one['mail_word']}@127.0.0.1:9/?from=w@d.example&to=a@d.example",
        "hook": f"json://ana:{one['hook_word']}@{chats}/{one['hook_path']}"
        f"?+X-Auth={one['hook_header']}&:field={one['hook_field']}",
        "nohook": f"json://ana:{one['hook_word']}@127.0.0.1:9/{one['hook_path']}",
        "filed": f"json://{chats}/{one['from_file']}",
        "slack": f"slack://T{one['slack_one'][:8].upper()}/B{one['slack_two'][:8].upper()}"
        f"/{one['slack_three']}Q/",
        "discord": f"discord://4174216298/{one['discord']}",
        "tgram": f"tgram://123456789:{one['tgram']}/12315544/",
        "ntfy": f"ntfy://ana:{one['ntfy_word']}@{opened}/topic",
        "mqtt": f"mqtt://ana:{one['mqtt_word']}@127.0.0.1:9/topic",
        "matrix": f"matrix://ana:{one['matrix_word']}@127.0.0.1:9/%21room:matrix.example",
        "gotify": f"gotify://{opened}/{one['gotify']}",
    }


class Traces:
    """All that is left of a run: what is searched for the secrets."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def keep(self, name: str, text: str) -> None:
        self.found[name] = self.found.get(name, "") + text

    def holding(self, planted):
        return {
            (place, name)
            for place, text in self.found.items()
            for name, secret in planted.items()
            if secret in text or secret[:8].upper() in text
        }


def store_of(folder: Path) -> str:
    """The database as SQL, and the bytes of its files as they lie there."""
    with sqlite3.connect(folder / "monitor.db") as connection:
        dump = "\n".join(connection.iterdump())
    raw = b"".join(one.read_bytes() for one in sorted(folder.glob("monitor.db*")))
    return dump + raw.decode("latin-1")


def processes() -> str:
    """What anybody on this machine sees of the processes that run."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(one.read_bytes().decode("latin-1"))
        except OSError:
            continue
    return "\n".join(found)


PAGES = ["/", "/feeds", "/ledger", "/ledger.csv", "/indicators/ports", "/digests", "/nowhere"]
FIGURES = ["/metrics", "/healthz", "/readyz"]


def pages_of(app: App) -> str:
    client = TestClient(create_pages(app))
    return "\n".join(client.get(path).text for path in (*PAGES, *FIGURES))


async def live(settings, loaded, traces, feeds, chats, mails):
    """A service that meets every fault, then is well, then sees an edit refused."""
    now = utc_now()

    async def round_of(app, number):
        for path in ("login.xml", "token.xml"):
            items = "".join(ITEM.format(f"{path[:5]}{one}") for one in range(number + 1))
            feeds.documents[path] = FEED.format(items=items).encode()
        await app.once(lambda _: None)

    moment = [now]
    async with open_app(settings, loaded, lambda: moment[0]) as app:
        await round_of(app, 0)
        for number, (status, fault) in enumerate(
            [(503, ""), (404, "451 later"), (400, ""), (200, "")], 1
        ):
            moment[0] += timedelta(hours=2)
            chats.status, mails.refuse = status, fault or None
            await round_of(app, number)
            await app.probe()

        async def fails(_delivery, channel):
            raise ValueError(f"what a plugin may say: {channel.url}")

        # An error that nobody thought of, with an address in its text.
        send = app.edges.send
        object.__setattr__(app.edges, "send", fails)
        moment[0] += timedelta(hours=2)
        await round_of(app, 6)
        object.__setattr__(app.edges, "send", send)
        traces.keep("pages", await asyncio.to_thread(pages_of, app))
        traces.keep("repr", f"{settings!r} {loaded!r} {app.current!r} {app.edges!r}")
        try:
            text = settings.file.read_text(encoding="utf-8")
            settings.file.write_text(text.replace("title: Ports", "titel: Ports"), "utf-8")
            load(settings.file, settings.env)
        except ConfigError as error:
            app.refuse(error.problems, moment[0])
            traces.keep("refusal", str(error))
        finally:
            settings.file.write_text(text, "utf-8")
        traces.keep("pages", await asyncio.to_thread(pages_of, app))
        traces.keep("processes", processes())


async def test_no_secret_is_found_in_anything_that_is_left(tmp_path, planted, monkeypatch, caplog):
    from apprise.plugins.discord import NotifyDiscord
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.telegram import NotifyTelegram

    caplog.set_level(logging.DEBUG)
    traces = Traces()
    with feed_sink() as feeds, chat_sink() as chats, mail_sink() as mails, open_sink() as opened:
        for plugin, name in (
            (NotifySlack, "webhook_url"),
            (NotifyDiscord, "notify_url"),
            (NotifyTelegram, "notify_url"),
        ):
            monkeypatch.setattr(plugin, name, f"http://{opened.at}/x")
        feeds.status["refused.xml"] = 401
        room = f"127.0.0.1:{chats.port}"
        found = channels(planted, chats=room, mails=mails.port, opened=opened.at)
        environ = {f"A_{name.upper()}": url for name, url in found.items()}
        (tmp_path / "filed").write_text(environ.pop("A_FILED") + "\n", encoding="utf-8")
        environ |= {"A_FILED_FILE": "filed", "MONITOR_KEY": planted["key"]}
        lines = "".join(f"    {name}: ${{A_{name.upper()}}}\n" for name in found)
        text = LIST.format(
            **planted,
            feeds=feeds.address,
            chats=room,
            channels=lines,
            names=", ".join(found),
        )
        file = tmp_path / "indicators.yaml"
        file.write_text(text, encoding="utf-8")
        settings = read_settings(file, None, environ)
        loaded = load(file, settings.env)
        assert signing_key(settings)
        await live(settings, loaded, traces, feeds, chats, mails)
        assert "refused.xml" in feeds.asked
        assert any(planted["beat_path"] in one for one in feeds.asked)
        assert chats.messages
        assert opened.bodies
    formatter = MaskingFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    written = [formatter.format(record) for record in caplog.records]
    assert any("Traceback" in one for one in written)
    traces.keep("log", "\n".join(written))
    # What is logged on purpose is clean before anything is masked; only tracebacks need it.
    traces.keep("messages", "\n".join(one.getMessage() for one in caplog.records))
    traces.keep("store", store_of(tmp_path))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for command in (["alerts", "log"], ["alerts", "log", "--json"], ["feeds", "list"], ["check"]):
        done = monitor(tmp_path, *command)
        traces.keep(" ".join(command), done.stdout + done.stderr)
    assert "held" in traces.found["alerts log"] or "failed" in traces.found["alerts log"]
    assert {name for name, text in traces.found.items() if not text.strip()} == set()
    assert traces.holding(planted) == set()


@pytest.mark.parametrize(
    ("plain", "name", "value"),
    [
        pytest.param({"A": "x"}, "A", "x", id="the variable itself"),
        pytest.param({"A_FILE": "word"}, "A", "from the file", id="the file that is named"),
        pytest.param({"A": "x", "A_FILE": "word"}, "A", "x", id="the variable wins"),
        pytest.param({"A": "", "A_FILE": "word"}, "A", "from the file", id="an empty one does not"),
        pytest.param({"A_FILE": "gone"}, "A", None, id="a file that is not there"),
        pytest.param({"A_FILE": "bytes"}, "A", None, id="a file that is no text"),
        pytest.param({"MONITOR_FILE": "word"}, "MONITOR", None, id="the watch list is no secret"),
        pytest.param({}, "A", None, id="neither"),
    ],
)
def test_a_secret_is_read_from_the_environment_or_from_a_file(tmp_path, plain, name, value):
    (tmp_path / "word").write_text("from the file\n", encoding="utf-8")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    settings = read_settings(tmp_path / "indicators.yaml", None, plain)
    assert settings.env.get(name) == value


def test_what_is_known_is_masked_in_a_traceback(planted):
    remember(planted.values())
    try:
        raise ValueError(f"at json://x/{planted['hook_path']}/y")
    except ValueError:
        record = logging.LogRecord("x", 40, "x", 1, "failed", None, None)
        record.exc_info = sys.exc_info()
    said = MaskingFormatter("%(message)s").format(record)
    assert f"json://x/{MASK}/y" in said
    assert mask("nothing of it") == "nothing of it"
