"""What ``db backup`` and ``db restore`` do; loaded only by them."""

from __future__ import annotations

import sys
from pathlib import Path

from monitor.cli.options import count, print_json, settings_of, start_log
from monitor.desk import utc_now
from monitor.errors import MonitorError
from monitor.housekeeping import Restored, back_up, shelf_of
from monitor.housekeeping import restore as bring_back
from monitor.store import Store
from monitor.store.backup import Backup
from monitor.store.compacting import compact as compacted
from monitor.store.owning import file_of, owning


def backup(file: Path | None, database: str | None, target: Path | None, json: bool) -> None:
    """Make one backup now."""
    start_log()
    settings, now = settings_of(file, database), utc_now()
    kept = file_of(settings.database_url)
    if kept is not None and not kept.exists():
        raise MonitorError(f"{kept} does not exist, so there is nothing to back up")
    target = target or shelf_of(settings).target(now)
    if target.exists():
        raise MonitorError(f"{target} exists already; a backup goes into a new file")
    store = Store(settings.database_url)
    try:
        made = back_up(store, settings, target, now)
    finally:
        store.close()
    if json:
        print_json(_as_json(made))
    else:
        _tell_backup(made)


def _as_json(made: Backup) -> dict[str, object]:
    return {
        "file": str(made.path),
        "bytes": made.bytes,
        **made.manifest.model_dump(mode="json", include={"made", "rows", "secrets", "left_out"}),
    }


def _tell_backup(made: Backup) -> None:
    rows = sum(made.manifest.rows.values())
    print(f"{made.path}: {made.bytes / 1_000_000:.1f} MB, {count(rows, 'row')}, checked.")
    for title, lines in (
        ("Keep it where only you can read it. It holds", made.manifest.secrets),
        ("It does not hold", made.manifest.left_out),
    ):
        if lines:
            print(f"{title}: {'; '.join(lines)}.")


def compact(file: Path | None, database: str | None) -> None:
    """Write the file anew without what is free in it."""
    start_log()
    settings = settings_of(file, database)
    kept = file_of(settings.database_url)
    if kept is None or not kept.exists():
        raise MonitorError("there is no SQLite file to compact")
    with owning(settings.database_url, "monitor db compact", utc_now()):
        before, after = compacted(kept)
    print(f"{kept}: {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB now.")


def restore(
    file: Path | None, database: str | None, source: Path, database_only: bool, json: bool
) -> None:
    """Bring one backup back."""
    start_log()
    settings = settings_of(file, database)
    try:
        done = bring_back(settings, source, utc_now(), database_only=database_only)
    except MonitorError as error:
        raise MonitorError(f"{source} was not restored: {error}") from error
    if json:
        print_json(
            {
                "made": done.manifest.made.isoformat(),
                "version": done.manifest.version,
                "rows": dict(done.manifest.rows),
                "held": done.held,
                "kept": {str(was): str(now) for was, now in done.moved},
                "left_out": list(done.left),
            }
        )
        return
    _tell_restored(done)


def _tell_restored(done: Restored) -> None:
    made = done.manifest.made
    print(f"The backup of {made:%Y-%m-%d %H:%M} UTC, by version {done.manifest.version}, is back.")
    for was, now in done.moved:
        print(f"{was.name} as it was is kept as {now}")
    for one in done.left:
        print(f"not restored: {one}", file=sys.stderr)
    if done.held:
        print(
            f"{count(done.held, 'message')} waited to be sent then and may have been since; held: "
            "monitor alerts release shows them, and lets them go."
        )
    print("The next start reads the feeds anew, and holds what may have been alerted before, too.")
