"""A good file becomes the nouns of the model; settings, examples, schema and shipped files."""

from __future__ import annotations

import json
import re
import time as clock
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.config.build import channel
from monitor.config.channels import unknown_scheme
from monitor.config.examples import run_examples
from monitor.config.load import load
from monitor.config.schema import json_schema
from monitor.config.settings import database_url, read_settings
from monitor.errors import ConfigError, MonitorError
from monitor.model import Polling, Priority, WatchList
from monitor.resources import shipped
from tests.make import read_watch

ROOT = Path(__file__).resolve().parents[1]

BLOCK = """\
# yaml-language-server: $schema=./indicators.schema.json
title: Moscow-Caracas watch
timezone: America/Caracas
contact: desk@example.org
site_url: https://watch.example.org/

terms:
  venezuela: [Venezuela, Venezuelan*, Caracas, Мадуро, 委内瑞拉, ونزوئلا]
  su30: [Su-30, Sukhoi*, Су-30, 苏-30]
  overhaul: [overhaul*, life extension, капитальн* ремонт*, 大修]
  delay: [delay*, wait, waits, retras*]
  odd: [30, null, on, 007, 1e3, 0x1F, 2025-11-06, true]

scope: $venezuela

hypotheses:
  aid-capped:
    statement: Aid stays capped.
    brief: seeds/limits.md#key-takeaways
    as_of: 2025-11-06

feeds:
  - {id: tass, url: "https://tass.com/v2.xml", lang: EN, publisher: TASS, grade: C, group: moscow}
  - id: plain
    url: https://example.org/feed
    tags: wire
    every: 90s

polling: {at_least: 1m, allow: ["127.0.0.1:8080", 10.0.0.0/8]}

indicators:
  - id: su30-overhauls
    title: 007
    question: Are they being overhauled?
    brief: seeds/limits.md#what-to-watch
    priority: high
    match: $su30 NEAR/25 $overhaul
    signals:
      stalled:
        match: $delay
        for: aid-capped
      quoted:
        match: "spare parts"
        against: [aid-capped]
    examples:
      match:
        - Venezuelan Flankers, Su-30 among them, wait for overhaul
      no_match:
        - India signs Su-30MKI overhaul deal
  - id: second
    title: Second
    any: [Petare*, $odd]
    none: [football]
    scope: none
    feeds: plain
    groups: [moscow]
    paused: true
    review_by: 2026-01-31
    notes: |
      Two
      lines.

alerts:
  channels:
    desk-mail: ${DESK_MAIL_URL}
    desk-chat: json://localhost/$${x}/${TOKEN}
  routes:
    - {to: desk-chat, when: {priority: [high, normal], indicator: second}}
    - to: [desk-mail, desk-chat]
      digest: ["17:30", 7:00]
      routes:
        - {when: {signal: stalled}}
"""


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> WatchList:
    folder = tmp_path_factory.mktemp("list")
    (folder / "seeds").mkdir()
    (folder / "seeds" / "limits.md").write_text("# Key takeaways\n# What to watch\n")
    read, problems = read_watch(BLOCK, folder / "w.yaml", {"TOKEN": "t0ken"})
    assert read is not None, problems
    assert [one.message for one in problems] == [
        "the channel desk-mail is not set up: DESK_MAIL_URL is not set"
    ]
    return read


def test_the_top_of_the_file(watch: WatchList) -> None:
    assert watch.title == "Moscow-Caracas watch"
    assert watch.zone == ZoneInfo("America/Caracas")
    assert watch.contact == "desk@example.org"
    assert watch.site_url == "https://watch.example.org/"
    assert watch.source == BLOCK
    assert watch.polling == Polling(
        at_least=timedelta(minutes=1), allow=("127.0.0.1:8080", "10.0.0.0/8")
    )
    assert watch.scope is not None
    assert (watch.scope.match, watch.scope.path) == ("$venezuela", ("scope",))


def test_entries_are_read_as_source_text(watch: WatchList) -> None:
    words = ("30", "null", "on", "007", "1e3", "0x1F", "2025-11-06", "true")
    assert watch.terms["odd"] == words
    assert watch.terms["overhaul"][1:3] == ("life extension", "капитальн* ремонт*")


def test_feeds_and_their_defaults(watch: WatchList) -> None:
    named, plain = watch.feeds
    assert (named.publisher, named.lang, named.grade, named.group) == ("TASS", "en", "C", "moscow")
    assert (plain.publisher, plain.lang, plain.grade, plain.group) == ("plain", None, "F", None)
    assert (plain.tags, plain.every) == (("wire",), timedelta(seconds=90))


