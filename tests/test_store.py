"""The store: a poll is one transaction, and doing it twice changes nothing."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, select, text
from sqlmodel import SQLModel

from monitor.digest.build import Coverage, build, day_bounds
from monitor.errors import StoreError
from monitor.model import Arrival, FeedState, PollRecord
from monitor.store import ClosedDay, Store
from monitor.store.database import MIGRATIONS, newest, table_of
from monitor.store.tables import MuteRow, TroubleRow, VersionRow
from tests.make import DAY, HOUR, NOON, a_draft, a_feed, a_hit, a_watch, an_item

FEEDS = {"wire": a_feed()}
STATE = FeedState(
    "wire",
    "https://wire.example/feed.xml",
    etag='"1"',
    first_poll=NOON,
    last_poll=NOON,
    last_answer=NOON,
)


def a_record(*arrivals, at=NOON, state=STATE, **more):
    return PollRecord(
        state=replace(state, last_poll=at),
        at=at,
        day=at.date(),
        answered=True,
        arrivals=arrivals,
        **more,
    )


def an_arrival(key="one", *indicators, seen=NOON, **more):
    hits = tuple(a_hit(key, indicator) for indicator in indicators)
    return Arrival(an_item(key), seen, seen.date(), hits, twin=f"twin-{key}", **more)


def test_a_poll_is_stored_whole(store):
    record = a_record(an_arrival("one", "ports", "rails"), an_arrival("two"), drafts=(a_draft(),))
    saved = store.records.save(record)
    assert (saved.items, saved.hits, saved.stories, saved.drafts) == (2, 2, 1, 1)
    assert store.records.state("wire") == record.state
    (story,) = store.reading.stories(FEEDS, NOON, NOON + HOUR)
    assert story.indicators == ("ports", "rails")
    assert story.lead.hits[0].marks[0].text == "Port"


def test_storing_the_same_poll_twice_adds_nothing(store):
    record = a_record(an_arrival("one", "ports"), drafts=(a_draft(),))
    store.records.save(record)
    again = store.records.save(record)
    assert (again.items, again.hits, again.stories, again.drafts) == (0, 0, 0, 0)
    assert store.records.counts()["item"] == 1


def test_polls_saved_together_are_counted_apart_and_kept_together_or_not_at_all(store):
    records = [
        a_record(an_arrival("one", "ports"), an_arrival("two")),
        a_record(an_arrival("three", "ports", "coast")),
        a_record(),
    ]
    saved = store.records.save_all(records)
    assert [(one.items, one.hits, one.stories) for one in saved] == [
        (2, 1, 1),
        (1, 2, 1),
        (0, 0, 0),
    ]
    assert store.records.counts()["item"] == 3
    naive = replace(STATE, next_poll=datetime(2025, 1, 1))
    with pytest.raises(StoreError):
        store.records.save_all([a_record(an_arrival("four")), a_record(state=naive)])
    assert store.records.counts()["item"] == 3


def test_a_poll_that_cannot_be_stored_whole_is_not_stored_at_all(store):
    broken = a_draft()
    object.__setattr__(broken, "kind", None)
    with pytest.raises(StoreError):
        store.records.save(a_record(an_arrival("one", "ports"), drafts=(broken,)))
    assert store.records.counts()["item"] == 0
    assert store.records.state("wire") is None


def test_an_edited_item_becomes_a_version_and_keeps_its_day(store):
    store.records.save(a_record(an_arrival("one", "ports")))
    (known,) = store.records.known(["one"])
    edited = Arrival(
        an_item("one", "Port closed for a week"),
        NOON + DAY,
        (NOON + DAY).date(),
        (a_hit("one", "ports"), a_hit("one", "rails")),
        row=known.row,
    )
    saved = store.records.save(a_record(edited, at=NOON + DAY))
    assert (saved.items, saved.hits, saved.stories) == (0, 1, 0)
    (story,) = store.reading.stories(FEEDS, NOON, NOON + HOUR)
    assert story.lead.item.title == "Port closed for a week"
    assert story.indicators == ("ports", "rails")
    with store.database.reading() as connection:
        old = connection.execute(text("select title from item_version")).scalars().all()
        kept = connection.execute(select(table_of(VersionRow).c.hits)).scalar()
    assert old == ["Port closed after storm"]
    assert kept[0]["marks"][0]["text"] == "Port"


def test_a_hit_whose_text_was_edited_away_stays_without_marks(store):
    store.records.save(a_record(an_arrival("one", "ports")))
    (known,) = store.records.known(["one"])
    store.records.save(
        a_record(Arrival(an_item("one", "All is well"), NOON, NOON.date(), (), row=known.row))
    )
    (story,) = store.reading.stories(FEEDS, NOON, NOON + HOUR)
    assert story.lead.hits[0].indicator == "ports"
    assert story.lead.hits[0].marks == ()


def test_the_newest_step_by_its_file_name_is_the_one_that_all_steps_lead_to():
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == newest()


def test_a_schema_that_is_up_to_date_is_left_alone(store):
    assert store.upgrade() == (newest(), newest())


def test_items_are_known_by_key_and_by_twin(store):
    store.records.save(a_record(an_arrival("one"), an_arrival("two")))
    keys = {known.key for known in store.records.known(["one"], ["twin-two"])}
    assert keys == {"one", "two"}


def test_more_keys_than_a_statement_takes_are_asked_in_parts(store):
    store.records.save(a_record(*(an_arrival(str(number)) for number in range(1000))))
    keys = [str(number) for number in range(2000)]
    assert len(store.records.known(keys)) == 1000


def test_instants_come_back_aware_and_equal(store):
    store.records.save(a_record())
    state = store.records.state("wire")
    assert state.last_answer == NOON
    assert state.last_answer.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(store):
    naive = replace(STATE, next_poll=datetime(2025, 1, 1))
    with pytest.raises(StoreError):
        store.records.save(a_record(state=naive))


def test_stories_are_counted_by_day_and_signal_as_they_come(store):
    hits = (a_hit("one", "ports", ("closing",)), a_hit("one", "rails"))
    arrival = Arrival(an_item("one"), NOON, NOON.date(), hits)
    store.records.save(a_record(arrival, an_arrival("two", "ports")))
    store.records.save(a_record(arrival, an_arrival("two", "ports")))
    assert store.tally.days(NOON.date(), ["ports"])["ports"] == {NOON.date(): 2}
    assert store.tally.signals(NOON.date(), ["ports"])["ports"] == {"closing": 1}
    assert store.tally.total("rails") == 1


def test_in_another_zone_the_days_are_counted_anew(store):
    caracas, tokyo = ZoneInfo("America/Caracas"), ZoneInfo("Asia/Tokyo")
    assert not store.tally.settle(caracas)
    late = day_bounds(date(2025, 11, 6), caracas)[1] - timedelta(minutes=1)
    hits = (a_hit("one", "ports", ("closing",)),)
    store.records.save(a_record(Arrival(an_item("one"), late, date(2025, 11, 6), hits)))
    assert not store.tally.settle(caracas)
    assert store.tally.settle(tokyo)
    assert store.tally.days(date(2025, 1, 1), ["ports"])["ports"] == {date(2025, 11, 7): 1}
    assert store.tally.signals(date(2025, 1, 1), ["ports"])["ports"] == {"closing": 1}


def test_coverage_names_the_feeds_that_did_not_answer(store):
    feeds = [a_feed("wire"), a_feed("down"), a_feed("flaky"), a_feed("new")]
    store.records.save(a_record(an_arrival("one")))
    down = FeedState(
        "down",
        "https://down.example/feed.xml",
        error="timed out",
        failing_since=NOON - HOUR,
        failures=3,
    )
    store.records.save(PollRecord(down, NOON, NOON.date(), answered=False))
    flaky = FeedState("flaky", "https://flaky.example/feed.xml", last_answer=NOON)
    store.records.save(PollRecord(flaky, NOON, NOON.date(), answered=True))
    failing = replace(flaky, failing_since=NOON + HOUR, error="reset", failures=1)
    store.records.save(PollRecord(failing, NOON + HOUR, NOON.date(), answered=False))
    coverage = covered(store, feeds, NOON + 2 * DAY)
    assert (coverage.feeds, coverage.answered, coverage.items) == (4, 2, 1)
    gaps = [(gap.feed.id, gap.since, gap.error) for gap in coverage.gaps]
    assert gaps == [
        ("down", None, "timed out"),
        ("flaky", NOON + HOUR, "reset"),
        ("new", None, "not polled yet"),
    ]


def test_coverage_tells_a_feed_that_answers_but_is_oddly_silent(store):
    """Also of a day that is over: what came later does not count for it."""
    feeds = [a_feed(name) for name in ("wire", "mute", "dull", "down")]
    for name, last_new in (("wire", NOON), ("mute", NOON - 9 * DAY), ("dull", None)):
        state = replace(STATE, feed=name, url=f"https://{name}.example/feed.xml", last_new=last_new)
        known = replace(state, heard_items=40.0, heard_days=10.0)
        store.records.save(PollRecord(known, NOON, NOON.date(), answered=True))
    down = FeedState("down", "https://down.example/feed.xml", last_new=NOON - 9 * DAY, failures=1)
    store.records.save(PollRecord(down, NOON, NOON.date(), answered=False))
    lulls = covered(store, feeds, NOON + 2 * DAY).lulls
    assert [(lull.feed.id, lull.since, lull.usual) for lull in lulls] == [
        ("mute", NOON - 9 * DAY, 4),
        ("dull", None, 4),
    ]
    spoke = replace(STATE, feed="mute", url="https://mute.example/feed.xml", last_new=NOON + DAY)
    store.records.save(PollRecord(spoke, NOON + DAY, NOON.date() + DAY, answered=True))
    assert [lull.feed.id for lull in covered(store, feeds, NOON + 2 * DAY).lulls] == ["dull"]


def test_what_was_of_another_address_is_no_lull(store):
    old = replace(STATE, url="https://wire.example/old.xml", last_new=NOON - 9 * DAY)
    store.records.save(PollRecord(old, NOON, NOON.date(), answered=True))
    assert covered(store, [a_feed()], NOON + HOUR).lulls == ()


def test_a_feed_that_is_gone_is_told_on_every_day_after(store):
    """Even where it is the only one, and no poll shows that the service was running."""
    gone = replace(STATE, gone=True, failures=1, failing_since=NOON - 3 * DAY, error="it is gone")
    store.records.save(PollRecord(gone, NOON, NOON.date() - 3 * DAY, answered=False))
    (gap,) = covered(store, [a_feed()], NOON + HOUR).gaps
    assert (gap.since, gap.error, gap.gone) == (NOON - 3 * DAY, "it is gone", True)


def covered(store, feeds, now, made=NOON):
    return store.reading.coverage(
        feeds, NOON.date(), NOON.date(), (NOON - DAY, NOON + DAY), made, now
    )


def test_a_feed_whose_next_poll_has_not_come_stands_as_the_last_left_it(store):
    polled = replace(STATE, next_poll=NOON + 6 * HOUR)
    yesterday = NOON.date() - DAY
    store.records.save(PollRecord(polled, NOON, yesterday, answered=True))
    soon = covered(store, [a_feed()], NOON + HOUR)
    assert (soon.answered, soon.gaps) == (1, ())
    later = covered(store, [a_feed()], NOON + 7 * HOUR)
    assert (later.answered, len(later.gaps)) == (0, 1)


def test_a_day_on_which_the_service_was_off_says_so(store):
    coverage = covered(store, [a_feed()], NOON + 9 * DAY, made=NOON - 9 * DAY)
    assert coverage.watched
    assert [gap.error for gap in coverage.gaps] == ["the service was not running"]


def test_a_feed_that_waits_for_its_very_first_poll_is_told_from_one_that_fails(store):
    (gap,) = covered(store, [a_feed()], NOON + HOUR).gaps
    assert (gap.error, gap.asked) == ("not polled yet", False)
    failed = replace(STATE, last_answer=None, error="The name was not found.")
    store.records.save(PollRecord(failed, NOON, NOON.date(), answered=False))
    (gap,) = covered(store, [a_feed()], NOON + HOUR).gaps
    assert (gap.asked, gap.error == "not polled yet") == (True, False)


def test_a_day_before_the_watch_began_was_not_watched(store):
    assert not covered(store, [a_feed()], NOON + 9 * DAY, made=NOON + 2 * DAY).watched


def a_digest(day=date(2025, 11, 5)):
    watch = a_watch()
    start, end = day_bounds(day, watch.zone)
    return build(watch, [], Coverage(1, 1, 0), start, end, end, day=day)


def test_a_day_is_closed_once_and_for_ever(store):
    day = date(2025, 11, 5)
    assert store.archive.close(a_digest(), "<p>first</p>", "first", NOON)
    assert not store.archive.close(a_digest(), "<p>second</p>", "second", NOON)
    kept = store.archive.closed_day(day)
    assert (kept.content, kept.text) == ("<p>first</p>", "first")
    assert store.archive.closed_days() == {day: 0}
    assert store.archive.last_end(day + DAY) == kept.end
    assert store.archive.last_end(day) is None


def test_a_day_that_a_clock_far_ahead_closed_is_open_again(store):
    store.archive.close(a_digest(), "wrong", "wrong", NOON + 10 * DAY)
    assert store.archive.reopen_after(NOON + 10 * DAY) == 0
    assert store.archive.reopen_after(NOON) == 1
    assert store.archive.closed_days() == {}


def test_items_that_come_in_after_closing_are_counted_as_late(store):
    store.records.save(a_record(an_arrival("one", "ports"), at=NOON))
    store.records.save(a_record(an_arrival("two", "ports"), at=NOON + DAY))
    closed = ClosedDay(NOON.date(), NOON + HOUR, 1, "", "", NOON, NOON + HOUR)
    assert store.archive.late(closed) == 1


def test_the_last_good_list_is_kept(store):
    assert store.archive.last_revision() is None
    store.archive.keep_revision("a", "title: one", NOON)
    store.archive.keep_revision("a", "title: one", NOON + HOUR)
    store.archive.keep_revision("b", "title: two", NOON + DAY)
    assert store.archive.last_revision() == ("title: two", NOON + DAY)


def test_upgrading_twice_changes_nothing_and_keeps_the_birthday(store):
    made = store.database.made()
    before, after = store.upgrade()
    assert before == after
    assert store.database.made() == made


def test_the_migrations_make_the_tables_that_the_code_knows(store):
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []


# What the first version's service wrote: a feed, its day, an item and a hit.
FIRST_ROWS = """
insert into fact values ('made', '2025-11-01');
insert into feed (id, url, etag, last_poll, last_answer, last_new, failures, gone)
    values ('wire', 'https://wire.example/feed.xml', '"1"', :noon, :noon, :noon, 0, 0);
