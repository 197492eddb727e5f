"""After a restore: nothing is sent again that was, and nothing is lost that was not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.alerts.decide import may_be_told
from monitor.app import open_app
from monitor.config.load import load
from monitor.config.settings import read_settings
from monitor.demo import Sample, write_feed
from monitor.housekeeping import back_up, restore
from monitor.store import Store
from monitor.store.released import Released
from tests.make import HOUR, NOON, an_item
from tests.sinks import chat_sink, feed_sink

LIST = """\
feeds: [{{id: wire-en, url: '{feed}'}}]
polling: {{allow: ['{allow}']}}
indicators: [{{id: ports, title: Ports, match: port, priority: high}}]
alerts:
  channels: {{desk: '{chat}'}}
  routes:
    - {{to: desk, when: {{priority: high}}}}
    - {{to: desk, digest: '00:00'}}
"""

TITLES = {
    1: "Port of Antwerp marks a quiet anniversary",
    2: "Vigo port workers begin a strike over wages",
    3: "Storm Ophelia shuts the port of Galway",
    4: "Dockers of Busan port elect a new chairman",
    5: "China launches a new container port in Chancay, Peru",
}


def a_sample(number: int, age: timedelta) -> Sample:
    return Sample(f"n-{number}", "wire-en", TITLES[number], "", datetime.now(UTC) - age)


async def _once(settings):
    async with open_app(settings, load(settings.file, settings.env)) as app:
        await app.once(lambda _: None)


def once(settings):
    asyncio.run(_once(settings))


def test_what_was_sent_after_the_backup_is_held_and_what_is_new_goes_out(tmp_path):
    with feed_sink() as feeds, chat_sink() as chats:
        text = LIST.format(feed=feeds.url("wire.xml"), allow=feeds.address, chat=chats.url)
        (tmp_path / "indicators.yaml").write_text(text)
        settings = read_settings(tmp_path / "indicators.yaml", None, {})
        shown = [a_sample(1, timedelta(days=9))]

        def publish(*more):
            shown.extend(more)
            feeds.documents["wire.xml"] = write_feed("wire-en", shown)

        def titles():
            return [str(one["message"]) for one in chats.messages]

        publish()
        once(settings)
        assert len(titles()) == 1  # the digest
        store = Store(settings.database_url)
        made = back_up(store, settings, tmp_path / "kept.zip", datetime.now(UTC))
        store.close()
        publish(a_sample(2, timedelta(minutes=5)))
        once(settings)
        assert len(titles()) == 2
        assert "Vigo" in titles()[1]

        restore(settings, made.path, datetime.now(UTC))
        publish(a_sample(3, timedelta(0)), a_sample(4, timedelta(minutes=1)))
        shown[-2] = replace(shown[-2], published=datetime.now(UTC) + timedelta(seconds=5))
        publish()
        once(settings)
        # Neither the digest of today nor an alert is repeated; what came since goes out.
        assert len(titles()) == 3
        assert "Galway" in titles()[2]
        publish(a_sample(5, timedelta(minutes=1)))
        once(settings)
        assert "Chancay" in titles()[3]

        store = Store(settings.database_url)
        released = Released(store.database)
        held = {one.title: one.id for one in released.held()}
        assert len(held) == 2
        sent_before = next(number for title, number in held.items() if "Vigo" in title)
        released.drop([sent_before])
        released.let_go([*held.values()], datetime.now(UTC))
        store.close()
        once(settings)
        assert len(titles()) == 5
        assert "Busan" in titles()[4]
        once(settings)
        assert len(titles()) == 5


@pytest.mark.parametrize(
    ("published", "last_answer", "restored", "may_be"),
    [
        pytest.param(None, None, None, False, id="never restored"),
        pytest.param(-2, -3, 0, True, id="published before, and not asked since"),
        pytest.param(None, -3, 0, True, id="undated, and not asked since"),
        pytest.param(2, -3, 0, False, id="published since"),
        pytest.param(-2, 1, 0, False, id="the feed was asked since"),
        pytest.param(-2, None, 0, True, id="a feed that the backup knows without an answer"),
    ],
)
def test_what_may_be_told_before_a_restore(published, last_answer, restored, may_be):
    def at(hours):
        return None if hours is None else NOON + hours * HOUR

    item = an_item(published=at(published))
    assert may_be_told(item, at(last_answer), at(restored)) is may_be
