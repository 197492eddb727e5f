"""What ``alerts release`` does; loaded only by it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from monitor.cli.options import count, print_json, settings_of, start_log
from monitor.desk import open_store, utc_now
from monitor.digest.plain import plain_line, shorten
from monitor.errors import MonitorError
from monitor.store.released import HeldMessage, Released


def release(
    file: Path | None,
    database: str | None,
    numbers: Sequence[int],
    every: bool,
    drop: bool,
    json: bool,
) -> None:
    """Show what a restore holds, or let go of it, or drop it."""
    start_log()
    store = open_store(settings_of(file, database))
    try:
        released = Released(store.database)
        held = released.held()
        chosen = [one.id for one in held if every or one.id in numbers]
        if unknown := set(numbers) - {one.id for one in held}:
            raise MonitorError(f"no message of that number is held: {min(unknown)}")
        if drop and not chosen:
            raise MonitorError("say which, by number, or --all")
        done = released.drop(chosen) if drop else released.let_go(chosen, utc_now())
    finally:
        store.close()
    if json:
        print_json(
            {"held": [_as_json(one) for one in held], "sent" if not drop else "not sent": done}
        )
    elif chosen:
        told = "will not be sent" if drop else "will be sent by the service"
        print(f"{count(done, 'message')} {told}; {len(held) - done} still held.")
    else:
        _show(held)


def _as_json(one: HeldMessage) -> dict[str, object]:
    return {
        "number": one.id,
        "decided": one.created.isoformat(),
        "kind": one.kind,
        "title": one.title,
        "channel": one.channel,
        "note": one.note,
    }


def _show(held: Sequence[HeldMessage]) -> None:
    if not held:
        print("No message is held since a restore.")
        return
    table = Table("Number", "Decided (UTC)", "What", "Channel", box=None, pad_edge=False)
    for one in held:
        what = shorten(plain_line(one.title), 70)
        table.add_row(str(one.id), f"{one.created:%Y-%m-%d %H:%M}", what, one.channel)
    Console(soft_wrap=False, highlight=False, markup=False).print(table)
    print("Send them: monitor alerts release --all, or by number; with --drop they are not sent.")