insert into feed_day (feed, day, polls, answered, items) values ('wire', '2025-11-06', 96, 95, 40);
insert into item (id, key, twin, feed, title, summary, content, tags, hash, fetched, seen, backfill)
    values (1, 'one', 't', 'wire', 'Port closed', '', '', '[]', 'h', :noon, :noon, 0);
insert into hit (item_id, indicator, signals, marks, revision, seen, found)
    values (1, 'ports', '[]', '[]', 'r', :noon, :noon);
"""


def a_first_database(path):
    """A database as the first version left it."""
    engine = create_engine(f"sqlite:///{path}")
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in FIRST_ROWS.strip().split(";\n"):
            noon = {"noon": "2025-11-06 12:00:00.000000"} if ":noon" in statement else {}
            connection.execute(text(statement.rstrip(";")), noon)
        connection.commit()
    engine.dispose()


def test_a_database_of_the_first_version_is_upgraded_with_all_it_holds(tmp_path):
    a_first_database(tmp_path / "monitor.db")
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    before, after = store.upgrade()
    assert (before, after > before) == ("0001", True)
    state = store.records.state("wire")
    assert (state.etag, state.last_new) == ('"1"', NOON)
    assert (state.losses, state.heard_days, state.longest_silence) == (0, 0.0, None)
    assert store.reading.feed_days(NOON.date(), NOON.date()) == {"wire": {NOON.date(): 40}}
    (story,) = store.reading.stories(FEEDS, NOON, NOON + HOUR)
    assert story.indicators == ("ports",)
    [known] = store.records.known(["one"])
    assert (known.hash, known.article) == ("h", False)
    assert store.records.indicators_hit([known.row]) == {known.row: {"ports"}}
    heard = replace(state, longest_silence=HOUR, heard_days=1.5, losses=2, last_loss=NOON)
    store.records.save(PollRecord(heard, NOON, NOON.date(), answered=True, lossy=True))
    assert store.records.state("wire") == heard
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []
    store.close()


def test_a_database_of_a_newer_version_is_refused(store):
    with store.database.writing() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        store.upgrade()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("sqlite:////no/such/folder/x.db", id="no folder"),
        pytest.param("postgresql+psycopg://desk:s3cret@127.0.0.1:1/x", id="no server"),
    ],
)
def test_a_database_that_cannot_be_opened_is_a_sentence(url):
    told = r"^the database .* (cannot be used|does not answer): "
    with pytest.raises(StoreError, match=told) as caught:
        Store(url).upgrade()
    assert "\n" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_without_its_driver_postgresql_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'psycopg\[binary\]' brings it$"):
        Store("postgresql+psycopg://h/d")


def test_a_database_that_cannot_hold_all_letters_is_refused(postgres):
    store = Store(postgres.empty(encoding="LATIN1"))
    with pytest.raises(StoreError, match=r"is in LATIN1, .* createdb --encoding UTF8"):
        store.upgrade()
    store.close()


def test_text_with_a_nul_loses_no_poll(store):
    odd = replace(an_arrival("one", "ports"), item=an_item("one", "Port\0 closed"))
    assert store.records.save(a_record(odd, an_arrival("two"))).items == 2
    assert [one.title.replace("\0", "") for one in store.records.items_named("one")] == [
        "Port closed"
    ]


def test_text_is_ordered_by_its_bytes(store):
    names = ["a", "B", "ä", "Ж", "b", "-", "_", "中", "A", "а"]
    for name in names:
        store.troubles.begin(name, [], NOON)
    table = table_of(TroubleRow)
    with store.database.reading() as connection:
        found = list(connection.scalars(select(table.c.kind).order_by(table.c.kind)))
    assert found == sorted(names, key=str.encode)


def test_on_postgresql_all_text_is_ordered_by_bytes_whatever_the_database_was_made_with(postgres):
    made = Store(postgres.upgraded())
    query = text(
        "SELECT table_name, column_name, collation_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"
    )
    with made.database.reading() as connection:
        found = [row for row in connection.execute(query) if row.table_name != "alembic_version"]
    made.close()
    assert len(found) > 50
    assert [row for row in found if row.collation_name != "C"] == []


def test_a_number_of_a_row_may_be_larger_than_four_bytes_hold(store):
    far = 3_000_000_000
    with store.database.writing() as connection:
        values = {"id": far, "indicator": None, "term": "x", "until": NOON, "reason": "", "by": ""}
        connection.execute(table_of(MuteRow).insert().values(**values, created=NOON))
    assert store.mutes.end(far, NOON - HOUR)
    assert store.outbox.claim(far, "me", NOON) is None


def test_many_threads_write_without_losing_a_poll(store):
    def write(start: int) -> None:
        for number in range(start, start + 20):
            store.records.save(a_record(an_arrival(f"item-{number}", "ports")))

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.records.counts()["item"] == 80