def test_an_indicator_with_its_signals(watch: WatchList) -> None:
    one = watch.indicators[0]
    assert (one.id, one.title, one.priority) == ("su30-overhauls", "007", Priority.HIGH)
    assert (one.rule.match, one.rule.path) == ("$su30 NEAR/25 $overhaul", ("indicators", 0))
    assert (one.scope, one.unscoped) == (None, False)
    stalled, quoted = one.signals
    assert (stalled.supports, stalled.contradicts) == (("aid-capped",), ())
    assert stalled.rule.path == ("indicators", 0, "signals", "stalled")
    assert not stalled.rule.quoted
    assert quoted.rule.quoted
    assert quoted.contradicts == ("aid-capped",)
    assert one.examples_no_match == ("India signs Su-30MKI overhaul deal",)


def test_an_indicator_of_lists(watch: WatchList) -> None:
    one = watch.indicators[1]
    assert (one.rule.match, one.rule.any, one.rule.none) == (
        None,
        ("Petare*", "$odd"),
        ("football",),
    )
    assert (one.scope, one.unscoped, one.paused) == (None, True, True)
    assert (one.feeds, one.groups) == (("plain",), ("moscow",))
    assert one.review_by == date(2026, 1, 31)
    assert one.notes == "Two\nlines.\n"


def test_hypotheses(watch: WatchList) -> None:
    (one,) = watch.hypotheses
    assert (one.id, one.as_of) == ("aid-capped", date(2025, 11, 6))


def test_routes(watch: WatchList) -> None:
    alerts, digest = watch.routes
    assert alerts.when == {"priority": ("high", "normal"), "indicator": ("second",)}
    assert digest.to == ("desk-mail", "desk-chat")
    assert digest.digest == (time(7), time(17, 30))
    assert digest.routes[0].when == {"signal": ("stalled",)}


def routes_of(*routes: str) -> list[str]:
    text = "alerts:\n  channels: {a: json://localhost, b: json://localhost}\n  routes:\n"
    text += "".join(f"    - {one}\n" for one in routes)
    read, problems = read_watch(text)
    assert read is not None, problems
    return [one.key for one in read.routes]


def test_the_key_of_a_route_stays_while_it_says_the_same() -> None:
    (alone,) = routes_of("{to: a, when: {priority: [high, low]}}")
    assert alone.startswith("a-alerts-")
    moved = routes_of("{to: b}", "{when: {priority: [low, high]}, to: [a]}")
    assert moved[1] == alone


def test_a_second_time_leaves_the_key_of_a_digest() -> None:
    assert routes_of("{to: a, digest: '07:00'}") == routes_of("{to: a, digest: ['07:00', '19:00']}")


def test_equal_routes_have_keys_of_their_own() -> None:
    first, second = routes_of("{to: a}", "{to: a}")
    assert second == f"{first}-2"


@pytest.mark.parametrize(
    ("address", "env", "url", "missing"),
    [
        pytest.param("json://a", {}, "json://a", None, id="written out"),
        pytest.param("${A}", {"A": "json://a"}, "json://a", None, id="all of it"),
        pytest.param("json://${A}@h/${B}", {"A": "1", "B": "2"}, "json://1@h/2", None, id="parts"),
        pytest.param("${A}", {}, None, "A", id="unset"),
        pytest.param("x://${A}/${B}", {"A": "1", "B": ""}, None, "B", id="empty"),
        pytest.param("json://$${A}", {}, "json://${A}", None, id="a dollar doubled"),
        pytest.param("${A}", {"A": "json://${B}"}, "json://${B}", None, id="filled in once only"),
    ],
)
def test_channels_take_their_secrets_from_the_environment(
    address: str, env: dict[str, str], url: str | None, missing: str | None
) -> None:
    one = channel("desk", address, env)
    assert (one.url, one.missing) == (url, missing)
    assert "json" not in repr(one)


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("mailtos://u:p@example.org", True),
        ("tgram://b/c", True),
        ("pover://a@b", True),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", True),
        ("https://example.org/hook", False),
        ("jsn://x", False),
    ],
)
def test_channel_schemes(address: str, known: bool) -> None:
    assert (unknown_scheme(address) is None) is known


def test_a_digest_may_come_without_watching_anything() -> None:
    read, problems = read_watch("title: x\n")
    assert read is not None
    assert (read.zone.key, read.indicators, read.feeds) == ("UTC", (), ())
    assert [one.severity for one in problems] == ["warning"]


