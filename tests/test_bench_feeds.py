"""The benches of feeds run and tell what they should; times themselves are never checked."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from bench import many, once, parse
from bench.newsstand import document, open_stand
from bench.rounds import CONTENDERS, Contender, Cost, Monitor
from bench.watchfile import write_watch
from monitor.feeds.parse import parse_feed
from tests.make import read_watch


def test_a_feed_of_the_news_stand_grows_by_one_entry_an_edition():
    first, second = (
        {item.key for item in parse_feed(document(7, edition), feed_id="f", url="http://x/").items}
        for edition in (0, 1)
    )
    assert len(first) == len(second) == 20
    assert len(second - first) == 1


def test_the_stand_knows_its_etags_and_counts_its_answers():
    with open_stand(2, 0.0) as stand:
        assert b"<rss" in stand._get("/1.xml")
        stand.publish(1)
        assert stand.answers() == {"200": 1}


def test_the_watch_list_of_a_bench_is_a_good_one(tmp_path):
    with open_stand(1, 0.0) as stand:
        path = write_watch(tmp_path, stand, feeds=12, indicators=30)
    watch, problems = read_watch(path.read_text(), path)
    assert watch is not None
    assert (len(watch.feeds), len(watch.indicators)) == (12, 30)
    assert [problem for problem in problems if problem.is_error] == []


def test_parsers_are_compared_on_the_same_documents(capsys):
    assert parse.main(["--quick"]) == 0
    told = capsys.readouterr().out
    for name in ("feedparser", "monitor, entries", "monitor, items"):
        assert f"| {name} |" in told
    assert "100.0 % of its entries (goal 99.5), 0 exceptions" in told


def test_a_folder_without_documents_is_said_so(tmp_path, capsys):
    assert parse.main([str(tmp_path)]) == 1
    assert "no documents" in capsys.readouterr().err


def test_a_parser_that_fails_is_counted():
    def fails(_body: bytes) -> int:
        raise ValueError("odd")

    reading = parse.measured(fails, [b"a", b"b"], rounds=1)
    assert (reading.entries, reading.failed) == (0, 2)


def test_our_own_rounds_ask_every_feed_and_the_table_has_them(capsys):
    assert once.main(["--feeds", "3", "--latency", "0", "--only", "monitor"]) == 0
    assert "| monitor |" in capsys.readouterr().out


def test_every_contender_that_is_there_does_a_round(tmp_path):
    there = [kind for kind in CONTENDERS if kind.installed() and kind is not Monitor]
    for number, kind in enumerate(there):
        with open_stand(2, 0.0) as stand:
            kind(tmp_path / str(number), stand, 2).round()
            assert sum(stand.answers().values()) >= 2, kind.name
    assert Monitor.installed()


def test_a_contender_that_leaves_feeds_out_is_not_timed(capsys, monkeypatch):
    class Idle(Contender):
        name, package = "idle", "monitor"

        def command(self) -> list[str]:
            return ["true"]

    monkeypatch.setattr(once, "CONTENDERS", (Idle,))
    assert once.main(["--feeds", "2", "--latency", "0"]) == 1
    assert "idle did not ask 2 of 2 feeds (cold)" in capsys.readouterr().err


def test_ratios_are_against_the_best_number_of_workers():
    def costs(seconds: float) -> once.Costs:
        return dict.fromkeys(once.ROUNDS, Cost(seconds, seconds))

    told = once.lines({"monitor": costs(2), "reader, 4": costs(30), "reader, 8": costs(20)})
    assert "cold: 10.0 times reader at its best (goal 6)" in told


def test_lateness_is_read_from_the_database(tmp_path):
    path = tmp_path / "monitor.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table feed (id text primary key, next_poll text)")
        connection.executemany("insert into feed values (?, null)", [(str(n),) for n in range(9)])
    now = datetime.now(UTC)
    many.spread(path, now)
    assert len(many.overdue(path, now + timedelta(seconds=many.INTERVAL / 2))) == 5
    assert max(many.overdue(path, now + timedelta(seconds=900))) == pytest.approx(900)


def test_a_process_is_watched_with_its_children():
    assert os.getpid() in many.family(os.getpid())
    cpu, memory = many.usage(os.getpid())
    assert cpu > 0
    assert memory > 1_000_000


def test_many_feeds_are_asked_by_the_service(capsys, monkeypatch):
    monkeypatch.setattr(many, "START", 2.0)
    assert many.main(["--feeds", "3", "--indicators", "2", "--minutes", "0.02"]) == 0
    told = capsys.readouterr().out
    for part in ("cold", "unchanged", "service"):
        assert f"| {part} |" in told
