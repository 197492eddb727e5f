"""What ``db stats`` tells; loaded only by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.cli.options import count, loaded_of, print_json, settings_of, start_log
from monitor.config.settings import Settings
from monitor.desk import open_store, utc_now
from monitor.errors import ConfigError
from monitor.housekeeping import BY_HAND, shelf_of
from monitor.model import Keeping
from monitor.store import Store, jobtables
from monitor.store.compacting import pages_of
from monitor.store.figures import growth_of, table_sizes

NAMES = {"feed": "feeds", "item": "items", "item_version": "edited versions", "hit": "hits"}
"""What is counted, in words; the keys of the JSON form stay as they are."""


def stats(file: Path | None, database: str | None, tables: bool, json: bool) -> None:
    """How much is stored, and how it is kept."""
    start_log()
    settings, now = settings_of(file, database), utc_now()
    store = open_store(settings)
    try:
        told = {**_counted(store), **_kept(store, settings, now)}
        if tables:
            told["tables"] = {
                name: {"rows": rows, "bytes": size}
                for name, (rows, size) in table_sizes(store.database).items()
            }
    finally:
        store.close()
    if json:
        print_json(told)
    else:
        _print(told)


def _counted(store: Store) -> dict[str, Any]:
    return {
        **store.records.counts(),
        "articles": store.articles.counts(),
        "digests": len(store.archive.closed_days()),
        "deliveries": store.outbox.counts(),
        "jobs": _jobs(store),
        "bytes": store.database.size(),
    }


def _jobs(store: Store) -> dict[str, int] | None:
    with store.database.reading() as connection:
        return jobtables.counts(connection)


def _kept(store: Store, settings: Settings, now: datetime) -> dict[str, Any]:
    pages, growth = pages_of(store.database), growth_of(store.database, now)
    keeping = _keeping(settings)
    kept = keeping.unmatched
    backups = shelf_of(settings).backups()
    last = store.retention.last()
    return {
        "free_bytes": pages.free * pages.size if pages else None,
        "oldest": growth.oldest.isoformat() if growth.oldest else None,
        "items_a_day": round(growth.items_a_day, 1),
        "bytes_a_day": growth.bytes_a_day,
        "unmatched_kept_days": kept.days if kept else None,
        "unmatched_to_go": store.retention.due(now - kept) if kept else 0,
        "last_let_go": last.isoformat() if last else None,
        "backups": [
            {"file": str(path), "made": made.isoformat(), "bytes": path.stat().st_size}
            for made, path in reversed(backups)
        ],
    }


def _keeping(settings: Settings) -> Keeping:
    """What the list says of keeping; what holds without one where it cannot be read."""
    try:
        return loaded_of(settings).watch.keeping
    except ConfigError:
        return Keeping()


def _print(told: dict[str, Any]) -> None:
    for name in (*NAMES, "articles", "digests", "deliveries"):
        print(f"{NAMES.get(name, name):<17}{_in_words(told[name])}")
    if told["jobs"] is not None:
        print(f"{'workers':<17}{_in_words(told['jobs'])}")
    free = told["free_bytes"]
    size = f"{told['bytes'] / 1e6:.1f} MB"
    print(f"{'size':<17}{size}" + (f", {free / 1e6:.1f} MB of it free" if free else ""))
    print(
        f"{'growth':<17}{told['items_a_day']:.0f} items a day in the last week, about "
        f"{told['bytes_a_day'] / 1e6:.1f} MB a day before old ones go"
    )
    print(f"{'oldest item':<17}{(told['oldest'] or 'none')[:10]}")
    print(f"{'retention':<17}{_retention(told)}")
    none = "none" if told["jobs"] is None else f"none here: {BY_HAND}"
    print(f"{'last backup':<17}{_newest(told['backups']) or none}")
    if "tables" in told:
        tables = sorted(told["tables"].items(), key=lambda one: -one[1]["bytes"])
        for name, one in tables:
            print(f"  {name:<17}{one['rows']:>12,} rows {one['bytes'] / 1e6:>12,.1f} MB")


def _newest(backups: Sequence[Mapping[str, Any]]) -> str:
    if not backups:
        return ""
    return f"{backups[0]['made'][:16].replace('T', ' ')} UTC, {backups[0]['file']}"


def _in_words(number: int | dict[str, int]) -> str:
    if isinstance(number, dict):
        return ", ".join(f"{many} {state}" for state, many in number.items()) or "none"
    return f"{number}"


def _retention(told: dict[str, Any]) -> str:
    days = told["unmatched_kept_days"]
    if days is None:
        return "items that no indicator hit are kept for ever"
    last = f"; last done {told['last_let_go'][:10]}" if told["last_let_go"] else "; not done yet"
    to_go = count(told["unmatched_to_go"], "item")
    return f"items that no indicator hit are kept {days} days; {to_go} would go now{last}"