def test_the_revision_follows_the_text() -> None:
    one, _ = read_watch("title: x\n")
    same, _ = read_watch("title: x\n", file="v")
    other, _ = read_watch("title: y\n")
    assert one is not None
    assert same is not None
    assert other is not None
    assert one.revision == same.revision != other.revision


def test_the_block_of_the_design_is_valid() -> None:
    design = ROOT.parent / "shared" / "DESIGN.md"
    if not design.is_file():
        pytest.skip("the design is not beside this repository")
    block = re.search(r"```yaml\n(.*?)```", design.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    read, problems = read_watch(block[1])
    assert read is not None, problems
    assert {one.severity for one in problems} == {"warning"}


# --- examples


def example_problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "w.yaml"
    path.write_text(text, encoding="utf-8")
    return [str(one).removeprefix(str(path)) for one in run_examples(load(path, {}))]


EXAMPLES = """\
indicators:
  - id: one
    title: One
    match: strike* NOT $sport
    examples:
      match:
        - Strikes on boats
        - Nothing of the kind
      no_match:
        - Striker scores
        - A strike in sport
terms:
  sport: [sport]
"""


def test_examples_that_fail_are_named_with_their_place(tmp_path: Path) -> None:
    missed, hit = example_problems(tmp_path, EXAMPLES)
    assert missed.startswith(":8:11: error: the example is not hit by one")
    assert hit.startswith(':10:11: error: the example is hit by one (by "Striker"')


def test_examples_hear_the_feed_that_the_indicator_listens_to(tmp_path: Path) -> None:
    feed = "feeds: [{id: wire, url: 'https://a/', group: north}]\n"
    text = EXAMPLES.replace("        - Nothing of the kind\n", "").replace(
        "        - Striker scores\n", ""
    )
    assert example_problems(tmp_path, feed + text) == []
    for key in ("feeds: wire", "groups: north"):
        listening = text.replace("    title", f"    {key}\n    title")
        assert example_problems(tmp_path, feed + listening) == []


def test_examples_of_paused_indicators_are_not_tried(tmp_path: Path) -> None:
    assert (
        example_problems(tmp_path, EXAMPLES.replace("title: One", "title: One\n    paused: true"))
        == []
    )


# --- schema and shipped files


def test_the_shipped_schema_is_current() -> None:
    written = json.loads((ROOT / "indicators.schema.json").read_text(encoding="utf-8"))
    assert written == json_schema(), "run: python -m monitor.config.schema > indicators.schema.json"


def test_every_key_of_the_schema_says_what_it_means() -> None:
    schema = json_schema()
    sections = [schema, *schema["$defs"].values()]
    silent = [
        f"{section['title']}.{key}"
        for section in sections
        for key, value in section.get("properties", {}).items()
        if "description" not in value
    ]
    assert silent == []


def test_every_key_of_the_schema_is_in_the_manual() -> None:
    manual = (ROOT / "docs" / "indicators-yaml.md").read_text(encoding="utf-8")
    schema = json_schema()
    keys = {key for one in [schema, *schema["$defs"].values()] for key in one.get("properties", {})}
    assert sorted(key for key in keys if f"`{key}`" not in manual) == []


@pytest.mark.parametrize(("page", "examples"), [("indicators-yaml.md", 9), ("feeds.md", 3)])
def test_the_examples_of_the_manual_are_valid(tmp_path: Path, page: str, examples: int) -> None:
    (tmp_path / "readers.opml").write_text("<opml><body/></opml>")
    manual = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", manual, re.DOTALL)
    assert len(blocks) == examples
    for block in blocks:
        read, problems = read_watch(block, tmp_path / "indicators.yaml")
        assert read is not None, (block, problems)


def test_what_is_not_shipped_is_said() -> None:
    assert shipped("sample").is_dir()
    with pytest.raises(FileNotFoundError, match=r"nothing\.txt"):
        shipped("nothing.txt")


# --- settings


def test_settings_take_what_is_given_first(tmp_path: Path) -> None:
    environ = {"MONITOR_FILE": "other.yaml", "MONITOR_DATABASE": "sqlite:///other.db"}
    given = read_settings(tmp_path / "w.yaml", "sqlite:///my.db", environ)
    assert (given.file, given.folder) == (tmp_path / "w.yaml", tmp_path)
    assert given.database_url == f"sqlite:///{tmp_path}/my.db"
    named = read_settings(None, None, environ)
    assert named.file == Path("other.yaml")
    assert named.database_url == f"sqlite:///{Path.cwd()}/other.db"


def test_settings_have_defaults() -> None:
    settings = read_settings(None, None, {})
    assert settings.file == Path("indicators.yaml")
    assert settings.database_url == f"sqlite:///{Path.cwd()}/monitor.db"
    assert settings.fault is None
    assert read_settings(None, None, {"MONITOR_FAULT": "after_store"}).fault == "after_store"


def test_the_environment_wins_over_dotenv(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('A=1\nB="two $words"\nC\nMONITOR_DATABASE=sqlite:///e.db\n')
    settings = read_settings(tmp_path / "w.yaml", None, {"A": "9"})
    assert dict(settings.env) == {
        "A": "9",
        "B": "two $words",
        "MONITOR_DATABASE": "sqlite:///e.db",
    }
    assert settings.database_url == f"sqlite:///{tmp_path}/e.db"
    assert "two" not in repr(settings)


def test_a_dotenv_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert read_settings(tmp_path / "w.yaml", None, {"A": "9"}).env == {"A": "9"}
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".env").write_bytes(b"A=\xff\n")
    assert read_settings(tmp_path / "sub" / "w.yaml", None, {}).env == {}


@pytest.mark.parametrize(
    ("address", "url"),
    [
        pytest.param("sqlite:///a.db", "sqlite:////home/desk/a.db", id="relative"),
        pytest.param("sqlite:///data/a.db", "sqlite:////home/desk/data/a.db", id="in a folder"),
        pytest.param("sqlite:////abs/a.db", "sqlite:////abs/a.db", id="absolute"),
        pytest.param("sqlite:///a.db?timeout=9", "sqlite:////home/desk/a.db?timeout=9", id="query"),
        pytest.param("a.db", "sqlite:////home/desk/a.db", id="a bare path"),
        pytest.param("sqlite://", "sqlite://", id="memory"),
        pytest.param("sqlite:///:memory:", "sqlite:///:memory:", id="memory by name"),
        pytest.param("postgresql+psycopg://h/d", "postgresql+psycopg://h/d", id="PostgreSQL"),
        pytest.param("postgresql://u@h/d?x=1", "postgresql+psycopg://u@h/d?x=1", id="its driver"),
        pytest.param("postgres:///d", "postgresql+psycopg:///d", id="its short name"),
    ],
)
def test_database_paths_are_relative_to_the_file(address: str, url: str) -> None:
    assert database_url(address, Path("/home/desk")) == url


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("mysql://desk:s3cret@h/d", id="another database"),
        pytest.param("postgresql+asyncpg://desk:s3cret@h/d", id="another driver"),
        pytest.param("sqlite://s3cret.db", id="a slash too few"),
        pytest.param("://s3cret", id="nothing before the colon"),
    ],
)
def test_other_databases_are_refused_and_not_shown(address: str) -> None:
    with pytest.raises(MonitorError, match=r"write sqlite:///monitor\.db") as caught:
        read_settings(None, address, {})
    assert "s3cret" not in str(caught.value)


def test_a_large_list_is_read_in_reasonable_time() -> None:
    """Not a benchmark: a guard against work that grows with the square of the file."""
    lists = "".join(
        f"  list{n}: [{', '.join(f'word{n}x{m}' for m in range(50))}]\n" for n in range(40)
    )
    indicators = "".join(
        f"  - id: i-{n}\n    title: Title {n}\n    match: $list{n % 40} NEAR/9 $list{n % 7}\n"
        for n in range(200)
    )
    begin = clock.perf_counter()
    read, problems = read_watch(f"terms:\n{lists}indicators:\n{indicators}")
    assert read is not None, problems
    assert clock.perf_counter() - begin < 10


def test_a_file_that_cannot_be_read_names_no_column_but_to_tools(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (1, 1)
    assert str(caught.value) == f"{path}: the file cannot be read: no such file or directory"


def test_load_raises_with_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text("titel: x\ntimezone: y\n")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{path}:1:1", f"{path}:1:1", f"{path}:2:11"]


@pytest.mark.parametrize(
    ("written", "unmatched", "backups"),
    [
        pytest.param("", timedelta(days=90), 2, id="left out"),
        pytest.param("keep: {unmatched: 180d}\n", timedelta(days=180), 2, id="longer"),
        pytest.param("keep: {unmatched: forever, backups: 0}\n", None, 0, id="for ever"),
    ],
)
def test_how_long_what_is_stored_is_kept(written, unmatched, backups):
    text = f"{written}indicators: [{{id: ports, title: Ports, match: port}}]\n"
    watch, problems = read_watch(text)
    assert not problems
    assert (watch.keeping.unmatched, watch.keeping.backups) == (unmatched, backups)
